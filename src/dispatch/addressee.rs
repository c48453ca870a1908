//! Whom a request is about, read from its members before its operation reads them.
//!
//! Quotas and replicas ask that of every operation alike. What cannot be told is left open: the
//! operation itself says what is wrong with the request.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::context::Context;
use crate::model::{ClientId, PoolId, arns};
use crate::store::user_pool::Pool;
use crate::user_pool::users;

/// The pool and the user that a request names.
#[derive(Debug, Default)]
pub struct Addressee {
    /// The pool: by its id or ARN, an app client or an access token.
    pub pool: Option<Arc<Pool>>,
    /// The user: the `sub` where there is one, else the name as it was given.
    pub user: Option<String>,
}

/// What is read of an access token. Nothing is granted by it, so its signature is not looked at.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: Uuid,
}

impl Addressee {
    /// Whom the request with this body is about.
    pub fn of(cx: &Context, body: &Value) -> Self {
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        let inner = |map: &str| body.get(map)?.get("USERNAME")?.as_str();
        let by_id = |id: &str| cx.store.pool(&PoolId::from(id)).ok();
        if let Some(claims) = text("AccessToken").and_then(claims) {
            return Self {
                pool: claims.iss.rsplit('/').next().and_then(by_id),
                user: Some(claims.sub.to_string()),
            };
        }
        let by_client = |id: &str| cx.store.client(&ClientId::from(id)).ok();
        let pool = text("UserPoolId")
            .or_else(|| text("ResourceArn").and_then(arns::user_pool))
            .and_then(by_id)
            .or_else(|| text("ClientId").and_then(by_client).map(|(pool, _)| pool));
        let name = text("Username")
            .or_else(|| inner("AuthParameters"))
            .or_else(|| inner("ChallengeResponses"));
        let known = |name: &str| {
            let sub = pool
                .as_ref()?
                .read(|state| Some(users::resolve(state, name)?.sub))?;
            Some(sub.to_string())
        };
        let user = name.map(|name| known(name).unwrap_or_else(|| name.to_owned()));
        Self { pool, user }
    }
}

fn claims(token: &str) -> Option<Claims> {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&payload).ok()
}
