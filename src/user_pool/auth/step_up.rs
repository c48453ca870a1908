//! Step-up: TARGET_ACR_VALUES, ACCESS_TOKEN and MAX_AGE of USER_AUTH, and the level that tokens tell of
//! ("Step-up authentication with the USER_AUTH flow", developer guide).
//!
//! All of it is documented and none was at work when it was last measured, in October 2026: the parameters
//! counted for nothing, and no token had `acr` or `amr` (observed). So it is off, until `--step-up` or the
//! fixture of a pool turns on what the guide says. Inferred then: types and texts of all refusals but that of
//! the feature plan; that a factor which the user has and has not turned on can be asked for; that of the
//! first factors only those are offered from which the level can be reached; and that an access token's
//! password is no password where a new one is wanted.

use super::attempt::Parameters;
use super::first_factors::FirstFactor;
use super::sign_in::SignIn;
use crate::error::{CognitoError, Refusal};
use crate::model::Secret;
use crate::store::user_pool::conversations::{Completed, StepUp};
use crate::store::user_pool::assurance::{Assurance, Level, Method, Methods};
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::user::{Factor, User};
use crate::user_pool::mfa;
use crate::user_pool::tiers::Feature;
use crate::user_pool::tokens::access;

/// The parameters, as they were sent.
pub(super) struct Asked {
    target: Option<String>,
    token: Option<Secret>,
    max_age: Option<String>,
}

impl Asked {
    pub(super) fn take(parameters: &mut Parameters) -> Self {
        Self {
            target: parameters.take_optional("TARGET_ACR_VALUES"),
            token: parameters.take_optional("ACCESS_TOKEN").map(Secret::from),
            max_age: parameters.take_optional("MAX_AGE"),
        }
    }
}

/// What a sign-in has proven, with what its access token had.
pub(super) fn methods<'c>(completed: impl IntoIterator<Item = &'c Completed>) -> Methods {
    let add = |methods: Methods, step: &Completed| match step {
        Completed::Password => methods.with(Method::Password),
        Completed::SecondFactor(factor) => methods.with((*factor).into()),
        Completed::OneTimeCode(contact) => methods.with((*contact).into()),
        Completed::Passkey { roaming: true, .. } => methods.with(Method::Roaming),
        Completed::Passkey { roaming: false, .. } => methods.with(Method::Platform),
        Completed::StepUp(step_up) => methods.and(step_up.shown),
        Completed::CustomAuth { .. }
        | Completed::SrpA(_)
        | Completed::CustomChallenge { .. }
        | Completed::NewPassword
        | Completed::Choice(_)
        | Completed::Chosen { .. }
        | Completed::SignedUp
        | Completed::Device => methods,
    };
    completed.into_iter().fold(Methods::default(), add)
}

/// The level that a sign-in is to reach.
pub(super) fn wanted<'c>(completed: impl IntoIterator<Item = &'c Completed>) -> Option<StepUp> {
    completed.into_iter().find_map(|step| match step {
        Completed::StepUp(step_up) => Some(*step_up),
        Completed::CustomAuth { .. }
        | Completed::SrpA(_)
        | Completed::Password
        | Completed::CustomChallenge { .. }
        | Completed::NewPassword
        | Completed::Choice(_)
        | Completed::SecondFactor(_)
        | Completed::Chosen { .. }
        | Completed::OneTimeCode(_)
        | Completed::Passkey { .. }
        | Completed::SignedUp
        | Completed::Device => None,
    })
}

/// The second factors that, with `have`, reach the level.
pub(super) fn second_factors(
    settings: &PoolSettings,
    user: &User,
    have: Methods,
    target: Level,
) -> Vec<Factor> {
    let mut factors = mfa::usable_factors(settings, user);
    factors.retain(|factor| reaches(have.with((*factor).into()), target));
    factors
}

fn reaches(methods: Methods, target: Level) -> bool {
    methods.level() >= Some(target)
}

/// Whether a sign-in that begins with `first` can reach the level.
fn leads_to(settings: &PoolSettings, user: &User, step_up: StepUp, first: FirstFactor) -> bool {
    let StepUp { target, shown } = step_up;
    match first {
        FirstFactor::PasswordSrp | FirstFactor::Password => {
            let have = shown.with(Method::Password);
            reaches(have, target) || !second_factors(settings, user, have, target).is_empty()
        }
        FirstFactor::Code(contact) => reaches(shown.with(contact.into()), target),
        FirstFactor::Passkey => reaches(shown.with(Method::Platform), target),
    }
}

impl StepUp {
    /// Whether nothing is missing but a second factor, behind the password that the token has shown.
    pub(super) fn needs_second_alone(self, settings: &PoolSettings, user: &User) -> bool {
        self.shown.has(Method::Password)
            && !second_factors(settings, user, self.shown, self.target).is_empty()
    }
}

impl SignIn<'_> {
    /// Whether levels are asked for and told of.
    fn knows_levels(&self) -> bool {
        self.cx.settings.step_up || self.settings.emulation.step_up
    }

    /// What the tokens of the sign-in tell.
    pub(super) fn assurance(&self) -> Option<Assurance> {
        let methods = methods(&self.completed);
        (self.knows_levels() && !methods.is_empty()).then(|| Assurance {
            acr: methods.level().map(|level| self.settings.acr_of(level)),
            methods,
        })
    }

    /// Of first factors, those from which the level that is wanted can be reached.
    pub(super) fn keep_leading(&self, user: &User, factors: &mut Vec<FirstFactor>) {
        if let Some(step_up) = wanted(&self.completed) {
            factors.retain(|first| leads_to(&self.settings, user, step_up, *first));
        }
    }

    /// The level that a request wants: of those it names, best first, the first that the user can reach
    /// (documented). `factors` are the user's first factors; a name that means nobody has none, and is asked
    /// for any as ever.
    ///
    /// # Errors
    /// A feature plan without it, no level that there is or that can be reached, a token that is not the
    /// user's, or is good enough already.
    pub(super) fn step_up(
        &self,
        user: Option<&User>,
        factors: &[FirstFactor],
        asked: &Asked,
    ) -> Result<Option<StepUp>, CognitoError> {
        if !self.knows_levels() {
            return Ok(None);
        }
        let Some(named) = asked.target.as_deref().filter(|named| !named.is_empty()) else {
            if asked.token.is_none() {
                return Ok(None);
            }
            return Refusal::MissingParameter {
                name: "TARGET_ACR_VALUES".into(),
            }
            .refuse("ACCESS_TOKEN steps up to a level, which TARGET_ACR_VALUES names");
        };
        let needs = "TARGET_ACR_VALUES needs ESSENTIALS or PLUS";
        Feature::StepUp.require(&self.settings, needs)?;
        let mut targets = named
            .split_whitespace()
            .filter_map(|name| self.settings.level_of(name))
            .peekable();
        if targets.peek().is_none() {
            return Refusal::AcrTargetUnknown.refuse(format!(
                "none of {named:?} is a level of the pool; its levels are {}",
                self.settings.acr_list()
            ));
        }
        let shown = self.shown(user, asked)?;
        let Some(user) = user else {
            return Ok(None);
        };
        let step_up = targets
            .map(|target| StepUp { target, shown })
            .find(|step_up| {
                let leads = |first: &FirstFactor| leads_to(&self.settings, user, *step_up, *first);
                reaches(shown, step_up.target)
                    || step_up.needs_second_alone(&self.settings, user)
                    || factors.iter().any(leads)
            });
        let Some(step_up) = step_up else {
            return Refusal::AcrTargetUnreachable.refuse(format!(
                "the user has not the factors for any of {named:?}; none is set up on the way"
            ));
        };
        if reaches(shown, step_up.target) {
            return Refusal::AcrTargetReached.refuse(
                "the access token's amr is enough for the level asked for, or a higher one",
            );
        }
        Ok(Some(step_up))
    }

    /// What ACCESS_TOKEN shows: the methods of its `amr`; they count whatever the level of its `acr` is
    /// called since, and a sign-in longer ago than MAX_AGE shows nothing (documented).
    fn shown(&self, user: Option<&User>, asked: &Asked) -> Result<Methods, CognitoError> {
        let max_age = match &asked.max_age {
            None => None,
            Some(seconds) => Some(seconds.parse::<u32>().map_err(|_not_a_count| {
                Refusal::MaxAgeInvalid.because("MAX_AGE is a number of seconds, 0 or more")
            })?),
        };
        let Some(token) = &asked.token else {
            return Ok(Methods::default());
        };
        let caller = access::authorize(self.cx, token)?;
        if caller.pool.id != self.pool.id || user.is_none_or(|user| user.sub != caller.user.sub) {
            return Refusal::StepUpOfAnother
                .refuse("ACCESS_TOKEN is of another user than USERNAME");
        }
        let age = self.cx.now().seconds() - caller.grant.auth_time.seconds();
        let is_old = max_age.is_some_and(|seconds| age > i64::from(seconds));
        let assurance = caller.grant.assurance.as_ref().filter(|_| !is_old);
        Ok(assurance.map_or(Methods::default(), |assurance| assurance.methods))
    }
}

#[cfg(test)]
#[path = "tests/step_up.rs"]
mod tests;
