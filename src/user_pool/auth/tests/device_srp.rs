//! Remembered devices that sign in, and whoever would be one.

use std::time::Duration;

use serde_json::{Value, json};

use crate::context::Settings;
use crate::crypto::srp::tests::Client;
use crate::model::cognito_idp::ExplicitAuthFlowsType as Flow;
use crate::store::user_pool::app_client::AppClient;
use crate::test_pool::devices::TestDevice;
use crate::test_pool::{PASSWORD, TestPool, attributes, claims, functions};

const UNKNOWN: &str = "ResourceNotFoundException: Device does not exist.";
const WRONG: &str = "NotAuthorizedException: Incorrect username or password.";
const USED: &str =
    "NotAuthorizedException: Invalid session for the user, session can only be used once.";
const TOO_EARLY: &str =
    "NotAuthorizedException: Cannot initiate DEVICE_SRP_AUTH flow without first authenticating";
const NEVER: &str = "us-east-1_01234567-89ab-cdef-0123-456789abcdef";
const SMS: &str = "arn:aws:iam::123456789012:role/sms";

/// Members of a pool that asks for a code by text message and remembers every device, which spares the
/// code or does not.
fn members(spares: bool) -> Value {
    json!({
        "SmsConfiguration": {"SnsCallerArn": SMS},
        "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": spares,
            "DeviceOnlyRememberedOnUserPrompt": false},
    })
}

fn all_flows(client: &mut AppClient) {
    client.explicit_auth_flows = Some(vec![
        Flow::AllowUserPasswordAuth,
        Flow::AllowUserSrpAuth,
        Flow::AllowAdminUserPasswordAuth,
    ]);
}

async fn require_mfa(pool: &TestPool) {
    let mfa = json!({"UserPoolId": pool.id.as_str(), "MfaConfiguration": "ON",
        "SmsMfaConfiguration": {"SmsConfiguration": {"SnsCallerArn": SMS}}});
    pool.ok("SetUserPoolMfaConfig", mfa).await;
}

async fn ann(pool: &TestPool) {
    pool.confirmed("ann", attributes([("phone_number", "+15555550100")]))
        .await;
}

/// A pool with a user who must give a code, and a remembered device of hers.
async fn scene(spares: bool) -> (TestPool, TestDevice) {
    let pool = TestPool::with(members(spares), Settings::default(), all_flows).await;
    ann(&pool).await;
    require_mfa(&pool).await;
    let device = remembered(&pool).await;
    (pool, device)
}

fn password(device: Option<&Value>) -> Value {
    let mut parameters = json!({"USERNAME": "ann", "PASSWORD": PASSWORD});
    if let Some(device) = device {
        parameters["DEVICE_KEY"] = device.clone();
    }
    json!({"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters})
}

async fn begin(pool: &TestPool, device: &TestDevice) -> Value {
    pool.ok("InitiateAuth", password(Some(&device.key))).await
}

fn code(pool: &TestPool, asked: &Value, device: Option<&TestDevice>) -> Value {
    let mut responses = json!({"USERNAME": "ann", "SMS_MFA_CODE": pool.code()});
    if let Some(device) = device {
        responses["DEVICE_KEY"] = device.key.clone();
    }
    json!({"ChallengeName": "SMS_MFA", "Session": asked["Session"],
        "ChallengeResponses": responses})
}

async fn respond(pool: &TestPool, answer: Value) -> Result<Value, String> {
    pool.call("RespondToAuthChallenge", answer).await
}

/// Signs in with a code, and confirms the new device.
async fn remembered(pool: &TestPool) -> TestDevice {
    let asked = pool.ok("InitiateAuth", password(None)).await;
    let done = respond(pool, code(pool, &asked, None)).await.unwrap();
    pool.confirm_device(&done["AuthenticationResult"]).await
}

/// What comes of an answer: the challenge, `tokens`, or the refusal.
fn shown(answer: &Result<Value, String>) -> String {
    match answer {
        Ok(answer) if answer["ChallengeName"].is_string() => {
            answer["ChallengeName"].as_str().unwrap().to_owned()
        }
        Ok(answer) => {
            assert!(answer["AuthenticationResult"]["AccessToken"].is_string());
            "tokens".to_owned()
        }
        Err(refused) => refused.clone(),
    }
}

fn keys(answer: &Value) -> Vec<&String> {
    let parameters = answer["ChallengeParameters"].as_object().unwrap();
    parameters.keys().collect()
}

#[tokio::test]
async fn a_remembered_device_takes_the_place_of_the_code() {
    let (pool, device) = scene(true).await;
    let sent = pool.messages().len();
    let asked = begin(&pool, &device).await;
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
    assert_eq!(asked["ChallengeParameters"]["DEVICE_KEY"], device.key);
    let answer = device.srp_auth("ann", &asked["Session"]);
    let asked = respond(&pool, answer).await.unwrap();
    assert_eq!(asked["ChallengeName"], "DEVICE_PASSWORD_VERIFIER");
    assert_eq!(
        keys(&asked),
        ["DEVICE_KEY", "SALT", "SECRET_BLOCK", "SRP_B", "USERNAME"]
    );
    let parameters = &asked["ChallengeParameters"];
    assert_eq!(parameters["SALT"], "f112233445566778899aabbccddeeff");
    assert!(asked["Session"].is_string());
    let done = respond(&pool, device.proof(&asked)).await.unwrap();
    let tokens = &done["AuthenticationResult"];
    assert_eq!(tokens["NewDeviceMetadata"], Value::Null);
    assert_eq!(claims(&tokens["AccessToken"])["device_key"], device.key);
    assert_eq!(pool.messages().len(), sent);
    // Good for one answer.
    assert_eq!(shown(&respond(&pool, device.proof(&asked)).await), USED);
}

#[tokio::test]
async fn the_device_comes_after_the_code_where_it_does_not_spare_it() {
    let (pool, device) = scene(false).await;
    let asked = begin(&pool, &device).await;
    assert_eq!(asked["ChallengeName"], "SMS_MFA");
    // A wrong key uses nothing up.
    let mut stale = code(&pool, &asked, None);
    stale["ChallengeResponses"]["DEVICE_KEY"] = json!(NEVER);
    assert_eq!(shown(&respond(&pool, stale).await), UNKNOWN);
    let right = code(&pool, &asked, Some(&device));
    let asked = respond(&pool, right).await.unwrap();
    let done = pool.prove_device(&device, &asked).await;
    assert_eq!(shown(&Ok(done)), "tokens");

    // The answer to the code must carry the key itself.
    let asked = begin(&pool, &device).await;
    let answer = code(&pool, &asked, None);
    let done = respond(&pool, answer).await.unwrap();
    let metadata = &done["AuthenticationResult"]["NewDeviceMetadata"];
    assert_ne!(metadata["DeviceKey"], Value::Null);
    assert_ne!(metadata["DeviceKey"], device.key);
}

/// AWS's own Python sample has no Session in either answer, and identity-js a used one in the first.
#[tokio::test]
async fn both_answers_are_taken_without_their_session() {
    let (pool, device) = scene(false).await;
    for first in ["none", "that of the code"] {
        let asked = begin(&pool, &device).await;
        let used = asked["Session"].clone();
        let right = code(&pool, &asked, Some(&device));
        respond(&pool, right).await.unwrap();
        let session = if first == "none" { &Value::Null } else { &used };
        let asked = respond(&pool, device.srp_auth("ann", session)).await;
        let mut proof = device.proof(&asked.unwrap());
        proof["Session"] = Value::Null;
        assert_eq!(shown(&respond(&pool, proof).await), "tokens", "{first}");
    }
}

#[tokio::test]
async fn without_a_first_factor_nobody_gets_the_challenge_of_a_device() {
    let (pool, device) = scene(true).await;
    let answer = || device.srp_auth("ann", &Value::Null);
    assert_eq!(shown(&respond(&pool, answer()).await), TOO_EARLY);
    // A wrong password, another device, another user and another client are no first factor of it.
    let mut wrong = password(Some(&device.key));
    wrong["AuthParameters"]["PASSWORD"] = json!("Wrong-1234");
    assert_eq!(pool.refused("InitiateAuth", wrong).await, WRONG);
    let other = remembered(&pool).await;
    begin(&pool, &other).await;
    assert_eq!(shown(&respond(&pool, answer()).await), TOO_EARLY);
    for name in ["eve", "nobody"] {
        let answer = device.srp_auth(name, &Value::Null);
        assert_eq!(shown(&respond(&pool, answer).await), TOO_EARLY, "{name}");
    }
    begin(&pool, &device).await;
    let client = json!({"UserPoolId": pool.id.as_str(), "ClientName": "other"});
    let client = pool.ok("CreateUserPoolClient", client).await;
    let mut foreign = answer();
    foreign["ClientId"] = client["UserPoolClient"]["ClientId"].clone();
    assert_eq!(shown(&respond(&pool, foreign).await), TOO_EARLY);
    // One sign-in waits, and for one answer, in time.
    assert_eq!(
        shown(&respond(&pool, answer()).await),
        "DEVICE_PASSWORD_VERIFIER"
    );
    assert_eq!(shown(&respond(&pool, answer()).await), TOO_EARLY);
    begin(&pool, &device).await;
    pool.advance(Duration::from_secs(181));
    assert_eq!(shown(&respond(&pool, answer()).await), TOO_EARLY);
}

#[tokio::test]
async fn a_wrong_answer_to_device_srp_auth_leaves_the_session_open() {
    let (pool, device) = scene(true).await;
    pool.confirmed("eve", attributes([("phone_number", "+15555550101")]))
        .await;
    let other = remembered(&pool).await;
    let asked = begin(&pool, &device).await;
    let prime = format!("{}{}", "0", n());
    let session = &asked["Session"];
    let rows: [(&str, Value, &str); 11] = [
        (
            "DEVICE_KEY",
            Value::Null,
            "InvalidParameterException: Missing required parameter DEVICE_KEY",
        ),
        (
            "SRP_A",
            Value::Null,
            "InvalidParameterException: Missing required parameter SRP_A",
        ),
        (
            "USERNAME",
            Value::Null,
            "InvalidParameterException: Missing required parameter USERNAME",
        ),
        ("SRP_A", json!("0"), "InvalidParameterException: "),
        ("SRP_A", json!(prime), "InvalidParameterException: "),
        ("SRP_A", json!("xyz"), "InvalidParameterException: "),
        ("DEVICE_KEY", json!(NEVER), UNKNOWN),
        ("DEVICE_KEY", json!("nonsense"), UNKNOWN),
        (
            "DEVICE_KEY",
            other.key.clone(),
            "InvalidParameterException: Invalid device key given.",
        ),
        (
            "USERNAME",
            json!("eve"),
            "NotAuthorizedException: Invalid session for the user.",
        ),
        (
            "Session",
            json!("AYABegarbagegarbagegarbage"),
            "NotAuthorizedException: Invalid session for the user.",
        ),
    ];
    for (name, value, expected) in rows {
        let mut answer = device.srp_auth("ann", session);
        if name == "Session" {
            answer["Session"] = value.clone();
        } else {
            answer["ChallengeResponses"][name] = value.clone();
        }
        let refused = shown(&respond(&pool, answer).await);
        assert!(refused.starts_with(expected), "{name} {value}: {refused}");
    }
    // The session of another challenge, and the answer to another challenge.
    let code_asked = pool.ok("InitiateAuth", password(None)).await;
    let mismatch = "NotAuthorizedException: Invalid session provided for the user.";
    let answer = device.srp_auth("ann", &code_asked["Session"]);
    assert_eq!(shown(&respond(&pool, answer).await), mismatch);
    let mut answer = code(&pool, &asked, Some(&device));
    answer["Session"] = session.clone();
    assert_eq!(shown(&respond(&pool, answer).await), mismatch);
    let done = pool.prove_device(&device, &asked).await;
    assert_eq!(shown(&Ok(done)), "tokens");
}

/// The prime, whose multiples prove nothing.
fn n() -> String {
    Client::prime_hex()
}

#[tokio::test]
async fn a_wrong_claim_ends_the_sign_in_and_a_malformed_one_does_not() {
    let (pool, device) = scene(true).await;
    let other = remembered(&pool).await;
    let format = "InvalidParameterException: TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in \
                  english";
    let missing =
        |name: &str| format!("InvalidParameterException: Missing required parameter {name}");
    let asked = begin(&pool, &device).await;
    let answer = device.srp_auth("ann", &asked["Session"]);
    let asked = respond(&pool, answer).await.unwrap();
    let stays_open: [(&str, Value, String); 10] = [
        (
            "PASSWORD_CLAIM_SIGNATURE",
            Value::Null,
            missing("PASSWORD_CLAIM_SIGNATURE"),
        ),
        (
            "PASSWORD_CLAIM_SECRET_BLOCK",
            Value::Null,
            missing("PASSWORD_CLAIM_SECRET_BLOCK"),
        ),
        ("TIMESTAMP", Value::Null, missing("TIMESTAMP")),
        ("DEVICE_KEY", Value::Null, missing("DEVICE_KEY")),
        ("TIMESTAMP", json!("2026-01-31T12:00:00Z"), format.into()),
        ("DEVICE_KEY", json!(NEVER), UNKNOWN.into()),
        (
            "DEVICE_KEY",
            other.key.clone(),
            "InvalidParameterException: Invalid device key given.".into(),
        ),
        ("USERNAME", json!("eve"), WRONG.into()),
        ("PASSWORD_CLAIM_SECRET_BLOCK", json!("AAAA"), WRONG.into()),
        ("PASSWORD_CLAIM_SECRET_BLOCK", json!("%%%"), WRONG.into()),
    ];
    for (name, value, expected) in stays_open {
        let mut answer = device.proof(&asked);
        answer["ChallengeResponses"][name] = value.clone();
        assert_eq!(
            shown(&respond(&pool, answer).await),
            expected,
            "{name} {value}"
        );
    }
    let mut foreign = device.proof(&asked);
    foreign["Session"] = pool.ok("InitiateAuth", password(None)).await["Session"].clone();
    assert_eq!(
        shown(&respond(&pool, foreign).await),
        "NotAuthorizedException: Invalid session for the user."
    );
    assert_eq!(shown(&respond(&pool, device.proof(&asked)).await), "tokens");

    let ends_it: [(&str, Value); 4] = [
        ("PASSWORD_CLAIM_SIGNATURE", json!("AAAA")),
        ("PASSWORD_CLAIM_SIGNATURE", json!("not base64")),
        // Another time than was signed, and the same in a form that is not signed.
        ("TIMESTAMP", json!("Tue Sep 1 06:05:05 UTC 2020")),
        ("TIMESTAMP", json!("Mon Sep 1 06:05:05 UTC 2020")),
    ];
    for (name, value) in ends_it {
        let asked = begin(&pool, &device).await;
        let answer = device.srp_auth("ann", &asked["Session"]);
        let asked = respond(&pool, answer).await.unwrap();
        let mut answer = device.proof(&asked);
        answer["ChallengeResponses"][name] = value.clone();
        assert_eq!(
            shown(&respond(&pool, answer).await),
            WRONG,
            "{name} {value}"
        );
        assert_eq!(shown(&respond(&pool, device.proof(&asked)).await), USED);
    }
    // Nor does a device lock its user, however often it fails.
    let forgetful = other.with_password("another");
    for _ in 0..6 {
        let asked = begin(&pool, &forgetful).await;
        let answer = forgetful.srp_auth("ann", &asked["Session"]);
        let asked = respond(&pool, answer).await.unwrap();
        assert_eq!(shown(&respond(&pool, forgetful.proof(&asked)).await), WRONG);
    }
    assert_eq!(shown(&Ok(begin(&pool, &device).await)), "DEVICE_SRP_AUTH");
}

#[tokio::test]
async fn a_secret_block_of_one_kind_proves_nothing_of_the_other() {
    let (pool, device) = scene(true).await;
    let client = Client::new(&[5; 32]);
    let begun = json!({"AuthFlow": "USER_SRP_AUTH", "AuthParameters": {
        "USERNAME": "ann", "SRP_A": client.srp_a_hex(), "DEVICE_KEY": device.key}});
    let srp = pool.ok("InitiateAuth", begun).await;
    let responses = client.answer(&pool.id, PASSWORD, &srp["ChallengeParameters"]);
    let mut as_device = json!({"ChallengeName": "DEVICE_PASSWORD_VERIFIER",
        "ChallengeResponses": responses});
    as_device["ChallengeResponses"]["DEVICE_KEY"] = device.key.clone();
    assert_eq!(shown(&respond(&pool, as_device).await), WRONG);
    let answer = json!({"ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": responses});
    let asked = respond(&pool, answer).await.unwrap();
    let answer = device.srp_auth("ann", &asked["Session"]);
    let asked = respond(&pool, answer).await.unwrap();
    let mut as_password = device.proof(&asked);
    as_password["ChallengeName"] = json!("PASSWORD_VERIFIER");
    assert_eq!(shown(&respond(&pool, as_password).await), WRONG);
    assert_eq!(shown(&respond(&pool, device.proof(&asked)).await), "tokens");
}

#[tokio::test]
async fn what_happens_to_the_device_or_the_user_meanwhile_counts() {
    let rows: [(&str, Value, &str); 4] = [
        ("AdminForgetDevice", json!({}), UNKNOWN),
        (
            "AdminUpdateDeviceStatus",
            json!({"DeviceRememberedStatus": "not_remembered"}),
            "SMS_MFA",
        ),
        (
            "AdminDisableUser",
            json!({}),
            "NotAuthorizedException: User is disabled.",
        ),
        (
            "AdminResetUserPassword",
            json!({}),
            "PasswordResetRequiredException: Password reset required for the user",
        ),
    ];
    for (operation, mut request, expected) in rows {
        let (pool, device) = scene(true).await;
        let verified = json!({"Username": "ann", "UserAttributes":
            attributes([("phone_number_verified", "true")])});
        pool.ok("AdminUpdateUserAttributes", verified).await;
        let asked = begin(&pool, &device).await;
        let answer = device.srp_auth("ann", &asked["Session"]);
        let asked = respond(&pool, answer).await.unwrap();
        request["Username"] = json!("ann");
        if operation.ends_with("Device") || operation.ends_with("Status") {
            request["DeviceKey"] = device.key.clone();
        }
        pool.ok(operation, request).await;
        let answer = respond(&pool, device.proof(&asked)).await;
        assert_eq!(shown(&answer), expected, "{operation}");
        if expected == "SMS_MFA" {
            // What has proven itself stays the sign-in's device.
            let answer = code(&pool, &answer.unwrap(), None);
            let done = respond(&pool, answer).await.unwrap();
            let token = &done["AuthenticationResult"]["AccessToken"];
            assert_eq!(claims(token)["device_key"], device.key);
        }
    }
}

#[tokio::test]
async fn the_administrators_door_knows_no_devices() {
    let (pool, device) = scene(true).await;
    let client = json!(pool.client.as_str());
    let mut request = password(Some(&device.key));
    request["AuthFlow"] = json!("ADMIN_USER_PASSWORD_AUTH");
    request["ClientId"] = client.clone();
    let asked = pool.ok("AdminInitiateAuth", request).await;
    assert_eq!(asked["ChallengeName"], "SMS_MFA");
    // The proof of a device that a sign-in at the other door was asked for spares nobody the code here.
    let asked = begin(&pool, &device).await;
    let mut answer = device.srp_auth("ann", &asked["Session"]);
    answer["ClientId"] = client.clone();
    let asked = pool.ok("AdminRespondToAuthChallenge", answer).await;
    let mut answer = device.proof(&asked);
    answer["ClientId"] = client;
    let asked = pool.ok("AdminRespondToAuthChallenge", answer).await;
    assert_eq!(asked["ChallengeName"], "SMS_MFA");
}

#[tokio::test]
async fn a_new_device_is_told_of_itself_whatever_comes_before_the_tokens() {
    let (pool, _) = scene(true).await;
    let client = Client::new(&[5; 32]);
    let begun = json!({"AuthFlow": "USER_SRP_AUTH", "AuthParameters": {
        "USERNAME": "ann", "SRP_A": client.srp_a_hex()}});
    let srp = pool.ok("InitiateAuth", begun).await;
    let responses = client.answer(&pool.id, PASSWORD, &srp["ChallengeParameters"]);
    let answer = json!({"ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": responses});
    let asked = respond(&pool, answer).await.unwrap();
    let done = respond(&pool, code(&pool, &asked, None)).await.unwrap();
    assert!(done["AuthenticationResult"]["NewDeviceMetadata"].is_object());

    let user = json!({"Username": "new", "TemporaryPassword": PASSWORD, "MessageAction": "SUPPRESS",
        "UserAttributes": attributes([("phone_number", "+15555550102")])});
    pool.ok("AdminCreateUser", user).await;
    let mut request = password(None);
    request["AuthParameters"]["USERNAME"] = json!("new");
    let asked = pool.ok("InitiateAuth", request).await;
    let answer = json!({"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": asked["Session"],
        "ChallengeResponses": {"USERNAME": "new", "NEW_PASSWORD": "Def-5678"}});
    let asked = respond(&pool, answer).await.unwrap();
    let mut answer = code(&pool, &asked, None);
    answer["ChallengeResponses"]["USERNAME"] = json!("new");
    let done = respond(&pool, answer).await.unwrap();
    assert!(done["AuthenticationResult"]["NewDeviceMetadata"].is_object());
}

#[tokio::test]
async fn functions_hear_of_a_device_by_its_proof() {
    let (pool, heard) = functions::pool("V1_0", members(true), all_flows).await;
    ann(&pool).await;
    let tokens = pool.ok("InitiateAuth", password(None)).await["AuthenticationResult"].clone();
    let device = pool.confirm_device(&tokens).await;
    let told = || {
        let events = heard.events();
        let of = |name: &str| {
            let is = |event: &&Value| event["triggerSource"].as_str().unwrap().starts_with(name);
            events.iter().find(is).unwrap().clone()
        };
        let used = of("PostAuthentication")["request"]["newDeviceUsed"].clone();
        (used, of("TokenGeneration")["triggerSource"].clone())
    };
    let plain = json!("TokenGeneration_Authentication");
    assert_eq!(told(), (json!(true), plain.clone()));
    let asked = begin(&pool, &device).await;
    pool.prove_device(&device, &asked).await;
    let by_device = json!("TokenGeneration_AuthenticateDevice");
    assert_eq!(told(), (json!(false), by_device));
    let status = json!({"Username": "ann", "DeviceKey": device.key,
        "DeviceRememberedStatus": "not_remembered"});
    pool.ok("AdminUpdateDeviceStatus", status).await;
    begin(&pool, &device).await;
    assert_eq!(told(), (json!(false), plain));
}
