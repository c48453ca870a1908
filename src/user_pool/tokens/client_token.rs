//! GetClientToken: an access token for an app client itself, from machine to machine.
//!
//! Documented in the model and in "Scopes, M2M, and resource servers", developer guide: the client
//! has a secret, `ALLOW_CLIENT_TOKEN_AUTH` is its only flow, no domain and no OAuth grant is needed,
//! and no IAM policy is asked. The order of the checks is inferred.

use std::sync::Arc;

use uuid::Uuid;

use super::{claims, issuer};
use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    ClientAuthenticationResultType, ExplicitAuthFlowsType, GetClientTokenRequest,
    GetClientTokenResponse,
};
use crate::model::{JsonWriter, Secret};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::{AppClient, SecretFault};
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::state::PoolState;
use crate::user_pool::app_clients::{REGISTRATION_SCOPE, managed_secrets, resource_servers};
use crate::user_pool::tokens;
use crate::user_pool::triggers::token_generation::{AccessChanges, ClientCredentials};
use crate::user_pool::triggers::{self, ClientMetadata, Subject};

/// `GetClientToken`.
///
/// # Errors
/// An unknown client, a wrong secret, a client without the flow, a scope that it may not have; what
/// the pre token generation function refuses.
pub async fn get_client_token(
    cx: &Context,
    req: GetClientTokenRequest,
) -> Result<GetClientTokenResponse, CognitoError> {
    let (pool, client) = managed_secrets::client(cx, &req.client_id)?;
    authenticate(&client, &req.secret)?;
    let metadata = req.client_metadata.unwrap_or_default();
    let (token, life) = issue(cx, &pool, &client, req.scopes.as_deref(), &metadata).await?;
    Ok(GetClientTokenResponse {
        client_authentication_result: Some(ClientAuthenticationResultType {
            access_token: Some(token),
            expires_in: Some(life),
            token_type: Some("Bearer".into()),
        }),
    })
}

/// A token for the client, and its life in seconds; also what the `client_credentials` grant gives.
///
/// # Errors
/// A scope that the client may not have; what the pre token generation function refuses.
pub async fn issue(
    cx: &Context,
    pool: &Arc<UserPool>,
    client: &AppClient,
    asked: Option<&[String]>,
    metadata: &ClientMetadata,
) -> Result<(Secret, i32), CognitoError> {
    let (settings, scopes) = pool.read(|state| {
        let scopes = grant(state, client, asked)?;
        Ok((Arc::clone(&state.settings), scopes))
    })?;
    let changes = ask_function(cx, pool, &settings, client, &scopes, metadata).await?;
    let claims = Claims {
        issuer: issuer::issuer(cx, pool, &settings),
        client,
        scopes: changes.scopes(&scopes),
        changes: &changes,
        jti: cx.entropy.uuid(Purpose::Tokens),
    }
    .to_json(cx);
    let keys = Arc::clone(&pool.keys);
    let token = cx
        .crypto
        .run_on(move |thread| tokens::jwt(keys.access.signing(thread), &claims))
        .await?;
    let life = client.validity.access().as_secs();
    Ok((Secret::from(token), i32::try_from(life).unwrap_or(i32::MAX)))
}

/// Either of a client's two secrets is right (documented: an active secret). That the flow is looked
/// at after the secret is inferred.
fn authenticate(client: &AppClient, secret: &Secret) -> Result<(), CognitoError> {
    if let Err(fault) = client.check_secret(Some(secret)) {
        return Refusal::ClientOrSecret.refuse(match fault {
            SecretFault::Missing | SecretFault::Wrong => {
                "Secret is not one of the client's; DescribeUserPoolClient shows the first one"
            }
            SecretFault::NotExpected => {
                "the client has no secret; create one with GenerateSecret and \
                 ALLOW_CLIENT_TOKEN_AUTH"
            }
        });
    }
    if !client.allows_flow(&[ExplicitAuthFlowsType::AllowClientTokenAuth]) {
        return Refusal::AuthFlowNotEnabled
            .refuse("ExplicitAuthFlows of the client must be ALLOW_CLIENT_TOKEN_AUTH");
    }
    Ok(())
}

/// The scopes of the token: those asked for, or all that the client is configured with (documented).
/// One that its resource server lost meanwhile is left out, one that the client never had is refused
/// (documented). The scope of dynamic client registration is no resource server's and is granted all the
/// same (documented). Whether the scopes of OpenID Connect are refused is inferred: each scope must belong
/// to a resource server. That nothing is issued to a client without a custom scope is observed at the
/// token endpoint and inferred here.
fn grant(
    state: &PoolState,
    client: &AppClient,
    asked: Option<&[String]>,
) -> Result<Vec<String>, CognitoError> {
    let configured = client.oauth_scopes.as_deref().unwrap_or_default();
    let is_alive =
        |scope: &&String| *scope == REGISTRATION_SCOPE || resource_servers::has_scope(state, scope);
    let asked = asked.filter(|scopes| !scopes.is_empty());
    for scope in asked.unwrap_or_default() {
        let refusal = || Refusal::ScopeRefused {
            scope: scope.clone(),
        };
        if !configured.contains(scope) {
            return refusal().refuse("AllowedOAuthScopes of the client does not have this scope");
        }
        if !scope.contains('/') {
            return refusal().refuse(
                "the token of a client has scopes of resource servers, IDENTIFIER/NAME, alone",
            );
        }
    }
    if asked.is_none() && !configured.iter().any(|scope| is_alive(&scope)) {
        return Refusal::NoGrantableScope.refuse(
            "AllowedOAuthScopes of the client must have a scope of a resource server of the pool",
        );
    }
    let mut granted: Vec<String> = Vec::new();
    for scope in asked.unwrap_or(configured).iter().filter(is_alive) {
        if !granted.contains(scope) {
            granted.push(scope.clone());
        }
    }
    Ok(granted)
}

async fn ask_function(
    cx: &Context,
    pool: &UserPool,
    settings: &PoolSettings,
    client: &AppClient,
    scopes: &[String],
    metadata: &ClientMetadata,
) -> Result<AccessChanges, CognitoError> {
    let subject = Subject {
        pool,
        settings,
        client_id: Some(&client.id),
        username: ClientCredentials::USERNAME,
    };
    triggers::call(cx, subject, ClientCredentials { scopes, metadata }).await
}

struct Claims<'a> {
    issuer: String,
    client: &'a AppClient,
    scopes: Vec<String>,
    changes: &'a AccessChanges,
    jti: Uuid,
}

impl Claims<'_> {
    /// The claims and their order are those of widely seen samples of the client credentials grant
    /// (reported), which has the same function (documented).
    fn to_json(&self, cx: &Context) -> Vec<u8> {
        let now = cx.now();
        let expires = now.plus(self.client.validity.access());
        let mut out = JsonWriter::new();
        out.object(|out| {
            out.field("sub", self.client.id.as_str());
            out.field("token_use", "access");
            out.field("scope", &self.scopes.join(" "));
            out.field("auth_time", &now.seconds());
            out.field("iss", &self.issuer);
            out.field("exp", &expires.seconds());
            out.field("iat", &now.seconds());
            out.field("version", &2);
            out.field("jti", &self.jti.to_string());
            out.field("client_id", self.client.id.as_str());
            for (name, value) in self.changes.claims.values() {
                if claims::may_set_in_access(name, value, &self.client.id) {
                    out.field(name, value);
                }
            }
        });
        out.into_bytes()
    }
}

#[cfg(test)]
#[path = "tests/client_token.rs"]
mod tests;
