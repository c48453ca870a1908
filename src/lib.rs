//! Poolhouse, a local Amazon Cognito for tests.

pub mod clock;
pub mod model;
