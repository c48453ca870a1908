//! The test API, under `/_poolhouse/`: what AWS cannot give a test author. Never mixed into AWS's
//! surface; each route is usable with curl.
//!
//! A [`Route`] says of itself what it is and does, in the file that serves it; a request for none of
//! [`ROUTES`] is answered with the list.

mod aliases;
mod authority;
mod branches;
mod clock;
mod deliveries;
mod diff;
mod events;
mod faults;
mod idp;
mod imports;
mod invocations;
mod members;
mod messages;
mod page;
mod passkeys;
mod quotas;
mod requests;
mod route;
mod rules;
mod secrets;
mod snapshots;
mod totp;
mod turn;
mod verify;

pub(crate) use self::quotas::{TAKES as TAKEN_BY_QUOTAS, wrong as wrong_of_quotas};

use bytes::Bytes;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ALLOW, HeaderValue,
};
use hyper::http::request::Parts;
use hyper::{Method, Request, StatusCode};
use serde_json::{Value, json};

use self::route::{Call, Content, READS, Refused, Route, Serve, reads};
use crate::http::body::{BodyFault, Sent, Whole};
use crate::http::door::{Door, Peer};
use crate::http::reply::{self, Reply};
use crate::http::{cors, guard};

/// What a health probe reads.
pub(super) const HEALTHY: &str = r#"{"ok":true}"#;

const HEALTH: Route = Route {
    path: "health",
    methods: READS,
    about: "whether the server is ready",
    serve: Serve::Show(|_| Ok(Content::Json(Bytes::from_static(HEALTHY.as_bytes())))),
};

const ROUTES: &[&Route] = &[
    &HEALTH,
    &messages::ROUTE,
    &messages::ONE,
    &events::ROUTE,
    &requests::ROUTE,
    &verify::ROUTE,
    &clock::ROUTE,
    &imports::ROUTE,
    &imports::LOG,
    &deliveries::ROUTE,
    &faults::ROUTE,
    &faults::ONE,
    &rules::RISK,
    &rules::UNDELIVERABLE,
    &rules::TRIGGERS,
    &invocations::ROUTE,
    &totp::ROUTE,
    &passkeys::ROUTE,
    &passkeys::CREATE,
    &passkeys::GET,
    &passkeys::ONE,
    &quotas::ROUTE,
    &secrets::ROUTE,
    &idp::ROUTE,
    &idp::AUTHORIZE,
    &idp::TOKEN,
    &idp::USERINFO,
    &idp::KEYS,
    &idp::DISCOVERY,
    &idp::METADATA,
    &idp::SIGN_ON,
    &idp::SIGN_OUT,
    &idp::PEOPLE,
    &snapshots::ROUTE,
    &snapshots::ONE,
    &snapshots::RESTORE,
    &snapshots::DIFF,
    &snapshots::RESET,
    &branches::ROUTE,
    &branches::ONE,
    &branches::CLONE,
    &turn::ROUTE,
    &turn::ONE,
    &authority::ROUTE,
];

/// Whether a path is of the test API, or may be one that suites for other servers call.
pub(super) fn is_at(path: &str) -> bool {
    path == "/_poolhouse" || path.starts_with("/_poolhouse/") || aliases::may_be(path)
}

/// Answers a request of the test API.
pub(super) async fn serve(door: &Door, peer: &Peer, request: Request<Sent>) -> Reply {
    let (head, body) = request.into_parts();
    let mut body = Some(body);
    let admitted = if idp::is_open(head.uri.path()) {
        Ok(None)
    } else {
        guard::admit(&head, &door.guests)
    };
    let mut reply = match admitted {
        Ok(origin) => {
            let reply = answer(door, peer, &head, &mut body).await;
            finish(&head, origin.cloned(), reply)
        }
        Err(text) => error(door, &Refused(StatusCode::FORBIDDEN, text)),
    };
    if let Some(body) = body {
        door.discard(&head.headers, body, &mut reply).await;
    }
    reply
}

/// The answer; a body that is read for it is taken.
async fn answer(door: &Door, peer: &Peer, head: &Parts, body: &mut Option<Sent>) -> Reply {
    let path = head.uri.path();
    let (path, routes) = match path.strip_prefix("/_poolhouse") {
        Some(path) => (path, ROUTES),
        None => (path, &aliases::ROUTES[..]),
    };
    let path: Vec<_> = path.trim_matches('/').split('/').collect();
    let Some(route) = routes.iter().find(|route| matches(route.path, &path)) else {
        return no_such_route(door);
    };
    if guard::is_preflight(&head.headers) {
        return preflight(door, route);
    }
    if !route.methods.contains(&head.method) {
        return wrong_method(door, route.methods);
    }
    let query = head.uri.query().unwrap_or_default();
    if let Err(refused) = check_query(route, query, &head.method) {
        return error(door, &refused);
    }
    let call = Call {
        door,
        peer,
        head,
        method: &head.method,
        headers: &head.headers,
        path,
        query,
    };
    let answer = match route.serve {
        Serve::Show(show) => show(&call),
        Serve::Wait(wait) => wait(&call).await,
        Serve::Change { show, .. } if reads(call.method) => show(&call),
        Serve::Change { change, .. } => match read(door, peer, head, body).await {
            Ok(body) => change(&call, bytes_of(body.as_ref())),
            Err(fault) => return unread(door, fault),
        },
        Serve::Work(work) => match read(door, peer, head, body).await {
            Ok(body) => work(&call, bytes_of(body.as_ref())).await,
            Err(fault) => return unread(door, fault),
        },
    };
    let now = door.shared.clock.now();
    match answer {
        Ok(Content::Json(body)) => reply::json(StatusCode::OK, body, now),
        Ok(Content::Other(status, body)) => reply::json(status, body, now),
        Ok(Content::Text(text)) => reply::text(text, now),
        Ok(Content::Pem(text)) => reply::file("application/x-pem-file", text, now),
        Ok(Content::Events(events)) => reply::events(events, now),
        Ok(Content::Whole(reply)) => *reply,
        Err(refused) => error(door, &refused),
    }
}

/// Refuses parameters where nobody reads them: what `?account=…` was to leave alone would be lost too. Probes
/// may have what keeps them from caches.
fn check_query(route: &Route, query: &str, method: &Method) -> Result<(), Refused> {
    let first = route.path.split('/').next().unwrap_or_default();
    let is_read = match route.path {
        "health" | "ca.pem" | "messages" | "invocations" => true,
        "events" | "requests" | "deliveries" | "secrets" | "quotas" => reads(method),
        "snapshots/NAME/diff" | "users/POOL/USERNAME/totp" => true,
        "idp/people" => false,
        _ => first == "idp" || aliases::may_be(route.path),
    };
    let name = query.split(['=', '&']).next().unwrap_or_default();
    if is_read || name.is_empty() {
        return Ok(());
    }
    let place = if reads(method) || method == Method::DELETE {
        "it takes none"
    } else {
        "what it takes stands in its body"
    };
    let text = format!("{} has no parameter {name}: {place}", route.path);
    Err(Refused::bad_request(text))
}

/// The body, which keeps its room until the answer is there.
async fn read<'a>(
    door: &'a Door,
    peer: &'a Peer,
    head: &Parts,
    body: &mut Option<Sent>,
) -> Result<Option<Whole<'a>>, BodyFault> {
    match body.take() {
        Some(body) => door.read(peer, &head.headers, body).await.map(Some),
        None => Ok(None),
    }
}

fn bytes_of<'b>(body: Option<&'b Whole<'_>>) -> &'b [u8] {
    body.map_or(b"", |body| &body.bytes)
}

fn unread(door: &Door, fault: BodyFault) -> Reply {
    let mut reply = error(door, &fault.refusal(&door.limits).into());
    if fault.is_cut_off() {
        reply::closing(&mut reply);
    }
    reply
}

fn preflight(door: &Door, route: &Route) -> Reply {
    let mut reply = reply::empty(StatusCode::NO_CONTENT, door.shared.clock.now());
    let headers = reply.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, list(route.methods));
    headers.insert(
        ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("content-type"),
    );
    reply
}

fn finish(head: &Parts, origin: Option<HeaderValue>, mut reply: Reply) -> Reply {
    if let Some(origin) = origin {
        cors::allow_origin(&origin, reply.headers_mut());
    }
    if head.method == Method::HEAD {
        reply::without_body(reply)
    } else {
        reply
    }
}

/// Whether these are the parts of a route's path; a part in capitals stands for any one part.
fn matches(route: &str, path: &[&str]) -> bool {
    let parts: Vec<_> = route.split('/').collect();
    let fits = |(part, given): (&&str, &&str)| {
        part.bytes().all(|byte| byte.is_ascii_uppercase()) || part == given
    };
    parts.len() == path.len() && parts.iter().zip(path).all(fits)
}

fn error(door: &Door, Refused(status, text): &Refused) -> Reply {
    let body = json!({ "error": text }).to_string();
    let mut reply = reply::json(*status, body, door.shared.clock.now());
    reply
        .headers_mut()
        .insert(reply::REASON, reply::safe_header(text));
    reply
}

fn no_such_route(door: &Door) -> Reply {
    let text = "no such route of the test API";
    let rows = ROUTES.iter().map(|route| {
        let methods: Vec<_> = route.methods.iter().map(Method::as_str).collect();
        let path = format!("/_poolhouse/{}", route.path);
        json!({ "path": path, "methods": methods, "about": route.about })
    });
    let routes: Vec<Value> = rows.collect();
    let body = json!({ "error": text, "routes": routes }).to_string();
    let mut reply = reply::json(StatusCode::NOT_FOUND, body, door.shared.clock.now());
    reply
        .headers_mut()
        .insert(reply::REASON, reply::safe_header(text));
    reply
}

fn wrong_method(door: &Door, methods: &[Method]) -> Reply {
    let allowed = list(methods);
    let text = format!("this route takes {}", allowed.to_str().unwrap_or_default());
    let mut reply = error(door, &Refused(StatusCode::METHOD_NOT_ALLOWED, text));
    reply.headers_mut().insert(ALLOW, allowed);
    reply
}

fn list(methods: &[Method]) -> HeaderValue {
    let names: Vec<_> = methods.iter().map(Method::as_str).collect();
    HeaderValue::try_from(names.join(", ")).unwrap_or(HeaderValue::from_static("GET"))
}
