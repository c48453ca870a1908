//! The page of each challenge of the sign-in machine.

use super::look;
use super::sign_in::{destination, first_factor, second_factor};
use super::state::{Challenge, State};
use super::views::{
    self, Alert, Attribute, CodeStep, Destination, FirstFactor, Frame, NewPassword, PasskeySignIn,
    Rendered, SecondFactor,
};
use super::visit::{Answer, Visit};

impl Visit<'_> {
    /// The page of a challenge.
    pub(super) fn challenge_page(
        &self,
        challenge: &Challenge,
        alert: Option<&Alert>,
        reason: Option<String>,
    ) -> Answer {
        let frame = self.frame(None);
        let Some(page) = self.draw_challenge(&frame, challenge, alert) else {
            let reason = format!("the hosted pages have no page for {}", challenge.name);
            return self.show(views::went_wrong(&frame, true), Some(reason));
        };
        let state = State::Challenge(challenge.clone());
        self.show_with(page, Some(&state), reason)
    }

    /// None for a challenge that has no page: custom ones cannot be used here (documented), and devices are not
    /// known.
    fn draw_challenge(
        &self,
        frame: &Frame<'_>,
        challenge: &Challenge,
        alert: Option<&Alert>,
    ) -> Option<Rendered> {
        let options = challenge.options.iter();
        let firsts: Vec<FirstFactor> = options.filter_map(|name| first_factor(name)).collect();
        let others = firsts.len() > 1;
        let typed = challenge.typed.as_str();
        Some(match challenge.name.as_str() {
            "NEW_PASSWORD_REQUIRED" => self.draw_new_password(frame, challenge, alert),
            "SELECT_CHALLENGE" if others && !challenge.wants_password => {
                views::first_factors(frame, typed, &firsts, alert)
            }
            "SELECT_CHALLENGE" | "PASSWORD" => views::password_step(frame, typed, others, alert),
            "WEB_AUTHN" => {
                let page = PasskeySignIn {
                    username: typed,
                    options: challenge.passkey.as_deref().unwrap_or_default(),
                    others,
                    alert,
                };
                views::passkey_sign_in(frame, &page)
            }
            "SOFTWARE_TOKEN_MFA" => views::code(frame, CodeStep::Totp, alert),
            "SELECT_MFA_TYPE" => {
                let options = challenge.options.iter();
                let factors: Vec<SecondFactor> =
                    options.filter_map(|name| second_factor(name)).collect();
                views::factor_choice(frame, &factors, alert)
            }
            "MFA_SETUP" => self.set_up_page(frame, challenge, alert),
            "EMAIL_OTP" | "SMS_OTP" | "SMS_MFA" => {
                let medium = challenge.medium.as_deref();
                let to = destination(medium, challenge.destination.as_deref())?;
                let step = code_step(challenge, &to, others);
                views::code(frame, step, alert)
            }
            _ => return None,
        })
    }

    fn draw_new_password(
        &self,
        frame: &Frame<'_>,
        challenge: &Challenge,
        alert: Option<&Alert>,
    ) -> Rendered {
        let asked = |name: &String| Attribute {
            name: name.clone(),
            value: self.form.attribute(name).unwrap_or_default(),
            required: true,
        };
        let attributes: Vec<Attribute> = challenge.required.iter().map(asked).collect();
        let page = NewPassword {
            attributes: &attributes,
            rules: look::rules(&self.settings),
            alert,
        };
        views::new_password(frame, &page)
    }
}

/// What a code that was sent is for: the challenge of a first factor comes with those that are available.
fn code_step<'a>(challenge: &'a Challenge, to: &'a Destination, others: bool) -> CodeStep<'a> {
    if !challenge.options.is_empty() {
        CodeStep::OneTime {
            destination: to,
            username: &challenge.typed,
            others,
        }
    } else if challenge.setting_up.is_some() {
        CodeStep::Registration(to)
    } else {
        CodeStep::Sent(to)
    }
}
