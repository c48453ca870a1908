//! Where requests come in: who is at the other end, and what the server answers with.

use std::net::SocketAddr;
use std::sync::Arc;

use hyper::HeaderMap;
use hyper::http::request::Parts;
use tokio::sync::{Semaphore, SemaphorePermit, watch};

use super::body::{self, BodyFault, Room, Sent, Share, Whole};
use super::event_stream::Left;
use super::guard::Guests;
use super::limits::Limits;
use super::origin::{self, LastOrigin, Public};
use super::reply::{self, Reply};
use super::stream::Socket;
use super::unread::Unread;
use crate::context::{Caller, DEFAULT_ACCOUNT, Shared, Signer};
use crate::error::{CognitoError, Refusal};

/// How many may listen to events at once: each keeps a connection.
pub(super) const LISTENERS: usize = 32;

/// The other end of a connection, and what is remembered of it between requests.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(super) address: SocketAddr,
    /// The listener's own address, which stands in for a missing `Host`.
    pub(super) local: SocketAddr,
    pub(super) last_origin: LastOrigin,
    /// The socket of a connection of HTTP/1.
    pub(super) socket: Option<Arc<Socket>>,
    pub(super) unread: Arc<Unread>,
    /// The connection's own room for bodies.
    pub(super) share: Share,
}

impl Peer {
    /// Waits until the client has left, where only the socket tells: a connection of HTTP/2 drops what
    /// a client gives up. To be polled on the connection's own task.
    pub(super) async fn left(&self) {
        match &self.socket {
            Some(socket) => socket.left().await,
            None => std::future::pending().await,
        }
    }

    /// The same for one who outlives the request, on the connection's own task too.
    pub(super) fn leaves(&self) -> Option<Left> {
        let socket = Arc::clone(self.socket.as_ref()?);
        Some(Box::pin(async move { socket.left().await }))
    }
}

/// Where every request enters.
pub(crate) struct Door {
    pub(super) shared: Arc<Shared>,
    pub(super) limits: Limits,
    /// Who is admitted besides this machine.
    pub(super) guests: Guests,
    room: Room,
    /// Places for those who listen to events.
    pub(super) listeners: Arc<Semaphore>,
    /// Turns true when the server is told to stop.
    closing: watch::Receiver<bool>,
}

impl Door {
    pub(super) fn new(
        shared: Arc<Shared>,
        limits: Limits,
        guests: Guests,
        closing: watch::Receiver<bool>,
    ) -> Self {
        Self {
            room: Room::new(&limits),
            listeners: Arc::new(Semaphore::new(LISTENERS)),
            shared,
            limits,
            guests,
            closing,
        }
    }

    /// Waits until the server is told to stop.
    pub(super) fn stopped(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut closing = self.closing.clone();
        async move {
            // Fails when the server is dropped, which stops it too.
            let _ = closing.wait_for(|closing| *closing).await;
        }
    }

    /// The whole body of a request.
    pub(super) async fn read<'a>(
        &'a self,
        peer: &'a Peer,
        headers: &HeaderMap,
        body: Sent,
    ) -> Result<Whole<'a>, BodyFault> {
        body::read(headers, body, &self.limits, &peer.share, &self.room).await
    }

    /// Lets the client send the body that `reply` does not need, and ends the connection where that
    /// takes too much.
    pub(super) async fn discard(&self, headers: &HeaderMap, body: Sent, reply: &mut Reply) {
        if !body::discard(headers, body, &self.limits).await {
            reply::closing(reply);
        }
    }

    /// Waits while the client has too many answers to read.
    pub(super) async fn caught_up(&self, peer: &Peer) -> Result<(), CognitoError> {
        if !peer.unread.is_much() {
            return Ok(());
        }
        let caught_up = body::in_time(self.limits.request_time, peer.unread.caught_up()).await;
        caught_up.ok_or_else(|| {
            Refusal::Internal
                .because("the client does not read the answers that this connection has for it")
        })
    }

    /// A place for a call, once its client has taken the answers before.
    pub(super) async fn place(
        &self,
        peer: &Peer,
    ) -> Result<Option<SemaphorePermit<'_>>, CognitoError> {
        loop {
            self.caught_up(peer).await?;
            let place = self.shared.places.take().await;
            // Others were quicker while this one waited.
            if !peer.unread.is_much() {
                return Ok(place);
            }
        }
    }

    /// Who calls; a signature, which is read elsewhere, tells account and Region. An unsigned request
    /// can only tell its Region as it does on AWS, by the endpoint: by the host that it names itself,
    /// whatever URL the server has in public.
    pub(super) fn caller(&self, peer: &Peer, head: &Parts) -> Caller {
        let public = Public::of(head);
        let authority = public.authority;
        let is_secure = public.is_secure;
        let endpoint = match authority {
            Some(authority) => peer.last_origin.of(is_secure, authority),
            None => peer.last_origin.of(is_secure, &peer.local.to_string()),
        };
        let user_agent = head.headers.get(hyper::header::USER_AGENT);
        Caller {
            signer: Signer::Unsigned,
            endpoint_region: authority.and_then(origin::region).map(str::to_owned),
            account: DEFAULT_ACCOUNT.into(),
            endpoint,
            request_id: None,
            address: Some(peer.address.ip()),
            user_agent: user_agent
                .and_then(|name| name.to_str().ok())
                .map(Into::into),
        }
    }
}
