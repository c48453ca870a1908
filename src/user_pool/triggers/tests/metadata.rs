//! Which function gets the ClientMetadata and ValidationData of which operation. Every request here
//! carries both, where its operation takes them; an event is written as its source, its `clientMetadata`
//! and its `validationData`.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::model::cognito_idp::ExplicitAuthFlowsType as Flow;
use crate::test_pool::functions::{self, Scripted};
use crate::test_pool::{PASSWORD, TestPool, attributes};

struct Scene {
    pool: TestPool,
    functions: Arc<Scripted>,
}

const SMS: &str = "arn:aws:iam::123456789012:role/sms";

impl Scene {
    async fn new(has_mfa: bool) -> Self {
        let members = json!({"AutoVerifiedAttributes": ["email"]});
        let (pool, functions) = functions::pool("V2_0", members, |client| {
            client.explicit_auth_flows = Some(vec![
                Flow::AllowUserPasswordAuth,
                Flow::AllowAdminUserPasswordAuth,
                Flow::AllowUserSrpAuth,
                Flow::AllowRefreshTokenAuth,
            ]);
        })
        .await;
        if has_mfa {
            let mfa = json!({
                "UserPoolId": pool.id.as_str(), "MfaConfiguration": "ON",
                "SmsMfaConfiguration": {"SmsConfiguration": {"SnsCallerArn": SMS}},
            });
            pool.ok("SetUserPoolMfaConfig", mfa).await;
        }
        Self { pool, functions }
    }

    /// Calls an operation with metadata of its own name, and checks the events that it causes.
    async fn step(&self, operation: &str, mut request: Value, expected: &[&str]) -> Value {
        request["ClientMetadata"] = json!({"k": operation});
        if operation.ends_with("Auth") || operation.ends_with("AuthChallenge") {
            request["ClientId"] = json!(self.pool.client.as_str());
        }
        let answer = self.pool.ok(operation, request).await;
        let events = self.functions.events();
        let events: Vec<String> = events.iter().map(written).collect();
        assert_eq!(events, expected, "{operation}");
        answer
    }

    async fn created(&self, name: &str, attributes: Value) {
        let request = json!({
            "Username": name, "UserAttributes": attributes, "TemporaryPassword": PASSWORD,
            "MessageAction": "SUPPRESS",
        });
        self.pool.ok("AdminCreateUser", request).await;
        self.functions.events();
    }
}

fn written(event: &Value) -> String {
    let request = &event["request"];
    let of = |member: &str| {
        let given = &request[member];
        if given.is_null() {
            return "-".to_owned();
        }
        given["k"].as_str().unwrap().to_owned()
    };
    let source = event["triggerSource"].as_str().unwrap();
    let (metadata, validation) = (of("clientMetadata"), of("validationData"));
    format!("{source} {metadata} {validation}")
}

fn password(name: &str, flow: &str) -> Value {
    json!({"AuthFlow": flow, "AuthParameters": {"USERNAME": name, "PASSWORD": PASSWORD}})
}

fn answer(name: &str, asked: &Value, responses: Value) -> Value {
    json!({"ChallengeName": name, "Session": asked["Session"], "ChallengeResponses": responses})
}

#[tokio::test]
async fn of_sign_ups_and_recoveries() {
    let scene = Scene::new(false).await;
    let validation = json!([{"Name": "k", "Value": "validation"}]);
    let sign_up = |name: &str| {
        json!({
            "Username": name, "Password": PASSWORD, "ValidationData": validation,
            "UserAttributes": attributes([("email", "ann@example.com")]),
        })
    };
    let expected = [
        "PreSignUp_SignUp SignUp validation",
        "CustomMessage_SignUp SignUp -",
    ];
    scene.step("SignUp", sign_up("ann"), &expected).await;
    let ann = || json!({"Username": "ann"});
    let expected = ["CustomMessage_ResendCode ResendConfirmationCode -"];
    scene.step("ResendConfirmationCode", ann(), &expected).await;
    let confirm = json!({"Username": "ann", "ConfirmationCode": scene.pool.code()});
    let expected = ["PostConfirmation_ConfirmSignUp ConfirmSignUp -"];
    scene.step("ConfirmSignUp", confirm, &expected).await;
    let expected = ["CustomMessage_ForgotPassword ForgotPassword -"];
    scene.step("ForgotPassword", ann(), &expected).await;
    let confirm = json!({
        "Username": "ann", "ConfirmationCode": scene.pool.code(), "Password": "Def-5678",
    });
    let expected = ["PostConfirmation_ConfirmForgotPassword ConfirmForgotPassword -"];
    scene
        .step("ConfirmForgotPassword", confirm, &expected)
        .await;
    let expected = ["CustomMessage_ForgotPassword AdminResetUserPassword -"];
    scene.step("AdminResetUserPassword", ann(), &expected).await;

    let expected = [
        "PreSignUp_SignUp SignUp validation",
        "CustomMessage_SignUp SignUp -",
    ];
    scene.step("SignUp", sign_up("eve"), &expected).await;
    let expected = ["PostConfirmation_ConfirmSignUp AdminConfirmSignUp -"];
    let eve = json!({"Username": "eve"});
    scene.step("AdminConfirmSignUp", eve, &expected).await;

    let create = json!({
        "Username": "dan", "ValidationData": validation, "DesiredDeliveryMediums": ["EMAIL"],
        "UserAttributes": attributes([("email", "dan@example.com")]),
    });
    let expected = [
        "PreSignUp_AdminCreateUser AdminCreateUser validation",
        "CustomMessage_AdminCreateUser - -",
    ];
    scene.step("AdminCreateUser", create, &expected).await;
    let resend = json!({
        "Username": "dan", "ValidationData": validation, "MessageAction": "RESEND",
        "DesiredDeliveryMediums": ["EMAIL"],
    });
    let expected = ["CustomMessage_AdminCreateUser - -"];
    scene.step("AdminCreateUser", resend, &expected).await;
}

#[tokio::test]
async fn of_sign_ins_and_changed_attributes() {
    let scene = Scene::new(false).await;
    let email = |address| attributes([("email", address)]);
    scene.pool.confirmed("ann", email("ann@example.com")).await;
    scene.functions.events();
    let expected = [
        "PreAuthentication_Authentication - InitiateAuth",
        "PostAuthentication_Authentication - -",
        "TokenGeneration_Authentication - -",
    ];
    let begin = password("ann", "USER_PASSWORD_AUTH");
    let signed_in = scene.step("InitiateAuth", begin, &expected).await;
    let expected = [
        "PreAuthentication_Authentication - AdminInitiateAuth",
        "PostAuthentication_Authentication - -",
        "TokenGeneration_Authentication - -",
    ];
    let begin = password("ann", "ADMIN_USER_PASSWORD_AUTH");
    scene.step("AdminInitiateAuth", begin, &expected).await;
    let begin = json!({
        "AuthFlow": "USER_SRP_AUTH", "AuthParameters": {"USERNAME": "ann", "SRP_A": "ab"},
    });
    let expected = ["PreAuthentication_Authentication - InitiateAuth"];
    scene.step("InitiateAuth", begin, &expected).await;

    let tokens = &signed_in["AuthenticationResult"];
    let refresh = json!({
        "AuthFlow": "REFRESH_TOKEN_AUTH",
        "AuthParameters": {"REFRESH_TOKEN": tokens["RefreshToken"]},
    });
    let expected = ["TokenGeneration_RefreshTokens - -"];
    scene.step("InitiateAuth", refresh.clone(), &expected).await;
    scene.step("AdminInitiateAuth", refresh, &expected).await;
    let refresh = json!({"RefreshToken": tokens["RefreshToken"]});
    let expected = ["TokenGeneration_RefreshTokens GetTokensFromRefreshToken -"];
    let operation = "GetTokensFromRefreshToken";
    scene.step(operation, refresh, &expected).await;

    let update =
        json!({"AccessToken": tokens["AccessToken"], "UserAttributes": email("b@example.com")});
    let expected = ["CustomMessage_UpdateUserAttribute UpdateUserAttributes -"];
    scene.step("UpdateUserAttributes", update, &expected).await;
    let ask = json!({"AccessToken": tokens["AccessToken"], "AttributeName": "email"});
    let expected = ["CustomMessage_VerifyUserAttribute GetUserAttributeVerificationCode -"];
    let operation = "GetUserAttributeVerificationCode";
    scene.step(operation, ask, &expected).await;
    let update = json!({"Username": "ann", "UserAttributes": email("c@example.com")});
    let expected = ["CustomMessage_UpdateUserAttribute AdminUpdateUserAttributes -"];
    let operation = "AdminUpdateUserAttributes";
    scene.step(operation, update, &expected).await;
}

#[tokio::test]
async fn of_challenges() {
    let scene = Scene::new(true).await;
    let phone = attributes([("phone_number", "+12065550839")]);
    for (name, begin, flow, respond, told) in [
        (
            "ann",
            "InitiateAuth",
            "USER_PASSWORD_AUTH",
            "RespondToAuthChallenge",
            "-",
        ),
        (
            "eve",
            "AdminInitiateAuth",
            "ADMIN_USER_PASSWORD_AUTH",
            "AdminRespondToAuthChallenge",
            "AdminRespondToAuthChallenge",
        ),
    ] {
        scene.created(name, phone.clone()).await;
        let before = format!("PreAuthentication_Authentication - {begin}");
        let asked = scene.step(begin, password(name, flow), &[&before]).await;
        let responses = json!({"USERNAME": name, "NEW_PASSWORD": PASSWORD.replace('1', "9")});
        let request = answer("NEW_PASSWORD_REQUIRED", &asked, responses);
        let message = format!("CustomMessage_Authentication {told} -");
        let asked = scene.step(respond, request, &[&message]).await;
        let responses = json!({"USERNAME": name, "SMS_MFA_CODE": scene.pool.code()});
        let request = answer("SMS_MFA", &asked, responses);
        let after = [
            format!("PostAuthentication_Authentication {respond} -"),
            format!("TokenGeneration_NewPasswordChallenge {respond} -"),
        ];
        scene
            .step(respond, request, &after.each_ref().map(String::as_str))
            .await;
        // Of the first request nothing reaches the message.
        let mut again = password(name, flow);
        again["AuthParameters"]["PASSWORD"] = json!(PASSWORD.replace('1', "9"));
        let message = "CustomMessage_Authentication - -";
        scene.step(begin, again, &[&before, message]).await;
    }
}
