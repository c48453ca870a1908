use std::time::Duration;

use serde_json::{Value, json};

use crate::context::Settings;
use crate::model::cognito_idp::ExplicitAuthFlowsType;
use crate::test_pool::{PASSWORD, TestPool, attributes, hiding};

fn sign_up(name: &str, given: Value) -> Value {
    json!({"Username": name, "Password": PASSWORD, "UserAttributes": given})
}

fn confirm(name: &str, code: &str) -> Value {
    json!({"Username": name, "ConfirmationCode": code})
}

const WRONG: &str = "CodeMismatchException: Invalid verification code provided, please try again.";

const EXPIRED: &str = "ExpiredCodeException: Invalid code provided, please request a code again.";

#[tokio::test]
async fn a_code_goes_only_to_an_address_that_is_given_and_verified_by_the_pool() {
    let email = ("email", "test@test.com");
    let phone = ("phone_number", "+12065550839");
    let by_email = json!({
        "Destination": "t***@t***", "DeliveryMedium": "EMAIL", "AttributeName": "email",
    });
    let by_phone = json!({
        "Destination": "+*******0839", "DeliveryMedium": "SMS", "AttributeName": "phone_number",
    });
    let cases = [
        (json!([]), attributes([email]), Value::Null),
        (json!(["email"]), attributes([phone]), Value::Null),
        (json!(["email"]), attributes([email]), by_email),
        (
            json!(["email", "phone_number"]),
            attributes([email, phone]),
            by_phone,
        ),
    ];
    for (auto, given, details) in cases {
        let sms = json!({"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"});
        let pool =
            TestPool::new(json!({"AutoVerifiedAttributes": auto, "SmsConfiguration": sms})).await;
        let answer = pool.ok("SignUp", sign_up("bob", given.clone())).await;
        assert_eq!(answer["UserConfirmed"], false);
        assert_eq!(answer["UserSub"], pool.user("bob").sub.to_string());
        assert_eq!(answer["CodeDeliveryDetails"], details, "{auto} {given}");
        assert_eq!(answer.get("Session"), None);
        assert_eq!(pool.messages().len(), usize::from(!details.is_null()));
    }
}

#[tokio::test]
async fn a_code_confirms_once_and_verifies_its_address() {
    let pool = TestPool::new(json!({"AutoVerifiedAttributes": ["email"]})).await;
    pool.ok(
        "SignUp",
        sign_up("bob", attributes([("email", "bob@example.com")])),
    )
    .await;
    assert_eq!(pool.attribute("bob", "email_verified"), "false");
    assert_eq!(
        pool.refused("ConfirmSignUp", confirm("bob", "x")).await,
        WRONG
    );
    assert_eq!(
        pool.ok("ConfirmSignUp", confirm("bob", &pool.code())).await,
        json!({})
    );
    assert_eq!(pool.attribute("bob", "email_verified"), "true");
    let confirmed = "User cannot be confirmed. Current status is CONFIRMED";
    for (operation, request) in [
        ("ConfirmSignUp", confirm("bob", &pool.code())),
        ("AdminConfirmSignUp", json!({"Username": "bob"})),
    ] {
        let refused = pool.refused(operation, request).await;
        assert_eq!(refused, format!("NotAuthorizedException: {confirmed}"));
    }
    assert_eq!(
        pool.refused("ResendConfirmationCode", json!({"Username": "bob"}))
            .await,
        "InvalidParameterException: User is already confirmed."
    );
}

#[tokio::test]
async fn a_code_dies_after_a_day_or_with_the_next_one() {
    let pool = TestPool::new(json!({"AutoVerifiedAttributes": ["email"]})).await;
    pool.ok(
        "SignUp",
        sign_up("bob", attributes([("email", "bob@example.com")])),
    )
    .await;
    let first = pool.code();
    pool.advance(Duration::from_secs(24 * 3600 + 1));
    assert_eq!(
        pool.refused("ConfirmSignUp", confirm("bob", &first)).await,
        EXPIRED
    );
    let resent = pool
        .ok("ResendConfirmationCode", json!({"Username": "bob"}))
        .await;
    assert_eq!(resent["CodeDeliveryDetails"]["Destination"], "b***@e***");
    for (code, refused) in [(first.as_str(), EXPIRED), ("x", WRONG)] {
        let answer = pool.refused("ConfirmSignUp", confirm("bob", code)).await;
        assert_eq!(answer, refused, "{code}");
    }
    pool.ok("ConfirmSignUp", confirm("bob", &pool.code())).await;
}

#[tokio::test]
async fn an_administrator_confirms_without_verifying() {
    let pool = TestPool::new(json!({})).await;
    pool.ok(
        "SignUp",
        sign_up("bob", attributes([("email", "bob@example.com")])),
    )
    .await;
    assert_eq!(
        pool.refused("ResendConfirmationCode", json!({"Username": "bob"}))
            .await,
        "NotAuthorizedException: Cannot resend codes. Auto verification not turned on."
    );
    assert_eq!(
        pool.ok("AdminConfirmSignUp", json!({"Username": "bob"}))
            .await,
        json!({})
    );
    assert_eq!(pool.attribute("bob", "email_verified"), "false");
    pool.access_token("bob").await;
}

#[tokio::test]
async fn unknown_users_are_told_or_hidden_as_the_client_says() {
    let unknown = "UserNotFoundException: Username/client id combination not found.";
    let told = TestPool::new(json!({})).await;
    assert_eq!(
        told.refused("ConfirmSignUp", confirm("eve", "1")).await,
        unknown
    );
    assert_eq!(
        told.refused("ResendConfirmationCode", json!({"Username": "eve"}))
            .await,
        unknown
    );

    let hidden = TestPool::with(json!({}), Settings::default(), hiding).await;
    assert_eq!(
        hidden.refused("ConfirmSignUp", confirm("eve", "1")).await,
        EXPIRED
    );
    let resend = json!({"Username": "eve@example.com"});
    let details = hidden.ok("ResendConfirmationCode", resend).await;
    assert_eq!(details["CodeDeliveryDetails"]["Destination"], "e***@e***");
    assert!(hidden.messages().is_empty());
}

#[tokio::test]
async fn what_a_sign_up_may_not_do_is_refused_in_aws_words() {
    let pool = TestPool::new(json!({
        "AliasAttributes": ["preferred_username"],
        "Schema": [
            {"Name": "name", "Required": true},
            {"Name": "x", "AttributeDataType": "String", "Mutable": true},
        ],
    }))
    .await;
    let schema = "InvalidParameterException: Attributes did not conform to the schema: ";
    let unauthorized =
        "NotAuthorizedException: A client attempted to write unauthorized attribute".to_owned();
    let cases = [
        (
            attributes([]),
            format!("{schema}name: The attribute is required\n"),
        ),
        (
            attributes([("name", "Bob"), ("custom:y", "1")]),
            format!("{schema}custom:y: Attribute does not exist in the schema.\n"),
        ),
        (
            attributes([("name", "Bob"), ("email_verified", "true")]),
            unauthorized,
        ),
        (
            attributes([("name", "Bob"), ("preferred_username", "bobby")]),
            "InvalidParameterException: Preferred username cannot be provided for unconfirmed \
             account, since user pool is configured for preferred username alias."
                .to_owned(),
        ),
    ];
    for (given, sentence) in cases {
        assert_eq!(
            pool.refused("SignUp", sign_up("bob", given.clone())).await,
            sentence,
            "{given}"
        );
    }
    let name = || attributes([("name", "Bob")]);
    let mut weak = sign_up("bob", name());
    weak["Password"] = json!("abcdefgh");
    assert_eq!(
        pool.refused("SignUp", weak).await,
        "InvalidPasswordException: Password did not conform with policy: Password must have \
         uppercase characters"
    );
    pool.ok("SignUp", sign_up("bob", name())).await;
    assert_eq!(
        pool.refused("SignUp", sign_up("bob", name())).await,
        "UsernameExistsException: User already exists"
    );
}

#[tokio::test]
async fn a_pool_for_administrators_takes_no_sign_up() {
    let config = json!({"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": true}});
    let pool = TestPool::new(config).await;
    assert_eq!(
        pool.refused("SignUp", sign_up("bob", json!([]))).await,
        "NotAuthorizedException: SignUp is not permitted for this user pool"
    );
}

#[tokio::test]
async fn a_taken_alias_shows_when_it_is_confirmed() {
    let pool = TestPool::new(json!({
        "AliasAttributes": ["email"], "AutoVerifiedAttributes": ["email"],
    }))
    .await;
    let email = || attributes([("email", "bob@example.com")]);
    pool.ok("SignUp", sign_up("one", email())).await;
    pool.ok("ConfirmSignUp", confirm("one", &pool.code())).await;
    pool.ok("SignUp", sign_up("two", email())).await;
    let code = pool.code();
    assert_eq!(
        pool.refused("ConfirmSignUp", confirm("two", &code)).await,
        "AliasExistsException: An account with the given email already exists."
    );
    let mut forced = confirm("two", &code);
    forced["ForceAliasCreation"] = json!(true);
    pool.ok("ConfirmSignUp", forced).await;
    assert_eq!(pool.attribute("one", "email_verified"), "false");
    assert_eq!(pool.user("bob@example.com").username.as_str(), "two");
}

#[tokio::test]
async fn hourly_limits_hold_where_they_are_switched_on() {
    let limits = Settings {
        attempt_limits: true,
        ..Settings::default()
    };
    let pool = TestPool::with(json!({"AutoVerifiedAttributes": ["email"]}), limits, |_| {}).await;
    pool.ok(
        "SignUp",
        sign_up("bob", attributes([("email", "bob@example.com")])),
    )
    .await;
    for _ in 0..15 {
        assert_eq!(
            pool.refused("ConfirmSignUp", confirm("bob", "x")).await,
            WRONG
        );
    }
    assert_eq!(
        pool.refused("ConfirmSignUp", confirm("bob", &pool.code()))
            .await,
        "LimitExceededException: Attempt limit exceeded, please try after some time."
    );
    pool.advance(Duration::from_secs(3601));
    pool.ok("ConfirmSignUp", confirm("bob", &pool.code())).await;
}

#[tokio::test]
async fn no_session_tells_who_there_is() {
    const UNKNOWN: &str = "NotAuthorizedException: Invalid session for the user.";
    const USED: &str =
        "NotAuthorizedException: Invalid session for the user, session can only be used once.";
    let members = json!({"AutoVerifiedAttributes": ["email"]});
    let pool = TestPool::with(members, Settings::default(), |client| {
        hiding(client);
        client.explicit_auth_flows = Some(vec![ExplicitAuthFlowsType::AllowUserAuth]);
    })
    .await;
    let address = || attributes([("email", "a@example.com")]);
    pool.ok("SignUp", sign_up("bob", address())).await;
    let with = |name: &str, session: &Value| {
        let mut request = confirm(name, "000000");
        request["Session"] = session.clone();
        request
    };
    let eves = pool.ok("SignUp", sign_up("eve", address())).await["Session"].clone();
    let garbage = json!("x".repeat(40));
    let check = async |session: &Value, expected: &str| {
        for name in ["bob", "nobody"] {
            let refused = pool.refused("ConfirmSignUp", with(name, session)).await;
            assert_eq!(refused, expected, "{name}");
        }
    };
    check(&garbage, UNKNOWN).await;
    check(&eves, UNKNOWN).await;
    let mut right = confirm("eve", &pool.code());
    right["Session"] = eves.clone();
    let signs_in = pool.ok("ConfirmSignUp", right).await["Session"].clone();
    check(&eves, USED).await;
    check(&signs_in, UNKNOWN).await;
}

/// Observed for a call without a Session; that the used one changes nothing is inferred.
#[tokio::test]
async fn who_is_confirmed_is_told_so_with_the_session_that_did_it() {
    let members = json!({"AutoVerifiedAttributes": ["email"]});
    let pool = TestPool::with(members, Settings::default(), |client| {
        client.explicit_auth_flows = Some(vec![ExplicitAuthFlowsType::AllowUserAuth]);
    })
    .await;
    let given = || attributes([("email", "bob@example.com")]);
    let mut with_session = confirm("bob", "");
    with_session["Session"] = pool.ok("SignUp", sign_up("bob", given())).await["Session"].clone();
    with_session["ConfirmationCode"] = json!(pool.code());
    pool.ok("ConfirmSignUp", with_session.clone()).await;
    assert_eq!(
        pool.refused("ConfirmSignUp", with_session.clone()).await,
        "NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED"
    );
    // It is no session of somebody who is not.
    pool.ok("SignUp", sign_up("eve", given())).await;
    with_session["Username"] = json!("eve");
    assert_eq!(
        pool.refused("ConfirmSignUp", with_session).await,
        "NotAuthorizedException: Invalid session for the user, session can only be used once."
    );
}
