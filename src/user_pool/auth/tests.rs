//! Signing in as callers see it: what is refused first, and with which sentence.

use serde_json::{Value, json};

use crate::context::Settings;
use crate::model::cognito_idp::ExplicitAuthFlowsType as Flow;
use crate::user_pool::app_clients::AppClient;
use crate::user_pool::test_pool::{PASSWORD, TestPool};

const UNCONFIRMED: &str = "UserNotConfirmedException: User is not confirmed.";
const WRONG: &str = "NotAuthorizedException: Incorrect username or password.";

fn all_flows(client: &mut AppClient) {
    client.explicit_auth_flows = Some(vec![
        Flow::AllowUserPasswordAuth,
        Flow::AllowAdminUserPasswordAuth,
        Flow::AllowUserSrpAuth,
        Flow::AllowRefreshTokenAuth,
    ]);
}

async fn pool() -> TestPool {
    TestPool::with(json!({}), Settings::default(), all_flows).await
}

fn by(flow: &str, parameters: Value) -> Value {
    json!({"AuthFlow": flow, "AuthParameters": parameters})
}

async fn signed_up(pool: &TestPool, name: &str) {
    pool.ok("SignUp", json!({"Username": name, "Password": PASSWORD}))
        .await;
}

/// An answer to PASSWORD_VERIFIER whose signature is of nothing.
fn unproven(challenge: &Value, change: impl FnOnce(&mut Value)) -> Value {
    let parameters = &challenge["ChallengeParameters"];
    let mut responses = json!({
        "USERNAME": parameters["USERNAME"],
        "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"],
        "PASSWORD_CLAIM_SIGNATURE": "AAAA",
        "TIMESTAMP": "Tue Sep 1 06:05:04 UTC 2020",
    });
    change(&mut responses);
    json!({"ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": responses})
}

async fn srp(pool: &TestPool, name: &str) -> Value {
    let parameters = json!({"USERNAME": name, "SRP_A": "1234"});
    pool.ok("InitiateAuth", by("USER_SRP_AUTH", parameters))
        .await
}

#[tokio::test]
async fn an_unconfirmed_user_is_told_so_whatever_the_password() {
    let pool = pool().await;
    signed_up(&pool, "una").await;
    for (operation, flow) in [
        ("InitiateAuth", "USER_PASSWORD_AUTH"),
        ("AdminInitiateAuth", "ADMIN_USER_PASSWORD_AUTH"),
    ] {
        let request = |password: &str| {
            let mut request = by(flow, json!({"USERNAME": "una", "PASSWORD": password}));
            request["ClientId"] = json!(pool.client.as_str());
            request
        };
        for password in [PASSWORD, "Wrong-1234"] {
            assert_eq!(
                pool.refused(operation, request(password)).await,
                UNCONFIRMED,
                "{flow} {password}"
            );
        }
    }
    // The proof is not looked at (that this call tells it, and not InitiateAuth, is inferred).
    let challenge = srp(&pool, "una").await;
    let answer = unproven(&challenge, |_| {});
    assert_eq!(
        pool.refused("RespondToAuthChallenge", answer).await,
        UNCONFIRMED
    );
}

#[tokio::test]
async fn guesses_at_an_unconfirmed_account_do_not_lock_it() {
    let pool = pool().await;
    signed_up(&pool, "una").await;
    let guess = by(
        "USER_PASSWORD_AUTH",
        json!({"USERNAME": "una", "PASSWORD": "Wrong-1234"}),
    );
    for _ in 0..6 {
        assert_eq!(
            pool.refused("InitiateAuth", guess.clone()).await,
            UNCONFIRMED
        );
    }
    pool.ok("AdminConfirmSignUp", json!({"Username": "una"}))
        .await;
    pool.access_token("una").await;
}

#[tokio::test]
async fn an_empty_parameter_is_a_missing_one() {
    let pool = pool().await;
    pool.confirmed("ann", json!([])).await;
    let missing = |name| format!("InvalidParameterException: Missing required parameter {name}");
    for (flow, parameters, name) in [
        (
            "USER_PASSWORD_AUTH",
            json!({"USERNAME": "", "PASSWORD": ""}),
            "USERNAME",
        ),
        (
            "USER_PASSWORD_AUTH",
            json!({"USERNAME": "", "PASSWORD": PASSWORD}),
            "USERNAME",
        ),
        (
            "USER_PASSWORD_AUTH",
            json!({"USERNAME": "ann", "PASSWORD": ""}),
            "PASSWORD",
        ),
        (
            "USER_SRP_AUTH",
            json!({"USERNAME": "", "SRP_A": "1234"}),
            "USERNAME",
        ),
        (
            "USER_SRP_AUTH",
            json!({"USERNAME": "ann", "SRP_A": ""}),
            "SRP_A",
        ),
        (
            "REFRESH_TOKEN_AUTH",
            json!({"REFRESH_TOKEN": ""}),
            "REFRESH_TOKEN",
        ),
    ] {
        assert_eq!(
            pool.refused("InitiateAuth", by(flow, parameters)).await,
            missing(name),
            "{flow}"
        );
    }
    let challenge = srp(&pool, "ann").await;
    let answer = unproven(&challenge, |responses| responses["USERNAME"] = json!(""));
    assert_eq!(
        pool.refused("RespondToAuthChallenge", answer).await,
        missing("USERNAME")
    );
}

#[tokio::test]
async fn a_secret_block_that_was_never_issued_is_a_wrong_password() {
    let pool = pool().await;
    pool.confirmed("ann", json!([])).await;
    let challenge = srp(&pool, "ann").await;
    let block = challenge["ChallengeParameters"]["SECRET_BLOCK"]
        .as_str()
        .unwrap();
    let altered = format!(
        "{}{}",
        if block.starts_with('A') { "B" } else { "A" },
        &block[1..]
    );
    for foreign in [altered.as_str(), "bm90aGluZw==", "?", "AYABe"] {
        let answer = unproven(&challenge, |responses| {
            responses["PASSWORD_CLAIM_SECRET_BLOCK"] = json!(foreign);
        });
        assert_eq!(
            pool.refused("RespondToAuthChallenge", answer).await,
            WRONG,
            "{foreign}"
        );
    }
}

#[tokio::test]
async fn a_secret_block_of_another_client_is_a_wrong_password() {
    let pool = pool().await;
    pool.confirmed("ann", json!([])).await;
    let challenge = srp(&pool, "ann").await;
    let other = pool
        .ok(
            "CreateUserPoolClient",
            json!({"UserPoolId": pool.id.as_str(), "ClientName": "other"}),
        )
        .await;
    let mut answer = unproven(&challenge, |_| {});
    answer["ClientId"] = other["UserPoolClient"]["ClientId"].clone();
    assert_eq!(pool.refused("RespondToAuthChallenge", answer).await, WRONG);
}
