//! What CreateUserPoolClient and UpdateUserPoolClient refuse beyond the model's constraints.
//!
//! Sentences and conditions are observed unless a comment says otherwise; the order in which several
//! faults would be reported is inferred. Both operations take the same members, so both are checked
//! in the shape of the former.

use std::ops::RangeInclusive;

use crate::error::{CognitoError, Refusal};
use crate::model::arns;
use crate::model::cognito_idp::{
    AnalyticsConfigurationType, ClientTypeType, CreateUserPoolClientRequest,
    ExplicitAuthFlowsType as Flow, FeatureType, OAuthFlowType, TimeUnitsType,
    TokenValidityUnitsType,
};
use crate::model::near::nearest;
use crate::store::user_pool::app_client::{TokenValidity, is_reserved, span};
use crate::store::user_pool::settings::PoolSettings;
use crate::user_pool::tiers::Feature;

/// The scope of tokens that register app clients. No resource server has it (documented: "Dynamic
/// client registration").
pub const REGISTRATION_SCOPE: &str = "aws.cognito/dcr/register";

/// Scopes that exist in every pool (documented).
pub const SYSTEM_SCOPES: [&str; 6] = [
    "phone",
    "email",
    "openid",
    "profile",
    "aws.cognito.signin.user.admin",
    REGISTRATION_SCOPE,
];

/// Five minutes to a day: access and ID tokens (documented).
const SHORT_LIVED: RangeInclusive<u64> = 5 * 60..=24 * 60 * 60;

/// An hour to ten years: refresh tokens (documented).
const LONG_LIVED: RangeInclusive<u64> = 60 * 60..=10 * 365 * 24 * 60 * 60;

const DAY: u64 = 24 * 60 * 60;

/// Which of the two operations it is: a sentence says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    /// CreateUserPoolClient.
    Creating,
    /// UpdateUserPoolClient.
    Updating,
}

impl Doing {
    fn word(self) -> String {
        match self {
            Self::Creating => "creating".into(),
            Self::Updating => "updating".into(),
        }
    }
}

/// Checks everything but what the caller knows better: scopes and providers, which have functions of
/// their own here.
pub(super) fn settings(
    pool: &PoolSettings,
    req: &CreateUserPoolClientRequest,
    doing: Doing,
    is_confidential: bool,
) -> Result<(), CognitoError> {
    auth_flows(pool, req, is_confidential)?;
    attributes(pool, req, doing)?;
    oauth_flows(req, is_confidential)?;
    for url in listed(&req.callback_urls)
        .iter()
        .chain(listed(&req.logout_urls))
    {
        redirect_url(url)?;
    }
    if let Some(uri) = &req.default_redirect_uri
        && !listed(&req.callback_urls).contains(uri)
    {
        return Refusal::DefaultRedirectUnknown { uri: uri.clone() }
            .refuse(unlisted(uri, listed(&req.callback_urls)));
    }
    if req.enable_propagate_additional_user_context_data == Some(true) && !is_confidential {
        return Refusal::ContextDataNeedsSecret
            .refuse("EnablePropagateAdditionalUserContextData needs a client with a secret");
    }
    Ok(())
}

/// Why a redirect URI is none of those that are listed, and the nearest that is.
fn unlisted(uri: &str, listed: &[String]) -> String {
    let must = "DefaultRedirectURI must be one of CallbackURLs, letter by letter";
    match nearest(uri, listed.iter().map(String::as_str)) {
        Some((difference, near)) => {
            format!("{must}; the nearest is {near}: {}", difference.as_str())
        }
        None => must.to_owned(),
    }
}

fn listed<T>(list: &Option<Vec<T>>) -> &[T] {
    list.as_deref().unwrap_or_default()
}

fn auth_flows(
    pool: &PoolSettings,
    req: &CreateUserPoolClientRequest,
    is_confidential: bool,
) -> Result<(), CognitoError> {
    let flows = listed(&req.explicit_auth_flows);
    let is_legacy = |flow: &Flow| !flow.as_str().starts_with("ALLOW_");
    if flows.iter().any(is_legacy) && !flows.iter().all(is_legacy) {
        return Refusal::LegacyFlowsMixed
            .refuse("ExplicitAuthFlows has names with ALLOW_ and names without; keep to one kind");
    }
    // That GetClientToken needs a secret and this flow alone is documented; that a client without
    // them is refused when it is made is inferred.
    if flows.contains(&Flow::AllowClientTokenAuth) {
        if !is_confidential {
            return Refusal::ClientTokenNeedsSecret
                .refuse("create the client with GenerateSecret, or without this flow");
        }
        if flows.iter().any(|flow| *flow != Flow::AllowClientTokenAuth) {
            return Refusal::ClientTokenAlone
                .refuse("make a client of its own for ALLOW_CLIENT_TOKEN_AUTH");
        }
    }
    if flows.contains(&Flow::AllowUserAuth) {
        let reason = "ALLOW_USER_AUTH needs UserPoolTier ESSENTIALS or PLUS";
        Feature::ChoiceBasedSignIn.require_for_settings(pool, reason)?;
    }
    let exchanges = [
        Flow::AllowTokenExchangeDelegation,
        Flow::AllowTokenExchangeImpersonation,
    ];
    if flows.iter().any(|flow| exchanges.contains(flow)) {
        let reason = "the ALLOW_TOKEN_EXCHANGE flows need UserPoolTier ESSENTIALS or PLUS";
        Feature::TokenExchange.require_for_settings(pool, reason)?;
    }
    let rotates = req
        .refresh_token_rotation
        .as_ref()
        .is_some_and(|it| it.feature == FeatureType::Enabled);
    if rotates && flows.contains(&Flow::AllowRefreshTokenAuth) {
        return Refusal::RotationWithRefreshFlow
            .refuse("rotation replaces the refresh flow: take ALLOW_REFRESH_TOKEN_AUTH out");
    }
    Ok(())
}

/// An empty list counts as none (inferred).
fn attributes(
    pool: &PoolSettings,
    req: &CreateUserPoolClientRequest,
    doing: Doing,
) -> Result<(), CognitoError> {
    let schema = &pool.schema;
    let refused = || Refusal::WriteAttributes {
        doing: doing.word(),
    };
    let unknown = |name: &&String| schema.get(name).is_none_or(|known| known.developer_only);
    if let Some(name) = listed(&req.read_attributes).iter().find(unknown) {
        return Refusal::ReadAttributes {
            doing: doing.word(),
        }
        .refuse(format!(
            "{name} is not in the pool's schema, or for administrators only"
        ));
    }
    let write = listed(&req.write_attributes);
    if let Some(name) = write.iter().find(|name| unknown(name) || is_reserved(name)) {
        return refused().refuse(format!("no client may write {name}"));
    }
    let missing = schema
        .required()
        .find(|known| !write.iter().any(|name| **name == *known.name));
    if let Some(missing) = missing.filter(|_| !write.is_empty()) {
        return refused().refuse(format!(
            "{} is required in the pool, so every client must be able to write it",
            missing.name
        ));
    }
    Ok(())
}

fn oauth_flows(
    req: &CreateUserPoolClientRequest,
    is_confidential: bool,
) -> Result<(), CognitoError> {
    let (flows, scopes) = (
        listed(&req.allowed_oauth_flows),
        listed(&req.allowed_oauth_scopes),
    );
    let is_enabled = req.allowed_oauth_flows_user_pool_client == Some(true);
    if is_enabled && (flows.is_empty() || scopes.is_empty()) {
        return Refusal::OAuthFlowsRequired.refuse(
            "AllowedOAuthFlowsUserPoolClient is true; name flows and scopes, or make it false",
        );
    }
    let has_redirect =
        flows.contains(&OAuthFlowType::Code) || flows.contains(&OAuthFlowType::Implicit);
    if flows.contains(&OAuthFlowType::ClientCredentials) {
        if has_redirect {
            return Refusal::ClientCredentialsAlone
                .refuse("make a client of its own for client_credentials");
        }
        if !is_confidential {
            return Refusal::ClientCredentialsNeedsSecret
                .refuse("create the client with GenerateSecret, or without client_credentials");
        }
    }
    if has_redirect && listed(&req.callback_urls).is_empty() {
        return Refusal::CallbacksMissing
            .refuse("code and implicit return to one of CallbackURLs; name one at least");
    }
    Ok(())
}

/// Checks scopes: `exists` knows those of the pool's resource servers.
pub(super) fn scopes(
    req: &CreateUserPoolClientRequest,
    kind: ClientTypeType,
    exists: impl Fn(&str) -> bool,
) -> Result<(), CognitoError> {
    let is_machine = listed(&req.allowed_oauth_flows).contains(&OAuthFlowType::ClientCredentials);
    for scope in listed(&req.allowed_oauth_scopes) {
        // The rule is documented in the model, the sentence is inferred.
        if kind == ClientTypeType::Dcr && scope == REGISTRATION_SCOPE {
            return Refusal::ScopeRefused {
                scope: scope.clone(),
            }
            .refuse("a client that was registered dynamically cannot register others");
        }
        // The scope of registration is an access token's without a user, too (inferred).
        let is_system = SYSTEM_SCOPES.contains(&scope.as_str());
        if is_machine && is_system && scope != REGISTRATION_SCOPE {
            return Refusal::ScopeWithClientCredentials {
                scope: scope.clone(),
            }
            .refuse("client_credentials takes scopes of resource servers only");
        }
        if !is_system && !exists(scope) {
            return Refusal::ScopeUnknown {
                scope: scope.clone(),
            }
            .refuse(
                "the pool has no such scope: it is a system scope, or RESOURCE_SERVER/SCOPE of a \
                 resource server of the pool",
            );
        }
    }
    Ok(())
}

/// Checks identity providers: `exists` knows those of the pool.
pub(super) fn providers(
    req: &CreateUserPoolClientRequest,
    exists: impl Fn(&str) -> bool,
) -> Result<(), CognitoError> {
    let named = listed(&req.supported_identity_providers);
    match named
        .iter()
        .find(|name| *name != "COGNITO" && !exists(name))
    {
        None => Ok(()),
        Some(unknown) => Refusal::ProviderUnknown {
            provider: unknown.clone(),
            pool: req.user_pool_id.to_string(),
        }
        .refuse("SupportedIdentityProviders takes COGNITO and the pool's own providers"),
    }
}

/// A callback or logout URL: absolute, without fragment, and https unless it stays on this machine.
/// Other schemes are an app's own.
pub(crate) fn redirect_url(url: &str) -> Result<(), CognitoError> {
    let named = || url.to_owned();
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    };
    let Some((scheme, rest)) = url.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) else {
        return Refusal::UrlNotAbsolute { url: named() }
            .refuse("a URL starts with its scheme, such as https:// or myapp://");
    };
    if url.contains('#') {
        return Refusal::UrlFragment { url: named() }
            .refuse("redirects carry their answer in the query or the fragment; take the # out");
    }
    if scheme.eq_ignore_ascii_case("http") && !is_local(rest) {
        return Refusal::UrlHttp { url: named() }
            .refuse("http is for localhost, 127.0.0.1 and [::1]; use https");
    }
    Ok(())
}

/// Whether `//HOST…` names this machine.
fn is_local(rest: &str) -> bool {
    let host = rest.strip_prefix("//").unwrap_or_default();
    ["localhost", "127.0.0.1", "[::1]"]
        .into_iter()
        .any(|local| {
            host.strip_prefix(local)
                .is_some_and(|after| after.is_empty() || after.starts_with([':', '/', '?']))
        })
}

/// Lifetimes as they are kept: missing units are filled once one is given (observed), no lifetime or
/// 0 of a refresh token means 30 days (documented) in the unit that was given (inferred).
///
/// # Errors
/// A lifetime out of range, an access or ID token that outlives the refresh token.
pub(super) fn token_validity(
    req: &CreateUserPoolClientRequest,
) -> Result<TokenValidity, CognitoError> {
    let units = req.token_validity_units.as_ref().filter(|units| {
        units.access_token.is_some() || units.id_token.is_some() || units.refresh_token.is_some()
    });
    let units = units.map(|units| TokenValidityUnitsType {
        access_token: units.access_token.or(Some(TimeUnitsType::Hours)),
        id_token: units.id_token.or(Some(TimeUnitsType::Hours)),
        refresh_token: units.refresh_token.or(Some(TimeUnitsType::Days)),
    });
    let refresh_unit = units
        .as_ref()
        .and_then(|units| units.refresh_token)
        .unwrap_or(TimeUnitsType::Days);
    let thirty_days = 30 * DAY / span(1, refresh_unit).as_secs();
    let validity = TokenValidity {
        access: req.access_token_validity,
        id: req.id_token_validity,
        refresh: req
            .refresh_token_validity
            .filter(|count| *count != 0)
            .unwrap_or(i32::try_from(thirty_days).unwrap_or(30)),
        units,
    };
    let (access, id) = (validity.access().as_secs(), validity.id().as_secs());
    let refresh = validity.refresh().as_secs();
    let lives = format!("access {access} s, ID {id} s, refresh {refresh} s");
    if !SHORT_LIVED.contains(&access)
        || !SHORT_LIVED.contains(&id)
        || !LONG_LIVED.contains(&refresh)
    {
        return Refusal::TokenValidityRange.refuse(format!(
            "{lives}; access and ID tokens live 5 minutes to a day, refresh tokens an hour to 10 \
             years; without TokenValidityUnits numbers are hours, and days for the last"
        ));
    }
    if access.max(id) > refresh {
        return Refusal::TokenValidityOrder
            .refuse(format!("{lives}; no token may outlive the refresh token"));
    }
    Ok(validity)
}

/// Analytics as they are kept: with an ARN the service's own role is filled in, and user data stays
/// (observed).
///
/// # Errors
/// Half a configuration or a mix of the two kinds, a project in another Region.
pub(super) fn analytics(
    given: Option<AnalyticsConfigurationType>,
    pool: &PoolSettings,
    account: &str,
) -> Result<Option<AnalyticsConfigurationType>, CognitoError> {
    let Some(mut given) = given else {
        return Ok(None);
    };
    let own_role = format!(
        "arn:{}:iam::{account}:role/aws-service-role/cognito-idp.amazonaws.com/\
         AWSServiceRoleForAmazonCognitoIdp",
        arns::partition(pool.id.region())
    );
    let is_by_arn = given.application_arn.is_some()
        && given.application_id.is_none()
        && given.external_id.is_none()
        && given.role_arn.as_ref().is_none_or(|role| *role == own_role);
    let is_by_id = given.application_arn.is_none()
        && given.application_id.is_some()
        && given.role_arn.is_some()
        && given.external_id.is_some();
    if !is_by_arn && !is_by_id {
        return Refusal::AnalyticsConfiguration
            .refuse("give ApplicationArn alone, or ApplicationId, RoleArn and ExternalId");
    }
    if let Some(region) = given.application_arn.as_deref().map(arns::region)
        // That pools elsewhere publish to us-east-1 is documented.
        && region != pool.id.region()
        && region != "us-east-1"
    {
        return Refusal::PinpointRegion {
            region: region.to_owned(),
        }
        .refuse(format!(
            "a pool in {} publishes there or to us-east-1",
            pool.id.region()
        ));
    }
    if is_by_arn {
        given.role_arn = Some(own_role);
    }
    given.user_data_shared.get_or_insert(false);
    Ok(Some(given))
}
