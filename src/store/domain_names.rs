//! Which pool has which domain name, over all accounts.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::user_pool::UserPool;
use crate::model::{AccountRegion, PoolId};

/// Documented quota of custom domains of an account in a Region.
pub const MAX_CUSTOM_DOMAINS: usize = 4;

/// Who has which domain name. A prefix is used once in a Region, a custom domain once in the world;
/// the latter is what has a dot.
#[derive(Default)]
pub struct DomainNames(Mutex<Names>);

#[derive(Default)]
struct Names {
    /// By Region, none for a custom domain, and name.
    owners: BTreeMap<(String, String), PoolId>,
    /// How many custom domains an account has in a Region.
    customs: BTreeMap<AccountRegion, usize>,
}

/// What became of a claim to a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// The pool has it now.
    Granted,
    /// A pool has it already.
    Taken,
    /// The account has its quota of custom domains.
    TooMany,
}

impl DomainNames {
    /// Claims a name for a pool.
    pub fn claim(&self, name: &str, pool: &UserPool) -> Claim {
        let names = &mut *self.names();
        let key = key(pool.region(), name);
        if names.owners.contains_key(&key) {
            return Claim::Taken;
        }
        if is_custom(name) {
            let count = names.customs.entry(pool.account_region()).or_default();
            if *count >= MAX_CUSTOM_DOMAINS {
                return Claim::TooMany;
            }
            *count += 1;
        }
        names.owners.insert(key, pool.id.clone());
        Claim::Granted
    }

    /// Gives a name back, if it is the pool's.
    pub fn release(&self, name: &str, pool: &UserPool) {
        let names = &mut *self.names();
        let key = key(pool.region(), name);
        if names.owners.get(&key) != Some(&pool.id) {
            return;
        }
        names.owners.remove(&key);
        if is_custom(name)
            && let Some(count) = names.customs.get_mut(&pool.account_region())
        {
            *count -= 1;
        }
    }

    /// The pool that has a name, as seen in a Region.
    pub fn owner(&self, region: &str, name: &str) -> Option<PoolId> {
        self.names().owners.get(&key(region, name)).cloned()
    }

    /// The pool that has a prefix in any Region: of several, that of the first Region by name.
    pub fn owner_anywhere(&self, prefix: &str) -> Option<PoolId> {
        let names = self.names();
        let mut owners = names.owners.iter();
        let found = owners.find(|((region, name), _)| !region.is_empty() && name == prefix);
        found.map(|(_, pool)| pool.clone())
    }

    fn names(&self) -> MutexGuard<'_, Names> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(region: &str, name: &str) -> (String, String) {
    let region = if is_custom(name) { "" } else { region };
    (region.to_owned(), name.to_owned())
}

fn is_custom(name: &str) -> bool {
    name.contains('.')
}
