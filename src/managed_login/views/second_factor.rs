//! Pages of codes and second factors: the code, the choice of a factor, and its set-up.

use std::borrow::Cow;

use super::account::{Destination, Medium};
use super::card::{Block, Button, Card, Choices, Field, Graphic, Qr, Weight};
use super::sign_in::{other_ways, signing_in_as};
use super::{Alert, Frame, Rendered, qr};

/// What a code is from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum CodeStep<'a> {
    /// It was sent, as a second factor.
    Sent(&'a Destination),
    /// An authenticator app shows it.
    Totp,
    /// It was sent, and is the whole sign-in.
    OneTime {
        /// Where it went.
        destination: &'a Destination,
        /// Who signs in.
        username: &'a str,
        /// Whether there are other ways.
        others: bool,
    },
    /// It was sent to a phone that is to become a factor.
    Registration(&'a Destination),
}

/// The page for a code.
pub(crate) fn code(frame: &Frame<'_>, step: CodeStep<'_>, alert: Option<&Alert>) -> Rendered {
    let texts = frame.texts();
    let (name, path) = code_field(frame, step);
    let id = match step {
        CodeStep::Totp => "totpCodeInput",
        CodeStep::Sent(_) | CodeStep::OneTime { .. } | CodeStep::Registration(_) => "smsCodeInput",
    };
    let field = Field::code(name, texts.code).classic(id, "");
    let button = Button::new(frame.words("Sign in", texts.confirm)).input_if(frame.is_classic());
    let form = frame
        .post("mfaForm", path)
        .field(field)
        .button(if frame.is_classic() {
            Button {
                name: Some("signInButton".into()),
                ..button
            }
        } else {
            button
        });
    let mut blocks = vec![Block::Form(form)];
    let (intro, graphic) = match step {
        CodeStep::Totp => (texts.code_totp.to_owned(), Graphic::AuthApp),
        CodeStep::Sent(to)
        | CodeStep::OneTime {
            destination: to, ..
        }
        | CodeStep::Registration(to) => (
            to.sentence(texts.code_email, texts.code_sms),
            graphic(to.medium),
        ),
    };
    match step {
        CodeStep::OneTime {
            username, others, ..
        } => {
            if others {
                blocks.push(other_ways(frame));
            }
            blocks.push(signing_in_as(frame, username));
        }
        CodeStep::Registration(_) => blocks.push(another_code(frame)),
        CodeStep::Sent(_) | CodeStep::Totp => {}
    }
    frame.draw(Card {
        heading: texts.code_title.into(),
        intro: vec![intro.into()],
        graphic: Some(graphic),
        alert,
        blocks,
    })
}

/// The name of the field, and where the form goes. That of the classic look is observed for an authenticator app,
/// and inferred for the others; those of the managed look are inferred.
fn code_field(frame: &Frame<'_>, step: CodeStep<'_>) -> (&'static str, &'static str) {
    match (frame.is_classic(), step) {
        (true, CodeStep::Registration(_)) => ("authentication_code", "/mfaRegister"),
        (true, _) => ("authentication_code", "/mfa"),
        (false, CodeStep::Sent(_) | CodeStep::OneTime { .. }) => ("code", "/verifyCode"),
        (false, CodeStep::Totp) => ("code", "/mfa/totp"),
        (false, CodeStep::Registration(_)) => ("code", "/mfa/phone/verify"),
    }
}

/// The button for a new code.
fn another_code<'a>(frame: &Frame<'a>) -> Block<'a> {
    let path = frame.words("/mfaRegister", "/mfa/phone/resendCode");
    let again = Button::named(frame.texts().resend, "resend")
        .sends("true")
        .weighs(Weight::Plain);
    Block::Form(frame.post("resendCodeForm", &path).button(again))
}

fn graphic(medium: Medium) -> Graphic {
    match medium {
        Medium::Email => Graphic::Email,
        Medium::Sms => Graphic::Sms,
    }
}

/// The way back to the choice of a factor.
fn back<'a>(frame: &Frame<'a>) -> Block<'a> {
    let path = if frame.is_classic() {
        "/mfaOption"
    } else {
        "/mfa/back"
    };
    let button = Button::named(frame.texts().back, "back")
        .sends("true")
        .weighs(Weight::Plain);
    Block::Form(frame.post("backForm", path).button(button))
}

/// A second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SecondFactor {
    /// A code by text message.
    Sms,
    /// A code by e-mail.
    Email,
    /// An authenticator app.
    Totp,
}

/// The choice among the factors that a user has.
pub(crate) fn factor_choice(
    frame: &Frame<'_>,
    factors: &[SecondFactor],
    alert: Option<&Alert>,
) -> Rendered {
    let texts = frame.texts();
    choice(
        frame,
        factors,
        alert,
        (texts.mfa_title, texts.mfa_intro),
        "/mfaOption",
    )
}

/// The choice of a factor to set up.
pub(crate) fn set_up_choice(
    frame: &Frame<'_>,
    factors: &[SecondFactor],
    alert: Option<&Alert>,
) -> Rendered {
    let texts = frame.texts();
    choice(
        frame,
        factors,
        alert,
        (texts.setup_title, texts.setup_intro),
        "/mfaOption",
    )
}

fn choice<'a>(
    frame: &Frame<'a>,
    factors: &[SecondFactor],
    alert: Option<&'a Alert>,
    (heading, intro): (&'static str, &'static str),
    classic_path: &str,
) -> Rendered {
    let texts = frame.texts();
    let option = |factor: &SecondFactor| match factor {
        SecondFactor::Sms => ("SMS_MFA", Cow::Borrowed(texts.mfa_sms)),
        SecondFactor::Email => ("EMAIL_OTP", Cow::Borrowed(texts.mfa_email)),
        SecondFactor::Totp => ("SOFTWARE_TOKEN_MFA", Cow::Borrowed(texts.mfa_totp)),
    };
    let path = if frame.is_classic() {
        classic_path
    } else {
        "/mfa/options"
    };
    let mut form = frame.post("mfaOptionForm", path);
    form.choices = Some(Choices {
        name: "mfa_option",
        legend: intro.into(),
        options: factors.iter().map(option).collect(),
    });
    let form = form.button(Button::new(texts.next));
    frame.draw(Card {
        heading: heading.into(),
        alert,
        blocks: vec![Block::Form(form)],
        ..Card::default()
    })
}

/// The page for the number of a phone, or the address of a mailbox, that is to become a factor.
pub(crate) fn registration(
    frame: &Frame<'_>,
    medium: Medium,
    typed: &str,
    back_there: bool,
    alert: Option<&Alert>,
) -> Rendered {
    let texts = frame.texts();
    let (mut field, kind, heading, intro, path) = match medium {
        Medium::Sms => (
            Field::text("phone_number", texts.phone),
            "tel",
            texts.phone_title,
            texts.phone_intro,
            "/mfa/phone/register",
        ),
        Medium::Email => (
            Field::text("email", texts.email),
            "email",
            texts.email_title,
            texts.email_intro,
            "/mfa/email/register",
        ),
    };
    (field.kind, field.autocomplete) = (kind, kind);
    field.value = typed.into();
    if medium == Medium::Sms {
        field.hint = vec!["+12223334444".into()];
    }
    let path = if frame.is_classic() {
        "/mfaRegister"
    } else {
        path
    };
    let form = frame
        .post("mfaRegisterForm", path)
        .field(field)
        .button(Button::new(texts.send_code));
    let mut blocks = vec![Block::Form(form)];
    if back_there {
        blocks.push(back(frame));
    }
    frame.draw(Card {
        heading: heading.into(),
        intro: vec![intro.into()],
        graphic: Some(graphic(medium)),
        alert,
        blocks,
    })
}

/// The page that sets up an authenticator app.
pub(crate) struct TotpSetUp<'a> {
    /// The secret, in Base32.
    pub(crate) secret: &'a str,
    /// The same as `otpauth://totp/…`.
    pub(crate) address: &'a str,
    /// Whether another factor could be chosen.
    pub(crate) back: bool,
    /// What went wrong.
    pub(crate) alert: Option<&'a Alert>,
}

/// The page that sets up an authenticator app: a QR code, the key as text, and a field for a first code
/// (documented: "Adding a TOTP software token MFA", developer guide).
pub(crate) fn totp_set_up(frame: &Frame<'_>, page: &TotpSetUp<'_>) -> Rendered {
    let texts = frame.texts();
    let mut blocks = Vec::new();
    // The key alone does, should the address be too long for a code.
    let (side, path) = qr::path(page.address).unwrap_or_default();
    blocks.push(Block::Qr(Qr {
        name: texts.qr_name,
        side,
        path,
        show: texts.secret_show,
        hint: texts.secret_hint,
        secret: page.secret,
    }));
    let (name, action) = if frame.is_classic() {
        ("authentication_code", "/mfaRegister")
    } else {
        ("code", "/mfa/totp")
    };
    let mut field = Field::code(name, texts.code).classic("totpCodeInput", "");
    field.hint = vec![texts.totp_enter.into()];
    let form = frame.post("mfaRegisterForm", action).field(field);
    blocks.push(Block::Form(
        form.button(Button::new(frame.words("Sign in", texts.confirm))),
    ));
    if page.back {
        blocks.push(back(frame));
    }
    frame.draw(Card {
        heading: texts.totp_title.into(),
        intro: vec![texts.totp_scan.into()],
        alert: page.alert,
        blocks,
        ..Card::default()
    })
}
