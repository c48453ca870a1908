//! Everything that knows HTTP.
//!
//! A connection (`connection`) brings requests to the `Door`, whose one routing table sends each
//! to AWS's protocol (`aws_json`), a pool's public documents (`well_known`), the files of import jobs
//! (`uploads`) or the test API (`control`).

mod aws_json;
mod body;
mod call_log;
mod classic_assets;
mod connection;
mod control;
mod cors;
mod guard;
mod limits;
mod listener;
mod origin;
mod outbound;
mod query;
mod reply;
mod sigv4;
mod uploads;
mod well_known;

use std::net::SocketAddr;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, Request, StatusCode};
use tokio::sync::{Semaphore, watch};

pub(crate) use connection::Server;
pub use limits::Limits;
pub(crate) use listener::bind;
pub use listener::{BindError, Host};
pub(crate) use origin::{host_of, is_authority};
pub(crate) use outbound::outbound;

use crate::context::{Caller, DEFAULT_ACCOUNT, Shared, Signer};
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::http::body::{BodyFault, Room, Whole};
use crate::http::call_log::RequestLog;
use crate::http::origin::LastOrigin;
use crate::http::reply::Reply;
use crate::http::well_known::Document;
use crate::user_pool::import_jobs::upload::Object;

/// The other end of a connection, and what is remembered of it between requests.
#[derive(Debug)]
pub(crate) struct Peer {
    address: SocketAddr,
    /// The listener's own address, which stands in for a missing `Host`.
    local: SocketAddr,
    last_origin: LastOrigin,
}

/// Where every request enters.
pub(crate) struct Door {
    shared: Arc<Shared>,
    limits: Limits,
    /// `--public-url`, which pins the origin.
    public_url: Option<Arc<str>>,
    /// Hosts that the test API admits besides loopback ones.
    allowed_hosts: Vec<String>,
    /// Places for calls in work.
    in_flight: Semaphore,
    room: Room,
    /// Turns true when the server is told to stop.
    closing: watch::Receiver<bool>,
}

impl Door {
    fn new(
        shared: Arc<Shared>,
        limits: Limits,
        allowed_hosts: Vec<String>,
        closing: watch::Receiver<bool>,
    ) -> Self {
        Self {
            public_url: shared.settings.public_url.as_deref().map(Arc::from),
            in_flight: Semaphore::new(limits.in_flight),
            room: Room::new(&limits),
            shared,
            limits,
            allowed_hosts,
            closing,
        }
    }

    /// Waits until the server is told to stop.
    async fn stopped(&self) {
        let mut closing = self.closing.clone();
        // Fails when the server is dropped, which stops it too.
        let _ = closing.wait_for(|closing| *closing).await;
    }

    /// The whole body of a request.
    async fn read(&self, headers: &HeaderMap, body: Incoming) -> Result<Whole<'_>, BodyFault> {
        body::read(headers, body, &self.limits, &self.room).await
    }

    /// The routing table.
    async fn answer(&self, peer: &Peer, request: Request<Incoming>) -> Reply {
        let fault = origin::host_fault(request.version(), request.headers());
        let path = request.uri().path();
        if fault.is_none() && request.method() == Method::POST && path == "/" {
            let origin = request.headers().get(hyper::header::ORIGIN).cloned();
            let mut reply = aws_json::serve(self, peer, request).await;
            if origin.is_some() {
                cors::allow_any(reply.headers_mut());
            }
            return reply;
        }
        let log = RequestLog::start(request.method(), request.uri());
        let reply = if let Some(fault) = fault {
            self.refuse_host(fault)
        } else if path == "/_poolhouse" || path.starts_with("/_poolhouse/") {
            control::serve(self, request).await
        } else if let Some(object) = Object::at(path) {
            uploads::serve(self, &object, request).await
        } else {
            let (head, _body) = request.into_parts();
            let reply = self.answer_without_body(peer, &head).await;
            if head.method == Method::HEAD {
                reply::without_body(reply)
            } else {
                reply
            }
        };
        log.end(&reply);
        reply
    }

    /// The rest of such a connection is not read, for whom it was meant is not known either.
    fn refuse_host(&self, fault: &'static str) -> Reply {
        let error = Refusal::HostUnclear.because(fault);
        let request_id = self.shared.entropy.uuid(Purpose::Requests);
        let mut reply = reply::refusal(&error, request_id, self.shared.clock.now());
        reply::closing(&mut reply);
        reply
    }

    async fn answer_without_body(&self, peer: &Peer, head: &Parts) -> Reply {
        let now = self.shared.clock.now();
        let reads = head.method == Method::GET || head.method == Method::HEAD;
        let document = Document::at(head.uri.path());
        let found = match (head.uri.path(), document) {
            _ if head.method == Method::OPTIONS => {
                let mut reply = reply::empty(StatusCode::OK, now);
                cors::preflight(&head.headers, reply.headers_mut());
                return reply;
            }
            ("/health", _) if reads => Some(reply::json(StatusCode::OK, control::HEALTHY, now)),
            (_, Some(document)) if reads => {
                let served = well_known::serve(self, peer, head, document).await;
                served.map_or_else(|error| self.without_document(&error), Some)
            }
            (path, None) if reads => classic_assets::serve(self, peer, head, path),
            _ => None,
        };
        let mut reply = found.unwrap_or_else(|| {
            let reason = match (head.uri.path(), document) {
                (_, Some(_)) if reads => "there is no user pool of this id",
                ("/", _) => "operations are called by POST with an X-Amz-Target header",
                _ => "nothing is served at this path and method",
            };
            reply::not_understood(reason, self.shared.entropy.uuid(Purpose::Requests), now)
        });
        if head.headers.contains_key(hyper::header::ORIGIN) {
            cors::allow_any(reply.headers_mut());
        }
        reply
    }

    /// No pool has its own 404; anything else is an answer.
    fn without_document(&self, error: &CognitoError) -> Option<Reply> {
        if matches!(error.refusal, Refusal::UserPoolUnknown { .. }) {
            return None;
        }
        let request_id = self.shared.entropy.uuid(Purpose::Requests);
        let now = self.shared.clock.now();
        Some(reply::refusal(error, request_id, now))
    }

    /// Who calls; a signature, which is read elsewhere, tells account and Region. An unsigned request
    /// can only tell its Region as it does on AWS, by the endpoint: by the host that it names itself,
    /// whatever URL the server has in public.
    fn caller(&self, peer: &Peer, head: &Parts) -> Caller {
        let authority = origin::authority(head);
        let origin = match &self.public_url {
            Some(url) => Arc::clone(url),
            None => match authority {
                Some(authority) => peer.last_origin.of(authority),
                None => peer.last_origin.of(&peer.local.to_string()),
            },
        };
        let user_agent = head.headers.get(hyper::header::USER_AGENT);
        Caller {
            signer: Signer::Unsigned,
            endpoint_region: authority.and_then(origin::region).map(str::to_owned),
            account: DEFAULT_ACCOUNT.into(),
            origin,
            request_id: None,
            address: Some(peer.address.ip()),
            user_agent: user_agent
                .and_then(|name| name.to_str().ok())
                .map(Into::into),
        }
    }
}
