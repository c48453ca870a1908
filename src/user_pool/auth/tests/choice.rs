//! USER_AUTH, where what happens to an account between two answers counts.

use std::time::Duration;

use serde_json::{Value, json};

use crate::context::Settings;
use crate::model::cognito_idp::ExplicitAuthFlowsType as Flow;
use crate::model::cognito_idp::UserStatusType;
use crate::test_pool::{PASSWORD, TestPool, attributes, hiding};
use crate::user_pool::users;

const RESET: &str = "PasswordResetRequiredException: Password reset required for the user";

/// A pool whose users may sign in by mail.
async fn pool() -> TestPool {
    with(json!({})).await
}

/// The same, with more members.
async fn with(mut members: Value) -> TestPool {
    let factors = json!(["PASSWORD", "EMAIL_OTP"]);
    members["AutoVerifiedAttributes"] = json!(["email"]);
    members["Policies"] = json!({"SignInPolicy": {"AllowedFirstAuthFactors": factors}});
    TestPool::with(members, Settings::default(), |client| {
        client.explicit_auth_flows = Some(vec![Flow::AllowUserAuth]);
    })
    .await
}

/// ann, who has an address and no password, signs up and is confirmed; the answer of ConfirmSignUp.
async fn confirmed(pool: &TestPool) -> Value {
    let address = attributes([("email", "ann@example.com")]);
    let sign_up = json!({"Username": "ann", "UserAttributes": address});
    pool.ok("SignUp", sign_up).await;
    let confirm = json!({"Username": "ann", "ConfirmationCode": pool.code()});
    pool.ok("ConfirmSignUp", confirm).await
}

async fn move_to(pool: &TestPool, address: &str) {
    let given = attributes([("email", address), ("email_verified", "true")]);
    let request = json!({"Username": "ann", "UserAttributes": given});
    pool.ok("AdminUpdateUserAttributes", request).await;
}

async fn begin(pool: &TestPool, more: Value) -> Result<Value, String> {
    let mut parameters = more;
    parameters["USERNAME"] = json!("ann");
    let request = json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters});
    pool.call("InitiateAuth", request).await
}

async fn begin_with(pool: &TestPool, confirmed: &Value) -> Value {
    let request = json!({"AuthFlow": "USER_AUTH", "Session": confirmed["Session"],
        "AuthParameters": {"USERNAME": "ann"}});
    pool.ok("InitiateAuth", request).await
}

fn by_code(asked: &Value, code: &str) -> Value {
    json!({"ChallengeName": "EMAIL_OTP", "Session": asked["Session"],
        "ChallengeResponses": {"USERNAME": "ann", "EMAIL_OTP_CODE": code}})
}

#[tokio::test]
async fn the_session_of_a_sign_up_signs_in_as_long_as_the_user_has_the_address_of_its_code() {
    for (address, is_enough) in [("ann@example.com", true), ("eve@example.com", false)] {
        let pool = pool().await;
        let confirmed = confirmed(&pool).await;
        move_to(&pool, address).await;
        let answer = begin_with(&pool, &confirmed).await;
        let has_tokens = answer["AuthenticationResult"].is_object();
        assert_eq!(has_tokens, is_enough, "{address}");
        if !is_enough {
            assert_eq!(answer["AvailableChallenges"], json!(["EMAIL_OTP"]));
        }
    }
}

/// Documented: after AdminResetUserPassword a sign-in is refused so, until there is a new password.
#[tokio::test]
async fn no_code_is_a_way_around_a_password_that_is_to_be_reset() {
    let pool = pool().await;
    let signed_up = confirmed(&pool).await;
    let mail = json!({"PREFERRED_CHALLENGE": "EMAIL_OTP"});
    let asked = begin(&pool, mail.clone()).await.unwrap();
    let code = pool.code();
    pool.ok("AdminResetUserPassword", json!({"Username": "ann"}))
        .await;
    let reset_code = pool.code();
    let status = || pool.user("ann").status.to_string();
    assert_eq!(begin(&pool, mail).await.unwrap_err(), RESET);
    assert_eq!(begin(&pool, json!({})).await.unwrap_err(), RESET);
    let answer = pool.refused("RespondToAuthChallenge", by_code(&asked, &code));
    assert_eq!(answer.await, RESET);
    let by_session = json!({"AuthFlow": "USER_AUTH", "Session": signed_up["Session"],
        "AuthParameters": {"USERNAME": "ann"}});
    assert_eq!(pool.refused("InitiateAuth", by_session).await, RESET);
    assert_eq!(status(), "RESET_REQUIRED");
    let password = json!({"Username": "ann", "ConfirmationCode": reset_code,
        "Password": PASSWORD});
    pool.ok("ConfirmForgotPassword", password).await;
    let asked = begin(&pool, json!({"PREFERRED_CHALLENGE": "EMAIL_OTP"})).await;
    let answer = by_code(&asked.unwrap(), &pool.code());
    pool.ok("RespondToAuthChallenge", answer).await;
    assert_eq!(status(), "CONFIRMED");
}

/// Documented: the AuthParameters are ignored.
#[tokio::test]
async fn the_session_of_a_sign_up_signs_in_whatever_the_device_key_is() {
    let tracking = json!({"DeviceOnlyRememberedOnUserPrompt": false});
    let pool = with(json!({"DeviceConfiguration": tracking})).await;
    let confirmed = confirmed(&pool).await;
    let request = json!({"AuthFlow": "USER_AUTH", "Session": confirmed["Session"],
        "AuthParameters": {"DEVICE_KEY": "us-east-1_01234567-89ab-cdef-0123-456789abcdef"}});
    let answer = pool.ok("InitiateAuth", request).await;
    assert!(answer["AuthenticationResult"]["NewDeviceMetadata"].is_object());
}

/// As ConfirmSignUp has it (observed); inferred for a code of a sign-in.
#[tokio::test]
async fn no_code_verifies_an_address_that_is_another_users_alias() {
    let pool = with(json!({"AliasAttributes": ["email"]})).await;
    let address = attributes([("email", "ann@example.com"), ("email_verified", "true")]);
    pool.confirmed("eve", address.clone()).await;
    let sign_up = json!({"Username": "ann", "UserAttributes": [address[0]]});
    pool.ok("SignUp", sign_up).await;
    let asked = begin(&pool, json!({"PREFERRED_CHALLENGE": "EMAIL_OTP"})).await;
    let answer = by_code(&asked.unwrap(), &pool.code());
    assert_eq!(
        pool.refused("RespondToAuthChallenge", answer.clone()).await,
        "AliasExistsException: An account with the given email already exists."
    );
    assert_eq!(pool.user("ann").status, UserStatusType::Unconfirmed);
    // The session is still good once the alias is free.
    let gone = json!({"Username": "eve", "UserAttributeNames": ["email"]});
    pool.ok("AdminDeleteUserAttributes", gone).await;
    pool.ok("RespondToAuthChallenge", answer).await;
    assert_eq!(pool.attribute("ann", "email_verified"), "true");
    assert_eq!(pool.user("ann").status, UserStatusType::Confirmed);
}

/// Documented for the flows in which a password is sent; inferred for a choice.
#[tokio::test]
async fn who_was_imported_without_a_password_is_told_from_nobody_where_the_client_hides_that() {
    let pool = TestPool::with(json!({}), Settings::default(), |client| {
        client.explicit_auth_flows = Some(vec![Flow::AllowUserAuth]);
        hiding(client);
    })
    .await;
    pool.confirmed("ann", json!([])).await;
    let stored = pool.cx.pool(&pool.id).unwrap();
    users::change(&stored, &pool.user("ann"), |_, user| {
        user.status = UserStatusType::ResetRequired;
        user.password = None;
        Ok(())
    })
    .unwrap();
    for more in [
        json!({}),
        json!({"PREFERRED_CHALLENGE": "PASSWORD"}),
        json!({"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD}),
        json!({"PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": "1234"}),
        json!({"PREFERRED_CHALLENGE": "WEB_AUTHN"}),
    ] {
        let mut shown = Vec::new();
        for name in ["ann", "nobody"] {
            let mut parameters = more.clone();
            parameters["USERNAME"] = json!(name);
            let request = json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters});
            let begun = pool.call("InitiateAuth", request).await;
            shown.push(match begun {
                Ok(asked) => {
                    let parameters = asked["ChallengeParameters"].as_object().unwrap();
                    let keys: Vec<&String> = parameters.keys().collect();
                    let answer = json!({"ChallengeName": "PASSWORD", "Session": asked["Session"],
                        "ChallengeResponses": {"USERNAME": name, "PASSWORD": PASSWORD}});
                    let refused = pool.refused("RespondToAuthChallenge", answer).await;
                    let name = &asked["ChallengeName"];
                    format!("{name} {} {keys:?} {refused}", asked["AvailableChallenges"])
                }
                Err(refused) => refused,
            });
        }
        assert_eq!(shown[0], shown[1], "{more}");
    }
}

#[tokio::test]
async fn a_password_that_is_not_looked_at_leaves_the_session() {
    let pool = pool().await;
    let address = attributes([("email", "ann@example.com")]);
    pool.confirmed("ann", address).await;
    let try_password =
        |password: &str| json!({"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": password});
    for _ in 0..5 {
        begin(&pool, try_password("Wrong-1234")).await.unwrap_err();
    }
    let asked = begin(&pool, json!({})).await.unwrap();
    let answer = json!({"ChallengeName": "SELECT_CHALLENGE", "Session": asked["Session"],
        "ChallengeResponses": {"USERNAME": "ann", "ANSWER": "PASSWORD", "PASSWORD": PASSWORD}});
    assert_eq!(
        pool.refused("RespondToAuthChallenge", answer.clone()).await,
        "NotAuthorizedException: Password attempts exceeded"
    );
    pool.advance(Duration::from_secs(2));
    pool.ok("RespondToAuthChallenge", answer).await;
}
