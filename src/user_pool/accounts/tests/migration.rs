//! Users who come from another directory.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::context::Settings;
use crate::lambda::{Answering, Fault, Functions, Invocation};
use crate::model::cognito_idp::ExplicitAuthFlowsType as Flow;
use crate::store::user_pool::app_client::AppClient;
use crate::test_pool::{TestPool, attributes, hiding, server};

const WRONG: &str = "NotAuthorizedException: Incorrect username or password.";

const UNKNOWN: &str = "UserNotFoundException: User does not exist.";

const RESET: &str = "PasswordResetRequiredException: Password reset required for the user";

/// Against every rule of the default policy: it is not enforced.
const WEAK: &str = "pw";

/// Keeps the events, and tells of one user. Text is an error.
struct Directory {
    seen: Mutex<Vec<Value>>,
    tells: Value,
}

struct Port(Arc<Directory>);

impl Functions for Port {
    fn invoke<'a>(&'a self, invocation: Invocation<'a>) -> Answering<'a> {
        let mut event = invocation.event;
        self.0.seen.lock().unwrap().push(event.clone());
        let source = event["triggerSource"].as_str().unwrap();
        let is_migration = source.starts_with("UserMigration");
        let told = Some(&self.0.tells).filter(|_| is_migration);
        let answer = match told.and_then(Value::as_str) {
            Some(text) => Err(Fault::Failed {
                text: text.into(),
                reason: "it is told to".into(),
            }),
            None => {
                if let Some(told) = told {
                    event["response"] = told.clone();
                }
                Ok(event)
            }
        };
        Box::pin(async move {
            tokio::task::yield_now().await;
            answer
        })
    }
}

struct Scene {
    pool: TestPool,
    directory: Arc<Directory>,
}

impl Scene {
    async fn telling(tells: Value) -> Self {
        Self::with(json!({}), tells, |_| {}).await
    }

    async fn with(mut members: Value, tells: Value, change: impl FnOnce(&mut AppClient)) -> Self {
        let seen = Mutex::default();
        let directory = Arc::new(Directory { seen, tells });
        let mut shared = server(Settings::default());
        shared.functions = Box::new(Port(Arc::clone(&directory)));
        let arn = "arn:aws:lambda:us-east-1:123456789012:function:f";
        members["LambdaConfig"] = json!({"UserMigration": arn, "PreAuthentication": arn,
            "PostAuthentication": arn, "CustomMessage": arn});
        let pool = TestPool::on(shared, members, |client| {
            client.explicit_auth_flows = Some(vec![
                Flow::AllowUserPasswordAuth,
                Flow::AllowAdminUserPasswordAuth,
                Flow::AllowUserSrpAuth,
            ]);
            change(client);
        })
        .await;
        Self { pool, directory }
    }

    async fn sign_in(&self, name: &str) -> Result<Value, String> {
        self.sign_in_with(name, WEAK).await
    }

    async fn sign_in_with(&self, name: &str, password: &str) -> Result<Value, String> {
        let request = json!({"AuthFlow": "USER_PASSWORD_AUTH", "ClientMetadata": {"k": "v"},
            "AuthParameters": {"USERNAME": name, "PASSWORD": password}});
        self.pool.call("InitiateAuth", request).await
    }

    async fn forgot(&self, name: &str) -> Result<Value, String> {
        let request = json!({"Username": name, "ClientMetadata": {"k": "v"}});
        self.pool.call("ForgotPassword", request).await
    }

    fn heard(&self) -> Vec<String> {
        let seen = self.directory.seen.lock().unwrap();
        let source = |event: &Value| event["triggerSource"].as_str().unwrap().to_owned();
        seen.iter().map(source).collect()
    }

    fn first_event(&self) -> Value {
        self.directory.seen.lock().unwrap()[0].clone()
    }
}

fn ann() -> Value {
    json!({"userAttributes": {"email": "ann@example.com", "email_verified": "true"},
        "finalUserStatus": "CONFIRMED", "messageAction": "SUPPRESS"})
}

fn changed(member: &str, value: Value) -> Value {
    let mut told = ann();
    told[member] = value;
    told
}

#[tokio::test]
async fn a_confirmed_user_signs_in_at_once_and_again_without_the_function() {
    let scene = Scene::telling(ann()).await;
    let answer = scene.sign_in("ann").await.unwrap();
    assert!(answer["AuthenticationResult"]["AccessToken"].is_string());
    let expected = [
        "UserMigration_Authentication",
        "PreAuthentication_Authentication",
        "PostAuthentication_Authentication",
    ];
    assert_eq!(scene.heard(), expected);
    let event = json!({
        "version": "1", "region": "us-east-1", "userPoolId": scene.pool.id.as_str(),
        "userName": "ann",
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "client"},
        "triggerSource": "UserMigration_Authentication",
        "request": {"password": WEAK, "validationData": {"k": "v"}},
        "response": {"userAttributes": null, "forceAliasCreation": null, "enableSMSMFA": null,
            "finalUserStatus": null, "messageAction": null, "desiredDeliveryMediums": null},
    });
    assert_eq!(scene.first_event(), event);
    let user = scene
        .pool
        .ok("AdminGetUser", json!({"Username": "ann"}))
        .await;
    assert_eq!(user["UserStatus"], "CONFIRMED");
    assert_eq!(scene.pool.attribute("ann", "email"), "ann@example.com");
    assert!(scene.pool.messages().is_empty());
    scene.sign_in("ann").await.unwrap();
    assert_eq!(scene.sign_in_with("ann", "other").await.unwrap_err(), WRONG);
    let asked = scene.heard();
    let asked = asked
        .iter()
        .filter(|source| source.starts_with("UserMigration"));
    assert_eq!(asked.count(), 1);
}

#[tokio::test]
async fn another_status_than_confirmed_wants_a_new_password() {
    for (status, shown) in [
        (Value::Null, RESET),
        (json!("RESET_REQUIRED"), RESET),
        (json!("UNCONFIRMED"), RESET),
    ] {
        for hides in [false, true] {
            let change = if hides {
                hiding
            } else {
                |_: &mut AppClient| {}
            };
            let told = changed("finalUserStatus", status.clone());
            let scene = Scene::with(json!({}), told, change).await;
            assert_eq!(
                scene.sign_in("ann").await.unwrap_err(),
                shown,
                "{status} {hides}"
            );
            let user = scene
                .pool
                .ok("AdminGetUser", json!({"Username": "ann"}))
                .await;
            assert_eq!(user["UserStatus"], "RESET_REQUIRED");
            // It shows after the right password alone.
            assert_eq!(scene.sign_in("ann").await.unwrap_err(), shown);
            assert_eq!(scene.sign_in_with("ann", "other").await.unwrap_err(), WRONG);
        }
    }
}

#[tokio::test]
async fn an_administrators_flow_migrates_and_srp_does_not() {
    let scene = Scene::telling(ann()).await;
    let srp = json!({"AuthFlow": "USER_SRP_AUTH",
        "AuthParameters": {"USERNAME": "ann", "SRP_A": "1234"}});
    assert_eq!(scene.pool.refused("InitiateAuth", srp).await, UNKNOWN);
    assert_eq!(scene.heard(), Vec::<String>::new());
    let request = json!({"AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
        "ClientId": scene.pool.client.as_str(),
        "AuthParameters": {"USERNAME": "ann", "PASSWORD": WEAK}});
    let answer = scene.pool.ok("AdminInitiateAuth", request).await;
    assert!(answer["AuthenticationResult"]["AccessToken"].is_string());
    assert_eq!(
        scene.first_event()["request"]["validationData"],
        Value::Null
    );
}

#[tokio::test]
async fn who_cannot_be_made_is_unknown() {
    let email = ("email", "ann@example.com");
    let with = |name: &str, value: &str| json!({"userAttributes": {"email": email.1, name: value}, "finalUserStatus": "CONFIRMED"});
    let rows = [
        ("no attributes", json!({"finalUserStatus": "CONFIRMED"})),
        ("empty attributes", json!({"userAttributes": {}})),
        (
            "the sub",
            with("sub", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
        ),
        ("an attribute that the pool lacks", with("custom:tier", "1")),
        (
            "a malformed address",
            json!({"userAttributes": {"email": "ann"}}),
        ),
        ("another name", with("username", "bob")),
        (
            "SMS codes in a pool without MFA",
            changed("enableSMSMFA", json!(true)),
        ),
    ];
    for (row, told) in rows {
        for (hides, expected, forgotten) in [
            (
                false,
                UNKNOWN,
                Some("UserNotFoundException: Username/client id combination not found."),
            ),
            (true, WRONG, None),
        ] {
            let change = if hides {
                hiding
            } else {
                |_: &mut AppClient| {}
            };
            let scene = Scene::with(json!({}), told.clone(), change).await;
            assert_eq!(scene.sign_in("ann").await.unwrap_err(), expected, "{row}");
            assert_eq!(
                scene.forgot("ann").await.err().as_deref(),
                forgotten,
                "{row}"
            );
            let users = scene.pool.ok("ListUsers", json!({})).await;
            assert_eq!(users["Users"], json!([]), "{row}");
            // PreAuthentication hears of unknown users where they are hidden.
            let mut expected = vec!["UserMigration_Authentication"];
            expected.extend(hides.then_some("PreAuthentication_Authentication"));
            expected.push("UserMigration_ForgotPassword");
            assert_eq!(scene.heard(), expected, "{row}");
        }
    }
}

#[tokio::test]
async fn an_error_of_the_function_and_output_of_another_shape_are_told() {
    let unrecognized = "InvalidLambdaResponseException: Unrecognizable lambda output";
    let rows = [
        (
            json!("Bad password"),
            "UserLambdaValidationException: UserMigration failed with error Bad password.",
        ),
        (
            json!({"userAttributes": {"email_verified": true}}),
            unrecognized,
        ),
        (json!({"userAttributes": [{"Name": "email"}]}), unrecognized),
        (
            changed("desiredDeliveryMediums", json!("EMAIL")),
            unrecognized,
        ),
        (
            changed("desiredDeliveryMediums", json!(["FAX"])),
            unrecognized,
        ),
        (changed("forceAliasCreation", json!("true")), unrecognized),
    ];
    for (told, expected) in rows {
        for change in [hiding, |_: &mut AppClient| {}] {
            let scene = Scene::with(json!({}), told.clone(), change).await;
            assert_eq!(scene.sign_in("ann").await.unwrap_err(), expected, "{told}");
            assert_eq!(scene.forgot("ann").await.unwrap_err(), expected, "{told}");
        }
    }
}

#[tokio::test]
async fn a_typed_alias_needs_a_name_and_the_attribute() {
    let alias = || json!({"AliasAttributes": ["email", "preferred_username"]});
    let told = |attributes: Value| {
        json!({"userAttributes": attributes, "finalUserStatus": "CONFIRMED",
            "messageAction": "SUPPRESS"})
    };
    let verified = |more: Value| {
        let mut attributes = json!({"email": "ann@example.com", "email_verified": "true"});
        attributes
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        told(attributes)
    };
    let mail = "ann@example.com";
    let rows = [
        (
            "a name of its own",
            mail,
            verified(json!({"username": "ann"})),
            Some("ann"),
        ),
        ("no name", mail, verified(json!({})), None),
        (
            "the typed alias as the name",
            mail,
            verified(json!({"username": mail})),
            None,
        ),
        (
            "another address",
            "eve@example.com",
            verified(json!({"username": "ann"})),
            None,
        ),
        (
            "a preferred username",
            "annie",
            told(json!({"preferred_username": "annie", "username": "ann"})),
            Some("ann"),
        ),
        (
            "the name as it was typed",
            "ann",
            verified(json!({"username": "ann"})),
            Some("ann"),
        ),
        (
            "a name that was not typed",
            "ann",
            verified(json!({"username": "eve"})),
            None,
        ),
    ];
    for (row, typed, told, expected) in rows {
        let scene = Scene::with(alias(), told, |_| {}).await;
        let answer = scene.sign_in(typed).await;
        assert_eq!(answer.is_ok(), expected.is_some(), "{row}: {answer:?}");
        if let Some(name) = expected {
            assert_eq!(scene.pool.user(typed).username.as_str(), name, "{row}");
            assert_eq!(scene.pool.attribute(name, "username"), "-", "{row}");
        }
    }
}

#[tokio::test]
async fn an_address_in_place_of_a_username_fills_its_attribute() {
    let members = json!({"UsernameAttributes": ["email"]});
    let told = json!({"userAttributes": {"email_verified": "true"}, "finalUserStatus": "CONFIRMED",
        "messageAction": "SUPPRESS"});
    let scene = Scene::with(members, told, |_| {}).await;
    assert_eq!(scene.sign_in("ann").await.unwrap_err(), UNKNOWN);
    scene.sign_in("ann@example.com").await.unwrap();
    let user = scene.pool.user("ann@example.com");
    assert_eq!(user.username.as_str(), user.sub.to_string());
    assert_eq!(scene.first_event()["userName"], "ann");
}

#[tokio::test]
async fn an_alias_in_use_moves_by_force_alone() {
    for (force, moves) in [
        (Value::Null, false),
        (json!(false), false),
        (json!(true), true),
    ] {
        let mut told = changed("forceAliasCreation", force);
        told["userAttributes"]["username"] = json!("ann");
        let scene = Scene::with(json!({"AliasAttributes": ["email"]}), told, |_| {}).await;
        let mail = attributes([("email", "ann@example.com"), ("email_verified", "true")]);
        scene.pool.confirmed("old", mail).await;
        let answer = scene.sign_in("ann").await;
        assert_eq!(answer.is_ok(), moves, "{answer:?}");
        let verified = if moves { "false" } else { "true" };
        assert_eq!(scene.pool.attribute("old", "email_verified"), verified);
    }
}

#[tokio::test]
async fn sms_codes_may_be_turned_on() {
    let members = json!({
        "MfaConfiguration": "OPTIONAL",
        "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"},
    });
    let mut told = changed("enableSMSMFA", json!(true));
    let scene = Scene::with(members.clone(), told.clone(), |_| {}).await;
    assert_eq!(scene.sign_in("ann").await.unwrap_err(), UNKNOWN);
    told["userAttributes"]["phone_number"] = json!("+12065550839");
    let scene = Scene::with(members, told, |_| {}).await;
    let asked = scene.sign_in("ann").await.unwrap();
    assert_eq!(asked["ChallengeName"], "SMS_MFA");
}

#[tokio::test]
async fn the_welcome_goes_by_sms_unless_the_function_says_otherwise() {
    let attributes = json!({"email": "ann@example.com", "phone_number": "+12065550839"});
    let rows = [
        (json!({}), vec!["+12065550839"]),
        (json!({"messageAction": "RESEND"}), vec!["+12065550839"]),
        (
            json!({"desiredDeliveryMediums": ["EMAIL"]}),
            vec!["ann@example.com"],
        ),
        (
            json!({"desiredDeliveryMediums": ["EMAIL", "SMS"]}),
            vec!["ann@example.com", "+12065550839"],
        ),
        (
            json!({"desiredDeliveryMediums": ["EMAIL"], "messageAction": "SUPPRESS"}),
            vec![],
        ),
    ];
    for (more, expected) in rows {
        let mut told = json!({"userAttributes": attributes, "finalUserStatus": "CONFIRMED"});
        told.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let scene = Scene::with(json!({}), told, |_| {}).await;
        scene.sign_in("ann").await.unwrap();
        let sent = scene.pool.messages();
        let destinations: Vec<&str> = sent.iter().map(|one| one.destination.as_str()).collect();
        assert_eq!(destinations, expected, "{more}");
        for message in sent {
            assert_eq!(message.kind, "AdminCreateUser");
            // What was typed is not to be read in a mail.
            assert!(!message.body.contains(WEAK), "{}", message.body);
        }
        let told = scene.heard();
        let told = told
            .iter()
            .filter(|source| *source == "CustomMessage_AdminCreateUser");
        assert_eq!(told.count(), expected.len());
    }
}

#[tokio::test]
async fn who_forgot_the_password_comes_along_and_gets_a_code() {
    let scene = Scene::telling(changed("finalUserStatus", Value::Null)).await;
    let answer = scene.forgot("ann").await.unwrap();
    assert_eq!(answer["CodeDeliveryDetails"]["Destination"], "a***@e***");
    let event = scene.first_event();
    assert_eq!(event["triggerSource"], "UserMigration_ForgotPassword");
    let request = json!({"validationData": null, "clientMetadata": {"k": "v"}});
    assert_eq!(event["request"], request);
    let confirm = json!({"Username": "ann", "Password": "Def-5678",
        "ConfirmationCode": scene.pool.code()});
    scene.pool.ok("ConfirmForgotPassword", confirm).await;
    scene.sign_in_with("ann", "Def-5678").await.unwrap();
    // Without a verified address there is nowhere to send it, and the user is there.
    let told = json!({"userAttributes": {"email": "ann@example.com"}, "messageAction": "SUPPRESS"});
    let scene = Scene::telling(told).await;
    assert_eq!(
        scene.forgot("ann").await.unwrap_err(),
        "InvalidParameterException: Cannot reset password for the user as there is no \
         registered/verified email or phone_number"
    );
    scene
        .pool
        .ok("AdminGetUser", json!({"Username": "ann"}))
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_sign_ins_at_once_make_one_user() {
    let told = changed("messageAction", Value::Null);
    let mut told = told;
    told["desiredDeliveryMediums"] = json!(["EMAIL"]);
    let scene = Arc::new(Scene::telling(told).await);
    let sign_ins = (0..50).map(|_| {
        let scene = Arc::clone(&scene);
        tokio::spawn(async move { scene.sign_in("ann").await })
    });
    for sign_in in sign_ins.collect::<Vec<_>>() {
        sign_in.await.unwrap().unwrap();
    }
    let users = scene.pool.ok("ListUsers", json!({})).await;
    assert_eq!(users["Users"].as_array().unwrap().len(), 1);
    assert_eq!(scene.pool.messages().len(), 1);
}
