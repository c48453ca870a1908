//! Temporary stub.
use crate::entropy::Entropy;
/// Keys.
#[derive(Debug)]
pub struct SigningKeys;
impl SigningKeys {
    /// Stub.
    pub fn new(_: &Entropy) -> Self {
        Self
    }
}
