//! Poolhouse, a local Amazon Cognito for tests.
//!
//! # The map of the house
//!
//! Data flows one way, **http → dispatch → capability → context → store**, and the answer back:
//!
//! - [`http`]: everything that knows HTTP. Connections and limits, the routing table, AWS JSON 1.1, the
//!   form of SigV4, CORS, the pools' public documents, and the test API under `/_poolhouse/`.
//! - [`dispatch`]: operation → function, the only list of what is served; and what holds for every
//!   operation: request rates, Regions of replicas, whom it is about.
//! - [`user_pool`]: a folder a capability, found by AWS's word for it. [`user_pool::auth`] is sign-in as
//!   one state machine, `user_pool::tokens` what it hands out, `user_pool::federation` what other
//!   providers vouch for, `user_pool::triggers` what is asked of a pool's functions.
//! - `oauth`: the authorization server of a pool: authorization requests, codes, grants, signed-in browsers.
//! - `kms`: as much of AWS KMS as decrypts what custom senders get.
//! - [`context`]: the whole of what an operation may touch; `page`: tokens from which lists go on.
//! - `store`: all state, changed in one step, and seen whole or not at all. Records and nothing else.
//! - [`control`]: what a test has told the server and what it may read; `quotas`: request rates.
//!
//! On the ground, named by all and naming nobody:
//!
//! - [`model`]: what AWS declares, as tables generated from its service models: shapes, constraints,
//!   enums, operations.
//! - [`error`]: why a request is refused, and AWS's type and sentence for it, in one table.
//! - [`crypto`]: keys, signing, SRP, sealed blobs, and the threads where slow arithmetic runs.
//! - [`lambda`] and `outbound`: the ports to a pool's functions and to documents of others.
//! - [`clock`] and [`entropy`]: the only time, the only chance.
//!
//! Above all of it:
//!
//! - [`cli`], [`config`] and [`log`]: what was typed, what the program needs, what it tells.
//! - [`fixtures`]: the pools that a server starts with.
//! - [`schema`]: what editors need to know of the files that people write.
//! - `scenario`: files of steps that play against a server from outside.
//! - [`emulator`]: the server within a Rust test, and for the binary.
//! - [`fuzzing`]: what reads bytes of others, as functions that a fuzzer calls.
//!
//! An arrow between folders points down only: `scripts/arrows.txt` lists them, `scripts/check` asks.
//! `docs/design.md` walks a request through these files and says why they are as they are.

#![warn(missing_docs)]

pub mod cli;
pub mod clock;
pub mod config;
pub mod context;
pub mod control;
pub mod crypto;
pub mod dispatch;
pub mod emulator;
pub mod entropy;
pub mod error;
pub mod fixtures;
pub(crate) mod form;
#[doc(hidden)]
pub mod fuzzing;
pub mod http;
pub(crate) mod kms;
pub mod lambda;
pub mod log;
pub(crate) mod managed_login;
pub(crate) mod markup;
pub mod model;
pub(crate) mod oauth;
pub(crate) mod outbound;
pub(crate) mod page;
pub(crate) mod quotas;
pub(crate) mod saml_binding;
pub mod scenario;
pub mod schema;
pub mod smtp;
pub(crate) mod store;
pub mod user_pool;
pub(crate) mod xml;

pub use self::emulator::{Builder, Emulator, StartError};
pub use self::http::TlsSettings;
pub use self::http::limits::Limits;

#[cfg(test)]
pub(crate) mod test_pool;
