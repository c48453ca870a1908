//! Functions that pools call: the port to them, whatever runs them.

use std::future::Future;
use std::pin::Pin;

use crate::error::CognitoError;
use crate::user_pool::triggers::{Answer, Call};

/// Calls a pool's functions.
pub trait Triggers: Send + Sync {
    /// Calls the function `call.arn` with the event and answers what it said.
    fn call<'a>(&'a self, call: Call<'a>) -> Answering<'a>;
}

/// A function's answer on its way.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Result<Answer, CognitoError>> + Send + 'a>>;

/// A server without functions: each event goes on by the default answer.
pub struct NoTriggers;

impl Triggers for NoTriggers {
    fn call<'a>(&'a self, _call: Call<'a>) -> Answering<'a> {
        Box::pin(std::future::ready(Ok(Answer::default())))
    }
}
