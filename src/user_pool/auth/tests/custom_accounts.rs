//! CUSTOM_AUTH of users in each state, and of users who do not exist.

use super::*;
use crate::model::cognito_idp::UserStatusType;
use crate::test_pool::PASSWORD;
use crate::user_pool::users;

#[tokio::test]
async fn the_state_of_the_account_counts_before_define() {
    let scene = Scene::new().await;
    let pool = &scene.pool;
    let sign_up = json!({"Username": "una", "Password": PASSWORD});
    pool.ok("SignUp", sign_up).await;
    pool.confirmed("dan", json!([])).await;
    pool.ok("AdminDisableUser", json!({"Username": "dan"}))
        .await;
    let create = json!({"Username": "fay", "MessageAction": "SUPPRESS"});
    pool.ok("AdminCreateUser", create).await;
    for (name, expected) in [
        ("una", "UserNotConfirmedException: User is not confirmed."),
        ("dan", "NotAuthorizedException: User is disabled."),
        ("nobody", "UserNotFoundException: User does not exist."),
    ] {
        assert_eq!(scene.begin(name).await.unwrap_err(), expected, "{name}");
    }
    assert_eq!(scene.script.heard(), Vec::<String>::new());
    // A temporary password keeps nobody from it (observed), and stays.
    scene.script.define(&[custom(), tokens()]);
    let asked = scene.begin("fay").await.unwrap();
    scene.answer(&asked, "42").await.unwrap();
    let status = pool.ok("AdminGetUser", json!({"Username": "fay"})).await;
    assert_eq!(status["UserStatus"], "FORCE_CHANGE_PASSWORD");
}

#[tokio::test]
async fn the_lock_of_passwords_does_not_hold_up_custom_challenges() {
    let scene = Scene::new().await;
    let guess = json!({"AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "bob", "PASSWORD": "Wrong-1234"}});
    for _ in 0..6 {
        scene.pool.refused("InitiateAuth", guess.clone()).await;
    }
    let locked = "NotAuthorizedException: Password attempts exceeded";
    assert_eq!(
        scene.pool.refused("InitiateAuth", guess.clone()).await,
        locked
    );
    scene.script.define(&[custom(), tokens()]);
    let asked = scene.begin("bob").await.unwrap();
    scene.answer(&asked, "42").await.unwrap();
    assert_eq!(scene.pool.refused("InitiateAuth", guess).await, locked);
}

#[tokio::test]
async fn a_user_who_is_disabled_or_deleted_meanwhile_gets_no_tokens() {
    for (operation, expected) in [
        (
            "AdminDisableUser",
            "NotAuthorizedException: User is disabled.",
        ),
        (
            "AdminDeleteUser",
            "NotAuthorizedException: Invalid session for the user.",
        ),
    ] {
        let scene = Scene::new().await;
        scene.script.define(&[custom(), tokens()]);
        let asked = scene.begin("bob").await.unwrap();
        scene.pool.ok(operation, json!({"Username": "bob"})).await;
        assert_eq!(scene.answer(&asked, "42").await.unwrap_err(), expected);
    }
}

#[tokio::test]
async fn unknown_users_are_played_where_the_client_hides_them() {
    let scene = Scene::with(json!({}), hiding).await;
    scene.script.define(&[custom(), custom(), tokens()]);
    let asked = scene.begin("nobody").await.unwrap();
    assert_eq!(
        asked["ChallengeParameters"],
        json!({"question": "0?", "USERNAME": "nobody"})
    );
    let created = scene.script.last("CreateAuthChallenge");
    assert_eq!(created["userName"], "nobody");
    let request = json!({"userAttributes": {}, "userNotFound": true, "session": [],
        "challengeName": "CUSTOM_CHALLENGE"});
    assert_eq!(created["request"], request);
    let asked = scene.answer(&asked, "41").await.unwrap();
    // Not even a function that means well lets nobody in.
    assert_eq!(scene.answer(&asked, "42").await.unwrap_err(), WRONG);
    assert_eq!(scene.answer(&asked, "42").await.unwrap_err(), USED);
    let last = scene.script.heard().pop().unwrap();
    assert_eq!(
        last,
        "DefineAuthChallenge -CUSTOM_CHALLENGE +CUSTOM_CHALLENGE"
    );

    scene.script.define(&[custom(), tokens()]);
    let asked = scene.begin("bob").await.unwrap();
    let defined = scene.script.last("DefineAuthChallenge");
    assert_eq!(defined["request"]["userNotFound"], false);
    scene.answer(&asked, "42").await.unwrap();
}

/// Documented: no client that hides unknown users tells that a user was imported without a password.
#[tokio::test]
async fn who_was_imported_without_a_password_is_told_from_nobody_where_the_client_hides_that() {
    const RESET: &str = "PasswordResetRequiredException: Password reset required for the user";
    for is_hidden in [true, false] {
        let scene = Scene::with(json!({}), |client| {
            if is_hidden {
                hiding(client);
            }
        })
        .await;
        let stored = scene.pool.cx.pool(&scene.pool.id).unwrap();
        users::change(&stored, &scene.pool.user("bob"), |_, user| {
            user.status = UserStatusType::ResetRequired;
            user.password = None;
            Ok(())
        })
        .unwrap();
        scene.script.define(&[custom(), tokens()]);
        if !is_hidden {
            assert_eq!(scene.begin("bob").await.unwrap_err(), RESET);
            continue;
        }
        let asked = scene.begin("bob").await.unwrap();
        let defined = scene.script.last("DefineAuthChallenge");
        assert_eq!(defined["request"]["userNotFound"], true);
        assert_eq!(scene.answer(&asked, "42").await.unwrap_err(), WRONG);
    }
}
