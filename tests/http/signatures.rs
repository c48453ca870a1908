//! SigV4: form and scope are checked on signed operations, and nothing on the others.

use poolhouse::Emulator;

use super::wire::{SIGNED, Wire, call};

#[tokio::test]
async fn a_signed_operation_wants_a_signature_of_the_right_form() {
    let server = Emulator::builder().start().await.unwrap();
    let mut wire = Wire::to(&server).await;
    let cases = [
        (
            "",
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        ),
        (
            "Authorization: Bearer abc\r\n",
            "IncompleteSignatureException",
            "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=Bearer abc",
        ),
        (
            "Authorization: AWS4-HMAC-SHA256 Credential=AKIA/20260131/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0\r\nX-Amz-Date: 20260131T120000Z\r\n",
            "InvalidSignatureException",
            "Credential should be scoped to correct service: 'cognito-idp'.",
        ),
    ];
    for (headers, kind, message) in cases {
        let answer = wire
            .ask(call("ListUserPools", headers, r#"{"MaxResults":1}"#))
            .await;
        assert_eq!(answer.status, 400, "{headers}");
        assert_eq!(answer.json()["__type"], kind, "{headers}");
        assert_eq!(answer.json()["message"], message, "{headers}");
        let reason = answer.header("x-poolhouse-reason").unwrap();
        assert!(!reason.is_empty() && !reason.contains('%'), "{reason}");
    }
    let answer = wire
        .ask(call("ListUserPools", SIGNED, r#"{"MaxResults":1}"#))
        .await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn the_signature_comes_before_the_body() {
    let server = Emulator::builder().start().await.unwrap();
    let answer = Wire::to(&server)
        .await
        .ask(call("ListUserPools", "", "{"))
        .await;
    assert_eq!(
        answer.json()["__type"],
        "MissingAuthenticationTokenException"
    );
}

#[tokio::test]
async fn an_unsigned_operation_ignores_whatever_signature_there_is() {
    let server = Emulator::builder().start().await.unwrap();
    let mut wire = Wire::to(&server).await;
    for headers in [
        "",
        "Authorization: Bearer abc\r\n",
        "Authorization: AWS4-HMAC-SHA256 x\r\n",
    ] {
        let answer = wire.ask(call("InitiateAuth", headers, "[")).await;
        assert_eq!(
            answer.json()["__type"],
            "SerializationException",
            "{headers}"
        );
    }
}

#[tokio::test]
async fn client_token_operations_pass_signed_or_unsigned() {
    let server = Emulator::builder().start().await.unwrap();
    let mut wire = Wire::to(&server).await;
    for operation in ["GetClientToken", "GetDerivedToken"] {
        let answer = wire.ask(call(operation, "", "[")).await;
        assert_eq!(
            answer.json()["__type"],
            "SerializationException",
            "{operation}"
        );
        let answer = wire
            .ask(call(
                operation,
                "Authorization: AWS4-HMAC-SHA256 x\r\n",
                "{}",
            ))
            .await;
        assert_eq!(
            answer.json()["__type"],
            "IncompleteSignatureException",
            "{operation}"
        );
    }
}
