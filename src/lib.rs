//! Poolhouse, a local Amazon Cognito for tests.

mod modexp;
pub mod user_pool;
