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

impl Members {
    /// Reads a body that takes members of these names, which `takes` shows.
    pub(super) fn read(
        body: &[u8],
        known: &[&'static str],
        takes: &'static str,
    ) -> Result<Self, Refused> {
        let fault = |what: String| Refused::bad_request(format!("{what}; the body takes {takes}"));
        let members = match tree::parse(body) {
            _ if body.iter().all(u8::is_ascii_whitespace) => Map::new(),
            Ok(Value::Object(members)) => members,
            Ok(_) | Err(_) => return Err(fault("the body is not a JSON object".to_owned())),
        };
        for name in members.keys() {
            if !known.contains(&name.as_str()) {
                let hint = misspelled::hint(name, known.iter().copied());
                return Err(fault(format!("there is no member \"{name}\"; {hint}")));
            }
        }
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
        let given = self.of(name, "true or false", Value::as_bool)?;
        Ok(given.unwrap_or_default())
    }

    pub(super) fn natural(&self, name: &str) -> Result<Option<u64>, Refused> {
        self.of(name, "a whole number from 0 on", Value::as_u64)
    }

    /// A JSON object.
    pub(super) fn object(&self, name: &str) -> Result<Option<Map<String, Value>>, Refused> {
        self.of(name, "an object", |value| value.as_object().cloned())
    }

    /// A JSON object, or a list of some.
    pub(super) fn documents(&self, name: &str) -> Result<Option<Vec<Value>>, Refused> {
        self.of(
            name,
            "an object, or a list of objects",
            |value| match value {
                Value::Object(_) => Some(vec![value.clone()]),
                Value::Array(items) if items.iter().all(Value::is_object) => Some(items.clone()),
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
