//! Functions that pools call: the port to them, and the ways to reach them.
//!
//! A pool knows of a function its ARN and nothing else. [`Functions`] is all that the house above sees;
//! below it an [`Adapter`] is one way to reach a function, and gives back the bytes that the function
//! answered, for [`targets`] to read, which knows what reaches which function.

pub mod canned;
pub mod later;
pub mod payload;
pub mod rules;
pub mod target;
pub mod targets;

pub mod child_process;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;
use uuid::Uuid;

use self::rules::Rule;

/// Runs functions.
pub trait Functions: Send + Sync {
    /// Invokes a function, and gives what it returned.
    fn invoke<'a>(&'a self, invocation: Invocation<'a>) -> Answering<'a>;

    /// Takes rules of fixtures that say what runs a function.
    fn add(&self, _rules: Vec<Rule>) {}
}

impl<T: Functions + ?Sized> Functions for Arc<T> {
    fn invoke<'a>(&'a self, invocation: Invocation<'a>) -> Answering<'a> {
        (**self).invoke(invocation)
    }

    fn add(&self, rules: Vec<Rule>) {
        (**self).add(rules);
    }
}

/// What a pool asks of a function.
#[derive(Debug, Clone)]
pub struct Invocation<'a> {
    /// The ARN that the pool names.
    pub arn: &'a str,
    /// The member of LambdaConfig that names it.
    pub trigger: &'static str,
    /// The pool.
    pub user_pool_id: &'a str,
    /// The event.
    pub event: Value,
    /// The id of the call, which the function finds in its context.
    pub request_id: Uuid,
    /// The id of the call of an operation that causes it, where one does.
    pub caused_by: Option<Uuid>,
    /// Whether a restore has undone what it is of: then it uses nothing up.
    pub is_past: bool,
}

/// A function's answer on its way.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Result<Value, Fault>> + Send + 'a>>;

/// Why there is no answer. The reasons are for the author of a test: what happened, and what would be
/// right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The function returned an error.
    Failed {
        /// `errorMessage` of its payload.
        text: String,
        /// What happened.
        reason: String,
    },
    /// It could not be invoked, or did not answer in time.
    NotInvoked {
        /// AWS's words for it.
        error: String,
        /// What happened.
        reason: String,
    },
    /// What it returned is not JSON.
    NotJson {
        /// What happened.
        reason: String,
    },
}

impl Fault {
    /// Says what ran the function, where it returned something; why it could not be asked says so itself.
    fn returned_by(self, target: &str) -> Self {
        match self {
            Self::Failed { text, reason } => Self::Failed {
                text,
                reason: format!("{target}: {reason}"),
            },
            Self::NotJson { reason } => Self::NotJson {
                reason: format!("{target}: {reason}"),
            },
            Self::NotInvoked { error, reason } => Self::NotInvoked { error, reason },
        }
    }
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

/// The longest answer of a function, in bytes (documented: 6 MiB and some; the number is that of AWS's
/// own text).
pub const LARGEST_ANSWER: usize = 6_291_556;

impl NoAnswer {
    /// A longer answer is an error of the function, `Function.ResponseSizeTooLarge` (reported text).
    pub fn too_large() -> Self {
        Self::Failed(format!(
            "Response payload size exceeded maximum allowed payload size ({LARGEST_ANSWER} bytes)."
        ))
    }
}

/// A server without functions: each event comes back as it was sent, so that it goes on by default.
pub struct NoFunctions;

impl Functions for NoFunctions {
    fn invoke<'a>(&'a self, invocation: Invocation<'a>) -> Answering<'a> {
        Box::pin(std::future::ready(Ok(invocation.event)))
    }
}
