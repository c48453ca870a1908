//! Temporary stub.
pub mod reserve;
pub mod revocation;
pub mod signing;
/// Stub.
#[derive(Default)]
pub struct TokenTable;
