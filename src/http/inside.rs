//! Requests from within this process: they enter by the same door as those of a connection, without one.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::Request;
use hyper::header::{CONTENT_LENGTH, HOST, HeaderValue};
use tokio::sync::watch;

use super::body::{Sent, Share};
use super::door::{Door, Peer};
use super::event_stream::Told;
use super::faults;
use super::guard::Guests;
use super::limits::Limits;
use super::origin::{LastOrigin, Scheme};
use super::reply::Reply;
use crate::context::Shared;

/// A server that listens nowhere.
pub(crate) struct Inside {
    door: Door,
    peer: Peer,
    /// Dropped with the server, which ends whoever waits.
    _closing: watch::Sender<bool>,
}

/// A request as a client writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// The path with its query.
    pub(crate) target: String,
    /// `Host`; the length of the body is told without being asked for.
    pub(crate) host: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    /// Names in small letters, in the order of the answer.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Answered {
    /// The first header of this name, which is written in small letters.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(given, _)| given == name);
        found.map(|(_, value)| value.as_str())
    }
}

impl Inside {
    /// Serves `shared` to whoever holds this, as `port` of this machine.
    pub(crate) fn new(shared: Arc<Shared>, limits: Limits, guests: Guests, port: u16) -> Self {
        let (closing, closes) = watch::channel(false);
        let address = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Self {
            door: Door::new(shared, limits, guests, None, closes),
            peer: Peer {
                address: address(0),
                local: address(port),
                scheme: Scheme::Http,
                last_origin: LastOrigin::default(),
                socket: None,
                unread: Arc::default(),
                share: Share::of_one_at_a_time(),
            },
            _closing: closing,
        }
    }

    /// Answers a request as it is answered on the wire. Of server-sent events, which have no end, there is
    /// the head alone.
    ///
    /// # Errors
    /// What cannot stand in a request of HTTP, and a fault that leaves a connection without an answer.
    pub(crate) async fn answer(&self, asked: Asked) -> Result<Answered, String> {
        let request = asked.into_request()?;
        let reply = self.door.answer_contained(&self.peer, request).await;
        let reply = faults::within(&self.door, reply).await;
        let reply = reply.map_err(|broken| broken.to_string())?;
        Ok(Answered::from_reply(reply).await)
    }
}

impl Asked {
    fn into_request(self) -> Result<Request<Sent>, String> {
        let mut request = Request::builder()
            .method(self.method.as_str())
            .uri(self.target)
            .header(HOST, self.host);
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        let length = self.body.len();
        let mut request = request
            .body(Sent::from(self.body))
            .map_err(|error| error.to_string())?;
        if length > 0 {
            let headers = request.headers_mut();
            headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        Ok(request)
    }
}

impl Answered {
    async fn from_reply(reply: Reply) -> Self {
        let (head, body) = reply.into_parts();
        let body = match body {
            Told::Whole(whole) => match whole.collect().await {
                Ok(whole) => whole.to_bytes(),
                Err(never) => match never {},
            },
            Told::Events(_) => Bytes::new(),
        };
        let headers = head.headers.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        });
        Self {
            status: head.status.as_u16(),
            headers: headers.collect(),
            body,
        }
    }
}
