//! Step-up: TARGET_ACR_VALUES, ACCESS_TOKEN and MAX_AGE of USER_AUTH, and the level that tokens tell of
//! ("Step-up authentication with the USER_AUTH flow", developer guide).
//!
//! All of it is documented and none was at work when it was last measured, in October 2026: the parameters
//! counted for nothing, and no token had `acr` or `amr` (observed). So it is off, until `--step-up` or the
//! fixture of a pool turns on what the guide says. Inferred then: types and texts of all refusals but that of
//! the feature plan; that a factor which the user has and has not turned on can be asked for; that of the
//! first factors only those are offered from which the level can be reached; that who cannot reach it is told
//! so only once something is proven, where the app client hides who there is; and that an access token's
//! password is no password where a new one is wanted.

use uuid::Uuid;

use super::attempt::Parameters;
use super::first_factors::{self, FirstFactor};
use super::sign_in::SignIn;
use crate::error::{CognitoError, Refusal};
use crate::model::Secret;
use crate::store::user_pool::assurance::{Assurance, Level, Method, Methods};
use crate::store::user_pool::conversations::{Completed, StepUp};
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
    /// A request for one of these levels, best first; of none where there are none.
    pub(super) fn levels(names: &str) -> Self {
        Self {
            target: (!names.is_empty()).then(|| names.to_owned()),
            token: None,
            max_age: None,
        }
    }

    pub(super) fn take(parameters: &mut Parameters) -> Self {
        Self {
            target: parameters.take_optional("TARGET_ACR_VALUES"),
            token: parameters.take_optional("ACCESS_TOKEN").map(Secret::from),
            max_age: parameters.take_optional("MAX_AGE"),
        }
    }
}

/// What a request wants, as far as that is known without its user.
pub(super) struct Wanted {
    /// The levels of which one is to be reached, best first.
    targets: Vec<Level>,
    /// Whose access token was shown, and what it counts for.
    shown: Option<(Uuid, Methods)>,
}

impl Wanted {
    /// By a user who is not known yet.
    pub(super) fn by_whoever_comes(targets: Vec<Level>) -> Option<Self> {
        (!targets.is_empty()).then_some(Self {
            targets,
            shown: None,
        })
    }

    pub(super) fn into_targets(self) -> Vec<Level> {
        self.targets
    }

    /// Checks that a token is that of the user, which it is not where the name means nobody.
    pub(super) fn check_owner(&self, user: Option<&User>) -> Result<(), CognitoError> {
        match self.shown {
            Some((sub, _)) if user.is_none_or(|user| user.sub != sub) => of_another(),
            Some(_) | None => Ok(()),
        }
    }

    fn methods(&self) -> Methods {
        self.shown
            .map_or(Methods::default(), |(_, methods)| methods)
    }
}

fn of_another<T>() -> Result<T, CognitoError> {
    Refusal::StepUpOfAnother.refuse("ACCESS_TOKEN is of another user than USERNAME")
}

/// What a sign-in has proven, with what its access token had.
pub(super) fn methods<'c>(completed: impl IntoIterator<Item = &'c Completed>) -> Methods {
    let add = |methods: Methods, step: &Completed| methods.and(step.methods());
    completed.into_iter().fold(Methods::default(), add)
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

/// Whether a sign-in that begins with `first` can reach the level, where `seconds` may follow a password.
fn leads_to(seconds: &[Factor], step_up: StepUp, first: FirstFactor) -> bool {
    let StepUp { target, shown } = step_up;
    match first {
        FirstFactor::PasswordSrp | FirstFactor::Password => {
            let have = shown.with(Method::Password);
            let with_second = |factor: &Factor| reaches(have.with((*factor).into()), target);
            reaches(have, target) || seconds.iter().any(with_second)
        }
        FirstFactor::Code(contact) => reaches(shown.with(contact.into()), target),
        FirstFactor::Passkey => reaches(shown.with(Method::Platform), target),
    }
}

/// Whether the level can be reached in a pool with `first` and a second factor that some user could have.
pub(super) fn could_lead(settings: &PoolSettings, target: Level, first: FirstFactor) -> bool {
    let shown = Methods::default();
    leads_to(
        &mfa::possible_factors(settings),
        StepUp { target, shown },
        first,
    )
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

    /// Of a user's first factors, those from which the level that is wanted can be reached. Who cannot reach
    /// it where the app client hides who there is is offered what it takes all the same.
    pub(super) fn keep_leading(&self, user: &User, factors: &mut Vec<FirstFactor>) {
        let Some(step_up) = self.completed.iter().find_map(Completed::step_up) else {
            return;
        };
        let settings = &*self.settings;
        let seconds = mfa::usable_factors(settings, user);
        let has = std::mem::take(factors);
        let leads = |first: &FirstFactor| leads_to(&seconds, step_up, *first);
        factors.extend(has.iter().copied().filter(leads));
        if factors.is_empty() && self.client.hides_unknown_users() {
            let is_offered = |first: &FirstFactor| first.is_password() || has.contains(first);
            let could = |first: &FirstFactor| could_lead(settings, step_up.target, *first);
            let allowed = first_factors::allowed(settings);
            factors.extend(allowed.filter(is_offered).filter(could));
        }
    }

    /// What a request wants: checked before anybody looks for its user, so that no refusal tells whether there
    /// is one.
    ///
    /// # Errors
    /// A feature plan without it, no level that there is or that anybody of the pool can reach, a bad token.
    pub(super) fn wanted_levels(&self, asked: &Asked) -> Result<Option<Wanted>, CognitoError> {
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
        let settings = &*self.settings;
        let needs = "TARGET_ACR_VALUES needs ESSENTIALS or PLUS";
        Feature::StepUp.require(settings, needs)?;
        let named = named.split_whitespace();
        let mut targets: Vec<Level> = named.filter_map(|name| settings.level_of(name)).collect();
        if targets.is_empty() {
            return Refusal::AcrTargetUnknown.refuse(format!(
                "none of TARGET_ACR_VALUES is a level of the pool; its levels are {}",
                settings.acr_list()
            ));
        }
        let shown = self.shown(asked)?;
        if shown.is_none() {
            let could = |target: Level| {
                first_factors::allowed(settings).any(|first| could_lead(settings, target, first))
            };
            targets.retain(|target| could(*target));
        }
        if targets.is_empty() {
            return Refusal::AcrTargetUnreachable.refuse(
                "the pool has not the factors for any of TARGET_ACR_VALUES that is a level of it",
            );
        }
        Ok(Some(Wanted { targets, shown }))
    }

    /// The level that a user is to reach: of those that are wanted the first that the user can (documented).
    /// Where the app client hides who there is, who can reach none is told once the sign-in has proven
    /// something (inferred), but for the owner of the token.
    ///
    /// # Errors
    /// No level that can be reached, a token that is not the user's, or is good enough already.
    pub(super) fn step_up(&self, user: &User, wanted: &Wanted) -> Result<StepUp, CognitoError> {
        wanted.check_owner(Some(user))?;
        let settings = &*self.settings;
        let shown = wanted.methods();
        let factors = self.pool.read(|state| first_factors::eligible(state, user));
        let seconds = mfa::usable_factors(settings, user);
        let targets = wanted.targets.iter();
        let mut targets = targets.map(|target| StepUp {
            target: *target,
            shown,
        });
        let best = targets.clone().next();
        let reachable = targets.find(|step_up| {
            let leads = |first: &FirstFactor| leads_to(&seconds, *step_up, *first);
            reaches(shown, step_up.target)
                || step_up.needs_second_alone(settings, user)
                || factors.iter().any(leads)
        });
        let waits = wanted.shown.is_none() && self.client.hides_unknown_users();
        let Some(step_up) = reachable.or(best.filter(|_| waits)) else {
            return Refusal::AcrTargetUnreachable.refuse(
                "the user has not the factors for any of TARGET_ACR_VALUES; none is set up on the way",
            );
        };
        if reaches(shown, step_up.target) {
            return Refusal::AcrTargetReached.refuse(
                "the access token's amr is enough for the level asked for, or a higher one",
            );
        }
        Ok(step_up)
    }

    /// Whose ACCESS_TOKEN it is, and the methods of its `amr`; they count whatever the level of its `acr` is
    /// called since, and a sign-in longer ago than MAX_AGE shows nothing (documented).
    fn shown(&self, asked: &Asked) -> Result<Option<(Uuid, Methods)>, CognitoError> {
        let max_age = match &asked.max_age {
            None => None,
            Some(seconds) => Some(seconds.parse::<u32>().map_err(|_not_a_count| {
                Refusal::MaxAgeInvalid.because("MAX_AGE is a number of seconds, 0 or more")
            })?),
        };
        let Some(token) = &asked.token else {
            return Ok(None);
        };
        let caller = access::authorize(self.cx, token)?;
        if caller.pool.id != self.pool.id {
            return of_another();
        }
        let age = self.cx.now().seconds() - caller.grant.auth_time.seconds();
        let is_old = max_age.is_some_and(|seconds| age > i64::from(seconds));
        let assurance = caller.grant.assurance.as_ref().filter(|_| !is_old);
        let methods = assurance.map_or(Methods::default(), |assurance| assurance.methods);
        Ok(Some((caller.user.sub, methods)))
    }
}

#[cfg(test)]
#[path = "tests/step_up.rs"]
mod tests;
