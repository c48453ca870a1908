//! Sign-ins that are on their way through an identity provider, and which of its assertions were used.
//!
//! Both are bounded: what nobody comes back for is given up after five minutes, and what is beyond the
//! capacity before that, the oldest first.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Timestamp;
use crate::model::{ClientId, PoolId};

/// Documented: what is not answered within five minutes is cancelled.
const LIFE: Duration = Duration::from_secs(5 * 60);

/// Sign-ins under way at most.
const MOST_PENDING: usize = 5_000;

/// Assertions remembered at most.
const MOST_USED: usize = 100_000;

/// What waits for a provider's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// The pool.
    pub pool: PoolId,
    /// The app client.
    pub client: ClientId,
    /// The provider's name.
    pub provider: Arc<str>,
    /// What the app asked for: the query of its request, as it came.
    pub request: Box<str>,
    /// What goes on when the provider has answered.
    pub then: Then,
    /// Ties the answer to the browser that was sent away; empty where nothing does.
    pub browser: Box<str>,
    /// Until when an answer counts.
    pub expires: Timestamp,
}

/// What a provider is asked for, and what its answer is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// A code of OAuth 2.0.
    Code {
        /// Where the answer is to come to, as the provider was told.
        redirect_uri: Box<str>,
        /// What the ID token must name.
        nonce: Box<str>,
        /// Proves at the token endpoint who asked (RFC 7636).
        verifier: Option<Box<str>>,
    },
    /// A SAML response.
    Assertion {
        /// The id of the request.
        id: Box<str>,
        /// Where the answer is to come to, as the provider was told.
        acs: Box<str>,
    },
    /// The end of the session at a SAML provider.
    SignOut {
        /// The id of the request.
        id: Box<str>,
        /// Where the browser goes then.
        to: Box<str>,
    },
}

/// Sign-ins on their way, and used assertions.
#[derive(Debug)]
pub struct Federations {
    pending: Mutex<Expiring<Box<str>, Pending>>,
    used: Mutex<Expiring<(PoolId, Box<str>), ()>>,
}

impl Default for Federations {
    fn default() -> Self {
        Self {
            pending: Mutex::new(Expiring::of(MOST_PENDING)),
            used: Mutex::new(Expiring::of(MOST_USED)),
        }
    }
}

/// When a sign-in that begins now is given up.
pub fn expiry(now: Timestamp) -> Timestamp {
    now.plus(LIFE)
}

impl Federations {
    /// Keeps a sign-in under its state.
    pub fn keep(&self, state: &str, pending: Pending, now: Timestamp) {
        let expires = pending.expires;
        lock(&self.pending).insert(state.into(), pending, expires, now);
    }

    /// Takes the sign-in with this state, which counts once.
    pub fn take(&self, state: &str, now: Timestamp) -> Option<Pending> {
        let pending = lock(&self.pending).remove(state)?;
        (now < pending.expires).then_some(pending)
    }

    /// Notes that an assertion is used, and says whether it is for the first time. It is forgotten when it
    /// is good no more.
    pub fn use_once(&self, pool: &PoolId, id: &str, until: Timestamp, now: Timestamp) -> bool {
        let mut used = lock(&self.used);
        let key = (pool.clone(), id.into());
        if used.get(&key).is_some() {
            return false;
        }
        used.insert(key, (), until, now);
        true
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A map with room for so many, whose entries end.
#[derive(Debug)]
struct Expiring<K, V> {
    most: usize,
    entries: HashMap<K, V>,
    /// Every key with its end, in the order of their coming; a key that was taken is in here still.
    line: VecDeque<(Timestamp, K)>,
}

impl<K: Hash + Eq + Clone, V> Expiring<K, V> {
    fn of(most: usize) -> Self {
        Self {
            most,
            entries: HashMap::new(),
            line: VecDeque::new(),
        }
    }

    fn insert(&mut self, key: K, value: V, expires: Timestamp, now: Timestamp) {
        self.entries.insert(key.clone(), value);
        self.line.push_back((expires, key));
        // Those that stand behind one with a longer life wait for it; the capacity bounds them.
        while let Some((expires, key)) = self.line.front() {
            let is_over = *expires <= now || !self.entries.contains_key(key);
            if !is_over && self.entries.len() <= self.most {
                break;
            }
            if let Some((_, key)) = self.line.pop_front() {
                self.entries.remove(&key);
            }
        }
        if self.line.len() > 2 * self.most {
            self.line.retain(|(_, key)| self.entries.contains_key(key));
        }
    }

    fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key)
    }

    fn remove<Q>(&mut self, key: &Q) -> Option<V>
    where
        K: std::borrow::Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.entries.remove(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(expires: i64) -> Pending {
        Pending {
            pool: PoolId::from("us-east-1_a"),
            client: ClientId::from("c"),
            provider: "Google".into(),
            request: "".into(),
            then: Then::SignOut {
                id: "_1".into(),
                to: "https://app".into(),
            },
            browser: "".into(),
            expires: Timestamp(expires),
        }
    }

    #[test]
    fn a_state_counts_once_and_for_five_minutes() {
        let federations = Federations::default();
        let now = Timestamp(1000);
        let end = expiry(now);
        assert_eq!(end.0, 1000 + 300_000);
        federations.keep("a", pending(end.0), now);
        federations.keep("b", pending(end.0), now);
        assert_eq!(federations.take("x", now), None);
        assert!(federations.take("a", Timestamp(end.0 - 1)).is_some());
        assert_eq!(federations.take("a", now), None);
        assert_eq!(federations.take("b", end), None);
    }

    #[test]
    fn what_nobody_comes_back_for_is_given_up() {
        let mut map = Expiring::of(3);
        for n in 0..10 {
            map.insert(n, (), Timestamp(100), Timestamp(0));
        }
        assert_eq!((map.entries.len(), map.line.len()), (3, 3));
        assert!(map.get(&9).is_some() && map.get(&6).is_none());
        map.insert(10, (), Timestamp(200), Timestamp(100));
        assert_eq!((map.entries.len(), map.line.len()), (1, 1));
        for n in 0..100 {
            map.insert(n, (), Timestamp(300), Timestamp(100));
            map.remove(&n);
        }
        assert!(map.line.len() <= 7, "{}", map.line.len());
    }

    #[test]
    fn an_assertion_is_used_once() {
        let federations = Federations::default();
        let pool = PoolId::from("us-east-1_a");
        let (until, now) = (Timestamp(10), Timestamp(1));
        assert!(federations.use_once(&pool, "_a", until, now));
        assert!(!federations.use_once(&pool, "_a", until, now));
        assert!(federations.use_once(&PoolId::from("us-east-1_b"), "_a", until, now));
        assert!(federations.use_once(&pool, "_b", until, now));
    }
}
