//! Listing and revoking sessions, by their user and by an administrator.
//!
//! Order of checks: token or pool, user, session (inferred).

use std::sync::Arc;

use uuid::Uuid;

use super::end;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::Secret;
use crate::model::cognito_idp::{
    AdminListUserSessionsRequest, AdminListUserSessionsResponse, AdminRevokeUserSessionRequest,
    AdminRevokeUserSessionResponse, ListUserSessionsRequest, ListUserSessionsResponse,
    RevokeUserSessionRequest, RevokeUserSessionResponse, SessionDescriptionType,
    SessionLocationType, SessionTypeType,
};
use crate::page;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::user_session::{Kind, UserSession};
use crate::user_pool::tokens::access;
use crate::user_pool::users;

/// A page holds all sessions of a user, this many at most (documented).
const PAGE: usize = 125;

impl UserSession {
    /// The session as lists show it; no place is known of an address (documented: `unknown`).
    fn view(&self, current: Option<Uuid>) -> SessionDescriptionType {
        SessionDescriptionType {
            session_id: Some(self.id.to_string()),
            session_type: Some(match self.kind {
                Kind::Token { .. } => SessionTypeType::Token,
                Kind::Sso => SessionTypeType::Sso,
            }),
            client_id: Some(self.client.clone()),
            create_date: Some(self.created),
            last_active_date: Some(self.active),
            device_type: Some(self.device.clone()),
            last_ip_address: self
                .address
                .map(|address| Secret::from(address.to_string())),
            last_location: Some(SessionLocationType {
                city: None,
                country: Some("unknown".into()),
            }),
            origin_session_id: self.origin().map(|id| id.to_string()),
            is_current_session: Some(current.is_some_and(|sign_in| self.is_of(sign_in))),
        }
    }
}

/// A page of a user's sessions, oldest first (inferred), and where the next one begins.
fn list(
    cx: &Context,
    pool: &UserPool,
    owner: Uuid,
    current: Option<Uuid>,
    token: Option<&str>,
) -> Result<(Vec<SessionDescriptionType>, Option<String>), CognitoError> {
    let scope = format!("sessions {} {owner}", pool.id);
    let after = page::position(cx, &scope, token)?;
    let now = cx.now();
    let mut found: Vec<Arc<UserSession>> = pool.read(|state| {
        let sessions = state.user_sessions.of(owner, now);
        match after {
            Some(after) => {
                let rest = sessions.skip_while(|one| *one.id != *after).skip(1);
                rest.take(PAGE + 1).cloned().collect()
            }
            None => sessions.take(PAGE + 1).cloned().collect(),
        }
    });
    let next = page::cut(cx, &scope, &mut found, PAGE, |one| one.id.to_string());
    Ok((found.iter().map(|one| one.view(current)).collect(), next))
}

fn require<'a>(
    state: &'a PoolState,
    owner: Uuid,
    id: &str,
    now: Timestamp,
) -> Result<&'a Arc<UserSession>, CognitoError> {
    let mut sessions = state.user_sessions.of(owner, now);
    sessions.find(|one| *one.id == *id).ok_or_else(|| {
        Refusal::UserSessionUnknown.because(
            "the user has no live session with this id; AdminListUserSessions shows those there are",
        )
    })
}

/// `ListUserSessions`.
///
/// # Errors
/// A bad access token or pagination token.
pub fn list_user_sessions(
    cx: &Context,
    req: ListUserSessionsRequest,
) -> Result<ListUserSessionsResponse, CognitoError> {
    let caller = access::authorize(cx, &req.access_token)?;
    let current = caller.grant.origin_jti;
    let token = req.next_token.as_deref();
    let (sessions, next_token) = list(cx, &caller.pool, caller.user.sub, current, token)?;
    Ok(ListUserSessionsResponse {
        sessions: Some(sessions),
        next_token,
    })
}

/// `AdminListUserSessions`.
///
/// # Errors
/// An unknown pool or user, a bad pagination token.
pub fn admin_list_user_sessions(
    cx: &Context,
    req: AdminListUserSessionsRequest,
) -> Result<AdminListUserSessionsResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let owner = pool.read(|state| users::require(state, &req.username).map(|user| user.sub))?;
    let (sessions, next_token) = list(cx, &pool, owner, None, req.next_token.as_deref())?;
    Ok(AdminListUserSessionsResponse {
        sessions: Some(sessions),
        next_token,
    })
}

/// `RevokeUserSession`. The session of the calling token cannot be revoked (documented; type and
/// text inferred).
///
/// # Errors
/// A bad access token, an unknown session, the caller's own.
pub fn revoke_user_session(
    cx: &Context,
    req: RevokeUserSessionRequest,
) -> Result<RevokeUserSessionResponse, CognitoError> {
    let caller = access::authorize(cx, &req.access_token)?;
    let now = cx.now();
    caller.pool.change(|draft| {
        let session = require(draft.published(), caller.user.sub, &req.session_id, now)?;
        if caller
            .grant
            .origin_jti
            .is_some_and(|sign_in| session.is_of(sign_in))
        {
            return Refusal::CurrentSession
                .refuse("the access token belongs to this session; RevokeToken ends it");
        }
        end(draft, session, req.revoke_associated_sessions, now);
        Ok(RevokeUserSessionResponse {})
    })
}

/// `AdminRevokeUserSession`. Another user's session is unknown here.
///
/// # Errors
/// An unknown pool, user or session.
pub fn admin_revoke_user_session(
    cx: &Context,
    req: AdminRevokeUserSessionRequest,
) -> Result<AdminRevokeUserSessionResponse, CognitoError> {
    let now = cx.now();
    cx.pool(&req.user_pool_id)?.change(|draft| {
        let owner = users::require(draft.state(), &req.username)?.sub;
        let session = require(draft.published(), owner, &req.session_id, now)?;
        end(draft, session, req.revoke_associated_sessions, now);
        Ok(AdminRevokeUserSessionResponse {})
    })
}
