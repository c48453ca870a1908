//! Answers to one challenge: the session is good for one.

use poolhouse::model::cognito_idp::Operation;
use serde_json::{Value, json};

use super::srp_client::SrpClient;
use super::{CLIENT, Course, PASSWORD, POOL, all, each, password_of};

/// Type of a session, code or token that another request has used up.
pub(super) const USED: &str = "NotAuthorizedException";

/// The answer to a challenge.
pub(super) fn answer(client: &Value, challenge: &Value, username: &str, more: Value) -> Value {
    let mut responses = more;
    responses["USERNAME"] = json!(username);
    json!({"ClientId": client, "ChallengeName": challenge["ChallengeName"],
        "Session": challenge["Session"], "ChallengeResponses": responses})
}

#[track_caller]
pub(super) fn has_tokens(answer: &Value) {
    let token = &answer["AuthenticationResult"]["AccessToken"];
    assert!(token.is_string(), "{answer}");
}

const BOBS_SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_session_is_good_for_one_right_code() {
    let course = Course::begin().await;
    let client = json!(CLIENT);
    let challenge = course.sign_in(&client, "bob", PASSWORD).await;
    let code = json!({"SOFTWARE_TOKEN_MFA_CODE": course.totp(&json!(BOBS_SECRET))});
    let requests = all(
        Operation::RespondToAuthChallenge,
        &answer(&client, &challenge, "bob", code),
    );
    has_tokens(
        &course
            .race(requests)
            .await
            .one(&["ExpiredCodeException", USED]),
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_code_of_an_app_is_good_for_one_session() {
    let course = Course::begin().await;
    let client = json!(CLIENT);
    let code = json!({"SOFTWARE_TOKEN_MFA_CODE": course.totp(&json!(BOBS_SECRET))});
    let mut challenges = Vec::new();
    for _ in 0..super::RACERS {
        challenges.push(course.sign_in(&client, "bob", PASSWORD).await);
    }
    let requests = each(Operation::RespondToAuthChallenge, |n| {
        answer(&client, &challenges[n], "bob", code.clone())
    });
    has_tokens(&course.race(requests).await.one(&["ExpiredCodeException"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_secret_block_is_good_for_one_proof() {
    let course = Course::begin().await;
    let srp = SrpClient::new();
    let start = json!({"ClientId": CLIENT, "AuthFlow": "USER_SRP_AUTH",
        "AuthParameters": {"USERNAME": "alice", "SRP_A": srp.a()}});
    let challenge = course.ask(Operation::InitiateAuth, start).await;
    let (_, pool) = POOL.split_once('_').unwrap();
    let proof = srp.prove(pool, PASSWORD, &challenge).unwrap();
    let answer = json!({"ClientId": CLIENT, "ChallengeName": "PASSWORD_VERIFIER",
        "ChallengeResponses": proof});
    let requests = all(Operation::RespondToAuthChallenge, &answer);
    has_tokens(&course.race(requests).await.one(&[USED]));
}

/// Both answers of a remembered device, the first without its session.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_device_proves_itself_once() {
    let course = Course::begin().await;
    let always = json!({"DeviceConfiguration": {"DeviceOnlyRememberedOnUserPrompt": false}});
    let pool = course.pool(always).await;
    let client = course.client(&pool, json!({})).await;
    course.user(&pool, "ann", json!([])).await;
    let tokens = course.sign_in(&client, "ann", PASSWORD).await["AuthenticationResult"].clone();
    let metadata = &tokens["NewDeviceMetadata"];
    let group = metadata["DeviceGroupKey"].as_str().unwrap();
    let key = metadata["DeviceKey"].as_str().unwrap();
    let srp = SrpClient::new();
    let confirm = json!({"AccessToken": tokens["AccessToken"], "DeviceKey": key,
        "DeviceSecretVerifierConfig": srp.device_config((group, key), "secret")});
    course.ask(Operation::ConfirmDevice, confirm).await;
    let start = json!({"ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "ann", "PASSWORD": PASSWORD, "DEVICE_KEY": key}});
    let challenge = course.ask(Operation::InitiateAuth, start).await;
    assert_eq!(challenge["ChallengeName"], "DEVICE_SRP_AUTH");
    let begun = json!({"ClientId": client, "ChallengeName": "DEVICE_SRP_AUTH",
        "ChallengeResponses": {"USERNAME": "ann", "DEVICE_KEY": key, "SRP_A": srp.a()}});
    let requests = all(Operation::RespondToAuthChallenge, &begun);
    let challenge = course.race(requests).await.one(&[USED]);
    let proof = srp.prove_device(group, "secret", &challenge).unwrap();
    let proof = json!({"ClientId": client, "ChallengeName": "DEVICE_PASSWORD_VERIFIER",
        "ChallengeResponses": proof});
    let requests = all(Operation::RespondToAuthChallenge, &proof);
    has_tokens(&course.race(requests).await.one(&[USED]));
}

/// Each racer chooses a password of its own: the one that won is the user's.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_answer_sets_the_new_password() {
    let course = Course::begin().await;
    let client = json!(CLIENT);
    let challenge = course.sign_in(&client, "fay", "Temporary-1").await;
    let requests = each(Operation::RespondToAuthChallenge, |n| {
        let password = json!({"NEW_PASSWORD": password_of(n)});
        answer(&client, &challenge, "fay", password)
    });
    let (winner, tokens) = course.race(requests).await.winner(&[USED]);
    has_tokens(&tokens);
    course.has_password_of("fay", winner).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_temporary_password_becomes_one_password_whatever_sessions_there_are() {
    let course = Course::begin().await;
    let client = json!(CLIENT);
    let mut challenges = Vec::new();
    for _ in 0..super::RACERS {
        challenges.push(course.sign_in(&client, "fay", "Temporary-1").await);
    }
    let requests = each(Operation::RespondToAuthChallenge, |n| {
        let password = json!({"NEW_PASSWORD": password_of(n)});
        answer(&client, &challenges[n], "fay", password)
    });
    let (winner, tokens) = course.race(requests).await.winner(&[USED]);
    has_tokens(&tokens);
    course.has_password_of("fay", winner).await;
}

/// A pool that asks for text messages, and a user of it who gets them, by what is needed for it.
async fn with_phone(course: &Course, preferences: Value) -> (Value, Value) {
    let sms = json!({"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"});
    let pool = course.pool(json!({"SmsConfiguration": sms})).await;
    let mfa = json!({"UserPoolId": pool, "MfaConfiguration": "OPTIONAL",
        "SmsMfaConfiguration": {"SmsConfiguration": sms},
        "SoftwareTokenMfaConfiguration": {"Enabled": true}});
    course.ask(Operation::SetUserPoolMfaConfig, mfa).await;
    let client = course.client(&pool, json!({})).await;
    let phone = json!([{"Name": "phone_number", "Value": "+15555550100"},
        {"Name": "phone_number_verified", "Value": "true"}]);
    course.user(&pool, "ann", phone).await;
    if preferences["SoftwareTokenMfaSettings"].is_object() {
        let tokens = course.sign_in(&client, "ann", PASSWORD).await;
        let access = &tokens["AuthenticationResult"]["AccessToken"];
        let associate = json!({"AccessToken": access});
        let made = course
            .ask(Operation::AssociateSoftwareToken, associate)
            .await;
        let verify = json!({"AccessToken": access, "UserCode": course.totp(&made["SecretCode"])});
        course.ask(Operation::VerifySoftwareToken, verify).await;
    }
    let mut set = preferences;
    set["UserPoolId"] = pool.clone();
    set["Username"] = json!("ann");
    course.ask(Operation::AdminSetUserMFAPreference, set).await;
    (pool, client)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_code_that_was_sent_is_good_for_one_answer() {
    let course = Course::begin().await;
    let on = json!({"SMSMfaSettings": {"Enabled": true, "PreferredMfa": true}});
    let (_, client) = with_phone(&course, on).await;
    let challenge = course.sign_in(&client, "ann", PASSWORD).await;
    let code = json!({"SMS_MFA_CODE": course.code()});
    let requests = all(
        Operation::RespondToAuthChallenge,
        &answer(&client, &challenge, "ann", code),
    );
    has_tokens(&course.race(requests).await.one(&[USED]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_choice_of_factors_is_made_once() {
    let course = Course::begin().await;
    let on = json!({"Enabled": true, "PreferredMfa": false});
    let both = json!({"SMSMfaSettings": on, "SoftwareTokenMfaSettings": on});
    let (_, client) = with_phone(&course, both).await;
    let challenge = course.sign_in(&client, "ann", PASSWORD).await;
    assert_eq!(challenge["ChallengeName"], "SELECT_MFA_TYPE");
    let requests = each(Operation::RespondToAuthChallenge, |n| {
        let factor = ["SMS_MFA", "SOFTWARE_TOKEN_MFA"][n % 2];
        answer(&client, &challenge, "ann", json!({"ANSWER": factor}))
    });
    let next = course.race(requests).await.one(&[USED]);
    assert!(next["ChallengeName"].is_string(), "{next}");
}

/// A new secret, its first code and the end of the sign-in: each uses the session of the step before.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_step_of_an_mfa_set_up_is_made_once() {
    let course = Course::begin().await;
    let pool = course.pool(json!({})).await;
    let mfa = json!({"UserPoolId": pool, "MfaConfiguration": "ON",
        "SoftwareTokenMfaConfiguration": {"Enabled": true}});
    course.ask(Operation::SetUserPoolMfaConfig, mfa).await;
    let client = course.client(&pool, json!({})).await;
    course.user(&pool, "ann", json!([])).await;
    let challenge = course.sign_in(&client, "ann", PASSWORD).await;
    assert_eq!(challenge["ChallengeName"], "MFA_SETUP");

    let associate = json!({"Session": challenge["Session"]});
    let requests = all(Operation::AssociateSoftwareToken, &associate);
    let made = course.race(requests).await.one(&[USED]);

    // The secret of the one that won is the one that counts.
    let code = course.totp(&made["SecretCode"]);
    let verify = json!({"Session": made["Session"], "UserCode": code});
    let requests = all(Operation::VerifySoftwareToken, &verify);
    let losers = [
        USED,
        "EnableSoftwareTokenMFAException",
        "ExpiredCodeException",
    ];
    let verified = course.race(requests).await.one(&losers);

    let end = json!({"ChallengeName": "MFA_SETUP", "Session": verified["Session"]});
    let requests = all(
        Operation::RespondToAuthChallenge,
        &answer(&client, &end, "ann", json!({})),
    );
    has_tokens(&course.race(requests).await.one(&[USED]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refresh_token_rotates_once() {
    let course = Course::begin().await;
    let rotation = json!({"Feature": "ENABLED", "RetryGracePeriodSeconds": 0});
    let client = course
        .client(&json!(POOL), json!({"RefreshTokenRotation": rotation}))
        .await;
    let mut tokens = course.sign_in(&client, "alice", PASSWORD).await;
    // The token of a rotation as well as that of a sign-in.
    for _ in 0..2 {
        let refresh = json!({"ClientId": client,
            "RefreshToken": tokens["AuthenticationResult"]["RefreshToken"]});
        let requests = all(Operation::GetTokensFromRefreshToken, &refresh);
        tokens = course
            .race(requests)
            .await
            .one(&["RefreshTokenReuseException", USED]);
        has_tokens(&tokens);
    }
}

/// Within the grace period each of them is a token's first use or its replay, and both succeed (observed);
/// only one of the forks is the newest.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_the_forks_of_a_refresh_token_one_goes_on() {
    let course = Course::begin().await;
    let rotation = json!({"Feature": "ENABLED", "RetryGracePeriodSeconds": 60});
    let client = course
        .client(&json!(POOL), json!({"RefreshTokenRotation": rotation}))
        .await;
    let tokens = course.sign_in(&client, "alice", PASSWORD).await;
    let refresh = |tokens: &Value| {
        json!({"ClientId": client,
            "RefreshToken": tokens["AuthenticationResult"]["RefreshToken"]})
    };
    let requests = all(Operation::GetTokensFromRefreshToken, &refresh(&tokens));
    let forks = course.race(requests).await;
    forks.are(super::RACERS, &[]);
    let forks: Vec<Value> = forks.won.into_iter().map(|(_, fork)| fork).collect();
    let requests = each(Operation::GetTokensFromRefreshToken, |n| refresh(&forks[n]));
    has_tokens(
        &course
            .race(requests)
            .await
            .one(&["RefreshTokenReuseException"]),
    );
}
