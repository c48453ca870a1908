//! Whether a user may try to sign in.

use crate::clock::Timestamp;
use crate::error::{CognitoError, Refusal};
use crate::store::user_pool::user::{Lock, User};

/// Disabled and locked users are refused before their password is looked at (inferred order).
pub(crate) fn check_may_try(user: &User, now: Timestamp) -> Result<(), CognitoError> {
    if !user.enabled {
        return Refusal::UserDisabled
            .refuse("the account is disabled; AdminEnableUser lets it sign in again");
    }
    match user.more().map(|more| more.lock) {
        Some(lock) if lock.is_locked(now) => refuse_locked(&lock),
        _ => Ok(()),
    }
}

pub(crate) fn refuse_locked<T>(lock: &Lock) -> Result<T, CognitoError> {
    Refusal::PasswordAttemptsExceeded.refuse(format!(
        "{} failed sign-ins; attempts count again from {}",
        lock.failures,
        lock.until.to_rfc3339()
    ))
}

pub(crate) fn refuse_reset_required<T>() -> Result<T, CognitoError> {
    Refusal::PasswordResetRequired
        .refuse("an administrator reset the password: ForgotPassword, then ConfirmForgotPassword")
}
