//! Log records that AWS would have delivered to CloudWatch Logs, S3 or Firehose, kept so that a test
//! can read them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many are kept.
const CAPACITY: usize = 10_000;

/// A record and where it goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// Rises by one with each record; `?after=ID` asks for later ones.
    pub id: u64,
    /// The pool.
    pub user_pool_id: String,
    /// The ARN of the log group, bucket or stream.
    pub destination: String,
    /// The record, as AWS writes it.
    pub record: serde_json::Value,
}

/// The last deliveries.
#[derive(Debug, Default)]
pub struct Deliveries(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// Shared with snapshots until it changes.
    deliveries: Arc<VecDeque<Arc<Delivery>>>,
    last_id: u64,
}

impl Deliveries {
    /// Keeps a record, unless `is_past`: then a restore has undone what it is of.
    pub fn deliver(
        &self,
        user_pool_id: String,
        destination: String,
        record: serde_json::Value,
        is_past: impl FnOnce() -> bool,
    ) {
        let mut kept = self.kept();
        // Asked where a restore can't come between.
        if is_past() {
            return;
        }
        kept.last_id += 1;
        let id = kept.last_id;
        let deliveries = Arc::make_mut(&mut kept.deliveries);
        if deliveries.len() == CAPACITY {
            deliveries.pop_front();
        }
        deliveries.push_back(Arc::new(Delivery {
            id,
            user_pool_id,
            destination,
            record,
        }));
    }

    /// The kept records with an id above `id`, oldest first.
    pub fn after(&self, id: u64) -> Vec<Arc<Delivery>> {
        let kept = self.kept();
        let start = kept.deliveries.partition_point(|known| known.id <= id);
        kept.deliveries.range(start..).cloned().collect()
    }

    /// The records as they are.
    pub fn image(&self) -> Arc<VecDeque<Arc<Delivery>>> {
        Arc::clone(&self.kept().deliveries)
    }

    /// Puts records back: all, or those of pools that `is_meant` means. Ids are not given again.
    pub fn put_back(
        &self,
        image: &Arc<VecDeque<Arc<Delivery>>>,
        is_meant: Option<&dyn Fn(&str) -> bool>,
    ) {
        let mut kept = self.kept();
        kept.deliveries = match is_meant {
            None => Arc::clone(image),
            Some(is_meant) => {
                let others = kept
                    .deliveries
                    .iter()
                    .filter(|one| !is_meant(&one.user_pool_id));
                let back = image.iter().filter(|one| is_meant(&one.user_pool_id));
                let mut records: Vec<_> = others.chain(back).cloned().collect();
                records.sort_by_key(|record| record.id);
                let surplus = records.len().saturating_sub(CAPACITY);
                Arc::new(records.drain(surplus..).collect())
            }
        };
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_records_are_kept() {
        let deliveries = Deliveries::default();
        for at in 0..=CAPACITY {
            deliveries.deliver("p".into(), "d".into(), at.into(), || false);
        }
        let kept = deliveries.after(0);
        assert_eq!((kept.len(), kept[0].id), (CAPACITY, 2));
        assert_eq!(deliveries.after(CAPACITY as u64).len(), 1);
    }
}
