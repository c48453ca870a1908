//! Whether a user may try to sign in.

use crate::clock::Timestamp;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::UserStatusType;
use crate::store::user_pool::user::{Lock, User};

/// Disabled, unconfirmed and locked users are refused before their password is looked at. That is
/// observed for the unconfirmed, in every password flow (amazon-archives/amazon-cognito-identity-js#288:
/// "intended behavior", aws/aws-sdk-js#4608, aws-amplify/amplify-js#11209); the order of the three
/// is inferred.
pub(crate) fn check_may_try(user: &User, now: Timestamp) -> Result<(), CognitoError> {
    check_enabled(user)?;
    if user.status == UserStatusType::Unconfirmed {
        return refuse_unconfirmed();
    }
    user.more()
        .map_or(Ok(()), |more| check_unlocked(&more.lock, now))
}

/// The same for a sign-in by custom challenges alone. An unconfirmed user is told so before any
/// function is called (observed). A temporary password keeps nobody from it (observed:
/// aws-samples/amazon-cognito-passwordless-auth#194), nor does the lock, which is for flows that verify
/// a password (documented). Who must reset the password must do so "before they can sign in"
/// (documented for the status; that it holds without a password is inferred).
pub(crate) fn check_may_try_custom(user: &User) -> Result<(), CognitoError> {
    check_enabled(user)?;
    match user.status {
        UserStatusType::Unconfirmed => refuse_unconfirmed(),
        UserStatusType::ResetRequired => refuse_reset_required(),
        UserStatusType::Confirmed
        | UserStatusType::Archived
        | UserStatusType::Compromised
        | UserStatusType::Unknown
        | UserStatusType::ForceChangePassword
        | UserStatusType::ExternalProvider => Ok(()),
    }
}

/// The first of these checks.
pub(crate) fn check_enabled(user: &User) -> Result<(), CognitoError> {
    if user.enabled {
        return Ok(());
    }
    Refusal::UserDisabled.refuse("the account is disabled; AdminEnableUser lets it sign in again")
}

pub(crate) fn check_unlocked(lock: &Lock, now: Timestamp) -> Result<(), CognitoError> {
    let Some(until) = lock.locked_until(now) else {
        return Ok(());
    };
    Refusal::PasswordAttemptsExceeded.refuse(format!(
        "{} failed sign-ins; attempts count again from {}",
        lock.failures,
        until.to_rfc3339()
    ))
}

pub(crate) fn refuse_unconfirmed<T>() -> Result<T, CognitoError> {
    Refusal::UserNotConfirmed.refuse(
        "the account awaits confirmation: ConfirmSignUp with the code, or AdminConfirmSignUp",
    )
}

pub(crate) fn refuse_reset_required<T>() -> Result<T, CognitoError> {
    Refusal::PasswordResetRequired
        .refuse("an administrator reset the password: ForgotPassword, then ConfirmForgotPassword")
}
