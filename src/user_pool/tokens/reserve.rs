//! Temporary stub.
/// Stub.
pub struct KeyReserve;
/// Stub.
pub struct PoolKeys;
impl KeyReserve {
    /// Stub.
    #[expect(clippy::new_without_default, reason = "stub")]
    pub fn new() -> Self {
        Self
    }
    /// Stub.
    pub fn next_pair(&self) -> std::sync::Arc<PoolKeys> {
        std::sync::Arc::new(PoolKeys)
    }
}
