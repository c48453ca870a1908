//! Whom a request is about, read from its members before its operation runs.
//!
//! Quotas, replicas and recoveries ask that of every operation alike. What cannot be told, and a pool
//! that the caller does not see, is left open: the operation itself says what is wrong with the request.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use uuid::Uuid;

use super::members::Members;
use crate::context::{Context, Signer};
use crate::error::CognitoError;
use crate::model::{ClientId, PoolId, Secret, Username, arns};
use crate::store::user_pool::UserPool;
use crate::user_pool::accounts::sign_up;
use crate::user_pool::auth;
use crate::user_pool::tokens::access;
use crate::user_pool::users;

/// The pool and the user that a request names.
#[derive(Debug, Default)]
pub struct Addressee {
    /// The pool: by its id or ARN, an app client, an access token or a session.
    pub pool: Option<Arc<UserPool>>,
    /// The user: the `sub` where there is one, else the name as it was given.
    pub user: Option<String>,
    /// The app client.
    pub client: Option<String>,
}

/// What is read of an access token. Nothing is granted by it, so its signature is not looked at.
#[derive(Deserialize)]
pub(super) struct Claims {
    pub(super) iss: String,
    pub(super) sub: Uuid,
    pub(super) client_id: Option<String>,
    pub(super) username: Option<String>,
}

impl Addressee {
    /// Whom the request with these members is about. No operation has more than one of a pool's id,
    /// its ARN and an access token; one with a pool's id looks for the app client in that pool; and
    /// where an operation takes a token or a session, the token wins.
    pub(super) fn of(cx: &Context, members: &Members<'_>) -> Self {
        let text = |name: &str| members.text(name);
        let by_id = |id: &str| cx.store.pool(&PoolId::from(id)).ok();
        if let Some(claims) = text("AccessToken").and_then(claims) {
            return Self {
                pool: claims.iss.rsplit('/').next().and_then(by_id),
                user: Some(claims.sub.to_string()),
                client: claims.client_id,
            };
        }
        let id = text("UserPoolId").or_else(|| text("ResourceArn").and_then(arns::user_pool));
        let mut client = text("ClientId").map(str::to_owned);
        let pool = match (id, text("ClientId")) {
            (Some(id), _) => by_id(id),
            (None, Some(id)) => {
                let found = cx.store.client(&ClientId::from(id)).ok();
                found.map(|(pool, _)| pool)
            }
            // A factor that is set up during a sign-in has nothing but its session.
            (None, None) => text("Session").and_then(|session| {
                let conversation = cx.sessions.conversation(cx, &Secret::from(session));
                let conversation = conversation.ok()?;
                client = Some(conversation.client.to_string());
                Some(conversation.pool)
            }),
        };
        let pool = pool.filter(|pool| is_seen(cx, pool));
        let name = members.username();
        let known = |name: &str| {
            let sub = pool
                .as_ref()?
                .read(|state| Some(users::resolve(state, name)?.sub))?;
            Some(sub.to_string())
        };
        let user = name.map(|name| known(name).unwrap_or_else(|| name.to_owned()));
        Self { pool, user, client }
    }
}

/// Whether the signer's account and Region see the pool; nobody's do not count.
fn is_seen(cx: &Context, pool: &UserPool) -> bool {
    cx.caller.signer == Signer::Unsigned || cx.pool(&pool.id).is_ok()
}

/// Refuses, in the operation's own words, a caller whom it would not let in: token and secret hash come
/// before what a pool has to say (inferred).
///
/// # Errors
/// What is wrong with the access token or the secret hash.
pub(super) fn check_caller(cx: &Context, members: &Members<'_>) -> Result<(), CognitoError> {
    if let Some(token) = members.text("AccessToken") {
        access::identify(cx, &Secret::from(token))?;
        return Ok(());
    }
    let Some(client) = members.text("ClientId").map(ClientId::from) else {
        return Ok(());
    };
    if let (true, Some(name)) = (members.may_have("SecretHash"), members.text("Username")) {
        let hash = members.text("SecretHash").map(Secret::from);
        sign_up::client_of(cx, &client, &Username::from(name), hash.as_ref())?;
    } else if members.may_have("ChallengeResponses") {
        let of = |key: &str| members.text_in("ChallengeResponses", key);
        auth::check_answering(cx, &client, of("USERNAME"), of("SECRET_HASH"))?;
    }
    Ok(())
}

pub(super) fn claims(token: &str) -> Option<Claims> {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&payload).ok()
}
