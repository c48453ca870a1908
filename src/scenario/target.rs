//! What a scenario plays against: a world of its own, a running Poolhouse, or AWS.
//!
//! A target is asked for what steps do and says by [`Unable`] why it did not. What a step means (its
//! expressions, its expectations) is no business of a target.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

use super::plan::RuleKind;
use crate::clock::Timestamp;
use crate::fixtures::named::Fixtures;
use crate::http::{Answered, Asked};
use crate::model::cognito_idp::Operation;

/// What a target does.
pub(crate) type Doing<'a, T> = Pin<Box<dyn Future<Output = Result<T, Unable>> + Send + 'a>>;

/// Why a target did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unable {
    /// It refused, in these words: the step fails.
    Refused(String),
    /// No such target can do it: the scenario is skipped.
    Beyond(String),
    /// Nobody answers: there is nothing to play against.
    Unreachable(String),
}

/// Which service a target is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    Poolhouse,
    Aws,
}

impl Service {
    /// The name `target` in expressions.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Poolhouse => "poolhouse",
            Self::Aws => "aws",
        }
    }
}

/// A call of an operation.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) operation: Operation,
    /// AWS JSON.
    pub(crate) input: Bytes,
    /// Who signs it; nobody, where it is none.
    pub(crate) signer: Option<Signer>,
    /// Further headers.
    pub(crate) headers: Vec<(String, String)>,
    /// What the client takes for the time.
    pub(crate) now: Timestamp,
}

impl Call {
    /// The headers that it is sent with. One that a step gives stands in the place of the usual one.
    pub(crate) fn wire_headers(
        &self,
        signature: impl IntoIterator<Item = (String, String)>,
    ) -> Vec<(String, String)> {
        let operation = self.operation.name();
        let mut headers = vec![
            (
                "content-type".to_owned(),
                "application/x-amz-json-1.1".to_owned(),
            ),
            (
                "x-amz-target".to_owned(),
                format!("AWSCognitoIdentityProviderService.{operation}"),
            ),
        ];
        headers.extend(signature);
        headers.retain(|(name, _)| {
            let given = |(given, _): &(String, String)| given.eq_ignore_ascii_case(name);
            !self.headers.iter().any(given)
        });
        headers.extend(self.headers.iter().cloned());
        headers
    }
}

/// Who signs a call; what is not said is as the target has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Signer {
    pub(crate) account: Option<String>,
    pub(crate) region: Option<String>,
}

/// What happens to a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// By so many milliseconds, forwards or back.
    Advance(i64),
    Set(Timestamp),
}

/// Which message is waited for: the newest that has all of what is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) username: Option<String>,
    pub(crate) to: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) medium: Option<String>,
    pub(crate) pool: Option<String>,
    /// For how long, in real time.
    pub(crate) wait: Duration,
    /// The id of the last message that was read of each destination: an older one is no new one.
    pub(crate) read: BTreeMap<String, u64>,
}

/// What a scenario plays against.
pub(crate) trait Target: Send + Sync {
    fn service(&self) -> Service;

    /// The replay, where others play too: texts that were drawn from the scenario's seed would be the same in every
    /// replay.
    fn run(&self) -> Option<&str> {
        None
    }

    /// What the fixtures made.
    fn fixtures(&self) -> &Arc<Fixtures>;

    /// Its time.
    fn now(&self) -> Doing<'_, Timestamp>;

    /// Calls an operation.
    fn call(&self, call: Call) -> Doing<'_, Answered>;

    /// The host (with its port) that a request without one goes to.
    fn host(&self) -> String;

    /// Whether requests to this host are answered by the target.
    fn has_host(&self, host: &str) -> bool;

    /// Sends a request to one of its hosts.
    fn request(&self, asked: Asked) -> Doing<'_, Answered>;

    /// Waits for a message; none where none came in time.
    fn message<'a>(&'a self, wanted: &'a Wanted) -> Doing<'a, Option<Value>>;

    /// Moves its clock.
    fn turn_clock(&self, turn: Turn) -> Doing<'_, Timestamp>;

    /// Lets these rules hold in place of those of the same kind that were given before; what the fixtures
    /// say stands behind them.
    fn direct(&self, kind: RuleKind, rules: Vec<Value>) -> Doing<'_, ()>;
}
