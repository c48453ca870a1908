//! `/_poolhouse/faults` through the wire: what is refused of rules, what befalls requests, and what a rule
//! says it has done.

use std::time::{Duration, Instant};

use poolhouse::Emulator;
use poolhouse::model::cognito_idp::Operation;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::http::wire::{Answer, SIGNED, Wire, call, request};

const POOL: &str = "us-east-1_PoolHouse";
const CLIENT: &str = "1poolhouse0public0client00";

async fn server() -> Emulator {
    Emulator::builder().seed(7).start().await.unwrap()
}

async fn told(server: &Emulator, line: &str, body: &Value) -> Answer {
    let body = match body {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    let mut wire = Wire::to(server).await;
    let (method, path) = line.split_once(' ').unwrap();
    wire.ask(request(&format!("{method} /_poolhouse/{path}"), "", &body))
        .await
}

async fn tell(server: &Emulator, line: &str, body: Value) -> Value {
    let answer = told(server, line, &body).await;
    assert_eq!(answer.status, 200, "{line} {body}: {}", answer.text());
    answer.json()
}

/// Lets one rule hold.
async fn rule(server: &Emulator, rule: Value) {
    tell(server, "PUT faults", json!({ "rules": [rule] })).await;
}

/// How often the only rule matched and applied.
async fn counts(server: &Emulator) -> (u64, u64) {
    let shown = tell(server, "GET faults", Value::Null).await;
    let count = |name: &str| shown["rules"][0][name].as_u64().unwrap();
    (count("matched"), count("applied"))
}

fn asked(operation: Operation, headers: &str, input: &Value) -> String {
    let signature = if operation.signed() { SIGNED } else { "" };
    call(
        operation.name(),
        &format!("{signature}{headers}"),
        &input.to_string(),
    )
}

async fn ask(server: &Emulator, operation: Operation, input: Value) -> Answer {
    let mut wire = Wire::to(server).await;
    wire.ask(asked(operation, "", &input)).await
}

fn create(name: &str) -> Value {
    json!({"UserPoolId": POOL, "Username": name, "MessageAction": "SUPPRESS"})
}

async fn has_user(server: &Emulator, name: &str) -> bool {
    let input = json!({"UserPoolId": POOL, "Username": name});
    ask(server, Operation::AdminGetUser, input).await.status == 200
}

/// All bytes that a server sends for a request, and how the connection ends.
async fn raw(server: &Emulator, request: &str) -> (Vec<u8>, Option<std::io::ErrorKind>) {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port()))
        .await
        .unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    let ended = stream.read_to_end(&mut bytes).await;
    (bytes, ended.err().map(|error| error.kind()))
}

#[tokio::test]
async fn rules_are_put_added_shown_and_dropped() {
    let server = server().await;
    let rules = json!({"rules": [
        {"match": {"operation": "SignUp"}, "error": "TooManyRequestsException", "times": 2},
        {"id": "slow", "match": {"operation": ["GetUser", "ListUsers"]}, "delay": "1ms"},
    ]});
    let shown = tell(&server, "PUT faults", rules).await;
    assert_eq!(
        shown["rules"][0],
        json!({"id": "fault-1", "matched": 0, "applied": 0, "rule": {
            "match": {"operation": "SignUp"}, "error": "TooManyRequestsException", "times": 2}})
    );
    let added = tell(
        &server,
        "POST faults",
        json!({"match": {"label": "x"}, "status": 503}),
    )
    .await;
    assert_eq!(added, json!({"id": "fault-2"}));
    let input = json!({"UserPoolId": POOL});
    assert_eq!(ask(&server, Operation::ListUsers, input).await.status, 200);
    let slow = tell(&server, "GET faults/slow", Value::Null).await;
    assert_eq!((&slow["matched"], &slow["applied"]), (&json!(1), &json!(1)));
    // What is shown may be given again.
    let shown = tell(&server, "GET faults", Value::Null).await;
    assert_eq!(tell(&server, "PUT faults", shown.clone()).await, shown);
    tell(&server, "DELETE faults/slow", Value::Null).await;
    let gone = told(&server, "GET faults/slwo", &Value::Null).await;
    assert_eq!(gone.status, 404);
    assert!(gone.text().contains("fault-1, fault-2"), "{}", gone.text());
    let shown = tell(&server, "DELETE faults", Value::Null).await;
    assert_eq!(shown, json!({"rules": []}));
    let none = told(&server, "DELETE faults/fault-1", &Value::Null).await;
    assert_eq!(none.status, 404);
    server.stop().await;
}

#[tokio::test]
async fn what_can_never_come_true_is_refused_and_changes_nothing() {
    let server = server().await;
    rule(
        &server,
        json!({"match": {"operation": "SignUp"}, "status": 503}),
    )
    .await;
    let before = tell(&server, "GET faults", Value::Null).await;
    let cases = [
        (
            json!({"rules": [{"delay": "1s"}, {"match": {"operation": "SingUp"}, "delay": "1s"}]}),
            "rules[1].match.operation: there is no operation \"SingUp\"; did you mean SignUp?",
        ),
        (
            json!({"rules": [{"match": {"operation": "SignUp"}, "error": "UserNotFoundExeption"}]}),
            "rules[0].error: SignUp cannot give UserNotFoundExeption; ",
        ),
        (
            json!({"rules": [{"delay": "1s"}, {"match": {"operation": "SignUp"}, "status": 503}]}),
            "rules[1]: the rule fault-2 comes before this one",
        ),
        (
            json!({"rule": []}),
            "there is no member \"rule\"; did you mean rules?",
        ),
        (
            json!([]),
            "the body is a list, and must be a JSON object; the body takes {\"rules\":[…]}",
        ),
        (json!({"rules": [7]}), "rules[0]: a rule is an object"),
    ];
    for (body, expected) in cases {
        let answer = told(&server, "PUT faults", &body).await;
        let text = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(
            answer.status == 400 && text.starts_with(expected),
            "{body}: {text}"
        );
        assert_eq!(
            tell(&server, "GET faults", Value::Null).await,
            before,
            "{body}"
        );
    }
    let again = told(
        &server,
        "POST faults",
        &json!({"match": {"operation": "SignUp"}, "delay": "1s"}),
    )
    .await;
    assert!(
        again.text().contains("it can never apply"),
        "{}",
        again.text()
    );
    server.stop().await;
}

#[tokio::test]
async fn an_error_is_answered_as_aws_answers_it_and_nothing_happens() {
    let server = server().await;
    let fault = json!({"match": {"operation": "AdminCreateUser", "username": "zoe"},
        "error": "TooManyRequestsException", "times": 1});
    rule(&server, fault).await;
    assert_eq!(
        ask(&server, Operation::AdminCreateUser, create("yan"))
            .await
            .status,
        200
    );
    let answer = ask(&server, Operation::AdminCreateUser, create("zoe")).await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.header("x-amzn-errortype"),
        Some("TooManyRequestsException:")
    );
    assert_eq!(
        answer.json(),
        json!({"__type": "TooManyRequestsException", "message": "Too many requests"})
    );
    let reason = answer.header("x-poolhouse-reason").unwrap();
    assert!(
        reason.contains("fault-1") && reason.contains("nothing of the request happened"),
        "{reason}"
    );
    assert!(!has_user(&server, "zoe").await);
    assert_eq!(
        ask(&server, Operation::AdminCreateUser, create("zoe"))
            .await
            .status,
        200
    );
    assert_eq!(counts(&server).await, (2, 1));
    let fault = json!({"error": "InternalErrorException", "message": "Out."});
    rule(&server, fault).await;
    let answer = ask(&server, Operation::AdminCreateUser, create("xi")).await;
    assert_eq!(
        (answer.status, answer.json()["message"].as_str()),
        (500, Some("Out."))
    );
    server.stop().await;
}

#[tokio::test]
async fn after_it_took_effect_the_answer_of_an_operation_is_lost() {
    let server = server().await;
    let effects = [
        json!({"error": "InternalErrorException"}),
        json!({"status": 502, "body": "<html>"}),
        json!({"connection": "CONNECTION_RESET_BY_PEER"}),
        json!({"connection": "EMPTY_RESPONSE"}),
    ];
    for (at, effect) in effects.into_iter().enumerate() {
        for applied in ["before", "after"] {
            let mut fault = effect.clone();
            fault["applied"] = applied.into();
            rule(&server, fault).await;
            let name = format!("user-{applied}-{at}");
            let (bytes, _) = {
                let request = asked(
                    Operation::AdminCreateUser,
                    "Connection: close\r\n",
                    &create(&name),
                );
                raw(&server, &request).await
            };
            let text = String::from_utf8(bytes).unwrap();
            assert!(
                !text.contains("200 OK") && !text.contains("UserStatus"),
                "{effect}: {text}"
            );
            tell(&server, "DELETE faults", Value::Null).await;
            assert_eq!(
                has_user(&server, &name).await,
                applied == "after",
                "{effect}"
            );
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn connections_end_as_they_are_told() {
    use std::io::ErrorKind;

    let server = server().await;
    let get = asked(
        Operation::AdminGetUser,
        "",
        &json!({"UserPoolId": POOL, "Username": "alice"}),
    );
    rule(&server, json!({"connection": "CONNECTION_RESET_BY_PEER"})).await;
    assert_eq!(
        raw(&server, &get).await,
        (Vec::new(), Some(ErrorKind::ConnectionReset))
    );
    rule(&server, json!({"connection": "EMPTY_RESPONSE"})).await;
    assert_eq!(raw(&server, &get).await, (Vec::new(), None));
    rule(&server, json!({"connection": "MALFORMED_RESPONSE_CHUNK"})).await;
    let (bytes, ended) = raw(&server, &get).await;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    assert!(
        text.starts_with("HTTP/1.1 200 OK\r\n") && ended.is_none(),
        "{text}"
    );
    assert!(
        text.contains("Transfer-Encoding: chunked\r\n\r\nno-chunk"),
        "{text}"
    );
    rule(&server, json!({"connection": "RANDOM_DATA_THEN_CLOSE"})).await;
    let (bytes, ended) = raw(&server, &get).await;
    assert!(bytes.len() == 256 && !bytes.starts_with(b"HTTP") && ended.is_none());
    server.stop().await;
}

#[tokio::test]
async fn silence_lasts_until_the_client_leaves_or_the_server_stops() {
    let server = server().await;
    rule(
        &server,
        json!({"match": {"label": "hush"}, "connection": "NO_RESPONSE"}),
    )
    .await;
    let input = json!({"UserPoolId": POOL, "Username": "alice"});
    let get = asked(
        Operation::AdminGetUser,
        "x-poolhouse-label: hush\r\n",
        &input,
    );
    let mut leaves = Wire::to(&server).await;
    leaves.send(&get).await;
    let mut stays = Wire::to(&server).await;
    stays.send(&get).await;
    let mut others = Wire::to(&server).await;
    let other = asked(Operation::AdminGetUser, "", &input);
    assert_eq!(others.ask(other).await.status, 200);
    while counts(&server).await.0 < 2 {
        tokio::task::yield_now().await;
    }
    leaves.end().await;
    assert!(leaves.answer().await.is_none());
    let began = Instant::now();
    server.stop().await;
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    assert!(stays.answer().await.is_none());
}

#[tokio::test]
async fn delays_are_real_time_and_keep_no_place_from_others() {
    let server = server().await;
    rule(
        &server,
        json!({"match": {"operation": "AdminGetUser"}, "delay": "400ms"}),
    )
    .await;
    let input = json!({"UserPoolId": POOL, "Username": "alice"});
    let began = Instant::now();
    let mut many = Vec::new();
    for _ in 0..40 {
        let mut wire = Wire::to(&server).await;
        wire.send(asked(Operation::AdminGetUser, "", &input)).await;
        many.push(wire);
    }
    let list = json!({"UserPoolId": POOL});
    assert_eq!(ask(&server, Operation::ListUsers, list).await.status, 200);
    for wire in &mut many {
        assert_eq!(wire.answer().await.unwrap().status, 200);
    }
    let took = began.elapsed();
    // One after the other they would take 16 s.
    assert!(
        took >= Duration::from_millis(400) && took < Duration::from_secs(8),
        "{took:?}"
    );
    server.stop().await;
}

#[tokio::test]
async fn an_answer_dribbles_in_pieces_and_is_whole() {
    let server = server().await;
    rule(&server, json!({"dribble": {"chunks": 4, "over": "200ms"}})).await;
    let input = json!({"UserPoolId": POOL, "Username": "alice"});
    let began = Instant::now();
    let get = asked(Operation::AdminGetUser, "Connection: close\r\n", &input);
    let (bytes, ended) = raw(&server, &get).await;
    assert!(began.elapsed() >= Duration::from_millis(200) && ended.is_none());
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("transfer-encoding: chunked"), "{head}");
    let mut parts = body.split("\r\n");
    let mut whole = String::new();
    let mut pieces = 0;
    while let Some(length) = parts.next().filter(|length| *length != "0") {
        let piece = parts.next().unwrap();
        assert_eq!(usize::from_str_radix(length, 16).unwrap(), piece.len());
        whole.push_str(piece);
        pieces += 1;
    }
    assert_eq!(pieces, 4);
    let whole: Value = serde_json::from_str(&whole).unwrap();
    assert_eq!(whole["Username"], "alice");
    server.stop().await;
}

#[tokio::test]
async fn users_are_known_by_each_of_their_names_and_by_their_tokens() {
    let server = server().await;
    let sign_in = json!({"ClientId": CLIENT, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "alice", "PASSWORD": "Poolhouse-1"}});
    let tokens = ask(&server, Operation::InitiateAuth, sign_in.clone())
        .await
        .json();
    let token = tokens["AuthenticationResult"]["AccessToken"].clone();
    let get = json!({"UserPoolId": POOL, "Username": "alice"});
    let alice = ask(&server, Operation::AdminGetUser, get.clone())
        .await
        .json();
    let attributes = alice["UserAttributes"].as_array().unwrap().clone();
    let sub = attributes.iter().find(|it| it["Name"] == "sub").unwrap()["Value"].clone();
    for name in [json!("alice"), sub] {
        let fault = json!({"match": {"username": name, "userPoolId": POOL}, "status": 503});
        rule(&server, fault).await;
        assert_eq!(
            ask(&server, Operation::InitiateAuth, sign_in.clone())
                .await
                .status,
            503
        );
        assert_eq!(
            ask(&server, Operation::AdminGetUser, get.clone())
                .await
                .status,
            503
        );
        let by_token = json!({ "AccessToken": token });
        assert_eq!(ask(&server, Operation::GetUser, by_token).await.status, 503);
        let bob = json!({"UserPoolId": POOL, "Username": "bob"});
        assert_eq!(ask(&server, Operation::AdminGetUser, bob).await.status, 200);
    }
    rule(
        &server,
        json!({"match": {"clientId": CLIENT}, "status": 503}),
    )
    .await;
    let by_token = json!({ "AccessToken": token });
    assert_eq!(ask(&server, Operation::GetUser, by_token).await.status, 503);
    assert_eq!(
        ask(&server, Operation::AdminGetUser, get.clone())
            .await
            .status,
        200
    );
    rule(
        &server,
        json!({"match": {"account": "111111111111"}, "status": 503}),
    )
    .await;
    assert_eq!(ask(&server, Operation::AdminGetUser, get).await.status, 200);
    server.stop().await;
}

#[tokio::test]
async fn paths_fail_too_but_for_those_that_a_test_needs() {
    let server = server().await;
    let keys = format!("/{POOL}/.well-known/jwks.json");
    rule(
        &server,
        json!({"match": {"path": "/*/.well-known/jwks.json", "userPoolId": POOL},
        "status": 503, "body": {"message": null}}),
    )
    .await;
    let mut wire = Wire::to(&server).await;
    let answer = wire.ask(request(&format!("GET {keys}"), "", "")).await;
    assert_eq!(
        (answer.status, answer.json()),
        (503, json!({"message": null}))
    );
    assert!(
        answer
            .header("x-poolhouse-reason")
            .unwrap()
            .contains("fault-1")
    );
    let path = format!("GET /{POOL}/.well-known/openid-configuration");
    assert_eq!(wire.ask(request(&path, "", "")).await.status, 200);
    // A rule of everything leaves the way to drop it.
    rule(&server, json!({"connection": "EMPTY_RESPONSE"})).await;
    assert_eq!(wire.ask(request("GET /health", "", "")).await.status, 200);
    assert_eq!(
        wire.ask(request("OPTIONS /", "Origin: http://a.example\r\n", ""))
            .await
            .status,
        200
    );
    let get = request(&format!("GET {keys}"), "", "");
    assert_eq!(raw(&server, &get).await, (Vec::new(), None));
    tell(&server, "DELETE faults", Value::Null).await;
    assert_eq!(wire.ask(get).await.status, 200);
    server.stop().await;
}

#[tokio::test]
async fn a_snapshot_holds_rules_and_what_they_have_done() {
    let server = server().await;
    rule(
        &server,
        json!({"match": {"userPoolId": POOL}, "times": 1, "status": 503}),
    )
    .await;
    tell(&server, "POST snapshots", json!({"name": "s"})).await;
    let list = || ask(&server, Operation::ListUsers, json!({"UserPoolId": POOL}));
    assert_eq!(list().await.status, 503);
    assert_eq!(list().await.status, 200);
    let diff = tell(&server, "GET snapshots/s/diff?to=now", Value::Null).await;
    assert_eq!(diff["rules"], json!(["faults"]));
    tell(&server, "POST snapshots/s/restore", json!({})).await;
    assert_eq!(list().await.status, 503);
    // The copy of a pool has its own rule, and the pool of another branch none of it.
    let branch = json!({"from": "s", "account": "111111111111"});
    let branch = tell(&server, "POST branches", branch).await;
    let copy = branch["pools"]["poolhouse"]["new"]
        .as_str()
        .unwrap()
        .to_owned();
    let shown = tell(&server, "GET faults", Value::Null).await;
    let pools = [0, 1].map(|at| shown["rules"][at]["rule"]["match"]["userPoolId"].clone());
    assert_eq!(pools, [json!(POOL), json!(copy)]);
    tell(&server, "POST reset", json!({})).await;
    let shown = tell(&server, "GET faults", Value::Null).await;
    assert_eq!(shown, json!({"rules": []}));
    server.stop().await;
}
