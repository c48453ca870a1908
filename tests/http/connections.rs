//! Keep-alive, pipelining, HTTP/2 by prior knowledge, both loopback addresses, and the end.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Version};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use poolhouse::{Emulator, Limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::wire::{Wire, call, request};

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let server = Emulator::builder().start().await.unwrap();
    let mut wire = Wire::to(&server).await;
    let health = request("GET /health", "", "");
    let unknown = call("MakeCoffee", "", "{}");
    wire.send([health.clone(), unknown.clone(), health.clone(), unknown].concat())
        .await;
    for status in [200, 404, 200, 404] {
        assert_eq!(wire.answer().await.unwrap().status, status);
    }
    // The connection is kept, and a request may come in pieces.
    let (first, rest) = health.split_at(9);
    wire.send(first).await;
    tokio::task::yield_now().await;
    wire.send(rest).await;
    assert_eq!(wire.answer().await.unwrap().status, 200);
}

#[tokio::test]
async fn a_client_may_end_its_half_after_the_request() {
    let server = Emulator::builder().start().await.unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", server.port()))
        .await
        .unwrap();
    stream
        .write_all(request("GET /health", "", "").as_bytes())
        .await
        .unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with(r#"{"ok":true}"#),
        "{answer}"
    );
}

#[tokio::test]
async fn http2_is_spoken_by_prior_knowledge() {
    let server = Emulator::builder().start().await.unwrap();
    let client = Client::builder(TokioExecutor::new())
        .http2_only(true)
        .build_http();
    let url = format!("http://127.0.0.1:{}/", server.port());
    let calls = (0..20).map(|_| {
        let request = Request::post(&url)
            .header(
                "x-amz-target",
                "AWSCognitoIdentityProviderService.InitiateAuth",
            )
            .body(Full::new(Bytes::from_static(b"[")))
            .unwrap();
        tokio::spawn(client.request(request))
    });
    for answer in calls.collect::<Vec<_>>() {
        let answer = answer.await.unwrap().unwrap();
        assert_eq!(
            (answer.version(), answer.status().as_u16()),
            (Version::HTTP_2, 400)
        );
        assert_eq!(
            answer.headers()["x-amzn-errortype"],
            "SerializationException:"
        );
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body, r#"{"__type":"SerializationException"}"#);
    }
}

#[tokio::test]
async fn both_loopback_addresses_answer_where_there_is_ipv6() {
    let server = Emulator::builder().start().await.unwrap();
    let mut answering = 0;
    for host in ["127.0.0.1", "::1"] {
        if let Ok(mut stream) = TcpStream::connect((host, server.port())).await {
            stream
                .write_all(b"GET /health HTTP/1.0\r\n\r\n")
                .await
                .unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            assert!(answer.starts_with("HTTP/1.0 200"), "{host}: {answer}");
            answering += 1;
        }
    }
    let has_ipv6 = std::net::TcpListener::bind("[::1]:0").is_ok();
    assert_eq!(answering, if has_ipv6 { 2 } else { 1 });
}

#[tokio::test]
async fn idle_connections_and_slow_headers_are_ended() {
    let limits = Limits {
        idle_time: Duration::from_millis(50),
        header_time: Duration::from_millis(50),
        ..Limits::default()
    };
    let server = Emulator::builder().limits(limits).start().await.unwrap();
    for sent in ["", "POST / HT"] {
        let mut wire = Wire::to(&server).await;
        assert_eq!(wire.ask(request("GET /health", "", "")).await.status, 200);
        wire.send(sent).await;
        assert!(wire.answer().await.is_none(), "{sent:?}");
    }
    // A connection that never sends anything.
    assert!(Wire::to(&server).await.answer().await.is_none());
}

/// What comes within a time that is ample, and far less than the time-outs of the server.
async fn soon<T>(coming: impl Future<Output = T>) -> T {
    let patience = Duration::from_secs(5);
    tokio::time::timeout(patience, coming).await.expect("soon")
}

#[tokio::test]
async fn half_a_head_gets_the_time_of_a_head_wherever_it_stands() {
    let limits = Limits {
        header_time: Duration::from_millis(50),
        ..Limits::default()
    };
    let server = Emulator::builder().limits(limits).start().await.unwrap();
    let mut wire = Wire::to(&server).await;
    wire.send("PRI").await;
    assert!(soon(wire.answer()).await.is_none());
    let signed_in = call("InitiateAuth", "", "[]");
    for (first, status) in [
        (request("GET /health", "", ""), 200),
        (signed_in.clone(), 400),
    ] {
        let mut wire = Wire::to(&server).await;
        wire.send(format!("{first}{first}POST / HT")).await;
        for _ in 0..2 {
            assert_eq!(wire.answer().await.unwrap().status, status);
        }
        assert!(soon(wire.answer()).await.is_none(), "{first}");
    }
    // Behind a body whose length nobody has told.
    let chunked = call("InitiateAuth", "Transfer-Encoding: chunked\r\n", "");
    let chunked = chunked.replace("Content-Length: 0\r\n", "") + "2\r\n[]\r\n0\r\n\r\n";
    let mut wire = Wire::to(&server).await;
    wire.send(format!("{chunked}POST / HT")).await;
    assert_eq!(wire.answer().await.unwrap().status, 400);
    assert!(soon(wire.answer()).await.is_none());
    // A whole request is not taken for more, however it is written.
    let spaces = request("GET /health", "X-A:   two\r\nX-B:none\r\n", "");
    let absolute = request("GET http://localhost/health", "", "");
    for (whole, status) in [
        (signed_in, 400),
        (chunked, 400),
        (spaces, 200),
        (absolute, 200),
    ] {
        let mut wire = Wire::to(&server).await;
        for _ in 0..2 {
            assert_eq!(wire.ask(&whole).await.status, status, "{whole}");
            let end = tokio::time::timeout(Duration::from_millis(200), wire.answer()).await;
            assert!(end.is_err(), "{whole} {end:?}");
        }
    }
}

fn one_place() -> Limits {
    Limits {
        connections: 1,
        ..Limits::default()
    }
}

#[tokio::test]
async fn the_longest_idle_connection_makes_room_for_a_new_one() {
    let limits = Limits {
        connections: 2,
        ..Limits::default()
    };
    let server = Emulator::builder().limits(limits).start().await.unwrap();
    let health = request("GET /health", "", "");
    let mut silent = Wire::to(&server).await;
    let mut first = Wire::to(&server).await;
    assert_eq!(first.ask(&health).await.status, 200);
    let mut second = Wire::to(&server).await;
    assert_eq!(soon(second.ask(&health)).await.status, 200);
    assert!(soon(silent.answer()).await.is_none());
    let mut third = Wire::to(&server).await;
    assert_eq!(soon(third.ask(&health)).await.status, 200);
    assert!(soon(first.answer()).await.is_none());
    for wire in [&mut second, &mut third] {
        assert_eq!(wire.ask(&health).await.status, 200);
    }
}

#[tokio::test]
async fn a_connection_that_works_is_waited_for() {
    let server = Emulator::builder().limits(one_place());
    let server = server.start().await.unwrap();
    let health = request("GET /health", "", "");
    let mut first = Wire::to(&server).await;
    let slow = call("InitiateAuth", "Expect: 100-continue\r\n", "[]");
    let (head, body) = slow.split_at(slow.len() - 2);
    first.send(head).await;
    assert!(first.head().await.unwrap().contains(" 100 "));
    let mut second = Wire::to(&server).await;
    second.send(&health).await;
    let early = tokio::time::timeout(Duration::from_millis(100), second.answer()).await;
    assert!(early.is_err(), "{early:?}");
    assert_eq!(first.ask(body).await.status, 400);
    assert_eq!(soon(second.answer()).await.unwrap().status, 200);
    assert!(soon(first.answer()).await.is_none());
}

#[tokio::test]
async fn a_waiting_reader_that_leaves_gives_its_place_away() {
    let server = Emulator::builder().limits(one_place());
    let server = server.start().await.unwrap();
    let waiting = request("GET /_poolhouse/messages?wait=60s", "", "");
    let mut leaves = Wire::to(&server).await;
    leaves.send(&waiting).await;
    let mut next = Wire::to(&server).await;
    next.send(&waiting).await;
    let early = tokio::time::timeout(Duration::from_millis(100), next.head()).await;
    assert!(early.is_err(), "{early:?}");
    drop(leaves);
    // Whoever ended its half alone reads an answer.
    next.end().await;
    let answer = soon(next.answer()).await.unwrap();
    assert_eq!(answer.text(), r#"{"messages":[],"more":false}"#);
    // What a client has sent more does not hide its leaving.
    let mut leaves = Wire::to(&server).await;
    leaves
        .send(format!(
            "{}GET",
            request("GET /_poolhouse/messages?wait=60s", "", "")
        ))
        .await;
    let early = tokio::time::timeout(Duration::from_millis(100), leaves.head()).await;
    assert!(early.is_err(), "{early:?}");
    drop(leaves);
    let mut next = Wire::to(&server).await;
    let answer = soon(next.ask(request("GET /health", "", ""))).await;
    assert_eq!(answer.status, 200);
    drop(next);
    // HTTP/2 tells by itself.
    let mut client = http2(&server, |builder| builder).await;
    let uri = "http://localhost/_poolhouse/messages?wait=60s";
    let waiting = Request::get(uri).body(Full::default()).unwrap();
    let answer = client.send_request(waiting);
    let early = tokio::time::timeout(Duration::from_millis(100), answer).await;
    assert!(early.is_err());
    drop(client);
    let mut last = Wire::to(&server).await;
    let answer = soon(last.ask(request("GET /health", "", ""))).await;
    assert_eq!(answer.status, 200);
}

type Http2 = hyper::client::conn::http2::SendRequest<Full<Bytes>>;
type Http2Builder = hyper::client::conn::http2::Builder<TokioExecutor>;

/// One connection of HTTP/2.
async fn http2(
    server: &Emulator,
    set: impl FnOnce(&mut Http2Builder) -> &mut Http2Builder,
) -> Http2 {
    let stream = TcpStream::connect(("127.0.0.1", server.port()));
    let mut builder = Http2Builder::new(TokioExecutor::new());
    let made = set(&mut builder)
        .handshake(TokioIo::new(stream.await.unwrap()))
        .await;
    let (client, connection) = made.unwrap();
    tokio::spawn(connection);
    client
}

#[tokio::test]
async fn answers_that_are_not_read_hold_up_the_next() {
    const CALLS: usize = 12;
    let server = Emulator::builder().start().await.unwrap();
    let window = 65_535;
    let client = http2(&server, |builder| {
        builder
            .initial_stream_window_size(window)
            .initial_connection_window_size(window)
    });
    let client = client.await;
    // Some 500 KiB of answer each.
    let body = format!(r#"{{"UserPoolId":"{}"}}"#, "!".repeat(300_000));
    let calls = (0..CALLS).map(|_| {
        let call = Request::post("http://localhost/")
            .header("x-amz-target", "AWSCognitoIdentityProviderService.DescribeUserPool")
            .header("authorization", "AWS4-HMAC-SHA256 Credential=A/20260131/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=0")
            .header("x-amz-date", "20260131T120000Z")
            .body(Full::new(Bytes::from(body.clone())))
            .unwrap();
        tokio::spawn(client.clone().send_request(call))
    });
    let calls: Vec<_> = calls.collect();
    let (told, mut answered) = tokio::sync::mpsc::unbounded_channel();
    for call in calls {
        let told = told.clone();
        tokio::spawn(async move { told.send(call.await.unwrap().unwrap()) });
    }
    let mut unread = Vec::new();
    let patience = Duration::from_millis(300);
    while let Ok(answer) = tokio::time::timeout(patience, answered.recv()).await {
        unread.push(answer.unwrap());
    }
    assert!((1..CALLS / 2).contains(&unread.len()), "{}", unread.len());
    // Once they are read, the others come.
    let mut reading = tokio::task::JoinSet::new();
    for _ in 0..CALLS {
        let answer = match unread.pop() {
            Some(answer) => answer,
            None => soon(answered.recv()).await.unwrap(),
        };
        assert_eq!(answer.status().as_u16(), 400);
        reading.spawn(answer.into_body().collect());
    }
    while let Some(read) = soon(reading.join_next()).await {
        assert!(read.unwrap().unwrap().to_bytes().len() > 500_000);
    }
}

#[tokio::test]
async fn a_stop_lets_the_request_under_way_finish_and_takes_no_more() {
    let server = Emulator::builder().start().await.unwrap();
    let port = server.port();
    let mut wire = Wire::to(&server).await;
    let call = call("InitiateAuth", "", "[[]]");
    let (head, tail) = call.split_at(call.len() - 2);
    wire.send(head).await;
    let mut other = Wire::to(&server).await;
    assert_eq!(other.ask(request("GET /health", "", "")).await.status, 200);
    let stop = tokio::spawn(server.stop());
    // The idle connection is ended, which shows that the stop has begun.
    assert!(other.answer().await.is_none());
    wire.send(tail).await;
    assert_eq!(wire.answer().await.unwrap().status, 400);
    stop.await.unwrap();
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
}
