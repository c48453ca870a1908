//! AWS JSON 1.1, the protocol of both services: `POST /` with the operation in `X-Amz-Target`.
//!
//! The order of checks is target, signature, JSON, then the operation's own (inferred). A call that
//! names no operation of the services gets the front end's answer, which has another shape
//! (observed).

use std::pin::pin;

use bytes::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderName};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Request};
use serde_json::Value;
use tokio::sync::SemaphorePermit;
use uuid::Uuid;

use super::body::{self, Sent};
use super::call_log::{CallLog, Ending};
use super::door::{Door, Peer};
use super::reply::{self, Reply};
use super::{faults, guard, kms, noted, panics, sigv4};
use crate::context::{Caller, Context, Signer};
use crate::control::faults::{Applied, Struck};
use crate::control::journal::InFlight;
use crate::dispatch;
use crate::dispatch::call::{Call, Operation};
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::model::{cognito_identity, cognito_idp, tree};

pub(super) const TARGET: HeaderName = HeaderName::from_static("x-amz-target");

const USER_POOLS: &str = "AWSCognitoIdentityProviderService";

const IDENTITY_POOLS: &str = "AWSCognitoIdentityService";

/// What a call is answered.
struct Answer {
    body: Vec<u8>,
    /// Why there is less in it than a caller may expect.
    remark: Option<String>,
    /// What the journal alone tells: a client is not to know.
    aside: Option<String>,
}

/// How a call was not carried out.
#[derive(Debug, PartialEq)]
enum Fault {
    /// By its operation, or on the way to it.
    Refused(CognitoError),
    /// It is no call of an operation.
    NotUnderstood(&'static str),
    /// By a rule of the test: nothing of it happened.
    Struck(Struck),
    /// A rule had it wait, and its client left meanwhile.
    Left,
}

impl From<faults::HasLeft> for Fault {
    fn from(_: faults::HasLeft) -> Self {
        Self::Left
    }
}

impl From<CognitoError> for Fault {
    fn from(error: CognitoError) -> Self {
        Self::Refused(error)
    }
}

/// Answers a call.
pub(super) async fn serve(door: &Door, peer: &Peer, request: Request<Sent>) -> Reply {
    let request_id = door.shared.entropy.uuid(Purpose::Requests);
    let log = CallLog::start(request_id);
    let (head, body) = request.into_parts();
    let route = route(&head.headers);
    let mut aside = Aside {
        log,
        note: noted::call(door, peer, &head, route.ok(), request_id),
        lost: None,
    };
    let (body, cut_off) = match door.read(peer, &head.headers, body).await {
        Ok(body) => (Ok(body), false),
        Err(fault) => (Err(fault.refusal(&door.limits)), fault.is_cut_off()),
    };
    if let Ok(body) = &body {
        aside.note.note(|request| request.take_input(&body.bytes));
    }
    if route == Err(RouteFault::ForeignTarget) && kms::is_called(&head.headers) {
        let caller = Caller {
            request_id: Some(request_id),
            ..door.caller(peer, &head)
        };
        let Aside { log, mut note, .. } = aside;
        let mut reply = kms::serve(door, peer, &head, body, caller, &log, &mut note).await;
        noted::sent(note, &mut reply);
        if cut_off {
            reply::closing(&mut reply);
        }
        return reply;
    }
    let mut made = None;
    let outcome = match (&route, body) {
        (_, Err(error)) => Err(error.into()),
        (Err(fault), _) => Err(fault.answer()),
        // Taken once the body is whole: who sends slowly keeps no place from others.
        (Ok(operation), Ok(body)) => match door.place(peer).await {
            Err(error) => Err(error.into()),
            Ok(place) => {
                let caller = || Caller {
                    request_id: Some(request_id),
                    ..door.caller(peer, &head)
                };
                // The tree that is made of the bytes keeps their room.
                let (bytes, _room) = body.into_parts();
                let request = Asked {
                    peer,
                    head: &head,
                    operation: *operation,
                };
                call(door, &request, caller, bytes, &mut made, &mut aside, place).await
            }
        },
    };
    let operation = route.as_ref().map_or("none", |operation| operation.name());
    let mut reply = conclude(door, operation, request_id, made.as_ref(), aside, outcome);
    if cut_off {
        reply::closing(&mut reply);
    }
    reply
}

/// The answer of a call, and its lines in log and journal.
fn conclude(
    door: &Door,
    operation: &str,
    request_id: Uuid,
    made: Option<&Call>,
    aside: Aside<'_>,
    outcome: Result<Answer, Fault>,
) -> Reply {
    let now = door.shared.clock.now();
    let Aside {
        log,
        mut note,
        lost,
    } = aside;
    let mut end = |ending: &Ending<'_>| {
        log.end(operation, made, ending);
        noted::ended(&mut note, ending);
    };
    let mut in_place = None;
    let reply = match outcome {
        Ok(Answer {
            body,
            remark,
            aside,
        }) => {
            end(&Ending::Answered(remark.as_deref()));
            if let Some(aside) = aside {
                note.note(|request| request.reason = Some(aside.into()));
            }
            let body = Bytes::from(body);
            note.note(|request| request.take_output(&body));
            reply::success(body, remark.as_deref(), request_id, now)
        }
        Err(Fault::Refused(error)) => {
            end(&Ending::Refused(&error));
            reply::refusal(&error, request_id, now)
        }
        Err(Fault::NotUnderstood(reason)) => {
            end(&Ending::NotUnderstood(reason));
            reply::not_understood(reason, request_id, now)
        }
        Err(Fault::Struck(struck)) => {
            let reason = faults::reason(&struck);
            log.end(operation, made, &Ending::Answered(Some(&reason)));
            faults::answer(in_place.insert(struck), request_id, now)
        }
        Err(Fault::Left) => {
            log.end(operation, made, &Ending::Answered(Some(faults::LEFT)));
            faults::left(now)
        }
    };
    let mut reply = match &lost {
        None => reply,
        Some(struck) => faults::marred(struck, reply, request_id, now),
    };
    if let Some(struck) = lost.as_ref().or(in_place.as_ref()) {
        noted::marred(&mut note, struck);
    }
    noted::sent(note, &mut reply);
    reply
}

/// What is known of a call besides its outcome.
struct Aside<'d> {
    log: CallLog,
    /// For the journal.
    note: InFlight<'d>,
    /// The rule of the test that takes the answer, when it is there.
    lost: Option<Struck>,
}

/// The request of a call.
struct Asked<'a> {
    peer: &'a Peer,
    head: &'a Parts,
    operation: Operation,
}

async fn call<'d>(
    door: &'d Door,
    asked: &Asked<'_>,
    caller: impl FnOnce() -> Caller,
    body: Bytes,
    made: &mut Option<Call>,
    aside: &mut Aside<'_>,
    place: Option<SemaphorePermit<'d>>,
) -> Result<Answer, Fault> {
    let Asked {
        head, operation, ..
    } = *asked;
    let credential = credential_of(operation, &head.headers)?;
    if credential.is_some() {
        guard::admit_signed(head, &door.guests)?;
    }
    let call = made.insert(Call::new(operation, parse(&body)?));
    drop(body);
    let mut caller = caller();
    if let Some(credential) = credential {
        caller.signer = Signer::in_region(credential.region);
        caller.account = credential.account;
    }
    aside.note.note(|request| noted::caller(request, &caller));
    let cx = Context::new(std::sync::Arc::clone(&door.shared), caller);
    aside.note.note(|request| {
        if let Some(about) = dispatch::journal::about(&cx, call) {
            request.about = about.into();
        }
    });
    match dispatch::faults::strike(&cx, call, faults::way(head)) {
        None => carried_out(door, cx, call, place, &mut aside.note).await,
        // Boxed: it is rare, and a future is moved for each request.
        Some(struck) => Box::pin(harmed(door, asked.peer, cx, call, place, struck, aside)).await,
    }
}

/// A call that a rule applies to. Whoever waits keeps no place from others.
async fn harmed<'d>(
    door: &'d Door,
    peer: &Peer,
    cx: Context,
    call: &Call,
    mut place: Option<SemaphorePermit<'d>>,
    struck: Struck,
    aside: &mut Aside<'_>,
) -> Result<Answer, Fault> {
    aside.log.struck(&struck.rule);
    if let Some(id) = cx.caller.request_id {
        noted::struck(door, &mut aside.note, &struck, call.operation.name(), id);
    }
    if struck.applied == Applied::Before && !struck.delay.is_zero() {
        drop(place);
        faults::wait(door, peer, &struck, Applied::Before).await?;
        place = door.place(peer).await?;
    }
    if faults::is_in_place(&struck) {
        return Err(Fault::Struck(struck));
    }
    let outcome = carried_out(door, cx, call, place, &mut aside.note).await;
    faults::wait(door, peer, &struck, Applied::After).await?;
    aside.lost = Some(struck);
    outcome
}

async fn carried_out(
    door: &Door,
    cx: Context,
    call: &Call,
    place: Option<SemaphorePermit<'_>>,
    note: &mut InFlight<'_>,
) -> Result<Answer, Fault> {
    let held = cx.hold(place);
    let work = dispatch::serve(&cx, call);
    // Contained here already, so that the call has its line in the log.
    let done = body::in_time(door.limits.request_time, panics::contained(pin!(work))).await;
    drop(held);
    let mut aside = None;
    note.note(|request| {
        if let Some(about) = request.about.get_mut() {
            dispatch::journal::look_again(&cx, call, about);
            // Somebody has a sub besides the name.
            let is_unknown = about.user.all.len() == 1;
            if is_unknown && matches!(done, Some(Some(Ok(_)))) {
                aside = dispatch::near_misses::hidden(&cx, call);
            }
        }
    });
    match done {
        Some(outcome) => {
            let body = outcome.unwrap_or_else(|| Err(panics::refusal()))?;
            Ok(Answer {
                body,
                remark: cx.into_remark(),
                aside,
            })
        }
        None => Err(Refusal::Internal
            .because("the operation took longer than --request-timeout")
            .into()),
    }
}

/// The credential, where the operation is signed; a signature on another one is ignored (inferred).
fn credential_of(
    operation: Operation,
    headers: &HeaderMap,
) -> Result<Option<sigv4::Credential>, CognitoError> {
    use crate::model::cognito_idp::Operation::GetClientToken;
    use crate::model::cognito_idp::Operation::GetDerivedToken;

    let (signed, service) = match operation {
        // SDKs sign these two, as the model has it; the documentation authorizes them by client
        // id and secret alone, so they pass unsigned too.
        Operation::UserPool(GetClientToken | GetDerivedToken) => (
            headers.contains_key(hyper::header::AUTHORIZATION),
            "cognito-idp",
        ),
        Operation::UserPool(operation) => (operation.signed(), "cognito-idp"),
        Operation::IdentityPool(operation) => (operation.signed(), "cognito-identity"),
    };
    signed
        .then(|| sigv4::credential_of(headers, service))
        .transpose()
}
/// Why a call has no operation to go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RouteFault {
    NoTarget,
    ForeignTarget,
    ForeignType,
    UnknownOperation,
}

impl RouteFault {
    fn answer(self) -> Fault {
        match self {
            Self::NoTarget => Fault::NotUnderstood(
                "the X-Amz-Target header is missing; it names service and operation, such as \
                 AWSCognitoIdentityProviderService.InitiateAuth",
            ),
            Self::ForeignTarget => Fault::NotUnderstood(
                "X-Amz-Target must begin with AWSCognitoIdentityProviderService., \
                 AWSCognitoIdentityService. or TrentService.",
            ),
            Self::ForeignType => {
                Fault::NotUnderstood("Content-Type must be application/x-amz-json-1.1")
            }
            Self::UnknownOperation => Refusal::OperationUnknown
                .because(
                    "the service model has no operation of this name; names are case-sensitive",
                )
                .into(),
        }
    }
}

fn route(headers: &HeaderMap) -> Result<Operation, RouteFault> {
    let target = headers.get(TARGET).ok_or(RouteFault::NoTarget)?;
    let target = target.to_str().map_err(|_| RouteFault::ForeignTarget)?;
    let (service, name) = target.split_once('.').ok_or(RouteFault::ForeignTarget)?;
    if !is_aws_json(headers) {
        return Err(RouteFault::ForeignType);
    }
    match service {
        USER_POOLS => cognito_idp::Operation::from_name(name).map(Operation::UserPool),
        IDENTITY_POOLS => cognito_identity::Operation::from_name(name).map(Operation::IdentityPool),
        _ => return Err(RouteFault::ForeignTarget),
    }
    .ok_or(RouteFault::UnknownOperation)
}

/// JSON 1.1, which SDKs send; 1.0, which some clients send; either with parameters; or no type.
fn is_aws_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return true;
    };
    let kind = value
        .as_bytes()
        .split(|byte| *byte == b';')
        .next()
        .unwrap_or_default();
    let kind = kind.trim_ascii();
    kind.is_empty()
        || kind.eq_ignore_ascii_case(b"application/x-amz-json-1.1")
        || kind.eq_ignore_ascii_case(b"application/x-amz-json-1.0")
}

/// The JSON tree of a body; none at all is an empty object (inferred), as is `null`.
pub(crate) fn parse(body: &[u8]) -> Result<Value, CognitoError> {
    if body.is_empty() {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    match tree::parse(body) {
        Ok(Value::Null) => Ok(Value::Object(serde_json::Map::new())),
        Ok(value) => Ok(value),
        // AWS sends no sentence (observed), so the reason says it. What the text was it must not: the
        // body may hold a password. That a tree too large is answered the same is inferred.
        Err(fault) => Refusal::Serialization {
            text: String::new(),
        }
        .refuse(format!("the body is {fault}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn headers(target: &str, kind: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(TARGET, target.parse().unwrap());
        if let Some(kind) = kind {
            headers.insert(CONTENT_TYPE, kind.parse().unwrap());
        }
        headers
    }

    #[test]
    fn a_target_names_service_and_operation() {
        let sign_up = Ok(Operation::UserPool(cognito_idp::Operation::SignUp));
        let get_id = Ok(Operation::IdentityPool(cognito_identity::Operation::GetId));
        let cases = [
            (
                "AWSCognitoIdentityProviderService.SignUp",
                Some("application/x-amz-json-1.1"),
                sign_up,
            ),
            (
                "AWSCognitoIdentityProviderService.SignUp",
                Some("Application/X-Amz-Json-1.0; charset=utf-8"),
                sign_up,
            ),
            ("AWSCognitoIdentityProviderService.SignUp", None, sign_up),
            (
                "AWSCognitoIdentityProviderService.SignUp",
                Some(""),
                sign_up,
            ),
            ("AWSCognitoIdentityService.GetId", None, get_id),
            (
                "AWSCognitoIdentityService.SignUp",
                None,
                Err(RouteFault::UnknownOperation),
            ),
            (
                "AWSCognitoIdentityProviderService.signUp",
                None,
                Err(RouteFault::UnknownOperation),
            ),
            (
                "AWSCognitoIdentityProviderService",
                None,
                Err(RouteFault::ForeignTarget),
            ),
            (
                "DynamoDB_20120810.ListTables",
                None,
                Err(RouteFault::ForeignTarget),
            ),
            (
                "AWSCognitoIdentityProviderService.SignUp",
                Some("application/json"),
                Err(RouteFault::ForeignType),
            ),
        ];
        for (target, kind, expected) in cases {
            assert_eq!(route(&headers(target, kind)), expected, "{target} {kind:?}");
        }
        assert_eq!(route(&HeaderMap::new()), Err(RouteFault::NoTarget));
    }

    #[test]
    fn a_body_that_is_not_json_has_no_message_and_its_text_stays_out_of_the_reason() {
        let error = parse(br#"{"Password":"hunter2","#).unwrap_err();
        assert_eq!(
            (error.code(), &*error.message()),
            ("SerializationException", "")
        );
        assert!(error.reason().contains("line 1") && !error.reason().contains("hunter2"));
        for empty in [&b""[..], b"null", b"{}"] {
            assert_eq!(parse(empty), Ok(serde_json::json!({})));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_parsed_or_refused(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&body);
        }

        #[test]
        fn any_headers_are_routed_or_refused(target in "\\PC*", kind in "\\PC*") {
            let mut headers = HeaderMap::new();
            if let Ok(target) = target.parse() {
                headers.insert(TARGET, target);
            }
            if let Ok(kind) = kind.parse() {
                headers.insert(CONTENT_TYPE, kind);
            }
            let _ = route(&headers);
        }
    }
}
