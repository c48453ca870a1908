//! Eras: what lies between two snapshots or restores.
//!
//! A request lives in the era in which it began. Nothing of it shows in what a restore brings back: it goes
//! on finding the pools that it began with, which nobody else finds any more, and what it changes is theirs.
//! The era of a sign-in is in its tokens, so that a pool that was put back knows those of before the snapshot
//! and none of after it.
//!
//! An era that has ended points to the next one, never back: with the last request of it what a restore took
//! away is gone.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::Store;
use crate::clock::Clock;

/// The number of an era, as tokens carry it.
pub type EraNumber = u32;

/// The highest number: tokens have 20 bits for it. Later eras are taken for one, so that after a million
/// restores tokens of the time between stay good.
pub const LAST_ERA: EraNumber = (1 << 20) - 1;

/// The time between two snapshots or restores.
pub struct Era {
    number: EraNumber,
    /// What there is now, whichever era it is.
    pub(super) now: Arc<Store>,
    end: OnceLock<End>,
}

struct End {
    next: Arc<Era>,
    left: Option<Left>,
}

/// What a restore has taken away.
pub(super) struct Left {
    /// The account; none for all of them.
    account: Option<String>,
    /// What there was of it.
    pub(super) store: Store,
    /// The clock, where that was put back too.
    pub(super) clock: Option<Clock>,
}

impl Left {
    pub(super) fn new(account: Option<&str>, store: Store, clock: Option<Clock>) -> Self {
        Self {
            account: account.map(str::to_owned),
            store,
            clock,
        }
    }

    pub(super) fn has(&self, account: &str) -> bool {
        self.account.as_deref().is_none_or(|own| own == account)
    }
}

impl Era {
    fn new(number: EraNumber, now: Arc<Store>) -> Arc<Self> {
        Arc::new(Self {
            number,
            now,
            end: OnceLock::new(),
        })
    }

    /// Its number.
    pub fn number(&self) -> EraNumber {
        self.number
    }

    /// Whether something was put back since it began, or is being put back.
    pub(super) fn has_ended(&self) -> bool {
        self.end.get().is_some()
    }

    /// This and those that have followed, as far as they have begun.
    fn onwards(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |era| era.end.get().map(|end| &*end.next))
    }

    /// The one that goes on.
    pub(super) fn latest(&self) -> &Self {
        self.onwards().last().unwrap_or(self)
    }

    /// What restores have taken away since it began, the first one first.
    pub(super) fn left(&self) -> impl Iterator<Item = &Left> {
        self.onwards()
            .filter_map(|era| era.end.get()?.left.as_ref())
    }
}

/// The era that goes on.
pub struct Eras(RwLock<Arc<Era>>);

impl Eras {
    /// The first era of a server with this store.
    pub fn new(store: Arc<Store>) -> Self {
        Self(RwLock::new(Era::new(0, store)))
    }

    /// The era in which a request begins now.
    pub fn current(&self) -> Arc<Era> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Ends the era; the next one has not begun before [`Self::begin`].
    pub(super) fn end(&self, left: Option<Left>) -> Arc<Era> {
        let current = self.current();
        let number = current.number.saturating_add(1).min(LAST_ERA);
        let next = Era::new(number, Arc::clone(&current.now));
        let end = End {
            next: Arc::clone(&next),
            left,
        };
        // Those who end eras take turns, so that there is none yet.
        let _ = current.end.set(end);
        next
    }

    /// Requests begin in this era from now on.
    pub(super) fn begin(&self, era: Arc<Era>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = era;
    }
}

/// The eras whose tokens a pool knows.
#[derive(Debug, Clone, Default)]
pub struct KnownEras {
    /// Those of before it was put back, in order: the first and the last of each run.
    before: Arc<[(EraNumber, EraNumber)]>,
    /// Since when.
    since: EraNumber,
}

impl KnownEras {
    /// Whether tokens of an era are known.
    pub fn has(&self, era: EraNumber) -> bool {
        era >= self.since || {
            let begun = self.before.partition_point(|(first, _)| *first <= era);
            let run = begun.checked_sub(1).and_then(|at| self.before.get(at));
            run.is_some_and(|(_, last)| era <= *last)
        }
    }

    /// Those of a pool that was like this at the end of the era `until`, and is put back in `since`.
    pub(super) fn put_back(&self, until: EraNumber, since: EraNumber) -> Self {
        let mut before = self.before.to_vec();
        if self.since <= until {
            before.push((self.since, until));
        }
        Self {
            before: before.into(),
            since,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_that_was_put_back_knows_no_era_after_the_snapshot() {
        let first = KnownEras::default();
        assert!(first.has(0) && first.has(9));
        let back = first.put_back(2, 5);
        let known: Vec<_> = (0..8).filter(|era| back.has(*era)).collect();
        assert_eq!(known, [0, 1, 2, 5, 6, 7]);
        let again = back.put_back(6, 9);
        let known: Vec<_> = (0..12).filter(|era| again.has(*era)).collect();
        assert_eq!(known, [0, 1, 2, 5, 6, 9, 10, 11]);
    }
}
