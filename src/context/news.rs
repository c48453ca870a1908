//! What the journal is told by those who do not know it.

use std::sync::Arc;

use super::Shared;
use crate::control::journal::{Deed, Happening};

impl Shared {
    /// From now on the journal is told of changes of pools: the first who listens pays for it.
    pub fn hear_changes(&self) {
        self.store.watch.begin(|| {
            let journal = Arc::clone(&self.journal);
            Box::new(move |pool, told| {
                journal.tell(Happening::Change {
                    user_pool_id: pool.as_str().into(),
                    what: told.what,
                    key: told.key.into(),
                    is_gone: told.is_gone,
                });
            })
        });
    }

    /// Tells what the clock shows since it was changed.
    pub fn tell_clock(&self) {
        self.journal.tell(Happening::Clock {
            now: self.clock.now(),
            is_frozen: self.clock.is_frozen(),
        });
    }

    /// Tells what was done with a snapshot.
    pub fn tell_snapshot(&self, deed: Deed, name: &str, account: Option<&str>) {
        self.journal.tell(Happening::Snapshot {
            deed,
            name: name.into(),
            account: account.map(Into::into),
        });
    }
}
