//! Tokens and the keys that sign them.

pub mod reserve;
pub mod signing;
