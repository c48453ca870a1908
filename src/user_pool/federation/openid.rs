//! Tokens of an OIDC provider (OpenID Connect Core 1.0, 3.1.3.7): signature, issuer, audience, time.
//!
//! Documented: the provider signs with RSA, EC or HMAC, names the key, and its keys are those of
//! `jwks_uri`, given or discovered. They are fetched for every token: none is trusted longer than the
//! provider publishes it.

use super::Fault;
use super::jwks::{self, KeySet};
use super::jwt::Jwt;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::store::user_pool::identity_provider::IdentityProvider;
use crate::user_pool::identity_providers::discovery;

/// What a provider's token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    /// The provider's name for the user.
    pub subject: String,
    /// The issuer.
    pub issuer: String,
    /// The scopes that it grants, if it is an access token with such a claim.
    pub scopes: Vec<String>,
}

/// Verifies a token of `provider`.
///
/// # Errors
/// Why it does not count.
pub async fn verify(
    cx: &Context,
    provider: &IdentityProvider,
    token: &str,
) -> Result<Vouched, Fault> {
    let jwt = Jwt::parse(token).map_err(Fault::invalid)?;
    // Before anything is fetched: a token that another issuer made needs no keys of this one.
    let vouched = check_claims(&jwt, provider)?;
    if jwks::is_by_secret(&jwt.alg) {
        let secret = provider.details.get("client_secret");
        jwks::verify_by_secret(&jwt, secret.map_or("", String::as_str)).map_err(Fault::Invalid)?;
    } else {
        let keys = keys(cx, provider).await?;
        keys.verify(&jwt).map_err(Fault::Invalid)?;
    }
    check_time(&jwt, cx.now())?;
    Ok(vouched)
}

/// The audience is the pool's client at the provider. An access token may name that client in another
/// claim (RFC 9068 has `client_id`, OpenID Connect `azp`); that these count is inferred.
fn check_claims(jwt: &Jwt<'_>, provider: &IdentityProvider) -> Result<Vouched, Fault> {
    let detail = |key: &str| provider.details.get(key).map_or("", String::as_str);
    let issuer = jwt.text("iss").unwrap_or_default();
    let expected = detail(discovery::ISSUER);
    if issuer.is_empty() || issuer.trim_end_matches('/') != expected.trim_end_matches('/') {
        return Err(Fault::invalid(format!(
            "its issuer is not the provider's oidc_issuer, {expected}"
        )));
    }
    let client = detail("client_id");
    let is_ours = ["aud", "azp", "client_id"]
        .iter()
        .any(|claim| jwt.names(claim, client));
    if !is_ours {
        return Err(Fault::invalid(
            "none of aud, azp and client_id is the provider's client_id",
        ));
    }
    let subject = jwt.text("sub").filter(|subject| !subject.is_empty());
    Ok(Vouched {
        subject: subject
            .ok_or_else(|| Fault::invalid("it has no sub"))?
            .to_owned(),
        issuer: issuer.to_owned(),
        scopes: jwt.scopes(),
    })
}

/// No leeway (inferred): a test that moves the clock means it.
pub(super) fn check_time(jwt: &Jwt<'_>, now: Timestamp) -> Result<(), Fault> {
    let expires = jwt
        .moment("exp")
        .ok_or_else(|| Fault::invalid("it has no exp"))?;
    if now >= expires {
        return Err(Fault::Expired(format!(
            "it was good until {}, and the clock shows {}",
            expires.to_rfc3339(),
            now.to_rfc3339()
        )));
    }
    if jwt.moment("nbf").is_some_and(|begins| now < begins) {
        return Err(Fault::invalid("it is not good yet (nbf)"));
    }
    Ok(())
}

async fn keys(cx: &Context, provider: &IdentityProvider) -> Result<KeySet, Fault> {
    let unreachable = |reason: &str| Fault::invalid(format!("the provider's keys: {reason}"));
    let uri = discovery::jwks_uri(cx, &provider.details)
        .await
        .map_err(|fault| unreachable(fault.reason()))?;
    // Documented: every endpoint is https.
    if !uri.starts_with("https://") {
        return Err(unreachable("jwks_uri does not start with https://"));
    }
    let answer = cx
        .outbound
        .get(&uri)
        .await
        .map_err(|fault| unreachable(fault.reason()))?;
    if !(200..300).contains(&answer.status) {
        return Err(unreachable(&format!(
            "{uri} answers with status {}",
            answer.status
        )));
    }
    KeySet::parse(&answer.body).map_err(|fault| unreachable(&fault))
}
