use std::time::Duration;

use serde_json::{Value, json};

use crate::test_pool::{PASSWORD, TestPool, attributes};

#[tokio::test]
async fn a_username_must_fit_the_kind_of_pool() {
    let email = || json!({"UsernameAttributes": ["email"]});
    let phone = || json!({"UsernameAttributes": ["phone_number"]});
    let both = || json!({"UsernameAttributes": ["email", "phone_number"]});
    let aliases = || json!({"AliasAttributes": ["email", "phone_number"]});
    let cases = [
        (email(), "bob", "Username should be an email."),
        (
            phone(),
            "bob@example.com",
            "Username should be a phone number.",
        ),
        (
            both(),
            "bob",
            "Username should be either an email or a phone number.",
        ),
        (
            aliases(),
            "bob@example.com",
            "Username cannot be of email format, since user pool is configured for email alias.",
        ),
        (
            aliases(),
            "+12065550100",
            "Username cannot be of phone number format, since user pool is configured for \
             phone_number alias.",
        ),
        (email(), "bob@example.com", ""),
        (both(), "+12065550100", ""),
        (aliases(), "bob", ""),
        (json!({}), "bob@example.com", ""),
    ];
    for (members, name, sentence) in cases {
        let pool = TestPool::new(members.clone()).await;
        for (operation, request) in [
            ("AdminCreateUser", json!({"Username": name})),
            ("SignUp", json!({"Username": name, "Password": PASSWORD})),
        ] {
            let answer = pool.call(operation, request).await;
            // The second creation meets the first one's name.
            let taken = operation == "SignUp" && sentence.is_empty();
            match answer {
                Ok(_) => assert!(sentence.is_empty() && !taken, "{members} {name}"),
                Err(refused) if taken => {
                    assert_eq!(refused, "UsernameExistsException: User already exists");
                }
                Err(refused) => {
                    assert_eq!(refused, format!("InvalidParameterException: {sentence}"));
                }
            }
        }
    }
}

#[tokio::test]
async fn an_address_in_place_of_a_username_fills_its_attribute_and_the_name_is_the_sub() {
    let pool = TestPool::new(json!({
        "UsernameAttributes": ["email"], "UsernameConfiguration": {"CaseSensitive": false},
    }))
    .await;
    let created = pool
        .ok("AdminCreateUser", json!({"Username": "Bob@Example.com"}))
        .await;
    let user = &created["User"];
    assert_eq!(user["Username"], user["Attributes"][0]["Value"]);
    assert_eq!(user["Attributes"][0]["Name"], "sub");
    assert_eq!(
        user["Attributes"][1],
        json!({"Name": "email", "Value": "bob@example.com"})
    );
    assert_eq!(user["UserStatus"], "FORCE_CHANGE_PASSWORD");
    assert_eq!(user["Enabled"], true);
    let again = pool
        .refused("AdminCreateUser", json!({"Username": "BOB@example.com"}))
        .await;
    assert_eq!(
        again,
        "UsernameExistsException: User account already exists"
    );
}

#[tokio::test]
async fn letter_case_makes_two_users_unless_the_pool_ignores_it() {
    for (members, second) in [
        (json!({}), Ok(())),
        (
            json!({"UsernameConfiguration": {"CaseSensitive": false}}),
            Err(()),
        ),
    ] {
        let pool = TestPool::new(members.clone()).await;
        pool.ok("AdminCreateUser", json!({"Username": "User1"}))
            .await;
        let answer = pool
            .call("AdminCreateUser", json!({"Username": "user1"}))
            .await;
        assert_eq!(answer.map(drop).map_err(drop), second, "{members}");
    }
}

fn invited(pool: &TestPool) -> Vec<(&'static str, String, String)> {
    let messages = pool.messages();
    let one = |message: &std::sync::Arc<crate::control::outbox::Message>| {
        let password = message.temporary_password.clone().unwrap();
        (
            message.medium.as_str(),
            message.destination.clone(),
            password,
        )
    };
    messages.iter().map(one).collect()
}

#[tokio::test]
async fn an_invitation_goes_by_sms_unless_asked_otherwise_and_a_missing_address_is_no_error() {
    let both = attributes([
        ("email", "bob@example.com"),
        ("phone_number", "+12065550100"),
    ]);
    let email = attributes([("email", "bob@example.com")]);
    let cases: [(Value, Value, &[&str]); 5] = [
        (both.clone(), json!({}), &["SMS"]),
        (
            both.clone(),
            json!({"DesiredDeliveryMediums": ["EMAIL"]}),
            &["EMAIL"],
        ),
        (
            both.clone(),
            json!({"DesiredDeliveryMediums": ["SMS", "EMAIL"]}),
            &["SMS", "EMAIL"],
        ),
        (email, json!({}), &[]),
        (both, json!({"MessageAction": "SUPPRESS"}), &[]),
    ];
    for (given, mut request, mediums) in cases {
        let pool = TestPool::new(json!({})).await;
        request["Username"] = json!("bob");
        request["UserAttributes"] = given;
        request["TemporaryPassword"] = json!(PASSWORD);
        pool.ok("AdminCreateUser", request.clone()).await;
        let sent = invited(&pool);
        assert_eq!(
            sent.iter().map(|(medium, ..)| *medium).collect::<Vec<_>>(),
            mediums,
            "{request}"
        );
        assert!(sent.iter().all(|(.., password)| password == PASSWORD));
    }
}

#[tokio::test]
async fn no_name_and_no_password_is_read_as_a_placeholder_of_an_invitation() {
    let pool = TestPool::new(json!({})).await;
    for (name, password) in [("bob", "Aa1!{username}<b>"), ("{####}", "Aa1!{####}")] {
        let request = json!({
            "Username": name, "TemporaryPassword": password, "DesiredDeliveryMediums": ["EMAIL"],
            "UserAttributes": attributes([("email", "bob@example.com")]),
        });
        pool.ok("AdminCreateUser", request).await;
        let message = pool.messages().pop().unwrap();
        assert_eq!(
            message.body,
            format!("Your username is {name} and temporary password is {password}.")
        );
    }
}

#[tokio::test]
async fn a_generated_password_satisfies_the_policy_and_signs_in() {
    let pool = TestPool::new(json!({})).await;
    let email = attributes([("email", "bob@example.com")]);
    let request = json!({
        "Username": "bob", "UserAttributes": email, "DesiredDeliveryMediums": ["EMAIL"],
    });
    pool.ok("AdminCreateUser", request).await;
    let (_, to, password) = invited(&pool).remove(0);
    assert_eq!(to, "bob@example.com");
    let request = json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "bob", "PASSWORD": password},
    });
    assert_eq!(
        pool.ok("InitiateAuth", request).await["ChallengeName"],
        "NEW_PASSWORD_REQUIRED"
    );
}

#[tokio::test]
async fn resend_renews_the_temporary_password_of_who_waits_for_a_first_one() {
    let pool = TestPool::new(json!({})).await;
    let email = attributes([("email", "bob@example.com")]);
    pool.ok(
        "AdminCreateUser",
        json!({"Username": "bob", "UserAttributes": email}),
    )
    .await;
    pool.advance(Duration::from_secs(8 * 24 * 3600));
    let resend = |name: &str| json!({"Username": name, "MessageAction": "RESEND", "DesiredDeliveryMediums": ["EMAIL"]});
    pool.ok("AdminCreateUser", resend("bob")).await;
    let (.., password) = invited(&pool).remove(0);
    let request = json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "bob", "PASSWORD": password},
    });
    assert_eq!(
        pool.ok("InitiateAuth", request).await["ChallengeName"],
        "NEW_PASSWORD_REQUIRED"
    );
    assert_eq!(
        pool.refused("AdminCreateUser", resend("eve")).await,
        "UserNotFoundException: User does not exist."
    );
    let request = json!({"Username": "bob", "Password": PASSWORD, "Permanent": true});
    pool.ok("AdminSetUserPassword", request).await;
    assert_eq!(
        pool.refused("AdminCreateUser", resend("bob")).await,
        "UnsupportedUserStateException: Resend not possible. bob status is not \
         FORCE_CHANGE_PASSWORD"
    );
}

#[tokio::test]
async fn bad_attributes_and_passwords_are_refused_in_the_words_of_creation() {
    let pool = TestPool::new(json!({})).await;
    let cases = [
        (
            json!({"UserAttributes": [{"Name": "custom:x", "Value": "1"}]}),
            "InvalidParameterException: Attributes did not conform to the schema: custom:x: Attribute \
             does not exist in the schema.\n",
        ),
        (
            json!({"UserAttributes": [{"Name": "email"}]}),
            "InvalidParameterException: Attribute value for email must not be null",
        ),
        (
            json!({"UserAttributes": attributes([("email", "bob")])}),
            "InvalidParameterException: Invalid email address format.",
        ),
        (
            json!({"UserAttributes": attributes([("email", "a@b@c")])}),
            "InvalidParameterException: Invalid email address format.",
        ),
        (
            json!({"UserAttributes": attributes([("identities", "[]")])}),
            "InvalidParameterException: Attributes did not conform to the schema: identities: Attribute cannot be updated.\n",
        ),
        (
            json!({"UserAttributes": attributes([("updated_at", "NaN")])}),
            "InvalidParameterException: Attributes did not conform to the schema: updated_at: Attribute value must be a number\n",
        ),
        (
            json!({"UserAttributes": attributes([("updated_at", "inf")])}),
            "InvalidParameterException: Attributes did not conform to the schema: updated_at: Attribute value must be a number\n",
        ),
        (
            json!({"UserAttributes": attributes([("phone_number", "12065550100")])}),
            "InvalidParameterException: Invalid phone number format.",
        ),
        (
            json!({"TemporaryPassword": "short"}),
            "InvalidPasswordException: Password did not conform with policy: Password not long enough",
        ),
    ];
    for (mut request, sentence) in cases {
        request["Username"] = json!("bob");
        assert_eq!(
            pool.refused("AdminCreateUser", request.clone()).await,
            sentence,
            "{request}"
        );
    }
}

#[tokio::test]
async fn who_can_sign_in_by_code_needs_no_password() {
    let factors = |factors: &[&str]| json!({"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": factors}}});
    let email = attributes([("email", "bob@example.com"), ("email_verified", "true")]);
    let by_code = ["PASSWORD", "EMAIL_OTP"];
    let cases = [
        (&by_code[..], &email, Ok("CONFIRMED")),
        (
            &by_code[..],
            &json!([]),
            Err("User is required to have a password"),
        ),
        (
            &["PASSWORD", "WEB_AUTHN"][..],
            &email,
            Err("User is required to have a password"),
        ),
        (&["PASSWORD"][..], &email, Ok("FORCE_CHANGE_PASSWORD")),
    ];
    for (allowed, given, expected) in cases {
        let pool = TestPool::new(factors(allowed)).await;
        let request =
            json!({"Username": "bob", "UserAttributes": given, "MessageAction": "SUPPRESS"});
        match (pool.call("AdminCreateUser", request).await, expected) {
            (Ok(created), Ok(status)) => assert_eq!(created["User"]["UserStatus"], status),
            (Err(refused), Err(sentence)) => {
                assert_eq!(refused, format!("InvalidParameterException: {sentence}"));
            }
            (answer, _) => panic!("{allowed:?} {given}: {answer:?}"),
        }
    }
}

#[tokio::test]
async fn a_verified_alias_is_held_once_and_moves_only_by_force() {
    let pool = TestPool::new(json!({"AliasAttributes": ["email", "phone_number"]})).await;
    let verified = attributes([
        ("email", "bob@example.com"),
        ("email_verified", "true"),
        ("phone_number", "+12065550100"),
        ("phone_number_verified", "True"),
    ]);
    let unverified = attributes([("email", "bob@example.com")]);
    let create = |name: &str, given: &Value, force: bool| json!({"Username": name, "UserAttributes": given, "ForceAliasCreation": force});
    pool.ok("AdminCreateUser", create("one", &verified, false))
        .await;
    pool.ok("AdminCreateUser", create("two", &unverified, false))
        .await;
    assert_eq!(
        pool.refused("AdminCreateUser", create("three", &verified, false))
            .await,
        "AliasExistsException: An account with the given email already exists."
    );
    let found = pool
        .ok("AdminGetUser", json!({"Username": "bob@example.com"}))
        .await;
    assert_eq!(found["Username"], "one");
    pool.ok("AdminCreateUser", create("three", &verified, true))
        .await;
    assert_eq!(pool.attribute("one", "email_verified"), "false");
    assert_eq!(pool.attribute("one", "phone_number_verified"), "false");
    let found = pool
        .ok("AdminGetUser", json!({"Username": "+12065550100"}))
        .await;
    assert_eq!(found["Username"], "three");
}
