//! Where sign-up, creation and recovery call a pool's functions, and what becomes of the answers.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::context::Settings;
use crate::lambda::{Answering, Fault, Functions, Invocation};
use crate::test_pool::{PASSWORD, TestPool, attributes, server};

type Seen = Arc<Mutex<Vec<String>>>;

/// Functions that note what they are called for, answer alike, and refuse one event.
struct Noting {
    seen: Seen,
    response: Value,
    refuse: &'static str,
}

impl Functions for Noting {
    fn invoke<'a>(&'a self, invocation: Invocation<'a>) -> Answering<'a> {
        let mut event = invocation.event;
        let source = event["triggerSource"].as_str().unwrap();
        let metadata = event["request"]["clientMetadata"]["k"].as_str();
        let note = format!("{source} {}", metadata.unwrap_or("-"));
        self.seen.lock().unwrap().push(note);
        let answer = if source == self.refuse {
            Err(Fault::Failed {
                text: "no".into(),
                reason: String::new(),
            })
        } else {
            for (member, value) in self.response.as_object().unwrap() {
                event["response"][member] = value.clone();
            }
            Ok(event)
        };
        Box::pin(std::future::ready(answer))
    }
}

async fn pool(mut members: Value, response: Value, refuse: &'static str) -> (TestPool, Seen) {
    let seen = Seen::default();
    let mut shared = server(Settings::default());
    shared.functions = Box::new(Noting {
        seen: Arc::clone(&seen),
        response,
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

fn refused(trigger: &str) -> String {
    format!("UserLambdaValidationException: {trigger} failed with error no.")
}

#[tokio::test]
async fn each_step_calls_its_function_with_the_metadata_that_reaches_it() {
    let (pool, seen) = pool(json!({}), json!({}), "").await;
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
    let response = json!({"autoConfirmUser": true, "autoVerifyEmail": true});
    let (pool, seen) = pool(json!({}), response, "").await;
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
    let response = json!({"autoVerifyEmail": true});
    let (pool, _) = pool(json!({}), response, "").await;
    assert_eq!(
        pool.refused("SignUp", sign_up("bob")).await,
        "InvalidLambdaResponseException: Phone or email cannot be auto verified, when user is not \
         being auto confirmed."
    );
}

#[tokio::test]
async fn verifying_an_address_that_is_not_given_fails_the_sign_up() {
    let response = json!({"autoConfirmUser": true, "autoVerifyPhone": true});
    let (pool, _) = pool(json!({}), response, "").await;
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
    let (before, _) = pool(json!({}), json!({}), "PreSignUp_SignUp").await;
    assert_eq!(
        before.refused("SignUp", sign_up("bob")).await,
        refused("PreSignUp")
    );
    assert!(
        before
            .refused("AdminGetUser", get())
            .await
            .starts_with("UserNotFoundException")
    );

    let (message, _) = pool(json!({}), json!({}), "CustomMessage_SignUp").await;
    assert_eq!(
        message.refused("SignUp", sign_up("bob")).await,
        refused("CustomMessage")
    );
    assert_eq!(message.user("bob").status.as_str(), "UNCONFIRMED");
    assert!(message.messages().is_empty());

    let (after, _) = pool(json!({}), json!({}), "PostConfirmation_ConfirmSignUp").await;
    after.ok("SignUp", sign_up("bob")).await;
    let confirm = json!({"Username": "bob", "ConfirmationCode": after.code()});
    assert_eq!(
        after.refused("ConfirmSignUp", confirm).await,
        refused("PostConfirmation")
    );
    assert_eq!(after.user("bob").status.as_str(), "CONFIRMED");
}
