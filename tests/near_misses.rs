//! Near misses through the wire: what the reason of a refusal names, and that the body stays AWS's.

use poolhouse::Emulator;
use poolhouse::clock::Timestamp;
use poolhouse::model::cognito_idp::Operation;
use serde_json::{Value, json};

use crate::http::wire::{Answer, SIGNED, Wire, call, request};

const POOL: &str = "us-east-1_PoolHouse";
const CLIENT: &str = "1poolhouse0public0client00";

async fn server() -> Emulator {
    let noon = Timestamp::parse_rfc3339("2026-01-31T12:00:00Z").unwrap();
    let server = Emulator::builder().frozen_at(noon).seed(7);
    server.start().await.unwrap()
}

async fn ask(server: &Emulator, operation: Operation, input: Value) -> Answer {
    let signature = if operation.signed() { SIGNED } else { "" };
    let mut wire = Wire::to(server).await;
    wire.ask(call(operation.name(), signature, &input.to_string()))
        .await
}

async fn tell(server: &Emulator, line: &str, body: &str) {
    let mut wire = Wire::to(server).await;
    let answer = wire.ask(request(line, "", body)).await;
    assert_eq!(answer.status, 200, "{line}: {}", answer.text());
}

/// The body of a refusal, and the end of its reason.
async fn refused(server: &Emulator, operation: Operation, input: Value) -> (Value, String) {
    let answer = ask(server, operation, input).await;
    assert_eq!(answer.status, 400, "{}", answer.text());
    let reason = answer.header("x-poolhouse-reason").unwrap();
    let end = reason.split_once("; ").unwrap().1.to_owned();
    (serde_json::from_str(answer.text()).unwrap(), end)
}

fn user(name: &str) -> Value {
    json!({"UserPoolId": POOL, "Username": name})
}

#[tokio::test]
async fn the_nearest_is_in_the_header_and_in_nothing_else() {
    let server = server().await;
    let unknown = json!({"__type": "UserNotFoundException", "message": "User does not exist."});
    let create = json!({"UserPoolId": POOL, "Username": "wire-user", "MessageAction": "SUPPRESS"});
    ask(&server, Operation::AdminCreateUser, create).await;
    let (body, end) = refused(&server, Operation::AdminGetUser, user("wire-usr")).await;
    assert_eq!(body, unknown);
    assert!(
        end.ends_with("the nearest is \"wire-user\": one letter differs"),
        "{end}"
    );

    ask(&server, Operation::AdminDeleteUser, user("wire-user")).await;
    tell(&server, "POST /_poolhouse/clock", r#"{"advance":"3s"}"#).await;
    let (body, end) = refused(&server, Operation::AdminGetUser, user("wire-user")).await;
    assert_eq!(body, unknown);
    assert!(end.ends_with("it was deleted 3 s ago"), "{end}");

    tell(&server, "POST /_poolhouse/reset", "").await;
    let (_, end) = refused(&server, Operation::AdminGetUser, user("wire-user")).await;
    assert!(!end.contains("deleted"), "{end}");
}

#[tokio::test]
async fn a_client_and_a_pool_are_named_too() {
    let server = server().await;
    let capital = CLIENT.to_uppercase();
    let revoke = json!({"Token": "x", "ClientId": capital});
    let (_, end) = refused(&server, Operation::RevokeToken, revoke).await;
    let said = format!(
        "the nearest is {CLIENT} of {POOL}, account 123456789012 in us-east-1: only letter case differs"
    );
    assert!(end.ends_with(&said), "{end}");

    let input = json!({"UserPoolId": "us-east-1_Poolhouse"});
    let (body, end) = refused(&server, Operation::DescribeUserPool, input).await;
    assert_eq!(
        body["message"],
        "User pool us-east-1_Poolhouse does not exist."
    );
    let said = format!(
        "the nearest is {POOL} of account 123456789012 in us-east-1: only letter case differs"
    );
    assert!(end.ends_with(&said), "{end}");
}

/// What a restore has taken away is told, also where it is the start that came back.
#[tokio::test]
async fn a_reset_is_told_of() {
    let server = server().await;
    let made = ask(
        &server,
        Operation::CreateUserPool,
        json!({"PoolName": "late"}),
    )
    .await;
    let made: Value = serde_json::from_str(made.text()).unwrap();
    let id = &made["UserPool"]["Id"];
    tell(&server, "POST /_poolhouse/reset", "").await;
    let (_, end) = refused(
        &server,
        Operation::DescribeUserPool,
        json!({"UserPoolId": id}),
    )
    .await;
    assert!(
        end.ends_with("it was there until a snapshot was restored that does not have it"),
        "{end}"
    );
}

/// Regions and accounts that have nothing tell where there is something.
#[tokio::test]
async fn an_empty_list_tells_where_there_is_something() {
    let server = server().await;
    let elsewhere = SIGNED
        .replace("AKIA", "111122223333")
        .replace("us-east-1", "eu-west-1");
    let mut wire = Wire::to(&server).await;
    let answer = wire
        .ask(call("ListUserPools", &elsewhere, r#"{"MaxResults":5}"#))
        .await;
    assert_eq!((answer.status, answer.text()), (200, r#"{"UserPools":[]}"#));
    let reason = answer.header("x-poolhouse-reason").unwrap();
    assert!(
        reason.contains(
            "account 111122223333 has no user pool in eu-west-1; there are pools of account \
                         123456789012 in us-east-1"
        ),
        "{reason}"
    );
}
