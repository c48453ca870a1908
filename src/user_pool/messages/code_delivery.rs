//! Codes, the messages that carry them, and what a response says about them.
//!
//! Default texts are observed or documented; a pool's own templates replace them. The pool's e-mail
//! template also serves password resets and attribute changes (documented).

use std::sync::Arc;
use std::time::Duration;

use super::transmission::{hand_over, names_of, sender, transmit};
use crate::context::Context;
use crate::control::outbox::Message;
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::CodeDeliveryDetailsType;
use crate::model::{ClientId, Contact};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::code::{Code, FixedCode};
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::user::User;
use crate::user_pool::triggers::custom_message::{Answer, CustomMessage, Kind};
use crate::user_pool::triggers::custom_sender::{self, Content, CustomSender};
use crate::user_pool::triggers::{self, ClientMetadata, Subject};

/// Life of a sign-up or attribute code (documented: 24 hours).
pub const VERIFICATION_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// Life of a password reset code (documented: 1 hour).
pub const RESET_LIFE: Duration = Duration::from_secs(60 * 60);

impl Code {
    /// A new six-digit code; leading zeros are kept (observed). It is the pool's fixed one, else the
    /// server's, where there is one.
    pub fn new(cx: &Context, settings: &PoolSettings, life: Duration, sent_to: Contact) -> Self {
        let digits = match fixed(cx, settings) {
            Some(code) => code.digits(),
            None => cx.entropy.text(Purpose::Codes, b"0123456789", 6),
        };
        Self::of(cx, digits, life, sent_to)
    }

    /// The same of eight digits, as a first factor has them (observed).
    pub fn long(cx: &Context, settings: &PoolSettings, life: Duration, sent_to: Contact) -> Self {
        let digits = match fixed(cx, settings) {
            Some(code) => code.long(),
            None => cx.entropy.text(Purpose::Codes, b"0123456789", 8),
        };
        Self::of(cx, digits, life, sent_to)
    }

    fn of(cx: &Context, digits: String, life: Duration, sent_to: Contact) -> Self {
        Self {
            digits: digits.into(),
            expires: cx.now().plus(life),
            sent_to,
            address: None,
            superseded: Vec::new(),
        }
    }
}

fn fixed(cx: &Context, settings: &PoolSettings) -> Option<FixedCode> {
    settings.emulation.code.or(cx.settings.code)
}

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Whether it is a number or an address of mail.
    pub contact: Contact,
    /// The full address or number.
    pub to: String,
}

impl Address {
    /// The user's address of this kind, if there is one.
    pub fn of(user: &User, contact: Contact) -> Option<Self> {
        user.address(contact).map(|to| Self::new(contact, to))
    }

    /// The address `to`, of this kind.
    pub fn new(contact: Contact, to: &str) -> Self {
        Self {
            contact,
            to: to.to_owned(),
        }
    }

    /// The address as responses show it.
    pub fn masked(&self) -> String {
        match self.contact {
            Contact::Email => mask_email(&self.to),
            Contact::PhoneNumber => mask_phone(&self.to),
        }
    }

    /// What a response says of a message to this address.
    pub fn details(&self) -> CodeDeliveryDetailsType {
        CodeDeliveryDetailsType {
            destination: Some(self.masked()),
            delivery_medium: Some(self.contact.medium()),
            attribute_name: Some(self.contact.to_string()),
        }
    }
}

/// First letter, `***`, `@`, first letter of the domain, `***` (observed).
pub fn mask_email(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    format!("{}***@{}***", first(local), first(domain))
}

/// `+`, a star for each hidden digit, the last four digits (observed).
pub fn mask_phone(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(|c| *c != '+').collect();
    let hidden = digits.len().saturating_sub(4);
    let shown: String = digits[hidden..].iter().collect();
    format!("+{}{shown}", "*".repeat(hidden))
}

/// What a message carries.
#[derive(Clone, Copy)]
pub enum Carries<'a> {
    /// A code.
    Code(&'a str),
    /// A temporary password, with the username.
    TemporaryPassword(&'a str),
}

impl<'a> Carries<'a> {
    fn text(self) -> &'a str {
        match self {
            Self::Code(text) | Self::TemporaryPassword(text) => text,
        }
    }
}

/// A message to be sent.
pub struct Sending<'a> {
    /// The pool that sends it.
    pub pool: &'a Arc<UserPool>,
    /// Its settings.
    pub settings: &'a PoolSettings,
    /// The app client, where one is known.
    pub client_id: Option<&'a ClientId>,
    /// Who it is for.
    pub user: &'a User,
    /// What it is about.
    pub kind: Kind,
    /// Where it goes.
    pub address: &'a Address,
    /// What it carries.
    pub carries: Carries<'a>,
    /// Metadata of the call, for the custom message function.
    pub metadata: &'a ClientMetadata,
}

/// Renders a message and sends it.
///
/// # Errors
/// What the pool's custom message function refuses; a mail that cannot be delivered.
pub async fn send(cx: &Context, sending: Sending<'_>) -> Result<(), CognitoError> {
    let subject = Subject {
        pool: sending.pool,
        settings: sending.settings,
        client_id: sending.client_id,
        username: &sending.user.username,
    };
    if let Some(sender) = custom_sender::function(&sending.settings.lambda, sending.address.contact)
    {
        // No CustomMessage beside a sender, and no link but a code (both inferred).
        let mut message = rendered(cx, &sending, Answer::default(), false);
        message.delivered_by = Some(sender.to_owned());
        hand_over(cx, sending.pool, message);
        custom_sender::send(cx, subject, &sending.for_sender());
        return Ok(());
    }
    let event = CustomMessage {
        kind: sending.kind,
        user: sending.user,
        metadata: sending.metadata,
    };
    let said = triggers::call(cx, subject, event).await?;
    let by_link = Template::of(&sending, true).by_link;
    let (contact, secret) = (sending.address.contact, sending.carries.text());
    said.check(sending.kind, contact, by_link, secret)?;
    if said.is_undeliverable(sending.kind, contact) {
        tracing::warn!(
            pool = sending.pool.id.as_str(),
            user = &*sending.user.username,
            "an invitation is not delivered: CustomMessage must say {{####}} and {{username}}"
        );
        return Ok(());
    }
    charge(cx, &sending)?;
    let message = rendered(cx, &sending, said, true);
    match transmit(cx, sending.pool, message) {
        Err(error) if sending.address.contact == Contact::Email && tells_of_failures(&sending) => {
            Refusal::MailNotDelivered { error }
                .refuse("a rule of /_poolhouse/undeliverable says that the mail is not delivered")
        }
        // That a text message was lost shows only later, and nowhere but in the log (reported).
        _ => Ok(()),
    }
}

impl Sending<'_> {
    fn for_sender(&self) -> CustomSender<'_> {
        CustomSender {
            contact: self.address.contact,
            kind: self.kind,
            user: self.user,
            content: match self.carries {
                Carries::Code(code) => Content::Code(code),
                Carries::TemporaryPassword(password) => Content::TemporaryPassword(password),
            },
            metadata: self.metadata,
        }
    }
}

/// The message as the outbox has it, in the words of the pool's function, else in those of its template.
fn rendered(cx: &Context, sending: &Sending<'_>, said: Answer, may_link: bool) -> Message {
    let template = Template::of(sending, may_link);
    let (subject, body) = match sending.address.contact {
        Contact::Email => (
            Some(said.email_subject.unwrap_or(template.subject)),
            said.email_message.unwrap_or(template.email),
        ),
        Contact::PhoneNumber => (None, said.sms_message.unwrap_or(template.sms)),
    };
    let link = template
        .by_link
        .then(|| verification_link(cx, sending))
        .filter(|_| sending.address.contact == Contact::Email);
    let body = render(&body, sending, link.as_deref());
    let is_code = matches!(sending.carries, Carries::Code(_));
    Message {
        id: 0,
        sent: cx.now(),
        user_pool_id: sending.pool.id.to_string(),
        username: sending.user.username.to_string(),
        names: names_of(sending.settings, sending.user),
        kind: sending.kind.name(),
        medium: sending.address.contact.medium(),
        destination: sending.address.to.clone(),
        sender: sender(sending.settings),
        subject,
        body,
        code: is_code.then(|| sending.carries.text().to_owned()),
        link,
        temporary_password: (!is_code).then(|| sending.carries.text().to_owned()),
        delivered_by: None,
        delivery: None,
    }
}

/// Whether the operation has CodeDeliveryFailureException among its errors (documented). Those of
/// administrators do not, but for AdminCreateUser, nor do sign-ins; that these answer as if the mail
/// was sent is inferred.
fn tells_of_failures(sending: &Sending<'_>) -> bool {
    match sending.kind {
        // The welcome of a migrated user goes out at a sign-in.
        Kind::AdminCreateUser => sending.client_id.is_none(),
        Kind::Authentication => false,
        Kind::SignUp
        | Kind::ResendCode
        | Kind::ForgotPassword
        | Kind::UpdateUserAttribute
        | Kind::VerifyUserAttribute => sending.client_id.is_some(),
    }
}

/// Counts a mail where quotas hold, but for one that the pool's own sender carries. What was done
/// before it was to be sent stays (documented of SignUp).
fn charge(cx: &Context, sending: &Sending<'_>) -> Result<(), CognitoError> {
    let is_held = cx.holds_limits(sending.settings);
    let is_counted =
        sending.address.contact == Contact::Email && !sending.settings.sends_own_mail();
    if is_held && is_counted && !sending.pool.is_past() {
        cx.quotas.charge_mail(&sending.pool.account, cx.now())?;
    }
    Ok(())
}

const VERIFICATION: &str = "Your verification code is {####}";

struct Template {
    subject: String,
    email: String,
    sms: String,
    by_link: bool,
}

impl Template {
    fn of(sending: &Sending<'_>, may_link: bool) -> Self {
        let settings = sending.settings;
        match sending.kind {
            Kind::AdminCreateUser => Self::invitation(settings),
            Kind::Authentication => Self::authentication(settings),
            // Links are used only for SignUp and ResendConfirmationCode mail (documented).
            Kind::SignUp | Kind::ResendCode if may_link && settings.verifies_by_link() => {
                Self::verification_by_link(settings)
            }
            Kind::SignUp
            | Kind::ResendCode
            | Kind::UpdateUserAttribute
            | Kind::VerifyUserAttribute => Self::by_code(settings, VERIFICATION),
            Kind::ForgotPassword => Self::by_code(settings, "Your password reset code is {####}"),
        }
    }

    fn invitation(settings: &PoolSettings) -> Self {
        let own = settings.admin_create.invitation.as_ref();
        let text = "Your username is {username} and temporary password is {####}.";
        let pick = |own: Option<&String>, default: &str| own.map_or(default, |own| own).to_owned();
        Self {
            subject: pick(
                own.and_then(|own| own.email_subject.as_ref()),
                "Your temporary password",
            ),
            email: pick(own.and_then(|own| own.email_message.as_ref()), text),
            sms: pick(own.and_then(|own| own.sms_message.as_ref()), text),
            by_link: false,
        }
    }

    /// The mail's default text is inferred: no captured mail is known.
    fn authentication(settings: &PoolSettings) -> Self {
        let text = "Your authentication code is {####}.".to_owned();
        let own = settings.mfa.email.as_ref();
        Self {
            subject: own
                .and_then(|own| own.subject.clone())
                .unwrap_or_else(|| "Your authentication code".into()),
            email: own
                .and_then(|own| own.message.clone())
                .unwrap_or_else(|| text.clone()),
            sms: settings.sms_authentication_message.clone().unwrap_or(text),
            by_link: false,
        }
    }

    fn verification_by_link(settings: &PoolSettings) -> Self {
        let own = &settings.verification_template;
        Self {
            subject: own
                .email_subject_by_link
                .clone()
                .unwrap_or_else(|| "Your verification link".into()),
            email: own.email_message_by_link.clone().unwrap_or_else(|| {
                "Please click the link below to verify your email address. {##Verify Email##} "
                    .into()
            }),
            sms: own
                .sms_message
                .clone()
                .unwrap_or_else(|| VERIFICATION.into()),
            by_link: true,
        }
    }

    fn by_code(settings: &PoolSettings, text: &str) -> Self {
        let own = &settings.verification_template;
        Self {
            subject: own
                .email_subject
                .clone()
                .unwrap_or_else(|| "Your verification code".into()),
            email: own.email_message.clone().unwrap_or_else(|| text.into()),
            sms: own.sms_message.clone().unwrap_or_else(|| text.into()),
            by_link: false,
        }
    }
}

/// The address a click on a verification mail opens (observed form).
fn verification_link(cx: &Context, sending: &Sending<'_>) -> String {
    let client = sending.client_id.map_or("", |id| id.as_str());
    format!(
        "{}/confirmUser?client_id={client}&user_name={}&confirmation_code={}",
        cx.base_url(),
        percent_encode(&sending.user.username),
        sending.carries.text(),
    )
}

fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// Unknown placeholders stay as text (inferred); `{username}` counts only in invitations (documented).
/// No username and no password is read as a placeholder.
fn render(template: &str, sending: &Sending<'_>, link: Option<&str>) -> String {
    let is_invitation = sending.kind == Kind::AdminCreateUser;
    let parts = template.split("{####}").map(|part| match is_invitation {
        true => part.replace("{username}", &sending.user.username),
        false => part.to_owned(),
    });
    let mut text = parts.collect::<Vec<_>>().join(sending.carries.text());
    if let (Some(link), Some((before, rest))) = (link, text.split_once("{##"))
        && let Some((label, after)) = rest.split_once("##}")
    {
        text = format!("{before}<a href=\"{link}\">{label}</a>{after}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::clock::Timestamp;

    #[test]
    fn addresses_are_masked_as_aws_shows_them() {
        assert_eq!(mask_email("test@test.com"), "t***@t***");
        assert_eq!(mask_phone("+12065550839"), "+*******0839");
        assert_eq!(mask_phone("+123456782076"), "+********2076");
        assert_eq!(mask_phone("+12"), "+12");
    }

    #[test]
    fn a_code_is_wrong_late_or_missing_in_aws_words() {
        let code = Code {
            digits: "012345".into(),
            expires: Timestamp(10),
            sent_to: Contact::Email,
            address: None,
            superseded: Vec::new(),
        };
        assert_eq!(Code::check(Some(&code), "012345", Timestamp(10)), Ok(()));
        let refusal = |outcome: Result<(), CognitoError>| outcome.unwrap_err().refusal;
        assert_eq!(
            refusal(Code::check(Some(&code), "999999", Timestamp(10))),
            Refusal::VerificationCodeWrong
        );
        assert_eq!(
            refusal(Code::check(Some(&code), "012345", Timestamp(11))),
            Refusal::CodeExpired
        );
        assert_eq!(
            refusal(Code::check(None, "012345", Timestamp(0))),
            Refusal::CodeExpired
        );
        assert!(!format!("{code:?}").contains("012345"));
    }
}
