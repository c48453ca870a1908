//! The test API, under `/_poolhouse/`: what AWS cannot give a test author. Never mixed into AWS's
//! surface; each route is usable with curl.
//!
//! A route is a row of [`ROUTES`] and an arm of [`Route`]; a request for none is answered with the
//! rows.

pub(crate) mod answer;
mod clock;
mod deliveries;
mod imports;
mod messages;
mod quotas;
mod rules;
mod secrets;

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ALLOW, HeaderValue,
};
use hyper::http::request::Parts;
use hyper::{Method, Request, StatusCode};
use serde_json::{Value, json};

use self::answer::{Refused, reads};
use crate::http::door::Door;
use crate::http::reply::{self, Reply};
use crate::http::{cors, guard};
use crate::user_pool::import_jobs;

/// What a health probe reads.
pub(super) const HEALTHY: &str = r#"{"ok":true}"#;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Route {
    Health,
    Messages,
    Clock,
    Imports,
    ImportLog,
    Deliveries,
    Risk,
    Undeliverable,
    Quotas,
    Secrets,
}

/// Path below `/_poolhouse/`, methods, and what the route does.
const ROUTES: [(&str, &[Method], Route, &str); 10] = [
    (
        "health",
        &[Method::GET, Method::HEAD],
        Route::Health,
        "whether the server is ready",
    ),
    (
        "messages",
        &[Method::GET, Method::HEAD],
        Route::Messages,
        "messages sent: ?after=ID&wait=5s&user_pool=POOL_ID&username=NAME",
    ),
    (
        "clock",
        &[Method::GET, Method::HEAD, Method::POST, Method::PUT],
        Route::Clock,
        r#"the clock; POST {"advance":"31m"}, {"set":"2026-01-31T12:00:00Z"} or {"freeze":true}"#,
    ),
    (
        "imports",
        &[Method::GET, Method::HEAD, Method::POST, Method::PUT],
        Route::Imports,
        r#"user import jobs; POST {"held":true} keeps those that run from their rows"#,
    ),
    (
        "imports/JOB/log",
        &[Method::GET, Method::HEAD],
        Route::ImportLog,
        "what became of each row of a user import job, as text",
    ),
    (
        "deliveries",
        &[Method::GET, Method::HEAD],
        Route::Deliveries,
        "log records delivered: ?after=ID&user_pool=POOL_ID",
    ),
    (
        "risk",
        &[Method::GET, Method::HEAD, Method::PUT, Method::DELETE],
        Route::Risk,
        r#"rules of risk; PUT {"rules":[{"username":"bob","riskLevel":"High"}]}, DELETE drops them"#,
    ),
    (
        "undeliverable",
        &[Method::GET, Method::HEAD, Method::PUT, Method::DELETE],
        Route::Undeliverable,
        r#"which messages are lost; PUT {"rules":[{"destination":"bob@example.com"}]}, DELETE drops them"#,
    ),
    (
        "quotas",
        &[Method::GET, Method::HEAD, Method::POST, Method::PUT],
        Route::Quotas,
        r#"request rates and their use: ?account=ACCOUNT&region=REGION; PUT {"enforced":true} or {"category":"UserRead","rps":5}"#,
    ),
    (
        "secrets",
        &[Method::GET, Method::HEAD],
        Route::Secrets,
        "client secrets that AWS Secrets Manager would keep: ?arn=ARN",
    ),
];

/// Answers a request under `/_poolhouse/`.
pub(super) async fn serve(door: &Door, request: Request<Incoming>) -> Reply {
    let now = door.shared.clock.now();
    let (head, body) = request.into_parts();
    let origin = match guard::admit(&head, &door.allowed_hosts) {
        Ok(origin) => origin.cloned(),
        Err(text) => return error(door, &Refused(StatusCode::FORBIDDEN, text)),
    };
    let path = head
        .uri
        .path()
        .strip_prefix("/_poolhouse")
        .unwrap_or_default();
    let row = ROUTES
        .iter()
        .find(|(name, ..)| matches(name, path.trim_matches('/')));
    let reply = match row {
        None => no_such_route(door),
        Some((_, methods, ..)) if guard::is_preflight(&head.headers) => {
            let mut reply = reply::empty(StatusCode::NO_CONTENT, now);
            let headers = reply.headers_mut();
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, list(methods));
            headers.insert(
                ACCESS_CONTROL_ALLOW_HEADERS,
                HeaderValue::from_static("content-type"),
            );
            reply
        }
        Some((_, methods, ..)) if !methods.contains(&head.method) => wrong_method(door, methods),
        Some((_, _, route, _)) => {
            let answer = match route {
                Route::Health => Ok(Bytes::from_static(HEALTHY.as_bytes())),
                Route::ImportLog => {
                    let job = path.trim_matches('/').split('/').nth(1);
                    match job.and_then(|job| import_jobs::log_of(&door.shared, job)) {
                        Some(text) => return finish(&head, origin, reply::text(text, now)),
                        None => Err(Refused(
                            StatusCode::NOT_FOUND,
                            "no user pool has an import job of this id".into(),
                        )),
                    }
                }
                Route::Messages => messages::serve(door, head.uri.query()).await,
                Route::Deliveries => deliveries::serve(door, head.uri.query()),
                Route::Secrets => secrets::serve(door, head.uri.query()),
                Route::Risk => rules::serve(door, &door.shared.risk_rules, &head, body).await,
                Route::Undeliverable => {
                    rules::serve(door, &door.shared.undeliverable, &head, body).await
                }
                Route::Clock if reads(&head.method) => Ok(clock::show(&door.shared.clock)),
                Route::Imports if reads(&head.method) => Ok(imports::show(&door.shared.imports)),
                Route::Quotas if reads(&head.method) => {
                    quotas::show(&door.shared, head.uri.query())
                }
                Route::Clock | Route::Imports | Route::Quotas => {
                    match door.read(&head.headers, body).await {
                        Ok(body) => change(door, *route, &body.bytes),
                        Err(fault) => {
                            Err(Refused::bad_request(format!("unreadable body: {fault:?}")))
                        }
                    }
                }
            };
            match answer {
                Ok(body) => reply::json(StatusCode::OK, body, door.shared.clock.now()),
                Err(refused) => error(door, &refused),
            }
        }
    };
    finish(&head, origin, reply)
}

fn change(door: &Door, route: Route, body: &[u8]) -> Result<Bytes, Refused> {
    match route {
        Route::Clock => clock::change(&door.shared.clock, body),
        Route::Imports => imports::change(&door.shared.imports, body),
        _ => quotas::change(&door.shared, body),
    }
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

/// Whether `path` is that of a row; a part in capitals stands for any one part.
fn matches(row: &str, path: &str) -> bool {
    let (mut row, mut path) = (row.split('/'), path.split('/'));
    loop {
        match (row.next(), path.next()) {
            (None, None) => return true,
            (Some(part), Some(given)) => {
                let any = part.bytes().all(|byte| byte.is_ascii_uppercase());
                if !any && part != given {
                    return false;
                }
            }
            (Some(_), None) | (None, Some(_)) => return false,
        }
    }
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
    let rows = ROUTES.iter().map(|(name, methods, _, about)| {
        let methods: Vec<_> = methods.iter().map(Method::as_str).collect();
        json!({ "path": format!("/_poolhouse/{name}"), "methods": methods, "about": about })
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
