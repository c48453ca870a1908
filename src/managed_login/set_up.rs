//! Second factors: the choice of one, and setting one up where the pool requires it and the user has none.
//!
//! The pages set up an authenticator app, a phone and, where the pool sends codes by mail, an address, before
//! they send the browser back (documented for the first two; inferred for the third). Where one-time tokens are
//! switched on, the pages of the guide's older edition are played, which have no set-up.

use super::page::Page;
use super::posted::request;
use super::sign_in::second_factor;
use super::state::{Challenge, State};
use super::views::{self, Alert, Frame, Medium, Rendered, SecondFactor, TotpSetUp};
use super::visit::{Answer, Visit};
use crate::error::CognitoError;
use crate::model::Secret;
use crate::model::cognito_idp::{
    AssociateSoftwareTokenRequest, ChallengeNameType as Name, VerifySoftwareTokenRequest,
};
use crate::user_pool::auth::door::Outcome;
use crate::user_pool::mfa::software_token;

impl Visit<'_> {
    /// MFA_SETUP: the choice of a factor, or the only one there is.
    pub(super) fn begin_set_up(&self, challenge: Challenge) -> Answer {
        if self.cx.settings.one_time_tokens || self.settings.emulation.one_time_tokens {
            // AWS's words for it are not known.
            let text = "Set up multi-factor authentication in the app before you sign in again.";
            let reason =
                "OneTimeTokens is on: the user had tokens once, and has set up no factor with them";
            return self.sign_in_page(Some(&Alert::error(text)), Some(reason.into()));
        }
        match challenge.options.as_slice() {
            [only] => {
                let only = only.clone();
                self.set_up(challenge, &only)
            }
            _ => self.challenge_page(&challenge, None, None),
        }
    }

    /// The first page of a factor's set-up.
    fn set_up(&self, mut challenge: Challenge, factor: &str) -> Answer {
        challenge.setting_up = Some(factor.to_owned());
        if factor == "SOFTWARE_TOKEN_MFA" && challenge.secret.is_none() {
            let req = AssociateSoftwareTokenRequest {
                access_token: None,
                session: Some(Secret::from(challenge.session.clone())),
            };
            match software_token::associate_software_token(self.cx, req) {
                Ok(given) => {
                    let text =
                        |secret: Option<Secret>| secret.map(|secret| secret.expose().to_owned());
                    challenge.secret = text(given.secret_code);
                    challenge.session = text(given.session).unwrap_or_default();
                }
                Err(error) => return self.begin_again(error.reason().to_owned()),
            }
        }
        self.challenge_page(&challenge, None, None)
    }

    /// The page of a set-up, as far as it has come.
    pub(super) fn set_up_page(
        &self,
        frame: &Frame<'_>,
        challenge: &Challenge,
        alert: Option<&Alert>,
    ) -> Rendered {
        let back = challenge.options.len() > 1;
        let number = challenge.number.as_deref().unwrap_or_default();
        match challenge.setting_up.as_deref() {
            Some("SOFTWARE_TOKEN_MFA") => {
                let secret = challenge.secret.as_deref().unwrap_or_default();
                let issuer = &self.place.pool.id;
                let address = format!(
                    "otpauth://totp/{issuer}:{}?secret={secret}&issuer={issuer}",
                    encoded(&challenge.username)
                );
                let page = TotpSetUp {
                    secret,
                    address: &address,
                    back,
                    alert,
                };
                views::totp_set_up(frame, &page)
            }
            Some("SMS_MFA") => views::registration(frame, Medium::Sms, number, back, alert),
            Some(_) => views::registration(frame, Medium::Email, number, back, alert),
            None => {
                let factors: Vec<SecondFactor> = challenge
                    .options
                    .iter()
                    .filter_map(|name| second_factor(name))
                    .collect();
                views::set_up_choice(frame, &factors, alert)
            }
        }
    }

    pub(super) async fn post_set_up(&self, page: Page) -> Answer {
        let Some(State::Challenge(challenge)) = &self.state else {
            return self.begin_again(
                "the cookie page-data has no challenge, or its three minutes are over",
            );
        };
        let is_set_up = challenge.name == "MFA_SETUP";
        match page {
            Page::Option if is_set_up => {
                let wanted = self.form.any(&["mfa_option", "ANSWER"]).unwrap_or_default();
                if self.form.get("back").is_some() || !challenge.options.contains(&wanted) {
                    let challenge = Challenge {
                        setting_up: None,
                        ..challenge.clone()
                    };
                    return self.challenge_page(&challenge, None, None);
                }
                self.set_up(challenge.clone(), &wanted)
            }
            Page::Option => {
                let answer = self.form.any(&["mfa_option", "ANSWER"]).unwrap_or_default();
                match self
                    .respond(challenge, Name::SelectMfaType, [("ANSWER", answer)])
                    .await
                {
                    Ok(outcome) => self.go_on(outcome, challenge.typed.clone()),
                    Err(error) => self.challenge_refused(challenge, &error, None),
                }
            }
            Page::Back if is_set_up => {
                let challenge = Challenge {
                    setting_up: None,
                    ..challenge.clone()
                };
                self.challenge_page(&challenge, None, None)
            }
            Page::Register if is_set_up => match challenge.setting_up.as_deref() {
                Some("SOFTWARE_TOKEN_MFA") => self.post_set_up_code(challenge).await,
                Some("SMS_MFA") => {
                    let number = self.form.text("phone_number");
                    self.register(challenge, "PHONE_NUMBER", "phone_number", number)
                        .await
                }
                Some("EMAIL_OTP") => {
                    let address = self.form.text("email");
                    self.register(challenge, "EMAIL", "email", address).await
                }
                _ => self.challenge_page(challenge, None, None),
            },
            // The code of a registration is the answer to the challenge of its factor.
            Page::Register => {
                if self.form.get("resend").is_some() {
                    return self.resend_factor(challenge).await;
                }
                self.post_code(challenge).await
            }
            Page::ResendFactor => self.resend_factor(challenge).await,
            _ => self.challenge_page(challenge, None, None),
        }
    }

    /// Gives a phone or an address to be a factor; a code is sent there.
    async fn register(
        &self,
        challenge: &Challenge,
        parameter: &'static str,
        field: &'static str,
        address: String,
    ) -> Answer {
        let kept = Challenge {
            number: Some(address.clone()),
            ..challenge.clone()
        };
        match self
            .respond(challenge, Name::MfaSetup, [(parameter, address)])
            .await
        {
            Ok(Outcome::Challenge {
                name,
                session,
                parameters,
                available: _,
            }) => {
                let typed = challenge.typed.clone();
                let next = super::sign_in::challenge(name, session, parameters, Vec::new(), typed);
                let next = Challenge {
                    setting_up: challenge.setting_up.clone(),
                    ..next
                };
                self.challenge_page(&next, None, None)
            }
            Ok(outcome) => self.go_on(outcome, challenge.typed.clone()),
            Err(error) => self.challenge_refused(&kept, &error, Some(field)),
        }
    }

    /// A further code goes with a further challenge, which a sign-in alone can begin.
    async fn resend_factor(&self, challenge: &Challenge) -> Answer {
        match hosted_again(self, challenge).await {
            Ok(next) => {
                let alert = Alert::success(self.frame(None).texts().resent);
                self.challenge_page(&next, Some(&alert), None)
            }
            Err(error) => self.challenge_refused(challenge, &error, None),
        }
    }

    /// The first code of an authenticator app, which ends the set-up.
    pub(super) async fn post_set_up_code(&self, challenge: &Challenge) -> Answer {
        let mut challenge = challenge.clone();
        let members = serde_json::json!({"Session": challenge.session, "UserCode": self.code()});
        let verified = request::<VerifySoftwareTokenRequest>(&members)
            .and_then(|req| software_token::verify_software_token(self.cx, req));
        match verified {
            Ok(given) => {
                challenge.session = given
                    .session
                    .map(|session| session.expose().to_owned())
                    .unwrap_or_default();
            }
            Err(error) => {
                return self.challenge_refused(&challenge, &error, Some(self.code_field()));
            }
        }
        match self.respond(&challenge, Name::MfaSetup, []).await {
            Ok(outcome) => self.go_on(outcome, challenge.typed.clone()),
            Err(error) => self.challenge_refused(&challenge, &error, None),
        }
    }
}

/// Sends the code of a challenge again.
async fn hosted_again(visit: &Visit<'_>, challenge: &Challenge) -> Result<Challenge, CognitoError> {
    let session = Secret::from(challenge.session.clone());
    let again = crate::user_pool::auth::hosted::resend(visit.cx, &visit.place, &session);
    let Outcome::Challenge {
        name,
        session,
        parameters,
        available: _,
    } = again.await?
    else {
        return Ok(challenge.clone());
    };
    let typed = challenge.typed.clone();
    let next = super::sign_in::challenge(name, session, parameters, Vec::new(), typed);
    Ok(Challenge {
        setting_up: challenge.setting_up.clone(),
        ..next
    })
}

/// A name within a path.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
