//! CustomMessage: before a message is sent.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{ClientMetadata, Event, Subject, attributes_of, read, with_metadata};
use crate::model::Trigger;
use crate::model::cognito_idp::LambdaConfigType;
use crate::store::user_pool::user::User;

/// What a message is about: decides its template and its trigger source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// SignUp.
    SignUp,
    /// ResendConfirmationCode.
    ResendCode,
    /// ForgotPassword and AdminResetUserPassword.
    ForgotPassword,
    /// A changed address.
    UpdateUserAttribute,
    /// GetUserAttributeVerificationCode.
    VerifyUserAttribute,
    /// An invitation by AdminCreateUser.
    AdminCreateUser,
    /// A code at sign-in.
    Authentication,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::SignUp,
        Self::ResendCode,
        Self::ForgotPassword,
        Self::UpdateUserAttribute,
        Self::VerifyUserAttribute,
        Self::AdminCreateUser,
        Self::Authentication,
    ];

    /// The name in the outbox.
    pub fn name(self) -> &'static str {
        match self {
            Self::SignUp => "SignUp",
            Self::ResendCode => "ResendCode",
            Self::ForgotPassword => "ForgotPassword",
            Self::UpdateUserAttribute => "UpdateUserAttribute",
            Self::VerifyUserAttribute => "VerifyUserAttribute",
            Self::AdminCreateUser => "AdminCreateUser",
            Self::Authentication => "Authentication",
        }
    }
}

/// What does a message say?
pub struct CustomMessage<'a> {
    /// What the message is about.
    pub kind: Kind,
    /// Who it is for.
    pub user: &'a User,
    /// Metadata of the call.
    pub metadata: &'a ClientMetadata,
}

/// What CustomMessage may say; the pool's own text stands in for what it leaves out (observed).
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// Text of an SMS.
    pub sms_message: Option<String>,
    /// Subject of a mail.
    pub email_subject: Option<String>,
    /// Body of a mail.
    pub email_message: Option<String>,
}

impl Event for CustomMessage<'_> {
    type Answer = Answer;

    const TRIGGER: Trigger = Trigger::CustomMessage;

    fn source(&self) -> &'static str {
        match self.kind {
            Kind::SignUp => "CustomMessage_SignUp",
            Kind::ResendCode => "CustomMessage_ResendCode",
            Kind::ForgotPassword => "CustomMessage_ForgotPassword",
            Kind::UpdateUserAttribute => "CustomMessage_UpdateUserAttribute",
            Kind::VerifyUserAttribute => "CustomMessage_VerifyUserAttribute",
            Kind::AdminCreateUser => "CustomMessage_AdminCreateUser",
            Kind::Authentication => "CustomMessage_Authentication",
        }
    }

    /// The placeholders are observed; the one for the username is there for invitations alone.
    fn request(&self, subject: &Subject<'_>) -> Value {
        let is_invitation = self.kind == Kind::AdminCreateUser;
        let request = json!({
            "userAttributes": attributes_of(subject.settings, self.user),
            "codeParameter": "{####}",
            "linkParameter": "{##Click Here##}",
            "usernameParameter": is_invitation.then_some("{username}"),
        });
        with_metadata(request, self.metadata)
    }

    fn response(&self, _lambda: &LambdaConfigType) -> Value {
        json!({"smsMessage": null, "emailMessage": null, "emailSubject": null})
    }

    fn read(&self, response: Value, _lambda: &LambdaConfigType) -> Option<Answer> {
        read(response)
    }
}
