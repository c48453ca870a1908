//! Signing in as callers see it: what is refused first, and with which sentence.

use serde_json::{Value, json};

use crate::clock::{Clock, Timestamp};
use crate::context::Settings;
use crate::model::Secret;
use crate::model::cognito_idp::ExplicitAuthFlowsType as Flow;
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::software_token::SoftwareToken;
use crate::test_pool::{PASSWORD, TestPool, attributes, server};

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
async fn a_proof_of_who_may_not_try_is_not_looked_at_and_uses_nothing_up() {
    let pool = pool().await;
    pool.confirmed("ann", json!([])).await;
    let challenge = srp(&pool, "ann").await;
    let answer = || unproven(&challenge, |_| {});
    pool.ok("AdminDisableUser", json!({"Username": "ann"}))
        .await;
    for _ in 0..2 {
        assert_eq!(
            pool.refused("RespondToAuthChallenge", answer()).await,
            "NotAuthorizedException: User is disabled."
        );
    }
    pool.ok("AdminEnableUser", json!({"Username": "ann"})).await;
    for refused in [
        WRONG,
        "NotAuthorizedException: Invalid session for the user, session can only be used once.",
    ] {
        assert_eq!(
            pool.refused("RespondToAuthChallenge", answer()).await,
            refused
        );
    }
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

const NO_SESSION: &str = "NotAuthorizedException: Invalid session for the user.";

#[tokio::test]
async fn a_challenge_for_a_new_password_ends_with_the_temporary_one() {
    let permanent = json!({"Password": "Changed-1234", "Permanent": true});
    let temporary = json!({"Password": "Changed-1234"});
    let again = json!({"TemporaryPassword": "Changed-1234", "MessageAction": "RESEND"});
    for (operation, replaced) in [
        ("AdminSetUserPassword", permanent),
        ("AdminSetUserPassword", temporary),
        ("AdminCreateUser", again),
    ] {
        let pool = pool().await;
        let invited = json!({"Username": "ann", "TemporaryPassword": PASSWORD,
            "MessageAction": "SUPPRESS"});
        pool.ok("AdminCreateUser", invited).await;
        let sign_in = |password: &str| {
            by(
                "USER_PASSWORD_AUTH",
                json!({"USERNAME": "ann", "PASSWORD": password}),
            )
        };
        let challenge = pool.ok("InitiateAuth", sign_in(PASSWORD)).await;
        assert_eq!(challenge["ChallengeName"], "NEW_PASSWORD_REQUIRED");
        let mut request = replaced.clone();
        request["Username"] = json!("ann");
        pool.ok(operation, request).await;
        let answer = json!({"ChallengeName": "NEW_PASSWORD_REQUIRED",
            "Session": challenge["Session"],
            "ChallengeResponses": {"USERNAME": "ann", "NEW_PASSWORD": "Own-word-1"}});
        assert_eq!(
            pool.refused("RespondToAuthChallenge", answer).await,
            NO_SESSION,
            "{operation} {replaced}"
        );
        pool.ok("InitiateAuth", sign_in("Changed-1234")).await;
    }
}

async fn required_by_token(members: Value) -> TestPool {
    let pool = TestPool::with(members, Settings::default(), all_flows).await;
    let mfa = json!({"UserPoolId": pool.id.as_str(), "MfaConfiguration": "ON",
        "SoftwareTokenMfaConfiguration": {"Enabled": true}});
    pool.ok("SetUserPoolMfaConfig", mfa).await;
    pool
}

#[tokio::test]
async fn an_only_address_that_recovers_the_password_rules_out_every_factor() {
    let recovery = json!({"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]});
    let pool = required_by_token(json!({"AccountRecoverySetting": recovery})).await;
    pool.confirmed("mail", attributes([("email", "a@b.example")]))
        .await;
    pool.confirmed("phone", attributes([("phone_number", "+12065550100")]))
        .await;
    let both = [("email", "c@b.example"), ("phone_number", "+12065550101")];
    pool.confirmed("both", attributes(both)).await;
    pool.confirmed("bare", json!([])).await;
    let sign_in = |name| {
        by(
            "USER_PASSWORD_AUTH",
            json!({"USERNAME": name, "PASSWORD": PASSWORD}),
        )
    };
    let refused = pool.refused("InitiateAuth", sign_in("mail")).await;
    assert!(
        refused.starts_with("InvalidUserPoolConfigurationException"),
        "{refused}"
    );
    for name in ["phone", "both", "bare"] {
        let challenge = pool.ok("InitiateAuth", sign_in(name)).await;
        assert_eq!(challenge["ChallengeName"], "MFA_SETUP", "{name}");
        assert_eq!(
            challenge["ChallengeParameters"]["MFAS_CAN_SETUP"], "[\"SOFTWARE_TOKEN_MFA\"]",
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_token_set_up_by_a_sign_in_is_asked_for_and_not_listed() {
    let pool = required_by_token(json!({})).await;
    pool.confirmed("ann", json!([])).await;
    let sign_in = by(
        "USER_PASSWORD_AUTH",
        json!({"USERNAME": "ann", "PASSWORD": PASSWORD}),
    );
    let challenge = pool.ok("InitiateAuth", sign_in.clone()).await;
    let session = json!({"Session": challenge["Session"]});
    let associated = pool.ok("AssociateSoftwareToken", session).await;
    let secret = associated["SecretCode"].as_str().unwrap();
    let code = SoftwareToken::from_base32(secret)
        .unwrap()
        .code_at(pool.cx.now());
    let verify = json!({"Session": associated["Session"], "UserCode": code});
    let verified = pool.ok("VerifySoftwareToken", verify).await;
    let answer = json!({"ChallengeName": "MFA_SETUP", "Session": verified["Session"],
        "ChallengeResponses": {"USERNAME": "ann"}});
    let done = pool.ok("RespondToAuthChallenge", answer).await;
    let token = &done["AuthenticationResult"]["AccessToken"];
    for (operation, who) in [
        ("GetUser", json!({"AccessToken": token})),
        ("AdminGetUser", json!({"Username": "ann"})),
    ] {
        let user = pool.ok(operation, who).await;
        assert_eq!(user["UserMFASettingList"], Value::Null, "{operation}");
        assert_eq!(user["PreferredMfaSetting"], Value::Null, "{operation}");
    }
    let again = pool.ok("InitiateAuth", sign_in).await;
    assert_eq!(again["ChallengeName"], "SOFTWARE_TOKEN_MFA");
}

#[tokio::test]
async fn an_answer_to_another_challenge_than_the_sessions_is_refused() {
    let pool = required_by_token(json!({})).await;
    pool.confirmed("ann", json!([])).await;
    let sign_in = by(
        "USER_PASSWORD_AUTH",
        json!({"USERNAME": "ann", "PASSWORD": PASSWORD}),
    );
    let challenge = pool.ok("InitiateAuth", sign_in).await;
    assert_eq!(challenge["ChallengeName"], "MFA_SETUP");
    let answer = json!({"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": challenge["Session"],
        "ChallengeResponses": {"USERNAME": "ann", "NEW_PASSWORD": "Own-word-1"}});
    assert_eq!(
        pool.refused("RespondToAuthChallenge", answer).await,
        "NotAuthorizedException: Invalid session provided for the user."
    );
}

#[tokio::test]
async fn a_token_is_verified_by_the_session_that_associated_it() {
    let pool = required_by_token(json!({})).await;
    pool.confirmed("ann", json!([])).await;
    let sign_in = by(
        "USER_PASSWORD_AUTH",
        json!({"USERNAME": "ann", "PASSWORD": PASSWORD}),
    );
    let first = pool.ok("InitiateAuth", sign_in.clone()).await;
    let second = pool.ok("InitiateAuth", sign_in).await;
    let session = json!({"Session": first["Session"]});
    let associated = pool.ok("AssociateSoftwareToken", session).await;
    let secret = associated["SecretCode"].as_str().unwrap();
    let code = SoftwareToken::from_base32(secret)
        .unwrap()
        .code_at(pool.cx.now());
    let verify = |session: &Value| json!({"Session": session, "UserCode": code});
    assert_eq!(
        pool.refused("VerifySoftwareToken", verify(&second["Session"]))
            .await,
        NO_SESSION
    );
    pool.ok("VerifySoftwareToken", verify(&associated["Session"]))
        .await;
}

#[tokio::test]
async fn the_secret_hash_comes_before_the_parameters_and_they_before_the_context() {
    let mut members = json!({"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}});
    members["UserPoolTier"] = json!("PLUS");
    let pool = TestPool::with(members, Settings::default(), all_flows).await;
    let request = json!({"UserPoolId": pool.id.as_str(), "ClientName": "confidential",
        "GenerateSecret": true, "EnablePropagateAdditionalUserContextData": true,
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]});
    let made = pool.ok("CreateUserPoolClient", request).await;
    let client = made["UserPoolClient"]["ClientId"].as_str().unwrap();
    let missing = format!(
        "NotAuthorizedException: Client {client} is configured with secret but SECRET_HASH was not received"
    );
    let context = json!({"IpAddress": "nowhere", "EncodedData": "x"});
    for parameters in [json!({}), json!({"USERNAME": "ann"})] {
        let mut request = by("USER_PASSWORD_AUTH", parameters);
        request["ClientId"] = json!(client);
        request["UserContextData"] = context.clone();
        assert_eq!(pool.refused("InitiateAuth", request).await, missing);
    }
    let answer = json!({"ClientId": client, "ChallengeName": "SMS_MFA",
        "ChallengeResponses": {}, "UserContextData": context});
    assert_eq!(
        pool.refused("RespondToAuthChallenge", answer).await,
        missing
    );
}

/// Whatever a clock is told, the epoch is no reason to refuse anybody.
#[tokio::test]
async fn a_clock_before_1970_lets_users_in() {
    let mut shared = server(Settings::default());
    shared.clock = Clock::frozen_at(Timestamp::from_seconds(-100_000_000));
    let pool = TestPool::on(shared, json!({}), all_flows).await;
    pool.confirmed("ann", json!([])).await;
    let sign_in = |password| {
        by(
            "USER_PASSWORD_AUTH",
            json!({"USERNAME": "ann", "PASSWORD": password}),
        )
    };
    assert_eq!(
        pool.refused("InitiateAuth", sign_in("Wrong-123")).await,
        WRONG
    );
    let tokens = pool.ok("InitiateAuth", sign_in(PASSWORD)).await;
    let access = &tokens["AuthenticationResult"]["AccessToken"];
    pool.ok("GetUser", json!({"AccessToken": access})).await;
}

/// Of two answers at once to one session the later one hears that it is used, not what the earlier one changed.
#[tokio::test]
async fn an_answer_that_comes_too_late_hears_that_the_session_is_used() {
    let pool = pool().await;
    let request =
        json!({"Username": "bob", "TemporaryPassword": PASSWORD, "MessageAction": "SUPPRESS"});
    pool.ok("AdminCreateUser", request).await;
    let parameters = json!({"USERNAME": "bob", "PASSWORD": PASSWORD});
    let asked = pool
        .ok("InitiateAuth", by("USER_PASSWORD_AUTH", parameters))
        .await;
    let session = Secret::from(asked["Session"].as_str().unwrap().to_owned());
    let late = pool.cx.sessions.conversation(&pool.cx, &session).unwrap();
    let before = late.user(&pool.cx).unwrap();
    let answer = json!({"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": asked["Session"],
        "ChallengeResponses": {"USERNAME": "bob", "NEW_PASSWORD": "Another-1-password"}});
    pool.ok("RespondToAuthChallenge", answer).await;
    let used = "Invalid session for the user, session can only be used once.";
    assert_eq!(late.user(&pool.cx).unwrap_err().message(), used);
    assert_eq!(
        late.check_open(&pool.user("bob"), pool.cx.now())
            .unwrap_err()
            .message(),
        used
    );
    assert!(late.check_open(&before, pool.cx.now()).is_ok());
}
