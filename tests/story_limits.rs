//! The story's steps with provisioned limits and replicas, and quotas as the test API shows them.

use poolhouse::Emulator;
use poolhouse::clock::Timestamp;
use poolhouse::context::Settings;
use poolhouse::model::cognito_idp::Operation;
use serde_json::{Value, json};

use crate::golden::Story;
use crate::http::wire::{SIGNED, Wire, call, request};

const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab";

pub(crate) async fn tell(story: &mut Story) {
    limits(story).await;
    replicas(story).await;
}

async fn limits(story: &mut Story) {
    let limit = json!({"LimitClass": "API_CATEGORY", "Attributes": {"Category": "UserRead"}});
    let get = json!({"LimitDefinition": limit});
    story.ask(Operation::GetProvisionedLimit, get).await;
    for value in [120, 121] {
        let update = json!({"LimitDefinition": limit, "RequestedLimitValue": value});
        story.ask(Operation::UpdateProvisionedLimit, update).await;
    }
}

async fn replicas(story: &mut Story) {
    let key = json!({"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": KEY});
    let pool = json!({"PoolName": "replicated", "KeyConfiguration": key});
    let made = story.ask(Operation::CreateUserPool, pool).await;
    let id = made["UserPool"]["Id"].clone();
    let there = json!({"UserPoolId": id, "RegionName": "us-west-2"});
    let mut tagged = there.clone();
    tagged["UserPoolTags"] = json!({"stage": "test"});
    story.ask(Operation::CreateUserPoolReplica, tagged).await;
    for status in ["ACTIVE", "INACTIVE"] {
        let update = json!({"UserPoolId": id, "RegionName": "us-west-2", "Status": status});
        story.ask(Operation::UpdateUserPoolReplica, update).await;
    }
    let list = json!({"UserPoolId": id});
    story.ask(Operation::ListUserPoolReplicas, list).await;
    story.ask(Operation::DeleteUserPoolReplica, there).await;
}

async fn server(settings: Settings) -> Emulator {
    let noon = Timestamp::parse_rfc3339("2026-01-31T12:00:00Z").unwrap();
    let server = Emulator::builder().frozen_at(noon).settings(settings);
    server.start().await.unwrap()
}

async fn throttled(wire: &mut Wire, operation: &str, input: &Value, times: usize) -> usize {
    let mut throttled = 0;
    for _ in 0..times {
        let answer = wire.ask(call(operation, SIGNED, &input.to_string())).await;
        if answer.status == 400 {
            assert!(answer.text().contains("TooManyRequestsException"));
            throttled += 1;
        }
    }
    throttled
}

#[tokio::test]
async fn rates_are_switched_shown_and_set_through_the_test_api() {
    let server = server(Settings::default()).await;
    let mut wire = Wire::to(&server).await;
    let list = json!({"UserPoolId": "us-east-1_PoolHouse"});
    assert_eq!(throttled(&mut wire, "ListUsers", &list, 40).await, 0);
    let body = r#"{"enforced":true,"category":"UserList","rps":4}"#;
    let headers = "Content-Type: application/json\r\n";
    let set = wire
        .ask(request("PUT /_poolhouse/quotas", headers, body))
        .await;
    assert_eq!(set.status, 200, "{}", set.text());
    assert_eq!(throttled(&mut wire, "ListUsers", &list, 6).await, 2);
    let shown = wire.ask(request("GET /_poolhouse/quotas", "", "")).await;
    let shown: Value = serde_json::from_slice(&shown.body).unwrap();
    let row = shown["categories"].as_array().unwrap();
    let row = row
        .iter()
        .find(|row| row["category"] == "UserList")
        .unwrap();
    assert_eq!(
        *row,
        json!({"category": "UserList", "rps": 4, "default": 30, "max": 30, "adjustable": false,
            "used": 4.0, "calls": 4, "throttled": 2})
    );
    server.shared().clock.advance(500);
    assert_eq!(throttled(&mut wire, "ListUsers", &list, 6).await, 4);
    let off = r#"{"enforced":false}"#;
    wire.ask(request("POST /_poolhouse/quotas", headers, off))
        .await;
    assert_eq!(throttled(&mut wire, "ListUsers", &list, 40).await, 0);
}

#[tokio::test]
async fn of_requests_at_once_as_many_pass_as_the_rate_allows() {
    let settings = Settings {
        request_rates: true,
        ..Settings::default()
    };
    let server = server(settings).await;
    let list = json!({"UserPoolId": "us-east-1_PoolHouse"});
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let mut wire = Wire::to(&server).await;
        let list = list.clone();
        tasks.spawn(async move { throttled(&mut wire, "ListUsers", &list, 10).await });
    }
    assert_eq!(tasks.join_all().await.into_iter().sum::<usize>(), 50);
}

#[tokio::test]
async fn an_unsigned_request_is_of_the_region_that_its_host_names() {
    let server = server(Settings::default()).await;
    let mut wire = Wire::to(&server).await;
    let input = json!({"ClientId": "1poolhouse0public0client00", "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "alice", "PASSWORD": "Poolhouse-1"}});
    let cases = [
        ("cognito-idp.us-east-1.localhost", 200),
        ("Cognito-IDP.US-East-1.localhost", 200),
        ("cognito-idp.us-west-2.localhost", 400),
        ("cognito-idp.localhost", 200),
    ];
    for (host, status) in cases {
        let sent = call("InitiateAuth", "", &input.to_string());
        let sent = sent.replacen("Host: localhost", &format!("Host: {host}"), 1);
        let answer = wire.ask(sent).await;
        assert_eq!(answer.status, status, "{host}: {}", answer.text());
    }
}
