//! What a pool has besides users, groups and clients: resource servers, scopes, identity providers and
//! domains.

use super::elsewhere;
use crate::context::Context;
use crate::error::Refusal;
use crate::model::PoolId;
use crate::model::near::told;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::state::PoolState;
use crate::user_pool::app_clients::{SYSTEM_SCOPES, resource_servers};

/// What a refusal may have meant of a pool, which its request names.
pub(super) fn of_pool(cx: &Context, pool: Option<&str>, refusal: &Refusal) -> Option<String> {
    let pool = cx.store.pool(&PoolId::from(pool?)).ok()?;
    match refusal {
        Refusal::ResourceServerUnknown { identifier } => resource_server(cx, &pool, identifier),
        Refusal::IdentityProviderUnknown { name } => provider(cx, &pool, name),
        Refusal::ProviderUnknown { provider: name, .. } => provider(cx, &pool, name),
        Refusal::ScopeUnknown { scope } => self::scope(cx, &pool, scope),
        _ => None,
    }
}

fn resource_server(cx: &Context, pool: &UserPool, identifier: &str) -> Option<String> {
    let state = pool.read(PoolState::clone);
    let named_so = || {
        let mut servers = state.resource_servers.values();
        let server = servers.find(|server| server.name == identifier)?;
        let is = &server.identifier;
        Some(format!(
            "it is the name of the resource server {is:?}; give the identifier"
        ))
    };
    let has = |pool: &UserPool| pool.read(|state| state.resource_servers.contains_key(identifier));
    let known = state.resource_servers.keys().map(String::as_str);
    told(identifier, known).or_else(named_so).or_else(|| {
        elsewhere(cx, pool, has)
            .map(|other| format!("{other} has a resource server of this identifier"))
    })
}

fn provider(cx: &Context, pool: &UserPool, name: &str) -> Option<String> {
    let state = pool.read(PoolState::clone);
    let providers = &state.providers;
    let mixed_up = || {
        if providers.get(name).is_some() {
            return Some(
                "it is the name of a provider; identifiers are its IdpIdentifiers".to_owned(),
            );
        }
        let named = &providers.identified(name)?.name;
        Some(format!(
            "it is an identifier of {named:?}, and not its name"
        ))
    };
    let has = |pool: &UserPool| pool.read(|state| state.providers.get(name).is_some());
    let names = providers.by_name.keys().map(|name| &**name);
    let identifiers = providers.identifiers.keys().map(String::as_str);
    mixed_up()
        .or_else(|| told(name, names.chain(identifiers)))
        .or_else(|| {
            elsewhere(cx, pool, has).map(|other| format!("{other} has a provider of this name"))
        })
}

fn scope(cx: &Context, pool: &UserPool, scope: &str) -> Option<String> {
    let state = pool.read(PoolState::clone);
    let servers = state.resource_servers.values();
    let own: Vec<String> = servers
        .flat_map(|server| {
            let scopes = server.scopes.iter();
            scopes.map(|scope| format!("{}/{}", server.identifier, scope.scope_name))
        })
        .collect();
    let without_server = || {
        let mut own = own.iter();
        let full = own.find(|own| own.rsplit_once('/').is_some_and(|(_, name)| name == scope))?;
        Some(format!("it is given with its resource server: {full:?}"))
    };
    let has = |pool: &UserPool| pool.read(|state| resource_servers::has_scope(state, scope));
    let known = own.iter().map(String::as_str).chain(SYSTEM_SCOPES);
    told(scope, known)
        .or_else(without_server)
        .or_else(|| elsewhere(cx, pool, has).map(|other| format!("{other} has this scope")))
}
