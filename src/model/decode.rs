//! From a JSON tree to a typed request, or to everything that is wrong with it.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::fault::{
    DecodeError, Path, Segment, SerializationFault, Shown, UnknownMember, Violation,
};
use super::rule::{Constraint, NOT_NULL, number};
use crate::clock::Timestamp;

/// How many violations are kept. The limit is ours, so that a body of a million empty items does not
/// become an answer a hundred times its size; no request that a person writes comes near it.
const MOST_VIOLATIONS: usize = 1000;

/// How many bytes of values violations show together. The limit is ours: a value that breaks two
/// constraints is shown twice, and an answer must not be a multiple of its request. It is above every
/// length that the model allows a text.
const MOST_SHOWN: usize = 512 * 1024;

/// A type that can be read from a JSON tree.
pub trait Decode: Sized {
    /// Whether the type is written as a JSON scalar. A list reports a fault of a scalar item as its
    /// own, of any other item by the item's path.
    const SCALAR: bool = false;

    /// The members that the type declares, where it is a structure.
    const MEMBERS: &'static [&'static str] = &[];

    /// Reads the value; `None` means that the reader was told why not.
    fn decode(value: &Value, reader: &mut Reader) -> Option<Self>;
}

/// Reads a request. Unknown members are ignored and `null` counts as absent (both inferred).
pub fn decode<T: Decode>(body: &Value) -> Result<T, DecodeError> {
    run(body, false)
}

/// Reads what a person wrote: unknown members are reported too.
pub fn decode_strict<T: Decode>(body: &Value) -> Result<T, DecodeError> {
    run(body, true)
}

fn run<T: Decode>(body: &Value, strict: bool) -> Result<T, DecodeError> {
    let mut reader = Reader {
        strict,
        ..Reader::default()
    };
    // A body that is absent or null is an empty request (inferred).
    let empty = Value::Object(Map::new());
    let body = if body.is_null() { &empty } else { body };
    let decoded = T::decode(body, &mut reader);
    if let Some(fault) = reader.fault {
        return Err(DecodeError::Serialization(fault));
    }
    if !reader.unknown.is_empty() {
        return Err(DecodeError::Unknown(reader.unknown));
    }
    match decoded {
        Some(decoded) if reader.violations.is_empty() => Ok(decoded),
        _ => Err(DecodeError::Constraints(reader.violations)),
    }
}

/// Walks a JSON tree, remembers where it is and collects what is wrong.
#[derive(Debug, Default)]
pub struct Reader {
    strict: bool,
    /// Inside a sensitive structure, no value is shown.
    hidden: bool,
    path: Vec<Segment>,
    fault: Option<SerializationFault>,
    unknown: Vec<UnknownMember>,
    violations: Vec<Violation>,
    /// Bytes of values that the violations show.
    shown: usize,
}

impl Reader {
    /// The members of a structure; `known` are those that the shape declares.
    pub fn structure<'v>(
        &mut self,
        value: &'v Value,
        known: &'static [&'static str],
    ) -> Option<&'v Map<String, Value>> {
        let Some(members) = value.as_object() else {
            return self.fault(Some("Expected map or null".to_owned()), value, "an object");
        };
        if self.strict {
            for name in members
                .keys()
                .filter(|name| !known.contains(&name.as_str()))
            {
                let path = self.path_to(Segment::Key(name.clone()));
                self.unknown.push(UnknownMember { path, known });
            }
        }
        Some(members)
    }

    /// A member that must be there.
    pub fn required<T: Decode>(
        &mut self,
        members: &Map<String, Value>,
        wire: &'static str,
        constraint: &Constraint,
    ) -> Option<T> {
        let value = members.get(wire).unwrap_or(&Value::Null);
        if value.is_null() {
            let shown = self.show(value, constraint);
            self.violation(Segment::Member(wire), shown, NOT_NULL.to_owned());
            return None;
        }
        self.member(value, wire, constraint)
    }

    /// A member that may be absent: the outer option is whether it could be read.
    pub fn optional<T: Decode>(
        &mut self,
        members: &Map<String, Value>,
        wire: &'static str,
        constraint: &Constraint,
    ) -> Option<Option<T>> {
        match members.get(wire) {
            None | Some(Value::Null) => Some(None),
            Some(value) => self.member(value, wire, constraint).map(Some),
        }
    }

    fn member<T: Decode>(
        &mut self,
        value: &Value,
        wire: &'static str,
        constraint: &Constraint,
    ) -> Option<T> {
        self.check(value, wire, constraint);
        let outer = self.hidden;
        self.hidden |= constraint.hidden;
        let decoded = self.inside(Segment::Member(wire), value);
        self.hidden = outer;
        decoded
    }

    fn check(&mut self, value: &Value, wire: &'static str, constraint: &Constraint) {
        constraint.check(value, |text| {
            let shown = self.show(value, constraint);
            self.violation(Segment::Member(wire), shown, text);
        });
    }

    fn inside<T: Decode>(&mut self, segment: Segment, value: &Value) -> Option<T> {
        self.path.push(segment);
        let decoded = T::decode(value, self);
        self.path.pop();
        decoded
    }

    fn show(&mut self, value: &Value, constraint: &Constraint) -> Shown {
        if self.hidden {
            return Shown::Hidden;
        }
        let mut shown = constraint.show(value);
        if let Shown::Literal(text) = &mut shown {
            if self.shown + text.len() > MOST_SHOWN {
                let end = text.floor_char_boundary(MOST_SHOWN - self.shown);
                text.truncate(end);
                text.push('…');
                text.shrink_to_fit();
            }
            self.shown = MOST_SHOWN.min(self.shown + text.len());
        }
        shown
    }

    fn violation(&mut self, segment: Segment, shown: Shown, constraint: String) {
        if self.violations.len() == MOST_VIOLATIONS {
            return;
        }
        let path = self.path_to(segment);
        self.violations.push(Violation {
            path,
            shown,
            constraint,
        });
    }

    fn path_to(&self, last: Segment) -> Path {
        let mut path = self.path.clone();
        path.push(last);
        Path(path)
    }

    /// The text of a string.
    pub fn text<'v>(&mut self, value: &'v Value) -> Option<&'v str> {
        match value {
            Value::String(text) => Some(text),
            _ => self.not_a(value, "a String", "a string"),
        }
    }

    /// The first fault is the one that AWS reports.
    fn fault<T>(
        &mut self,
        message: Option<String>,
        value: &Value,
        wanted: &'static str,
    ) -> Option<T> {
        if self.fault.is_none() {
            self.fault = Some(SerializationFault {
                message,
                path: Path(self.path.clone()),
                wanted,
                found: kind(value),
            });
        }
        None
    }

    /// A value that should have been a scalar of another kind, in the words of the service: observed
    /// for structures (aws-amplify/amplify-js#5165), reported for the rest. A null is silent: the
    /// constraint of its list has reported it. `java` is the service's word for what is `wanted`.
    fn not_a<T>(&mut self, value: &Value, java: &str, wanted: &'static str) -> Option<T> {
        let token = match value {
            Value::Null => return None,
            Value::Array(_) | Value::Object(_) => {
                let text = "Start of structure or map found where not expected.";
                return self.fault(Some(text.to_owned()), value, wanted);
            }
            Value::Bool(true) => "TRUE_VALUE",
            Value::Bool(false) => "FALSE_VALUE",
            Value::Number(_) => "NUMBER_VALUE",
            Value::String(_) => "STRING_VALUE",
        };
        let text = format!("{token} can not be converted to {java}");
        self.fault(Some(text), value, wanted)
    }
}

/// What a value is, in JSON's words.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

impl Decode for String {
    const SCALAR: bool = true;

    fn decode(value: &Value, reader: &mut Reader) -> Option<Self> {
        reader.text(value).map(str::to_owned)
    }
}

impl Decode for bool {
    const SCALAR: bool = true;

    fn decode(value: &Value, reader: &mut Reader) -> Option<Self> {
        value
            .as_bool()
            .or_else(|| reader.not_a(value, "a Boolean", "a boolean"))
    }
}

impl Decode for i32 {
    const SCALAR: bool = true;

    fn decode(value: &Value, reader: &mut Reader) -> Option<Self> {
        // What does not fit is refused as a value of another kind is (inferred).
        number(value)
            .and_then(|wide| Self::try_from(wide).ok())
            .or_else(|| reader.not_a(value, "an Integer", "a number"))
    }
}

impl Decode for i64 {
    const SCALAR: bool = true;

    fn decode(value: &Value, reader: &mut Reader) -> Option<Self> {
        number(value).or_else(|| reader.not_a(value, "a Long", "a number"))
    }
}

/// Seconds since the epoch, with a fraction.
impl Decode for Timestamp {
    const SCALAR: bool = true;

    fn decode(value: &Value, reader: &mut Reader) -> Option<Self> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "no moment that a clock can show is out of range"
        )]
        let from_seconds = |seconds: f64| Self((seconds * 1000.0).round() as i64);
        value.as_f64().map(from_seconds).or_else(|| {
            let wanted = "a number of seconds since the epoch";
            reader.not_a(value, "milliseconds since epoch", wanted)
        })
    }
}

/// A blob is base64 text.
impl Decode for Vec<u8> {
    const SCALAR: bool = true;

    fn decode(value: &Value, reader: &mut Reader) -> Option<Self> {
        let Value::String(text) = value else {
            return reader.not_a(value, "a Blob", "base64 text");
        };
        STANDARD
            .decode(text)
            .ok()
            .or_else(|| reader.fault(None, value, "base64 text"))
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(value: &Value, reader: &mut Reader) -> Option<Self> {
        let Value::Array(items) = value else {
            if value.is_object() {
                return reader.not_a(value, "a List", "an array");
            }
            return reader.fault(Some("Expected list or null".to_owned()), value, "an array");
        };
        // Decoded to the end, so that every item's violations are found.
        let mut decoded = Some(Self::with_capacity(items.len()));
        for (at, item) in items.iter().enumerate() {
            let segment = Segment::Item(at + 1);
            if item.is_null() && !T::SCALAR {
                reader.violation(segment, Shown::Null, NOT_NULL.to_owned());
                decoded = None;
                continue;
            }
            match (reader.inside(segment, item), &mut decoded) {
                (Some(item), Some(list)) => list.push(item),
                _ => decoded = None,
            }
        }
        decoded
    }
}

impl<T: Decode> Decode for BTreeMap<String, T> {
    fn decode(value: &Value, reader: &mut Reader) -> Option<Self> {
        let Value::Object(entries) = value else {
            return reader.fault(Some("Expected map or null".to_owned()), value, "an object");
        };
        let mut decoded = Some(Self::new());
        // A null value counts as absent (inferred).
        for (key, item) in entries.iter().filter(|(_, item)| !item.is_null()) {
            match (reader.inside(Segment::Key(key.clone()), item), &mut decoded) {
                (Some(item), Some(map)) => {
                    map.insert(key.clone(), item);
                }
                _ => decoded = None,
            }
        }
        decoded
    }
}

/// A document: any JSON.
impl Decode for Value {
    fn decode(value: &Value, _reader: &mut Reader) -> Option<Self> {
        Some(value.clone())
    }
}
