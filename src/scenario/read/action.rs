//! What each kind of action takes.

use serde_json::Value;

use super::entry::{Entry, Faults};
use super::{Place, Reader, include};
use crate::model::cognito_idp::{DeliveryMediumType, Operation};
use crate::model::misspelled;
use crate::scenario::plan::{Action, Check, ClockChange, Http, HttpBody, Message, Named, RuleKind};
use crate::scenario::source::{Key, Node, Tree};
use crate::scenario::template::Template;
use crate::user_pool::threat_protection::NOTIFICATION_KIND;
use crate::user_pool::triggers::custom_message as message;

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

/// What messages are of.
fn kinds_of_messages() -> impl Iterator<Item = &'static str> {
    let kinds = message::Kind::ALL.iter().map(|kind| kind.name());
    kinds.chain([NOTIFICATION_KIND])
}

/// How many redirects browsers follow.
pub(crate) const MOST_REDIRECTS: u32 = 20;

/// Methods of requests (RFC 9110, 9.3, and RFC 5789); CONNECT asks for a tunnel, which no step can use.
pub(crate) const METHODS: [&str; 8] = [
    "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE",
];

/// What `url` takes.
const URL: &str = "give a path, or a URL that begins with http:// or https://";

/// Whether a text can say where a request goes.
fn is_url(text: &str) -> bool {
    let text = text.split_once('#').map_or(text, |(before, _)| before);
    match text.split_once("://") {
        Some((scheme, rest)) => {
            matches!(scheme, "http" | "https") && !rest.is_empty() && !rest.starts_with(['/', '?'])
        }
        None => true,
    }
}

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
        Kind::Message => message_step(value, faults),
        Kind::Clock => clock(value, faults),
        Kind::Rules(kind) => {
            let single = std::slice::from_ref(value);
            let rules = match &value.value {
                Tree::List(rules) => rules,
                _ => single,
            };
            let rules: Vec<_> = rules.iter().map(|node| rule(kind, node, faults)).collect();
            let rules = rules.into_iter().collect::<Option<_>>()?;
            Some(Action::Rules { kind, rules })
        }
        Kind::Include => include::read(given, place, reader),
        Kind::Set => {
            let values = faults.named(value);
            if matches!(&value.value, Tree::Null)
                || matches!(&value.value, Tree::Map(all) if all.is_empty())
            {
                faults.wrong(value, "give a map of names and values, one at least");
            }
            Some(Action::Set(values))
        }
        Kind::Check => checks(value, faults),
    }
}

/// A rule, as the route of its kind takes it.
fn rule(kind: RuleKind, node: &Node, faults: &mut Faults) -> Option<Template> {
    let template = faults.map(node)?;
    // What it comes to, the route judges.
    if template.is_one_expression() {
        return Some(template);
    }
    let takes = kind.takes();
    let before = faults.0.len();
    for (key, _) in faults.members(node, "members") {
        if !takes.iter().any(|own| *own.name == *key.name) {
            let hint = misspelled::hint(&key.name, takes.iter().map(|own| own.name));
            let text = format!("{} has no member {}; {hint}", kind.word(), key.name);
            faults.add(&key.at, text);
        }
    }
    if faults.0.len() > before {
        return None;
    }
    if let Some(Value::Object(members)) = template.literal()
        && let Some(wrong) = kind.wrong(members)
    {
        let mut at = node;
        for name in wrong.member.iter().flat_map(|member| member.split('.')) {
            let Tree::Map(members) = &at.value else { break };
            let Some((_, value)) = members.iter().find(|(key, _)| *key.name == *name) else {
                break;
            };
            at = value;
        }
        faults.add(&at.at, wrong.text);
    }
    Some(template)
}

/// A text that, where it is written out, must be one of these.
fn one_of(name: &str, known: &[&str], node: &Node, faults: &mut Faults) -> Option<Template> {
    let template = faults.text(node)?;
    if let Some(text) = template.literal().and_then(Value::as_str)
        && !known.contains(&text)
    {
        let hint = misspelled::hint(text, known.iter().copied());
        faults.add(&node.at, format!("{name} is never {text:?}; {hint}"));
    }
    Some(template)
}

fn http(node: &Node, faults: &mut Faults) -> Option<Action> {
    let mut entry = Entry::open(node, "http", faults)?;
    let url = entry.required("url", faults);
    let url = url.and_then(|node| faults.formed(node, is_url, URL));
    let method = entry.take("method");
    let method = method.and_then(|node| one_of("method", &METHODS, node, faults));
    let query = entry.take("query").and_then(|node| faults.pairs(node));
    let headers = entry.take("headers");
    let headers = headers.map_or_else(Named::new, |node| faults.headers(node));
    let form = entry.take("form");
    let json = entry.any("json").map(|(_, node)| node);
    let body = entry.take("body");
    let given = [form, json, body].into_iter().flatten();
    if let Some(second) = given.clone().nth(1) {
        let text = "a request has one body; give one of form, json and body";
        faults.add(&second.at, text);
    }
    let body = match (form, json, body) {
        (Some(form), _, _) => faults.pairs(form).map(HttpBody::Form),
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

fn message_step(node: &Node, faults: &mut Faults) -> Option<Action> {
    let mut entry = Entry::open(node, "message", faults)?;
    let mut text = |name| entry.take(name).and_then(|node| faults.text(node));
    let message = Message {
        username: text("username"),
        to: text("to"),
        pool: text("pool"),
        kind: None,
        medium: None,
        wait: None,
    };
    let kinds: Vec<&str> = kinds_of_messages().collect();
    let kind = entry.take("kind");
    let kind = kind.and_then(|node| one_of("kind", &kinds, node, faults));
    let mediums = DeliveryMediumType::ALL.iter().map(|medium| medium.as_str());
    let mediums: Vec<&str> = mediums.collect();
    let medium = entry.take("medium");
    let medium = medium.and_then(|node| one_of("medium", &mediums, node, faults));
    let wait = entry.take("wait").and_then(|node| {
        faults.ruled(node, |value| {
            match crate::scenario::plan::span_of_time(value)? {
                0.. => Ok(()),
                _ => Err("give a span of time from 0s on".to_owned()),
            }
        })
    });
    entry.end(faults);
    Some(Action::Message(Box::new(Message {
        kind,
        medium,
        wait,
        ..message
    })))
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
