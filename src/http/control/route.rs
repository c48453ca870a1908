//! A route of the test API: each file here exports its own, and `ROUTES` lists them.

use std::pin::Pin;

use bytes::Bytes;
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, StatusCode};

use crate::error::CognitoError;
use crate::http::door::{Door, Peer};
use crate::http::event_stream::Events;
use crate::http::reply::{self, Reply};

/// One route: what is said of it, and what it does.
pub(super) struct Route {
    /// Below `/_poolhouse/`; a part in capitals stands for any one part.
    pub(super) path: &'static str,
    pub(super) methods: &'static [Method],
    /// What a request for no route is told of it.
    pub(super) about: &'static str,
    pub(super) serve: Serve,
}

/// What a route does.
pub(super) enum Serve {
    /// Answers from what there is.
    Show(fn(&Call<'_>) -> Answer),
    /// Waits for what is to come.
    Wait(for<'a> fn(&'a Call<'a>) -> Waiting<'a>),
    /// Shows on GET and HEAD; changes by the body on every other method.
    Change {
        show: fn(&Call<'_>) -> Answer,
        change: fn(&Call<'_>, &[u8]) -> Answer,
    },
    /// Answers by the body once work is done that no thread which serves connections does.
    Work(for<'a> fn(&'a Call<'a>, &'a [u8]) -> Waiting<'a>),
}

/// One request for a route.
pub(super) struct Call<'a> {
    pub(super) door: &'a Door,
    pub(super) peer: &'a Peer,
    pub(super) head: &'a Parts,
    pub(super) method: &'a Method,
    pub(super) headers: &'a HeaderMap,
    /// The parts of the path below `/_poolhouse/`.
    pub(super) path: Vec<&'a str>,
    pub(super) query: &'a str,
}

/// What a route answers.
pub(super) type Answer = Result<Content, Refused>;

/// An answer on its way.
pub(super) type Waiting<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

/// The body of an answer.
pub(super) enum Content {
    Json(Bytes),
    /// JSON with a status of its own.
    Other(StatusCode, Bytes),
    Text(String),
    Pem(String),
    Events(Events),
    /// An answer that is not of the test API's own kind.
    Whole(Box<Reply>),
}

/// A refusal of the test API: status, and a text that says what is right.
#[derive(Debug, PartialEq)]
pub(super) struct Refused(pub(super) StatusCode, pub(super) String);

impl Refused {
    pub(super) fn bad_request(text: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, text.into())
    }
}

/// What is no business of a route: its body was not read, or the answers before it were not.
impl From<CognitoError> for Refused {
    fn from(error: CognitoError) -> Self {
        Self(reply::status(&error), error.reason().to_owned())
    }
}

pub(super) const READS: &[Method] = &[Method::GET, Method::HEAD];

/// Reads, and is changed by POST or PUT alike.
pub(super) const READS_AND_CHANGES: &[Method] =
    &[Method::GET, Method::HEAD, Method::POST, Method::PUT];

pub(super) fn reads(method: &Method) -> bool {
    READS.contains(method)
}
