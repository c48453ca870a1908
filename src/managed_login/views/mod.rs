//! What the hosted pages look like: one function a page, from a typed description to HTML.
//!
//! A page is written once, as a [`card::Card`] of texts, forms and links; two templates draw it, one for each
//! version of a domain. Pages work without JavaScript, but for passkeys, which need it. No template puts
//! anything unescaped into a page but what is made here: style rules of checked colors, and the path of a
//! QR code.

mod account;
mod card;
mod home;
mod language;
mod notices;
mod passkeys;
mod password;
mod qr;
mod second_factor;
mod sign_in;
mod sign_up;
mod style;
mod texts;

use std::borrow::Cow;

use askama::Template;

pub(crate) use self::account::{Attribute, Destination, Medium, PasswordRules};
use self::card::{Block, Card, Form, Graphic, Method, Weight};
pub(crate) use self::home::{HomeClient, HomePool, home};
pub(crate) use self::language::Language;
pub(crate) use self::notices::{error, unavailable, went_wrong};
pub(crate) use self::passkeys::{PasskeySignIn, add_passkey, passkey_sign_in};
pub(crate) use self::password::{
    ConfirmForgotPassword, NewPassword, confirm_forgot_password, forgot_password, new_password,
};
pub(crate) use self::second_factor::{
    CodeStep, SecondFactor, TotpSetUp, code, factor_choice, registration, set_up_choice,
    totp_set_up,
};
pub(crate) use self::sign_in::{
    FirstFactor, Local, NameKind, Provider, ProviderKind, SignIn, account_picker, first_factors,
    password as password_step, sign_in,
};
pub(crate) use self::sign_up::{Confirm, SignUp, Terms, confirm, sign_up};
pub(crate) use self::style::{Asset, Style};
use self::texts::Texts;

/// The script of the two passkey pages; it runs under the page's nonce.
const PASSKEY_SCRIPT: &str = include_str!("passkey.js");

/// What a domain's version makes of a page.
pub(crate) enum Look {
    /// Version 1: AWS's own names and texts, for tests that were written for it.
    Classic {
        /// Where the CSS of SetUICustomization is.
        css: Option<String>,
        /// Where its logo is.
        logo: Option<String>,
    },
    /// Version 2, in the client's style.
    Managed(Box<Style>),
}

/// What every page of a client has around it.
pub(crate) struct Frame<'a> {
    /// How it is drawn.
    pub(crate) look: &'a Look,
    /// The language; the classic look speaks English whatever stands here.
    pub(crate) language: Language,
    /// Lets the page's own styles and script run, and nothing else. New with each response.
    pub(crate) nonce: &'a str,
    /// What a form sends back as proof that it is ours.
    pub(crate) csrf: &'a str,
    /// What comes before each path: nothing, or `/POOL_ID`.
    pub(crate) base: &'a str,
    /// The authorize parameters, encoded, as links and forms carry them.
    pub(crate) query: &'a str,
    /// The path of the page, where it can be had again by GET, and so in another language.
    pub(crate) again: Option<&'a str>,
}

/// What a page has to tell before anything else.
#[derive(Debug, Clone)]
pub(crate) struct Alert {
    /// Whether something went wrong, or well.
    pub(crate) is_error: bool,
    /// The sentence.
    pub(crate) text: Cow<'static, str>,
    /// The name of the field that is to blame, if it is one alone.
    pub(crate) field: Option<String>,
}

impl Alert {
    /// Something went wrong.
    pub(crate) fn error(text: impl Into<Cow<'static, str>>) -> Self {
        Self {
            is_error: true,
            text: text.into(),
            field: None,
        }
    }

    /// Something went well.
    pub(crate) fn success(text: impl Into<Cow<'static, str>>) -> Self {
        Self {
            is_error: false,
            text: text.into(),
            field: None,
        }
    }

    /// It is about this field.
    pub(crate) fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }
}

/// A page, and the policy that it needs.
pub(crate) struct Rendered {
    /// The document.
    pub(crate) html: String,
    /// The value of `Content-Security-Policy`.
    pub(crate) policy: String,
}

impl<'a> Frame<'a> {
    /// What pages say.
    pub(crate) fn texts(&self) -> &'static Texts {
        if self.is_classic() {
            Language::En.texts()
        } else {
            self.language.texts()
        }
    }

    fn is_classic(&self) -> bool {
        matches!(self.look, Look::Classic { .. })
    }

    /// AWS's own words in the classic look, ours in the other.
    fn words(&self, classic: &'a str, managed: &'a str) -> Cow<'a, str> {
        Cow::Borrowed(if self.is_classic() { classic } else { managed })
    }

    /// The address of a path, with the authorize parameters.
    fn to(&self, path: &str) -> String {
        if self.query.is_empty() {
            return format!("{}{path}", self.base);
        }
        format!("{}{path}?{}", self.base, self.query)
    }

    /// The page in each language.
    fn languages(&self) -> Vec<(Language, String)> {
        let Some(again) = self.again else {
            return Vec::new();
        };
        let separator = if self.query.is_empty() { "" } else { "&" };
        let kept: Vec<&str> = self
            .query
            .split('&')
            .filter(|pair| !pair.starts_with("lang="))
            .collect();
        let address = |language: Language| {
            format!(
                "{}{again}?{}{separator}lang={}",
                self.base,
                kept.join("&"),
                language.code()
            )
        };
        Language::ALL
            .into_iter()
            .map(|language| (language, address(language)))
            .collect()
    }

    /// A form that is posted, with what proves that it is ours.
    fn post(&self, name: &'static str, path: &str) -> Form<'a> {
        let csrf = if self.is_classic() { "_csrf" } else { "csrf" };
        Form {
            name: self.is_classic().then_some(name),
            method: Method::Post,
            action: self.to(path),
            hidden: vec![(csrf.into(), self.csrf.into())],
            ..Form::default()
        }
    }

    /// The page of a card.
    fn draw(&self, card: Card<'a>) -> Rendered {
        let card = card.numbered(self.is_classic());
        let drawn = match self.look {
            Look::Classic { css, logo } => ClassicPage {
                frame: self,
                card: &card,
                css: css.as_deref(),
                logo: logo.as_deref(),
            }
            .render(),
            Look::Managed(style) => ManagedPage {
                frame: self,
                card: &card,
                style,
                texts: self.texts(),
            }
            .render(),
        };
        Rendered {
            // Writing to a string cannot fail. Addresses stand as AWS writes them (observed), which scripts that
            // read the pages undo by hand.
            html: drawn.unwrap_or_default().replace("&#38;", "&amp;"),
            policy: policy(self.nonce, card.has_script()),
        }
    }
}

/// Nothing is loaded from elsewhere, and no script runs but the page's own. `form-action` isn't there on
/// purpose: browsers apply it to the redirects behind a form, and those lead to the app, which may redirect on
/// to anywhere.
fn policy(nonce: &str, has_script: bool) -> String {
    let script = if has_script {
        format!("; script-src 'nonce-{nonce}'")
    } else {
        String::new()
    };
    format!(
        "default-src 'none'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; base-uri 'none'; \
         frame-ancestors 'none'{script}"
    )
}

#[derive(Template)]
#[template(path = "managed.html")]
struct ManagedPage<'a> {
    frame: &'a Frame<'a>,
    card: &'a Card<'a>,
    style: &'a Style,
    texts: &'static Texts,
}

#[derive(Template)]
#[template(path = "classic.html")]
struct ClassicPage<'a> {
    frame: &'a Frame<'a>,
    card: &'a Card<'a>,
    css: Option<&'a str>,
    logo: Option<&'a str>,
}

#[cfg(test)]
#[path = "tests/pages.rs"]
mod tests;
