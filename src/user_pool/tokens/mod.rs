//! Temporary stub.
pub mod discovery;
pub mod signing_keys;
/// Tokens.
#[derive(Debug, Default)]
pub struct TokenTable {}
