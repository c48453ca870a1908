//! Auth events: what is remembered of each, how they are listed, and feedback on them.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::require_guard;
use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    AdminListUserAuthEventsRequest, AdminListUserAuthEventsResponse,
    AdminUpdateAuthEventFeedbackRequest, AdminUpdateAuthEventFeedbackResponse, FeedbackValueType,
    UpdateAuthEventFeedbackRequest, UpdateAuthEventFeedbackResponse,
};
use crate::model::{PoolId, Secret, Username};
use crate::page;
use crate::store::event_id;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::threats::{AuthEvent, Feedback};
use crate::store::user_pool::user::User;
use crate::user_pool::messages::log_delivery;
use crate::user_pool::{regional, users};

/// What a feedback token is sealed for.
const FEEDBACK: &str = "auth event feedback";

/// Keeps a new event and has it logged.
pub(super) fn record(cx: &Context, pool: &UserPool, user: &User, event: AuthEvent) {
    let event = Arc::new(event);
    let kept = pool.change(|draft| {
        let logs = Arc::clone(regional::logs(cx, draft.state()));
        if draft.state().users.with_sub(user.sub).is_some() {
            draft.record_auth_event(user.sub, Arc::clone(&event));
        }
        Ok(logs)
    });
    // A pool that was deleted meanwhile has no events.
    if let Ok(logs) = kept {
        log_delivery::deliver_activity(cx, pool, &logs, || event.log_record(cx, pool, user));
    }
}

/// Changes an event as it is now and has that logged; false if there is none with this id.
pub(super) fn amend(
    cx: &Context,
    pool: &UserPool,
    user: &User,
    id: Uuid,
    edit: impl FnOnce(&mut AuthEvent),
) -> bool {
    let kept = pool.change(|draft| {
        let Some(event) = draft.state().threats.events.get(user.sub, id) else {
            return Ok(None);
        };
        let mut event = AuthEvent::clone(event);
        edit(&mut event);
        let event = Arc::new(event);
        let logs = Arc::clone(regional::logs(cx, draft.state()));
        draft.replace_auth_event(user.sub, id, Arc::clone(&event));
        Ok(Some((event, logs)))
    });
    let Ok(Some((event, logs))) = kept else {
        return false;
    };
    log_delivery::deliver_activity(cx, pool, &logs, || event.log_record(cx, pool, user));
    true
}

/// A new id, as tokens made now would have it.
pub(super) fn new_id(cx: &Context, user: &User) -> Uuid {
    let ids: &event_id::EventIds = &cx.tokens.event_ids;
    let told = event_id::Told::new(user.sign_out_epoch(), cx.store.era());
    ids.make(&cx.entropy, told)
}

/// What proves to UpdateAuthEventFeedback that the caller got the notification.
pub(super) fn feedback_token(cx: &Context, pool: &UserPool, id: Uuid) -> String {
    let plain = format!("{} {id}", pool.id);
    let nonce = cx.entropy.bytes(Purpose::Tokens);
    URL_SAFE_NO_PAD.encode(cx.seal.seal(nonce, FEEDBACK, plain.as_bytes()))
}

fn is_token_of(cx: &Context, token: &Secret, pool: &UserPool, id: &str) -> bool {
    let opened = URL_SAFE_NO_PAD
        .decode(token.expose())
        .ok()
        .and_then(|sealed| cx.seal.open(FEEDBACK, &sealed));
    opened.is_some_and(|plain| plain == format!("{} {id}", pool.id).as_bytes())
}

fn guarded_pool(cx: &Context, id: &PoolId) -> Result<Arc<UserPool>, CognitoError> {
    let pool = cx.pool(id)?;
    require_guard(&pool.settings())?;
    Ok(pool)
}

/// `AdminListUserAuthEvents`, newest first.
///
/// # Errors
/// An unknown pool or user, a pool without threat protection, a bad token.
pub fn admin_list_user_auth_events(
    cx: &Context,
    req: AdminListUserAuthEventsRequest,
) -> Result<AdminListUserAuthEventsResponse, CognitoError> {
    let pool = guarded_pool(cx, &req.user_pool_id)?;
    let sub = pool.read(|state| users::require(state, &req.username).map(|user| user.sub))?;
    let scope = format!("AdminListUserAuthEvents {} {sub}", pool.id);
    let after = page::position(cx, &scope, req.next_token.as_deref())?;
    let after = after.and_then(|id| Uuid::try_parse(&id).ok());
    let now = cx.now();
    let mut found = pool.read(|state| state.threats.events.behind(sub, after, now));
    let limit = page::limit(req.max_results);
    let next_token = page::cut(cx, &scope, &mut found, limit, |event| event.id.to_string());
    Ok(AdminListUserAuthEventsResponse {
        auth_events: Some(found.iter().map(|event| event.view()).collect()),
        next_token,
    })
}

/// `AdminUpdateAuthEventFeedback`.
///
/// # Errors
/// An unknown pool, user or event, a pool without threat protection.
pub fn admin_update_auth_event_feedback(
    cx: &Context,
    req: AdminUpdateAuthEventFeedbackRequest,
) -> Result<AdminUpdateAuthEventFeedbackResponse, CognitoError> {
    let pool = guarded_pool(cx, &req.user_pool_id)?;
    // The name of the provider is from the documentation; that of the user's own is inferred.
    take_feedback(
        cx,
        &pool,
        &req.username,
        &req.event_id,
        req.feedback_value,
        "Admin",
    )?;
    Ok(AdminUpdateAuthEventFeedbackResponse::default())
}

/// `UpdateAuthEventFeedback`. A token may be used again, and does not expire (inferred).
///
/// # Errors
/// An unknown pool, user or event, a pool without threat protection, a token that is not the event's.
pub fn update_auth_event_feedback(
    cx: &Context,
    req: UpdateAuthEventFeedbackRequest,
) -> Result<UpdateAuthEventFeedbackResponse, CognitoError> {
    // Unsigned: the token speaks for the caller.
    let pool = cx.store.pool(&req.user_pool_id)?;
    require_guard(&pool.settings())?;
    if !is_token_of(cx, &req.feedback_token, &pool, &req.event_id) {
        return Refusal::FeedbackTokenInvalid.refuse(
            "the token is not the one that the notification of this event carries in place of \
             {feedback-token}",
        );
    }
    take_feedback(
        cx,
        &pool,
        &req.username,
        &req.event_id,
        req.feedback_value,
        "User",
    )?;
    Ok(UpdateAuthEventFeedbackResponse::default())
}

fn take_feedback(
    cx: &Context,
    pool: &UserPool,
    username: &Username,
    id: &str,
    value: FeedbackValueType,
    provider: &'static str,
) -> Result<(), CognitoError> {
    let user = pool.read(|state| users::require(state, username).cloned())?;
    let given = cx.now();
    let known = Uuid::try_parse(id).is_ok_and(|id| {
        amend(cx, pool, &user, id, |event| {
            event.feedback = Some(Feedback {
                value,
                provider,
                given,
            });
        })
    });
    if known {
        return Ok(());
    }
    Refusal::AuthEventUnknown
        .refuse("the user has no such event; AdminListUserAuthEvents shows them")
}
