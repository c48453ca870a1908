//! So many requests a second and no more.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Gives each request its moment.
pub(super) struct Pace {
    between: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// `most` requests a second.
    pub(super) fn new(most: usize) -> Self {
        let most = u32::try_from(most).unwrap_or(u32::MAX).max(1);
        Self {
            between: Duration::from_secs(1) / most,
            next: Mutex::new(None),
        }
    }

    /// Waits for the next moment that nobody has.
    pub(super) async fn turn(&self) {
        sleep_until(self.taken(Instant::now())).await;
    }

    fn taken(&self, now: Instant) -> Instant {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let at = next.map_or(now, |next| next.max(now));
        *next = Some(at + self.between);
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_as_far_apart_as_they_must_be_and_none_is_saved_up() {
        let pace = Pace::new(5);
        let start = Instant::now();
        let after = |milliseconds| start + Duration::from_millis(milliseconds);
        assert_eq!(pace.taken(start), start);
        assert_eq!(pace.taken(start), after(200));
        assert_eq!(pace.taken(after(50)), after(400));
        assert_eq!(pace.taken(after(5_000)), after(5_000));
        assert_eq!(pace.taken(after(5_000)), after(5_200));
    }
}
