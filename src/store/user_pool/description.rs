//! Descriptions of pools that were already made, until something changes.

use std::sync::Arc;

use super::domain::Domains;
use super::settings::PoolSettings;
use crate::model::{Encode, JsonWriter};

/// An answer of DescribeUserPool, already written: it has twenty attributes that hardly ever change,
/// and tests ask for it often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description(pub(crate) Arc<str>);

impl Encode for Description {
    fn encode(&self, out: &mut JsonWriter) {
        out.raw(&self.0);
    }
}

/// The last [`Description`] of a pool, and all that it was written from.
#[derive(Debug)]
pub struct Described {
    pub(crate) settings: Arc<PoolSettings>,
    pub(crate) users: usize,
    pub(crate) domains: Domains,
    pub(crate) answer: Description,
}
