//! Which first factors there are to choose from, row by row.

use serde_json::{Value, json};

use super::*;
use crate::model::cognito_idp::UserPoolMfaType;
use crate::store::user_pool::software_token::SoftwareToken;
use crate::test_pool::{TestPool, attributes};

const ALL: [FirstFactor; 5] = FirstFactor::ALL;
const PASSWORDS: &[FirstFactor] = &[FirstFactor::PasswordSrp, FirstFactor::Password];
const EMAIL: FirstFactor = FirstFactor::Code(Contact::Email);
const SMS: FirstFactor = FirstFactor::Code(Contact::PhoneNumber);

/// A pool that allows every factor, and a user who has all but a passkey.
async fn scene() -> (PoolSettings, User) {
    let role = json!({"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"});
    let factors = json!(["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]);
    let pool = TestPool::new(json!({"SmsConfiguration": role,
        "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": factors}}}))
    .await;
    let contacts = attributes([("email", "a@b.example"), ("phone_number", "+12065550839")]);
    pool.confirmed("ann", contacts).await;
    let settings = pool.cx.pool(&pool.id).unwrap().settings();
    (
        PoolSettings::clone(&settings),
        User::clone(&pool.user("ann")),
    )
}

fn only(settings: &mut PoolSettings, factors: &[AuthFactorType]) {
    settings.first_factors = factors.to_vec();
}

fn with_token(user: &mut User) {
    let mfa = &mut user.more_mut().mfa;
    mfa.token = Some(SoftwareToken::new([7; 20].into(), None));
    mfa.software_token = true;
}

type Change = fn(&mut PoolSettings, &mut User);

#[tokio::test]
async fn each_factor_needs_the_pool_the_user_and_the_state() {
    use UserStatusType as Status;

    let passwords_and_passkey = [PASSWORDS, &[FirstFactor::Passkey]].concat();
    let nothing: Vec<FirstFactor> = Vec::new();
    let rows: Vec<(&str, Change, bool, Vec<FirstFactor>)> = vec![
        ("all of them", |_, _| {}, true, ALL.to_vec()),
        ("no passkey", |_, _| {}, false, ALL[..4].to_vec()),
        (
            "the pool allows passwords alone",
            |pool, _| only(pool, &[AuthFactorType::Password]),
            true,
            PASSWORDS.to_vec(),
        ),
        (
            "the pool allows codes alone",
            |pool, _| only(pool, &[AuthFactorType::SmsOtp, AuthFactorType::EmailOtp]),
            true,
            vec![EMAIL, SMS],
        ),
        (
            "the user has no address",
            |_, user| user.attributes = crate::store::user_pool::attributes::Attributes::default(),
            false,
            PASSWORDS.to_vec(),
        ),
        (
            "the user has no password",
            |_, user| user.password = None,
            true,
            ALL[2..].to_vec(),
        ),
        (
            "not confirmed yet",
            |_, user| user.status = Status::Unconfirmed,
            false,
            ALL[..4].to_vec(),
        ),
        (
            "a temporary password",
            |_, user| user.status = Status::ForceChangePassword,
            true,
            PASSWORDS.to_vec(),
        ),
        (
            "a password to be reset",
            |_, user| user.status = Status::ResetRequired,
            true,
            PASSWORDS.to_vec(),
        ),
        (
            "a password to be reset that there is not yet",
            |_, user| {
                user.status = Status::ResetRequired;
                user.password = None;
            },
            true,
            nothing.clone(),
        ),
        (
            "of an identity provider",
            |_, user| user.status = Status::ExternalProvider,
            true,
            nothing.clone(),
        ),
        (
            "MFA is required",
            |pool, _| {
                pool.mfa.mode = UserPoolMfaType::On;
                pool.mfa.software_token = Some(true);
            },
            false,
            PASSWORDS.to_vec(),
        ),
        (
            "MFA is optional, and the user has a factor",
            |pool, user| {
                pool.mfa.mode = UserPoolMfaType::Optional;
                with_token(user);
            },
            false,
            PASSWORDS.to_vec(),
        ),
        (
            "the same, and the passkey counts as MFA",
            |pool, user| {
                pool.mfa.mode = UserPoolMfaType::Optional;
                with_token(user);
            },
            true,
            passwords_and_passkey,
        ),
        (
            "MFA is optional, and the user's factor is not turned on",
            |pool, user| {
                pool.mfa.mode = UserPoolMfaType::Optional;
                with_token(user);
                user.more_mut().mfa.software_token = false;
            },
            true,
            ALL.to_vec(),
        ),
        (
            "MFA is off, whatever the user has",
            |_, user| with_token(user),
            true,
            ALL.to_vec(),
        ),
        (
            "nothing that the pool allows",
            |pool, user| {
                only(pool, &[AuthFactorType::Password]);
                user.password = None;
            },
            true,
            nothing,
        ),
    ];
    for (row, change, has_passkey, expected) in rows {
        let (mut settings, mut user) = scene().await;
        change(&mut settings, &mut user);
        assert_eq!(of(&settings, &user, has_passkey), expected, "{row}");
    }
}

#[tokio::test]
async fn a_user_who_is_played_has_what_the_pool_allows() {
    let (mut settings, _) = scene().await;
    let all = &ALL[..4];
    let rows: [(Option<FirstFactor>, &[FirstFactor]); 6] = [
        (None, all),
        (Some(FirstFactor::Passkey), all),
        (Some(FirstFactor::Password), PASSWORDS),
        (Some(FirstFactor::PasswordSrp), PASSWORDS),
        (Some(EMAIL), &[EMAIL]),
        (Some(SMS), &[SMS]),
    ];
    for (preferred, expected) in rows {
        assert_eq!(
            played(&settings, preferred, |_| true),
            expected,
            "{preferred:?}"
        );
    }
    let is_password = FirstFactor::is_password;
    assert_eq!(played(&settings, Some(EMAIL), is_password), PASSWORDS);
    only(&mut settings, &[AuthFactorType::Password]);
    assert_eq!(played(&settings, Some(EMAIL), |_| true), PASSWORDS);
}

#[test]
fn a_factor_is_named_by_its_challenge() {
    let names = names(&ALL);
    let names: Vec<_> = names.iter().map(|name| json!(name.as_str())).collect();
    assert_eq!(
        Value::from(names),
        json!([
            "PASSWORD_SRP",
            "PASSWORD",
            "EMAIL_OTP",
            "SMS_OTP",
            "WEB_AUTHN"
        ])
    );
    for factor in ALL {
        assert_eq!(FirstFactor::parse(factor.name().as_str()), Some(factor));
    }
    for other in [
        "",
        "SMS_MFA",
        "SOFTWARE_TOKEN_MFA",
        "SELECT_CHALLENGE",
        "password",
    ] {
        assert_eq!(FirstFactor::parse(other), None, "{other}");
    }
}
