//! Tokens: what a sign-in hands out, and how it is recognised again.

pub mod access;
pub(crate) mod begin;
pub mod claims;
pub mod client_token;
pub mod discovery;
pub(crate) mod issuer;
pub mod refresh_token;
pub(crate) mod scopes;
pub(crate) mod sealed;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use self::claims::Derivation;
use crate::context::Context;
use crate::crypto::{CryptoThread, give_way, signing};
use crate::error::CognitoError;
use crate::model::Secret;
use crate::model::cognito_idp::{AuthenticationResultType, IssuedTokenTypeIdentifierType};
use crate::store::token_table::{self, Grant};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::lineage::Lineage;
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::user::User;
use crate::user_pool::triggers::token_generation::{PreTokenGeneration, Source, TokenChanges};
use crate::user_pool::triggers::{self, ClientMetadata, Subject};
use crate::user_pool::users::groups::{self, GroupClaims};

/// What tokens are made for.
pub struct Issue<'a> {
    /// The pool.
    pub pool: &'a Arc<UserPool>,
    /// Its settings.
    pub settings: &'a Arc<PoolSettings>,
    /// The app client.
    pub client: &'a Arc<AppClient>,
    /// The user.
    pub user: &'a Arc<User>,
    /// The sign-in.
    pub lineage: &'a Lineage,
    /// What the pre token generation function is told of the reason.
    pub source: Source,
    /// Metadata of the call.
    pub metadata: &'a ClientMetadata,
    /// `nonce` of an authorization request.
    pub nonce: Option<&'a str>,
}

/// Makes an ID and an access token (of an authorization, the former only with `openid`) and signs them off the accept loop. Whoever has a refresh token to hand
/// out adds it, once nothing can go wrong any more.
///
/// # Errors
/// What the pre token generation function refuses.
pub async fn issue(
    cx: &Context,
    issue: Issue<'_>,
) -> Result<AuthenticationResultType, CognitoError> {
    let (groups, said) = ask_function(cx, &issue, None).await?;
    let common = common(cx, &issue, &groups, None);
    let granted = issue.lineage.granted.as_deref();
    let wants_id = granted.is_none_or(|granted| granted.has(scopes::OPENID));
    let has_hash = granted.is_some();
    let id_claims = wants_id.then(|| common.id_token(cx, &said.id));
    let scopes = said.access.scopes(&common.scopes());
    let (access_claims, grant) =
        common.access_token(cx, &issue.pool.id, &scopes, &said.access.claims);
    let keys = Arc::clone(&issue.pool.keys);
    let sign = move |thread: &CryptoThread| {
        let access = jwt(keys.access.signing(thread), &access_claims);
        let id = id_claims.map(|mut claims| {
            give_way();
            if has_hash {
                put_hash(&mut claims, &access);
            }
            jwt(keys.id.signing(thread), &claims)
        });
        (id, access)
    };
    let (id_token, access_token) = cx.crypto.run_on(sign).await?;
    remember(cx, &access_token, grant);
    let life = issue.client.validity.access().as_secs();
    Ok(AuthenticationResultType {
        access_token: Some(Secret::from(access_token)),
        expires_in: Some(i32::try_from(life).unwrap_or(i32::MAX)),
        token_type: Some("Bearer".into()),
        refresh_token: None,
        id_token: id_token.map(Secret::from),
        new_device_metadata: None,
    })
}

/// Puts `at_hash` before the claims of an ID token (OpenID Connect Core, 3.1.3.6): that tokens of the
/// authorization server alone have it, and that it stands first, is inferred.
fn put_hash(claims: &mut Vec<u8>, access_token: &str) {
    let hash = token_table::fingerprint(access_token);
    let half = URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2]);
    let first = format!("\"at_hash\":\"{half}\",");
    // Behind the brace of the object, which is never empty.
    claims.splice(1..1, first.into_bytes());
}

/// The token of an exchange.
pub struct Derived {
    /// The token.
    pub token: Secret,
    /// The scopes of an access token.
    pub scopes: Vec<String>,
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
) -> Result<Derived, CognitoError> {
    let (groups, said) = ask_function(cx, &issue, Some(derivation)).await?;
    let common = common(cx, &issue, &groups, Some(derivation));
    let scopes = said.access.scopes(&common.scopes());
    let (claims, grant) = match kind {
        IssuedTokenTypeIdentifierType::IdToken => (common.id_token(cx, &said.id), None),
        IssuedTokenTypeIdentifierType::AccessToken => {
            let changes = &said.access.claims;
            let (claims, grant) = common.access_token(cx, &issue.pool.id, &scopes, changes);
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
    Ok(Derived {
        token: Secret::from(token),
        scopes,
    })
}

/// Asks the pool's function, and gives the groups that the tokens have then. User and groups are those of
/// the event: what the function itself changes in them by calling back shows in the next tokens (inferred;
/// its answer is the way to change these).
async fn ask_function(
    cx: &Context,
    issue: &Issue<'_>,
    derivation: Option<&Derivation>,
) -> Result<(GroupClaims, TokenChanges), CognitoError> {
    let groups = issue.pool.read(|state| groups::claims(state, issue.user));
    let subject = Subject {
        pool: issue.pool,
        settings: issue.settings,
        client_id: Some(&issue.client.id),
        username: &issue.user.username,
    };
    let own = [claims::ADMIN_SCOPE.to_owned()];
    let granted = issue.lineage.granted.as_deref();
    let own = granted.map_or(&own[..], |granted| &granted.scopes);
    let event = PreTokenGeneration {
        source: issue.source,
        user: issue.user,
        groups: &groups,
        scopes: derivation.map_or(own, |it| &it.scopes),
        metadata: issue.metadata,
    };
    let mut said = triggers::call(cx, subject, event).await?;
    let groups = said.groups.take().unwrap_or(groups);
    Ok((groups, said))
}

fn common<'a>(
    cx: &Context,
    issue: &'a Issue<'_>,
    groups: &'a GroupClaims,
    derivation: Option<&'a Derivation>,
) -> claims::Common<'a> {
    claims::Common {
        issuer: issuer::issuer(cx, issue.pool, issue.settings),
        lineage: issue.lineage,
        client: issue.client,
        user: issue.user,
        tracks_sessions: issue.settings.tracking.enabled,
        groups,
        now: cx.now(),
        derivation,
        nonce: issue.nonce,
    }
}

fn remember(cx: &Context, token: &str, grant: Grant) {
    cx.tokens
        .insert(token_table::fingerprint(token), Arc::new(grant));
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
#[path = "tests/keys.rs"]
mod tests;

#[cfg(test)]
#[path = "tests/generation.rs"]
mod generation_tests;
