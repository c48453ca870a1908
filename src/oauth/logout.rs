//! `/logout`: signs the browser out, then goes to a sign-out URL of the app, or to sign in anew.
//!
//! "Logout endpoint", developer guide. Tokens stay as they are (inferred). What AWS does not support counts for
//! nothing: `post_logout_redirect_uri`, `id_token_hint` (observed), and `state` beside `logout_uri` (documented).

use super::address::{self, Part};
use super::browser::Cookie;
use super::client::Client;
use super::error::Rejection;
use super::federation;
use super::near;
use super::parameters::Parameters;
use super::request::Site;
use crate::context::Context;

/// Signs out in `cookie`, and tells where the browser goes.
///
/// # Errors
/// What the error page tells: a missing or unknown client, nowhere to go. The browser stays signed in then
/// (inferred).
pub async fn logout(
    cx: &Context,
    site: &Site,
    parameters: &Parameters,
    cookie: &mut Cookie,
) -> Result<String, Rejection> {
    let id = parameters.get("client_id");
    let refuse = |error: &'static str, reason: String| Rejection::on_page(error, id, reason);
    let Some(id) = id else {
        // Observed.
        let text = "Required String parameter 'client_id' is not present";
        return Err(refuse(text, "client_id is missing".into()));
    };
    let found = Client::find(cx, site.pool.as_ref(), id).await;
    let client = found.map_err(|reason| refuse("invalid_request", reason))?;
    let known = client.app.logout_urls.as_deref().unwrap_or_default();
    let logout_uri = parameters.get("logout_uri");
    let location = match logout_uri.filter(|uri| known.iter().any(|one| one == uri)) {
        Some(uri) => uri.to_owned(),
        // One that is not the client's counts for nothing (observed).
        None => sign_in_again(site, &client, parameters).ok_or_else(|| {
            let why = match logout_uri {
                Some(uri) => format!(
                    "logout_uri is {uri:?}, and LogoutURLs of the client has, to the letter, {known:?}{}",
                    near::logout(&client, uri)
                ),
                None => "it takes logout_uri, or redirect_uri with response_type".to_owned(),
            };
            refuse("Required parameters missing", why)
        })?,
    };
    let gone =
        |error: crate::error::CognitoError| refuse("invalid_request", error.reason().to_owned());
    let browser = cookie.browser(cx, &client.pool);
    let app = &client.app.id;
    // Documented: with SAML sign-out on, the browser goes to the provider first.
    let first = match &browser {
        Some(browser) => {
            federation::begin_sign_out(cx, site, &client.pool, app, browser, &location)
                .await
                .map_err(gone)?
        }
        None => None,
    };
    cookie.sign_out(&client.pool).map_err(gone)?;
    Ok(first.unwrap_or(location))
}

/// The sign-in page with the request's parameters; a missing scope is filled with all of the client
/// (documented). The page checks the rest.
fn sign_in_again(site: &Site, client: &Client, parameters: &Parameters) -> Option<String> {
    parameters.get("redirect_uri")?;
    parameters.get("response_type")?;
    let all = client.scopes().join(" ");
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    for name in [
        "client_id",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
        "nonce",
    ] {
        let given = parameters.get(name);
        let value = given.or_else(|| (name == "scope" && !all.is_empty()).then_some(&*all));
        pairs.extend(value.map(|value| (name, value)));
    }
    // PKCE goes on too (inferred: else a client that needs it could not use what comes back).
    for name in [
        "code_challenge",
        "code_challenge_method",
        "resource",
        "lang",
    ] {
        pairs.extend(parameters.get(name).map(|value| (name, value)));
    }
    Some(address::with(
        &format!("{}/login", site.base),
        Part::Query,
        &pairs,
    ))
}
