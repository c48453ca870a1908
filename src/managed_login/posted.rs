//! What a form sends.

use serde_json::Value;

use crate::error::{CognitoError, Refusal};
use crate::model::{Decode, DecodeError, constraint_message, decode};
use crate::oauth::parameters::Parameters;

/// A form that was posted. One client that was seen sends its values as JSON strings, in quotes; who sends the
/// token so sends all so.
pub(super) struct Posted<'a> {
    form: &'a Parameters,
    is_quoted: bool,
}

impl<'a> Posted<'a> {
    pub(super) fn new(form: &'a Parameters) -> Self {
        let token = form
            .get("csrf")
            .or_else(|| form.get("_csrf"))
            .unwrap_or_default();
        Self {
            form,
            is_quoted: token.starts_with('"'),
        }
    }

    /// The value of a field; an empty one counts as none.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let value = self.form.get(name)?;
        let inner = self
            .is_quoted
            .then(|| serde_json::from_str::<String>(value).ok())
            .flatten();
        let value = inner.unwrap_or_else(|| value.to_owned());
        (!value.is_empty()).then_some(value)
    }

    /// The first of several fields that is there.
    pub(super) fn any(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.get(name))
    }

    /// The value of a field, or nothing.
    pub(super) fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or_default()
    }

    /// The token that proves where the form is from.
    pub(super) fn token(&self) -> Option<String> {
        self.any(&["_csrf", "csrf"])
    }

    /// The attributes that were given, of `requiredAttributes[NAME]`.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        self.any(&[
            &format!("requiredAttributes[{name}]"),
            &format!("userAttributes.{name}"),
        ])
    }
}

/// A request to an operation, checked against the service model as one that came by the API.
///
/// # Errors
/// What breaks a constraint, in the API's words.
pub(super) fn request<T: Decode>(members: &Value) -> Result<T, CognitoError> {
    decode(members).map_err(|error| match error {
        DecodeError::Constraints(violations) => {
            let text = constraint_message(&violations);
            Refusal::Constraints { text }
                .because("a field of the form breaks a constraint of the service model")
        }
        DecodeError::Serialization(_) | DecodeError::Unknown(_) => {
            Refusal::PageFailed.because("a field of the form has another type than the operation's")
        }
    })
}
