//! Whose turn it is: clients that need a server for themselves take it one after the other.
//!
//! A turn is a lease. Its holder says again and again that it is still there; one that says nothing any more has
//! left, however it ended, and the next is told whom it follows.

use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore};
use tokio::time::{Instant, timeout_at};

/// How long a holder is taken to be there without a word, in real time.
pub const LEASE: Duration = Duration::from_secs(30);

/// How many may wait at once: each keeps a connection.
pub const MOST_WAITING: usize = 100;

/// The turn.
#[derive(Debug)]
pub struct Turn {
    state: Mutex<State>,
    /// Somebody has given it back.
    free: Notify,
    waiting: Semaphore,
}

#[derive(Debug, Default)]
struct State {
    held: Option<Held>,
    /// Who has left without giving it back, and whom nobody has followed.
    left: Option<String>,
}

#[derive(Debug, Clone)]
struct Held {
    holder: String,
    until: Instant,
}

/// It is this one's turn.
#[derive(Debug, PartialEq, Eq)]
pub struct Taken {
    /// Who had it before, and left without giving it back.
    pub left: Option<String>,
}

/// Why it is not.
#[derive(Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// It is another's.
    Of(String),
    /// Nobody else may wait for it.
    TooManyWait,
}

impl Default for Turn {
    fn default() -> Self {
        Self {
            state: Mutex::default(),
            free: Notify::new(),
            waiting: Semaphore::new(MOST_WAITING),
        }
    }
}

impl Turn {
    /// Takes the turn, or keeps it, for so long, and no longer than [`LEASE`]; waits while it is another's.
    ///
    /// # Errors
    /// Whose turn it is.
    pub async fn take(
        &self,
        holder: &str,
        lease: Duration,
        patience: Duration,
    ) -> Result<Taken, NotTaken> {
        let last = Instant::now() + patience;
        let _place = match self.try_take(holder, lease) {
            Ok(taken) => return Ok(taken),
            Err(_) => self
                .waiting
                .try_acquire()
                .map_err(|_| NotTaken::TooManyWait)?,
        };
        loop {
            let mut freed = pin!(self.free.notified());
            // From now on, so that nothing is missed that is given back in between.
            freed.as_mut().enable();
            let held = match self.try_take(holder, lease) {
                Ok(taken) => return Ok(taken),
                Err(held) => held,
            };
            if Instant::now() >= last {
                return Err(NotTaken::Of(held.holder));
            }
            let next = held.until.min(last);
            // Whichever comes first, it is looked again.
            let _ = timeout_at(next, freed).await;
        }
    }

    fn try_take(&self, holder: &str, lease: Duration) -> Result<Taken, Held> {
        let mut state = self.state();
        let now = Instant::now();
        let is_own = state
            .held
            .as_ref()
            .is_some_and(|held| held.holder == holder);
        match &state.held {
            Some(held) if !is_own && held.until > now => return Err(held.clone()),
            Some(held) if !is_own => state.left = Some(held.holder.clone()),
            _ => {}
        }
        let until = now + lease.min(LEASE);
        let holder = holder.to_owned();
        state.held = Some(Held { holder, until });
        Ok(Taken {
            left: state.left.take(),
        })
    }

    /// Gives it back. Whether it was this one's.
    pub fn give_back(&self, holder: &str) -> bool {
        let mut state = self.state();
        let is_own = state
            .held
            .as_ref()
            .is_some_and(|held| held.holder == holder);
        if is_own {
            state.held = None;
            drop(state);
            self.free.notify_waiters();
        }
        is_own
    }

    /// Whose turn it is.
    pub fn holder(&self) -> Option<String> {
        let state = self.state();
        let held = state.held.as_ref()?;
        (held.until > Instant::now()).then(|| held.holder.clone())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere leaves it whole: each change is one assignment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const NO_PATIENCE: Duration = Duration::ZERO;

    fn of(left: Option<&str>) -> Result<Taken, NotTaken> {
        let left = left.map(str::to_owned);
        Ok(Taken { left })
    }

    #[tokio::test(start_paused = true)]
    async fn one_has_it_until_it_is_given_back() {
        let turn = Arc::new(Turn::default());
        assert_eq!(turn.take("a", LEASE, NO_PATIENCE).await, of(None));
        assert_eq!(
            turn.take("a", LEASE, NO_PATIENCE).await,
            of(None),
            "it is kept"
        );
        let refused = turn.take("b", LEASE, Duration::from_secs(1)).await;
        assert_eq!(refused, Err(NotTaken::Of("a".into())));
        assert!(!turn.give_back("b"));
        let waiting = {
            let turn = Arc::clone(&turn);
            tokio::spawn(async move { turn.take("b", LEASE, LEASE / 2).await })
        };
        while turn.waiting.available_permits() == MOST_WAITING {
            tokio::task::yield_now().await;
        }
        let before = Instant::now();
        assert!(turn.give_back("a"));
        assert_eq!(waiting.await.unwrap(), of(None));
        assert_eq!(before.elapsed(), Duration::ZERO, "it is told at once");
        assert_eq!(turn.holder().as_deref(), Some("b"));
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_says_nothing_has_left_and_is_told_to_the_next() {
        let turn = Turn::default();
        turn.take("a", LEASE, NO_PATIENCE).await.unwrap();
        tokio::time::advance(LEASE / 2).await;
        turn.take("a", LEASE, NO_PATIENCE).await.unwrap();
        let before = Instant::now();
        assert_eq!(turn.take("b", LEASE, LEASE * 2).await, of(Some("a")));
        assert!(before.elapsed() >= LEASE, "from its last word");
        assert_eq!(
            turn.take("b", LEASE, NO_PATIENCE).await,
            of(None),
            "it is told once"
        );
        assert!(!turn.give_back("a"), "it comes too late");
        assert_eq!(turn.holder().as_deref(), Some("b"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_lease_may_be_shorter_and_never_longer() {
        let turn = Turn::default();
        for (lease, least, most) in [
            (LEASE / 30, LEASE / 30, LEASE / 15),
            (LEASE * 10, LEASE, LEASE * 2),
        ] {
            turn.take("a", lease, LEASE * 3).await.unwrap();
            let before = Instant::now();
            turn.take("b", Duration::ZERO, LEASE * 3).await.unwrap();
            let taken = before.elapsed();
            assert!(least <= taken && taken < most, "{taken:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_wait_than_may() {
        let turn = Arc::new(Turn::default());
        turn.take("a", LEASE, NO_PATIENCE).await.unwrap();
        let wait = |name: String| {
            let turn = Arc::clone(&turn);
            tokio::spawn(async move { turn.take(&name, LEASE, LEASE / 2).await })
        };
        let waiting: Vec<_> = (0..MOST_WAITING).map(|at| wait(at.to_string())).collect();
        while turn.waiting.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let one_more = turn.take("z", LEASE, NO_PATIENCE).await;
        assert_eq!(one_more, Err(NotTaken::TooManyWait));
        // Whoever leaves makes room.
        waiting.iter().for_each(tokio::task::JoinHandle::abort);
        for one in waiting {
            let _ = one.await;
        }
        let next = turn.take("z", LEASE, NO_PATIENCE).await;
        assert_eq!(next, Err(NotTaken::Of("a".into())));
    }
}
