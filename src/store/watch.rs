//! Who is told that something of a pool is new, another or gone, once anybody asks.

use std::sync::OnceLock;

use super::user_pool::told::Told;
use crate::model::PoolId;

/// What is called with each change; under the pool's lock, so it must be quick.
pub type Watcher = Box<dyn Fn(&PoolId, Told) + Send + Sync>;

/// The watcher of all pools: none before somebody asks, so that changes cost nothing until then.
#[derive(Default)]
pub struct Watch(OnceLock<Watcher>);

impl Watch {
    /// From now on `make` is called with each change; the first who asks makes it.
    pub fn begin(&self, make: impl FnOnce() -> Watcher) {
        self.0.get_or_init(make);
    }

    /// Tells of a change, if it is one to be told.
    pub(super) fn tell(&self, pool: &PoolId, told: impl FnOnce() -> Option<Told>) {
        if let Some(watcher) = self.0.get()
            && let Some(told) = told()
        {
            watcher(pool, told);
        }
    }
}
