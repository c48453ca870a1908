//! Tokens: what a sign-in hands out, and how it is recognised again.

pub mod access;
pub mod claims;
pub mod discovery;
pub mod event_id;
pub mod refresh_token;
pub mod reserve;
pub mod revocation;
pub mod signing;
mod table;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

pub use table::TokenTable;

use self::access::Grant;
use self::claims::Derivation;
use self::refresh_token::RefreshToken;
use super::app_clients::AppClient;
use super::groups::{self, GroupClaims};
use super::settings::UserPool;
use super::triggers::{self, Answer, ClientMetadata, Request, Subject, Trigger};
use super::users::User;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::crypto_pool::CryptoThread;
use crate::entropy::Purpose;
use crate::error::CognitoError;
use crate::model::cognito_idp::{AuthenticationResultType, IssuedTokenTypeIdentifierType};
use crate::model::{ClientId, PoolId, Secret};
use crate::store::Pool;

/// A sign-in: what its tokens, and those refreshed from them, have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lineage {
    /// The user.
    pub sub: Uuid,
    /// The same in every token of the sign-in.
    pub origin_jti: Uuid,
    /// The event; holds the user's sign-out epoch, see [`event_id`].
    pub event_id: Uuid,
    /// When the user signed in; a refresh does not move it.
    pub auth_time: Timestamp,
    /// The user's sign-out epoch.
    pub epoch: u32,
    /// When the refresh token expires.
    pub refresh_expires: Timestamp,
    /// The device, where the pool tracks devices.
    pub device: Option<Uuid>,
}

impl Lineage {
    /// A new sign-in.
    pub fn begin(cx: &Context, client: &AppClient, user: &User, device: Option<Uuid>) -> Self {
        let epoch = user.sign_out_epoch();
        let now = cx.now();
        Self {
            sub: user.sub,
            origin_jti: cx.entropy.uuid(Purpose::Tokens),
            event_id: cx.tokens.event_ids.make(&cx.entropy, epoch),
            auth_time: now,
            epoch,
            refresh_expires: now.plus(client.validity.refresh()),
            device,
        }
    }

    /// The first refresh token of the sign-in.
    pub fn refresh_token(&self, cx: &Context, pool: &PoolId, client: &ClientId) -> Secret {
        RefreshToken::new(pool, client, self, self.refresh_expires).seal(cx)
    }
}

/// What tokens are made for.
pub struct Issue<'a> {
    /// The pool.
    pub pool: &'a Arc<Pool>,
    /// Its settings.
    pub settings: &'a Arc<UserPool>,
    /// The app client.
    pub client: &'a Arc<AppClient>,
    /// The user.
    pub user: &'a Arc<User>,
    /// The sign-in.
    pub lineage: &'a Lineage,
    /// A refresh token to hand out with them.
    pub refresh_token: Option<Secret>,
    /// `triggerSource` for the pre token generation function.
    pub source: &'static str,
    /// Metadata of the call.
    pub metadata: &'a ClientMetadata,
}

/// Makes an ID and an access token and signs them off the accept loop.
///
/// # Errors
/// What the pre token generation function refuses.
pub async fn issue(
    cx: &Context,
    issue: Issue<'_>,
) -> Result<AuthenticationResultType, CognitoError> {
    let (groups, said) = ask_function(cx, &issue).await?;
    let common = common(cx, &issue, &groups, None);
    let id_claims = common.id_token(cx, &said);
    let (access_claims, grant) = common.access_token(cx, &issue.pool.id);
    let keys = Arc::clone(&issue.pool.keys);
    let sign = move |thread: &CryptoThread| {
        let id = jwt(keys.id.signing(thread), &id_claims);
        let access = jwt(keys.access.signing(thread), &access_claims);
        (id, access)
    };
    let (id_token, access_token) = cx.crypto.run_on(sign).await?;
    remember(cx, &access_token, grant);
    let life = issue.client.validity.access().as_secs();
    Ok(AuthenticationResultType {
        access_token: Some(Secret::from(access_token)),
        expires_in: Some(i32::try_from(life).unwrap_or(i32::MAX)),
        token_type: Some("Bearer".into()),
        refresh_token: issue.refresh_token,
        id_token: Some(Secret::from(id_token)),
        new_device_metadata: None,
    })
}

/// Makes the one token of an exchange.
///
/// # Errors
/// What the pre token generation function refuses.
pub async fn derive(
    cx: &Context,
    issue: Issue<'_>,
    derivation: &Derivation,
    kind: IssuedTokenTypeIdentifierType,
) -> Result<Secret, CognitoError> {
    let (groups, said) = ask_function(cx, &issue).await?;
    let common = common(cx, &issue, &groups, Some(derivation));
    let (claims, grant) = match kind {
        IssuedTokenTypeIdentifierType::IdToken => (common.id_token(cx, &said), None),
        IssuedTokenTypeIdentifierType::AccessToken => {
            let (claims, grant) = common.access_token(cx, &issue.pool.id);
            (claims, Some(grant))
        }
    };
    let keys = Arc::clone(&issue.pool.keys);
    let is_access = grant.is_some();
    let sign = move |thread: &CryptoThread| {
        let key = if is_access { &keys.access } else { &keys.id };
        jwt(key.signing(thread), &claims)
    };
    let token = cx.crypto.run_on(sign).await?;
    if let Some(grant) = grant {
        remember(cx, &token, grant);
    }
    Ok(Secret::from(token))
}

async fn ask_function(
    cx: &Context,
    issue: &Issue<'_>,
) -> Result<(GroupClaims, Answer), CognitoError> {
    let groups = issue.pool.read(|state| groups::claims(state, issue.user));
    let said = triggers::call(
        cx,
        Trigger::PreTokenGeneration,
        issue.source,
        Subject {
            pool: issue.pool,
            settings: issue.settings,
            client_id: Some(&issue.client.id),
            username: &issue.user.username,
            metadata: issue.metadata,
        },
        || issue.user.listed_attributes(),
        Request::PreTokenGeneration {
            groups: &groups.groups,
        },
    )
    .await?;
    Ok((groups, said))
}

fn common<'a>(
    cx: &Context,
    issue: &'a Issue<'_>,
    groups: &'a GroupClaims,
    derivation: Option<&'a Derivation>,
) -> claims::Common<'a> {
    claims::Common {
        issuer: discovery::issuer(cx, issue.pool, issue.settings),
        lineage: issue.lineage,
        client: issue.client,
        user: issue.user,
        tracks_sessions: issue.settings.tracking.enabled,
        groups,
        now: cx.now(),
        derivation,
    }
}

fn remember(cx: &Context, token: &str, grant: Grant) {
    cx.tokens.insert(table::fingerprint(token), Arc::new(grant));
}

/// A JWT in compact serialization (RFC 7515); the header has `kid` and `alg` and nothing else
/// (documented samples).
pub(super) fn jwt(key: &signing::SigningKey, claims: &[u8]) -> String {
    let header = format!("{{\"kid\":\"{}\",\"alg\":\"RS256\"}}", key.public().kid());
    let mut token = String::with_capacity(claims.len() * 4 / 3 + 512);
    URL_SAFE_NO_PAD.encode_string(header, &mut token);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(claims, &mut token);
    let signature = key.sign(token.as_bytes());
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    token
}

#[cfg(test)]
mod tests;
