//! PreAuthentication, before a password is looked at, and PostAuthentication, after a sign-in. They
//! refuse by an error; no member of their responses has a meaning (documented).

use serde_json::{Value, json};

use super::{ClientMetadata, Event, Subject, attributes_of, with_metadata};
use crate::model::Trigger;
use crate::model::cognito_idp::LambdaConfigType;
use crate::store::user_pool::user::User;

/// May this user sign in?
pub struct PreAuthentication<'a> {
    /// The user; none where the name means nobody.
    pub user: Option<&'a User>,
    /// Whether the app client hides unknown users: only then is `userNotFound` there (documented).
    pub hides_unknown_users: bool,
    /// ClientMetadata of InitiateAuth or AdminInitiateAuth: here it is `validationData` (documented).
    pub validation_data: &'a ClientMetadata,
}

impl Event for PreAuthentication<'_> {
    type Answer = ();

    const TRIGGER: Trigger = Trigger::PreAuthentication;

    fn source(&self) -> &'static str {
        "PreAuthentication_Authentication"
    }

    /// That an unknown user has no attributes is inferred.
    fn request(&self, subject: &Subject<'_>) -> Value {
        let attributes = self.user.map(|user| attributes_of(subject.settings, user));
        let validation_data = match self.validation_data {
            none if none.is_empty() => Value::Null,
            given => json!(given),
        };
        let mut request = json!({
            "userAttributes": attributes.unwrap_or_default(),
            "validationData": validation_data,
        });
        if self.hides_unknown_users {
            request["userNotFound"] = self.user.is_none().into();
        }
        request
    }

    fn response(&self, _lambda: &LambdaConfigType) -> Value {
        json!({})
    }

    fn read(&self, _response: Value, _lambda: &LambdaConfigType) -> Option<()> {
        Some(())
    }
}

/// A user signed in.
pub struct PostAuthentication<'a> {
    /// The user.
    pub user: &'a User,
    /// Whether the pool tracks devices, and this one was not known.
    pub new_device_used: bool,
    /// Metadata of the call.
    pub metadata: &'a ClientMetadata,
}

impl Event for PostAuthentication<'_> {
    type Answer = ();

    const TRIGGER: Trigger = Trigger::PostAuthentication;

    fn source(&self) -> &'static str {
        "PostAuthentication_Authentication"
    }

    fn request(&self, subject: &Subject<'_>) -> Value {
        let request = json!({
            "userAttributes": attributes_of(subject.settings, self.user),
            "newDeviceUsed": self.new_device_used,
        });
        with_metadata(request, self.metadata)
    }

    fn response(&self, _lambda: &LambdaConfigType) -> Value {
        json!({})
    }

    fn read(&self, _response: Value, _lambda: &LambdaConfigType) -> Option<()> {
        Some(())
    }
}
