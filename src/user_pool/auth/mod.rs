//! Signing in: one state machine for every door.
//!
//! InitiateAuth and AdminInitiateAuth begin it, the two Respond operations carry it on, and the hosted
//! pages do both; what differs between them is a method of `Door`. A handler says what an answer has proven, and `next_step` alone
//! decides what follows.
//!
//! Order of checks: client, flow allowed, secret hash, parameters, user (or the user migration
//! function, in the flows that send a password), pre authentication function,
//! enabled, unconfirmed, lock, password, reset required, expired temporary password, new password,
//! MFA, device, tokens. "Unconfirmed before the password", "reset required after it" and "new password
//! before MFA" are observed; that an unknown user reaches the function only where the client hides
//! unknown users is documented; the rest is inferred.

use self::attempt::Attempt;
use self::challenge::Answer;
use self::door::{Door, Outcome};
use self::sign_in::{SignIn, admin_client};
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    AdminInitiateAuthRequest, AdminInitiateAuthResponse, AdminRespondToAuthChallengeRequest,
    AdminRespondToAuthChallengeResponse, InitiateAuthRequest, InitiateAuthResponse,
    RespondToAuthChallengeRequest, RespondToAuthChallengeResponse,
};
use crate::model::{ClientId, SecretMap};
use crate::user_pool::app_clients::managed_secrets;
use crate::user_pool::threat_protection::context_data::ContextData;

/// The four operations answer in the same members. Tokens come with empty challenge parameters
/// (observed).
macro_rules! answers {
    ($($response:ident),+) => {
        $(impl From<Outcome> for $response {
            fn from(outcome: Outcome) -> Self {
                match outcome {
                    Outcome::Tokens(result) => Self {
                        challenge_name: None,
                        session: None,
                        challenge_parameters: Some(SecretMap::default()),
                        authentication_result: Some(result),
                        available_challenges: None,
                    },
                    // The pages' door alone ends so.
                    Outcome::SignedIn(_) => Self {
                        challenge_name: None,
                        session: None,
                        challenge_parameters: None,
                        authentication_result: None,
                        available_challenges: None,
                    },
                    Outcome::Challenge { name, session, parameters, available } => Self {
                        challenge_name: Some(name),
                        session,
                        challenge_parameters: Some(parameters),
                        authentication_result: None,
                        available_challenges: available,
                    },
                }
            }
        })+
    };
}

answers!(
    InitiateAuthResponse,
    AdminInitiateAuthResponse,
    RespondToAuthChallengeResponse,
    AdminRespondToAuthChallengeResponse
);

/// `InitiateAuth`.
///
/// # Errors
/// Every refusal of a sign-in's first step.
pub async fn initiate_auth(
    cx: &Context,
    req: InitiateAuthRequest,
) -> Result<InitiateAuthResponse, CognitoError> {
    let (pool, client) = managed_secrets::client(cx, &req.client_id)?;
    let attempt = Attempt::parse(
        Door::Public,
        &client,
        req.auth_flow,
        req.auth_parameters,
        req.session,
    )?;
    // What is wrong with the context data comes after the parameters (inferred); so in the answers.
    let context_data = ContextData::of_user(&pool, &client, req.user_context_data)?;
    let sign_in =
        SignIn::new(cx, Door::Public, pool, client, req.client_metadata).from(context_data);
    let started = sign_in.start(attempt).await.map_err(as_declared);
    Ok(started?.into())
}

/// Of the four operations, InitiateAuth alone does not declare the exception for a factor that cannot be
/// had; that it answers with the one for a pool that cannot work so is inferred.
fn as_declared(error: CognitoError) -> CognitoError {
    if error.refusal == Refusal::MfaMethodMissing {
        return Refusal::MfaMethodMissingAtStart.because(error.reason().to_owned());
    }
    error
}

/// `AdminInitiateAuth`.
///
/// # Errors
/// As InitiateAuth, and an unknown pool.
pub async fn admin_initiate_auth(
    cx: &Context,
    req: AdminInitiateAuthRequest,
) -> Result<AdminInitiateAuthResponse, CognitoError> {
    let (pool, client) = admin_client(cx, &req.user_pool_id, &req.client_id)?;
    let attempt = Attempt::parse(
        Door::Admin,
        &client,
        req.auth_flow,
        req.auth_parameters,
        req.session,
    )?;
    let sign_in = SignIn::new(cx, Door::Admin, pool, client, req.client_metadata)
        .from(ContextData::told(req.context_data));
    Ok(sign_in.start(attempt).await?.into())
}

/// `RespondToAuthChallenge`.
///
/// # Errors
/// Every refusal of a challenge's answer.
pub async fn respond_to_auth_challenge(
    cx: &Context,
    req: RespondToAuthChallengeRequest,
) -> Result<RespondToAuthChallengeResponse, CognitoError> {
    let (pool, client) = managed_secrets::client(cx, &req.client_id)?;
    let (name, session) = (req.challenge_name, req.session);
    let answer = Answer::parse(&client, name, session, req.challenge_responses)?;
    let context_data = ContextData::of_user(&pool, &client, req.user_context_data)?;
    let sign_in =
        SignIn::new(cx, Door::Public, pool, client, req.client_metadata).from(context_data);
    Ok(sign_in.respond(answer).await?.into())
}

/// `AdminRespondToAuthChallenge`.
///
/// # Errors
/// As RespondToAuthChallenge, and an unknown pool.
pub async fn admin_respond_to_auth_challenge(
    cx: &Context,
    req: AdminRespondToAuthChallengeRequest,
) -> Result<AdminRespondToAuthChallengeResponse, CognitoError> {
    let (pool, client) = admin_client(cx, &req.user_pool_id, &req.client_id)?;
    let (name, session) = (req.challenge_name, req.session);
    let answer = Answer::parse(&client, name, session, req.challenge_responses)?;
    let sign_in = SignIn::new(cx, Door::Admin, pool, client, req.client_metadata)
        .from(ContextData::told(req.context_data));
    Ok(sign_in.respond(answer).await?.into())
}

/// Checks the secret hash of a challenge's answer before anybody looks at the rest of it.
///
/// # Errors
/// An unknown client; a missing, wrong or uncalled-for hash.
pub fn check_answering(
    cx: &Context,
    client: &ClientId,
    username: Option<&str>,
    hash: Option<&str>,
) -> Result<(), CognitoError> {
    let (_, client) = managed_secrets::client(cx, client)?;
    match (username, hash) {
        // Without the name a hash says nothing yet.
        (None, Some(_)) => Ok(()),
        (name, hash) => client.check_secret_hash(name.unwrap_or_default(), hash, |client| {
            Refusal::SecretHashWrong { client }
        }),
    }
}

pub(crate) mod attempt;
pub(crate) mod challenge;
mod choice;
mod claim;
pub(crate) mod claim_timestamp;
mod custom;
mod device;
mod device_srp;
pub(crate) mod door;
mod factors;
mod first_factors;
pub mod hosted;
mod new_password;
pub(crate) mod next_step;
mod one_time_code;
mod passkey;
mod password;
pub(crate) mod password_verifier;
pub(crate) mod refresh;
mod risk;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
mod step_up;

#[cfg(test)]
mod tests;

#[cfg(test)]
#[path = "tests/walks.rs"]
mod walks;
