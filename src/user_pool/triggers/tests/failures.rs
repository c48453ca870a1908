//! What stands after a function has failed.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::model::cognito_idp::{FeatureType, RefreshTokenRotationType};
use crate::test_pool::functions::{self, Act, Scripted};
use crate::test_pool::{PASSWORD, TestPool, attributes};

async fn scene() -> (TestPool, Arc<Scripted>) {
    let members = json!({"AutoVerifiedAttributes": ["email"]});
    functions::pool("V1_0", members, |_| {}).await
}

/// A pool whose client rotates refresh tokens.
async fn rotating(grace: i32) -> (TestPool, Arc<Scripted>) {
    let (pool, functions) = functions::pool("V1_0", json!({}), |client| {
        client.rotation = Some(RefreshTokenRotationType {
            feature: FeatureType::Enabled,
            retry_grace_period_seconds: Some(grace),
        });
    })
    .await;
    pool.confirmed("bob", json!([])).await;
    (pool, functions)
}

/// From now on events of this source fail.
fn fail(functions: &Scripted, which: &'static str) {
    functions.does(move |source, _| {
        if source == which {
            Act::Fail
        } else {
            Act::nothing()
        }
    });
}

fn refused(trigger: &str) -> String {
    format!("UserLambdaValidationException: {trigger} failed with error no.")
}

fn bob() -> Value {
    json!({"Username": "bob"})
}

fn sign_up() -> Value {
    json!({
        "Username": "bob", "Password": PASSWORD,
        "UserAttributes": attributes([("email", "bob@example.com")]),
    })
}

#[tokio::test]
async fn no_user_is_made_if_pre_sign_up_fails() {
    let (pool, functions) = scene().await;
    fail(&functions, "PreSignUp_SignUp");
    assert_eq!(
        pool.refused("SignUp", sign_up()).await,
        refused("PreSignUp")
    );
    fail(&functions, "PreSignUp_AdminCreateUser");
    assert_eq!(
        pool.refused("AdminCreateUser", bob()).await,
        refused("PreSignUp")
    );
    assert_eq!(
        pool.refused("AdminGetUser", bob()).await,
        "UserNotFoundException: User does not exist."
    );
    assert!(pool.messages().is_empty());
}

#[tokio::test]
async fn a_user_whose_message_fails_is_unconfirmed_and_got_none() {
    let (pool, functions) = scene().await;
    fail(&functions, "CustomMessage_SignUp");
    assert_eq!(
        pool.refused("SignUp", sign_up()).await,
        refused("CustomMessage")
    );
    assert_eq!(pool.user("bob").status.as_str(), "UNCONFIRMED");
    assert!(pool.messages().is_empty());
    pool.ok("ResendConfirmationCode", bob()).await;
    let confirm = json!({"Username": "bob", "ConfirmationCode": pool.code()});
    pool.ok("ConfirmSignUp", confirm).await;
}

#[tokio::test]
async fn a_user_stays_confirmed_if_post_confirmation_fails() {
    const SOURCE: &str = "PostConfirmation_ConfirmSignUp";
    for operation in ["SignUp", "ConfirmSignUp", "AdminConfirmSignUp"] {
        let (pool, functions) = scene().await;
        functions.does(move |source, _| match source {
            SOURCE => Act::Fail,
            "PreSignUp_SignUp" if operation == "SignUp" => {
                Act::Return(json!({"autoConfirmUser": true}))
            }
            _ => Act::nothing(),
        });
        let request = match operation {
            "SignUp" => sign_up(),
            _ => {
                pool.ok("SignUp", sign_up()).await;
                let mut request = bob();
                if operation == "ConfirmSignUp" {
                    request["ConfirmationCode"] = json!(pool.code());
                }
                request
            }
        };
        let expected = refused("PostConfirmation");
        assert_eq!(
            pool.refused(operation, request).await,
            expected,
            "{operation}"
        );
        assert_eq!(pool.user("bob").status.as_str(), "CONFIRMED", "{operation}");
        functions.does(|_, _| Act::nothing());
        pool.signed_in("bob").await;
    }
}

#[tokio::test]
async fn a_new_password_stays_if_post_confirmation_fails() {
    let (pool, functions) = scene().await;
    let verified = attributes([("email", "bob@example.com"), ("email_verified", "true")]);
    pool.confirmed("bob", verified).await;
    pool.ok("ForgotPassword", bob()).await;
    fail(&functions, "PostConfirmation_ConfirmForgotPassword");
    let confirm =
        json!({"Username": "bob", "ConfirmationCode": pool.code(), "Password": "Def-5678"});
    assert_eq!(
        pool.refused("ConfirmForgotPassword", confirm).await,
        refused("PostConfirmation")
    );
    let request = json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "bob", "PASSWORD": "Def-5678"},
    });
    pool.ok("InitiateAuth", request).await;
}

#[tokio::test]
async fn a_session_is_used_up_by_a_sign_in_that_a_function_ends() {
    for (source, trigger) in [
        ("PostAuthentication_Authentication", "PostAuthentication"),
        ("TokenGeneration_NewPasswordChallenge", "PreTokenGeneration"),
    ] {
        let (pool, functions) = scene().await;
        let create = json!({
            "Username": "bob", "TemporaryPassword": PASSWORD, "MessageAction": "SUPPRESS",
        });
        pool.ok("AdminCreateUser", create).await;
        let begin = json!({
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": "bob", "PASSWORD": PASSWORD},
        });
        let asked = pool.ok("InitiateAuth", begin).await;
        fail(&functions, source);
        let answer = json!({
            "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": asked["Session"],
            "ChallengeResponses": {"USERNAME": "bob", "NEW_PASSWORD": "Def-5678"},
        });
        assert_eq!(
            pool.refused("RespondToAuthChallenge", answer.clone()).await,
            refused(trigger)
        );
        functions.does(|_, _| Act::nothing());
        assert_eq!(
            pool.refused("RespondToAuthChallenge", answer).await,
            "NotAuthorizedException: Invalid session for the user, session can only be used once.",
            "{source}"
        );
    }
}

#[tokio::test]
async fn a_refresh_token_is_not_used_up_by_a_function_that_fails() {
    let (pool, functions) = rotating(0).await;
    let first = pool.signed_in("bob").await["RefreshToken"].clone();
    let refresh = |token: &Value| json!({ "RefreshToken": token });
    fail(&functions, "TokenGeneration_RefreshTokens");
    for _ in 0..2 {
        assert_eq!(
            pool.refused("GetTokensFromRefreshToken", refresh(&first))
                .await,
            refused("PreTokenGeneration")
        );
    }
    functions.does(|_, _| Act::nothing());
    let answer = pool.ok("GetTokensFromRefreshToken", refresh(&first)).await;
    let second = &answer["AuthenticationResult"]["RefreshToken"];
    functions.events();
    assert_eq!(
        pool.refused("GetTokensFromRefreshToken", refresh(&first))
            .await,
        "RefreshTokenReuseException: Refresh token reuse detected"
    );
    assert!(
        functions.events().is_empty(),
        "nobody asks for a dead token"
    );
    pool.ok("GetTokensFromRefreshToken", refresh(second)).await;
}

#[tokio::test]
async fn of_two_refreshes_at_once_each_sees_the_other() {
    for (grace, expected) in [(0, 1), (60, 2)] {
        let (pool, functions) = rotating(grace).await;
        let first = pool.signed_in("bob").await["RefreshToken"].clone();
        functions.events();
        let refresh = || pool.call("GetTokensFromRefreshToken", json!({"RefreshToken": first}));
        let (one, other) = tokio::join!(refresh(), refresh());
        // Both were asked about before either token was rotated.
        assert_eq!(functions.sources(), ["TokenGeneration_RefreshTokens"; 2]);
        let given: Vec<Value> = [one, other].into_iter().flatten().collect();
        assert_eq!(given.len(), expected, "grace {grace}");
        let given = given
            .iter()
            .map(|answer| &answer["AuthenticationResult"]["RefreshToken"]);
        let mut alive = 0;
        for token in given {
            let request = json!({"RefreshToken": token});
            alive += usize::from(
                pool.call("GetTokensFromRefreshToken", request)
                    .await
                    .is_ok(),
            );
        }
        assert!(alive >= 1, "grace {grace}: the newest goes on");
    }
}

#[tokio::test]
async fn what_ends_while_the_function_works_on_a_refresh_ends_the_refresh() {
    for (operation, expected) in [
        (
            "AdminUserGlobalSignOut",
            "NotAuthorizedException: Refresh Token has been revoked",
        ),
        (
            "AdminDisableUser",
            "NotAuthorizedException: User is disabled.",
        ),
        (
            "AdminDeleteUser",
            "NotAuthorizedException: Invalid Refresh Token.",
        ),
    ] {
        let (pool, functions) = rotating(60).await;
        let token = pool.signed_in("bob").await["RefreshToken"].clone();
        let request = json!({"UserPoolId": pool.id.as_str(), "Username": "bob"});
        functions.does(move |_, _| Act::Call(vec![(operation, request.clone())]));
        let refresh = json!({"RefreshToken": token});
        let found = pool.refused("GetTokensFromRefreshToken", refresh).await;
        assert_eq!(found, expected, "{operation}");
    }
}
