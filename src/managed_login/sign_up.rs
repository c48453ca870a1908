//! Signing up: SignUp, ConfirmSignUp and ResendConfirmationCode, driven by two pages. Who has confirmed is
//! signed in (documented), with the password of the sign-up.

use serde_json::{Value, json};

use super::look;
use super::page::Page;
use super::posted::request;
use super::sign_in::destination;
use super::state::{Confirm, State};
use super::views::{self, Alert, Attribute, NameKind, SignUp};
use super::visit::{Answer, Visit};
use crate::error::{CognitoError, Refusal};
use crate::model::Contact;
use crate::model::cognito_idp::{
    CodeDeliveryDetailsType, ConfirmSignUpRequest, ResendConfirmationCodeRequest, SignUpRequest,
};
use crate::user_pool::accounts::sign_up;

impl Visit<'_> {
    /// The sign-up page.
    pub(super) fn sign_up_page(
        &self,
        attributes: &[Attribute],
        username: &str,
        alert: Option<&Alert>,
        reason: Option<String>,
    ) -> Answer {
        if self.settings.admin_create.only_admins {
            let error = Refusal::SignUpNotPermitted.because(
                "the pool's AllowAdminCreateUserOnly is true: AdminCreateUser makes its users",
            );
            return self.sign_in_page(Some(&self.alert(&error)), Some(error.reason().to_owned()));
        }
        let asked = self.asked_attributes();
        let attributes = if attributes.is_empty() {
            &asked
        } else {
            attributes
        };
        let terms = look::terms(&self.place, self.language);
        let page = SignUp {
            name: look::name_kind(&self.settings).for_sign_up(),
            username,
            attributes,
            rules: look::rules(&self.settings),
            password_required: !self.settings.allows_code_sign_in(),
            terms: terms.as_ref(),
            alert,
        };
        self.show(views::sign_up(&self.frame(Some("/signup")), &page), reason)
    }

    /// The required attributes but the one that is the name, with what was typed.
    fn asked_attributes(&self) -> Vec<Attribute> {
        let kind = look::name_kind(&self.settings);
        let is_name = |name: &str| match Contact::parse(name) {
            Some(Contact::Email) => matches!(kind, NameKind::Email),
            Some(Contact::PhoneNumber) => matches!(kind, NameKind::Phone),
            None => false,
        };
        let required = self
            .settings
            .schema
            .required()
            .filter(|one| !is_name(&one.name));
        required
            .map(|one| Attribute {
                name: one.name.to_string(),
                value: self.form.attribute(&one.name).unwrap_or_default(),
                required: true,
            })
            .collect()
    }

    pub(super) async fn post_sign_up(&self, page: Page) -> Answer {
        if page == Page::SignUp {
            return self.post_new_user().await;
        }
        let Some(State::Confirm(confirm)) = &self.state else {
            return self.begin_again(
                "the cookie page-data has no sign-up to confirm, or its hour is over",
            );
        };
        match page {
            Page::ResendCode => self.post_resend(confirm).await,
            _ => self.post_confirm(confirm).await,
        }
    }

    async fn post_new_user(&self) -> Answer {
        let username = self.form.text("username");
        let password = self.form.get("password");
        let attributes = self.asked_attributes();
        if let Some(alert) = password
            .as_deref()
            .and_then(|password| self.passwords_differ(password))
        {
            let reason = Some("the two passwords are not the same".into());
            return self.sign_up_page(&attributes, &username, Some(&alert), reason);
        }
        let given: Vec<Value> = attributes
            .iter()
            .filter(|one| !one.value.is_empty())
            .map(|one| json!({"Name": one.name, "Value": one.value}))
            .collect();
        let mut members = json!({
            "ClientId": self.place.client.id.as_str(),
            "Username": username,
            "UserAttributes": given,
        });
        if let Some(password) = &password {
            members["Password"] = password.as_str().into();
        }
        self.add_hash(&mut members, &username);
        let made = match request::<SignUpRequest>(&members) {
            Ok(req) => sign_up::sign_up(self.cx, req).await,
            Err(error) => Err(error),
        };
        let refused = |error: &CognitoError| {
            let mut alert = self.alert(error);
            match error.code() {
                "InvalidPasswordException" => alert = alert.at("password"),
                "UsernameExistsException" => alert = alert.at("username"),
                _ => {}
            }
            let reason = error.reason().to_owned();
            self.sign_up_page(&attributes, &username, Some(&alert), Some(reason))
        };
        match made {
            Ok(made) if made.user_confirmed => self.sign_in_confirmed(username, password).await,
            Ok(made) => match made.code_delivery_details {
                Some(details) => {
                    self.confirm_page(&confirm(username, password, Some(details)), None, None)
                }
                // The page shows an error (documented); its words are those of a sign-in (inferred).
                None => refused(&Refusal::UserNotConfirmed.because(
                    "the pool verifies no address by itself, so that an administrator alone confirms the user",
                )),
            },
            Err(error) => refused(&error),
        }
    }

    /// Signs in who has just been confirmed; without a password the sign-in page is next.
    async fn sign_in_confirmed(&self, username: String, password: Option<String>) -> Answer {
        match password {
            Some(password) => self.with_password(username, password).await,
            None => {
                let alert = Alert::success(self.frame(None).texts().confirmed);
                self.sign_in_page(Some(&alert), None)
            }
        }
    }

    /// The page for the code of a sign-up.
    pub(super) fn confirm_page(
        &self,
        confirm: &Confirm,
        alert: Option<&Alert>,
        reason: Option<String>,
    ) -> Answer {
        let to = destination(confirm.medium.as_deref(), confirm.destination.as_deref());
        let page = views::Confirm {
            destination: to.as_ref(),
            alert,
        };
        let page = views::confirm(&self.frame(None), &page);
        self.show_with(page, Some(&State::Confirm(confirm.clone())), reason)
    }

    async fn post_confirm(&self, confirm: &Confirm) -> Answer {
        let mut members = json!({
            "ClientId": self.place.client.id.as_str(),
            "Username": confirm.username,
            "ConfirmationCode": self.code(),
        });
        self.add_hash(&mut members, &confirm.username);
        let done = match request::<ConfirmSignUpRequest>(&members) {
            Ok(req) => sign_up::confirm_sign_up(self.cx, req).await.map(drop),
            Err(error) => Err(error),
        };
        match done {
            Ok(()) => {
                self.sign_in_confirmed(confirm.username.clone(), confirm.password.clone())
                    .await
            }
            Err(error) => {
                let field = if self.is_classic() {
                    "verification_code"
                } else {
                    "code"
                };
                let alert = self.alert(&error).at(field);
                self.confirm_page(confirm, Some(&alert), Some(error.reason().to_owned()))
            }
        }
    }

    async fn post_resend(&self, known: &Confirm) -> Answer {
        let mut members = json!({
            "ClientId": self.place.client.id.as_str(),
            "Username": known.username,
        });
        self.add_hash(&mut members, &known.username);
        let sent = match request::<ResendConfirmationCodeRequest>(&members) {
            Ok(req) => sign_up::resend_confirmation_code(self.cx, req).await,
            Err(error) => Err(error),
        };
        match sent {
            Ok(sent) => {
                let details = sent.code_delivery_details;
                let next = confirm(known.username.clone(), known.password.clone(), details);
                let alert = Alert::success(self.frame(None).texts().resent);
                self.confirm_page(&next, Some(&alert), None)
            }
            Err(error) => {
                let alert = self.alert(&error);
                self.confirm_page(known, Some(&alert), Some(error.reason().to_owned()))
            }
        }
    }
}

fn confirm(
    username: String,
    password: Option<String>,
    details: Option<CodeDeliveryDetailsType>,
) -> Confirm {
    let details = details.unwrap_or_default();
    Confirm {
        username,
        password,
        medium: details
            .delivery_medium
            .map(|medium| medium.as_str().to_owned()),
        destination: details.destination,
    }
}
