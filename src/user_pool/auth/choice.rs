//! USER_AUTH: the user chooses the first factor ("Choice-based authentication", developer guide).
//!
//! PREFERRED_CHALLENGE begins the factor at once where the user may sign in with it; else
//! SELECT_CHALLENGE lists those that are left (documented and observed). A right password goes on as in
//! the flows that know nothing else, with a new password and MFA; codes and passkeys are the whole
//! sign-in (documented).
//!
//! A password that is sent uses the session up, right or wrong (observed); so does an assertion, while a
//! wrong code leaves it (observed). PreAuthentication is called once, as the sign-in begins (inferred).
//!
//! PASSWORD and PASSWORD_SRP may be chosen without what goes with them: then their own challenge asks for
//! it (inferred: the model has the challenges, and the guide has clients answer them).

use std::borrow::Cow;
use std::sync::Arc;

use super::attempt::{Choice, Given, Parameters, Wish, srp_value};
use super::challenge::{Answer, mismatch};
use super::door::Outcome;
use super::first_factors::{self, FirstFactor, names};
use super::next_step::Proven;
use super::sign_in::SignIn;
use crate::error::{CognitoError, Refusal};
use crate::model::Secret;
use crate::model::cognito_idp::{ChallengeNameType as Name, UserStatusType};
use crate::store::user_pool::conversations::{Completed, Step, nobody};
use crate::store::user_pool::user::User;
use crate::user_pool::conversations::Conversation;
use crate::user_pool::users::standing;

const NO_USER: &str = "no user of the pool has this name";

impl SignIn<'_> {
    /// Begins a sign-in by USER_AUTH.
    pub(super) async fn begin_choice(mut self, choice: Choice) -> Result<Outcome, CognitoError> {
        let Choice {
            username,
            wish,
            step_up,
        } = choice;
        let password = wish.given.password.as_ref().filter(|_| {
            let factors = first_factors::played(&self.settings, wish.preferred);
            wish.preferred == Some(FirstFactor::Password)
                && factors.contains(&FirstFactor::Password)
        });
        let found = match password {
            Some(password) => self.find_or_migrate(&username, password).await?,
            None => self.find(&username).ok_or(Cow::Borrowed(NO_USER)),
        };
        self.pre_authenticate(&username, found.as_deref().ok())
            .await?;
        match found {
            // What the function changed by calling back counts (inferred).
            Ok(user) => {
                let user = self.user(user.sub)?;
                standing::check_enabled(&user)?;
                self.completed.push(Completed::Chosen { nobody: None });
                let factors = self.factors(&user, None);
                if let Some(step_up) = self.step_up(Some(&user), &factors, &step_up)? {
                    let step = Completed::StepUp(step_up);
                    if step_up.needs_second_alone(&self.settings, &user) {
                        self.weigh_first_factor(&user)?;
                        return self.go_on(Proven { user, step }).await;
                    }
                    self.completed.push(step);
                }
                self.offer_factors(user, wish).await
            }
            Err(reason) if password.is_some() || !self.client.hides_unknown_users() => {
                Err(self.unknown_user(reason))
            }
            Err(_) => {
                self.step_up(None, &[], &step_up)?;
                let user = self.play_user(&username);
                let nobody = Some(username.into());
                self.completed.push(Completed::Chosen { nobody });
                self.offer_factors(user, wish).await
            }
        }
    }

    /// Begins a sign-in with the Session of ConfirmSignUp: the code that confirmed the user stands for
    /// the one-time code of a sign-in, where the user may sign in by one (documented). Where not, and with
    /// the Session of SignUp, the user chooses as ever (inferred).
    pub(super) async fn begin_signed_up(
        mut self,
        session: &Secret,
        wish: Wish,
    ) -> Result<Outcome, CognitoError> {
        let conversation = self.cx.sessions.conversation(self.cx, session)?;
        let Step::SignedUp { confirmed } = conversation.step else {
            return Refusal::SessionUnknown.refuse(
                "the session is of a sign-in; InitiateAuth takes the one of ConfirmSignUp",
            );
        };
        if !self.owns(&conversation) {
            return Refusal::SessionUnknown.refuse("the session is of another app client");
        }
        self.completed.clone_from(&conversation.completed);
        let user = conversation.user(self.cx)?;
        // That of SignUp proves nothing, and is still for ConfirmSignUp.
        if confirmed.is_some() {
            conversation.consume(self.cx)?;
        }
        self.pre_authenticate(&user.username, Some(&user)).await?;
        let user = self.user(user.sub)?;
        standing::check_enabled(&user)?;
        let code = confirmed.map(FirstFactor::Code);
        if code.is_some_and(|code| self.factors(&user, None).contains(&code)) {
            self.weigh_first_factor(&user)?;
            self.completed.extend(confirmed.map(Completed::OneTimeCode));
            let step = Completed::SignedUp;
            return self.go_on(Proven { user, step }).await;
        }
        self.offer_factors(user, wish).await
    }

    /// The first factors of the user, or of the one who is played.
    fn factors(&self, user: &User, preferred: Option<FirstFactor>) -> Vec<FirstFactor> {
        if nobody(&self.completed).is_some() {
            return first_factors::played(&self.settings, preferred);
        }
        let mut factors = self.pool.read(|state| first_factors::eligible(state, user));
        self.keep_leading(user, &mut factors);
        factors
    }

    /// The preferred factor, or a choice of them.
    async fn offer_factors(self, user: Arc<User>, wish: Wish) -> Result<Outcome, CognitoError> {
        let available = self.factors(&user, wish.preferred);
        if available.is_empty() {
            return self.refuse_without_factors(&user);
        }
        if let Some(factor) = wish.preferred.filter(|factor| available.contains(factor)) {
            return self.ask_for(user, factor, wish.given, &available).await;
        }
        let step = Step::SelectChallenge(names(&available));
        Ok(self.ask(&user, Name::SelectChallenge, step, &available, []))
    }

    /// Nothing is known of what AWS answers where there is nothing to choose (inferred).
    fn refuse_without_factors<T>(&self, user: &User) -> Result<T, CognitoError> {
        if user.status == UserStatusType::ResetRequired {
            self.check_imported(user)?;
            return standing::refuse_reset_required();
        }
        Refusal::IncorrectUsernameOrPassword.refuse(
            "the user has nothing to sign in with of what SignInPolicy.AllowedFirstAuthFactors allows: \
             no password, no address for a code, no passkey; or MFA is asked of the user, and keeps codes \
             and passkeys from it",
        )
    }

    /// A challenge of a first factor.
    pub(super) fn ask(
        &self,
        user: &User,
        name: Name,
        step: Step,
        available: &[FirstFactor],
        parameters: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Outcome {
        let parameters = parameters.into_iter();
        Outcome::Challenge {
            name,
            session: Some(self.cx.sessions.open(self.cx, self.opening(user.sub, step))),
            parameters: parameters
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            available: Some(names(available)),
        }
    }

    /// Begins the factor that was chosen.
    async fn ask_for(
        self,
        user: Arc<User>,
        factor: FirstFactor,
        given: Given,
        available: &[FirstFactor],
    ) -> Result<Outcome, CognitoError> {
        let ask = |step| self.ask(&user, factor.name(), step, available, []);
        match factor {
            FirstFactor::Password => match given.password {
                Some(password) => self.try_password(&user, &password).await,
                None => Ok(ask(Step::PasswordWanted)),
            },
            FirstFactor::PasswordSrp => match given.srp_a {
                Some(a) => self.offer_srp(&user, &a, available).await,
                None => Ok(ask(Step::PasswordSrpWanted)),
            },
            FirstFactor::Code(contact) => self.send_one_time_code(&user, contact, available).await,
            FirstFactor::Passkey => self.ask_for_assertion(&user, available),
        }
    }

    /// A name that means nobody may come from another directory, as in the flows that begin with a
    /// password (inferred for an answer; a passwordless factor never asks there, documented).
    async fn try_password(
        mut self,
        user: &User,
        password: &Secret,
    ) -> Result<Outcome, CognitoError> {
        let sub = match nobody(&self.completed) {
            None => user.sub,
            Some(name) => match self.find_or_migrate(name, password).await? {
                Ok(user) => user.sub,
                Err(reason) => return Err(self.unknown_user(reason)),
            },
        };
        if let Some(begun) = self.completed.first_mut() {
            *begun = Completed::Chosen { nobody: None };
        }
        let proven = self.prove_password(sub, password).await?;
        self.go_on(proven).await
    }

    async fn offer_srp(
        &self,
        user: &User,
        a: &str,
        available: &[FirstFactor],
    ) -> Result<Outcome, CognitoError> {
        let a = srp_value(a)?;
        let outcome = match nobody(&self.completed) {
            Some(name) => self.offer_to_double(name, None, &a).await?,
            None => self.offer_to_known(user.sub, &a).await?,
        };
        Ok(match outcome {
            Outcome::Challenge {
                name,
                session,
                parameters,
                available: _,
            } => Outcome::Challenge {
                name,
                session,
                parameters,
                available: Some(names(available)),
            },
            Outcome::Tokens(_) => outcome,
        })
    }

    /// Takes the answer to SELECT_CHALLENGE, PASSWORD or PASSWORD_SRP. The latter two answer the former
    /// too (documented).
    pub(super) async fn take_selection(
        self,
        answer: Answer,
        conversation: Conversation,
    ) -> Result<Outcome, CognitoError> {
        let mut responses = answer.responses;
        let factor = self.selected(answer.challenge, &conversation.step, &mut responses)?;
        let given = Given::take(&mut responses);
        if let (FirstFactor::PasswordSrp, Some(a)) = (factor, &given.srp_a) {
            srp_value(a)?;
        }
        let user = self.user_of(&conversation)?;
        // Who is played for a name that means nobody keeps the list that was offered.
        let was_listed = matches!(conversation.step, Step::SelectChallenge(_));
        let preferred = (!was_listed).then_some(factor);
        let available = self.factors(&user, preferred);
        if !available.contains(&factor) {
            return Refusal::SessionUnknown.refuse(format!(
                "the user may no longer sign in by {}; begin the sign-in again",
                factor.name()
            ));
        }
        conversation.consume(self.cx)?;
        self.ask_for(user, factor, given, &available).await
    }

    fn selected(
        &self,
        challenge: Name,
        step: &Step,
        responses: &mut Parameters,
    ) -> Result<FirstFactor, CognitoError> {
        let is_offered = |factor: &FirstFactor| match step {
            Step::SelectChallenge(offered) => offered.contains(&factor.name()),
            Step::PasswordWanted => *factor == FirstFactor::Password,
            Step::PasswordSrpWanted => *factor == FirstFactor::PasswordSrp,
            Step::PasswordVerifier(_)
            | Step::NewPasswordRequired(_)
            | Step::SoftwareTokenMfa
            | Step::SmsMfa(_)
            | Step::EmailOtp(_)
            | Step::SelectMfaType(_)
            | Step::MfaSetup { .. }
            | Step::CustomChallenge(_)
            | Step::WithoutCode(_)
            | Step::OneTimeCode(_)
            | Step::WebAuthn(_)
            | Step::SignedUp { .. }
            | Step::DeviceSrp(_)
            | Step::DevicePasswordVerifier(_) => false,
        };
        if let (Name::SelectChallenge, Step::SelectChallenge(offered)) = (challenge, step) {
            let answer = responses.take("ANSWER")?;
            let factor = FirstFactor::parse(&answer).filter(is_offered);
            return factor.ok_or_else(|| {
                let offered: Vec<_> = offered.iter().map(|name| name.as_str()).collect();
                Refusal::NoSuchChallenge { answer }
                    .because(format!("AvailableChallenges were {}", offered.join(", ")))
            });
        }
        let factor = FirstFactor::parse(challenge.as_str()).filter(is_offered);
        match factor {
            Some(FirstFactor::Password) => responses.require("PASSWORD")?,
            Some(FirstFactor::PasswordSrp) => responses.require("SRP_A")?,
            Some(FirstFactor::Code(_) | FirstFactor::Passkey) | None => {
                return Err(mismatch(challenge, step));
            }
        }
        factor.ok_or_else(|| mismatch(challenge, step))
    }
}
