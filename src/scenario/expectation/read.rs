//! Expectations as files hold them.

use serde_json::{Value, json};

use super::form::{self, Form};
use super::matcher::{self, Matcher, Pattern, Word};
use super::{Expectation, Kind, Matching};
use crate::clock::Timestamp;
use crate::model::misspelled;
use crate::scenario::source::{At, Fault, Key, Node, Tree};
use crate::scenario::template::Template;

/// Where an expectation stands: only the value of a member can be absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Member,
    Elsewhere,
}

pub(super) fn read(node: &Node) -> Result<Expectation, Vec<Fault>> {
    let mut faults = Vec::new();
    let expectation = Reader(&mut faults).expectation(node, Place::Elsewhere);
    match expectation {
        Some(expectation) if faults.is_empty() => Ok(expectation),
        _ => Err(faults),
    }
}

/// Reads a value that a row of a table holds as an expectation that stands at `at`.
pub(super) fn of_row(value: &Value, at: &At) -> Result<Expectation, Vec<Fault>> {
    let node = node(value, at);
    let mut faults = Vec::new();
    // Where it stands is not known here: a value that is there is never absent, so nothing is lost.
    let expectation = Reader(&mut faults).expectation(&node, Place::Member);
    expectation.filter(|_| faults.is_empty()).ok_or(faults)
}

/// A value as an expectation of just that is written: what would be an expression or a matcher is none.
pub(super) fn as_written(value: &Value) -> Value {
    let escaped = |text: &str| Value::from(text.replace("${", "$${"));
    match value {
        Value::String(text) if looks_like_form(text) => json!({"$equals": escaped(text)}),
        Value::String(text) => escaped(text),
        Value::Array(items) => items.iter().map(as_written).collect(),
        Value::Object(members) if members.keys().any(|name| name.starts_with('$')) => {
            json!({"$equals": plain(value)})
        }
        Value::Object(members) => {
            let members = members.iter();
            Value::Object(
                members
                    .map(|(name, it)| (name.clone(), as_written(it)))
                    .collect(),
            )
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// A value without expressions, where there are no matchers.
fn plain(value: &Value) -> Value {
    match value {
        Value::String(text) => text.replace("${", "$${").into(),
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(members) => {
            let members = members.iter();
            Value::Object(
                members
                    .map(|(name, it)| (name.clone(), plain(it)))
                    .collect(),
            )
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// Whether a text is a matcher, or one that is misspelled. Such as `<p>…</p>` is HTML.
fn looks_like_form(text: &str) -> bool {
    let within = text
        .strip_prefix('<')
        .and_then(|text| text.strip_suffix('>'));
    within.is_some_and(|within| !within.contains(['<', '>']))
}

/// A value as a file would hold it. All of it stands at one place, and nothing is left to evaluate.
fn node(value: &Value, at: &At) -> Node {
    let value = match value {
        Value::Null => Tree::Null,
        Value::Bool(value) => Tree::Boolean(*value),
        Value::Number(number) => Tree::Number(number.clone()),
        Value::String(text) => Tree::Text(text.replace("${", "$${").into()),
        Value::Array(items) => Tree::List(items.iter().map(|item| node(item, at)).collect()),
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                let at = at.clone();
                let name = name.as_str().into();
                (
                    Key {
                        at: at.clone(),
                        name,
                    },
                    node(value, &at),
                )
            };
            Tree::Map(members.iter().map(member).collect())
        }
    };
    let at = at.clone();
    Node { at, value }
}

/// Gathers every fault; what has one is `None`.
struct Reader<'f>(&'f mut Vec<Fault>);

impl Reader<'_> {
    fn refuse<T>(&mut self, at: &At, text: impl Into<String>) -> Option<T> {
        let at = at.clone();
        let text = text.into();
        self.0.push(Fault { at, text });
        None
    }

    fn expectation(&mut self, node: &Node, place: Place) -> Option<Expectation> {
        let kind = match &node.value {
            Tree::Null | Tree::Boolean(_) | Tree::Number(_) => Kind::Value(self.template(node)?),
            Tree::Text(text) => self.text(node, text, place)?,
            Tree::List(_) => Kind::Items(self.items(node)?),
            Tree::Map(members) if members.iter().any(|(key, _)| key.name.starts_with('$')) => {
                self.matchers(members, place)?
            }
            Tree::Map(members) => {
                let members: Vec<_> = members
                    .iter()
                    .map(|(key, value)| {
                        Some((key.clone(), self.expectation(value, Place::Member)?))
                    })
                    .collect();
                Kind::Members(members.into_iter().collect::<Option<_>>()?)
            }
        };
        let at = node.at.clone();
        Some(Expectation { at, kind })
    }

    fn template(&mut self, node: &Node) -> Option<Template> {
        let template = Template::read(node);
        template.map_err(|faults| self.0.extend(faults)).ok()
    }

    fn text(&mut self, node: &Node, text: &str, place: Place) -> Option<Kind> {
        let template = self.template(node)?;
        if !looks_like_form(text) || template.literal().is_none() {
            return Some(Kind::Value(template));
        }
        match Form::named(text) {
            Some(Form::Absent) if place == Place::Elsewhere => self.refuse(
                &node.at,
                "<absent> can only stand for the value of a member; a list that has nothing is []",
            ),
            Some(form) => Some(Kind::Form(form)),
            None => {
                let hint = misspelled::hint(text, form::names());
                self.refuse(
                    &node.at,
                    format!("there is no matcher {text}; {hint}; the text itself is {{$equals: \"{text}\"}}"),
                )
            }
        }
    }

    /// The items of a list; none of them can be absent.
    fn items(&mut self, node: &Node) -> Option<Vec<Expectation>> {
        self.items_at(node, Place::Elsewhere)
    }

    fn items_at(&mut self, node: &Node, place: Place) -> Option<Vec<Expectation>> {
        let Tree::List(items) = &node.value else {
            return self.refuse(&node.at, "this must be a list");
        };
        // All are read before the first fault ends it.
        let items: Vec<_> = items
            .iter()
            .map(|item| self.expectation(item, place))
            .collect();
        items.into_iter().collect()
    }

    fn matchers(&mut self, members: &[(Key, Node)], place: Place) -> Option<Kind> {
        let plain = members.iter().find(|(key, _)| !key.name.starts_with('$'));
        if let Some((key, _)) = plain {
            return self.refuse(
                &key.at,
                format!(
                    "{} stands beside keys that begin with $; a map is either one of matchers or one of \
                     members, and one whose own names begin with $ is {{$equals: …}}",
                    key.name
                ),
            );
        }
        let matchers: Vec<_> = members
            .iter()
            .map(|(key, value)| {
                let matcher = self.matcher(key, value, place)?;
                let key = key.clone();
                Some(Matching { key, matcher })
            })
            .collect();
        let matchers: Option<Vec<_>> = matchers.into_iter().collect();
        matchers.map(Kind::Matchers)
    }

    fn matcher(&mut self, key: &Key, value: &Node, place: Place) -> Option<Matcher> {
        let Some(spec) = matcher::named(&key.name) else {
            let hint = misspelled::hint(&key.name, matcher::names());
            let text = format!("there is no matcher {}; {hint}", key.name);
            return self.refuse(&key.at, text);
        };
        Some(match spec.word {
            Word::Regex => Matcher::Regex(self.pattern(value)?),
            Word::StartsWith => Matcher::StartsWith(self.prefix(value)?),
            Word::Contains => Matcher::Contains(self.part(value)?),
            Word::OneOf => Matcher::OneOf(self.choices(value, place)?),
            Word::Not => Matcher::Not(self.inner(value, place)?),
            Word::Equals => Matcher::Equals(self.template(value)?),
            Word::Bound(bound) => Matcher::Compare(bound, self.bound(value)?),
            Word::Length => Matcher::Length(self.length(value)?),
            Word::Unordered => Matcher::Unordered(self.items(value)?),
            Word::Each => Matcher::Each(self.inner(value, Place::Elsewhere)?),
            Word::Claims => Matcher::Claims(self.claims(value)?),
        })
    }

    fn inner(&mut self, node: &Node, place: Place) -> Option<Box<Expectation>> {
        self.expectation(node, place).map(Box::new)
    }

    fn pattern(&mut self, node: &Node) -> Option<Pattern> {
        let template = self.template(node)?;
        match template.literal() {
            None => Some(Pattern::Evaluated(template)),
            Some(Value::String(pattern)) => match matcher::whole(pattern) {
                Ok(regex) => Some(Pattern::Made(pattern.as_str().into(), regex)),
                Err(text) => self.refuse(&node.at, text),
            },
            Some(_) => self.refuse(&node.at, "$regex takes a regular expression as a text"),
        }
    }

    fn prefix(&mut self, node: &Node) -> Option<Template> {
        let template = self.template(node)?;
        match template.literal() {
            Some(Value::String(text)) if text.is_empty() => self.refuse(
                &node.at,
                "every text begins with the empty one; <string> says just that",
            ),
            None | Some(Value::String(_)) => Some(template),
            Some(_) => self.refuse(&node.at, "$startsWith takes a text"),
        }
    }

    fn part(&mut self, node: &Node) -> Option<Box<Expectation>> {
        if matches!(&node.value, Tree::Text(text) if text.is_empty()) {
            let wrong = "every text has the empty one in it; <string> says just that";
            return self.refuse(&node.at, wrong);
        }
        self.inner(node, Place::Elsewhere)
    }

    fn choices(&mut self, node: &Node, place: Place) -> Option<Vec<Expectation>> {
        let choices = self.items_at(node, place)?;
        if choices.is_empty() {
            return self.refuse(&node.at, "$oneOf of an empty list can match nothing");
        }
        Some(choices)
    }

    fn bound(&mut self, node: &Node) -> Option<Template> {
        let template = self.template(node)?;
        let fits = match template.literal() {
            None | Some(Value::Number(_)) => true,
            Some(Value::String(text)) => Timestamp::parse_rfc3339(text).is_some(),
            Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) => false,
        };
        if fits {
            return Some(template);
        }
        self.refuse(
            &node.at,
            "$gt, $gte, $lt and $lte take a number, or a time as 2026-01-31T12:00:00Z",
        )
    }

    fn length(&mut self, node: &Node) -> Option<Box<Expectation>> {
        let inner = self.inner(node, Place::Elsewhere)?;
        let fits = match &inner.kind {
            Kind::Value(template) => template.literal().is_none_or(Value::is_u64),
            Kind::Matchers(_) => true,
            Kind::Form(_) | Kind::Members(_) | Kind::Items(_) => false,
        };
        if fits {
            return Some(inner);
        }
        self.refuse(
            &node.at,
            "$length takes a whole number, or a matcher of numbers as {$gte: 1}",
        )
    }

    fn claims(&mut self, node: &Node) -> Option<Box<Expectation>> {
        let inner = self.inner(node, Place::Elsewhere)?;
        match &inner.kind {
            Kind::Members(_) => Some(inner),
            Kind::Value(template) if template.is_one_expression() => Some(inner),
            Kind::Value(_) | Kind::Form(_) | Kind::Items(_) | Kind::Matchers(_) => {
                self.refuse(&node.at, "$claims takes a map of claims")
            }
        }
    }
}
