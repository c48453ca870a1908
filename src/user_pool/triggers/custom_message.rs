//! CustomMessage: before a message is sent.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ClientMetadata, Event, Subject, attributes_of, read, with_metadata};
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::LambdaConfigType;
use crate::model::{Contact, Trigger};
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

/// The longest mail and the longest SMS, code included (documented), and the longest subject, as in the
/// pool's own templates (inferred).
const LONGEST_EMAIL: usize = 20_000;
const LONGEST_SMS: usize = 140;
const LONGEST_SUBJECT: usize = 140;

/// The pattern of a mail with a code (observed).
const EMAIL_PATTERN: &str =
    r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*";

/// The patterns that templates of links and SMS have in the service model; that they are these here is
/// inferred.
const LINK_PATTERN: &str = r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{##[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*##\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*";
const SMS_PATTERN: &str = r".*\{####\}.*";

/// A link's pattern also takes a code, of which functions make links of their own (observed).
static EMAIL: LazyLock<Option<Regex>> = LazyLock::new(|| whole(EMAIL_PATTERN));
static LINK: LazyLock<Option<Regex>> = LazyLock::new(|| whole(LINK_PATTERN));
static SMS: LazyLock<Option<Regex>> = LazyLock::new(|| whole(&format!("(?s){SMS_PATTERN}")));

fn whole(pattern: &str) -> Option<Regex> {
    Regex::new(&format!("^(?:{pattern})$")).ok()
}

impl Answer {
    /// What it says of the message itself by this medium.
    fn body(&self, contact: Contact) -> Option<&str> {
        match contact {
            Contact::Email => self.email_message.as_deref(),
            Contact::PhoneNumber => self.sms_message.as_deref(),
        }
    }

    /// Checks what is to be sent by this medium, by link or by `code`.
    ///
    /// # Errors
    /// A message that is empty, too long, or without the placeholder of the code; an invitation may lack
    /// it, and is [not delivered](Self::is_undeliverable).
    pub fn check(
        &self,
        kind: Kind,
        contact: Contact,
        by_link: bool,
        code: &str,
    ) -> Result<(), CognitoError> {
        let subject = self.email_subject.as_deref();
        if let Some(subject) = subject.filter(|_| contact == Contact::Email) {
            bounded(subject, subject, "emailSubject", LONGEST_SUBJECT)?;
        }
        let Some(body) = self.body(contact) else {
            return Ok(());
        };
        if body.is_empty() {
            return Refusal::MessageEmpty
                .refuse("what CustomMessage answers is a text, or null for the pool's own");
        }
        let (member, longest, pattern, regex) = match contact {
            Contact::Email if by_link => ("emailBody", LONGEST_EMAIL, LINK_PATTERN, &LINK),
            Contact::Email => ("emailBody", LONGEST_EMAIL, EMAIL_PATTERN, &EMAIL),
            Contact::PhoneNumber => ("smsMessage", LONGEST_SMS, SMS_PATTERN, &SMS),
        };
        bounded(body, &body.replace("{####}", code), member, longest)?;
        let fits = regex.as_ref().is_none_or(|regex| regex.is_match(body));
        if kind == Kind::AdminCreateUser || fits {
            return Ok(());
        }
        let must = format!("satisfy regular expression pattern: {pattern}");
        Err(constraint(body, member, &must))
    }

    /// Whether it is an invitation without the placeholders of the username and the password: it is not
    /// delivered (documented).
    pub fn is_undeliverable(&self, kind: Kind, contact: Contact) -> bool {
        let whole = |body: &str| body.contains("{####}") && body.contains("{username}");
        kind == Kind::AdminCreateUser && !self.body(contact).is_none_or(whole)
    }
}

/// Whether `sent`, which is made of `value`, is not too long. The sentence is inferred.
fn bounded(value: &str, sent: &str, member: &str, longest: usize) -> Result<(), CognitoError> {
    if sent.chars().count() <= longest {
        return Ok(());
    }
    let must = format!("have length less than or equal to {longest}");
    Err(constraint(value, member, &must))
}

fn constraint(value: &str, member: &str, must: &str) -> CognitoError {
    let text = format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member \
         must {must}"
    );
    Refusal::Constraints { text }.because(format!("{member} of CustomMessage's answer must {must}"))
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

#[cfg(test)]
#[path = "custom_message_tests.rs"]
mod tests;
