//! Which factors a user may turn on.

use std::sync::Arc;

use serde_json::json;

use crate::store::user_pool::software_token::SoftwareToken;
use crate::test_pool::{TestPool, attributes};
use crate::user_pool::users;

/// A pool whose passkeys count as MFA, with ann, who has a token, and bob, who has a phone.
async fn pool(mode: &str, has_sms: bool) -> TestPool {
    let pool = TestPool::new(json!({})).await;
    let mut mfa = json!({"UserPoolId": pool.id.as_str(), "MfaConfiguration": mode,
        "SoftwareTokenMfaConfiguration": {"Enabled": true},
        "WebAuthnConfiguration": {"RelyingPartyId": "example.com",
            "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"}});
    if has_sms {
        let role = json!({"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"});
        mfa["SmsMfaConfiguration"] = json!({"SmsConfiguration": role});
    }
    pool.ok("SetUserPoolMfaConfig", mfa).await;
    pool.confirmed("ann", json!([])).await;
    pool.confirmed("bob", attributes([("phone_number", "+12065550839")]))
        .await;
    let stored = pool.cx.pool(&pool.id).unwrap();
    users::change(&stored, &pool.user("ann"), |_, user| {
        user.more_mut().mfa.token = Some(SoftwareToken::new(Arc::from([7; 20]), None));
        Ok(())
    })
    .unwrap();
    pool
}

/// Where the pool requires MFA a verified token is enough to be asked for (observed), and so is a phone.
#[tokio::test]
async fn a_passkey_counts_beside_a_factor_that_is_asked_for() {
    for (mode, has_sms, by_ann, by_bob) in [
        ("OPTIONAL", true, false, false),
        ("ON", false, true, false),
        ("ON", true, true, true),
    ] {
        let pool = pool(mode, has_sms).await;
        for (name, takes) in [("ann", by_ann), ("bob", by_bob)] {
            let on = json!({"Username": name, "WebAuthnMfaSettings": {"Enabled": true}});
            let refused = pool.call("AdminSetUserMFAPreference", on).await.err();
            let expected = "InvalidParameterException: User does not have delivery config set to \
                            turn on WEB_AUTHN";
            let expected = (!takes).then(|| expected.to_owned());
            assert_eq!(refused, expected, "{mode} {has_sms} {name}");
            let is_on = pool
                .user(name)
                .more()
                .is_some_and(|more| more.mfa.web_authn);
            assert_eq!(is_on, takes);
        }
    }
}
