//! What PreSignUp says of a user who signs up, and that nobody listens where an administrator makes one.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::test_pool::functions::{self, Act, Scripted};
use crate::test_pool::{PASSWORD, TestPool, attributes};

/// A pool whose PreSignUp answers so.
async fn scene(members: Value, response: Value) -> (TestPool, Arc<Scripted>) {
    let (pool, functions) = functions::pool("V1_0", members, |_| {}).await;
    functions.does(move |source, _| {
        if source.starts_with("PreSignUp_") {
            Act::Return(response.clone())
        } else {
            Act::nothing()
        }
    });
    (pool, functions)
}

fn sign_up(name: &str, attributes: Value) -> Value {
    json!({"Username": name, "Password": PASSWORD, "UserAttributes": attributes})
}

fn both() -> Value {
    attributes([
        ("email", "bob@example.com"),
        ("phone_number", "+12065550839"),
    ])
}

#[tokio::test]
async fn its_answer_confirms_and_verifies() {
    const MESSAGE: &str = "CustomMessage_SignUp";
    const CONFIRMATION: &str = "PostConfirmation_ConfirmSignUp";
    let rows = [
        (json!({}), "UNCONFIRMED", "false", "false", MESSAGE),
        (
            json!({"autoConfirmUser": null, "autoVerifyEmail": null}),
            "UNCONFIRMED",
            "false",
            "false",
            MESSAGE,
        ),
        (
            json!({"autoConfirmUser": true}),
            "CONFIRMED",
            "false",
            "false",
            CONFIRMATION,
        ),
        (
            json!({"autoConfirmUser": true, "autoVerifyEmail": true}),
            "CONFIRMED",
            "true",
            "false",
            CONFIRMATION,
        ),
        (
            json!({"autoConfirmUser": true, "autoVerifyPhone": true}),
            "CONFIRMED",
            "false",
            "true",
            CONFIRMATION,
        ),
    ];
    for (response, status, email, phone, then) in rows {
        let what = response.to_string();
        let members = json!({"AutoVerifiedAttributes": ["email"]});
        let (pool, functions) = scene(members, response).await;
        let answer = pool.ok("SignUp", sign_up("bob", both())).await;
        let is_confirmed = status == "CONFIRMED";
        assert_eq!(answer["UserConfirmed"], is_confirmed, "{what}");
        assert_eq!(functions.sources(), ["PreSignUp_SignUp", then], "{what}");
        assert_eq!(pool.messages().is_empty(), is_confirmed, "{what}");
        assert_eq!(pool.user("bob").status.as_str(), status, "{what}");
        assert_eq!(pool.attribute("bob", "email_verified"), email, "{what}");
        assert_eq!(
            pool.attribute("bob", "phone_number_verified"),
            phone,
            "{what}"
        );
    }
}

#[tokio::test]
async fn it_verifies_nothing_that_is_not_there_or_not_confirmed() {
    // That these fail is documented and observed; the class of the first and the second text are inferred.
    const UNCONFIRMED: &str = "InvalidLambdaResponseException: Phone or email cannot be auto verified, \
        when user is not being auto confirmed.";
    const MISSING: &str = "cannot be auto verified, since it is not provided.";
    let rows = [
        (
            json!({"autoVerifyEmail": true}),
            both(),
            UNCONFIRMED.to_owned(),
        ),
        (
            json!({"autoVerifyPhone": true}),
            json!([]),
            UNCONFIRMED.to_owned(),
        ),
        (
            json!({"autoConfirmUser": true, "autoVerifyEmail": true}),
            json!([]),
            format!("InvalidLambdaResponseException: Attribute email {MISSING}"),
        ),
        (
            json!({"autoConfirmUser": true, "autoVerifyPhone": true}),
            attributes([("email", "bob@example.com")]),
            format!("InvalidLambdaResponseException: Attribute phone_number {MISSING}"),
        ),
    ];
    for (response, given, expected) in rows {
        let what = response.to_string();
        let (pool, functions) = scene(json!({}), response).await;
        assert_eq!(
            pool.refused("SignUp", sign_up("bob", given)).await,
            expected,
            "{what}"
        );
        assert_eq!(functions.sources(), ["PreSignUp_SignUp"], "{what}");
        let get = json!({"Username": "bob"});
        let found = pool.refused("AdminGetUser", get).await;
        assert!(
            found.starts_with("UserNotFoundException"),
            "{what}: {found}"
        );
    }
}

#[tokio::test]
async fn an_alias_moves_only_with_its_verification() {
    for (verify, owner) in [(true, "eve"), (false, "bob")] {
        let response = json!({"autoConfirmUser": true, "autoVerifyEmail": verify});
        let (pool, _) = scene(json!({"AliasAttributes": ["email"]}), response).await;
        let address = "bob@example.com";
        let verified = attributes([("email", address), ("email_verified", "true")]);
        pool.confirmed("bob", verified).await;
        pool.ok("SignUp", sign_up("eve", attributes([("email", address)])))
            .await;
        assert_eq!(pool.user(address).username.as_str(), owner);
        let (bob, eve) = if verify {
            ("false", "true")
        } else {
            ("true", "false")
        };
        assert_eq!(pool.attribute("bob", "email_verified"), bob);
        assert_eq!(pool.attribute("eve", "email_verified"), eve);
    }
}

#[tokio::test]
async fn an_address_that_was_not_verified_recovers_no_password() {
    let (pool, _) = scene(json!({}), json!({"autoConfirmUser": true})).await;
    pool.ok("SignUp", sign_up("bob", both())).await;
    let forgot = json!({"Username": "bob"});
    let found = pool.refused("ForgotPassword", forgot).await;
    assert!(found.starts_with("InvalidParameterException"), "{found}");
}

#[tokio::test]
async fn it_is_asked_about_good_requests_and_taken_names() {
    let (pool, functions) = scene(json!({}), json!({})).await;
    pool.confirmed("bob", json!([])).await;
    functions.events();
    let mut weak = sign_up("eve", json!([]));
    weak["Password"] = json!("weak");
    let found = pool.refused("SignUp", weak).await;
    assert!(found.starts_with("InvalidPasswordException"), "{found}");
    assert!(functions.events().is_empty());
    let found = pool.refused("SignUp", sign_up("bob", json!([]))).await;
    assert!(found.starts_with("UsernameExistsException"), "{found}");
    assert_eq!(functions.sources(), ["PreSignUp_SignUp"]);
}

#[tokio::test]
async fn of_a_user_made_by_an_administrator_it_says_nothing() {
    let everything =
        json!({"autoConfirmUser": true, "autoVerifyEmail": true, "autoVerifyPhone": true});
    let (pool, functions) = scene(json!({}), everything).await;
    let create = json!({
        "Username": "bob", "TemporaryPassword": PASSWORD, "DesiredDeliveryMediums": ["EMAIL"],
        "UserAttributes": attributes([("email", "bob@example.com")]),
    });
    pool.ok("AdminCreateUser", create).await;
    assert_eq!(pool.user("bob").status.as_str(), "FORCE_CHANGE_PASSWORD");
    assert_ne!(pool.attribute("bob", "email_verified"), "true");
    let begin = json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "bob", "PASSWORD": PASSWORD},
    });
    let asked = pool.ok("InitiateAuth", begin).await;
    let answer = json!({
        "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": asked["Session"],
        "ChallengeResponses": {"USERNAME": "bob", "NEW_PASSWORD": "Def-5678"},
    });
    pool.ok("RespondToAuthChallenge", answer).await;
    assert_eq!(pool.user("bob").status.as_str(), "CONFIRMED");
    // No confirmation among them.
    let expected = [
        "PreSignUp_AdminCreateUser",
        "CustomMessage_AdminCreateUser",
        "PreAuthentication_Authentication",
        "PostAuthentication_Authentication",
        "TokenGeneration_NewPasswordChallenge",
    ];
    assert_eq!(functions.sources(), expected);
}
