//! The endpoints of an OIDC provider: those that were given, and for the rest what the provider's
//! discovery document says (OpenID Connect Discovery 1.0, section 4).
//!
//! Documented: endpoints that are left out are discovered from the issuer; given ones serve where
//! discovery is not to be had. A departure of ours: where the policy for outbound requests does not
//! let the document be fetched, the provider is taken as it was given.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::tree;
use crate::outbound::{Asked, Fetched, NotFetched};
use crate::user_pool::stand_in;

pub(crate) const ISSUER: &str = "oidc_issuer";

pub(crate) const JWKS: &str = "jwks_uri";

/// Keys of the details, and the members of the document that fill them.
pub(crate) const ENDPOINTS: [(&str, &str); 4] = [
    ("authorize_url", "authorization_endpoint"),
    ("token_url", "token_endpoint"),
    ("attributes_url", "userinfo_endpoint"),
    (JWKS, "jwks_uri"),
];

/// Fills the endpoints that `details` leave out.
///
/// # Errors
/// A document that may be fetched and is not to be had.
pub(super) async fn complete(
    cx: &Context,
    details: &mut BTreeMap<String, String>,
) -> Result<(), CognitoError> {
    let is_given = |key: &str| details.get(key).is_some_and(|value| !value.is_empty());
    if ENDPOINTS.iter().all(|(key, _)| is_given(key)) {
        return Ok(());
    }
    let issuer = details.get(ISSUER).map_or("", String::as_str);
    let document = match fetch(cx, issuer).await {
        Ok(document) => document,
        Err(NotFetched::Forbidden(_)) => return Ok(()),
        Err(NotFetched::Failed(reason) | NotFetched::TimedOut(reason)) => {
            return Refusal::DiscoveryFailed.refuse(format!(
                "{issuer}/.well-known/openid-configuration: {reason}; with authorize_url, \
                 token_url, attributes_url and jwks_uri in ProviderDetails nothing is discovered"
            ));
        }
    };
    for (key, member) in ENDPOINTS {
        let given = details.get(key).is_some_and(|value| !value.is_empty());
        if let Some(found) = document[member].as_str().filter(|_| !given) {
            details.insert(key.into(), found.into());
        }
    }
    Ok(())
}

/// Where a provider's keys are: as its details say, or as its discovery document does.
///
/// # Errors
/// Why the document cannot be had, or that it names no keys.
pub(crate) async fn jwks_uri(
    cx: &Context,
    details: &BTreeMap<String, String>,
) -> Result<String, NotFetched> {
    if let Some(given) = details.get(JWKS).filter(|value| !value.is_empty()) {
        return Ok(given.clone());
    }
    let document = fetch(cx, details.get(ISSUER).map_or("", String::as_str)).await?;
    let found = document["jwks_uri"].as_str();
    found
        .map(str::to_owned)
        .ok_or_else(|| NotFetched::Failed("the discovery document has no jwks_uri".into()))
}

/// A document of a provider, who may be the stand-in.
///
/// # Errors
/// Why there is no answer.
pub(super) async fn fetch_or_stand_in(cx: &Context, url: &str) -> Result<Fetched, NotFetched> {
    if !stand_in::is_at(url) {
        return cx.fetch(url).await;
    }
    let asked = Asked {
        url: url.to_owned(),
        authorization: None,
        form: None,
    };
    let answer = stand_in::answer(cx, &asked).await;
    answer.map_err(|error| NotFetched::Failed(error.reason().to_owned()))
}

/// The discovery document of an issuer.
///
/// # Errors
/// Why it cannot be had.
pub(crate) async fn fetch(cx: &Context, issuer: &str) -> Result<Value, NotFetched> {
    // An issuer ends without a slash (documented); who gives one means the same document.
    let base = issuer.trim_end_matches('/');
    let url = format!("{base}/.well-known/openid-configuration");
    let answer = fetch_or_stand_in(cx, &url).await?;
    if !(200..300).contains(&answer.status) {
        return Err(NotFetched::Failed(format!("status {}", answer.status)));
    }
    let document = tree::parse(&answer.body)
        .map_err(|fault| NotFetched::Failed(format!("the document is {fault}")))?;
    if !document.is_object() {
        return Err(NotFetched::Failed("the document is no JSON object".into()));
    }
    Ok(document)
}
