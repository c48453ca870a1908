//! Pages of passwords: a forgotten one, and one that an administrator gave.

use std::borrow::Cow;

use super::account::{Attribute, Destination, PasswordRules};
use super::card::{Block, Button, Card, Field, Form, Graphic, Link};
use super::sign_in::NameKind;
use super::{Alert, Frame, Rendered};

/// Whose password is forgotten.
pub(crate) fn forgot_password(
    frame: &Frame<'_>,
    name: NameKind,
    username: &str,
    alert: Option<&Alert>,
) -> Rendered {
    let texts = frame.texts();
    let form = frame.post("forgotpasswordform", "/forgotPassword");
    let form = form.field(name.field(frame, username));
    let button = Button::new(frame.words("Reset my password", texts.forgot_button));
    let form = form.button(if frame.is_classic() {
        Button {
            name: Some("reset_my_password".into()),
            ..button
        }
    } else {
        button
    });
    let intro = if frame.is_classic() {
        Cow::Owned(format!(
            "Enter your {} below and we will send a message to reset your password",
            name.classic()
        ))
    } else {
        Cow::Borrowed(texts.forgot_intro)
    };
    frame.draw(Card {
        heading: texts.forgot_title.into(),
        intro: vec![intro],
        graphic: Some(Graphic::Password),
        alert,
        blocks: vec![Block::Form(form), back_to_sign_in(frame)],
    })
}

pub(super) fn back_to_sign_in<'a>(frame: &Frame<'a>) -> Block<'a> {
    let link = Link {
        href: frame.to("/login"),
        text: frame.texts().back_to_sign_in.into(),
    };
    Block::Links("".into(), vec![link])
}

/// The page for a code and a new password.
pub(crate) struct ConfirmForgotPassword<'a> {
    /// Whose password it is.
    pub(crate) username: &'a str,
    /// Where the code went; none where an administrator has sent it.
    pub(crate) destination: Option<&'a Destination>,
    /// What a password must have.
    pub(crate) rules: PasswordRules,
    /// What went wrong.
    pub(crate) alert: Option<&'a Alert>,
}

/// The page for a code and a new password.
pub(crate) fn confirm_forgot_password(
    frame: &Frame<'_>,
    page: &ConfirmForgotPassword<'_>,
) -> Rendered {
    let texts = frame.texts();
    let mut form = frame.post("confirmforgotpasswordform", "/confirmforgotPassword");
    form = form.hide("username", page.username);
    if let Some(destination) = page.destination.filter(|_| frame.is_classic()) {
        form = form.hide("destination", destination.masked.as_str());
        form = form.hide("deliveryMedium", destination.medium_name());
    }
    form = form.field(Field::code("code", texts.code).classic("forgot_password_code", ""));
    form = with_new_password(frame, form, page.rules);
    let button = Button::new(frame.words("Change Password", texts.change_password));
    form = form.button(if frame.is_classic() {
        Button {
            name: Some("reset_password".into()),
            ..button
        }
    } else {
        button
    });
    let intro = page.destination.map(|destination| {
        Cow::Owned(if frame.is_classic() {
            format!(
                "We have sent a password reset code {}. Enter it below to reset your password.",
                destination.classic()
            )
        } else {
            destination.sentence(texts.reset_email, texts.reset_sms)
        })
    });
    frame.draw(Card {
        heading: frame.words("Forgot your password?", texts.reset_title),
        intro: intro.into_iter().collect(),
        graphic: Some(Graphic::Password),
        alert: page.alert,
        blocks: vec![Block::Form(form), back_to_sign_in(frame)],
    })
}

/// The two fields of a new password. Their names in the managed look are inferred from the classic one.
fn with_new_password<'a>(frame: &Frame<'a>, form: Form<'a>, rules: PasswordRules) -> Form<'a> {
    let texts = frame.texts();
    let label = frame.words("New Password", texts.new_password);
    let mut password =
        Field::password("password", label, "new-password").classic("new_password", "");
    password.hint = rules.lines(texts, frame.is_classic());
    let label = frame.words("Enter New Password Again", texts.repeat_password);
    let again = Field::password("confirmPassword", label, "new-password");
    form.field(password)
        .field(again.classic("confirm_password", ""))
}

/// The page for the answer to NEW_PASSWORD_REQUIRED.
pub(crate) struct NewPassword<'a> {
    /// What else the user must give.
    pub(crate) attributes: &'a [Attribute],
    /// What a password must have.
    pub(crate) rules: PasswordRules,
    /// What went wrong.
    pub(crate) alert: Option<&'a Alert>,
}

/// The page for the answer to NEW_PASSWORD_REQUIRED. AWS's names of its fields are unknown; they are those of
/// the forgotten password (inferred).
pub(crate) fn new_password(frame: &Frame<'_>, page: &NewPassword<'_>) -> Rendered {
    let texts = frame.texts();
    let mut form = frame.post("changepasswordform", "/changePassword");
    form = with_new_password(frame, form, page.rules);
    for attribute in page.attributes {
        form = form.field(attribute.field(texts));
    }
    let button = Button::new(frame.words("Send", texts.change_password));
    form = form.button(if frame.is_classic() {
        Button {
            name: Some("reset_password".into()),
            ..button
        }
    } else {
        button
    });
    frame.draw(Card {
        heading: frame.words("Change Password", texts.new_password_title),
        intro: vec![frame.words(
            "Please enter your new password below.",
            texts.new_password_intro,
        )],
        graphic: Some(Graphic::Password),
        alert: page.alert,
        blocks: vec![Block::Form(form)],
    })
}
