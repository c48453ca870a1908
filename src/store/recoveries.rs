//! Point-in-time recoveries of all pools: one after the other begins.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// The order in which point-in-time recoveries begin, for an account counts them over its pools.
#[derive(Debug, Default)]
pub struct ActiveRecoveries {
    begins: Mutex<()>,
    any: AtomicBool,
}

impl ActiveRecoveries {
    /// Whether any was ever begun: most servers never see one, and no request looks further then.
    pub fn any(&self) -> bool {
        self.any.load(Ordering::Acquire)
    }

    /// Begins one, after those that others begin at the same time.
    pub fn begin<T>(&self, begin: impl FnOnce() -> T) -> T {
        let _one = self.begins.lock().unwrap_or_else(PoisonError::into_inner);
        self.any.store(true, Ordering::Release);
        begin()
    }
}
