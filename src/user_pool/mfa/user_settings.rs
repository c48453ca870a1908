//! SetUserSettings and AdminSetUserSettings, the older way to turn SMS codes on, and the MFAOptions
//! that show it.
//!
//! "No longer supported", says the API reference of operations that still answer: they set SMS and
//! nothing else (documented). What they set shows in MFAOptions and not in UserMFASettingList: aws-amplify
//! tells the two ways apart so (reported).

use std::sync::Arc;

use super::preference::{change_user, check_has_means};
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::Contact;
use crate::model::cognito_idp::{
    AdminSetUserSettingsRequest, AdminSetUserSettingsResponse, MFAOptionType,
    SetUserSettingsRequest, SetUserSettingsResponse,
};
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::user::{Factor, User};
use crate::user_pool::tokens::access;
use crate::user_pool::users;

/// `SetUserSettings`.
///
/// # Errors
/// A bad access token, another option than SMS, a user without a phone number.
pub fn set_user_settings(
    cx: &Context,
    req: SetUserSettingsRequest,
) -> Result<SetUserSettingsResponse, CognitoError> {
    let caller = access::authorize(cx, &req.access_token)?;
    let on = asks_for_sms(&req.mfa_options)?;
    let find = |state: &PoolState| users::current(state, &caller.user).map(Arc::clone);
    change_user(&caller.pool, cx.now(), find, |_, user| set(user, on))?;
    Ok(SetUserSettingsResponse {})
}

/// `AdminSetUserSettings`.
///
/// # Errors
/// An unknown pool or user, another option than SMS, a user without a phone number.
pub fn admin_set_user_settings(
    cx: &Context,
    req: AdminSetUserSettingsRequest,
) -> Result<AdminSetUserSettingsResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let on = asks_for_sms(&req.mfa_options)?;
    let find = |state: &PoolState| users::require(state, &req.username).map(Arc::clone);
    change_user(&pool, cx.now(), find, |_, user| set(user, on))?;
    Ok(AdminSetUserSettingsResponse {})
}

/// An empty list turns off what these operations turned on (inferred).
fn asks_for_sms(options: &[MFAOptionType]) -> Result<bool, CognitoError> {
    for option in options {
        let to = Contact::PhoneNumber;
        let is_sms = option.delivery_medium == Some(to.medium())
            && option.attribute_name.as_deref() == Some(to.as_str());
        if !is_sms {
            return Refusal::MfaOptionInvalid.refuse(
                "an option is DeliveryMedium SMS with AttributeName phone_number; \
                 SetUserMFAPreference sets other factors",
            );
        }
    }
    Ok(!options.is_empty())
}

fn set(user: &mut User, on: bool) -> Result<(), CognitoError> {
    if on {
        // As for SetUserMFAPreference (inferred).
        check_has_means(user, Factor::SmsMfa)?;
    }
    user.more_mut().mfa.sms_option = on;
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::test_pool::{PASSWORD, TestPool, attributes};

    fn sms() -> Value {
        json!([{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}])
    }

    async fn pool() -> TestPool {
        let role = json!({"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"});
        let pool = TestPool::new(json!({"SmsConfiguration": role})).await;
        let mfa = json!({"UserPoolId": pool.id.as_str(), "MfaConfiguration": "OPTIONAL",
            "SmsMfaConfiguration": {"SmsConfiguration": role}});
        pool.ok("SetUserPoolMfaConfig", mfa).await;
        pool.confirmed("ann", attributes([("phone_number", "+15555550100")]))
            .await;
        pool.confirmed("bob", json!([])).await;
        pool
    }

    async fn first_step(pool: &TestPool) -> Value {
        let request = json!({"AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": "ann", "PASSWORD": PASSWORD}});
        pool.ok("InitiateAuth", request).await["ChallengeName"].clone()
    }

    #[tokio::test]
    async fn an_option_asks_for_sms_codes_and_shows_in_mfa_options_alone() {
        let pool = pool().await;
        let token = pool.access_token("ann").await;
        let on = json!({"AccessToken": token, "MFAOptions": sms()});
        assert_eq!(pool.ok("SetUserSettings", on).await, json!({}));
        for (operation, who) in [
            ("GetUser", json!({"AccessToken": token})),
            ("AdminGetUser", json!({"Username": "ann"})),
        ] {
            let user = pool.ok(operation, who).await;
            assert_eq!(user["MFAOptions"], sms(), "{operation}");
            assert_eq!(user["UserMFASettingList"], Value::Null, "{operation}");
        }
        assert_eq!(first_step(&pool).await, "SMS_MFA");
        let off = json!({"Username": "ann", "MFAOptions": []});
        assert_eq!(pool.ok("AdminSetUserSettings", off).await, json!({}));
        let user = pool.ok("GetUser", json!({"AccessToken": token})).await;
        assert_eq!(user["MFAOptions"], Value::Null);
        assert_eq!(first_step(&pool).await, Value::Null);
    }

    #[tokio::test]
    async fn the_newer_preference_turns_the_option_off() {
        let pool = pool().await;
        let on = json!({"Username": "ann", "MFAOptions": sms()});
        pool.ok("AdminSetUserSettings", on).await;
        let off = json!({"Username": "ann", "SMSMfaSettings": {"Enabled": false}});
        pool.ok("AdminSetUserMFAPreference", off).await;
        assert_eq!(first_step(&pool).await, Value::Null);
    }

    #[tokio::test]
    async fn passkeys_count_as_mfa_beside_the_option_too() {
        let pool = pool().await;
        let passkeys = json!({"RelyingPartyId": "example.com",
            "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"});
        let mfa = json!({"UserPoolId": pool.id.as_str(), "MfaConfiguration": "OPTIONAL",
            "SmsMfaConfiguration": {}, "WebAuthnConfiguration": passkeys});
        pool.ok("SetUserPoolMfaConfig", mfa).await;
        let on = json!({"Username": "ann", "WebAuthnMfaSettings": {"Enabled": true}});
        let refused = pool.refused("AdminSetUserMFAPreference", on.clone()).await;
        assert!(refused.starts_with("InvalidParameter"), "{refused}");
        let option = json!({"Username": "ann", "MFAOptions": sms()});
        pool.ok("AdminSetUserSettings", option).await;
        pool.ok("AdminSetUserMFAPreference", on).await;
    }

    #[tokio::test]
    async fn only_sms_to_a_phone_number_that_the_user_has_can_be_set() {
        let pool = pool().await;
        for option in [
            json!({"DeliveryMedium": "EMAIL", "AttributeName": "email"}),
            json!({"DeliveryMedium": "SMS", "AttributeName": "email"}),
            json!({"DeliveryMedium": "SMS"}),
            json!({}),
        ] {
            let request = json!({"Username": "ann", "MFAOptions": [option]});
            let refused = pool.refused("AdminSetUserSettings", request).await;
            assert!(
                refused.starts_with("InvalidParameterException: Only SMS"),
                "{option}: {refused}"
            );
        }
        let request = json!({"Username": "bob", "MFAOptions": sms()});
        assert_eq!(
            pool.refused("AdminSetUserSettings", request).await,
            "InvalidParameterException: User does not have delivery config set to turn on SMS_MFA"
        );
    }
}
