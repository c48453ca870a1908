//! The pools as a request finds them: as they are, or, where a restore came after it began, as they were.

use std::sync::{Arc, RwLockReadGuard};

use super::domain_hosts::{DomainAt, DomainDoor};
use super::domain_names::Claim;
use super::eras::Era;
use super::journal::Journal;
use super::user_pool::app_client::AppClient;
use super::user_pool::deleted::{Gone, What};
use super::user_pool::known_eras::EraNumber;
use super::user_pool::state::PoolState;
use super::user_pool::{UserPool, unknown_pool};
use super::{NotAdded, Store, unknown_client};
use crate::clock::Clock;
use crate::error::CognitoError;
use crate::model::{AccountRegion, ClientId, PoolId};

/// What there is for a request that began in an era.
#[derive(Clone)]
pub struct View(Arc<Era>);

impl View {
    /// That of a request that begins in `era`.
    pub fn new(era: Arc<Era>) -> Self {
        Self(era)
    }

    /// The era in which the request began.
    pub fn era(&self) -> EraNumber {
        self.0.number()
    }

    /// The clock of a request to which a restore has happened: it goes on as it went.
    pub fn clock(&self) -> Option<&Clock> {
        self.0.left().find_map(|left| left.clock.as_ref())
    }

    /// What there is of an account.
    fn of(&self, account: &str) -> &Store {
        let mut left = self.0.left();
        let first = left.find(|left| left.has(account));
        first.map_or(&self.0.now, |left| &left.store)
    }

    /// What there is of anything.
    fn all(&self) -> impl Iterator<Item = &Store> {
        let left = self.0.left().map(|left| &left.store);
        left.chain(std::iter::once(&*self.0.now))
    }

    fn is_of(&self, store: &Store, pool: &UserPool) -> bool {
        std::ptr::eq(self.of(&pool.account), store)
    }

    /// What `look` finds with its pool. A restore that comes between is not missed: it ends the era before
    /// it changes anything.
    fn find<T>(
        &self,
        look: impl Fn(&Store) -> Option<(Arc<UserPool>, T)>,
    ) -> Option<(Arc<UserPool>, T)> {
        loop {
            let latest = self.0.latest();
            let found = self
                .all()
                .find_map(|store| look(store).filter(|(pool, _)| self.is_of(store, pool)));
            if !latest.has_ended() {
                return found;
            }
        }
    }

    /// Keeps restores away while pools come and go.
    fn turn(&self) -> RwLockReadGuard<'_, ()> {
        self.0.now.turn()
    }

    /// The pool with this id.
    ///
    /// # Errors
    /// `User pool … does not exist.`
    pub fn pool(&self, id: &PoolId) -> Result<Arc<UserPool>, CognitoError> {
        let found = self.find(|store| Some((store.find_pool(id)?, ())));
        found.map(|(pool, ())| pool).ok_or_else(|| unknown_pool(id))
    }

    /// The client with this id, and its pool.
    ///
    /// # Errors
    /// `User pool client … does not exist.`
    pub fn client(&self, id: &ClientId) -> Result<(Arc<UserPool>, Arc<AppClient>), CognitoError> {
        self.find(|store| store.find_client(id))
            .ok_or_else(|| unknown_client(id))
    }

    /// The history of a pool, while it can be found.
    pub fn journal(&self, pool: &UserPool) -> Option<Arc<Journal>> {
        let _turn = self.turn();
        self.of(&pool.account).journal(&pool.id)
    }

    /// As [`Store::add_pool_with`].
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
        let _turn = self.turn();
        self.of(account).add_pool_with(id, account, most, make)
    }

    /// As [`Store::remove_pool`].
    ///
    /// # Errors
    /// A pool that is gone already; whatever `admit` refuses.
    pub fn remove_pool(
        &self,
        pool: &Arc<UserPool>,
        admit: impl FnOnce(&PoolState) -> Result<(), CognitoError>,
    ) -> Result<(), CognitoError> {
        let _turn = self.turn();
        self.of(&pool.account).remove_pool(pool, admit)
    }

    /// As [`Store::list_in`].
    pub fn list_in(&self, pool: &UserPool, region: &str) {
        let _turn = self.turn();
        self.of(&pool.account).list_in(pool, region);
    }

    /// As [`Store::unlist_in`].
    pub fn unlist_in(&self, pool: &UserPool, region: &str) {
        let _turn = self.turn();
        self.of(&pool.account).unlist_in(pool, region);
    }

    /// As [`Store::elsewhere`].
    pub fn elsewhere(&self, here: &AccountRegion) -> Option<AccountRegion> {
        self.0.now.elsewhere(here)
    }

    /// As [`Store::pools_after`].
    pub fn pools_after(
        &self,
        place: &AccountRegion,
        after: Option<&PoolId>,
        count: usize,
    ) -> Vec<Arc<UserPool>> {
        let _turn = self.turn();
        self.of(&place.account).pools_after(place, after, count)
    }

    /// What went by this name lately.
    pub fn last_gone(&self, what: What, name: &str) -> Option<Gone> {
        self.0.now.deleted().last(what, name).cloned()
    }

    /// The first pools in the order of account, Region and id, as they are now; so many at most.
    pub fn first_pools(&self, most: usize) -> Vec<Arc<UserPool>> {
        self.0.now.first_pools(most)
    }

    /// Ids of clients, with those of their pools, as they are now; so many at most.
    pub fn some_clients(&self, most: usize) -> Vec<(ClientId, PoolId)> {
        let clients = self.0.now.clients.iter().take(most);
        let pair = |claim: dashmap::mapref::multiple::RefMulti<'_, ClientId, PoolId>| {
            (claim.key().clone(), claim.value().clone())
        };
        clients.map(pair).collect()
    }

    /// Every pool once, in the order of account, Region and id.
    pub fn all_pools(&self) -> Vec<Arc<UserPool>> {
        let _turn = self.turn();
        let of = |store: &Store| {
            let mut pools = store.all_pools();
            pools.retain(|pool| self.is_of(store, pool));
            pools
        };
        let mut pools: Vec<_> = self.all().flat_map(of).collect();
        pools.sort_by(|one, other| {
            let place = |pool: &UserPool| (pool.account_region(), pool.id.clone());
            place(one).cmp(&place(other))
        });
        pools
    }

    /// As [`Store::claim_client_id`].
    pub fn claim_client_id(&self, client: &ClientId, pool: &PoolId) -> bool {
        let found = self.pool(pool);
        let _turn = self.turn();
        let store = found.map_or(&*self.0.now, |pool| self.of(&pool.account));
        store.claim_client_id(client, pool)
    }

    /// As [`Store::release_client_id`].
    pub fn release_client_id(&self, client: &ClientId, pool: &UserPool) {
        let _turn = self.turn();
        self.of(&pool.account).release_client_id(client);
    }

    /// As [`Store::drop_client_id`].
    pub fn drop_client_id(&self, client: &ClientId, pool: &UserPool) {
        let _turn = self.turn();
        self.of(&pool.account).drop_client_id(client, pool);
    }

    /// Claims the name of a domain for a pool.
    pub fn claim_domain(&self, name: &str, pool: &UserPool) -> Claim {
        let _turn = self.turn();
        self.of(&pool.account).domain_names.claim(name, pool)
    }

    /// Gives the name of a domain back, if it is the pool's.
    pub fn release_domain(&self, name: &str, pool: &UserPool) {
        let _turn = self.turn();
        self.of(&pool.account).domain_names.release(name, pool);
    }

    /// The pool of an account that has the domain of this name, as seen in a Region.
    pub fn domain_owner(&self, account: &str, region: &str, name: &str) -> Option<PoolId> {
        let _turn = self.turn();
        self.of(account).domain_names.owner(region, name)
    }

    /// The pool of whatever account that has its domain at this host, in whatever case of letters.
    pub fn domain_at(&self, host: &str) -> Option<DomainAt> {
        let host = host.to_ascii_lowercase();
        let (door, name, region) = DomainDoor::of(&host)?;
        let look = |store: &Store| {
            let id = match region {
                Some(region) => store.domain_names.owner(region, name)?,
                None => store.domain_names.owner_anywhere(name)?,
            };
            Some((store.find_pool(&id)?, ()))
        };
        let (pool, ()) = self.find(look)?;
        let name = name.to_owned();
        Some(DomainAt { pool, name, door })
    }
}
