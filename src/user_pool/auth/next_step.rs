//! What follows in a sign-in: the next challenge, or tokens. The one place that decides it; a handler
//! says what its answer has proven, and never picks its successor.
//!
//! Pure: from the user, the pool's settings and the steps that the sign-in has behind it. The flow
//! shows in the first of them; of the client's settings none matters yet.

use std::sync::Arc;

use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{UserPoolMfaType, UserStatusType};
use crate::store::conversations::Completed;
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::threats::Demand;
use crate::store::user_pool::user::{Factor, User};
use crate::user_pool::mfa::{self, MfaStep};
use crate::user_pool::threat_protection;
use crate::user_pool::triggers::token_generation::Source;
use crate::user_pool::users::standing;

/// What an answer has proven, and of whom.
pub(super) struct Proven {
    /// The user, as the answer left it.
    pub(super) user: Arc<User>,
    /// The step that it completes.
    pub(super) step: Completed,
}

/// How far a sign-in has come.
pub(super) struct Progress<'a> {
    /// The pool's settings.
    pub(super) settings: &'a PoolSettings,
    /// The user.
    pub(super) user: &'a User,
    /// The step that is just completed.
    pub(super) step: Completed,
    /// Those before it.
    pub(super) before: &'a [Completed],
    /// Whether risk asks for a second factor.
    pub(super) demand: Demand,
    /// Whether the server or the pool gives one-time tokens.
    pub(super) one_time_tokens: bool,
}

/// What follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Next {
    /// NEW_PASSWORD_REQUIRED.
    NewPassword,
    /// The challenge of this factor.
    Factor(Factor),
    /// SELECT_MFA_TYPE.
    SelectFactor(Vec<Factor>),
    /// MFA_SETUP.
    SetUpFactor(Vec<Factor>),
    /// Tokens, if they are the user's first without a factor; else MFA_SETUP.
    OneTimeTokens(Source, Vec<Factor>),
    /// Tokens.
    Tokens(Source),
}

/// Decides what follows the step just completed.
///
/// # Errors
/// A state that lets nobody in; a second factor that is wanted and cannot be had.
pub(super) fn next_step(progress: &Progress<'_>) -> Result<Next, CognitoError> {
    match progress.step {
        Completed::Password => after_password(progress),
        Completed::NewPassword => second_factor(progress),
        Completed::Choice(factor) => Ok(Next::Factor(factor)),
        Completed::SecondFactor => Ok(Next::Tokens(source(progress))),
    }
}

/// A new password comes before MFA (observed).
fn after_password(progress: &Progress<'_>) -> Result<Next, CognitoError> {
    match progress.user.status {
        UserStatusType::Unconfirmed => standing::refuse_unconfirmed(),
        UserStatusType::ResetRequired => standing::refuse_reset_required(),
        UserStatusType::ForceChangePassword => Ok(Next::NewPassword),
        UserStatusType::Confirmed
        | UserStatusType::Archived
        | UserStatusType::Compromised
        | UserStatusType::Unknown
        | UserStatusType::ExternalProvider => second_factor(progress),
    }
}

/// The second factor, if the pool, the user or risk wants one.
fn second_factor(progress: &Progress<'_>) -> Result<Next, CognitoError> {
    let source = source(progress);
    match step_by_risk(progress)? {
        MfaStep::None => Ok(Next::Tokens(source)),
        MfaStep::Challenge(factor) => Ok(Next::Factor(factor)),
        MfaStep::Select(choices) => Ok(Next::SelectFactor(choices)),
        MfaStep::SetUp(choices) if takes_one_time_tokens(progress) => {
            Ok(Next::OneTimeTokens(source, choices))
        }
        MfaStep::SetUp(choices) => Ok(Next::SetUpFactor(choices)),
        MfaStep::Impossible => Refusal::MfaMethodMissing.refuse(
            "the pool requires MFA, and the user has no factor and no address that one could use",
        ),
    }
}

/// Risk may ask for a factor where the pool and the user do not.
fn step_by_risk(progress: &Progress<'_>) -> Result<MfaStep, CognitoError> {
    let (settings, user) = (progress.settings, progress.user);
    let step = mfa::next_step(settings, user);
    if progress.demand == Demand::None || step != MfaStep::None {
        return Ok(step);
    }
    let step = mfa::demanded_step(settings, user);
    if progress.demand == Demand::Required && step == MfaStep::None {
        return threat_protection::refuse_blocked(
            "the risk configuration requires MFA at this level, and the user has no factor",
        );
    }
    Ok(step)
}

/// The one-time tokens of an older edition of the guide, where they are switched on: a user who
/// signed up gets in once before a token is set up; users made by an administrator do not.
fn takes_one_time_tokens(progress: &Progress<'_>) -> bool {
    let mfa = &progress.settings.mfa;
    progress.one_time_tokens
        && mfa.mode == UserPoolMfaType::On
        && mfa.has_software_token()
        && progress
            .user
            .more()
            .is_some_and(|more| more.signed_up && !more.one_time_tokens_used)
}

/// What tokens of this sign-in are for. That a second factor after the new password changes nothing
/// is inferred from the table of sources: "through NEW_PASSWORD_REQUIRED" (documented).
fn source(progress: &Progress<'_>) -> Source {
    let mut completed = progress.before.iter().chain([&progress.step]);
    if completed.any(|step| *step == Completed::NewPassword) {
        Source::NewPasswordChallenge
    } else {
        Source::Authentication
    }
}

#[cfg(test)]
#[path = "tests/next_step.rs"]
mod tests;
