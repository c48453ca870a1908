//! PostConfirmation: after a user is confirmed, or has set a forgotten password.

use serde_json::{Value, json};

use super::{ClientMetadata, Event, Subject, attributes_of, with_metadata};
use crate::model::Trigger;
use crate::model::cognito_idp::LambdaConfigType;
use crate::store::user_pool::user::User;

/// What was confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A sign-up, by code, by an administrator, or by PreSignUp.
    ConfirmSignUp,
    /// A forgotten password.
    ConfirmForgotPassword,
}

/// A user was confirmed.
pub struct PostConfirmation<'a> {
    /// What was confirmed.
    pub source: Source,
    /// The user, as it is now.
    pub user: &'a User,
    /// Metadata of the call.
    pub metadata: &'a ClientMetadata,
}

impl Event for PostConfirmation<'_> {
    /// No member of its response has a meaning (documented).
    type Answer = ();

    const TRIGGER: Trigger = Trigger::PostConfirmation;

    /// Null for AdminConfirmSignUp (observed).
    const NO_CLIENT: Option<&'static str> = None;

    fn source(&self) -> &'static str {
        match self.source {
            Source::ConfirmSignUp => "PostConfirmation_ConfirmSignUp",
            Source::ConfirmForgotPassword => "PostConfirmation_ConfirmForgotPassword",
        }
    }

    fn request(&self, subject: &Subject<'_>) -> Value {
        let request = json!({"userAttributes": attributes_of(subject.settings, self.user)});
        with_metadata(request, self.metadata)
    }

    fn response(&self, _lambda: &LambdaConfigType) -> Value {
        json!({})
    }

    fn read(&self, _response: Value, _lambda: &LambdaConfigType) -> Option<()> {
        Some(())
    }
}
