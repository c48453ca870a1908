//! Each event as its function gets it, and what becomes of each answer.

mod call_backs;
mod failures;
mod inbound_federation;
mod metadata;
mod new_users;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::authentication::{PostAuthentication, PreAuthentication};
use super::custom_message::{CustomMessage, Kind};
use super::post_confirmation::PostConfirmation;
use super::pre_sign_up::PreSignUp;
use super::token_generation::{PreTokenGeneration, Source};
use super::*;
use crate::context::Settings;
use crate::lambda::{Answering, Functions, Invocation};
use crate::test_pool::{TestPool, attributes, server};
use crate::user_pool::users::groups::GroupClaims;

const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

/// Keeps the last event, and returns what the test wants.
#[derive(Default)]
struct Function {
    event: Mutex<Value>,
    returns: Mutex<Option<Result<Value, Fault>>>,
}

struct Port(Arc<Function>);

impl Functions for Port {
    fn invoke<'a>(&'a self, invocation: Invocation<'a>) -> Answering<'a> {
        let Invocation { arn, event, .. } = invocation;
        assert_eq!(arn, ARN);
        *self.0.event.lock().unwrap() = event.clone();
        let returned = self.0.returns.lock().unwrap().clone();
        Box::pin(std::future::ready(returned.unwrap_or(Ok(event))))
    }
}

/// A pool that has the function for every event, and a user `bob`.
struct Scene {
    pool: TestPool,
    function: Arc<Function>,
}

impl Scene {
    async fn new(version: &str) -> Self {
        let function = Arc::new(Function::default());
        let mut shared = server(Settings::default());
        shared.functions = Box::new(Port(Arc::clone(&function)));
        let members = json!({
            "AliasAttributes": ["email"],
            "LambdaConfig": {
                "PreSignUp": ARN, "PostConfirmation": ARN, "PreAuthentication": ARN,
                "PostAuthentication": ARN, "CustomMessage": ARN,
                "PreTokenGenerationConfig": {"LambdaArn": ARN, "LambdaVersion": version},
            },
        });
        let pool = TestPool::on(shared, members, |_| {}).await;
        let given = attributes([("email", "bob@example.com"), ("email_verified", "true")]);
        pool.confirmed("bob", given).await;
        Self { pool, function }
    }

    async fn call<E: Event + Sync>(
        &self,
        client_id: Option<&ClientId>,
        event: E,
    ) -> Result<E::Answer, CognitoError> {
        let pool = self.pool.cx.pool(&self.pool.id).unwrap();
        let settings = pool.settings();
        let subject = Subject {
            pool: &pool,
            settings: &settings,
            client_id,
            username: "bob",
        };
        call(&self.pool.cx, subject, event).await
    }

    /// The event that the function gets.
    async fn event<E: Event + Sync>(&self, client_id: Option<&ClientId>, event: E) -> Value {
        self.call(client_id, event).await.unwrap();
        self.function.event.lock().unwrap().clone()
    }

    fn user_attributes(&self) -> Value {
        json!({
            "sub": self.pool.user("bob").sub.to_string(),
            "cognito:user_status": "CONFIRMED",
            "cognito:email_alias": "bob@example.com",
            "email": "bob@example.com",
            "email_verified": "true",
        })
    }
}

fn metadata() -> ClientMetadata {
    BTreeMap::from([("k".to_owned(), "v".to_owned())])
}

fn attribute(name: &str, value: &str) -> AttributeType {
    AttributeType {
        name: name.into(),
        value: Some(value.into()),
    }
}

#[tokio::test]
async fn pre_sign_up_gets_the_whole_event() {
    let scene = Scene::new("V1_0").await;
    let client = scene.pool.client.clone();
    let bare = PreSignUp {
        source: pre_sign_up::Source::SignUp,
        attributes: vec![attribute("email", "eve@example.com")],
        validation_data: &[],
        metadata: &ClientMetadata::new(),
    };
    let expected = json!({
        "version": "1",
        "region": "us-east-1",
        "userPoolId": scene.pool.id.as_str(),
        "userName": "bob",
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "client"},
        "triggerSource": "PreSignUp_SignUp",
        "request": {"userAttributes": {"email": "eve@example.com"}, "validationData": null},
        "response":
            {"autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false},
    });
    assert_eq!(scene.event(Some(&client), bare).await, expected);
    let full = PreSignUp {
        source: pre_sign_up::Source::AdminCreateUser,
        attributes: Vec::new(),
        validation_data: &[attribute("a", "b")],
        metadata: &metadata(),
    };
    let event = scene.event(None, full).await;
    assert_eq!(event["triggerSource"], "PreSignUp_AdminCreateUser");
    let caller = &event["callerContext"];
    assert_eq!(caller["clientId"], "CLIENT_ID_NOT_APPLICABLE");
    let request =
        json!({"userAttributes": {}, "validationData": {"a": "b"}, "clientMetadata": {"k": "v"}});
    assert_eq!(event["request"], request);
}

#[tokio::test]
async fn post_confirmation_knows_the_user_and_no_client_of_an_administrator() {
    let scene = Scene::new("V1_0").await;
    let (user, metadata) = (scene.pool.user("bob"), metadata());
    for (source, named) in [
        (
            post_confirmation::Source::ConfirmSignUp,
            "PostConfirmation_ConfirmSignUp",
        ),
        (
            post_confirmation::Source::ConfirmForgotPassword,
            "PostConfirmation_ConfirmForgotPassword",
        ),
    ] {
        let event = PostConfirmation {
            source,
            user: &user,
            metadata: &metadata,
        };
        let event = scene.event(None, event).await;
        assert_eq!(event["triggerSource"], named);
        assert_eq!(event["callerContext"]["clientId"], Value::Null);
        let request =
            json!({"userAttributes": scene.user_attributes(), "clientMetadata": {"k": "v"}});
        assert_eq!(event["request"], request);
        assert_eq!(event["response"], json!({}));
    }
}

#[tokio::test]
async fn authentication_events_tell_of_unknown_users_and_new_devices() {
    let scene = Scene::new("V1_0").await;
    let (user, metadata, none) = (scene.pool.user("bob"), metadata(), ClientMetadata::new());
    let attributes = scene.user_attributes();
    for (user, hides_unknown_users, validation_data, request) in [
        (
            Some(&*user),
            false,
            &none,
            json!({"userAttributes": attributes, "validationData": null}),
        ),
        (
            Some(&*user),
            true,
            &metadata,
            json!({"userAttributes": attributes, "validationData": {"k": "v"}, "userNotFound": false}),
        ),
        (
            None,
            true,
            &none,
            json!({"userAttributes": {}, "validationData": null, "userNotFound": true}),
        ),
    ] {
        let event = PreAuthentication {
            user,
            hides_unknown_users,
            validation_data,
        };
        let event = scene.event(None, event).await;
        assert_eq!(event["triggerSource"], "PreAuthentication_Authentication");
        assert_eq!(event["request"], request);
        assert_eq!(event["response"], json!({}));
    }
    let event = PostAuthentication {
        user: &user,
        new_device_used: true,
        metadata: &none,
    };
    let event = scene.event(None, event).await;
    assert_eq!(event["triggerSource"], "PostAuthentication_Authentication");
    let request = json!({"userAttributes": attributes, "newDeviceUsed": true});
    assert_eq!(event["request"], request);
    assert_eq!(event["response"], json!({}));
}

#[tokio::test]
async fn token_generation_has_three_versions() {
    let groups = GroupClaims {
        groups: vec!["admins".into()],
        ..GroupClaims::default()
    };
    for (version, written, scopes) in [
        ("V1_0", "1", None),
        ("V2_0", "2", Some("aws.cognito.signin.user.admin")),
        ("V3_0", "3", Some("aws.cognito.signin.user.admin")),
    ] {
        let scene = Scene::new(version).await;
        let user = scene.pool.user("bob");
        for (source, named) in [
            (Source::Authentication, "TokenGeneration_Authentication"),
            (
                Source::NewPasswordChallenge,
                "TokenGeneration_NewPasswordChallenge",
            ),
            (
                Source::AuthenticateDevice,
                "TokenGeneration_AuthenticateDevice",
            ),
            (Source::HostedAuth, "TokenGeneration_HostedAuth"),
            (Source::RefreshTokens, "TokenGeneration_RefreshTokens"),
        ] {
            let event = PreTokenGeneration {
                source,
                user: &user,
                groups: &groups,
                scopes: &["aws.cognito.signin.user.admin".into()],
                metadata: &ClientMetadata::new(),
            };
            let event = scene.event(None, event).await;
            assert_eq!(event["version"], written);
            assert_eq!(event["triggerSource"], named);
            let mut request = json!({
                "userAttributes": scene.user_attributes(),
                "groupConfiguration": {
                    "groupsToOverride": ["admins"], "iamRolesToOverride": [], "preferredRole": null
                },
            });
            if let Some(scope) = scopes {
                request["scopes"] = json!([scope]);
            }
            assert_eq!(event["request"], request, "{version}");
            let response = if version == "V1_0" {
                json!({"claimsOverrideDetails": null})
            } else {
                json!({"claimsAndScopeOverrideDetails": null})
            };
            assert_eq!(event["response"], response, "{version}");
        }
    }
}

#[tokio::test]
async fn a_message_has_placeholders_and_an_invitation_one_more() {
    let scene = Scene::new("V1_0").await;
    let user = scene.pool.user("bob");
    for (kind, source, username) in [
        (Kind::SignUp, "CustomMessage_SignUp", Value::Null),
        (
            Kind::AdminCreateUser,
            "CustomMessage_AdminCreateUser",
            json!("{username}"),
        ),
    ] {
        let event = CustomMessage {
            kind,
            user: &user,
            metadata: &ClientMetadata::new(),
        };
        let event = scene.event(None, event).await;
        assert_eq!(event["triggerSource"], source);
        let request = json!({
            "userAttributes": scene.user_attributes(), "codeParameter": "{####}",
            "linkParameter": "{##Click Here##}", "usernameParameter": username,
        });
        assert_eq!(event["request"], request);
        let response = json!({"smsMessage": null, "emailMessage": null, "emailSubject": null});
        assert_eq!(event["response"], response);
    }
}

/// A returned event with this response.
fn returned(response: Value) -> Value {
    json!({
        "version": "1", "region": "us-east-1", "userPoolId": "p", "userName": "bob",
        "callerContext": {}, "response": response,
    })
}

#[tokio::test]
async fn what_a_function_does_wrong_is_told_in_aws_words() {
    const SHAPE: &str = "InvalidLambdaResponseException: Unrecognizable lambda output";
    let scene = Scene::new("V1_0").await;
    let user = scene.pool.user("bob");
    let mut lost = returned(json!({}));
    lost.as_object_mut().unwrap().remove("callerContext");
    let cases = [
        (
            Err(Fault::Failed {
                text: "No Auth.".into(),
                reason: "why".into(),
            }),
            "UserLambdaValidationException: PreTokenGeneration failed with error No Auth..",
        ),
        (
            Err(Fault::NotInvoked {
                error: "AccessDeniedException".into(),
                reason: "why".into(),
            }),
            "UnexpectedLambdaException: PreTokenGeneration invocation failed due to error \
             AccessDeniedException.",
        ),
        (
            Err(Fault::NotJson {
                reason: "why".into(),
            }),
            "InvalidLambdaResponseException: Invalid lambda function output : Invalid JSON",
        ),
        (Ok(Value::Null), SHAPE),
        (Ok(json!({"response": {}})), SHAPE),
        (Ok(lost), SHAPE),
        (Ok(returned(Value::Null)), SHAPE),
        (Ok(returned(json!({"claimsOverrideDetails": []}))), SHAPE),
        (
            Ok(returned(
                json!({"claimsOverrideDetails": {"claimsToAddOrOverride": {"a": ["b"]}}}),
            )),
            SHAPE,
        ),
    ];
    for (answer, expected) in cases {
        *scene.function.returns.lock().unwrap() = Some(answer);
        let refused = scene.call(None, tokens_of(&user)).await.unwrap_err();
        let told = format!("{}: {}", refused.code(), refused.message());
        assert_eq!(told, expected);
    }
}

fn tokens_of(user: &User) -> PreTokenGeneration<'_> {
    static METADATA: ClientMetadata = ClientMetadata::new();
    static GROUPS: GroupClaims = GroupClaims {
        groups: Vec::new(),
        roles: Vec::new(),
        preferred_role: None,
    };
    PreTokenGeneration {
        source: Source::Authentication,
        user,
        groups: &GROUPS,
        scopes: &[],
        metadata: &METADATA,
    }
}
