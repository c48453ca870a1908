//! A map of a file, taken apart member by member, so that what nobody takes is unknown.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::clock::Timestamp;
use crate::model::misspelled;
use crate::scenario::expectation::Expectation;
use crate::scenario::expression::is_name;
use crate::scenario::plan::{self, Named};
use crate::scenario::source::{At, Fault, Key, Node, Tree};
use crate::scenario::template::Template;

/// Names that are there without anybody giving them, and words of expressions.
pub(super) const TAKEN: [&str; 11] = [
    "pool", "client", "pools", "clients", "users", "target", "row", "i", "true", "false", "null",
];

/// Faults as they are found.
#[derive(Debug, Default)]
pub(crate) struct Faults(
    pub(crate) Vec<Fault>,
    /// Names that would be given, but for a fault.
    pub(crate) BTreeSet<Box<str>>,
);

impl Faults {
    pub(crate) fn add(&mut self, at: &At, text: impl Into<String>) {
        self.0.push(Fault {
            at: at.clone(),
            text: text.into(),
        });
    }

    /// What was read, or nothing and the faults of it.
    fn kept<T>(&mut self, read: Result<T, Vec<Fault>>) -> Option<T> {
        read.map_err(|faults| self.0.extend(faults)).ok()
    }

    pub(super) fn template(&mut self, node: &Node) -> Option<Template> {
        self.kept(Template::read(node))
    }

    /// The text of a key as a template.
    pub(super) fn template_of_key(&mut self, key: &Key) -> Option<Template> {
        self.kept(Template::of_text(&key.at, &key.name))
    }

    pub(super) fn expectation(&mut self, node: &Node) -> Option<Expectation> {
        self.kept(Expectation::read(node))
    }

    /// A template whose literal value must be right by `rule`.
    pub(super) fn ruled<T>(
        &mut self,
        node: &Node,
        rule: impl Fn(&Value) -> Result<T, String>,
    ) -> Option<Template> {
        let template = self.template(node)?;
        match template.literal().map(rule) {
            Some(Err(text)) => {
                self.wrong(node, &text);
                None
            }
            Some(Ok(_)) | None => Some(template),
        }
    }

    pub(super) fn count(&mut self, node: &Node, least: u32, most: u32) -> Option<Template> {
        self.ruled(node, |value| plan::count(value, least, most))
    }

    pub(super) fn span(&mut self, node: &Node) -> Option<Template> {
        self.ruled(node, plan::span_of_time)
    }

    /// A template that must become a text. What is written as a number is taken for its text when it is played.
    pub(super) fn text(&mut self, node: &Node) -> Option<Template> {
        self.ruled(node, |value| match value {
            Value::String(_) | Value::Number(_) | Value::Bool(_) => Ok(()),
            _ => Err("give a text".to_owned()),
        })
    }

    /// A template that must become a text, and is written as one.
    pub(super) fn sentence(&mut self, node: &Node) -> Option<Template> {
        self.ruled(node, |value| match value {
            Value::String(_) => Ok(()),
            _ => Err("give a sentence, in quotes where it looks like something else".to_owned()),
        })
    }

    /// A text of a form; a number is taken for its digits.
    pub(super) fn formed(
        &mut self,
        node: &Node,
        fits: fn(&str) -> bool,
        hint: &str,
    ) -> Option<Template> {
        self.ruled(node, |value| {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                _ => String::new(),
            };
            fits(&text).then_some(()).ok_or_else(|| hint.to_owned())
        })
    }

    /// A template that must become a map.
    pub(super) fn map(&mut self, node: &Node) -> Option<Template> {
        self.ruled(node, |value| match value {
            Value::Object(_) => Ok(()),
            _ => Err("give a map".to_owned()),
        })
    }

    pub(super) fn moment(&mut self, node: &Node) -> Option<Template> {
        self.ruled(node, moment)
    }

    /// A text that must be known before anything plays.
    pub(super) fn literal_text<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n str> {
        let text = match &node.value {
            Tree::Text(text) => Some(&**text),
            _ => None,
        };
        match text.filter(|text| !text.trim().is_empty()) {
            None => {
                self.wrong(node, &format!("give {what}"));
                None
            }
            Some(text) if text.contains("${") => {
                let hint = format!("an expression cannot stand here; give {what}");
                self.add(&node.at, hint);
                None
            }
            text => text,
        }
    }

    pub(super) fn flag(&mut self, node: &Node) -> Option<bool> {
        match node.value {
            Tree::Boolean(flag) => Some(flag),
            _ => {
                self.wrong(node, "give true or false");
                None
            }
        }
    }

    pub(super) fn list<'n>(&mut self, node: &'n Node, of: &str) -> &'n [Node] {
        match &node.value {
            Tree::List(items) => items,
            Tree::Null => &[],
            _ => {
                self.wrong(node, &format!("give a list of {of}"));
                &[]
            }
        }
    }

    /// Names and what stands for them.
    pub(super) fn members<'n>(&mut self, node: &'n Node, of: &str) -> &'n [(Key, Node)] {
        match &node.value {
            Tree::Map(members) => members,
            Tree::Null => &[],
            _ => {
                self.wrong(node, &format!("give a map of {of}"));
                &[]
            }
        }
    }

    /// The headers of a request: texts by names that HTTP takes (RFC 9110, 5.1 and 5.5).
    pub(super) fn headers(&mut self, node: &Node) -> Named<Template> {
        let mut headers = Named::new();
        for (key, value) in self.members(node, "headers") {
            let of_name =
                |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
            if key.name.is_empty() || !key.name.bytes().all(of_name) {
                let text = format!(
                    "{:?} is no name of a header; one has letters, digits and hyphens",
                    key.name
                );
                self.add(&key.at, text);
            }
            let Some(template) = self.text(value) else {
                continue;
            };
            let literal = template.literal().and_then(Value::as_str);
            if literal.is_some_and(|text| text.contains(['\0', '\r', '\n'])) {
                let text = "the value of a header is one line; no line ends in it";
                self.add(&value.at, text);
            }
            headers.push((key.clone(), template));
        }
        headers
    }

    /// A map whose values a form or a query can hold.
    pub(super) fn pairs(&mut self, node: &Node) -> Option<Template> {
        if let Tree::Map(members) = &node.value {
            for (_, value) in members {
                let single = std::slice::from_ref(value);
                let (values, is_list) = match &value.value {
                    Tree::List(items) => (items.as_slice(), true),
                    _ => (single, false),
                };
                for value in values {
                    let fits = match &value.value {
                        Tree::Map(_) | Tree::List(_) => false,
                        Tree::Null => !is_list,
                        Tree::Boolean(_) | Tree::Number(_) | Tree::Text(_) => true,
                    };
                    if !fits {
                        self.wrong(value, "give texts, numbers, booleans, or lists of them");
                    }
                }
            }
        }
        self.map(node)
    }

    /// Values by names of our own.
    pub(super) fn named(&mut self, node: &Node) -> Named<Template> {
        let mut named = Named::new();
        for (key, value) in self.members(node, "names and values") {
            let is_right = self.name(key);
            let value = self.template(value);
            match value.filter(|_| is_right) {
                Some(value) => named.push((key.clone(), value)),
                None => {
                    self.1.insert(key.name.clone());
                }
            }
        }
        named
    }

    /// Whether a name can be used in expressions, and is not there anyway.
    pub(super) fn name(&mut self, key: &Key) -> bool {
        let name = &*key.name;
        if TAKEN.contains(&name) {
            self.add(
                &key.at,
                format!("{name} is a name that is always there; give another"),
            );
            return false;
        }
        if !is_name(name) {
            let hint = "a name begins with a letter, and has letters, digits and _ after it";
            self.add(&key.at, format!("{name:?} is no name; {hint}"));
            return false;
        }
        true
    }

    /// What a literal is that has no business here, and what has.
    pub(super) fn wrong(&mut self, node: &Node, hint: &str) {
        let shown = shown(node);
        self.add(&node.at, format!("{shown}: {hint}"));
    }
}

/// A time as `clock` takes it.
pub(super) fn moment(value: &Value) -> Result<Timestamp, String> {
    let moment = value.as_str().and_then(Timestamp::parse_rfc3339);
    moment
        .filter(|moment| *moment >= Timestamp(0))
        .ok_or_else(|| "give a date and time from 1970 on, such as 2026-01-31T12:00:00Z".to_owned())
}

/// A value as a fault shows it: what is long, or holds others, in a word.
pub(crate) fn shown(node: &Node) -> String {
    match &node.value {
        Tree::Null => "null".to_owned(),
        Tree::Boolean(flag) => flag.to_string(),
        Tree::Number(number) => number.to_string(),
        Tree::Text(text) if text.chars().count() <= 60 => format!("{text:?}"),
        Tree::Text(_) => "this text".to_owned(),
        Tree::List(_) => "a list".to_owned(),
        Tree::Map(_) => "a map".to_owned(),
    }
}

/// The members of a map that were not taken yet.
pub(super) struct Entry<'n> {
    pub(super) at: &'n At,
    /// What it is, for a sentence.
    what: &'static str,
    left: Vec<(&'n Key, &'n Node)>,
    taken: Vec<&'static str>,
}

impl<'n> Entry<'n> {
    /// The members of a value that must be a map.
    pub(super) fn open(node: &'n Node, what: &'static str, faults: &mut Faults) -> Option<Self> {
        let Tree::Map(members) = &node.value else {
            faults.wrong(node, &format!("{what} is a map"));
            return None;
        };
        Some(Self {
            at: &node.at,
            what,
            left: members.iter().map(|(key, value)| (key, value)).collect(),
            taken: Vec::new(),
        })
    }

    /// A member, null or not.
    pub(super) fn any(&mut self, name: &'static str) -> Option<(&'n Key, &'n Node)> {
        self.taken.push(name);
        let at = self.left.iter().position(|(key, _)| *key.name == *name)?;
        Some(self.left.remove(at))
    }

    /// A member that is there, and not null.
    pub(super) fn take(&mut self, name: &'static str) -> Option<&'n Node> {
        let (_, node) = self.any(name)?;
        (!matches!(node.value, Tree::Null)).then_some(node)
    }

    /// A member that must be there.
    pub(super) fn required(&mut self, name: &'static str, faults: &mut Faults) -> Option<&'n Node> {
        let found = self.take(name);
        if found.is_none() {
            // Where it begins says enough; the whole would be underlined otherwise.
            faults.add(self.at, format!("{} needs {name}", self.what));
        }
        found
    }

    /// What is left.
    pub(super) fn rest(&mut self) -> Vec<(&'n Key, &'n Node)> {
        std::mem::take(&mut self.left)
    }

    /// Refuses what was not taken.
    pub(super) fn end(self, faults: &mut Faults) {
        for (key, _) in self.left {
            let hint = misspelled::hint(&key.name, self.taken.iter().copied());
            let text = format!("{} has no member {}; {hint}", self.what, key.name);
            faults.add(&key.at, text);
        }
    }
}
