//! The answer to a challenge: which conversation it belongs to, and which rule checks it.

use std::sync::Arc;

use super::attempt::Parameters;
use super::door::Outcome;
use super::first_factors::FirstFactor;
use super::next_step::Proven;
use super::sign_in::SignIn;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::ChallengeNameType as Name;
use crate::model::{Secret, SecretMap};
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::conversations::{Step, nobody};
use crate::store::user_pool::device::DeviceKey;
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::user::Factor;
use crate::user_pool::conversations::Conversation;

/// An answer as the two Respond operations carry it.
pub struct Answer {
    pub(super) challenge: Name,
    pub(super) session: Option<Secret>,
    pub(super) username: String,
    device_key: DeviceKey,
    pub(super) responses: Parameters,
}

impl Answer {
    /// Reads what every answer has, and checks the secret hash over the name in it.
    ///
    /// # Errors
    /// A missing USERNAME, the secret hash.
    pub fn parse(
        client: &AppClient,
        challenge: Name,
        session: Option<Secret>,
        responses: Option<SecretMap>,
    ) -> Result<Self, CognitoError> {
        let mut responses = Parameters::new(responses);
        let username = responses.take_username(client)?;
        Ok(Self {
            challenge,
            session,
            username,
            device_key: responses.take_device_key(&client.pool),
            responses,
        })
    }
}

impl Answer {
    /// The same of a page, which acts for the client itself.
    pub(super) fn of_page(
        challenge: Name,
        session: Secret,
        username: String,
        responses: SecretMap,
    ) -> Self {
        Self {
            challenge,
            session: Some(session),
            username,
            device_key: DeviceKey::Missing,
            responses: Parameters::new(Some(responses)),
        }
    }
}

impl SignIn<'_> {
    pub(super) async fn respond(mut self, answer: Answer) -> Result<Outcome, CognitoError> {
        self.device_key = answer.device_key;
        let selects = match answer.challenge {
            Name::PasswordVerifier => {
                let proven = self.verify_password_claim(answer).await?;
                return self.go_on(proven).await;
            }
            Name::DeviceSrpAuth => return self.offer_device_verifier(answer).await,
            Name::DevicePasswordVerifier => {
                let proven = self.verify_device_claim(answer).await?;
                return self.go_on(proven).await;
            }
            Name::AdminNoSrpAuth => {
                return Refusal::ChallengeNotAnswerable
                    .refuse("ADMIN_NO_SRP_AUTH is a flow of AdminInitiateAuth, not a challenge");
            }
            Name::SelectChallenge | Name::Password | Name::PasswordSrp => true,
            Name::CustomChallenge
            | Name::SmsOtp
            | Name::WebAuthn
            | Name::SmsMfa
            | Name::EmailOtp
            | Name::SoftwareTokenMfa
            | Name::SelectMfaType
            | Name::MfaSetup
            | Name::NewPasswordRequired => false,
        };
        let conversation = self.conversation(answer.session.as_ref(), &answer.username)?;
        if !proves_second_factor(&conversation.step) {
            self.go_on_with_device(&conversation);
        }
        self.keep_proven_device(&conversation);
        self.token_by_alias = matches!(conversation.step, Step::SoftwareTokenMfa)
            && !self.is_username(&answer.username, &conversation);
        self.go_on_with_event(&conversation);
        self.device(conversation.sub)?;
        self.completed.clone_from(&conversation.completed);
        if selects {
            return self.take_selection(answer, conversation).await;
        }
        let proven = self.answer_conversation(answer, conversation).await?;
        self.go_on(proven).await
    }

    async fn answer_conversation(
        &self,
        answer: Answer,
        conversation: Conversation,
    ) -> Result<Proven, CognitoError> {
        let responses = answer.responses;
        match (answer.challenge, &conversation.step) {
            (Name::NewPasswordRequired, Step::NewPasswordRequired(_)) => {
                self.take_new_password(conversation, responses)
            }
            (Name::SoftwareTokenMfa, Step::SoftwareTokenMfa) => {
                self.take_software_token(conversation, responses)
            }
            (Name::SmsMfa, Step::SmsMfa(code)) => {
                let code = code.clone();
                self.take_sent_code(conversation, responses, Factor::SmsMfa, code)
            }
            (Name::EmailOtp, Step::EmailOtp(code)) => {
                let code = code.clone();
                self.take_sent_code(conversation, responses, Factor::EmailOtp, code)
            }
            (Name::SelectMfaType, Step::SelectMfaType(choices)) => {
                let choices = choices.clone();
                self.take_choice(conversation, responses, &choices)
            }
            (Name::MfaSetup, Step::MfaSetup { set_up, offered }) => {
                let (set_up, offered) = (*set_up, offered.clone());
                self.take_set_up(conversation, responses, set_up, &offered)
            }
            (Name::CustomChallenge, Step::CustomChallenge(asked)) => {
                let asked = Arc::clone(asked);
                self.take_custom_answer(conversation, responses, &asked)
                    .await
            }
            (Name::EmailOtp | Name::SmsOtp, Step::OneTimeCode(code))
                if FirstFactor::Code(code.sent_to).name() == answer.challenge =>
            {
                let code = code.clone();
                self.take_one_time_code(conversation, responses, &code)
            }
            (Name::WebAuthn, Step::WebAuthn(challenge)) => {
                let challenge = *challenge;
                self.take_assertion(conversation, responses, challenge)
                    .await
            }
            (given, Step::WithoutCode(factor)) if given == factor.challenge_name() => {
                Self::take_code_of_nothing(responses, *factor)
            }
            (given, step) => Err(mismatch(given, step)),
        }
    }

    /// The challenge of a factor once more, with a new code. The pages alone have that.
    pub(super) async fn send_again(mut self, session: &Secret) -> Result<Outcome, CognitoError> {
        let conversation = self.cx.sessions.conversation(self.cx, session)?;
        let factor = if matches!(conversation.step, Step::SmsMfa(_)) {
            Some(Factor::SmsMfa)
        } else if matches!(conversation.step, Step::EmailOtp(_)) {
            Some(Factor::EmailOtp)
        } else {
            None
        };
        let Some(factor) = factor.filter(|_| self.owns(&conversation)) else {
            return Refusal::SessionUnknown
                .refuse("the session is of no challenge of this client for which a code was sent");
        };
        self.go_on_with_event(&conversation);
        self.completed.clone_from(&conversation.completed);
        let user = conversation.user(self.cx)?;
        conversation.consume(self.cx)?;
        self.challenge_factor(&user, factor).await
    }

    /// The conversation of an answer: it must be of this client and of the user named.
    pub(super) fn conversation(
        &self,
        session: Option<&Secret>,
        username: &str,
    ) -> Result<Conversation, CognitoError> {
        let Some(session) = session else {
            return Refusal::MissingParameter {
                name: "Session".into(),
            }
            .refuse(
                "every challenge is answered with its Session, but PASSWORD_VERIFIER and those of devices",
            );
        };
        let conversation = self.cx.sessions.conversation(self.cx, session)?;
        if !self.owns(&conversation) {
            // Inferred text.
            return Refusal::SessionUnknown.refuse("the session is of another app client");
        }
        let user = self.user_of(&conversation)?;
        let is_named = match nobody(&conversation.completed) {
            Some(name) => [name, &user.username].contains(&username),
            None => self.designates(username, &conversation),
        };
        if !is_named {
            return Refusal::SessionUnknown.refuse(
                "USERNAME is another user than the session's; send USER_ID_FOR_SRP of the challenge",
            );
        }
        Ok(conversation)
    }

    /// Whether a name is one of the conversation's user.
    pub(super) fn designates(&self, username: &str, conversation: &Conversation) -> bool {
        self.find(username)
            .is_some_and(|user| user.sub == conversation.sub)
    }

    /// Whether a name is the username of the conversation's user, and no alias.
    fn is_username(&self, username: &str, conversation: &Conversation) -> bool {
        let named = |state: &PoolState| {
            let user = state.users.named(username);
            user.is_some_and(|user| user.sub == conversation.sub)
        };
        self.pool.read(named)
    }

    /// A conversation is carried on by the client that began it.
    pub(super) fn owns(&self, conversation: &Conversation) -> bool {
        conversation.client == self.client.id && conversation.pool.id == self.pool.id
    }
}

/// Where a second factor is proven, the answer itself must carry the device's key: one that came with the
/// password alone is not taken over, and the sign-in counts as from a new device (observed, by what
/// aws-amplify/amplify-js#14626 and aws-amplify/amplify-android#3289 mend; inferred for MFA_SETUP).
fn proves_second_factor(step: &Step) -> bool {
    match step {
        Step::SoftwareTokenMfa
        | Step::SmsMfa(_)
        | Step::EmailOtp(_)
        | Step::MfaSetup { .. }
        | Step::WithoutCode(_) => true,
        Step::PasswordVerifier(_)
        | Step::NewPasswordRequired(_)
        | Step::SelectMfaType(_)
        | Step::CustomChallenge(_)
        | Step::DeviceSrp(_)
        | Step::DevicePasswordVerifier(_)
        | Step::SelectChallenge(_)
        | Step::PasswordWanted
        | Step::PasswordSrpWanted
        | Step::OneTimeCode(_)
        | Step::WebAuthn(_)
        | Step::SignedUp { .. } => false,
    }
}

/// The session is of another challenge than the one answered.
pub(super) fn mismatch(given: Name, step: &Step) -> CognitoError {
    Refusal::ChallengeMismatch.because(match step_name(step) {
        Some(name) => {
            format!("the session is of the challenge {name}, the answer is to {given}")
        }
        None => format!(
            "the session is of a sign-up, which InitiateAuth and ConfirmSignUp take, and of no \
             challenge; the answer is to {given}"
        ),
    })
}

/// The challenge that a step is the answer to; none for a sign-up.
fn step_name(step: &Step) -> Option<&'static str> {
    Some(match step {
        Step::PasswordVerifier(_) => "PASSWORD_VERIFIER",
        Step::NewPasswordRequired(_) => "NEW_PASSWORD_REQUIRED",
        Step::SoftwareTokenMfa => "SOFTWARE_TOKEN_MFA",
        Step::SmsMfa(_) => "SMS_MFA",
        Step::EmailOtp(_) => "EMAIL_OTP",
        Step::SelectMfaType(_) => "SELECT_MFA_TYPE",
        Step::MfaSetup { .. } => "MFA_SETUP",
        Step::CustomChallenge(_) => "CUSTOM_CHALLENGE",
        Step::WithoutCode(factor) => factor.as_str(),
        Step::SelectChallenge(_) => "SELECT_CHALLENGE",
        Step::PasswordWanted => "PASSWORD",
        Step::PasswordSrpWanted => "PASSWORD_SRP",
        Step::OneTimeCode(code) => FirstFactor::Code(code.sent_to).name().as_str(),
        Step::WebAuthn(_) => "WEB_AUTHN",
        Step::SignedUp { .. } => return None,
        Step::DeviceSrp(_) => "DEVICE_SRP_AUTH",
        Step::DevicePasswordVerifier(_) => "DEVICE_PASSWORD_VERIFIER",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_session_is_of_is_said_in_a_sentence() {
        let signed_up = Step::SignedUp { confirmed: None };
        for (step, said) in [
            (
                Step::PasswordWanted,
                "the session is of the challenge PASSWORD, ",
            ),
            (
                signed_up,
                "the session is of a sign-up, which InitiateAuth and ConfirmSignUp take",
            ),
        ] {
            let reason = mismatch(Name::SelectChallenge, &step);
            let reason = reason.reason();
            assert!(reason.starts_with(said), "{reason}");
            assert!(
                reason.ends_with("the answer is to SELECT_CHALLENGE"),
                "{reason}"
            );
        }
    }
}
