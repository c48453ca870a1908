//! Browser SDKs call the service across origins.

use poolhouse::Emulator;

use super::wire::{SIGNED, Wire, ask, call, request};

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

const LIST: &str = r#"{"MaxResults":1}"#;

#[tokio::test]
async fn a_page_of_another_site_calls_no_signed_operation() {
    let server = Emulator::builder().start().await.unwrap();
    let mut wire = Wire::to(&server).await;
    for origins in [
        "Origin: https://evil.example\r\n",
        "Origin: null\r\n",
        "Origin: http://localhost.evil.example\r\n",
        "Origin: http://localhost:3000\r\nOrigin: https://evil.example\r\n",
    ] {
        let headers = format!("{SIGNED}{origins}");
        let answer = wire.ask(call("ListUserPools", &headers, LIST)).await;
        assert_eq!(answer.status, 400, "{origins}");
        assert_eq!(answer.json()["__type"], "AccessDeniedException");
        let sentence = "Poolhouse does not take signed requests of this web page.";
        assert_eq!(answer.json()["message"], sentence);
        // The page's author reads why, and how to change it.
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        let reason = answer.header("x-poolhouse-reason").unwrap();
        assert!(reason.contains("--allow-origin "), "{reason}");
    }
    for origins in [
        "",
        "Origin: http://localhost:3000\r\n",
        "Origin: http://127.0.0.1:3000\r\n",
        "Origin: http://[::1]\r\nOrigin: http://localhost\r\n",
    ] {
        let headers = format!("{SIGNED}{origins}");
        let answer = wire.ask(call("ListUserPools", &headers, LIST)).await;
        assert_eq!(answer.status, 200, "{origins}");
    }
}

#[tokio::test]
async fn a_page_of_another_site_signs_users_in_as_on_aws() {
    let server = Emulator::builder().start().await.unwrap();
    let body = r#"{"ClientId":"1poolhouse0public0client00","AuthFlow":"USER_PASSWORD_AUTH",
        "AuthParameters":{"USERNAME":"alice","PASSWORD":"Poolhouse-1"}}"#;
    let origin = "Origin: https://app.example\r\n";
    let answer = Wire::to(&server)
        .await
        .ask(call("InitiateAuth", origin, body))
        .await;
    assert_eq!(answer.status, 200);
    assert!(answer.json()["AuthenticationResult"]["IdToken"].is_string());
}

#[tokio::test]
async fn a_named_origin_may_do_what_this_machine_may() {
    let server = Emulator::builder()
        .allow_origin("https://app.example")
        .start()
        .await
        .unwrap();
    let mut wire = Wire::to(&server).await;
    for (origin, status, of_the_test_api) in [
        ("https://app.example", 200, 200),
        ("https://app.example:444", 400, 403),
    ] {
        let origin = format!("Origin: {origin}\r\n");
        let headers = format!("{SIGNED}{origin}");
        let answer = wire.ask(call("ListUserPools", &headers, LIST)).await;
        assert_eq!(answer.status, status, "{origin}");
        let answer = wire
            .ask(request("GET /_poolhouse/clock", &origin, ""))
            .await;
        assert_eq!(answer.status, of_the_test_api, "{origin}");
    }
}
