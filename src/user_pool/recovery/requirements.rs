//! When a pool can be recovered, to which moments, and how often.
//!
//! All of it is documented in "InitiatePointInTimeRecovery", API reference. Inferred: the order of the
//! checks; that the counts of a day, of thirty days and of an account are quotas, which apply with
//! `--quotas aws` or a fixture's `Quotas`, while one recovery at a time holds always; that no second
//! recovery is initiated, rather than none started, within a day of a completed one, for of the two
//! only InitiatePointInTimeRecovery declares LimitExceededException.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::UserPoolTierType;
use crate::store::journal::Journal;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::recovery::{DAY, Outcome, Recoveries, Recovery, reach};
use crate::store::user_pool::state::PoolState;

/// How old a recovery point is at least.
const LEAST_AGE: Duration = Duration::from_secs(15 * 60);

const ACTIVE_PER_ACCOUNT: usize = 5;
const A_DAY_PER_ACCOUNT: usize = 10;
const A_DAY_PER_POOL: usize = 3;
const A_MONTH_PER_POOL: usize = 10;

/// The history of a pool. Whoever fills a pool that nobody can find yet changes what it always was.
pub(super) fn journal(cx: &Context, pool: &UserPool) -> Result<Arc<Journal>, CognitoError> {
    cx.store.journal(pool).ok_or_else(|| {
        Refusal::UserPoolUnknown {
            id: pool.id.to_string(),
        }
        .because("the pool was deleted meanwhile")
    })
}

/// No import job runs, no other recovery is active.
pub(super) fn check_idle(state: &PoolState, now: Timestamp) -> Result<(), CognitoError> {
    if let Err(busy) = state.imports.check_idle() {
        return Refusal::RecoveryDuringImport.refuse(busy.reason().to_owned());
    }
    match state.recoveries.active(now) {
        None => Ok(()),
        Some(active) => refuse_count(
            "active point-in-time recoveries of a user pool",
            format!(
                "a pool has one active recovery at a time, and {} is; start it, or cancel it",
                active.id
            ),
        ),
    }
}

fn refuse_count(what: &str, reason: String) -> Result<(), CognitoError> {
    Refusal::ResourceLimit { what: what.into() }.refuse(reason)
}

/// The pool can go back to `point`.
pub(super) fn check_point(
    state: &PoolState,
    journal: &Journal,
    point: Timestamp,
    now: Timestamp,
) -> Result<(), CognitoError> {
    let (settings, shown) = (&state.settings, point.to_rfc3339());
    if point.plus(LEAST_AGE) > now {
        return Refusal::RecoveryPointTooLate.refuse(format!(
            "{shown} is less than 15 minutes before {}",
            now.to_rfc3339()
        ));
    }
    if point < settings.created {
        return Refusal::RecoveryPointBeforePool.refuse(format!(
            "the pool was created at {}, after {shown}",
            settings.created.to_rfc3339()
        ));
    }
    if point.plus(reach(settings.tier)) < now {
        return Refusal::RecoveryPointTooEarly.refuse(format!(
            "{shown} is further back than a pool on {} goes: 1 day on ESSENTIALS, 14 days on PLUS",
            settings.tier
        ));
    }
    let least = if point.plus(reach(UserPoolTierType::Essentials)) < now {
        UserPoolTierType::Plus
    } else {
        UserPoolTierType::Essentials
    };
    if !journal.had_since(least, point) {
        return Refusal::RecoveryPointWithoutPlan {
            tier: least.to_string(),
        }
        .refuse(format!(
            "the pool has not had UserPoolTier {least} all the time since {shown}"
        ));
    }
    check_known(journal, point)
}

/// The history reaches back to `point`: AWS's is as long as its window, ours is bounded by memory too.
pub(super) fn check_known(journal: &Journal, point: Timestamp) -> Result<(), CognitoError> {
    if journal.reaches(point) {
        return Ok(());
    }
    Refusal::RecoveryNotSupported.refuse(format!(
        "changes after {} are not known any more; --keep-history sets how much memory the history of \
         a pool may take",
        point.to_rfc3339()
    ))
}

/// How many recoveries were initiated in the last `span`.
fn initiated(recoveries: &Recoveries, now: Timestamp, span: Duration) -> usize {
    recoveries
        .latest_first()
        .filter(|(_, recovery)| recovery.triggered.plus(span) > now)
        .count()
}

/// Three previews a day, ten in thirty days, one completed recovery a day.
pub(super) fn check_frequency(
    cx: &Context,
    state: &PoolState,
    now: Timestamp,
) -> Result<(), CognitoError> {
    if !cx.holds_limits(&state.settings) {
        return Ok(());
    }
    let mut all = state.recoveries.latest_first();
    let is_recent = |recovery: &Recovery| match recovery.outcome {
        Outcome::Completed(at) => at.plus(DAY) > now,
        Outcome::Open | Outcome::Cancelled => false,
    };
    if all.any(|(_, recovery)| is_recent(recovery)) {
        return refuse_count(
            "completed point-in-time recoveries of a user pool",
            "a recovery of the pool was completed within the last 24 hours".into(),
        );
    }
    for (most, span) in [(A_DAY_PER_POOL, DAY), (A_MONTH_PER_POOL, DAY * 30)] {
        if initiated(&state.recoveries, now, span) >= most {
            return refuse_count(
                "point-in-time recovery previews of a user pool",
                format!(
                    "a pool has {A_DAY_PER_POOL} previews in 24 hours at most, and \
                     {A_MONTH_PER_POOL} in 30 days"
                ),
            );
        }
    }
    Ok(())
}

/// Five active recoveries of an account, ten previews a day.
pub(super) fn check_account(cx: &Context, pool: &UserPool) -> Result<(), CognitoError> {
    if !pool.read(|state| cx.holds_limits(&state.settings)) {
        return Ok(());
    }
    let now = cx.now();
    let (mut active, mut previews) = (0, 0);
    for other in cx.store.all_pools() {
        if other.account == pool.account {
            other.read(|state| {
                active += usize::from(state.recoveries.active(now).is_some());
                previews += initiated(&state.recoveries, now, DAY);
            });
        }
    }
    if active >= ACTIVE_PER_ACCOUNT {
        return refuse_count(
            "active point-in-time recoveries of an account",
            format!("an account has {ACTIVE_PER_ACCOUNT} active recoveries at most"),
        );
    }
    if previews >= A_DAY_PER_ACCOUNT {
        return refuse_count(
            "point-in-time recovery previews of an account",
            format!("an account has {A_DAY_PER_ACCOUNT} previews in 24 hours at most"),
        );
    }
    Ok(())
}
