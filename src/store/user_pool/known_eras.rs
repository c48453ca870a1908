//! The eras whose tokens a pool knows: an era ends with each snapshot and each restore, and tokens carry the
//! number of the one in which their sign-in was.

use std::sync::Arc;

/// The number of an era, as tokens carry it.
pub type EraNumber = u32;

/// The highest number: tokens have 20 bits for it. Later eras are taken for one, so that after a million
/// restores tokens of the time between stay good.
pub const LAST_ERA: EraNumber = (1 << 20) - 1;

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

    /// Those of a pool that was like this at the end of the era `until`, or before the first token, and is
    /// put back in `since`.
    pub(super) fn put_back(&self, until: Option<EraNumber>, since: EraNumber) -> Self {
        let mut before = self.before.to_vec();
        if let Some(until) = until.filter(|until| self.since <= *until) {
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
        let back = first.put_back(Some(2), 5);
        let known: Vec<_> = (0..8).filter(|era| back.has(*era)).collect();
        assert_eq!(known, [0, 1, 2, 5, 6, 7]);
        let again = back.put_back(Some(6), 9);
        let known: Vec<_> = (0..12).filter(|era| again.has(*era)).collect();
        assert_eq!(known, [0, 1, 2, 5, 6, 9, 10, 11]);
        let new = first.put_back(None, 3);
        assert!(!new.has(0) && !new.has(2) && new.has(3));
    }
}
