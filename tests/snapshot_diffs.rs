//! `/_poolhouse/snapshots/NAME/diff` through the wire: what is otherwise, and what only looks so.

use poolhouse::Emulator;
use poolhouse::clock::Timestamp;
use poolhouse::model::cognito_idp::Operation;
use serde_json::{Value, json};

use crate::http::wire::{Answer, SIGNED, Wire, call, request};

const POOL: &str = "us-east-1_PoolHouse";

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

#[tokio::test]
async fn a_diff_names_what_is_otherwise() {
    let server = server().await;
    tell(&server, "POST /_poolhouse/snapshots", r#"{"name":"a"}"#).await;
    let same = tell(&server, "GET /_poolhouse/snapshots/a/diff", "").await;
    let none = json!({"added": [], "removed": [], "changed": {}});
    assert_eq!(same["userPools"], none);
    let ann = json!({"UserPoolId": POOL, "Username": "ann", "MessageAction": "SUPPRESS"});
    ok(&server, Operation::AdminCreateUser, ann).await;
    let uma = json!({"UserPoolId": POOL, "Username": "uma",
        "UserAttributes": [{"Name": "name", "Value": "Uma"}]});
    ok(&server, Operation::AdminUpdateUserAttributes, uma).await;
    let password = json!({"UserPoolId": POOL, "Username": "uma", "Password": "Another-1",
        "Permanent": true});
    ok(&server, Operation::AdminSetUserPassword, password).await;
    tell(&server, "POST /_poolhouse/snapshots", r#"{"name":"b"}"#).await;
    for to in ["b", "now"] {
        let found = tell(
            &server,
            &format!("GET /_poolhouse/snapshots/a/diff?to={to}"),
            "",
        )
        .await;
        let users = &found["userPools"]["changed"][POOL]["users"];
        assert_eq!(users["added"], json!(["ann"]), "{found}");
        let uma = &users["changed"]["uma"];
        assert_eq!(
            uma["Attributes.name"],
            json!({"from": null, "to": "Uma"}),
            "{found}"
        );
        assert_eq!(uma["Password"], "changed");
        assert!(!found.to_string().contains("Another-1"));
    }
    let back = tell(&server, "GET /_poolhouse/snapshots/b/diff?to=a", "").await;
    assert_eq!(
        back["userPools"]["changed"][POOL]["users"]["removed"],
        json!(["ann"])
    );
}

#[tokio::test]
async fn a_diff_compares_what_is_there_and_not_how_it_came() {
    let server = server().await;
    let resource = |name: &str| json!({"UserPoolId": POOL, "Identifier": "shop", "Name": name});
    ok(&server, Operation::CreateResourceServer, resource("Shop")).await;
    tell(&server, "POST /_poolhouse/snapshots", r#"{"name":"a"}"#).await;
    ok(&server, Operation::UpdateResourceServer, resource("Other")).await;
    let found = tell(&server, "GET /_poolhouse/snapshots/a/diff", "").await;
    let changed = json!({"added": [], "removed": [], "changed": {"shop": "changed"}});
    let pool = &found["userPools"]["changed"][POOL];
    assert_eq!(pool["resourceServers"], changed, "{found}");
    assert_eq!(found["quotas"], json!({}));
    ok(&server, Operation::UpdateResourceServer, resource("Shop")).await;
    let provider = json!({"UserPoolId": POOL, "ProviderName": "Acme", "ProviderType": "OIDC",
        "ProviderDetails": {"client_id": "c", "client_secret": "hunter2", "attributes_request_method": "GET",
        "authorize_scopes": "openid", "authorize_url": "https://idp.example/a",
        "token_url": "https://idp.example/t", "attributes_url": "https://idp.example/u",
        "jwks_uri": "https://idp.example/j", "oidc_issuer": "https://idp.example"}});
    ok(&server, Operation::CreateIdentityProvider, provider).await;
    let found = tell(&server, "GET /_poolhouse/snapshots/a/diff", "").await;
    let providers = &found["userPools"]["changed"][POOL]["identityProviders"];
    assert_eq!(providers["added"], json!(["Acme"]), "{found}");
    assert!(!found.to_string().contains("hunter2"));
    let named = json!({"UserPoolId": POOL, "ProviderName": "Acme"});
    ok(&server, Operation::DeleteIdentityProvider, named).await;
    let found = tell(&server, "GET /_poolhouse/snapshots/a/diff", "").await;
    let pool = &found["userPools"]["changed"][POOL];
    assert_eq!(pool["identityProviders"], Value::Null, "{found}");
    assert_eq!(
        (&pool["resourceServers"], &pool["others"]),
        (&Value::Null, &Value::Null)
    );
    let rate = r#"{"category":"UserRead","rps":500,"enforced":true}"#;
    tell(&server, "POST /_poolhouse/quotas", rate).await;
    let found = tell(&server, "GET /_poolhouse/snapshots/a/diff", "").await;
    let quotas = json!({"enforced": {"from": false, "to": true}, "categories": [
        {"account": "123456789012", "region": "us-east-1", "category": "UserRead",
        "rps": {"from": 120, "to": 500}, "max": {"from": 120, "to": 500}}]});
    assert_eq!(found["quotas"], quotas, "{found}");
}

#[tokio::test]
async fn a_snapshot_of_an_account_is_compared_with_what_is_of_the_account() {
    let server = server().await;
    let body = r#"{"account":"333333333333"}"#;
    let branch = tell(&server, "POST /_poolhouse/branches", body).await;
    let copy = &branch["pools"]["poolhouse"]["new"];
    let named = r#"{"name":"a","account":"333333333333"}"#;
    tell(&server, "POST /_poolhouse/snapshots", named).await;
    let ann = json!({"UserPoolId": POOL, "Username": "ann", "UserAttributes":
        [{"Name": "email", "Value": "ann@example.com"}]});
    ok(&server, Operation::AdminCreateUser, ann).await;
    let rule = json!({"rules": [{"userPoolId": POOL, "riskLevel": "High"}]}).to_string();
    tell(&server, "PUT /_poolhouse/risk", &rule).await;
    let found = tell(&server, "GET /_poolhouse/snapshots/a/diff?to=now", "").await;
    assert_eq!(
        found["messages"],
        json!({"added": [], "removed": []}),
        "{found}"
    );
    assert_eq!(found["rules"], json!([]), "{found}");
    let found = tell(&server, "GET /_poolhouse/snapshots/a/diff?to=@start", "").await;
    let pools = json!({"added": [], "removed": [copy], "changed": {}});
    assert_eq!(found["userPools"], pools, "{found}");
    let named = r#"{"name":"b","account":"123456789012"}"#;
    tell(&server, "POST /_poolhouse/snapshots", named).await;
    let (status, text) = refused(&server, "GET /_poolhouse/snapshots/a/diff?to=b", "").await;
    assert!(
        status == 400 && text.contains("of account 123456789012"),
        "{text}"
    );
    // A branch that was dropped and is back can be dropped again.
    tell(&server, "DELETE /_poolhouse/branches/333333333333", "").await;
    tell(&server, "POST /_poolhouse/snapshots/a/restore", "").await;
    tell(&server, "DELETE /_poolhouse/branches/333333333333", "").await;
}
