//! `/_poolhouse/`: guard, clock, messages, passkeys.

use std::time::Duration;

use poolhouse::clock::Timestamp;
use poolhouse::control::outbox::{Message, Names};
use poolhouse::model::cognito_idp::DeliveryMediumType;
use poolhouse::{Emulator, Limits};
use serde_json::{Value, json};

use super::wire::{Wire, request};

fn message(username: &str) -> Message {
    Message {
        id: 0,
        sent: Timestamp::parse_rfc3339("2026-01-31T12:00:00Z").unwrap(),
        user_pool_id: "us-east-1_a".into(),
        username: username.into(),
        names: Names::default(),
        kind: "SignUp",
        medium: DeliveryMediumType::Email,
        destination: "bob@example.com".into(),
        sender: "no-reply@verificationemail.com".into(),
        subject: Some("Your verification code".into()),
        body: "Your confirmation code is 123456".into(),
        code: Some("123456".into()),
        link: None,
        temporary_password: None,
        delivered_by: None,
        delivery: None,
    }
}

async fn server() -> Emulator {
    let noon = Timestamp::parse_rfc3339("2026-01-31T12:00:00Z").unwrap();
    Emulator::builder().frozen_at(noon).start().await.unwrap()
}

#[tokio::test]
async fn web_pages_of_other_sites_cannot_drive_it() {
    let server = server().await;
    let mut wire = Wire::to(&server).await;
    for headers in [
        "Origin: https://evil.example\r\n",
        "Origin: null\r\n",
        "Origin: http://localhost:3000\r\nOrigin: https://evil.example\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
    ] {
        let sent = request("POST /_poolhouse/clock", headers, r#"{"advance":"1h"}"#);
        let answer = wire.ask(sent).await;
        assert_eq!(answer.status, 403, "{headers}");
        assert!(answer.json()["error"].is_string());
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
    let foreign = "GET /_poolhouse/messages HTTP/1.1\r\nHost: evil.example\r\n\r\n";
    let answer = wire.ask(foreign).await;
    assert_eq!(answer.status, 403);
    assert!(
        answer.json()["error"]
            .as_str()
            .unwrap()
            .contains("--allow-host evil.example")
    );
    assert_eq!(
        server.shared().clock.now().to_rfc3339(),
        "2026-01-31T12:00:00Z"
    );
    let page = "Origin: http://localhost:3000\r\n";
    let answer = wire.ask(request("GET /_poolhouse/clock", page, "")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("http://localhost:3000")
    );
}

#[tokio::test]
async fn the_clock_is_read_moved_and_frozen() {
    let server = server().await;
    let mut wire = Wire::to(&server).await;
    let steps = [
        ("GET", "", "2026-01-31T12:00:00Z", true),
        ("POST", r#"{"advance":"31m"}"#, "2026-01-31T12:31:00Z", true),
        (
            "PUT",
            r#"{"set":"2027-01-01T00:00:00Z"}"#,
            "2027-01-01T00:00:00Z",
            true,
        ),
        ("POST", r#"{"advance":"-5m"}"#, "2026-12-31T23:55:00Z", true),
        ("GET", "", "2026-12-31T23:55:00Z", true),
    ];
    for (method, body, now, frozen) in steps {
        let answer = wire
            .ask(request(&format!("{method} /_poolhouse/clock"), "", body))
            .await;
        assert_eq!(
            (answer.status, answer.json()),
            (200, json!({"now": now, "frozen": frozen}))
        );
    }
    let answer = wire.ask(request("GET /health", "", "")).await;
    assert_eq!(answer.header("date"), Some("Thu, 31 Dec 2026 23:55:00 GMT"));
    let answer = wire
        .ask(request("POST /_poolhouse/clock", "", r#"{"forward":"1m"}"#))
        .await;
    assert_eq!(answer.status, 400);
    assert!(
        answer.json()["error"]
            .as_str()
            .unwrap()
            .contains(r#"{"advance":"31m"}"#)
    );
}

#[tokio::test]
async fn messages_are_listed_chosen_and_waited_for() {
    let server = server().await;
    let mut wire = Wire::to(&server).await;
    let empty = wire
        .ask(request("GET /_poolhouse/messages?wait=10ms", "", ""))
        .await;
    assert_eq!(empty.json(), json!({"messages": [], "more": false}));
    server.shared().outbox.send(message("ann"));
    server.shared().outbox.send(message("bob"));
    let answer = wire
        .ask(request("GET /_poolhouse/messages?username=bob", "", ""))
        .await;
    let expected = json!({"messages": [{
        "id": 2, "sentAt": "2026-01-31T12:00:00Z", "userPoolId": "us-east-1_a", "username": "bob",
        "kind": "SignUp", "medium": "EMAIL", "destination": "bob@example.com",
        "subject": "Your verification code", "body": "Your confirmation code is 123456",
        "code": "123456", "link": null, "temporaryPassword": null, "deliveredBy": null, "delivery": null,
    }], "more": false});
    assert_eq!(answer.json(), expected);
    wire.send(request("GET /_poolhouse/messages?after=2&wait=30s", "", ""))
        .await;
    let mut other = Wire::to(&server).await;
    let seen = other
        .ask(request(
            "GET /_poolhouse/messages?after=1&user_pool=us-east-1_a",
            "",
            "",
        ))
        .await;
    assert_eq!(seen.json()["messages"][0]["id"], 2);
    server.shared().outbox.send(message("eve"));
    assert_eq!(
        wire.answer().await.unwrap().json()["messages"][0]["username"],
        "eve"
    );
}

#[tokio::test]
async fn messages_are_found_by_every_name_and_filter() {
    let server = server().await;
    let mut wire = Wire::to(&server).await;
    let outbox = &server.shared().outbox;
    outbox.send(Message {
        names: Names {
            all: vec!["0d5a".into(), "bob@example.com".into(), "+15550100".into()],
            any_case: true,
        },
        ..message("0d5a")
    });
    outbox.send(Message {
        kind: "ForgotPassword",
        medium: DeliveryMediumType::Sms,
        destination: "+15550101".into(),
        ..message("ann")
    });
    let cases: [(&str, &[u64]); 12] = [
        ("", &[1, 2]),
        ("username=0d5a", &[1]),
        ("username=BOB%40example.com", &[1]),
        ("username=%2B15550100", &[1]),
        // A plus sign that nobody encoded.
        ("username=+15550100", &[1]),
        ("destination=+15550101", &[2]),
        ("medium=SMS", &[2]),
        ("medium=email", &[1]),
        ("kind=SignUp", &[1]),
        ("kind=ForgotPassword&username=0d5a", &[]),
        ("user_pool=us-east-1_b", &[]),
        (
            "user_pool=us-east-1_a&username=ann&medium=SMS&kind=ForgotPassword",
            &[2],
        ),
    ];
    for (query, ids) in cases {
        let line = format!("GET /_poolhouse/messages?{query}");
        let answer = wire.ask(request(&line, "", "")).await.json();
        let messages = answer["messages"].as_array().unwrap();
        let found: Vec<_> = messages
            .iter()
            .map(|one| one["id"].as_u64().unwrap())
            .collect();
        assert_eq!(found, ids, "{query}");
    }
    for wrong in ["medium=PIGEON", "kind=signup", "to=bob"] {
        let line = format!("GET /_poolhouse/messages?{wrong}");
        assert_eq!(
            wire.ask(request(&line, "", "")).await.status,
            400,
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn a_message_is_shown_whole_and_removed() {
    let server = server().await;
    let mut wire = Wire::to(&server).await;
    let outbox = &server.shared().outbox;
    outbox.send(Message {
        body: "<p>Hi &amp; welcome, <b>bob</b></p><p>Code: 123456</p>".into(),
        link: Some("http://localhost/confirmUser".into()),
        ..message("bob")
    });
    outbox.send(Message {
        medium: DeliveryMediumType::Sms,
        ..message("ann")
    });
    let mail = wire
        .ask(request("GET /_poolhouse/messages/1", "", ""))
        .await;
    let mail = mail.json();
    assert_eq!(mail["text"], "Hi & welcome, bob\nCode: 123456");
    assert_eq!(
        mail["html"],
        "<p>Hi &amp; welcome, <b>bob</b></p><p>Code: 123456</p>"
    );
    assert_eq!(mail["code"], "123456");
    assert_eq!(mail["link"], "http://localhost/confirmUser");
    let text = wire
        .ask(request("GET /_poolhouse/messages/2", "", ""))
        .await;
    let text = text.json();
    assert_eq!(text["text"], "Your confirmation code is 123456");
    assert_eq!(text["html"], serde_json::Value::Null);
    for (line, status) in [
        ("GET /_poolhouse/messages/3", 404),
        ("GET /_poolhouse/messages/x", 400),
        ("DELETE /_poolhouse/messages?kind=x", 400),
        ("DELETE /_poolhouse/messages?wait=5s", 400),
        ("DELETE /_poolhouse/messages/3", 404),
        ("POST /_poolhouse/messages", 405),
    ] {
        assert_eq!(
            wire.ask(request(line, "", "")).await.status,
            status,
            "{line}"
        );
    }
    for (line, deleted, left) in [
        ("DELETE /_poolhouse/messages?username=eve", 0, 2),
        ("DELETE /_poolhouse/messages?username=ann", 1, 1),
        ("DELETE /_poolhouse/messages/1", 1, 0),
        ("DELETE /_poolhouse/messages", 0, 0),
    ] {
        let answer = wire.ask(request(line, "", "")).await;
        assert_eq!(answer.json(), json!({"deleted": deleted}), "{line}");
        assert_eq!(outbox.after(0).len(), left, "{line}");
    }
    assert_eq!(outbox.send(message("bob")), 3);
}

#[tokio::test]
async fn events_are_told_as_they_come_and_after_an_id() {
    let server = server().await;
    let outbox = &server.shared().outbox;
    outbox.send(message("ann"));
    outbox.send(message("bob"));
    let mut wire = Wire::to(&server).await;
    wire.send(request("GET /_poolhouse/events?username=bob", "", ""))
        .await;
    let head = wire.until("\r\n\r\n").await;
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert!(
        head.contains("content-type: text/event-stream\r\n"),
        "{head}"
    );
    wire.until(": events\n\n").await;
    outbox.send(message("ann"));
    outbox.send(message("bob"));
    let told = wire.until("}\n\n").await;
    assert!(told.contains("event: message\nid: 4\ndata: {"), "{told}");
    assert!(told.contains("\"username\":\"bob\""), "{told}");
    let mut again = Wire::to(&server).await;
    let headers = "Last-Event-ID: 1\r\n";
    again
        .send(request("GET /_poolhouse/events?after=3", headers, ""))
        .await;
    let told = again.until("id: 2\n").await;
    assert!(!told.contains("id: 1\n"), "{told}");
    again.until("id: 4\n").await;
    for (line, headers, status) in [
        ("GET /_poolhouse/events?kind=x", "", 400),
        ("GET /_poolhouse/events", "Last-Event-ID: x\r\n", 400),
        ("POST /_poolhouse/events", "", 405),
        (
            "GET /_poolhouse/events",
            "Origin: https://evil.example\r\n",
            403,
        ),
    ] {
        let mut other = Wire::to(&server).await;
        assert_eq!(
            other.ask(request(line, headers, "")).await.status,
            status,
            "{line}"
        );
    }
    // A server that stops ends them.
    let stopped = tokio::time::timeout(Duration::from_secs(4), server.stop());
    stopped.await.expect("listeners held up the end");
    wire.until("0\r\n\r\n").await;
}

#[tokio::test]
async fn listeners_are_bounded_and_leave_their_places() {
    let server = server().await;
    let listen = async || {
        let mut wire = Wire::to(&server).await;
        wire.send(request("GET /_poolhouse/events", "", "")).await;
        wire.until("\r\n\r\n")
            .await
            .contains(" 200 OK")
            .then_some(wire)
    };
    let mut listeners = Vec::new();
    while let Some(wire) = listen().await {
        listeners.push(wire);
    }
    assert_eq!(listeners.len(), 32);
    drop(listeners);
    let freed = async {
        while listen().await.is_none() {
            tokio::task::yield_now().await;
        }
    };
    let freed = tokio::time::timeout(Duration::from_secs(10), freed);
    freed.await.expect("those who left keep their places");
}

#[tokio::test]
async fn messages_and_deliveries_come_in_pages() {
    let server = server().await;
    let mut wire = Wire::to(&server).await;
    let shared = server.shared();
    for _ in 0..100 {
        shared.outbox.send(Message {
            body: "m".repeat(20_000),
            ..message("bob")
        });
    }
    let first = wire.ask(request("GET /_poolhouse/messages", "", "")).await;
    assert!(
        first.body.len() <= 1024 * 1024 + 100,
        "{}",
        first.body.len()
    );
    let mut seen = 0;
    let mut pages = 0;
    loop {
        let line = format!("GET /_poolhouse/messages?after={seen}&limit=60");
        let page = wire.ask(request(&line, "", "")).await.json();
        for message in page["messages"].as_array().unwrap() {
            seen += 1;
            assert_eq!(message["id"], seen);
        }
        pages += 1;
        if page["more"] == false {
            break;
        }
    }
    assert_eq!((seen, pages), (100, 2));
    for _ in 0..1001 {
        shared
            .deliveries
            .deliver("p".into(), "d".into(), 1.into(), || false);
    }
    for (query, count, more) in [
        ("", 1000, true),
        ("?after=1000", 1, false),
        ("?limit=1", 1, true),
    ] {
        let line = format!("GET /_poolhouse/deliveries{query}");
        let page = wire.ask(request(&line, "", "")).await.json();
        assert_eq!(
            page["deliveries"].as_array().unwrap().len(),
            count,
            "{query}"
        );
        assert_eq!(page["more"], more, "{query}");
    }
    for wrong in ["messages?limit=0", "deliveries?limit=all"] {
        let answer = wire
            .ask(request(&format!("GET /_poolhouse/{wrong}"), "", ""))
            .await;
        assert_eq!(answer.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn passkeys_are_made_sign_are_listed_and_dropped() {
    let server = server().await;
    let mut wire = Wire::to(&server).await;
    let creation =
        json!({"challenge": "AAAA", "rp": {"id": "example.com"}, "user": {"id": "YW5u"}});
    let body = json!({ "options": creation }).to_string();
    let mut ids = Vec::new();
    for _ in 0..2 {
        let create = request("POST /_poolhouse/passkeys/create", "", &body);
        let made = wire.ask(create).await.json();
        let text = made["credentialJson"].as_str().unwrap();
        assert_eq!(
            made["credential"],
            serde_json::from_str::<Value>(text).unwrap()
        );
        ids.push(made["credential"]["id"].as_str().unwrap().to_owned());
    }
    let asked = json!({"challenge": "AAAA", "rpId": "example.com",
        "allowCredentials": [{"id": ids[0]}]});
    let body = json!({ "options": asked.to_string() }).to_string();
    let get = request("POST /_poolhouse/passkeys/get", "", &body);
    let signed = wire.ask(get).await.json();
    assert_eq!(signed["credential"]["id"], json!(ids[0]));
    assert_eq!(signed["credential"]["response"]["userHandle"], "YW5u");

    let listed = wire.ask(request("GET /_poolhouse/passkeys", "", "")).await;
    let listed = listed.json();
    assert_eq!(
        listed,
        json!({"more": false, "passkeys": [
            {"id": ids[0], "rpId": "example.com", "userHandle": "YW5u", "userName": null,
                "algorithm": "ES256", "signCount": 1, "createdAt": "2026-01-31T12:00:00Z"},
            {"id": ids[1], "rpId": "example.com", "userHandle": "YW5u", "userName": null,
                "algorithm": "ES256", "signCount": 0, "createdAt": "2026-01-31T12:00:00Z"}]})
    );
    let one = format!("/_poolhouse/passkeys/{}", ids[0]);
    let shown = wire.ask(request(&format!("GET {one}"), "", "")).await;
    assert_eq!(shown.json(), listed["passkeys"][0]);
    let gone = wire.ask(request(&format!("DELETE {one}"), "", "")).await;
    assert_eq!(gone.json(), json!({"deleted": 1}));
    for line in [format!("GET {one}"), format!("DELETE {one}")] {
        assert_eq!(wire.ask(request(&line, "", "")).await.status, 404);
    }
    let gone = wire
        .ask(request("DELETE /_poolhouse/passkeys", "", ""))
        .await;
    assert_eq!(gone.json(), json!({"deleted": 1}));
    for (path, body, told) in [
        ("get", body.as_str(), "none of allowCredentials"),
        ("get", "{}", "CREDENTIAL_REQUEST_OPTIONS"),
        ("create", "oops", "CredentialCreationOptions"),
        ("create", "", "CredentialCreationOptions"),
    ] {
        let line = format!("POST /_poolhouse/passkeys/{path}");
        let refused = wire.ask(request(&line, "", body)).await;
        assert_eq!(refused.status, 400, "{path} {body}");
        let text = refused.json()["error"].as_str().unwrap().to_owned();
        assert!(text.contains(told), "{text}");
    }
    let wrong = wire
        .ask(request("GET /_poolhouse/passkeys/create", "", ""))
        .await;
    assert_eq!((wrong.status, wrong.header("allow")), (405, Some("POST")));
}

#[tokio::test]
async fn a_body_that_is_not_read_is_refused_in_the_words_of_the_limits() {
    let limits = Limits {
        body: 1000,
        body_time: Duration::from_millis(50),
        ..Limits::default()
    };
    let server = Emulator::builder().limits(limits).start().await.unwrap();
    let long = request("POST /_poolhouse/clock", "", &" ".repeat(1001));
    let slow = request("POST /_poolhouse/clock", "", "{}");
    let zipped = request("POST /_poolhouse/clock", "Content-Encoding: gzip\r\n", "{}");
    for (sent, status, text, end) in [
        (
            &long[..],
            413,
            "the body exceeds 1000 bytes, see --max-body",
            Some("close"),
        ),
        (
            &slow[..slow.len() - 1],
            408,
            "the body was not complete within 50ms, see --body-timeout",
            Some("close"),
        ),
        (
            &zipped[..],
            400,
            "Content-Encoding is not identity; send the body without compression",
            None,
        ),
    ] {
        let answer = Wire::to(&server).await.ask(sent).await;
        assert_eq!(
            (answer.status, answer.json()),
            (status, json!({"error": text}))
        );
        assert_eq!(answer.header("connection"), end, "{text}");
    }
}

#[tokio::test]
async fn a_body_that_nobody_wants_is_taken_before_the_answer() {
    let server = server().await;
    let body = "x".repeat(3_000_000);
    let elsewhere = "Origin: https://evil.example\r\n";
    for (line, headers, status) in [
        ("POST /_poolhouse/nowhere", "", 404),
        ("DELETE /_poolhouse/clock", "", 405),
        ("GET /_poolhouse/clock", "", 200),
        ("POST /_poolhouse/clock", elsewhere, 403),
        ("POST /nowhere", "", 404),
    ] {
        let mut wire = Wire::to(&server).await;
        for _ in 0..2 {
            let answer = wire.ask(request(line, headers, &body)).await;
            assert_eq!(answer.status, status, "{line}");
        }
    }
}

#[tokio::test]
async fn a_stop_ends_waiting_readers() {
    let server = server().await;
    let mut wire = Wire::to(&server).await;
    wire.send(request("GET /_poolhouse/messages?wait=60s", "", ""))
        .await;
    let mut other = Wire::to(&server).await;
    assert_eq!(other.ask(request("GET /health", "", "")).await.status, 200);
    server.stop().await;
    // Either answered or, when the stop came before the request was read, ended.
    assert!(
        wire.answer()
            .await
            .is_none_or(|answer| answer.json() == json!({"messages": [], "more": false}))
    );
}

#[tokio::test]
async fn unknown_routes_and_methods_are_told_what_there_is() {
    let server = server().await;
    let mut wire = Wire::to(&server).await;
    let answer = wire.ask(request("GET /_poolhouse/nowhere", "", "")).await;
    assert_eq!(answer.status, 404);
    let rows = answer.json()["routes"].clone();
    let paths = rows.as_array().unwrap().iter();
    let paths: Vec<_> = paths.map(|row| row["path"].as_str().unwrap()).collect();
    let known = "health messages messages/ID events requests requests/verify clock imports \
        imports/JOB/log deliveries faults faults/ID risk undeliverable triggers invocations \
        users/POOL/USERNAME/totp passkeys passkeys/create passkeys/get passkeys/ID quotas \
        secrets idp idp/authorize idp/token idp/userinfo idp/jwks.json \
        idp/.well-known/openid-configuration idp/saml/metadata idp/saml/sso idp/saml/logout \
        idp/people snapshots snapshots/NAME snapshots/NAME/restore snapshots/NAME/diff reset \
        branches branches/ACCOUNT pools/ID/clone turn turn/HOLDER ca.pem";
    let known: Vec<_> = known
        .split(' ')
        .map(|path| format!("/_poolhouse/{path}"))
        .collect();
    assert_eq!(paths, known);
    let answer = wire.ask(request("DELETE /_poolhouse/clock", "", "")).await;
    let allowed = Some("GET, HEAD, POST, PUT");
    assert_eq!((answer.status, answer.header("allow")), (405, allowed));
}
