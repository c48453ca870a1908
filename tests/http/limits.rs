//! Too large, too slow, wrongly encoded.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::Empty;
use hyper::Request;
use hyper_util::rt::{TokioExecutor, TokioIo};
use poolhouse::{Emulator, Limits};
use tokio::net::TcpStream;

use super::wire::{SIGNED, Wire, call, request};

#[tokio::test]
async fn an_oversized_body_is_413_and_the_answer_can_be_read() {
    let limits = Limits {
        body: 1000,
        ..Limits::default()
    };
    let server = Emulator::builder().limits(limits).start().await.unwrap();
    for size in [1001, 3000] {
        let answer = Wire::to(&server)
            .await
            .ask(call("InitiateAuth", "", &" ".repeat(size)))
            .await;
        assert_eq!(answer.status, 413);
        assert_eq!(answer.json()["__type"], "RequestEntityTooLargeException");
        assert!(
            answer
                .header("x-poolhouse-reason")
                .unwrap()
                .contains("1000 bytes")
        );
    }
    let answer = Wire::to(&server)
        .await
        .ask(call("InitiateAuth", "", &" ".repeat(1000)))
        .await;
    assert_eq!(answer.json()["__type"], "SerializationException");
}

#[tokio::test]
async fn a_chunked_body_is_bounded_too() {
    let limits = Limits {
        body: 1000,
        ..Limits::default()
    };
    let server = Emulator::builder().limits(limits).start().await.unwrap();
    let head = "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\
                X-Amz-Target: AWSCognitoIdentityProviderService.InitiateAuth\r\n\r\n";
    for (chunks, status) in [(9, 400), (11, 413)] {
        let chunk = format!("64\r\n{}\r\n", "[".repeat(100));
        let sent = format!("{head}{}0\r\n\r\n", chunk.repeat(chunks));
        assert_eq!(Wire::to(&server).await.ask(sent).await.status, status);
    }
}

#[tokio::test]
async fn a_slow_body_is_408_and_ends_the_connection() {
    let limits = Limits {
        body_time: Duration::from_millis(50),
        ..Limits::default()
    };
    let server = Emulator::builder().limits(limits).start().await.unwrap();
    let mut wire = Wire::to(&server).await;
    let request = call("InitiateAuth", "", "{}");
    let answer = wire.ask(&request[..request.len() - 1]).await;
    assert_eq!(answer.status, 408);
    assert_eq!(answer.json()["__type"], "RequestTimeoutException");
    assert_eq!(answer.header("connection"), Some("close"));
    assert!(wire.answer().await.is_none());
}

/// Sends a call but for its last byte, and waits until the server has it in hand.
async fn begin_a_slow_body(server: &Emulator, body: &str) -> Wire {
    let mut wire = Wire::to(server).await;
    let slow = call("InitiateAuth", "Expect: 100-continue\r\n", body);
    let (head, body) = slow.split_at(slow.len() - body.len());
    wire.send(head).await;
    // Said when the body is asked for.
    assert!(wire.head().await.unwrap().contains(" 100 "));
    wire.send(&body[..body.len() - 1]).await;
    let health = request("GET /health", "", "");
    assert_eq!(Wire::to(server).await.ask(health).await.status, 200);
    wire
}

#[tokio::test]
async fn slow_bodies_keep_nobody_waiting() {
    let limits = Limits {
        in_flight: 1,
        ..Limits::default()
    };
    let server = Emulator::builder().limits(limits).start().await.unwrap();
    let mut slow = Vec::new();
    for _ in 0..3 {
        slow.push(begin_a_slow_body(&server, "[]").await);
    }
    let mut wire = Wire::to(&server).await;
    assert_eq!(wire.ask(request("GET /health", "", "")).await.status, 200);
    assert_eq!(wire.ask(call("InitiateAuth", "", "[]")).await.status, 400);
    for mut wire in slow {
        assert_eq!(wire.ask("]").await.status, 400);
    }
}

/// One long body at a time.
fn one_at_a_time() -> Limits {
    Limits {
        in_flight: 1,
        body: 200 * 1024,
        ..Limits::default()
    }
}

#[tokio::test]
async fn long_bodies_wait_for_room_in_memory_and_short_ones_do_not() {
    let server = Emulator::builder().limits(one_at_a_time());
    let server = server.start().await.unwrap();
    let slow = begin_a_slow_body(&server, &" ".repeat(150_000)).await;
    let mut large = Wire::to(&server).await;
    large
        .send(call("InitiateAuth", "", &" ".repeat(150_000)))
        .await;
    let early = tokio::time::timeout(Duration::from_millis(100), large.answer()).await;
    assert!(early.is_err(), "{early:?}");
    let mut small = Wire::to(&server).await;
    assert_eq!(small.ask(call("InitiateAuth", "", "[]")).await.status, 400);
    // What is given up gives its room back.
    drop(slow);
    let answer = large.answer().await.unwrap();
    assert_eq!(answer.json()["__type"], "SerializationException");
}

#[tokio::test]
async fn a_body_that_has_begun_is_not_starved_by_those_that_came_later() {
    let server = Emulator::builder().limits(one_at_a_time());
    let server = server.start().await.unwrap();
    let head = "POST / HTTP/1.1\r\nHost: localhost\r\n\
                X-Amz-Target: AWSCognitoIdentityProviderService.InitiateAuth\r\n";
    let half = " ".repeat(75_000);
    let chunk = format!("{:x}\r\n{half}\r\n", half.len());
    for (framing, part, end) in [
        ("Content-Length: 150000", half.clone(), ""),
        ("Transfer-Encoding: chunked", chunk, "0\r\n\r\n"),
    ] {
        let mut wires = [Wire::to(&server).await, Wire::to(&server).await];
        for wire in &mut wires {
            wire.send(format!("{head}{framing}\r\n\r\n{part}")).await;
            let health = request("GET /health", "", "");
            assert_eq!(Wire::to(&server).await.ask(health).await.status, 200);
        }
        for wire in &mut wires {
            wire.send(format!("{part}{end}")).await;
        }
        for wire in &mut wires {
            assert_eq!(wire.answer().await.unwrap().status, 400, "{framing}");
        }
    }
}

#[tokio::test]
async fn a_body_of_many_small_values_is_refused_before_it_takes_memory() {
    let server = Emulator::builder().start().await.unwrap();
    let body = format!(r#"{{"Unknown":[{}0]}}"#, r#"{"":0},"#.repeat(500_000));
    let answer = Wire::to(&server)
        .await
        .ask(call("InitiateAuth", "", &body))
        .await;
    assert_eq!(answer.json()["__type"], "SerializationException");
    let reason = answer.header("x-poolhouse-reason").unwrap();
    assert!(reason.contains("4 MiB of memory"), "{reason}");
}

#[tokio::test]
async fn violations_show_no_more_than_half_a_mebibyte_of_values() {
    let server = Emulator::builder().start().await.unwrap();
    let mut wire = Wire::to(&server).await;
    for (length, cut) in [(200_000, false), (3_000_000, true)] {
        let id = "!".repeat(length);
        let body = format!(r#"{{"UserPoolId":"{id}"}}"#);
        let answer = wire.ask(call("DescribeUserPool", SIGNED, &body)).await;
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(message.starts_with("2 validation errors detected: Value '!!"));
        assert_eq!(message.contains('…'), cut);
        assert!(message.len() < 600_000, "{}", message.len());
        assert!(
            message
                .ends_with("Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+"),
            "{}",
            &message[message.len() - 200..]
        );
    }
}

#[tokio::test]
async fn an_encoded_body_is_malformed() {
    let server = Emulator::builder().start().await.unwrap();
    let mut wire = Wire::to(&server).await;
    // Inferred.
    let sentence = Some("The request body cannot be decoded.");
    for (encoding, kind, text) in [
        ("gzip", "MalformedHttpRequestException", sentence),
        ("nonsense", "MalformedHttpRequestException", sentence),
        ("identity", "SerializationException", None),
        ("amz-1.0", "SerializationException", None),
    ] {
        let header = format!("Content-Encoding: {encoding}\r\n");
        let answer = wire.ask(call("InitiateAuth", &header, "[")).await;
        let found = answer.json();
        assert_eq!((answer.status, found["__type"].as_str()), (400, Some(kind)));
        assert_eq!(found["message"].as_str(), text);
    }
}

#[tokio::test]
async fn headers_beyond_the_limit_are_431() {
    let server = Emulator::builder().start().await.unwrap();
    let fits = format!("X-Long: {}\r\n", "a".repeat(30 * 1024));
    assert_eq!(
        Wire::to(&server)
            .await
            .ask(call("InitiateAuth", &fits, "["))
            .await
            .status,
        400
    );
    let long = format!("X-Long: {}\r\n", "a".repeat(33 * 1024));
    assert_eq!(
        Wire::to(&server)
            .await
            .ask(call("InitiateAuth", &long, "["))
            .await
            .status,
        431
    );
}

#[tokio::test]
async fn a_limit_of_headers_above_hypers_own_buffer_counts() {
    let limits = Limits {
        headers: 1024 * 1024,
        ..Limits::default()
    };
    let server = Emulator::builder().limits(limits).start().await.unwrap();
    for (length, status) in [(450_000, 400), (1_000_000, 400), (1_100_000, 431)] {
        let long = format!("X-Long: {}\r\n", "a".repeat(length));
        let answer = Wire::to(&server)
            .await
            .ask(call("InitiateAuth", &long, "["))
            .await;
        assert_eq!(answer.status, status, "{length}");
    }
    let stream = TcpStream::connect(("127.0.0.1", server.port())).await;
    let made = hyper::client::conn::http2::Builder::new(TokioExecutor::new())
        .handshake(TokioIo::new(stream.unwrap()));
    let (mut client, connection) = made.await.unwrap();
    tokio::spawn(connection);
    let long = Request::get("http://localhost/health")
        .header("x-long", "a".repeat(1_000_000))
        .body(Empty::<Bytes>::new());
    let answer = client.send_request(long.unwrap()).await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
}

#[tokio::test]
async fn bytes_that_are_not_http_do_not_disturb_the_server() {
    let server = Emulator::builder().start().await.unwrap();
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00"[..],
        b"\0\0\0\0\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nXX",
        b"P",
    ] {
        let mut wire = Wire::to(&server).await;
        wire.send(bytes).await;
        drop(wire);
    }
    let answer = Wire::to(&server)
        .await
        .ask(call("InitiateAuth", "", "["))
        .await;
    assert_eq!(answer.status, 400);
}
