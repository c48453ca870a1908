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
//! SSO sessions are opened by the hosted pages; nothing here opens one yet.

mod config;
mod manage;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use uuid::Uuid;

pub use config::{
    get_user_pool_client_session_configuration, get_user_pool_session_configuration,
    set_user_pool_client_session_configuration, set_user_pool_session_configuration,
};
pub use manage::{
    admin_list_user_sessions, admin_revoke_user_session, list_user_sessions, revoke_user_session,
};

use super::request_origin::Origin;
use super::tokens::Lineage;
use super::tokens::revocation::Revocation;
use super::user_agent;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::CognitoError;
use crate::model::ClientId;
use crate::model::cognito_idp::RevokeAssociatedSessionsType;
use crate::store::{Draft, Pool};

/// The feature as refusals of a lower tier name it (inferred).
pub const FEATURE: &str = "Session Tracking";

/// Only above this number does a pool forget sessions that have expired: until then a test that puts
/// the clock back finds them as they were.
const SWEPT_ABOVE: usize = 1000;

/// What SetUserPoolSessionConfiguration sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tracking {
    /// Whether sign-ins open sessions.
    pub enabled: bool,
    /// How many token sessions a user may have.
    pub max_per_user: i32,
}

impl Default for Tracking {
    /// Documented.
    fn default() -> Self {
        Self {
            enabled: false,
            max_per_user: 20,
        }
    }
}

/// What a session is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The tokens of a sign-in.
    Token {
        /// `origin_jti` of the tokens.
        family: Uuid,
        /// The SSO session that the sign-in came through.
        origin: Option<Arc<str>>,
    },
    /// A browser at the hosted pages.
    Sso,
}

/// A session of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSession {
    /// `tkn` or `sso`, and 25 small letters and digits.
    pub id: Arc<str>,
    /// The `sub` of its user.
    pub owner: Uuid,
    /// Token or SSO.
    pub kind: Kind,
    /// The app client.
    pub client: ClientId,
    /// When it was opened.
    pub created: Timestamp,
    /// When it was last signed in or refreshed.
    pub active: Timestamp,
    /// When it ends by itself.
    pub expires: Timestamp,
    /// What it was last used with.
    pub device: String,
    /// Where it was last used, as far as that is known.
    pub address: Option<IpAddr>,
}

/// The address that a session shows; what is no address counts as none (inferred).
fn located(cx: &Context, origin: &Origin) -> Option<IpAddr> {
    origin.address(cx)?.parse().ok()
}

/// The sessions of a pool, and what its clients set of them.
#[derive(Debug, Default)]
pub struct UserSessions {
    /// In the order in which they were opened.
    by_owner: BTreeMap<Uuid, Vec<Arc<UserSession>>>,
    owners: BTreeMap<Uuid, Uuid>,
    by_expiry: BTreeSet<(Timestamp, Uuid, Arc<str>)>,
    /// `SSOSession.MaxValidityMinutes` of the clients that have set it.
    sso_minutes: BTreeMap<ClientId, i32>,
}

/// A change of a pool's sessions.
pub enum SessionChange {
    /// A session is new or another; of many, those that have expired by its last activity are
    /// forgotten.
    Put(Arc<UserSession>),
    /// A session is gone.
    Remove {
        /// Its user.
        owner: Uuid,
        /// Which.
        id: Arc<str>,
    },
    /// Tracking was turned off.
    Forget,
    /// What a client has set.
    SsoMinutes(ClientId, i32),
}

impl UserSessions {
    /// The live sessions of a user, oldest first.
    pub fn of(&self, owner: Uuid, now: Timestamp) -> impl Iterator<Item = &Arc<UserSession>> {
        self.by_owner
            .get(&owner)
            .into_iter()
            .flatten()
            .filter(move |session| session.expires > now)
    }

    /// The session of a sign-in.
    pub fn of_family(&self, family: Uuid) -> Option<&Arc<UserSession>> {
        let sessions = self.by_owner.get(self.owners.get(&family)?)?;
        sessions.iter().find(|session| session.is_of(family))
    }

    /// Makes a change happen.
    pub fn publish(&mut self, change: SessionChange) {
        match change {
            SessionChange::Put(session) => self.put(session),
            SessionChange::Remove { owner, id } => self.remove(owner, |one| one.id == id),
            SessionChange::Forget => {
                self.by_owner.clear();
                self.owners.clear();
                self.by_expiry.clear();
            }
            SessionChange::SsoMinutes(client, minutes) => {
                self.sso_minutes.insert(client, minutes);
            }
        }
    }

    /// The tokens of a sign-in are dead.
    pub fn end_family(&mut self, family: Uuid) {
        if let Some(owner) = self.owners.get(&family).copied() {
            self.remove(owner, |session| session.is_of(family));
        }
    }

    /// All tokens of a user are dead. The browser session lives on (documented of GlobalSignOut: the
    /// cookie is not cleared).
    pub fn end_tokens(&mut self, owner: Uuid) {
        self.remove(owner, |session| session.kind != Kind::Sso);
    }

    /// A user is gone.
    pub fn remove_owner(&mut self, owner: Uuid) {
        self.remove(owner, |_| true);
    }

    /// A client is gone.
    pub fn forget_client(&mut self, client: &ClientId) {
        self.sso_minutes.remove(client);
        let owners: Vec<Uuid> = self.by_owner.keys().copied().collect();
        for owner in owners {
            self.remove(owner, |session| session.client == *client);
        }
    }

    fn put(&mut self, session: Arc<UserSession>) {
        while let Some((expires, owner, id)) = self.by_expiry.first().cloned() {
            if expires > session.active || self.by_expiry.len() <= SWEPT_ABOVE {
                break;
            }
            self.remove(owner, |one| one.id == id);
            self.by_expiry.remove(&(expires, owner, id));
        }
        if let Kind::Token { family, .. } = session.kind {
            self.owners.insert(family, session.owner);
        }
        self.by_expiry
            .insert((session.expires, session.owner, Arc::clone(&session.id)));
        let sessions = self.by_owner.entry(session.owner).or_default();
        match sessions.iter_mut().find(|one| one.id == session.id) {
            Some(old) => *old = session,
            None => sessions.push(session),
        }
    }

    fn remove(&mut self, owner: Uuid, is_gone: impl Fn(&UserSession) -> bool) {
        let Some(sessions) = self.by_owner.get_mut(&owner) else {
            return;
        };
        sessions.retain(|session| {
            if !is_gone(session) {
                return true;
            }
            if let Kind::Token { family, .. } = session.kind {
                self.owners.remove(&family);
            }
            let entry = (session.expires, owner, Arc::clone(&session.id));
            self.by_expiry.remove(&entry);
            false
        });
        if sessions.is_empty() {
            self.by_owner.remove(&owner);
        }
    }
}

impl UserSession {
    fn is_of(&self, sign_in: Uuid) -> bool {
        matches!(self.kind, Kind::Token { family, .. } if family == sign_in)
    }

    fn origin(&self) -> Option<&Arc<str>> {
        match &self.kind {
            Kind::Token { origin, .. } => origin.as_ref(),
            Kind::Sso => None,
        }
    }
}

/// Opens the session of a sign-in that is through. At the limit the least recently used token
/// sessions of the user make place, and their tokens are revoked (documented).
///
/// # Errors
/// A pool deleted meanwhile.
pub fn open(
    cx: &Context,
    pool: &Pool,
    client: &ClientId,
    lineage: &Lineage,
    origin: &Origin,
) -> Result<(), CognitoError> {
    const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let now = cx.now();
    let session = UserSession {
        id: format!("tkn{}", cx.entropy.text(Purpose::Ids, ALPHABET, 25)).into(),
        owner: lineage.sub,
        kind: Kind::Token {
            family: lineage.origin_jti,
            origin: None,
        },
        client: client.clone(),
        created: now,
        active: now,
        expires: lineage.refresh_expires,
        device: user_agent::device_type(origin.agent(cx)),
        address: located(cx, origin),
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
        draft.change_session(SessionChange::Put(Arc::new(session)));
        Ok(())
    })
}

/// Notes that a sign-in was refreshed.
pub fn touch(draft: &mut Draft<'_>, cx: &Context, family: Uuid, origin: &Origin) {
    let state = draft.published();
    if !state.settings.tracking.enabled {
        return;
    }
    if let Some(session) = state.user_sessions.of_family(family) {
        let touched = UserSession {
            active: cx.now(),
            device: user_agent::device_type(origin.agent(cx)),
            address: located(cx, origin),
            ..UserSession::clone(session)
        };
        draft.change_session(SessionChange::Put(Arc::new(touched)));
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
        Kind::Sso => draft.change_session(SessionChange::Remove {
            owner: session.owner,
            id: Arc::clone(&session.id),
        }),
    }
}

#[cfg(test)]
mod tests;
