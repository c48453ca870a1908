//! Functions that pools call: the port to them, and the ways to reach them.
//!
//! A pool knows of a function its ARN and nothing else. [`Functions`] is all that the house above sees;
//! below it an [`Adapter`] is one way to reach a function, and gives back the bytes that the function
//! answered, for whoever calls it to read.

pub mod child_process;

use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use serde_json::Value;
use uuid::Uuid;

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

/// One way to reach functions: an endpoint, or a process of our own.
pub trait Adapter: Send + Sync {
    /// Calls a function once. Whoever calls keeps the time: an adapter whose future is dropped lets go
    /// of all that it held for it, and ends a process that still works on it.
    fn call<'a>(&'a self, call: Call<'a>) -> Calling<'a>;

    /// Makes ready what a call needs, and gives the call itself: whoever keeps the time lets it run from
    /// then on. AWS counts neither the wait for an instance nor its initialisation into a function's time,
    /// and an adapter that has both bounds them itself; the others have nothing to make ready.
    fn ready<'a>(&'a self, call: Call<'a>) -> Readying<'a> {
        Box::pin(std::future::ready(Ok(self.call(call))))
    }

    /// What it reaches, as a reader of the log and of `/_poolhouse/invocations` knows it: a URL, or a
    /// file and its handler.
    fn name(&self) -> String;
}

/// One call of a function.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The ARN that the pool names.
    pub arn: &'a str,
    /// The event, as JSON.
    pub event: &'a [u8],
    /// The id of the call, which the function finds in its context.
    pub request_id: Uuid,
}

/// An adapter's answer on its way.
pub type Calling<'a> = Pin<Box<dyn Future<Output = Result<Bytes, NoAnswer>> + Send + 'a>>;

/// A call that is made ready.
pub type Readying<'a> = Pin<Box<dyn Future<Output = Result<Calling<'a>, NoAnswer>> + Send + 'a>>;

/// Why an adapter has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoAnswer {
    /// The function returned an error, could not be loaded, or died: `errorMessage` of its payload.
    Failed(String),
    /// The function could not be called: AWS's name for that (`ResourceNotFoundException`,
    /// `TooManyRequestsException`, …) and what really happened, for the reason.
    NotCalled {
        /// AWS's name for it.
        error: String,
        /// What happened.
        reason: String,
    },
}

/// A server without functions: each event comes back as it was sent, so that it goes on by default.
pub struct NoFunctions;

impl Functions for NoFunctions {
    fn invoke<'a>(&'a self, _arn: &'a str, event: Value) -> Answering<'a> {
        Box::pin(std::future::ready(Ok(event)))
    }
}
