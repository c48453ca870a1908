//! Connections: accepted within a bound, told HTTP/1.1 from HTTP/2 by their first bytes, closed when
//! they idle or send headers too slowly, and let finish what they began when the server stops.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::graceful::GracefulConnection;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tracing::{debug, info, warn};

use super::door::{Door, Peer};
use super::limits::Limits;
use super::listener::Listeners;
use super::origin::LastOrigin;
use crate::context::Shared;

/// What an HTTP/2 client with prior knowledge sends first (RFC 9113, 3.4).
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// How long accepting pauses when the system refuses (most often: no file descriptors left).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How long a connection that was told to end may take over it.
const FAREWELL: Duration = Duration::from_secs(1);

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    closing: watch::Sender<bool>,
    accepting: JoinSet<()>,
    connections: Arc<Semaphore>,
    limits: Limits,
}

impl Server {
    /// Serves `shared` on `listeners`, on tasks of the current runtime.
    pub(crate) fn start(
        shared: Arc<Shared>,
        listeners: Listeners,
        limits: Limits,
        allowed_hosts: Vec<String>,
    ) -> Self {
        let (closing, closes) = watch::channel(false);
        let door = Arc::new(Door::new(shared, limits.clone(), allowed_hosts, closes));
        let connections = Arc::new(Semaphore::new(limits.connections));
        let mut accepting = JoinSet::new();
        for socket in listeners.sockets {
            accepting.spawn(accept(socket, Arc::clone(&door), Arc::clone(&connections)));
        }
        Self {
            closing,
            accepting,
            connections,
            limits,
        }
    }

    /// Accepts no more, and waits, within the limit, until the requests under way are answered.
    pub(crate) async fn stop(mut self) {
        self.closing.send_replace(true);
        while self.accepting.join_next().await.is_some() {}
        let all = u32::try_from(self.limits.connections).unwrap_or(u32::MAX);
        let finished = self.connections.acquire_many(all);
        if tokio::time::timeout(self.limits.shutdown_time, finished)
            .await
            .is_err()
        {
            warn!("stopped with requests under way, see --shutdown-timeout");
        }
    }
}

async fn accept(socket: TcpListener, door: Arc<Door>, connections: Arc<Semaphore>) {
    let mut stopped = pin!(door.stopped());
    loop {
        // The place comes second: a listener nobody uses must not keep one from the other.
        let next = async {
            let accepted = socket.accept().await?;
            Ok((accepted, Arc::clone(&connections).acquire_owned().await))
        };
        let next = tokio::select! {
            next = next => next,
            () = &mut stopped => return,
        };
        match next {
            Ok(((stream, address), Ok(place))) => {
                tokio::spawn(serve(Arc::clone(&door), stream, address, place));
            }
            // Nothing closes the semaphore.
            Ok((_, Err(_))) => return,
            // The client left before it was accepted.
            Err(error) if is_of_one_client(&error) => {}
            Err(error) => {
                warn!(%error, "cannot accept connections");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

fn is_of_one_client(error: &io::Error) -> bool {
    use io::ErrorKind::ConnectionAborted;
    use io::ErrorKind::ConnectionRefused;
    use io::ErrorKind::ConnectionReset;

    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

async fn serve(
    door: Arc<Door>,
    stream: TcpStream,
    address: SocketAddr,
    _place: OwnedSemaphorePermit,
) {
    // Answers are small and whole: waiting for more to send would only delay them.
    let prepared = stream.set_nodelay(true).and_then(|()| stream.local_addr());
    let Ok(local) = prepared else { return };
    let detected = tokio::time::timeout(door.limits.header_time, speaks_http2(&stream)).await;
    let Ok(Ok(http2)) = detected else { return };
    let activity = Arc::new(Activity::new(http2));
    let io = TokioIo::new(Watched {
        stream,
        activity: Arc::clone(&activity),
    });
    let peer = Arc::new(Peer {
        address,
        local,
        last_origin: LastOrigin::default(),
    });
    let service = {
        let (door, activity) = (Arc::clone(&door), Arc::clone(&activity));
        service_fn(move |request: Request<Incoming>| {
            let (door, peer) = (Arc::clone(&door), Arc::clone(&peer));
            let under_way = UnderWay::begin(&activity);
            async move {
                let reply = door.answer(&peer, request).await;
                drop(under_way);
                Ok::<Response<_>, Infallible>(reply)
            }
        })
    };
    let limits = &door.limits;
    let ended = if http2 {
        let connection = http2::Builder::new(TokioExecutor::new())
            .auto_date_header(false)
            .max_concurrent_streams(limits.http2_streams)
            .max_header_list_size(u32::try_from(limits.headers).unwrap_or(u32::MAX))
            .serve_connection(io, service);
        drive(&door, &activity, connection).await
    } else {
        let connection = http1::Builder::new()
            .auto_date_header(false)
            // A client may end its half of the connection once its requests are sent.
            .half_close(true)
            // Slow headers are our own watch's business, which costs no timer for each request.
            .header_read_timeout(None)
            // The number of headers stays at hyper's 100: another one would make it allocate for each
            // request, which costs 5 % by its own account.
            .max_header_size(limits.headers)
            .serve_connection(io, service);
        drive(&door, &activity, connection).await
    };
    match ended {
        // hyper has answered it, if at all, without a body.
        Err(error) if error.is_parse() => {
            info!(target: "poolhouse::call", %error, %address, "no HTTP, or headers beyond the limits");
        }
        Err(error) => debug!(%error, %address, "connection ended"),
        Ok(()) => {}
    }
}

/// Looks at the first bytes without taking them.
async fn speaks_http2(stream: &TcpStream) -> io::Result<bool> {
    let mut first = [0; HTTP2_PREFACE.len()];
    loop {
        let count = stream.peek(&mut first).await?;
        if !HTTP2_PREFACE.starts_with(&first[..count]) {
            return Ok(false);
        }
        // `POST` and `PUT` share one byte with the preface, and no method shares three.
        if count == 0 || count >= 3 {
            return Ok(count > 0);
        }
        // Bytes that were looked at count as news at once, so this must not be a busy loop.
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Runs a connection to its end, and ends it when it idles too long or the server stops.
async fn drive<C>(door: &Door, activity: &Activity, connection: C) -> Result<(), hyper::Error>
where
    C: GracefulConnection<Error = hyper::Error> + Future<Output = Result<(), hyper::Error>>,
{
    let mut connection = pin!(connection);
    let mut stopped = pin!(door.stopped());
    let mut alarm = pin!(tokio::time::sleep(
        door.limits.idle_time.min(door.limits.header_time)
    ));
    loop {
        tokio::select! {
            biased;
            ended = &mut connection => return ended,
            () = &mut stopped => {
                connection.as_mut().graceful_shutdown();
                // How long the whole stop may take is bounded in `Server::stop`.
                return connection.await;
            }
            () = &mut alarm => match activity.verdict(&door.limits) {
                Verdict::Fine { look_again } => {
                    alarm.as_mut().reset(tokio::time::Instant::now() + look_again);
                }
                Verdict::Idle => {
                    connection.as_mut().graceful_shutdown();
                    return tokio::time::timeout(FAREWELL, connection).await.unwrap_or(Ok(()));
                }
                Verdict::SlowHeaders => return Ok(()),
            },
        }
    }
}

/// What a connection is doing, as far as its time-outs ask.
#[derive(Debug)]
struct Activity {
    born: Instant,
    http2: bool,
    in_flight: AtomicUsize,
    /// Milliseconds after `born` (and one) when the first byte of the next request came; 0: none has.
    head_began: AtomicU64,
    /// Milliseconds after `born` when the last request was answered.
    quiet_since: AtomicU64,
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Fine { look_again: Duration },
    Idle,
    SlowHeaders,
}

impl Activity {
    fn new(http2: bool) -> Self {
        Self {
            born: Instant::now(),
            http2,
            in_flight: AtomicUsize::new(0),
            head_began: AtomicU64::new(0),
            quiet_since: AtomicU64::new(0),
        }
    }

    fn age(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Bytes came; HTTP/2 multiplexes, so there only idleness is watched.
    fn received(&self) {
        let waiting = self.in_flight.load(Ordering::Relaxed) == 0;
        if waiting && !self.http2 && self.head_began.load(Ordering::Relaxed) == 0 {
            self.head_began.store(self.age() + 1, Ordering::Relaxed);
        }
    }

    fn verdict(&self, limits: &Limits) -> Verdict {
        let shortest = limits.idle_time.min(limits.header_time);
        if self.in_flight.load(Ordering::Relaxed) > 0 {
            return Verdict::Fine {
                look_again: shortest,
            };
        }
        let since = |mark: u64| Duration::from_millis(self.age().saturating_sub(mark));
        let (spent, limit, verdict) = match self.head_began.load(Ordering::Relaxed) {
            0 => {
                let quiet = since(self.quiet_since.load(Ordering::Relaxed));
                (quiet, limits.idle_time, Verdict::Idle)
            }
            mark => (since(mark - 1), limits.header_time, Verdict::SlowHeaders),
        };
        match limit.checked_sub(spent) {
            Some(left) if !left.is_zero() => Verdict::Fine {
                look_again: left.min(shortest),
            },
            _ => verdict,
        }
    }
}

/// A request from the end of its headers to its answer, also when it is dropped half-way.
struct UnderWay(Arc<Activity>);

impl UnderWay {
    fn begin(activity: &Arc<Activity>) -> Self {
        activity.in_flight.fetch_add(1, Ordering::Relaxed);
        activity.head_began.store(0, Ordering::Relaxed);
        Self(Arc::clone(activity))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.quiet_since.store(self.0.age(), Ordering::Relaxed);
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A stream that notes when bytes arrive.
struct Watched {
    stream: TcpStream,
    activity: Arc<Activity>,
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(task, buffer);
        if buffer.filled().len() > before {
            self.activity.received();
        }
        polled
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(task, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(task, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(task)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(task)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_closed_when_idle_or_slow_but_never_while_it_works() {
        let none = Limits {
            idle_time: Duration::ZERO,
            header_time: Duration::ZERO,
            ..Limits::default()
        };
        let activity = Arc::new(Activity::new(false));
        assert_eq!(activity.verdict(&none), Verdict::Idle);
        activity.received();
        assert_eq!(activity.verdict(&none), Verdict::SlowHeaders);
        let patient = Activity::new(false).verdict(&Limits::default());
        assert!(matches!(patient, Verdict::Fine { .. }));
        let request = UnderWay::begin(&activity);
        activity.received();
        assert!(matches!(activity.verdict(&none), Verdict::Fine { .. }));
        drop(request);
        assert_eq!(activity.verdict(&none), Verdict::Idle);
    }
}
