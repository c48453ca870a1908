//! Pages of a sign-up: the form, and the code that confirms it.

use std::borrow::Cow;

use super::account::{Attribute, Destination, Medium, PasswordRules};
use super::card::{Block, Button, Card, Field, Graphic, Link, Weight};
use super::sign_in::NameKind;
use super::{Alert, Frame, Rendered};

/// The two documents, which are shown only together (documented).
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    /// Where the terms of use are.
    pub(crate) terms_of_use: String,
    /// Where the privacy policy is.
    pub(crate) privacy_policy: String,
}

/// The sign-up page.
pub(crate) struct SignUp<'a> {
    /// What users are named by; None where an attribute among those asked for is the name.
    pub(crate) name: NameKind,
    /// What was typed as name.
    pub(crate) username: &'a str,
    /// What else must be given.
    pub(crate) attributes: &'a [Attribute],
    /// What the password must have.
    pub(crate) rules: PasswordRules,
    /// Whether there must be one.
    pub(crate) password_required: bool,
    /// The client's documents.
    pub(crate) terms: Option<&'a Terms>,
    /// What went wrong.
    pub(crate) alert: Option<&'a Alert>,
}

/// The sign-up page.
pub(crate) fn sign_up(frame: &Frame<'_>, page: &SignUp<'_>) -> Rendered {
    let texts = frame.texts();
    let mut name = page.name.field(frame, page.username);
    name.classic.placeholder = Some(page.name.classic());
    let mut form = frame.post("signupform", "/signup").field(name);
    for attribute in page.attributes {
        let mut field = attribute.field(texts);
        if frame.is_classic() && attribute.name == "email" {
            field.label = "Email".into();
        }
        form = form.field(field);
    }
    let mut password = Field::password("password", texts.password, "new-password");
    password.classic.placeholder = Some("Password");
    password.hint = page.rules.lines(texts, frame.is_classic());
    password.required = page.password_required;
    form = form.field(password);
    if !frame.is_classic() {
        let mut again = Field::password("confirmPassword", texts.repeat_password, "new-password");
        again.required = page.password_required;
        form = form.field(again);
    }
    let button = Button::new(texts.sign_up);
    form = form.button(if frame.is_classic() {
        Button {
            name: Some("signUpButton".into()),
            ..button
        }
    } else {
        button
    });
    let mut blocks = vec![Block::Form(form)];
    if let Some(terms) = page.terms {
        let links = vec![
            Link {
                href: terms.terms_of_use.clone(),
                text: texts.terms_of_use.into(),
            },
            Link {
                href: terms.privacy_policy.clone(),
                text: texts.privacy_policy.into(),
            },
        ];
        blocks.push(Block::Links(texts.terms_both.into(), links));
    }
    let back = Link {
        href: frame.to("/login"),
        text: texts.sign_in.into(),
    };
    blocks.push(Block::Links(texts.have_account.into(), vec![back]));
    let mut card = Card {
        heading: frame.words("Sign up with a new account", texts.sign_up),
        alert: page.alert,
        blocks,
        ..Card::default()
    };
    if !frame.is_classic() {
        card.intro.push(texts.sign_up_intro.into());
    }
    frame.draw(card)
}

/// The page for the code of a sign-up.
pub(crate) struct Confirm<'a> {
    /// Where the code went; none where it isn't known.
    pub(crate) destination: Option<&'a Destination>,
    /// What went wrong, or that a code is on its way.
    pub(crate) alert: Option<&'a Alert>,
}

/// The page for the code of a sign-up.
pub(crate) fn confirm(frame: &Frame<'_>, page: &Confirm<'_>) -> Rendered {
    let texts = frame.texts();
    let code = Field::code(
        if frame.is_classic() {
            "verification_code"
        } else {
            "code"
        },
        frame.words("Verification Code", texts.code),
    );
    let code = code.classic("verification_code", "");
    let path = if frame.is_classic() {
        "/confirm"
    } else {
        "/signup/confirm"
    };
    let form = frame.post("confirmForm", path).field(code);
    let button = Button::new(frame.words("Confirm Account", texts.confirm));
    let form = form.button(if frame.is_classic() {
        Button {
            name: Some("confirm".into()),
            ..button
        }
    } else {
        button
    });
    let resend = Button::new(frame.words("Resend it", texts.resend)).weighs(Weight::Plain);
    let resend = frame.post("resendCodeForm", "/resendcode").button(Button {
        name: frame.is_classic().then_some("resend".into()),
        ..resend
    });
    let intro = page.destination.map(|destination| {
        Cow::Owned(if frame.is_classic() {
            format!(
                "We have sent a code {}. Enter it below to confirm your account.",
                destination.classic()
            )
        } else {
            destination.sentence(texts.confirm_email, texts.confirm_sms)
        })
    });
    let graphic = page
        .destination
        .map(|destination| match destination.medium {
            Medium::Email => Graphic::Email,
            Medium::Sms => Graphic::Sms,
        });
    frame.draw(Card {
        heading: frame.words("Confirm your account", texts.confirm_title),
        intro: intro.into_iter().collect(),
        graphic,
        alert: page.alert,
        blocks: vec![
            Block::Form(form),
            Block::Legend(frame.words("Didn't receive a code?", texts.no_code)),
            Block::Form(resend),
        ],
    })
}
