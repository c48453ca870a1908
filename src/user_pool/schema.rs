//! Temporary stub: a plausible schema.
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::cognito_idp::AttributeDataType;
/// Stub.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema(pub BTreeMap<Arc<str>, SchemaAttribute>);
/// Stub.
#[derive(Debug, Clone, PartialEq)]
pub struct SchemaAttribute {
    /// Stub.
    pub name: Arc<str>,
    /// Stub.
    pub data_type: AttributeDataType,
    /// Stub.
    pub developer_only: bool,
    /// Stub.
    pub mutable: bool,
    /// Stub.
    pub required: bool,
}
impl Schema {
    /// Stub.
    pub fn get(&self, name: &str) -> Option<&SchemaAttribute> {
        self.0.get(name)
    }
    /// Stub.
    pub fn name(&self, name: &str) -> Option<Arc<str>> {
        self.0.get(name).map(|known| Arc::clone(&known.name))
    }
    /// Stub.
    pub fn required(&self) -> impl Iterator<Item = &SchemaAttribute> {
        self.0.values().filter(|known| known.required && known.name.as_ref() != "sub")
    }
}
impl SchemaAttribute {
    /// Stub.
    pub fn min_length(&self) -> Option<usize> {
        None
    }
    /// Stub.
    pub fn max_length(&self) -> Option<usize> {
        None
    }
    /// Stub.
    pub fn min_value(&self) -> Option<f64> {
        None
    }
    /// Stub.
    pub fn max_value(&self) -> Option<f64> {
        None
    }
}
