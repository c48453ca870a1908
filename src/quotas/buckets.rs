//! What was used of each rate: buckets that a request fills by one and time empties.

use std::collections::HashMap;

use super::category::{Access, Category};
use crate::clock::Timestamp;
use crate::model::cognito_idp::Operation;
use crate::model::{AccountRegion, PoolId};

/// How many buckets are kept. One that has run empty says nothing and goes first.
const MOST: usize = 20_000;

/// A bucket counts in thousandths of a request, so that a millisecond is a whole number of them.
const ONE: i64 = 1000;

/// What has a rate.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum What {
    /// A category of operations.
    Category(Category),
    /// Answers to challenges, before they count towards UserAuthentication.
    Challenges,
    /// Exchanges of authorization codes, which count towards no category.
    Codes,
    /// One operation in one pool.
    OperationOf(PoolId, Operation),
    /// One user.
    User(PoolId, String, Access),
}

impl What {
    /// Whether there are so few of it that it is never forgotten.
    fn is_of_the_account(&self) -> bool {
        matches!(self, Self::Category(_) | Self::Challenges | Self::Codes)
    }
}

/// How full a bucket was, and when that was so.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    used: i64,
    at: Timestamp,
    rate: i64,
}

impl Bucket {
    /// How full it is now. A clock that was put back empties nothing.
    fn used(&self, now: Timestamp) -> i64 {
        let passed = now.0.saturating_sub(self.at.0).max(0);
        self.used
            .saturating_sub(passed.saturating_mul(self.rate))
            .max(0)
    }
}

/// All buckets.
#[derive(Debug, Clone, Default)]
pub(super) struct Buckets(HashMap<(AccountRegion, What), Bucket>);

impl Buckets {
    /// Whether one more request of `what` is within `rate` requests a second. A second's worth may
    /// come at once (inferred).
    pub fn has_room(&self, key: &(AccountRegion, What), rate: u32, now: Timestamp) -> bool {
        let used = self.0.get(key).map_or(0, |bucket| bucket.used(now));
        used.saturating_add(ONE) <= i64::from(rate).saturating_mul(ONE)
    }

    /// Counts one request.
    pub fn fill(&mut self, key: (AccountRegion, What), rate: u32, now: Timestamp) {
        let bucket = self.0.entry(key).or_insert(Bucket {
            used: 0,
            at: now,
            rate: i64::from(rate),
        });
        *bucket = Bucket {
            used: bucket.used(now).saturating_add(ONE),
            at: now,
            rate: i64::from(rate),
        };
        if self.0.len() > MOST {
            self.forget(now);
        }
    }

    /// How many requests of `what` count at this moment.
    pub fn used(&self, key: &(AccountRegion, What), now: Timestamp) -> f64 {
        let used = self.0.get(key).map_or(0, |bucket| bucket.used(now));
        // Rates are far below what a float holds exactly.
        #[expect(clippy::cast_precision_loss, reason = "a few million at most")]
        let used = used as f64;
        used / 1000.0
    }

    /// Takes those of an account from `image` in place of its own.
    pub fn put_back(&mut self, image: &Self, account: &str) {
        let is_meant = |key: &(AccountRegion, What)| key.0.account == account;
        self.0.retain(|key, _| !is_meant(key));
        let back = image.0.iter().filter(|(key, _)| is_meant(key));
        self.0
            .extend(back.map(|(key, bucket)| (key.clone(), *bucket)));
    }

    /// Starts to count anew.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Makes room: of empty buckets, and, under a clock that stands, of those of pools and users.
    fn forget(&mut self, now: Timestamp) {
        self.0.retain(|_, bucket| bucket.used(now) > 0);
        if self.0.len() > MOST / 2 {
            self.0.retain(|(_, what), _| what.is_of_the_account());
        }
        if self.0.len() > MOST / 2 {
            self.0.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(what: What) -> (AccountRegion, What) {
        (AccountRegion::new("1", "r"), what)
    }

    #[test]
    fn a_second_s_worth_comes_at_once_and_then_one_by_one() {
        let mut buckets = Buckets::default();
        let reads = key(What::Category(Category::UserRead));
        let at = Timestamp;
        for _ in 0..4 {
            assert!(buckets.has_room(&reads, 4, at(0)));
            buckets.fill(reads.clone(), 4, at(0));
        }
        assert!(!buckets.has_room(&reads, 4, at(249)));
        assert!(buckets.has_room(&reads, 4, at(250)));
        buckets.fill(reads.clone(), 4, at(250));
        assert!(!buckets.has_room(&reads, 4, at(250)));
        // A higher rate holds at once, and so does a lower one.
        assert!(buckets.has_room(&reads, 5, at(250)));
        assert!(!buckets.has_room(&reads, 0, at(1_000_000)));
        // Put back, the clock neither empties nor fills.
        assert!(!buckets.has_room(&reads, 4, at(0)));
        assert!(buckets.used(&reads, at(i64::MAX)) == 0.0);
    }

    #[test]
    fn the_number_of_buckets_is_bounded() {
        let mut buckets = Buckets::default();
        let reads = key(What::Category(Category::UserRead));
        buckets.fill(reads.clone(), 4, Timestamp(0));
        for name in 0..3 * MOST {
            let user = What::User(PoolId::from("r_p"), name.to_string(), Access::Read);
            buckets.fill(key(user), 10, Timestamp(0));
            assert!(buckets.0.len() <= MOST);
        }
        assert!(buckets.used(&reads, Timestamp(0)) > 0.5);
    }
}
