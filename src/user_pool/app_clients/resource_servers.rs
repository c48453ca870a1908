//! Resource servers, and the custom scopes that they give a pool: CreateResourceServer,
//! DescribeResourceServer, UpdateResourceServer, DeleteResourceServer, ListResourceServers.
//!
//! A custom scope is `IDENTIFIER/NAME` (documented). An app client may only name scopes that exist;
//! deleting a server or a scope leaves the clients that name it as they are (inferred), but the scope
//! is not issued any more (documented): whoever issues scopes asks [`has_scope`].

use std::ops::Bound;
use std::sync::Arc;

use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::NoOutput;
use crate::model::cognito_idp::{
    CreateResourceServerRequest, CreateResourceServerResponse, DeleteResourceServerRequest,
    DescribeResourceServerRequest, DescribeResourceServerResponse, ListResourceServersRequest,
    ListResourceServersResponse, UpdateResourceServerRequest, UpdateResourceServerResponse,
};
use crate::page;
use crate::store::user_pool::resource_server::ResourceServer;
use crate::store::user_pool::state::PoolState;

/// Documented quota of resource servers in a pool; adjustable, so it only holds when limits are
/// asked for.
const MAX_SERVERS: usize = 25;

/// A page without MaxResults (inferred: the model's maximum).
const DEFAULT_PAGE: i32 = 50;

/// Whether the pool has the custom scope `IDENTIFIER/NAME`. Names have no slash, identifiers may.
pub fn has_scope(state: &PoolState, scope: &str) -> bool {
    scope.rsplit_once('/').is_some_and(|(identifier, name)| {
        state
            .resource_servers
            .get(identifier)
            .is_some_and(|server| server.scopes.iter().any(|known| known.scope_name == name))
    })
}

fn require<'a>(
    state: &'a PoolState,
    identifier: &str,
) -> Result<&'a Arc<ResourceServer>, CognitoError> {
    state.resource_servers.get(identifier).ok_or_else(|| {
        Refusal::ResourceServerUnknown {
            identifier: identifier.to_owned(),
        }
        .because(format!(
            "{} has no resource server with this identifier; ListResourceServers shows them",
            state.settings.id
        ))
    })
}

/// `CreateResourceServer`.
///
/// # Errors
/// An unknown pool, an identifier in use, a scope that is named twice.
pub fn create_resource_server(
    cx: &Context,
    req: CreateResourceServerRequest,
) -> Result<CreateResourceServerResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let server = ResourceServer::new(req.identifier, req.name, req.scopes)?;
    let server = pool.change(|draft| {
        let state = draft.state();
        let servers = &state.resource_servers;
        if servers.contains_key(&server.identifier) {
            return Refusal::ResourceServerExists {
                identifier: server.identifier.clone(),
                pool: pool.id.to_string(),
            }
            .refuse("identifiers are used once per pool; UpdateResourceServer changes its scopes");
        }
        if cx.holds_limits(&state.settings) && servers.len() >= MAX_SERVERS {
            return Refusal::ResourceLimit {
                what: "resource servers".into(),
            }
            .refuse(format!("a pool has {MAX_SERVERS} resource servers at most"));
        }
        Ok(draft.put_resource_server(server))
    })?;
    Ok(CreateResourceServerResponse {
        resource_server: server.view(&pool.id),
    })
}

/// `DescribeResourceServer`.
///
/// # Errors
/// An unknown pool or resource server.
pub fn describe_resource_server(
    cx: &Context,
    req: DescribeResourceServerRequest,
) -> Result<DescribeResourceServerResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let server = pool.read(|state| require(state, &req.identifier).cloned())?;
    Ok(DescribeResourceServerResponse {
        resource_server: server.view(&pool.id),
    })
}

/// `UpdateResourceServer`. Replaces name and scopes: left out, the scopes are none (documented).
///
/// # Errors
/// An unknown pool or resource server, a scope that is named twice.
pub fn update_resource_server(
    cx: &Context,
    req: UpdateResourceServerRequest,
) -> Result<UpdateResourceServerResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let server = pool.change(|draft| {
        require(draft.state(), &req.identifier)?;
        let server = ResourceServer::new(req.identifier, req.name, req.scopes)?;
        Ok(draft.put_resource_server(server))
    })?;
    Ok(UpdateResourceServerResponse {
        resource_server: server.view(&pool.id),
    })
}

/// `DeleteResourceServer`. Its scopes go with it.
///
/// # Errors
/// An unknown pool or resource server.
pub fn delete_resource_server(
    cx: &Context,
    req: DeleteResourceServerRequest,
) -> Result<NoOutput, CognitoError> {
    cx.pool(&req.user_pool_id)?.change(|draft| {
        require(draft.state(), &req.identifier)?;
        draft.remove_resource_server(req.identifier);
        Ok(NoOutput)
    })
}

/// `ListResourceServers`, by identifier.
///
/// # Errors
/// An unknown pool, a token that is not this list's.
pub fn list_resource_servers(
    cx: &Context,
    req: ListResourceServersRequest,
) -> Result<ListResourceServersResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let scope = format!("ListResourceServers {}", pool.id);
    let after = page::position(cx, &scope, req.next_token.as_deref())?;
    let limit = page::limit(Some(req.max_results.unwrap_or(DEFAULT_PAGE)));
    let mut found: Vec<Arc<ResourceServer>> = pool.read(|state| {
        let start = after.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let behind = state
            .resource_servers
            .range::<str, _>((start, Bound::Unbounded));
        behind
            .take(limit + 1)
            .map(|(_, server)| Arc::clone(server))
            .collect()
    });
    let next_token = page::cut(cx, &scope, &mut found, limit, |server| {
        server.identifier.clone()
    });
    Ok(ListResourceServersResponse {
        resource_servers: found.iter().map(|server| server.view(&pool.id)).collect(),
        next_token,
    })
}

#[cfg(test)]
#[path = "tests/resource_servers.rs"]
mod tests;
