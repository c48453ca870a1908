//! Sessions of users, as session tracking keeps them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use uuid::Uuid;

use super::change::Change;
use super::draft::Draft;
use super::steps;
use crate::clock::Timestamp;
use crate::model::ClientId;

/// Only above this number does a pool forget sessions that have expired: until then a test that puts
/// the clock back finds them as they were.
pub(crate) const SWEPT_ABOVE: usize = 1000;

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

/// The sessions of a pool, and what its clients set of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UserSessions {
    /// In the order in which they were opened.
    pub(crate) by_owner: BTreeMap<Uuid, Vec<Arc<UserSession>>>,
    pub(crate) owners: BTreeMap<Uuid, Uuid>,
    /// Whose sessions, and which, are an app client's.
    pub(crate) by_client: BTreeMap<ClientId, BTreeSet<(Uuid, Arc<str>)>>,
    pub(crate) by_expiry: BTreeSet<(Timestamp, Uuid, Arc<str>)>,
    /// `SSOSession.MaxValidityMinutes` of the clients that have set it.
    pub(crate) sso_minutes: BTreeMap<ClientId, i32>,
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
}

impl UserSessions {
    /// The live sessions of a user, oldest first.
    pub fn of(&self, owner: Uuid, now: Timestamp) -> impl Iterator<Item = &Arc<UserSession>> {
        self.by_owner
            .get(&owner)
            .into_iter()
            .flatten()
            .inspect(|_| steps::visit())
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
                self.by_client.clear();
                self.by_expiry.clear();
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
        let sessions = self.by_client.remove(client).unwrap_or_default();
        let mut owners: Vec<Uuid> = sessions.into_iter().map(|(owner, _)| owner).collect();
        owners.dedup();
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
        self.by_client
            .entry(session.client.clone())
            .or_default()
            .insert((session.owner, Arc::clone(&session.id)));
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
            steps::visit();
            if !is_gone(session) {
                return true;
            }
            if let Kind::Token { family, .. } = session.kind {
                self.owners.remove(&family);
            }
            let entry = (session.expires, owner, Arc::clone(&session.id));
            self.by_expiry.remove(&entry);
            if let Some(ids) = self.by_client.get_mut(&session.client) {
                ids.remove(&(owner, Arc::clone(&session.id)));
                if ids.is_empty() {
                    self.by_client.remove(&session.client);
                }
            }
            false
        });
        if sessions.is_empty() {
            self.by_owner.remove(&owner);
        }
    }
}

impl UserSession {
    pub(crate) fn is_of(&self, sign_in: Uuid) -> bool {
        matches!(self.kind, Kind::Token { family, .. } if family == sign_in)
    }

    pub(crate) fn origin(&self) -> Option<&Arc<str>> {
        match &self.kind {
            Kind::Token { origin, .. } => origin.as_ref(),
            Kind::Sso => None,
        }
    }
}

impl Draft<'_> {
    /// Adds or replaces a session of a user.
    pub fn put_session(&mut self, session: UserSession) {
        self.stage(Change::Session(SessionChange::Put(Arc::new(session))));
    }

    /// Takes a session of a user away.
    pub fn remove_session(&mut self, owner: Uuid, id: Arc<str>) {
        self.stage(Change::Session(SessionChange::Remove { owner, id }));
    }

    /// Takes all sessions away.
    pub fn forget_sessions(&mut self) {
        self.stage(Change::Session(SessionChange::Forget));
    }

    /// Sets for how many minutes an SSO session of a client serves.
    pub fn set_sso_minutes(&mut self, client: ClientId, minutes: i32) {
        self.stage(Change::SsoMinutes(client, minutes));
    }
}
