use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use super::group_key;
use crate::model::PoolId;
use crate::store::user_pool::device::{DeviceKey, id_of};
use crate::store::user_pool::software_token::SoftwareToken;
use crate::test_pool::devices::TestDevice;
use crate::test_pool::{PASSWORD, TestPool, attributes};
use crate::user_pool::users;

const INVALID: &str = "NotAuthorizedException: Invalid Refresh Token.";

const UNKNOWN: &str = "ResourceNotFoundException: Device does not exist.";

const NEVER: &str = "us-east-1_01234567-89ab-cdef-0123-456789abcdef";

fn always() -> Value {
    json!({"DeviceConfiguration": {"DeviceOnlyRememberedOnUserPrompt": false}})
}

fn opt_in() -> Value {
    json!({"DeviceConfiguration": {"DeviceOnlyRememberedOnUserPrompt": true}})
}

/// A pool with a user named bob.
async fn pool(members: Value) -> TestPool {
    let pool = TestPool::new(members).await;
    pool.confirmed("bob", attributes([("phone_number", "+15555550100")]))
        .await;
    pool
}

fn password(device: Option<&Value>) -> Value {
    let mut parameters = json!({"USERNAME": "bob", "PASSWORD": PASSWORD});
    if let Some(device) = device {
        parameters["DEVICE_KEY"] = device.clone();
    }
    json!({"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters})
}

async fn sign_in(pool: &TestPool, device: Option<&Value>) -> Value {
    pool.ok("InitiateAuth", password(device)).await["AuthenticationResult"].clone()
}

fn refresh(tokens: &Value, device: Option<&Value>) -> Value {
    let mut request = json!({"RefreshToken": tokens["RefreshToken"]});
    if let Some(device) = device {
        request["DeviceKey"] = device.clone();
    }
    request
}

fn confirmation(tokens: &Value) -> Value {
    TestDevice::of(tokens).confirmation(tokens)
}

/// Signs in from a new device and confirms it.
async fn confirmed_device(pool: &TestPool) -> (Value, Value) {
    let tokens = sign_in(pool, None).await;
    pool.ok("ConfirmDevice", confirmation(&tokens)).await;
    let key = tokens["NewDeviceMetadata"]["DeviceKey"].clone();
    (tokens, key)
}

fn claims(token: &Value) -> Value {
    use base64::Engine as _;

    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    let json = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(payload)
        .unwrap();
    serde_json::from_slice(&json).unwrap()
}

fn keys(answer: &Value) -> Vec<&Value> {
    let devices = answer["Devices"].as_array().unwrap();
    devices.iter().map(|device| &device["DeviceKey"]).collect()
}

#[test]
fn a_key_is_the_region_and_a_lower_case_uuid() {
    let pool = PoolId::from("us-east-1_Abcdefghi");
    let id = Uuid::from_u128(7);
    let cases = [
        ("us-east-1_00000000-0000-0000-0000-000000000007", Some(id)),
        ("us-west-2_00000000-0000-0000-0000-000000000007", None),
        ("us-east-1_00000000000000000000000000000007", None),
        ("us-east-1_", None),
        ("us-east-1", None),
        ("", None),
    ];
    for (key, expected) in cases {
        assert_eq!(id_of(&pool, key), expected, "{key}");
    }
    let upper = "us-east-1_0000000A-0000-0000-0000-000000000007";
    assert_eq!(id_of(&pool, upper), None);
    assert_eq!(DeviceKey::new(&pool, Some(upper)), DeviceKey::Foreign);
    assert_eq!(DeviceKey::new(&pool, None), DeviceKey::Missing);
    assert_eq!(DeviceKey::new(&pool, Some("")), DeviceKey::Missing);
    assert_eq!(group_key(&pool, id), group_key(&pool, id));
    assert_ne!(group_key(&pool, id), group_key(&pool, Uuid::nil()));
}

#[tokio::test]
async fn a_sign_in_from_a_new_device_gets_a_key_and_refreshes_keep_it() {
    let pool = pool(always()).await;
    let tokens = sign_in(&pool, None).await;
    let key = &tokens["NewDeviceMetadata"]["DeviceKey"];
    assert!(key.as_str().unwrap().starts_with("us-east-1_"));
    let group = tokens["NewDeviceMetadata"]["DeviceGroupKey"]
        .as_str()
        .unwrap();
    assert_eq!(group.len(), 9);
    assert_eq!(claims(&tokens["AccessToken"])["device_key"], *key);
    assert_eq!(claims(&tokens["IdToken"])["device_key"], Value::Null);
    pool.ok("ConfirmDevice", confirmation(&tokens)).await;
    let renewed = pool
        .ok("GetTokensFromRefreshToken", refresh(&tokens, Some(key)))
        .await;
    let renewed = &renewed["AuthenticationResult"];
    assert_eq!(renewed["NewDeviceMetadata"], Value::Null);
    assert_eq!(claims(&renewed["AccessToken"])["device_key"], *key);
    let again = sign_in(&pool, None).await;
    assert_ne!(again["NewDeviceMetadata"]["DeviceKey"], *key);
    assert_eq!(again["NewDeviceMetadata"]["DeviceGroupKey"], group);
}

#[tokio::test]
async fn where_devices_are_not_tracked_keys_are_not_looked_at() {
    for members in [json!({}), json!({"DeviceConfiguration": {}})] {
        let pool = pool(members).await;
        let tokens = sign_in(&pool, Some(&json!(NEVER))).await;
        assert_eq!(tokens["NewDeviceMetadata"], Value::Null);
        assert_eq!(claims(&tokens["AccessToken"])["device_key"], Value::Null);
        pool.ok("GetTokensFromRefreshToken", refresh(&tokens, None))
            .await;
        let refused = pool
            .refused("ListDevices", json!({"AccessToken": tokens["AccessToken"]}))
            .await;
        assert!(refused.starts_with("InvalidUserPoolConfigurationException: "));
        let refused = pool
            .refused("AdminListDevices", json!({"Username": "bob"}))
            .await;
        assert!(refused.starts_with("InvalidUserPoolConfigurationException: "));
    }
}

#[tokio::test]
async fn a_refresh_needs_the_key_of_the_tokens_own_device() {
    let pool = pool(always()).await;
    let (tokens, _) = confirmed_device(&pool).await;
    let (other, _) = confirmed_device(&pool).await;
    let wrong = [
        None,
        Some(json!(NEVER)),
        Some(json!("x_0")),
        Some(other["NewDeviceMetadata"]["DeviceKey"].clone()),
    ];
    for key in wrong {
        let request = refresh(&tokens, key.as_ref());
        let refused = pool.refused("GetTokensFromRefreshToken", request).await;
        assert_eq!(refused, INVALID, "{key:?}");
    }
}

#[tokio::test]
async fn a_refresh_needs_a_confirmed_device() {
    let pool = pool(always()).await;
    let tokens = sign_in(&pool, None).await;
    let key = &tokens["NewDeviceMetadata"]["DeviceKey"];
    let request = refresh(&tokens, Some(key));
    assert_eq!(
        pool.refused("GetTokensFromRefreshToken", request.clone())
            .await,
        "NotAuthorizedException: Invalid Refresh Token."
    );
    pool.ok("ConfirmDevice", confirmation(&tokens)).await;
    pool.ok("GetTokensFromRefreshToken", request).await;
}

#[tokio::test]
async fn an_administrators_sign_in_has_no_device_and_cannot_be_refreshed() {
    use crate::model::cognito_idp::ExplicitAuthFlowsType as Flow;

    let pool = TestPool::with(always(), crate::context::Settings::default(), |client| {
        client.explicit_auth_flows = Some(vec![Flow::AllowAdminUserPasswordAuth]);
    })
    .await;
    pool.confirmed("bob", json!([])).await;
    let mut request = password(Some(&json!(NEVER)));
    request["AuthFlow"] = json!("ADMIN_USER_PASSWORD_AUTH");
    request["ClientId"] = json!(pool.client.as_str());
    let tokens = pool.ok("AdminInitiateAuth", request).await["AuthenticationResult"].clone();
    assert_eq!(tokens["NewDeviceMetadata"], Value::Null);
    assert_eq!(claims(&tokens["AccessToken"])["device_key"], Value::Null);
    for key in [None, Some(&json!(NEVER))] {
        let request = refresh(&tokens, key);
        assert_eq!(
            pool.refused("GetTokensFromRefreshToken", request).await,
            INVALID
        );
    }
}

#[tokio::test]
async fn a_device_keeps_its_key_over_sign_ins_and_its_date_moves_with_its_proof() {
    let pool = pool(always()).await;
    let tokens = sign_in(&pool, None).await;
    let device = pool.confirm_device(&tokens).await;
    let seen = json!({"Username": "bob", "DeviceKey": device.key});
    for (remembered, seconds) in [("not_remembered", 0.0), ("remembered", 180.0)] {
        let mut status = seen.clone();
        status["DeviceRememberedStatus"] = json!(remembered);
        pool.ok("AdminUpdateDeviceStatus", status).await;
        pool.advance(Duration::from_secs(90));
        let answer = pool.ok("InitiateAuth", password(Some(&device.key))).await;
        let answer = match remembered {
            "remembered" => pool.prove_device(&device, &answer).await,
            _ => answer,
        };
        let again = &answer["AuthenticationResult"];
        assert_eq!(again["NewDeviceMetadata"], Value::Null);
        assert_eq!(claims(&again["AccessToken"])["device_key"], device.key);
        let request = refresh(again, Some(&device.key));
        pool.ok("GetTokensFromRefreshToken", request).await;
        let seen = pool.ok("AdminGetDevice", seen.clone()).await;
        let shown = &seen["Device"];
        assert_eq!(shown["DeviceCreateDate"], 1_800_000_000.0);
        assert_eq!(
            shown["DeviceLastAuthenticatedDate"],
            1_800_000_000.0 + seconds
        );
    }
}

#[tokio::test]
async fn a_device_that_does_not_exist_is_refused_at_sign_in() {
    let pool = pool(always()).await;
    let unconfirmed = sign_in(&pool, None).await["NewDeviceMetadata"]["DeviceKey"].clone();
    for key in [unconfirmed, json!(NEVER), json!("nonsense")] {
        let refused = pool.refused("InitiateAuth", password(Some(&key))).await;
        assert_eq!(refused, UNKNOWN, "{key}");
    }
    pool.confirmed("eve", json!([])).await;
    let (_, bobs) = confirmed_device(&pool).await;
    let mut eve = password(Some(&bobs));
    eve["AuthParameters"]["USERNAME"] = json!("eve");
    assert_eq!(pool.refused("InitiateAuth", eve).await, UNKNOWN);
}

#[tokio::test]
async fn a_device_is_confirmed_once_by_the_tokens_of_its_own_sign_in() {
    let pool = pool(always()).await;
    let tokens = sign_in(&pool, None).await;
    let other = sign_in(&pool, None).await;
    let mut request = confirmation(&tokens);
    request["AccessToken"] = other["AccessToken"].clone();
    assert_eq!(
        pool.refused("ConfirmDevice", request).await,
        "InvalidParameterException: Invalid device key given."
    );
    for config in [
        Value::Null,
        json!({"Salt": "EjRW"}),
        json!({"Salt": "", "PasswordVerifier": "AIEj"}),
        json!({"Salt": "EjRW", "PasswordVerifier": "AAAA"}),
        json!({"Salt": "EjRW", "PasswordVerifier": "not base64"}),
    ] {
        let mut request = confirmation(&tokens);
        request["DeviceSecretVerifierConfig"] = config.clone();
        let refused = pool.refused("ConfirmDevice", request).await;
        assert!(
            refused.starts_with("InvalidParameterException: Invalid device secret verifier"),
            "{config}: {refused}"
        );
    }
    let confirmed = pool.ok("ConfirmDevice", confirmation(&tokens)).await;
    assert_eq!(confirmed, json!({"UserConfirmationNecessary": false}));
    let refused = pool.refused("ConfirmDevice", confirmation(&tokens)).await;
    assert!(refused.starts_with("DeviceKeyExistsException: "));
}

#[tokio::test]
async fn a_device_shows_what_aws_samples_show() {
    let pool = pool(always()).await;
    let (tokens, key) = confirmed_device(&pool).await;
    let mine = json!({"AccessToken": tokens["AccessToken"], "DeviceKey": key});
    let device = pool.ok("GetDevice", mine).await;
    let owner = format!("bob.{}", pool.id);
    let arn = format!(
        "arn:aws:cognito-idp:us-east-1:123456789012:owner/{owner}/device/{}",
        key.as_str().unwrap()
    );
    let own = attributes([("device_status", "valid"), ("device_name", "laptop")]);
    assert_eq!(device["Device"]["DeviceAttributes"], own);
    let token = json!({"AccessToken": tokens["AccessToken"]});
    let listed = pool.ok("ListDevices", token).await;
    assert_eq!(listed["Devices"], json!([device["Device"]]));

    let seen = json!({"Username": "bob", "DeviceKey": key});
    let mut device = device;
    device["Device"]["DeviceAttributes"] = attributes([
        ("device_status", "valid"),
        ("device_name", "laptop"),
        ("dev:device_arn", &arn),
        ("dev:device_owner", &owner),
        ("dev:device_remembered_status", "remembered"),
        ("dev:device_sdk", "aws-sdk"),
    ]);
    assert_eq!(pool.ok("AdminGetDevice", seen).await, device);
    let listed = pool
        .ok("AdminListDevices", json!({"Username": "bob"}))
        .await;
    assert_eq!(listed["Devices"], json!([device["Device"]]));
}

#[tokio::test]
async fn an_opt_in_device_is_seen_by_its_user_while_it_is_remembered() {
    let pool = pool(opt_in()).await;
    let tokens = sign_in(&pool, None).await;
    let confirmed = pool.ok("ConfirmDevice", confirmation(&tokens)).await;
    assert_eq!(confirmed, json!({"UserConfirmationNecessary": true}));
    let token = json!({"AccessToken": tokens["AccessToken"]});
    let key = &tokens["NewDeviceMetadata"]["DeviceKey"];
    let mine = json!({"AccessToken": tokens["AccessToken"], "DeviceKey": key});
    for remembered in [false, true, false] {
        if remembered {
            let mut status = mine.clone();
            status["DeviceRememberedStatus"] = json!("remembered");
            assert_eq!(pool.ok("UpdateDeviceStatus", status).await, json!({}));
            pool.ok("GetDevice", mine.clone()).await;
        } else {
            let status = json!({"Username": "bob", "DeviceKey": key,
                "DeviceRememberedStatus": "not_remembered"});
            assert_eq!(pool.ok("AdminUpdateDeviceStatus", status).await, json!({}));
            assert_eq!(pool.refused("GetDevice", mine.clone()).await, UNKNOWN);
        }
        let listed = pool.ok("ListDevices", token.clone()).await;
        assert_eq!(keys(&listed).len(), usize::from(remembered));
        let all = pool
            .ok("AdminListDevices", json!({"Username": "bob"}))
            .await;
        assert_eq!(keys(&all), [key]);
    }
    // A device that is not remembered is one all the same.
    assert_eq!(
        sign_in(&pool, Some(key)).await["NewDeviceMetadata"],
        Value::Null
    );
}

#[tokio::test]
async fn a_forgotten_device_is_gone_with_its_refresh_tokens() {
    let pool = pool(always()).await;
    for operation in ["ForgetDevice", "AdminForgetDevice"] {
        let (tokens, key) = confirmed_device(&pool).await;
        let mut request = json!({"DeviceKey": key});
        if operation == "ForgetDevice" {
            request["AccessToken"] = tokens["AccessToken"].clone();
        } else {
            request["Username"] = json!("bob");
        }
        assert_eq!(pool.ok(operation, request.clone()).await, Value::Null);
        assert_eq!(pool.refused(operation, request).await, UNKNOWN);
        let status = json!({"AccessToken": tokens["AccessToken"], "DeviceKey": key,
            "DeviceRememberedStatus": "remembered"});
        assert_eq!(pool.refused("UpdateDeviceStatus", status).await, UNKNOWN);
        let refused = pool.refused("InitiateAuth", password(Some(&key))).await;
        assert_eq!(refused, UNKNOWN);
        let again = refresh(&tokens, Some(&key));
        assert_eq!(
            pool.refused("GetTokensFromRefreshToken", again).await,
            INVALID
        );
        assert_eq!(
            pool.refused("ConfirmDevice", confirmation(&tokens)).await,
            UNKNOWN
        );
    }
}

#[tokio::test]
async fn lists_page_and_devices_go_with_their_user() {
    let pool = pool(always()).await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(confirmed_device(&pool).await);
    }
    let mut expected: Vec<&Value> = made.iter().map(|(_, key)| key).collect();
    expected.sort_by_key(|key| key.as_str());
    for (operation, who) in [
        ("AdminListDevices", json!({"Username": "bob"})),
        (
            "ListDevices",
            json!({"AccessToken": made[0].0["AccessToken"]}),
        ),
    ] {
        let (mut found, mut pages, mut token) = (Vec::new(), 0, Value::Null);
        loop {
            let mut request = who.clone();
            request["Limit"] = json!(2);
            if !token.is_null() {
                request["PaginationToken"] = token;
            }
            let page = pool.ok(operation, request).await;
            found.extend(keys(&page).into_iter().cloned());
            pages += 1;
            token = page["PaginationToken"].clone();
            if token.is_null() {
                break;
            }
        }
        assert_eq!(
            (found.iter().collect::<Vec<_>>(), pages),
            (expected.clone(), 3)
        );
    }
    let bob = pool.user("bob").sub;
    pool.ok("AdminDeleteUser", json!({"Username": "bob"})).await;
    let stored = pool.cx.pool(&pool.id).unwrap();
    assert_eq!(
        stored.read(|state| state.devices.after(bob, None).count()),
        0
    );
}

#[tokio::test]
async fn a_user_of_the_pool_and_a_token_are_needed() {
    let pool = pool(always()).await;
    let nobody = json!({"Username": "nobody", "DeviceKey": NEVER});
    for operation in [
        "AdminGetDevice",
        "AdminListDevices",
        "AdminForgetDevice",
        "AdminUpdateDeviceStatus",
    ] {
        let refused = pool.refused(operation, nobody.clone()).await;
        assert_eq!(
            refused, "UserNotFoundException: User does not exist.",
            "{operation}"
        );
    }
    for operation in ["GetDevice", "ForgetDevice"] {
        let refused = pool.refused(operation, json!({"DeviceKey": NEVER})).await;
        assert_eq!(
            refused,
            "InvalidParameterException: Missing required parameter AccessToken"
        );
    }
}

/// Observed; the documented rule is to answer with the username.
#[tokio::test]
async fn tokens_for_a_software_token_that_is_given_under_an_alias_confirm_no_device() {
    let mut members = always();
    members["AliasAttributes"] = json!(["email"]);
    let pool = TestPool::new(members).await;
    let address = "bob@example.com";
    let verified = attributes([("email", address), ("email_verified", "true")]);
    pool.confirmed("bob", verified).await;
    let mfa = json!({"UserPoolId": pool.id.as_str(), "MfaConfiguration": "ON",
        "SoftwareTokenMfaConfiguration": {"Enabled": true}});
    pool.ok("SetUserPoolMfaConfig", mfa).await;
    let token = || SoftwareToken::new(Arc::from([7; 20]), None);
    let stored = pool.cx.pool(&pool.id).unwrap();
    users::change(&stored, &pool.user("bob"), |_, user| {
        user.more_mut().mfa.token = Some(token());
        Ok(())
    })
    .unwrap();
    for (begun, answered, confirms) in [
        (address, address, false),
        (address, "bob", true),
        ("bob", address, false),
        ("bob", "bob", true),
    ] {
        pool.advance(Duration::from_secs(60));
        let begin = json!({"AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": begun, "PASSWORD": PASSWORD}});
        let asked = pool.ok("InitiateAuth", begin).await;
        let code = token().code_at(pool.cx.now());
        let answer = json!({"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": asked["Session"],
            "ChallengeResponses": {"USERNAME": answered, "SOFTWARE_TOKEN_MFA_CODE": code}});
        let done = pool.ok("RespondToAuthChallenge", answer).await;
        let tokens = &done["AuthenticationResult"];
        let confirmed = pool.call("ConfirmDevice", confirmation(tokens)).await;
        let refused = confirmed.err();
        let expected = "InvalidParameterException: Invalid device key given.";
        let expected = (!confirms).then(|| expected.to_owned());
        assert_eq!(refused, expected, "{begun} {answered}");
    }
}
