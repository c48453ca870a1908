//! A page before it is drawn: a heading, and below it forms, links and what else a page is made of.

use std::borrow::Cow;

use super::Alert;

/// One page.
#[derive(Default)]
pub(super) struct Card<'a> {
    pub(super) heading: Cow<'a, str>,
    /// Sentences below the heading.
    pub(super) intro: Vec<Cow<'a, str>>,
    pub(super) graphic: Option<Graphic>,
    pub(super) alert: Option<&'a Alert>,
    pub(super) blocks: Vec<Block<'a>>,
}

/// The little picture of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Graphic {
    Email,
    Sms,
    AuthApp,
    Password,
    Passkey,
}

/// A part of a page.
#[expect(
    clippy::large_enum_variant,
    reason = "a page has a handful of blocks, and most are forms"
)]
pub(super) enum Block<'a> {
    Form(Form<'a>),
    /// A sentence with links behind it.
    Links(Cow<'a, str>, Vec<Link<'a>>),
    /// A line with a word in it.
    Divider(&'a str),
    /// What the forms below it are for.
    Legend(Cow<'a, str>),
    Qr(Qr<'a>),
}

pub(super) struct Link<'a> {
    pub(super) href: String,
    pub(super) text: Cow<'a, str>,
}

/// A QR code, and the same as text.
pub(super) struct Qr<'a> {
    /// What an image is for those who do not see it.
    pub(super) name: &'a str,
    /// The length of a side, quiet zone included.
    pub(super) side: i32,
    /// Its dark modules, as lines.
    pub(super) path: String,
    pub(super) show: &'a str,
    pub(super) hint: &'a str,
    pub(super) secret: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Method {
    #[default]
    Post,
    Get,
}

#[derive(Default)]
pub(super) struct Form<'a> {
    pub(super) name: Option<&'static str>,
    pub(super) method: Method,
    pub(super) action: String,
    pub(super) hidden: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    pub(super) fields: Vec<Field<'a>>,
    pub(super) choices: Option<Choices<'a>>,
    pub(super) buttons: Vec<Button<'a>>,
    pub(super) ceremony: Option<Ceremony<'a>>,
    /// The classic look has it below the fields, AWS's way.
    pub(super) below: Option<Link<'a>>,
}

impl<'a> Form<'a> {
    pub(super) fn field(mut self, field: Field<'a>) -> Self {
        self.fields.push(field);
        self
    }

    pub(super) fn button(mut self, button: Button<'a>) -> Self {
        self.buttons.push(button);
        self
    }

    pub(super) fn hide(
        mut self,
        name: impl Into<Cow<'a, str>>,
        value: impl Into<Cow<'a, str>>,
    ) -> Self {
        self.hidden.push((name.into(), value.into()));
        self
    }
}

/// What AWS's markup has beside the name.
#[derive(Clone, Copy, Default)]
pub(super) struct ClassicField {
    pub(super) id: Option<&'static str>,
    pub(super) placeholder: Option<&'static str>,
}

#[derive(Default)]
pub(super) struct Field<'a> {
    pub(super) name: Cow<'a, str>,
    /// In the managed look unique; in the classic one AWS's, and in both copies of the form.
    pub(super) id: String,
    /// `type` of the input.
    pub(super) kind: &'static str,
    pub(super) label: Cow<'a, str>,
    pub(super) value: Cow<'a, str>,
    pub(super) autocomplete: &'static str,
    pub(super) required: bool,
    /// A code of digits.
    pub(super) is_code: bool,
    /// An example, or what a value must be.
    pub(super) hint: Vec<Cow<'a, str>>,
    pub(super) classic: ClassicField,
}

impl<'a> Field<'a> {
    pub(super) fn text(name: impl Into<Cow<'a, str>>, label: impl Into<Cow<'a, str>>) -> Self {
        Self {
            name: name.into(),
            kind: "text",
            label: label.into(),
            autocomplete: "off",
            required: true,
            ..Self::default()
        }
    }

    /// A password, `current-password` or `new-password`.
    pub(super) fn password(
        name: &'a str,
        label: impl Into<Cow<'a, str>>,
        autocomplete: &'static str,
    ) -> Self {
        Self {
            kind: "password",
            autocomplete,
            ..Self::text(name, label)
        }
    }

    /// A code that somebody was sent, or an app shows.
    pub(super) fn code(name: &'a str, label: impl Into<Cow<'a, str>>) -> Self {
        Self {
            autocomplete: "one-time-code",
            is_code: true,
            ..Self::text(name, label)
        }
    }

    pub(super) fn classic(mut self, id: &'static str, placeholder: &'static str) -> Self {
        self.classic = ClassicField {
            id: Some(id),
            placeholder: Some(placeholder),
        };
        self
    }
}

/// One of several.
pub(super) struct Choices<'a> {
    pub(super) name: &'a str,
    pub(super) legend: Cow<'a, str>,
    pub(super) options: Vec<(&'static str, Cow<'a, str>)>,
}

/// How much a button matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Weight {
    #[default]
    Primary,
    Secondary,
    /// It leads to an identity provider.
    Provider,
    /// It looks like a link.
    Plain,
}

#[derive(Default)]
pub(super) struct Button<'a> {
    pub(super) label: Cow<'a, str>,
    pub(super) name: Option<Cow<'a, str>>,
    pub(super) value: Option<Cow<'a, str>>,
    pub(super) weight: Weight,
    /// AWS's markup has an `input`.
    pub(super) is_input: bool,
    pub(super) icon: Option<Cow<'a, str>>,
}

impl<'a> Button<'a> {
    pub(super) fn new(label: impl Into<Cow<'a, str>>) -> Self {
        Self {
            label: label.into(),
            ..Self::default()
        }
    }

    /// A button that says which one it was.
    pub(super) fn named(label: impl Into<Cow<'a, str>>, name: &'a str) -> Self {
        Self {
            label: label.into(),
            name: Some(name.into()),
            ..Self::default()
        }
    }

    pub(super) fn sends(mut self, value: impl Into<Cow<'a, str>>) -> Self {
        self.value = Some(value.into());
        self
    }

    pub(super) fn weighs(mut self, weight: Weight) -> Self {
        self.weight = weight;
        self
    }

    /// An `input`, as in AWS's markup of the classic look.
    pub(super) fn input_if(mut self, is_input: bool) -> Self {
        self.is_input = is_input;
        self
    }

    pub(super) fn class(&self, is_classic: bool) -> &'static str {
        match (self.weight, is_classic) {
            (Weight::Primary, true) => "btn btn-primary submitButton-customizable",
            (Weight::Secondary, true) => "btn btn-default",
            (Weight::Provider, true) => "btn btn-primary idpButton-customizable",
            (Weight::Plain, true) => "btn-link",
            (Weight::Primary, false) => "primary",
            (Weight::Secondary, false) => "secondary",
            (Weight::Provider, false) => "idp",
            (Weight::Plain, false) => "plain",
        }
    }
}

/// What the browser does with a passkey before the form goes.
pub(super) struct Ceremony<'a> {
    /// `get` or `create`.
    pub(super) kind: &'static str,
    /// The options, as JSON.
    pub(super) options: &'a str,
    /// Where the answer goes in the form.
    pub(super) field: &'static str,
    pub(super) needs_script: &'a str,
    pub(super) failed: &'a str,
}

impl Card<'_> {
    /// Gives every field its id.
    pub(super) fn numbered(mut self, is_classic: bool) -> Self {
        let mut number = 0;
        for block in &mut self.blocks {
            let Block::Form(form) = block else { continue };
            for field in &mut form.fields {
                field.id = if is_classic {
                    field.classic.id.unwrap_or_default().to_owned()
                } else {
                    format!("formField:r{number}:")
                };
                number += 1;
            }
        }
        self
    }

    pub(super) fn has_script(&self) -> bool {
        let has_ceremony =
            |block: &Block<'_>| matches!(block, Block::Form(form) if form.ceremony.is_some());
        self.blocks.iter().any(has_ceremony)
    }

    /// Where the alert of an error belongs: to the first form that has fields, and that isn't the box which
    /// finds an identity provider.
    pub(super) fn is_main(&self, form: &Form<'_>) -> bool {
        let is_box = |form: &Form<'_>| form.fields.iter().all(|field| field.name == "idp_email");
        let first = self.blocks.iter().find_map(|block| match block {
            Block::Form(form) if !is_box(form) => Some(form),
            Block::Form(_)
            | Block::Links(..)
            | Block::Divider(_)
            | Block::Legend(_)
            | Block::Qr(_) => None,
        });
        first.is_some_and(|first| std::ptr::eq(first, form))
    }

    /// Whether the error is about this field, or about none in particular.
    pub(super) fn blames(&self, field: &Field<'_>) -> bool {
        self.alert.is_some_and(|alert| {
            alert.is_error && alert.field.as_deref().is_none_or(|name| name == field.name)
        })
    }

    /// Whether the cursor is to stand there: in the field to blame, else in the first that is empty.
    pub(super) fn begins_at(&self, form: &Form<'_>, field: &Field<'_>) -> bool {
        if !self.is_main(form) {
            return false;
        }
        let blamed = self.alert.and_then(|alert| alert.field.as_deref());
        let blamed = blamed.and_then(|name| form.fields.iter().find(|field| field.name == name));
        let first = || form.fields.iter().find(|field| field.value.is_empty());
        blamed
            .or_else(first)
            .is_some_and(|found| std::ptr::eq(found, field))
    }

    /// Whether any form can tell of the error itself.
    pub(super) fn has_fields(&self) -> bool {
        let is_main = |block: &Block<'_>| matches!(block, Block::Form(form) if self.is_main(form));
        self.blocks.iter().any(is_main)
    }
}
