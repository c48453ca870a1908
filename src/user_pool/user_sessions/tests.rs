use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::model::PoolId;
use crate::user_pool::test_pool::{PASSWORD, TestPool};

const EVICTED: &str = "NotAuthorizedException: Access Token has been revoked";

async fn tracking(max: i32) -> TestPool {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("ann", json!([])).await;
    set(&pool, "ENABLED", max).await.unwrap();
    pool
}

async fn set(pool: &TestPool, tracking: &str, max: i32) -> Result<Value, String> {
    let request = json!({"UserPoolId": pool.id.as_str(), "UserSessionTracking": tracking,
        "TokenSession": {"MaxPerUser": max}});
    pool.call("SetUserPoolSessionConfiguration", request).await
}

async fn sign_in(pool: &TestPool, name: &str) -> Value {
    let request = json!({"AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": name, "PASSWORD": PASSWORD}});
    pool.ok("InitiateAuth", request).await["AuthenticationResult"].clone()
}

async fn refresh(pool: &TestPool, tokens: &Value) -> Result<Value, String> {
    let request = json!({"RefreshToken": tokens["RefreshToken"], "ClientId": "client"});
    pool.call("GetTokensFromRefreshToken", request).await
}

async fn listed(pool: &TestPool, name: &str) -> Vec<Value> {
    let answer = pool
        .ok("AdminListUserSessions", json!({"Username": name}))
        .await;
    answer["Sessions"].as_array().unwrap().clone()
}

async fn mine(pool: &TestPool, tokens: &Value) -> Result<Value, String> {
    let request = json!({"AccessToken": tokens["AccessToken"]});
    Ok(pool.call("ListUserSessions", request).await?["Sessions"].clone())
}

#[tokio::test]
async fn sign_ins_open_sessions_only_while_they_are_tracked() {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("ann", json!([])).await;
    sign_in(&pool, "ann").await;
    assert!(listed(&pool, "ann").await.is_empty());
    set(&pool, "ENABLED", 20).await.unwrap();
    let tokens = sign_in(&pool, "ann").await;
    let sessions = mine(&pool, &tokens).await.unwrap();
    let session = &sessions[0];
    assert_eq!(sessions.as_array().unwrap().len(), 1);
    assert_eq!(session["SessionType"], "TOKEN");
    assert_eq!(session["ClientId"], "client");
    assert_eq!(session["DeviceType"], "unknown");
    assert_eq!(session["IsCurrentSession"], true);
    assert_eq!(session["SessionId"].as_str().unwrap().len(), 28);
    assert_eq!(listed(&pool, "ann").await[0]["IsCurrentSession"], false);
    set(&pool, "DISABLED", 20).await.unwrap();
    assert!(listed(&pool, "ann").await.is_empty());
    assert!(refresh(&pool, &tokens).await.is_ok());
}

#[tokio::test]
async fn at_the_limit_the_least_recently_used_session_makes_place() {
    let pool = tracking(2).await;
    let first = sign_in(&pool, "ann").await;
    pool.advance(Duration::from_secs(1));
    let second = sign_in(&pool, "ann").await;
    pool.advance(Duration::from_secs(1));
    refresh(&pool, &first).await.unwrap();
    pool.advance(Duration::from_secs(1));
    sign_in(&pool, "ann").await;
    assert_eq!(listed(&pool, "ann").await.len(), 2);
    assert!(mine(&pool, &first).await.is_ok());
    assert_eq!(mine(&pool, &second).await.unwrap_err(), EVICTED);
    let refused = refresh(&pool, &second).await.unwrap_err();
    assert_eq!(
        refused,
        "NotAuthorizedException: Refresh Token has been revoked"
    );
}

#[tokio::test]
async fn a_session_is_revoked_but_not_the_callers_own() {
    let pool = tracking(20).await;
    let (one, two) = (sign_in(&pool, "ann").await, sign_in(&pool, "ann").await);
    let sessions = mine(&pool, &one).await.unwrap();
    let revoke = |id: &Value| json!({"AccessToken": one["AccessToken"], "SessionId": id});
    let own = revoke(&sessions[0]["SessionId"]);
    let refused = pool.refused("RevokeUserSession", own).await;
    assert!(
        refused.starts_with("InvalidParameterException"),
        "{refused}"
    );
    let other = revoke(&sessions[1]["SessionId"]);
    pool.ok("RevokeUserSession", other.clone()).await;
    assert_eq!(mine(&pool, &two).await.unwrap_err(), EVICTED);
    let refused = pool.refused("RevokeUserSession", other).await;
    assert!(
        refused.starts_with("ResourceNotFoundException"),
        "{refused}"
    );
    pool.confirmed("bob", json!([])).await;
    let foreign = json!({"Username": "bob", "SessionId": sessions[0]["SessionId"]});
    let refused = pool.refused("AdminRevokeUserSession", foreign).await;
    assert!(
        refused.starts_with("ResourceNotFoundException"),
        "{refused}"
    );
    let anns = json!({"Username": "ann", "SessionId": sessions[0]["SessionId"]});
    pool.ok("AdminRevokeUserSession", anns).await;
    assert_eq!(mine(&pool, &one).await.unwrap_err(), EVICTED);
}

#[tokio::test]
async fn whatever_revokes_the_tokens_ends_the_session() {
    let pool = tracking(20).await;
    let tokens = sign_in(&pool, "ann").await;
    let revoke = json!({"Token": tokens["RefreshToken"], "RevokeAssociatedSessions": "LINKED"});
    pool.ok("RevokeToken", revoke).await;
    assert!(listed(&pool, "ann").await.is_empty());
    for operation in ["AdminUserGlobalSignOut", "AdminDisableUser"] {
        sign_in(&pool, "ann").await;
        assert_eq!(listed(&pool, "ann").await.len(), 1);
        pool.ok(operation, json!({"Username": "ann"})).await;
        assert!(listed(&pool, "ann").await.is_empty(), "{operation}");
    }
    pool.ok("AdminEnableUser", json!({"Username": "ann"})).await;
    sign_in(&pool, "ann").await;
    pool.advance(Duration::from_secs(30 * 24 * 60 * 60));
    assert!(listed(&pool, "ann").await.is_empty());
}

#[tokio::test]
async fn configurations_have_defaults_and_need_tier_and_tracking() {
    let pool = TestPool::new(json!({})).await;
    let id = json!({"UserPoolId": pool.id.as_str()});
    let found = pool.ok("GetUserPoolSessionConfiguration", id).await;
    assert_eq!(found["UserSessionTracking"], "DISABLED");
    assert_eq!(found["TokenSession"]["MaxPerUser"], 20);
    let client = json!({"UserPoolId": pool.id.as_str(), "ClientId": "client"});
    let get = "GetUserPoolClientSessionConfiguration";
    let set_client = "SetUserPoolClientSessionConfiguration";
    let minutes = pool.ok(get, client.clone()).await["SSOSession"]["MaxValidityMinutes"].clone();
    assert_eq!(minutes, 60);
    let mut never = client.clone();
    never["SSOSession"] = json!({"MaxValidityMinutes": 0});
    let refused = pool.refused(set_client, never.clone()).await;
    assert_eq!(
        refused,
        "OperationNotEnabledException: Session tracking is not enabled for the user pool."
    );
    set(&pool, "ENABLED", 1).await.unwrap();
    pool.ok(set_client, never).await;
    set(&pool, "DISABLED", 1).await.unwrap();
    let minutes = pool.ok(get, client).await["SSOSession"]["MaxValidityMinutes"].clone();
    assert_eq!(minutes, 0);
    let lite = TestPool::new(json!({"UserPoolTier": "LITE"})).await;
    let refused = set(&lite, "DISABLED", 20).await.unwrap_err();
    assert!(
        refused.starts_with("FeatureUnavailableInTierException"),
        "{refused}"
    );
    assert_ne!(pool.id, PoolId::from(""));
}

#[test]
fn linked_sessions_hang_on_their_sso_session() {
    let owner = Uuid::from_u128(1);
    let session = |id: &str, kind: Kind| {
        Arc::new(UserSession {
            id: id.into(),
            owner,
            kind,
            client: ClientId::from("client"),
            created: Timestamp(0),
            active: Timestamp(0),
            expires: Timestamp(10),
            device: String::new(),
            address: None,
        })
    };
    let family = Uuid::from_u128(2);
    let origin = Some("sso".into());
    let mut sessions = UserSessions::default();
    sessions.publish(SessionChange::Put(session("sso", Kind::Sso)));
    sessions.publish(SessionChange::Put(session(
        "tkn",
        Kind::Token { family, origin },
    )));
    assert_eq!(sessions.of(owner, Timestamp(5)).count(), 2);
    assert_eq!(
        sessions
            .of_family(family)
            .unwrap()
            .origin()
            .unwrap()
            .as_ref(),
        "sso"
    );
    sessions.end_tokens(owner);
    assert_eq!(sessions.of(owner, Timestamp(5)).count(), 1);
    sessions.remove_owner(owner);
    assert!(sessions.by_owner.is_empty() && sessions.owners.is_empty());
    assert!(sessions.by_expiry.is_empty());
}
