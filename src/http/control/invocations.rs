//! `/_poolhouse/invocations`: what functions were asked and answered, in the order in which they ended.
//! DELETE drops what it chooses.

use std::time::Duration;

use hyper::Method;
use serde_json::{Value, json};

use super::messages::{deleted, with_plus};
use super::page::{self, page};
use super::route::{Answer, Call, Content, Refused, Route, Serve, Waiting};
use crate::control::invocations::Invoked;
use crate::http::query;
use crate::model::{Trigger, misspelled};

/// What a query asks for.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    after: u64,
    limit: usize,
    wait: Duration,
    user_pool: Option<String>,
    trigger: Option<Trigger>,
    username: Option<String>,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            after: 0,
            limit: page::LIMIT,
            wait: Duration::ZERO,
            user_pool: None,
            trigger: None,
            username: None,
        }
    }
}

pub(super) const ROUTE: Route = Route {
    path: "invocations",
    methods: &[Method::GET, Method::HEAD, Method::DELETE],
    about: "invocations of functions: \
            ?after=ID&limit=1000&wait=5s&user_pool=POOL_ID&trigger=PreSignUp&username=NAME; DELETE drops them",
    serve: Serve::Wait(serve),
};

fn serve<'a>(call: &'a Call<'a>) -> Waiting<'a> {
    Box::pin(async move {
        if call.method == Method::DELETE {
            return remove(call);
        }
        found(call).await
    })
}

fn remove(call: &Call<'_>) -> Answer {
    let mut unwanted = Wanted::default();
    for (name, value) in query::pairs(call.query) {
        match name.as_str() {
            "after" => unwanted.after = page::after(&value, "an invocation")?,
            _ => unwanted.choose(&name, value, "after")?,
        }
    }
    let picked = |kept: &Invoked| kept.id > unwanted.after && unwanted.picks(kept);
    Ok(deleted(call.door.shared.invocations.remove(picked)))
}

async fn found(call: &Call<'_>) -> Answer {
    let Call { door, peer, .. } = call;
    let wanted = Wanted::parse(call.query)?;
    let journal = &door.shared.invocations;
    let found = tokio::select! {
        found = journal.wait_after(wanted.after, wanted.wait, |kept| wanted.picks(kept)) => found,
        // As for messages: a stopping server waits for nothing, nor does who has left.
        () = door.stopped() => Vec::new(),
        () = peer.left() => Vec::new(),
    };
    door.caught_up(peer).await?;
    let invocations = found.iter().map(|invoked| view(invoked));
    Ok(Content::Json(page(
        "invocations",
        invocations,
        wanted.limit,
    )))
}

fn trigger(name: &str) -> Result<Trigger, Refused> {
    Trigger::named(name).ok_or_else(|| {
        let hint = misspelled::hint(name, Trigger::ALL.into_iter().map(Trigger::name));
        Refused::bad_request(format!("no trigger is {name:?}; {hint}"))
    })
}

impl Wanted {
    fn parse(query: &str) -> Result<Self, Refused> {
        let mut wanted = Self::default();
        for (name, value) in query::pairs(query) {
            match name.as_str() {
                "after" => wanted.after = page::after(&value, "an invocation")?,
                "limit" => wanted.limit = page::limit(&value)?,
                "wait" => wanted.wait = page::wait(&value)?,
                _ => wanted.choose(&name, value, "after, limit, wait")?,
            }
        }
        Ok(wanted)
    }

    /// Takes one parameter that chooses invocations; `others` are there besides.
    fn choose(&mut self, name: &str, value: String, others: &str) -> Result<(), Refused> {
        match name {
            "user_pool" => self.user_pool = Some(value),
            "trigger" => self.trigger = Some(trigger(&value)?),
            "username" => self.username = Some(with_plus(value)),
            _ => {
                return Err(Refused::bad_request(format!(
                    "there is no parameter {name}; there are {others}, user_pool, trigger and username"
                )));
            }
        }
        Ok(())
    }

    fn picks(&self, invoked: &Invoked) -> bool {
        let same =
            |wanted: &Option<String>, has: &str| wanted.as_deref().is_none_or(|name| name == has);
        let is_about = |name: &String| invoked.names.contains(name);
        same(&self.user_pool, &invoked.user_pool_id)
            && self
                .trigger
                .is_none_or(|trigger| trigger.name() == invoked.trigger)
            && self.username.as_ref().is_none_or(is_about)
    }
}

/// Members that an invocation lacks are null, so that a script may name each.
fn view(invoked: &Invoked) -> Value {
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    json!({
        "id": invoked.id,
        "requestId": invoked.request_id.to_string(),
        "causedBy": invoked.caused_by.map(|id| id.to_string()),
        "at": invoked.at.to_rfc3339(),
        "userPoolId": invoked.user_pool_id,
        "trigger": invoked.trigger,
        "triggerSource": invoked.source,
        "username": invoked.names.first(),
        "function": invoked.function,
        "target": invoked.target,
        "event": read(&invoked.event),
        "answer": invoked.answer.as_deref().map(read),
        "error": invoked.error,
        "reason": invoked.reason,
        "attempts": invoked.attempts,
        "durationMs": u64::try_from(invoked.duration.as_millis()).unwrap_or(u64::MAX),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_or_refused() {
        let all = Wanted {
            after: 7,
            limit: 2,
            wait: Duration::from_secs(5),
            user_pool: Some("us-east-1_a".into()),
            trigger: Some(Trigger::PreSignUp),
            username: Some("+12065550100".into()),
        };
        let query =
            "after=7&limit=2&wait=5s&user_pool=us-east-1_a&trigger=PreSignUp&username=+12065550100";
        assert_eq!(Wanted::parse(query), Ok(all));
        assert_eq!(Wanted::parse(""), Ok(Wanted::default()));
        let longest = Wanted {
            wait: page::LONGEST_WAIT,
            ..Wanted::default()
        };
        assert_eq!(Wanted::parse("wait=2h"), Ok(longest));
        for wrong in [
            "after=x",
            "limit=0",
            "wait=soon",
            "pool=x",
            "trigger=preSignUp",
        ] {
            assert!(Wanted::parse(wrong).is_err(), "{wrong}");
        }
    }
}
