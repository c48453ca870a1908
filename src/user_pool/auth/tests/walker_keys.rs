//! What the users of the walks hold: a device and a passkey each.

use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::crypto::cbor;
use crate::crypto::cose_key::PublicKey;
use crate::crypto::credential_key::CredentialKey;
use crate::model::cognito_idp::{
    DeviceConfigurationType, WebAuthnConfigurationType, WebAuthnFactorConfigurationType,
};
use crate::store::user_pool::passkey::{Passkey, as_base64url};
use crate::store::user_pool::settings::PoolSettings;
use crate::test_pool::TestPool;
use crate::test_pool::devices::TestDevice;
use crate::user_pool::passkeys::tests::RP;
use crate::user_pool::passkeys::tests::authenticator::Signed;

/// A key of the pool's form that no device has.
const NEVER: &str = "us-east-1_01234567-89ab-cdef-0123-456789abcdef";

/// User present, and verified beside.
const FLAGS: [u8; 2] = [0b0000_0001, 0b0000_0101];

/// A confirmed device.
struct Confirmed {
    device: TestDevice,
    /// The same, as somebody has it who does not know its password.
    copy: TestDevice,
    remembered: bool,
}

/// What one user holds.
pub(super) struct Keys {
    confirmed: Option<Confirmed>,
    passkey: CredentialKey,
    id: [u8; 16],
    /// How often the passkey has signed.
    count: u32,
}

impl Devices {
    /// The pool's configuration.
    pub(super) fn configuration(self) -> DeviceConfigurationType {
        DeviceConfigurationType {
            challenge_required_on_new_device: Some(self.spares),
            device_only_remembered_on_user_prompt: Some(self.asks),
        }
    }
}

impl Passkeys {
    /// The pool's configuration.
    pub(super) fn configure(self, settings: &mut PoolSettings) {
        let factors = match self.stand_for_mfa {
            true => WebAuthnFactorConfigurationType::MultiFactorWithUserVerification,
            false => WebAuthnFactorConfigurationType::SingleFactor,
        };
        settings.mfa.web_authn = Some(WebAuthnConfigurationType {
            relying_party_id: Some(RP.into()),
            user_verification: None,
            factor_configuration: Some(factors),
        });
        if self.first {
            settings.first_factors.push(AuthFactorType::WebAuthn);
        }
    }
}

impl Keys {
    /// Gives a user a passkey and, where the pool tracks devices, the device of a sign-in.
    pub(super) async fn give(pool: &TestPool, n: usize, devices: Option<Devices>) -> Self {
        let byte = u8::try_from(n).unwrap() + 7;
        let passkey = CredentialKey::es256([byte; 32]).unwrap();
        let key = PublicKey::from_cose(&cbor::read(&passkey.cose()).unwrap()).unwrap();
        let (id, owner) = ([byte; 16], pool.user(USERS[n]).sub);
        let made = Passkey::unused(owner, RP, &id, key, pool.cx.now());
        let stored = pool.cx.pool(&pool.id).unwrap();
        stored
            .change(|draft| {
                draft.put_passkey(Arc::new(made), Vec::new());
                Ok(())
            })
            .unwrap();
        let confirmed = match devices {
            None => None,
            Some(devices) => {
                let tokens = pool.signed_in(USERS[n]).await;
                Some(Confirmed {
                    device: pool.confirm_device(&tokens).await,
                    copy: TestDevice::of(&tokens).with_password("c29tZXRoaW5nIGVsc2U="),
                    remembered: !devices.asks,
                })
            }
        };
        Self {
            confirmed,
            passkey,
            id,
            count: 0,
        }
    }

    /// The key of the user's device, if it is remembered.
    pub(super) fn remembered(&self) -> Option<&Value> {
        let confirmed = self.confirmed.as_ref()?;
        confirmed.remembered.then_some(&confirmed.device.key)
    }

    /// Whether this is the key of a device that the user has had.
    pub(super) fn has_device(&self, key: &Value) -> bool {
        let mut devices = self.confirmed.iter();
        devices.any(|confirmed| confirmed.device.key == *key)
    }
}

/// A claim over the secret block of another challenge, or of none, that nobody signed.
pub(super) fn stray_claim(parameters: &Value) -> Value {
    let block = parameters["SECRET_BLOCK"].as_str().unwrap_or("c3RyYXk=");
    json!({"PASSWORD_CLAIM_SECRET_BLOCK": block, "PASSWORD_CLAIM_SIGNATURE": "c3RyYXk=",
        "TIMESTAMP": "Tue Sep 1 06:05:04 UTC 2020"})
}

impl Walker {
    /// `DEVICE_KEY` as `user` sends it.
    pub(super) fn device_key(&self, user: usize, key: Key) -> Option<Value> {
        let of = |n: usize| Some(self.keys[n].confirmed.as_ref()?.device.key.clone());
        match key {
            Key::None => None,
            Key::Own => of(user),
            Key::Others => of(1 - user),
            Key::Never => Some(json!(NEVER)),
        }
    }

    /// An administrator's word about a device.
    pub(super) async fn change_device(&mut self, user: usize, change: DeviceChange) {
        let Some(confirmed) = &mut self.keys[user].confirmed else {
            return;
        };
        let (operation, status) = match change {
            DeviceChange::Forget => ("AdminForgetDevice", None),
            DeviceChange::Remember => ("AdminUpdateDeviceStatus", Some("remembered")),
            DeviceChange::KeepOut => ("AdminUpdateDeviceStatus", Some("not_remembered")),
        };
        let mut request = json!({"Username": USERS[user], "DeviceKey": confirmed.device.key});
        if let Some(status) = status {
            request["DeviceRememberedStatus"] = json!(status);
        }
        if self.pool.call(operation, request).await.is_ok() {
            confirmed.remembered = change == DeviceChange::Remember;
        }
    }

    /// The answers of a device to its challenges: of the user's own, by its password or another, or the
    /// other user's.
    pub(super) fn device_responses(&self, name: &str, asked: &Asked, answer: &Answer) -> Value {
        let holder = match answer.key {
            Key::Others => 1 - asked.user,
            Key::None | Key::Own | Key::Never => asked.user,
        };
        let Some(confirmed) = &self.keys[holder].confirmed else {
            return json!({"SRP_A": self.srp.srp_a_hex(), "DEVICE_KEY": NEVER});
        };
        let device = match answer.right {
            true => &confirmed.device,
            false => &confirmed.copy,
        };
        let request = match name {
            "DEVICE_SRP_AUTH" => device.srp_auth(USERS[asked.user], &Value::Null),
            _ if asked.name() == name => device.proof(&asked.answer),
            _ => {
                let mut responses = stray_claim(&asked.answer["ChallengeParameters"]);
                responses["DEVICE_KEY"] = confirmed.device.key.clone();
                return responses;
            }
        };
        let mut responses = request["ChallengeResponses"].clone();
        if answer.choice % 2 == 1 {
            // The holder's, where the other's was asked for.
            responses["DEVICE_KEY"] = confirmed.device.key.clone();
        }
        responses
    }

    /// An assertion, and what it proves if its challenge is the one of the session it is sent with.
    pub(super) fn assertion(&mut self, asked: &Asked, answer: &Answer) -> (Value, Option<Fact>) {
        let parameters = &asked.answer["ChallengeParameters"];
        let options = parameters["CREDENTIAL_REQUEST_OPTIONS"].as_str();
        let Some(options) = options else {
            return (json!({"CREDENTIAL": "{}"}), None);
        };
        let options: Value = serde_json::from_str(options).unwrap();
        // One time in eight each: the other user's passkey, a count that has been, no verification.
        let holder = match answer.choice {
            7 => 1 - asked.user,
            _ => asked.user,
        };
        let stored = self.pool.cx.pool(&self.pool.id).unwrap();
        let keys = &mut self.keys[holder];
        let known = stored.read(|state| {
            let passkey = state.passkeys.with_id(&keys.id).unwrap();
            passkey.credential.sign_count
        });
        let is_verified = answer.choice != 5;
        let is_counted = answer.choice != 6 || known == 0;
        let mut signed = Signed::new(&[], &keys.id);
        signed.challenge = options["challenge"].as_str().unwrap().to_owned();
        signed.flags = FLAGS[usize::from(is_verified)];
        signed.flip = u8::from(!answer.right);
        keys.count += 1;
        signed.count = if is_counted { keys.count } else { known };
        signed.user_handle = (answer.choice == 4).then(|| {
            let sub = self.pool.user(USERS[holder]).sub;
            as_base64url(sub.to_string().as_bytes())
        });
        let credential = signed.json(&keys.passkey).to_string();
        let fact = match is_verified {
            true => Fact::VerifyingPasskey,
            false => Fact::Passkey,
        };
        let is_right = answer.right && is_counted && holder == asked.user;
        (json!({"CREDENTIAL": credential}), is_right.then_some(fact))
    }
}
