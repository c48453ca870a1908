//! Fixtures that come while the server runs. Who reads fixtures stands above what keeps them, so it is given to
//! the server when that is made.

use std::sync::Arc;

use serde_json::Value;

use super::{Shared, Snapshot};

/// Makes what fixtures say, apart from the pools that there are.
pub trait Apart: Send + Sync {
    /// What a server would have that began with these fixtures, as its snapshot. Ids and secrets that they do not
    /// say are drawn from the seed, if there is one.
    ///
    /// # Errors
    /// What is wrong with them, with the place.
    fn make(
        &self,
        shared: &Arc<Shared>,
        fixtures: Vec<Value>,
        seed: Option<u64>,
    ) -> Result<Snapshot, String>;
}

/// Reads no fixtures.
pub(super) struct Nothing;

impl Apart for Nothing {
    fn make(&self, _: &Arc<Shared>, _: Vec<Value>, _: Option<u64>) -> Result<Snapshot, String> {
        Err("this server reads no fixtures".to_owned())
    }
}
