//! Browser SDKs call the service across origins.

use poolhouse::Emulator;

use super::wire::{Wire, ask, call, request};

#[tokio::test]
async fn a_preflight_is_allowed_for_two_days() {
    let headers = "Origin: http://localhost:3000\r\nAccess-Control-Request-Method: POST\r\n\
                   Access-Control-Request-Headers: content-type,x-amz-target,x-amz-user-agent\r\n";
    let answer = ask(request("OPTIONS /", headers, "")).await;
    assert_eq!((answer.status, answer.body.len()), (200, 0));
    let expected = [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-methods", "POST"),
        (
            "access-control-allow-headers",
            "content-type,x-amz-target,x-amz-user-agent",
        ),
        ("access-control-max-age", "172800"),
    ];
    for (name, value) in expected {
        assert_eq!(answer.header(name), Some(value));
    }
}

#[tokio::test]
async fn answers_and_refusals_are_readable_when_a_page_asks() {
    let server = Emulator::builder().start().await.unwrap();
    let mut wire = Wire::to(&server).await;
    let answer = wire
        .ask(call("InitiateAuth", "Origin: http://app.test\r\n", "["))
        .await;
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(
        answer.header("access-control-expose-headers"),
        Some("x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date,x-poolhouse-reason")
    );
    let answer = wire.ask(call("InitiateAuth", "", "[")).await;
    assert_eq!(answer.header("access-control-allow-origin"), None);
}
