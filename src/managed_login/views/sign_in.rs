//! Pages of a first factor: the sign-in page, the choice of a factor, the password, the account picker.

use std::borrow::Cow;

use super::card::{Block, Button, Card, Field, Form, Graphic, Link, Method, Weight};
use super::texts::{Texts, fill};
use super::{Alert, Frame, Look, Rendered};

/// What a user may be named by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameKind {
    /// The user name alone.
    Username,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// Either of them.
    EmailOrPhone,
    /// The user name or an e-mail address.
    UsernameOrEmail,
    /// The user name or a phone number.
    UsernameOrPhone,
    /// Any of the three.
    Any,
}

impl NameKind {
    /// What a new user is named by: an alias counts only once it is verified.
    pub(crate) fn for_sign_up(self) -> Self {
        match self {
            Self::Username | Self::UsernameOrEmail | Self::UsernameOrPhone | Self::Any => {
                Self::Username
            }
            Self::Email | Self::Phone | Self::EmailOrPhone => self,
        }
    }

    /// What the field is called.
    pub(super) fn label(self, texts: &Texts) -> &'static str {
        match self {
            Self::Username => texts.username,
            Self::Email => texts.email,
            Self::Phone => texts.phone,
            Self::EmailOrPhone => texts.email_or_phone,
            Self::UsernameOrEmail => texts.username_or_email,
            Self::UsernameOrPhone => texts.username_or_phone,
            Self::Any => texts.any_name,
        }
    }

    /// AWS's label: `Email` for e-mail addresses (observed), the others after it (inferred).
    pub(super) fn classic(self) -> &'static str {
        match self {
            Self::Email => "Email",
            Self::Phone => "Phone number",
            Self::EmailOrPhone => "Email or phone number",
            Self::Username | Self::UsernameOrEmail | Self::UsernameOrPhone | Self::Any => {
                "Username"
            }
        }
    }

    /// The field that asks for the name.
    pub(super) fn field<'a>(self, frame: &Frame<'a>, value: &'a str) -> Field<'a> {
        let label = frame.words(self.classic(), self.label(frame.texts()));
        let mut field = Field::text("username", label);
        field.value = Cow::Borrowed(value);
        field.autocomplete = "username";
        // Phones show the keys that fit.
        field.kind = match (self, frame.is_classic()) {
            (Self::Phone, false) => "tel",
            (Self::Email, false) => "email",
            _ => "text",
        };
        field
    }
}

/// Which kind of identity provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProviderKind {
    /// Facebook.
    Facebook,
    /// Google.
    Google,
    /// Login with Amazon.
    Amazon,
    /// Sign in with Apple.
    Apple,
    /// OIDC or SAML.
    Corporate,
}

/// An identity provider that the client may use.
#[derive(Debug, Clone)]
pub(crate) struct Provider {
    /// Its name in the pool.
    pub(crate) name: String,
    /// Its kind.
    pub(crate) kind: ProviderKind,
}

impl Provider {
    /// What people call it.
    fn shown(&self) -> &str {
        match self.kind {
            ProviderKind::Amazon => "Amazon",
            ProviderKind::Apple => "Apple",
            ProviderKind::Facebook | ProviderKind::Google | ProviderKind::Corporate => &self.name,
        }
    }

    /// The name of the classic look's button; those of Google and Facebook are reported.
    fn button_name(&self) -> &'static str {
        match self.kind {
            ProviderKind::Facebook => "facebookSignUpButton",
            ProviderKind::Google => "googleSignUpButton",
            ProviderKind::Amazon => "amazonSignUpButton",
            ProviderKind::Apple => "appleSignUpButton",
            ProviderKind::Corporate => "identity_provider",
        }
    }

    fn is_social(&self) -> bool {
        self.kind != ProviderKind::Corporate
    }
}

/// How users of the pool itself sign in.
#[derive(Debug, Clone)]
pub(crate) struct Local {
    /// What they are named by.
    pub(crate) name: NameKind,
    /// The name that is known already: `login_hint`, or what was typed.
    pub(crate) username: String,
    /// Whether the name comes alone, and the factor later.
    pub(crate) name_first: bool,
    /// Whether a new user may sign up.
    pub(crate) sign_up: bool,
}

/// The sign-in page.
pub(crate) struct SignIn<'a> {
    /// Users of the pool, where the client takes them.
    pub(crate) local: Option<&'a Local>,
    /// Providers with a button.
    pub(crate) providers: &'a [Provider],
    /// Whether an e-mail address chooses the provider.
    pub(crate) corporate_email: bool,
    /// What went wrong.
    pub(crate) alert: Option<&'a Alert>,
}

/// The sign-in page.
pub(crate) fn sign_in(frame: &Frame<'_>, page: &SignIn<'_>) -> Rendered {
    let texts = frame.texts();
    let mut card = Card {
        alert: page.alert,
        ..Card::default()
    };
    let federated = federated(frame, page);
    let local = page
        .local
        .map(|local| local_blocks(frame, local))
        .unwrap_or_default();
    let mut local_heading = texts.sign_in.to_owned();
    if let (true, Some(local)) = (frame.is_classic(), page.local) {
        local_heading = format!(
            "Sign in with your {} and password",
            local.name.classic().to_lowercase()
        );
    }
    card.heading = Cow::Owned(local_heading);
    if !frame.is_classic() {
        card.intro.push(Cow::Borrowed(texts.sign_in_intro));
    }
    let federated_first = match frame.look {
        Look::Classic { .. } => false,
        Look::Managed(style) => style.federated_first,
    };
    let (first, second) = if federated_first {
        (federated, local)
    } else {
        (local, federated)
    };
    let both = !first.is_empty() && !second.is_empty();
    card.blocks = first;
    if both {
        card.blocks.push(Block::Divider(texts.or));
    }
    card.blocks.extend(second);
    frame.draw(card)
}

fn local_blocks<'a>(frame: &Frame<'a>, local: &'a Local) -> Vec<Block<'a>> {
    let texts = frame.texts();
    let name = local
        .name
        .field(frame, &local.username)
        .classic("signInFormUsername", "");
    let mut form = frame.post("cognitoSignInForm", "/login").field(name);
    if !local.name_first {
        let password = Field::password("password", texts.password, "current-password");
        form = form.field(password.classic("signInFormPassword", "Password"));
    }
    // AWS's script writes what it knows of the device there; it may stay empty (observed).
    form = form.hide("cognitoAsfData", "");
    let label = if local.name_first {
        texts.next
    } else {
        texts.sign_in
    };
    let button = Button::new(label).input_if(frame.is_classic());
    form = form.button(if frame.is_classic() {
        Button {
            name: Some("signInSubmitButton".into()),
            ..button
        }
    } else {
        button
    });
    let forgot = Link {
        href: frame.to("/forgotPassword"),
        text: texts.forgot_link.into(),
    };
    let mut links = Vec::new();
    if frame.is_classic() {
        form.below = Some(forgot);
    } else if !local.name_first {
        links.push(Block::Links("".into(), vec![forgot]));
    }
    let mut blocks = vec![Block::Form(form)];
    if local.sign_up {
        let text = frame.words("Need an account?", texts.new_here);
        let link = frame.words("Sign up", texts.create_account);
        links.push(Block::Links(
            text,
            vec![Link {
                href: frame.to("/signup"),
                text: link,
            }],
        ));
    }
    blocks.extend(links);
    blocks
}

/// Buttons of providers, and the box for an e-mail address. They go to the authorize endpoint, which knows
/// the way to a provider.
fn federated<'a>(frame: &Frame<'a>, page: &SignIn<'a>) -> Vec<Block<'a>> {
    let texts = frame.texts();
    let mut blocks = Vec::new();
    let (social, corporate): (Vec<_>, Vec<_>) = page
        .providers
        .iter()
        .partition(|provider| provider.is_social());
    if !social.is_empty() {
        if frame.is_classic() {
            blocks.push(Block::Legend("Sign In with your social account".into()));
        }
        blocks.extend(
            social
                .into_iter()
                .map(|provider| provider_form(frame, provider)),
        );
        if frame.is_classic() {
            let promise = "We won't post to any of your accounts without asking first";
            blocks.push(Block::Links(promise.into(), Vec::new()));
        }
    }
    if page.corporate_email || !corporate.is_empty() {
        if frame.is_classic() || page.corporate_email {
            blocks.push(Block::Legend(
                frame.words("Sign in with your corporate ID", texts.corporate_intro),
            ));
        }
        if page.corporate_email {
            let mut email = Field::text("idp_email", texts.corporate_email);
            email.kind = "email";
            email.autocomplete = "email";
            let button = Button::new(texts.next).weighs(Weight::Secondary);
            blocks.push(Block::Form(
                frame
                    .post("loginWithIdentityProvider", "/login")
                    .field(email)
                    .button(button),
            ));
        }
        blocks.extend(
            corporate
                .into_iter()
                .map(|provider| provider_form(frame, provider)),
        );
    }
    blocks
}

/// A form that is got: its own fields take the place of the query, so each parameter is one.
fn authorize_form<'a>(frame: &Frame<'a>) -> Form<'a> {
    let mut form = Form {
        name: Some("loginWithIdentityProvider"),
        method: Method::Get,
        action: format!("{}/oauth2/authorize", frame.base),
        ..Form::default()
    };
    for pair in frame.query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decoded(name), decoded(value));
        if name != "identity_provider" && name != "idp_identifier" {
            form.hidden.push((name.into(), value.into()));
        }
    }
    form
}

fn provider_form<'a>(frame: &Frame<'a>, provider: &'a Provider) -> Block<'a> {
    let form = authorize_form(frame);
    let label = if frame.is_classic() && !provider.is_social() {
        provider.name.clone()
    } else {
        fill(frame.texts().continue_with, provider.shown())
    };
    let mut button = Button::new(label).weighs(Weight::Provider);
    if frame.is_classic() && !provider.is_social() {
        // AWS's input is its provider's name, and so needs no script here.
        button = button.input_if(true);
        button.name = Some("identity_provider".into());
        return Block::Form(form.button(button));
    }
    if frame.is_classic() {
        button.name = Some(provider.button_name().into());
    }
    if let Look::Managed(style) = frame.look {
        button.icon = style
            .provider_icon(&provider.name)
            .map(|url| url.to_owned().into());
    }
    Block::Form(
        form.hide("identity_provider", provider.name.as_str())
            .button(button),
    )
}

/// A part of a query as text.
fn decoded(part: &str) -> String {
    let bytes = part.as_bytes();
    let mut text = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped = (byte == b'%').then(|| part.get(at + 1..at + 3)).flatten();
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                text.push(byte);
                at += 3;
            }
            None => {
                text.push(if byte == b'+' { b' ' } else { byte });
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// A way to sign in that a user may choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FirstFactor {
    /// A password.
    Password,
    /// A passkey.
    Passkey,
    /// A code by e-mail.
    EmailCode,
    /// A code by text message.
    SmsCode,
}

impl FirstFactor {
    fn button(self, texts: &'static Texts) -> Button<'static> {
        let (value, label) = match self {
            Self::Password => ("PASSWORD", texts.with_password),
            Self::Passkey => ("WEB_AUTHN", texts.with_passkey),
            Self::EmailCode => ("EMAIL_OTP", texts.with_email_code),
            Self::SmsCode => ("SMS_OTP", texts.with_sms_code),
        };
        Button::named(label, "challenge")
            .sends(value)
            .weighs(Weight::Secondary)
    }
}

/// Who signs in, and the way to sign in as somebody else.
pub(super) fn signing_in_as<'a>(frame: &Frame<'a>, username: &str) -> Block<'a> {
    let texts = frame.texts();
    let link = Link {
        href: frame.to("/login"),
        text: texts.not_you.into(),
    };
    Block::Links(fill(texts.signing_in_as, username).into(), vec![link])
}

/// The choice of a first factor.
pub(crate) fn first_factors(
    frame: &Frame<'_>,
    username: &str,
    factors: &[FirstFactor],
    alert: Option<&Alert>,
) -> Rendered {
    let texts = frame.texts();
    let mut form = frame.post("", "/selectChallenge");
    form.buttons = factors.iter().map(|factor| factor.button(texts)).collect();
    frame.draw(Card {
        heading: texts.choose_title.into(),
        intro: vec![texts.choose_intro.into()],
        alert,
        blocks: vec![Block::Form(form), signing_in_as(frame, username)],
        ..Card::default()
    })
}

/// The password, after the name.
pub(crate) fn password(
    frame: &Frame<'_>,
    username: &str,
    others: bool,
    alert: Option<&Alert>,
) -> Rendered {
    let texts = frame.texts();
    let field = Field::password("password", texts.password, "current-password");
    // Password managers look for the name beside it.
    let form = frame
        .post("", "/verifyPassword")
        .hide("username", username.to_owned());
    let form = form
        .hide("cognitoAsfData", "")
        .field(field)
        .button(Button::new(texts.sign_in));
    let mut blocks = vec![Block::Form(form)];
    if others {
        blocks.push(other_ways(frame));
    }
    let forgot = Link {
        href: frame.to("/forgotPassword"),
        text: texts.forgot_link.into(),
    };
    blocks.push(Block::Links("".into(), vec![forgot]));
    blocks.push(signing_in_as(frame, username));
    frame.draw(Card {
        heading: texts.password_title.into(),
        graphic: Some(Graphic::Password),
        alert,
        blocks,
        ..Card::default()
    })
}

/// The way back to the choice of a factor.
pub(super) fn other_ways<'a>(frame: &Frame<'a>) -> Block<'a> {
    let button = Button::new(frame.texts().other_ways).weighs(Weight::Plain);
    Block::Form(frame.post("", "/login/others").button(button))
}

/// The account that is signed in already, and the way to another one.
pub(crate) fn account_picker(frame: &Frame<'_>, username: &str) -> Rendered {
    let texts = frame.texts();
    let go_on = frame.post("", "/login/continue");
    let go_on = go_on.button(Button::new(fill(texts.continue_as, username)));
    let other = Button::new(texts.other_account).weighs(Weight::Secondary);
    let mut anew = frame.post("", "/login/continue").button(other);
    anew.hidden.push(("other".into(), "true".into()));
    frame.draw(Card {
        heading: texts.picker_title.into(),
        intro: vec![texts.picker_intro.into()],
        blocks: vec![Block::Form(go_on), Block::Form(anew)],
        ..Card::default()
    })
}
