//! Where a provider is reached: where its details say, where a flag says, or in the stand-in.
//!
//! The stand-in plays the social providers unless their details name other endpoints than the real ones, or
//! a flag says otherwise; every provider that a flag gives to it or that is set up at its address; and a
//! provider of OpenID Connect whose endpoints are not known because the policy for outbound requests does
//! not let them be discovered. A departure of ours: nothing leaves the machine unasked.

use serde_json::Value;

use super::refused::Refused;
use crate::context::{Context, ProviderEndpoint};
use crate::model::cognito_idp::IdentityProviderTypeType as Kind;
use crate::outbound::{Asked, Fetched, NotFetched};
use crate::store::user_pool::identity_provider::IdentityProvider;
use crate::user_pool::identity_providers::{details, discovery};
use crate::user_pool::stand_in;

/// The endpoints of a provider of OAuth 2.0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Endpoints {
    pub(super) authorize: String,
    pub(super) token: String,
    pub(super) attributes: Option<String>,
    pub(super) jwks: Option<String>,
    /// Who must have issued its ID tokens.
    pub(super) issuer: String,
    /// Whether the stand-in plays it.
    pub(super) is_played: bool,
}

/// Whether the stand-in plays a provider whatever its details say.
pub(super) fn is_given_to_stand_in(cx: &Context, provider: &IdentityProvider) -> bool {
    match cx.settings.identity_providers.get(&*provider.name) {
        Some(ProviderEndpoint::StandIn) => true,
        Some(ProviderEndpoint::Real | ProviderEndpoint::Issuer(_)) => false,
        None => {
            !matches!(provider.kind, Kind::Oidc | Kind::Saml)
                && details::is_as_added(provider.kind, &provider.details)
        }
    }
}

fn detail<'a>(provider: &'a IdentityProvider, key: &str) -> Option<&'a str> {
    let given = provider.details.get(key).map(String::as_str);
    given.filter(|value| !value.is_empty())
}

/// The endpoints of a provider.
///
/// # Errors
/// Those that are not known, and cannot be discovered; those that are not https.
pub(super) async fn of(cx: &Context, provider: &IdentityProvider) -> Result<Endpoints, Refused> {
    if is_given_to_stand_in(cx, provider) {
        return Ok(played(provider));
    }
    if let Some(ProviderEndpoint::Issuer(issuer)) =
        cx.settings.identity_providers.get(&*provider.name)
    {
        let document = discovery::fetch(cx, issuer).await;
        let document = document.map_err(|fault| not_discovered(provider, issuer, &fault))?;
        return discovered(provider, &document, issuer);
    }
    let issuer = detail(provider, discovery::ISSUER).unwrap_or_default();
    let is_known = ["authorize_url", "token_url"]
        .iter()
        .all(|key| detail(provider, key).is_some());
    let found = if is_known {
        Value::Null
    } else {
        match discovery::fetch(cx, issuer).await {
            Ok(document) => document,
            Err(NotFetched::Forbidden(_)) => return Ok(played(provider)),
            Err(fault) => return Err(not_discovered(provider, issuer, &fault)),
        }
    };
    let endpoints = discovered(provider, &found, issuer)?;
    check_secure(provider, &endpoints)?;
    Ok(endpoints)
}

fn not_discovered(provider: &IdentityProvider, issuer: &str, fault: &NotFetched) -> Refused {
    // The sentence is inferred.
    Refused::invalid_request(
        format!("{} Error - error discovering endpoints", provider.name),
        format!(
            "{issuer}/.well-known/openid-configuration: {}; ProviderDetails may name authorize_url, \
             token_url, attributes_url and jwks_uri",
            fault.reason()
        ),
    )
}

/// What the details say, and the document for the rest.
fn discovered(
    provider: &IdentityProvider,
    document: &Value,
    issuer: &str,
) -> Result<Endpoints, Refused> {
    let is_details = detail(provider, discovery::ISSUER) == Some(issuer);
    let find = |key: &str| {
        let given = detail(provider, key).filter(|_| is_details || document.is_null());
        let member = discovery::ENDPOINTS.iter().find(|(known, _)| *known == key);
        let found = member.and_then(|(_, member)| document[*member].as_str());
        given.or(found).map(str::to_owned)
    };
    let need = |key: &str| {
        find(key).ok_or_else(|| {
            Refused::invalid_request(
                format!("{} Error - error discovering endpoints", provider.name),
                format!("neither ProviderDetails nor the discovery document have {key}"),
            )
        })
    };
    Ok(Endpoints {
        authorize: need("authorize_url")?,
        token: need("token_url")?,
        attributes: find("attributes_url"),
        jwks: find(discovery::JWKS).or_else(|| jwks_of_social(provider.kind)),
        issuer: document["issuer"].as_str().unwrap_or(issuer).to_owned(),
        is_played: false,
    })
}

/// Where the real ones publish their keys, which no detail says.
fn jwks_of_social(kind: Kind) -> Option<String> {
    match kind {
        Kind::Google => Some("https://www.googleapis.com/oauth2/v3/certs".into()),
        Kind::SignInWithApple => Some("https://appleid.apple.com/auth/keys".into()),
        Kind::Facebook | Kind::LoginWithAmazon | Kind::Saml | Kind::Oidc => None,
    }
}

/// Documented: each is https.
fn check_secure(provider: &IdentityProvider, endpoints: &Endpoints) -> Result<(), Refused> {
    let all = [Some(&endpoints.authorize), Some(&endpoints.token)]
        .into_iter()
        .chain([endpoints.attributes.as_ref(), endpoints.jwks.as_ref()]);
    match all.flatten().find(|url| !url.starts_with("https://")) {
        None => Ok(()),
        // The sentence is that of the operation (inferred here).
        Some(open) => Err(Refused::invalid_request(
            "OIDC endpoint must start with https://",
            format!("{open} of {} is not https", provider.name),
        )),
    }
}

/// The stand-in in place of a provider: its tokens name the issuer of the one that it plays.
fn played(provider: &IdentityProvider) -> Endpoints {
    let at = |path: &str| format!("{}{path}", stand_in::ORIGIN);
    let issuer = detail(provider, discovery::ISSUER).unwrap_or(stand_in::ORIGIN);
    Endpoints {
        authorize: at("/authorize"),
        token: at("/token"),
        attributes: Some(match provider.kind {
            Kind::Google => at("/people/me?personFields="),
            Kind::Facebook
            | Kind::LoginWithAmazon
            | Kind::SignInWithApple
            | Kind::Oidc
            | Kind::Saml => at("/userinfo"),
        }),
        jwks: Some(at("/jwks.json")),
        issuer: issuer.to_owned(),
        is_played: true,
    }
}

/// Sends a request to a provider, who may be the stand-in.
///
/// # Errors
/// Why there is no answer.
pub(super) async fn send(cx: &Context, asked: &Asked) -> Result<Fetched, NotFetched> {
    if !stand_in::is_at(&asked.url) {
        return cx.send(asked).await;
    }
    let answer = stand_in::answer(cx, asked).await;
    answer.map_err(|error| NotFetched::Failed(error.reason().to_owned()))
}
