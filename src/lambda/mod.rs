//! Functions that pools call: the port to them, whatever runs them.

use std::future::Future;
use std::pin::Pin;

use serde_json::Value;

/// Runs functions.
pub trait Functions: Send + Sync {
    /// Invokes the function `arn` with `event`, and gives what it returned.
    fn invoke<'a>(&'a self, arn: &'a str, event: Value) -> Answering<'a>;
}

/// A function's answer on its way.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Result<Value, Fault>> + Send + 'a>>;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The function returned an error: `errorMessage` of its payload.
    Failed(String),
    /// It could not be invoked, or did not answer in time: AWS's words for it.
    NotInvoked(String),
    /// What it returned is not JSON.
    NotJson,
}

/// A server without functions: each event comes back as it was sent, so that it goes on by default.
pub struct NoFunctions;

impl Functions for NoFunctions {
    fn invoke<'a>(&'a self, _arn: &'a str, event: Value) -> Answering<'a> {
        Box::pin(std::future::ready(Ok(event)))
    }
}
