//! Poolhouse, a local Amazon Cognito for tests.

#![warn(missing_docs)]

pub mod clock;
pub mod entropy;
pub mod error;
