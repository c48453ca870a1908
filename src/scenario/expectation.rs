//! What an answer must be.

use super::source::{Fault, Node};

/// What a result must contain or be.
#[derive(Debug, Clone)]
pub(crate) struct Expectation(Node);

impl Expectation {
    pub(crate) fn read(node: &Node) -> Result<Self, Vec<Fault>> {
        Ok(Self(node.clone()))
    }
}
