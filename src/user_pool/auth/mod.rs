//! Temporary stub.
pub mod session;
