//! Answers of the authorization server: redirects, pages and JSON, with the headers that AWS's have.

use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    EXPIRES, HeaderName, HeaderValue, LOCATION, PRAGMA, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use hyper::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

use super::Call;
use crate::clock::Timestamp;
use crate::http::reply::{self, Reply};
use crate::oauth::error::{Code, Refused, Rejection};

/// The id of a request, as these endpoints tell it (observed).
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-cognito-request-id");

const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=UTF-8");

const HTML: HeaderValue = HeaderValue::from_static("text/html;charset=UTF-8");

/// What a page may load and where its forms may go; that redirects to apps are among the latter is why there is
/// no `form-action`.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'",
);

/// Gives an answer the headers of AWS's (observed). `Strict-Transport-Security` goes with HTTPS alone (RFC 6797,
/// 7.2): over plain HTTP browsers pass over it.
fn finish(reply: &mut Reply, base: &str, request_id: Uuid) {
    let headers = reply.headers_mut();
    let value = HeaderValue::from_static;
    headers.insert(
        CACHE_CONTROL,
        value("no-cache, no-store, max-age=0, must-revalidate"),
    );
    headers.insert(PRAGMA, value("no-cache"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, value("nosniff"));
    headers.insert(X_FRAME_OPTIONS, value("DENY"));
    headers.insert(HeaderName::from_static("x-xss-protection"), value("0"));
    if base.starts_with("https://") {
        let life = value("max-age=31536000 ; includeSubDomains");
        headers.insert(STRICT_TRANSPORT_SECURITY, life);
    }
    if let Ok(id) = HeaderValue::try_from(request_id.to_string()) {
        headers.insert(REQUEST_ID, id);
    }
}

fn explain(reply: &mut Reply, reason: &str) {
    reply
        .headers_mut()
        .insert(reply::REASON, reply::safe_header(reason));
}

/// Sends a browser on.
pub(super) fn redirect(call: &Call<'_>, location: &str) -> Reply {
    let mut reply = reply::empty(StatusCode::FOUND, call.cx.now());
    let headers = reply.headers_mut();
    headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    // Whatever was asked for is encoded by now; an address of an app is what its client has.
    headers.insert(LOCATION, reply::location(location));
    finish(&mut reply, &call.site.base, call.request_id);
    reply
}

/// Sends a browser where a refusal is told.
pub(super) fn rejected(call: &Call<'_>, rejection: &Rejection) -> Reply {
    let mut reply = redirect(call, &rejection.location(&call.site.base));
    explain(&mut reply, rejection.reason());
    reply
}

/// A page.
pub(super) fn page(call: &Call<'_>, status: StatusCode, body: String) -> Reply {
    let mut reply = reply::html(status, body, call.cx.now());
    finish(&mut reply, &call.site.base, call.request_id);
    let headers = reply.headers_mut();
    headers.insert(CONTENT_TYPE, HTML);
    headers.insert(EXPIRES, HeaderValue::from_static("0"));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static("en-US"));
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    // The address of a page may hold what is for this server alone.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    reply
}

/// A page that says why something is refused.
pub(super) fn page_because(
    call: &Call<'_>,
    status: StatusCode,
    body: String,
    reason: &str,
) -> Reply {
    let mut reply = page(call, status, body);
    explain(&mut reply, reason);
    reply
}

/// JSON.
pub(super) fn json(call: &Call<'_>, body: Vec<u8>) -> Reply {
    let mut reply = reply::json(StatusCode::OK, body, call.cx.now());
    finish(&mut reply, &call.site.base, call.request_id);
    reply.headers_mut().insert(CONTENT_TYPE, JSON);
    reply
}

/// No body.
pub(super) fn nothing(call: &Call<'_>) -> Reply {
    let mut reply = reply::empty(StatusCode::OK, call.cx.now());
    finish(&mut reply, &call.site.base, call.request_id);
    reply
}

/// A refused call of a program: 400 whatever it is (documented).
pub(super) fn refused(refused: &Refused, request_id: Uuid, now: Timestamp) -> Reply {
    refused_with(StatusCode::BAD_REQUEST, refused, request_id, now)
}

/// The same with a status of its own.
pub(super) fn refused_with(
    status: StatusCode,
    refused: &Refused,
    request_id: Uuid,
    now: Timestamp,
) -> Reply {
    let status = match refused.code {
        Code::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
        Code::SlowDown => StatusCode::TOO_MANY_REQUESTS,
        _ => status,
    };
    let mut reply = reply::json(status, refused.to_json(), now);
    finish(&mut reply, "", request_id);
    reply.headers_mut().insert(CONTENT_TYPE, JSON);
    explain(&mut reply, refused.reason());
    reply
}

/// Nothing is served at a path of a pool's domain: 404 with JSON (observed; what stands in it is not, inferred).
pub(super) fn not_found(base: &str, request_id: Uuid, now: Timestamp) -> Reply {
    let body = json!({"error": "not_found", "error_description": "Resource not found"});
    let mut reply = reply::json(StatusCode::NOT_FOUND, body.to_string(), now);
    finish(&mut reply, base, request_id);
    reply.headers_mut().insert(CONTENT_TYPE, JSON);
    explain(
        &mut reply,
        "a user pool's domain has pages and OAuth 2.0 endpoints alone; its discovery document and keys stand \
         below its issuer",
    );
    reply
}

/// A method that a path does not have (observed for `/logout`, inferred for others and for the body).
pub(super) fn not_allowed(methods: &[Method], request_id: Uuid, now: Timestamp) -> Reply {
    let methods: Vec<&str> = methods.iter().map(Method::as_str).collect();
    let methods = methods.join(", ");
    let body = json!({"error": "invalid_request", "error_description": "Method Not Allowed"});
    let mut reply = reply::json(StatusCode::METHOD_NOT_ALLOWED, body.to_string(), now);
    finish(&mut reply, "", request_id);
    let headers = reply.headers_mut();
    headers.insert(CONTENT_TYPE, JSON);
    headers.insert(ALLOW, reply::safe_header(&methods));
    explain(&mut reply, &format!("the path takes {methods}"));
    reply
}
