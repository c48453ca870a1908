//! The second factor, as callers see it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::model::cognito_idp::{EmailMfaConfigType, UserPoolMfaType};
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::software_token::SoftwareToken;
use crate::test_pool::{PASSWORD, TestPool, attributes};
use crate::user_pool::users;

/// A pool that asks for a second factor by mail or by token.
async fn pool(mode: UserPoolMfaType, members: Value) -> TestPool {
    let pool = TestPool::new(members).await;
    let stored = pool.cx.pool(&pool.id).unwrap();
    stored
        .change(|draft| {
            let mut settings = PoolSettings::clone(&draft.state().settings);
            settings.mfa.mode = mode;
            settings.mfa.software_token = Some(true);
            settings.mfa.email = Some(EmailMfaConfigType::default());
            draft.put_settings(settings);
            Ok(())
        })
        .unwrap();
    pool
}

fn password(name: &str) -> Value {
    json!({"AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": name, "PASSWORD": PASSWORD}})
}

fn answer(asked: &Value, name: &str, value: &str) -> Value {
    json!({"ChallengeName": asked["ChallengeName"], "Session": asked["Session"],
        "ChallengeResponses": {"USERNAME": "bob", name: value}})
}

/// Observed.
#[tokio::test]
async fn a_software_token_has_a_name_also_where_none_was_given() {
    let pool = pool(UserPoolMfaType::On, json!({})).await;
    pool.confirmed("bob", json!([])).await;
    let stored = pool.cx.pool(&pool.id).unwrap();
    for (given, shown) in [(None, "Unknown"), (Some(""), ""), (Some("phone"), "phone")] {
        users::change(&stored, &pool.user("bob"), |_, user| {
            let token = SoftwareToken::new(Arc::from([7; 20]), given.map(str::to_owned));
            user.more_mut().mfa.token = Some(token);
            Ok(())
        })
        .unwrap();
        let asked = pool.ok("InitiateAuth", password("bob")).await;
        let parameters = json!({"FRIENDLY_DEVICE_NAME": shown, "USER_ID_FOR_SRP": "bob"});
        assert_eq!(asked["ChallengeParameters"], parameters);
    }
}

/// Documented: who has an active factor is prompted, and where none is usable the exception tells it.
#[tokio::test]
async fn a_password_does_not_do_alone_because_an_address_was_taken_away() {
    let pool = pool(UserPoolMfaType::Optional, json!({})).await;
    pool.confirmed("bob", attributes([("email", "bob@example.com")]))
        .await;
    let on = json!({"Username": "bob", "EmailMfaSettings": {"Enabled": true}});
    pool.ok("AdminSetUserMFAPreference", on).await;
    let asked = pool.ok("InitiateAuth", password("bob")).await;
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    let gone = json!({"Username": "bob", "UserAttributeNames": ["email"]});
    pool.ok("AdminDeleteUserAttributes", gone).await;
    let refused = pool.refused("InitiateAuth", password("bob")).await;
    assert!(
        refused.starts_with("InvalidUserPoolConfigurationException: "),
        "{refused}"
    );
    let off = json!({"Username": "bob", "EmailMfaSettings": {"Enabled": false}});
    pool.ok("AdminSetUserMFAPreference", off).await;
    pool.access_token("bob").await;
}

/// Inferred from the exception that the operation declares.
#[tokio::test]
async fn an_address_that_is_another_users_alias_is_no_factor_to_set_up() {
    let pool = pool(UserPoolMfaType::On, json!({"AliasAttributes": ["email"]})).await;
    let address = "eve@example.com";
    let verified = attributes([("email", address), ("email_verified", "true")]);
    pool.confirmed("eve", verified).await;
    pool.confirmed("bob", json!([])).await;
    let asked = pool.ok("InitiateAuth", password("bob")).await;
    assert_eq!(asked["ChallengeName"], "MFA_SETUP");
    let given = answer(&asked, "EMAIL", address);
    let sent = pool.messages().len();
    assert_eq!(
        pool.refused("RespondToAuthChallenge", given.clone()).await,
        "AliasExistsException: An account with the given email already exists."
    );
    assert_eq!(pool.attribute("bob", "email"), "-");
    assert_eq!(pool.messages().len(), sent);
    let gone = json!({"Username": "eve", "UserAttributeNames": ["email"]});
    pool.ok("AdminDeleteUserAttributes", gone).await;
    let asked = pool.ok("RespondToAuthChallenge", given).await;
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    let code = answer(&asked, "EMAIL_OTP_CODE", &pool.code());
    pool.ok("RespondToAuthChallenge", code).await;
    assert_eq!(pool.attribute("bob", "email_verified"), "true");
}

#[tokio::test]
async fn a_wrong_code_says_what_it_is_for() {
    let pool = pool(UserPoolMfaType::On, json!({})).await;
    let verified = attributes([("email", "bob@example.com"), ("email_verified", "true")]);
    pool.confirmed("bob", verified).await;
    let turn_on = json!({"Username": "bob", "EmailMfaSettings": {"Enabled": true}});
    pool.ok("AdminSetUserMFAPreference", turn_on).await;
    pool.ok("InitiateAuth", password("bob")).await;
    let first = pool.code();
    let asked = pool.ok("InitiateAuth", password("bob")).await;
    let given = answer(&asked, "EMAIL_OTP_CODE", &first);
    let reason = pool.reason("RespondToAuthChallenge", given).await;
    assert!(
        reason.ends_with(
            "; it was sent 0 ms ago for another sign-in: a code goes with the Session that it was sent for"
        ),
        "{reason}"
    );
    assert!(!reason.contains(&first));
    let given = answer(&asked, "EMAIL_OTP_CODE", &pool.code());
    pool.ok("RespondToAuthChallenge", given).await;
}

#[tokio::test]
async fn a_software_token_s_wrong_and_used_codes_say_of_which_step_they_are() {
    let pool = pool(UserPoolMfaType::On, json!({})).await;
    pool.confirmed("bob", json!([])).await;
    let stored = pool.cx.pool(&pool.id).unwrap();
    let token = SoftwareToken::new(Arc::from([7; 20]), None);
    users::change(&stored, &pool.user("bob"), |_, user| {
        user.more_mut().mfa.token = Some(token.clone());
        Ok(())
    })
    .unwrap();
    let code_at = |seconds: u64| token.code_at(pool.cx.now().plus(Duration::from_secs(seconds)));
    let asked = pool.ok("InitiateAuth", password("bob")).await;
    let given = answer(&asked, "SOFTWARE_TOKEN_MFA_CODE", &code_at(120));
    let reason = pool.reason("RespondToAuthChallenge", given).await;
    assert!(
        reason.ends_with(
            "; it is the code of step 60000004, and now is step 60000000: the client's clock is 120 s ahead"
        ),
        "{reason}"
    );
    let given = answer(&asked, "SOFTWARE_TOKEN_MFA_CODE", &code_at(0));
    pool.ok("RespondToAuthChallenge", given).await;
    let asked = pool.ok("InitiateAuth", password("bob")).await;
    let given = answer(&asked, "SOFTWARE_TOKEN_MFA_CODE", &code_at(0));
    let reason = pool.reason("RespondToAuthChallenge", given).await;
    assert!(
        reason.ends_with("; this one, of step 60000000, was used"),
        "{reason}"
    );
}
