//! Temporary stub.
pub mod auth;
pub mod tokens;
pub mod triggers;
