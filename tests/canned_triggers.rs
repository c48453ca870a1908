//! Rules that answer in place of functions, and the journal of invocations, over the wire.

use std::path::PathBuf;
use std::sync::Arc;

use poolhouse::Emulator;
use serde_json::{Value, json};

use crate::http::wire::{Answer, Wire, call, request};

const CLIENT: &str = "cannedclient";
const POOL: &str = "us-east-1_Canned";

/// A server with a pool that has these members beside its client.
async fn server(test: &str, members: Value) -> Emulator {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("canned-{test}.json"));
    let flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
    let client = json!({"ClientName": "c", "ClientId": CLIENT, "ExplicitAuthFlows": flows});
    let mut pool = json!({"PoolName": "p", "Id": POOL, "Clients": [client]});
    for (name, value) in members.as_object().unwrap() {
        pool[name] = value.clone();
    }
    std::fs::write(&path, pool.to_string()).unwrap();
    let builder = Emulator::builder().fixtures([path]);
    builder.start().await.unwrap()
}

fn with_function() -> Value {
    json!({"LambdaConfig": {"PreSignUp": "arn:aws:lambda:us-east-1:123456789012:function:sign-up"}})
}

async fn sign_up(server: &Emulator, username: &str) -> Answer {
    let input = json!({"ClientId": CLIENT, "Username": username, "Password": "Poolhouse-1"});
    let mut wire = Wire::to(server).await;
    wire.ask(call("SignUp", "", &input.to_string())).await
}

async fn control(server: &Emulator, line: &str, body: &str) -> Answer {
    Wire::to(server).await.ask(request(line, "", body)).await
}

async fn rules(server: &Emulator, rules: Value) {
    let body = json!({"rules": rules}).to_string();
    let answer = control(server, "PUT /_poolhouse/triggers", &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[tokio::test]
async fn of_fifty_sign_ups_at_once_three_meet_a_rule_for_three() {
    let server = Arc::new(server("fifty", with_function()).await);
    rules(
        &server,
        json!([{"error": "No.", "times": 3}, {"response": {"autoConfirmUser": true}}]),
    )
    .await;
    let racing: Vec<_> = (0..50)
        .map(|n| {
            let server = Arc::clone(&server);
            tokio::spawn(async move { sign_up(&server, &format!("u{n}")).await.status })
        })
        .collect();
    let mut refused = 0;
    for one in racing {
        refused += usize::from(one.await.unwrap() == 400);
    }
    assert_eq!(refused, 3);
    let shown = control(&server, "GET /_poolhouse/triggers", "")
        .await
        .json();
    assert_eq!(shown["rules"][0]["used"], 3, "{shown}");
    assert_eq!(shown["rules"][1]["used"], 47, "{shown}");
    let journal = control(&server, "GET /_poolhouse/invocations", "")
        .await
        .json();
    assert_eq!(journal["invocations"].as_array().unwrap().len(), 50);
}

#[tokio::test]
async fn canned_answers_of_a_fixture_answer_and_are_no_function_without_a_target() {
    let triggers = json!({"Triggers": {
        "PreSignUp": [
            {"error": "Not yet", "times": 1},
            {"response": {"autoConfirmUser": true}, "times": 1},
        ],
        "PostConfirmation": {"notInvoked": "TooManyRequestsException"},
    }});
    let server = server("fixture", triggers).await;
    assert!(server.without_target().is_empty());
    let refused = sign_up(&server, "ann").await.json();
    assert_eq!(refused["message"], "PreSignUp failed with error Not yet.");
    let refused = sign_up(&server, "ann").await.json();
    assert_eq!(
        refused["message"],
        "PostConfirmation invocation failed due to error TooManyRequestsException."
    );
    let refused = sign_up(&server, "bob").await.json();
    assert_eq!(
        refused["message"],
        "PreSignUp invocation failed due to error ResourceNotFoundException."
    );
    let dropped = control(&server, "DELETE /_poolhouse/triggers", "")
        .await
        .json();
    assert_eq!(dropped, json!({"rules": []}));
}

#[tokio::test]
async fn one_function_of_two_triggers_has_a_canned_answer_for_each() {
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:f";
    let members = json!({
        "LambdaConfig": {"PreSignUp": arn, "PostConfirmation": arn},
        "Triggers": {
            "PostConfirmation": {"error": {"errorType": "E", "errorMessage": "too late"}},
            "PreSignUp": {"response": {"autoConfirmUser": true}, "triggerSource": "PreSignUp_SignUp"},
        },
    });
    let server = server("one-function", members).await;
    assert!(server.without_target().is_empty());
    let refused = sign_up(&server, "ann").await.json();
    assert_eq!(
        refused["message"],
        "PostConfirmation failed with error too late."
    );
}

#[tokio::test]
async fn the_journal_is_read_in_pages_waited_for_and_emptied() {
    let server = server("journal", with_function()).await;
    rules(
        &server,
        json!([{"username": "ann", "error": "No."}, {"response": {}}]),
    )
    .await;
    let mut wire = Wire::to(&server).await;
    wire.send(request(
        "GET /_poolhouse/invocations?username=bob&wait=30s",
        "",
        "",
    ))
    .await;
    for name in ["ann", "bob", "cid"] {
        sign_up(&server, name).await;
    }
    let waited = wire.answer().await.unwrap().json();
    assert_eq!(waited["invocations"][0]["username"], "bob", "{waited}");
    let journal = control(&server, "GET /_poolhouse/invocations?limit=2", "")
        .await
        .json();
    assert_eq!(journal["more"], true, "{journal}");
    let found = journal["invocations"].as_array().unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(
        (&found[0]["error"], &found[0]["answer"]),
        (&json!("No."), &Value::Null)
    );
    assert_eq!(
        (&found[1]["error"], &found[1]["attempts"]),
        (&Value::Null, &json!(1))
    );
    assert_eq!(found[1]["answer"], found[1]["event"]);
    let none = control(
        &server,
        "GET /_poolhouse/invocations?trigger=PostConfirmation",
        "",
    )
    .await;
    assert_eq!(none.json(), json!({"invocations": [], "more": false}));
    for (query, status, dropped) in [
        ("?limit=1", 400, json!(null)),
        ("?user_pool=us-east-1_Another1", 200, json!(0)),
        ("?username=bob", 200, json!(1)),
        ("", 200, json!(2)),
    ] {
        let request = format!("DELETE /_poolhouse/invocations{query}");
        let answer = control(&server, &request, "").await;
        assert_eq!(answer.status, status, "{query}: {}", answer.text());
        assert_eq!(answer.json()["deleted"], dropped, "{query}");
    }
    let none = control(&server, "GET /_poolhouse/invocations", "").await;
    assert_eq!(none.json(), json!({"invocations": [], "more": false}));
}
