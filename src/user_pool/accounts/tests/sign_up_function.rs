//! Where sign-up, creation and recovery call a pool's functions, and what becomes of the answers.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::context::Settings;
use crate::error::Refusal;
use crate::lambda::{Answering, Triggers};
use crate::test_pool::{PASSWORD, TestPool, attributes, server};
use crate::user_pool::triggers::{Answer, Call};

type Seen = Arc<Mutex<Vec<String>>>;

/// Functions that note what they are called for, answer alike, and refuse one event.
struct Functions {
    seen: Seen,
    answer: Answer,
    refuse: &'static str,
}

impl Triggers for Functions {
    fn call<'a>(&'a self, call: Call<'a>) -> Answering<'a> {
        let metadata = call.metadata.get("k").map_or("-", String::as_str);
        self.seen
            .lock()
            .unwrap()
            .push(format!("{} {metadata}", call.source));
        let answer = if call.source == self.refuse {
            let refusal = Refusal::LambdaRefused {
                trigger: "Fn".into(),
                text: "no".into(),
            };
            refusal.refuse("the test's function says so")
        } else {
            Ok(self.answer.clone())
        };
        Box::pin(std::future::ready(answer))
    }
}

async fn pool(mut members: Value, answer: Answer, refuse: &'static str) -> (TestPool, Seen) {
    let seen = Seen::default();
    let mut shared = server(Settings::default());
    shared.triggers = Box::new(Functions {
        seen: Arc::clone(&seen),
        answer,
        refuse,
    });
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:f";
    members["LambdaConfig"] =
        json!({"PreSignUp": arn, "PostConfirmation": arn, "CustomMessage": arn});
    members["AutoVerifiedAttributes"] = json!(["email"]);
    (TestPool::on(shared, members, |_| {}).await, seen)
}

fn sign_up(name: &str) -> Value {
    json!({
        "Username": name, "Password": PASSWORD, "ClientMetadata": {"k": "v"},
        "UserAttributes": attributes([("email", "bob@example.com")]),
    })
}

const REFUSED: &str = "UserLambdaValidationException: Fn failed with error no.";

#[tokio::test]
async fn each_step_calls_its_function_with_the_metadata_that_reaches_it() {
    let (pool, seen) = pool(json!({}), Answer::default(), "").await;
    let with_metadata = |mut request: Value| {
        request["ClientMetadata"] = json!({"k": "v"});
        request
    };
    pool.ok("SignUp", sign_up("bob")).await;
    pool.ok(
        "ResendConfirmationCode",
        with_metadata(json!({"Username": "bob"})),
    )
    .await;
    let confirm = json!({"Username": "bob", "ConfirmationCode": pool.code()});
    pool.ok("ConfirmSignUp", with_metadata(confirm)).await;
    pool.ok("ForgotPassword", with_metadata(json!({"Username": "bob"})))
        .await;
    let confirm = json!({"Username": "bob", "ConfirmationCode": pool.code(), "Password": PASSWORD});
    pool.ok("ConfirmForgotPassword", with_metadata(confirm))
        .await;
    let create = json!({
        "Username": "eve", "UserAttributes": attributes([("email", "eve@example.com")]),
        "DesiredDeliveryMediums": ["EMAIL"],
    });
    pool.ok("AdminCreateUser", with_metadata(create)).await;
    let expected = [
        "PreSignUp_SignUp v",
        "CustomMessage_SignUp v",
        "CustomMessage_ResendCode v",
        "PostConfirmation_ConfirmSignUp v",
        "CustomMessage_ForgotPassword v",
        "PostConfirmation_ConfirmForgotPassword v",
        "PreSignUp_AdminCreateUser v",
        "CustomMessage_AdminCreateUser -",
    ];
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[tokio::test]
async fn pre_sign_up_can_confirm_and_verify_and_then_no_code_is_sent() {
    let answer = Answer {
        auto_confirm_user: true,
        auto_verify_email: true,
        ..Answer::default()
    };
    let (pool, seen) = pool(json!({}), answer, "").await;
    let answer = pool.ok("SignUp", sign_up("bob")).await;
    assert_eq!(answer["UserConfirmed"], true);
    assert_eq!(answer["CodeDeliveryDetails"], Value::Null);
    assert_eq!(pool.attribute("bob", "email_verified"), "true");
    assert!(pool.messages().is_empty());
    let expected = ["PreSignUp_SignUp v", "PostConfirmation_ConfirmSignUp v"];
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[tokio::test]
async fn verifying_without_confirming_fails_the_sign_up() {
    let answer = Answer {
        auto_verify_email: true,
        ..Answer::default()
    };
    let (pool, _) = pool(json!({}), answer, "").await;
    assert_eq!(
        pool.refused("SignUp", sign_up("bob")).await,
        "InvalidLambdaResponseException: Phone or email cannot be auto verified, when user is not \
         being auto confirmed."
    );
}

#[tokio::test]
async fn verifying_an_address_that_is_not_given_fails_the_sign_up() {
    let answer = Answer {
        auto_confirm_user: true,
        auto_verify_phone: true,
        ..Answer::default()
    };
    let (pool, _) = pool(json!({}), answer, "").await;
    // That it fails is documented, the sentence inferred.
    assert_eq!(
        pool.refused("SignUp", sign_up("bob")).await,
        "InvalidLambdaResponseException: Attribute phone_number cannot be auto verified, since it \
         is not provided."
    );
}

#[tokio::test]
async fn what_is_stored_when_a_function_refuses() {
    let get = || json!({"Username": "bob"});
    let (before, _) = pool(json!({}), Answer::default(), "PreSignUp_SignUp").await;
    assert_eq!(before.refused("SignUp", sign_up("bob")).await, REFUSED);
    assert!(
        before
            .refused("AdminGetUser", get())
            .await
            .starts_with("UserNotFoundException")
    );

    let (message, _) = pool(json!({}), Answer::default(), "CustomMessage_SignUp").await;
    assert_eq!(message.refused("SignUp", sign_up("bob")).await, REFUSED);
    assert_eq!(message.user("bob").status.as_str(), "UNCONFIRMED");
    assert!(message.messages().is_empty());

    let (after, _) = pool(
        json!({}),
        Answer::default(),
        "PostConfirmation_ConfirmSignUp",
    )
    .await;
    after.ok("SignUp", sign_up("bob")).await;
    let confirm = json!({"Username": "bob", "ConfirmationCode": after.code()});
    assert_eq!(after.refused("ConfirmSignUp", confirm).await, REFUSED);
    assert_eq!(after.user("bob").status.as_str(), "CONFIRMED");
}
