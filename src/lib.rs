//! Poolhouse, a local Amazon Cognito for tests.

#![warn(missing_docs)]

pub mod cli;
pub mod clock;
pub mod config;
pub mod context;
pub mod crypto_pool;
pub mod dispatch;
pub mod emulator;
pub mod entropy;
pub mod error;
pub mod fixtures;
pub mod http;
pub mod log;
pub mod model;
mod modexp;
pub mod outbox;
pub mod page;
pub mod seal;
pub mod store;
pub mod user_pool;

pub use emulator::{Builder, Emulator, StartError};
pub use http::Limits;
