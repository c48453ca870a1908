//! Temporary stub.
/// Stub.
pub struct Group {
    /// Stub.
    pub name: crate::model::GroupName,
}
