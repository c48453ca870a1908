//! Temporary stub.
pub use super::reserve::PoolKeys;
