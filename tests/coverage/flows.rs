//! Every flow of the model is carried out here, and every challenge is met.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use poolhouse::clock::{Clock, Timestamp};
use poolhouse::context::{Caller, Context, Settings, Shared};
use poolhouse::dispatch::call::Call;
use poolhouse::entropy::Entropy;
use poolhouse::error::CognitoError;
use poolhouse::lambda::{Answering, Functions, Invocation};
use poolhouse::model::cognito_idp::{AuthFlowType, ChallengeNameType, Operation};
use poolhouse::{dispatch, fixtures};
use serde_json::{Value, json};

use super::is_not_served;
use crate::golden::story_passkeys::credential;

const POOL: &str = "us-east-1_Flows0001";
const CLIENT: &str = "1flows";
const PASSWORD: &str = "Poolhouse-1";
const DEVICE: &str = "us-east-1_01234567-89ab-cdef-0123-456789abcdef";

/// A pool with users that meet every challenge there is, and functions for the custom one.
fn fixture() -> Value {
    let function = "arn:aws:lambda:us-east-1:123456789012:function:f";
    let sms = json!({"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"});
    let contacts = json!({"email": "{n}@example.com", "email_verified": true,
        "phone_number": "+15555550100", "phone_number_verified": true});
    let token = json!({"SecretCode": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"});
    let pool = json!({
        "Id": POOL, "PoolName": "flows",
        "LambdaConfig": {"DefineAuthChallenge": function, "CreateAuthChallenge": function,
            "VerifyAuthChallengeResponse": function},
        "MfaConfiguration": "OPTIONAL",
        "SmsConfiguration": sms,
        "SmsMfaConfiguration": {"SmsConfiguration": sms},
        "EmailConfiguration": {"EmailSendingAccount": "DEVELOPER",
            "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/a@example.com"},
        "EmailMfaConfiguration": {},
        "SoftwareTokenMfaConfiguration": {"Enabled": true},
        "Clients": [{"ClientId": CLIENT, "ClientName": "flows", "ExplicitAuthFlows": [
            "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_USER_PASSWORD_AUTH",
            "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_AUTH"]}],
        "Users": [
            {"Username": "plain", "Password": PASSWORD},
            {"Username": "invited", "TemporaryPassword": PASSWORD},
            {"Username": "token", "Password": PASSWORD, "SoftwareToken": token,
                "MfaPreference": "SOFTWARE_TOKEN_MFA"},
            {"Username": "sms", "Password": PASSWORD, "UserAttributes": contacts,
                "UserMFASettingList": ["SMS_MFA"], "PreferredMfaSetting": "SMS_MFA"},
            {"Username": "mail", "Password": PASSWORD, "UserAttributes": contacts,
                "UserMFASettingList": ["EMAIL_OTP"], "PreferredMfaSetting": "EMAIL_OTP"},
            {"Username": "both", "Password": PASSWORD, "SoftwareToken": token,
                "UserAttributes": contacts,
                "UserMFASettingList": ["SMS_MFA", "SOFTWARE_TOKEN_MFA"]},
        ],
    });
    let must = json!({"Id": "us-east-1_Flows0002", "PoolName": "must", "MfaConfiguration": "ON",
        "SoftwareTokenMfaConfiguration": {"Enabled": true},
        "Clients": [{"ClientId": "2flows", "ClientName": "flows",
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]}],
        "Users": [{"Username": "new", "Password": PASSWORD}]});
    let tracks = json!({"Id": "us-east-1_Flows0003", "PoolName": "tracks",
        "DeviceConfiguration": {"DeviceOnlyRememberedOnUserPrompt": false},
        "Clients": [{"ClientId": "3flows", "ClientName": "flows",
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]}],
        "Users": [{"Username": "known", "Password": PASSWORD, "Devices": [{"DeviceKey": DEVICE,
            "DeviceSecretVerifierConfig": {"Salt": "EjRW", "PasswordVerifier": "AIEj"}}]}]});
    let factors = json!(["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]);
    let choice = json!({"Id": "us-east-1_Flows0004", "PoolName": "choice",
        "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": factors}},
        "SmsConfiguration": sms,
        "WebAuthnConfiguration": {"RelyingPartyId": "localhost"},
        "Clients": [{"ClientId": "4flows", "ClientName": "flows",
            "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"]}],
        "Users": [{"Username": "kay", "Password": PASSWORD, "UserAttributes": contacts}]});
    json!({"UserPools": [pool, must, tracks, choice]})
}

/// Functions that ask one question of their own.
struct Asking;

impl Functions for Asking {
    fn invoke<'a>(&'a self, invocation: Invocation<'a>) -> Answering<'a> {
        let mut event = invocation.event;
        if event["triggerSource"] == "DefineAuthChallenge_Authentication" {
            event["response"]["challengeName"] = json!("CUSTOM_CHALLENGE");
        }
        Box::pin(std::future::ready(Ok(event)))
    }
}

fn server() -> Context {
    let noon = Timestamp::parse_rfc3339("2026-01-31T12:00:00Z").unwrap();
    let (clock, entropy) = (Clock::frozen_at(noon), Entropy::from_seed(1));
    let mut shared = Shared::new(clock, entropy, Settings::default());
    shared.functions = Box::new(Asking);
    let shared = Arc::new(shared);
    fixtures::load_text(&shared, "flows.json", &fixture().to_string()).unwrap();
    Context::new(shared, Caller::default())
}

async fn call(cx: &Context, operation: Operation, input: Value) -> Result<Value, CognitoError> {
    let answer = dispatch::serve(cx, &Call::new(operation, input)).await?;
    Ok(serde_json::from_slice(&answer).unwrap())
}

async fn password(cx: &Context, client: &str, username: &str) -> Value {
    let input = json!({"ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": username, "PASSWORD": PASSWORD, "DEVICE_KEY": DEVICE}});
    call(cx, Operation::InitiateAuth, input).await.unwrap()
}

/// Begins a flow with the parameters of all of them, at the door that has it.
async fn begin(cx: &Context, flow: AuthFlowType, refresh: &Value) -> Result<Value, CognitoError> {
    let parameters = json!({"USERNAME": "plain", "PASSWORD": PASSWORD, "SRP_A": "abcdef0123456789",
        "REFRESH_TOKEN": refresh});
    let input = json!({"UserPoolId": POOL, "ClientId": CLIENT, "AuthFlow": flow.as_str(),
        "AuthParameters": parameters});
    match call(cx, Operation::AdminInitiateAuth, input.clone()).await {
        Err(refused) if refused.message() == "Initiate Auth method not supported." => {
            call(cx, Operation::InitiateAuth, input).await
        }
        answer => answer,
    }
}

/// What USER_AUTH answers to each preference of a user who has a passkey.
async fn choices(cx: &Context) -> Vec<Value> {
    let tokens = password(cx, "4flows", "kay").await;
    let mut token = json!({"AccessToken": tokens["AuthenticationResult"]["AccessToken"]});
    let started = call(cx, Operation::StartWebAuthnRegistration, token.clone()).await;
    let options = &started.unwrap()["CredentialCreationOptions"];
    token["Credential"] = credential(&options["challenge"]);
    let completed = call(cx, Operation::CompleteWebAuthnRegistration, token).await;
    completed.unwrap();
    let mut answers = Vec::new();
    for preferred in ["", "PASSWORD", "PASSWORD_SRP", "SMS_OTP", "WEB_AUTHN"] {
        let input = json!({"ClientId": "4flows", "AuthFlow": "USER_AUTH",
            "AuthParameters": {"USERNAME": "kay", "PREFERRED_CHALLENGE": preferred}});
        answers.push(call(cx, Operation::InitiateAuth, input).await.unwrap());
    }
    answers
}

#[tokio::test]
async fn every_flow_is_served() {
    let cx = server();
    let tokens = password(&cx, CLIENT, "plain").await;
    let refresh = &tokens["AuthenticationResult"]["RefreshToken"];
    for flow in AuthFlowType::ALL {
        let answer = begin(&cx, *flow, refresh).await;
        assert!(answer.is_ok(), "{flow}: {answer:?}");
    }
}

#[tokio::test]
async fn every_challenge_is_given() {
    let cx = server();
    let mut met = BTreeSet::new();
    let srp = begin(&cx, AuthFlowType::UserSrpAuth, &Value::Null).await;
    let custom = begin(&cx, AuthFlowType::CustomAuth, &Value::Null).await;
    let mut answers = vec![
        srp.unwrap(),
        custom.unwrap(),
        password(&cx, "2flows", "new").await,
    ];
    for username in ["invited", "token", "sms", "mail", "both"] {
        answers.push(password(&cx, CLIENT, username).await);
    }
    let device = password(&cx, "3flows", "known").await;
    let proof = json!({"ClientId": "3flows", "ChallengeName": "DEVICE_SRP_AUTH",
        "Session": device["Session"], "ChallengeResponses": {"USERNAME": "known",
            "DEVICE_KEY": DEVICE, "SRP_A": "abcdef0123456789"}});
    let proof = call(&cx, Operation::RespondToAuthChallenge, proof).await;
    answers.extend([device, proof.unwrap()]);
    answers.extend(choices(&cx).await);
    for answer in answers {
        let name = answer["ChallengeName"].as_str().unwrap();
        met.insert(ChallengeNameType::parse(name).unwrap());
    }
    for challenge in ChallengeNameType::ALL {
        // The model's list has a flow's name too.
        let is_flow = *challenge == ChallengeNameType::AdminNoSrpAuth;
        assert_ne!(met.contains(challenge), is_flow, "{challenge}");
    }
}

/// What the two tests above have shown, the page tells.
#[test]
fn the_page_names_every_flow_and_challenge() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/operations.md");
    let page = fs::read_to_string(&path).expect("the page is there");
    let (_, rest) = page
        .split_once("## Sign-in\n")
        .expect("the page has sign-in");
    let section = rest.split("\n## ").next().expect("there is a first part");
    let told: BTreeSet<&str> = section
        .split(|c: char| !c.is_ascii_uppercase() && c != '_')
        .collect();
    let flows = AuthFlowType::ALL.iter().map(|flow| flow.as_str());
    let challenges = ChallengeNameType::ALL.iter().map(|name| name.as_str());
    for name in flows.chain(challenges) {
        assert!(told.contains(name), "{name}");
    }
}

/// No answer to a challenge, right or wrong, meets something that is not served.
#[tokio::test]
async fn an_answer_to_another_challenge_is_refused_as_such() {
    let cx = server();
    let session = password(&cx, CLIENT, "token").await["Session"].clone();
    for challenge in ChallengeNameType::ALL {
        let responses = json!({"USERNAME": "token"});
        let input = json!({"ClientId": CLIENT, "ChallengeName": challenge.as_str(),
            "Session": session, "ChallengeResponses": responses});
        let answer = call(&cx, Operation::RespondToAuthChallenge, input).await;
        assert!(!is_not_served(&answer), "{challenge}");
        assert!(answer.is_err(), "{challenge}");
    }
}
