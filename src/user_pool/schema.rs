//! stub
use std::sync::Arc;
use crate::model::cognito_idp::AttributeDataType;
#[derive(Debug, Clone, PartialEq)]
pub struct Schema;
pub struct SchemaAttribute {
    pub name: Arc<str>,
    pub data_type: AttributeDataType,
    pub developer_only: bool,
    pub mutable: bool,
    pub required: bool,
}
impl Schema {
    pub fn get(&self, _: &str) -> Option<&SchemaAttribute> { None }
    pub fn required(&self) -> impl Iterator<Item = &SchemaAttribute> { std::iter::empty() }
}
impl SchemaAttribute {
    pub fn min_length(&self) -> Option<usize> { None }
    pub fn max_length(&self) -> Option<usize> { None }
    pub fn min_value(&self) -> Option<f64> { None }
    pub fn max_value(&self) -> Option<f64> { None }
}
