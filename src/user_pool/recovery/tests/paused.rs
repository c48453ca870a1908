//! What waits while a recovery is active, and what goes on.

use serde_json::{Value, json};

use super::{MINUTE, id, initiate, mark, seconds, set_token, sign_in, start};
use crate::clock::Timestamp;
use crate::store::user_pool::imported_hash::bcrypt;
use crate::store::user_pool::user::User;
use crate::test_pool::{PASSWORD, TestPool, attributes};
use crate::user_pool::users;

const PAUSED: &str = "OperationNotEnabledException: Write operations are paused while a \
    point-in-time recovery of the user pool is in progress.";

/// The published vector of jBCrypt: the password is `a`.
const HASH_OF_A: &str = "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe";

async fn pause(pool: &TestPool) -> Value {
    let point = mark(pool);
    initiate(pool, &point).await
}

#[tokio::test]
async fn writes_wait_and_reads_and_sign_ins_go_on() {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("ann", json!([])).await;
    let token = pool.access_token("ann").await;
    let recovery = pause(&pool).await;
    let pool_id = json!({"UserPoolId": pool.id.as_str()});
    let ann = json!({"Username": "ann"});
    let writes = [
        ("AdminCreateUser", json!({"Username": "bob"})),
        ("AdminDisableUser", ann.clone()),
        ("AdminDeleteUser", ann.clone()),
        ("CreateGroup", json!({"GroupName": "crew"})),
        ("SignUp", json!({"Username": "bob", "Password": PASSWORD})),
        ("ForgotPassword", ann.clone()),
        ("DeleteUser", json!({"AccessToken": token})),
        ("AssociateSoftwareToken", json!({"AccessToken": token})),
        ("UpdateUserPool", pool_id.clone()),
        ("DeleteUserPool", pool_id.clone()),
        (
            "CreateUserPoolClient",
            json!({"UserPoolId": pool.id.as_str(), "ClientName": "c"}),
        ),
    ];
    for (operation, request) in &writes {
        assert_eq!(
            pool.refused(operation, request.clone()).await,
            PAUSED,
            "{operation}"
        );
    }
    pool.ok("AdminGetUser", ann.clone()).await;
    pool.ok("ListUsers", json!({})).await;
    pool.ok("GetUser", json!({"AccessToken": token})).await;
    pool.ok("DescribeUserPool", pool_id).await;
    sign_in(&pool, "ann", PASSWORD).await.unwrap();
    sign_in(&pool, "ann", "Wrong-1234").await.unwrap_err();
    pool.ok("AdminUserGlobalSignOut", ann.clone()).await;
    // Another pool is another matter.
    pool.ok("CreateUserPool", json!({"PoolName": "other"}))
        .await;
    start(&pool, &recovery).await;
    pool.confirmed("bob", json!([])).await;
}

#[tokio::test]
async fn what_is_on_its_way_finds_the_pause_at_its_change() {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("ann", json!([])).await;
    let recovery = pause(&pool).await;
    let stored = pool.cx.pool(&pool.id).unwrap();
    let ann = pool.user("ann");
    let rename = |_: &mut crate::store::Draft<'_>, user: &mut User| {
        user.attributes.set("name".into(), "Ann");
        Ok(())
    };
    let refused = users::change(&stored, &ann, rename).unwrap_err();
    assert_eq!(format!("{}: {}", refused.code(), refused.message()), PAUSED);
    assert!(
        refused
            .reason()
            .contains(recovery["RestoreId"].as_str().unwrap())
    );
    stored
        .change(|draft| {
            draft.remove_user("ann".into());
            Ok(())
        })
        .unwrap_err();
    users::change(&stored, &ann, |_, user| {
        user.revoke_all_tokens();
        Ok(())
    })
    .unwrap();
    pool.ok("CancelPointInTimeRecovery", id(&recovery)).await;
    users::change(&stored, &ann, rename).unwrap();
}

#[tokio::test]
async fn three_challenges_are_not_answered() {
    let pool = TestPool::new(json!({})).await;
    let mfa = json!({"UserPoolId": pool.id.as_str(), "MfaConfiguration": "ON",
        "SoftwareTokenMfaConfiguration": {"Enabled": true}});
    pool.ok("SetUserPoolMfaConfig", mfa).await;
    for name in ["token", "none"] {
        pool.confirmed(name, json!([])).await;
    }
    set_token(&pool, "token", 1);
    let fay =
        json!({"Username": "fay", "TemporaryPassword": PASSWORD, "MessageAction": "SUPPRESS"});
    pool.ok("AdminCreateUser", fay).await;
    let recovery = pause(&pool).await;
    let mut answers = Vec::new();
    for (name, challenge) in [
        ("token", "SOFTWARE_TOKEN_MFA"),
        ("none", "MFA_SETUP"),
        ("fay", "NEW_PASSWORD_REQUIRED"),
    ] {
        let asked = sign_in(&pool, name, PASSWORD).await.unwrap();
        assert_eq!(asked["ChallengeName"], challenge);
        let mut answer = json!({"ChallengeName": challenge, "Session": asked["Session"],
            "ChallengeResponses": {"USERNAME": name, "NEW_PASSWORD": "Other-1234"}});
        if name == "token" {
            let user = pool.user(name);
            let code = user
                .mfa()
                .unwrap()
                .token
                .as_ref()
                .unwrap()
                .code_at(pool.cx.now());
            answer["ChallengeResponses"]["SOFTWARE_TOKEN_MFA_CODE"] = json!(code);
        }
        let refused = pool.refused("RespondToAuthChallenge", answer.clone()).await;
        assert_eq!(refused, PAUSED, "{challenge}");
        if challenge == "MFA_SETUP" {
            let set_up = json!({"Session": asked["Session"]});
            let refused = pool.refused("AssociateSoftwareToken", set_up).await;
            assert_eq!(refused, PAUSED);
        } else {
            answers.push(answer);
        }
    }
    // The sessions are still good when it is over.
    pool.ok("CancelPointInTimeRecovery", id(&recovery)).await;
    for answer in answers {
        pool.ok("RespondToAuthChallenge", answer).await;
    }
}

#[tokio::test]
async fn a_sign_in_that_would_write_goes_on_without() {
    let pool = TestPool::new(json!({})).await;
    let role = json!({"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"});
    pool.confirmed("ivo", json!([])).await;
    let stored = pool.cx.pool(&pool.id).unwrap();
    users::change(&stored, &pool.user("ivo"), |_, user| {
        user.password = None;
        user.more_mut().imported_hash = bcrypt(HASH_OF_A).map(Into::into);
        Ok(())
    })
    .unwrap();
    let phone = attributes([("phone_number", "+15555550100")]);
    pool.confirmed("ann", phone).await;
    pool.advance(MINUTE * 20);
    let recovery = initiate_at_once(&pool).await;
    sign_in(&pool, "ivo", "a").await.unwrap();
    sign_in(&pool, "ivo", "b").await.unwrap_err();
    assert!(pool.user("ivo").imported_hash().is_some());
    pool.ok("CancelPointInTimeRecovery", id(&recovery)).await;
    sign_in(&pool, "ivo", "a").await.unwrap();
    assert!(
        pool.user("ivo").imported_hash().is_none(),
        "the password took its place"
    );
    let mfa = json!({"UserPoolId": pool.id.as_str(), "MfaConfiguration": "ON",
        "SmsMfaConfiguration": {"SmsConfiguration": role}});
    pool.ok("SetUserPoolMfaConfig", mfa).await;
    initiate_at_once(&pool).await;
    let asked = sign_in(&pool, "ann", PASSWORD).await.unwrap();
    let answer = json!({"ChallengeName": "SMS_MFA", "Session": asked["Session"],
        "ChallengeResponses": {"USERNAME": "ann", "SMS_MFA_CODE": pool.code()}});
    let answer = pool.ok("RespondToAuthChallenge", answer).await;
    assert!(answer["AuthenticationResult"].is_object());
    assert_eq!(pool.attribute("ann", "phone_number_verified"), "-");
}

/// Initiates a recovery while sessions are still good.
async fn initiate_at_once(pool: &TestPool) -> Value {
    let point = seconds(Timestamp(pool.cx.now().0 - 1000 * 60 * 15));
    let request = json!({"RestoreTimestamp": point});
    pool.ok("InitiatePointInTimeRecovery", request).await["Restoration"].clone()
}
