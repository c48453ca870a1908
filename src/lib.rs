//! Poolhouse, a local Amazon Cognito for tests.
//!
//! # The map of the house
//!
//! Data flows one way, **http → dispatch → capability → store**, and the answer back:
//!
//! - [`http`]: everything that knows HTTP. Connections and limits, the routing table, AWS JSON 1.1, the
//!   form of SigV4, CORS, the pools' public documents, and the test API under `/_poolhouse/`.
//! - [`dispatch`]: operation → function, the only list of what is served.
//! - [`user_pool`]: one file a capability, found by AWS's word for it; its type, rules and operations
//!   together. [`user_pool::auth`] is sign-in as one state machine, [`user_pool::tokens`] what it hands
//!   out, [`user_pool::federation`] what other providers vouch for, [`user_pool::triggers`] the port to a
//!   pool's functions.
//! - [`store`]: all state, changed in one step, and seen whole or not at all.
//!
//! Beside them:
//!
//! - [`model`]: what AWS declares, as tables generated from its service models: shapes, constraints,
//!   enums, operations.
//! - [`error`]: why a request is refused, and AWS's type and sentence for it, in one table.
//! - [`context`]: the whole of what an operation may touch; time comes from [`clock`], chance from
//!   [`entropy`], messages go to [`outbox`], requests of our own to [`outbound`], slow arithmetic to
//!   [`crypto_pool`].
//! - [`seal`] and [`page`]: blobs that only this server can open, such as session and page tokens.
//! - [`cli`], [`config`] and [`log`]: what was typed, what the program needs, what it tells.
//! - [`quotas`] and [`addressee`]: how many requests a second are taken, and whom each is about.
//! - [`fixtures`]: the pools that a server starts with.
//! - [`emulator`]: the server within a Rust test, and for the binary.
//! - [`fuzzing`]: what reads bytes of others, as functions that a fuzzer calls.
//!
//! `docs/design.md` walks a request through these files and says why they are as they are.

#![warn(missing_docs)]

pub mod addressee;
pub mod cli;
pub mod clock;
pub mod config;
pub mod context;
pub mod crypto_pool;
pub mod deliveries;
pub mod dispatch;
pub mod emulator;
pub mod entropy;
pub mod error;
pub mod fixtures;
#[doc(hidden)]
pub mod fuzzing;
pub mod http;
pub mod log;
pub mod model;
mod modexp;
pub mod outbound;
pub mod outbox;
pub mod page;
pub mod quotas;
pub mod risk_rules;
pub mod rules;
pub mod seal;
pub mod store;
pub mod undeliverable;
pub mod user_pool;

pub use emulator::{Builder, Emulator, StartError};
pub use http::Limits;
