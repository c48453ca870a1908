//! Signing in through an identity provider: what an authorization request and the pool's federation have to do
//! with each other. How providers are asked, and what counts of their answers, is the business of
//! [`user_pool::federation`](crate::user_pool::federation).

use std::sync::Arc;

use super::authorize::{self, Finished};
use super::error::{Code, Rejection, ReturnTo};
use super::parameters::Parameters;
use super::request::{AuthorizeRequest, Site};
use crate::context::Context;
use crate::error::CognitoError;
use crate::form;
use crate::model::ClientId;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::authorizations::Browser;
use crate::store::user_pool::lineage::Lineage;
use crate::user_pool::auth::door::SignedIn;
use crate::user_pool::federation::openid_client::Hints;
use crate::user_pool::federation::refused::{self, Refused};
use crate::user_pool::federation::round_trip::{self, Astray, CodeAnswer, Place};

/// Where the browser goes to sign in at `provider`. `browser` is what it keeps meanwhile.
///
/// # Errors
/// What the app is told: the provider was deleted meanwhile, or cannot be asked.
pub async fn begin(
    cx: &Context,
    site: &Site,
    request: &AuthorizeRequest,
    parameters: &Parameters,
    provider: &str,
    browser: &str,
) -> Result<String, Rejection> {
    let client = &request.client;
    let found = client
        .pool
        .read(|state| state.providers.get(provider).map(Arc::clone));
    let provider = found.ok_or_else(|| {
        request.to.refuse(
            Code::InvalidRequest,
            format!("the identity provider {provider} was deleted"),
        )
    })?;
    let knows_prompt = request.version.is_none_or(|version| version > 1);
    let hints = Hints {
        login_hint: request.login_hint.as_deref(),
        prompt: parameters.get("prompt").filter(|_| knows_prompt),
        acr_values: parameters.get("acr_values"),
        person: parameters.get("poolhouse_person"),
    };
    let place = Place {
        base: &site.base,
        browser,
    };
    let id = &client.app.id;
    round_trip::begin(
        cx,
        &client.pool,
        id,
        &provider,
        place,
        hints,
        &request.query,
    )
    .await
    .map_err(|refused| told(&request.to, refused))
}

/// What the app is told.
fn told(to: &ReturnTo, refused: Refused) -> Rejection {
    let (code, description) = match refused.code {
        refused::Code::InvalidRequest => (Code::InvalidRequest, refused.description),
        refused::Code::ServerError => (Code::ServerError, refused.description),
        refused::Code::OfProvider(code) => match of_provider(&code) {
            Some(known) => (known, refused.description),
            // That an error which is none of AWS's own comes as a text is inferred.
            None => {
                let words = refused.description.unwrap_or_default();
                let text = format!("{code} {words}");
                (Code::InvalidRequest, Some(text.trim_end().to_owned()))
            }
        },
    };
    to.refuse_saying(code, description, refused.reason)
}

/// What providers answer (RFC 6749, 4.1.2.1) goes on to the app (inferred).
fn of_provider(code: &str) -> Option<Code> {
    [
        Code::InvalidRequest,
        Code::UnauthorizedClient,
        Code::AccessDenied,
        Code::InvalidScope,
        Code::ServerError,
        Code::LoginRequired,
    ]
    .into_iter()
    .find(|known| known.as_str() == code)
}

/// An answer of a provider that led back to the app.
#[derive(Debug)]
pub struct Returned {
    /// What the app had asked for.
    pub request: AuthorizeRequest,
    /// Where the browser goes, and its session.
    pub finished: Finished,
}

fn on_page(astray: Astray) -> Rejection {
    Rejection::on_page(astray.text, None, astray.reason)
}

/// Takes the answer of a provider of OpenID Connect or a social one.
///
/// # Errors
/// What the app is told; what the error page says of an answer that belongs to nobody.
pub async fn finish_code(
    cx: &Context,
    site: &Site,
    parameters: &Parameters,
    browser: Option<&str>,
) -> Result<Returned, Rejection> {
    let answer = CodeAnswer {
        state: parameters.get("state"),
        code: parameters.get("code"),
        error: parameters.get("error"),
        error_description: parameters.get("error_description"),
        user: parameters.get("user"),
        browser,
    };
    let finished = round_trip::finish_code(cx, answer).await.map_err(on_page)?;
    finish(cx, site, finished).await
}

/// Takes the answer of a SAML provider, asked for or not.
///
/// # Errors
/// As [`finish_code`].
pub async fn finish_assertion(
    cx: &Context,
    site: &Site,
    parameters: &Parameters,
) -> Result<Returned, Rejection> {
    let (response, state) = (parameters.get("SAMLResponse"), parameters.get("RelayState"));
    let finished = round_trip::finish_assertion(cx, response, state, &site.base).await;
    finish(cx, site, finished.map_err(on_page)?).await
}

async fn finish(
    cx: &Context,
    site: &Site,
    finished: round_trip::Finished,
) -> Result<Returned, Rejection> {
    let parameters = Parameters::new(form::pairs(&finished.request));
    // What the client may do could have changed meanwhile.
    let request = AuthorizeRequest::read(cx, site, &finished.request, &parameters).await?;
    let signed_in = finished
        .outcome
        .map_err(|refused| told(&request.to, refused))?;
    let lineage = Lineage {
        assurance: signed_in.assurance,
        ..Lineage::begin(cx, &finished.client, &signed_in.user, None)
    };
    let signed_in = SignedIn {
        user: signed_in.user,
        lineage,
        provider: Some(finished.provider),
    };
    let finished = authorize::finish(cx, &request, signed_in).await?;
    Ok(Returned { request, finished })
}

/// Where a browser that signs out goes first: to the SAML provider that it signed in with, where the pool ends
/// sessions there too. It comes back to `/saml2/logout`, and goes on to `to`.
///
/// # Errors
/// A pool deleted meanwhile.
pub async fn begin_sign_out(
    cx: &Context,
    site: &Site,
    pool: &Arc<UserPool>,
    client: &ClientId,
    browser: &Browser,
    to: &str,
) -> Result<Option<String>, CognitoError> {
    let Some(provider) = &browser.provider else {
        return Ok(None);
    };
    let Some(user) = pool.read(|state| state.users.with_sub(browser.sub).map(Arc::clone)) else {
        return Ok(None);
    };
    round_trip::begin_sign_out(cx, pool, client, provider, &user, &site.base, to).await
}

/// Takes the answer of a SAML provider to a request to sign out: where the browser goes on to.
///
/// # Errors
/// What the error page says of an answer that belongs to nobody.
pub async fn finish_sign_out(cx: &Context, parameters: &Parameters) -> Result<Box<str>, Rejection> {
    let (response, state) = (parameters.get("SAMLResponse"), parameters.get("RelayState"));
    let finished = round_trip::finish_sign_out(cx, response, state).await;
    finished.map_err(on_page)
}
