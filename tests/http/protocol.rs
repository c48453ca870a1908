//! AWS JSON 1.1: success, refusals, and what is no call at all.

use poolhouse::Emulator;
use poolhouse::clock::Timestamp;
use serde_json::json;

use super::wire::{SIGNED, Wire, ask, call, request};

const NOT_UNDERSTOOD: &str = r#"{"code":"BadRequest","message":"The server did not understand the operation that was requested.","type":"client"}"#;

#[tokio::test]
async fn an_answer_has_the_headers_that_awss_has() {
    let noon = Timestamp::parse_rfc3339("2026-01-31T12:00:00Z").unwrap();
    let server = Emulator::builder()
        .frozen_at(noon)
        .seed(7)
        .start()
        .await
        .unwrap();
    let answer = Wire::to(&server)
        .await
        .ask(call("ListUserPools", SIGNED, r#"{"MaxResults":1}"#))
        .await;
    assert_eq!(answer.status, 200);
    assert!(answer.json()["UserPools"].is_array());
    assert_eq!(
        answer.header("content-type"),
        Some("application/x-amz-json-1.1")
    );
    assert_eq!(answer.header("date"), Some("Sat, 31 Jan 2026 12:00:00 GMT"));
    let id = answer.header("x-amzn-requestid").unwrap();
    assert!(id.len() == 36 && id.bytes().filter(|byte| *byte == b'-').count() == 4);
    let names: Vec<_> = answer
        .head
        .lines()
        .skip(1)
        .filter_map(|line| Some(line.split_once(':')?.0))
        .collect();
    assert_eq!(
        names,
        ["content-type", "date", "x-amzn-requestid", "content-length"]
    );
}

#[tokio::test]
async fn an_unknown_operation_is_404_without_a_sentence() {
    let answer = ask(call("MakeCoffee", SIGNED, "{}")).await;
    assert_eq!(
        (answer.status, answer.text()),
        (404, r#"{"__type":"UnknownOperationException"}"#)
    );
    assert_eq!(
        answer.header("x-amzn-errortype"),
        Some("UnknownOperationException:")
    );
    assert_eq!(answer.header("x-amzn-errormessage"), None);
    assert!(answer.header("x-poolhouse-reason").is_some());
}

#[tokio::test]
async fn an_operation_that_is_not_served_yet_is_400_and_named() {
    let body = "{\"IdentityPoolId\":\"us-east-1:00000000-0000-0000-0000-000000000000\"}";
    let headers = "X-Amz-Target: AWSCognitoIdentityService.GetId\r\n";
    let answer = ask(request("POST /", headers, body)).await;
    assert_eq!(answer.status, 400);
    let expected = "Poolhouse does not serve GetId yet.";
    assert_eq!(
        answer.json(),
        json!({"__type": "UnknownOperationException", "message": expected})
    );
    assert_eq!(answer.header("x-amzn-errormessage"), Some(expected));
}

#[tokio::test]
async fn what_is_no_call_gets_the_front_ends_answer() {
    let server = Emulator::builder().start().await.unwrap();
    let target = "X-Amz-Target: AWSCognitoIdentityProviderService.InitiateAuth\r\n";
    let cases = [
        request("POST /", "", "{}"),
        request(
            "POST /",
            "X-Amz-Target: DynamoDB_20120810.ListTables\r\n",
            "{}",
        ),
        request(
            "POST /",
            &format!("{target}Content-Type: application/json\r\n"),
            "{}",
        ),
        request(
            "POST /",
            &format!("{target}Content-Type: text/plain\r\n"),
            "{}",
        ),
        request("POST /elsewhere", target, "{}"),
        request("GET /", target, ""),
        request("PUT /", target, "{}"),
        request("DELETE /", "", ""),
        request("GET /us-east-1_none/.well-known/jwks.json", "", ""),
        request("GET /favicon.ico", "", ""),
    ];
    let mut wire = Wire::to(&server).await;
    for sent in cases {
        let answer = wire.ask(&sent).await;
        assert_eq!(
            (answer.status, answer.text()),
            (404, NOT_UNDERSTOOD),
            "{sent}"
        );
        assert!(
            answer
                .header("x-poolhouse-reason")
                .is_some_and(|reason| !reason.is_empty()),
            "{sent}"
        );
    }
}

#[tokio::test]
async fn a_body_that_is_not_json_is_a_serialization_exception_without_a_message() {
    let server = Emulator::builder().start().await.unwrap();
    let mut wire = Wire::to(&server).await;
    for body in [
        "{",
        "{]",
        "hello",
        "{\"ClientId\":\"a\"} {}",
        "{\"ClientId\":\"\u{1}\"}",
    ] {
        let answer = wire.ask(call("InitiateAuth", "", body)).await;
        let expected = r#"{"__type":"SerializationException"}"#;
        assert_eq!((answer.status, answer.text()), (400, expected), "{body}");
        assert_eq!(
            answer.header("x-amzn-errortype"),
            Some("SerializationException:")
        );
        assert!(
            answer
                .header("x-poolhouse-reason")
                .unwrap()
                .contains("not JSON")
        );
    }
}

#[tokio::test]
async fn a_value_of_the_wrong_type_is_named_with_what_would_be_right() {
    let server = Emulator::builder().start().await.unwrap();
    let mut wire = Wire::to(&server).await;
    let cases = [
        ("[]", "the body must be an object, and is an array"),
        ("7", "the body must be an object, and is a number"),
        (
            r#"{"AuthParameters":{"USERNAME":true}}"#,
            "AuthParameters.USERNAME must be a string, and is a boolean",
        ),
        (
            r#"{"AuthParameters":"a"}"#,
            "AuthParameters must be an object, and is a string",
        ),
    ];
    for (body, reason) in cases {
        let answer = wire.ask(call("InitiateAuth", "", body)).await;
        assert_eq!(answer.json()["__type"], "SerializationException");
        assert_eq!(answer.header("x-poolhouse-reason"), Some(reason), "{body}");
    }
}

#[tokio::test]
async fn http_1_requests_name_one_host() {
    let server = Emulator::builder().start().await.unwrap();
    let cases = [
        ("GET /health HTTP/1.1\r\n\r\n", 400),
        ("GET http://localhost/health HTTP/1.1\r\n\r\n", 400),
        ("GET /_poolhouse/clock HTTP/1.1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 400),
        ("GET /health HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
        ("GET /health HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        ("GET /health HTTP/1.1\r\nHost:\r\n\r\n", 200),
        ("GET /health HTTP/1.1\r\nHost: a:1\r\n\r\n", 200),
        ("GET /health HTTP/1.0\r\n\r\n", 200),
    ];
    for (sent, status) in cases {
        let answer = Wire::to(&server).await.ask(sent).await;
        assert_eq!(answer.status, status, "{sent}");
        if status == 400 {
            assert_eq!(answer.json()["__type"], "MalformedHttpRequestException");
            // Inferred.
            let sentence = "The request must name one host.";
            assert_eq!(answer.json()["message"], sentence);
            assert!(
                answer
                    .header("x-poolhouse-reason")
                    .unwrap()
                    .contains("Host")
            );
        }
    }
}

#[tokio::test]
async fn content_types_and_empty_bodies_are_taken_as_clients_send_them() {
    let server = Emulator::builder().start().await.unwrap();
    let mut wire = Wire::to(&server).await;
    let target = "X-Amz-Target: AWSCognitoIdentityProviderService.MakeCoffee\r\n";
    for kind in [
        "",
        "Content-Type:\r\n",
        "Content-Type: application/x-amz-json-1.0\r\n",
        "Content-Type: application/x-amz-json-1.1; charset=utf-8\r\n",
        "Content-Type: APPLICATION/X-AMZ-JSON-1.1\r\n",
    ] {
        let answer = wire
            .ask(request("POST /", &format!("{target}{kind}"), ""))
            .await;
        assert!(
            answer.text().contains("UnknownOperationException"),
            "{kind}"
        );
    }
}

#[tokio::test]
async fn health_is_told_to_get_and_head_on_both_paths() {
    let server = Emulator::builder().start().await.unwrap();
    let mut wire = Wire::to(&server).await;
    for path in ["/health", "/_poolhouse/health"] {
        let answer = wire.ask(request(&format!("GET {path}"), "", "")).await;
        assert_eq!(
            (answer.status, answer.text()),
            (200, r#"{"ok":true}"#),
            "{path}"
        );
        wire.send(request(&format!("HEAD {path}"), "", "")).await;
        // No body follows the head of a HEAD answer, so the next answer begins at once.
        let head = wire.head().await.unwrap();
        assert!(
            head.contains("HTTP/1.1 200") && head.contains("content-length: 11"),
            "{head}"
        );
    }
}

#[tokio::test]
async fn public_documents_are_read_without_credentials_and_by_browsers() {
    let server = Emulator::builder().start().await.unwrap();
    let pool = &server.loaded().pools[0].id;
    let mut wire = Wire::to(&server).await;
    for document in ["jwks.json", "openid-configuration"] {
        let path = format!("GET /{pool}/.well-known/{document}");
        let answer = wire
            .ask(request(&path, "Origin: http://app.test\r\n", ""))
            .await;
        assert_eq!(answer.status, 200, "{document}");
        assert!(answer.json().is_object());
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
}

#[tokio::test]
async fn paths_of_a_pools_domain_say_that_they_are_not_served_yet() {
    let server = Emulator::builder().start().await.unwrap();
    let mut wire = Wire::to(&server).await;
    for line in [
        "GET /signup?client_id=a",
        "GET /passkeys/add",
        "GET /us-east-1_PoolHouse/forgotPassword",
        "POST /confirm",
    ] {
        let answer = wire.ask(request(line, "", "")).await;
        assert_eq!(answer.status, 404, "{line}");
        let text = answer.json()["error_description"].to_string();
        assert!(text.contains("not served yet"), "{text}");
        let reason = answer.header("x-poolhouse-reason").unwrap();
        assert!(reason.contains("not served yet"), "{reason}");
    }
}

#[tokio::test]
async fn an_empty_list_says_where_there_are_pools() {
    let server = Emulator::builder().start().await.unwrap();
    let mut wire = Wire::to(&server).await;
    let cases = [
        ("AKIA/20260131/us-east-1", None),
        ("AKIA/20260131/eu-west-1", Some("no user pool in eu-west-1")),
        (
            "210987654321/20260131/us-east-1",
            Some("account 210987654321 has no user pool"),
        ),
    ];
    for (credential, expected) in cases {
        let headers = SIGNED.replace("AKIA/20260131/us-east-1", credential);
        let answer = wire
            .ask(call("ListUserPools", &headers, r#"{"MaxResults":9}"#))
            .await;
        assert_eq!(answer.status, 200);
        let pools = answer.json()["UserPools"].as_array().unwrap().len();
        assert_eq!(pools, if expected.is_none() { 1 } else { 0 });
        match (answer.header("x-poolhouse-reason"), expected) {
            (Some(reason), Some(part)) => {
                assert!(reason.contains(part), "{reason}");
                assert!(
                    reason.contains("account 123456789012 in us-east-1"),
                    "{reason}"
                );
            }
            (reason, expected) => assert_eq!(reason, expected),
        }
        let unknown = r#"{"Domain":"nobodys"}"#;
        let answer = wire
            .ask(call("DescribeUserPoolDomain", &headers, unknown))
            .await;
        assert_eq!(answer.text(), r#"{"DomainDescription":{}}"#);
        assert!(answer.header("x-poolhouse-reason").is_some());
    }
}

#[tokio::test]
async fn a_tls_hello_is_answered_with_what_would_be_right() {
    let server = Emulator::builder().start().await.unwrap();
    let mut wire = Wire::to(&server).await;
    wire.send(b"\x16\x03\x01\x02\x00\x01\x00").await;
    let answer = wire.rest().await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.contains("http:// in place of https://"), "{answer}");
}
