use std::time::Duration;

use serde_json::{Value, json};

use crate::context::Settings;
use crate::test_pool::{PASSWORD, TestPool, attributes, hiding};

const NEW: &str = "Xyz-9876";

const UNKNOWN: &str = "UserNotFoundException: Username/client id combination not found.";

const WRONG: &str = "CodeMismatchException: Invalid verification code provided, please try again.";

const EXPIRED: &str = "ExpiredCodeException: Invalid code provided, please request a code again.";

const NO_CONTACT: &str = "InvalidParameterException: Cannot reset password for the user as there is \
                          no registered/verified email or phone_number";

fn forgot(name: &str) -> Value {
    json!({"Username": name})
}

fn confirm(name: &str, code: &str, password: &str) -> Value {
    json!({"Username": name, "ConfirmationCode": code, "Password": password})
}

fn verified_email() -> Value {
    attributes([("email", "test@test.com"), ("email_verified", "True")])
}

#[tokio::test]
async fn a_code_sets_a_new_password_once() {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("bob", verified_email()).await;
    assert_eq!(
        pool.refused("ConfirmForgotPassword", confirm("bob", "1", NEW))
            .await,
        EXPIRED
    );
    assert_eq!(
        pool.ok("ForgotPassword", forgot("bob")).await,
        json!({"CodeDeliveryDetails": {
            "Destination": "t***@t***", "DeliveryMedium": "EMAIL", "AttributeName": "email",
        }})
    );
    let code = pool.code();
    assert_eq!(
        pool.refused("ConfirmForgotPassword", confirm("bob", "1", NEW))
            .await,
        WRONG
    );
    assert_eq!(
        pool.refused("ConfirmForgotPassword", confirm("bob", &code, "short"))
            .await,
        "InvalidPasswordException: Password does not conform to policy: Password not long enough"
    );
    pool.access_token("bob").await;
    assert_eq!(
        pool.ok("ConfirmForgotPassword", confirm("bob", &code, NEW))
            .await,
        json!({})
    );
    assert_eq!(
        pool.refused("ConfirmForgotPassword", confirm("bob", &code, NEW))
            .await,
        EXPIRED
    );
    let request = json!({
        "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": "bob", "PASSWORD": NEW},
    });
    pool.ok("InitiateAuth", request).await;
}

#[tokio::test]
async fn a_reset_code_dies_after_an_hour() {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("bob", verified_email()).await;
    pool.ok("ForgotPassword", forgot("bob")).await;
    pool.advance(Duration::from_secs(3601));
    let late = confirm("bob", &pool.code(), NEW);
    assert_eq!(pool.refused("ConfirmForgotPassword", late).await, EXPIRED);
}

#[tokio::test]
async fn a_reset_code_dies_with_the_next_one() {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("bob", verified_email()).await;
    let mut codes = Vec::new();
    for operation in ["ForgotPassword", "AdminResetUserPassword", "ForgotPassword"] {
        pool.ok(operation, forgot("bob")).await;
        codes.push(pool.code());
    }
    let last = codes.pop().unwrap();
    for code in &codes {
        let early = confirm("bob", code, NEW);
        assert_eq!(pool.refused("ConfirmForgotPassword", early).await, EXPIRED);
    }
    let wrong = confirm("bob", "x", NEW);
    assert_eq!(pool.refused("ConfirmForgotPassword", wrong).await, WRONG);
    pool.ok("ConfirmForgotPassword", confirm("bob", &last, NEW))
        .await;
}

#[tokio::test]
async fn two_requests_with_one_code_set_one_password() {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("bob", verified_email()).await;
    pool.ok("ForgotPassword", forgot("bob")).await;
    let code = pool.code();
    let (one, two) = tokio::join!(
        pool.call("ConfirmForgotPassword", confirm("bob", &code, NEW)),
        pool.call("ConfirmForgotPassword", confirm("bob", &code, PASSWORD)),
    );
    assert_eq!(
        [one.is_ok(), two.is_ok()].iter().filter(|ok| **ok).count(),
        1
    );
}

#[tokio::test]
async fn the_contact_follows_the_recovery_setting_and_must_be_verified() {
    let setting = |names: &[&str]| {
        let mechanisms: Vec<Value> = names
            .iter()
            .enumerate()
            .map(|(place, name)| json!({"Name": name, "Priority": place + 1}))
            .collect();
        json!({"AccountRecoverySetting": {"RecoveryMechanisms": mechanisms}})
    };
    let (email, phone) = (("email", "b@e.x"), ("phone_number", "+12065550839"));
    let both = attributes([
        email,
        phone,
        ("email_verified", "true"),
        ("phone_number_verified", "true"),
    ]);
    let unverified_phone = attributes([email, phone, ("email_verified", "true")]);
    let cases = [
        (
            &["verified_phone_number", "verified_email"][..],
            both.clone(),
            Ok("SMS"),
        ),
        (
            &["verified_email", "verified_phone_number"][..],
            both.clone(),
            Ok("EMAIL"),
        ),
        (
            &["verified_phone_number", "verified_email"][..],
            unverified_phone.clone(),
            Ok("EMAIL"),
        ),
        (
            &["verified_phone_number"][..],
            unverified_phone,
            Err(NO_CONTACT),
        ),
        (
            &["admin_only"][..],
            both,
            Err("NotAuthorizedException: Contact administrator to reset password."),
        ),
    ];
    for (names, given, expected) in cases {
        let pool = TestPool::new(setting(names)).await;
        pool.confirmed("bob", given.clone()).await;
        let answer = pool.call("ForgotPassword", forgot("bob")).await;
        let medium = answer.map(|answer| answer["CodeDeliveryDetails"]["DeliveryMedium"].clone());
        assert_eq!(
            medium,
            expected.map(Value::from).map_err(str::to_owned),
            "{names:?} {given}"
        );
    }
}

#[tokio::test]
async fn a_contact_that_serves_as_second_factor_is_no_way_to_recover() {
    use crate::model::cognito_idp::UserPoolMfaType;

    use crate::user_pool::accounts::forgot_password::Unreachable;
    use crate::user_pool::accounts::forgot_password::recovery_address;

    let pool = TestPool::new(json!({})).await;
    pool.confirmed(
        "bob",
        attributes([
            ("email", "b@e.x"),
            ("phone_number", "+12065550839"),
            ("email_verified", "true"),
            ("phone_number_verified", "true"),
        ]),
    )
    .await;
    let mut settings = (*pool.cx.pool(&pool.id).unwrap().settings()).clone();
    let mut user = (*pool.user("bob")).clone();
    user.more_mut().mfa.email = true;
    let address =
        |settings: &_, user: &_| recovery_address(settings, user).map(|to| to.contact.as_str());
    assert_eq!(address(&settings, &user), Ok("email"));
    settings.mfa.mode = UserPoolMfaType::Optional;
    assert_eq!(address(&settings, &user), Ok("phone_number"));
    user.more_mut().mfa.sms = true;
    assert_eq!(address(&settings, &user), Err(Unreachable::NoContact));
    settings.mfa.mode = UserPoolMfaType::Off;
    settings.recovery.clear();
    assert_eq!(address(&settings, &user), Ok("phone_number"));
}

#[tokio::test]
async fn states_that_cannot_reset_say_so_unless_the_client_hides_them() {
    let disabled = "NotAuthorizedException: User is disabled.";
    let waiting = "NotAuthorizedException: User password cannot be reset in the current state.";
    for hides in [false, true] {
        let pool = TestPool::with(json!({}), Settings::default(), |client| {
            if hides {
                hiding(client);
            }
        })
        .await;
        pool.confirmed("off", verified_email()).await;
        pool.ok("AdminDisableUser", forgot("off")).await;
        pool.confirmed("unreachable", json!([])).await;
        pool.ok(
            "SignUp",
            json!({"Username": "unconfirmed", "Password": PASSWORD}),
        )
        .await;
        pool.ok("AdminCreateUser", forgot("waiting")).await;
        let cases = [
            ("nobody", UNKNOWN, true),
            ("off", disabled, true),
            ("unreachable", NO_CONTACT, true),
            ("unconfirmed", NO_CONTACT, true),
            ("waiting", waiting, false),
        ];
        for (name, sentence, hideable) in cases {
            let answer = pool.call("ForgotPassword", forgot(name)).await;
            if hides && hideable {
                let again = pool.call("ForgotPassword", forgot(name)).await;
                assert_eq!(answer, again, "{name}: the simulated address is stable");
                assert_eq!(
                    answer.unwrap()["CodeDeliveryDetails"]["DeliveryMedium"],
                    "EMAIL"
                );
            } else {
                assert_eq!(answer, Err(sentence.to_owned()), "{name}");
            }
        }
        let off = pool
            .refused("ConfirmForgotPassword", confirm("off", "1", NEW))
            .await;
        assert_eq!(off, if hides { EXPIRED } else { disabled });
        let nobody = pool
            .refused("ConfirmForgotPassword", confirm("nobody", "1", NEW))
            .await;
        assert_eq!(nobody, if hides { EXPIRED } else { UNKNOWN });
        assert!(pool.messages().is_empty());
    }
}

#[tokio::test]
async fn a_user_changes_the_password_with_the_previous_one() {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("bob", json!([])).await;
    let token = pool.access_token("bob").await;
    let change = |previous: &str, proposed: &str| json!({"AccessToken": token, "PreviousPassword": previous, "ProposedPassword": proposed});
    assert_eq!(
        pool.refused("ChangePassword", change(NEW, NEW)).await,
        "NotAuthorizedException: Incorrect username or password."
    );
    assert_eq!(
        pool.refused("ChangePassword", change(PASSWORD, "abcdefg1"))
            .await,
        "InvalidPasswordException: Password does not conform to policy: Password must have \
         uppercase characters"
    );
    assert_eq!(
        pool.ok("ChangePassword", change(PASSWORD, NEW)).await,
        json!({})
    );
    assert_eq!(pool.ok("ChangePassword", change(NEW, NEW)).await, json!({}));
}

#[tokio::test]
async fn the_last_passwords_cannot_come_back_where_the_pool_remembers_them() {
    let pool = TestPool::new(json!({"Policies": {"PasswordPolicy": {
        "MinimumLength": 6, "PasswordHistorySize": 2,
    }}}))
    .await;
    let set = |password: &str| json!({"Username": "bob", "Password": password, "Permanent": true});
    pool.ok("AdminCreateUser", forgot("bob")).await;
    let used = "PasswordHistoryPolicyViolationException: Password has previously been used";
    pool.ok("AdminSetUserPassword", set("first1")).await;
    assert_eq!(
        pool.refused("AdminSetUserPassword", set("first1")).await,
        used
    );
    pool.ok("AdminSetUserPassword", set("second")).await;
    assert_eq!(
        pool.refused("AdminSetUserPassword", set("first1")).await,
        used
    );
    pool.ok("AdminSetUserPassword", set("third3")).await;
    pool.ok("AdminSetUserPassword", set("first1")).await;
}
