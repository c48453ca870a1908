//! What the pools were like at a moment, and how they become so again.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use super::eras::{Eras, Left};
use super::journal::Journal;
use super::user_pool::deleted::{Deleted, How, What};
use super::user_pool::known_eras::EraNumber;
use super::user_pool::{Listener, Picture, UserPool};
use super::{Found, Store, listing};
use crate::clock::Clock;
use crate::model::PoolId;

/// A pool, and its history.
pub struct PoolImage {
    /// The pool.
    pub pool: Picture,
    pub(super) journal: Journal,
}

/// All pools, or those of an account, as they were at a moment.
pub struct Image {
    /// In the order of account, Region and id.
    pub pools: Vec<PoolImage>,
    /// Pools and clients that were there until lately.
    deleted: Deleted,
    /// The last era of which it knows tokens, if it knows any.
    until: Option<EraNumber>,
}

/// What a restore puts in the place of what.
pub struct Exchange {
    /// Pools that were there.
    pub gone: Vec<Arc<UserPool>>,
    /// Pools that are there now.
    pub back: Vec<Arc<UserPool>>,
}

impl Eras {
    /// An image of all pools, or of those of an account. It costs a few pointers a pool. `others` is called
    /// while no pool comes or goes.
    pub fn take<T>(&self, account: Option<&str>, others: impl FnOnce() -> T) -> (Image, T) {
        let current = self.current();
        let _turn = current
            .now
            .turn
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        // Tokens that are given while the image is made may or may not be of before.
        let next = self.end(None);
        let image = Image {
            pools: current.now.images(account),
            deleted: current.now.deleted().clone(),
            until: Some(next.number().saturating_sub(1)),
        };
        let others = others();
        self.begin(next);
        (image, others)
    }

    /// The image of the moment before the first token is given, which ends no era.
    pub fn take_first<T>(&self, others: impl FnOnce() -> T) -> (Image, T) {
        let now = &self.current().now;
        let image = Image {
            pools: now.images(None),
            deleted: now.deleted().clone(),
            until: None,
        };
        (image, others())
    }

    /// Puts back what an image has of all accounts, or of one. Requests under way go on with what there was,
    /// and with the clock `then`. `others` puts back what belongs to it, before a request sees any of it.
    ///
    /// # Errors
    /// What another account has meanwhile that was this one's.
    pub fn put_back(
        &self,
        image: &Image,
        account: Option<&str>,
        then: Option<Clock>,
        others: impl FnOnce(&Exchange),
    ) -> Result<(), String> {
        let current = self.current();
        let store = &current.now;
        let _turn = store.turn.write().unwrap_or_else(PoisonError::into_inner);
        let is_meant = |of: &str| account.is_none_or(|account| account == of);
        let meant = || image.pools.iter().filter(|one| is_meant(&one.pool.account));
        for one in meant() {
            store.check_free(&one.pool)?;
        }
        let left = store.part(account);
        let gone = left.all_pools();
        let next = self.end(Some(Left::new(account, left, then)));
        for pool in &gone {
            pool.leave();
        }
        let mut exchange = Exchange {
            gone,
            back: Vec::new(),
        };
        let back = meant().map(|one| {
            let pool = Arc::new(one.pool.pool(image.until, next.number()));
            let journal = Arc::new(one.journal.copy());
            pool.tell(Arc::clone(&journal) as Arc<dyn Listener>);
            Found { pool, journal }
        });
        let back: Vec<Found> = back.collect();
        exchange.back = back.iter().map(|found| Arc::clone(&found.pool)).collect();
        store.deleted().put_back(&image.deleted, account);
        store.exchange(&exchange.gone, back);
        others(&exchange);
        self.begin(next);
        Ok(())
    }
}

impl Image {
    /// The pool of this id.
    pub fn pool(&self, id: &PoolId) -> Option<&Picture> {
        let mut pools = self.pools.iter();
        pools.find(|one| one.pool.id == *id).map(|one| &one.pool)
    }
}

impl Store {
    fn images(&self, account: Option<&str>) -> Vec<PoolImage> {
        let mut pools = self.all_pools();
        pools.retain(|pool| account.is_none_or(|account| account == pool.account));
        let image = |pool: &Arc<UserPool>| {
            let journal = self.journal(&pool.id)?.copy();
            let pool = pool.picture();
            Some(PoolImage { pool, journal })
        };
        pools.iter().filter_map(image).collect()
    }

    /// Refuses a pool whose names another account has.
    fn check_free(&self, pool: &Picture) -> Result<(), String> {
        let is_foreign = |id: &PoolId| {
            let found = self.find_pool(id);
            found.is_some_and(|found| found.account != pool.account)
        };
        if is_foreign(&pool.id) {
            return Err(format!("another account has a user pool {} now", pool.id));
        }
        for client in pool.state.clients.keys() {
            let owner = self.clients.get(client).map(|owner| owner.clone());
            if owner.is_some_and(|owner| is_foreign(&owner)) {
                return Err(format!("another account has an app client {client} now"));
            }
        }
        for domain in pool.state.domains.all() {
            let owner = self.domain_names.owner(pool.id.region(), &domain.name);
            if owner.is_some_and(|owner| is_foreign(&owner)) {
                return Err(format!(
                    "another account has the domain {} now",
                    domain.name
                ));
            }
        }
        Ok(())
    }

    /// A store with the pools of an account, or with all.
    fn part(&self, account: Option<&str>) -> Self {
        let part = Self::new(self.clock.clone(), self.keep_history);
        let mut pools = self.all_pools();
        pools.retain(|pool| account.is_none_or(|account| account == pool.account));
        let ids: BTreeSet<&PoolId> = pools.iter().map(|pool| &pool.id).collect();
        let found = pools.iter().filter_map(|pool| {
            Some(Found {
                pool: Arc::clone(pool),
                journal: self.journal(&pool.id)?,
            })
        });
        part.exchange(&[], found.collect());
        // A client that is being made has its id before its pool has the client.
        for claim in &self.clients {
            if ids.contains(claim.value()) {
                part.clients
                    .insert(claim.key().clone(), claim.value().clone());
            }
        }
        part
    }

    /// Keeps in mind what of these a restore has taken away.
    fn note_restored(&self, gone: &[Arc<UserPool>]) {
        for pool in gone {
            if !self.pools.contains_key(&pool.id) {
                self.note_gone(What::Pool, &pool.id, &pool.account, How::Restored);
            }
            for client in pool.read(|state| Arc::clone(&state.clients)).keys() {
                if !self.clients.contains_key(client) {
                    self.note_gone(What::Client, client, &pool.account, How::Restored);
                }
            }
        }
    }

    /// Takes pools away and puts others in their places, of which each is there at every moment.
    fn exchange(&self, gone: &[Arc<UserPool>], back: Vec<Found>) {
        let mut listed = self.listed();
        let stay: BTreeSet<PoolId> = back.iter().map(|found| found.pool.id.clone()).collect();
        let left: BTreeSet<&PoolId> = gone.iter().map(|pool| &pool.id).collect();
        listed.retain(|(_, id)| !left.contains(id));
        self.clients.retain(|_, pool| !left.contains(pool));
        for pool in gone {
            for domain in pool.read(|state| state.domains.clone()).all() {
                self.domain_names.release(&domain.name, pool);
            }
        }
        for found in back {
            let pool = &found.pool;
            pool.read(|state| {
                listed.insert(listing(pool, pool.region()));
                if let Some(replica) = state.replicas.secondary() {
                    listed.insert(listing(pool, &replica.region));
                }
                for client in state.clients.keys() {
                    self.clients.insert(client.clone(), pool.id.clone());
                }
                for domain in state.domains.all() {
                    self.domain_names.claim(&domain.name, pool);
                }
            });
            self.pools.insert(pool.id.clone(), found);
        }
        for id in left {
            if !stay.contains(id) {
                self.pools.remove(id);
            }
        }
        drop(listed);
        self.note_restored(gone);
    }
}
