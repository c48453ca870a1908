//! CUSTOM_AUTH: challenges of the pool's own, which its functions define, make and judge ("Custom
//! authentication challenge Lambda triggers", developer guide).
//!
//! The functions say what follows; what they say is a fact like any other, and `next_step` decides by
//! it. Their `session` is the list of steps that the conversation keeps.
//!
//! A sign-in may begin with SRP_A or, at the administrator's door, with a password. PreAuthentication
//! is called then alone: without a password it is not (observed), with SRP the functions of password
//! sign-ins run (documented); that it comes before DefineAuthChallenge, in the request whose
//! ClientMetadata it gets, is inferred.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::attempt::{First, Parameters};
use super::door::Outcome;
use super::next_step::Proven;
use super::password_verifier::Double;
use super::sign_in::SignIn;
use crate::crypto::srp::SrpA;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{ChallengeNameType, UserStatusType};
use crate::store::user_pool::attributes::Attributes;
use crate::store::user_pool::conversations::{Asked, Completed, Step, nobody};
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::user::{Factor, User};
use crate::user_pool::conversations::Conversation;
use crate::user_pool::triggers;
use crate::user_pool::triggers::custom_auth::{
    ChallengeResult, CreateAuthChallenge, DefineAuthChallenge, Definition, Signing,
    VerifyAuthChallengeResponse,
};
use crate::user_pool::users::{aliases, standing};

const NO_USER: &str = "no user of the pool has this name";

impl SignIn<'_> {
    /// Begins a sign-in by CUSTOM_AUTH.
    pub(super) async fn begin_custom(
        &mut self,
        username: &str,
        first: First,
    ) -> Result<Proven, CognitoError> {
        check_configured(&self.settings)?;
        let found = self.find(username).filter(|user| !self.hides(user));
        let nobody = match &found {
            None if !self.client.hides_unknown_users() => {
                return Err(self.unknown_name(username, NO_USER));
            }
            None => Some(Arc::from(username)),
            Some(_) => None,
        };
        let begun = Completed::CustomAuth { nobody };
        match first {
            First::Name => {
                if let Some(user) = &found {
                    standing::check_may_try_custom(user)?;
                    self.weigh_custom(user)?;
                }
                let user = self.known_device(found, username)?;
                Ok(Proven { user, step: begun })
            }
            First::SrpA(a) => {
                self.pre_authenticate(username, found.as_deref()).await?;
                if let Some(user) = &found {
                    standing::check_may_try(user, self.cx.now())?;
                }
                let user = self.known_device(found, username)?;
                self.completed.push(begun);
                let step = Completed::SrpA(Arc::new(a));
                Ok(Proven { user, step })
            }
            First::Password(password) => {
                self.completed.push(begun);
                let found = found.ok_or(NO_USER.into());
                self.sign_in_with_password(username, found, &password).await
            }
        }
    }

    /// The user, or one who is played, if the device is known. Observed: another is refused here, not
    /// with the answer as in USER_SRP_AUTH.
    fn known_device(
        &self,
        found: Option<Arc<User>>,
        username: &str,
    ) -> Result<Arc<User>, CognitoError> {
        let user = found.unwrap_or_else(|| self.play_user(username));
        self.device(user.sub)?;
        Ok(user)
    }

    /// Plays a user who is unknown: the functions are asked as for anybody, and nobody gets in
    /// (documented). Its name is shown as that of any user of the pool (inferred).
    pub(super) fn play_user(&self, username: &str) -> Arc<User> {
        let kept = aliases::as_kept(&self.settings, "username", username);
        let sub = Double::of(&self.pool.id, &kept).user_id;
        let now = self.cx.now();
        Arc::new(User {
            sub,
            username: if self.settings.has_username_attributes() {
                sub.to_string().into()
            } else {
                kept.as_ref().into()
            },
            attributes: Attributes::default(),
            status: UserStatusType::Confirmed,
            enabled: true,
            created: now,
            modified: now,
            password: None,
            more: None,
        })
    }

    /// The user of the conversation, or the one who is played.
    pub(super) fn user_of(&self, conversation: &Conversation) -> Result<Arc<User>, CognitoError> {
        match nobody(&conversation.completed) {
            Some(name) => Ok(self.play_user(name)),
            None => conversation.user(self.cx),
        }
    }

    /// The user as it is now: functions may have changed it, and others meanwhile.
    pub(super) fn user_now(&self, user: &Arc<User>) -> Result<Arc<User>, CognitoError> {
        match nobody(&self.completed) {
            Some(_) => Ok(Arc::clone(user)),
            None => self.user(user.sub),
        }
    }

    /// Asks DefineAuthChallenge what follows.
    pub(super) async fn define(&self, user: &User) -> Result<Definition, CognitoError> {
        check_configured(&self.settings)?;
        let session = session(&self.completed);
        let nobody = nobody(&self.completed);
        let event = DefineAuthChallenge {
            signing: self.signing(user, nobody),
            session: &session,
        };
        let subject = self.subject(nobody.unwrap_or(&user.username));
        triggers::call(self.cx, subject, event).await
    }

    fn signing<'s>(&'s self, user: &'s User, nobody: Option<&str>) -> Signing<'s> {
        Signing {
            user: nobody.is_none().then_some(user),
            hides_unknown_users: self.client.hides_unknown_users(),
            metadata: &self.metadata,
        }
    }

    /// CUSTOM_CHALLENGE, with the question that CreateAuthChallenge makes. The client gets its public
    /// parameters and `USERNAME`, nothing else (observed).
    pub(super) async fn ask_custom(&self, user: &User) -> Result<Outcome, CognitoError> {
        let session = session(&self.completed);
        let nobody = nobody(&self.completed);
        let event = CreateAuthChallenge {
            signing: self.signing(user, nobody),
            session: &session,
        };
        let subject = self.subject(nobody.unwrap_or(&user.username));
        let question = triggers::call(self.cx, subject, event).await?;
        let asked = Asked {
            private: question.private_challenge_parameters.unwrap_or_default(),
            metadata: question.challenge_metadata.map(Arc::from),
        };
        let parameters = question.public_challenge_parameters.unwrap_or_default();
        let step = Step::CustomChallenge(Arc::new(asked));
        let name = ChallengeNameType::CustomChallenge;
        Ok(self.challenge_by_name(user, name, step, parameters))
    }

    /// The challenge of a factor that DefineAuthChallenge named itself: without a code, for Cognito
    /// sends one after a password alone (observed for SMS_MFA, inferred for EMAIL_OTP). A user's own
    /// software token needs none (inferred).
    pub(super) fn challenge_named_factor(&self, user: &User, factor: Factor) -> Outcome {
        let has_token = user.more().is_some_and(|more| more.mfa.token.is_some());
        let step = match factor {
            Factor::SoftwareTokenMfa if has_token => Step::SoftwareTokenMfa,
            Factor::SoftwareTokenMfa | Factor::SmsMfa | Factor::EmailOtp => {
                Step::WithoutCode(factor)
            }
        };
        self.challenge_by_name(user, factor.challenge_name(), step, BTreeMap::new())
    }

    /// A challenge that tells the user's name beside `parameters`, and nothing else.
    fn challenge_by_name(
        &self,
        user: &User,
        name: ChallengeNameType,
        step: Step,
        mut parameters: BTreeMap<String, String>,
    ) -> Outcome {
        parameters.insert("USERNAME".into(), user.username.to_string());
        Outcome::Challenge {
            name,
            session: Some(self.cx.sessions.open(self.cx, self.opening(user.sub, step))),
            parameters: parameters.into(),
            available: None,
        }
    }

    /// PASSWORD_VERIFIER where DefineAuthChallenge wants the password proven.
    pub(super) async fn ask_for_proof(
        &self,
        user: &User,
        a: &SrpA,
    ) -> Result<Outcome, CognitoError> {
        match nobody(&self.completed) {
            Some(name) => self.offer_to_double(name, None, a).await,
            None => self.offer_to_user(user, a).await,
        }
    }

    /// Judges the answer to CUSTOM_CHALLENGE. The session is used up before the function is asked, so
    /// that one answer alone is judged; with an error of the function it is gone (observed).
    pub(super) async fn take_custom_answer(
        &self,
        conversation: Conversation,
        mut answer: Parameters,
        asked: &Asked,
    ) -> Result<Proven, CognitoError> {
        check_configured(&self.settings)?;
        let given = answer.take("ANSWER")?;
        let user = self.user_of(&conversation)?;
        conversation.consume(self.cx)?;
        let nobody = nobody(&conversation.completed);
        let event = VerifyAuthChallengeResponse {
            signing: self.signing(&user, nobody),
            private: &asked.private,
            answer: &given,
        };
        let subject = self.subject(nobody.unwrap_or(&user.username));
        let result = triggers::call(self.cx, subject, event).await?;
        Ok(Proven {
            // The function took its time: what happened to the account meanwhile counts.
            user: self.user_of(&conversation)?,
            step: Completed::CustomChallenge {
                result,
                metadata: asked.metadata.clone(),
            },
        })
    }

    /// The answer to a factor's challenge for which no code was made, so that none is right.
    pub(super) fn take_code_of_nothing(
        mut answer: Parameters,
        factor: Factor,
    ) -> Result<Proven, CognitoError> {
        let (parameter, refusal) = match factor {
            Factor::SmsMfa => ("SMS_MFA_CODE", Refusal::MfaCodeWrong),
            Factor::EmailOtp => ("EMAIL_OTP_CODE", Refusal::MfaCodeWrong),
            Factor::SoftwareTokenMfa => {
                ("SOFTWARE_TOKEN_MFA_CODE", Refusal::SoftwareTokenCodeWrong)
            }
        };
        answer.take(parameter)?;
        refusal.refuse(format!(
            "DefineAuthChallenge named {} itself, and Cognito makes codes only after the password of \
             USER_SRP_AUTH or of CUSTOM_AUTH with SRP_A",
            factor.as_str()
        ))
    }
}

/// AWS's own text for a pool without the functions.
fn check_configured(settings: &PoolSettings) -> Result<(), CognitoError> {
    let lambda = &settings.lambda;
    let is_configured = lambda.define_auth_challenge.is_some()
        && lambda.create_auth_challenge.is_some()
        && lambda.verify_auth_challenge_response.is_some();
    if is_configured {
        return Ok(());
    }
    Refusal::CustomAuthNotConfigured.refuse(
        "LambdaConfig of the pool needs DefineAuthChallenge, CreateAuthChallenge and \
         VerifyAuthChallengeResponse",
    )
}

/// What the functions get as `session`: the challenges that were met, with AWS's names (documented).
/// A new password and a choice of factor are none of them.
fn session(completed: &[Completed]) -> Vec<ChallengeResult<'_>> {
    let is_srp = completed
        .iter()
        .any(|step| matches!(step, Completed::SrpA(_)));
    let right = |challenge_name| {
        Some(ChallengeResult {
            challenge_name,
            challenge_result: true,
            challenge_metadata: None,
        })
    };
    let met = completed.iter().filter_map(|step| match step {
        Completed::SrpA(_) => right("SRP_A"),
        Completed::Password if is_srp => right("PASSWORD_VERIFIER"),
        Completed::Password => right("ADMIN_NO_SRP_AUTH"),
        Completed::SecondFactor(factor) => right(factor.as_str()),
        Completed::Device => right("DEVICE_PASSWORD_VERIFIER"),
        Completed::CustomChallenge { result, metadata } => Some(ChallengeResult {
            challenge_name: "CUSTOM_CHALLENGE",
            challenge_result: *result,
            challenge_metadata: metadata.as_deref(),
        }),
        Completed::CustomAuth { .. }
        | Completed::NewPassword
        | Completed::Choice(_)
        | Completed::Chosen { .. }
        | Completed::OneTimeCode(_)
        | Completed::Passkey { .. }
        | Completed::SignedUp
        | Completed::StepUp(_) => None,
    });
    met.collect()
}

#[cfg(test)]
#[path = "tests/custom.rs"]
mod tests;
