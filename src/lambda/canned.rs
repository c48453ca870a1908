//! An answer in place of a function's: an adapter that is made for one invocation, so that time and
//! attempts are those of every other.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Map, Value};

use super::{Adapter, Call, Calling, NoAnswer, Readying};

/// An answer, an error or a delay in place of a function's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Canned {
    /// What is answered; none goes on to the function, or by the default answer.
    pub answer: Option<CannedAnswer>,
    /// How long the answer is held back, in real time.
    pub delay: Option<Duration>,
    /// How many invocations it is for; none means all.
    pub times: Option<NonZeroU32>,
}

/// What is answered in place of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CannedAnswer {
    /// Members of `response` in the event, over those that were sent.
    Response(Map<String, Value>),
    /// All that the function returns. A text is the bytes themselves, which need be no JSON.
    Payload(Value),
    /// `errorMessage` of an error.
    Error(String),
    /// The function cannot be invoked: AWS's name for it.
    NotInvoked(String),
}

/// A canned answer, and what runs the function if the answer is a delay only.
pub(super) struct InPlace {
    canned: Canned,
    function: Option<Arc<dyn Adapter>>,
}

impl InPlace {
    /// The canned answer; `function` is found only where it is needed.
    pub(super) fn new(canned: Canned, function: impl FnOnce() -> Option<Arc<dyn Adapter>>) -> Self {
        let function = match canned.answer {
            Some(_) => None,
            None => function(),
        };
        Self { canned, function }
    }

    async fn answer(&self, call: Call<'_>) -> Result<Bytes, NoAnswer> {
        tokio::time::sleep(self.canned.delay.unwrap_or_default()).await;
        match &self.canned.answer {
            Some(answer) => answer.to(call),
            None => Ok(Bytes::copy_from_slice(call.event)),
        }
    }
}

impl Adapter for InPlace {
    fn call<'a>(&'a self, call: Call<'a>) -> Calling<'a> {
        Box::pin(self.answer(call))
    }

    fn ready<'a>(&'a self, call: Call<'a>) -> Readying<'a> {
        let Some(function) = &self.function else {
            return Box::pin(std::future::ready(Ok(self.call(call))));
        };
        Box::pin(async move {
            let calling = function.ready(call).await?;
            let delayed: Calling<'a> = Box::pin(async move {
                tokio::time::sleep(self.canned.delay.unwrap_or_default()).await;
                calling.await
            });
            Ok(delayed)
        })
    }

    fn name(&self) -> String {
        match &self.function {
            Some(function) => function.name(),
            None => "a canned answer".into(),
        }
    }
}

impl CannedAnswer {
    fn to(&self, call: Call<'_>) -> Result<Bytes, NoAnswer> {
        match self {
            Self::Response(members) => Ok(merged(call.event, members)),
            Self::Payload(Value::String(text)) => Ok(text.clone().into()),
            Self::Payload(payload) => Ok(payload.to_string().into()),
            Self::Error(text) => Err(NoAnswer::Failed(text.clone())),
            Self::NotInvoked(error) => Err(NoAnswer::NotCalled {
                error: error.clone(),
                reason: "a rule of /_poolhouse/triggers or of a fixture says so".into(),
            }),
        }
    }
}

/// The event, with these members of its response.
fn merged(event: &[u8], members: &Map<String, Value>) -> Bytes {
    // It was written a moment ago.
    let mut event: Value = serde_json::from_slice(event).unwrap_or_default();
    if let Some(Value::Object(response)) = event.get_mut("response") {
        response.extend(members.clone());
    }
    event.to_string().into()
}
