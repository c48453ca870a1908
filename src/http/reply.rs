//! Answers: their common headers, AWS's JSON errors, and Poolhouse's own.

use std::cell::RefCell;
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderName, HeaderValue,
};
use hyper::http::Extensions;
use hyper::{HeaderMap, Response, StatusCode};
use uuid::Uuid;

use super::event_stream::{Events, Told};
use crate::clock::Timestamp;
use crate::error::{CognitoError, Refusal};
use crate::kms::Refused;

/// An answer.
pub(super) type Reply = Response<Told>;

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

const ERROR_MESSAGE: HeaderName = HeaderName::from_static("x-amzn-errormessage");

/// Which check failed and what would pass; only Poolhouse tells.
pub(super) const REASON: HeaderName = HeaderName::from_static("x-poolhouse-reason");

const AWS_JSON: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.1");

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Header copies of long texts are cut, since clients bound their headers (Node: 16 KiB in all).
const LONGEST_HEADER: usize = 2048;

/// An answer of the given kind with the headers that each of AWS's answers has.
fn reply(status: StatusCode, kind: HeaderValue, body: Bytes, now: Timestamp) -> Reply {
    let mut headers = HeaderMap::with_capacity(8);
    headers.insert(CONTENT_TYPE, kind);
    headers.insert(DATE, date(now));
    let mut reply = Response::new(Told::Whole(Full::new(body)));
    *reply.status_mut() = status;
    *reply.headers_mut() = headers;
    reply
}

/// The answer of an operation, with the reason why it holds less than a caller may expect.
pub(super) fn success(
    body: Vec<u8>,
    remark: Option<&str>,
    request_id: Uuid,
    now: Timestamp,
) -> Reply {
    let mut reply = reply(StatusCode::OK, AWS_JSON, body.into(), now);
    identify(&mut reply, request_id);
    if let Some(reason) = remark {
        explain(&mut reply, reason);
    }
    reply
}

/// The answer of a refused operation: type and message in the body and in headers, as observed.
pub(super) fn refusal(error: &CognitoError, request_id: Uuid, now: Timestamp) -> Reply {
    let message = error.message();
    let body = error_body(error.code(), &message);
    let mut reply = reply(status(error), AWS_JSON, body.into(), now);
    identify(&mut reply, request_id);
    let headers = reply.headers_mut();
    headers.insert(ERROR_TYPE, safe_header(&format!("{}:", error.code())));
    if !message.is_empty() {
        headers.insert(ERROR_MESSAGE, safe_header(&message));
    }
    explain(&mut reply, error.reason());
    reply
}

/// An error that a test asks for: as a refusal has it, of which only type and message are known.
pub(super) fn failing(
    code: &str,
    message: &str,
    reason: &str,
    request_id: Uuid,
    now: Timestamp,
) -> Reply {
    let body = error_body(code, message);
    let mut reply = reply(status_of(code), AWS_JSON, body.into(), now);
    identify(&mut reply, request_id);
    let headers = reply.headers_mut();
    headers.insert(ERROR_TYPE, safe_header(&format!("{code}:")));
    if !message.is_empty() {
        headers.insert(ERROR_MESSAGE, safe_header(message));
    }
    explain(&mut reply, reason);
    reply
}

/// What AWS KMS refuses: 400 for all but its own failures (documented), in the form of its errors.
pub(super) fn refused_by_kms(refused: &Refused, request_id: Uuid, now: Timestamp) -> Reply {
    let status = match refused.code {
        "KMSInternalException" => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    };
    let body = error_body(refused.code, &refused.message);
    let mut reply = reply(status, AWS_JSON, body.into(), now);
    identify(&mut reply, request_id);
    explain(&mut reply, &refused.reason);
    reply
}

/// What AWS's front end answers to what is no call of an operation (observed, with this status).
pub(super) fn not_understood(reason: &str, request_id: Uuid, now: Timestamp) -> Reply {
    const BODY: &[u8] = br#"{"code":"BadRequest","message":"The server did not understand the operation that was requested.","type":"client"}"#;
    let mut reply = reply(
        StatusCode::NOT_FOUND,
        AWS_JSON,
        Bytes::from_static(BODY),
        now,
    );
    identify(&mut reply, request_id);
    explain(&mut reply, reason);
    reply
}

/// Plain JSON: key sets, discovery, health, the test API.
pub(super) fn json(status: StatusCode, body: impl Into<Bytes>, now: Timestamp) -> Reply {
    reply(status, JSON, body.into(), now)
}

/// A file of a user pool's pages.
pub(super) fn file(content_type: &'static str, body: impl Into<Bytes>, now: Timestamp) -> Reply {
    let kind = HeaderValue::from_static(content_type);
    reply(StatusCode::OK, kind, body.into(), now)
}

/// A page.
pub(super) fn html(status: StatusCode, body: String, now: Timestamp) -> Reply {
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    reply(status, kind, body.into(), now)
}

/// Server-sent events, as they come.
pub(super) fn events(events: Events, now: Timestamp) -> Reply {
    let kind = HeaderValue::from_static("text/event-stream");
    let mut reply = reply(StatusCode::OK, kind, Bytes::new(), now);
    let no_cache = HeaderValue::from_static("no-cache");
    reply.headers_mut().insert(CACHE_CONTROL, no_cache);
    *reply.body_mut() = Told::Events(events);
    reply
}

/// What S3 says of a request it refuses.
pub(super) fn xml(status: StatusCode, body: String, now: Timestamp) -> Reply {
    let kind = HeaderValue::from_static("application/xml");
    reply(status, kind, body.into(), now)
}

/// Plain text of the test API.
pub(super) fn text(body: String, now: Timestamp) -> Reply {
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    reply(StatusCode::OK, kind, body.into(), now)
}

/// No body.
pub(super) fn empty(status: StatusCode, now: Timestamp) -> Reply {
    let mut reply = reply(status, JSON, Bytes::new(), now);
    reply.headers_mut().remove(CONTENT_TYPE);
    reply
}

/// The same answer as `HEAD` gets it: the length of the body in place of the body.
pub(super) fn without_body(reply: Reply) -> Reply {
    let (mut head, body) = reply.into_parts();
    let length = hyper::body::Body::size_hint(&body)
        .exact()
        .unwrap_or_default();
    head.headers
        .insert(CONTENT_LENGTH, HeaderValue::from(length));
    head.extensions = Extensions::new();
    Response::from_parts(head, Told::default())
}

/// Says that the connection ends here: the rest of the request was not read.
pub(super) fn closing(reply: &mut Reply) {
    reply
        .headers_mut()
        .insert(CONNECTION, HeaderValue::from_static("close"));
}

fn explain(reply: &mut Reply, reason: &str) {
    reply.headers_mut().insert(REASON, safe_header(reason));
}

fn identify(reply: &mut Reply, request_id: Uuid) {
    let mut text = Uuid::encode_buffer();
    let text = request_id.hyphenated().encode_lower(&mut text);
    if let Ok(value) = HeaderValue::from_str(text) {
        reply.headers_mut().insert(REQUEST_ID, value);
    }
}

/// Modelled errors are 400 (observed), the service's own failures 500, and what the common errors
/// page of the API reference gives a status of its own has that one.
pub(super) fn status(error: &CognitoError) -> StatusCode {
    match (&error.refusal, error.code()) {
        (Refusal::OperationUnknown, _) => StatusCode::NOT_FOUND,
        (Refusal::RequestTooLarge, _) => StatusCode::PAYLOAD_TOO_LARGE,
        (Refusal::RequestTimeout, _) => StatusCode::REQUEST_TIMEOUT,
        (_, code) => status_of(code),
    }
}

/// The status of an exception type, as the common errors page has it where the server gives none itself.
fn status_of(code: &str) -> StatusCode {
    match code {
        "InternalErrorException" | "InternalServerException" | "InternalFailure" => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
        "ServiceUnavailable" => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    }
}

/// `{"__type":…,"message":…}`. SerializationException spells `Message` (observed), and an error
/// without a sentence has the type alone.
fn error_body(code: &str, message: &str) -> Vec<u8> {
    let mut body = Vec::with_capacity(64 + message.len());
    body.extend_from_slice(b"{\"__type\":\"");
    body.extend_from_slice(code.as_bytes());
    body.push(b'"');
    if !message.is_empty() {
        let key: &[u8] = if code == "SerializationException" {
            b",\"Message\":"
        } else {
            b",\"message\":"
        };
        body.extend_from_slice(key);
        body.extend_from_slice(serde_json::Value::from(message).to_string().as_bytes());
    }
    body.push(b'}');
    body
}

/// `text` as a header can carry it: line ends at its end are cut, all else outside printable ASCII
/// is percent-encoded. How AWS does it is not known (inferred).
pub(super) fn safe_header(text: &str) -> HeaderValue {
    let mut safe = String::with_capacity(text.len());
    for byte in text.trim_end_matches(['\r', '\n']).bytes() {
        if safe.len() > LONGEST_HEADER {
            break;
        }
        match byte {
            b' '..=b'~' => safe.push(char::from(byte)),
            _ => safe.push_str(&format!("%{byte:02X}")),
        }
    }
    HeaderValue::try_from(safe).unwrap_or(HeaderValue::from_static(""))
}

/// An address that a browser is sent to. What cannot stand in one is percent-encoded, the text beyond ASCII of a
/// callback URL too.
pub(super) fn location(address: &str) -> HeaderValue {
    let mut safe = String::with_capacity(address.len());
    for byte in address.bytes() {
        match byte {
            b'!'..=b'~' => safe.push(char::from(byte)),
            _ => safe.push_str(&format!("%{byte:02X}")),
        }
    }
    HeaderValue::try_from(safe).unwrap_or(HeaderValue::from_static("/"))
}

/// The `Date` header; the text of the current second is kept.
fn date(now: Timestamp) -> HeaderValue {
    thread_local! {
        static LAST: RefCell<Option<(i64, HeaderValue)>> = const { RefCell::new(None) };
    }
    LAST.with_borrow_mut(|last| match last {
        Some((second, value)) if *second == now.seconds() => value.clone(),
        _ => {
            let value = HeaderValue::try_from(imf_fixdate(now))
                .unwrap_or(HeaderValue::from_static("Thu, 01 Jan 1970 00:00:00 GMT"));
            *last = Some((now.seconds(), value.clone()));
            value
        }
    })
}

/// RFC 9110, 5.6.7; a moment outside of the years from 1970 to 9999, which the library writes, shows as
/// the epoch.
fn imf_fixdate(now: Timestamp) -> String {
    const YEAR_10000: u64 = 253_402_300_800;
    let seconds = u64::try_from(now.seconds()).unwrap_or_default();
    let seconds = if seconds < YEAR_10000 { seconds } else { 0 };
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_date_is_an_http_date() {
        let cases = [
            ("1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 GMT"),
            ("2026-01-31T23:59:59.999Z", "Sat, 31 Jan 2026 23:59:59 GMT"),
            ("9999-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 GMT"),
            ("1969-12-31T23:59:59Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ];
        for (moment, expected) in cases {
            let moment = Timestamp::parse_rfc3339(moment).unwrap();
            assert_eq!(date(moment), expected);
        }
        for beyond in [253_402_300_800_000, i64::MAX, i64::MIN] {
            assert_eq!(date(Timestamp(beyond)), "Thu, 01 Jan 1970 00:00:00 GMT");
        }
    }

    #[test]
    fn error_bodies_have_awss_shape() {
        let internal = "InternalErrorException";
        let cases = [
            (
                internal,
                "a \"b\"\n",
                r#"{"__type":"InternalErrorException","message":"a \"b\"\n"}"#,
            ),
            (
                "SerializationException",
                "Expected map or null",
                r#"{"__type":"SerializationException","Message":"Expected map or null"}"#,
            ),
            (
                "SerializationException",
                "",
                r#"{"__type":"SerializationException"}"#,
            ),
            (
                "UnknownOperationException",
                "",
                r#"{"__type":"UnknownOperationException"}"#,
            ),
        ];
        for (code, message, expected) in cases {
            assert_eq!(
                String::from_utf8(error_body(code, message)).unwrap(),
                expected
            );
        }
    }

    #[test]
    fn statuses_follow_the_refusal() {
        let operation = String::from("CreateToken");
        let cases = [
            (Refusal::UserUnknown, 400),
            (Refusal::Internal, 500),
            (Refusal::OperationUnknown, 404),
            (Refusal::OperationNotServed { operation }, 400),
            (Refusal::RequestTooLarge, 413),
            (Refusal::RequestTimeout, 408),
            (Refusal::MalformedRequest, 400),
            (Refusal::MissingAuthenticationToken, 400),
        ];
        for (refusal, expected) in cases {
            assert_eq!(status(&refusal.because("")).as_u16(), expected);
        }
    }

    #[test]
    fn header_copies_are_printable() {
        assert_eq!(safe_header("required\r\n"), "required");
        assert_eq!(safe_header("é\tb\nc"), "%C3%A9%09b%0Ac");
    }

    proptest! {
        #[test]
        fn any_text_fits_a_header(text in any::<String>()) {
            let value = safe_header(&text);
            prop_assert!(value.to_str().is_ok());
        }
    }
}
