//! Temporary stub.
/// All pools.
#[derive(Debug, Default)]
pub struct Store {}
