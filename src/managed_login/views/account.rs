//! What several pages need to know of an account: attributes, rules of passwords, where a code went.

use std::borrow::Cow;

use super::card::Field;
use super::texts::{Texts, fill};

/// An attribute that a page asks for.
#[derive(Debug, Clone)]
pub(crate) struct Attribute {
    /// Its name, as users have it.
    pub(crate) name: String,
    /// What was given before.
    pub(crate) value: String,
    /// Whether it must be given.
    pub(crate) required: bool,
}

impl Attribute {
    /// Its field. AWS's pages have `requiredAttributes[NAME]` (observed for the classic look, inferred for
    /// the other).
    pub(super) fn field(&self, texts: &Texts) -> Field<'_> {
        let (kind, autocomplete, placeholder) = match self.name.as_str() {
            "email" => ("email", "email", "name@host.com"),
            "phone_number" => ("tel", "tel", "+12223334444"),
            "birthdate" => ("date", "bday", "YYYY-MM-DD"),
            "name" => ("text", "name", ""),
            "given_name" => ("text", "given-name", ""),
            "family_name" => ("text", "family-name", ""),
            "middle_name" => ("text", "additional-name", ""),
            "nickname" => ("text", "nickname", ""),
            "website" => ("text", "url", ""),
            "address" => ("text", "street-address", ""),
            _ => ("text", "off", ""),
        };
        let mut field = Field::text(
            format!("requiredAttributes[{}]", self.name),
            texts.attribute(&self.name).to_owned(),
        );
        field.kind = kind;
        field.autocomplete = autocomplete;
        field.required = self.required;
        field.value = Cow::Borrowed(&self.value);
        if !placeholder.is_empty() {
            field.classic.placeholder = Some(placeholder);
        }
        if self.name == "phone_number" {
            field.hint = vec![Cow::Borrowed("+12223334444")];
        }
        field
    }
}

/// What a password must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct PasswordRules {
    /// How long it is at least.
    pub(crate) length: usize,
    /// A lowercase letter.
    pub(crate) lower: bool,
    /// An uppercase letter.
    pub(crate) upper: bool,
    /// A digit.
    pub(crate) digit: bool,
    /// A special character.
    pub(crate) symbol: bool,
}

impl PasswordRules {
    /// The rules, one a line; the classic look has AWS's words (observed).
    pub(super) fn lines(self, texts: &Texts, is_classic: bool) -> Vec<Cow<'static, str>> {
        let mut lines = Vec::new();
        if !is_classic {
            lines.push(Cow::Borrowed(texts.policy_intro));
        }
        let mut rule = |applies: bool, classic: &'static str, managed: &'static str| {
            if applies {
                lines.push(Cow::Borrowed(if is_classic { classic } else { managed }));
            }
        };
        rule(
            self.lower,
            "Password must contain a lower case letter",
            texts.policy_lower,
        );
        rule(
            self.upper,
            "Password must contain an upper case letter",
            texts.policy_upper,
        );
        rule(
            self.digit,
            "Password must contain a number",
            texts.policy_digit,
        );
        rule(
            self.symbol,
            "Password must contain a special character",
            texts.policy_symbol,
        );
        let length = self.length.to_string();
        lines.push(if is_classic {
            Cow::Owned(format!(
                "Password must contain at least {length} characters"
            ))
        } else {
            Cow::Owned(fill(texts.policy_length, &length))
        });
        lines
    }
}

/// How a code travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Medium {
    /// By e-mail.
    Email,
    /// By text message.
    Sms,
}

/// Where a code went, masked as the service masks it.
#[derive(Debug, Clone)]
pub(crate) struct Destination {
    /// How it travelled.
    pub(crate) medium: Medium,
    /// The masked address.
    pub(crate) masked: String,
}

impl Destination {
    /// `by email to …`, in AWS's words (reported).
    pub(super) fn classic(&self) -> String {
        let medium = match self.medium {
            Medium::Email => "email",
            Medium::Sms => "sms",
        };
        format!("by {medium} to {}", self.masked)
    }

    /// One of two sentences, with the address in it.
    pub(super) fn sentence(&self, email: &str, sms: &str) -> String {
        let text = match self.medium {
            Medium::Email => email,
            Medium::Sms => sms,
        };
        fill(text, &self.masked)
    }

    /// As forms of the classic look have it.
    pub(super) fn medium_name(&self) -> &'static str {
        match self.medium {
            Medium::Email => "EMAIL",
            Medium::Sms => "SMS",
        }
    }
}
