//! `/_poolhouse/requests/verify`: whether so many requests of a kind came, and which came nearest.

use std::cmp::Reverse;
use std::sync::Arc;

use hyper::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::members::Members;
use super::requests::{self, Viewer, about};
use super::route::{Answer, Call, Content, Refused, Route, Serve};
use crate::context::Shared;
use crate::control::journal::{Differing, Request, Selection, hidden_in};
use crate::model::cognito_idp::Operation;
use crate::model::described::{Shape, Type};
use crate::model::misspelled;

const TAKES: &str = r#"{"match":{…}} with any of operation (a text or a list), path, userPoolId, clientId, username, account, outcome, label, trace, status and input; and atLeast, atMost or exactly, which is atLeast 1 where none is given; and after, the id of a request"#;

/// What a `match` may have.
const NAMES: [&str; 11] = [
    "operation",
    "path",
    "userPoolId",
    "clientId",
    "username",
    "account",
    "outcome",
    "label",
    "trace",
    "status",
    "input",
];

/// How many requests are shown that came near.
const NEAREST: usize = 3;

pub(super) const ROUTE: Route = Route {
    path: "requests/verify",
    methods: &[Method::POST],
    about: r#"whether so many requests came; POST {"match":{"operation":"SignUp"},"exactly":1}"#,
    serve: Serve::Change {
        show: |_| Err(Refused::bad_request("verify takes POST")),
        change: |call, body| verify(call, body),
    },
};

/// What a body asks for.
#[derive(Debug, PartialEq)]
struct Wish {
    selection: Selection,
    least: u64,
    most: Option<u64>,
    after: u64,
}

fn verify(call: &Call<'_>, body: &[u8]) -> Answer {
    let shared = &call.door.shared;
    let wish = Wish::read(body)?;
    requests::is_on(shared)?;
    let kept = shared.journal.requests_after(wish.after);
    let is_meant = |one: &&Arc<Request>| wish.selection.picks(one, about(shared, one));
    let matched = kept.iter().filter(is_meant).count();
    let matched = u64::try_from(matched).unwrap_or(u64::MAX);
    let counts = json!({
        "matched": matched,
        "requests": kept.len(),
        "dropped": shared.journal.dropped(),
    });
    let is_right = matched >= wish.least && wish.most.is_none_or(|most| matched <= most);
    if is_right {
        return Ok(Content::Json(counts.to_string().into()));
    }
    let text = format!(
        "{matched} of {} requests match, and {} were wanted",
        kept.len(),
        wish.count()
    );
    let mut body = counts;
    body["error"] = text.into();
    body["nearest"] = nearest(shared, &kept, &wish.selection).into();
    Ok(Content::Other(
        StatusCode::UNPROCESSABLE_ENTITY,
        body.to_string().into(),
    ))
}

/// The requests that differ least, of several the latest.
fn nearest(shared: &Shared, kept: &[Arc<Request>], selection: &Selection) -> Vec<Value> {
    let differences = |one: &Arc<Request>| selection.differences(one, about(shared, one));
    let mut all: Vec<(&Arc<Request>, Vec<Differing>)> =
        kept.iter().map(|one| (one, differences(one))).collect();
    all.sort_by_key(|(one, differing)| (differing.len(), Reverse(one.id)));
    let viewer = Viewer::new(shared);
    let view = |(one, differing): &(&Arc<Request>, Vec<Differing>)| {
        let mut view = viewer.view(one);
        let differing: Vec<Value> = differing
            .iter()
            .map(|differing| {
                let Differing { member, wanted } = differing;
                let found = match *member {
                    // An outcome may be wished by its error.
                    "outcome" if !view["error"].is_null() => &view["error"],
                    member => &view[member],
                };
                json!({ "member": member, "wanted": wanted, "found": found })
            })
            .collect();
        view["differs"] = differing.into();
        view
    };
    all.iter().take(NEAREST).map(view).collect()
}

impl Wish {
    fn read(body: &[u8]) -> Result<Self, Refused> {
        let known = ["match", "atLeast", "atMost", "exactly", "after"];
        let members = Members::read(body, &known, TAKES)?;
        let Some(fits) = members.object("match")? else {
            let text = format!("there is no match; the body takes {TAKES}");
            return Err(Refused::bad_request(text));
        };
        let (least, most) = (members.natural("atLeast")?, members.natural("atMost")?);
        let (least, most) = match (members.natural("exactly")?, least, most) {
            (None, None, None) => (1, None),
            (None, least, most) => (least.unwrap_or(0), most),
            (Some(count), None, None) => (count, Some(count)),
            (Some(_), ..) => {
                let text = "exactly: it says all; leave out atLeast and atMost";
                return Err(Refused::bad_request(text));
            }
        };
        if most.is_some_and(|most| most < least) {
            let text = format!("atMost: it is less than atLeast, {least}");
            return Err(Refused::bad_request(text));
        }
        Ok(Self {
            selection: selection(&fits)?,
            least,
            most,
            after: members.natural("after")?.unwrap_or(0),
        })
    }

    fn count(&self) -> String {
        match (self.least, self.most) {
            (least, Some(most)) if least == most => format!("exactly {least}"),
            (0, Some(most)) => format!("at most {most}"),
            (least, Some(most)) => format!("{least} to {most}"),
            (least, None) => format!("at least {least}"),
        }
    }
}

/// Reads a `match`.
fn selection(members: &Map<String, Value>) -> Result<Selection, Refused> {
    let mut selection = Selection::default();
    for (name, value) in members {
        Named { name, value }.choose(&mut selection)?;
    }
    check_input(&selection)?;
    Ok(selection)
}

/// A member of a `match`.
struct Named<'m> {
    name: &'m str,
    value: &'m Value,
}

impl Named<'_> {
    /// Lets the selection mean what this names.
    fn choose(&self, selection: &mut Selection) -> Result<(), Refused> {
        match self.name {
            "operation" => selection.operations = self.operations()?,
            "path" => selection.path = Some(self.text()?),
            "userPoolId" => selection.user_pool = Some(self.text()?),
            "clientId" => selection.client = Some(self.text()?),
            "username" => selection.username = Some(self.text()?),
            "account" => selection.account = Some(self.read(requests::account)?),
            "outcome" => selection.outcome = Some(self.read(requests::outcome)?),
            "label" => selection.label = Some(self.text()?),
            "trace" => selection.trace = Some(self.read(requests::trace)?),
            "status" => selection.status = Some(self.status()?),
            "input" => selection.input = Some(self.value.clone()),
            name => {
                let hint = misspelled::hint(name, NAMES);
                let text = format!("match.{name}: there is no such member; {hint}");
                return Err(Refused::bad_request(text));
            }
        }
        Ok(())
    }

    fn wrong(&self, what: &str) -> Refused {
        let Self { name, value } = self;
        Refused::bad_request(format!("match.{name}: {value} is not {what}"))
    }

    fn text(&self) -> Result<String, Refused> {
        let text = self.value.as_str().map(str::to_owned);
        text.ok_or_else(|| self.wrong("a text"))
    }

    /// A text that `read` reads, who names the member too.
    fn read<T>(&self, read: impl FnOnce(&str) -> Result<T, Refused>) -> Result<T, Refused> {
        read(&self.text()?).map_err(within_match)
    }

    fn operations(&self) -> Result<Vec<String>, Refused> {
        let names = match self.value {
            Value::Array(names) => names.as_slice(),
            one => std::slice::from_ref(one),
        };
        if names.is_empty() {
            return Err(self.wrong("the name of an operation"));
        }
        let read = |name: &Value| {
            let name = name.as_str();
            let name = name.ok_or_else(|| self.wrong("a text or a list of texts"))?;
            requests::operation(name).map_err(within_match)
        };
        names.iter().map(read).collect()
    }

    fn status(&self) -> Result<u16, Refused> {
        let number = self.value.as_u64();
        let status = number.and_then(|number| u16::try_from(number).ok());
        status.ok_or_else(|| self.wrong("a status"))
    }
}

fn within_match(Refused(status, text): Refused) -> Refused {
    Refused(status, format!("match.{text}"))
}

/// What a request was sent can be wished for where it is known which members it has, and as far as it is
/// shown.
fn check_input(selection: &Selection) -> Result<(), Refused> {
    let Some(input) = &selection.input else {
        return Ok(());
    };
    let Value::Object(members) = input else {
        return Err(Refused::bad_request("match.input: it takes an object"));
    };
    let shapes = selection.operations.iter();
    let shapes = shapes.filter_map(|name| Operation::from_name(name));
    let shapes: Vec<_> = shapes.map(Operation::input).collect();
    if shapes.is_empty() {
        let text = "match.input: it needs an operation beside it, whose members it has";
        return Err(Refused::bad_request(text));
    }
    for shape in shapes {
        check_members(members, shape, "match.input")?;
        let listed = with_lists(members, shape);
        if let Some(path) = hidden_in(&listed, shape) {
            let text = format!(
                "match.input.{path}: the journal does not show it, so that it cannot be compared; \
                 leave it out, or give \"***\" for whatever was sent"
            );
            return Err(Refused::bad_request(text));
        }
    }
    Ok(())
}

/// Refuses what no request that is shown has: members that there are not, and one thing in place of many.
fn check_members(members: &Map<String, Value>, shape: &Shape, path: &str) -> Result<(), Refused> {
    for (name, value) in members {
        let Some(member) = shape.member(name) else {
            let hint = misspelled::hint(name, shape.members.iter().map(|member| member.name));
            let text = format!("{path}.{name}: {} has no such member; {hint}", shape.name);
            return Err(Refused::bad_request(text));
        };
        check_value(value, &member.value, &format!("{path}.{name}"))?;
    }
    Ok(())
}

fn check_value(value: &Value, kind: &Type, path: &str) -> Result<(), Refused> {
    let wrong = |what: &str| Refused::bad_request(format!("{path}: {value} is not {what}"));
    match (kind, value) {
        (_, Value::Null) => Ok(()),
        (_, Value::String(text)) if text == "***" => Ok(()),
        (Type::Structure(shape), Value::Object(members)) => check_members(members, shape, path),
        (Type::Map(_), Value::Object(_)) => Ok(()),
        (Type::Structure(_) | Type::Map(_), _) => Err(wrong("an object")),
        (Type::List(of), Value::Array(items)) => {
            let mut items = items.iter().enumerate();
            items.try_for_each(|(at, item)| check_value(item, of, &format!("{path}[{at}]")))
        }
        (Type::List(of), Value::Object(_)) if is_attribute(of) => Ok(()),
        (Type::List(of), _) if is_attribute(of) => Err(wrong(
            "a list of Name and Value, nor an object of values by name",
        )),
        (Type::List(_), _) => Err(wrong("a list")),
        (_, Value::Object(_) | Value::Array(_)) => Err(wrong("a single value, as this member is")),
        _ => Ok(()),
    }
}

/// Whether it has a name and a value, as attributes of users have.
fn is_attribute(kind: &Type) -> bool {
    match kind {
        Type::Structure(shape) => shape.member("Name").is_some() && shape.member("Value").is_some(),
        _ => false,
    }
}

/// The same with lists of names and values in place of objects, as requests have them.
fn with_lists(members: &Map<String, Value>, shape: &Shape) -> Value {
    let listed = members.iter().map(|(name, value)| {
        let kind = shape.member(name).map(|member| &member.value);
        let value = match (kind, value) {
            (Some(Type::List(of)), Value::Object(attributes)) if is_attribute(of) => {
                let each = attributes.iter();
                each.map(|(name, value)| json!({"Name": name, "Value": value}))
                    .collect()
            }
            _ => value.clone(),
        };
        (name.clone(), value)
    });
    listed.collect::<Map<String, Value>>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_is_read_with_its_counts() {
        let read = |body: Value| Wish::read(body.to_string().as_bytes()).unwrap();
        for (body, least, most, told) in [
            (json!({"match": {}}), 1, None, "at least 1"),
            (json!({"match": {}, "atLeast": 2}), 2, None, "at least 2"),
            (json!({"match": {}, "atMost": 2}), 0, Some(2), "at most 2"),
            (json!({"match": {}, "exactly": 0}), 0, Some(0), "exactly 0"),
            (
                json!({"match": {}, "atLeast": 1, "atMost": 2}),
                1,
                Some(2),
                "1 to 2",
            ),
        ] {
            let wish = read(body.clone());
            assert_eq!((wish.least, wish.most), (least, most), "{body}");
            assert_eq!(wish.count(), told);
        }
    }

    #[test]
    fn a_wrong_wish_is_refused_with_what_is_right() {
        for (body, told) in [
            (json!({}), "there is no match"),
            (json!({"match": []}), "match"),
            (json!({"match": {}, "Exactly": 1}), "did you mean exactly?"),
            (json!({"match": {}, "exactly": 1, "atMost": 1}), "leave out"),
            (
                json!({"match": {}, "atLeast": 2, "atMost": 1}),
                "less than atLeast",
            ),
            (json!({"match": {}, "atLeast": -1}), "whole number"),
            (json!({"match": {"operation": "Signup"}}), "match.operation"),
            (json!({"match": {"operation": []}}), "match.operation"),
            (
                json!({"match": {"userPool": "x"}}),
                "did you mean userPoolId?",
            ),
            (
                json!({"match": {"username": 1}}),
                "match.username: 1 is not a text",
            ),
            (json!({"match": {"status": "200"}}), "match.status"),
            (json!({"match": {"outcome": "ok"}}), "match.outcome"),
            (json!({"match": {"input": {}}}), "needs an operation"),
            (
                json!({"match": {"operation": "SignUp", "input": {"UserName": "x"}}}),
                "did you mean Username?",
            ),
            (
                json!({"match": {"operation": "SignUp", "input": {"Password": "hunter2"}}}),
                "match.input.Password: the journal does not show it",
            ),
            (
                json!({"match": {"operation": "SignUp", "input": {"UserAttributes": "x"}}}),
                "match.input.UserAttributes: \"x\" is not a list of Name and Value, nor an object",
            ),
            (
                json!({"match": {"operation": "SignUp", "input": {"UserAttributes": [{"name": "x"}]}}}),
                "match.input.UserAttributes[0].name: AttributeType has no such member; did you mean Name?",
            ),
            (
                json!({"match": {"operation": "SignUp", "input": {"UserAttributes": {"custom:token": "hunter2"}}}}),
                "the journal does not show it",
            ),
            (
                json!({"match": {"operation": "SignUp", "input": {"ClientMetadata": []}}}),
                "match.input.ClientMetadata: [] is not an object",
            ),
        ] {
            let Refused(status, text) = Wish::read(body.to_string().as_bytes()).unwrap_err();
            assert_eq!(status, 400);
            assert!(text.contains(told), "{body}: {text}");
            assert!(!text.contains("hunter2"), "{text}");
        }
    }
}
