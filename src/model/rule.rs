//! The constraints of the model and AWS's words for them.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::fault::Shown;
use super::pattern::Pattern;

/// The rules of a shape, and whether its values may appear in a message.
#[derive(Debug)]
pub struct Constraint {
    pub(super) rules: &'static [Rule],
    pub(super) hidden: bool,
    pub(super) may_be_blank: bool,
}

/// A shape without rules.
pub(super) static ANY: Constraint = Constraint::shown(&[]);

/// One rule.
#[derive(Debug)]
pub(super) enum Rule {
    /// Of a string in UTF-16 units (inferred: Java's lengths), of a list or map in entries.
    MinLength(usize),
    MaxLength(usize),
    /// Of a blob, decoded.
    MinBytes(usize),
    MaxBytes(usize),
    /// Of a number.
    AtLeast(i64),
    AtMost(i64),
    Pattern(&'static Pattern),
    /// The values of an enum in the order in which AWS prints them.
    Enum(&'static [&'static str]),
    /// Of each item of a list of scalars, each key or each value of a map of scalars.
    Items(&'static Constraint),
    Keys(&'static Constraint),
    Values(&'static Constraint),
}

/// The rule that every member which must be there breaks by its absence.
pub(super) const NOT_NULL: &str = "Member must not be null";

impl Constraint {
    pub(super) const fn shown(rules: &'static [Rule]) -> Self {
        Self {
            rules,
            hidden: false,
            may_be_blank: false,
        }
    }

    pub(super) const fn hidden(rules: &'static [Rule]) -> Self {
        Self {
            rules,
            hidden: true,
            may_be_blank: false,
        }
    }

    /// The same for a member whose blank value means none.
    pub(super) const fn or_blank(&self) -> Self {
        Self {
            rules: self.rules,
            hidden: self.hidden,
            may_be_blank: true,
        }
    }

    /// Hands each broken rule's text to `report`. A value of a wrong JSON type breaks none: that is a
    /// fault of another kind, found when the value is decoded.
    pub(super) fn check(&self, value: &Value, mut report: impl FnMut(String)) {
        if self.may_be_blank && value.as_str() == Some("") {
            return;
        }
        for rule in self.rules {
            if !rule.holds(value) {
                report(rule.text());
            }
        }
    }

    fn holds(&self, value: &Value) -> bool {
        !value.is_null() && self.rules.iter().all(|rule| rule.holds(value))
    }

    /// What a message shows of a value under this constraint.
    pub(super) fn show(&self, value: &Value) -> Shown {
        match value {
            _ if self.hidden => Shown::Hidden,
            Value::Null => Shown::Null,
            Value::String(text) if self.is_blob() => {
                let length = decoded_length(text);
                // How Java prints a buffer (observed in messages of other AWS services).
                Shown::Literal(format!(
                    "java.nio.HeapByteBuffer[pos=0 lim={length} cap={length}]"
                ))
            }
            value => Shown::Literal(java_text(value)),
        }
    }

    fn is_blob(&self) -> bool {
        let bytes = |rule: &Rule| matches!(rule, Rule::MinBytes(_) | Rule::MaxBytes(_));
        self.rules.iter().any(bytes)
    }

    /// All rules, as a message about a list names those of its items. Upper limit, lower limit, then
    /// pattern: observed for CallbackURLs, aws/aws-cli#2941.
    fn texts(&self) -> String {
        let texts: Vec<String> = self.rules.iter().map(Rule::text).collect();
        texts.join(", ")
    }
}

impl Rule {
    fn holds(&self, value: &Value) -> bool {
        match self {
            Self::MinLength(least) => length(value).is_none_or(|length| length >= *least),
            Self::MaxLength(most) => length(value).is_none_or(|length| length <= *most),
            Self::MinBytes(least) => byte_length(value).is_none_or(|length| length >= *least),
            Self::MaxBytes(most) => byte_length(value).is_none_or(|length| length <= *most),
            Self::AtLeast(least) => number(value).is_none_or(|number| number >= *least),
            Self::AtMost(most) => number(value).is_none_or(|number| number <= *most),
            Self::Pattern(pattern) => value.as_str().is_none_or(|text| pattern.matches(text)),
            Self::Enum(values) => value.as_str().is_none_or(|text| values.contains(&text)),
            Self::Items(item) => value
                .as_array()
                .is_none_or(|items| items.iter().all(|value| item.holds(value))),
            Self::Keys(key) => entries(value).is_none_or(|map| {
                map.keys()
                    .all(|text| key.holds(&Value::String(text.clone())))
            }),
            // A null value of a map counts as absent (inferred), as a null member does.
            Self::Values(constraint) => entries(value).is_none_or(|map| {
                map.values()
                    .all(|value| value.is_null() || constraint.holds(value))
            }),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::MinLength(least) | Self::MinBytes(least) => {
                format!("Member must have length greater than or equal to {least}")
            }
            Self::MaxLength(most) | Self::MaxBytes(most) => {
                format!("Member must have length less than or equal to {most}")
            }
            Self::AtLeast(least) => {
                format!("Member must have value greater than or equal to {least}")
            }
            Self::AtMost(most) => format!("Member must have value less than or equal to {most}"),
            Self::Pattern(pattern) => {
                format!(
                    "Member must satisfy regular expression pattern: {}",
                    pattern.text
                )
            }
            Self::Enum(values) => {
                format!(
                    "Member must satisfy enum value set: [{}]",
                    values.join(", ")
                )
            }
            // Observed: awsdocs/aws-cloudformation-user-guide#563 for lists, aws-amplify/amplify-js
            // #11409 for the values of a map, boto/boto3#2601 (another service) for its keys.
            Self::Items(item) => format!("Member must satisfy constraint: [{}]", item.texts()),
            Self::Keys(key) => format!("Map keys must satisfy constraint: [{}]", key.texts()),
            Self::Values(value) => {
                format!("Map value must satisfy constraint: [{}]", value.texts())
            }
        }
    }
}

fn entries(value: &Value) -> Option<&Map<String, Value>> {
    value.as_object()
}

/// Java's length: UTF-16 units of a string, entries of a list or map.
fn length(value: &Value) -> Option<usize> {
    match value {
        Value::String(text) if text.is_ascii() => Some(text.len()),
        Value::String(text) => Some(text.encode_utf16().count()),
        Value::Array(items) => Some(items.len()),
        Value::Object(map) => Some(map.len()),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn byte_length(value: &Value) -> Option<usize> {
    value.as_str().map(decoded_length)
}

/// How many bytes base64 text stands for; text that is no base64 counts as empty, since decoding it
/// is a fault of its own.
fn decoded_length(text: &str) -> usize {
    STANDARD.decode(text).map_or(0, |bytes| bytes.len())
}

/// A JSON number as the service reads it into a whole one: the fraction is dropped. Inferred from the
/// name of the class that once showed in a message, `TruncatingBigNumber` (pmill/aws-cognito#10).
/// None if it is no number or does not fit: both are found when the value is decoded.
pub(super) fn number(value: &Value) -> Option<i64> {
    const BEYOND: f64 = 9_223_372_036_854_775_808.0; // 2^63
    let number = value.as_number()?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "dropping the fraction is the rule, and what is left fits"
    )]
    let truncated = |float: f64| (-BEYOND..BEYOND).contains(&float).then_some(float as i64);
    number
        .as_i64()
        .or_else(|| number.as_f64().and_then(truncated))
}

/// A value as Java prints it, `[a, b]` and `{k=v}` (observed in messages about lists and maps; that
/// structures print like maps is inferred).
fn java_text(value: &Value) -> String {
    let mut text = String::new();
    write_java_text(value, &mut text);
    text
}

fn write_java_text(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => out.push_str(text),
        Value::Null => out.push_str("null"),
        Value::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Value::Number(number) => {
            // Writing into a String cannot fail.
            let _ = write!(out, "{number}");
        }
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                write_java_text(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            out.push('{');
            for (at, (key, value)) in map.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                out.push_str(key);
                out.push('=');
                write_java_text(value, out);
            }
            out.push('}');
        }
    }
}
