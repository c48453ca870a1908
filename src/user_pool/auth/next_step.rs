//! What follows in a sign-in: the next challenge, or tokens. The one place that decides it; a handler
//! says what its answer has proven, and never picks its successor.
//!
//! Pure: from the user, the pool's settings, the steps that the sign-in has behind it and, in
//! CUSTOM_AUTH, what DefineAuthChallenge said of them. The flow shows in the first of the steps; of the
//! client's settings none matters yet.
//!
//! In CUSTOM_AUTH the password is followed by what Cognito asks itself, and then by the function
//! (documented and observed: aws-amplify/amplify-js#3876). After SMS_MFA it is asked (observed:
//! aws-amplify/amplify-js#4888; inferred for EMAIL_OTP). After SOFTWARE_TOKEN_MFA (observed:
//! aws-amplify/amplify-js#3876) and NEW_PASSWORD_REQUIRED (observed:
//! amazon-archives/amazon-cognito-identity-js#341, though the guide of today has the function asked
//! there too) tokens come at once.

use std::sync::Arc;

use uuid::Uuid;

use super::device::Signing;
use super::step_up;
use crate::crypto::srp::SrpA;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{UserPoolMfaType, UserStatusType};
use crate::store::user_pool::assurance::Methods;
use crate::store::user_pool::conversations::{Completed, StepUp, is_custom};
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::threats::Demand;
use crate::store::user_pool::user::{Factor, User};
use crate::user_pool::mfa::{self, MfaStep};
use crate::user_pool::passkeys::assertion::stands_for_mfa;
use crate::user_pool::threat_protection;
use crate::user_pool::triggers::custom_auth::Definition;
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
    pub(super) step: &'a Completed,
    /// Those before it.
    pub(super) before: &'a [Completed],
    /// The device that signs in.
    pub(super) device: Signing,
    /// What DefineAuthChallenge said of all that, once it was asked.
    pub(super) defined: Option<Definition>,
    /// Whether risk asks for a second factor.
    pub(super) demand: Demand,
    /// Whether the server or the pool gives one-time tokens.
    pub(super) one_time_tokens: bool,
    /// Whether the hosted pages sign in.
    pub(super) hosted: bool,
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
    /// Ask DefineAuthChallenge, and decide by what it says.
    Define,
    /// CUSTOM_CHALLENGE.
    CustomChallenge,
    /// PASSWORD_VERIFIER, for this public value of the client.
    ProvePassword(Arc<SrpA>),
    /// The challenge of a factor that DefineAuthChallenge named.
    NamedFactor(Factor),
    /// DEVICE_SRP_AUTH, of this device.
    Device(Uuid),
    /// Tokens.
    Tokens(Source),
}

/// Decides what follows the step just completed.
///
/// # Errors
/// A state that lets nobody in; a second factor that is wanted and cannot be had.
pub(super) fn next_step(progress: &Progress<'_>) -> Result<Next, CognitoError> {
    let next = decide(progress)?;
    let wanted = step_up(progress);
    if let (Next::Tokens(_), Some(wanted)) = (&next, wanted)
        && methods(progress).level() < Some(wanted.target)
    {
        // All or nothing (documented).
        return Refusal::AcrTargetUnreachable.refuse(
            "the user has not the factors for the level of TARGET_ACR_VALUES, or has lost one since the \
             sign-in began",
        );
    }
    Ok(next)
}

/// The level that is to be reached.
fn step_up(progress: &Progress<'_>) -> Option<StepUp> {
    completed(progress).find_map(Completed::step_up)
}

/// What is proven.
fn methods(progress: &Progress<'_>) -> Methods {
    step_up::methods(completed(progress))
}

fn decide(progress: &Progress<'_>) -> Result<Next, CognitoError> {
    if let Some(defined) = progress.defined {
        return as_defined(progress, defined);
    }
    match progress.step {
        Completed::CustomAuth { .. } | Completed::SrpA(_) | Completed::CustomChallenge { .. } => {
            Ok(Next::Define)
        }
        Completed::Password => after_password(progress),
        Completed::NewPassword => second_factor(progress),
        Completed::Choice(factor) => Ok(Next::Factor(*factor)),
        Completed::SecondFactor(_) => Ok(after_factors(progress)),
        Completed::Device => after_device(progress),
        Completed::StepUp(_) => after_shown_password(progress),
        Completed::OneTimeCode(_) | Completed::SignedUp => after_first_factor(progress, false),
        Completed::Passkey { user_verified, .. } => after_first_factor(progress, *user_verified),
        Completed::Chosen { .. } => Refusal::IncorrectUsernameOrPassword
            .refuse("USER_AUTH has begun, and no factor is proven yet"),
    }
}

/// All steps, the one just completed as the last.
fn completed<'p>(progress: &Progress<'p>) -> impl Iterator<Item = &'p Completed> {
    progress.before.iter().chain([progress.step])
}

/// What DefineAuthChallenge wants.
fn as_defined(progress: &Progress<'_>, defined: Definition) -> Result<Next, CognitoError> {
    match defined {
        Definition::Fail => Refusal::IncorrectUsernameOrPassword
            .refuse("DefineAuthChallenge answered failAuthentication"),
        Definition::Tokens => enter(progress),
        Definition::CustomChallenge => Ok(Next::CustomChallenge),
        Definition::Factor(factor) => Ok(Next::NamedFactor(factor)),
        Definition::PasswordVerifier => {
            let sent = completed(progress).find_map(|step| {
                let Completed::SrpA(a) = step else {
                    return None;
                };
                Some(Arc::clone(a))
            });
            // Inferred, as for the flow that always needs it.
            let missing = || {
                Refusal::MissingParameter {
                    name: "SRP_A".into(),
                }
                .because(
                    "DefineAuthChallenge answered PASSWORD_VERIFIER: begin CUSTOM_AUTH with \
                     CHALLENGE_NAME=SRP_A and SRP_A",
                )
            };
            sent.map(Next::ProvePassword).ok_or_else(missing)
        }
    }
}

/// Nobody gets tokens for a name that means nobody, whatever a function says (inferred).
fn enter(progress: &Progress<'_>) -> Result<Next, CognitoError> {
    if completed(progress).any(|step| matches!(step, Completed::CustomAuth { nobody: Some(_) })) {
        return Refusal::IncorrectUsernameOrPassword.refuse(
            "DefineAuthChallenge answered issueTokens for a name that means nobody (userNotFound), \
             which the app client's PreventUserExistenceErrors ENABLED hides",
        );
    }
    match progress.user.status {
        UserStatusType::Unconfirmed => standing::refuse_unconfirmed(),
        UserStatusType::ResetRequired => standing::refuse_reset_required(),
        UserStatusType::ForceChangePassword
        | UserStatusType::Confirmed
        | UserStatusType::Archived
        | UserStatusType::Compromised
        | UserStatusType::Unknown
        | UserStatusType::ExternalProvider => {
            let owed = if owes_factor(progress) {
                owed_factor(progress)?
            } else {
                None
            };
            Ok(owed.unwrap_or_else(|| device_or_tokens(progress)))
        }
    }
}

/// What follows once Cognito has nothing more to ask itself.
fn after_factors(progress: &Progress<'_>) -> Next {
    let asks_function = match progress.step {
        Completed::NewPassword | Completed::SecondFactor(Factor::SoftwareTokenMfa) => false,
        Completed::CustomAuth { .. }
        | Completed::SrpA(_)
        | Completed::Password
        | Completed::CustomChallenge { .. }
        | Completed::Choice(_)
        | Completed::Chosen { .. }
        | Completed::OneTimeCode(_)
        | Completed::Passkey { .. }
        | Completed::SignedUp
        | Completed::Device
        | Completed::StepUp(_)
        | Completed::SecondFactor(Factor::SmsMfa | Factor::EmailOtp) => {
            completed(progress).any(|step| matches!(step, Completed::CustomAuth { .. }))
        }
    };
    if asks_function {
        Next::Define
    } else {
        device_or_tokens(progress)
    }
}

/// A first factor without a password is the whole sign-in (documented), so it is no way around a second
/// one: of whom MFA is asked since the factor was offered begins again (inferred), and where risk requires it
/// the sign-in is blocked (inferred). A passkey that has verified its user stands for both, where pool and
/// user have it so.
fn after_first_factor(progress: &Progress<'_>, user_verified: bool) -> Result<Next, CognitoError> {
    match progress.user.status {
        UserStatusType::Unconfirmed => standing::refuse_unconfirmed(),
        UserStatusType::ResetRequired => standing::refuse_reset_required(),
        UserStatusType::ForceChangePassword | UserStatusType::ExternalProvider => {
            Refusal::SessionUnknown
                .refuse("the user may sign in by a password alone since the sign-in began")
        }
        UserStatusType::Confirmed
        | UserStatusType::Archived
        | UserStatusType::Compromised
        | UserStatusType::Unknown => {
            if user_verified && stands_for_mfa(progress.settings, progress.user) {
                return Ok(after_factors(progress));
            }
            if mfa::next_step(progress.settings, progress.user) != MfaStep::None {
                return Refusal::SessionUnknown
                    .refuse("MFA is asked of the user, which only a password may precede");
            }
            if progress.demand == Demand::Required {
                return threat_protection::refuse_blocked(
                    "the risk configuration requires MFA at this level, which a sign-in without a \
                     password cannot have",
                );
            }
            Ok(after_factors(progress))
        }
    }
}

/// A remembered device proves itself last, before the tokens (documented: in place of MFA, and in
/// CUSTOM_AUTH once DefineAuthChallenge answers issueTokens; after MFA, where the pool asks for both,
/// is inferred).
fn device_or_tokens(progress: &Progress<'_>) -> Next {
    match progress.device {
        Signing::Remembered(id) if !has(progress, &Completed::Device) => Next::Device(id),
        Signing::Remembered(_) | Signing::Known(_) | Signing::New | Signing::Untracked => {
            Next::Tokens(source(progress))
        }
    }
}

/// Whether a password is behind and no second factor: a device that was to stand in for one may not do
/// so any more, since a user or an administrator has its status changed (inferred).
fn owes_factor(progress: &Progress<'_>) -> bool {
    has(progress, &Completed::Password)
        && !completed(progress).any(|step| matches!(step, Completed::SecondFactor(_)))
}

fn has(progress: &Progress<'_>, wanted: &Completed) -> bool {
    completed(progress).any(|step| step == wanted)
}

/// Whether the device stands in for a second factor: a remembered one, where the pool says
/// ChallengeRequiredOnNewDevice (documented). It also does where risk asks for the factor, if the pool
/// remembers every device (documented; inferred that it does not where users are asked).
fn spares_factor(progress: &Progress<'_>) -> bool {
    let settings = progress.settings;
    matches!(progress.device, Signing::Remembered(_))
        && settings.challenges_new_devices()
        && (progress.demand == Demand::None || !settings.asks_before_remembering())
}

/// What was proven before the device must still do.
fn after_device(progress: &Progress<'_>) -> Result<Next, CognitoError> {
    let mut before = progress.before.iter();
    match before.find_map(Completed::without_password) {
        Some(user_verified) => after_first_factor(progress, user_verified),
        None => enter(progress),
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

/// An access token has shown the password of a user who steps up. It is no password of a user who must set
/// a new one.
fn after_shown_password(progress: &Progress<'_>) -> Result<Next, CognitoError> {
    match progress.user.status {
        UserStatusType::ForceChangePassword => Refusal::IncorrectUsernameOrPassword
            .refuse("a temporary password was set since the access token was given"),
        UserStatusType::Unconfirmed
        | UserStatusType::ResetRequired
        | UserStatusType::Confirmed
        | UserStatusType::Archived
        | UserStatusType::Compromised
        | UserStatusType::Unknown
        | UserStatusType::ExternalProvider => after_password(progress),
    }
}

/// The second factor, if one is owed.
fn second_factor(progress: &Progress<'_>) -> Result<Next, CognitoError> {
    let owed = owed_factor(progress)?;
    Ok(owed.unwrap_or_else(|| after_factors(progress)))
}

/// The second factor that the pool, the user or risk wants, if the device does not stand in for it.
fn owed_factor(progress: &Progress<'_>) -> Result<Option<Next>, CognitoError> {
    if let Some(step) = step_to_level(progress) {
        return Ok(match step {
            MfaStep::Challenge(factor) => Some(Next::Factor(factor)),
            MfaStep::Select(choices) => Some(Next::SelectFactor(choices)),
            MfaStep::None | MfaStep::SetUp(_) | MfaStep::Impossible => None,
        });
    }
    let spares = spares_factor(progress);
    let step = if spares {
        mfa::next_step(progress.settings, progress.user)
    } else {
        step_by_risk(progress)?
    };
    Ok(Some(match step {
        MfaStep::None => return Ok(None),
        MfaStep::Challenge(_) | MfaStep::Select(_) if spares => return Ok(None),
        MfaStep::Challenge(factor) => Next::Factor(factor),
        MfaStep::Select(choices) => Next::SelectFactor(choices),
        // One that is still to be set up is set up from a remembered device too (inferred).
        MfaStep::SetUp(choices) if takes_one_time_tokens(progress) => {
            Next::OneTimeTokens(source(progress), choices)
        }
        MfaStep::SetUp(choices) => Next::SetUpFactor(choices),
        MfaStep::Impossible => {
            return Refusal::MfaMethodMissing.refuse(
                "MFA is asked of the user, who has no factor and no address that one could use",
            );
        }
    }))
}

/// The factor that the level still wants. Where the level is reached, MFA is a floor all the same
/// (documented).
fn step_to_level(progress: &Progress<'_>) -> Option<MfaStep> {
    let wanted = step_up(progress)?;
    let (settings, user) = (progress.settings, progress.user);
    let have = methods(progress);
    if have.level() >= Some(wanted.target) {
        return None;
    }
    let factors = step_up::second_factors(settings, user, have, wanted.target);
    let preferred = mfa::preferred_factor(settings, user);
    Some(match preferred.filter(|factor| factors.contains(factor)) {
        Some(factor) => MfaStep::Challenge(factor),
        None => mfa::one_of(factors),
    })
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
/// signed up gets in once before a token is set up; users made by an administrator do so on the hosted
/// pages alone.
fn takes_one_time_tokens(progress: &Progress<'_>) -> bool {
    let mfa = &progress.settings.mfa;
    progress.one_time_tokens
        && !is_custom(progress.before)
        && mfa.mode == UserPoolMfaType::On
        && mfa.has_software_token()
        && progress.user.more().map_or(progress.hosted, |more| {
            (more.signed_up || progress.hosted) && !more.one_time_tokens_used
        })
}

/// What tokens of this sign-in are for. That a second factor after the new password changes nothing
/// is inferred from the table of sources: "through NEW_PASSWORD_REQUIRED" (documented).
fn source(progress: &Progress<'_>) -> Source {
    if has(progress, &Completed::Device) {
        // Also after a new password (inferred).
        Source::AuthenticateDevice
    } else if has(progress, &Completed::NewPassword) {
        Source::NewPasswordChallenge
    } else {
        Source::Authentication
    }
}

#[cfg(test)]
#[path = "tests/next_step.rs"]
mod tests;
