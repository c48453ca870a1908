//! The story's steps with devices and with the older MFA options.

use poolhouse::model::cognito_idp::Operation;
use serde_json::{Value, json};

use super::{PASSWORD, Story};
use crate::races::srp_client::SrpClient;

/// A pool that tracks devices, with a user and a client.
async fn tracking(story: &mut Story) -> (Value, Value) {
    let pool = json!({"PoolName": "devices",
        "DeviceConfiguration": {"DeviceOnlyRememberedOnUserPrompt": true}});
    let made = story.ask(Operation::CreateUserPool, pool).await;
    let pool = made["UserPool"]["Id"].clone();
    let client = json!({"UserPoolId": pool, "ClientName": "devices",
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]});
    let made = story.ask(Operation::CreateUserPoolClient, client).await;
    let user = json!({"UserPoolId": pool, "Username": "dee", "MessageAction": "SUPPRESS",
        "UserAttributes": [{"Name": "phone_number", "Value": "+15555550100"}]});
    story.ask(Operation::AdminCreateUser, user).await;
    let password = json!({"UserPoolId": pool, "Username": "dee", "Password": PASSWORD,
        "Permanent": true});
    story.ask(Operation::AdminSetUserPassword, password).await;
    (pool, made["UserPoolClient"]["ClientId"].clone())
}

/// InitiateAuth, with a device's key or without.
fn sign_in(client: &Value, device: Option<&Value>) -> Value {
    let mut parameters = json!({"USERNAME": "dee", "PASSWORD": PASSWORD});
    if let Some(device) = device {
        parameters["DEVICE_KEY"] = device.clone();
    }
    json!({"ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters})
}

async fn confirm(story: &mut Story, client: &Value) -> (Value, Value) {
    let tokens = story
        .ask(Operation::InitiateAuth, sign_in(client, None))
        .await;
    let tokens = &tokens["AuthenticationResult"];
    let (access, key) = (
        tokens["AccessToken"].clone(),
        tokens["NewDeviceMetadata"]["DeviceKey"].clone(),
    );
    let confirm = json!({"AccessToken": access, "DeviceKey": key, "DeviceName": "laptop",
        "DeviceSecretVerifierConfig": {
            "Salt": "fxEiM0RVZneImaq7zN3u/w==", "PasswordVerifier": "AIEj"}});
    story.ask(Operation::ConfirmDevice, confirm).await;
    (access, key)
}

pub(super) async fn devices(story: &mut Story) {
    let (pool, client) = tracking(story).await;
    let (access, key) = confirm(story, &client).await;
    let status = json!({"AccessToken": access, "DeviceKey": key,
        "DeviceRememberedStatus": "remembered"});
    story.ask(Operation::UpdateDeviceStatus, status).await;
    let mine = json!({"AccessToken": access, "DeviceKey": key});
    story.ask(Operation::GetDevice, mine.clone()).await;
    let token = json!({"AccessToken": access});
    story.ask(Operation::ListDevices, token.clone()).await;
    let dees = json!({"UserPoolId": pool, "Username": "dee"});
    story.ask(Operation::AdminListDevices, dees.clone()).await;
    let one = json!({"UserPoolId": pool, "Username": "dee", "DeviceKey": key});
    let mut status = one.clone();
    status["DeviceRememberedStatus"] = json!("not_remembered");
    story.ask(Operation::AdminUpdateDeviceStatus, status).await;
    story.ask(Operation::AdminGetDevice, one).await;
    story.ask(Operation::GetDevice, mine.clone()).await;
    story.ask(Operation::ForgetDevice, mine).await;
    let (access, key) = confirm(story, &client).await;
    let one = json!({"UserPoolId": pool, "Username": "dee", "DeviceKey": key});
    story.ask(Operation::AdminForgetDevice, one).await;
    let sms = json!([{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}]);
    let on = json!({"AccessToken": access, "MFAOptions": sms});
    story.ask(Operation::SetUserSettings, on).await;
    story.ask(Operation::AdminGetUser, dees).await;
    let off = json!({"UserPoolId": pool, "Username": "dee", "MFAOptions": []});
    story.ask(Operation::AdminSetUserSettings, off).await;
}

/// A remembered device proves itself.
pub(super) async fn proof(story: &mut Story) {
    const SECRET: &str = "secret";

    let (_, client) = tracking(story).await;
    let tokens = story
        .ask(Operation::InitiateAuth, sign_in(&client, None))
        .await;
    let tokens = &tokens["AuthenticationResult"];
    let metadata = &tokens["NewDeviceMetadata"];
    let group = metadata["DeviceGroupKey"].as_str().unwrap();
    let key = metadata["DeviceKey"].as_str().unwrap();
    let srp = SrpClient::new();
    let confirm = json!({"AccessToken": tokens["AccessToken"], "DeviceKey": key,
        "DeviceSecretVerifierConfig": srp.device_config((group, key), SECRET)});
    story.ask(Operation::ConfirmDevice, confirm).await;
    let status = json!({"AccessToken": tokens["AccessToken"], "DeviceKey": key,
        "DeviceRememberedStatus": "remembered"});
    story.ask(Operation::UpdateDeviceStatus, status).await;
    let begun = sign_in(&client, Some(&json!(key)));
    let asked = story.ask(Operation::InitiateAuth, begun).await;
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
    let answer = |asked: &Value, responses: Value| {
        json!({"ClientId": client, "ChallengeName": asked["ChallengeName"],
            "Session": asked["Session"], "ChallengeResponses": responses})
    };
    let responses = json!({"USERNAME": "dee", "DEVICE_KEY": key, "SRP_A": srp.a()});
    let request = answer(&asked, responses);
    let asked = story.ask(Operation::RespondToAuthChallenge, request).await;
    let responses = srp.prove_device(group, SECRET, &asked).unwrap();
    let request = answer(&asked, responses);
    let tokens = story.ask(Operation::RespondToAuthChallenge, request).await;
    assert!(tokens["AuthenticationResult"]["AccessToken"].is_string());
}
