use std::time::Duration;

use serde_json::{Value, json};

use crate::test_pool::{PASSWORD, TestPool, attributes};

async fn pool() -> TestPool {
    TestPool::new(json!({"AutoVerifiedAttributes": ["email"]})).await
}

async fn sign_up(pool: &TestPool, name: &str) -> String {
    let email = attributes([("email", &*format!("{name}@example.com"))]);
    let request = json!({"Username": name, "Password": PASSWORD, "UserAttributes": email});
    pool.ok("SignUp", request).await;
    pool.code()
}

fn confirm(name: &str, code: &str) -> Value {
    json!({"Username": name, "ConfirmationCode": code})
}

fn reset(name: &str, code: &str) -> Value {
    json!({"Username": name, "ConfirmationCode": code, "Password": PASSWORD})
}

/// What the reason of a refused call says of the code, which is not in it.
async fn said(pool: &TestPool, operation: &str, request: Value) -> String {
    let code = request["ConfirmationCode"]
        .as_str()
        .or(request["Code"].as_str());
    let code = code.unwrap_or_default().to_owned();
    let reason = pool.reason(operation, request).await;
    let codes = pool.messages();
    let mut codes = codes.iter().filter_map(|sent| sent.code.as_deref());
    assert!(
        !reason.contains(&code) && codes.all(|sent| !reason.contains(sent)),
        "{reason}"
    );
    reason.rsplit("; ").next().unwrap().to_owned()
}

#[tokio::test]
async fn a_code_for_something_else_says_for_what() {
    let pool = pool().await;
    let sign_up_code = sign_up(&pool, "ann").await;
    pool.ok("ConfirmSignUp", confirm("ann", &sign_up_code))
        .await;
    pool.advance(Duration::from_secs(3));
    pool.ok("ForgotPassword", json!({"Username": "ann"})).await;
    let reset_code = pool.code();
    let token = pool.access_token("ann").await;
    let ask = json!({"AccessToken": token, "AttributeName": "email"});
    pool.ok("GetUserAttributeVerificationCode", ask).await;
    let email_code = pool.code();

    assert_eq!(
        said(&pool, "ConfirmForgotPassword", reset("ann", &sign_up_code)).await,
        "this code was used 3 s ago, by ConfirmSignUp"
    );
    assert_eq!(
        said(&pool, "ConfirmForgotPassword", reset("ann", &email_code)).await,
        "it is the code of the verification of email, which VerifyUserAttribute takes"
    );
    let verify = |code: &str| json!({"AccessToken": token, "AttributeName": "email", "Code": code});
    let of_reset = "it is the code of a password reset, which ConfirmForgotPassword takes";
    assert_eq!(
        said(&pool, "VerifyUserAttribute", verify(&reset_code)).await,
        of_reset
    );
    pool.ok("ForgotPassword", json!({"Username": "ann"})).await;
    assert_eq!(
        said(&pool, "VerifyUserAttribute", verify(&reset_code)).await,
        "it was the code of a password reset, which ConfirmForgotPassword takes, until another was sent in \
         its place"
    );
    let reset_code = pool.code();
    pool.advance(Duration::from_secs(3600));
    pool.advance(Duration::from_secs(1));
    let token = pool.access_token("ann").await;
    let verify = |code: &str| json!({"AccessToken": token, "AttributeName": "email", "Code": code});
    assert_eq!(
        said(&pool, "VerifyUserAttribute", verify(&reset_code)).await,
        format!("{of_reset}, and has expired")
    );
    let other = if reset_code == "000000" {
        "000001"
    } else {
        "000000"
    };
    assert_eq!(
        said(&pool, "ConfirmForgotPassword", reset("ann", other)).await,
        "the code that was given is another one besides"
    );
}

#[tokio::test]
async fn a_used_code_says_when_and_by_what() {
    let pool = pool().await;
    let code = sign_up(&pool, "ann").await;
    pool.ok("ConfirmSignUp", confirm("ann", &code)).await;
    pool.advance(Duration::from_secs(7));
    assert_eq!(
        said(&pool, "ConfirmSignUp", confirm("ann", &code)).await,
        "this code was used 7 s ago, by ConfirmSignUp"
    );
    pool.ok("ForgotPassword", json!({"Username": "ann"})).await;
    let code = pool.code();
    pool.ok("ConfirmForgotPassword", reset("ann", &code)).await;
    assert_eq!(
        said(&pool, "ConfirmForgotPassword", reset("ann", &code)).await,
        "this code was used 0 ms ago, by ConfirmForgotPassword"
    );
    let token = pool.access_token("ann").await;
    let ask = json!({"AccessToken": token, "AttributeName": "email"});
    pool.ok("GetUserAttributeVerificationCode", ask).await;
    let verify = json!({"AccessToken": token, "AttributeName": "email", "Code": pool.code()});
    pool.ok("VerifyUserAttribute", verify.clone()).await;
    assert_eq!(
        said(&pool, "VerifyUserAttribute", verify).await,
        "this code was used 0 ms ago, by VerifyUserAttribute"
    );
}

#[tokio::test]
async fn the_messages_tell_whom_a_code_was_sent_to() {
    let pool = pool().await;
    let first = sign_up(&pool, "ann").await;
    sign_up(&pool, "bob").await;
    pool.advance(Duration::from_secs(2));
    assert_eq!(
        said(&pool, "ConfirmSignUp", confirm("bob", &first)).await,
        "it was sent 2 s ago to another user, \"ann\""
    );
    pool.ok("AdminConfirmSignUp", json!({"Username": "ann"}))
        .await;
    pool.ok(
        "AdminUpdateUserAttributes",
        json!({"Username": "ann",
        "UserAttributes": attributes([("email_verified", "true")])}),
    )
    .await;
    pool.ok("ForgotPassword", json!({"Username": "ann"})).await;
    // The confirmation has voided the code, of which the message is left.
    assert_eq!(
        said(&pool, "ConfirmForgotPassword", reset("ann", &first)).await,
        "it was sent 2 s ago for a sign-up, which ConfirmSignUp takes"
    );
}

#[tokio::test]
async fn a_code_that_was_taken_for_a_number_lacks_its_zeros() {
    let pool = pool().await;
    sign_up(&pool, "ann").await;
    let stored = pool.cx.pool(&pool.id).unwrap();
    let user = pool.user("ann");
    crate::user_pool::users::change(&stored, &user, |_, user| {
        user.more_mut().sign_up_code.as_mut().unwrap().digits = "000457".into();
        Ok(())
    })
    .unwrap();
    let reason = pool.reason("ConfirmSignUp", confirm("ann", "457")).await;
    assert!(
        reason.ends_with("the zeros at its start are missing: a code is a text"),
        "{reason}"
    );
    // An expired code stays one: the sentence is not changed by what is told.
    let refused = pool.refused("ConfirmSignUp", confirm("ann", "457")).await;
    assert!(refused.starts_with("CodeMismatchException: Invalid verification code"));
}
