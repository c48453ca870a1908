//! Temporary stub.
/// Stub.
#[derive(Default)]
pub struct Revocations;
/// Stub.
pub struct Revocation;
impl Revocations {
    /// Stub.
    pub fn note(&mut self, _revocation: Revocation) {}
}
