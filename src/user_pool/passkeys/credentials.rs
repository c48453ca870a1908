//! The operations on passkeys, all of them by their user.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::registration::{Credential, invalid};
use super::relying_party::RelyingParty;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::crypto::cose_key::Algorithm;
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    CompleteWebAuthnRegistrationRequest, CompleteWebAuthnRegistrationResponse,
    DeleteWebAuthnCredentialRequest, DeleteWebAuthnCredentialResponse,
    ListWebAuthnCredentialsRequest, ListWebAuthnCredentialsResponse,
    StartWebAuthnRegistrationRequest, StartWebAuthnRegistrationResponse,
};
use crate::model::{ClientId, Secret};
use crate::page;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::passkey::{Challenge, Passkey, Passkeys, as_base64url, base64url};
use crate::store::user_pool::user::User;
use crate::user_pool::tokens::access;
use crate::user_pool::users;

/// Documented quota.
const MAX_PASSKEYS: usize = 20;

/// How long a challenge can be answered. Not published; longer than the minute that the options give
/// a client (inferred).
const CHALLENGE_LIFE: Duration = Duration::from_secs(5 * 60);

/// `StartWebAuthnRegistration`. The shape of the options is documented by the sample of the API
/// reference.
///
/// # Errors
/// A bad access token, passkeys that are off, no relying party, too many passkeys.
pub fn start_web_authn_registration(
    cx: &Context,
    req: StartWebAuthnRegistrationRequest,
) -> Result<StartWebAuthnRegistrationResponse, CognitoError> {
    let caller = Owner::of_token(cx, &req.access_token)?;
    let options = begin_registration(cx, &caller)?;
    Ok(StartWebAuthnRegistrationResponse {
        credential_creation_options: options,
    })
}

/// Whose passkeys they are: who an access token is of, or who is signed in on the hosted pages.
pub struct Owner {
    /// The pool.
    pub pool: Arc<UserPool>,
    /// The app client that they come by.
    pub client: ClientId,
    /// The user.
    pub user: Arc<User>,
}

impl Owner {
    fn of_token(cx: &Context, token: &Secret) -> Result<Self, CognitoError> {
        let caller = access::authorize(cx, token)?;
        Ok(Self {
            client: caller.client.id.clone(),
            pool: caller.pool,
            user: caller.user,
        })
    }
}

/// The options of a registration that begins.
///
/// # Errors
/// Passkeys that are off, no relying party, too many passkeys.
pub fn begin_registration(cx: &Context, caller: &Owner) -> Result<Value, CognitoError> {
    let challenge = Challenge {
        owner: caller.user.sub,
        client: caller.client.clone(),
        bytes: cx.entropy.bytes(Purpose::Sessions),
        expires: cx.now().plus(CHALLENGE_LIFE),
    };
    let now = cx.now();
    caller.pool.change(|draft| {
        let state = draft.state();
        let party = RelyingParty::of(state)?;
        users::current(state, &caller.user)?;
        check_room(&state.passkeys, caller)?;
        let options = creation_options(&party, caller, &challenge, &state.passkeys);
        draft.ask_for_passkey(challenge, now);
        Ok(options)
    })
}

fn creation_options(
    party: &RelyingParty,
    caller: &Owner,
    challenge: &Challenge,
    passkeys: &Passkeys,
) -> Value {
    let user = &caller.user;
    let known: Vec<Value> = passkeys
        .of(user.sub)
        .map(|passkey| json!({"id": as_base64url(&passkey.credential.id), "type": "public-key"}))
        .collect();
    let offered = Algorithm::OFFERED.map(|offer| json!({"alg": offer.id(), "type": "public-key"}));
    json!({
        "authenticatorSelection": {
            "requireResidentKey": true,
            "residentKey": "required",
            "userVerification": party.user_verification(),
        },
        "challenge": as_base64url(&challenge.bytes),
        "excludeCredentials": known,
        "pubKeyCredParams": offered,
        "rp": {"id": party.id, "name": party.id},
        "timeout": 60_000,
        "user": {
            "id": as_base64url(user.sub.to_string().as_bytes()),
            "name": user.username.as_str(),
            "displayName": user.username.as_str(),
        },
    })
}

/// `CompleteWebAuthnRegistration`. A registration uses its challenge up; a refused one leaves it to be
/// answered again (inferred).
///
/// # Errors
/// A bad access token, passkeys that are off, a challenge that is not open or is another client's, a
/// credential that does not verify or is registered already, too many passkeys.
pub async fn complete_web_authn_registration(
    cx: &Context,
    req: CompleteWebAuthnRegistrationRequest,
) -> Result<CompleteWebAuthnRegistrationResponse, CognitoError> {
    let caller = Owner::of_token(cx, &req.access_token)?;
    complete_registration(cx, &caller, &req.credential).await?;
    Ok(CompleteWebAuthnRegistrationResponse {})
}

/// Takes the credential of a registration.
///
/// # Errors
/// As CompleteWebAuthnRegistration, but for the token.
pub async fn complete_registration(
    cx: &Context,
    caller: &Owner,
    credential: &Value,
) -> Result<(), CognitoError> {
    let party = caller.pool.read(RelyingParty::of)?;
    let credential = Credential::read(credential)?;
    let challenge = credential.client_data.challenge.clone();
    let now = cx.now();
    let is_open = |passkeys: &Passkeys| check_challenge(passkeys, caller, &challenge, now);
    caller.pool.read(|state| is_open(&state.passkeys))?;
    let asked = party.clone();
    let verified = cx.crypto.run(move || credential.verify(&asked)).await??;
    caller.pool.change(|draft| {
        let state = draft.state();
        users::current(state, &caller.user)?;
        // Of two answers to one challenge, one wins.
        is_open(&state.passkeys)?;
        check_room(&state.passkeys, caller)?;
        if state.passkeys.with_id(&verified.id).is_some() {
            return Err(invalid("the credential is registered already"));
        }
        let passkey = Passkey {
            owner: caller.user.sub,
            relying_party: party.id,
            credential: verified,
            created: now,
        };
        draft.put_passkey(Arc::new(passkey), challenge.clone());
        Ok(())
    })
}

/// The challenge is the user's, not expired, and given to the client of the token (documented).
fn check_challenge(
    passkeys: &Passkeys,
    caller: &Owner,
    challenge: &[u8],
    now: Timestamp,
) -> Result<(), CognitoError> {
    let found = passkeys.challenge(caller.user.sub, challenge, now);
    let found = found.ok_or_else(|| {
        Refusal::WebAuthnChallengeNotFound.because(
            "no StartWebAuthnRegistration of this user has given the challenge, or it was used or is \
             older than five minutes",
        )
    })?;
    if found.client != caller.client {
        return Refusal::WebAuthnClientMismatch
            .refuse("StartWebAuthnRegistration was called with a token of another app client");
    }
    Ok(())
}

fn check_room(passkeys: &Passkeys, caller: &Owner) -> Result<(), CognitoError> {
    if passkeys.of(caller.user.sub).count() < MAX_PASSKEYS {
        return Ok(());
    }
    Refusal::ResourceLimit {
        what: "passkeys".into(),
    }
    .refuse(format!(
        "a user has {MAX_PASSKEYS} passkeys at most; DeleteWebAuthnCredential takes one away"
    ))
}

/// `ListWebAuthnCredentials`, the oldest first (inferred).
///
/// # Errors
/// A bad access token, a bad pagination token.
pub fn list_web_authn_credentials(
    cx: &Context,
    req: ListWebAuthnCredentialsRequest,
) -> Result<ListWebAuthnCredentialsResponse, CognitoError> {
    let caller = access::authorize(cx, &req.access_token)?;
    let sub = caller.user.sub;
    let scope = format!("ListWebAuthnCredentials {} {sub}", caller.pool.id);
    let after = page::position(cx, &scope, req.next_token.as_deref())?;
    let after = after.and_then(|at| at.parse().ok());
    let limit = page::limit(req.max_results).min(MAX_PASSKEYS);
    let mut found: Vec<(u64, Arc<Passkey>)> = caller.pool.read(|state| {
        let passkeys = state.passkeys.after(sub, after);
        passkeys
            .take(limit + 1)
            .map(|(at, passkey)| (at, Arc::clone(passkey)))
            .collect()
    });
    let next_token = page::cut(cx, &scope, &mut found, limit, |(at, _)| at.to_string());
    Ok(ListWebAuthnCredentialsResponse {
        credentials: found.iter().map(|(_, passkey)| passkey.view()).collect(),
        next_token,
    })
}

/// `DeleteWebAuthnCredential`.
///
/// # Errors
/// A bad access token, a credential that the user does not have.
pub fn delete_web_authn_credential(
    cx: &Context,
    req: DeleteWebAuthnCredentialRequest,
) -> Result<DeleteWebAuthnCredentialResponse, CognitoError> {
    let caller = access::authorize(cx, &req.access_token)?;
    let id = base64url(&req.credential_id).unwrap_or_default();
    caller.pool.change(|draft| {
        let found = draft.state().passkeys.with_id(&id);
        if found.is_none_or(|passkey| passkey.owner != caller.user.sub) {
            return Refusal::PasskeyUnknown.refuse(
                "the user has no passkey with this CredentialId; ListWebAuthnCredentials shows them",
            );
        }
        draft.remove_passkey(id);
        Ok(())
    })?;
    Ok(DeleteWebAuthnCredentialResponse {})
}
