//! User pools: one file per capability.

pub mod auth;
pub mod tokens;
