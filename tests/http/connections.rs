//! Keep-alive, pipelining, HTTP/2 by prior knowledge, both loopback addresses, and the end.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Version};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
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

#[tokio::test]
async fn connections_beyond_the_limit_wait_for_a_place() {
    let limits = Limits {
        connections: 1,
        ..Limits::default()
    };
    let server = Emulator::builder().limits(limits).start().await.unwrap();
    let mut first = Wire::to(&server).await;
    assert_eq!(first.ask(request("GET /health", "", "")).await.status, 200);
    let mut second = Wire::to(&server).await;
    second.send(request("GET /health", "", "")).await;
    assert_eq!(first.ask(request("GET /health", "", "")).await.status, 200);
    drop(first);
    assert_eq!(second.answer().await.unwrap().status, 200);
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
