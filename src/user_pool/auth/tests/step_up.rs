//! Levels of authentication: asked for, reached, told of; and that nothing of it is there unless it is
//! turned on.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::context::Settings;
use crate::model::cognito_idp::UserPoolMfaType;
use crate::model::cognito_idp::{AuthFactorType, ExplicitAuthFlowsType as Flow, UserPoolTierType};
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::software_token::SoftwareToken;
use crate::test_pool::functions::{self, Act};
use crate::test_pool::{PASSWORD, TestPool, attributes, claims, hiding};
use crate::user_pool::users;

const INVALID: &str = "InvalidParameterException: ";

/// bob has an address and a token that he has not turned on; eve has nothing.
async fn pool(step_up: bool) -> TestPool {
    let settings = Settings {
        step_up,
        ..Settings::default()
    };
    let pool = TestPool::with(json!({}), settings, |client| {
        client.explicit_auth_flows = Some(vec![
            Flow::AllowUserAuth,
            Flow::AllowUserPasswordAuth,
            Flow::AllowRefreshTokenAuth,
        ]);
    })
    .await;
    let mfa = json!({"UserPoolId": pool.id.as_str(), "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": {"Enabled": true}});
    pool.ok("SetUserPoolMfaConfig", mfa).await;
    pool.confirmed("bob", attributes([("email", "bob@example.com")]))
        .await;
    pool.confirmed("eve", json!([])).await;
    let stored = pool.cx.pool(&pool.id).unwrap();
    users::change(&stored, &pool.user("bob"), |_, user| {
        user.more_mut().mfa.token = Some(SoftwareToken::new(Arc::from([7; 20]), None));
        Ok(())
    })
    .unwrap();
    change(&pool, |settings| {
        settings.first_factors = vec![AuthFactorType::Password, AuthFactorType::EmailOtp];
    });
    pool
}

fn change(pool: &TestPool, edit: impl Fn(&mut PoolSettings)) {
    let stored = pool.cx.pool(&pool.id).unwrap();
    stored
        .change(|draft| {
            let mut settings = PoolSettings::clone(&draft.state().settings);
            edit(&mut settings);
            draft.put_settings(settings);
            Ok(())
        })
        .unwrap();
}

async fn begin(pool: &TestPool, name: &str, more: Value) -> Result<Value, String> {
    let mut parameters = more;
    parameters["USERNAME"] = json!(name);
    let request = json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters});
    pool.call("InitiateAuth", request).await
}

async fn answer(pool: &TestPool, asked: &Value, more: Value) -> Value {
    let mut responses = more;
    responses["USERNAME"] = json!("bob");
    let request = json!({"ChallengeName": asked["ChallengeName"], "Session": asked["Session"],
        "ChallengeResponses": responses});
    pool.ok("RespondToAuthChallenge", request).await
}

/// By password, at once.
fn password(more: Value) -> Value {
    let mut parameters = more;
    parameters["PREFERRED_CHALLENGE"] = json!("PASSWORD");
    parameters["PASSWORD"] = json!(PASSWORD);
    parameters
}

async fn prove_token(pool: &TestPool, asked: &Value) -> Value {
    assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA", "{asked}");
    let code = SoftwareToken::new(Arc::from([7; 20]), None).code_at(pool.cx.now());
    answer(pool, asked, json!({"SOFTWARE_TOKEN_MFA_CODE": code})).await
}

/// `acr` and `amr`, which both tokens have alike.
fn told(answer: &Value) -> (Value, Value) {
    let [id, access] =
        ["IdToken", "AccessToken"].map(|token| claims(&answer["AuthenticationResult"][token]));
    assert_eq!((&id["acr"], &id["amr"]), (&access["acr"], &access["amr"]));
    (id["acr"].clone(), id["amr"].clone())
}

fn level(number: u8, amr: &[&str]) -> (Value, Value) {
    (json!(format!("urn:cognito:loa:{number}")), json!(amr))
}

/// As measured in October 2026.
#[tokio::test]
async fn nothing_of_it_is_there_unless_it_is_turned_on() {
    let pool = pool(false).await;
    change(&pool, |settings| settings.tier = UserPoolTierType::Lite);
    let wants = [
        json!({}),
        json!({"TARGET_ACR_VALUES": "urn:cognito:loa:4"}),
        json!({"TARGET_ACR_VALUES": "x", "MAX_AGE": "x", "ACCESS_TOKEN": "x"}),
        json!({"ACCESS_TOKEN": "x"}),
    ];
    for wanted in wants {
        let answer = begin(&pool, "bob", password(wanted)).await.unwrap();
        assert_eq!(told(&answer), (Value::Null, Value::Null));
    }
}

#[tokio::test]
async fn tokens_tell_the_level_that_a_sign_in_has_reached() {
    let pool = pool(true).await;
    let by_password = begin(&pool, "bob", password(json!({}))).await.unwrap();
    assert_eq!(told(&by_password), level(1, &["pwd"]));
    let old = pool.signed_in("bob").await;
    assert_eq!(claims(&old["IdToken"])["acr"], "urn:cognito:loa:1");
    let asked = begin(&pool, "bob", json!({"PREFERRED_CHALLENGE": "EMAIL_OTP"})).await;
    let by_code = answer(
        &pool,
        &asked.unwrap(),
        json!({"EMAIL_OTP_CODE": pool.code()}),
    )
    .await;
    assert_eq!(told(&by_code), level(2, &["email_otp"]));
    let target = json!({"TARGET_ACR_VALUES": "urn:cognito:loa:4"});
    let asked = begin(&pool, "bob", password(target)).await.unwrap();
    let by_both = prove_token(&pool, &asked).await;
    assert_eq!(told(&by_both), level(4, &["pwd", "otp", "mfa"]));
    // A refresh keeps it, and the time of the sign-in (documented), whatever the levels are called since.
    let signed_in = claims(&by_both["AuthenticationResult"]["IdToken"])["auth_time"].clone();
    pool.advance(Duration::from_secs(600));
    let renamed = json!({"UserPoolId": pool.id.as_str(),
        "AcrConfiguration": {"Level4": {"AcrValue": "gold"}}});
    pool.ok("UpdateUserPool", renamed).await;
    let mfa = json!({"UserPoolId": pool.id.as_str(), "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": {"Enabled": true}});
    pool.ok("SetUserPoolMfaConfig", mfa).await;
    let refresh = json!({"RefreshToken": by_both["AuthenticationResult"]["RefreshToken"]});
    let refreshed = pool.ok("GetTokensFromRefreshToken", refresh).await;
    assert_eq!(told(&refreshed), level(4, &["pwd", "otp", "mfa"]));
    let again = claims(&refreshed["AuthenticationResult"]["IdToken"]);
    assert_eq!(again["auth_time"], signed_in);
    let target = json!({"TARGET_ACR_VALUES": "gold"});
    let asked = begin(&pool, "bob", password(target)).await.unwrap();
    let by_both = prove_token(&pool, &asked).await;
    assert_eq!(told(&by_both).0, "gold");
}

#[tokio::test]
async fn a_token_steps_up_with_what_is_missing() {
    let pool = pool(true).await;
    let first = begin(&pool, "bob", password(json!({}))).await.unwrap();
    pool.advance(Duration::from_secs(100));
    let token = &first["AuthenticationResult"]["AccessToken"];
    let wanted = json!({"ACCESS_TOKEN": token, "MAX_AGE": "100",
        "TARGET_ACR_VALUES": "x urn:cognito:loa:4 urn:cognito:loa:1"});
    let asked = begin(&pool, "bob", wanted.clone()).await.unwrap();
    let up = prove_token(&pool, &asked).await;
    assert_eq!(told(&up), level(4, &["pwd", "otp", "mfa"]));
    let [before, after] =
        [&first, &up].map(|answer| claims(&answer["AuthenticationResult"]["AccessToken"]));
    assert_ne!(before["origin_jti"], after["origin_jti"]);
    assert_eq!(
        before["auth_time"].as_i64().map(|at| at + 100),
        after["auth_time"].as_i64()
    );
    // 130 seconds are too long ago: from scratch.
    pool.advance(Duration::from_secs(30));
    let asked = begin(&pool, "bob", wanted).await.unwrap();
    assert_eq!(asked["ChallengeName"], "SELECT_CHALLENGE");
    let passwords = json!(["PASSWORD_SRP", "PASSWORD"]);
    assert_eq!(asked["AvailableChallenges"], passwords);
    let chosen = json!({"ANSWER": "PASSWORD", "PASSWORD": PASSWORD});
    let asked = answer(&pool, &asked, chosen).await;
    prove_token(&pool, &asked).await;
}

#[tokio::test]
async fn only_what_leads_to_the_level_is_offered() {
    let pool = pool(true).await;
    for (target, offered) in [
        (
            "urn:cognito:loa:1",
            json!(["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"]),
        ),
        // A password with the token reaches more than is asked for.
        (
            "urn:cognito:loa:2",
            json!(["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"]),
        ),
        ("urn:cognito:loa:3", json!(["PASSWORD_SRP", "PASSWORD"])),
        ("urn:cognito:loa:4", json!(["PASSWORD_SRP", "PASSWORD"])),
    ] {
        let wanted = json!({"TARGET_ACR_VALUES": target, "PREFERRED_CHALLENGE": "WEB_AUTHN"});
        let asked = begin(&pool, "bob", wanted).await.unwrap();
        assert_eq!(asked["AvailableChallenges"], offered, "{target}");
    }
}

#[tokio::test]
async fn a_step_up_is_refused_for_what_is_wrong_with_it() {
    let pool = pool(true).await;
    let bobs = pool.signed_in("bob").await["AccessToken"].clone();
    let target = |name: &str| json!({"TARGET_ACR_VALUES": name});
    let by = |token: &Value, name: &str, more: Value| {
        let mut wanted = more;
        wanted["ACCESS_TOKEN"] = token.clone();
        wanted["TARGET_ACR_VALUES"] = json!(name);
        wanted
    };
    let old = json!({"MAX_AGE": "-1"});
    let rows = [
        ("bob", target("x y"), "None of TARGET_ACR_VALUES is valid."),
        (
            "eve",
            target("urn:cognito:loa:4 urn:cognito:loa:2"),
            "User cannot satisfy any of TARGET_ACR_VALUES.",
        ),
        (
            "bob",
            json!({"ACCESS_TOKEN": bobs}),
            "Missing required parameter TARGET_ACR_VALUES",
        ),
        (
            "bob",
            by(&bobs, "urn:cognito:loa:1", json!({})),
            "ACCESS_TOKEN already satisfies TARGET_ACR_VALUES.",
        ),
        (
            "eve",
            by(&bobs, "urn:cognito:loa:1", json!({})),
            "ACCESS_TOKEN does not belong to the user.",
        ),
        (
            "bob",
            by(&bobs, "urn:cognito:loa:4", old),
            "Invalid MAX_AGE.",
        ),
    ];
    for (name, wanted, sentence) in rows {
        let refused = begin(&pool, name, password(wanted)).await.unwrap_err();
        assert_eq!(refused, format!("{INVALID}{sentence}"));
    }
    let garbage = by(&json!("garbage"), "urn:cognito:loa:4", json!({}));
    assert_eq!(
        begin(&pool, "bob", garbage).await.unwrap_err(),
        "NotAuthorizedException: Invalid Access Token"
    );
    // A password alone is not enough, nor is a token whose user must set a new password.
    let asked = begin(&pool, "bob", by(&bobs, "urn:cognito:loa:4", json!({}))).await;
    let asked = asked.unwrap();
    let temporary = json!({"Username": "bob", "Password": "Other-1234", "Permanent": false});
    pool.ok("AdminSetUserPassword", temporary).await;
    let code = SoftwareToken::new(Arc::from([7; 20]), None).code_at(pool.cx.now());
    let request = json!({"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": asked["Session"],
        "ChallengeResponses": {"USERNAME": "bob", "SOFTWARE_TOKEN_MFA_CODE": code}});
    assert_eq!(
        pool.refused("RespondToAuthChallenge", request).await,
        "NotAuthorizedException: Invalid session for the user."
    );
    let wanted = by(&bobs, "urn:cognito:loa:4", json!({}));
    assert_eq!(
        begin(&pool, "bob", wanted).await.unwrap_err(),
        "NotAuthorizedException: Incorrect username or password."
    );
    change(&pool, |settings| settings.tier = UserPoolTierType::Lite);
    let refused = begin(&pool, "eve", target("urn:cognito:loa:1")).await;
    let refused = refused.unwrap_err();
    assert!(
        refused.starts_with("FeatureUnavailableInTierException"),
        "{refused}"
    );
}

fn hide_users(pool: &TestPool) {
    let stored = pool.cx.pool(&pool.id).unwrap();
    stored
        .change(|draft| {
            let client = draft.state().clients.get(&pool.client).unwrap();
            let mut client = AppClient::clone(client);
            hiding(&mut client);
            draft.put_client(client);
            Ok(())
        })
        .unwrap();
}

/// eve has a password and nothing else, so that she reaches level 1 alone.
#[tokio::test]
async fn no_level_tells_who_there_is_before_something_is_proven() {
    let pool = pool(true).await;
    let bobs = pool.signed_in("bob").await["AccessToken"].clone();
    hide_users(&pool);
    let four = "urn:cognito:loa:4";
    let wrong = |target: &str| {
        json!({"TARGET_ACR_VALUES": target, "PREFERRED_CHALLENGE": "PASSWORD",
            "PASSWORD": "Wrong-1234"})
    };
    let of_bob = |max_age: &str| {
        let mut wanted = wrong(four);
        wanted["ACCESS_TOKEN"] = bobs.clone();
        wanted["MAX_AGE"] = json!(max_age);
        wanted
    };
    let passwords = json!(["PASSWORD_SRP", "PASSWORD"]);
    let rows = [
        (json!({"TARGET_ACR_VALUES": four}), Ok("SELECT_CHALLENGE")),
        (
            json!({"TARGET_ACR_VALUES": four, "PREFERRED_CHALLENGE": "EMAIL_OTP"}),
            Ok("SELECT_CHALLENGE"),
        ),
        (
            json!({"TARGET_ACR_VALUES": "urn:cognito:loa:3 x", "PREFERRED_CHALLENGE": "PASSWORD"}),
            Ok("PASSWORD"),
        ),
        (
            wrong(four),
            Err("NotAuthorizedException: Incorrect username or password."),
        ),
        (
            wrong("x"),
            Err("InvalidParameterException: None of TARGET_ACR_VALUES is valid."),
        ),
        (
            of_bob("9"),
            Err("InvalidParameterException: ACCESS_TOKEN does not belong to the user."),
        ),
        (
            of_bob("x"),
            Err("InvalidParameterException: Invalid MAX_AGE."),
        ),
    ];
    for (wanted, expected) in rows {
        for name in ["eve", "nobody"] {
            let answer = begin(&pool, name, wanted.clone()).await;
            if let Ok(asked) = &answer {
                assert_eq!(asked["AvailableChallenges"], passwords, "{name}: {wanted}");
            }
            let answer = answer.as_ref();
            let shown = answer.map(|asked| asked["ChallengeName"].as_str().unwrap());
            let shown = shown.map_err(String::as_str);
            assert_eq!(shown, expected, "{name}: {wanted}");
        }
    }
    let unreachable = "InvalidParameterException: User cannot satisfy any of TARGET_ACR_VALUES.";
    let right = password(json!({"TARGET_ACR_VALUES": four}));
    assert_eq!(begin(&pool, "eve", right).await.unwrap_err(), unreachable);
    let low = password(json!({"TARGET_ACR_VALUES": "urn:cognito:loa:4 urn:cognito:loa:1"}));
    let answer = begin(&pool, "eve", low).await.unwrap();
    assert_eq!(told(&answer), level(1, &["pwd"]));
    // What nobody of the pool can reach says nothing of anybody.
    change(&pool, |settings| settings.mfa.mode = UserPoolMfaType::Off);
    for name in ["eve", "nobody"] {
        let refused = begin(&pool, name, wrong(four)).await.unwrap_err();
        assert_eq!(refused, unreachable);
    }
}

#[tokio::test]
async fn who_comes_from_another_directory_is_to_reach_the_level_all_the_same() {
    for (target, more, expected) in [
        ("urn:cognito:loa:3", json!({}), Ok("SMS_MFA")),
        (
            "urn:cognito:loa:4 urn:cognito:loa:1",
            json!({}),
            Ok("tokens"),
        ),
        (
            "urn:cognito:loa:4",
            json!({}),
            Err("InvalidParameterException: User cannot satisfy any of TARGET_ACR_VALUES."),
        ),
        // With the password at once.
        (
            "urn:cognito:loa:3",
            json!({"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD}),
            Ok("SMS_MFA"),
        ),
    ] {
        let (pool, functions) = functions::pool("V1_0", json!({}), |client| {
            client.explicit_auth_flows = Some(vec![Flow::AllowUserAuth]);
            hiding(client);
        })
        .await;
        functions.does(|source, _| {
            if source != "UserMigration_Authentication" {
                return Act::nothing();
            }
            let attributes = json!({"phone_number": "+12065550839"});
            Act::Return(
                json!({"userAttributes": attributes, "finalUserStatus": "CONFIRMED",
                "messageAction": "SUPPRESS"}),
            )
        });
        change(&pool, |settings| {
            settings.emulation.step_up = true;
            settings.lambda.user_migration = Some(functions::ARN.into());
            settings.mfa.mode = UserPoolMfaType::Optional;
            settings.mfa.sms = true;
        });
        let mut wanted = more.clone();
        wanted["TARGET_ACR_VALUES"] = json!(target);
        let mut answer = begin(&pool, "mia", wanted).await;
        if let Ok(asked) = &answer
            && asked["ChallengeName"] == "SELECT_CHALLENGE"
        {
            let request = json!({"ChallengeName": "SELECT_CHALLENGE", "Session": asked["Session"],
                "ChallengeResponses": {"USERNAME": "mia", "ANSWER": "PASSWORD", "PASSWORD": PASSWORD}});
            answer = pool.call("RespondToAuthChallenge", request).await;
        }
        let shown = answer.as_ref().map(|answer| {
            let name = answer["ChallengeName"].as_str();
            name.unwrap_or_else(|| {
                assert_eq!(told(answer), level(1, &["pwd"]));
                "tokens"
            })
        });
        assert_eq!(shown.map_err(String::as_str), expected, "{target} {more}");
    }
}

/// A lock is for the password, and so for what shows one in its place.
#[tokio::test]
async fn a_token_steps_up_past_no_lock() {
    let pool = pool(true).await;
    let token = pool.signed_in("bob").await["AccessToken"].clone();
    let up = json!({"ACCESS_TOKEN": token, "TARGET_ACR_VALUES": "urn:cognito:loa:4"});
    for _ in 0..5 {
        let wrong = json!({"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": "Wrong-1234"});
        begin(&pool, "bob", wrong).await.unwrap_err();
    }
    assert_eq!(
        begin(&pool, "bob", up.clone()).await.unwrap_err(),
        "NotAuthorizedException: Password attempts exceeded"
    );
    pool.advance(Duration::from_secs(2));
    let asked = begin(&pool, "bob", up).await.unwrap();
    prove_token(&pool, &asked).await;
}
