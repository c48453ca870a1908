//! `/_poolhouse/faults`: which requests fail, hang or come late, and how. PUT replaces the rules, POST adds
//! one, GET shows them with what they have done, DELETE drops one or all.

use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use super::members;
use super::route::{Answer, Call, Content, Refused, Route, Serve};
use super::rules;
use crate::control::faults::FaultRule;
use crate::control::rules::{Fault, Rule};
use crate::model::misspelled;

pub(super) const ROUTE: Route = Route {
    path: "faults",
    methods: &[
        Method::GET,
        Method::HEAD,
        Method::PUT,
        Method::POST,
        Method::DELETE,
    ],
    about: r#"requests that fail; PUT {"rules":[{"match":{"operation":"SignUp"},"error":"TooManyRequestsException"}]}, POST adds one, DELETE drops them"#,
    serve: Serve::Change {
        show,
        change: |call, body| match *call.method {
            Method::POST => add(call, body),
            Method::DELETE => {
                call.door.shared.faults.clear();
                show(call)
            }
            _ => replace(call, body),
        },
    },
};

pub(super) const ONE: Route = Route {
    path: "faults/ID",
    methods: &[Method::GET, Method::HEAD, Method::DELETE],
    about: "one of them, and what it has done; DELETE drops it",
    serve: Serve::Change {
        show: show_one,
        change: |call, _| {
            let shown = show_one(call)?;
            call.door.shared.faults.remove(id(call));
            Ok(shown)
        },
    },
};

fn show(call: &Call<'_>) -> Answer {
    let rules: Vec<Value> = call
        .door
        .shared
        .faults
        .all()
        .iter()
        .map(Rule::view)
        .collect();
    json(&json!({ "rules": rules }))
}

fn json(value: &Value) -> Answer {
    Ok(Content::Json(value.to_string().into()))
}

fn id<'a>(call: &Call<'a>) -> &'a str {
    call.path.get(1).copied().unwrap_or_default()
}

fn show_one(call: &Call<'_>) -> Answer {
    let rules = call.door.shared.faults.all();
    let is_meant = |rule: &&FaultRule| rule.id.as_deref() == Some(id(call));
    match rules.iter().find(is_meant) {
        Some(rule) => json(&rule.view()),
        None => {
            let known: Vec<&str> = rules.iter().filter_map(|rule| rule.id.as_deref()).collect();
            let text = if known.is_empty() {
                "there are no rules".to_owned()
            } else {
                format!(
                    "no rule is called {:?}; {}",
                    id(call),
                    misspelled::hint(id(call), known)
                )
            };
            Err(Refused(StatusCode::NOT_FOUND, text))
        }
    }
}

/// Replaces the rules by those of the body, wholly or not at all.
fn replace(call: &Call<'_>, body: &[u8]) -> Answer {
    let replaced = call.door.shared.faults.replace(rules::listed(body)?);
    replaced.map_err(|(at, fault)| wrong(Some(at), &fault))?;
    show(call)
}

fn add(call: &Call<'_>, body: &[u8]) -> Answer {
    let takes = format!("the body takes a rule; {}", FaultRule::MEMBERS);
    let members = members::object(body, &takes)?;
    let faults = &call.door.shared.faults;
    rules::within(faults.all().len() + 1)?;
    let rule = FaultRule::read(&members).map_err(|fault| wrong(None, &fault))?;
    let added = faults.add(vec![rule]);
    let ids = added.map_err(|(_, fault)| wrong(None, &fault))?;
    json(&json!({ "id": ids.first() }))
}

fn wrong(at: Option<usize>, fault: &Fault) -> Refused {
    rules::wrong::<FaultRule>(at, fault)
}
