//! The journal of functions: what each was asked, what it answered, and what ran it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::Notify;
use tokio::time::Instant;
use uuid::Uuid;

use super::ring::{self, Entry, Ring};
use crate::clock::Timestamp;
use crate::lambda::targets::Ran;
use crate::lambda::{Fault, Invocation};

/// How many bytes of events and answers are kept, whatever their number.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// In place of a password.
const HIDDEN: &str = "***";

/// An invocation that has ended.
#[derive(Clone, PartialEq, Eq)]
pub struct Invoked {
    /// Rises by one with each invocation that ends; `?after=ID` asks for later ones.
    pub id: u64,
    /// What the function found in its context.
    pub request_id: Uuid,
    /// The id of the call of an operation that caused it.
    pub caused_by: Option<Uuid>,
    /// When it began.
    pub at: Timestamp,
    /// The pool.
    pub user_pool_id: String,
    /// The member of LambdaConfig.
    pub trigger: &'static str,
    /// `triggerSource` of the event.
    pub source: String,
    /// `userName` of the event, and the addresses and the preferred name in it.
    pub names: Vec<String>,
    /// The ARN that the pool names.
    pub function: String,
    /// What ran it, if anything did.
    pub target: Option<String>,
    /// The event, as JSON.
    pub event: String,
    /// What it returned, as JSON.
    pub answer: Option<String>,
    /// The error in place of an answer.
    pub error: Option<String>,
    /// Why there is an error.
    pub reason: Option<String>,
    /// How often it was called.
    pub attempts: usize,
    /// How long it took, in real time.
    pub duration: Duration,
}

/// Shows neither event nor answer, which are about people.
impl std::fmt::Debug for Invoked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invoked")
            .field("id", &self.id)
            .field("request_id", &self.request_id)
            .field("user_pool_id", &self.user_pool_id)
            .field("source", &self.source)
            .field("function", &self.function)
            .finish_non_exhaustive()
    }
}

impl Entry for Invoked {
    fn id(&self) -> u64 {
        self.id
    }

    fn size(&self) -> usize {
        let texts = [&self.answer, &self.error, &self.reason];
        let texts = texts.into_iter().flatten().map(String::len);
        self.event.len() + texts.sum::<usize>()
    }
}

/// The names by which a user is known in an event: its `userName`, the addresses and the preferred
/// name among the attributes, of which one may be what the user signs in with.
pub(super) fn names_of(event: &Value) -> impl Iterator<Item = &str> {
    let attributes = &event["request"]["userAttributes"];
    let names = [
        &event["userName"],
        &attributes["email"],
        &attributes["phone_number"],
        &attributes["preferred_username"],
    ];
    names.into_iter().filter_map(Value::as_str)
}

/// The last invocations, bounded in number and bytes.
#[derive(Debug)]
pub struct Invocations {
    kept: Mutex<Kept>,
    ended: Notify,
}

#[derive(Debug)]
struct Kept {
    invocations: Ring<Invoked>,
    last_id: u64,
}

impl Invocations {
    /// An empty journal that keeps the last `capacity` invocations.
    pub fn new(capacity: usize) -> Self {
        Self {
            kept: Mutex::new(Kept {
                invocations: Ring::new(capacity, MOST_BYTES),
                last_id: 0,
            }),
            ended: Notify::new(),
        }
    }

    /// Keeps an invocation under the next id, and wakes those who wait.
    pub fn add(&self, mut invoked: Invoked) {
        let mut kept = self.kept();
        kept.last_id += 1;
        invoked.id = kept.last_id;
        let gone = kept.invocations.push(Arc::new(invoked));
        drop(kept);
        drop(gone);
        self.ended.notify_waiters();
    }

    /// Drops the invocations that `unwanted` picks, and tells how many they were. Their ids are not given
    /// again.
    pub fn remove(&self, unwanted: impl Fn(&Invoked) -> bool) -> usize {
        self.kept().invocations.remove(unwanted)
    }

    /// The kept invocations with an id above `id`, oldest first.
    pub fn after(&self, id: u64) -> Vec<Arc<Invoked>> {
        self.kept().invocations.after(id).cloned().collect()
    }

    /// The invocations above `id` that `wanted` picks; waits until there is one, or `patience` (real
    /// time) is over.
    pub async fn wait_after(
        &self,
        id: u64,
        patience: Duration,
        wanted: impl Fn(&Invoked) -> bool,
    ) -> Vec<Arc<Invoked>> {
        let look = || {
            let mut found = self.after(id);
            found.retain(|invoked| wanted(invoked));
            found
        };
        ring::wait(&self.ended, patience, look).await
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An invocation under way. It is kept as it ends, also when nobody waits for its end any more.
pub struct InFlight {
    journal: Arc<Invocations>,
    /// None once it is kept.
    invoked: Option<Invoked>,
    password: Option<String>,
    since: Instant,
}

impl InFlight {
    /// One that begins `at` this moment.
    pub fn new(journal: &Arc<Invocations>, invocation: &Invocation<'_>, at: Timestamp) -> Self {
        let event = &invocation.event;
        let password = event["request"]["password"].as_str();
        let password = password.filter(|text| !text.is_empty());
        let invoked = Invoked {
            id: 0,
            request_id: invocation.request_id,
            caused_by: invocation.caused_by,
            at,
            user_pool_id: invocation.user_pool_id.to_owned(),
            trigger: invocation.trigger,
            source: event["triggerSource"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            names: names_of(event).map(str::to_owned).collect(),
            function: invocation.arn.to_owned(),
            target: None,
            event: written(event, password),
            answer: None,
            error: None,
            reason: None,
            attempts: 0,
            duration: Duration::ZERO,
        };
        Self {
            journal: Arc::clone(journal),
            invoked: Some(invoked),
            password: password.map(str::to_owned),
            since: Instant::now(),
        }
    }

    /// Keeps what became of it.
    pub fn end(mut self, ran: &Ran) {
        let Some(mut invoked) = self.invoked.take() else {
            return;
        };
        let password = self.password.as_deref();
        let (error, reason) = match &ran.answer {
            Ok(answer) => {
                invoked.answer = Some(written(answer, password));
                (None, None)
            }
            Err(Fault::Failed { text, reason }) => (Some(&**text), Some(reason)),
            Err(Fault::NotInvoked { error, reason }) => (Some(&**error), Some(reason)),
            Err(Fault::NotJson { reason }) => (Some("Invalid JSON"), Some(reason)),
        };
        invoked.error = error.map(|text| hidden(text, password));
        invoked.reason = reason.map(|text| hidden(text, password));
        invoked.target.clone_from(&ran.target);
        invoked.attempts = ran.attempts;
        invoked.duration = self.since.elapsed();
        self.journal.add(invoked);
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        if let Some(mut invoked) = self.invoked.take() {
            invoked.error = Some("Abandoned".into());
            invoked.reason = Some("the call that caused it ended before the function did".into());
            invoked.duration = self.since.elapsed();
            self.journal.add(invoked);
        }
    }
}

/// A text without the password.
fn hidden(text: &str, password: Option<&str>) -> String {
    match password {
        Some(password) => text.replace(password, HIDDEN),
        None => text.to_owned(),
    }
}

/// An event or an answer as JSON, without the password: what the function was asked and what it says
/// may hold it anywhere, the rest of an event never does.
fn written(value: &Value, password: Option<&str>) -> String {
    let Some(password) = password else {
        return value.to_string();
    };
    let mut value = value.clone();
    match &mut value {
        Value::Object(members) => {
            for (name, member) in members {
                if !["triggerSource", "userName", "userPoolId"].contains(&&**name) {
                    hide(member, password);
                }
            }
        }
        other => hide(other, password),
    }
    value.to_string()
}

fn hide(value: &mut Value, password: &str) {
    match value {
        Value::String(text) if text.contains(password) => *text = text.replace(password, HIDDEN),
        Value::Array(items) => items.iter_mut().for_each(|item| hide(item, password)),
        Value::Object(members) => members
            .values_mut()
            .for_each(|member| hide(member, password)),
        _ => {}
    }
}

#[cfg(test)]
#[path = "tests/invocations.rs"]
mod tests;
