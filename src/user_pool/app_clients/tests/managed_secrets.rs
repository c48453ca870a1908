//! Client secrets in AWS Secrets Manager.

use std::time::Duration;

use serde_json::{Value, json};

use crate::model::Secret;
use crate::test_pool::TestPool;
use crate::user_pool::app_clients::managed_secrets::{KeptSecret, kept};

const WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);
const PUBLISH: &str = "PublishSecretsInAWSSecretsManager";

/// A pool with a scope for clients to ask for.
async fn bench() -> TestPool {
    let pool = TestPool::new(json!({})).await;
    let scopes = json!([{"ScopeName": "read", "ScopeDescription": "read"}]);
    let server = json!({"Identifier": "api", "Name": "api", "Scopes": scopes});
    pool.ok("CreateResourceServer", server).await;
    pool
}

async fn create(pool: &TestPool, members: Value) -> Value {
    let mut request = json!({"UserPoolId": pool.id.as_str(), "ClientName": "confidential", "AllowedOAuthScopes": ["api/read"],
        "ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"], "GenerateSecret": true});
    let members = members.as_object().unwrap().clone();
    request.as_object_mut().unwrap().extend(members);
    let made = pool.ok("CreateUserPoolClient", request).await;
    made["UserPoolClient"].clone()
}

async fn update(pool: &TestPool, client: &Value, members: Value) -> Value {
    let mut request = json!({"UserPoolId": pool.id.as_str(), "ClientId": client["ClientId"],
        "AllowedOAuthScopes": ["api/read"], "ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"]});
    let members = members.as_object().unwrap().clone();
    request.as_object_mut().unwrap().extend(members);
    let made = pool.ok("UpdateUserPoolClient", request).await;
    made["UserPoolClient"].clone()
}

/// The one secret that Secrets Manager has, and the client secret in it.
fn published(pool: &TestPool) -> (KeptSecret, Value) {
    let mut kept = kept(pool.cx.shared());
    assert_eq!(kept.len(), 1);
    let kept = kept.remove(0);
    let text: Value = serde_json::from_str(kept.secret_string.expose()).unwrap();
    (kept, text)
}

/// Ids of the client's secrets, oldest first.
async fn ids(pool: &TestPool, client: &Value) -> Vec<Value> {
    let named = json!({"UserPoolId": pool.id.as_str(), "ClientId": client["ClientId"]});
    let listed = pool.ok("ListUserPoolClientSecrets", named).await;
    let secrets = listed["ClientSecrets"].as_array().unwrap();
    secrets
        .iter()
        .map(|secret| secret["ClientSecretId"].clone())
        .collect()
}

/// Whether the client may come with this secret.
async fn opens(pool: &TestPool, client: &Value, secret: &Value) -> bool {
    let request = json!({"ClientId": client["ClientId"], "Secret": secret});
    match pool.call("GetClientToken", request).await {
        Ok(_) => true,
        Err(refused) => {
            assert_eq!(refused, "NotAuthorizedException: Invalid client or secret");
            false
        }
    }
}

#[tokio::test]
async fn a_published_secret_is_shown_by_its_arn_alone() {
    let pool = bench().await;
    let client = create(&pool, json!({PUBLISH: true})).await;
    let arn = client["ClientSecretArn"].as_str().unwrap();
    assert_eq!(client.get("ClientSecret"), None);
    let model = regex::Regex::new(
        r"^arn:(aws|aws-us-gov|aws-eusc):secretsmanager:([\d\w\-]+):(\d{12}):secret/[\w+=/,.@\-]+$",
    );
    assert!(model.unwrap().is_match(arn), "{arn}");
    assert!(arn.starts_with("arn:aws:secretsmanager:us-east-1:123456789012:secret/"));
    let named = json!({"UserPoolId": pool.id.as_str(), "ClientId": client["ClientId"]});
    let shown = pool.ok("DescribeUserPoolClient", named).await;
    let mut described = client.clone();
    described["ClientType"] = json!("REGULAR");
    assert_eq!(shown["UserPoolClient"], described);
    let (kept, text) = published(&pool);
    assert_eq!(&*kept.arn, arn);
    let secret = text["clientSecretValue"].clone();
    assert_eq!(
        text,
        json!({"userPoolId": pool.id.as_str(), "userPoolClientId": client["ClientId"],
            "clientSecretValue": secret})
    );
    assert!(opens(&pool, &client, &secret).await);
    assert_eq!(
        ids(&pool, &client).await.len(),
        2,
        "it is rotated right away"
    );
    assert!(!format!("{kept:?}").contains(secret.as_str().unwrap()));
}

#[tokio::test]
async fn only_a_secret_that_cognito_made_is_published() {
    let pool = bench().await;
    let own = "abcdefghijklmnopqrstuvwx";
    for members in [
        json!({PUBLISH: false}),
        json!({PUBLISH: true, "GenerateSecret": false, "ExplicitAuthFlows": []}),
        json!({PUBLISH: true, "GenerateSecret": false, "ClientSecret": own}),
    ] {
        let client = create(&pool, members.clone()).await;
        assert_eq!(client.get("ClientSecretArn"), None, "{members}");
        let flows = members.get("ExplicitAuthFlows").cloned();
        let flows = flows.unwrap_or(json!(["ALLOW_CLIENT_TOKEN_AUTH"]));
        let shown = update(
            &pool,
            &client,
            json!({PUBLISH: true, "ExplicitAuthFlows": flows}),
        )
        .await;
        let is_generated = members.get("GenerateSecret").is_none();
        assert_eq!(
            shown.get("ClientSecretArn").is_some(),
            is_generated,
            "{members}"
        );
    }
    assert_eq!(kept(pool.cx.shared()).len(), 1);
}

#[tokio::test]
async fn a_secret_moves_to_secrets_manager_and_back() {
    let pool = bench().await;
    let client = create(&pool, json!({})).await;
    let first = client["ClientSecret"].clone();
    pool.advance(Duration::from_secs(1));
    let named = json!({"UserPoolId": pool.id.as_str(), "ClientId": client["ClientId"]});
    pool.ok("AddUserPoolClientSecret", named).await;
    let before = ids(&pool, &client).await;
    pool.advance(Duration::from_secs(1));

    let moved = update(&pool, &client, json!({PUBLISH: true})).await;
    assert_eq!(moved.get("ClientSecret"), None);
    let after = ids(&pool, &client).await;
    assert_eq!(
        (after.len(), &after[0]),
        (2, &before[1]),
        "the older is deleted"
    );
    assert!(!opens(&pool, &client, &first).await);
    let (_, text) = published(&pool);
    let second = text["clientSecretValue"].clone();
    assert!(opens(&pool, &client, &second).await);

    for members in [json!({}), json!({PUBLISH: true})] {
        let kept = update(&pool, &client, members.clone()).await;
        assert_eq!(
            kept["ClientSecretArn"], moved["ClientSecretArn"],
            "{members}"
        );
        assert_eq!(ids(&pool, &client).await, after, "{members}");
    }
    let back = update(&pool, &client, json!({PUBLISH: false})).await;
    assert_eq!(back.get("ClientSecretArn"), None);
    assert!(opens(&pool, &client, &back["ClientSecret"]).await);
    assert!(opens(&pool, &client, &second).await);
    assert_eq!(kept(pool.cx.shared()), []);
}

#[tokio::test]
async fn a_published_secret_rotates_every_seven_days_and_lives_on_for_seven_more() {
    let pool = bench().await;
    let client = create(&pool, json!({PUBLISH: true})).await;
    let secret = |pool: &TestPool| published(pool).1["clientSecretValue"].clone();
    let first = secret(&pool);
    pool.advance(WEEK - Duration::from_secs(1));
    assert_eq!(secret(&pool), first);
    pool.advance(Duration::from_secs(1));
    let second = secret(&pool);
    assert_ne!(second, first);
    assert!(opens(&pool, &client, &first).await);
    assert!(opens(&pool, &client, &second).await);
    pool.advance(WEEK);
    // Nobody looked at the secrets yet; signing in finds them rotated.
    assert!(!opens(&pool, &client, &first).await);
    assert!(opens(&pool, &client, &second).await);
    pool.advance(10 * WEEK + Duration::from_secs(60));
    assert!(!opens(&pool, &client, &second).await);
    let (kept, _) = published(&pool);
    let now = pool.cx.now();
    assert_eq!(kept.rotated.plus(Duration::from_secs(60)), now);
    assert_eq!(kept.next, kept.rotated.plus(WEEK));
    assert_eq!(ids(&pool, &client).await.len(), 2);
    pool.cx.clock.advance(-1_000_000_000_000);
    assert_eq!(
        published(&pool).0,
        kept,
        "a clock that goes back rotates nothing"
    );
}

#[tokio::test]
async fn what_is_published_is_what_was_rotated_in() {
    let pool = bench().await;
    let client = create(&pool, json!({PUBLISH: true})).await;
    let named = json!({"UserPoolId": pool.id.as_str(), "ClientId": client["ClientId"]});
    let mut oldest = named.clone();
    oldest["ClientSecretId"] = ids(&pool, &client).await[0].clone();
    pool.ok("DeleteUserPoolClientSecret", oldest).await;
    let mut added = named;
    added["ClientSecret"] = json!("abcdefghijklmnopqrstuvwx");
    let before = published(&pool);
    pool.ok("AddUserPoolClientSecret", added).await;
    assert_eq!(published(&pool), before);
    assert_ne!(before.0.secret_string, Secret::from(""));
}
