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
    deliveries: VecDeque<Arc<Delivery>>,
    last_id: u64,
}

impl Deliveries {
    /// Keeps a record.
    pub fn deliver(&self, user_pool_id: String, destination: String, record: serde_json::Value) {
        let mut kept = self.kept();
        kept.last_id += 1;
        let id = kept.last_id;
        if kept.deliveries.len() == CAPACITY {
            kept.deliveries.pop_front();
        }
        kept.deliveries.push_back(Arc::new(Delivery {
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
            deliveries.deliver("p".into(), "d".into(), at.into());
        }
        let kept = deliveries.after(0);
        assert_eq!((kept.len(), kept[0].id), (CAPACITY, 2));
        assert_eq!(deliveries.after(CAPACITY as u64).len(), 1);
    }
}
