//! Where requests come in: who is at the other end, and what the server answers with.

use std::net::SocketAddr;
use std::sync::Arc;

use hyper::HeaderMap;
use hyper::body::Incoming;
use hyper::http::request::Parts;
use tokio::sync::{Semaphore, watch};

use super::body::{self, BodyFault, Room, Whole};
use super::limits::Limits;
use super::origin::{self, LastOrigin};
use crate::context::{Caller, DEFAULT_ACCOUNT, Shared, Signer};

/// The other end of a connection, and what is remembered of it between requests.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(super) address: SocketAddr,
    /// The listener's own address, which stands in for a missing `Host`.
    pub(super) local: SocketAddr,
    pub(super) last_origin: LastOrigin,
}

/// Where every request enters.
pub(crate) struct Door {
    pub(super) shared: Arc<Shared>,
    pub(super) limits: Limits,
    /// `--public-url`, which pins the origin.
    public_url: Option<Arc<str>>,
    /// Hosts that the test API admits besides loopback ones.
    pub(super) allowed_hosts: Vec<String>,
    /// Places for calls in work.
    pub(super) in_flight: Semaphore,
    room: Room,
    /// Turns true when the server is told to stop.
    closing: watch::Receiver<bool>,
}

impl Door {
    pub(super) fn new(
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
    pub(super) async fn stopped(&self) {
        let mut closing = self.closing.clone();
        // Fails when the server is dropped, which stops it too.
        let _ = closing.wait_for(|closing| *closing).await;
    }

    /// The whole body of a request.
    pub(super) async fn read(
        &self,
        headers: &HeaderMap,
        body: Incoming,
    ) -> Result<Whole<'_>, BodyFault> {
        body::read(headers, body, &self.limits, &self.room).await
    }

    /// Who calls; a signature, which is read elsewhere, tells account and Region. An unsigned request
    /// can only tell its Region as it does on AWS, by the endpoint: by the host that it names itself,
    /// whatever URL the server has in public.
    pub(super) fn caller(&self, peer: &Peer, head: &Parts) -> Caller {
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
