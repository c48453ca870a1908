//! The functions of a server: what each is run by, how long and how often it is tried, and what its
//! answer means.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use tokio::time::timeout;

use super::canned::{Canned, InPlace};
use super::rules::{Rule, Rules};
use super::target::Target;
use super::{Adapter, Answering, Call, Calling, Fault, Functions, Invocation, NoAnswer, payload};

/// How often a function is tried at most that gives no answer. The number is inferred: the guide named
/// three, and names none since March 2026.
const ATTEMPTS: usize = 3;

/// How long a function may take (documented).
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);

/// Of a function that took too long (observed).
const TIMED_OUT: &str = "Socket timeout while invoking Lambda function";

/// What Lambda answers for a function that is not there; that Cognito quotes it is inferred.
const NOT_FOUND: &str = "ResourceNotFoundException";

/// How many pools' functions are remembered as warned of.
const MOST_WARNED: usize = 10_000;

/// What becomes of a function that nothing runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unreachable {
    /// The call is refused, as AWS refuses what it cannot invoke.
    #[default]
    Refuse,
    /// The call goes on as if the function had changed nothing.
    Skip,
}

/// Makes what reaches a target; none for one that is not served.
pub type MakeAdapter = Box<dyn Fn(&Target) -> Option<Arc<dyn Adapter>> + Send + Sync>;

/// What became of an invocation.
#[derive(Debug)]
pub struct Ran {
    /// What the function returned.
    pub answer: Result<Value, Fault>,
    /// What ran it, if anything did.
    pub target: Option<String>,
    /// How often it was called.
    pub attempts: usize,
}

/// The functions of a server.
pub struct Targets {
    rules: RwLock<Rules>,
    make: MakeAdapter,
    /// One for each target, whatever number of functions it runs.
    made: Mutex<Vec<(Target, Arc<dyn Adapter>)>>,
    patience: Duration,
    unreachable: Unreachable,
    /// Pools and triggers that went on without their function.
    warned: Mutex<BTreeSet<(String, &'static str)>>,
}

impl Targets {
    /// Functions that `rules` say the targets of, and `make` reaches; each has `patience` to answer.
    pub fn new(
        rules: Rules,
        make: MakeAdapter,
        patience: Duration,
        unreachable: Unreachable,
    ) -> Self {
        Self {
            rules: RwLock::new(rules),
            make,
            made: Mutex::default(),
            patience,
            unreachable,
            warned: Mutex::default(),
        }
    }

    /// Whether a function has a target.
    pub fn cover(&self, arn: &str) -> bool {
        let rules = self.rules.read().unwrap_or_else(PoisonError::into_inner);
        rules.cover(arn)
    }

    /// What reaches a function.
    fn adapter(&self, arn: &str) -> Option<Arc<dyn Adapter>> {
        let rules = self.rules.read().unwrap_or_else(PoisonError::into_inner);
        let target = rules.target(arn)?;
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, adapter)) = made.iter().find(|(known, _)| known == target) {
            return Some(Arc::clone(adapter));
        }
        let adapter = (self.make)(target)?;
        made.push((target.clone(), Arc::clone(&adapter)));
        Some(adapter)
    }

    /// Runs a function, or answers in its place.
    pub async fn run(&self, invocation: Invocation<'_>, canned: Option<Canned>) -> Ran {
        let adapter = match canned {
            Some(canned) => {
                let in_place = InPlace::new(canned, || self.adapter(invocation.arn));
                Some(Arc::new(in_place) as Arc<dyn Adapter>)
            }
            None => self.adapter(invocation.arn),
        };
        let Some(adapter) = adapter else {
            return Ran {
                answer: self.without_function(invocation),
                target: None,
                attempts: 0,
            };
        };
        let event = payload::written(&invocation.event);
        let call = Call {
            arn: invocation.arn,
            event: &event,
            request_id: invocation.request_id,
        };
        let (answer, attempts) = self.attempt(&*adapter, call).await;
        let answer = answer.and_then(|answer| payload::read(&answer));
        let target = adapter.name();
        Ran {
            answer: answer.map_err(|fault| fault.returned_by(&target)),
            target: Some(target),
            attempts,
        }
    }

    /// Calls until there is an answer, or an error that another call would not mend: one that the
    /// function returned is not retried (inferred), nor what could not be made ready, which has been waited
    /// for as long as it may be. Also says how often it called.
    async fn attempt(
        &self,
        adapter: &dyn Adapter,
        call: Call<'_>,
    ) -> (Result<Bytes, Fault>, usize) {
        let mut attempt = 1;
        loop {
            let (answer, was_ready) = match adapter.ready(call).await {
                Ok(calling) => (self.call(adapter, calling).await, true),
                Err(fault) => (Err(fault), false),
            };
            let (error, reason) = match answer {
                Ok(answer) => return (Ok(answer), attempt),
                Err(NoAnswer::Failed(text)) => return (Err(payload::failed(text)), attempt),
                Err(NoAnswer::NotCalled { error, reason }) => (error, reason),
            };
            if attempt == ATTEMPTS || !was_ready || !is_retried(&error) {
                let reason = match attempt {
                    1 => reason,
                    times => format!("{reason}; it was tried {times} times"),
                };
                return (Err(Fault::NotInvoked { error, reason }), attempt);
            }
            attempt += 1;
        }
    }

    /// Gives a function its time, from when it is ready.
    async fn call(&self, adapter: &dyn Adapter, calling: Calling<'_>) -> Result<Bytes, NoAnswer> {
        let answer = timeout(self.patience, calling).await;
        answer.unwrap_or_else(|_elapsed| {
            Err(NoAnswer::NotCalled {
                error: TIMED_OUT.to_owned(),
                reason: format!(
                    "{} gave no answer within {}, the limit that AWS sets and --function-timeout \
                     changes",
                    adapter.name(),
                    humantime::format_duration(self.patience)
                ),
            })
        })
    }

    fn without_function(&self, invocation: Invocation<'_>) -> Result<Value, Fault> {
        match self.unreachable {
            Unreachable::Refuse => Err(Fault::NotInvoked {
                error: NOT_FOUND.to_owned(),
                reason: "nothing runs it; give it a target by --function ARN-OR-NAME=TARGET, \
                         POOLHOUSE_FUNCTIONS, a fixture's Functions or Triggers, give all functions \
                         --lambda-endpoint, or answer for it by PUT /_poolhouse/triggers; --unreachable-functions skip goes on without"
                    .to_owned(),
            }),
            Unreachable::Skip => {
                self.warn_once(&invocation);
                Ok(invocation.event)
            }
        }
    }

    fn warn_once(&self, invocation: &Invocation<'_>) {
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        if warned.len() == MOST_WARNED {
            warned.clear();
        }
        if warned.insert((invocation.user_pool_id.to_owned(), invocation.trigger)) {
            tracing::warn!(
                pool = invocation.user_pool_id,
                trigger = invocation.trigger,
                function = invocation.arn,
                "nothing runs the function; calls go on without it"
            );
        }
    }
}

/// Time-outs, throttles and faults of the service (inferred).
fn is_retried(error: &str) -> bool {
    [TIMED_OUT, "TooManyRequestsException", "ServiceException"].contains(&error)
}

impl Functions for Targets {
    fn invoke<'a>(&'a self, invocation: Invocation<'a>) -> Answering<'a> {
        Box::pin(async move { self.run(invocation, None).await.answer })
    }

    fn add(&self, rules: Vec<Rule>) {
        let mut all = self.rules.write().unwrap_or_else(PoisonError::into_inner);
        all.fixtures.extend(rules);
    }
}

#[cfg(test)]
#[path = "tests/targets.rs"]
mod tests;
