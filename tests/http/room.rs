//! Room for bodies: what one client takes of it, and what is left for others.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::Request;
use hyper::body::{Body, Frame};
use hyper_util::rt::{TokioExecutor, TokioIo};
use poolhouse::{Emulator, Limits};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use super::wire::{Wire, call, request};

const TARGET: (&str, &str) = (
    "x-amz-target",
    "AWSCognitoIdentityProviderService.InitiateAuth",
);

/// A body that says nothing, or all at once.
struct Saying(Option<Bytes>);

impl Body for Saying {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _task: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match &mut self.0 {
            None => Poll::Pending,
            Some(rest) if rest.is_empty() => Poll::Ready(None),
            Some(rest) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(rest))))),
        }
    }
}

#[tokio::test]
async fn the_streams_of_one_connection_take_no_room_from_others() {
    const STREAMS: usize = 9;
    let limits = Limits {
        connections: 4,
        in_flight: 1,
        ..Limits::default()
    };
    let server = Emulator::builder().limits(limits).start().await.unwrap();
    let stream = TcpStream::connect(("127.0.0.1", server.port())).await;
    let made =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream.unwrap()));
    let (mut client, connection) = made.await.unwrap();
    tokio::spawn(connection);
    let mut silent = tokio::task::JoinSet::new();
    for _ in 0..STREAMS {
        let call = Request::post("http://localhost/")
            .header(TARGET.0, TARGET.1)
            .header("content-length", 64 * 1024)
            .body(Saying(None))
            .unwrap();
        silent.spawn(client.send_request(call));
    }
    let health = Request::get("http://localhost/health").body(Saying(Some(Bytes::new())));
    let answer = client.send_request(health.unwrap()).await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    let patience = Duration::from_secs(5);
    let mut wire = Wire::to(&server).await;
    let answer = timeout(patience, wire.ask(call("InitiateAuth", "", "[]")));
    assert_eq!(answer.await.expect("room").status, 400);
    // The connection's own next stream is not shut out either.
    let call = Request::post("http://localhost/")
        .header(TARGET.0, TARGET.1)
        .header("content-length", 2)
        .body(Saying(Some("[]".into())))
        .unwrap();
    let answer = timeout(patience, client.send_request(call)).await;
    assert_eq!(answer.expect("room").unwrap().status().as_u16(), 400);
    assert_eq!(silent.len(), STREAMS);
    assert!(silent.try_join_next().is_none());
}

/// One long body at a time, of which a fifth of a second's silence is too much.
fn one_at_a_time() -> Limits {
    Limits {
        in_flight: 1,
        body: 200 * 1024,
        body_time: Duration::from_secs(4),
        ..Limits::default()
    }
}

/// Begins a call with a body of 150,000 bytes of which `sent` come.
async fn begin(server: &Emulator, sent: usize) -> Wire {
    let mut wire = Wire::to(server).await;
    let whole = call("InitiateAuth", "", &" ".repeat(150_000));
    wire.send(&whole[..whole.len() - 150_000 + sent]).await;
    // What was sent before this is likely to be read before it is answered.
    let health = request("GET /health", "", "");
    assert_eq!(Wire::to(server).await.ask(health).await.status, 200);
    wire
}

#[tokio::test]
async fn who_announces_much_and_sends_little_takes_no_room() {
    let server = Emulator::builder().limits(one_at_a_time());
    let server = server.start().await.unwrap();
    let mut slow = Vec::new();
    for _ in 0..3 {
        slow.push(begin(&server, 60_000).await);
    }
    let began = Instant::now();
    let mut wire = Wire::to(&server).await;
    let long = call("InitiateAuth", "", &" ".repeat(150_000));
    assert_eq!(wire.ask(long).await.status, 400);
    assert!(began.elapsed() < Duration::from_secs(2));
    for mut wire in slow {
        assert_eq!(wire.ask(" ".repeat(90_000)).await.status, 400);
    }
}

#[tokio::test]
async fn a_long_body_that_stands_still_gives_way_to_those_that_wait() {
    let server = Emulator::builder().limits(one_at_a_time());
    let server = server.start().await.unwrap();
    let mut slow = begin(&server, 149_999).await;
    // As long as nobody waits, it has all of its time.
    let early = timeout(Duration::from_millis(500), slow.answer()).await;
    assert!(early.is_err(), "{early:?}");
    let began = Instant::now();
    let mut wire = Wire::to(&server).await;
    let long = call("InitiateAuth", "", &" ".repeat(150_000));
    assert_eq!(wire.ask(long).await.status, 400);
    assert!(began.elapsed() < Duration::from_secs(2));
    let answer = slow.answer().await.unwrap();
    assert_eq!(answer.status, 408);
    let reason = answer.header("x-poolhouse-reason").unwrap();
    assert!(
        reason.starts_with("less than 64 KiB of the body came within 200ms"),
        "{reason}"
    );
}
