//! Signing in on the hosted pages: the same machine by its third door. What ends in tokens at the API's doors
//! ends in [`Outcome::SignedIn`](super::door::Outcome) here.
//!
//! A page acts for its app client, so that there is no secret hash; which of ExplicitAuthFlows the client has
//! does not matter for a password (inferred: the setting is documented for the API, and pages of clients
//! without any sign people in).

use std::sync::Arc;

use super::attempt::{Attempt, Choice, Credentials, Given, Wish};
use super::challenge::Answer;
use super::door::{Door, Outcome};
use super::first_factors::FirstFactor;
use super::sign_in::SignIn;
use super::step_up;
use crate::context::Context;
use crate::error::CognitoError;
use crate::model::cognito_idp::ChallengeNameType;
use crate::model::{Secret, SecretMap};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::device::DeviceKey;

/// Where a page signs in.
#[derive(Debug, Clone)]
pub struct Place {
    /// The pool.
    pub pool: Arc<UserPool>,
    /// The app client.
    pub client: Arc<AppClient>,
}

impl Place {
    fn sign_in<'c>(&self, cx: &'c Context) -> SignIn<'c> {
        let (pool, client) = (Arc::clone(&self.pool), Arc::clone(&self.client));
        SignIn::new(cx, Door::Hosted, pool, client, None)
    }
}

/// Begins a sign-in with name and password.
///
/// # Errors
/// Every refusal of a sign-in's first step.
pub async fn with_password(
    cx: &Context,
    place: &Place,
    username: String,
    password: Secret,
) -> Result<Outcome, CognitoError> {
    let credentials = Credentials::Password { username, password };
    place.sign_in(cx).start(attempt(credentials)).await
}

/// Begins a sign-in whose user chooses how, as USER_AUTH does. `preferred` is the challenge that is wished for.
///
/// # Errors
/// Every refusal of a sign-in's first step.
pub async fn with_choice(
    cx: &Context,
    place: &Place,
    username: String,
    preferred: Option<ChallengeNameType>,
) -> Result<Outcome, CognitoError> {
    let credentials = Credentials::Choice(Choice {
        username,
        wish: Wish {
            preferred: preferred.and_then(|name| FirstFactor::parse(name.as_str())),
            given: Given {
                password: None,
                srp_a: None,
            },
        },
        step_up: step_up::Asked::nothing(),
    });
    place.sign_in(cx).start(attempt(credentials)).await
}

/// Goes on with the answer to a challenge. `username` is the challenge's USER_ID_FOR_SRP, `responses` are the
/// members that RespondToAuthChallenge takes beside it.
///
/// # Errors
/// Every refusal of a challenge's answer.
pub async fn respond(
    cx: &Context,
    place: &Place,
    challenge: ChallengeNameType,
    session: Secret,
    username: String,
    responses: SecretMap,
) -> Result<Outcome, CognitoError> {
    let answer = Answer::of_page(challenge, session, username, responses);
    place.sign_in(cx).respond(answer).await
}

fn attempt(credentials: Credentials) -> Attempt {
    Attempt {
        credentials,
        device_key: DeviceKey::Missing,
    }
}
