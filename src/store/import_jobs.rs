//! Import jobs that run, and the places that are taken.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::watch;

use super::user_pool::UserPool;
use super::user_pool::import_job::ImportJob;
use crate::error::CognitoError;
use crate::model::AccountRegion;

/// Which job runs in each account and Region: its pool, and its place there.
#[derive(Debug, Default)]
pub struct ActiveImports {
    running: Mutex<BTreeMap<AccountRegion, (Weak<UserPool>, usize)>>,
    /// Whether jobs are held, for tests that want to see one run. Whoever waits is also woken when a
    /// job is stopped.
    held: watch::Sender<bool>,
}

impl ActiveImports {
    /// Keeps the jobs that run from their further rows, or lets them go on.
    pub fn hold(&self, held: bool) {
        self.held.send_replace(held);
    }

    /// Whether jobs are held.
    pub fn is_held(&self) -> bool {
        *self.held.borrow()
    }

    /// Waits while jobs are held and this one runs.
    pub(crate) async fn pass(&self, runs: impl Fn() -> bool) {
        let mut held = self.held.subscribe();
        // Fails only when the server is gone.
        let _ = held.wait_for(|held| !*held || !runs()).await.map(drop);
    }

    /// A pool is there again: the job of it that ran goes on to run.
    pub(crate) fn put_back(&self, pool: &Arc<UserPool>) -> Option<Arc<ImportJob>> {
        let running = pool.read(|state| state.imports.active().cloned())?;
        let mut active = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let index = running.order.index;
        active.insert(pool.account_region(), (Arc::downgrade(pool), index));
        Some(running)
    }

    pub(crate) fn stopped(&self) {
        self.held.send_modify(|_| {});
    }

    /// Starts a job by `start`, which gives its place, unless another one runs in the account.
    pub(crate) fn enter<T>(
        &self,
        pool: &Arc<UserPool>,
        start: impl FnOnce(Option<&str>) -> Result<(usize, T), CognitoError>,
    ) -> Result<T, CognitoError> {
        let mut active = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let place = pool.account_region();
        let running = active.get(&place).and_then(|(pool, index)| {
            let pool = pool
                .upgrade()
                .filter(|pool| !pool.is_gone() && !pool.is_past())?;
            let job = pool.read(|state| state.imports.running(*index).cloned())?;
            Some(format!("{} of {}", job.order.id, pool.id))
        });
        let (index, started) = start(running.as_deref())?;
        // One of the past is in nobody's way.
        if !pool.is_past() {
            active.insert(place, (Arc::downgrade(pool), index));
        }
        Ok(started)
    }
}
