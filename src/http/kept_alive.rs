//! Connections to one server that many requests use, one after another.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Bytes;
use hyper::http::response::Parts;
use hyper::{Request, Response};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::dial::{Connection, Dialer};
use crate::outbound::Url;

/// Most connections that wait for a request.
const MOST_IDLE: usize = 32;

/// How long a connection waits for a request. Servers end idle ones too, some after five seconds.
const IDLE: Duration = Duration::from_secs(60);

/// How long a connection that has answered may take to be ready for the next request.
const SETTLING: Duration = Duration::from_millis(100);

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NotAnswered {
    /// There was none, or not a whole one.
    Broken(String),
    /// It is longer than the limit.
    TooLarge,
}

/// Connections to one server, bounded in number.
pub(super) struct KeptAlive {
    dialer: Arc<Dialer>,
    url: Url,
    places: Semaphore,
    idle: Mutex<Vec<Idle>>,
}

struct Idle {
    connection: Connection,
    since: Instant,
}

impl KeptAlive {
    /// Connections to the server of `url`, `most` of them at once.
    pub(super) fn new(dialer: Arc<Dialer>, url: Url, most: usize) -> Self {
        Self {
            dialer,
            url,
            places: Semaphore::new(most.clamp(1, Semaphore::MAX_PERMITS)),
            idle: Mutex::default(),
        }
    }

    /// Sends a request and reads its whole answer, of `largest` bytes at most. Whoever drops the future
    /// ends the connection. A request that a kept connection did not take any more goes to a new one; one
    /// that was sent and not answered is the caller's to try again.
    pub(super) async fn send(
        &self,
        request: &Request<Bytes>,
        largest: usize,
    ) -> Result<(Parts, Bytes), NotAnswered> {
        let closed = |_| NotAnswered::Broken("the server is shutting down".into());
        let _place = self.places.acquire().await.map_err(closed)?;
        if let Some(mut kept) = self.take().await {
            match kept.sender.try_send_request(copy(request)).await {
                Ok(answer) => return self.whole(kept, answer, largest).await,
                Err(fault) if fault.message().is_some() => {}
                Err(fault) => return Err(NotAnswered::Broken(shown(fault.error()))),
            }
        }
        let dialed = self.dialer.connect(&self.url).await;
        let mut connection =
            dialed.map_err(|fault| NotAnswered::Broken(fault.reason().to_owned()))?;
        let asked = connection.sender.send_request(copy(request)).await;
        let answer = asked.map_err(|error| NotAnswered::Broken(shown(&error)))?;
        self.whole(connection, answer, largest).await
    }

    async fn whole(
        &self,
        connection: Connection,
        answer: Response<hyper::body::Incoming>,
        largest: usize,
    ) -> Result<(Parts, Bytes), NotAnswered> {
        let (head, body) = answer.into_parts();
        let read = Limited::new(body, largest).collect().await;
        let body = read.map_err(|error| match error.downcast_ref::<hyper::Error>() {
            None if error.is::<LengthLimitError>() => NotAnswered::TooLarge,
            Some(error) => NotAnswered::Broken(format!("no whole answer: {}", shown(error))),
            None => NotAnswered::Broken(format!("no whole answer: {error}")),
        })?;
        self.keep(connection);
        Ok((head, body.to_bytes()))
    }

    /// A connection that waits, the youngest first.
    async fn take(&self) -> Option<Connection> {
        loop {
            let mut connection = self.youngest()?;
            let ready = timeout(SETTLING, connection.sender.ready()).await;
            if matches!(ready, Ok(Ok(()))) {
                return Some(connection);
            }
        }
    }

    fn youngest(&self) -> Option<Connection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|kept| !kept.connection.sender.is_closed() && kept.since.elapsed() < IDLE);
        idle.pop().map(|kept| kept.connection)
    }

    fn keep(&self, connection: Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|kept| !kept.connection.sender.is_closed() && kept.since.elapsed() < IDLE);
        if idle.len() < MOST_IDLE && !connection.sender.is_closed() {
            idle.push(Idle {
                connection,
                since: Instant::now(),
            });
        }
    }
}

fn copy(request: &Request<Bytes>) -> Request<Full<Bytes>> {
    let mut copy = Request::new(Full::new(request.body().clone()));
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    copy
}

/// An error with what caused it, which hyper leaves out.
fn shown(error: &hyper::Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
