//! The bytes of a connection: told HTTP/1.1 from HTTP/2 and TLS by the first of them, and noted when
//! they arrive.

use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use super::activity::Activity;
use super::origin::Scheme;

/// What an HTTP/2 client with prior knowledge sends first (RFC 9113, 3.4).
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The type of a TLS record that begins a handshake (RFC 8446, 5.1); no method begins with it.
const TLS_HANDSHAKE: u8 = 22;

/// How much is read before it is known what is spoken. Most calls have less in all.
const FIRST: usize = 2048;

/// How often it is looked whether a client has left that has sent more than is read.
const GLANCE: Duration = Duration::from_millis(250);

/// What a client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    Http1,
    Http2,
    Tls,
}

impl Protocol {
    /// What the first bytes say; `None` if they do not say yet.
    fn told_by(first: &[u8]) -> Option<Self> {
        match first {
            [] => None,
            [TLS_HANDSHAKE, ..] => Some(Self::Tls),
            _ if first.starts_with(HTTP2_PREFACE) => Some(Self::Http2),
            _ if HTTP2_PREFACE.starts_with(first) => None,
            _ => Some(Self::Http1),
        }
    }
}

/// Reads until it is known what is spoken; `None` when the client ends before it has said anything.
pub(super) async fn protocol(
    stream: &mut (impl AsyncRead + Unpin),
) -> io::Result<Option<(Protocol, Vec<u8>)>> {
    let mut first = Vec::with_capacity(FIRST);
    loop {
        let count = stream.read_buf(&mut first).await?;
        match Protocol::told_by(&first) {
            Some(protocol) => return Ok(Some((protocol, first))),
            None if count == 0 => return Ok(None),
            None => {}
        }
    }
}

/// A socket that gives what was read of it already, then the rest.
#[derive(Debug)]
pub(super) struct PutBack {
    first: Vec<u8>,
    stream: TcpStream,
}

impl PutBack {
    pub(super) fn new(first: Vec<u8>, stream: TcpStream) -> Self {
        Self { first, stream }
    }
}

/// Gives of what was read already.
fn give(first: &mut Vec<u8>, buffer: &mut ReadBuf<'_>) {
    let count = first.len().min(buffer.remaining());
    buffer.put_slice(&first[..count]);
    first.drain(..count);
    if first.is_empty() {
        *first = Vec::new();
    }
}

impl AsyncRead for PutBack {
    fn poll_read(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.first.is_empty() {
            return Pin::new(&mut self.stream).poll_read(task, buffer);
        }
        give(&mut self.first, buffer);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for PutBack {
    fn poll_write(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(task, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(task)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(task)
    }
}

/// What carries HTTP.
#[derive(Debug)]
pub(super) enum Carrier {
    Plain(TcpStream),
    Tls(Box<TlsStream<PutBack>>),
}

impl Carrier {
    pub(super) fn scheme(&self) -> Scheme {
        match self {
            Self::Plain(_) => Scheme::Http,
            Self::Tls(_) => Scheme::Https,
        }
    }

    fn tcp(&self) -> &TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(stream) => &stream.get_ref().0.stream,
        }
    }
}

/// Calls a method of the stream that there is.
macro_rules! carried {
    ($carrier:expr, $method:ident, $($argument:expr),+) => {
        match $carrier {
            Carrier::Plain(stream) => Pin::new(stream).$method($($argument),+),
            Carrier::Tls(stream) => Pin::new(stream).$method($($argument),+),
        }
    };
}

/// The socket, seen from the connection and from a request on it. Both live on one task; the lock is
/// held for no longer than a poll.
#[derive(Debug)]
pub(super) struct Socket {
    carrier: Mutex<Carrier>,
    scheme: Scheme,
}

impl Socket {
    pub(super) fn new(carrier: Carrier) -> Self {
        Self {
            scheme: carrier.scheme(),
            carrier: Mutex::new(carrier),
        }
    }

    /// Has the connection reset when it is closed, in place of an orderly end.
    pub(super) fn reset_when_closed(&self) -> io::Result<()> {
        self.lock().tcp().set_zero_linger()
    }

    /// Writes past HTTP, for a connection that ends with it.
    pub(super) async fn write(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let written =
                std::future::poll_fn(|task| carried!(&mut *self.lock(), poll_write, task, bytes));
            match written.await? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                count => bytes = &bytes[count..],
            }
        }
        std::future::poll_fn(|task| carried!(&mut *self.lock(), poll_flush, task)).await
    }

    fn lock(&self) -> MutexGuard<'_, Carrier> {
        self.carrier.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the client has ended its half of the connection, which is all that can be seen of
    /// its leaving.
    ///
    /// To be polled by the task that reads the connection: a socket wakes one reader only.
    pub(super) async fn left(&self) {
        let ended = std::future::poll_fn(|task| {
            let mut byte = [0];
            let peeked = self
                .lock()
                .tcp()
                .poll_peek(task, &mut ReadBuf::new(&mut byte));
            peeked.map(|peeked| matches!(peeked, Ok(0) | Err(_)))
        });
        if ended.await {
            return;
        }
        // What the client has sent already hides its end, which then wakes nobody; the farewell of TLS
        // is such a thing too.
        while !self.is_read_closed() {
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Whether the system has told of the end of the client's half, read up to there or not.
    fn is_read_closed(&self) -> bool {
        let carrier = self.lock();
        let ready = pin!(carrier.tcp().ready(Interest::READABLE));
        match ready.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(ready)) => ready.is_read_closed(),
            Poll::Ready(Err(_)) => true,
            Poll::Pending => false,
        }
    }
}

/// A stream that gives what was read of it already, then the rest, and notes when bytes arrive.
pub(super) struct Watched {
    socket: Arc<Socket>,
    first: Vec<u8>,
    activity: Arc<Activity>,
}

impl Watched {
    pub(super) fn new(socket: Arc<Socket>, first: Vec<u8>, activity: Arc<Activity>) -> Self {
        Self {
            socket,
            first,
            activity,
        }
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = if self.first.is_empty() {
            carried!(&mut *self.socket.lock(), poll_read, task, buffer)
        } else {
            give(&mut self.first, buffer);
            Poll::Ready(Ok(()))
        };
        let came = &buffer.filled()[before..];
        if !came.is_empty() {
            self.activity.received(came);
        }
        polled
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        carried!(&mut *self.socket.lock(), poll_write, task, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        carried!(&mut *self.socket.lock(), poll_write_vectored, task, parts)
    }

    /// As of any TCP socket of tokio's, and of its TLS.
    fn is_write_vectored(&self) -> bool {
        true
    }

    /// Nothing is held back here, nor by a TCP socket of tokio's; TLS has what the socket did not take.
    fn poll_flush(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.socket.scheme {
            Scheme::Http => Poll::Ready(Ok(())),
            Scheme::Https => carried!(&mut *self.socket.lock(), poll_flush, task),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        carried!(&mut *self.socket.lock(), poll_shutdown, task)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell_what_is_spoken() {
        let cases: [(&[u8], Option<Protocol>); 9] = [
            (b"", None),
            (b"P", None),
            (b"PRI * HTTP/2.0\r\n", None),
            (b"PRI * HTTP/2.0\r\n\r\nXX", Some(Protocol::Http1)),
            (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0", Some(Protocol::Http2)),
            (b"PO", Some(Protocol::Http1)),
            (b"GET / HTTP/1.1\r\n", Some(Protocol::Http1)),
            (b"\0", Some(Protocol::Http1)),
            (b"\x16\x03\x01", Some(Protocol::Tls)),
        ];
        for (first, expected) in cases {
            assert_eq!(Protocol::told_by(first), expected, "{first:?}");
        }
    }
}
