//! Answers of the test API.

use hyper::{Method, StatusCode};

/// A refusal of the test API: status, and a text that says what is right.
#[derive(Debug, PartialEq)]
pub(super) struct Refused(pub(super) StatusCode, pub(super) String);

impl Refused {
    pub(super) fn bad_request(text: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, text.into())
    }
}

pub(super) fn reads(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}
