//! Hourly attempt limits of each user, where they are switched on.
//!
//! Thresholds are documented ("Quotas in Amazon Cognito"); ForgotPassword and ConfirmForgotPassword
//! are "5 to 20 by risk", and the lower end is taken. Off by default, for tests repeat calls.

use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::user::{Limited, User};
use crate::user_pool::users;

const HOUR_MILLIS: i64 = 60 * 60 * 1000;

impl Limited {
    /// Counts a call of `user` in a change of its own, so that it counts whatever comes of the call.
    ///
    /// # Errors
    /// LimitExceededException once the hour's calls are used up.
    pub fn charge(self, cx: &Context, pool: &UserPool, user: &User) -> Result<(), CognitoError> {
        if !cx.holds_limits(&pool.settings()) {
            return Ok(());
        }
        users::change(pool, user, |_, user| self.count(cx, user)).map(drop)
    }

    /// Counts a call of `user`, who is staged by the caller.
    fn count(self, cx: &Context, user: &mut User) -> Result<(), CognitoError> {
        let now = cx.now();
        let attempts = &mut user.more_mut().attempts;
        attempts.retain(|(_, at)| Timestamp(at.0 + HOUR_MILLIS) > now);
        if attempts
            .iter()
            .filter(|(limited, _)| *limited == self)
            .count()
            >= self.per_hour()
        {
            return Refusal::AttemptLimit.refuse(format!(
                "this user has had {} calls in the last hour; wait, advance the clock, or start \
                 without --quotas aws",
                self.per_hour()
            ));
        }
        attempts.push((self, now));
        Ok(())
    }
}
