//! How requests end, and that the journal has them then: with clients that leave while a rule of faults has
//! them wait, and with all that was answered.

use poolhouse::Emulator;
use serde_json::{Value, json};

use crate::http::wire::{SIGNED, Wire, call, request};

const POOL: &str = "us-east-1_PoolHouse";

async fn server() -> Emulator {
    Emulator::builder().seed(7).start().await.unwrap()
}

async fn tell(server: &Emulator, line: &str, body: Value) -> Value {
    let body = match body {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    let mut wire = Wire::to(server).await;
    let (method, path) = line.split_once(' ').unwrap();
    let request = request(&format!("{method} /_poolhouse/{path}"), "", &body);
    let answer = wire.ask(request).await;
    assert_eq!(answer.status, 200, "{line}: {}", answer.text());
    answer.json()
}

/// Lets one rule hold for requests of a label.
async fn rule(server: &Emulator, rule: Value) {
    tell(server, "PUT faults", json!({ "rules": [rule] })).await;
}

/// A call under way that the rule has taken.
async fn waits(server: &Emulator, name: &str) -> Wire {
    let input = json!({"UserPoolId": POOL, "Username": name, "MessageAction": "SUPPRESS"});
    let headers = format!("{SIGNED}x-poolhouse-label: {name}\r\n");
    let mut wire = Wire::to(server).await;
    wire.send(call("AdminCreateUser", &headers, &input.to_string()))
        .await;
    let events = "GET events?after=0&only=fault,request";
    let mut listener = Wire::to(server).await;
    let (method, path) = events.split_once(' ').unwrap();
    listener
        .send(request(&format!("{method} /_poolhouse/{path}"), "", ""))
        .await;
    // Told when it applies, and not only when the request has ended.
    listener.until("event: fault").await;
    wire
}

async fn has_user(server: &Emulator, name: &str) -> bool {
    let input = json!({"UserPoolId": POOL, "Username": name});
    let mut wire = Wire::to(server).await;
    let asked = call("AdminGetUser", SIGNED, &input.to_string());
    wire.ask(asked).await.status == 200
}

/// The request of a label, once it has ended.
async fn ended(server: &Emulator, label: &str) -> Value {
    let page = tell(
        server,
        &format!("GET requests?label={label}&wait=60s"),
        Value::Null,
    )
    .await;
    page["requests"][0].clone()
}

#[tokio::test]
async fn who_leaves_during_a_delay_is_let_go_at_once_and_nothing_happens() {
    let server = server().await;
    rule(&server, json!({"match": {"label": "ann"}, "delay": "1h"})).await;
    let mut leaves = waits(&server, "ann").await;
    leaves.end().await;
    assert!(leaves.answer().await.is_none());
    let one = ended(&server, "ann").await;
    assert_eq!(one["outcome"], "lost", "{one}");
    assert_eq!(one["status"], Value::Null);
    assert_eq!(one["fault"]["rule"], "fault-1");
    let reason = one["reason"].as_str().unwrap();
    assert!(reason.contains("the client left"), "{reason}");
    assert!(!has_user(&server, "ann").await);
    server.stop().await;
}

#[tokio::test]
async fn what_took_effect_before_the_delay_stays() {
    let server = server().await;
    rule(
        &server,
        json!({"match": {"label": "bea"}, "delay": "1h", "applied": "after"}),
    )
    .await;
    let mut leaves = waits(&server, "bea").await;
    while !has_user(&server, "bea").await {
        tokio::task::yield_now().await;
    }
    leaves.end().await;
    assert!(leaves.answer().await.is_none());
    assert_eq!(ended(&server, "bea").await["outcome"], "lost");
    server.stop().await;
}

#[tokio::test]
async fn a_delay_ends_with_the_server() {
    let server = server().await;
    rule(&server, json!({"match": {"label": "cat"}, "delay": "1h"})).await;
    let mut stays = waits(&server, "cat").await;
    let (answer, ()) = tokio::join!(stays.answer(), server.stop());
    assert_eq!(answer.unwrap().status, 200);
}

#[tokio::test]
async fn silence_is_in_the_journal_when_it_is_over_and_has_lasted_as_long() {
    let server = server().await;
    rule(
        &server,
        json!({"match": {"label": "dee"}, "connection": "NO_RESPONSE"}),
    )
    .await;
    let mut leaves = waits(&server, "dee").await;
    let before = tell(&server, "GET requests?label=dee", Value::Null).await;
    assert_eq!(before["requests"], json!([]));
    let since = std::time::Instant::now();
    while since.elapsed().as_millis() < 20 {
        tokio::task::yield_now().await;
    }
    leaves.end().await;
    let one = ended(&server, "dee").await;
    assert_eq!(
        (&one["outcome"], &one["outputBytes"]),
        (&json!("lost"), &json!(0))
    );
    assert_eq!(one["fault"]["effect"], "NO_RESPONSE");
    assert!(one["durationMs"].as_f64().unwrap() >= 20.0, "{one}");
    server.stop().await;
}

#[tokio::test]
async fn an_answer_in_pieces_has_lasted_until_its_last_one() {
    let server = server().await;
    rule(
        &server,
        json!({"match": {"label": "eve"}, "dribble": {"chunks": 3, "over": "60ms"}}),
    )
    .await;
    let mut wire = waits(&server, "eve").await;
    wire.until("0\r\n\r\n").await;
    let page = tell(&server, "GET requests?label=eve", Value::Null).await;
    let one = &page["requests"][0];
    assert_eq!(one["outcome"], "success", "{one}");
    assert!(one["durationMs"].as_f64().unwrap() >= 60.0, "{one}");
    assert!(one["outputBytes"].as_u64().unwrap() > 100, "{one}");
    server.stop().await;
}

/// Of forms and pages, which are not shown.
#[tokio::test]
async fn what_is_no_call_is_measured_too() {
    let server = server().await;
    let form = "grant_type=nothing&client_id=nobody";
    let headers = "Content-Type: application/x-www-form-urlencoded\r\n";
    let mut wire = Wire::to(&server).await;
    let asked = request("POST /oauth2/token", headers, form);
    let answer = wire.ask(asked).await;
    let page = tell(&server, "GET requests?path=/oauth2/token", Value::Null).await;
    let one = &page["requests"][0];
    assert_eq!(one["inputBytes"], form.len(), "{one}");
    assert_eq!(one["outputBytes"], answer.text().len(), "{one}");
    server.stop().await;
}

#[tokio::test]
async fn an_error_is_shown_as_it_was_answered() {
    let server = server().await;
    for body in [r#"{"UserPoolId":5}"#, "{", r#"{"UserPoolId":"x"}"#] {
        let mut wire = Wire::to(&server).await;
        let answer = wire.ask(call("AdminGetUser", SIGNED, body)).await;
        let page = tell(&server, "GET requests", Value::Null).await;
        let last = page["requests"].as_array().unwrap().last().unwrap();
        assert_eq!(last["output"], answer.json(), "{body}");
    }
    server.stop().await;
}
