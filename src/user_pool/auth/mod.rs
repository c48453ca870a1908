//! Signing in.

pub mod claim_timestamp;
pub mod srp;
pub mod session;
