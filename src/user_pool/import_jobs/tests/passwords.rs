//! Signing in after an import: by a hash, after a reset, by a code.

use serde_json::{Value, json};

use super::{JOHN, counts, file, import, log, pool, row};
use crate::context::Settings;
use crate::model::cognito_idp::{ExplicitAuthFlowsType, UserStatusType};
use crate::test_pool::{TestPool, hiding, server};

/// bcrypt of `a`, a published vector.
const HASH: &str = "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe";

async fn sign_in(pool: &TestPool, name: &str, password: &str) -> Result<Value, String> {
    let request = json!({"AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": name, "PASSWORD": password}});
    pool.call("InitiateAuth", request).await
}

const WRONG: &str = "NotAuthorizedException: Incorrect username or password.";

#[tokio::test]
async fn a_hash_signs_in_and_gives_way_to_a_password() {
    let pool = TestPool::with(
        json!({"AutoVerifiedAttributes": ["email"]}),
        Settings::default(),
        |client| {
            client.explicit_auth_flows = Some(vec![
                ExplicitAuthFlowsType::AllowUserPasswordAuth,
                ExplicitAuthFlowsType::AllowUserSrpAuth,
            ]);
        },
    )
    .await;
    // The guide's sample has these columns.
    let csv = format!(
        "cognito:username,email,email_verified,phone_number,phone_number_verified,password_hash\n\
         ann,ann@example.com,TRUE,+12345550100,TRUE,{HASH}\n\
         bob,bob@example.com,TRUE,,,\n\
         cid,cid@example.com,TRUE,,,{}\ndee,dee@example.com,TRUE,,,$1$x\n",
        HASH.replace("$06$", "$31$")
    );
    let ended = import(&pool, json!({"PasswordHashingAlgorithm": "BCRYPT"}), csv).await;
    assert_eq!(ended["PasswordHashingAlgorithm"], "BCRYPT");
    assert_eq!(counts(&ended), [2, 0, 2]);
    let log = log(&pool, &ended);
    assert!(log.contains("Line Number 4 - The User Record has a password hash whose parameters"));
    assert!(
        log.contains("Line Number 5 - The User Record has a password hash that does not match")
    );
    assert!(!log.contains("$2a"));
    assert_eq!(pool.user("ann").status, UserStatusType::Confirmed);
    assert_eq!(pool.user("bob").status, UserStatusType::ResetRequired);
    assert_eq!(sign_in(&pool, "ann", "b").await.unwrap_err(), WRONG);
    // Until then SRP offers an exchange that cannot be won.
    let srp = json!({"AuthFlow": "USER_SRP_AUTH",
        "AuthParameters": {"USERNAME": "ann", "SRP_A": "A".repeat(768)}});
    let offered = pool.ok("InitiateAuth", srp).await;
    assert_eq!(offered["ChallengeName"], "PASSWORD_VERIFIER");
    assert!(pool.user("ann").password.is_none());
    let both = tokio::join!(sign_in(&pool, "ann", "a"), sign_in(&pool, "ann", "a"));
    assert!(both.0.is_ok() && both.1.is_ok());
    let ann = pool.user("ann");
    assert!(ann.password.is_some() && ann.imported_hash().is_none());
    assert!(sign_in(&pool, "ann", "a").await.is_ok());
    assert_eq!(sign_in(&pool, "ann", "b").await.unwrap_err(), WRONG);
}

#[tokio::test]
async fn a_password_set_before_the_first_sign_in_replaces_the_hash() {
    let pool = pool().await;
    let csv = format!(
        "cognito:username,email,email_verified,cognito:password_hash\n\
        ann,ann@example.com,TRUE,{HASH}"
    );
    import(&pool, json!({"PasswordHashingAlgorithm": "BCRYPT"}), csv).await;
    let request = json!({"Username": "ann", "Password": "New-1234", "Permanent": true});
    pool.ok("AdminSetUserPassword", request).await;
    assert_eq!(sign_in(&pool, "ann", "a").await.unwrap_err(), WRONG);
    assert!(sign_in(&pool, "ann", "New-1234").await.is_ok());
}

#[tokio::test]
async fn who_has_no_password_yet_is_told_to_reset_it_unless_users_are_hidden() {
    const RESET: &str = "PasswordResetRequiredException: Password reset required for the user";
    let pool = pool().await;
    import(&pool, json!({}), file(&[row("ann")])).await;
    assert_eq!(
        sign_in(&pool, "ann", "any password").await.unwrap_err(),
        RESET
    );
    let request = json!({"Username": "ann"});
    pool.ok("ForgotPassword", request).await;
    let request =
        json!({"Username": "ann", "ConfirmationCode": pool.code(), "Password": "New-1234"});
    pool.ok("ConfirmForgotPassword", request).await;
    assert!(sign_in(&pool, "ann", "New-1234").await.is_ok());

    let members = json!({"AutoVerifiedAttributes": ["email"]});
    let pool = TestPool::on(server(Settings::default()), members, hiding).await;
    import(&pool, json!({}), file(&[row("ann")])).await;
    assert_eq!(
        sign_in(&pool, "ann", "any password").await.unwrap_err(),
        WRONG
    );
}

#[tokio::test]
async fn a_pool_with_one_time_codes_imports_confirmed_users_who_have_an_address_for_one() {
    let policies = json!({"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "SMS_OTP"]}});
    let members = json!({"AutoVerifiedAttributes": ["email"], "Policies": policies,
        "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}});
    let pool = TestPool::new(members).await;
    import(&pool, json!({}), file(&[JOHN.to_owned(), row("ann")])).await;
    assert_eq!(pool.user("John").status, UserStatusType::Confirmed);
    assert_eq!(pool.user("ann").status, UserStatusType::ResetRequired);
}
