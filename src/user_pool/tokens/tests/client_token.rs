use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::context::Settings;
use crate::lambda::{Answering, Functions, Invocation};
use crate::test_pool::{TestPool, server};

const SECRET: &str = "abcdefghijklmnopqrstuvwx";

/// A pool with the resource server `api` (scopes `read` and `write`), and the id of a client with
/// these members.
async fn pool_with(pool: &TestPool, members: Value) -> String {
    let scope = |name: &str| json!({"ScopeName": name, "ScopeDescription": name});
    let server =
        json!({"Identifier": "api", "Name": "api", "Scopes": [scope("read"), scope("write")]});
    pool.ok("CreateResourceServer", server).await;
    client_with(pool, members).await
}

async fn client_with(pool: &TestPool, members: Value) -> String {
    let mut request = json!({"UserPoolId": pool.id.as_str(), "ClientName": "machine",
        "ClientSecret": SECRET, "ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"],
        "AllowedOAuthScopes": ["api/read", "api/write"]});
    for (name, value) in members.as_object().unwrap() {
        request[name] = value.clone();
    }
    let made = pool.ok("CreateUserPoolClient", request).await;
    made["UserPoolClient"]["ClientId"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn ask(client: &str, members: Value) -> Value {
    let mut request = json!({"UserPoolId": "", "ClientId": client, "Secret": SECRET});
    for (name, value) in members.as_object().unwrap() {
        request[name] = value.clone();
    }
    request
}

async fn claims(pool: &TestPool, request: Value) -> Value {
    let answer = pool.ok("GetClientToken", request).await;
    let token = answer["ClientAuthenticationResult"]["AccessToken"]
        .as_str()
        .unwrap()
        .to_owned();
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[tokio::test]
async fn a_client_gets_a_token_of_its_own() {
    let pool = TestPool::new(json!({})).await;
    let client = pool_with(
        &pool,
        json!({"AccessTokenValidity": 5, "TokenValidityUnits": {"AccessToken": "minutes"}}),
    )
    .await;
    let answer = pool.ok("GetClientToken", ask(&client, json!({}))).await;
    let result = &answer["ClientAuthenticationResult"];
    assert_eq!(result["ExpiresIn"], 300);
    assert_eq!(result["TokenType"], "Bearer");
    let found = claims(&pool, ask(&client, json!({}))).await;
    let now = pool.cx.now().seconds();
    let jti = found["jti"].clone();
    assert!(jti.is_string());
    assert_eq!(
        found,
        json!({"sub": client, "token_use": "access", "scope": "api/read api/write",
            "auth_time": now, "iss": format!("http://localhost:9229/{}", pool.id),
            "exp": now + 300, "iat": now, "version": 2, "jti": jti, "client_id": client})
    );
}

#[tokio::test]
async fn scopes_are_those_asked_for_that_still_exist() {
    let pool = TestPool::new(json!({})).await;
    let client = pool_with(
        &pool,
        json!({"AllowedOAuthScopes": ["openid", "api/read", "api/write"]}),
    )
    .await;
    let scope = |scopes: Value| {
        let request = ask(&client, json!({"Scopes": scopes}));
        let pool = &pool;
        async move { claims(pool, request).await["scope"].clone() }
    };
    assert_eq!(scope(json!(["api/write", "api/write"])).await, "api/write");
    assert_eq!(scope(json!([])).await, "api/read api/write");
    // Scopes of OpenID Connect are for users.
    for refused in ["openid", "api/delete", "api/Read", "other/read"] {
        assert_eq!(
            pool.refused("GetClientToken", ask(&client, json!({"Scopes": [refused]})))
                .await,
            format!("InvalidParameterException: Invalid scope requested: {refused}")
        );
    }
    let smaller = json!({"Identifier": "api", "Name": "api",
        "Scopes": [{"ScopeName": "read", "ScopeDescription": "read"}]});
    pool.ok("UpdateResourceServer", smaller).await;
    assert_eq!(scope(json!(["api/read", "api/write"])).await, "api/read");
    assert_eq!(scope(json!(["api/write"])).await, "");
    pool.ok("DeleteResourceServer", json!({"Identifier": "api"}))
        .await;
    assert_eq!(
        pool.refused("GetClientToken", ask(&client, json!({})))
            .await,
        "InvalidParameterException: No custom scopes are configured for the app client."
    );
}

#[tokio::test]
async fn the_scope_of_registration_needs_no_resource_server() {
    let pool = TestPool::new(json!({})).await;
    let scope = "aws.cognito/dcr/register";
    let client = client_with(&pool, json!({"AllowedOAuthScopes": [scope]})).await;
    for members in [json!({}), json!({"Scopes": [scope]})] {
        assert_eq!(claims(&pool, ask(&client, members)).await["scope"], scope);
    }
}

#[tokio::test]
async fn client_secret_and_flow_must_be_right() {
    let pool = TestPool::new(json!({})).await;
    let client = pool_with(&pool, json!({})).await;
    let wrong = json!({"Secret": "abcdefghijklmnopqrstuvwy"});
    let refused = "NotAuthorizedException: Invalid client or secret";
    assert_eq!(
        pool.refused("GetClientToken", ask(&client, wrong)).await,
        refused
    );
    // A public client.
    assert_eq!(
        pool.refused("GetClientToken", ask("client", json!({})))
            .await,
        refused
    );
    assert_eq!(
        pool.refused("GetClientToken", ask("nobody", json!({})))
            .await,
        "ResourceNotFoundException: User pool client nobody does not exist."
    );
    let other = client_with(
        &pool,
        json!({"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]}),
    )
    .await;
    assert_eq!(
        pool.refused("GetClientToken", ask(&other, json!({}))).await,
        "InvalidParameterException: Auth flow not enabled for this client"
    );
    // Either secret of two, and only an active one.
    let second = "zyxwvutsrqponmlkjihgfedcba";
    let add = json!({"UserPoolId": pool.id.as_str(), "ClientId": client, "ClientSecret": second});
    let added = pool.ok("AddUserPoolClientSecret", add).await;
    let by_second = ask(&client, json!({"Secret": second}));
    pool.ok("GetClientToken", by_second.clone()).await;
    pool.ok("GetClientToken", ask(&client, json!({}))).await;
    let id = &added["ClientSecretDescriptor"]["ClientSecretId"];
    let delete = json!({"UserPoolId": pool.id.as_str(), "ClientId": client, "ClientSecretId": id});
    pool.ok("DeleteUserPoolClientSecret", delete).await;
    assert_eq!(pool.refused("GetClientToken", by_second).await, refused);
}

#[tokio::test]
async fn the_token_of_a_client_opens_no_user_operation() {
    let pool = TestPool::new(json!({})).await;
    let client = pool_with(&pool, json!({})).await;
    let answer = pool.ok("GetClientToken", ask(&client, json!({}))).await;
    let token = &answer["ClientAuthenticationResult"]["AccessToken"];
    assert_eq!(
        pool.refused("GetUser", json!({"AccessToken": token})).await,
        "NotAuthorizedException: Access Token does not have required scopes"
    );
}

/// Notes the event, and changes what it may and what it may not.
struct Function(Arc<Mutex<Vec<String>>>);

impl Functions for Function {
    fn invoke<'a>(&'a self, invocation: Invocation<'a>) -> Answering<'a> {
        let mut event = invocation.event;
        let request = &event["request"];
        assert_eq!(request["userAttributes"], json!({}));
        assert_eq!(request["groupConfiguration"], Value::Null);
        let noted = [
            &event["version"],
            &event["triggerSource"],
            &event["userName"],
            &request["scopes"],
            &request["clientMetadata"]["tenant"],
        ];
        let noted = noted.map(Value::to_string).join("|");
        self.0.lock().unwrap().push(noted);
        event["response"]["claimsAndScopeOverrideDetails"] = json!({"accessTokenGeneration": {
            "claimsToAddOrOverride":
                {"tenant": {"id": 7}, "sub": "somebody", "scope": "all", "aud": "elsewhere", "gone": 1},
            "claimsToSuppress": ["gone"],
            "scopesToAdd": ["extra", "both", "api/read"],
            "scopesToSuppress": ["api/write", "both"],
        }});
        Box::pin(std::future::ready(Ok(event)))
    }
}

#[tokio::test]
async fn a_function_of_version_three_changes_the_token() {
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:claims";
    for (version, called) in [("V2_0", false), ("V3_0", true)] {
        let seen = Arc::default();
        let mut shared = server(Settings::default());
        shared.functions = Box::new(Function(Arc::clone(&seen)));
        let members = json!({"LambdaConfig":
            {"PreTokenGenerationConfig": {"LambdaArn": arn, "LambdaVersion": version}}});
        let pool = TestPool::on(shared, members, |_| {}).await;
        let client = pool_with(&pool, json!({})).await;
        let found = claims(
            &pool,
            ask(&client, json!({"ClientMetadata": {"tenant": "a"}})),
        )
        .await;
        if !called {
            assert!(seen.lock().unwrap().is_empty(), "{version}");
            assert_eq!(found["scope"], "api/read api/write");
            continue;
        }
        let event = "\"3\"|\"TokenGeneration_ClientCredentials\"|\"ClientCredentials\"|\
            [\"api/read\",\"api/write\"]|\"a\"";
        assert_eq!(*seen.lock().unwrap(), [event]);
        assert_eq!(found["scope"], "api/read extra");
        assert_eq!(found["tenant"], json!({"id": 7}));
        assert_eq!(found["sub"], client.as_str());
        assert_eq!(found.get("aud"), None);
        assert_eq!(found.get("gone"), None);
    }
}
