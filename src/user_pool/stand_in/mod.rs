//! The stand-in identity provider: plays Google, Facebook, Apple, Amazon and any provider of OpenID Connect
//! or SAML, so that "sign in with …" is tested with nothing but Poolhouse. Nothing of it is AWS's.
//!
//! To a pool it is a provider at [`ORIGIN`], a name that no resolver knows (RFC 6761): what is asked of it
//! there is answered here, and never leaves the process. Browsers find it below `/_poolhouse/idp`. It keeps
//! nothing: codes and tokens are sealed texts.

pub(crate) mod openid;
pub(crate) mod page;
pub(crate) mod person;
pub(crate) mod saml;

use crate::context::Context;
use crate::crypto::CryptoThread;
use crate::crypto::signing::SigningKey;
use crate::error::CognitoError;
use crate::form;
use crate::outbound::{Asked, Fetched};

/// Where pools know it; also the issuer of its tokens.
pub(crate) const ORIGIN: &str = "https://idp.poolhouse.test";

/// Where browsers find it, below the server's own address.
pub(crate) const PATH: &str = "/_poolhouse/idp";

/// Which provider it is to play: parameters that a pool adds to those of the protocol.
pub(crate) const PROVIDER: &str = "poolhouse_provider";
pub(crate) const KIND: &str = "poolhouse_kind";
pub(crate) const ISSUER: &str = "poolhouse_issuer";

/// Who signs in, without a page.
pub(crate) const PERSON: &str = "poolhouse_person";

/// Whether an address is one of the stand-in.
pub(crate) fn is_at(url: &str) -> bool {
    url.strip_prefix(ORIGIN)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}

/// The address by which a browser finds what a pool knows by `url`.
pub(crate) fn for_browsers(cx: &Context, url: &str) -> String {
    match url.strip_prefix(ORIGIN) {
        Some(rest) if is_at(url) => format!("{}{PATH}{rest}", cx.base_url()),
        _ => url.to_owned(),
    }
}

/// The answer to what a pool, or an app, asks without a browser.
pub(crate) async fn answer(cx: &Context, asked: &Asked) -> Result<Fetched, CognitoError> {
    let rest = asked.url.strip_prefix(ORIGIN).unwrap_or_default();
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut given = form::pairs(query);
    given.extend(form::pairs(asked.form.as_deref().unwrap_or_default()));
    let (status, body) = match path {
        "/.well-known/openid-configuration" => (200, openid::discovery(ORIGIN)),
        "/jwks.json" => (200, openid::jwks(cx).await?),
        "/token" => openid::token(cx, &given).await?,
        "/userinfo" => openid::user_info(cx, asked.authorization.as_deref(), &given),
        "/people/me" => openid::person(cx, asked.authorization.as_deref(), &given),
        "/saml/metadata" => (200, saml::metadata(cx).await?),
        _ => (404, r#"{"error":"not_found"}"#.to_owned()),
    };
    Ok(Fetched {
        status,
        body: body.into_bytes(),
        ..Fetched::default()
    })
}

/// Has the stand-in's key do something.
async fn with_key<T: Send + 'static>(
    cx: &Context,
    work: impl FnOnce(&SigningKey) -> T + Send + 'static,
) -> Result<T, CognitoError> {
    let key = cx.keys.stand_in();
    let sign = move |thread: &CryptoThread| work(key.signing(thread));
    if cx.is_filling() {
        Ok(cx.crypto.run_here(sign))
    } else {
        cx.crypto.run_on(sign).await
    }
}

/// The value of a parameter; an empty one is none.
fn value<'a>(given: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = given.iter().find(|(known, _)| known == name);
    found
        .map(|(_, value)| value.as_str())
        .filter(|value| !value.is_empty())
}

/// What a browser is shown.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// A page.
    Page(String),
    /// A page that says what is wrong.
    Wrong(String),
    /// Another address.
    Redirect(String),
}
