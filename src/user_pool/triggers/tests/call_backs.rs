//! Functions that call back while their event is in flight: nothing waits for them, and what they changed
//! counts.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::test_pool::functions::{self, Act, Scripted};
use crate::test_pool::{PASSWORD, TestPool, attributes, claims};

async fn scene() -> (TestPool, Arc<Scripted>) {
    let members = json!({
        "AutoVerifiedAttributes": ["email"],
        "Schema": [{"Name": "team", "AttributeDataType": "String", "Mutable": true}],
    });
    let (pool, functions) = functions::pool("V1_0", members, |_| {}).await;
    pool.ok("CreateGroup", json!({"GroupName": "staff"})).await;
    (pool, functions)
}

/// On events of this source, looks at bob, sets his team and puts him into a group.
fn call_back(pool: &TestPool, functions: &Scripted, which: &'static str) {
    let named = json!({"UserPoolId": pool.id.as_str(), "Username": "bob"});
    let (mut update, mut member) = (named.clone(), named.clone());
    update["UserAttributes"] = attributes([("custom:team", "red")]);
    member["GroupName"] = json!("staff");
    functions.does(move |source, _| {
        if source != which {
            return Act::nothing();
        }
        Act::Call(vec![
            ("AdminGetUser", named.clone()),
            ("AdminUpdateUserAttributes", update.clone()),
            ("AdminAddUserToGroup", member.clone()),
        ])
    });
}

fn sign_up() -> Value {
    json!({
        "Username": "bob", "Password": PASSWORD,
        "UserAttributes": attributes([("email", "bob@example.com")]),
    })
}

#[tokio::test]
async fn on_the_way_to_an_account() {
    for source in ["CustomMessage_SignUp", "PostConfirmation_ConfirmSignUp"] {
        let (pool, functions) = scene().await;
        call_back(&pool, &functions, source);
        pool.ok("SignUp", sign_up()).await;
        let confirm = json!({"Username": "bob", "ConfirmationCode": pool.code()});
        pool.ok("ConfirmSignUp", confirm).await;
        assert_eq!(pool.attribute("bob", "custom:team"), "red", "{source}");
        let claims = pool.id_claims("bob").await;
        assert_eq!(claims["cognito:groups"], json!(["staff"]), "{source}");
        assert_eq!(claims["email_verified"], true, "{source}");
    }
}

#[tokio::test]
async fn a_name_that_pre_sign_up_takes_is_taken() {
    let (pool, functions) = scene().await;
    let create = json!({
        "UserPoolId": pool.id.as_str(), "Username": "bob", "MessageAction": "SUPPRESS",
    });
    functions.does(move |source, _| match source {
        "PreSignUp_SignUp" => Act::Call(vec![("AdminCreateUser", create.clone())]),
        _ => Act::nothing(),
    });
    assert_eq!(
        pool.refused("SignUp", sign_up()).await,
        "UsernameExistsException: User already exists"
    );
}

#[tokio::test]
async fn before_and_after_a_sign_in_it_shows_in_the_tokens() {
    for source in [
        "PreAuthentication_Authentication",
        "PostAuthentication_Authentication",
    ] {
        let (pool, functions) = scene().await;
        pool.confirmed("bob", json!([])).await;
        call_back(&pool, &functions, source);
        let claims = pool.id_claims("bob").await;
        assert_eq!(claims["custom:team"], "red", "{source}");
        assert_eq!(claims["cognito:groups"], json!(["staff"]), "{source}");
    }
}

#[tokio::test]
async fn while_tokens_are_made_it_shows_in_the_next_ones() {
    let (pool, functions) = scene().await;
    pool.confirmed("bob", json!([])).await;
    call_back(&pool, &functions, "TokenGeneration_Authentication");
    let result = pool.signed_in("bob").await;
    let found = claims(&result["IdToken"]);
    assert_eq!(found.get("custom:team"), None);
    assert_eq!(found.get("cognito:groups"), None);
    assert_eq!(pool.attribute("bob", "custom:team"), "red");
    let refresh = json!({"RefreshToken": result["RefreshToken"]});
    let result = pool.ok("GetTokensFromRefreshToken", refresh).await;
    let found = claims(&result["AuthenticationResult"]["IdToken"]);
    assert_eq!(found["custom:team"], "red");
    assert_eq!(found["cognito:groups"], json!(["staff"]));
}

#[tokio::test]
async fn who_is_disabled_meanwhile_gets_no_tokens() {
    for which in [
        "PreAuthentication_Authentication",
        "PostAuthentication_Authentication",
    ] {
        let (pool, functions) = scene().await;
        pool.confirmed("bob", json!([])).await;
        let named = json!({"UserPoolId": pool.id.as_str(), "Username": "bob"});
        functions.does(move |source, _| {
            if source == which {
                Act::Call(vec![("AdminDisableUser", named.clone())])
            } else {
                Act::nothing()
            }
        });
        let request = json!({
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": "bob", "PASSWORD": PASSWORD},
        });
        let found = pool.refused("InitiateAuth", request).await;
        assert_eq!(
            found, "NotAuthorizedException: User is disabled.",
            "{which}"
        );
    }
}

#[tokio::test]
async fn a_sign_out_after_the_sign_in_ends_those_before_it() {
    let (pool, functions) = scene().await;
    pool.confirmed("bob", json!([])).await;
    let before = pool.access_token("bob").await;
    let named = json!({"UserPoolId": pool.id.as_str(), "Username": "bob"});
    functions.does(move |source, _| match source {
        "PostAuthentication_Authentication" => {
            Act::Call(vec![("AdminUserGlobalSignOut", named.clone())])
        }
        _ => Act::nothing(),
    });
    let after = pool.access_token("bob").await;
    assert_eq!(
        pool.refused("GetUser", json!({"AccessToken": before}))
            .await,
        "NotAuthorizedException: Access Token has been revoked"
    );
    pool.ok("GetUser", json!({"AccessToken": after})).await;
}
