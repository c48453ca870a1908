//! Temporary stub.
/// Conversations.
#[derive(Debug, Default)]
pub struct Sessions {}
