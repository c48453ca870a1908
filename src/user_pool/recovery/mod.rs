//! Point-in-time recovery: users, their groups, MFA settings and passkeys as they were at a moment in
//! the past. InitiatePointInTimeRecovery, DescribePointInTimeRecovery, StartPointInTimeRecovery,
//! CancelPointInTimeRecovery, ListPointInTimeRecoveries.
//!
//! "InitiatePointInTimeRecovery", API reference, and the documentation of its members:
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiatePointInTimeRecovery.html>.
//! Documented: to initiate one pauses writes and makes a preview; to start it restores, to cancel it
//! changes nothing; left alone, it expires after 24 hours. What may be asked for and how often is in
//! `requirements.rs`, what is restored in `plan.rs` and the store's `restored.rs`, what is paused in
//! [`crate::dispatch`].
//!
//! Inferred: InitiatePointInTimeRecovery answers PREVIEW_GENERATING and StartPointInTimeRecovery
//! RESTORING, while both are done when they answer, so no later answer has these; nothing fails, so
//! none has the statuses of a failure. TriggerTimestamp is the moment of initiation. All texts are
//! inferred, as is which exception has them.

mod plan;
mod requirements;

use std::sync::Arc;

use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    CancelPointInTimeRecoveryRequest, CancelPointInTimeRecoveryResponse,
    DescribePointInTimeRecoveryRequest, DescribePointInTimeRecoveryResponse,
    InitiatePointInTimeRecoveryRequest, InitiatePointInTimeRecoveryResponse,
    ListPointInTimeRecoveriesRequest, ListPointInTimeRecoveriesResponse,
    RestoreStatusType as Status, StartPointInTimeRecoveryRequest, StartPointInTimeRecoveryResponse,
};
use crate::page;
use crate::store::user_pool::recovery::{Outcome, Recovery};
use crate::store::user_pool::state::PoolState;
use crate::user_pool::tiers::Feature;

/// `InitiatePointInTimeRecovery`.
///
/// # Errors
/// An unknown pool, one without the plan, at a time when it takes none, or a moment that it cannot go
/// back to.
pub fn initiate_point_in_time_recovery(
    cx: &Context,
    req: InitiatePointInTimeRecoveryRequest,
) -> Result<InitiatePointInTimeRecoveryResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let journal = requirements::journal(cx, &pool)?;
    let id = cx.entropy.uuid(Purpose::Ids);
    let point = req.restore_timestamp;
    let recovery = cx.recoveries.begin(|| {
        requirements::check_account(cx, &pool)?;
        pool.change(|draft| {
            let state = draft.state();
            let now = cx.now();
            check_plan(state)?;
            requirements::check_idle(state, now)?;
            requirements::check_point(state, &journal, point, now)?;
            requirements::check_frequency(cx, state, now)?;
            let preview = plan::preview(state, &journal.past(point));
            Ok(draft.put_recovery(Recovery {
                id,
                point,
                triggered: now,
                preview,
                outcome: Outcome::Open,
            }))
        })
    })?;
    Ok(InitiatePointInTimeRecoveryResponse {
        restoration: Some(recovery.view(Status::PreviewGenerating)),
    })
}

fn check_plan(state: &PoolState) -> Result<(), CognitoError> {
    let reason = "point-in-time recovery needs UserPoolTier ESSENTIALS or PLUS";
    Feature::PointInTimeRecovery.require(&state.settings, reason)
}

/// The recovery that a request names.
fn require<'a>(state: &'a PoolState, id: &str) -> Result<&'a Arc<Recovery>, CognitoError> {
    check_plan(state)?;
    state.recoveries.named(id).ok_or_else(|| {
        Refusal::RecoveryUnknown { id: id.to_owned() }
            .because("the pool has no such recovery; ListPointInTimeRecoveries shows them")
    })
}

/// The recovery that a request names, to be started or cancelled.
fn require_open(cx: &Context, state: &PoolState, id: &str) -> Result<Recovery, CognitoError> {
    let recovery = require(state, id)?;
    let now = cx.now();
    if recovery.is_active(now) {
        return Ok(Recovery::clone(recovery));
    }
    let status = recovery.status(now);
    Refusal::RecoveryStatus {
        id: recovery.id.to_string(),
        status: status.to_string(),
    }
    .refuse(format!(
        "only a recovery that is {} can be started or cancelled; initiate another one",
        Status::PreviewGenerated
    ))
}

/// `StartPointInTimeRecovery`: one change, which readers see whole.
///
/// # Errors
/// An unknown pool or recovery, one that is over.
pub fn start_point_in_time_recovery(
    cx: &Context,
    req: StartPointInTimeRecoveryRequest,
) -> Result<StartPointInTimeRecoveryResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let journal = requirements::journal(cx, &pool)?;
    let recovery = pool.change(|draft| {
        let recovery = require_open(cx, draft.state(), &req.restore_id)?;
        requirements::check_known(&journal, recovery.point)?;
        plan::apply(draft, &journal.past(recovery.point));
        Ok(draft.put_recovery(Recovery {
            outcome: Outcome::Completed(cx.now()),
            ..recovery
        }))
    })?;
    Ok(StartPointInTimeRecoveryResponse {
        restoration: Some(recovery.view(Status::Restoring)),
    })
}

/// `CancelPointInTimeRecovery`.
///
/// # Errors
/// An unknown pool or recovery, one that is over.
pub fn cancel_point_in_time_recovery(
    cx: &Context,
    req: CancelPointInTimeRecoveryRequest,
) -> Result<CancelPointInTimeRecoveryResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let recovery = pool.change(|draft| {
        let recovery = require_open(cx, draft.state(), &req.restore_id)?;
        Ok(draft.put_recovery(Recovery {
            outcome: Outcome::Cancelled,
            ..recovery
        }))
    })?;
    Ok(CancelPointInTimeRecoveryResponse {
        restoration: Some(recovery.view(Status::PreviewCancelled)),
    })
}

/// `DescribePointInTimeRecovery`.
///
/// # Errors
/// An unknown pool or recovery.
pub fn describe_point_in_time_recovery(
    cx: &Context,
    req: DescribePointInTimeRecoveryRequest,
) -> Result<DescribePointInTimeRecoveryResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let recovery = pool.read(|state| require(state, &req.restore_id).cloned())?;
    Ok(DescribePointInTimeRecoveryResponse {
        restoration: Some(recovery.view(recovery.status(cx.now()))),
    })
}

/// `ListPointInTimeRecoveries`: the latest first, without previews (documented).
///
/// # Errors
/// An unknown pool, a bad token.
pub fn list_point_in_time_recoveries(
    cx: &Context,
    req: ListPointInTimeRecoveriesRequest,
) -> Result<ListPointInTimeRecoveriesResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    pool.read(check_plan)?;
    let scope = format!("ListPointInTimeRecoveries {}", pool.id);
    let before = page::position(cx, &scope, req.next_token.as_deref())?;
    // Places never change: what is initiated meanwhile stands before what a page has shown.
    let before = before.and_then(|place| place.parse::<usize>().ok());
    let limit = page::limit(req.max_results);
    let mut found: Vec<_> = pool.read(|state| {
        let latest = state.recoveries.latest_first();
        latest
            .skip_while(|(place, _)| before.is_some_and(|before| *place >= before))
            .take(limit + 1)
            .map(|(place, recovery)| (place, Arc::clone(recovery)))
            .collect()
    });
    let next_token = page::cut(cx, &scope, &mut found, limit, |(place, _)| {
        place.to_string()
    });
    let now = cx.now();
    let found = found.iter().map(|(_, recovery)| recovery.summary(now));
    Ok(ListPointInTimeRecoveriesResponse {
        restorations: Some(found.collect()),
        next_token,
    })
}

#[cfg(test)]
mod tests;
