//! Near misses through the wire: what the reason of a refusal names, and that the body stays AWS's.

use poolhouse::Emulator;
use poolhouse::clock::Timestamp;
use poolhouse::model::cognito_idp::Operation;
use serde_json::{Value, json};

use crate::http::wire::{Answer, SIGNED, Wire, call, request};

const POOL: &str = "us-east-1_PoolHouse";
const CLIENT: &str = "1poolhouse0public0client00";

async fn server() -> Emulator {
    let noon = Timestamp::parse_rfc3339("2026-01-31T12:00:00Z").unwrap();
    let server = Emulator::builder().frozen_at(noon).seed(7);
    server.start().await.unwrap()
}

async fn ask(server: &Emulator, operation: Operation, input: Value) -> Answer {
    let signature = if operation.signed() { SIGNED } else { "" };
    let mut wire = Wire::to(server).await;
    wire.ask(call(operation.name(), signature, &input.to_string()))
        .await
}

async fn tell(server: &Emulator, line: &str, body: &str) {
    let mut wire = Wire::to(server).await;
    let answer = wire.ask(request(line, "", body)).await;
    assert_eq!(answer.status, 200, "{line}: {}", answer.text());
}

/// The body of a refusal, and the end of its reason.
async fn refused(server: &Emulator, operation: Operation, input: Value) -> (Value, String) {
    let answer = ask(server, operation, input).await;
    assert_eq!(answer.status, 400, "{}", answer.text());
    let reason = answer.header("x-poolhouse-reason").unwrap();
    let end = reason.split_once("; ").unwrap().1.to_owned();
    (serde_json::from_str(answer.text()).unwrap(), end)
}

fn user(name: &str) -> Value {
    json!({"UserPoolId": POOL, "Username": name})
}

#[tokio::test]
async fn the_nearest_is_in_the_header_and_in_nothing_else() {
    let server = server().await;
    let unknown = json!({"__type": "UserNotFoundException", "message": "User does not exist."});
    let create = json!({"UserPoolId": POOL, "Username": "wire-user", "MessageAction": "SUPPRESS"});
    ask(&server, Operation::AdminCreateUser, create).await;
    let (body, end) = refused(&server, Operation::AdminGetUser, user("wire-usr")).await;
    assert_eq!(body, unknown);
    assert!(
        end.ends_with("the nearest is \"wire-user\": one letter differs"),
        "{end}"
    );

    ask(&server, Operation::AdminDeleteUser, user("wire-user")).await;
    tell(&server, "POST /_poolhouse/clock", r#"{"advance":"3s"}"#).await;
    let (body, end) = refused(&server, Operation::AdminGetUser, user("wire-user")).await;
    assert_eq!(body, unknown);
    assert!(end.ends_with("it was deleted 3 s ago"), "{end}");

    tell(&server, "POST /_poolhouse/reset", "").await;
    let (_, end) = refused(&server, Operation::AdminGetUser, user("wire-user")).await;
    assert!(!end.contains("deleted"), "{end}");
}

#[tokio::test]
async fn a_client_and_a_pool_are_named_too() {
    let server = server().await;
    let capital = CLIENT.to_uppercase();
    let revoke = json!({"Token": "x", "ClientId": capital});
    let (_, end) = refused(&server, Operation::RevokeToken, revoke).await;
    let said = format!(
        "the nearest is {CLIENT} of {POOL}, account 123456789012 in us-east-1: only letter case differs"
    );
    assert!(end.ends_with(&said), "{end}");

    let input = json!({"UserPoolId": "us-east-1_Poolhouse"});
    let (body, end) = refused(&server, Operation::DescribeUserPool, input).await;
    assert_eq!(
        body["message"],
        "User pool us-east-1_Poolhouse does not exist."
    );
    let said = format!(
        "the nearest is {POOL} of account 123456789012 in us-east-1: only letter case differs"
    );
    assert!(end.ends_with(&said), "{end}");
}

/// What a restore has taken away is told, also where it is the start that came back.
#[tokio::test]
async fn a_reset_is_told_of() {
    let server = server().await;
    let made = ask(
        &server,
        Operation::CreateUserPool,
        json!({"PoolName": "late"}),
    )
    .await;
    let made: Value = serde_json::from_str(made.text()).unwrap();
    let id = &made["UserPool"]["Id"];
    tell(&server, "POST /_poolhouse/reset", "").await;
    let (_, end) = refused(
        &server,
        Operation::DescribeUserPool,
        json!({"UserPoolId": id}),
    )
    .await;
    assert!(
        end.ends_with("it was there until a snapshot was restored that does not have it"),
        "{end}"
    );
}

/// Regions and accounts that have nothing tell where there is something.
#[tokio::test]
async fn an_empty_list_tells_where_there_is_something() {
    let server = server().await;
    let elsewhere = SIGNED
        .replace("AKIA", "111122223333")
        .replace("us-east-1", "eu-west-1");
    let mut wire = Wire::to(&server).await;
    let answer = wire
        .ask(call("ListUserPools", &elsewhere, r#"{"MaxResults":5}"#))
        .await;
    assert_eq!((answer.status, answer.text()), (200, r#"{"UserPools":[]}"#));
    let reason = answer.header("x-poolhouse-reason").unwrap();
    assert!(
        reason.contains(
            "account 111122223333 has no user pool in eu-west-1; there are pools of account \
                         123456789012 in us-east-1"
        ),
        "{reason}"
    );
}

/// An operation that is answered.
async fn done(server: &Emulator, operation: Operation, input: Value) -> Value {
    let answer = ask(server, operation, input).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    serde_json::from_str(answer.text()).unwrap_or_default()
}

#[tokio::test]
async fn what_else_a_pool_has_is_named_too() {
    let server = server().await;
    let shop = json!({"UserPoolId": POOL, "Identifier": "https://shop.example", "Name": "Shop",
        "Scopes": [{"ScopeName": "read", "ScopeDescription": "Reads."}]});
    done(&server, Operation::CreateResourceServer, shop).await;
    let acme = json!({"UserPoolId": POOL, "ProviderName": "Acme", "ProviderType": "OIDC",
        "IdpIdentifiers": ["acme.example"], "ProviderDetails": {"client_id": "c", "client_secret": "s",
        "attributes_request_method": "GET", "authorize_scopes": "openid",
        "authorize_url": "https://idp.example/a", "token_url": "https://idp.example/t",
        "attributes_url": "https://idp.example/u", "jwks_uri": "https://idp.example/j",
        "oidc_issuer": "https://idp.example"}});
    done(&server, Operation::CreateIdentityProvider, acme).await;
    let domain = json!({"UserPoolId": POOL, "Domain": "wire-shop"});
    done(&server, Operation::CreateUserPoolDomain, domain).await;
    let server_of = |name: &str| json!({"UserPoolId": POOL, "Identifier": name});
    let provider = |name: &str| json!({"UserPoolId": POOL, "ProviderName": name});
    let scoped = |scope: &str| {
        json!({"UserPoolId": POOL, "ClientName": "app", "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": [scope], "CallbackURLs": ["https://app.example/back"]})
    };
    let signing = json!({"UserPoolId": POOL, "ClientName": "app",
        "SupportedIdentityProviders": ["acme"]});
    let deleted = json!({"UserPoolId": POOL, "Domain": "wire-shpo"});
    for (operation, input, said) in [
        (
            Operation::DescribeResourceServer,
            server_of("https://shop.example/"),
            "the nearest is \"https://shop.example\": only the slash at the end differs",
        ),
        (
            Operation::DescribeResourceServer,
            server_of("Shop"),
            "it is the name of the resource server \"https://shop.example\"; give the identifier",
        ),
        (
            Operation::DescribeIdentityProvider,
            provider("ACME"),
            "the nearest is \"Acme\": only letter case differs",
        ),
        (
            Operation::DescribeIdentityProvider,
            provider("acme.example"),
            "it is an identifier of \"Acme\", and not its name",
        ),
        (
            Operation::CreateUserPoolClient,
            signing,
            "the nearest is \"Acme\": only letter case differs",
        ),
        (
            Operation::CreateUserPoolClient,
            scoped("https://shop.example/reed"),
            "the nearest is \"https://shop.example/read\": one letter differs",
        ),
        (
            Operation::CreateUserPoolClient,
            scoped("read"),
            "it is given with its resource server: \"https://shop.example/read\"",
        ),
        (
            Operation::DeleteUserPoolDomain,
            deleted,
            "the nearest is \"wire-shop\": one letter differs",
        ),
    ] {
        let (_, end) = refused(&server, operation, input).await;
        assert!(end.ends_with(said), "{}: {end}", operation.name());
    }
    let described = json!({"Domain": "wire-shpo"});
    let answer = ask(&server, Operation::DescribeUserPoolDomain, described).await;
    let remark = answer.header("x-poolhouse-reason").unwrap();
    assert!(remark.contains("the nearest is \"wire-shop\""), "{remark}");
}

#[tokio::test]
async fn a_redirect_uri_that_is_none_names_the_nearest_or_whose_it_is() {
    let server = server().await;
    let client = |name: &str, back: &str| {
        json!({"UserPoolId": POOL, "ClientName": name, "AllowedOAuthFlows": ["code"],
            "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthScopes": ["openid", "email"],
            "SupportedIdentityProviders": ["COGNITO"], "CallbackURLs": [back],
            "LogoutURLs": ["https://app.example/bye"]})
    };
    let mut ids = Vec::new();
    for (name, back) in [
        ("app", "https://app.example/Back"),
        ("other", "https://other.example/x"),
    ] {
        let made = done(&server, Operation::CreateUserPoolClient, client(name, back)).await;
        let id = made["UserPoolClient"]["ClientId"].as_str().unwrap();
        ids.push(id.to_owned());
    }
    let reason = async |path: &str, query: &str| {
        let mut wire = Wire::to(&server).await;
        let line = format!("GET {path}?client_id={}&{query}", ids[0]);
        let answer = wire.ask(request(&line, "", "")).await;
        answer.header("x-poolhouse-reason").unwrap().to_owned()
    };
    for (uri, said) in [
        ("https://app.example/back", "only letter case differs"),
        (
            "https://app.example/Back/",
            "only the slash at the end differs",
        ),
        ("http://app.example/Back", "one letter differs"),
        ("https://app.example/bye", "it is one of its LogoutURLs"),
        ("https://other.example/x", "it is one of the app client"),
    ] {
        let query = format!("response_type=code&redirect_uri={uri}");
        let told = reason("/oauth2/authorize", &query).await;
        assert!(told.contains(said), "{uri}: {told}");
    }
    let told = reason("/logout", "logout_uri=https://app.example/Bye").await;
    assert!(told.contains("only letter case differs"), "{told}");
    let query = "response_type=code&redirect_uri=https://app.example/Back&scope=openid+emial";
    let told = reason("/oauth2/authorize", query).await;
    assert!(
        told.contains("the nearest is \"email\": one letter differs"),
        "{told}"
    );
}

/// A client that hides who is there is answered as ever, and the journal says what it was.
#[tokio::test]
async fn an_answer_that_is_made_up_is_told_in_the_journal_alone() {
    let server = server().await;
    let hiding = json!({"UserPoolId": POOL, "ClientName": "hiding", "PreventUserExistenceErrors": "ENABLED"});
    let made = done(&server, Operation::CreateUserPoolClient, hiding).await;
    let client = made["UserPoolClient"]["ClientId"].clone();
    let forgot = |name: &str| json!({"ClientId": client, "Username": name});
    let answer = ask(&server, Operation::ForgotPassword, forgot("Alicee")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("x-poolhouse-reason"), None);
    let answer = ask(&server, Operation::ForgotPassword, forgot("alice")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let mut wire = Wire::to(&server).await;
    let asked = request("GET /_poolhouse/requests?operation=ForgotPassword", "", "");
    let told = wire.ask(asked).await.json();
    let reason = told["requests"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("PreventUserExistenceErrors"), "{reason}");
    assert!(
        reason.ends_with("the nearest is \"alice\": a few letters differ"),
        "{reason}"
    );
    assert_eq!(told["requests"][1]["reason"], Value::Null);
}
