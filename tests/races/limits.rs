//! The last place within a limit: of fifty that want it, one gets it.

use poolhouse::Emulator;
use poolhouse::context::Settings;
use poolhouse::model::cognito_idp::Operation;
use serde_json::{Value, json};

use super::{CLIENT, Course, POOL, RACERS, all, asked, each, written};

/// How often a quota is tried whose count lies outside of the pool.
const ROUNDS: usize = 10;

const LIMIT: &[&str] = &["LimitExceededException"];

/// A server with AWS's adjustable quotas on.
async fn with_quotas(test: &str, fixture: &Value) -> Course {
    let settings = Settings {
        attempt_limits: true,
        ..Settings::default()
    };
    let builder = Emulator::builder().settings(settings);
    Course::of(builder.fixtures([written(test, fixture)])).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_client_has_two_secrets() {
    let course = Course::begin().await;
    let client = course
        .client(&json!(POOL), json!({"GenerateSecret": true}))
        .await;
    let input = json!({"UserPoolId": POOL, "ClientId": client});
    let requests = all(Operation::AddUserPoolClientSecret, &input);
    course.race(requests).await.one(LIMIT);
    // And keeps one of them.
    let listed = course
        .ask(Operation::ListUserPoolClientSecrets, input.clone())
        .await;
    let secrets = listed["ClientSecrets"].as_array().unwrap();
    assert_eq!(secrets.len(), 2);
    let requests = (0..RACERS).map(|n| {
        let mut one = input.clone();
        one["ClientSecretId"] = secrets[n % 2]["ClientSecretId"].clone();
        asked(Operation::DeleteUserPoolClientSecret, &one)
    });
    let requests = requests.collect();
    let losers = [
        "InvalidParameterException",
        "ResourceNotFoundException",
        "OperationNotEnabledException",
    ];
    course.race(requests).await.one(&losers);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_user_is_in_a_hundred_groups() {
    let names = |range: std::ops::Range<usize>| -> Vec<String> {
        range.map(|n| format!("group{n}")).collect()
    };
    let groups: Vec<Value> = names(0..99 + RACERS)
        .iter()
        .map(|name| json!({"GroupName": name}))
        .collect();
    let fixture = json!({"Id": "us-east-1_Groups001", "PoolName": "groups", "Groups": groups,
        "Users": [{"Username": "ann", "Groups": names(0..99)}]});
    let course = Course::with("user_groups", &fixture).await;
    let requests = each(Operation::AdminAddUserToGroup, |n| {
        json!({"UserPoolId": "us-east-1_Groups001", "Username": "ann",
            "GroupName": format!("group{}", 99 + n)})
    });
    course.race(requests).await.one(LIMIT);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_pool_has_ten_thousand_groups() {
    let groups: Vec<Value> = (0..9_999)
        .map(|n| json!({"GroupName": format!("group{n}")}))
        .collect();
    let fixture = json!({"Id": "us-east-1_Groups001", "PoolName": "groups", "Groups": groups});
    let course = Course::with("pool_groups", &fixture).await;
    let requests = each(
        Operation::CreateGroup,
        |n| json!({"UserPoolId": "us-east-1_Groups001", "GroupName": format!("new{n}")}),
    );
    course.race(requests).await.one(LIMIT);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_pool_has_fifty_custom_attributes() {
    let course = Course::begin().await;
    let schema: Vec<Value> = (0..49)
        .map(|n| json!({"Name": format!("old{n}"), "AttributeDataType": "String"}))
        .collect();
    let pool = course.pool(json!({"Schema": schema})).await;
    let requests = each(Operation::AddCustomAttributes, |n| {
        json!({"UserPoolId": pool, "CustomAttributes": [
            {"Name": format!("new{n}"), "AttributeDataType": "String"}]})
    });
    course
        .race(requests)
        .await
        .one(&["InvalidParameterException"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_account_has_four_custom_domains() {
    let course = Course::begin().await;
    let certificate =
        json!({"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/4f5a"});
    let domain = |pool: &Value, name: String| json!({"UserPoolId": pool, "Domain": name, "CustomDomainConfig": certificate});
    let mut pools = Vec::new();
    for _ in 0..3 + RACERS {
        pools.push(course.pool(json!({})).await);
    }
    for (n, pool) in pools.iter().take(3).enumerate() {
        let input = domain(pool, format!("auth{n}.example.com"));
        course.ask(Operation::CreateUserPoolDomain, input).await;
    }
    let requests = each(Operation::CreateUserPoolDomain, |n| {
        domain(&pools[3 + n], format!("login{n}.example.com"))
    });
    course.race(requests).await.one(LIMIT);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_pool_has_its_quota_of_resource_servers() {
    let servers: Vec<Value> = (0..24)
        .map(|n| json!({"Identifier": format!("old{n}"), "Name": "n"}))
        .collect();
    let fixture = json!({"Id": "us-east-1_Servers01", "PoolName": "servers",
        "ResourceServers": servers});
    let course = with_quotas("resource_servers", &fixture).await;
    let requests = each(
        Operation::CreateResourceServer,
        |n| json!({"UserPoolId": "us-east-1_Servers01", "Identifier": format!("new{n}"), "Name": "n"}),
    );
    course.race(requests).await.one(LIMIT);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_pool_has_its_quota_of_app_clients() {
    let clients: Vec<Value> = (0..999)
        .map(|n| json!({"ClientName": format!("old{n}")}))
        .collect();
    let fixture = json!({"Id": "us-east-1_Clients01", "PoolName": "clients", "Clients": clients});
    let course = with_quotas("app_clients", &fixture).await;
    // Much to check, so that a count taken before it would be old after it.
    let urls: Vec<String> = (0..100)
        .map(|n| format!("https://{n}.example.com/{}", "a".repeat(900)))
        .collect();
    for _ in 0..ROUNDS {
        let requests = each(Operation::CreateUserPoolClient, |n| {
            json!({"UserPoolId": "us-east-1_Clients01", "ClientName": format!("new{n}"),
                "CallbackURLs": urls, "LogoutURLs": urls})
        });
        let made = course.race(requests).await.one(LIMIT);
        let made = json!({"UserPoolId": "us-east-1_Clients01",
            "ClientId": made["UserPoolClient"]["ClientId"]});
        course.ask(Operation::DeleteUserPoolClient, made).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_account_has_its_quota_of_pools() {
    let pools: Vec<Value> = (0..999)
        .map(|n| json!({"PoolName": format!("old{n}")}))
        .collect();
    let course = with_quotas("user_pools", &json!({"UserPools": pools})).await;
    let schema: Vec<Value> = (0..50)
        .map(|n| json!({"Name": format!("own{n}"), "AttributeDataType": "String"}))
        .collect();
    for _ in 0..ROUNDS {
        let requests = each(
            Operation::CreateUserPool,
            |n| json!({"PoolName": format!("new{n}"), "Schema": schema}),
        );
        let made = course.race(requests).await.one(LIMIT);
        let made = json!({"UserPoolId": made["UserPool"]["Id"]});
        course.ask(Operation::DeleteUserPool, made).await;
    }
}

/// Five codes an hour for a forgotten password, however many ask at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn attempts_are_counted_one_by_one() {
    let fixture = json!({"Id": "us-east-1_Attempts1", "PoolName": "attempts",
        "Clients": [{"ClientName": "web", "ClientId": CLIENT}],
        "Users": [{"Username": "ann", "Password": "Poolhouse-1",
            "UserAttributes": {"email": "ann@example.com", "email_verified": true}}]});
    let course = with_quotas("attempts", &fixture).await;
    let ann = json!({"ClientId": CLIENT, "Username": "ann"});
    let requests = all(Operation::ForgotPassword, &ann);
    course.race(requests).await.are(5, LIMIT);
}
