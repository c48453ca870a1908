//! CUSTOM_AUTH that begins with SRP_A or an administrator's password; second factors, devices and risk.

use super::*;
use crate::crypto::srp::tests::Client;
use crate::store::user_pool::software_token::SoftwareToken;
use crate::store::user_pool::user::User;
use crate::test_pool::attributes;
use crate::user_pool::users;

fn verifier() -> Value {
    json!({"challengeName": "PASSWORD_VERIFIER", "issueTokens": false, "failAuthentication": false})
}

impl Scene {
    async fn begin_srp(&self, client: &Client, name: &str) -> Result<Value, String> {
        let parameters = json!({"USERNAME": name, "CHALLENGE_NAME": "SRP_A",
            "SRP_A": client.srp_a_hex()});
        self.begin_with(parameters).await
    }

    /// Proves the password.
    async fn prove(&self, client: &Client, asked: &Value, password: &str) -> Result<Value, String> {
        let responses = client.answer(&self.pool.id, password, &asked["ChallengeParameters"]);
        self.respond(asked, responses).await
    }

    async fn respond(&self, asked: &Value, responses: Value) -> Result<Value, String> {
        let request = json!({"ChallengeName": asked["ChallengeName"],
            "Session": asked["Session"], "ChallengeResponses": responses});
        self.pool.call("RespondToAuthChallenge", request).await
    }

    fn change(&self, name: &str, edit: impl FnOnce(&mut User)) {
        let stored = self.pool.cx.pool(&self.pool.id).unwrap();
        let user = self.pool.user(name);
        let edit = |user: &mut User| {
            edit(user);
            Ok(())
        };
        users::change(&stored, &user, |_, user| edit(user)).unwrap();
    }
}

fn client() -> Client {
    Client::new(&[7; 32])
}

#[tokio::test]
async fn the_password_comes_first_where_srp_a_is_sent() {
    let (scene, client) = (Scene::new().await, client());
    scene.script.define(&[verifier(), custom(), tokens()]);
    let asked = scene.begin_srp(&client, "bob").await.unwrap();
    assert_eq!(asked["ChallengeName"], "PASSWORD_VERIFIER");
    assert_eq!(asked["ChallengeParameters"]["USER_ID_FOR_SRP"], "bob");
    let before = scene.script.last("PreAuthentication");
    assert_eq!(before["request"]["validationData"], json!({"k": "first"}));
    let asked = scene.prove(&client, &asked, PASSWORD).await.unwrap();
    let expected = json!({"question": "2?", "USERNAME": "bob"});
    assert_eq!(asked["ChallengeParameters"], expected);
    assert_eq!(shown(&scene.answer(&asked, "42").await), "tokens");
    let expected = [
        "PreAuthentication",
        "DefineAuthChallenge +SRP_A",
        "DefineAuthChallenge +SRP_A +PASSWORD_VERIFIER",
        "CreateAuthChallenge",
        "VerifyAuthChallengeResponse",
        "DefineAuthChallenge +SRP_A +PASSWORD_VERIFIER +CUSTOM_CHALLENGE",
        "PostAuthentication",
        "TokenGeneration",
    ];
    assert_eq!(scene.script.heard(), expected);
    let session = scene.script.last("DefineAuthChallenge")["request"]["session"].clone();
    let first =
        json!({"challengeName": "SRP_A", "challengeResult": true, "challengeMetadata": null});
    assert_eq!(session[0], first);
}

#[tokio::test]
async fn a_wrong_password_ends_it_without_another_word_of_define() {
    let (scene, client) = (Scene::with(json!({}), hiding).await, client());
    for name in ["bob", "nobody"] {
        scene.script.define(&[verifier()]);
        let asked = scene.begin_srp(&client, name).await.unwrap();
        let refused = scene.prove(&client, &asked, "Wrong-1234").await;
        assert_eq!(refused.unwrap_err(), WRONG, "{name}");
        let used = scene.prove(&client, &asked, PASSWORD).await;
        assert_eq!(used.unwrap_err(), USED, "{name}");
        assert_eq!(
            scene.script.heard().pop().unwrap(),
            "DefineAuthChallenge +SRP_A"
        );
    }
    let unknown = scene.script.last("PreAuthentication");
    assert_eq!(unknown["request"]["userNotFound"], true);
}

#[tokio::test]
async fn the_proof_needs_the_session_of_its_challenge() {
    let (scene, client) = (Scene::new().await, client());
    scene.script.define(&[verifier(), verifier(), tokens()]);
    let other = scene.begin_srp(&client, "bob").await.unwrap();
    let asked = scene.begin_srp(&client, "bob").await.unwrap();
    let responses = client.answer(&scene.pool.id, PASSWORD, &asked["ChallengeParameters"]);
    let missing = json!({"ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": responses});
    assert_eq!(
        scene.pool.refused("RespondToAuthChallenge", missing).await,
        "InvalidParameterException: Missing required parameter Session"
    );
    assert_eq!(
        scene.respond(&other, responses.clone()).await.unwrap_err(),
        "NotAuthorizedException: Invalid session for the user."
    );
    assert_eq!(shown(&scene.respond(&asked, responses).await), "tokens");
}

#[tokio::test]
async fn the_password_may_be_asked_for_after_a_question() {
    let (scene, client) = (Scene::new().await, client());
    scene.script.define(&[custom(), verifier(), tokens()]);
    let asked = scene.begin_srp(&client, "bob").await.unwrap();
    let asked = scene.answer(&asked, "42").await.unwrap();
    assert_eq!(
        shown(&scene.prove(&client, &asked, PASSWORD).await),
        "tokens"
    );
    let last = scene.script.last("DefineAuthChallenge");
    let expected = "DefineAuthChallenge +SRP_A +CUSTOM_CHALLENGE +PASSWORD_VERIFIER";
    assert_eq!(heard(&last), expected);
}

#[tokio::test]
async fn second_factors_follow_the_password_and_the_function_some_of_them() {
    const SECRET: [u8; 20] = [7; 20];
    type Change = fn(&mut User);
    let by_sms: Change = |user| {
        user.attributes.set("phone_number".into(), "+12065550839");
        user.more_mut().mfa.sms = true;
    };
    let by_token: Change = |user| {
        let mfa = &mut user.more_mut().mfa;
        mfa.token = Some(SoftwareToken::new(Arc::from(SECRET), None));
        mfa.software_token = true;
    };
    for (change, name, parameter, follows) in [
        (by_sms, "SMS_MFA", "SMS_MFA_CODE", "CUSTOM_CHALLENGE"),
        (
            by_token,
            "SOFTWARE_TOKEN_MFA",
            "SOFTWARE_TOKEN_MFA_CODE",
            "tokens",
        ),
    ] {
        let (scene, client) = (Scene::new().await, client());
        let mfa = json!({
            "UserPoolId": scene.pool.id.as_str(), "MfaConfiguration": "OPTIONAL",
            "SmsMfaConfiguration":
                {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}},
            "SoftwareTokenMfaConfiguration": {"Enabled": true},
        });
        scene.pool.ok("SetUserPoolMfaConfig", mfa).await;
        scene.change("bob", change);
        scene.script.define(&[verifier(), custom(), tokens()]);
        let asked = scene.begin_srp(&client, "bob").await.unwrap();
        let asked = scene.prove(&client, &asked, PASSWORD).await.unwrap();
        assert_eq!(asked["ChallengeName"], name);
        let code = if name == "SMS_MFA" {
            scene.pool.code()
        } else {
            SoftwareToken::new(Arc::from(SECRET), None).code_at(scene.pool.cx.now())
        };
        let mut responses = json!({"USERNAME": "bob"});
        responses[parameter] = json!(code);
        let met = scene.respond(&asked, responses).await;
        assert_eq!(shown(&met), follows, "{name}");
        let last = heard(&scene.script.last("DefineAuthChallenge"));
        if follows == "tokens" {
            assert_eq!(last, "DefineAuthChallenge +SRP_A");
        } else {
            assert_eq!(
                last,
                "DefineAuthChallenge +SRP_A +PASSWORD_VERIFIER +SMS_MFA"
            );
            assert_eq!(shown(&scene.answer(&met.unwrap(), "42").await), "tokens");
        }
    }
}

#[tokio::test]
async fn a_new_password_ends_it() {
    let (scene, client) = (Scene::new().await, client());
    let create = json!({"Username": "fay", "TemporaryPassword": PASSWORD,
        "MessageAction": "SUPPRESS"});
    scene.pool.ok("AdminCreateUser", create).await;
    scene.script.define(&[verifier()]);
    let asked = scene.begin_srp(&client, "fay").await.unwrap();
    let asked = scene.prove(&client, &asked, PASSWORD).await.unwrap();
    assert_eq!(asked["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let responses = json!({"USERNAME": "fay", "NEW_PASSWORD": "Def-5678"});
    assert_eq!(shown(&scene.respond(&asked, responses).await), "tokens");
    let expected = [
        "PreAuthentication",
        "DefineAuthChallenge +SRP_A",
        "PostAuthentication",
        "TokenGeneration",
    ];
    assert_eq!(scene.script.heard(), expected);
}

#[tokio::test]
async fn states_of_the_account_count_with_srp_too() {
    let (scene, client) = (Scene::new().await, client());
    let sign_up = json!({"Username": "una", "Password": PASSWORD});
    scene.pool.ok("SignUp", sign_up).await;
    assert_eq!(
        scene.begin_srp(&client, "una").await.unwrap_err(),
        "UserNotConfirmedException: User is not confirmed."
    );
    assert_eq!(
        scene.begin_srp(&client, "nobody").await.unwrap_err(),
        "UserNotFoundException: User does not exist."
    );
    assert_eq!(scene.script.heard(), ["PreAuthentication"]);
    let mail = attributes([("email", "rex@example.com"), ("email_verified", "true")]);
    scene.pool.confirmed("rex", mail).await;
    scene
        .pool
        .ok("AdminResetUserPassword", json!({"Username": "rex"}))
        .await;
    let reset = "PasswordResetRequiredException: Password reset required for the user";
    assert_eq!(scene.begin("rex").await.unwrap_err(), reset);
    scene.script.define(&[verifier()]);
    let asked = scene.begin_srp(&client, "rex").await.unwrap();
    assert_eq!(
        scene.prove(&client, &asked, PASSWORD).await.unwrap_err(),
        reset
    );
}

#[tokio::test]
async fn an_administrator_may_send_the_password() {
    let scene = Scene::new().await;
    let begin = |password: &str| {
        json!({"AuthFlow": "CUSTOM_AUTH", "ClientId": scene.pool.client.as_str(),
            "AuthParameters": {"USERNAME": "bob", "PASSWORD": password}})
    };
    let wrong = scene
        .pool
        .refused("AdminInitiateAuth", begin("Wrong-1234"))
        .await;
    assert_eq!(wrong, WRONG);
    assert_eq!(scene.script.heard(), ["PreAuthentication"]);
    scene.script.define(&[custom(), tokens()]);
    let asked = scene.pool.ok("AdminInitiateAuth", begin(PASSWORD)).await;
    let mut answer = answer_of(&asked, "42");
    answer["ClientId"] = json!(scene.pool.client.as_str());
    let answered = scene.pool.call("AdminRespondToAuthChallenge", answer).await;
    assert_eq!(shown(&answered), "tokens");
    let last = heard(&scene.script.last("DefineAuthChallenge"));
    assert_eq!(
        last,
        "DefineAuthChallenge +ADMIN_NO_SRP_AUTH +CUSTOM_CHALLENGE"
    );
    // InitiateAuth looks at no password, and SRP_A alone begins no proof.
    let parameters = json!({"USERNAME": "bob", "PASSWORD": "x", "SRP_A": "1234",
        "CHALLENGE_NAME": "CUSTOM_CHALLENGE"});
    scene.script.define(&[custom()]);
    scene.begin_with(parameters).await.unwrap();
    assert_eq!(
        heard(&scene.script.last("DefineAuthChallenge")),
        "DefineAuthChallenge"
    );
    // The switch without the value is refused.
    let parameters = json!({"USERNAME": "bob", "CHALLENGE_NAME": "SRP_A"});
    assert_eq!(
        scene.begin_with(parameters).await.unwrap_err(),
        "InvalidParameterException: Missing required parameter SRP_A"
    );
}

#[tokio::test]
async fn devices_are_followed() {
    let tracked = json!({"DeviceConfiguration": {"DeviceOnlyRememberedOnUserPrompt": false}});
    let (scene, client) = (Scene::with(tracked, |_| {}).await, client());
    let stale = "us-east-1_01234567-89ab-cdef-0123-456789abcdef";
    for parameters in [
        json!({"USERNAME": "bob", "DEVICE_KEY": stale}),
        json!({"USERNAME": "bob", "DEVICE_KEY": stale, "CHALLENGE_NAME": "SRP_A",
            "SRP_A": client.srp_a_hex()}),
    ] {
        assert_eq!(
            scene.begin_with(parameters).await.unwrap_err(),
            "ResourceNotFoundException: Device does not exist."
        );
    }
    scene.script.define(&[custom(), tokens()]);
    let asked = scene.begin("bob").await.unwrap();
    let result = scene.answer(&asked, "42").await.unwrap()["AuthenticationResult"].clone();
    assert!(
        result["NewDeviceMetadata"]["DeviceKey"].is_string(),
        "{result}"
    );
    let after = scene.script.last("PostAuthentication");
    assert_eq!(after["request"]["newDeviceUsed"], true);
    // Confirmed and so remembered, the device proves itself once the function issues tokens.
    let device = scene.pool.confirm_device(&result).await;
    let known = json!({"USERNAME": "bob", "DEVICE_KEY": device.key});
    scene.script.define(&[custom(), tokens()]);
    let asked = scene.begin_with(known).await.unwrap();
    assert_eq!(asked["ChallengeName"], "CUSTOM_CHALLENGE");
    let asked = scene.answer(&asked, "42").await.unwrap();
    let heard = scene.script.heard().len();
    let done = scene.pool.prove_device(&device, &asked).await;
    assert_eq!(
        done["AuthenticationResult"]["NewDeviceMetadata"],
        Value::Null
    );
    let after = scene.script.heard().split_off(heard);
    assert_eq!(after, ["PostAuthentication", "TokenGeneration"]);
}

#[tokio::test]
async fn risk_is_weighed_where_the_pool_says_so_of_custom_challenges() {
    for (flows, expected) in [(json!({}), 0), (json!({"CustomAuthMode": "AUDIT"}), 1)] {
        let members = json!({"UserPoolTier": "PLUS", "UserPoolAddOns": {
            "AdvancedSecurityMode": "ENFORCED", "AdvancedSecurityAdditionalFlows": flows}});
        let scene = Scene::with(members, |_| {}).await;
        scene.script.define(&[custom(), tokens()]);
        let asked = scene.begin("bob").await.unwrap();
        scene.answer(&asked, "42").await.unwrap();
        let listed = json!({"Username": "bob"});
        let listed = scene.pool.ok("AdminListUserAuthEvents", listed).await;
        let events = listed["AuthEvents"].as_array().unwrap();
        assert_eq!(events.len(), expected, "{events:?}");
        for event in events {
            assert_eq!(event["EventResponse"], "Pass");
        }
    }
}

#[tokio::test]
async fn nobody_is_migrated_by_custom_challenges() {
    let (scene, client) = (Scene::new().await, client());
    let begin = json!({"AuthFlow": "CUSTOM_AUTH", "ClientId": scene.pool.client.as_str(),
        "AuthParameters": {"USERNAME": "nobody", "PASSWORD": PASSWORD}});
    scene.pool.refused("AdminInitiateAuth", begin).await;
    scene.begin("nobody").await.unwrap_err();
    scene.begin_srp(&client, "nobody").await.unwrap_err();
    assert_eq!(scene.script.heard(), Vec::<String>::new());
}

#[tokio::test]
async fn a_factor_that_define_names_has_no_code() {
    let rows = [
        (
            "SMS_MFA",
            "SMS_MFA_CODE",
            "Invalid code or auth state for the user.",
        ),
        (
            "EMAIL_OTP",
            "EMAIL_OTP_CODE",
            "Invalid code or auth state for the user.",
        ),
        (
            "SOFTWARE_TOKEN_MFA",
            "SOFTWARE_TOKEN_MFA_CODE",
            "Invalid code received for user",
        ),
    ];
    for (name, parameter, sentence) in rows {
        for username in ["bob", "nobody"] {
            let scene = Scene::with(json!({}), hiding).await;
            scene.script.define(&[json!({"challengeName": name})]);
            let asked = scene.begin(username).await.unwrap();
            assert_eq!(asked["ChallengeName"], name);
            assert_eq!(asked["ChallengeParameters"], json!({"USERNAME": username}));
            let mut answer = answer_of(&asked, "");
            answer["ChallengeResponses"][parameter] = json!("123456");
            assert_eq!(
                scene.pool.refused("RespondToAuthChallenge", answer).await,
                format!("CodeMismatchException: {sentence}"),
                "{name} {username}"
            );
        }
    }
    let scene = Scene::new().await;
    assert!(scene.pool.messages().is_empty());
}

#[tokio::test]
async fn the_other_flows_call_their_functions_in_order_too() {
    let refreshing = |client: &mut AppClient| {
        let flows = client.explicit_auth_flows.as_mut().unwrap();
        flows.push(Flow::AllowRefreshTokenAuth);
    };
    let (scene, client) = (Scene::with(json!({}), refreshing).await, client());
    let by = |flow: &str, parameters: Value| json!({"AuthFlow": flow, "AuthParameters": parameters, "ClientMetadata": {"k": "first"}});
    // Before the password is looked at, so before a wrong one too.
    let wrong = by(
        "USER_PASSWORD_AUTH",
        json!({"USERNAME": "bob", "PASSWORD": "Wrong-1234"}),
    );
    scene.pool.refused("InitiateAuth", wrong).await;
    assert_eq!(scene.script.heard(), ["PreAuthentication"]);
    let srp = json!({"USERNAME": "bob", "SRP_A": client.srp_a_hex()});
    let asked = scene
        .pool
        .ok("InitiateAuth", by("USER_SRP_AUTH", srp))
        .await;
    assert_eq!(asked["Session"], Value::Null);
    assert_eq!(scene.script.heard(), ["PreAuthentication"; 2]);
    let tokens = scene.prove(&client, &asked, PASSWORD).await.unwrap();
    let later = ["PostAuthentication", "TokenGeneration"];
    assert_eq!(scene.script.heard()[2..], later);
    let after = scene.script.last("PostAuthentication");
    assert_eq!(after["request"]["clientMetadata"], Value::Null);
    assert_eq!(after["request"]["newDeviceUsed"], false);
    let token = json!({"REFRESH_TOKEN": tokens["AuthenticationResult"]["RefreshToken"]});
    let refresh = by("REFRESH_TOKEN_AUTH", token);
    scene.pool.ok("InitiateAuth", refresh).await;
    assert_eq!(scene.script.heard()[4..], ["TokenGeneration"]);
    let last = scene.script.last("TokenGeneration");
    assert_eq!(last["triggerSource"], "TokenGeneration_RefreshTokens");
}
