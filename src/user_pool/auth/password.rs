//! Signing in by password, and the lock after too many wrong ones.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::next_step::Proven;
use super::sign_in::SignIn;
use crate::clock::Timestamp;
use crate::error::{CognitoError, Refusal};
use crate::model::Secret;
use crate::model::cognito_idp::UserStatusType;
use crate::store::user_pool::conversations::Completed;
use crate::store::user_pool::imported_hash::ImportedHash;
use crate::store::user_pool::user::{Lock, User};
use crate::user_pool::accounts::migration::{Migrating, Migration};
use crate::user_pool::accounts::{imported_hash, password_history};
use crate::user_pool::triggers::user_migration::Source;
use crate::user_pool::users;
use crate::user_pool::users::standing::{check_may_try, check_unlocked};

/// Failures that lock.
const FREE_FAILURES: u32 = 5;

/// "Approximately 15 minutes" (documented): the longest lock, and the quiet time that resets.
const LONGEST: Duration = Duration::from_secs(900);

impl Lock {
    /// Until when attempts are refused unseen, if they are at `now`.
    pub fn locked_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.until.filter(|until| now < *until)
    }

    /// Counts a failure: the fifth locks for a second, each further one for twice as long.
    pub fn fail(&mut self, now: Timestamp) {
        let was_locked = self.failures >= FREE_FAILURES;
        let quiet_since = self.until.max(self.last_attempt);
        if was_locked && quiet_since.is_none_or(|since| now >= since.plus(LONGEST)) {
            self.failures = 0;
        }
        self.failures += 1;
        self.last_attempt = Some(now);
        if self.failures >= FREE_FAILURES {
            let seconds = 1_u64 << (self.failures - FREE_FAILURES).min(10);
            self.until = Some(now.plus(Duration::from_secs(seconds).min(LONGEST)));
        }
    }
}

/// Whether a user was imported without a password, and has set none yet.
fn lacks_first_password(user: &User) -> bool {
    user.status == UserStatusType::ResetRequired
        && user.password.is_none()
        && user.imported_hash().is_none()
}

impl SignIn<'_> {
    pub(super) async fn sign_in_with_password(
        &self,
        username: &str,
        found: Result<Arc<User>, Cow<'static, str>>,
        password: &Secret,
    ) -> Result<Proven, CognitoError> {
        let known = found.as_deref().ok();
        self.pre_authenticate(username, known).await?;
        let user = found.map_err(|reason| self.unknown_name(username, reason))?;
        self.prove_password(user.sub, password).await
    }

    /// Checks a password.
    pub(super) async fn prove_password(
        &self,
        sub: Uuid,
        password: &Secret,
    ) -> Result<Proven, CognitoError> {
        // What the function changed by calling back counts (inferred).
        let user = self.user(sub)?;
        check_may_try(&user, self.cx.now())?;
        let hash = user.imported_hash().cloned();
        let user = match &hash {
            Some(hash) => {
                self.take_over_hash(&user, Arc::clone(hash), password)
                    .await?
            }
            None => user,
        };
        self.check_imported(&user)?;
        // The hash was found right, and stayed.
        let is_right_by_hash = hash.is_some() && user.imported_hash() == hash.as_ref();
        let matches = is_right_by_hash
            || user
                .password
                .as_ref()
                .is_some_and(|kept| kept.matches(&self.pool.id, &user.username, password.expose()));
        if !matches {
            return self.note_failure(
                &user,
                if user.password.is_some() {
                    "the user exists and the password is another one"
                } else {
                    "the user exists and has no password"
                },
            );
        }
        self.take_password(user, Some(password))
    }

    /// The user of a flow that sends the password, who may come from another directory. Where the
    /// pool's function knows nobody either, the reason tells what it said.
    pub(super) async fn find_or_migrate(
        &self,
        username: &str,
        password: &Secret,
    ) -> Result<Result<Arc<User>, Cow<'static, str>>, CognitoError> {
        if let Some(user) = self.find(username) {
            return Ok(Ok(user));
        }
        let migrating = Migrating {
            pool: &self.pool,
            settings: &self.settings,
            client: &self.client,
            username,
            source: Source::Authentication {
                password,
                validation_data: &self.validation_data,
            },
        };
        Ok(match migrating.run(self.cx).await? {
            Migration::User(user) => Ok(user),
            Migration::Nobody(reason) => Err(reason),
        })
    }

    /// A right password, by itself or by its proof: its device must be known, its risk is weighed.
    pub(super) fn take_password(
        &self,
        user: Arc<User>,
        password: Option<&Secret>,
    ) -> Result<Proven, CognitoError> {
        self.device(user.sub)?;
        self.weigh(&user, password)?;
        Ok(Proven {
            user,
            step: Completed::Password,
        })
    }

    /// The first right password of a user who was imported with a hash takes the hash's place
    /// (documented).
    async fn take_over_hash(
        &self,
        user: &User,
        hash: Arc<ImportedHash>,
        password: &Secret,
    ) -> Result<Arc<User>, CognitoError> {
        if !imported_hash::check(self.cx, &hash, password).await? {
            return self.note_failure(
                user,
                "the user was imported with a password hash, and this is not its password",
            );
        }
        let kept = password_history::keep(self.cx, &self.pool, user, password);
        let user = users::change(&self.pool, user, |draft, user| {
            // While a recovery is active no password is written, and the hash serves on (inferred).
            let is_paused = draft.state().recoveries.active(self.cx.now()).is_some();
            // Else it has a password by now, which the caller looks at.
            if !is_paused && user.imported_hash().is_some_and(|now| *now == hash) {
                password_history::replace(user, &self.settings.password_policy, kept);
            }
            Ok(())
        })?;
        // The hash took its time: what happened to the account meanwhile counts.
        check_may_try(&user, self.cx.now())?;
        Ok(user)
    }

    /// Whether a user is like one who does not exist: a client that hides unknown users tells nobody that a
    /// user was imported without a password (documented). That there is a challenge then, as for a name that
    /// means nobody, is inferred.
    pub(super) fn hides(&self, user: &User) -> bool {
        self.client.hides_unknown_users() && lacks_first_password(user)
    }

    /// A user who was imported without a password is told to reset it, whatever password is given,
    /// unless the client hides unknown users (documented).
    pub(super) fn check_imported(&self, user: &User) -> Result<(), CognitoError> {
        if !lacks_first_password(user) {
            return Ok(());
        }
        if self.client.hides_unknown_users() {
            return Refusal::IncorrectUsernameOrPassword.refuse(
                "the user has no password yet: ForgotPassword, then ConfirmForgotPassword; the app \
                 client's PreventUserExistenceErrors ENABLED hides that",
            );
        }
        Refusal::PasswordResetRequired
            .refuse("the user has no password yet: ForgotPassword, then ConfirmForgotPassword")
    }

    /// Counts a failed sign-in and refuses it.
    pub(super) fn note_failure<T>(
        &self,
        user: &User,
        reason: &'static str,
    ) -> Result<T, CognitoError> {
        self.count_failure(user)?;
        self.note_wrong_password(user);
        Refusal::IncorrectUsernameOrPassword.refuse(reason)
    }

    /// Counts a failed attempt of a user. One that was under way when the lock fell is refused like
    /// any other during the lock, and does not count (documented).
    pub(super) fn count_failure(&self, user: &User) -> Result<(), CognitoError> {
        let now = self.cx.now();
        self.pool.change(|draft| {
            if let Some(current) = draft.state().users.with_sub(user.sub) {
                let mut current = User::clone(current);
                let lock = &mut current.more_mut().lock;
                check_unlocked(lock, now)?;
                lock.fail(now);
                draft.put_user(current);
            }
            Ok(())
        })
    }

    /// A successful sign-in after a lock clears the count (documented); before the first lock failures add
    /// up, whatever comes between them.
    pub(super) fn clear_lock(&self, user: Arc<User>) -> Result<Arc<User>, CognitoError> {
        if user.more().is_none_or(|more| more.lock.until.is_none()) {
            return Ok(user);
        }
        self.pool.change(|draft| {
            let Some(current) = draft.state().users.with_sub(user.sub) else {
                return Ok(user);
            };
            let mut current = User::clone(current);
            current.more_mut().lock = Lock::default();
            Ok(draft.put_user(current))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_failure_locks_for_a_second_and_each_further_one_twice_as_long() {
        let mut lock = Lock::default();
        let mut now = Timestamp::from_seconds(1000);
        for _ in 0..4 {
            lock.fail(now);
            assert_eq!(lock.locked_until(now), None);
        }
        for seconds in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
            lock.fail(now);
            let until = now.plus(Duration::from_secs(seconds));
            assert_eq!(lock.until, Some(until));
            now = until;
            assert_eq!(lock.locked_until(now), None);
        }
    }

    #[test]
    fn nobody_is_locked_who_never_failed() {
        for now in [i64::MIN, -1, 0, 1] {
            let until = Lock::default().locked_until(Timestamp(now));
            assert_eq!(until, None, "{now}");
        }
    }

    #[test]
    fn fifteen_quiet_minutes_after_a_lock_start_the_count_again() {
        let mut lock = Lock {
            failures: 9,
            until: Some(Timestamp(0)),
            last_attempt: Some(Timestamp(0)),
        };
        lock.fail(Timestamp::from_seconds(900));
        assert_eq!(lock.failures, 1);
    }
}
