use serde_json::{Value, json};

use crate::model::cognito_idp::UserStatusType;
use crate::test_pool::{PASSWORD, TestPool, attributes};
use crate::user_pool::users;

#[tokio::test]
async fn an_unknown_user_or_pool_is_told_by_every_operation() {
    let pool = TestPool::new(json!({})).await;
    let cases = [
        ("AdminGetUser", json!({})),
        ("AdminDeleteUser", json!({})),
        ("AdminSetUserPassword", json!({"Password": PASSWORD})),
        ("AdminConfirmSignUp", json!({})),
        ("AdminDisableUser", json!({})),
        ("AdminEnableUser", json!({})),
        ("AdminUpdateUserAttributes", json!({"UserAttributes": []})),
        (
            "AdminDeleteUserAttributes",
            json!({"UserAttributeNames": []}),
        ),
        ("AdminResetUserPassword", json!({})),
        ("AdminUserGlobalSignOut", json!({})),
    ];
    for (operation, mut request) in cases {
        request["Username"] = json!("eve");
        let refused = pool.refused(operation, request.clone()).await;
        assert_eq!(
            refused, "UserNotFoundException: User does not exist.",
            "{operation}"
        );
        request["UserPoolId"] = json!("us-east-1_nowhere00");
        let refused = pool.refused(operation, request).await;
        let sentence = "User pool us-east-1_nowhere00 does not exist.";
        assert_eq!(
            refused,
            format!("ResourceNotFoundException: {sentence}"),
            "{operation}"
        );
    }
}

#[tokio::test]
async fn a_local_user_is_meant_by_its_sub_too() {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("bob", json!([])).await;
    let user = pool.user("bob");
    let sub = user.sub.to_string();
    let by = |name: &str| json!({"Username": name});
    assert_eq!(pool.ok("AdminDisableUser", by(&sub)).await, json!({}));
    let shown = pool.ok("AdminGetUser", by(&sub)).await;
    assert_eq!(
        (&shown["Username"], &shown["Enabled"]),
        (&json!("bob"), &json!(false))
    );
    let unknown = "UserNotFoundException: User does not exist.";
    let shouted = by(&sub.to_uppercase());
    assert_eq!(pool.refused("AdminGetUser", shouted).await, unknown);
    let stored = pool.cx.pool(&pool.id).unwrap();
    let federated = users::change(&stored, &user, |_, user| {
        user.status = UserStatusType::ExternalProvider;
        Ok(())
    });
    federated.unwrap();
    assert_eq!(pool.refused("AdminGetUser", by(&sub)).await, unknown);
    pool.ok("AdminGetUser", by("bob")).await;
}

#[tokio::test]
async fn a_user_reads_back_as_stored() {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed(
        "bob",
        attributes([("name", "Bob"), ("email", "bob@example.com")]),
    )
    .await;
    let sub = pool.user("bob").sub.to_string();
    let listed = attributes([
        ("sub", sub.as_str()),
        ("email", "bob@example.com"),
        ("name", "Bob"),
    ]);
    assert_eq!(
        pool.ok("AdminGetUser", json!({"Username": "bob"})).await,
        json!({
            "Username": "bob",
            "UserAttributes": listed,
            "UserCreateDate": 1_800_000_000.0,
            "UserLastModifiedDate": 1_800_000_000.0,
            "Enabled": true,
            "UserStatus": "CONFIRMED",
        })
    );
}

#[tokio::test]
async fn a_password_set_by_an_administrator_decides_the_status() {
    let pool = TestPool::new(json!({})).await;
    pool.ok("SignUp", json!({"Username": "bob", "Password": PASSWORD}))
        .await;
    let set = |permanent: Value| json!({"Username": "bob", "Password": "Xyz-9876", "Permanent": permanent});
    for (permanent, status) in [
        (json!(true), "CONFIRMED"),
        (json!(false), "FORCE_CHANGE_PASSWORD"),
        (json!(true), "CONFIRMED"),
        (Value::Null, "FORCE_CHANGE_PASSWORD"),
    ] {
        assert_eq!(
            pool.ok("AdminSetUserPassword", set(permanent)).await,
            json!({})
        );
        assert_eq!(pool.user("bob").status.as_str(), status);
    }
}

#[tokio::test]
async fn a_disabled_user_keeps_its_status_and_loses_its_tokens() {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("bob", json!([])).await;
    let token = pool.access_token("bob").await;
    let bob = || json!({"Username": "bob"});
    for _ in 0..2 {
        assert_eq!(pool.ok("AdminDisableUser", bob()).await, json!({}));
    }
    let user = pool.ok("AdminGetUser", bob()).await;
    assert_eq!(
        (&user["Enabled"], &user["UserStatus"]),
        (&json!(false), &json!("CONFIRMED"))
    );
    for _ in 0..2 {
        assert_eq!(pool.ok("AdminEnableUser", bob()).await, json!({}));
    }
    assert_eq!(
        pool.refused("GetUser", json!({"AccessToken": token})).await,
        "NotAuthorizedException: Access Token has been revoked"
    );
    pool.access_token("bob").await;
}

#[tokio::test]
async fn a_global_sign_out_kills_tokens_but_not_the_next_sign_in() {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("bob", json!([])).await;
    let token = pool.access_token("bob").await;
    pool.ok("AdminUserGlobalSignOut", json!({"Username": "bob"}))
        .await;
    assert_eq!(
        pool.refused("GetUser", json!({"AccessToken": token})).await,
        "NotAuthorizedException: Access Token has been revoked"
    );
    let token = pool.access_token("bob").await;
    pool.ok("GetUser", json!({"AccessToken": token})).await;
}

#[tokio::test]
async fn a_reset_by_an_administrator_needs_a_contact_and_a_password_to_reset() {
    let pool = TestPool::new(json!({})).await;
    let verified = attributes([("email", "bob@example.com"), ("email_verified", "true")]);
    pool.confirmed("bob", verified.clone()).await;
    pool.confirmed("unreachable", json!([])).await;
    pool.confirmed("off", verified).await;
    pool.ok("AdminDisableUser", json!({"Username": "off"}))
        .await;
    pool.ok("AdminCreateUser", json!({"Username": "waiting"}))
        .await;
    for (name, sentence) in [
        (
            "unreachable",
            "InvalidParameterException: Cannot reset password for the user as there is no \
             registered/verified email or phone_number",
        ),
        ("off", "NotAuthorizedException: User is disabled."),
        (
            "waiting",
            "NotAuthorizedException: User password cannot be reset in the current state.",
        ),
    ] {
        let refused = pool
            .refused("AdminResetUserPassword", json!({"Username": name}))
            .await;
        assert_eq!(refused, sentence, "{name}");
    }
    let token = pool.access_token("bob").await;
    let bob = json!({"Username": "bob"});
    assert_eq!(pool.ok("AdminResetUserPassword", bob).await, json!({}));
    assert_eq!(pool.user("bob").status.as_str(), "RESET_REQUIRED");
    // Tokens of before are alive, but of no use until there is a new password.
    for operation in ["GetUser", "GlobalSignOut"] {
        assert_eq!(
            pool.refused(operation, json!({"AccessToken": token})).await,
            "PasswordResetRequiredException: Password reset required for the user",
            "{operation}"
        );
    }
    // It does not declare that error.
    let associated = pool.call("AssociateSoftwareToken", json!({"AccessToken": token}));
    let associated = associated.await.err().unwrap_or_default();
    assert!(!associated.contains("Reset"), "{associated}");
    let request = json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "bob", "PASSWORD": PASSWORD},
    });
    assert_eq!(
        pool.refused("InitiateAuth", request).await,
        "PasswordResetRequiredException: Password reset required for the user"
    );
    let confirm = json!({
        "Username": "bob", "ConfirmationCode": pool.code(), "Password": "Xyz-9876",
    });
    pool.ok("ConfirmForgotPassword", confirm).await;
    assert_eq!(pool.user("bob").status.as_str(), "CONFIRMED");
}

#[tokio::test]
async fn a_deleted_user_leaves_its_name_and_groups() {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("bob", json!([])).await;
    pool.ok("CreateGroup", json!({"GroupName": "admins"})).await;
    let member = json!({"Username": "bob", "GroupName": "admins"});
    pool.ok("AdminAddUserToGroup", member).await;
    assert_eq!(
        pool.ok("AdminDeleteUser", json!({"Username": "bob"})).await,
        Value::Null
    );
    let members = pool
        .ok("ListUsersInGroup", json!({"GroupName": "admins"}))
        .await;
    assert_eq!(members, json!({"Users": []}));
    pool.confirmed("bob", json!([])).await;
    let groups = pool
        .ok("AdminListGroupsForUser", json!({"Username": "bob"}))
        .await;
    assert_eq!(groups, json!({"Groups": []}));
}
