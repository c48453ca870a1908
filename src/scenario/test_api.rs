//! The test API of a Poolhouse as steps use it, whichever way requests reach it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde_json::{Value, json};

use super::plan::RuleKind;
use super::target::{Target, Turn, Unable, Wanted};
use crate::clock::Timestamp;
use crate::http::{Answered, Asked};

/// What the rules of fixtures were, by the routes that take them, since the first step that gave others.
#[derive(Debug, Default)]
pub(crate) struct FixtureRules(Mutex<BTreeMap<&'static str, Vec<Value>>>);

/// Moves the clock.
pub(crate) async fn turn_clock(target: &dyn Target, turn: Turn) -> Result<Timestamp, Unable> {
    let body = match turn {
        Turn::Advance(milliseconds) => {
            let span = Duration::from_millis(milliseconds.unsigned_abs());
            let sign = if milliseconds < 0 { "-" } else { "" };
            json!({ "advance": format!("{sign}{}", humantime::format_duration(span)) })
        }
        Turn::Set(moment) => json!({ "set": moment.to_rfc3339() }),
    };
    moment(&ask(target, "POST", "clock", Some(body)).await?)
}

pub(crate) fn moment(shown: &Value) -> Result<Timestamp, Unable> {
    let now = shown.get("now").and_then(Value::as_str);
    now.and_then(Timestamp::parse_rfc3339)
        .ok_or_else(|| Unable::Refused(format!("the clock shows no time: {shown}")))
}

/// Waits for a message of one of the pools that are the scenario's own.
pub(crate) async fn message(
    target: &dyn Target,
    wanted: &Wanted,
    is_own: &(dyn Fn(&str) -> bool + Sync),
) -> Result<Option<Value>, Unable> {
    let deadline = Instant::now() + wanted.wait;
    // The newest of what is there already; whatever comes later is newer.
    let mut after = 0;
    let mut newest = None;
    let mut wait = Duration::ZERO;
    loop {
        let path = query(wanted, after, wait);
        let page = ask(target, "GET", &path, None).await?;
        let messages = page.get("messages").and_then(Value::as_array);
        for message in messages.into_iter().flatten() {
            let id = message
                .get("id")
                .and_then(Value::as_u64)
                .unwrap_or_default();
            after = after.max(id);
            let to = message.get("destination").and_then(Value::as_str);
            let read = to.and_then(|to| wanted.read.get(to)).copied();
            let pool = message.get("userPoolId").and_then(Value::as_str);
            if read.is_none_or(|read| id > read) && pool.is_none_or(is_own) {
                newest = Some(message.clone());
            }
        }
        if page.get("more") == Some(&Value::Bool(true)) {
            continue;
        }
        if newest.is_some() {
            return Ok(newest);
        }
        wait = deadline.saturating_duration_since(Instant::now());
        if wait.is_zero() {
            return Ok(None);
        }
    }
}

fn query(wanted: &Wanted, after: u64, wait: Duration) -> String {
    let mut path = format!("messages?after={after}&wait={}ms", wait.as_millis());
    let members = [
        ("username", &wanted.username),
        ("destination", &wanted.to),
        ("kind", &wanted.kind),
        ("medium", &wanted.medium),
        ("user_pool", &wanted.pool),
    ];
    for (name, value) in members {
        if let Some(value) = value {
            path.push_str(&format!("&{name}={}", percent_encoded(value)));
        }
    }
    path
}

/// As a value of a query (RFC 3986, 2.3): everything but unreserved characters is encoded.
pub(crate) fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// Lets `rules` hold, before those of the fixtures.
pub(crate) async fn direct(
    target: &dyn Target,
    kind: RuleKind,
    rules: Vec<Value>,
    fixture: &FixtureRules,
) -> Result<(), Unable> {
    let route = match kind {
        RuleKind::Fault => "faults",
        RuleKind::Trigger => "triggers",
        RuleKind::Risk => "risk",
        RuleKind::Undeliverable => "undeliverable",
        // Rates are not rules that stand in an order: each is set.
        RuleKind::Quota => {
            for rate in rules {
                ask(target, "PUT", "quotas", Some(rate)).await?;
            }
            return Ok(());
        }
    };
    let known = fixture.get(route);
    let behind = match known {
        Some(behind) => behind,
        None => {
            let shown = ask(target, "GET", route, None).await?;
            let found = shown.get("rules").and_then(Value::as_array);
            let found = found.cloned().unwrap_or_default();
            fixture.keep(route, found.clone());
            found
        }
    };
    let all: Vec<Value> = rules.into_iter().chain(behind).collect();
    let body = json!({ "rules": all });
    ask(target, "PUT", route, Some(body)).await.map(drop)
}

impl FixtureRules {
    fn get(&self, route: &str) -> Option<Vec<Value>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(route).cloned()
    }

    fn keep(&self, route: &'static str, rules: Vec<Value>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(route, rules);
    }
}

/// Asks a route of the test API.
pub(crate) async fn ask(
    target: &dyn Target,
    method: &str,
    route: &str,
    body: Option<Value>,
) -> Result<Value, Unable> {
    let answered = target
        .request(Asked {
            method: method.to_owned(),
            target: format!("/_poolhouse/{route}"),
            host: target.host(),
            headers: Vec::new(),
            body: body.map_or_else(Bytes::new, |body| body.to_string().into()),
        })
        .await?;
    shown(route, &answered)
}

/// What a route of the test API has answered.
pub(crate) fn shown(route: &str, answered: &Answered) -> Result<Value, Unable> {
    let shown: Value = serde_json::from_slice(&answered.body).unwrap_or_default();
    if (200..300).contains(&answered.status) {
        return Ok(shown);
    }
    let said = shown.get("error").and_then(Value::as_str);
    Err(Unable::Refused(match said {
        Some(said) => said.to_owned(),
        None => format!("/_poolhouse/{route} answers {}", answered.status),
    }))
}
