//! USER_AUTH: the user chooses the first factor ("Choice-based authentication", developer guide).
//!
//! PREFERRED_CHALLENGE begins the factor at once where the user may sign in with it; else
//! SELECT_CHALLENGE lists those that are left (documented and observed). A right password goes on as in
//! the flows that know nothing else, with a new password and MFA; codes and passkeys are the whole
//! sign-in (documented).
//!
//! A password that is sent uses the session up, right or wrong (observed), while a wrong code leaves it
//! (observed), as a wrong assertion does (inferred from the rule that a right answer alone uses a session
//! up). PreAuthentication is called once, as the sign-in begins (inferred).
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
use super::step_up::{Wanted, could_lead};
use crate::error::{CognitoError, Refusal};
use crate::model::Secret;
use crate::model::cognito_idp::{ChallengeNameType as Name, UserStatusType};
use crate::store::user_pool::assurance::Level;
use crate::store::user_pool::code::Code;
use crate::store::user_pool::conversations::{Completed, Nobody, Step, nobody, played};
use crate::store::user_pool::device::DeviceKey;
use crate::store::user_pool::user::User;
use crate::user_pool::conversations::Conversation;
use crate::user_pool::users::standing;

const NO_USER: &str = "no user of the pool has this name";

const HIDDEN: &str = "the user has no password yet: ForgotPassword, then ConfirmForgotPassword";

/// A sign-in that is played, and why.
struct Played {
    username: String,
    wish: Wish,
    wanted: Option<Wanted>,
    reason: Cow<'static, str>,
}

impl SignIn<'_> {
    /// Begins a sign-in by USER_AUTH.
    pub(super) async fn begin_choice(mut self, choice: Choice) -> Result<Outcome, CognitoError> {
        let Choice {
            username,
            wish,
            step_up,
        } = choice;
        let wanted = self.wanted_levels(&step_up)?;
        let password = wish.given.password.as_ref().filter(|_| {
            let factors = first_factors::played(&self.settings, wish.preferred, |_| true);
            wish.preferred == Some(FirstFactor::Password)
                && factors.contains(&FirstFactor::Password)
        });
        let gives_password = password.is_some();
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
                if self.hides(&user) {
                    let played = Played {
                        username,
                        wish,
                        wanted,
                        reason: HIDDEN.into(),
                    };
                    return self.begin_played(played, gives_password).await;
                }
                self.completed.push(Completed::Chosen { nobody: None });
                if let Some(wanted) = wanted {
                    let step_up = self.step_up(&user, &wanted)?;
                    let step = Completed::StepUp(step_up);
                    if step_up.needs_second_alone(&self.settings, &user) {
                        // What keeps one from the password keeps one from what stands in its place
                        // (inferred).
                        standing::check_may_try(&user, self.cx.now())?;
                        self.weigh_first_factor(&user)?;
                        return self.go_on(Proven { user, step }).await;
                    }
                    self.completed.push(step);
                }
                self.offer_factors(user, wish).await
            }
            Err(reason) if !self.client.hides_unknown_users() => Err(self.unknown_user(reason)),
            Err(reason) => {
                let played = Played {
                    username,
                    wish,
                    wanted,
                    reason,
                };
                self.begin_played(played, gives_password).await
            }
        }
    }

    /// Begins a sign-in of a name that means nobody, or somebody who is hidden.
    async fn begin_played(
        mut self,
        played: Played,
        gives_password: bool,
    ) -> Result<Outcome, CognitoError> {
        let Played {
            username,
            wish,
            wanted,
            reason,
        } = played;
        if let Some(wanted) = &wanted {
            wanted.check_owner(None)?;
        }
        if gives_password {
            return Err(self.unknown_user(reason));
        }
        let user = self.play_user(&username);
        let nobody = Some(Nobody {
            name: username.into(),
            levels: wanted.map_or_else(Vec::new, Wanted::into_targets),
        });
        self.completed.push(Completed::Chosen { nobody });
        self.offer_factors(user, wish).await
    }

    /// Begins a sign-in with the Session of ConfirmSignUp: the code that confirmed the user stands for
    /// the one-time code of a sign-in, where the user may sign in by one (documented). Where not, where the
    /// address is another one since, and with the Session of SignUp, the user chooses as ever (inferred).
    pub(super) async fn begin_signed_up(
        mut self,
        session: &Secret,
        wish: Wish,
    ) -> Result<Outcome, CognitoError> {
        let conversation = self.cx.sessions.conversation(self.cx, session)?;
        let Step::SignedUp { confirmed } = &conversation.step else {
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
        let factors = self.factors(&user, None);
        let counts =
            |code: &&Code| code.is_of(&user) && factors.contains(&FirstFactor::Code(code.sent_to));
        if let Some(code) = confirmed.as_ref().filter(counts) {
            // The AuthParameters are ignored (documented).
            self.device_key = DeviceKey::Missing;
            self.weigh_first_factor(&user)?;
            self.completed.push(Completed::OneTimeCode(code.sent_to));
            let step = Completed::SignedUp;
            return self.go_on(Proven { user, step }).await;
        }
        self.offer_factors(user, wish).await
    }

    /// The first factors of the user, or of the one who is played.
    fn factors(&self, user: &User, preferred: Option<FirstFactor>) -> Vec<FirstFactor> {
        if let Some(Nobody { levels, .. }) = played(&self.completed) {
            let settings = &self.settings;
            return first_factors::played(settings, preferred, |first| {
                let leads = |level: &Level| could_lead(settings, *level, first);
                levels.is_empty() || levels.iter().any(leads)
            });
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
        let mut sub = user.sub;
        if let Some(Nobody { name, levels }) = played(&self.completed).cloned() {
            let user = match self.find_or_migrate(&name, password).await? {
                Ok(user) => user,
                Err(reason) => return Err(self.unknown_user(reason)),
            };
            sub = user.sub;
            self.completed = vec![Completed::Chosen { nobody: None }];
            if let Some(wanted) = Wanted::by_whoever_comes(levels) {
                let step_up = self.step_up(&user, &wanted)?;
                self.completed.push(Completed::StepUp(step_up));
            }
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
            Outcome::Tokens(_) | Outcome::SignedIn(_) => outcome,
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
        if nobody(&self.completed).is_none() {
            self.check_may_give(&user, factor, &given)?;
        }
        conversation.consume(self.cx)?;
        self.ask_for(user, factor, given, &available).await
    }

    /// What keeps a user from trying a password leaves the session as it is: the answer is not looked at.
    fn check_may_give(
        &self,
        user: &User,
        factor: FirstFactor,
        given: &Given,
    ) -> Result<(), CognitoError> {
        match factor {
            FirstFactor::Password if given.password.is_some() => {
                standing::check_may_try(user, self.cx.now())
            }
            FirstFactor::PasswordSrp if given.srp_a.is_some() => self.check_may_prove(user),
            FirstFactor::Password
            | FirstFactor::PasswordSrp
            | FirstFactor::Code(_)
            | FirstFactor::Passkey => Ok(()),
        }
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

#[cfg(test)]
#[path = "tests/choice.rs"]
mod tests;
