//! CreateUserPoolClient, DescribeUserPoolClient, UpdateUserPoolClient, DeleteUserPoolClient,
//! ListUserPoolClients.
//!
//! UpdateUserPoolClient replaces: what a request leaves out goes back to its default; id, secrets and
//! (inferred) the name stay, and where Secrets Manager keeps a secret, that (documented).

use std::ops::Bound;
use std::sync::Arc;

use super::checks::Doing;
use super::ids::claim_id;
use super::managed_secrets::Publishing;
use super::{checks, managed_secrets, require, resource_servers, secrets};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    ClientTypeType, CreateUserPoolClientRequest, CreateUserPoolClientResponse,
    DeleteUserPoolClientRequest, DescribeUserPoolClientRequest, DescribeUserPoolClientResponse,
    ListUserPoolClientsRequest, ListUserPoolClientsResponse, UpdateUserPoolClientRequest,
    UpdateUserPoolClientResponse, UserPoolClientDescription, UserPoolClientType,
};
use crate::model::{ClientId, NoOutput};
use crate::page;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::{AppClient, ClientSecret, ManagedSecret};
use crate::store::user_pool::state::PoolState;

/// The start of a ClientName that pins the client's id; Poolhouse's own.
pub const PINNED_ID_PREFIX: &str = "_custom_id_:";

/// Documented quota of clients in a pool; adjustable, so it only holds when limits are asked for.
pub(super) const MAX_CLIENTS: usize = 1000;

/// A page without MaxResults (inferred: the model's maximum).
const DEFAULT_PAGE: i32 = 60;

/// `CreateUserPoolClient`.
///
/// # Errors
/// An unknown pool, settings that AWS refuses, a pinned id that is malformed or taken.
pub fn create_user_pool_client(
    cx: &Context,
    req: CreateUserPoolClientRequest,
) -> Result<CreateUserPoolClientResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let client = make(cx, &pool, req, ClientTypeType::Regular)?;
    Ok(CreateUserPoolClientResponse {
        user_pool_client: Some(view(&client)),
    })
}

/// Makes a client of this kind in `pool`.
///
/// # Errors
/// Settings that AWS refuses, a pinned id that is malformed or taken.
pub fn make(
    cx: &Context,
    pool: &Arc<UserPool>,
    req: CreateUserPoolClientRequest,
    kind: ClientTypeType,
) -> Result<Arc<AppClient>, CognitoError> {
    let id = claim_id(cx, &pool.id, &req.client_name)?;
    let now = cx.now();
    let begun = Begun::new(cx, &req, id.clone(), kind, now);
    let made = begun.and_then(|begun| {
        pool.change(|draft| {
            let state = draft.state();
            check_room(state, cx.holds_limits(&state.settings))?;
            let client = begun.client(state, &cx.caller.account, req)?;
            Ok(draft.put_client(client))
        })
    });
    if made.is_err() {
        cx.store.release_client_id(&id, pool);
    }
    made
}

fn check_room(state: &PoolState, has_quotas: bool) -> Result<(), CognitoError> {
    if has_quotas && state.clients.len() >= MAX_CLIENTS {
        return Refusal::ResourceLimit {
            what: "app clients".into(),
        }
        .refuse(format!("a pool has {MAX_CLIENTS} app clients at most"));
    }
    Ok(())
}

/// The client of this kind that CreateUserPoolClient makes in a pool of the caller's account. A secret
/// is the one given, or a new one where GenerateSecret asks for it.
///
/// # Errors
/// Settings that AWS refuses.
pub fn build(
    cx: &Context,
    pool: &UserPool,
    req: CreateUserPoolClientRequest,
    id: ClientId,
    kind: ClientTypeType,
    now: Timestamp,
) -> Result<AppClient, CognitoError> {
    let begun = Begun::new(cx, &req, id, kind, now)?;
    pool.read(|state| begun.client(state, &cx.caller.account, req))
}

/// A new client before it is held against its pool: what was drawn for it.
struct Begun {
    lasting: Lasting,
    publishing: Publishing,
}

impl Begun {
    fn new(
        cx: &Context,
        req: &CreateUserPoolClientRequest,
        id: ClientId,
        kind: ClientTypeType,
        now: Timestamp,
    ) -> Result<Self, CognitoError> {
        let secret = match (&req.client_secret, req.generate_secret) {
            (Some(_), Some(true)) => {
                return Refusal::SecretGivenTwice
                    .refuse("GenerateSecret is true and ClientSecret is given; choose one");
            }
            (Some(given), _) => Some(given.clone()),
            (None, Some(true)) => Some(secrets::generate(cx)),
            (None, Some(false) | None) => None,
        };
        let is_generated = req.client_secret.is_none();
        let first = secret.map(|value| secrets::new(&id, None, value, now));
        let last_secret = first.as_ref().map(|(_, stamp)| *stamp);
        let secrets = first
            .map(|(secret, _)| ClientSecret {
                is_generated,
                ..secret
            })
            .into_iter()
            .collect();
        let publishing = Publishing::new(cx, req.publish_secrets_in_aws_secrets_manager);
        let lasting = Lasting {
            id,
            kind,
            created: now,
            secrets,
            last_secret,
            shown_secret: None,
            managed_secret: None,
        };
        Ok(Self {
            lasting,
            publishing,
        })
    }

    fn client(
        self,
        state: &PoolState,
        account: &str,
        req: CreateUserPoolClientRequest,
    ) -> Result<AppClient, CognitoError> {
        let now = self.lasting.created;
        let doing = Doing::Creating;
        let mut client = configure(state, account, req, doing, self.lasting, now)?;
        self.publishing.apply(&mut client, account, now);
        Ok(client)
    }
}

/// What an update leaves alone.
struct Lasting {
    id: ClientId,
    kind: ClientTypeType,
    created: Timestamp,
    secrets: Vec<ClientSecret>,
    last_secret: Option<Timestamp>,
    shown_secret: Option<String>,
    managed_secret: Option<ManagedSecret>,
}

fn configure(
    state: &PoolState,
    account: &str,
    req: CreateUserPoolClientRequest,
    doing: Doing,
    lasting: Lasting,
    now: Timestamp,
) -> Result<AppClient, CognitoError> {
    let pool = &state.settings;
    checks::settings(pool, &req, doing, !lasting.secrets.is_empty())?;
    checks::scopes(&req, lasting.kind, |scope| {
        resource_servers::has_scope(state, scope)
    })?;
    checks::providers(&req, |name| state.providers.get(name).is_some())?;
    let validity = checks::token_validity(&req)?;
    Ok(AppClient {
        id: lasting.id,
        pool: pool.id.clone(),
        name: req.client_name,
        created: lasting.created,
        modified: now,
        secrets: lasting.secrets,
        last_secret: lasting.last_secret,
        shown_secret: lasting.shown_secret,
        validity,
        read_attributes: unless_empty(req.read_attributes),
        write_attributes: unless_empty(req.write_attributes),
        explicit_auth_flows: unless_empty(req.explicit_auth_flows),
        identity_providers: unless_empty(req.supported_identity_providers),
        callback_urls: unless_empty(req.callback_urls),
        logout_urls: unless_empty(req.logout_urls),
        default_redirect_uri: req.default_redirect_uri,
        oauth_flows: unless_empty(req.allowed_oauth_flows),
        oauth_scopes: unless_empty(req.allowed_oauth_scopes),
        oauth_enabled: req.allowed_oauth_flows_user_pool_client.unwrap_or(false),
        analytics: checks::analytics(req.analytics_configuration, pool, account)?,
        prevent_user_existence_errors: req.prevent_user_existence_errors,
        token_revocation: req.enable_token_revocation.unwrap_or(true),
        propagate_user_context: req
            .enable_propagate_additional_user_context_data
            .unwrap_or(false),
        auth_session_minutes: req.auth_session_validity.unwrap_or(3),
        rotation: req.refresh_token_rotation,
        kind: lasting.kind,
        managed_secret: lasting.managed_secret,
    })
}

/// An empty list counts as none (inferred: lists are shown only once they hold something).
fn unless_empty<T>(list: Option<Vec<T>>) -> Option<Vec<T>> {
    list.filter(|list| !list.is_empty())
}

/// `DescribeUserPoolClient`.
///
/// # Errors
/// An unknown pool, a client that is not the pool's.
pub fn describe_user_pool_client(
    cx: &Context,
    req: DescribeUserPoolClientRequest,
) -> Result<DescribeUserPoolClientResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let client = pool.read(|state| require(state, &req.client_id).cloned())?;
    Ok(DescribeUserPoolClientResponse {
        user_pool_client: Some(UserPoolClientType {
            client_type: Some(client.kind),
            ..view(&client)
        }),
    })
}

/// `UpdateUserPoolClient`.
///
/// # Errors
/// An unknown pool, a client that is not the pool's, settings that AWS refuses.
pub fn update_user_pool_client(
    cx: &Context,
    req: UpdateUserPoolClientRequest,
) -> Result<UpdateUserPoolClientResponse, CognitoError> {
    let now = cx.now();
    let pool = cx.pool(&req.user_pool_id)?;
    managed_secrets::settle(cx, &pool, &req.client_id)?;
    let publishing = Publishing::new(cx, req.publish_secrets_in_aws_secrets_manager);
    let updated = pool.change(|draft| {
        let old = require(draft.state(), &req.client_id)?;
        let lasting = Lasting {
            id: old.id.clone(),
            kind: old.kind,
            created: old.created,
            secrets: old.secrets.clone(),
            last_secret: old.last_secret,
            shown_secret: old.shown_secret.clone(),
            managed_secret: old.managed_secret.clone(),
        };
        let req = as_creation(req, &old.name);
        let doing = Doing::Updating;
        let mut client = configure(draft.state(), &pool.account, req, doing, lasting, now)?;
        publishing.apply(&mut client, &pool.account, now);
        Ok(draft.put_client(client))
    })?;
    Ok(UpdateUserPoolClientResponse {
        user_pool_client: Some(view(&updated)),
    })
}

/// The creation that would give what an update asks for; the old name stands in for a missing one.
fn as_creation(req: UpdateUserPoolClientRequest, name: &str) -> CreateUserPoolClientRequest {
    CreateUserPoolClientRequest {
        user_pool_id: req.user_pool_id,
        client_name: req.client_name.unwrap_or_else(|| name.to_owned()),
        generate_secret: None,
        client_secret: None,
        publish_secrets_in_aws_secrets_manager: req.publish_secrets_in_aws_secrets_manager,
        refresh_token_validity: req.refresh_token_validity,
        access_token_validity: req.access_token_validity,
        id_token_validity: req.id_token_validity,
        token_validity_units: req.token_validity_units,
        read_attributes: req.read_attributes,
        write_attributes: req.write_attributes,
        explicit_auth_flows: req.explicit_auth_flows,
        supported_identity_providers: req.supported_identity_providers,
        callback_urls: req.callback_urls,
        logout_urls: req.logout_urls,
        default_redirect_uri: req.default_redirect_uri,
        allowed_oauth_flows: req.allowed_oauth_flows,
        allowed_oauth_scopes: req.allowed_oauth_scopes,
        allowed_oauth_flows_user_pool_client: req.allowed_oauth_flows_user_pool_client,
        analytics_configuration: req.analytics_configuration,
        prevent_user_existence_errors: req.prevent_user_existence_errors,
        enable_token_revocation: req.enable_token_revocation,
        enable_propagate_additional_user_context_data: req
            .enable_propagate_additional_user_context_data,
        auth_session_validity: req.auth_session_validity,
        refresh_token_rotation: req.refresh_token_rotation,
    }
}

/// `DeleteUserPoolClient`. Tokens already issued go on to verify (documented).
///
/// # Errors
/// An unknown pool, a client that is not the pool's.
pub fn delete_user_pool_client(
    cx: &Context,
    req: DeleteUserPoolClientRequest,
) -> Result<NoOutput, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    pool.change(|draft| {
        require(draft.state(), &req.client_id)?;
        draft.remove_client(req.client_id.clone());
        Ok(())
    })?;
    cx.store.release_client_id(&req.client_id, &pool);
    Ok(NoOutput)
}

/// `ListUserPoolClients`, ordered by id (inferred). A page holds those of MaxResults clients that are
/// of the kind asked for, so it may be short, or empty, and yet have a successor (documented).
///
/// # Errors
/// An unknown pool, a token that is not this list's.
pub fn list_user_pool_clients(
    cx: &Context,
    req: ListUserPoolClientsRequest,
) -> Result<ListUserPoolClientsResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let kind = req.client_type;
    let name = kind.map_or("", ClientTypeType::as_str);
    let scope = format!("ListUserPoolClients {} {name}", pool.id);
    let after = page::position(cx, &scope, req.next_token.as_deref())?.map(ClientId::from);
    let count = usize::try_from(req.max_results.unwrap_or(DEFAULT_PAGE)).unwrap_or(1);
    let start = after.map_or(Bound::Unbounded, Bound::Excluded);
    let mut clients: Vec<Arc<AppClient>> = pool.read(|state| {
        let from_start = state.clients.range((start, Bound::Unbounded));
        from_start
            .take(count + 1)
            .map(|(_, client)| Arc::clone(client))
            .collect()
    });
    let has_more = clients.len() > count;
    clients.truncate(count);
    let last = clients.last().filter(|_| has_more);
    let next_token = last.map(|client| page::token(cx, &scope, &client.id));
    clients.retain(|client| kind.is_none_or(|kind| client.kind == kind));
    Ok(ListUserPoolClientsResponse {
        next_token,
        user_pool_clients: Some(clients.iter().map(|client| summary(client)).collect()),
    })
}

/// A client as Create, Describe and Update show it, but for its type, which Describe alone shows
/// (documented). Which members are there only once they are set is observed; which of two secrets is
/// shown, the older one unless the other came back from Secrets Manager, is inferred.
pub fn view(client: &AppClient) -> UserPoolClientType {
    let managed = client.managed_secret.as_ref();
    let is_chosen = |secret: &&ClientSecret| Some(&secret.id) == client.shown_secret.as_ref();
    let chosen = client.secrets.iter().find(is_chosen);
    let shown_secret = chosen.or_else(|| client.secrets.first());
    let shown_secret = shown_secret.filter(|_| managed.is_none());
    UserPoolClientType {
        user_pool_id: Some(client.pool.clone()),
        client_name: Some(client.name.clone()),
        client_id: Some(client.id.clone()),
        client_secret: shown_secret.map(|secret| secret.value.clone()),
        client_secret_arn: managed.map(|managed| managed.arn.to_string()),
        last_modified_date: Some(client.modified),
        creation_date: Some(client.created),
        refresh_token_validity: Some(client.validity.refresh),
        access_token_validity: client.validity.access,
        id_token_validity: client.validity.id,
        token_validity_units: Some(client.validity.units.clone().unwrap_or_default()),
        read_attributes: client.read_attributes.clone(),
        write_attributes: client.write_attributes.clone(),
        explicit_auth_flows: client.explicit_auth_flows.clone(),
        supported_identity_providers: client.identity_providers.clone(),
        callback_urls: client.callback_urls.clone(),
        logout_urls: client.logout_urls.clone(),
        default_redirect_uri: client.default_redirect_uri.clone(),
        allowed_oauth_flows: client.oauth_flows.clone(),
        allowed_oauth_scopes: client.oauth_scopes.clone(),
        allowed_oauth_flows_user_pool_client: Some(client.oauth_enabled),
        analytics_configuration: client.analytics.clone(),
        prevent_user_existence_errors: client.prevent_user_existence_errors,
        enable_token_revocation: Some(client.token_revocation),
        enable_propagate_additional_user_context_data: Some(client.propagate_user_context),
        auth_session_validity: Some(client.auth_session_minutes),
        refresh_token_rotation: client.rotation.clone(),
        client_type: None,
    }
}

fn summary(client: &AppClient) -> UserPoolClientDescription {
    UserPoolClientDescription {
        client_id: Some(client.id.clone()),
        user_pool_id: Some(client.pool.clone()),
        client_name: Some(client.name.clone()),
    }
}
