//! USER_AUTH, where what happens to an account between two answers counts.

use serde_json::{Value, json};

use crate::context::Settings;
use crate::model::cognito_idp::ExplicitAuthFlowsType as Flow;
use crate::test_pool::{TestPool, attributes};

const RESET: &str = "PasswordResetRequiredException: Password reset required for the user";

/// A pool whose users may sign in by mail.
async fn pool() -> TestPool {
    let factors = json!(["PASSWORD", "EMAIL_OTP"]);
    let members = json!({"AutoVerifiedAttributes": ["email"],
        "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": factors}}});
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
        "Password": crate::test_pool::PASSWORD});
    pool.ok("ConfirmForgotPassword", password).await;
    let asked = begin(&pool, json!({"PREFERRED_CHALLENGE": "EMAIL_OTP"})).await;
    let answer = by_code(&asked.unwrap(), &pool.code());
    pool.ok("RespondToAuthChallenge", answer).await;
    assert_eq!(status(), "CONFIRMED");
}
