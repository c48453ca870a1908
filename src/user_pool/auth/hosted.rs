//! Signing in on the hosted pages: the same machine by its third door. What ends in tokens at the API's doors
//! ends in `Outcome::SignedIn` here.
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
use crate::store::user_pool::settings::PoolSettings;
use crate::user_pool::tiers::Feature;

/// Where a page signs in.
#[derive(Debug, Clone)]
pub struct Place {
    /// The pool.
    pub pool: Arc<UserPool>,
    /// The app client.
    pub client: Arc<AppClient>,
    /// `acr_values` of the authorization request, best first.
    pub levels: Vec<String>,
}

/// Whether levels of authentication count: where they are turned on, and the feature plan has them (documented:
/// below Essentials they are passed over in silence).
pub fn knows_levels(cx: &Context, settings: &PoolSettings) -> bool {
    (cx.settings.step_up || settings.emulation.step_up) && Feature::StepUp.is_in(settings.tier)
}

impl Place {
    /// The levels that are wanted and that the pool has: unknown ones are passed over (documented).
    fn levels_of(&self, cx: &Context) -> String {
        let settings = self.pool.settings();
        let is_known = |name: &&String| settings.level_of(name).is_some();
        let known = self.levels.iter().filter(is_known).cloned();
        let known: Vec<String> = known.filter(|_| knows_levels(cx, &settings)).collect();
        known.join(" ")
    }

    fn sign_in<'c>(&self, cx: &'c Context) -> SignIn<'c> {
        let (pool, client) = (Arc::clone(&self.pool), Arc::clone(&self.client));
        let mut sign_in = SignIn::new(cx, Door::Hosted, pool, client, None);
        sign_in.levels = self.levels_of(cx);
        sign_in
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
        step_up: step_up::Asked::levels(&place.levels_of(cx)),
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

/// Sends the code of a second factor again, as a new one.
///
/// # Errors
/// A session that is over or of another challenge; what keeps a code from being sent.
pub async fn resend(
    cx: &Context,
    place: &Place,
    session: &Secret,
) -> Result<Outcome, CognitoError> {
    place.sign_in(cx).send_again(session).await
}

fn attempt(credentials: Credentials) -> Attempt {
    Attempt {
        credentials,
        device_key: DeviceKey::Missing,
    }
}
