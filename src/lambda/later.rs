//! Work that nobody waits for, such as the call of a custom sender: bounded in number.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// How many works may be under way or wait.
const MOST: usize = 1000;

/// How many go on at once.
const AT_ONCE: usize = 32;

/// Runs works that nobody waits for.
#[derive(Debug)]
pub struct Later {
    admitted: Arc<Semaphore>,
    running: Arc<Semaphore>,
}

impl Default for Later {
    fn default() -> Self {
        Self {
            admitted: Arc::new(Semaphore::new(MOST)),
            running: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

impl Later {
    /// Begins `work` as soon as there is a place; says so if there are too many already, or nothing that
    /// would run it, as while fixtures load.
    #[must_use]
    pub fn begin(&self, work: impl Future<Output = ()> + Send + 'static) -> bool {
        let admitted = Arc::clone(&self.admitted).try_acquire_owned();
        let (Ok(admitted), Ok(runtime)) = (admitted, Handle::try_current()) else {
            return false;
        };
        let running = Arc::clone(&self.running);
        runtime.spawn(async move {
            let _admitted = admitted;
            // An error only when the semaphore is closed, which nothing does.
            let _running = running.acquire().await;
            work.await;
        });
        true
    }

    /// How many works are under way or wait.
    pub fn count(&self) -> usize {
        MOST - self.admitted.available_permits()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn works_are_bounded_in_number() {
        let later = Later::default();
        let gate = Arc::new(Semaphore::new(0));
        let running = Arc::new(AtomicUsize::new(0));
        let work = || {
            let (gate, running) = (Arc::clone(&gate), Arc::clone(&running));
            async move {
                running.fetch_add(1, Ordering::SeqCst);
                let _ = gate.acquire().await;
            }
        };
        for _ in 0..MOST {
            assert!(later.begin(work()));
        }
        assert!(!later.begin(work()));
        assert_eq!(later.count(), MOST);
        for _ in 0..MOST {
            tokio::task::yield_now().await;
        }
        assert_eq!(running.load(Ordering::SeqCst), AT_ONCE);
        gate.add_permits(1);
        while later.count() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(running.load(Ordering::SeqCst), MOST);
        assert!(later.begin(work()));
    }

    #[test]
    fn without_a_runtime_nothing_begins() {
        assert!(!Later::default().begin(std::future::ready(())));
    }
}
