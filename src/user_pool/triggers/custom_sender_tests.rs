//! What a sender is told of each message, and what stays as it is.

use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::*;
use crate::context::Settings;
use crate::crypto::encryption_sdk::tests::read;
use crate::lambda::{Answering, Functions};
use crate::test_pool::{PASSWORD, TestPool, attributes, server};

const EMAIL: &str = "arn:aws:lambda:us-east-1:123456789012:function:email";
const SMS: &str = "arn:aws:lambda:us-east-1:123456789012:function:sms";
const MESSAGE: &str = "arn:aws:lambda:us-east-1:123456789012:function:message";
const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/a";

/// Passes events on; the sender of mails fails after that.
struct Port(UnboundedSender<(String, Value)>);

impl Functions for Port {
    fn invoke<'a>(&'a self, invocation: Invocation<'a>) -> Answering<'a> {
        let Invocation { arn, event, .. } = invocation;
        let _ = self.0.send((arn.to_owned(), event.clone()));
        let failed = Fault::Failed {
            text: "no mail today".into(),
            reason: "a test".into(),
        };
        Box::pin(std::future::ready(match arn {
            EMAIL => Err(failed),
            _ => Ok(event),
        }))
    }
}

struct Scene {
    pool: TestPool,
    events: UnboundedReceiver<(String, Value)>,
}

impl Scene {
    async fn new(more: Value) -> Self {
        let (sender, events) = unbounded_channel();
        let mut shared = server(Settings::default());
        shared.functions = Box::new(Port(sender));
        let mut members = json!({
            "AutoVerifiedAttributes": ["email"],
            "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"},
            "LambdaConfig": {
                "CustomEmailSender": {"LambdaVersion": "V1_0", "LambdaArn": EMAIL},
                "KMSKeyID": KEY,
                "CustomMessage": MESSAGE,
            },
        });
        for (name, value) in more.as_object().unwrap() {
            members[name] = value.clone();
        }
        let pool = TestPool::on(shared, members, |_| {}).await;
        Self { pool, events }
    }

    /// The next event of a function, with what its code says.
    async fn event(&mut self) -> (String, Value, Option<String>) {
        let (arn, event) = self.events.recv().await.unwrap();
        let plain = event["request"]["code"].as_str().map(|code| {
            let message = STANDARD.decode(code).unwrap();
            let read = read(&self.pool.cx.data_keys, &message).unwrap();
            assert_eq!(read.key_arn, KEY);
            assert_eq!(read.context["userpool-id"], self.pool.id.as_str());
            String::from_utf8(read.plain).unwrap()
        });
        (arn, event, plain)
    }

    async fn sign_up(&self) -> Value {
        let given = attributes([("email", "bob@example.com")]);
        let request = json!({"Username": "bob", "Password": PASSWORD, "UserAttributes": given});
        self.pool.ok("SignUp", request).await
    }
}

#[tokio::test]
async fn a_sender_gets_the_code_in_place_of_a_mail() {
    let mut scene = Scene::new(json!({})).await;
    let answer = scene.sign_up().await;
    assert_eq!(answer["CodeDeliveryDetails"]["DeliveryMedium"], "EMAIL");
    let (arn, mut event, plain) = scene.event().await;
    event["request"]["code"].take();
    assert_eq!(arn, EMAIL);
    let expected = json!({
        "version": "1",
        "triggerSource": "CustomEmailSender_SignUp",
        "region": "us-east-1",
        "userPoolId": scene.pool.id.as_str(),
        "userName": "bob",
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "client"},
        "request": {
            "type": "customEmailSenderRequestV1",
            "code": null,
            "clientMetadata": null,
            "userAttributes": {
                "sub": scene.pool.user("bob").sub.to_string(),
                "cognito:user_status": "UNCONFIRMED",
                "email": "bob@example.com",
                "email_verified": "false",
            },
        },
    });
    assert_eq!(event, expected);
    let kept = scene.pool.cx.outbox.after(0);
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].delivered_by.as_deref(), Some(EMAIL));
    assert_eq!(kept[0].code, plain);
    assert!(kept[0].body.contains(&plain.unwrap()));
}

#[tokio::test]
async fn a_link_becomes_a_code_and_metadata_goes_along() {
    let by_link = json!({"DefaultEmailOption": "CONFIRM_WITH_LINK"});
    let mut scene = Scene::new(json!({"VerificationMessageTemplate": by_link})).await;
    // A code leads nowhere, so that the pool needs no domain.
    scene.sign_up().await;
    scene.event().await;
    let again = json!({"Username": "bob", "ClientMetadata": {"k": "v"}});
    scene.pool.ok("ResendConfirmationCode", again).await;
    let (_, event, plain) = scene.event().await;
    assert_eq!(event["triggerSource"], "CustomEmailSender_ResendCode");
    assert_eq!(event["request"]["clientMetadata"], json!({"k": "v"}));
    let kept = scene.pool.cx.outbox.after(1);
    assert_eq!((&kept[0].link, &kept[0].code), (&None, &plain));
    let confirm = json!({"Username": "bob", "ConfirmationCode": plain});
    scene.pool.ok("ConfirmSignUp", confirm).await;
}

#[tokio::test]
async fn a_temporary_password_is_escaped() {
    let mut scene = Scene::new(json!({})).await;
    let request = json!({
        "Username": "bob",
        "TemporaryPassword": "Abc<1>&\"'2",
        "UserAttributes": attributes([("email", "bob@example.com")]),
        "DesiredDeliveryMediums": ["EMAIL"],
    });
    scene.pool.ok("AdminCreateUser", request).await;
    let (_, event, plain) = scene.event().await;
    assert_eq!(event["triggerSource"], "CustomEmailSender_AdminCreateUser");
    assert_eq!(
        event["callerContext"]["clientId"],
        "CLIENT_ID_NOT_APPLICABLE"
    );
    assert_eq!(plain.as_deref(), Some("Abc&lt;1&gt;&amp;&quot;&#39;2"));
    let kept = scene.pool.cx.outbox.after(0);
    assert_eq!(kept[0].temporary_password.as_deref(), Some("Abc<1>&\"'2"));
}

/// The message of the other medium goes by CustomMessage and the outbox as ever.
#[tokio::test]
async fn a_sender_is_for_its_medium_alone() {
    let sms = json!({
        "CustomSMSSender": {"LambdaVersion": "V1_0", "LambdaArn": SMS},
        "KMSKeyID": KEY,
        "CustomMessage": MESSAGE,
    });
    let mut scene = Scene::new(json!({"LambdaConfig": sms})).await;
    scene.sign_up().await;
    let (arn, event, _) = scene.event().await;
    assert_eq!(arn, MESSAGE);
    assert_eq!(event["triggerSource"], "CustomMessage_SignUp");
    assert_eq!(scene.pool.cx.outbox.after(0)[0].delivered_by, None);

    let mut scene = Scene::new(json!({
        "AutoVerifiedAttributes": ["phone_number"],
        "LambdaConfig": sms,
    }))
    .await;
    let given = attributes([("phone_number", "+12065550100")]);
    let request = json!({"Username": "ann", "Password": PASSWORD, "UserAttributes": given});
    scene.pool.ok("SignUp", request).await;
    let (arn, event, plain) = scene.event().await;
    assert_eq!(arn, SMS);
    assert_eq!(event["triggerSource"], "CustomSMSSender_SignUp");
    assert_eq!(event["request"]["type"], "customSMSSenderRequestV1");
    assert_eq!(scene.pool.cx.outbox.after(0)[0].code, plain);
}

#[tokio::test]
async fn each_cause_has_its_suffix() {
    let mut scene = Scene::new(json!({})).await;
    let given = attributes([("email", "bob@example.com"), ("email_verified", "true")]);
    scene.pool.confirmed("bob", given).await;
    let token = scene.pool.access_token("bob").await;
    let changed = attributes([("email", "new@example.com")]);
    for (operation, request, source) in [
        (
            "ForgotPassword",
            json!({"Username": "bob"}),
            "CustomEmailSender_ForgotPassword",
        ),
        (
            "AdminResetUserPassword",
            json!({"Username": "bob"}),
            "CustomEmailSender_ForgotPassword",
        ),
        (
            "UpdateUserAttributes",
            json!({"AccessToken": token, "UserAttributes": changed}),
            "CustomEmailSender_UpdateUserAttribute",
        ),
        (
            "GetUserAttributeVerificationCode",
            json!({"AccessToken": token, "AttributeName": "email"}),
            "CustomEmailSender_VerifyUserAttribute",
        ),
    ] {
        if operation == "UpdateUserAttributes" {
            let password = json!({"Username": "bob", "Password": PASSWORD, "Permanent": true});
            scene.pool.ok("AdminSetUserPassword", password).await;
        }
        scene.pool.ok(operation, request).await;
        let (_, event, plain) = scene.event().await;
        assert_eq!(event["triggerSource"], source);
        assert_eq!(plain.unwrap().len(), 6);
    }
}

/// What a caller gives to InitiateAuth never reaches a sender (documented).
#[tokio::test]
async fn a_code_of_a_sign_in_comes_without_the_metadata_of_its_call() {
    let mut scene = Scene::new(json!({
        "MfaConfiguration": "ON",
        "LambdaConfig": {
            "CustomSMSSender": {"LambdaVersion": "V1_0", "LambdaArn": SMS},
            "KMSKeyID": KEY,
        },
    }))
    .await;
    let given = attributes([
        ("phone_number", "+12065550100"),
        ("phone_number_verified", "true"),
    ]);
    scene.pool.confirmed("bob", given).await;
    let request = json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "bob", "PASSWORD": PASSWORD},
        "ClientMetadata": {"k": "v"},
    });
    let asked = scene.pool.ok("InitiateAuth", request).await;
    assert_eq!(asked["ChallengeName"], "SMS_MFA");
    let (_, event, plain) = scene.event().await;
    assert_eq!(event["triggerSource"], "CustomSMSSender_Authentication");
    assert_eq!(event["request"]["clientMetadata"], Value::Null);
    assert_eq!(scene.pool.cx.outbox.after(0)[0].code, plain);
}

#[tokio::test]
async fn a_notification_tells_of_the_sign_in_and_has_no_code() {
    use crate::control::risk::RiskRule;
    use crate::model::cognito_idp::RiskLevelType;

    let guarded = json!({
        "UserPoolTier": "PLUS",
        "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"},
    });
    let mut scene = Scene::new(guarded).await;
    let given = attributes([("email", "bob@example.com"), ("email_verified", "true")]);
    scene.pool.confirmed("bob", given).await;
    scene.pool.cx.risk_rules.replace(vec![RiskRule {
        level: Some(RiskLevelType::High),
        ..RiskRule::default()
    }]);
    let takeover = json!({"AccountTakeoverRiskConfiguration": {
        "Actions": {"HighAction": {"EventAction": "NO_ACTION", "Notify": true}},
        "NotifyConfiguration": {"SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/a@example.com"},
    }});
    scene.pool.ok("SetRiskConfiguration", takeover).await;
    scene.pool.access_token("bob").await;
    let (arn, event, plain) = scene.event().await;
    assert_eq!((arn.as_str(), plain), (EMAIL, None));
    assert_eq!(
        event["triggerSource"],
        "CustomEmailSender_AccountTakeOverNotification"
    );
    let told = &event["request"]["userAttributes"];
    assert_eq!(told["USER_NAME"], "bob");
    assert_eq!(told["ACCOUNT_TAKE_OVER_ACTION"], "NO_ACTION");
    assert!(told["LOGIN_TIME"].as_str().unwrap().ends_with(" UTC"));
    assert!(told["FEEDBACK_TOKEN"].is_string() && told["EVENT_ID"].is_string());
    assert_eq!(told["ONE_CLICK_LINK_VALID"], Value::Null);
    let kept = scene.pool.cx.outbox.after(0);
    assert_eq!(kept[0].delivered_by.as_deref(), Some(EMAIL));
}
