//! `/passkeys/add`: who is signed in in the browser makes a passkey. Observed: the page, its two results and the
//! sentence for a missing address. What `Not now` sends back is not known: the address as it is (inferred).

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::views::{self, Alert, Frame, Language};
use super::visit::{Shown, below_host, root};
use super::{look, sign_in};
use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::CognitoError;
use crate::oauth::address::{self, Part};
use crate::oauth::client::Client;
use crate::oauth::parameters::Parameters;
use crate::store::user_pool::user::User;
use crate::user_pool::passkeys::credentials::{self, Owner};

/// A request for the page.
pub struct Add<'a> {
    /// The app client.
    pub client: &'a Client,
    /// The version of managed login.
    pub version: Option<i32>,
    /// Where the pages stand: scheme, host and what comes before each path.
    pub base: &'a str,
    /// The query as it came.
    pub query: &'a str,
    /// Where it leads back to, which is a callback URL of the client.
    pub redirect_uri: &'a str,
    /// Who is signed in in the browser.
    pub user: Option<Arc<User>>,
    /// What the form must send back, and whether the browser knew it.
    pub csrf: (Uuid, bool),
    /// The language.
    pub language: Option<&'a str>,
    /// The form, where one was posted.
    pub form: Option<&'a Parameters>,
}

/// The page, or the address that the browser goes to.
///
/// # Errors
/// A pool without passkeys, a user with too many of them.
pub async fn add_passkey(
    cx: &Context,
    add: &Add<'_>,
) -> Result<Result<Shown, String>, CognitoError> {
    let back = |result: &str| address::with(add.redirect_uri, Part::Query, &[("result", result)]);
    let Some(user) = &add.user else {
        return Ok(Err(back("invalid_session")));
    };
    let owner = Owner {
        pool: Arc::clone(&add.client.pool),
        client: add.client.app.id.clone(),
        user: Arc::clone(user),
    };
    let mut alert = None;
    if let Some(form) = add.form {
        let (csrf, is_known) = add.csrf;
        let texts = add
            .language
            .and_then(Language::parse)
            .unwrap_or_default()
            .texts();
        if !is_known || form.get("csrf") != Some(csrf.to_string().as_str()) {
            alert = Some((
                Alert::error(texts.expired),
                "the form's csrf is not that of the cookie".to_owned(),
            ));
        } else if form.get("later").is_some() {
            return Ok(Err(add.redirect_uri.to_owned()));
        } else {
            let credential = form
                .get("credential")
                .and_then(|text| serde_json::from_str::<Value>(text).ok());
            let credential = credential.unwrap_or(Value::Null);
            match credentials::complete_registration(cx, &owner, &credential).await {
                Ok(()) => return Ok(Err(back("success"))),
                Err(error) => {
                    alert = Some((
                        Alert::error(texts.passkey_failed),
                        error.reason().to_owned(),
                    ));
                }
            }
        }
    }
    let options = credentials::begin_registration(cx, &owner)?;
    Ok(Ok(page(cx, add, &options, alert)))
}

fn page(cx: &Context, add: &Add<'_>, options: &Value, alert: Option<(Alert, String)>) -> Shown {
    let look = look::of(
        &add.client.pool,
        &add.client.app,
        add.version,
        root(cx, add.base),
    );
    let nonce = cx.entropy.uuid(Purpose::Requests).simple().to_string();
    let csrf = add.csrf.0.to_string();
    let language = add.language.and_then(Language::parse).unwrap_or_default();
    let frame = Frame {
        look: &look,
        language,
        nonce: &nonce,
        csrf: &csrf,
        base: below_host(add.base),
        query: add.query,
        again: Some("/passkeys/add"),
    };
    let (status, page) = if look::is_missing(add.client, add.version) {
        (403, views::unavailable(&frame))
    } else {
        let options = sign_in::public_key(&options.to_string());
        (
            200,
            views::add_passkey(&frame, &options, alert.as_ref().map(|(alert, _)| alert)),
        )
    };
    Shown {
        status,
        html: page.html,
        policy: page.policy,
        language: language.code(),
        state: None,
        reason: alert.map(|(_, reason)| reason),
    }
}
