//! Values with expressions in them.

use super::source::{Fault, Node};

/// A value of a file, which may hold expressions.
#[derive(Debug, Clone)]
pub(crate) struct Template(Node);

impl Template {
    pub(crate) fn read(node: &Node) -> Result<Self, Vec<Fault>> {
        Ok(Self(node.clone()))
    }
}
