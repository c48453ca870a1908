//! An assertion: how a passkey signs a user in. The options that ask for it, and its verification
//! (W3C WebAuthn Level 3, 5.1.8.2 and 7.2).
//!
//! Documented is the shape of the options, by the sample of the API reference, and that a bad assertion
//! is NotAuthorizedException. Inferred is everything else that AWS might do otherwise than the standard:
//! that what is refused has the sentence of a wrong password (the one place: [`Fault::refusal`]),
//! which checks there are beyond the signature, and their order: form, type, challenge, origin,
//! credential and user, relying party, flags, signature, count.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::IgnoredAny;
use uuid::Uuid;

use super::authenticator_data::of_assertion;
use super::client_data::{ClientData, Kind};
use super::relying_party::{RelyingParty, counts_as_mfa};
use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::model::JsonWriter;
use crate::model::cognito_idp::AuthFactorType;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::passkey::{AssertionChallenge, Passkey, as_base64url, base64url};
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::user::User;

/// How long a client lets its user take, in milliseconds (documented by the sample). The session's life
/// is what ends a challenge.
const TIMEOUT: i64 = 180_000;

/// What a right assertion has proven beyond who signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// Whether the authenticator knew who used it: then the passkey stands for both factors.
    pub user_verified: bool,
    /// Whether it was registered as one that goes from device to device.
    pub roaming: bool,
}

/// Whether a user could sign in by passkey: the pool lets a sign-in begin so, and the user has a passkey
/// that its relying party made; one of an earlier relying party is no use (inferred).
///
/// Where MFA is asked of the user, a passkey must be able to stand for it: the pool by
/// FactorConfiguration, the user by WebAuthnMfaSettings (documented).
pub fn is_usable(state: &PoolState, user: &User, is_mfa_asked: bool) -> bool {
    let settings = &state.settings;
    settings.first_factors.contains(&AuthFactorType::WebAuthn)
        && RelyingParty::of(state)
            .is_ok_and(|party| usable(state, &party, user.sub).next().is_some())
        && (!is_mfa_asked || stands_for_mfa(settings, user))
}

/// Whether a passkey of the user that verifies them counts as MFA: FactorConfiguration of the pool and the
/// user's WebAuthnMfaSettings (documented).
pub fn stands_for_mfa(settings: &PoolSettings, user: &User) -> bool {
    counts_as_mfa(settings) && user.more().is_some_and(|more| more.mfa.web_authn)
}

fn usable<'s>(
    state: &'s PoolState,
    party: &'s RelyingParty,
    user: Uuid,
) -> impl Iterator<Item = &'s Arc<Passkey>> {
    let passkeys = state.passkeys.of(user);
    passkeys.filter(|passkey| passkey.relying_party == party.id)
}

/// A new challenge, and `CREDENTIAL_REQUEST_OPTIONS` with it: JSON, as text.
///
/// # Errors
/// Passkeys that are off, no relying party; whoever asks [`is_usable`] before gets neither.
pub fn request_options(
    cx: &Context,
    pool: &UserPool,
    user: &User,
) -> Result<(AssertionChallenge, String), CognitoError> {
    let challenge = AssertionChallenge(cx.entropy.bytes(Purpose::Sessions));
    let options = pool.read(|state| {
        let party = RelyingParty::of(state)?;
        let mut out = JsonWriter::new();
        out.object(|out| {
            out.field("challenge", &as_base64url(&challenge.0))
                .field("timeout", &TIMEOUT)
                .field("rpId", &party.id)
                .name("allowCredentials")
                .array(|out| {
                    for passkey in usable(state, &party, user.sub) {
                        descriptor(out, passkey);
                    }
                })
                .field("userVerification", party.user_verification());
        });
        Ok::<_, CognitoError>(out.into_string())
    })?;
    Ok((challenge, options))
}

fn descriptor(out: &mut JsonWriter, passkey: &Passkey) {
    out.object(|out| {
        out.field("type", "public-key")
            .field("id", &as_base64url(&passkey.credential.id))
            .name("transports")
            .array(|out| {
                for transport in &passkey.credential.transports {
                    out.string(transport);
                }
            });
    });
}

/// Verifies `CREDENTIAL` as the answer of the user `sub` to `challenge`, and records what the passkey has
/// shown: its count, whether it is backed up, whether it has verified its user. Of two answers with one
/// count, one wins.
///
/// A challenge is good for one right answer (WebAuthn, 13.4.3), so the caller sees to it that its
/// conversation is used once.
///
/// # Errors
/// `Incorrect username or password.`, with what is wrong as the reason.
pub async fn verify(
    cx: &Context,
    pool: &UserPool,
    sub: Uuid,
    challenge: AssertionChallenge,
    credential: &str,
) -> Result<Proof, CognitoError> {
    let assertion = Assertion::read(credential).map_err(Fault::refusal)?;
    let (party, passkey) = pool
        .read(|state| {
            let party =
                RelyingParty::of(state).map_err(|off| Fault::Off(off.reason().to_owned()))?;
            Ok((party, passkey_of(state, sub, &assertion)?))
        })
        .map_err(Fault::refusal)?;
    let known = Arc::clone(&passkey);
    let check = move || assertion.check(&challenge, &party, &known);
    let seen = cx.crypto.run(check).await?.map_err(Fault::refusal)?;
    pool.change(|draft| {
        // The signature took its time: the passkey may be gone, or have signed meanwhile.
        let now = draft.state().passkeys.with_id(&passkey.credential.id);
        let now = now.filter(|now| now.is_same(&passkey));
        let now = now.ok_or(Fault::Unknown).and_then(|now| seen.record(now));
        draft.see_passkey(Arc::new(now.map_err(Fault::refusal)?));
        Ok(())
    })?;
    Ok(Proof {
        user_verified: seen.user_verified,
        roaming: passkey.credential.attachment.as_deref() == Some("cross-platform"),
    })
}

fn passkey_of(state: &PoolState, sub: Uuid, given: &Assertion) -> Result<Arc<Passkey>, Fault> {
    let found = state.passkeys.with_id(&given.id);
    found
        .filter(|passkey| passkey.owner == sub)
        .cloned()
        .ok_or(Fault::Unknown)
}

/// `AuthenticationResponseJSON`, as a browser's `toJSON` makes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    id: String,
    raw_id: String,
    #[serde(rename = "type")]
    kind: String,
    response: Response,
    #[serde(rename = "clientExtensionResults")]
    _extensions: serde_json::Map<String, serde_json::Value>,
    #[serde(rename = "authenticatorAttachment")]
    _attachment: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    #[serde(rename = "clientDataJSON")]
    client_data_json: String,
    authenticator_data: String,
    signature: String,
    user_handle: Option<String>,
}

/// An assertion whose form is right.
#[derive(Debug)]
pub struct Assertion {
    id: Vec<u8>,
    client_data: ClientData,
    authenticator_data: Vec<u8>,
    signature: Vec<u8>,
    user_handle: Option<Vec<u8>>,
}

impl Assertion {
    /// Reads `CREDENTIAL`.
    ///
    /// # Errors
    /// What is no AuthenticationResponseJSON, or not of an assertion.
    pub fn read(text: &str) -> Result<Self, Fault> {
        let sent: Sent = serde_json::from_str(text).map_err(|_| {
            Fault::Form(
                "CREDENTIAL is no AuthenticationResponseJSON as text: an object with id, rawId, type, \
                 clientExtensionResults and response, the latter with clientDataJSON, \
                 authenticatorData and signature",
            )
        })?;
        if sent.kind != "public-key" {
            return Err(Fault::Form("the credential's type is not public-key"));
        }
        if sent.id != sent.raw_id {
            return Err(Fault::Form("id and rawId differ"));
        }
        let bytes = |text: &str| {
            base64url(text).ok_or(Fault::Form("binary members are base64url without padding"))
        };
        let client_data = bytes(&sent.response.client_data_json)?;
        Ok(Self {
            id: bytes(&sent.id)?,
            client_data: ClientData::read(&client_data, Kind::Get).map_err(Fault::Form)?,
            authenticator_data: bytes(&sent.response.authenticator_data)?,
            signature: bytes(&sent.response.signature)?,
            user_handle: sent
                .response
                .user_handle
                .as_deref()
                .map(bytes)
                .transpose()?,
        })
    }

    /// Checks it against the challenge, the relying party and the passkey, and gives what it shows.
    /// Slow: it verifies a signature.
    ///
    /// # Errors
    /// The first check that fails.
    pub fn check(
        &self,
        challenge: &AssertionChallenge,
        party: &RelyingParty,
        passkey: &Passkey,
    ) -> Result<Seen, Fault> {
        if self.client_data.challenge != challenge.0 {
            return Err(Fault::Challenge);
        }
        if !party.allows(&self.client_data.origin) {
            return Err(Fault::Origin(party.origins()));
        }
        let handle = passkey.owner.to_string();
        let names_other = |given: &Vec<u8>| given != handle.as_bytes();
        if self.user_handle.as_ref().is_some_and(names_other) {
            return Err(Fault::UserHandle);
        }
        if passkey.relying_party != party.id {
            return Err(Fault::OfOldParty(passkey.relying_party.clone()));
        }
        let head = of_assertion(&self.authenticator_data).ok_or(Fault::Form(
            "authenticatorData is none of an assertion: 37 bytes, behind them extensions or nothing \
             as the flags say, and no credential",
        ))?;
        if !head.is_for(&party.id) {
            return Err(Fault::RelyingParty(party.id.clone()));
        }
        let flags = head.flags;
        if !flags.user_present() {
            return Err(Fault::UserAbsent);
        }
        if party.requires_verification && !flags.user_verified() {
            return Err(Fault::UserNotVerified);
        }
        let is_eligible = flags.backup_eligible();
        if is_eligible != passkey.credential.backup_eligible || flags.backed_up() && !is_eligible {
            return Err(Fault::Backup);
        }
        let signed = [
            self.authenticator_data.as_slice(),
            self.client_data.hash.as_slice(),
        ]
        .concat();
        if !passkey.credential.key.verifies(&signed, &self.signature) {
            return Err(Fault::Signature);
        }
        Ok(Seen {
            sign_count: head.sign_count,
            backed_up: flags.backed_up(),
            user_verified: flags.user_verified(),
        })
    }
}

/// What a right signature shows of the passkey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    sign_count: u32,
    backed_up: bool,
    user_verified: bool,
}

impl Seen {
    /// The passkey with it, if the count has gone up; an authenticator that does not count says 0 each time
    /// (WebAuthn, 7.2, steps 22 and 24).
    fn record(&self, passkey: &Passkey) -> Result<Passkey, Fault> {
        let mut passkey = passkey.clone();
        let credential = &mut passkey.credential;
        let (known, given) = (credential.sign_count, self.sign_count);
        if (known, given) != (0, 0) && given <= known {
            return Err(Fault::Count { known, given });
        }
        credential.sign_count = given;
        credential.backed_up = self.backed_up;
        credential.user_verified |= self.user_verified;
        Ok(passkey)
    }
}

/// Why an assertion is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is none; what is wrong.
    Form(&'static str),
    /// Passkeys were turned off since; how.
    Off(String),
    /// It answers another challenge.
    Challenge,
    /// It was made elsewhere; where it should be.
    Origin(String),
    /// The user has no passkey of this id.
    Unknown,
    /// The authenticator made the passkey for another user.
    UserHandle,
    /// The pool's relying party was this one when the passkey was registered.
    OfOldParty(String),
    /// The authenticator signed for another relying party than this one.
    RelyingParty(String),
    /// Nobody touched the authenticator.
    UserAbsent,
    /// The pool requires user verification, and there was none.
    UserNotVerified,
    /// The flags of a backup are not those of the passkey.
    Backup,
    /// The signature is not the passkey's.
    Signature,
    /// The count of signatures went back, or stood still.
    Count {
        /// The one before.
        known: u32,
        /// The one of the assertion.
        given: u32,
    },
}

impl Fault {
    fn reason(self) -> Cow<'static, str> {
        match self {
            Self::Form(what) => what.into(),
            Self::Off(how) => how.into(),
            Self::Challenge => "the challenge in clientDataJSON is not the one of this session's \
                 CREDENTIAL_REQUEST_OPTIONS"
                .into(),
            Self::Origin(right) => right.into(),
            Self::Unknown => "the user has no passkey of this id; allowCredentials lists those that may \
                 answer"
                .into(),
            Self::UserHandle => "userHandle is not the user's sub, which is user.id of the options that \
                 the passkey was made by"
                .into(),
            Self::OfOldParty(id) => format!(
                "the passkey was registered for the relying party {id}, and the pool has another one \
                 since"
            )
            .into(),
            Self::RelyingParty(id) => format!(
                "the hash in authenticatorData is of another relying party than {id}"
            )
            .into(),
            Self::UserAbsent => "authenticatorData has no flag user present".into(),
            Self::UserNotVerified => "the pool requires user verification (UserVerification required, \
                 or passkeys as MFA), and authenticatorData has no flag user verified"
                .into(),
            Self::Backup => "the flags of backup in authenticatorData are not those of the passkey: \
                 eligible as at its registration, and backed up only if eligible"
                .into(),
            Self::Signature => "the signature is not the passkey's over authenticatorData and the \
                 SHA-256 of clientDataJSON"
                .into(),
            Self::Count { known, given } => format!(
                "the count of signatures is {given} after {known}: it goes up with each, unless it is \
                 always 0; a copy of the passkey may be about"
            )
            .into(),
        }
    }

    /// The one place of what AWS says to a bad assertion (inferred).
    fn refusal(self) -> CognitoError {
        Refusal::IncorrectUsernameOrPassword.because(self.reason())
    }
}
