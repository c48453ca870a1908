//! Forgotten passwords: ForgotPassword and ConfirmForgotPassword, driven by two pages. With
//! PreventUserExistenceErrors the pages of a name that means nobody are those of a user (inferred), since the
//! operations say the same.

use serde_json::json;

use super::look;
use super::page::Page;
use super::posted::request;
use super::sign_in::destination;
use super::state::{Reset, State};
use super::views::{self, Alert, ConfirmForgotPassword};
use super::visit::{Answer, Visit};
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{ConfirmForgotPasswordRequest, ForgotPasswordRequest};
use crate::user_pool::accounts::forgot_password;

/// Documented, of a user whom no code reaches.
const UNREACHABLE: &str =
    "Could not reset password for the account, please contact support or try again";

impl Visit<'_> {
    /// The page that asks whose password is forgotten.
    pub(super) fn forgot_password_page(
        &self,
        username: &str,
        alert: Option<&Alert>,
        reason: Option<String>,
    ) -> Answer {
        let name = look::name_kind(&self.settings);
        let hint = self.request.login_hint.as_deref().unwrap_or_default();
        let username = if username.is_empty() { hint } else { username };
        let frame = self.frame(Some("/forgotPassword"));
        self.show(
            views::forgot_password(&frame, name, username, alert),
            reason,
        )
    }

    /// The page for the code.
    pub(super) fn reset_page(
        &self,
        reset: &Reset,
        alert: Option<&Alert>,
        reason: Option<String>,
    ) -> Answer {
        let to = destination(reset.medium.as_deref(), reset.destination.as_deref());
        let page = ConfirmForgotPassword {
            username: &reset.username,
            destination: to.as_ref(),
            rules: look::rules(&self.settings),
            alert,
        };
        let page = views::confirm_forgot_password(&self.frame(None), &page);
        self.show_with(page, Some(&State::Reset(reset.clone())), reason)
    }

    pub(super) async fn post_password(&self, page: Page) -> Answer {
        if page == Page::ForgotPassword {
            return self.post_forgot_password().await;
        }
        let Some(State::Reset(reset)) = &self.state else {
            let alert = Alert::error(self.frame(None).texts().code_expired);
            let reason = "the cookie page-data has no reset, or its eight minutes are over";
            let username = self.form.text("username");
            return self.forgot_password_page(&username, Some(&alert), Some(reason.into()));
        };
        self.post_reset(reset).await
    }

    async fn post_forgot_password(&self) -> Answer {
        let username = self.form.text("username");
        let client = &self.place.client;
        let mut members = json!({"ClientId": client.id.as_str(), "Username": username});
        self.add_hash(&mut members, &username);
        let sent = match request::<ForgotPasswordRequest>(&members) {
            Ok(req) => forgot_password::forgot_password(self.cx, req).await,
            Err(error) => Err(error),
        };
        match sent {
            Ok(sent) => {
                let details = sent.code_delivery_details.unwrap_or_default();
                let medium = details
                    .delivery_medium
                    .map(|medium| medium.as_str().to_owned());
                let reset = Reset {
                    username,
                    medium,
                    destination: details.destination,
                };
                self.reset_page(&reset, None, None)
            }
            Err(error) => {
                let alert = match error.refusal {
                    Refusal::NoRecoveryContact | Refusal::ContactAdministrator => {
                        Alert::error(UNREACHABLE)
                    }
                    _ => self.alert(&error),
                };
                let reason = error.reason().to_owned();
                self.forgot_password_page(&username, Some(&alert), Some(reason))
            }
        }
    }

    async fn post_reset(&self, reset: &Reset) -> Answer {
        let password = self
            .form
            .any(&["password", "new_password"])
            .unwrap_or_default();
        if let Some(alert) = self.passwords_differ(&password) {
            return self.reset_page(
                reset,
                Some(&alert),
                Some("the two passwords are not the same".into()),
            );
        }
        let client = &self.place.client;
        let mut members = json!({
            "ClientId": client.id.as_str(),
            "Username": reset.username,
            "ConfirmationCode": self.code(),
            "Password": password,
        });
        self.add_hash(&mut members, &reset.username);
        let done = match request::<ConfirmForgotPasswordRequest>(&members) {
            Ok(req) => forgot_password::confirm_forgot_password(self.cx, req)
                .await
                .map(drop),
            Err(error) => Err(error),
        };
        match done {
            // Back to the sign-in page (documented).
            Ok(()) => self.sign_in_page(
                Some(&Alert::success(self.frame(None).texts().changed)),
                None,
            ),
            Err(error) => {
                let alert = self.alert(&error).at(field_of(&error));
                self.reset_page(reset, Some(&alert), Some(error.reason().to_owned()))
            }
        }
    }

    /// The secret hash, which a page has for its client.
    pub(super) fn add_hash(&self, members: &mut serde_json::Value, username: &str) {
        if let Some(hash) = self.place.client.secret_hash(username) {
            members["SecretHash"] = hash.expose().into();
        }
    }
}

/// The field that a refused reset blames.
fn field_of(error: &CognitoError) -> &'static str {
    match error.code() {
        "InvalidPasswordException" | "PasswordHistoryPolicyViolationException" => "password",
        _ => "code",
    }
}
