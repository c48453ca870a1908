//! Calls of Cognito as finished requests, the way an AWS SDK writes them, and what the set-up of a
//! measurement asks of the server.

use serde_json::Value;

use crate::Outcome;
use crate::http::Connection;

/// A request of an operation, finished. Signed ones carry credentials of the right form; which they are is
/// not checked by the server.
pub(crate) fn request(operation: &str, body: &Value) -> Vec<u8> {
    let body = body.to_string();
    let credentials = if is_signed(operation) {
        format!(
            "X-Amz-Date: 20260101T000000Z\r\nAuthorization: AWS4-HMAC-SHA256 \
             Credential=benchmark/20260101/us-east-1/cognito-idp/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature={}\r\n",
            "0".repeat(64)
        )
    } else {
        String::new()
    };
    format!(
        "POST / HTTP/1.1\r\nHost: 127.0.0.1:9229\r\nUser-Agent: poolhouse-bench\r\n\
         X-Amz-Target: AWSCognitoIdentityProviderService.{operation}\r\n\
         Content-Type: application/x-amz-json-1.1\r\n{credentials}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Of the operations used here, those that a client calls without credentials.
fn is_signed(operation: &str) -> bool {
    !matches!(
        operation,
        "GetUser"
            | "InitiateAuth"
            | "RespondToAuthChallenge"
            | "ConfirmDevice"
            | "StartWebAuthnRegistration"
            | "CompleteWebAuthnRegistration"
    )
}

/// Calls an operation, which must succeed.
pub(crate) fn call(connection: &mut Connection, operation: &str, body: &Value) -> Outcome<Value> {
    send(connection, operation, &request(operation, body))
}

/// Sends a finished request of an operation, which must succeed.
pub(crate) fn send(connection: &mut Connection, operation: &str, request: &[u8]) -> Outcome<Value> {
    let answer = connection
        .succeed(request)
        .map_err(|error| format!("{operation}: {error}"))?;
    let body = answer.body();
    if body.is_empty() {
        return Ok(Value::Null);
    }
    Ok(serde_json::from_slice(body)?)
}

/// A text member, by its JSON pointer.
pub(crate) fn text(answer: &Value, pointer: &str) -> Outcome<String> {
    let found = answer.pointer(pointer).and_then(Value::as_str);
    Ok(found
        .ok_or_else(|| format!("no {pointer} in {answer}"))?
        .to_owned())
}
