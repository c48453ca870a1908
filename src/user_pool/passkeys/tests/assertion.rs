//! Assertions, against what a passkey's registration left.

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::authenticator::{Made, Signed};
use super::{RP, add, complete, configure, pool, start};
use crate::clock::Timestamp;
use crate::crypto::cbor;
use crate::crypto::cose_key::PublicKey;
use crate::crypto::credential_key::CredentialKey;
use crate::store::user_pool::passkey::{AssertionChallenge, Passkey, as_base64url, base64url};
use crate::store::user_pool::user::User;
use crate::test_pool::TestPool;
use crate::user_pool::passkeys::assertion::{self, Assertion, Proof};
use crate::user_pool::passkeys::relying_party::RelyingParty;

const ID: [u8; 16] = [7; 16];

/// A user with a passkey that has signed nine times.
struct Ann {
    pool: TestPool,
    token: Value,
    key: CredentialKey,
}

impl Ann {
    async fn with(key: CredentialKey) -> Self {
        let (pool, token) = pool().await;
        let mut made = Made::for_options(&start(&pool, &token).await);
        made.key = key.cose();
        complete(&pool, &token, made.json()).await.unwrap();
        Self { pool, token, key }
    }

    async fn new() -> Self {
        Self::with(CredentialKey::es256([7; 32]).unwrap()).await
    }

    fn user(&self) -> Arc<User> {
        self.pool.user("ann")
    }

    fn asked(&self) -> (AssertionChallenge, Value) {
        let stored = self.pool.cx.pool(&self.pool.id).unwrap();
        let asked = assertion::request_options(&self.pool.cx, &stored, &self.user());
        let (challenge, options) = asked.unwrap();
        (challenge, serde_json::from_str(&options).unwrap())
    }

    /// What `ann`'s sign-in says to a credential; a refusal as its reason.
    async fn answer(
        &self,
        challenge: AssertionChallenge,
        credential: &str,
    ) -> Result<Proof, String> {
        let stored = self.pool.cx.pool(&self.pool.id).unwrap();
        let sub = self.user().sub;
        let verified = assertion::verify(&self.pool.cx, &stored, sub, challenge, credential).await;
        verified.map_err(|error| {
            assert_eq!(error.code(), "NotAuthorizedException");
            assert_eq!(error.message(), "Incorrect username or password.");
            error.reason().to_owned()
        })
    }

    /// The answer to an assertion with a change.
    async fn signs(&self, change: impl FnOnce(&mut Signed)) -> Result<Proof, String> {
        let challenge = self.asked().0;
        let mut signed = Signed::new(&challenge.0, &ID);
        change(&mut signed);
        self.answer(challenge, &signed.json(&self.key).to_string())
            .await
    }

    fn count(&self) -> u32 {
        let stored = self.pool.cx.pool(&self.pool.id).unwrap();
        stored.read(|state| state.passkeys.with_id(&ID).unwrap().credential.sign_count)
    }
}

#[tokio::test]
async fn options_name_the_users_passkeys_of_the_relying_party() {
    let ann = Ann::new().await;
    let (challenge, options) = ann.asked();
    assert_eq!(
        options,
        json!({
            "challenge": as_base64url(&challenge.0),
            "timeout": 180_000,
            "rpId": RP,
            "allowCredentials": [{"type": "public-key", "id": as_base64url(&ID),
                "transports": ["internal"]}],
            "userVerification": "preferred",
        })
    );
    assert_ne!(ann.asked().0, challenge);
    configure(
        &ann.pool,
        json!({"RelyingPartyId": "example.net", "UserVerification": "required"}),
    )
    .await;
    let options = ann.asked().1;
    assert_eq!(options["allowCredentials"], json!([]));
    assert_eq!(options["userVerification"], "required");
}

#[tokio::test]
async fn a_right_assertion_of_each_algorithm_signs_in_and_counts() {
    let es256 = CredentialKey::es256([7; 32]).unwrap();
    for key in [es256, CredentialKey::rs256().unwrap()] {
        let ann = Ann::with(key).await;
        let proof = ann.signs(|_| {}).await;
        assert_eq!(
            proof,
            Ok(Proof {
                user_verified: true,
                roaming: false,
            })
        );
        assert_eq!(ann.count(), 10);
        let handle = as_base64url(ann.user().sub.to_string().as_bytes());
        let proof = ann.signs(|signed| {
            signed.flags = 1;
            signed.count = 11;
            signed.user_handle = Some(handle);
        });
        assert_eq!(
            proof.await,
            Ok(Proof {
                user_verified: false,
                roaming: false,
            })
        );
        let proof = ann.signs(|signed| {
            signed.count = u32::MAX;
            signed.flags |= 128;
            signed.behind = vec![0xa0];
        });
        assert!(proof.await.is_ok());
        assert_eq!(ann.count(), u32::MAX);
    }
}

#[tokio::test]
async fn an_assertion_that_does_not_fit_is_refused_by_its_reason() {
    type Change = fn(&mut Signed);
    let cases: [(Change, &str); 19] = [
        (|signed| signed.kind = "webauthn.create", "webauthn.get"),
        (
            |signed| signed.challenge = as_base64url(&[0; 16]),
            "the challenge in clientDataJSON is not",
        ),
        (
            |signed| signed.challenge.clear(),
            "the challenge in clientDataJSON is not",
        ),
        (
            |signed| signed.challenge = "=".into(),
            "the challenge in clientDataJSON is no base64url",
        ),
        (
            |signed| signed.origin = "https://example.org",
            "must be https://example.com",
        ),
        (
            |signed| signed.origin = "http://example.com",
            "must be https://example.com",
        ),
        (|signed| signed.id = vec![8; 16], "no passkey of this id"),
        (|signed| signed.id.clear(), "no passkey of this id"),
        (
            |signed| signed.user_handle = Some(as_base64url(b"bob")),
            "userHandle",
        ),
        (
            |signed| signed.user_handle = Some(String::new()),
            "userHandle",
        ),
        (
            |signed| signed.rp = "example.org",
            "another relying party than example.com",
        ),
        (|signed| signed.flags = 4, "no flag user present"),
        // Backed up; eligible for it, and not at the registration.
        (|signed| signed.flags |= 16, "flags of backup"),
        (|signed| signed.flags |= 8, "flags of backup"),
        // A credential, extensions, and nothing of them; something, and no flag of it.
        (|signed| signed.flags |= 64, "authenticatorData is none"),
        (|signed| signed.flags |= 128, "authenticatorData is none"),
        (
            |signed| signed.behind = vec![0xa0],
            "authenticatorData is none",
        ),
        (|signed| signed.flip = 1, "the signature is not"),
        (|signed| signed.count = 9, "is 9 after 9"),
    ];
    let ann = Ann::new().await;
    for (at, (change, reason)) in cases.into_iter().enumerate() {
        let refused = ann.signs(change).await.unwrap_err();
        assert!(refused.contains(reason), "{at}: {refused}");
    }
    let zero = ann.signs(|signed| signed.count = 0).await.unwrap_err();
    assert!(zero.contains("is 0 after 9"), "{zero}");
    // Nothing of that has counted.
    assert_eq!(ann.count(), 9);
    assert!(ann.signs(|_| {}).await.is_ok());
}

#[tokio::test]
async fn a_passkey_that_does_not_count_says_0_each_time() {
    let ann = Ann::new().await;
    let stored = ann.pool.cx.pool(&ann.pool.id).unwrap();
    let uncounted = stored.change(|draft| {
        let mut passkey = draft
            .state()
            .passkeys
            .with_id(&ID)
            .unwrap()
            .as_ref()
            .clone();
        passkey.credential.sign_count = 0;
        draft.see_passkey(Arc::new(passkey));
        Ok(())
    });
    uncounted.unwrap();
    for _ in 0..2 {
        assert!(ann.signs(|signed| signed.count = 0).await.is_ok());
    }
    assert!(ann.signs(|signed| signed.count = 1).await.is_ok());
    assert!(ann.signs(|signed| signed.count = 0).await.is_err());
}

#[tokio::test]
async fn a_credential_in_another_form_is_refused() {
    let ann = Ann::new().await;
    let challenge = ann.asked().0;
    let right = Signed::new(&challenge.0, &ID).json(&ann.key);
    let mut cases = vec![
        String::new(),
        "{".into(),
        "[]".into(),
        "7".into(),
        "{}".into(),
        "[".repeat(100_000),
        // The text of a text.
        json!(right.to_string()).to_string(),
        right.to_string().replacen('{', r#"{"id":"BwcH","#, 1),
    ];
    for name in ["id", "rawId", "type", "clientExtensionResults", "response"] {
        let mut credential = right.clone();
        credential.as_object_mut().unwrap().remove(name);
        cases.push(credential.to_string());
    }
    for name in ["clientDataJSON", "authenticatorData", "signature"] {
        let mut credential = right.clone();
        let response = credential["response"].as_object_mut().unwrap();
        response.remove(name);
        cases.push(credential.to_string());
        for value in [json!("="), json!(7), json!(null), json!("")] {
            let mut credential = right.clone();
            credential["response"][name] = value;
            cases.push(credential.to_string());
        }
    }
    let changes = [
        ("/id", json!("BwcH")),
        ("/rawId", json!("=")),
        ("/type", json!("password")),
        ("/clientExtensionResults", json!([])),
        ("/response/userHandle", json!("=")),
        ("/response/userHandle", json!(7)),
        ("/response/clientDataJSON", json!("e30")),
        ("/response/clientDataJSON", json!("_w")),
    ];
    for (place, value) in changes {
        let mut credential = right.clone();
        *credential.pointer_mut(place).unwrap() = value;
        cases.push(credential.to_string());
    }
    for credential in cases {
        let refused = ann.answer(challenge, &credential).await;
        assert!(refused.is_err(), "{credential}");
    }
    assert!(ann.answer(challenge, &right.to_string()).await.is_ok());
}

#[tokio::test]
async fn every_bit_of_what_is_signed_counts() {
    let ann = Ann::new().await;
    let challenge = ann.asked().0;
    let right = Signed::new(&challenge.0, &ID).json(&ann.key);
    for name in ["authenticatorData", "clientDataJSON", "signature"] {
        let place = &right["response"][name];
        let bytes = base64url(place.as_str().unwrap()).unwrap();
        for at in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[at / 8] ^= 1 << (at % 8);
            let mut credential = right.clone();
            credential["response"][name] = json!(as_base64url(&changed));
            let refused = ann.answer(challenge, &credential.to_string()).await;
            assert!(refused.is_err(), "{name}, bit {at}");
        }
    }
}

#[tokio::test]
async fn a_passkey_is_its_users_and_its_relying_partys() {
    let ann = Ann::new().await;
    add(&ann.pool, "bob").await;
    let stored = ann.pool.cx.pool(&ann.pool.id).unwrap();
    let (challenge, _) = ann.asked();
    let credential = Signed::new(&challenge.0, &ID).json(&ann.key).to_string();
    let (cx, bob) = (&ann.pool.cx, ann.pool.user("bob"));
    let refused = assertion::verify(cx, &stored, bob.sub, challenge, &credential).await;
    assert!(refused.unwrap_err().reason().contains("no passkey"));

    configure(&ann.pool, json!({"RelyingPartyId": "app.example.com"})).await;
    let refused = ann.signs(|signed| signed.rp = "app.example.com").await;
    assert!(refused.unwrap_err().contains("relying party example.com"));
    configure(&ann.pool, json!({"RelyingPartyId": RP})).await;
    assert!(ann.signs(|_| {}).await.is_ok());
    let gone = json!({"AccessToken": ann.token, "CredentialId": as_base64url(&ID)});
    ann.pool.ok("DeleteWebAuthnCredential", gone).await;
    let refused = ann.signs(|signed| signed.count = 11).await;
    assert!(refused.unwrap_err().contains("no passkey"));
}

#[tokio::test]
async fn the_pool_may_require_verification_and_may_turn_passkeys_off() {
    let ann = Ann::new().await;
    configure(
        &ann.pool,
        json!({"RelyingPartyId": RP, "UserVerification": "required"}),
    )
    .await;
    let refused = ann.signs(|signed| signed.flags = 1).await;
    assert!(refused.unwrap_err().contains("no flag user verified"));
    assert!(ann.signs(|_| {}).await.is_ok());
    let (challenge, _) = ann.asked();
    let without = json!({"UserPoolId": ann.pool.id.as_str(),
        "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]}}});
    ann.pool.ok("UpdateUserPool", without).await;
    let mut signed = Signed::new(&challenge.0, &ID);
    signed.count = 11;
    let refused = ann
        .answer(challenge, &signed.json(&ann.key).to_string())
        .await;
    assert!(refused.unwrap_err().contains("WEB_AUTHN"));
}

#[tokio::test]
async fn of_two_answers_with_one_count_one_wins() {
    let ann = Ann::new().await;
    let (one, other) = tokio::join!(ann.signs(|_| {}), ann.signs(|_| {}));
    assert_eq!(
        [one.is_ok(), other.is_ok()]
            .iter()
            .filter(|ok| **ok)
            .count(),
        1
    );
    let refused = one.and(other).unwrap_err();
    assert!(refused.contains("is 10 after 10"), "{refused}");
}

#[tokio::test]
async fn a_passkey_is_usable_where_pool_and_user_let_it_be() {
    let ann = Ann::new().await;
    let stored = ann.pool.cx.pool(&ann.pool.id).unwrap();
    let usable = |is_mfa_asked| {
        stored.read(|state| assertion::is_usable(state, &ann.pool.user("ann"), is_mfa_asked))
    };
    assert_eq!((usable(false), usable(true)), (true, false));
    // The pool lets passkeys stand for MFA, and then the user does.
    let email = json!({"UserPoolId": ann.pool.id.as_str(), "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": {"Enabled": true},
        "WebAuthnConfiguration": {"RelyingPartyId": RP,
            "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"}});
    ann.pool.ok("SetUserPoolMfaConfig", email).await;
    assert_eq!((usable(false), usable(true)), (true, false));
    let number = json!({"Username": "ann",
        "UserAttributes": [{"Name": "phone_number", "Value": "+15550100"}]});
    ann.pool.ok("AdminUpdateUserAttributes", number).await;
    let chosen = json!({"AccessToken": ann.token, "WebAuthnMfaSettings": {"Enabled": true},
        "SMSMfaSettings": {"Enabled": true}});
    ann.pool.ok("SetUserMFAPreference", chosen).await;
    assert_eq!((usable(false), usable(true)), (true, true));
    configure(&ann.pool, json!({"RelyingPartyId": "example.net"})).await;
    assert_eq!((usable(false), usable(true)), (false, false));
    add(&ann.pool, "bob").await;
    configure(&ann.pool, json!({"RelyingPartyId": RP})).await;
    let bob = ann.pool.user("bob");
    assert!(!stored.read(|state| assertion::is_usable(state, &bob, false)));
    assert!(usable(false));
}

/// A passkey of the key of [`Ann::new`], of nobody.
fn passkey() -> Passkey {
    let cose = CredentialKey::es256([7; 32]).unwrap().cose();
    let key = PublicKey::from_cose(&cbor::read(&cose).unwrap()).unwrap();
    Passkey::unused(Uuid::nil(), RP, &ID, key, Timestamp(0))
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".{0,200}") {
        let _ = Assertion::read(&text);
    }

    /// Past the outer layers, where noise seldom gets.
    #[test]
    fn no_noise_is_taken(
        noise in proptest::collection::vec(proptest::num::u8::ANY, 0..100),
        place in 0..3_usize,
        flags in proptest::num::u8::ANY,
    ) {
        let challenge = AssertionChallenge([7; 16]);
        let mut signed = Signed::new(&challenge.0, &ID);
        signed.flags = flags;
        let mut sent = signed.json(&CredentialKey::es256([7; 32]).unwrap());
        let name = ["authenticatorData", "signature", "clientDataJSON"][place];
        let head = base64url(sent["response"][name].as_str().unwrap()).unwrap();
        let head = if place == 0 { &head[..37] } else { &[] };
        let noise = [head, &noise, &[0xff]].concat();
        sent["response"][name] = json!(as_base64url(&noise));
        if let Ok(read) = Assertion::read(&sent.to_string()) {
            let party = RelyingParty { id: RP.into(), requires_verification: false };
            assert!(read.check(&challenge, &party, &passkey()).is_err(), "{sent}");
        }
    }
}
