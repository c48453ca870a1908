//! App clients: what an application may do with a pool, and for how long its tokens live.

pub(crate) mod checks;
pub(crate) mod ids;
pub(crate) mod managed_secrets;
pub mod resource_servers;
pub(crate) mod secrets;
pub(crate) mod user_pool_client;

pub(crate) use self::checks::{REGISTRATION_SCOPE, SYSTEM_SCOPES};
pub use self::managed_secrets::kept;
pub use self::secrets::{
    add_user_pool_client_secret, delete_user_pool_client_secret, list_user_pool_client_secrets,
};
pub use self::user_pool_client::{
    create_user_pool_client, delete_user_pool_client, describe_user_pool_client,
    list_user_pool_clients, update_user_pool_client, view,
};

use std::sync::Arc;

use crate::error::{CognitoError, Refusal};
use crate::model::ClientId;
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::state::PoolState;

/// The pool's client with this id.
///
/// # Errors
/// `User pool client … does not exist.`, also for another pool's (inferred).
pub fn require<'a>(
    state: &'a PoolState,
    id: &ClientId,
) -> Result<&'a Arc<AppClient>, CognitoError> {
    state.clients.get(id).ok_or_else(|| {
        Refusal::ClientUnknown { id: id.to_string() }.because(format!(
            "{} has no app client with this id; ListUserPoolClients shows them",
            state.settings.id
        ))
    })
}

#[cfg(test)]
mod tests;
