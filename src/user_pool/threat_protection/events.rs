//! Auth events: what is remembered of each, how they are listed, and feedback on them.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::require_guard;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    AdminListUserAuthEventsRequest, AdminListUserAuthEventsResponse,
    AdminUpdateAuthEventFeedbackRequest, AdminUpdateAuthEventFeedbackResponse, AuthEventType,
    ChallengeName, ChallengeResponse, ChallengeResponseType, EventContextDataType,
    EventFeedbackType, EventResponseType, EventRiskType, EventType, FeedbackValueType,
    RiskDecisionType, RiskLevelType, UpdateAuthEventFeedbackRequest,
    UpdateAuthEventFeedbackResponse,
};
use crate::model::{ClientId, PoolId, Secret, Username};
use crate::page;
use crate::store::Pool;
use crate::user_pool::users::{self, User};
use crate::user_pool::{log_delivery, replicas, tokens};

/// Documented: events are kept for two years.
const LIFE: Duration = Duration::from_secs(2 * 365 * 24 * 60 * 60);

/// Events kept of one user; AWS names no limit.
const PER_USER: usize = 500;

/// What a feedback token is sealed for.
const FEEDBACK: &str = "auth event feedback";

/// What risk makes of the second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Demand {
    /// As the pool and the user have it.
    #[default]
    None,
    /// Asked for if the user has one.
    IfConfigured,
    /// Asked for, and who has none is refused.
    Required,
}

/// Feedback on an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Feedback {
    value: FeedbackValueType,
    provider: &'static str,
    given: Timestamp,
}

/// Something a user did.
#[derive(Debug, Clone, PartialEq)]
pub struct AuthEvent {
    /// Its id; that of a sign-in is in its tokens.
    pub id: Uuid,
    /// What it was.
    pub kind: EventType,
    /// When it began.
    pub created: Timestamp,
    /// How it went.
    pub response: EventResponseType,
    /// What the assessment led to.
    pub decision: RiskDecisionType,
    /// How risky it was.
    pub level: Option<RiskLevelType>,
    /// Whether its password has leaked.
    pub compromised: bool,
    /// Answers given, in order.
    pub challenges: Vec<(ChallengeName, ChallengeResponse)>,
    /// What risk makes of the second factor.
    pub demand: Demand,
    /// Where it came from.
    pub address: Option<String>,
    /// The user's device, in words.
    pub device: String,
    /// The app client.
    pub client: ClientId,
    /// Whether the request carried context data.
    pub has_context: bool,
    /// What was said of it.
    pub feedback: Option<Feedback>,
}

impl AuthEvent {
    fn view(&self) -> AuthEventType {
        let challenges = self
            .challenges
            .iter()
            .map(|(name, response)| ChallengeResponseType {
                challenge_name: Some(*name),
                challenge_response: Some(*response),
            });
        AuthEventType {
            event_id: Some(self.id.to_string()),
            event_type: Some(self.kind),
            creation_date: Some(self.created),
            event_response: Some(self.response),
            event_risk: Some(EventRiskType {
                risk_decision: Some(self.decision),
                risk_level: self.level,
                compromised_credentials_detected: Some(self.compromised),
            }),
            challenge_responses: Some(challenges.collect()),
            event_context_data: Some(EventContextDataType {
                ip_address: self.address.clone(),
                device_name: Some(self.device.clone()),
                ..EventContextDataType::default()
            }),
            event_feedback: self.feedback.as_ref().map(|said| EventFeedbackType {
                feedback_value: said.value,
                provider: said.provider.to_owned(),
                feedback_date: Some(said.given),
            }),
        }
    }

    /// The record of an activity log (documented members, and the forms of dates and of a decision
    /// without risk; values where the page has none, and that every member is a text, are inferred).
    fn log_record(&self, cx: &Context, pool: &Pool, user: &User) -> Value {
        let challenges: Vec<String> = self
            .challenges
            .iter()
            .map(|(name, response)| format!("{}:{}", name.as_str(), response.as_str()))
            .collect();
        let said = self.feedback.as_ref();
        json!({
            "eventTimestamp": cx.now().0.to_string(),
            "eventSource": "USER_ACTIVITY",
            "logLevel": "INFO",
            "message": {
                "version": "1",
                "eventId": self.id.to_string(),
                "eventType": self.kind.as_str(),
                "userSub": user.sub.to_string(),
                "userName": user.username.to_string(),
                "userPoolId": pool.id.to_string(),
                "clientId": self.client.to_string(),
                "creationDate": dated(self.created),
                "eventResponse": self.response.as_str(),
                "riskLevel": self.level.map_or("", |level| level.as_str()),
                "riskDecision": match self.decision {
                    RiskDecisionType::NoRisk => "PASS",
                    risky => risky.as_str(),
                },
                "challenges": challenges,
                "deviceName": self.device,
                "ipAddress": self.address.as_deref().unwrap_or_default(),
                "requestId": cx.caller.request_id.map_or(String::new(), |id| id.to_string()),
                "idpName": "",
                "compromisedCredentialDetected": self.compromised.to_string(),
                "city": "",
                "country": "",
                "eventFeedbackValue": said.map_or("", |said| said.value.as_str()),
                "eventFeedbackDate": said.map_or(String::new(), |said| dated(said.given)),
                "eventFeedbackProvider": said.map_or("", |said| said.provider),
                "hasContextData": self.has_context.to_string(),
            },
            "logSourceId": { "userPoolId": pool.id.to_string() },
        })
    }
}

/// `Wed Jul 17 17:25:55 UTC 2024`, as records of logs have dates (documented).
fn dated(moment: Timestamp) -> String {
    let at = moment.calendar().unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (day, month) = (at.weekday().to_string(), at.month().to_string());
    format!(
        "{} {} {:02} {:02}:{:02}:{:02} UTC {}",
        &day[..3],
        &month[..3],
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        at.year()
    )
}

/// The events of a pool's users, each user's oldest first.
#[derive(Debug, Default)]
pub struct AuthEvents(BTreeMap<Uuid, VecDeque<Arc<AuthEvent>>>);

impl AuthEvents {
    /// What is over is only passed over by lists: the clock may be put back.
    pub(super) fn record(&mut self, sub: Uuid, event: Arc<AuthEvent>) {
        let events = self.0.entry(sub).or_default();
        if events.len() >= PER_USER {
            events.pop_front();
        }
        events.push_back(event);
    }

    pub(super) fn replace(&mut self, sub: Uuid, id: Uuid, event: Arc<AuthEvent>) {
        let known = self.0.get_mut(&sub).into_iter().flatten();
        if let Some(known) = known.into_iter().find(|known| known.id == id) {
            *known = event;
        }
    }

    /// A user is gone, and the events with it.
    pub fn remove_user(&mut self, sub: Uuid) {
        self.0.remove(&sub);
    }

    /// An event of a user.
    pub fn get(&self, sub: Uuid, id: Uuid) -> Option<&Arc<AuthEvent>> {
        self.0.get(&sub)?.iter().find(|event| event.id == id)
    }

    /// The last event of this kind that is still under way.
    pub fn last_open(&self, sub: Uuid, kind: EventType) -> Option<&Arc<AuthEvent>> {
        let mut latest = self.0.get(&sub)?.iter().rev();
        latest.find(|event| event.kind == kind && event.response == EventResponseType::InProgress)
    }

    /// A user's events, newest first (order inferred), behind the one with this id.
    fn behind(&self, sub: Uuid, after: Option<Uuid>, now: Timestamp) -> Vec<Arc<AuthEvent>> {
        let events = self.0.get(&sub).into_iter().flatten().rev();
        let mut found: Vec<_> = events
            .filter(|event| !is_over(event, now))
            .cloned()
            .collect();
        if let Some(after) = after {
            let place = found.iter().position(|event| event.id == after);
            found.drain(..place.map_or(found.len(), |place| place + 1));
        }
        found
    }
}

fn is_over(event: &AuthEvent, now: Timestamp) -> bool {
    event.created.plus(LIFE) <= now
}

/// Keeps a new event and has it logged.
pub(super) fn record(cx: &Context, pool: &Pool, user: &User, event: AuthEvent) {
    let event = Arc::new(event);
    let kept = pool.change(|draft| {
        let logs = Arc::clone(replicas::logs(cx, draft.state()));
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
    pool: &Pool,
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
        let logs = Arc::clone(replicas::logs(cx, draft.state()));
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
    let ids: &tokens::event_id::EventIds = &cx.tokens.event_ids;
    ids.make(&cx.entropy, user.sign_out_epoch())
}

/// What proves to UpdateAuthEventFeedback that the caller got the notification.
pub(super) fn feedback_token(cx: &Context, pool: &Pool, id: Uuid) -> String {
    let plain = format!("{} {id}", pool.id);
    let nonce = cx.entropy.bytes(Purpose::Tokens);
    URL_SAFE_NO_PAD.encode(cx.seal.seal(nonce, FEEDBACK, plain.as_bytes()))
}

fn is_token_of(cx: &Context, token: &Secret, pool: &Pool, id: &str) -> bool {
    let opened = URL_SAFE_NO_PAD
        .decode(token.expose())
        .ok()
        .and_then(|sealed| cx.seal.open(FEEDBACK, &sealed));
    opened.is_some_and(|plain| plain == format!("{} {id}", pool.id).as_bytes())
}

fn guarded_pool(cx: &Context, id: &PoolId) -> Result<Arc<Pool>, CognitoError> {
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
    pool: &Pool,
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
