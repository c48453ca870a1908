//! Connections: accepted within a bound, told HTTP/1.1 from HTTP/2 and TLS by their first bytes, closed when
//! they idle or send headers too slowly, and let finish what they began when the server stops.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::graceful::GracefulConnection;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{debug, info, warn};

use super::activity::{Activity, End, UnderWay, Verdict};
use super::body::{Sent, Share};
use super::crowd::{Crowd, FAREWELL, Place};
use super::door::{Door, Peer};
use super::event_stream::Told;
use super::faults::{self, Broken};
use super::guard::Guests;
use super::limits::Limits;
use super::listener::Listeners;
use super::origin::LastOrigin;
use super::spare::Spare;
use super::stream::{self, Carrier, Protocol, PutBack, Socket, Watched};
use super::tls::Tls;
use crate::context::Shared;

/// How long accepting pauses when the system refuses.
pub(super) const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How much of a connection of HTTP/1 is read or written ahead: hyper's default.
const BUFFER: usize = 8 * 1024 + 100 * 4 * 1024;

/// What is answered to a TLS hello: its sender takes it for a wrong version, and one who looks at the
/// bytes reads why.
const NO_TLS: &[u8] = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n\
    This port speaks HTTP without TLS: use http:// in place of https://, or start Poolhouse with --tls.\n";

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    closing: watch::Sender<bool>,
    accepting: JoinSet<()>,
    crowd: Arc<Crowd>,
    limits: Limits,
}

impl Server {
    /// Serves `shared` on `listeners`, on tasks of the current runtime.
    pub(crate) fn start(
        shared: Arc<Shared>,
        listeners: Listeners,
        limits: Limits,
        guests: Guests,
        tls: Option<Arc<Tls>>,
    ) -> Self {
        let (closing, closes) = watch::channel(false);
        let door = Arc::new(Door::new(shared, limits.clone(), guests, tls, closes));
        let crowd = Arc::new(Crowd::new(limits.connections));
        let mut accepting = JoinSet::new();
        for socket in listeners.sockets {
            accepting.spawn(accept(socket, Arc::clone(&door), Arc::clone(&crowd)));
        }
        Self {
            closing,
            accepting,
            crowd,
            limits,
        }
    }

    /// Accepts no more, and waits, within the limit, until the requests under way are answered.
    pub(crate) async fn stop(mut self) {
        self.closing.send_replace(true);
        while self.accepting.join_next().await.is_some() {}
        let finished = self.crowd.stop();
        if tokio::time::timeout(self.limits.shutdown_time, finished)
            .await
            .is_err()
        {
            warn!("stopped with requests under way, see --shutdown-timeout");
        }
    }
}

/// A server that is dropped ends its connections too.
impl Drop for Server {
    fn drop(&mut self) {
        drop(self.crowd.stop());
    }
}

async fn accept(socket: TcpListener, door: Arc<Door>, crowd: Arc<Crowd>) {
    let mut stopped = pin!(door.stopped());
    let mut spare = Spare::default();
    loop {
        // The place comes second: a listener nobody uses must not keep one from the other.
        let next = async {
            let accepted = spare.accept(&socket, &crowd).await?;
            Ok((accepted, crowd.enter().await))
        };
        let next = tokio::select! {
            next = next => next,
            () = &mut stopped => return,
        };
        match next {
            Ok(((stream, address), Some(place))) => {
                tokio::spawn(serve(Arc::clone(&door), stream, address, place));
            }
            Ok((_, None)) => return,
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

async fn serve(door: Arc<Door>, stream: TcpStream, address: SocketAddr, place: Place) {
    let activity = &place.activity;
    // Answers are small and whole: waiting for more to send would only delay them.
    let prepared = stream.set_nodelay(true).and_then(|()| stream.local_addr());
    let Ok(local) = prepared else { return };
    let opening = tokio::select! {
        opening = opening(&door, stream, address, local) => opening,
        _end = activity.told() => return,
    };
    let Some(Opening {
        carrier,
        is_http2: http2,
        first,
    }) = opening
    else {
        return;
    };
    if http2 {
        activity.speaks_http2();
    }
    let scheme = carrier.scheme();
    let socket = Arc::new(Socket::new(carrier));
    let io = Watched::new(Arc::clone(&socket), first, Arc::clone(activity));
    let io = TokioIo::new(io);
    let peer = Arc::new(Peer {
        address,
        local,
        scheme,
        last_origin: LastOrigin::default(),
        // The connection sees by itself when a client of HTTP/2 leaves.
        socket: (!http2).then_some(socket),
        unread: Arc::default(),
        share: if http2 {
            Share::of_streams()
        } else {
            Share::of_one_at_a_time()
        },
    });
    let service = {
        let (door, activity) = (Arc::clone(&door), Arc::clone(activity));
        service_fn(move |request: Request<Incoming>| {
            let (door, peer) = (Arc::clone(&door), Arc::clone(&peer));
            let under_way = UnderWay::begin(&activity, &request);
            async move {
                let mut reply = door.answer_contained(&peer, request.map(Sent::from)).await;
                if faults::is_marred(&reply) {
                    reply = Box::pin(faults::sent(&door, &peer, reply)).await?;
                }
                match reply.body_mut() {
                    Told::Events(events) => events.keep(under_way),
                    Told::Whole(_) => drop(under_way),
                }
                // HTTP/1 sends one answer before it reads the next request.
                let reply = match peer.socket {
                    Some(_) => reply,
                    None => peer.unread.counted(reply),
                };
                Ok::<Response<_>, Broken>(reply)
            }
        })
    };
    let ended = if http2 {
        let connection = http2_within(&door.limits).serve_connection(io, service);
        drive(&door, activity, connection).await
    } else {
        let connection = http1_within(&door.limits).serve_connection(io, service);
        drive(&door, activity, connection).await
    };
    if let Err(error) = ended {
        note_end(&error, address);
    }
}

fn note_end(error: &hyper::Error, address: SocketAddr) {
    if error.is_parse() {
        // hyper has answered it, if at all, without a body.
        info!(target: "poolhouse::call", %error, %address, "no HTTP, or headers beyond the limits");
    } else {
        debug!(%error, %address, "connection ended");
    }
}

/// A connection on which HTTP has begun.
struct Opening {
    carrier: Carrier,
    is_http2: bool,
    /// What has come of it.
    first: Vec<u8>,
}

/// What a client speaks, with or without TLS, told by its first bytes; nothing where they do not come in time.
async fn opening(
    door: &Door,
    stream: TcpStream,
    address: SocketAddr,
    local: SocketAddr,
) -> Option<Opening> {
    let opened = open(door, stream, address, local);
    let opening = tokio::time::timeout(door.limits.header_time, opened);
    opening.await.ok()?
}

async fn open(
    door: &Door,
    mut stream: TcpStream,
    address: SocketAddr,
    local: SocketAddr,
) -> Option<Opening> {
    let (protocol, first) = stream::protocol(&mut stream).await.ok()??;
    let (carrier, protocol, first) = match (protocol, &door.tls) {
        (Protocol::Http1 | Protocol::Http2, _) => (Carrier::Plain(stream), protocol, first),
        (Protocol::Tls, None) => {
            refuse_tls(stream, address).await;
            return None;
        }
        (Protocol::Tls, Some(tls)) => {
            let store = &door.shared.store;
            let accepting = tls.accept(store, PutBack::new(first, stream), address, local.ip());
            // Boxed: it is large, and most connections have none.
            let mut stream = Box::new(Box::pin(accepting).await?);
            let (protocol, first) = stream::protocol(&mut stream).await.ok()??;
            (Carrier::Tls(stream), protocol, first)
        }
    };
    Some(Opening {
        carrier,
        is_http2: match protocol {
            Protocol::Http1 => false,
            Protocol::Http2 => true,
            // Within itself, it is nothing.
            Protocol::Tls => return None,
        },
        first,
    })
}

fn http2_within(limits: &Limits) -> http2::Builder<TokioExecutor> {
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .auto_date_header(false)
        .max_concurrent_streams(limits.http2_streams)
        .max_header_list_size(u32::try_from(limits.headers).unwrap_or(u32::MAX));
    builder
}

fn http1_within(limits: &Limits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .auto_date_header(false)
        // A client may end its half of the connection once its requests are sent.
        .half_close(true)
        // Slow headers are our own watch's business, which costs no timer for each request.
        .header_read_timeout(None)
        // The number of headers stays at hyper's 100: another one would make it allocate for each
        // request, which costs 5 % by its own account.
        .max_header_size(limits.headers)
        // Headers are read into it whole.
        .max_buf_size(limits.headers.saturating_add(1).max(BUFFER));
    builder
}

async fn refuse_tls(mut stream: TcpStream, address: SocketAddr) {
    info!(
        target: "poolhouse::call",
        %address,
        "a TLS hello on a port that speaks HTTP without TLS: the client's URL must begin with http://, or \
         Poolhouse be started with --tls"
    );
    let farewell = async {
        stream.write_all(NO_TLS).await?;
        stream.shutdown().await
    };
    // Who does not take it is not waited for.
    let _ = tokio::time::timeout(FAREWELL, farewell).await;
}

/// Runs a connection to its end, and ends it when it idles too long, has to make room, or the server
/// stops.
async fn drive<C>(door: &Door, activity: &Activity, connection: C) -> Result<(), hyper::Error>
where
    C: GracefulConnection<Error = hyper::Error> + Future<Output = Result<(), hyper::Error>>,
{
    let mut connection = pin!(connection);
    let mut told = pin!(activity.told());
    let mut alarm = pin!(tokio::time::sleep(
        door.limits.idle_time.min(door.limits.header_time)
    ));
    loop {
        tokio::select! {
            biased;
            ended = &mut connection => return ended,
            end = &mut told => {
                connection.as_mut().graceful_shutdown();
                match end {
                    End::Leave => break,
                    // How long the whole stop may take is bounded in `Server::stop`.
                    End::Stop => return connection.await,
                }
            }
            () = &mut alarm => match activity.verdict(&door.limits) {
                Verdict::Fine { look_again } => {
                    alarm.as_mut().reset(tokio::time::Instant::now() + look_again);
                }
                Verdict::Idle => {
                    connection.as_mut().graceful_shutdown();
                    break;
                }
                Verdict::SlowHeaders => return Ok(()),
            },
        }
    }
    // A request that had come meanwhile is answered.
    loop {
        match tokio::time::timeout(FAREWELL, &mut connection).await {
            Ok(ended) => return ended,
            Err(_elapsed) if activity.works() => {}
            Err(_elapsed) => return Ok(()),
        }
    }
}
