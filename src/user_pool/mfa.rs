//! Temporary stub.
/// Stub.
#[derive(Debug, Clone)]
pub struct SoftwareToken;
