//! Every page, with one word in place of all that people and requests give it.

use super::super::*;
use crate::user_pool::branding::managed_login::merged_settings;

/// A page, drawn within a frame.
pub(super) type Draw = fn(&Frame<'_>, &str) -> Rendered;

const RULES: PasswordRules = PasswordRules {
    length: 8,
    lower: true,
    upper: true,
    digit: true,
    symbol: true,
};

fn destination(medium: Medium, word: &str) -> Destination {
    Destination {
        medium,
        masked: word.to_owned(),
    }
}

fn attributes(word: &str) -> Vec<Attribute> {
    let attribute = |name: &str, required| Attribute {
        name: name.to_owned(),
        value: word.to_owned(),
        required,
    };
    vec![
        attribute("email", true),
        attribute("phone_number", true),
        attribute("given_name", true),
        attribute("birthdate", false),
        attribute("custom:shoe", true),
    ]
}

fn providers(word: &str) -> Vec<Provider> {
    [
        ("Google", ProviderKind::Google),
        ("Facebook", ProviderKind::Facebook),
        ("LoginWithAmazon", ProviderKind::Amazon),
        ("SignInWithApple", ProviderKind::Apple),
        (word, ProviderKind::Corporate),
    ]
    .map(|(name, kind)| Provider {
        name: name.to_owned(),
        kind,
    })
    .to_vec()
}

fn local(word: &str) -> Local {
    Local {
        name: NameKind::Email,
        username: word.to_owned(),
        name_first: false,
        sign_up: true,
    }
}

fn signing_in(frame: &Frame<'_>, local: Option<&Local>, alert: Option<&Alert>) -> Rendered {
    sign_in(
        frame,
        &SignIn {
            local,
            providers: &[],
            corporate_email: false,
            alert,
        },
    )
}

/// The pages of both versions.
pub(super) const BOTH: &[(&str, Draw)] = &[
    ("sign-in", |frame, word| {
        signing_in(frame, Some(&local(word)), None)
    }),
    ("sign-in-failed", |frame, word| {
        let alert = Alert::error("Incorrect username or password.");
        signing_in(frame, Some(&local(word)), Some(&alert))
    }),
    ("sign-in-providers", |frame, word| {
        let page = SignIn {
            local: Some(&local(word)),
            providers: &providers(word),
            corporate_email: true,
            alert: Some(&Alert::error(word.to_owned())),
        };
        sign_in(frame, &page)
    }),
    ("sign-in-federated", |frame, word| {
        let providers = providers(word);
        sign_in(
            frame,
            &SignIn {
                local: None,
                providers: &providers,
                corporate_email: false,
                alert: None,
            },
        )
    }),
    ("sign-up", |frame, word| {
        let page = SignUp {
            name: NameKind::Username,
            username: word,
            attributes: &attributes(word),
            rules: RULES,
            password_required: true,
            terms: Some(&Terms {
                terms_of_use: word.to_owned(),
                privacy_policy: word.to_owned(),
            }),
            alert: None,
        };
        sign_up(frame, &page)
    }),
    ("sign-up-failed", |frame, word| {
        let page = SignUp {
            name: NameKind::Username,
            username: word,
            attributes: &attributes(word),
            rules: RULES,
            password_required: true,
            terms: None,
            alert: Some(&Alert::error(word.to_owned()).at("password")),
        };
        sign_up(frame, &page)
    }),
    ("confirm", |frame, word| {
        let destination = destination(Medium::Email, word);
        confirm(
            frame,
            &Confirm {
                destination: Some(&destination),
                alert: None,
            },
        )
    }),
    ("confirm-resent", |frame, word| {
        let destination = destination(Medium::Sms, word);
        let alert = Alert::success(frame.texts().resent);
        confirm(
            frame,
            &Confirm {
                destination: Some(&destination),
                alert: Some(&alert),
            },
        )
    }),
    ("forgot-password", |frame, word| {
        forgot_password(frame, NameKind::Username, word, None)
    }),
    ("confirm-forgot-password", |frame, word| {
        let page = ConfirmForgotPassword {
            username: word,
            destination: Some(&destination(Medium::Email, word)),
            rules: RULES,
            alert: Some(&Alert::error(frame.texts().code_wrong).at("code")),
        };
        confirm_forgot_password(frame, &page)
    }),
    ("new-password", |frame, word| {
        let page = NewPassword {
            attributes: &attributes(word),
            rules: RULES,
            alert: None,
        };
        new_password(frame, &page)
    }),
    ("code-sms", |frame, word| {
        code(frame, CodeStep::Sent(&destination(Medium::Sms, word)), None)
    }),
    ("code-email", |frame, word| {
        let alert = Alert::error(frame.texts().code_wrong);
        code(
            frame,
            CodeStep::Sent(&destination(Medium::Email, word)),
            Some(&alert),
        )
    }),
    ("code-totp", |frame, _| code(frame, CodeStep::Totp, None)),
    ("code-registration", |frame, word| {
        code(
            frame,
            CodeStep::Registration(&destination(Medium::Sms, word)),
            None,
        )
    }),
    ("mfa-choice", |frame, _| {
        factor_choice(
            frame,
            &[SecondFactor::Sms, SecondFactor::Email, SecondFactor::Totp],
            None,
        )
    }),
    ("mfa-set-up-choice", |frame, word| {
        let alert = Alert::error(word.to_owned());
        set_up_choice(
            frame,
            &[SecondFactor::Totp, SecondFactor::Sms],
            Some(&alert),
        )
    }),
    ("phone-registration", |frame, word| {
        registration(frame, Medium::Sms, word, true, None)
    }),
    ("email-registration", |frame, word| {
        registration(frame, Medium::Email, word, true, None)
    }),
    ("totp-set-up", |frame, word| {
        let page = TotpSetUp {
            secret: word,
            address: "otpauth://totp/us-east-1_PoolHouse:vera@example.com?secret=\
                      JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSW&issuer=us-east-1_PoolHouse",
            back: true,
            alert: None,
        };
        totp_set_up(frame, &page)
    }),
    ("error", |frame, word| error(frame, Some(word))),
    ("went-wrong", |frame, _| went_wrong(frame, true)),
    ("unavailable", |frame, _| unavailable(frame)),
];

/// The pages that managed login alone has.
pub(super) const MANAGED: &[(&str, Draw)] = &[
    ("sign-in-name", |frame, word| {
        let local = Local {
            name_first: true,
            ..local(word)
        };
        signing_in(frame, Some(&local), None)
    }),
    ("first-factors", |frame, word| {
        let factors = [
            FirstFactor::Password,
            FirstFactor::Passkey,
            FirstFactor::EmailCode,
            FirstFactor::SmsCode,
        ];
        first_factors(frame, word, &factors, None)
    }),
    ("password", |frame, word| {
        let alert = Alert::error(frame.texts().incorrect);
        password_step(frame, word, true, Some(&alert))
    }),
    ("code-one-time", |frame, word| {
        let destination = destination(Medium::Email, word);
        let step = CodeStep::OneTime {
            destination: &destination,
            username: word,
            others: true,
        };
        code(frame, step, None)
    }),
    ("passkey", |frame, word| {
        let page = PasskeySignIn {
            username: word,
            options: word,
            others: true,
            alert: None,
        };
        passkey_sign_in(frame, &page)
    }),
    ("passkey-add", |frame, word| add_passkey(frame, word, None)),
    ("account-picker", account_picker),
];

/// A style of managed login: AWS's own in one color scheme, with bars and a choice of languages.
pub(super) fn style(scheme: &str) -> Look {
    let settings = serde_json::json!({"categories": {
        "global": {"colorSchemeMode": scheme, "pageHeader": {"enabled": true}},
        "form": {"languageSelector": {"enabled": true}},
    }});
    Look::Managed(Box::new(Style::of(
        &merged_settings(Some(&settings)),
        Vec::new(),
    )))
}

/// The classic look, with files of a customization.
pub(super) fn classic() -> Look {
    Look::Classic {
        css: None,
        logo: None,
    }
}

/// What is around a page in these tests.
pub(super) fn frame(look: &Look, language: Language) -> Frame<'_> {
    Frame {
        look,
        language,
        nonce: "bm9uY2U",
        csrf: "2f5e7c1a-0000-4000-8000-000000000000",
        base: "",
        query: "client_id=1example23456789&redirect_uri=https%3A%2F%2Fexample.com%2Fback&\
                response_type=code&scope=openid+email&state=a%2Bb",
        again: Some("/login"),
    }
}
