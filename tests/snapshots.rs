//! `/_poolhouse/snapshots`, `reset`, `branches` and what suites for other servers call, through the wire.

use poolhouse::Emulator;
use poolhouse::clock::Timestamp;
use poolhouse::model::cognito_idp::Operation;
use serde_json::{Value, json};

use crate::http::wire::{Answer, SIGNED, Wire, call, request};

const POOL: &str = "us-east-1_PoolHouse";
const CLIENT: &str = "1poolhouse0public0client00";
const PASSWORD: &str = "Poolhouse-1";

/// How many write while a restore comes.
const WRITERS: u64 = 50;

async fn server() -> Emulator {
    let noon = Timestamp::parse_rfc3339("2026-01-31T12:00:00Z").unwrap();
    let server = Emulator::builder().frozen_at(noon).seed(7);
    server.start().await.unwrap()
}

fn asked(operation: Operation, input: &Value) -> String {
    let signature = if operation.signed() { SIGNED } else { "" };
    call(operation.name(), signature, &input.to_string())
}

async fn told(server: &Emulator, line: &str, body: &str) -> Answer {
    let mut wire = Wire::to(server).await;
    let (method, path) = line.split_once(' ').unwrap();
    wire.ask(request(&format!("{method} {path}"), "", body))
        .await
}

/// What the test API answers, which is no refusal.
async fn tell(server: &Emulator, line: &str, body: &str) -> Value {
    let answer = told(server, line, body).await;
    assert_eq!(answer.status, 200, "{line} {body}: {}", answer.text());
    answer.json()
}

/// The status of a refusal, and what it says.
async fn refused(server: &Emulator, line: &str, body: &str) -> (u16, String) {
    let answer = told(server, line, body).await;
    let text = answer.json()["error"].as_str().unwrap().to_owned();
    (answer.status, text)
}

async fn ask(server: &Emulator, operation: Operation, input: Value) -> Answer {
    let mut wire = Wire::to(server).await;
    wire.ask(asked(operation, &input)).await
}

async fn ok(server: &Emulator, operation: Operation, input: Value) -> Value {
    let answer = ask(server, operation, input).await;
    let name = operation.name();
    assert_eq!(answer.status, 200, "{name}: {}", answer.text());
    serde_json::from_str(answer.text()).unwrap_or(Value::Null)
}

async fn has_user(server: &Emulator, name: &str) -> bool {
    let input = json!({"UserPoolId": POOL, "Username": name});
    ask(server, Operation::AdminGetUser, input).await.status == 200
}

async fn names(server: &Emulator) -> Vec<String> {
    let input = json!({"UserPoolId": POOL, "Limit": 60});
    let users = ok(server, Operation::ListUsers, input).await;
    let users = users["Users"].as_array().unwrap().clone();
    let name = |user: &Value| user["Username"].as_str().unwrap().to_owned();
    users.iter().map(name).collect()
}

/// A pool whose sign-ups wait for their function, and its client.
async fn slow_pool(server: &Emulator) -> (Value, Value) {
    let function = "arn:aws:lambda:us-east-1:123456789012:function:slow";
    let pool = json!({"PoolName": "slow", "LambdaConfig": {"PreSignUp": function}});
    let pool = ok(server, Operation::CreateUserPool, pool).await["UserPool"]["Id"].clone();
    let client = json!({"UserPoolId": pool, "ClientName": "slow"});
    let client = ok(server, Operation::CreateUserPoolClient, client).await;
    let rule = json!({"rules": [{"trigger": "PreSignUp", "delay": "1s",
        "response": {"autoConfirmUser": true}}]});
    tell(server, "PUT /_poolhouse/triggers", &rule.to_string()).await;
    (pool, client["UserPoolClient"]["ClientId"].clone())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_who_write_while_a_restore_comes_none_leaves_a_trace() {
    let server = server().await;
    let (pool, client) = slow_pool(&server).await;
    tell(
        &server,
        "POST /_poolhouse/snapshots",
        r#"{"name":"before"}"#,
    )
    .await;
    let mut wires = Vec::new();
    for n in 0..WRITERS {
        let name = format!("writer{n:02}");
        let input = json!({"ClientId": client, "Username": name, "Password": PASSWORD});
        let mut wire = Wire::to(&server).await;
        wire.send(asked(Operation::SignUp, &input)).await;
        wires.push(wire);
    }
    // The function of each has been called.
    let called = || async {
        let rules = tell(&server, "GET /_poolhouse/triggers", "").await;
        rules["rules"][0]["used"].as_u64()
    };
    while called().await < Some(WRITERS) {
        tokio::task::yield_now().await;
    }
    tell(&server, "POST /_poolhouse/snapshots/before/restore", "").await;
    for wire in &mut wires {
        let answer = wire.answer().await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(
            answer.json()["UserConfirmed"],
            true,
            "as it would have been answered"
        );
    }
    let users = json!({"UserPoolId": pool});
    let users = ok(&server, Operation::ListUsers, users).await;
    assert_eq!(users["Users"], json!([]));
}

#[tokio::test]
async fn a_sign_in_begun_before_a_snapshot_goes_on_after_the_restore() {
    let server = server().await;
    let auth = json!({"ClientId": CLIENT, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "tom", "PASSWORD": PASSWORD}});
    ok(
        &server,
        Operation::AdminCreateUser,
        json!({"UserPoolId": POOL, "Username": "tom",
        "TemporaryPassword": PASSWORD, "MessageAction": "SUPPRESS"}),
    )
    .await;
    let begun = ok(&server, Operation::InitiateAuth, auth.clone()).await;
    assert_eq!(begun["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    tell(&server, "POST /_poolhouse/snapshots", r#"{"name":"asked"}"#).await;
    let later = ok(&server, Operation::InitiateAuth, auth).await;
    let answer = |session: &Value| {
        json!({"ClientId": CLIENT, "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "Session": session, "ChallengeResponses": {"USERNAME": "tom", "NEW_PASSWORD": "Another-1"}})
    };
    for _ in 0..3 {
        // Good for one use in each world that the snapshot makes.
        let done = ok(
            &server,
            Operation::RespondToAuthChallenge,
            answer(&begun["Session"]),
        )
        .await;
        assert!(done["AuthenticationResult"]["AccessToken"].is_string());
        let again = ask(
            &server,
            Operation::RespondToAuthChallenge,
            answer(&begun["Session"]),
        )
        .await;
        assert!(
            again.text().contains("session can only be used once"),
            "{}",
            again.text()
        );
        tell(&server, "POST /_poolhouse/snapshots/asked/restore", "").await;
    }
    let unknown = ask(
        &server,
        Operation::RespondToAuthChallenge,
        answer(&later["Session"]),
    )
    .await;
    assert_eq!(unknown.status, 400);
    assert!(
        unknown.text().contains("Invalid session for the user"),
        "{}",
        unknown.text()
    );
    let reason = unknown.header("x-poolhouse-reason").unwrap();
    assert!(reason.contains("after the snapshot"), "{reason}");
}

#[tokio::test]
async fn reset_makes_the_server_what_it_was_when_it_was_ready() {
    let server = server().await;
    let before = names(&server).await;
    let shown = tell(&server, "GET /_poolhouse/snapshots", "").await;
    assert_eq!(shown["snapshots"][0]["name"], "@start");
    assert_eq!(shown["snapshots"][0]["userPools"][0], POOL);
    for path in [
        "_poolhouse/reset",
        "_localstack/state/reset",
        "_ministack/reset?init=1",
        "_floci/state/reset",
        "_fakecloud/reset",
        "_fakecloud/reset/cognito-idp",
        "moto-api/reset",
        "_poolhouse/snapshots/@start/restore",
        "_poolhouse/snapshots/%40start/restore",
    ] {
        let input = json!({"UserPoolId": POOL, "Username": "new", "MessageAction": "SUPPRESS"});
        ok(&server, Operation::AdminCreateUser, input).await;
        tell(&server, "POST /_poolhouse/clock", r#"{"advance":"1h"}"#).await;
        tell(&server, &format!("POST /{path}"), "").await;
        assert_eq!(names(&server).await, before, "{path}");
        let clock = tell(&server, "GET /_poolhouse/clock", "").await;
        assert_eq!(clock["now"], "2026-01-31T12:00:00Z");
    }
    for path in [
        "_localstack/health",
        "_localstack/init",
        "_localstack/init/ready",
        "_localstack/info",
        "moto-api/",
        "health",
        "_poolhouse/health",
    ] {
        tell(&server, &format!("GET /{path}"), "").await;
    }
}

#[tokio::test]
async fn pages_of_other_sites_cannot_reset_it() {
    let server = server().await;
    for path in [
        "_poolhouse/reset",
        "_localstack/state/reset",
        "moto-api/reset",
        "_poolhouse/branches",
    ] {
        let sent = request(
            &format!("POST /{path}"),
            "Origin: https://evil.example\r\n",
            "",
        );
        let answer = Wire::to(&server).await.ask(sent).await;
        assert_eq!(answer.status, 403, "{path}");
        assert_eq!(
            told(&server, &format!("DELETE /{path}"), "").await.status,
            405,
            "{path}"
        );
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_and_changes_nothing() {
    let server = server().await;
    tell(&server, "POST /_poolhouse/snapshots", r#"{"name":"a"}"#).await;
    for (line, body, status, text) in [
        ("POST /_poolhouse/snapshots", "", 400, "there is no name"),
        (
            "POST /_poolhouse/snapshots",
            "[]",
            400,
            "the body is a list",
        ),
        (
            "POST /_poolhouse/snapshots",
            r#"{"nam":"b"}"#,
            400,
            "did you mean name?",
        ),
        (
            "POST /_poolhouse/snapshots",
            r#"{"name":"B"}"#,
            400,
            "1 to 64 of a-z",
        ),
        (
            "POST /_poolhouse/snapshots",
            r#"{"name":"."}"#,
            400,
            "no segment of a URL",
        ),
        (
            "POST /_poolhouse/snapshots",
            r#"{"name":".."}"#,
            400,
            "is neither . nor ..",
        ),
        (
            "POST /_poolhouse/snapshots",
            r#"{"name":7}"#,
            400,
            "name: 7 is not a text",
        ),
        (
            "POST /_poolhouse/snapshots",
            r#"{"name":"@start"}"#,
            400,
            "stays so",
        ),
        (
            "POST /_poolhouse/snapshots",
            r#"{"name":"b","account":"12"}"#,
            400,
            "12 digits",
        ),
        (
            "POST /_poolhouse/snapshots",
            r#"{"name":"b","replace":"yes"}"#,
            400,
            "true or false",
        ),
        (
            "POST /_poolhouse/snapshots",
            r#"{"name":"a"}"#,
            409,
            r#""replace":true"#,
        ),
        (
            "POST /_poolhouse/snapshots/b/restore",
            "",
            404,
            "there are @start, a",
        ),
        (
            "POST /_poolhouse/snapshots/a/restore",
            r#"{"accounts":"1"}"#,
            400,
            "did you mean account?",
        ),
        (
            "GET /_poolhouse/snapshots/b/diff",
            "",
            404,
            "there are @start, a",
        ),
        (
            "GET /_poolhouse/snapshots/a/diff?to=b",
            "",
            404,
            "there are @start, a",
        ),
        (
            "GET /_poolhouse/snapshots/a/diff?with=b",
            "",
            400,
            "there is to",
        ),
        (
            "DELETE /_poolhouse/snapshots/b",
            "",
            404,
            "there are @start, a",
        ),
        ("DELETE /_poolhouse/snapshots/@start", "", 400, "stays"),
        (
            "POST /_poolhouse/branches",
            r#"{"fron":"a"}"#,
            400,
            "did you mean from?",
        ),
        (
            "POST /_poolhouse/branches",
            r#"{"from":"b"}"#,
            404,
            "there are @start, a",
        ),
        (
            "POST /_poolhouse/branches",
            r#"{"account":"123456789012"}"#,
            409,
            "has user pools",
        ),
        (
            "POST /_poolhouse/branches",
            r#"{"seed":7}"#,
            400,
            "seed: it is what a fixture's ids",
        ),
        (
            "POST /_poolhouse/branches",
            r#"{"fixture":[]}"#,
            400,
            "fixture: [] is not an object, or a list of objects",
        ),
        (
            "POST /_poolhouse/branches",
            r#"{"from":"a","from":"@start"}"#,
            400,
            r#""from" is there twice"#,
        ),
        (
            "POST /_poolhouse/pools/us-east-1_PoolHouse/clone",
            r#"{"name":"x"}"#,
            400,
            "there are none; the body takes nothing",
        ),
        (
            "DELETE /_poolhouse/branches/900000000001",
            "",
            404,
            "is no branch",
        ),
        (
            "POST /_poolhouse/pools/us-east-1_None/clone",
            "",
            404,
            "no user pool has this id",
        ),
        (
            "POST /_poolhouse/reset?account=555555555555",
            "",
            400,
            "reset has no parameter account: what it takes stands in its body",
        ),
        (
            "DELETE /_poolhouse/faults?id=fault-1",
            "",
            400,
            "faults has no parameter id: it takes none",
        ),
        ("GET /_poolhouse/quotas?account=1", "", 400, "12 digits"),
        (
            "POST /_poolhouse/reset",
            r#"{"account":"x"}"#,
            400,
            "12 digits",
        ),
    ] {
        let (is, said) = refused(&server, line, body).await;
        assert_eq!(is, status, "{line} {body}: {said}");
        assert!(said.contains(text), "{line} {body}: {said}");
    }
    let shown = tell(&server, "GET /_poolhouse/snapshots", "").await;
    assert_eq!(shown["snapshots"].as_array().unwrap().len(), 2);
    tell(
        &server,
        "POST /_poolhouse/snapshots",
        r#"{"name":"a","replace":true}"#,
    )
    .await;
    tell(&server, "DELETE /_poolhouse/snapshots/a", "").await;
    assert_eq!(
        refused(&server, "GET /_poolhouse/snapshots/a", "").await.0,
        404
    );
}

#[tokio::test]
async fn a_reset_of_an_account_that_has_nothing_says_so() {
    let server = server().await;
    let account = r#"{"account":"555555555555"}"#;
    let back = tell(&server, "POST /_poolhouse/reset", account).await;
    assert_eq!(back["account"], "555555555555");
    assert_eq!(
        (&back["userPools"], &back["users"]),
        (&json!([]), &json!(0))
    );
    let back = tell(&server, "POST /_poolhouse/reset", "").await;
    assert_eq!(
        (&back["account"], &back["userPools"]),
        (&Value::Null, &json!([POOL]))
    );
}

#[tokio::test]
async fn clones_at_the_same_time_do_not_stand_in_each_others_way() {
    let server = server().await;
    let line = format!("POST /_poolhouse/pools/{POOL}/clone");
    let mut wires = Vec::new();
    for _ in 0..8 {
        let mut wire = Wire::to(&server).await;
        wire.send(request(&line, "", "")).await;
        wires.push(wire);
    }
    let mut ids = std::collections::BTreeSet::new();
    for wire in &mut wires {
        let answer = wire.answer().await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        let new = answer.json()["pools"]["poolhouse"]["new"].clone();
        ids.insert(new.as_str().unwrap().to_owned());
    }
    assert_eq!(ids.len(), 8);
}

#[tokio::test]
async fn branches_have_the_same_users_under_ids_of_their_own() {
    let (server, other) = (server().await, server().await);
    let branch = tell(&server, "POST /_poolhouse/branches", r#"{"from":"@start"}"#).await;
    assert_eq!(branch["account"], "900000000001");
    let again = tell(&other, "POST /_poolhouse/branches", "").await;
    assert_eq!(branch, again, "the ids are the same in every run");
    let second = tell(&server, "POST /_poolhouse/branches", "").await;
    assert_eq!(second["account"], "900000000002");
    assert_ne!(branch["pools"], second["pools"]);
    let ids = |branch: &Value, what: &str| -> Vec<(String, String)> {
        let all = branch[what].as_object().unwrap().values();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        all.map(|one| (text(&one["old"]), text(&one["new"])))
            .collect()
    };
    let client = ids(&branch, "clients");
    let (_, client) = client.iter().find(|(old, _)| old == CLIENT).unwrap();
    let auth = json!({"ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "uma", "PASSWORD": PASSWORD}});
    let (pool, _) = &ids(&branch, "pools")[0];
    assert_eq!(pool, POOL);
    let done = ask(&server, Operation::InitiateAuth, auth.clone()).await;
    assert!(
        done.status == 200 || done.text().contains("not confirmed"),
        "{}",
        done.text()
    );
    tell(&server, "DELETE /_poolhouse/branches/900000000001", "").await;
    assert_eq!(
        ask(&server, Operation::InitiateAuth, auth).await.status,
        400
    );
    // The branches of the moment after the start are no branches of the start.
    tell(&server, "POST /_poolhouse/reset", "").await;
    let (status, _) = refused(&server, "DELETE /_poolhouse/branches/900000000002", "").await;
    assert_eq!(status, 404);
    assert!(has_user(&server, "uma").await);
}

#[tokio::test]
async fn a_turn_is_one_clients_at_a_time() {
    let server = server().await;
    let shown = tell(&server, "GET /_poolhouse/turn", "").await;
    assert_eq!(shown, json!({"holder": null, "left": null}));
    let take = r#"{"holder":"one"}"#;
    let taken = tell(&server, "POST /_poolhouse/turn", take).await;
    assert_eq!(taken, json!({"holder": "one", "left": null}));
    // Asked again, it is kept.
    tell(&server, "POST /_poolhouse/turn", take).await;
    let (status, text) = refused(&server, "POST /_poolhouse/turn", r#"{"holder":"two"}"#).await;
    assert_eq!(status, 409);
    assert!(text.starts_with("it is the turn of one;"), "{text}");
    let other = tell(&server, "DELETE /_poolhouse/turn/two", "").await;
    assert_eq!(other, json!({"given_back": false}));

    // One that waits has it as soon as it is given back; one that has left while it waited never has.
    let mut gone = Wire::to(&server).await;
    gone.send(request(
        "POST /_poolhouse/turn",
        "",
        r#"{"holder":"gone","wait":"60s"}"#,
    ))
    .await;
    drop(gone);
    let mut waiting = Wire::to(&server).await;
    waiting
        .send(request(
            "POST /_poolhouse/turn",
            "",
            r#"{"holder":"two","wait":"60s"}"#,
        ))
        .await;
    // A restore is no end of a turn.
    tell(&server, "POST /_poolhouse/reset", "").await;
    let shown = tell(&server, "GET /_poolhouse/turn", "").await;
    assert_eq!(shown["holder"], "one");
    let given = tell(&server, "DELETE /_poolhouse/turn/one", "").await;
    assert_eq!(given, json!({"given_back": true}));
    let taken = waiting.answer().await.unwrap().json();
    assert_eq!(taken, json!({"holder": "two", "left": null}));

    for (body, said) in [
        ("{}", "holder: a name has 1 to 64"),
        (r#"{"holder":".."}"#, "holder: a name has 1 to 64"),
        (r#"{"holder":"a b"}"#, "holder: a name has 1 to 64"),
        (r#"{"holder":"a","wait":"soon"}"#, "wait=soon"),
        (r#"{"holder":"a","until":"5s"}"#, "until"),
    ] {
        let (status, text) = refused(&server, "POST /_poolhouse/turn", body).await;
        assert!(status == 400 && text.contains(said), "{body}: {text}");
    }
}
