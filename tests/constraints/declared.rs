//! What the service model declares, read from `model/cognito-idp.json` at run time, and what AWS
//! says about a request that breaks it.
//!
//! Nothing here touches the generated tables or the code that reads them: this is the second
//! opinion that they are compared with.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::PathBuf;
use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use regex::Regex;
use serde_json::{Map, Value};

use super::pattern;

/// Sensitive in the model, and yet shown: observed for `clientId` from 2023 on (boto/boto3#3581),
/// once for `userCode`.
const SHOWN_ALL_THE_SAME: [&str; 2] = ["ClientIdType", "SoftwareTokenMFAUserCodeType"];

/// A value that the API reference documents and the model's enum lacks.
const ADDED_VALUES: [(&str, &str); 1] = [("ExplicitAuthFlowsType", "ALLOW_CLIENT_TOKEN_AUTH")];

/// The pattern of a shape on the live service, other than the model's (observed).
const LIVE_PATTERNS: [(&str, &str); 1] = [("PasswordType", r"^[\S]+.*[\S]+$")];

pub(super) struct Model {
    operations: Map<String, Value>,
    shapes: Map<String, Value>,
    compiled: RefCell<HashMap<String, Rc<Regex>>>,
}

impl Model {
    pub(super) fn read() -> Self {
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("model/cognito-idp.json");
        let text = std::fs::read_to_string(file).unwrap();
        let mut model: Value = serde_json::from_str(&text).unwrap();
        for (shape, value) in ADDED_VALUES {
            let values = model["shapes"][shape]["enum"].as_array_mut().unwrap();
            values.push(value.into());
        }
        for (shape, pattern) in LIVE_PATTERNS {
            model["shapes"][shape]["pattern"] = pattern.into();
        }
        let mut part = |name: &str| match model[name].take() {
            Value::Object(map) => map,
            other => panic!("{name} is {other}"),
        };
        Self {
            operations: part("operations"),
            shapes: part("shapes"),
            compiled: RefCell::default(),
        }
    }

    pub(super) fn operations(&self) -> impl Iterator<Item = &str> {
        self.operations.keys().map(String::as_str)
    }

    /// The shape of an operation's input.
    pub(super) fn input(&self, operation: &str) -> &str {
        self.operations[operation]["input"]["shape"]
            .as_str()
            .unwrap()
    }

    pub(super) fn signed(&self, operation: &str) -> bool {
        self.operations[operation]["authtype"] != "none"
    }

    pub(super) fn shape<'m>(&'m self, name: &'m str) -> Shape<'m> {
        Shape {
            model: self,
            name,
            declared: &self.shapes[name],
        }
    }

    /// Every constraint that `body` breaks, as the items of AWS's message; their order is not
    /// stable on AWS.
    pub(super) fn broken(&self, operation: &str, body: &Value) -> Vec<String> {
        let mut items = Vec::new();
        let input = self.shape(self.input(operation));
        input.break_structure(body, "", false, &mut items);
        items
    }

    fn compiled(&self, pattern: &str) -> Rc<Regex> {
        let mut compiled = self.compiled.borrow_mut();
        if let Some(found) = compiled.get(pattern) {
            return Rc::clone(found);
        }
        let expression = format!(r"\A(?:{})\z", pattern::in_rust(pattern));
        let regex = Rc::new(Regex::new(&expression).unwrap());
        compiled.insert(pattern.to_owned(), Rc::clone(&regex));
        regex
    }
}

/// A shape of the model.
#[derive(Clone, Copy)]
pub(super) struct Shape<'m> {
    model: &'m Model,
    pub(super) name: &'m str,
    declared: &'m Value,
}

impl<'m> Shape<'m> {
    pub(super) fn kind(self) -> &'m str {
        self.declared["type"].as_str().unwrap()
    }

    pub(super) fn is_document(self) -> bool {
        self.declared["document"] == true
    }

    fn part(self, name: &str) -> Shape<'m> {
        self.model
            .shape(self.declared[name]["shape"].as_str().unwrap())
    }

    /// The shape of a list's items.
    pub(super) fn item(self) -> Shape<'m> {
        self.part("member")
    }

    pub(super) fn key(self) -> Shape<'m> {
        self.part("key")
    }

    pub(super) fn value(self) -> Shape<'m> {
        self.part("value")
    }

    pub(super) fn members(self) -> Vec<(&'m str, Shape<'m>)> {
        let members = self.declared["members"].as_object().unwrap();
        let typed = |(name, member): (&'m String, &'m Value)| {
            let shape = self.model.shape(member["shape"].as_str().unwrap());
            (name.as_str(), shape)
        };
        members.iter().map(typed).collect()
    }

    pub(super) fn requires(self, member: &str) -> bool {
        let required = self.declared["required"].as_array();
        required.is_some_and(|names| names.iter().any(|name| name == member))
    }

    pub(super) fn min(self) -> Option<i64> {
        self.declared["min"].as_i64()
    }

    pub(super) fn max(self) -> Option<i64> {
        self.declared["max"].as_i64()
    }

    pub(super) fn pattern(self) -> Option<&'m str> {
        self.declared["pattern"].as_str()
    }

    pub(super) fn values(self) -> Option<Vec<&'m str>> {
        let values = self.declared["enum"].as_array()?;
        Some(values.iter().map(|value| value.as_str().unwrap()).collect())
    }

    fn is_hidden(self) -> bool {
        self.declared["sensitive"] == true && !SHOWN_ALL_THE_SAME.contains(&self.name)
    }

    /// Whether the service takes this text. Two shapes depart from their pattern:
    /// `model/overrides.json` has the evidence.
    pub(super) fn matches(self, text: &str) -> bool {
        let Some(pattern) = self.pattern() else {
            return true;
        };
        match self.name {
            "DomainType" => !text.is_empty(),
            "ClientNameType" => {
                let named = text.strip_prefix("_custom_id_:").unwrap_or(text);
                self.model.compiled(pattern).is_match(named)
            }
            // The one look-behind of the model, which the crate does not know.
            _ if pattern.contains(pattern::NO_DOT_AT_THE_END) => {
                self.model.compiled(pattern).is_match(text) && !text.ends_with('.')
            }
            _ => self.model.compiled(pattern).is_match(text),
        }
    }

    fn break_structure(self, value: &Value, path: &str, hidden: bool, items: &mut Vec<String>) {
        if self.is_document() {
            return;
        }
        for (name, shape) in self.members() {
            let here = join(path, &lowered(name));
            match value.get(name).unwrap_or(&Value::Null) {
                Value::Null if self.requires(name) => {
                    let hidden = hidden || shape.is_hidden();
                    items.push(item(&here, &Value::Null, hidden, "Member must not be null"));
                }
                Value::Null => {}
                value => shape.break_value(value, &here, hidden, items),
            }
        }
    }

    fn break_value(self, value: &Value, path: &str, hidden: bool, items: &mut Vec<String>) {
        let hidden = hidden || self.is_hidden();
        let shown = if self.kind() == "blob" {
            let length = STANDARD.decode(value.as_str().unwrap()).unwrap().len();
            format!("java.nio.HeapByteBuffer[pos=0 lim={length} cap={length}]").into()
        } else {
            value.clone()
        };
        for text in self.broken_by(value) {
            items.push(item(path, &shown, hidden, &text));
        }
        match (self.kind(), value) {
            ("structure", _) => self.break_structure(value, path, hidden, items),
            ("list", Value::Array(list)) if self.item().kind() == "structure" => {
                for (at, value) in list.iter().enumerate() {
                    let here = format!("{path}.{}.member", at + 1);
                    self.item().break_value(value, &here, hidden, items);
                }
            }
            ("map", Value::Object(map)) if self.value().kind() == "structure" => {
                for (key, value) in map {
                    let here = format!("{path}.{key}.member");
                    self.value().break_value(value, &here, hidden, items);
                }
            }
            _ => {}
        }
    }

    /// The texts of the rules of this shape alone that `value` breaks.
    fn broken_by(self, value: &Value) -> Vec<String> {
        let rules = self.rules();
        let broken = rules.into_iter().filter(|(rule, _)| !rule.holds(value));
        broken.map(|(_, text)| text).collect()
    }

    /// Upper limit, lower limit, what is inside, pattern or set: the order inside a list's message
    /// (observed for CallbackURLs, aws/aws-cli#2941).
    fn rules(self) -> Vec<(Rule<'m>, String)> {
        let mut rules = Vec::new();
        let measured = match self.kind() {
            "integer" | "long" => "value",
            _ => "length",
        };
        if let Some(max) = self.max() {
            let text = format!("Member must have {measured} less than or equal to {max}");
            rules.push((Rule::Max(self, max), text));
        }
        if let Some(min) = self.min() {
            let text = format!("Member must have {measured} greater than or equal to {min}");
            rules.push((Rule::Min(self, min), text));
        }
        let inner = match self.kind() {
            "list" => vec![(
                "Member",
                self.item(),
                Rule::Items as fn(Shape<'m>) -> Rule<'m>,
            )],
            "map" => vec![
                (
                    "Map keys",
                    self.key(),
                    Rule::Keys as fn(Shape<'m>) -> Rule<'m>,
                ),
                ("Map value", self.value(), Rule::Values),
            ],
            _ => vec![],
        };
        for (what, shape, rule) in inner {
            if shape.kind() == "structure" {
                continue;
            }
            let inside = matches!(shape.kind(), "list" | "map");
            assert!(!inside, "{}: nobody has seen AWS's words for it", self.name);
            let texts: Vec<String> = shape.rules().into_iter().map(|(_, text)| text).collect();
            if !texts.is_empty() {
                let text = format!("{what} must satisfy constraint: [{}]", texts.join(", "));
                rules.push((rule(shape), text));
            }
        }
        if let Some(pattern) = self.pattern() {
            let text = format!("Member must satisfy regular expression pattern: {pattern}");
            rules.push((Rule::Pattern(self), text));
        }
        if let Some(values) = self.values() {
            let set = values.join(", ");
            let text = format!("Member must satisfy enum value set: [{set}]");
            rules.push((Rule::Enum(values), text));
        }
        rules
    }
}

/// One rule of a shape.
enum Rule<'m> {
    Max(Shape<'m>, i64),
    Min(Shape<'m>, i64),
    Items(Shape<'m>),
    Keys(Shape<'m>),
    Values(Shape<'m>),
    Pattern(Shape<'m>),
    Enum(Vec<&'m str>),
}

impl Rule<'_> {
    fn holds(&self, value: &Value) -> bool {
        match self {
            Self::Max(shape, max) => measure(shape.kind(), value) <= *max,
            Self::Min(shape, min) => measure(shape.kind(), value) >= *min,
            Self::Items(item) => {
                let items = value.as_array().unwrap();
                items.iter().all(|value| item.broken_by(value).is_empty())
            }
            Self::Keys(key) => {
                let map = value.as_object().unwrap();
                map.keys()
                    .all(|text| key.broken_by(&text.as_str().into()).is_empty())
            }
            Self::Values(shape) => {
                let map = value.as_object().unwrap();
                map.values().all(|value| shape.broken_by(value).is_empty())
            }
            Self::Pattern(shape) => shape.matches(value.as_str().unwrap()),
            Self::Enum(values) => values.contains(&value.as_str().unwrap()),
        }
    }
}

/// What AWS counts: Java's length of a string, which is UTF-16 units (inferred), entries, bytes, or
/// the number itself.
fn measure(kind: &str, value: &Value) -> i64 {
    let count = match (kind, value) {
        ("blob", Value::String(text)) => STANDARD.decode(text).unwrap().len(),
        (_, Value::String(text)) => text.encode_utf16().count(),
        (_, Value::Array(list)) => list.len(),
        (_, Value::Object(map)) => map.len(),
        (_, Value::Number(number)) => return number.as_i64().unwrap(),
        _ => panic!("nothing to measure in {value}"),
    };
    i64::try_from(count).unwrap()
}

fn item(path: &str, value: &Value, hidden: bool, text: &str) -> String {
    let shown = match value {
        _ if hidden => String::new(),
        Value::Null => " null".to_owned(),
        value => format!(" '{}'", in_java(value)),
    };
    format!("Value{shown} at '{path}' failed to satisfy constraint: {text}")
}

/// A value as Java prints collections: `[a, b]`, `{k=v}`.
fn in_java(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => {
            let items: Vec<String> = list.iter().map(in_java).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(map) => {
            let entry = |(key, value): (&String, &Value)| format!("{key}={}", in_java(value));
            let entries: Vec<String> = map.iter().map(entry).collect();
            format!("{{{}}}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        return name.to_owned();
    }
    format!("{path}.{name}")
}

/// Only the first letter is lowered: `sMSMessage`.
fn lowered(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    first.to_ascii_lowercase() + rest
}
