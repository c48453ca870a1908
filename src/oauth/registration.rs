//! Dynamic client registration (RFC 7591): `/oauth2/register`.
//!
//! "Dynamic client registration", developer guide, and DcrConfiguration in the model: open registration, and
//! authenticated registration by an access token with the scope `aws.cognito/dcr/register`; which grants and
//! scopes each may ask for. Statuses, errors and members of the answer are those of RFC 7591 and RFC 6750
//! (inferred), as is what a registered client gets beside: the pool's own sign-in and its identity providers,
//! and refresh tokens.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::error::{Code, Refused};
use crate::context::Context;
use crate::model::cognito_idp::{
    ClientTypeType, CreateUserPoolClientRequest, DcrConfigurationType, OAuthFlowType, StatusType,
};
use crate::model::{Secret, decode};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::AppClient;
use crate::user_pool::app_clients::{REGISTRATION_SCOPE, checks, user_pool_client};
use crate::user_pool::tokens::access;

/// Scopes that every registered client may have (documented).
const SCOPES: [&str; 4] = ["openid", "email", "phone", "profile"];

/// Registers the client that `body` describes: the body of the answer. `admit` counts the request.
///
/// # Errors
/// `invalid_token` for a bad token or a missing one, `invalid_client_metadata` and `invalid_redirect_uri` for
/// what is wrong with the description.
pub fn register(
    cx: &Context,
    pool: Option<&Arc<UserPool>>,
    token: Option<&Secret>,
    body: &[u8],
    admit: impl Fn(&UserPool) -> Result<(), Refused>,
) -> Result<String, Refused> {
    let pool = match pool {
        Some(pool) => Arc::clone(pool),
        None => found(cx)?,
    };
    admit(&pool)?;
    let configuration = configuration(&pool)?;
    let grants = admitted(cx, &pool, &configuration, token)?;
    let description: Map<String, Value> = serde_json::from_slice(body)
        .map_err(|error| wrong(format!("the body is no JSON object: {error}")))?;
    let wanted = Wanted::read(&pool, &configuration, &grants, &description)?;
    let request = decode::<CreateUserPoolClientRequest>(&wanted.to_request(&pool));
    let request = request.map_err(|error| wrong(error.to_string()))?;
    let made = user_pool_client::make(cx, &pool, request, ClientTypeType::Dcr);
    let client = made.map_err(|error| wrong(format!("{} {}", error.message(), error.reason())))?;
    Ok(wanted.answer(&client))
}

fn wrong(reason: String) -> Refused {
    Refused::new(Code::InvalidClientMetadata, reason)
}

/// On the base address, where no domain tells: the only pool that has registration on.
fn found(cx: &Context) -> Result<Arc<UserPool>, Refused> {
    let mut pools = cx.store.all_pools();
    pools.retain(|pool| configuration(pool).is_ok());
    match <[_; 1]>::try_from(pools) {
        Ok([pool]) => Ok(pool),
        Err(pools) => Err(Refused::new(
            Code::InvalidRequest,
            format!(
                "{} pools have dynamic client registration on; call /POOL_ID/oauth2/register or the pool's domain",
                pools.len()
            ),
        )),
    }
}

fn configuration(pool: &UserPool) -> Result<DcrConfigurationType, Refused> {
    let configuration = pool.settings().dcr.clone();
    let is_on = |one: &DcrConfigurationType| one.enable_status == Some(StatusType::Enabled);
    configuration.filter(is_on).ok_or_else(|| {
        Refused::new(
            Code::InvalidRequest,
            "the pool has no dynamic client registration: DcrConfiguration of UpdateUserPool turns it on",
        )
    })
}

/// The grants that the registration may ask for: with a token or without one (defaults documented).
fn admitted(
    cx: &Context,
    pool: &UserPool,
    configuration: &DcrConfigurationType,
    token: Option<&Secret>,
) -> Result<Vec<OAuthFlowType>, Refused> {
    let refuse = |reason: String| Refused::new(Code::InvalidToken, reason);
    let (grants, kind) = if let Some(token) = token {
        let told =
            access::scopes_of(cx, token).map_err(|error| refuse(error.reason().to_owned()))?;
        if told.pool.id != pool.id || !told.scopes.iter().any(|scope| scope == REGISTRATION_SCOPE) {
            return Err(refuse(format!(
                "the token is one of the pool, with the scope {REGISTRATION_SCOPE}"
            )));
        }
        let given = configuration.authenticated_grant_types.clone();
        let default = || vec![OAuthFlowType::Code, OAuthFlowType::ClientCredentials];
        (given.unwrap_or_else(default), "AuthenticatedGrantTypes")
    } else {
        if configuration.open_dcr_enabled != Some(true) {
            return Err(refuse(format!(
                "OpenDcrEnabled is false: send Authorization: Bearer with an access token of the scope \
                 {REGISTRATION_SCOPE}"
            )));
        }
        let given = configuration.open_dcr_grant_types.clone();
        (
            given.unwrap_or_else(|| vec![OAuthFlowType::Code]),
            "OpenDcrGrantTypes",
        )
    };
    if grants.is_empty() {
        return Err(refuse(format!(
            "{kind} of the pool is empty, which refuses such registrations"
        )));
    }
    Ok(grants)
}

/// What a registration asks for.
struct Wanted {
    name: String,
    redirect_uris: Vec<String>,
    grant_types: Vec<String>,
    flows: Vec<OAuthFlowType>,
    scopes: Vec<String>,
    method: String,
}

impl Wanted {
    fn read(
        pool: &UserPool,
        configuration: &DcrConfigurationType,
        grants: &[OAuthFlowType],
        description: &Map<String, Value>,
    ) -> Result<Self, Refused> {
        let grant_types = texts(description, "grant_types")?;
        let grant_types = grant_types.unwrap_or_else(|| vec!["authorization_code".into()]);
        let flows = flows(&grant_types, grants)?;
        let redirect_uris = texts(description, "redirect_uris")?.unwrap_or_default();
        let is_machine = flows.contains(&OAuthFlowType::ClientCredentials);
        let invalid = |reason: String| Refused::new(Code::InvalidRedirectUri, reason);
        if redirect_uris.is_empty() && !is_machine {
            return Err(invalid("redirect_uris is missing or empty".into()));
        }
        for uri in &redirect_uris {
            checks::redirect_url(uri)
                .map_err(|error| invalid(format!("{uri}: {}", error.reason())))?;
        }
        let method = text(description, "token_endpoint_auth_method")?;
        let method = method.unwrap_or_else(|| "client_secret_basic".into());
        if !["none", "client_secret_basic", "client_secret_post"].contains(&&*method) {
            return Err(wrong(format!(
                "token_endpoint_auth_method is none, client_secret_basic or client_secret_post, and not {method:?}"
            )));
        }
        Ok(Self {
            name: text(description, "client_name")?.unwrap_or_else(|| "Registered client".into()),
            scopes: scopes(pool, configuration, text(description, "scope")?, is_machine)?,
            redirect_uris,
            grant_types,
            flows,
            method,
        })
    }

    fn to_request(&self, pool: &UserPool) -> Value {
        let providers: Vec<String> = pool.read(|state| {
            let own = state.providers.by_name.keys().map(|name| name.to_string());
            std::iter::once("COGNITO".to_owned()).chain(own).collect()
        });
        let flows: Vec<&str> = self.flows.iter().map(|flow| flow.as_str()).collect();
        let mut request = json!({
            "UserPoolId": pool.id.as_str(),
            "ClientName": self.name,
            "GenerateSecret": self.method != "none",
            "AllowedOAuthFlowsUserPoolClient": true,
            "AllowedOAuthFlows": flows,
            "AllowedOAuthScopes": self.scopes,
            "SupportedIdentityProviders": providers,
            "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"],
        });
        if !self.redirect_uris.is_empty() {
            request["CallbackURLs"] = json!(self.redirect_uris);
        }
        request
    }

    fn answer(&self, client: &AppClient) -> String {
        let response_types: Vec<&str> = self
            .flows
            .iter()
            .filter_map(|flow| match flow {
                OAuthFlowType::Code => Some("code"),
                OAuthFlowType::Implicit => Some("token"),
                OAuthFlowType::ClientCredentials => None,
            })
            .collect();
        let mut answer = json!({
            "client_id": client.id.as_str(),
            "client_id_issued_at": client.created.seconds(),
            "client_name": self.name,
            "redirect_uris": self.redirect_uris,
            "grant_types": self.grant_types,
            "response_types": response_types,
            "scope": self.scopes.join(" "),
            "token_endpoint_auth_method": self.method,
        });
        if let Some(secret) = client.secrets.first() {
            answer["client_secret"] = json!(secret.value.expose());
            answer["client_secret_expires_at"] = json!(0);
        }
        answer.to_string()
    }
}

/// The flows of the grants, each of which the pool must allow; a refresh goes with a code.
fn flows(grant_types: &[String], allowed: &[OAuthFlowType]) -> Result<Vec<OAuthFlowType>, Refused> {
    let mut flows = Vec::new();
    for grant in grant_types {
        let flow = match grant.as_str() {
            "authorization_code" => OAuthFlowType::Code,
            "implicit" => OAuthFlowType::Implicit,
            "client_credentials" => OAuthFlowType::ClientCredentials,
            "refresh_token" => continue,
            other => return Err(wrong(format!("there is no grant_type {other:?}"))),
        };
        if !allowed.contains(&flow) {
            return Err(wrong(format!(
                "DcrConfiguration of the pool does not allow the grant {grant}"
            )));
        }
        if !flows.contains(&flow) {
            flows.push(flow);
        }
    }
    if flows.is_empty() {
        return Err(wrong(
            "grant_types has authorization_code, implicit or client_credentials".into(),
        ));
    }
    Ok(flows)
}

/// The scopes: those asked for, each of which there must be, or all that there are (inferred). A client without
/// users has none of OpenID Connect.
fn scopes(
    pool: &UserPool,
    configuration: &DcrConfigurationType,
    asked: Option<String>,
    is_machine: bool,
) -> Result<Vec<String>, Refused> {
    let more = configuration.allowed_scopes.clone().unwrap_or_default();
    let own = SCOPES.iter().filter(|_| !is_machine);
    let mut allowed: Vec<String> = own.map(|scope| (*scope).to_owned()).collect();
    allowed.extend(more.into_iter().filter(|scope| scope != REGISTRATION_SCOPE));
    let Some(asked) = asked else {
        return Ok(allowed);
    };
    let asked: Vec<String> = asked.split_whitespace().map(str::to_owned).collect();
    if let Some(unknown) = asked.iter().find(|scope| !allowed.contains(scope)) {
        return Err(wrong(format!(
            "scope {unknown:?} is none that a registered client of {} may have: {allowed:?}",
            pool.id
        )));
    }
    Ok(asked)
}

fn text(description: &Map<String, Value>, name: &str) -> Result<Option<String>, Refused> {
    match description.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(wrong(format!("{name} is a text"))),
    }
}

fn texts(description: &Map<String, Value>, name: &str) -> Result<Option<Vec<String>>, Refused> {
    let Some(value) = description.get(name).filter(|value| !value.is_null()) else {
        return Ok(None);
    };
    let items = value.as_array().map(|items| {
        let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
        texts.collect::<Option<Vec<String>>>()
    });
    items
        .flatten()
        .map(Some)
        .ok_or_else(|| wrong(format!("{name} is a list of texts")))
}
