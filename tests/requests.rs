//! The journal through the wire: what is told of requests, what never is, how many came, and who hears of it.

use poolhouse::Emulator;
use poolhouse::clock::Timestamp;
use poolhouse::context::Settings;
use serde_json::{Value, json};

use crate::http::wire::{Answer, SIGNED, Wire, call, request};

const POOL: &str = "us-east-1_PoolHouse";
const CLIENT: &str = "1poolhouse0public0client00";
const PASSWORD: &str = "Correct-1-horse";

async fn server() -> Emulator {
    let noon = Timestamp::parse_rfc3339("2026-01-31T12:00:10Z").unwrap();
    Emulator::builder()
        .seed(7)
        .frozen_at(noon)
        .start()
        .await
        .unwrap()
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

async fn requests(server: &Emulator, query: &str) -> Vec<Value> {
    let page = tell(server, &format!("GET requests?{query}"), Value::Null).await;
    page["requests"].as_array().unwrap().clone()
}

async fn ask(server: &Emulator, operation: &str, headers: &str, input: Value) -> Answer {
    let mut wire = Wire::to(server).await;
    wire.ask(call(operation, headers, &input.to_string())).await
}

async fn create(server: &Emulator, name: &str) {
    let input = json!({"UserPoolId": POOL, "Username": name, "MessageAction": "SUPPRESS",
        "TemporaryPassword": PASSWORD});
    let made = ask(server, "AdminCreateUser", SIGNED, input).await;
    assert_eq!(made.status, 200, "{}", made.text());
    let input =
        json!({"UserPoolId": POOL, "Username": name, "Password": PASSWORD, "Permanent": true});
    let set = ask(server, "AdminSetUserPassword", SIGNED, input).await;
    assert_eq!(set.status, 200, "{}", set.text());
}

fn sign_in(name: &str, password: &str) -> Value {
    json!({"ClientId": CLIENT, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": name, "PASSWORD": password}})
}

#[tokio::test]
async fn a_request_is_told_with_its_reason_and_without_its_secrets() {
    let server = server().await;
    create(&server, "zoe").await;
    let headers = "x-poolhouse-label: checkout\r\nUser-Agent: tests/1\r\n\
        traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n";
    let refused = ask(
        &server,
        "InitiateAuth",
        headers,
        sign_in("zoe", "wrong-Wr0ng!"),
    )
    .await;
    assert_eq!(refused.status, 400);
    let found = requests(&server, "operation=InitiateAuth").await;
    let [one] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!(
        one["requestId"],
        refused.header("x-amzn-requestid").unwrap()
    );
    assert_eq!(one["reason"], refused.header("x-poolhouse-reason").unwrap());
    for (member, expected) in [
        ("service", json!("cognito-idp")),
        ("path", json!("/")),
        ("at", json!("2026-01-31T12:00:10Z")),
        ("userPoolId", json!(POOL)),
        ("clientId", json!(CLIENT)),
        ("username", json!("zoe")),
        ("account", json!("123456789012")),
        ("label", json!("checkout")),
        ("trace", json!("4bf92f3577b34da6a3ce929d0e0e4736")),
        ("status", json!(400)),
        ("outcome", json!("refused")),
        ("error", json!("NotAuthorizedException")),
        ("fault", Value::Null),
        ("invocations", json!([])),
        (
            "input",
            json!({"ClientId": CLIENT, "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": {"USERNAME": "zoe", "PASSWORD": "***"}}),
        ),
        (
            "output",
            json!({"__type": "NotAuthorizedException", "message": "Incorrect username or password."}),
        ),
    ] {
        assert_eq!(one[member], expected, "{member}");
    }
    assert_eq!(one["caller"]["userAgent"], "tests/1");
    assert_eq!(one["outputBytes"], refused.text().len());
    assert!(one["durationMs"].as_f64().unwrap() > 0.0);

    let tokens = ask(&server, "InitiateAuth", "", sign_in("zoe", PASSWORD))
        .await
        .json();
    let token = tokens["AuthenticationResult"]["AccessToken"]
        .as_str()
        .unwrap();
    ask(&server, "GetUser", "", json!({"AccessToken": token})).await;
    // A member that there is not may be a password that was misspelt.
    ask(
        &server,
        "SignUp",
        "",
        json!({"ClientId": CLIENT, "Pasword": PASSWORD}),
    )
    .await;
    let all = requests(&server, "").await;
    let all = json!(all).to_string();
    for secret in [PASSWORD, "wrong-Wr0ng!", token] {
        assert!(!all.contains(secret), "{secret} is told: {all}");
    }
    let found = requests(&server, "operation=GetUser&username=zoe").await;
    assert_eq!(found[0]["userPoolId"], POOL, "by its access token");
    assert_eq!(found[0]["clientId"], CLIENT);
    assert_eq!(found[0]["input"], json!({"AccessToken": "***"}));
    assert_eq!(found[0]["output"]["Username"], "zoe");
    server.stop().await;
}

#[tokio::test]
async fn requests_are_chosen_by_what_they_are() {
    let server = server().await;
    create(&server, "zoe").await;
    ask(
        &server,
        "InitiateAuth",
        "x-poolhouse-label: a\r\n",
        sign_in("zoe", "x"),
    )
    .await;
    ask(
        &server,
        "InitiateAuth",
        "x-poolhouse-label: b\r\n",
        sign_in("zoe", PASSWORD),
    )
    .await;
    ask(&server, "ListUserPools", SIGNED, json!({"MaxResults": 1})).await;
    let other = SIGNED.replace("AKIA", "111111111111");
    ask(&server, "ListUserPools", &other, json!({"MaxResults": 1})).await;
    let mut wire = Wire::to(&server).await;
    let keys = format!("GET /{POOL}/.well-known/jwks.json?code=123456");
    wire.ask(request(&keys, "", "")).await;
    wire.ask(request("GET /health", "", "")).await;
    let all = requests(&server, "").await;
    assert_eq!(all.len(), 7, "neither probes nor the test API: {all:?}");
    let keys = requests(&server, "path=/*/.well-known/jwks.json").await;
    assert_eq!(keys[0]["method"], "GET");
    assert_eq!(keys[0]["query"], json!({"code": "***"}));
    for (query, count) in [
        ("operation=InitiateAuth", 2),
        ("operation=InitiateAuth,AdminCreateUser", 3),
        ("username=zoe", 4),
        ("username=ann", 0),
        ("label=a", 1),
        ("outcome=success", 6),
        ("outcome=refused", 1),
        ("outcome=NotAuthorizedException", 1),
        ("outcome=lost", 0),
        ("account=111111111111", 1),
        ("account=123456789012&operation=ListUserPools", 1),
        ("client=1poolhouse0public0client00", 2),
        ("user_pool=us-east-1_PoolHouse", 5),
        ("user_pool=us-east-1_other", 0),
        ("trace=4bf92f3577b34da6a3ce929d0e0e4736", 0),
        ("limit=2", 2),
    ] {
        assert_eq!(requests(&server, query).await.len(), count, "{query}");
    }
    let last = all[6]["id"].as_u64().unwrap();
    assert_eq!(requests(&server, &format!("after={last}")).await.len(), 0);
    for (line, text) in [
        ("GET requests?operation=Signup", "did you mean SignUp?"),
        ("GET requests?pool=x", "there is no parameter pool"),
    ] {
        let answer = told(&server, line, &Value::Null).await;
        assert_eq!(answer.status, 400);
        assert!(answer.text().contains(text), "{}", answer.text());
    }
    // One that comes while somebody waits ends the wait.
    let mut waiting = Wire::to(&server).await;
    let line = format!("GET /_poolhouse/requests?after={last}&wait=30s&label=late");
    waiting.send(request(&line, "", "")).await;
    ask(
        &server,
        "InitiateAuth",
        "x-poolhouse-label: late\r\n",
        sign_in("zoe", "x"),
    )
    .await;
    let found = waiting.answer().await.unwrap().json();
    assert_eq!(found["requests"][0]["label"], "late");
    server.stop().await;
}

#[tokio::test]
async fn a_journal_is_bounded_or_off_and_stays_over_a_reset() {
    let settings = |keep_requests| Settings {
        keep_requests,
        ..Settings::default()
    };
    let server = Emulator::builder()
        .settings(settings(2))
        .start()
        .await
        .unwrap();
    for _ in 0..5 {
        ask(&server, "ListUserPools", SIGNED, json!({"MaxResults": 1})).await;
    }
    tell(&server, "POST reset", Value::Null).await;
    let page = tell(&server, "GET requests", Value::Null).await;
    assert_eq!(page["requests"].as_array().unwrap().len(), 2);
    assert_eq!(
        (&page["dropped"], &page["more"]),
        (&json!(3), &json!(false))
    );
    server.stop().await;
    let server = Emulator::builder()
        .settings(settings(0))
        .start()
        .await
        .unwrap();
    ask(&server, "ListUserPools", SIGNED, json!({"MaxResults": 1})).await;
    for (line, body) in [
        ("GET requests", Value::Null),
        ("POST requests/verify", json!({"match": {}})),
    ] {
        let answer = told(&server, line, &body).await;
        assert_eq!(answer.status, 409);
        assert!(
            answer.text().contains("--keep-requests 0"),
            "{}",
            answer.text()
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn a_fault_and_the_functions_of_a_call_are_told() {
    let server = server().await;
    let function = "arn:aws:lambda:us-east-1:123456789012:function:f";
    let input = json!({"UserPoolId": POOL, "LambdaConfig": {"PreSignUp": function}});
    ask(&server, "UpdateUserPool", SIGNED, input).await;
    tell(
        &server,
        "PUT triggers",
        json!({"rules": [{"trigger": "PreSignUp", "error": "No"}]}),
    )
    .await;
    let input = json!({"ClientId": CLIENT, "Username": "eve", "Password": PASSWORD,
        "UserAttributes": [{"Name": "email", "Value": "eve@example.com"}]});
    ask(&server, "SignUp", "", input.clone()).await;
    let found = requests(&server, "operation=SignUp").await;
    let invocations = tell(&server, "GET invocations", Value::Null).await;
    let invoked = &invocations["invocations"][0];
    assert_eq!(invoked["causedBy"], found[0]["requestId"]);
    assert_eq!(found[0]["invocations"][0]["id"], invoked["id"]);
    assert_eq!(found[0]["invocations"][0]["trigger"], "PreSignUp");

    tell(&server, "DELETE triggers", Value::Null).await;
    for (id, rule) in [
        (
            "a",
            json!({"id": "a", "match": {"label": "a"}, "error": "TooManyRequestsException"}),
        ),
        (
            "b",
            json!({"id": "b", "match": {"label": "b"}, "status": 503, "applied": "after"}),
        ),
        (
            "c",
            json!({"id": "c", "match": {"label": "c"}, "connection": "EMPTY_RESPONSE"}),
        ),
    ] {
        tell(&server, "PUT faults", json!({"rules": [rule]})).await;
        let mut wire = Wire::to(&server).await;
        let headers = format!("{SIGNED}x-poolhouse-label: {id}\r\n");
        wire.send(call("ListUserPools", &headers, r#"{"MaxResults":1}"#))
            .await;
        wire.answer().await;
    }
    let expected = [
        (
            "a",
            "refused",
            json!(400),
            json!("TooManyRequestsException"),
            "before",
            "error",
        ),
        ("b", "refused", json!(503), Value::Null, "after", "status"),
        (
            "c",
            "lost",
            Value::Null,
            Value::Null,
            "before",
            "EMPTY_RESPONSE",
        ),
    ];
    for (label, outcome, status, error, applied, effect) in expected {
        let found = requests(&server, &format!("label={label}")).await;
        let one = &found[0];
        let fault = json!({"rule": label, "applied": applied, "effect": effect});
        assert_eq!(one["fault"], fault);
        assert_eq!(
            (&one["status"], &one["error"]),
            (&status, &error),
            "{label}"
        );
        assert_eq!(one["outcome"], outcome);
        assert!(
            one["reason"]
                .as_str()
                .unwrap()
                .contains("/_poolhouse/faults")
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn wishes_are_verified_and_what_came_nearest_is_told() {
    let server = server().await;
    create(&server, "zoe").await;
    ask(&server, "InitiateAuth", "", sign_in("zoe", "x")).await;
    ask(&server, "InitiateAuth", "", sign_in("zoe", PASSWORD)).await;
    let ivy = json!({"ClientId": CLIENT, "Username": "ivy", "Password": PASSWORD, "UserAttributes":
        [{"Name": "name", "Value": "Ivy"}, {"Name": "email", "Value": "ivy@example.com"}]});
    ask(&server, "SignUp", "", ivy).await;
    for (wish, matched) in [
        (
            json!({"match": {"operation": "InitiateAuth"}, "exactly": 2}),
            2,
        ),
        (json!({"match": {"operation": "SignUp"}, "exactly": 1}), 1),
        (
            json!({"match": {"username": "zoe", "outcome": "success"}, "atLeast": 1, "atMost": 3}),
            3,
        ),
        (
            json!({"match": {"operation": "InitiateAuth",
                "input": {"AuthParameters": {"USERNAME": "zoe", "PASSWORD": "***"}}}}),
            2,
        ),
        (
            json!({"match": {"operation": "SignUp", "input": {"UserAttributes":
                {"email": "ivy@example.com"}}}, "exactly": 1}),
            1,
        ),
        (
            json!({"match": {"operation": "SignUp", "input": {"UserAttributes":
                {"email": "zoe@example.com"}}}, "exactly": 0}),
            0,
        ),
    ] {
        let answer = tell(&server, "POST requests/verify", wish.clone()).await;
        assert_eq!(answer["matched"], matched, "{wish}");
    }
    let wish =
        json!({"match": {"operation": "InitiateAuth", "username": "ann", "outcome": "success"}});
    let answer = told(&server, "POST requests/verify", &wish).await;
    assert_eq!(answer.status, 422);
    let told_of = answer.json();
    assert_eq!(told_of["matched"], 0);
    assert!(told_of["error"].as_str().unwrap().contains("at least 1"));
    let nearest = told_of["nearest"].as_array().unwrap();
    assert_eq!(nearest.len(), 3);
    let differs = json!([{"member": "username", "wanted": "ann", "found": "zoe"}]);
    assert_eq!(nearest[0]["differs"], differs);
    assert_eq!(nearest[1]["differs"].as_array().unwrap().len(), 2);
    assert!(!answer.text().contains(PASSWORD));
    let wish = json!({"match": {"operation": "InitiateAuth"}, "atMost": 1});
    let answer = told(&server, "POST requests/verify", &wish).await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.json()["nearest"][0]["differs"], json!([]));
    server.stop().await;
}

#[tokio::test]
async fn events_of_every_kind_are_told_and_resumed() {
    let server = server().await;
    let mut wire = Wire::to(&server).await;
    wire.send(request("GET /_poolhouse/events", "", "")).await;
    wire.until(": events\n\n").await;
    tell(&server, "POST clock", json!({"advance": "5s"})).await;
    let shown = wire.until("}\n\n").await;
    assert!(shown.contains("event: clock\n"), "{shown}");
    assert!(shown.contains("2026-01-31T12:00:15Z"), "{shown}");
    create(&server, "zoe").await;
    let shown = wire.until("\"operation\":\"AdminCreateUser\"").await;
    assert!(shown.contains("event: change\n"), "{shown}");
    assert!(shown.contains("\"key\":\"zoe\""), "{shown}");
    assert!(shown.contains("event: request\n"), "{shown}");
    tell(&server, "POST snapshots", json!({"name": "now"})).await;
    wire.until("event: snapshot\n").await;
    wire.until("\"action\":\"created\"").await;
    let rule = json!({"rules": [{"id": "f", "match": {"label": "f"}, "status": 503}]});
    tell(&server, "PUT faults", rule).await;
    ask(
        &server,
        "GetUser",
        "x-poolhouse-label: f\r\n",
        json!({"AccessToken": "x"}),
    )
    .await;
    wire.until("event: fault\n").await;
    let input = json!({"ClientId": CLIENT, "Username": "uma"});
    ask(&server, "ResendConfirmationCode", "", input).await;
    wire.until("event: message\n").await;
    drop(wire);
    // From a moment on, and only of some kinds.
    let mut again = Wire::to(&server).await;
    let line = "GET /_poolhouse/events?only=clock,snapshot&after=99";
    again.send(request(line, "Last-Event-ID: 0\r\n", "")).await;
    let shown = again.until("event: snapshot\n").await;
    assert!(shown.contains("event: clock\nid: 1\n"), "{shown}");
    assert!(!shown.contains("event: request"), "{shown}");
    // An id that nobody has been given yet is of a server before this one.
    for (query, header) in [("&after=99", ""), ("", "Last-Event-ID: 99\r\n")] {
        let mut later = Wire::to(&server).await;
        let line = format!("GET /_poolhouse/events?only=clock{query}");
        later.send(request(&line, header, "")).await;
        let shown = later.until("event: clock\n").await;
        assert!(shown.ends_with("event: clock\n"), "{shown}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_listener_that_missed_events_is_told() {
    let settings = Settings {
        keep_requests: 1,
        ..Settings::default()
    };
    let server = Emulator::builder()
        .settings(settings)
        .start()
        .await
        .unwrap();
    for _ in 0..3 {
        ask(&server, "ListUserPools", SIGNED, json!({"MaxResults": 1})).await;
    }
    let mut wire = Wire::to(&server).await;
    wire.send(request("GET /_poolhouse/events?after=1", "", ""))
        .await;
    let shown = wire.until("event: request\nid: 3\n").await;
    assert!(
        shown.contains("event: lagged\ndata: {\"after\":1,\"next\":3}"),
        "{shown}"
    );
    let mut other = Wire::to(&server).await;
    other
        .send(request("GET /_poolhouse/events?after=2", "", ""))
        .await;
    let shown = other.until("event: request\nid: 3\n").await;
    assert!(!shown.contains("lagged"), "{shown}");
    server.stop().await;
}

#[tokio::test]
async fn the_code_of_a_software_token_is_told_with_its_seconds() {
    let server = server().await;
    create(&server, "zoe").await;
    let line = format!("GET users/{POOL}/zoe/totp");
    let none = told(&server, &line, &Value::Null).await;
    assert_eq!(none.status, 404);
    assert!(
        none.text().contains("AssociateSoftwareToken"),
        "{}",
        none.text()
    );
    let tokens = ask(&server, "InitiateAuth", "", sign_in("zoe", PASSWORD))
        .await
        .json();
    let token = &tokens["AuthenticationResult"]["AccessToken"];
    ask(
        &server,
        "AssociateSoftwareToken",
        "",
        json!({"AccessToken": token}),
    )
    .await;
    let pending = tell(&server, &line, Value::Null).await;
    assert_eq!(pending["token"], "pending");
    // 12:00:10 is ten seconds into a step.
    assert_eq!(
        (&pending["remainingSeconds"], &pending["used"]),
        (&json!(20), &json!(false))
    );
    let input = json!({"AccessToken": token, "UserCode": pending["code"]});
    let verified = ask(&server, "VerifySoftwareToken", "", input).await;
    assert_eq!(verified.status, 200, "{}", verified.text());
    let shown = tell(&server, &line, Value::Null).await;
    assert_eq!(
        (&shown["token"], &shown["used"]),
        (&json!("verified"), &json!(true))
    );
    tell(&server, "POST clock", json!({"advance": "30s"})).await;
    let next = tell(&server, &line, Value::Null).await;
    assert_eq!(
        next["step"].as_u64(),
        shown["step"].as_u64().map(|step| step + 1)
    );
    assert_eq!(next["used"], false);
    for (path, status, text) in [
        (
            "us-east-1_PoolHous/zoe",
            404,
            "did you mean us-east-1_PoolHouse?",
        ),
        ("us-east-1_PoolHouse/zoee", 404, "did you mean zoe?"),
        ("us-east-1_PoolHouse/zo%2Fe", 404, "zo/e"),
    ] {
        let answer = told(&server, &format!("GET users/{path}/totp"), &Value::Null).await;
        assert_eq!(answer.status, status);
        assert!(answer.text().contains(text), "{}", answer.text());
    }
    let wrong = told(&server, &format!("{line}?token=old"), &Value::Null).await;
    assert_eq!(wrong.status, 400);
    let pending = told(&server, &format!("{line}?token=pending"), &Value::Null).await;
    assert_eq!(pending.status, 404);
    server.stop().await;
}
