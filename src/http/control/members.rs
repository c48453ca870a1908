//! The members of a body, of which none is unknown.

use serde_json::{Map, Value};

use super::route::Refused;
use crate::model::names::is_account;
use crate::model::{misspelled, tree};

/// The members of a body; no body has none.
pub(super) struct Members {
    members: Map<String, Value>,
    takes: &'static str,
}

/// The JSON of a body, of which each member stands once; `takes` says what would be right.
pub(super) fn json(body: &[u8], takes: &str) -> Result<Value, Refused> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(Refused::bad_request(format!("the body is empty; {takes}")));
    }
    tree::parse_once(body)
        .map_err(|fault| Refused::bad_request(format!("the body is {fault}; {takes}")))
}

/// The same for a body that is an object.
pub(super) fn object(body: &[u8], takes: &str) -> Result<Map<String, Value>, Refused> {
    match json(body, takes)? {
        Value::Object(members) => Ok(members),
        other => {
            let kind = match other {
                Value::Array(_) => "a list",
                Value::String(_) => "a text",
                Value::Number(_) => "a number",
                _ => "true, false or null",
            };
            let text = format!("the body is {kind}, and must be a JSON object; {takes}");
            Err(Refused::bad_request(text))
        }
    }
}

/// Refuses members of other names.
pub(super) fn only<'k>(
    members: &Map<String, Value>,
    known: impl IntoIterator<Item = &'k str> + Clone,
    takes: &str,
) -> Result<(), Refused> {
    let is_known = |name: &str| known.clone().into_iter().any(|one| one == name);
    match members.keys().find(|name| !is_known(name)) {
        None => Ok(()),
        Some(name) => {
            let hint = misspelled::hint(name, known);
            let text = format!("there is no member {name:?}; {hint}; {takes}");
            Err(Refused::bad_request(text))
        }
    }
}

impl Members {
    /// Reads a body that takes members of these names, which `takes` shows.
    pub(super) fn read(
        body: &[u8],
        known: &[&'static str],
        takes: &'static str,
    ) -> Result<Self, Refused> {
        let right = format!("the body takes {takes}");
        let members = if body.iter().all(u8::is_ascii_whitespace) {
            Map::new()
        } else {
            object(body, &right)?
        };
        only(&members, known.iter().copied(), &right)?;
        Ok(Self { members, takes })
    }

    fn of<T>(
        &self,
        name: &str,
        what: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>, Refused> {
        match self.members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match read(value) {
                Some(read) => Ok(Some(read)),
                None => Err(Refused::bad_request(format!(
                    "{name}: {value} is not {what}; the body takes {}",
                    self.takes
                ))),
            },
        }
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Refused> {
        self.of(name, "a text", |value| value.as_str().map(str::to_owned))
    }

    pub(super) fn truth(&self, name: &str) -> Result<bool, Refused> {
        Ok(self.choice(name)?.unwrap_or_default())
    }

    /// True or false, where it is given.
    pub(super) fn choice(&self, name: &str) -> Result<Option<bool>, Refused> {
        self.of(name, "true or false", Value::as_bool)
    }

    pub(super) fn natural(&self, name: &str) -> Result<Option<u64>, Refused> {
        self.of(name, "a whole number from 0 on", Value::as_u64)
    }

    /// A JSON object.
    pub(super) fn object(&self, name: &str) -> Result<Option<Map<String, Value>>, Refused> {
        self.of(name, "an object", |value| value.as_object().cloned())
    }

    /// A JSON object, or a list of some, of which there is one at least.
    pub(super) fn documents(&self, name: &str) -> Result<Option<Vec<Value>>, Refused> {
        self.of(
            name,
            "an object, or a list of objects",
            |value| match value {
                Value::Object(_) => Some(vec![value.clone()]),
                Value::Array(items) if !items.is_empty() && items.iter().all(Value::is_object) => {
                    Some(items.clone())
                }
                _ => None,
            },
        )
    }

    /// An account.
    pub(super) fn account(&self, name: &str) -> Result<Option<String>, Refused> {
        let read = |value: &Value| {
            let text = value.as_str().filter(|text| is_account(text));
            text.map(str::to_owned)
        };
        self.of(name, "an account, which is a text of 12 digits", read)
    }
}
