//! Scenarios: files of steps, and what each must answer. They drive a server from outside, and nothing
//! below knows of them.

mod check;
pub(crate) mod evaluation;
pub(crate) mod expectation;
pub(crate) mod expression;
mod files;
pub(crate) mod functions;
pub(crate) mod plan;
mod read;
mod remote;
mod replay;
mod report;
pub(crate) mod run;
pub(crate) mod secrecy;
pub(crate) mod source;
pub(crate) mod target;
pub(crate) mod template;
mod test_api;
pub(crate) mod text;
pub(crate) mod world;

pub use self::replay::{Outcome, replay};
