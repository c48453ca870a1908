//! Cross-origin access for browser SDKs, which call the service directly.
//!
//! Observed on AWS: a request with an `Origin` is answered with any origin allowed and the error
//! headers exposed; a preflight may be kept for two days. That the preflight echoes the requested
//! method and headers is inferred. There are no credentials: AWS allows none.

use hyper::HeaderMap;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderName, HeaderValue,
};

/// AWS's list, and the reason, which only Poolhouse sends.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date,x-poolhouse-reason",
);

const TWO_DAYS: HeaderValue = HeaderValue::from_static("172800");

const ANY: HeaderValue = HeaderValue::from_static("*");

/// Chrome asks so before a public page may reach a loopback address.
const REQUEST_PRIVATE: HeaderName =
    HeaderName::from_static("access-control-request-private-network");

const ALLOW_PRIVATE: HeaderName = HeaderName::from_static("access-control-allow-private-network");

/// Lets any page read the answer.
pub(super) fn allow_any(answer: &mut HeaderMap) {
    answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    answer.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
}

/// Lets the page at `origin`, and no other, read the answer.
pub(super) fn allow_origin(origin: &HeaderValue, answer: &mut HeaderMap) {
    answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    answer.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
}

/// Answers a preflight: what is asked for is allowed.
pub(super) fn preflight(request: &HeaderMap, answer: &mut HeaderMap) {
    answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    answer.insert(ACCESS_CONTROL_MAX_AGE, TWO_DAYS);
    let method = request.get(ACCESS_CONTROL_REQUEST_METHOD).cloned();
    let method = method.unwrap_or(HeaderValue::from_static("POST"));
    answer.insert(ACCESS_CONTROL_ALLOW_METHODS, method);
    if let Some(headers) = request.get(ACCESS_CONTROL_REQUEST_HEADERS) {
        answer.insert(ACCESS_CONTROL_ALLOW_HEADERS, headers.clone());
    }
    if request.contains_key(REQUEST_PRIVATE) {
        answer.insert(ALLOW_PRIVATE, HeaderValue::from_static("true"));
    }
}
