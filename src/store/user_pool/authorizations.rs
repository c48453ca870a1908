//! What the authorization server of a pool has under way: codes that wait to be exchanged, and browsers
//! that are signed in.
//!
//! Both are bounded: of too many, what ends first is given up.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use super::assurance::Assurance;
use super::lineage::Lineage;
use super::ordered::Ordered;
use crate::clock::Timestamp;
use crate::model::ClientId;

/// Codes of a pool at most; each lives five minutes.
const MOST_CODES: usize = 50_000;

/// Browsers of a pool at most.
const MOST_BROWSERS: usize = 10_000;

/// What the token endpoint asks for, and what it then grants: the authorization code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationCode {
    /// The app client that it is issued to.
    pub client: ClientId,
    /// The client's id as the request had it: the app client's, or the URL of a metadata document.
    pub client_name: Arc<str>,
    /// Where it went.
    pub redirect_uri: String,
    /// The S256 challenge, where the request had one.
    pub challenge: Option<String>,
    /// `nonce` of the request.
    pub nonce: Option<String>,
    /// The sign-in, with what was granted.
    pub lineage: Lineage,
    /// The SSO session that it came through, where sessions are tracked.
    pub sso: Option<Arc<str>>,
    /// Why the token endpoint refuses it, where AWS gives a code that is good for nothing.
    pub unredeemable: Option<&'static str>,
}

/// A browser that is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Browser {
    /// The user.
    pub sub: Uuid,
    /// When the user proved who they are.
    pub auth_time: Timestamp,
    /// How strongly, where tokens tell.
    pub assurance: Option<Assurance>,
    /// The identity provider that said so; none is the pool itself.
    pub provider: Option<Arc<str>>,
    /// The tracked SSO session, where the pool tracks sessions.
    pub sso: Option<Arc<str>>,
    /// The version of managed login that it signed in by: another one drops it (documented).
    pub version: Option<i32>,
}

/// Records that end by themselves, by id.
#[derive(Debug)]
struct Passing<V> {
    kept: Ordered<Uuid, (Timestamp, Arc<V>)>,
    by_expiry: Ordered<(Timestamp, Uuid), ()>,
}

impl<V> Default for Passing<V> {
    fn default() -> Self {
        Self {
            kept: Ordered::default(),
            by_expiry: Ordered::default(),
        }
    }
}

impl<V> Clone for Passing<V> {
    fn clone(&self) -> Self {
        Self {
            kept: self.kept.clone(),
            by_expiry: self.by_expiry.clone(),
        }
    }
}

impl<V> Passing<V> {
    /// Keeps a record; beyond `most` those go that are over, or will be first. Below, they stay: a test that
    /// puts the clock back finds them again.
    fn keep(&mut self, id: Uuid, value: V, expires: Timestamp, most: usize) {
        while self.kept.len() >= most
            && let Some(first) = self.by_expiry.iter().next().map(|(first, ())| *first)
        {
            self.by_expiry.remove(&first);
            self.kept.remove(&first.1);
        }
        self.kept.insert(id, (expires, Arc::new(value)));
        self.by_expiry.insert((expires, id), ());
    }

    fn get(&self, id: Uuid, now: Timestamp) -> Option<&Arc<V>> {
        let (expires, value) = self.kept.get(&id)?;
        (now < *expires).then_some(value)
    }

    fn take(&mut self, id: Uuid) -> Option<Arc<V>> {
        let (expires, value) = self.kept.remove(&id)?;
        self.by_expiry.remove(&(expires, id));
        Some(value)
    }
}

#[derive(Debug, Clone, Default)]
struct Open {
    codes: Passing<AuthorizationCode>,
    browsers: Passing<Browser>,
}

/// The codes and browsers of a pool. A copy shares what neither of the two changes.
#[derive(Debug, Default)]
pub struct Authorizations(Mutex<Open>);

impl Clone for Authorizations {
    fn clone(&self) -> Self {
        Self(Mutex::new(self.open().clone()))
    }
}

impl Authorizations {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a code until it expires.
    pub fn keep_code(&self, id: Uuid, code: AuthorizationCode, expires: Timestamp) {
        self.open().codes.keep(id, code, expires, MOST_CODES);
    }

    /// Takes a code out, if `check` finds nothing wrong with it: of two who do so at once, one gets it.
    ///
    /// # Errors
    /// None, or what `check` says of the code, which stays.
    pub fn take_code<E>(
        &self,
        id: Uuid,
        now: Timestamp,
        check: impl FnOnce(&AuthorizationCode) -> Result<(), E>,
    ) -> Result<Arc<AuthorizationCode>, Option<E>> {
        let mut open = self.open();
        let code = open.codes.get(id, now).map(Arc::clone).ok_or(None)?;
        check(&code).map_err(Some)?;
        open.codes.take(id);
        Ok(code)
    }

    /// Keeps a browser until it expires.
    pub fn keep_browser(&self, id: Uuid, browser: Browser, expires: Timestamp) {
        let mut open = self.open();
        open.browsers.keep(id, browser, expires, MOST_BROWSERS);
    }

    /// The browser of this id, while it is signed in.
    pub fn browser(&self, id: Uuid, now: Timestamp) -> Option<Arc<Browser>> {
        self.open().browsers.get(id, now).map(Arc::clone)
    }

    /// Whether an id is one of a browser of the pool, signed in still or not.
    pub fn has_browser(&self, id: Uuid) -> bool {
        self.open().browsers.kept.get(&id).is_some()
    }

    /// Signs a browser out.
    pub fn forget_browser(&self, id: Uuid) -> Option<Arc<Browser>> {
        self.open().browsers.take(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn browser() -> Browser {
        Browser {
            sub: Uuid::nil(),
            auth_time: Timestamp(0),
            assurance: None,
            provider: None,
            sso: None,
            version: None,
        }
    }

    #[test]
    fn a_browser_is_signed_in_until_it_expires_or_is_forgotten() {
        let all = Authorizations::default();
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        all.keep_browser(one, browser(), Timestamp(10));
        all.keep_browser(other, browser(), Timestamp(10));
        let copy = all.clone();
        assert!(all.browser(one, Timestamp(9)).is_some());
        assert!(all.browser(one, Timestamp(10)).is_none());
        assert!(all.forget_browser(one).is_some());
        assert!(all.browser(one, Timestamp(0)).is_none());
        assert!(all.browser(other, Timestamp(0)).is_some());
        assert!(copy.browser(one, Timestamp(0)).is_some());
    }

    #[test]
    fn of_too_many_those_go_that_end_first() {
        let mut passing = Passing::default();
        for (id, expires) in [(1, 30), (2, 10), (3, 20)] {
            passing.keep(Uuid::from_u128(id), id, Timestamp(expires), 2);
        }
        let there = [1, 2, 3].map(|id| passing.get(Uuid::from_u128(id), Timestamp(0)).is_some());
        assert_eq!(there, [true, false, true]);
        assert_eq!(passing.by_expiry.len(), 2);
    }
}
