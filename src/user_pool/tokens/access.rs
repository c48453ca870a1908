//! Access tokens: what authorizes the operations of a user.
//!
//! A token is recognised by signature and pool, never by the host in its issuer. Order of checks:
//! form and signature, expiry, revocation, user, scope, the user's status (inferred; that the token is
//! checked before anything else in the request is observed).

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use uuid::Uuid;

use super::claims::ADMIN_SCOPE;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::UserStatusType;
use crate::model::{ClientId, PoolId, Secret};
use crate::store::token_table::{Grant, fingerprint};
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::assurance::{Assurance, Methods};
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::user::User;
use crate::store::user_pool::{UserPool, device};

/// Who calls by access token.
pub struct Authorized {
    /// The pool.
    pub pool: Arc<UserPool>,
    /// Its settings.
    pub settings: Arc<PoolSettings>,
    /// The app client.
    pub client: Arc<AppClient>,
    /// The user.
    pub user: Arc<User>,
    /// What the token grants.
    pub grant: Arc<Grant>,
}

/// Checks an access token in full, and that its user need not set a new password first: a reset leaves
/// tokens alive, and whoever uses one is told (observed with GetUser; the other operations of a user
/// declare the error).
///
/// # Errors
/// One of the access token sentences; an unknown user, client or pool; PasswordResetRequiredException.
pub fn authorize(cx: &Context, token: &Secret) -> Result<Authorized, CognitoError> {
    let caller = identify(cx, token)?;
    if caller.user.status == UserStatusType::ResetRequired {
        return Refusal::PasswordResetRequired.refuse(
            "the password was reset after the sign-in; ConfirmForgotPassword takes the code that was \
             sent, or a new one of ForgotPassword",
        );
    }
    Ok(caller)
}

/// Checks an access token in full, whatever the user's status: for AssociateSoftwareToken, which does
/// not declare PasswordResetRequiredException.
///
/// # Errors
/// One of the access token sentences; an unknown user, client or pool.
pub fn identify(cx: &Context, token: &Secret) -> Result<Authorized, CognitoError> {
    let caller = whoever(cx, token)?;
    if !caller.grant.has_admin_scope {
        return Refusal::AccessTokenScope.refuse(format!("the scope claim needs {ADMIN_SCOPE}"));
    }
    Ok(caller)
}

/// Checks an access token, whatever its scopes are.
///
/// # Errors
/// One of the access token sentences; an unknown user, client or pool.
pub fn whoever(cx: &Context, token: &Secret) -> Result<Authorized, CognitoError> {
    let fingerprint = fingerprint(token.expose());
    let grant = match cx.tokens.get(&fingerprint) {
        Some(grant) => grant,
        None => {
            let grant = Arc::new(verify(cx, token.expose())?);
            cx.tokens.insert(fingerprint, Arc::clone(&grant));
            grant
        }
    };
    let now = cx.now();
    if now >= grant.expires {
        return Refusal::AccessTokenExpired.refuse(format!(
            "the token was good until {}, and the clock shows {}",
            grant.expires.to_rfc3339(),
            now.to_rfc3339()
        ));
    }
    let pool = cx.store.pool(&grant.pool)?;
    if !pool.knows_tokens_of(grant.told.era) {
        return Refusal::AccessTokenRevoked.refuse(UNDONE);
    }
    let (settings, client, user) = pool.read(|state| {
        let user = state
            .users
            .with_sub(grant.sub)
            .ok_or_else(|| Refusal::UserUnknown.because("the token's user was deleted"))?;
        check_not_revoked(state, user, &grant)?;
        let client = state.clients.get(&grant.client).ok_or_else(|| {
            Refusal::ClientUnknown {
                id: grant.client.to_string(),
            }
            .because("the token's app client was deleted")
        })?;
        Ok((
            Arc::clone(&state.settings),
            Arc::clone(client),
            Arc::clone(user),
        ))
    })?;
    Ok(Authorized {
        pool,
        settings,
        client,
        user,
        grant,
    })
}

/// Why a token is dead that was given in what a restore undid.
const UNDONE: &str =
    "the token was given after the snapshot that was restored since; sign in again";

fn check_not_revoked(state: &PoolState, user: &User, grant: &Grant) -> Result<(), CognitoError> {
    if !grant.told.is_under(user.sign_out_epoch()) {
        return Refusal::AccessTokenRevoked.refuse(
            "all tokens of the user were revoked after this one was given (a global sign-out, or the \
             account was disabled), or another run of Poolhouse gave the token",
        );
    }
    let family = grant.origin_jti;
    if family.is_some_and(|family| state.revocations.is_ended(family)) {
        return Refusal::AccessTokenRevoked.refuse(
            "the sign-in that the token belongs to was ended: by RevokeToken, by revoking its \
             session, or by a later sign-in at the pool's limit of sessions",
        );
    }
    Ok(())
}

#[derive(Deserialize)]
struct Header {
    kid: String,
    alg: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    token_use: String,
    client_id: Option<String>,
    exp: i64,
    event_id: Option<Uuid>,
    origin_jti: Option<Uuid>,
    device_key: Option<String>,
    scope: Option<String>,
    #[serde(default)]
    auth_time: i64,
    acr: Option<String>,
    amr: Option<Vec<String>>,
}

/// What an access token says, of a user or of a client itself.
pub struct Told {
    /// The pool that signed it.
    pub pool: Arc<UserPool>,
    /// Its scopes.
    pub scopes: Vec<String>,
}

/// The scopes of an access token, which may be an app client's own.
///
/// # Errors
/// One of the access token sentences; an unknown user, client or pool.
pub fn scopes_of(cx: &Context, token: &Secret) -> Result<Told, CognitoError> {
    let (pool, claims) = verified(cx, token.expose())?;
    if Uuid::parse_str(&claims.sub).is_ok() {
        // A user's may be dead before it expires.
        whoever(cx, token)?;
    }
    if cx.now() >= Timestamp::from_seconds(claims.exp) {
        return Refusal::AccessTokenExpired.refuse("the token has expired");
    }
    let scopes = claims.scope.unwrap_or_default();
    Ok(Told {
        pool,
        scopes: scopes.split(' ').map(str::to_owned).collect(),
    })
}

/// Checks form and signature of a token that is not remembered.
fn verify(cx: &Context, token: &str) -> Result<Grant, CognitoError> {
    let (pool, claims) = verified(cx, token)?;
    let pool_id = pool.id.clone();
    // The token of a client (`GetClientToken`) belongs to no user. Its sentence is inferred: a scope of
    // a resource server opens no user operation.
    let sub = Uuid::parse_str(&claims.sub).map_err(|_not_a_user| {
        Refusal::AccessTokenScope.because("the token is an app client's own and names no user")
    })?;
    let told = claims.event_id.map(|id| cx.tokens.event_ids.read(id));
    let scope = claims.scope.unwrap_or_default();
    let device = claims
        .device_key
        .and_then(|key| device::id_of(&pool_id, &key));
    Ok(Grant {
        pool: pool_id,
        client: ClientId::from(claims.client_id.unwrap_or_default()),
        sub,
        expires: Timestamp::from_seconds(claims.exp),
        origin_jti: claims.origin_jti,
        told: told.unwrap_or_default(),
        device,
        has_admin_scope: scope.split(' ').any(|one| one == ADMIN_SCOPE),
        scopes: (scope != ADMIN_SCOPE).then(|| scope.into()),
        auth_time: Timestamp::from_seconds(claims.auth_time),
        assurance: claims.amr.map(|amr| Assurance {
            acr: claims.acr,
            methods: Methods::of_amr(amr.iter().map(String::as_str)),
        }),
    })
}

/// The pool that signed a token, and its claims.
fn verified(cx: &Context, token: &str) -> Result<(Arc<UserPool>, Claims), CognitoError> {
    let invalid = |reason: &'static str| Refusal::AccessTokenInvalid.because(reason);
    let not_jwt = || invalid("the token is no JWT");
    let (signed, signature) = token.rsplit_once('.').ok_or_else(not_jwt)?;
    let (header, payload) = signed.split_once('.').ok_or_else(not_jwt)?;
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
    let header: Header = decode(header)
        .and_then(|json| serde_json::from_slice(&json).ok())
        .ok_or_else(not_jwt)?;
    let claims: Claims = decode(payload)
        .and_then(|json| serde_json::from_slice(&json).ok())
        .ok_or_else(|| invalid("the token has not the claims of a Cognito access token"))?;
    if header.alg != "RS256" {
        return Err(invalid("the token is not signed by RS256"));
    }
    if claims.token_use != "access" {
        return Err(invalid("the token is an ID token; send the access token"));
    }
    let foreign = || {
        Refusal::AccessTokenSignature
            .because("no pool of this server has signed the token as it is")
    };
    let pool_id = PoolId::from(claims.iss.rsplit('/').next().unwrap_or_default());
    let pool = cx.store.pool(&pool_id).map_err(|_| foreign())?;
    let key = pool.keys.access.verifying_if_made();
    let key = key.filter(|key| key.kid() == header.kid);
    let signature = decode(signature).ok_or_else(foreign)?;
    if !key.is_some_and(|key| key.verify(signed.as_bytes(), &signature)) {
        return Err(foreign());
    }
    Ok((pool, claims))
}
