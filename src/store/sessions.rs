//! Sign-in conversations of all pools: which pool has which, and which are over.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use dashmap::DashMap;

use super::user_pool::UserPool;
use super::user_pool::conversations::Kept;
use crate::clock::Timestamp;
use crate::model::PoolId;

/// Conversations kept at most; beyond that the one that expires first is given up.
const CAPACITY: usize = 50_000;

/// Which pool has which conversation, of all that are under way.
#[derive(Debug, Default)]
pub struct Sessions {
    pools: DashMap<u128, (PoolId, Weak<UserPool>)>,
    by_expiry: Mutex<BinaryHeap<Reverse<(Timestamp, u128)>>>,
}

impl Sessions {
    /// Keeps a conversation of a pool, and drops those that are over.
    pub(crate) fn keep(&self, pool: &Arc<UserPool>, id: u128, kept: Kept, now: Timestamp) {
        let expires = kept.expires;
        pool.conversations.keep(id, kept);
        self.file(pool, now, [(expires, id)]);
    }

    /// A pool is there again, and with it the conversations that were under way.
    pub(crate) fn put_back(&self, pool: &Arc<UserPool>, now: Timestamp) {
        self.file(pool, now, pool.conversations.expiries());
    }

    /// The pool that a conversation is of.
    pub(crate) fn pool(&self, id: u128) -> Option<PoolId> {
        self.pools.get(&id).map(|pool| pool.0.clone())
    }

    /// Takes a conversation out of its pool; of two who do so at once, one gets it.
    pub(crate) fn take(&self, pool: &UserPool, id: u128) -> Option<Arc<Kept>> {
        let kept = pool.conversations.take(id)?;
        let filed = self.by_expiry();
        // Else it is that of the pool in its place.
        if !pool.is_past() {
            self.pools.remove(&id);
        }
        drop(filed);
        Some(kept)
    }

    /// Files conversations by their expiry and drops those that are over.
    fn file(
        &self,
        pool: &Arc<UserPool>,
        now: Timestamp,
        conversations: impl IntoIterator<Item = (Timestamp, u128)>,
    ) {
        let mut by_expiry = self.by_expiry();
        // What a request of the past begins is found by the requests of the past alone, and not for long.
        for (expires, id) in conversations {
            let place = (pool.id.clone(), Arc::downgrade(pool));
            self.pools.insert(id, place);
            by_expiry.push(Reverse((expires, id)));
        }
        while let Some(Reverse((expires, id))) = by_expiry.peek().copied() {
            if expires >= now && self.pools.len() <= CAPACITY {
                break;
            }
            by_expiry.pop();
            if let Some((_, (_, pool))) = self.pools.remove(&id)
                && let Some(pool) = pool.upgrade()
            {
                pool.conversations.take(id);
            }
        }
        // Used conversations leave their line behind; clear them out once they are the most.
        if by_expiry.len() > 2 * self.pools.len() + 1024 {
            by_expiry.retain(|Reverse((_, id))| self.pools.contains_key(id));
        }
    }

    fn by_expiry(&self) -> MutexGuard<'_, BinaryHeap<Reverse<(Timestamp, u128)>>> {
        self.by_expiry
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
