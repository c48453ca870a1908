//! The matchers that are texts: `<any>` and its like.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::clock::{LAST, Timestamp};
use crate::scenario::functions;

/// What a value is by its type or form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Any,
    Absent,
    String,
    Number,
    Boolean,
    List,
    Map,
    Uuid,
    Jwt,
    Time,
    Base64,
    Url,
    Code,
}

const FORMS: [(&str, Form); 13] = [
    ("<any>", Form::Any),
    ("<absent>", Form::Absent),
    ("<string>", Form::String),
    ("<number>", Form::Number),
    ("<boolean>", Form::Boolean),
    ("<list>", Form::List),
    ("<map>", Form::Map),
    ("<uuid>", Form::Uuid),
    ("<jwt>", Form::Jwt),
    ("<time>", Form::Time),
    ("<base64>", Form::Base64),
    ("<url>", Form::Url),
    ("<code>", Form::Code),
];

/// The texts of all forms.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    FORMS.iter().map(|(name, _)| *name)
}

impl Form {
    /// The form that a text stands for.
    pub(super) fn named(text: &str) -> Option<Self> {
        let found = FORMS.iter().find(|(name, _)| *name == text);
        found.map(|(_, form)| *form)
    }

    /// How it is written.
    pub(crate) fn name(self) -> &'static str {
        let found = FORMS.iter().find(|(_, form)| *form == self);
        found.map_or("<any>", |(name, _)| name)
    }

    /// Whether the value of a member, if it is there, has this form.
    pub(super) fn fits(self, got: Option<&Value>) -> bool {
        let Some(got) = got else {
            return self == Self::Absent;
        };
        let text = |fits: fn(&str) -> bool| got.as_str().is_some_and(fits);
        match self {
            Self::Absent => false,
            Self::Any => !got.is_null(),
            Self::String => got.is_string(),
            Self::Number => got.is_number(),
            Self::Boolean => got.is_boolean(),
            Self::List => got.is_array(),
            Self::Map => got.is_object(),
            Self::Uuid => text(is_uuid),
            Self::Jwt => text(functions::is_jwt),
            Self::Time => moment(got).is_some(),
            Self::Base64 => text(|text| !text.is_empty() && STANDARD.decode(text).is_ok()),
            Self::Url => text(is_url),
            Self::Code => text(|text| {
                (6..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
            }),
        }
    }
}

/// The moment that a value stands for, in milliseconds: a text of RFC 3339, or seconds since 1970, as AWS JSON
/// has them.
pub(super) fn moment(value: &Value) -> Option<f64> {
    let millis = match value {
        Value::String(text) => Timestamp::parse_rfc3339(text)?.0 as f64,
        Value::Number(seconds) => seconds.as_f64()? * 1000.0,
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    (0.0..=LAST.0 as f64).contains(&millis).then_some(millis)
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths = groups.iter().map(|group| group.len());
    lengths.eq([8, 4, 4, 4, 12])
        && groups
            .iter()
            .all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// An absolute URL with a host (RFC 3986, 3).
fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        && !host.is_empty()
        && rest
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte))
}
