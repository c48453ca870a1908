//! What each kind of action takes.

use serde_json::Value;

use super::entry::{Entry, Faults};
use super::{Place, Reader, include};
use crate::model::cognito_idp::Operation;
use crate::scenario::plan::{Action, Check, ClockChange, Http, HttpBody, Message, Named, RuleKind};
use crate::scenario::source::{Key, Node, Tree};

/// Actions that are no operations.
pub(crate) const WORDS: [&str; 11] = [
    "http",
    "message",
    "clock",
    "fault",
    "trigger",
    "risk",
    "undeliverable",
    "quota",
    "include",
    "set",
    "check",
];

/// How many redirects browsers follow.
const MOST_REDIRECTS: u32 = 20;

/// The names of all operations.
pub(super) fn operations() -> impl Iterator<Item = &'static str> {
    Operation::ALL.iter().map(|operation| operation.name())
}

/// The kinds of actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Operation(Operation),
    Http,
    Message,
    Clock,
    Rules(RuleKind),
    Include,
    Set,
    Check,
}

impl Kind {
    /// The kind that a word stands for.
    pub(super) fn of(word: &str) -> Option<Self> {
        let rules = || RuleKind::ALL.into_iter().find(|kind| kind.word() == word);
        Some(match word {
            "http" => Self::Http,
            "message" => Self::Message,
            "clock" => Self::Clock,
            "include" => Self::Include,
            "set" => Self::Set,
            "check" => Self::Check,
            _ => match rules() {
                Some(kind) => Self::Rules(kind),
                None => Self::Operation(Operation::from_name(word)?),
            },
        })
    }
}

/// An action as it stands in a step.
pub(super) struct Given<'n> {
    pub(super) word: &'n Key,
    pub(super) value: &'n Node,
    pub(super) with: Option<&'n Node>,
    pub(super) unchecked: bool,
}

pub(super) fn read(
    kind: Kind,
    given: &Given<'_>,
    place: &Place<'_>,
    reader: &mut Reader,
) -> Option<Action> {
    let Given { value, .. } = *given;
    let faults = &mut reader.faults;
    match kind {
        Kind::Operation(operation) => {
            if matches!(value.value, Tree::Null) {
                let text = format!("{} has no input; write {{}} for none", given.word.name);
                faults.add(&given.word.at, text);
                return None;
            }
            if !given.unchecked {
                crate::scenario::check::input::check(value, operation, faults);
            }
            let input = match given.unchecked {
                true => faults.template(value)?,
                false => faults.map(value)?,
            };
            Some(Action::Operation { operation, input })
        }
        Kind::Http => http(value, faults),
        Kind::Message => message(value, faults),
        Kind::Clock => clock(value, faults),
        Kind::Rules(kind) => {
            let single = std::slice::from_ref(value);
            let rules = match &value.value {
                Tree::List(rules) => rules,
                _ => single,
            };
            let rules: Vec<_> = rules.iter().map(|rule| faults.map(rule)).collect();
            let rules = rules.into_iter().collect::<Option<_>>()?;
            Some(Action::Rules { kind, rules })
        }
        Kind::Include => include::read(given, place, reader),
        Kind::Set => {
            let values = faults.named(value);
            if values.is_empty() {
                faults.wrong(value, "give a map of names and values, one at least");
                return None;
            }
            Some(Action::Set(values))
        }
        Kind::Check => checks(value, faults),
    }
}

fn http(node: &Node, faults: &mut Faults) -> Option<Action> {
    let mut entry = Entry::open(node, "http", faults)?;
    let url = entry.required("url", faults);
    let url = url.and_then(|node| faults.text(node));
    let method = entry.take("method").and_then(|node| faults.text(node));
    let query = entry.take("query").and_then(|node| faults.map(node));
    let headers = entry.take("headers");
    let headers = headers.map_or_else(Named::new, |node| faults.texts(node, "headers"));
    let form = entry.take("form");
    let json = entry.any("json").map(|(_, node)| node);
    let body = entry.take("body");
    let given = [form, json, body].into_iter().flatten();
    if let Some(second) = given.clone().nth(1) {
        let text = "a request has one body; give one of form, json and body";
        faults.add(&second.at, text);
    }
    let body = match (form, json, body) {
        (Some(form), _, _) => faults.map(form).map(HttpBody::Form),
        (_, Some(json), _) => faults.template(json).map(HttpBody::Json),
        (_, _, Some(body)) => faults.text(body).map(HttpBody::Text),
        (None, None, None) => None,
    };
    let cookies = entry.take("cookies").and_then(|node| faults.text(node));
    let follow = entry.take("follow");
    let follow = follow.and_then(|node| faults.count(node, 0, MOST_REDIRECTS));
    entry.end(faults);
    Some(Action::Http(Box::new(Http {
        method,
        url: url?,
        query,
        headers,
        body,
        cookies,
        follow,
    })))
}

fn message(node: &Node, faults: &mut Faults) -> Option<Action> {
    let mut entry = Entry::open(node, "message", faults)?;
    let mut text = |name| entry.take(name).and_then(|node| faults.text(node));
    let message = Message {
        username: text("username"),
        to: text("to"),
        kind: text("kind"),
        medium: text("medium"),
        pool: text("pool"),
        wait: None,
    };
    let wait = entry.take("wait").and_then(|node| {
        faults.ruled(node, |value| {
            match crate::scenario::plan::span_of_time(value)? {
                0.. => Ok(()),
                _ => Err("give a span of time from 0s on".to_owned()),
            }
        })
    });
    entry.end(faults);
    Some(Action::Message(Box::new(Message { wait, ..message })))
}

fn clock(node: &Node, faults: &mut Faults) -> Option<Action> {
    let mut entry = Entry::open(node, "clock", faults)?;
    let (advance, set) = (entry.take("advance"), entry.take("set"));
    entry.end(faults);
    let change = match (advance, set) {
        (Some(advance), None) => ClockChange::Advance(faults.span(advance)?),
        (None, Some(set)) => ClockChange::Set(faults.moment(set)?),
        (Some(_), Some(_)) | (None, None) => {
            faults.add(&node.at, "clock takes one of advance and set");
            return None;
        }
    };
    Some(Action::Clock(change))
}

fn checks(node: &Node, faults: &mut Faults) -> Option<Action> {
    let mut checks = Vec::new();
    let members = faults.members(node, "expressions and expectations");
    for (key, value) in members {
        let template = faults.template_of_key(key);
        let expectation = faults.expectation(value);
        let Some(template) = template else { continue };
        if !template.is_one_expression() {
            let text = format!(
                "{:?} is no expression; a key of check is one, as \"${{first.Session}}\"",
                key.name
            );
            faults.add(&key.at, text);
            continue;
        }
        if let Some(expectation) = expectation {
            checks.push(Check {
                key: key.clone(),
                value: template,
                expectation,
            });
        }
    }
    if members.is_empty() && matches!(node.value, Tree::Map(_) | Tree::Null) {
        faults.add(
            &node.at,
            "check takes one expression at least, with what it must be",
        );
    }
    Some(Action::Check(checks))
}

/// A literal that an action takes as AWS would.
pub(super) fn json(node: &Node) -> Value {
    match &node.value {
        Tree::Null => Value::Null,
        Tree::Boolean(flag) => Value::Bool(*flag),
        Tree::Number(number) => Value::Number(number.clone()),
        Tree::Text(text) => Value::from(&**text),
        Tree::List(items) => items.iter().map(json).collect(),
        Tree::Map(members) => {
            let members = members.iter();
            Value::Object(
                members
                    .map(|(key, value)| (key.name.to_string(), json(value)))
                    .collect(),
            )
        }
    }
}
