//! `/_poolhouse/faults`: which requests fail, hang or come late, and how. PUT replaces the rules, POST adds
//! one, GET shows them with what they have done, DELETE drops one or all.

use hyper::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::route::{Answer, Call, Content, Refused, Route, Serve};
use crate::control::faults::FaultRule;
use crate::control::rules::{Fault, Rule};
use crate::model::{misspelled, tree};

/// Rules at most.
const MOST: usize = 1000;

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
    const WRONG: &str = r#"the body takes {"rules":[…]} and nothing else"#;
    let members = object(body).ok_or_else(|| Refused::bad_request(WRONG))?;
    if let Some(name) = members.keys().find(|name| *name != "rules") {
        let hint = misspelled::hint(name, ["rules"]);
        let text = format!("there is no member {name:?}; {hint}; {WRONG}");
        return Err(Refused::bad_request(text));
    }
    let list = members.get("rules").and_then(Value::as_array);
    let list = list.ok_or_else(|| Refused::bad_request(WRONG))?;
    within(list.len())?;
    let read = list.iter().enumerate().map(|(at, rule)| match rule {
        Value::Object(members) => FaultRule::read(members).map_err(|fault| wrong(Some(at), &fault)),
        _ => Err(wrong(Some(at), &"a rule is an object".into())),
    });
    let rules: Vec<FaultRule> = read.collect::<Result<_, _>>()?;
    let replaced = call.door.shared.faults.replace(rules);
    replaced.map_err(|(at, fault)| wrong(Some(at), &fault))?;
    show(call)
}

fn add(call: &Call<'_>, body: &[u8]) -> Answer {
    let members = object(body);
    let members =
        members.ok_or_else(|| Refused::bad_request("the body takes a rule, an object"))?;
    let faults = &call.door.shared.faults;
    within(faults.all().len() + 1)?;
    let rule = FaultRule::read(&members).map_err(|fault| wrong(None, &fault))?;
    let added = faults.add(vec![rule]);
    let ids = added.map_err(|(_, fault)| wrong(None, &fault))?;
    json(&json!({ "id": ids.first() }))
}

fn within(count: usize) -> Result<(), Refused> {
    if count > MOST {
        return Err(Refused::bad_request(format!(
            "{count} rules; {MOST} are the most"
        )));
    }
    Ok(())
}

fn object(body: &[u8]) -> Option<Map<String, Value>> {
    match tree::parse(body) {
        Ok(Value::Object(members)) => Some(members),
        Ok(_) | Err(_) => None,
    }
}

/// `rules[2].match.operation: …`
fn wrong(at: Option<usize>, fault: &Fault) -> Refused {
    let mut place = at.map_or_else(String::new, |at| format!("rules[{at}]"));
    if let Some(member) = &fault.member {
        if !place.is_empty() {
            place.push('.');
        }
        place.push_str(member);
    }
    let text = match place.as_str() {
        "" => fault.text.clone(),
        place => format!("{place}: {}", fault.text),
    };
    Refused::bad_request(format!("{text}; {}", FaultRule::MEMBERS))
}
