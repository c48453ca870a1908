//! The token endpoint: `/oauth2/token`, a function a grant.
//!
//! "Token endpoint", developer guide. Order of checks (inferred): the grant's name, the client, what the grant
//! needs, the client's right to it, the code or token itself.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::client::{Client, Credentials};
use super::error::{Code, Refused};
use super::exchange;
use super::parameters::Parameters;
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{AuthenticationResultType, ExplicitAuthFlowsType, OAuthFlowType};
use crate::model::{JsonWriter, Secret};
use crate::store::token_table;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::authorizations::AuthorizationCode;
use crate::store::user_pool::lineage::Lineage;
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::user::User;
use crate::user_pool::app_clients::{SYSTEM_SCOPES, resource_servers};
use crate::user_pool::auth::refresh;
use crate::user_pool::threat_protection::context_data::ContextData;
use crate::user_pool::tokens::{self, client_token, scopes};
use crate::user_pool::triggers::ClientMetadata;
use crate::user_pool::triggers::token_generation::Source;
use crate::user_pool::{regional, sessions};

/// What a grant gives.
struct Granted {
    access_token: Secret,
    id_token: Option<Secret>,
    refresh_token: Option<Secret>,
    expires_in: i32,
}

impl Granted {
    fn of(result: AuthenticationResultType) -> Self {
        Self {
            access_token: result
                .access_token
                .unwrap_or_else(|| Secret::from(String::new())),
            id_token: result.id_token,
            refresh_token: result.refresh_token,
            expires_in: result.expires_in.unwrap_or_default(),
        }
    }

    /// The body of the answer; members in the order of AWS's sample.
    fn to_json(&self) -> Vec<u8> {
        let mut out = JsonWriter::new();
        out.object(|out| {
            out.field("access_token", self.access_token.expose());
            for (name, token) in [
                ("id_token", &self.id_token),
                ("refresh_token", &self.refresh_token),
            ] {
                if let Some(token) = token {
                    out.field(name, token.expose());
                }
            }
            out.field("token_type", "Bearer");
            out.field("expires_in", &self.expires_in);
        });
        out.into_bytes()
    }
}

/// The body of the answer to a request to the token endpoint; `pool` is the one that its address tells. `admit`
/// counts it.
///
/// # Errors
/// Every documented error of the endpoint.
pub async fn grant(
    cx: &Context,
    pool: Option<&Arc<UserPool>>,
    credentials: &Credentials,
    form: &Parameters,
    admit: impl Fn(Grant, &UserPool) -> Result<(), Refused>,
) -> Result<Vec<u8>, Refused> {
    let kind = need(form, "grant_type")?;
    let grant = Grant::named(kind).ok_or_else(|| {
        let reason = format!(
            "grant_type is authorization_code, refresh_token, client_credentials or {}, and not {kind:?}",
            exchange::GRANT
        );
        Refused::new(Code::UnsupportedGrantType, reason)
    })?;
    let client = credentials.client(cx, pool).await?;
    admit(grant, &client.pool)?;
    match grant {
        Grant::AuthorizationCode => authorization_code(cx, &client, form).await,
        Grant::RefreshToken => refresh_token(cx, &client, form).await,
        Grant::ClientCredentials => client_credentials(cx, &client, form).await,
        Grant::TokenExchange => return exchange::exchange(cx, &client, form).await,
    }
    .map(|granted| granted.to_json())
}

/// What the endpoint grants for.
#[derive(Debug, Clone, Copy)]
pub enum Grant {
    /// A code of the authorize endpoint.
    AuthorizationCode,
    /// A refresh token.
    RefreshToken,
    /// The secret of a client that acts for itself.
    ClientCredentials,
    /// A token of somebody else's (RFC 8693).
    TokenExchange,
}

impl Grant {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "authorization_code" => Self::AuthorizationCode,
            "refresh_token" => Self::RefreshToken,
            "client_credentials" => Self::ClientCredentials,
            exchange::GRANT => Self::TokenExchange,
            _ => return None,
        })
    }
}

fn need<'f>(form: &'f Parameters, name: &'static str) -> Result<&'f str, Refused> {
    form.get(name).ok_or_else(|| {
        // A body that is no form may be one name, and a token.
        let is_name = |name: &&str| {
            let mut bytes = name.bytes();
            name.len() <= 32 && bytes.all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        let given: Vec<&str> = form.names().filter(is_name).collect();
        let reason = format!("{name} is missing in the form, which has {given:?}");
        Refused::new(Code::InvalidRequest, reason)
    })
}

/// What an operation below refuses: a dead token or user is `invalid_grant`; what a function of the pool says is
/// told (inferred, as is the code: "as a 400").
fn failed(error: &CognitoError) -> Refused {
    let reason = error.reason().to_owned();
    match error.code() {
        "UserLambdaValidationException"
        | "UnexpectedLambdaException"
        | "InvalidLambdaResponseException" => {
            Refused::new(Code::InvalidRequest, reason).saying(error.message())
        }
        "InternalErrorException" => Refused::new(Code::ServerError, reason),
        _ => Refused::new(Code::InvalidGrant, reason),
    }
}

async fn authorization_code(
    cx: &Context,
    client: &Client,
    form: &Parameters,
) -> Result<Granted, Refused> {
    let code = need(form, "code")?;
    let redirect_uri = need(form, "redirect_uri")?;
    if !client.app.oauth_enabled {
        // Inferred, by what the authorize endpoint and the documentation say of such a client.
        return Err(Refused::new(
            Code::UnauthorizedClient,
            "AllowedOAuthFlowsUserPoolClient of the app client is not true",
        ));
    }
    if !client.allows(OAuthFlowType::Code) {
        return Err(Refused::new(
            Code::UnauthorizedClient,
            "AllowedOAuthFlows of the client does not have code",
        ));
    }
    let code = take(cx, client, code, redirect_uri, form.get("code_verifier"))?;
    if let Some(reason) = code.unredeemable {
        return Err(Refused::new(Code::InvalidGrant, reason));
    }
    let granted = code.lineage.granted.clone().unwrap_or_default();
    let can_read = |attribute: &str| client.app.can_read(attribute);
    if let Some(attribute) = scopes::unreadable(&granted, can_read) {
        return Err(Refused::new(
            Code::InvalidGrant,
            format!("ReadAttributes of the client lacks {attribute}, which a scope lets out"),
        ));
    }
    let user = user_of(&client.pool, &code.lineage)?;
    let settings = regional::settings(cx, &client.pool);
    let lineage = Lineage {
        refresh_expires: cx.now().plus(client.app.validity.refresh()),
        ..code.lineage.clone()
    };
    let issue = tokens::Issue {
        pool: &client.pool,
        settings: &settings,
        client: &client.app,
        user: &user,
        lineage: &lineage,
        source: Source::HostedAuth,
        metadata: &ClientMetadata::new(),
        nonce: code.nonce.as_deref(),
    };
    let result = tokens::issue(cx, issue)
        .await
        .map_err(|error| failed(&error))?;
    if settings.tracking.enabled {
        let (id, sso) = (&client.app.id, code.sso.clone());
        sessions::open(cx, &client.pool, id, &lineage, &ContextData::default(), sso)
            .map_err(|error| failed(&error))?;
    }
    let refresh_token = || lineage.refresh_token(cx, &client.pool.id, &client.app.id);
    Ok(Granted::of(AuthenticationResultType {
        refresh_token: client.refreshes().then(refresh_token),
        ..result
    }))
}

/// Takes a code out, if all that it is bound to is right; else it stays (inferred).
fn take(
    cx: &Context,
    client: &Client,
    code: &str,
    redirect_uri: &str,
    verifier: Option<&str>,
) -> Result<Arc<AuthorizationCode>, Refused> {
    let unknown = || {
        Refused::new(
            Code::InvalidGrant,
            "this is no code of the pool that is good: a code is exchanged once, within five minutes",
        )
    };
    // To the letter: other spellings of a UUID are other codes.
    let id = Uuid::try_parse(code).ok();
    let id = id.filter(|id| id.to_string() == code).ok_or_else(unknown)?;
    let taken = client.pool.authorizations.take_code(id, cx.now(), |code| {
        if code.client != client.app.id || code.client_name != client.id() {
            let reason = "the code was given to another app client";
            return Err(Refused::new(Code::InvalidGrant, reason));
        }
        if code.redirect_uri != redirect_uri {
            // The documentation of 2026; practice has been reported as invalid_grant.
            return Err(Refused::new(
                Code::UnauthorizedClient,
                format!(
                    "redirect_uri is {redirect_uri:?}, that of the authorization request was {:?}",
                    code.redirect_uri
                ),
            )
            .saying("invalid_redirect"));
        }
        check_verifier(code.challenge.as_deref(), verifier)
    });
    taken.map_err(|fault| fault.unwrap_or_else(unknown))
}

/// A wrong verifier is `invalid_grant`, as a missing one and one that nobody asked for (inferred).
fn check_verifier(challenge: Option<&str>, verifier: Option<&str>) -> Result<(), Refused> {
    let reason = match (challenge, verifier) {
        (None, None) => return Ok(()),
        (Some(challenge), Some(verifier)) => {
            let hash = token_table::fingerprint(verifier);
            if URL_SAFE_NO_PAD.encode(hash) == challenge.trim_end_matches('=') {
                return Ok(());
            }
            "code_verifier does not fit: its SHA-256 in Base64url is not the code_challenge of the request"
        }
        (Some(_), None) => "the authorization request had a code_challenge: send its code_verifier",
        (None, Some(_)) => {
            "the authorization request had no code_challenge: leave code_verifier out"
        }
    };
    Err(Refused::new(Code::InvalidGrant, reason))
}

/// The user of a code, as it is now.
fn user_of(pool: &UserPool, lineage: &Lineage) -> Result<Arc<User>, Refused> {
    let refuse = |reason: &'static str| Err(Refused::new(Code::InvalidGrant, reason));
    let user = pool.read(|state| state.users.with_sub(lineage.sub).cloned());
    match user {
        None => refuse("the user was deleted after the sign-in"),
        Some(user) if !user.enabled => refuse("the user was disabled after the sign-in"),
        Some(user) if user.sign_out_epoch() != lineage.epoch => {
            refuse("the user was signed out everywhere after the sign-in")
        }
        Some(user) => Ok(user),
    }
}

async fn refresh_token(
    cx: &Context,
    client: &Client,
    form: &Parameters,
) -> Result<Granted, Refused> {
    let token = Secret::from(need(form, "refresh_token")?.to_owned());
    let app = &client.app;
    let may = app.rotation_grace().is_some()
        || app.allows_flow(&[ExplicitAuthFlowsType::AllowRefreshTokenAuth]);
    if !client.refreshes() {
        let reason = "grant_types of the client's document does not have refresh_token";
        return Err(Refused::new(Code::UnauthorizedClient, reason));
    }
    if !may {
        return Err(Refused::new(
            Code::UnauthorizedClient,
            "ExplicitAuthFlows of the client must have ALLOW_REFRESH_TOKEN_AUTH, or the client rotate tokens",
        ));
    }
    let (pool, app) = (Arc::clone(&client.pool), Arc::clone(app));
    let result = refresh::at_token_endpoint(cx, pool, app, client.url(), &token).await;
    result.map(Granted::of).map_err(|error| failed(&error))
}

async fn client_credentials(
    cx: &Context,
    client: &Client,
    form: &Parameters,
) -> Result<Granted, Refused> {
    if !client.app.oauth_enabled {
        // Observed.
        return Err(Refused::new(
            Code::InvalidGrant,
            "AllowedOAuthFlowsUserPoolClient of the app client is not true",
        ));
    }
    if !client.allows(OAuthFlowType::ClientCredentials) {
        return Err(Refused::new(
            Code::UnauthorizedClient,
            "AllowedOAuthFlows of the client does not have client_credentials",
        ));
    }
    let asked: Option<Vec<String>> = form
        .get("scope")
        .map(|scope| scope.split_whitespace().map(str::to_owned).collect());
    let metadata = metadata(form)?;
    let (pool, app) = (&client.pool, &client.app);
    let issued = client_token::issue(cx, pool, app, asked.as_deref(), &metadata).await;
    let (access_token, expires_in) = issued.map_err(|error| match &error.refusal {
        Refusal::ScopeRefused { scope } if pool.read(|state| !exists(state, scope)) => {
            Refused::new(Code::InvalidScope, error.reason().to_owned())
        }
        Refusal::NoGrantableScope => Refused::new(Code::InvalidScope, error.reason().to_owned()),
        // One that there is and that the client may not have is invalid_grant (documented), as the others.
        _ => failed(&error),
    })?;
    Ok(Granted {
        access_token,
        id_token: None,
        refresh_token: None,
        expires_in,
    })
}

/// Whether there is such a scope: where there is none, it is `invalid_scope` (documented).
fn exists(state: &PoolState, scope: &str) -> bool {
    SYSTEM_SCOPES.contains(&scope) || resource_servers::has_scope(state, scope)
}

/// `aws_client_metadata`: a JSON object of texts (documented); that others are refused is inferred.
fn metadata(form: &Parameters) -> Result<ClientMetadata, Refused> {
    let Some(text) = form.get("aws_client_metadata") else {
        return Ok(ClientMetadata::new());
    };
    let invalid = || {
        let reason = "aws_client_metadata is a JSON object whose values are texts, URL-encoded";
        Refused::new(Code::InvalidRequest, reason)
    };
    let object: Map<String, Value> = serde_json::from_str(text).map_err(|_no_json| invalid())?;
    let text_of = |(name, value): (String, Value)| match value {
        Value::String(value) => Ok((name, value)),
        _ => Err(invalid()),
    };
    object.into_iter().map(text_of).collect()
}
