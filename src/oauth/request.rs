//! An authorization request: the query of `/oauth2/authorize`, `/login` and the other pages, read and checked
//! against its client.
//!
//! "Authorize endpoint", developer guide. Order of checks (inferred): client, its providers, redirect URI, what
//! only the error page tells, what the app is told.

use std::sync::Arc;

use super::client::Client;
use super::error::{Code, Rejection, ReturnTo};
use super::near;
use super::parameters::Parameters;
use crate::context::Context;
use crate::model::cognito_idp::OAuthFlowType;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::lineage::Granted;
use crate::store::user_pool::state::PoolState;
use crate::user_pool::app_clients::{SYSTEM_SCOPES, resource_servers};
use crate::user_pool::federation::round_trip;
use crate::user_pool::tokens::scopes::{OF_ATTRIBUTES, OPENID};

/// Where the pages of a pool are, as the request found them.
#[derive(Debug, Clone)]
pub struct Site {
    /// `https://HOST`, and the pool's id behind it where the request's path had it; no slash at the end.
    pub base: String,
    /// The pool that the address tells; on the base address it is the client that tells.
    pub pool: Option<Arc<UserPool>>,
    /// The version of managed login of the domain that was called.
    pub version: Option<i32>,
}

/// What `prompt` asks for; a value that it is not is passed over (inferred).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Prompt {
    /// No page is to be shown.
    pub none: bool,
    /// The user is to sign in, signed in or not.
    pub login: bool,
    /// The user is to be asked whether to go on as who is signed in.
    pub select_account: bool,
}

impl Prompt {
    fn read(text: &str) -> Self {
        let has = |value: &str| text.split(' ').any(|one| one == value);
        Self {
            none: has("none"),
            login: has("login"),
            select_account: has("select_account"),
        }
    }
}

/// How a user is to sign in, as the request says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// At the pool's own pages: `identity_provider=COGNITO`.
    Pool,
    /// At the provider of this name, which pool and client have.
    Provider(Arc<str>),
    /// At one that there is not.
    Unavailable,
}

/// An authorization request that is in order.
#[derive(Debug, Clone)]
pub struct AuthorizeRequest {
    /// Its client, with the pool.
    pub client: Client,
    /// Where the answer goes.
    pub to: ReturnTo,
    /// Scopes and resource that are granted once somebody signs in.
    pub granted: Granted,
    /// Whether `resource` is no resource server of the pool.
    pub is_resource_unknown: bool,
    /// The S256 challenge.
    pub challenge: Option<String>,
    /// `nonce`.
    pub nonce: Option<String>,
    /// `prompt`; nothing where the domain has the classic pages, which know none (documented).
    pub prompt: Prompt,
    /// `identity_provider` or `idp_identifier`.
    pub wanted: Option<Wanted>,
    /// `login_hint`.
    pub login_hint: Option<String>,
    /// `lang`.
    #[allow(
        dead_code,
        reason = "the pages of managed login, which speak it, are to come"
    )]
    pub lang: Option<String>,
    /// `acr_values`, best first.
    pub acr_values: Vec<String>,
    /// `max_age`, in seconds.
    pub max_age: Option<u64>,
    /// The version of managed login: that of the domain that was called, else of the pool's main one.
    pub version: Option<i32>,
    /// The query as it came, which goes from page to page.
    #[allow(dead_code, reason = "the other pages, which it goes to, are to come")]
    pub query: String,
}

impl AuthorizeRequest {
    /// Reads the query of a request to `site`.
    ///
    /// # Errors
    /// What the error page or the app is told.
    pub async fn read(
        cx: &Context,
        site: &Site,
        query: &str,
        parameters: &Parameters,
    ) -> Result<Self, Rejection> {
        let client = client(cx, site, parameters).await?;
        let redirect_uri = redirect_uri(&client, parameters)?;
        let (flow, missing) = match parameters.get("response_type") {
            Some("code") => (OAuthFlowType::Code, false),
            Some("token") => (OAuthFlowType::Implicit, false),
            None => (OAuthFlowType::Code, true),
            Some(other) => {
                // Observed.
                return Err(on_page(
                    "invalid_request",
                    parameters,
                    format!("response_type is code or token, and not {other:?}"),
                ));
            }
        };
        let to = ReturnTo {
            redirect_uri,
            flow,
            state: parameters.owned("state"),
        };
        check_enabled(&client, &to)?;
        if missing {
            return Err(to.refuse(
                Code::InvalidRequest,
                "response_type is missing: code or token",
            ));
        }
        if !client.allows(flow) {
            let flow = flow.as_str();
            let reason = format!("AllowedOAuthFlows of the client does not have {flow}");
            return Err(to.refuse(Code::UnauthorizedClient, reason));
        }
        let challenge = challenge(parameters, &to)?;
        let pool = Arc::clone(&client.pool);
        let (granted, is_resource_unknown) = pool.read(|state| {
            let scopes = scopes(state, &client, parameters.get("scope"), &to)?;
            resource(state, &client, scopes, parameters, &to)
        })?;
        let version = site.version.or_else(|| pool.read(main_version));
        let knows_prompt = version.is_none_or(|version| version > 1);
        let prompt = parameters.get("prompt").filter(|_| knows_prompt);
        Ok(Self {
            granted,
            is_resource_unknown,
            challenge,
            nonce: parameters.owned("nonce"),
            prompt: prompt.map(Prompt::read).unwrap_or_default(),
            wanted: pool.read(|state| wanted(state, &client, parameters)),
            login_hint: parameters.owned("login_hint"),
            lang: parameters.owned("lang"),
            acr_values: words(parameters.get("acr_values")),
            max_age: parameters.get("max_age").and_then(|age| age.parse().ok()),
            version,
            query: query.to_owned(),
            client,
            to,
        })
    }
}

fn main_version(state: &PoolState) -> Option<i32> {
    let main = state.domains.main();
    main.map(|domain| domain.managed_login_version)
}

fn words(text: Option<&str>) -> Vec<String> {
    let words = text.unwrap_or_default().split_whitespace();
    words.map(str::to_owned).collect()
}

fn on_page(error: &'static str, parameters: &Parameters, reason: impl Into<String>) -> Rejection {
    Rejection::on_page(error, parameters.get("client_id"), reason.into())
}

/// The client, which must be able to sign people in at all (observed: one without SupportedIdentityProviders
/// ends on the error page).
async fn client(cx: &Context, site: &Site, parameters: &Parameters) -> Result<Client, Rejection> {
    let Some(id) = parameters.get("client_id") else {
        return Err(on_page(
            "Required parameters missing",
            parameters,
            "client_id is missing",
        ));
    };
    let found = Client::find(cx, site.pool.as_ref(), id).await;
    let client = found.map_err(|reason| on_page("invalid_request", parameters, reason))?;
    if client.providers().is_empty() {
        return Err(on_page(
            "invalid_request",
            parameters,
            "SupportedIdentityProviders of the app client is empty: it has COGNITO, or a provider of the pool",
        ));
    }
    Ok(client)
}

/// The redirect URI: exactly one of the client's (observed), or the one that stands for a missing one
/// (documented).
fn redirect_uri(client: &Client, parameters: &Parameters) -> Result<String, Rejection> {
    let callbacks = client.callbacks();
    if let Some(uri) = parameters.get("redirect_uri") {
        if callbacks.iter().any(|known| known == uri) {
            return Ok(uri.to_owned());
        }
        return Err(on_page(
            "redirect_mismatch",
            parameters,
            format!(
                "redirect_uri is {uri:?}, and CallbackURLs of the client has, to the letter, {callbacks:?}{}",
                near::callback(client, uri)
            ),
        ));
    }
    let standing_in = match (&client.app.default_redirect_uri, callbacks) {
        _ if client.providers().len() != 1 => None,
        (Some(default), _) if callbacks.contains(default) => Some(default.clone()),
        (_, [only]) => Some(only.clone()),
        _ => None,
    };
    standing_in.ok_or_else(|| {
        // Inferred, by the answers to other missing parameters.
        on_page(
            "Required parameters missing",
            parameters,
            "redirect_uri is missing; a client of one identity provider with DefaultRedirectURI, or with one \
             callback URL, needs none",
        )
    })
}

/// Observed, with the space at the end; that AllowedOAuthFlowsUserPoolClient is the cause is inferred.
fn check_enabled(client: &Client, to: &ReturnTo) -> Result<(), Rejection> {
    if client.app.oauth_enabled {
        return Ok(());
    }
    Err(to.refuse_saying(
        Code::InvalidRequest,
        Some("Client is not enabled for OAuth2.0 flows ".into()),
        "AllowedOAuthFlowsUserPoolClient of the app client is not true",
    ))
}

fn challenge(parameters: &Parameters, to: &ReturnTo) -> Result<Option<String>, Rejection> {
    let method = parameters.get("code_challenge_method");
    let challenge = parameters.get("code_challenge");
    let reason = match (method, challenge) {
        (None, None) => return Ok(None),
        (Some("S256"), Some(challenge)) => return Ok(Some(challenge.to_owned())),
        (Some("S256"), None) => "code_challenge_method comes with a code_challenge".to_owned(),
        (None, Some(_)) => "code_challenge comes with code_challenge_method=S256".to_owned(),
        (Some(other), _) => format!("code_challenge_method is S256 alone, and not {other:?}"),
    };
    Err(to.refuse(Code::InvalidRequest, reason))
}

/// The scopes that are granted: those asked for, or all of the client (documented). One that a resource server
/// lost meanwhile is left out (documented); one that the client has not is `invalid_scope` (inferred: AWS's pages
/// say three things), as are the three that come with `openid` alone where it is missing.
fn scopes(
    state: &PoolState,
    client: &Client,
    asked: Option<&str>,
    to: &ReturnTo,
) -> Result<Vec<String>, Rejection> {
    let allowed = client.scopes();
    let asked = asked.map(|asked| words(Some(asked)));
    for scope in asked.iter().flatten() {
        if !allowed.contains(scope) {
            let near = near::of(scope, &allowed);
            let reason =
                format!("{scope:?} is not in AllowedOAuthScopes of the client, {allowed:?}{near}");
            return Err(to.refuse(Code::InvalidScope, reason));
        }
    }
    let is_alive = |scope: &String| {
        SYSTEM_SCOPES.contains(&scope.as_str()) || resource_servers::has_scope(state, scope)
    };
    let is_given = asked.is_some();
    let mut granted: Vec<String> = Vec::new();
    for scope in asked.unwrap_or(allowed) {
        if is_alive(&scope) && !granted.contains(&scope) {
            granted.push(scope);
        }
    }
    let has_openid = granted.iter().any(|scope| scope == OPENID);
    let lone = granted
        .iter()
        .find(|scope| OF_ATTRIBUTES.contains(&scope.as_str()));
    if let Some(scope) = lone.filter(|_| !has_openid && is_given) {
        let reason = format!("{scope} is asked for together with openid");
        return Err(to.refuse(Code::InvalidScope, reason));
    }
    Ok(granted)
}

/// Resource binding. Scopes of another resource server beside it are refused (observed); where no scope is
/// asked for, they are left out (inferred). That a resource which is no resource server gives a code that is
/// good for nothing is observed; AWS's pages allow any URL.
fn resource(
    state: &PoolState,
    client: &Client,
    mut scopes: Vec<String>,
    parameters: &Parameters,
    to: &ReturnTo,
) -> Result<(Granted, bool), Rejection> {
    let granted = |scopes, resource: Option<&str>| Granted {
        scopes,
        resource: resource.map(str::to_owned),
        client_url: client.url().map(str::to_owned),
    };
    let Some(resource) = parameters.get("resource") else {
        return Ok((granted(scopes, None), false));
    };
    if !is_resource(resource) {
        let reason = "resource is a URL: https://, http://localhost or a scheme of an app";
        return Err(to.refuse(Code::InvalidRequest, reason));
    }
    let is_foreign = |scope: &String| {
        let server = scope.rsplit_once('/').map(|(server, _)| server);
        !SYSTEM_SCOPES.contains(&scope.as_str()) && server.is_some_and(|server| server != resource)
    };
    if parameters.get("scope").is_none() {
        scopes.retain(|scope| !is_foreign(scope));
    } else if let Some(scope) = scopes.iter().find(|scope| is_foreign(scope)) {
        return Err(to.refuse_saying(
            Code::InvalidRequest,
            Some(
                "custom scopes requested for resource-binding must be assigned to the resource being requested"
                    .into(),
            ),
            format!("{scope} is a scope of another resource server than {resource}"),
        ));
    }
    let is_unknown = !state.resource_servers.contains_key(resource);
    Ok((granted(scopes, Some(resource)), is_unknown))
}

fn is_resource(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let is_local = rest
        .strip_prefix("localhost")
        .is_some_and(|after| after.is_empty() || after.starts_with([':', '/', '?']));
    is_scheme
        && !rest.is_empty()
        && !text.contains(|one: char| one.is_whitespace() || one == '#')
        && (scheme != "http" || is_local)
}

fn wanted(state: &PoolState, client: &Client, parameters: &Parameters) -> Option<Wanted> {
    let named = parameters.get("identity_provider");
    let provider = match (named, parameters.get("idp_identifier")) {
        (Some("COGNITO"), _) => {
            return Some(if client.has_own_users() {
                Wanted::Pool
            } else {
                Wanted::Unavailable
            });
        }
        (Some(name), _) => state.providers.get(name),
        (None, Some(identifier)) => round_trip::identified(state, &client.app, identifier),
        (None, None) => return None,
    };
    let is_supported = |name: &str| client.providers().iter().any(|one| one == name);
    Some(
        match provider.filter(|provider| is_supported(&provider.name)) {
            Some(provider) => Wanted::Provider(Arc::clone(&provider.name)),
            None => Wanted::Unavailable,
        },
    )
}
