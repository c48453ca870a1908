//! All state, owned here and changed in one step.
//!
//! A map guard lasts for the look-up and no longer; each pool has a lock of its own over ordered
//! maps of `Arc` values. `UserPool::change` stages new values in a [`Draft`]: `Ok` publishes them all,
//! `Err` drops them, so that a half-done change is never seen. A closure under the lock looks up and
//! stages; it never signs, hashes or does SRP arithmetic, and never waits.

pub(crate) mod domain_hosts;
pub(crate) mod domain_names;
pub mod eras;
pub mod event_id;
pub mod federations;
pub mod image;
pub(crate) mod import_jobs;
pub(crate) mod journal;
pub(crate) mod recoveries;
pub(crate) mod sessions;
pub(crate) mod token_table;
pub(crate) mod user_pool;
pub mod view;
pub mod watch;

pub use self::domain_names::{Claim, DomainNames, MAX_CUSTOM_DOMAINS};
pub use self::user_pool::draft::Draft;
pub use self::user_pool::user::UserKey;
pub use self::user_pool::users::{Searchable, Users};

use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use dashmap::DashMap;

use self::journal::Journal;
use self::user_pool::app_client::AppClient;
use self::user_pool::deleted::{Deleted, Gone, How, What};
use self::user_pool::state::PoolState;
use self::user_pool::told::Told;
use self::user_pool::{Listener, UserPool, unknown_pool};
use self::watch::Watch;
use crate::clock::Clock;
use crate::error::{CognitoError, Refusal};
use crate::model::{AccountRegion, ClientId, PoolId};

/// Where a pool is listed, and its id.
type Listing = (AccountRegion, PoolId);

/// Why a pool was not added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAdded {
    /// Another pool has its id.
    IdTaken,
    /// The account has as many pools in the Region as it may.
    TooMany,
}

/// A pool that can be found, and its history since.
struct Found {
    pool: Arc<UserPool>,
    journal: Arc<Journal>,
}

/// Every pool, and where to find it.
pub struct Store {
    pools: DashMap<PoolId, Found>,
    clients: DashMap<ClientId, PoolId>,
    /// Every pool, in the order in which lists page through them.
    listed: Mutex<BTreeSet<Listing>>,
    /// Whose domain names are.
    pub domain_names: DomainNames,
    /// Pools and clients that were there until lately.
    deleted: Mutex<Deleted>,
    /// Who is told of changes.
    pub watch: Arc<Watch>,
    clock: Clock,
    /// How many bytes the history of a pool may take.
    keep_history: usize,
    /// Keeps restores and those who make pools come and go apart.
    turn: RwLock<()>,
}

impl Store {
    /// No pools yet; of what will change in each, so many bytes of history are kept.
    pub fn new(clock: Clock, keep_history: usize) -> Self {
        Self {
            pools: DashMap::new(),
            clients: DashMap::new(),
            listed: Mutex::default(),
            domain_names: DomainNames::default(),
            deleted: Mutex::default(),
            watch: Arc::default(),
            clock,
            keep_history,
            turn: RwLock::default(),
        }
    }

    /// Keeps restores away while it is held.
    fn turn(&self) -> RwLockReadGuard<'_, ()> {
        self.turn.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The pool with this id.
    ///
    /// # Errors
    /// `User pool … does not exist.`
    pub fn pool(&self, id: &PoolId) -> Result<Arc<UserPool>, CognitoError> {
        self.find_pool(id).ok_or_else(|| unknown_pool(id))
    }

    fn find_pool(&self, id: &PoolId) -> Option<Arc<UserPool>> {
        self.pools.get(id).map(|found| Arc::clone(&found.pool))
    }

    /// The history of a pool, since it can be found.
    pub fn journal(&self, id: &PoolId) -> Option<Arc<Journal>> {
        self.pools.get(id).map(|found| Arc::clone(&found.journal))
    }

    /// Adds a pool; false if its id is taken.
    pub fn add_pool(&self, pool: UserPool) -> bool {
        let (id, account) = (pool.id.clone(), pool.account.clone());
        let make = || Arc::new(pool);
        self.add_pool_with(&id, &account, None, make).is_ok()
    }

    /// Adds the pool that `make` makes under `id` in this account, unless there are `most` in its
    /// Region. `make` is called for a pool that comes to be only. It must be quick and leave the store
    /// alone.
    ///
    /// # Errors
    /// Why there is no such pool now.
    pub fn add_pool_with(
        &self,
        id: &PoolId,
        account: &str,
        most: Option<usize>,
        make: impl FnOnce() -> Arc<UserPool>,
    ) -> Result<Arc<UserPool>, NotAdded> {
        // Held over all steps, here and in `remove_pool`: else more pools come to be than may, and one
        // that is deleted and made again at once may miss in lists.
        let mut listed = self.listed();
        let dashmap::Entry::Vacant(place) = self.pools.entry(id.clone()) else {
            return Err(NotAdded::IdTaken);
        };
        if most.is_some_and(|most| {
            let place = AccountRegion::new(account, id.region());
            let there = ids_after(&listed, &place, None);
            there.take(most).count() == most
        }) {
            return Err(NotAdded::TooMany);
        }
        let pool = make();
        let watch = Arc::clone(&self.watch);
        let journal = Journal::new(self.clock.clone(), self.keep_history).watched(watch);
        let journal = Arc::new(journal);
        pool.tell(Arc::clone(&journal) as Arc<dyn Listener>);
        place.insert(Found {
            pool: Arc::clone(&pool),
            journal,
        });
        listed.insert(listing(&pool, pool.region()));
        self.watch.tell(id, || Some(Told::one("userPool")));
        Ok(pool)
    }

    /// Takes a pool and its clients away, unless `admit` refuses it: what `admit` sees is what is taken
    /// away, for nothing changes in between.
    ///
    /// # Errors
    /// A pool that is gone already; whatever `admit` refuses.
    pub fn remove_pool(
        &self,
        pool: &Arc<UserPool>,
        admit: impl FnOnce(&PoolState) -> Result<(), CognitoError>,
    ) -> Result<(), CognitoError> {
        let mut listed = self.listed();
        let left = pool.retire(admit)?;
        self.pools
            .remove_if(&pool.id, |_, found| Arc::ptr_eq(&found.pool, pool));
        listed.remove(&listing(pool, pool.region()));
        if let Some(replica) = left.replicas.secondary() {
            listed.remove(&listing(pool, &replica.region));
        }
        drop(listed);
        self.note_gone(What::Pool, &pool.id, &pool.account, How::Deleted);
        self.watch.tell(&pool.id, || {
            Some(Told {
                is_gone: true,
                ..Told::one("userPool")
            })
        });
        for client in left.clients {
            self.note_gone(What::Client, &client, &pool.account, How::Deleted);
            self.clients.remove(&client);
        }
        for domain in left.domains.all() {
            self.domain_names.release(&domain.name, pool);
        }
        Ok(())
    }

    /// Lists a pool in the Region of a replica too, unless it was deleted meanwhile.
    pub fn list_in(&self, pool: &UserPool, region: &str) {
        let mut listed = self.listed();
        if self.pools.contains_key(&pool.id) && pool.is_replicated_to(region) {
            listed.insert(listing(pool, region));
        }
    }

    /// Lists a pool in this Region no longer, unless a replica was made there meanwhile.
    pub fn unlist_in(&self, pool: &UserPool, region: &str) {
        let mut listed = self.listed();
        if !pool.is_replicated_to(region) {
            listed.remove(&listing(pool, region));
        }
    }

    /// Another account or Region that has a pool.
    pub fn elsewhere(&self, here: &AccountRegion) -> Option<AccountRegion> {
        let listed = self.listed();
        let mut places = listed.iter().map(|(place, _)| place);
        places.find(|place| *place != here).cloned()
    }

    /// The pools of an account and Region whose ids come after `after`, at most `count`.
    pub fn pools_after(
        &self,
        place: &AccountRegion,
        after: Option<&PoolId>,
        count: usize,
    ) -> Vec<Arc<UserPool>> {
        let ids: Vec<PoolId> = ids_after(&self.listed(), place, after)
            .take(count)
            .cloned()
            .collect();
        ids.iter().filter_map(|id| self.pool(id).ok()).collect()
    }

    /// Every pool once, in the order of account, Region and id.
    pub fn all_pools(&self) -> Vec<Arc<UserPool>> {
        self.first_pools(usize::MAX)
    }

    /// The first of them; so many at most.
    pub fn first_pools(&self, most: usize) -> Vec<Arc<UserPool>> {
        let listed = self.listed();
        let at_home = listed
            .iter()
            .filter(|(place, id)| place.region == id.region());
        let ids: Vec<PoolId> = at_home.map(|(_, id)| id.clone()).take(most).collect();
        drop(listed);
        ids.iter().filter_map(|id| self.pool(id).ok()).collect()
    }

    /// Reserves a client id for a pool: client ids are global. False if it is taken.
    pub fn claim_client_id(&self, client: &ClientId, pool: &PoolId) -> bool {
        match self.clients.entry(client.clone()) {
            dashmap::Entry::Occupied(_) => false,
            dashmap::Entry::Vacant(place) => {
                place.insert(pool.clone());
                true
            }
        }
    }

    /// Gives a client id back.
    pub fn release_client_id(&self, client: &ClientId) {
        self.clients.remove(client);
    }

    /// Gives the id of a client that was deleted back.
    pub fn drop_client_id(&self, client: &ClientId, pool: &UserPool) {
        self.note_gone(What::Client, client, &pool.account, How::Deleted);
        self.release_client_id(client);
    }

    fn note_gone(&self, what: What, id: &str, account: &str, how: How) {
        let at = self.clock.now();
        self.deleted().note(Gone {
            what,
            names: vec![id.into()],
            account: Some(account.into()),
            how,
            at,
        });
    }

    /// What was there until lately.
    fn deleted(&self) -> MutexGuard<'_, Deleted> {
        self.deleted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The client with this id, and its pool.
    ///
    /// # Errors
    /// `User pool client … does not exist.`
    pub fn client(&self, id: &ClientId) -> Result<(Arc<UserPool>, Arc<AppClient>), CognitoError> {
        self.find_client(id).ok_or_else(|| unknown_client(id))
    }

    fn find_client(&self, id: &ClientId) -> Option<(Arc<UserPool>, Arc<AppClient>)> {
        let pool = self.clients.get(id).map(|pool| pool.clone())?;
        let pool = self.find_pool(&pool)?;
        let client = pool.read(|state| state.clients.get(id).cloned())?;
        Some((pool, client))
    }

    fn listed(&self) -> MutexGuard<'_, BTreeSet<Listing>> {
        self.listed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unknown_client(id: &ClientId) -> CognitoError {
    Refusal::ClientUnknown { id: id.to_string() }
        .because("no app client of any pool has this id; ListUserPoolClients shows a pool's")
}

/// The ids of an account and Region that come after `after`.
fn ids_after<'l>(
    listed: &'l BTreeSet<Listing>,
    here: &'l AccountRegion,
    after: Option<&PoolId>,
) -> impl Iterator<Item = &'l PoolId> {
    let start = (here.clone(), after.cloned().unwrap_or_default());
    let start = match after {
        Some(_) => Bound::Excluded(start),
        None => Bound::Included(start),
    };
    listed
        .range((start, Bound::Unbounded))
        .take_while(move |(place, _)| place == here)
        .map(|(_, id)| id)
}

fn listing(pool: &UserPool, region: &str) -> Listing {
    let place = AccountRegion::new(&pool.account, region);
    (place, pool.id.clone())
}

#[cfg(test)]
mod tests;
