//! Request rates, before an operation runs: what it counts for, and whether it is admitted.

use super::addressee::Addressee;
use super::members::Members;
use crate::context::{Context, Signer};
use crate::error::{CognitoError, Refusal};
use crate::model::AccountRegion;
use crate::model::cognito_idp::Operation;
use crate::quotas::category::Category;
use crate::quotas::{Apart, Enforcement, Request};
use crate::store::user_pool::UserPool;

/// Counts a request that fits its operation, before that looks for what it is about.
///
/// # Errors
/// TooManyRequestsException, when a rate is exceeded.
pub(super) fn admit(
    cx: &Context,
    operation: Operation,
    members: &Members<'_>,
) -> Result<(), CognitoError> {
    let enforcement = cx.quotas.enforcement();
    if enforcement == Enforcement::Off {
        return Ok(());
    }
    let addressee = members.addressee(cx);
    let pool = addressee.pool.as_deref();
    let is_marked = || pool.is_some_and(|pool| pool.settings().emulation.attempt_limits);
    if enforcement == Enforcement::MarkedPools && !is_marked() {
        return Ok(());
    }
    let is_answer = matches!(
        operation,
        Operation::RespondToAuthChallenge | Operation::AdminRespondToAuthChallenge
    );
    // Documented: of all answers, a new password alone counts as the recovery of an account.
    let sets_password = is_answer && members.text("ChallengeName") == Some("NEW_PASSWORD_REQUIRED");
    let category = if sets_password {
        Category::UserAccountRecovery
    } else {
        Category::of(operation).0
    };
    let request = Request {
        place: place(cx, addressee),
        operation,
        category,
        apart: (is_answer && !sets_password).then_some(Apart::Challenge),
        pool: addressee.pool.as_ref().map(|pool| pool.id.clone()),
        user: addressee.user.clone(),
    };
    take(cx, &request)
}

fn take(cx: &Context, request: &Request) -> Result<(), CognitoError> {
    let mut state = cx.quotas.state();
    let taken = state.take(request, cx.now());
    if request.apart != Some(Apart::Code) {
        state.count(&request.place, request.category, |calls| match taken {
            Ok(()) => calls.taken += 1,
            Err(_) => calls.throttled += 1,
        });
    }
    drop(state);
    taken.or_else(|(what, rate)| {
        Refusal::TooManyRequests.refuse(format!(
            "{what}: {rate} requests a second at most; /_poolhouse/quotas shows and sets the rates"
        ))
    })
}

/// What somebody does at the pages and endpoints of a pool's authorization server, as far as it has a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// What an operation does, and counts as that does. Documented for sign-ins, refreshes and machines; inferred
    /// for all else.
    Like(Operation),
    /// A step of a sign-in after its first.
    Challenge,
    /// A new password in place of a temporary one.
    NewPassword,
    /// A code for tokens.
    Code,
    /// A sign-in through an identity provider (documented category; that it counts when it begins is inferred).
    Federation,
}

impl Step {
    fn counts(self) -> (Operation, Category, Option<Apart>) {
        let (answer, sign_in) = (
            Operation::RespondToAuthChallenge,
            Category::UserAuthentication,
        );
        match self {
            Self::Like(operation) => (operation, Category::of(operation).0, None),
            Self::Challenge => (answer, sign_in, Some(Apart::Challenge)),
            Self::NewPassword => (answer, Category::UserAccountRecovery, None),
            Self::Code => (answer, sign_in, Some(Apart::Code)),
            Self::Federation => (Operation::InitiateAuth, Category::UserFederation, None),
        }
    }
}

/// Counts a request to a page or endpoint of a pool's authorization server.
///
/// # Errors
/// TooManyRequestsException, when a rate is exceeded.
pub fn admit_step(cx: &Context, pool: &UserPool, step: Step) -> Result<(), CognitoError> {
    let enforcement = cx.quotas.enforcement();
    if enforcement == Enforcement::Off {
        return Ok(());
    }
    if enforcement == Enforcement::MarkedPools && !pool.settings().emulation.attempt_limits {
        return Ok(());
    }
    let (operation, category, apart) = step.counts();
    take(
        cx,
        &Request {
            place: pool.account_region(),
            operation,
            category,
            apart,
            pool: Some(pool.id.clone()),
            user: None,
        },
    )
}

/// The account and Region that a request counts in: its signer's, or those of the pool.
fn place(cx: &Context, addressee: &Addressee) -> AccountRegion {
    let pool = addressee.pool.as_deref();
    let region = match (cx.caller.region(), pool) {
        (None, Some(pool)) => pool.region(),
        (Some(region), _) => region,
        (None, None) => cx.caller.region_or_default(),
    };
    let account = match pool {
        Some(pool) if cx.caller.signer == Signer::Unsigned => &pool.account,
        Some(_) | None => &cx.caller.account,
    };
    AccountRegion::new(account, region)
}
