//! Temporary stub.
/// Functions.
pub trait Triggers: Send + Sync {}
/// None.
pub struct NoTriggers;
impl Triggers for NoTriggers {}
