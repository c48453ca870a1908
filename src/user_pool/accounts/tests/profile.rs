use serde_json::{Value, json};

use crate::context::Settings;
use crate::test_pool::{PASSWORD, TestPool, attributes};

const UNAUTHORIZED: &str =
    "NotAuthorizedException: A client attempted to write unauthorized attribute";

fn update(token: &Value, given: Value) -> Value {
    json!({"AccessToken": token, "UserAttributes": given})
}

#[tokio::test]
async fn a_user_sees_what_the_client_may_read() {
    let restrict = |client: &mut crate::store::user_pool::app_client::AppClient| {
        client.read_attributes = Some(vec!["email".into()]);
    };
    let pool = TestPool::with(json!({}), Settings::default(), restrict).await;
    pool.confirmed(
        "bob",
        attributes([("email", "bob@example.com"), ("name", "Bob")]),
    )
    .await;
    let token = pool.access_token("bob").await;
    let answer = pool.ok("GetUser", json!({"AccessToken": token})).await;
    let sub = pool.user("bob").sub.to_string();
    assert_eq!(
        answer,
        json!({
            "Username": "bob",
            "UserAttributes": attributes([("sub", sub.as_str()), ("email", "bob@example.com")]),
        })
    );
}

#[tokio::test]
async fn a_client_on_defaults_reads_and_writes_every_attribute_custom_ones_included() {
    let schema = json!([
        {"Name": "tenant", "AttributeDataType": "String", "Mutable": true},
        {"Name": "rank", "AttributeDataType": "String", "DeveloperOnlyAttribute": true,
            "Mutable": true},
    ]);
    let pool = TestPool::new(json!({"Schema": schema})).await;
    let signing_up = json!({"Username": "bob", "Password": PASSWORD,
        "UserAttributes": attributes([("custom:tenant", "a")])});
    pool.ok("SignUp", signing_up).await;
    pool.ok("AdminConfirmSignUp", json!({"Username": "bob"}))
        .await;
    let rank = json!({"Username": "bob", "UserAttributes": attributes([("dev:custom:rank", "7")])});
    pool.ok("AdminUpdateUserAttributes", rank).await;
    let token = pool.access_token("bob").await;
    let given = attributes([("custom:tenant", "b")]);
    pool.ok("UpdateUserAttributes", update(&token, given)).await;

    let answer = pool.ok("GetUser", json!({"AccessToken": token})).await;
    let sub = pool.user("bob").sub.to_string();
    let readable = [
        ("sub", sub.as_str()),
        ("custom:tenant", "b"),
        ("dev:custom:rank", "7"),
    ];
    assert_eq!(answer["UserAttributes"], attributes(readable));
    let claims = pool.id_claims("bob").await;
    assert_eq!(claims["custom:tenant"], "b");
    assert_eq!(claims["dev:custom:rank"], "7");
    for name in ["dev:custom:rank", "email_verified"] {
        let refused = pool
            .refused(
                "UpdateUserAttributes",
                update(&token, attributes([(name, "true")])),
            )
            .await;
        assert!(!refused.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn a_changed_address_is_unverified_and_gets_a_code() {
    let pool = TestPool::new(json!({"AutoVerifiedAttributes": ["email"]})).await;
    let verified = attributes([("email", "bob@example.com"), ("email_verified", "true")]);
    pool.confirmed("bob", verified).await;
    let token = pool.access_token("bob").await;
    let same = attributes([("email", "bob@example.com"), ("name", "Bob")]);
    let answer = pool.ok("UpdateUserAttributes", update(&token, same)).await;
    assert_eq!(answer, json!({"CodeDeliveryDetailsList": []}));
    assert_eq!(pool.attribute("bob", "email_verified"), "true");

    let new = attributes([("email", "new@example.com")]);
    let answer = pool.ok("UpdateUserAttributes", update(&token, new)).await;
    assert_eq!(
        answer["CodeDeliveryDetailsList"][0]["Destination"],
        "n***@e***"
    );
    assert_eq!(pool.attribute("bob", "email"), "new@example.com");
    assert_eq!(pool.attribute("bob", "email_verified"), "false");
    let verify = |code: &str| json!({"AccessToken": token, "AttributeName": "email", "Code": code});
    assert_eq!(
        pool.refused("VerifyUserAttribute", verify("0")).await,
        "CodeMismatchException: Invalid verification code provided, please try again."
    );
    let code = pool.code();
    assert_eq!(
        pool.ok("VerifyUserAttribute", verify(&code)).await,
        json!({})
    );
    assert_eq!(pool.attribute("bob", "email_verified"), "true");
    assert_eq!(
        pool.refused("VerifyUserAttribute", verify(&code)).await,
        "ExpiredCodeException: Invalid code provided, please request a code again."
    );
}

#[tokio::test]
async fn a_code_for_an_attribute_dies_with_the_next_one() {
    let pool = TestPool::new(json!({"AutoVerifiedAttributes": ["email"]})).await;
    pool.confirmed("bob", attributes([("email", "bob@example.com")]))
        .await;
    let token = pool.access_token("bob").await;
    let send = || json!({"AccessToken": token, "AttributeName": "email"});
    pool.ok("GetUserAttributeVerificationCode", send()).await;
    let first = pool.code();
    pool.ok("GetUserAttributeVerificationCode", send()).await;
    let verify = |code: &str| json!({"AccessToken": token, "AttributeName": "email", "Code": code});
    assert_eq!(
        pool.refused("VerifyUserAttribute", verify(&first)).await,
        "ExpiredCodeException: Invalid code provided, please request a code again."
    );
    pool.ok("VerifyUserAttribute", verify(&pool.code())).await;
}

fn verifying_first() -> Value {
    json!({
        "AutoVerifiedAttributes": ["email"],
        "AliasAttributes": ["email"],
        "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
    })
}

#[tokio::test]
async fn where_verification_comes_first_the_old_address_stays_until_the_code() {
    let pool = TestPool::new(verifying_first()).await;
    let verified = attributes([("email", "bob@example.com"), ("email_verified", "true")]);
    pool.confirmed("bob", verified).await;
    let token = pool.access_token("bob").await;
    let new = || attributes([("email", "new@example.com")]);
    pool.ok("UpdateUserAttributes", update(&token, new())).await;
    assert_eq!(pool.attribute("bob", "email"), "bob@example.com");
    assert_eq!(pool.attribute("bob", "email_verified"), "true");
    let again = json!({"AccessToken": token, "AttributeName": "email"});
    let sent = pool.ok("GetUserAttributeVerificationCode", again).await;
    assert_eq!(sent["CodeDeliveryDetails"]["Destination"], "n***@e***");
    let verify = json!({"AccessToken": token, "AttributeName": "email", "Code": pool.code()});
    pool.ok("VerifyUserAttribute", verify).await;
    assert_eq!(pool.attribute("bob", "email"), "new@example.com");
    assert_eq!(pool.user("new@example.com").username.as_str(), "bob");
}

#[tokio::test]
async fn an_administrator_who_sets_the_flag_decides_and_no_code_is_sent() {
    let pool = TestPool::new(verifying_first()).await;
    let verified = attributes([("email", "bob@example.com"), ("email_verified", "true")]);
    pool.confirmed("bob", verified).await;
    let sent = pool.messages().len();
    let new = attributes([("email_verified", "true"), ("email", "new@example.com")]);
    let request = json!({"Username": "bob", "UserAttributes": new});
    assert_eq!(
        pool.ok("AdminUpdateUserAttributes", request).await,
        json!({})
    );
    assert_eq!(pool.attribute("bob", "email"), "new@example.com");
    assert_eq!(pool.attribute("bob", "email_verified"), "true");
    assert_eq!(pool.messages().len(), sent);
}

#[tokio::test]
async fn an_address_is_taken_when_another_user_is_found_by_it() {
    let pool = TestPool::new(verifying_first()).await;
    let held = attributes([("email", "held@example.com"), ("email_verified", "true")]);
    pool.confirmed("one", held.clone()).await;
    pool.confirmed("two", json!([])).await;
    let token = pool.access_token("two").await;
    let taken = "AliasExistsException: An account with the given email already exists.";
    let own = attributes([("email", "held@example.com")]);
    assert_eq!(
        pool.refused("UpdateUserAttributes", update(&token, own))
            .await,
        taken
    );
    let request = json!({"Username": "two", "UserAttributes": held});
    assert_eq!(
        pool.refused("AdminUpdateUserAttributes", request).await,
        taken
    );

    // Free when the code is sent, taken when it is given.
    let own = attributes([("email", "late@example.com")]);
    pool.ok("UpdateUserAttributes", update(&token, own)).await;
    let code = pool.code();
    let late = attributes([("email", "late@example.com"), ("email_verified", "true")]);
    pool.confirmed("three", late).await;
    let verify = json!({"AccessToken": token, "AttributeName": "email", "Code": code});
    assert_eq!(pool.refused("VerifyUserAttribute", verify).await, taken);
}

#[tokio::test]
async fn updates_are_refused_in_aws_words_and_change_nothing() {
    let pool = TestPool::new(json!({"Schema": [
        {"Name": "fixed", "AttributeDataType": "String", "Mutable": false},
        {"Name": "long", "AttributeDataType": "String", "Mutable": true,
         "StringAttributeConstraints": {"MinLength": "3", "MaxLength": "5"}},
    ]}))
    .await;
    pool.confirmed("bob", json!([])).await;
    let token = pool.access_token("bob").await;
    let parameter = |text: &str| format!("InvalidParameterException: {text}");
    let by_user = [
        (
            ("custom:no", "1"),
            parameter("user.custom:no: Attribute does not exist in the schema.\n"),
        ),
        (
            ("custom:long", "12"),
            parameter("user.custom:long: String must be no shorter than 3 characters\n"),
        ),
        (
            ("custom:fixed", "1"),
            parameter("user.custom:fixed: Attribute cannot be updated.\n"),
        ),
        (("email_verified", "true"), UNAUTHORIZED.to_owned()),
        (("sub", "1"), UNAUTHORIZED.to_owned()),
        (
            ("phone_number", "1"),
            parameter("Invalid phone number format."),
        ),
    ];
    for (given, sentence) in by_user {
        let request = update(&token, attributes([("name", "Bob"), given]));
        assert_eq!(
            pool.refused("UpdateUserAttributes", request).await,
            sentence,
            "{given:?}"
        );
    }
    let by_administrator = [
        (
            ("custom:fixed", "1"),
            parameter("user.custom:fixed: Attribute cannot be updated.\n"),
        ),
        (
            ("custom:long", "12"),
            parameter("user.custom:long: String must be no shorter than 3 characters\n"),
        ),
        (
            ("custom:long", "123456"),
            parameter("user.custom:long: String must be no longer than 5 characters\n"),
        ),
    ];
    for (given, sentence) in by_administrator {
        let given = attributes([("name", "Bob"), given]);
        let request = json!({"Username": "bob", "UserAttributes": given});
        assert_eq!(
            pool.refused("AdminUpdateUserAttributes", request.clone())
                .await,
            sentence
        );
    }
    assert_eq!(pool.attribute("bob", "name"), "-");
}

#[tokio::test]
async fn attributes_are_deleted_by_name_or_by_an_empty_value_but_not_required_ones() {
    let pool =
        TestPool::new(json!({"Schema": [{"Name": "name", "Required": true, "Mutable": true}]}))
            .await;
    let all = attributes([
        ("name", "Bob"),
        ("nickname", "bobby"),
        ("email", "bob@example.com"),
        ("email_verified", "true"),
    ]);
    pool.confirmed("bob", all).await;
    let token = pool.access_token("bob").await;
    pool.ok(
        "UpdateUserAttributes",
        update(&token, attributes([("nickname", "")])),
    )
    .await;
    let delete = |names: &[&str]| json!({"AccessToken": token, "UserAttributeNames": names});
    pool.ok("DeleteUserAttributes", delete(&["email"])).await;
    for gone in ["nickname", "email", "email_verified"] {
        assert_eq!(pool.attribute("bob", gone), "-");
    }
    let required = "InvalidParameterException: Invalid user attributes: name: Required attribute \
                    cannot be deleted.";
    assert_eq!(
        pool.refused("DeleteUserAttributes", delete(&["name"]))
            .await,
        required
    );
    let unknown = "InvalidParameterException: Invalid user attributes: user.custom:foo: Attribute \
                   does not exist in the schema.\n";
    assert_eq!(
        pool.refused("DeleteUserAttributes", delete(&["custom:foo"]))
            .await,
        unknown
    );
    let by_administrator = json!({"Username": "bob", "UserAttributeNames": ["name"]});
    assert_eq!(
        pool.refused("AdminDeleteUserAttributes", by_administrator)
            .await,
        required
    );
}

#[tokio::test]
async fn only_addresses_that_are_there_can_be_verified() {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("bob", attributes([("email", "bob@example.com")]))
        .await;
    let token = pool.access_token("bob").await;
    let ask = |name: &str| json!({"AccessToken": token, "AttributeName": name});
    let sent = pool
        .ok("GetUserAttributeVerificationCode", ask("email"))
        .await;
    assert_eq!(sent["CodeDeliveryDetails"]["AttributeName"], "email");
    for (name, sentence) in [
        (
            "name",
            "Invalid attribute name. Only phone_number and email can be verified.",
        ),
        ("phone_number", "User does not have phone_number attribute."),
    ] {
        let refused = pool
            .refused("GetUserAttributeVerificationCode", ask(name))
            .await;
        assert_eq!(refused, format!("InvalidParameterException: {sentence}"));
    }
}

#[tokio::test]
async fn a_deleted_user_is_gone_for_its_token_too() {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("bob", json!([])).await;
    let token = pool.access_token("bob").await;
    assert_eq!(
        pool.ok("DeleteUser", json!({"AccessToken": token})).await,
        Value::Null
    );
    let refused = pool.refused("GetUser", json!({"AccessToken": token})).await;
    assert_eq!(refused, "UserNotFoundException: User does not exist.");
}
