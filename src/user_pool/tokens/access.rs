//! Temporary stub: the access token is `POOL|CLIENT|USERNAME`.
use std::sync::Arc;

use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::{ClientId, PoolId, Secret};
use crate::store::Pool;
use crate::user_pool::app_clients::AppClient;
use crate::user_pool::settings::UserPool;
use crate::user_pool::users::User;

/// Stub.
pub struct Grant;
/// Stub.
pub struct Authorized {
    /// Stub.
    pub pool: Arc<Pool>,
    /// Stub.
    pub settings: Arc<UserPool>,
    /// Stub.
    pub client: Arc<AppClient>,
    /// Stub.
    pub user: Arc<User>,
    /// Stub.
    pub grant: Arc<Grant>,
}
/// Stub.
///
/// # Errors
/// Stub.
pub fn authorize(cx: &Context, token: &Secret) -> Result<Authorized, CognitoError> {
    let mut parts = token.expose().splitn(3, '|');
    let pool = cx.pool(&PoolId::from(parts.next().unwrap_or_default()))?;
    let (_, client) = cx.store.client(&ClientId::from(parts.next().unwrap_or_default()))?;
    let name = parts.next().unwrap_or_default();
    let user = pool
        .read(|state| state.users.named(name).cloned())
        .ok_or_else(|| Refusal::AccessTokenInvalid.because("stub"))?;
    Ok(Authorized { settings: pool.settings(), pool, client, user, grant: Arc::new(Grant) })
}
