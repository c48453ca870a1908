//! Sessions of users: what is tracked of each sign-in, listed and revoked one by one.
//!
//! "Managing user sessions", developer guide, and the API reference of the eight operations. Tracking
//! is off until SetUserPoolSessionConfiguration turns it on. Then each finished sign-in opens a token
//! session, which lives as long as its refresh token and moves with each refresh (documented); use of
//! an access token does not move it. A session is the sign-in that all its tokens share, so ending
//! one revokes the sign-in's tokens, and whatever revokes those ends the session.
//!
//! Inferred: a sign-in that tracking did not see gets no session by a refresh; turning tracking off
//! forgets the sessions, and revokes nothing; without tracking lists are empty.
//!
//! SSO sessions are opened by the hosted pages (`oauth/browser.rs`).

pub(crate) mod config;
pub(crate) mod user_sessions;

pub use self::config::{
    get_user_pool_client_session_configuration, get_user_pool_session_configuration,
    set_user_pool_client_session_configuration, set_user_pool_session_configuration,
};
pub use self::user_sessions::{
    admin_list_user_sessions, admin_revoke_user_session, list_user_sessions, revoke_user_session,
};

use std::net::IpAddr;
use std::sync::Arc;

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::CognitoError;
use crate::model::ClientId;
use crate::model::cognito_idp::RevokeAssociatedSessionsType;
use crate::store::Draft;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::lineage::Lineage;
use crate::store::user_pool::revocation::Revocation;
use crate::store::user_pool::user_session::{Kind, UserSession};
use crate::user_pool::threat_protection::context_data::ContextData;
use crate::user_pool::threat_protection::user_agent;

/// The address that a session shows; what is no address counts as none (inferred).
fn located(cx: &Context, context_data: &ContextData) -> Option<IpAddr> {
    context_data.address(cx)?.parse().ok()
}

/// The id of a new session: `tkn` or `sso`, and 25 small letters and digits.
fn new_id(cx: &Context, kind: &str) -> Arc<str> {
    const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    format!("{kind}{}", cx.entropy.text(Purpose::Ids, ALPHABET, 25)).into()
}

/// Opens the session of a sign-in that is through; `origin` is the SSO session that it came through. At the limit the least recently used token
/// sessions of the user make place, and their tokens are revoked (documented).
///
/// # Errors
/// A pool deleted meanwhile.
pub fn open(
    cx: &Context,
    pool: &UserPool,
    client: &ClientId,
    lineage: &Lineage,
    context_data: &ContextData,
    origin: Option<Arc<str>>,
) -> Result<(), CognitoError> {
    let now = cx.now();
    let session = UserSession {
        id: new_id(cx, "tkn"),
        owner: lineage.sub,
        kind: Kind::Token {
            family: lineage.origin_jti,
            origin,
        },
        client: client.clone(),
        created: now,
        active: now,
        expires: lineage.refresh_expires,
        device: user_agent::device_type(context_data.agent(cx)),
        address: located(cx, context_data),
    };
    pool.change(|draft| {
        let state = draft.published();
        // The user may be gone or signed out everywhere, the client gone, and tracking off, since the
        // answer was checked.
        let user = state.users.with_sub(lineage.sub);
        let is_live = user.is_some_and(|user| user.sign_out_epoch() == lineage.epoch);
        if !is_live || !state.clients.contains_key(client) || !state.settings.tracking.enabled {
            return Ok(());
        }
        let all = state.user_sessions.of(lineage.sub, now);
        let mut others: Vec<_> = all.filter(|one| one.kind != Kind::Sso).collect();
        // Stable: of two used at the same moment, the older one goes.
        others.sort_by_key(|one| one.active);
        let max = usize::try_from(state.settings.tracking.max_per_user).unwrap_or(1);
        let excess = (others.len() + 1).saturating_sub(max);
        for session in others.into_iter().take(excess) {
            end_one(draft, session, now);
        }
        draft.put_session(session);
        Ok(())
    })
}

/// Opens the session of a browser that signed in on the hosted pages, where the pool tracks sessions; its id.
///
/// # Errors
/// A pool deleted meanwhile.
pub fn open_sso(
    cx: &Context,
    pool: &UserPool,
    client: &ClientId,
    owner: Uuid,
    expires: Timestamp,
) -> Result<Option<Arc<str>>, CognitoError> {
    if !pool.settings().tracking.enabled {
        return Ok(None);
    }
    let now = cx.now();
    let context_data = ContextData::default();
    let session = UserSession {
        id: new_id(cx, "sso"),
        owner,
        kind: Kind::Sso,
        client: client.clone(),
        created: now,
        active: now,
        expires,
        device: user_agent::device_type(context_data.agent(cx)),
        address: located(cx, &context_data),
    };
    pool.change(|draft| {
        if !draft.published().settings.tracking.enabled {
            return Ok(None);
        }
        let id = Arc::clone(&session.id);
        draft.put_session(session);
        Ok(Some(id))
    })
}

/// Notes that a sign-in was refreshed.
pub fn touch(draft: &mut Draft<'_>, cx: &Context, family: Uuid, context_data: &ContextData) {
    let state = draft.published();
    if !state.settings.tracking.enabled {
        return;
    }
    if let Some(session) = state.user_sessions.of_family(family) {
        let touched = UserSession {
            active: cx.now(),
            device: user_agent::device_type(context_data.agent(cx)),
            address: located(cx, context_data),
            ..UserSession::clone(session)
        };
        draft.put_session(touched);
    }
}

/// Ends a session, and those that are linked to it if `linked` says so: an SSO session's token
/// sessions, or a token session's SSO session (documented).
pub fn end(
    draft: &mut Draft<'_>,
    session: &UserSession,
    linked: Option<RevokeAssociatedSessionsType>,
    now: Timestamp,
) {
    end_one(draft, session, now);
    if linked != Some(RevokeAssociatedSessionsType::Linked) {
        return;
    }
    for other in draft.published().user_sessions.of(session.owner, now) {
        if other.origin() == Some(&session.id) || session.origin() == Some(&other.id) {
            end_one(draft, other, now);
        }
    }
}

fn end_one(draft: &mut Draft<'_>, session: &UserSession, now: Timestamp) {
    match session.kind {
        Kind::Token { family, .. } => {
            let expires = session.expires;
            draft.revoke(Revocation::EndFamily { family, expires }, now);
        }
        Kind::Sso => draft.remove_session(session.owner, Arc::clone(&session.id)),
    }
}

#[cfg(test)]
mod tests;
