//! DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER: a remembered device proves that it has the password which
//! its client made for ConfirmDevice.
//!
//! The arithmetic is that of PASSWORD_VERIFIER; the device's group key and key take the place of the
//! pool's name and the user's id (observed).
//!
//! Both answers are taken with and without the Session: AWS's own sample leaves it out. The secret block
//! finds its exchange; DEVICE_SRP_AUTH finds the last sign-in of this user that waits for this device at this
//! app client, so that nobody comes here whose first factor was not proven (the sentence for those is
//! observed). amazon-cognito-identity-js sends the session of the MFA challenge before it, which is
//! used up: that counts as none (inferred, for the client's own flow would end there).

use std::sync::Arc;

use uuid::Uuid;

use super::attempt::srp_value;
use super::challenge::{Answer, mismatch};
use super::claim::Claim;
use super::door::Outcome;
use super::next_step::Proven;
use super::sign_in::SignIn;
use crate::crypto::srp::{self, Ephemeral};
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::model::Secret;
use crate::model::cognito_idp::ChallengeNameType;
use crate::store::conversations::{Completed, DeviceExchange, Step};
use crate::store::user_pool::device::{DeviceKey, DeviceSecret, key_of};
use crate::store::user_pool::user::User;
use crate::user_pool::conversations::Conversation;
use crate::user_pool::devices;

impl SignIn<'_> {
    /// DEVICE_SRP_AUTH. Its parameters are inferred.
    pub(super) fn challenge_device(&self, user: &User, id: Uuid) -> Outcome {
        let parameters = [
            ("USERNAME", user.username.to_string()),
            ("DEVICE_KEY", key_of(&self.pool.id, id)),
        ];
        self.challenge(
            user,
            ChallengeNameType::DeviceSrpAuth,
            Step::DeviceSrp(id),
            parameters,
        )
    }

    /// Answers DEVICE_SRP_AUTH with DEVICE_PASSWORD_VERIFIER. A key or value that is wrong leaves the
    /// session open.
    pub(super) async fn offer_device_verifier(
        mut self,
        answer: Answer,
    ) -> Result<Outcome, CognitoError> {
        let (session, username) = (answer.session, answer.username);
        let mut answer = answer.responses;
        self.require_device_key()?;
        let a = srp_value(&answer.take("SRP_A")?)?;
        let conversation = self.waiting_conversation(session.as_ref(), &username)?;
        let Step::DeviceSrp(id) = conversation.step else {
            let given = ChallengeNameType::DeviceSrpAuth;
            return Err(mismatch(given, &conversation.step));
        };
        let secret = self.device_secret(&conversation, id)?;
        self.go_on_with_event(&conversation);
        self.completed.clone_from(&conversation.completed);
        let user = conversation.user(self.cx)?;
        conversation.consume(self.cx)?;
        let chance = self.cx.entropy.bytes(Purpose::Srp);
        let verifier = secret.verifier.clone();
        let make = move || {
            let ephemeral = Ephemeral::new(chance);
            let b = srp::public_b(&verifier, &ephemeral);
            (ephemeral, b)
        };
        let (ephemeral, b) = self.cx.crypto.run(make).await?;
        let parameters = [
            ("DEVICE_KEY", key_of(&self.pool.id, id)),
            // The number that ConfirmDevice was given, in the form of a user's salt (inferred).
            ("SALT", srp::integer_hex(&secret.salt)),
            ("SRP_B", b.to_hex()),
            ("USERNAME", user.username.to_string()),
        ];
        let exchange = DeviceExchange {
            a,
            ephemeral,
            b,
            device: id,
            secret,
        };
        let step = Step::DevicePasswordVerifier(Arc::new(exchange));
        let opening = self.opening(user.sub, step);
        let (block, session) = self.cx.sessions.open_secret_block(self.cx, opening);
        Ok(Outcome::Challenge {
            name: ChallengeNameType::DevicePasswordVerifier,
            session,
            parameters: parameters
                .into_iter()
                .chain([("SECRET_BLOCK", block)])
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            available: None,
        })
    }

    /// Checks the answer to DEVICE_PASSWORD_VERIFIER. Of a wrong one the sentence is inferred, and that
    /// it uses the block up, as that of a password; no lock follows, which is for passwords.
    pub(super) async fn verify_device_claim(
        &mut self,
        answer: Answer,
    ) -> Result<Proven, CognitoError> {
        let (session, username) = (answer.session, answer.username);
        let mut answer = answer.responses;
        let claim = Claim::take(&mut answer)?;
        self.require_device_key()?;
        let wrong = |reason: &'static str| Refusal::IncorrectUsernameOrPassword.because(reason);
        let conversation = self.cx.sessions.of_secret_block(self.cx, claim.block())?;
        if !self.owns(&conversation) {
            return Err(wrong("the secret block is of another app client"));
        }
        let Step::DevicePasswordVerifier(exchange) = &conversation.step else {
            return Err(wrong(
                "the secret block is not of an exchange with a device",
            ));
        };
        if let Some(session) = &session
            && !self
                .cx
                .sessions
                .conversation(self.cx, session)?
                .is(&conversation)
        {
            return Refusal::SessionUnknown
                .refuse("the session is of another challenge than the secret block");
        }
        if !self.designates(&username, &conversation) {
            return Err(wrong(
                "USERNAME is another user than the one whose device it is",
            ));
        }
        self.device_secret(&conversation, exchange.device)?;
        self.go_on_with_event(&conversation);
        self.completed.clone_from(&conversation.completed);
        let user = conversation.user(self.cx)?;
        conversation.consume(self.cx)?;
        let canonical = claim.is_canonical();
        if !self.proves_device(&user, exchange, claim).await? {
            self.fail(&user);
            return Err(wrong(if canonical {
                "the device's password is another one than its verifier is of; the signature is over \
                 device group key, device key, secret block and TIMESTAMP"
            } else {
                "the device's password is another one, or the signature was taken over TIMESTAMP as it \
                 was sent: the service checks it over the form `Tue Sep 1 06:05:04 UTC 2020`"
            }));
        }
        Ok(Proven {
            // The proof took its time: what happened to the account meanwhile counts.
            user: conversation.user(self.cx)?,
            step: Completed::Device,
        })
    }

    async fn proves_device(
        &self,
        user: &User,
        exchange: &Arc<DeviceExchange>,
        claim: Claim,
    ) -> Result<bool, CognitoError> {
        let exchange = Arc::clone(exchange);
        let group = devices::group_key(&self.pool.id, user.sub);
        let key = key_of(&self.pool.id, exchange.device);
        let check = move || {
            let DeviceExchange {
                secret,
                ephemeral,
                b,
                a,
                device: _,
            } = &*exchange;
            let shared = srp::session_key(&secret.verifier, ephemeral, b, a)?;
            Some(claim.is_signed(&shared, &group, &key))
        };
        Ok(self.cx.crypto.run(check).await?.unwrap_or(false))
    }

    fn require_device_key(&self) -> Result<(), CognitoError> {
        if self.device_key == DeviceKey::Missing {
            return Refusal::MissingParameter {
                name: "DEVICE_KEY".into(),
            }
            .refuse("the challenges of a device are answered with its key");
        }
        Ok(())
    }

    /// The conversation that DEVICE_SRP_AUTH was asked in: that of the session, or the last one that waits
    /// for the device.
    fn waiting_conversation(
        &self,
        session: Option<&Secret>,
        username: &str,
    ) -> Result<Conversation, CognitoError> {
        let without = match session {
            Some(session) => match self.conversation(Some(session), username) {
                Err(used) if used.refusal == Refusal::SessionUsed => used,
                found => return found,
            },
            None => Refusal::DeviceSrpTooEarly.because(
                "no sign-in of this user at this app client waits for this device: DEVICE_SRP_AUTH \
                 follows the password where DEVICE_KEY is of a remembered device, and is answered once",
            ),
        };
        let (DeviceKey::Of(id), Some(user)) = (self.device_key, self.find(username)) else {
            return Err(without);
        };
        let device = (self.client.id.clone(), user.sub, id);
        let waiting = Conversation::waiting_for(self.cx, &self.pool, &device);
        waiting.filter(|found| self.owns(found)).ok_or(without)
    }

    /// What the device's proof is checked against. The key in the answer must be that of the device which
    /// was asked; the sentence for another one of the user's is inferred.
    fn device_secret(
        &self,
        conversation: &Conversation,
        id: Uuid,
    ) -> Result<DeviceSecret, CognitoError> {
        let sent = match self.device_key {
            DeviceKey::Of(sent) => Some(sent),
            DeviceKey::Missing | DeviceKey::Foreign => None,
        };
        let secret = self.pool.read(|state| {
            let device = devices::require(&state.devices, conversation.sub, sent)?;
            Ok(device.secret.clone())
        })?;
        if sent != Some(id) {
            return Refusal::DeviceKeyInvalid
                .refuse("the challenge is of another device of the user");
        }
        Ok(secret)
    }
}

#[cfg(test)]
#[path = "tests/device_srp.rs"]
mod tests;
