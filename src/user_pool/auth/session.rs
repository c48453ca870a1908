//! Temporary stub.
/// Stub.
#[derive(Default)]
pub struct Sessions;
