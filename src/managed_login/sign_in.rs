//! Signing in: first factors, and every challenge that follows.

use std::borrow::Cow;

use serde_json::Value;

use super::look;
use super::page::Page;
use super::state::{Challenge, Confirm, Reset, State};
use super::views::{Alert, Destination, FirstFactor, Medium, SecondFactor, SignIn, sign_in};
use super::visit::{Answer, Visit};
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::ChallengeNameType as Name;
use crate::model::{Secret, SecretMap};
use crate::user_pool::auth::door::Outcome;
use crate::user_pool::auth::hosted;

impl Visit<'_> {
    /// The sign-in page.
    pub(super) fn sign_in_page(&self, alert: Option<&Alert>, reason: Option<String>) -> Answer {
        let names = self.request.client.providers();
        let hint = self.request.login_hint.clone().unwrap_or_default();
        let username = self.form.get("username").unwrap_or(hint);
        let app = &self.place.client;
        let local = look::local(&self.settings, app, names, username, self.is_classic());
        let (providers, corporate_email) = look::providers(&self.place.pool, names);
        let page = SignIn {
            local: local.as_ref(),
            providers: &providers,
            corporate_email,
            alert,
        };
        self.show(sign_in(&self.frame(Some("/login")), &page), reason)
    }

    /// The sign-in page, with what was wrong.
    pub(super) fn sign_in_refused(&self, error: &CognitoError) -> Answer {
        self.sign_in_page(Some(&self.alert(error)), Some(error.reason().to_owned()))
    }

    /// Takes a form of the sign-in.
    pub(super) async fn post_sign_in(&self, page: Page) -> Answer {
        match page {
            Page::Login => return self.post_login().await,
            Page::Continue => {
                return match (&self.browser.user, self.form.get("other")) {
                    // Not where the request wants a sign-in (documented of `prompt=login`), whoever posts this.
                    (Some(_), None) if !self.request.prompt.login => Answer::Continue,
                    _ => self.sign_in_page(None, None),
                };
            }
            _ => {}
        }
        let Some(State::Challenge(challenge)) = &self.state else {
            return self.begin_again(
                "the cookie page-data has no challenge, or its three minutes are over",
            );
        };
        match page {
            Page::VerifyPassword => self.post_password_step(challenge).await,
            Page::Others => self.choose(challenge.typed.clone(), None).await,
            Page::SelectChallenge => self.post_choice(challenge).await,
            Page::Passkey => self.post_passkey(challenge).await,
            Page::NewPassword => self.post_new_password(challenge).await,
            _ => self.post_code(challenge).await,
        }
    }

    async fn post_login(&self) -> Answer {
        if let Some(address) = self.form.get("idp_email") {
            // What it leads to is decided where `idp_identifier` is.
            let domain = address.rsplit('@').next().unwrap_or_default();
            return Answer::Provider(domain.trim().to_owned());
        }
        let username = self.form.text("username");
        match self.form.get("password") {
            Some(password) => self.with_password(username, password).await,
            None if self.asks_name_first() => self.choose(username, None).await,
            None => self.with_password(username, String::new()).await,
        }
    }

    fn asks_name_first(&self) -> bool {
        let names = self.request.client.providers();
        let app = &self.place.client;
        look::local(&self.settings, app, names, String::new(), self.is_classic())
            .is_some_and(|local| local.name_first)
    }

    /// Signs in with name and password.
    pub(super) async fn with_password(&self, username: String, password: String) -> Answer {
        for (name, value) in [("USERNAME", &username), ("PASSWORD", &password)] {
            if value.is_empty() {
                let error = Refusal::MissingParameter { name: name.into() }
                    .because("the form lacks a name or a password");
                return self.sign_in_refused(&error);
            }
        }
        let secret = Secret::from(password.clone());
        let done = hosted::with_password(self.cx, &self.place, username.clone(), secret).await;
        match done {
            Ok(outcome) => self.go_on(outcome, username),
            Err(error) if error.code() == "UserNotConfirmedException" => {
                // That AWS's pages ask for the code then is inferred.
                let confirm = Confirm {
                    username,
                    password: Some(password),
                    medium: None,
                    destination: None,
                };
                self.confirm_page(&confirm, None, Some(error.reason().to_owned()))
            }
            Err(error) if error.code() == "PasswordResetRequiredException" => {
                let reset = Reset {
                    username,
                    medium: None,
                    destination: None,
                };
                self.reset_page(&reset, None, Some(error.reason().to_owned()))
            }
            Err(error) => self.sign_in_refused(&error),
        }
    }

    /// Begins a sign-in whose user chooses a factor.
    async fn choose(&self, username: String, alert: Option<&Alert>) -> Answer {
        let done = hosted::with_choice(self.cx, &self.place, username.clone(), None).await;
        match done {
            Ok(outcome) => self.go_on_with(outcome, username, alert),
            Err(error) => self.sign_in_refused(&error),
        }
    }

    /// What follows a step.
    pub(super) fn go_on(&self, outcome: Outcome, typed: String) -> Answer {
        self.go_on_with(outcome, typed, None)
    }

    fn go_on_with(&self, outcome: Outcome, typed: String, alert: Option<&Alert>) -> Answer {
        match outcome {
            Outcome::SignedIn(signed_in) => Answer::SignedIn(signed_in),
            // The pages' door ends in no tokens.
            Outcome::Tokens(_) => self.begin_again("the sign-in ended at another door"),
            Outcome::Challenge {
                name,
                session,
                parameters,
                available,
            } => {
                let names = available.unwrap_or_default();
                let available = names.iter().map(|name| name.as_str().to_owned()).collect();
                let challenge = challenge(name, session, parameters, available, typed);
                if name == Name::MfaSetup {
                    return self.begin_set_up(challenge);
                }
                self.challenge_page(&challenge, alert, None)
            }
        }
    }

    /// The challenge's page once more, with what was wrong.
    pub(super) fn challenge_refused(
        &self,
        challenge: &Challenge,
        error: &CognitoError,
        field: Option<&'static str>,
    ) -> Answer {
        if matches!(
            error.refusal,
            Refusal::SessionUnknown | Refusal::SessionUsed
        ) {
            return self.begin_again(error.reason().to_owned());
        }
        let mut alert = self.alert(error);
        if let Some(field) = field {
            alert = alert.at(field);
        }
        self.challenge_page(challenge, Some(&alert), Some(error.reason().to_owned()))
    }

    pub(super) async fn respond(
        &self,
        challenge: &Challenge,
        name: Name,
        responses: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Result<Outcome, CognitoError> {
        let responses = responses
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        self.respond_with(challenge, name, responses.collect())
            .await
    }

    async fn respond_with(
        &self,
        challenge: &Challenge,
        name: Name,
        responses: SecretMap,
    ) -> Result<Outcome, CognitoError> {
        let session = Secret::from(challenge.session.clone());
        let username = challenge.username.clone();
        hosted::respond(self.cx, &self.place, name, session, username, responses).await
    }

    async fn post_password_step(&self, challenge: &Challenge) -> Answer {
        let password = self.form.text("password");
        if password.is_empty() {
            let challenge = Challenge {
                wants_password: true,
                ..challenge.clone()
            };
            return self.challenge_page(&challenge, None, None);
        }
        let given = [("PASSWORD", password)];
        match self.respond(challenge, Name::Password, given).await {
            Ok(outcome) => self.go_on(outcome, challenge.typed.clone()),
            Err(error) if error.code() == "PasswordResetRequiredException" => {
                let username = challenge.typed.clone();
                let reset = Reset {
                    username,
                    medium: None,
                    destination: None,
                };
                self.reset_page(&reset, None, Some(error.reason().to_owned()))
            }
            // A password uses its session up, right or wrong (observed): a new try is a new sign-in.
            Err(error) => {
                let alert = self.alert(&error).at("password");
                let again =
                    hosted::with_choice(self.cx, &self.place, challenge.typed.clone(), None).await;
                match again {
                    Ok(Outcome::Challenge {
                        name,
                        session,
                        parameters,
                        available,
                    }) => {
                        let names = available.unwrap_or_default();
                        let names = names.iter().map(|name| name.as_str().to_owned()).collect();
                        let typed = challenge.typed.clone();
                        let mut next = self::challenge(name, session, parameters, names, typed);
                        next.wants_password = true;
                        self.challenge_page(&next, Some(&alert), Some(error.reason().to_owned()))
                    }
                    Ok(Outcome::SignedIn(_) | Outcome::Tokens(_)) | Err(_) => {
                        self.sign_in_refused(&error)
                    }
                }
            }
        }
    }

    async fn post_choice(&self, challenge: &Challenge) -> Answer {
        let answer = self
            .form
            .any(&["challenge", "challengeName", "ANSWER"])
            .unwrap_or_default();
        if answer == "PASSWORD" {
            let challenge = Challenge {
                wants_password: true,
                ..challenge.clone()
            };
            return self.challenge_page(&challenge, None, None);
        }
        let given = [("ANSWER", answer)];
        match self.respond(challenge, Name::SelectChallenge, given).await {
            Ok(outcome) => self.go_on(outcome, challenge.typed.clone()),
            Err(error) => self.challenge_refused(challenge, &error, None),
        }
    }

    async fn post_passkey(&self, challenge: &Challenge) -> Answer {
        let Some(credential) = self.form.get("credential") else {
            // Without JavaScript nothing comes.
            let alert = Alert::error(self.frame(None).texts().passkey_needs_script);
            return self.challenge_page(
                challenge,
                Some(&alert),
                Some("the form has no credential".into()),
            );
        };
        match self
            .respond(challenge, Name::WebAuthn, [("CREDENTIAL", credential)])
            .await
        {
            Ok(outcome) => self.go_on(outcome, challenge.typed.clone()),
            Err(error) => self.challenge_refused(challenge, &error, None),
        }
    }

    async fn post_new_password(&self, challenge: &Challenge) -> Answer {
        let password = self
            .form
            .any(&["password", "new_password"])
            .unwrap_or_default();
        if let Some(alert) = self.passwords_differ(&password) {
            let reason = "the two passwords are not the same".into();
            return self.challenge_page(challenge, Some(&alert), Some(reason));
        }
        let mut responses = SecretMap::default();
        responses.insert("NEW_PASSWORD".into(), password);
        for name in &challenge.required {
            if let Some(value) = self.form.attribute(name) {
                responses.insert(format!("userAttributes.{name}"), value);
            }
        }
        match self
            .respond_with(challenge, Name::NewPasswordRequired, responses)
            .await
        {
            Ok(outcome) => self.go_on(outcome, challenge.typed.clone()),
            Err(error) => {
                let field = (error.code() == "InvalidPasswordException").then_some("password");
                self.challenge_refused(challenge, &error, field)
            }
        }
    }

    /// The alert for two passwords that are not the same, where the form has both.
    pub(super) fn passwords_differ(&self, password: &str) -> Option<Alert> {
        let again = self.form.any(&["confirmPassword", "confirm_password"])?;
        (again != password)
            .then(|| Alert::error(self.frame(None).texts().passwords_differ).at("confirmPassword"))
    }

    /// The code that was typed, whatever its field is called.
    pub(super) fn code(&self) -> String {
        let names = ["authentication_code", "code", "verification_code"];
        let code = self.form.any(&names).unwrap_or_default();
        code.trim().to_owned()
    }

    /// The name of the field for a code.
    pub(super) fn code_field(&self) -> &'static str {
        if self.is_classic() {
            "authentication_code"
        } else {
            "code"
        }
    }

    pub(super) async fn post_code(&self, challenge: &Challenge) -> Answer {
        let (name, parameter) = match challenge.name.as_str() {
            "SMS_MFA" => (Name::SmsMfa, "SMS_MFA_CODE"),
            "EMAIL_OTP" => (Name::EmailOtp, "EMAIL_OTP_CODE"),
            "SMS_OTP" => (Name::SmsOtp, "SMS_OTP_CODE"),
            "SOFTWARE_TOKEN_MFA" => (Name::SoftwareTokenMfa, "SOFTWARE_TOKEN_MFA_CODE"),
            "MFA_SETUP" => return self.post_set_up_code(challenge).await,
            _ => return self.challenge_page(challenge, None, None),
        };
        match self
            .respond(challenge, name, [(parameter, self.code())])
            .await
        {
            Ok(outcome) => self.go_on(outcome, challenge.typed.clone()),
            Err(error) => self.challenge_refused(challenge, &error, Some(self.code_field())),
        }
    }
}

/// What the next page needs of a challenge.
pub(super) fn challenge(
    name: Name,
    session: Option<Secret>,
    parameters: SecretMap,
    available: Vec<String>,
    typed: String,
) -> Challenge {
    let mut parameters = parameters.into_inner();
    let listed = |text: Option<String>| {
        let list = text.and_then(|text| serde_json::from_str::<Vec<String>>(&text).ok());
        list.unwrap_or_default()
    };
    let mut options = available;
    options.extend(listed(parameters.remove("MFAS_CAN_CHOOSE")));
    options.extend(listed(parameters.remove("MFAS_CAN_SETUP")));
    let required = listed(parameters.remove("requiredAttributes"));
    let bare = |name: String| name.trim_start_matches("userAttributes.").to_owned();
    Challenge {
        name: name.as_str().to_owned(),
        session: session
            .map(|session| session.expose().to_owned())
            .unwrap_or_default(),
        username: parameters
            .remove("USER_ID_FOR_SRP")
            .unwrap_or_else(|| typed.clone()),
        medium: parameters.remove("CODE_DELIVERY_DELIVERY_MEDIUM"),
        destination: parameters.remove("CODE_DELIVERY_DESTINATION"),
        options,
        required: required.into_iter().map(bare).collect(),
        passkey: parameters
            .remove("CREDENTIAL_REQUEST_OPTIONS")
            .map(|options| public_key(&options)),
        typed,
        ..Challenge::default()
    }
}

/// The options of a ceremony, as the browser takes them.
pub(super) fn public_key(options: &str) -> String {
    let read = serde_json::from_str::<Value>(options).ok();
    let inner = read.and_then(|mut read| read.get_mut("publicKey").map(Value::take));
    inner.map_or_else(|| options.to_owned(), |inner| inner.to_string())
}

/// Where a code went.
pub(super) fn destination(medium: Option<&str>, masked: Option<&str>) -> Option<Destination> {
    let medium = match medium? {
        "SMS" => Medium::Sms,
        _ => Medium::Email,
    };
    Some(Destination {
        medium,
        masked: Cow::Borrowed(masked?).into_owned(),
    })
}

pub(super) fn first_factor(name: &str) -> Option<FirstFactor> {
    match name {
        "PASSWORD" => Some(FirstFactor::Password),
        "WEB_AUTHN" => Some(FirstFactor::Passkey),
        "EMAIL_OTP" => Some(FirstFactor::EmailCode),
        "SMS_OTP" => Some(FirstFactor::SmsCode),
        // The pages send passwords as they are.
        _ => None,
    }
}

pub(super) fn second_factor(name: &str) -> Option<SecondFactor> {
    match name {
        "SMS_MFA" => Some(SecondFactor::Sms),
        "EMAIL_OTP" | "EMAIL_MFA" => Some(SecondFactor::Email),
        "SOFTWARE_TOKEN_MFA" => Some(SecondFactor::Totp),
        _ => None,
    }
}
