//! Where signing, hashing and big-number work runs: a bounded number of blocking threads, so that a
//! slow sign-in never delays another connection and a flood of them does not flood the machine.

pub(crate) mod cbor;
pub(crate) mod cose_key;
pub mod key_reserve;
mod modexp;
pub mod seal;
pub mod signing;
pub mod srp;
pub(crate) mod x509;

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::error::{CognitoError, Refusal};

/// A bounded number of threads for slow arithmetic.
#[derive(Debug)]
pub struct CryptoPool {
    places: Arc<Semaphore>,
}

impl Default for CryptoPool {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            // Two a core: while one job is handed over, another keeps the core busy.
            places: Arc::new(Semaphore::new(2 * cores)),
        }
    }
}

impl CryptoPool {
    /// Runs `work` on a blocking thread once a place is free.
    ///
    /// # Errors
    /// An internal error when the work panicked or the server is shutting down.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, CognitoError> {
        let lost = |_| Refusal::Internal.because("the server is shutting down");
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(lost)?;
        // The place goes with the work, which runs on when its caller has gone away.
        let work = move || {
            let _place = place;
            work()
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| Refusal::Internal.because(format!("a computation failed: {error}")))
    }
}

/// Does once, on a thread of its own, what the first signature and the first exchange would wait
/// for: AWS-LC seeds its generator (some 50 ms), SRP prepares its group. Draws nothing from the
/// server's own chance, so a seeded run stays what it is.
pub fn warm_up() {
    std::thread::spawn(|| {
        let mut bytes = [0; 32];
        // Nothing depends on it; the first real use reports a fault.
        let _ = aws_lc_rs::rand::fill(&mut bytes);
        crate::crypto::srp::warm_up();
    });
}
