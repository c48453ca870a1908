//! All state, owned here and changed in one step.
//!
//! A map guard lasts for the look-up and no longer; each pool has a lock of its own over ordered
//! maps of `Arc` values. [`Pool::change`] stages new values in a [`Draft`]: `Ok` publishes them all,
//! `Err` drops them, so that a half-done change is never seen. A closure under the lock looks up and
//! stages; it never signs, hashes or does SRP arithmetic, and never waits.

mod domain_names;
mod draft;
mod user_index;
mod users;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use dashmap::DashMap;

pub use domain_names::{Claim, DomainNames, MAX_CUSTOM_DOMAINS};
pub use draft::Draft;
pub use users::{Searchable, UserKey, Users};

use crate::error::{CognitoError, Refusal};
use crate::model::{ClientId, GroupName, PoolId};
use crate::user_pool::app_clients::AppClient;
use crate::user_pool::arns;
use crate::user_pool::devices::Devices;
use crate::user_pool::domains::Domains;
use crate::user_pool::groups::Group;
use crate::user_pool::identity_providers::Providers;
use crate::user_pool::import_jobs::ImportJobs;
use crate::user_pool::log_delivery::LogConfigurations;
use crate::user_pool::managed_login_branding::Styles;
use crate::user_pool::passkeys::Passkeys;
use crate::user_pool::pool_view::Described;
use crate::user_pool::replicas::Replicas;
use crate::user_pool::resource_servers::ResourceServer;
use crate::user_pool::settings::UserPool;
use crate::user_pool::terms::TermsDocuments;
use crate::user_pool::threat_protection::Threats;
use crate::user_pool::tokens::reserve::PoolKeys;
use crate::user_pool::tokens::revocation::Revocations;
use crate::user_pool::ui_customization::UiCustomizations;
use crate::user_pool::user_sessions::UserSessions;

/// Account, Region and id of a pool.
type Listing = (String, String, PoolId);

/// Why a pool was not added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAdded {
    /// Another pool has its id.
    IdTaken,
    /// The account has as many pools in the Region as it may.
    TooMany,
}

/// Every pool, and where to find it.
#[derive(Default)]
pub struct Store {
    pools: DashMap<PoolId, Arc<Pool>>,
    clients: DashMap<ClientId, PoolId>,
    /// Every pool, in the order in which lists page through them.
    listed: Mutex<BTreeSet<Listing>>,
    /// Whose domain names are.
    pub domain_names: DomainNames,
}

impl Store {
    /// The pool with this id.
    ///
    /// # Errors
    /// `User pool … does not exist.`
    pub fn pool(&self, id: &PoolId) -> Result<Arc<Pool>, CognitoError> {
        self.pools
            .get(id)
            .map(|pool| Arc::clone(&pool))
            .ok_or_else(|| unknown_pool(id))
    }

    /// Adds a pool; false if its id is taken.
    pub fn add_pool(&self, pool: Pool) -> bool {
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
        make: impl FnOnce() -> Arc<Pool>,
    ) -> Result<Arc<Pool>, NotAdded> {
        // Held over all steps, here and in `remove_pool`: else more pools come to be than may, and one
        // that is deleted and made again at once may miss in lists.
        let mut listed = self.listed();
        let dashmap::Entry::Vacant(place) = self.pools.entry(id.clone()) else {
            return Err(NotAdded::IdTaken);
        };
        if most.is_some_and(|most| {
            let there = ids_after(&listed, account, id.region(), None);
            there.take(most).count() == most
        }) {
            return Err(NotAdded::TooMany);
        }
        let pool = make();
        place.insert(Arc::clone(&pool));
        listed.insert(listing(&pool, pool.region()));
        Ok(pool)
    }

    /// Takes a pool and its clients away, unless `admit` refuses it: what `admit` sees is what is taken
    /// away, for nothing changes in between.
    ///
    /// # Errors
    /// A pool that is gone already; whatever `admit` refuses.
    pub fn remove_pool(
        &self,
        pool: &Arc<Pool>,
        admit: impl FnOnce(&PoolState) -> Result<(), CognitoError>,
    ) -> Result<(), CognitoError> {
        let mut listed = self.listed();
        let left = pool.retire(admit)?;
        self.pools
            .remove_if(&pool.id, |_, found| Arc::ptr_eq(found, pool));
        listed.remove(&listing(pool, pool.region()));
        if let Some(replica) = left.replicas.secondary() {
            listed.remove(&listing(pool, &replica.region));
        }
        drop(listed);
        for client in left.clients {
            self.clients.remove(&client);
        }
        for domain in left.domains.all() {
            self.domain_names.release(&domain.name, pool);
        }
        Ok(())
    }

    /// Lists a pool in the Region of a replica too, unless it was deleted meanwhile.
    pub fn list_in(&self, pool: &Pool, region: &str) {
        let mut listed = self.listed();
        if self.pools.contains_key(&pool.id) && pool.is_replicated_to(region) {
            listed.insert(listing(pool, region));
        }
    }

    /// Lists a pool in this Region no longer, unless a replica was made there meanwhile.
    pub fn unlist_in(&self, pool: &Pool, region: &str) {
        let mut listed = self.listed();
        if !pool.is_replicated_to(region) {
            listed.remove(&listing(pool, region));
        }
    }

    /// The pools of an account and Region whose ids come after `after`, at most `count`.
    pub fn pools_after(
        &self,
        account: &str,
        region: &str,
        after: Option<&PoolId>,
        count: usize,
    ) -> Vec<Arc<Pool>> {
        let ids: Vec<PoolId> = ids_after(&self.listed(), account, region, after)
            .take(count)
            .cloned()
            .collect();
        ids.iter().filter_map(|id| self.pool(id).ok()).collect()
    }

    /// Every pool once, in the order of account, Region and id.
    pub fn all_pools(&self) -> Vec<Arc<Pool>> {
        let listed = self.listed();
        let at_home = listed
            .iter()
            .filter(|(_, region, id)| region == id.region());
        let ids: Vec<PoolId> = at_home.map(|(_, _, id)| id.clone()).collect();
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

    /// The client with this id, and its pool.
    ///
    /// # Errors
    /// `User pool client … does not exist.`
    pub fn client(&self, id: &ClientId) -> Result<(Arc<Pool>, Arc<AppClient>), CognitoError> {
        let unknown = || {
            Refusal::ClientUnknown { id: id.to_string() }.because(
                "no app client of any pool has this id; ListUserPoolClients shows a pool's",
            )
        };
        let pool_id = self
            .clients
            .get(id)
            .map(|pool| pool.clone())
            .ok_or_else(unknown)?;
        let pool = self.pool(&pool_id).map_err(|_| unknown())?;
        let client = pool
            .read(|state| state.clients.get(id).cloned())
            .ok_or_else(unknown)?;
        Ok((pool, client))
    }

    fn listed(&self) -> MutexGuard<'_, BTreeSet<Listing>> {
        self.listed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The ids of an account and Region that come after `after`.
fn ids_after<'l>(
    listed: &'l BTreeSet<Listing>,
    account: &'l str,
    region: &'l str,
    after: Option<&PoolId>,
) -> impl Iterator<Item = &'l PoolId> {
    let start = (
        account.to_owned(),
        region.to_owned(),
        after.cloned().unwrap_or_default(),
    );
    let start = match after {
        Some(_) => Bound::Excluded(start),
        None => Bound::Included(start),
    };
    listed
        .range((start, Bound::Unbounded))
        .take_while(move |(owner, place, _)| owner == account && place == region)
        .map(|(_, _, id)| id)
}

fn listing(pool: &Pool, region: &str) -> Listing {
    (pool.account.clone(), region.to_owned(), pool.id.clone())
}

fn unknown_pool(id: &PoolId) -> CognitoError {
    Refusal::UserPoolUnknown { id: id.to_string() }
        .because("no user pool has this id; ListUserPools shows those that exist")
}

/// A user pool: what never changes, and its state behind a lock.
pub struct Pool {
    /// `REGION_NAME`.
    pub id: PoolId,
    /// The account it belongs to.
    pub account: String,
    /// The two keys it signs with.
    pub keys: Arc<PoolKeys>,
    state: RwLock<PoolState>,
    /// What DescribeUserPool answered last.
    pub(crate) described: Mutex<Option<Described>>,
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pool({})", self.id)
    }
}

impl Pool {
    /// A pool with `settings` and nothing in it.
    pub fn new(account: String, keys: Arc<PoolKeys>, settings: UserPool) -> Self {
        let state = PoolState {
            users: Users::new(settings.case_sensitive()),
            settings: Arc::new(settings),
            clients: BTreeMap::new(),
            groups: BTreeMap::new(),
            members: BTreeSet::new(),
            providers: Providers::default(),
            devices: Devices::default(),
            imports: ImportJobs::default(),
            passkeys: Passkeys::default(),
            revocations: Revocations::default(),
            domains: Domains::default(),
            resource_servers: BTreeMap::new(),
            styles: Styles::default(),
            terms: TermsDocuments::default(),
            ui_customizations: UiCustomizations::default(),
            user_sessions: UserSessions::default(),
            threats: Threats::default(),
            log_delivery: LogConfigurations::default(),
            replicas: Replicas::default(),
            is_gone: false,
        };
        Self {
            id: state.settings.id.clone(),
            account,
            keys,
            state: RwLock::new(state),
            described: Mutex::default(),
        }
    }

    /// The Region, the part of the id before the underscore.
    pub fn region(&self) -> &str {
        self.id.region()
    }

    /// `arn:PARTITION:cognito-idp:REGION:ACCOUNT:userpool/ID`.
    pub fn arn(&self) -> String {
        self.arn_in(self.region())
    }

    /// The ARN of the pool, or of its replica, in `region`.
    pub fn arn_in(&self, region: &str) -> String {
        format!(
            "arn:{}:cognito-idp:{region}:{}:userpool/{}",
            arns::partition(region),
            self.account,
            self.id
        )
    }

    /// Whether the pool has a replica in `region`.
    pub fn is_replicated_to(&self, region: &str) -> bool {
        self.read(|state| state.replicas.secondary_in(region).is_some())
    }

    /// Looks at the state; `look` must be quick.
    pub fn read<T>(&self, look: impl FnOnce(&PoolState) -> T) -> T {
        look(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether it is deleted.
    pub fn is_gone(&self) -> bool {
        self.read(|state| state.is_gone)
    }

    /// The settings as they are now.
    pub fn settings(&self) -> Arc<UserPool> {
        self.read(|state| Arc::clone(&state.settings))
    }

    /// Stages changes and publishes them all when `stage` answers `Ok`.
    ///
    /// # Errors
    /// A pool that was deleted meanwhile; whatever `stage` refuses. Nothing has changed then.
    pub fn change<T>(
        &self,
        stage: impl FnOnce(&mut Draft<'_>) -> Result<T, CognitoError>,
    ) -> Result<T, CognitoError> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if state.is_gone {
            return Err(unknown_pool(&self.id));
        }
        let mut draft = Draft::new(&state);
        let answer = stage(&mut draft)?;
        let changes = draft.into_changes();
        for change in changes {
            change.publish(&mut state);
        }
        Ok(answer)
    }

    /// Ends the pool's life, unless `admit` refuses that, and gives what is known by name outside of it.
    fn retire(
        &self,
        admit: impl FnOnce(&PoolState) -> Result<(), CognitoError>,
    ) -> Result<Left, CognitoError> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if state.is_gone {
            return Err(unknown_pool(&self.id));
        }
        admit(&state)?;
        state.is_gone = true;
        Ok(Left {
            clients: state.clients.keys().cloned().collect(),
            domains: state.domains.clone(),
            replicas: state.replicas.clone(),
        })
    }
}

/// What a pool that is gone leaves to be taken away elsewhere.
struct Left {
    clients: Vec<ClientId>,
    domains: Domains,
    replicas: Replicas,
}

/// What a pool holds.
pub struct PoolState {
    /// Its configuration.
    pub settings: Arc<UserPool>,
    /// Its app clients.
    pub clients: BTreeMap<ClientId, Arc<AppClient>>,
    /// Its groups.
    pub groups: BTreeMap<GroupName, Arc<Group>>,
    /// Who is in which group, in the order in which ListUsersInGroup pages.
    pub members: BTreeSet<(GroupName, UserKey)>,
    /// Its identity providers.
    pub providers: Providers,
    /// The devices of its users.
    pub devices: Devices,
    /// Its import jobs.
    pub imports: ImportJobs,
    /// The passkeys of its users.
    pub passkeys: Passkeys,
    /// Its users.
    pub users: Users,
    /// Tokens that are dead before they expire.
    pub revocations: Revocations,
    /// Its domains.
    pub domains: Domains,
    /// Its resource servers, by identifier.
    pub resource_servers: BTreeMap<String, Arc<ResourceServer>>,
    /// Styles of the managed login pages.
    pub styles: Styles,
    /// Links to terms of use and privacy policies.
    pub terms: TermsDocuments,
    /// The look of the classic hosted UI.
    pub ui_customizations: UiCustomizations,
    /// The sessions of its users, where they are tracked.
    pub user_sessions: UserSessions,
    /// Risk, and what users did.
    pub threats: Threats,
    /// Where logs go.
    pub log_delivery: LogConfigurations,
    /// Its replicas in other Regions.
    pub replicas: Replicas,
    /// Whether the pool is deleted: who found it before can look at it, but not change it any more.
    is_gone: bool,
}

#[cfg(test)]
mod tests;
