//! PreSignUp: before a user is made.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{ClientMetadata, Event, Subject, listed, read, with_metadata};
use crate::model::cognito_idp::{AttributeType, LambdaConfigType};
use crate::model::{Contact, Trigger};

/// What makes the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// SignUp.
    SignUp,
    /// AdminCreateUser.
    AdminCreateUser,
    /// The first sign-in through an identity provider.
    ExternalProvider,
}

/// May this user be made?
pub struct PreSignUp<'a> {
    /// What makes the user.
    pub source: Source,
    /// The attributes to be, without `sub` and status: the user does not exist yet (observed).
    pub attributes: Vec<AttributeType>,
    /// ValidationData of the call.
    pub validation_data: &'a [AttributeType],
    /// Metadata of the call.
    pub metadata: &'a ClientMetadata,
}

/// What PreSignUp may say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// Confirm at once.
    pub auto_confirm_user: bool,
    /// Count the address as verified.
    pub auto_verify_email: bool,
    /// Count the number as verified.
    pub auto_verify_phone: bool,
}

/// Members that are left out or null are false (inferred).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    auto_confirm_user: Option<bool>,
    auto_verify_email: Option<bool>,
    auto_verify_phone: Option<bool>,
}

impl Event for PreSignUp<'_> {
    type Answer = Answer;

    const TRIGGER: Trigger = Trigger::PreSignUp;

    fn source(&self) -> &'static str {
        match self.source {
            Source::SignUp => "PreSignUp_SignUp",
            Source::AdminCreateUser => "PreSignUp_AdminCreateUser",
            Source::ExternalProvider => "PreSignUp_ExternalProvider",
        }
    }

    fn request(&self, _subject: &Subject<'_>) -> Value {
        let is_external = self.source == Source::ExternalProvider;
        let validation_data = match self.validation_data {
            // Not null there (observed).
            [] if is_external => json!({}),
            [] => Value::Null,
            given => listed(given).into(),
        };
        let mut attributes = listed(&self.attributes);
        if is_external {
            // Observed.
            for contact in Contact::ALL.iter() {
                attributes.insert(format!("cognito:{contact}_alias"), "".into());
            }
        }
        let request = json!({
            "userAttributes": attributes,
            "validationData": validation_data,
        });
        with_metadata(request, self.metadata)
    }

    fn response(&self, _lambda: &LambdaConfigType) -> Value {
        json!({"autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false})
    }

    fn read(&self, response: Value, _lambda: &LambdaConfigType) -> Option<Answer> {
        let response: Response = read(response)?;
        Some(Answer {
            auto_confirm_user: response.auto_confirm_user.unwrap_or_default(),
            auto_verify_email: response.auto_verify_email.unwrap_or_default(),
            auto_verify_phone: response.auto_verify_phone.unwrap_or_default(),
        })
    }
}
