//! Where signing, hashing and big-number work runs: a bounded number of blocking threads, so that a
//! slow sign-in never delays another connection and a flood of them does not flood the machine.

pub(crate) mod cbor;
pub(crate) mod cose_key;
pub(crate) mod credential_key;
pub mod data_keys;
pub mod encryption_sdk;
pub mod key_reserve;
pub(crate) mod modexp;
mod rsa_primes;
pub mod seal;
pub(crate) mod self_signed;
pub mod signing;
pub mod srp;
pub(crate) mod x509;

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::error::{CognitoError, Refusal};

/// A bounded number of threads for slow arithmetic; copies share them.
#[derive(Debug, Clone)]
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

/// Shows that one is where slow arithmetic belongs. Only the pool gives it to work: what asks for it,
/// such as a key that may have to be made first, cannot be reached from a thread that serves connections.
#[derive(Debug)]
pub struct CryptoThread(());

#[cfg(test)]
impl CryptoThread {
    /// A test's own thread.
    pub fn of_test() -> Self {
        Self(())
    }
}

#[cfg(test)]
impl CryptoPool {
    /// How many works can go on at once, while none does.
    pub fn places(&self) -> usize {
        self.places.available_permits()
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
        self.run_on(|_thread| work()).await
    }

    /// Runs `work` on this thread, for who serves nobody: fixtures, which load before anybody is served
    /// and where there may be no other threads.
    pub fn run_here<T>(&self, work: impl FnOnce(&CryptoThread) -> T) -> T {
        work(&CryptoThread(()))
    }

    /// As [`run`](Self::run), for work that asks for the thread.
    ///
    /// # Errors
    /// As `run`.
    pub async fn run_on<T: Send + 'static>(
        &self,
        work: impl FnOnce(&CryptoThread) -> T + Send + 'static,
    ) -> Result<T, CognitoError> {
        let lost = |_| Refusal::Internal.because("the server is shutting down");
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(lost)?;
        // The place goes with the work, which runs on when its caller has gone away.
        let work = move || {
            let _place = place;
            work(&CryptoThread(()))
        };
        tokio::task::spawn_blocking(work)
            .await
            // What a panic says may show what was computed with; its place is in the log.
            .map_err(|error| {
                Refusal::Internal.because(if error.is_panic() {
                    "a computation panicked; the log says where"
                } else {
                    "the server is shutting down"
                })
            })
    }
}

/// Lets threads that serve connections have the core, between the parts of a computation. Where all cores
/// compute, a request that comes in would wait for the scheduler to end this thread's turn, some milliseconds.
pub(crate) fn give_way() {
    std::thread::yield_now();
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

#[cfg(test)]
#[path = "tests/pool.rs"]
mod tests;
