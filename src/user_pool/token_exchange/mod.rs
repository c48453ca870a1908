//! GetDerivedToken: exchanges a token that stands for a user for one that is narrower and made for
//! one service (RFC 8693, OAuth 2.0 Token Exchange).
//!
//! Documented in the model and in "Exchanging tokens for downstream services", developer guide: the
//! members, the two flows, scopes as an intersection, `act` for an actor, one audience or one resource
//! server, no refresh token, the feature plans Essentials and Plus; that the new token names the
//! exchanging client is reported. The order of the checks is inferred, and so are the sentences of
//! what is refused, unless the table of sentences says otherwise.

mod party;

use std::sync::Arc;

use self::party::{Presented, Role, Subject};
use crate::context::{Context, Signer};
use crate::error::{CognitoError, Refusal};
use crate::model::Secret;
use crate::model::cognito_idp::{
    ExplicitAuthFlowsType as Flow, GetDerivedTokenRequest, GetDerivedTokenResponse,
    IssuedTokenTypeIdentifierType as Issued, OAuthTokenTypeType,
};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::{AppClient, SecretFault};
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::state::PoolState;
use crate::user_pool::app_clients::{SYSTEM_SCOPES, managed_secrets, resource_servers};
use crate::user_pool::tiers::Feature;
use crate::user_pool::tokens::claims::Derivation;
use crate::user_pool::tokens::{self, Derived, Issue};
use crate::user_pool::triggers::ClientMetadata;
use crate::user_pool::triggers::token_generation::Source;

/// Which source AWS sends is not documented: that of other tokens by an API call, for now (inferred).
const SOURCE: Source = Source::Authentication;

/// `GetDerivedToken`.
///
/// # Errors
/// An unknown client, a wrong or missing secret, a flow that the client has not; members that exclude
/// or need one another; an unknown provider or resource server; a token that does not count, or whose
/// user is unknown; what the pre token generation function refuses.
pub async fn get_derived_token(
    cx: &Context,
    req: GetDerivedTokenRequest,
) -> Result<GetDerivedTokenResponse, CognitoError> {
    let (pool, client) = managed_secrets::client(cx, &req.client_id)?;
    authenticate(cx, &client, req.client_secret.as_ref())?;
    exchanged(cx, pool, client, req).await
}

/// The exchange for a client that has proven who it is.
///
/// # Errors
/// As GetDerivedToken, but for the client.
pub async fn exchanged(
    cx: &Context,
    pool: Arc<UserPool>,
    client: Arc<AppClient>,
    req: GetDerivedTokenRequest,
) -> Result<GetDerivedTokenResponse, CognitoError> {
    let settings = pool.settings();
    let (subject, actor) = presented(&req)?;
    check_flow(&settings, &client, actor.is_some())?;
    let audience = pool.read(|state| audience(state, &req))?;
    let subject = party::subject(cx, &pool, &client, &subject).await?;
    let actor = match actor {
        Some(actor) => Some(party::actor(cx, &pool, &actor).await?),
        None => None,
    };
    let kind = req.requested_token_type.unwrap_or(Issued::AccessToken);
    let asked = req.scopes.filter(|scopes| !scopes.is_empty());
    let derivation = Derivation {
        audience,
        scopes: pool.read(|state| grant(state, &client, &subject, asked.as_deref())),
        actor: actor.map(|actor| actor.claim(subject.acting)),
    };
    let issue = Issue {
        pool: &pool,
        settings: &settings,
        client: &client,
        user: &subject.user,
        lineage: &subject.lineage,
        source: SOURCE,
        metadata: &ClientMetadata::new(),
        nonce: None,
    };
    let derived = tokens::derive(cx, issue, &derivation, kind).await?;
    Ok(response(&client, kind, derived))
}

/// `N_A` is what RFC 8693 (2.2.1) says of a token that is no access token; that AWS says so too is
/// inferred, and so is that an ID token comes without scopes.
fn response(client: &AppClient, kind: Issued, derived: Derived) -> GetDerivedTokenResponse {
    let (life, token_type, scopes) = match kind {
        Issued::AccessToken => (
            client.validity.access(),
            OAuthTokenTypeType::Bearer,
            Some(derived.scopes),
        ),
        Issued::IdToken => (client.validity.id(), OAuthTokenTypeType::NA, None),
    };
    GetDerivedTokenResponse {
        issued_token: derived.token,
        issued_token_type: kind,
        token_type,
        expires_in: Some(i32::try_from(life.as_secs()).unwrap_or(i32::MAX)),
        scopes,
    }
}

/// IAM credentials authorize the call, or else the client's secret, if it has one (documented). A
/// secret that is sent must be right all the same (inferred).
fn authenticate(
    cx: &Context,
    client: &AppClient,
    secret: Option<&Secret>,
) -> Result<(), CognitoError> {
    let Err(fault) = client.check_secret(secret) else {
        return Ok(());
    };
    Refusal::ClientOrSecret.refuse(match (fault, &cx.caller.signer) {
        // Credentials of another account or Region say nothing about this pool.
        (SecretFault::Missing, Signer::Scope { .. }) => return cx.pool(&client.pool).map(drop),
        (SecretFault::Missing, Signer::Unsigned) => {
            "the client has a secret: send it as ClientSecret, or sign the request"
        }
        (SecretFault::Wrong, _) => "ClientSecret is not one of the client's",
        (SecretFault::NotExpected, _) => "the client has no secret; leave ClientSecret out",
    })
}

/// The tokens of a request, with what belongs to each.
fn presented(req: &GetDerivedTokenRequest) -> Result<(Presented, Option<Presented>), CognitoError> {
    if listed(&req.audiences).is_some() && listed(&req.resources).is_some() {
        return Refusal::AudienceAndResource
            .refuse("a token is for an audience or for a resource server: leave one list out");
    }
    let subject = Presented {
        role: Role::Subject,
        token: req.subject_token.clone(),
        kind: req.subject_token_type,
        provider: req.subject_token_provider_name.clone(),
    };
    let actor = match (&req.actor_token, req.actor_token_type) {
        (None, None) if req.actor_token_provider_name.is_none() => None,
        (None, _) => {
            return Refusal::MissingParameter {
                name: "ActorToken".into(),
            }
            .refuse("ActorTokenType and ActorTokenProviderName come with an ActorToken alone");
        }
        (Some(_), None) => {
            return Refusal::MissingParameter {
                name: "ActorTokenType".into(),
            }
            .refuse("an ActorToken comes with its type");
        }
        (Some(token), Some(kind)) => Some(Presented {
            role: Role::Actor,
            token: token.clone(),
            kind,
            provider: req.actor_token_provider_name.clone(),
        }),
    };
    Ok((subject, actor))
}

/// An empty list is none (inferred).
fn listed(list: &Option<Vec<String>>) -> Option<&String> {
    list.as_ref()?.first()
}

/// Delegation with an actor, impersonation without one (documented).
fn check_flow(
    settings: &PoolSettings,
    client: &AppClient,
    with_actor: bool,
) -> Result<(), CognitoError> {
    if !Feature::TokenExchange.is_in(settings.tier) {
        return Refusal::AuthFlowNotEnabled
            .refuse("token exchange needs UserPoolTier ESSENTIALS or PLUS");
    }
    let (flow, when) = if with_actor {
        (Flow::AllowTokenExchangeDelegation, "with")
    } else {
        (Flow::AllowTokenExchangeImpersonation, "without")
    };
    if !client.allows_flow(&[flow]) {
        return Refusal::AuthFlowNotEnabled.refuse(format!(
            "an exchange {when} an ActorToken needs {} in ExplicitAuthFlows of the client",
            flow.as_str()
        ));
    }
    Ok(())
}

/// Whom the token is for: a service by any name, or a resource server of the pool (documented).
fn audience(
    state: &PoolState,
    req: &GetDerivedTokenRequest,
) -> Result<Option<String>, CognitoError> {
    if let Some(resource) = listed(&req.resources)
        && !state.resource_servers.contains_key(resource)
    {
        return Refusal::ResourceServerUnknown {
            identifier: resource.clone(),
        }
        .refuse("Resources takes the Identifier of a resource server of the pool");
    }
    Ok(listed(&req.audiences).or(listed(&req.resources)).cloned())
}

/// The scopes of the new token. Documented: what was asked for, as far as the subject's token has it
/// and the client may have it; where nothing was asked for, what the subject's token has. So a subject
/// whose token has no scopes, as an ID token or an assertion, gives none; and what is not granted is
/// left out rather than refused.
fn grant(
    state: &PoolState,
    client: &AppClient,
    subject: &Subject,
    asked: Option<&[String]>,
) -> Vec<String> {
    let Some(asked) = asked else {
        return subject.scopes.clone();
    };
    let allowed = client.oauth_scopes.as_deref().unwrap_or_default();
    let is_alive =
        |scope: &str| SYSTEM_SCOPES.contains(&scope) || resource_servers::has_scope(state, scope);
    let mut granted: Vec<String> = Vec::new();
    for scope in asked {
        let is_granted = subject.scopes.contains(scope) && allowed.contains(scope);
        if is_granted && is_alive(scope) && !granted.contains(scope) {
            granted.push(scope.clone());
        }
    }
    granted
}

#[cfg(test)]
mod tests;
