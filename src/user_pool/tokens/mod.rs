//! Tokens and the keys that sign them.

pub mod reserve;
pub mod signing;
pub mod access;
pub mod revocation;
/// Stub.
#[derive(Default)]
pub struct TokenTable;
