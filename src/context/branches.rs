//! The accounts that are branches.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The accounts that are branches.
#[derive(Debug, Default)]
pub struct Branches(Mutex<BTreeSet<String>>);

impl Branches {
    /// Begins one in this account, or in the first one behind `first` that is no branch and has no pools.
    ///
    /// # Errors
    /// An account that has pools, or is a branch.
    pub fn begin(
        &self,
        account: Option<String>,
        first: u64,
        has_pools: impl Fn(&str) -> bool,
    ) -> Result<String, String> {
        let mut accounts = self.accounts();
        let account = match account {
            Some(account) if accounts.contains(&account) => {
                return Err(format!(
                    "account {account} is a branch already; DELETE /_poolhouse/branches/{account} drops it"
                ));
            }
            Some(account) if has_pools(&account) => {
                return Err(format!(
                    "account {account} has user pools; a branch begins in one that has none"
                ));
            }
            Some(account) => account,
            None => {
                let mut others = (first + 1..).map(|number| number.to_string());
                let is_free = |account: &String| !accounts.contains(account) && !has_pools(account);
                others
                    .find(is_free)
                    .ok_or_else(|| "there are no accounts left".to_owned())?
            }
        };
        accounts.insert(account.clone());
        Ok(account)
    }

    /// Ends one; false if there is none.
    pub fn end(&self, account: &str) -> bool {
        self.accounts().remove(account)
    }

    /// All of them.
    pub fn all(&self) -> BTreeSet<String> {
        self.accounts().clone()
    }

    /// Makes these all of them.
    pub(super) fn put_back(&self, accounts: &BTreeSet<String>) {
        self.accounts().clone_from(accounts);
    }

    /// Makes this account one of them.
    pub(super) fn put_back_one(&self, account: &str) {
        self.accounts().insert(account.to_owned());
    }

    fn accounts(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
