use super::*;

use std::time::Duration;

use serde_json::{Value, json};

use crate::model::PoolId;
use crate::store::user_pool::user_session::{SWEPT_ABOVE, SessionChange, UserSessions};
use crate::test_pool::{PASSWORD, TestPool};

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

const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

fn back(pool: &TestPool, by: Duration) {
    let millis = i64::try_from(by.as_millis()).unwrap();
    pool.cx.clock.advance(-millis);
}

#[tokio::test]
async fn a_clock_that_is_put_back_finds_sessions_and_revocations_as_they_were() {
    let pool = tracking(20).await;
    let (kept, dead) = (sign_in(&pool, "ann").await, sign_in(&pool, "ann").await);
    let revoke = json!({"Token": dead["RefreshToken"]});
    pool.ok("RevokeToken", revoke).await;
    pool.advance(YEAR);
    pool.confirmed("bob", json!([])).await;
    let later = sign_in(&pool, "bob").await;
    let revoke = json!({"Token": later["RefreshToken"]});
    pool.ok("RevokeToken", revoke).await;
    sign_in(&pool, "bob").await;
    assert!(listed(&pool, "ann").await.is_empty());
    back(&pool, YEAR);
    assert_eq!(listed(&pool, "ann").await.len(), 1);
    refresh(&pool, &kept).await.unwrap();
    assert_eq!(listed(&pool, "ann").await.len(), 1);
    let refused = refresh(&pool, &dead).await.unwrap_err();
    assert_eq!(
        refused,
        "NotAuthorizedException: Refresh Token has been revoked"
    );
    assert_eq!(mine(&pool, &dead).await.unwrap_err(), EVICTED);
}

#[test]
fn of_many_sessions_those_that_have_expired_are_forgotten() {
    let mut sessions = UserSessions::default();
    for at in 0..3 * SWEPT_ABOVE {
        let start = i64::try_from(at).unwrap();
        let family = Uuid::from_u128(at as u128);
        let kind = Kind::Token {
            family,
            origin: None,
        };
        let mut one = session(&format!("tkn{at}"), kind);
        let open = Arc::make_mut(&mut one);
        (open.owner, open.active) = (family, Timestamp(start));
        open.expires = Timestamp(start + 10);
        sessions.publish(SessionChange::Put(one));
        assert!(sessions.owners.len() <= SWEPT_ABOVE + 10);
    }
    assert_eq!(sessions.by_owner.len(), sessions.by_expiry.len());
}

#[tokio::test]
async fn linked_sessions_end_together_and_others_live_on() {
    for (target, linked, left) in [
        ("sso", "LINKED", 1),
        ("sso", "NONE", 3),
        ("tkn", "LINKED", 2),
        ("tkn", "NONE", 3),
    ] {
        let pool = tracking(20).await;
        for _ in 0..3 {
            sign_in(&pool, "ann").await;
        }
        let owner = pool.user("ann").sub;
        let sso: Arc<str> = format!("sso{}", "a".repeat(25)).into();
        let stored = pool.cx.pool(&pool.id).unwrap();
        // As the hosted pages will leave them: two of the sign-ins came through the browser's session.
        let through = stored
            .change(|draft| {
                let now = pool.cx.now();
                let all = draft.state().user_sessions.of(owner, now);
                let two: Vec<UserSession> = all.take(2).map(|one| (**one).clone()).collect();
                let browser = UserSession {
                    id: Arc::clone(&sso),
                    kind: Kind::Sso,
                    ..two[0].clone()
                };
                draft.put_session(browser);
                for mut one in two.iter().cloned() {
                    if let Kind::Token { origin, .. } = &mut one.kind {
                        *origin = Some(Arc::clone(&sso));
                    }
                    draft.put_session(one);
                }
                Ok(two[0].id.to_string())
            })
            .unwrap();
        let shown = listed(&pool, "ann").await;
        assert_eq!(shown.len(), 4);
        assert_eq!(shown[0]["OriginSessionId"], *sso);
        let id = if target == "sso" {
            &*sso
        } else {
            through.as_str()
        };
        let revoke =
            json!({"Username": "ann", "SessionId": id, "RevokeAssociatedSessions": linked});
        pool.ok("AdminRevokeUserSession", revoke).await;
        assert_eq!(listed(&pool, "ann").await.len(), left, "{target} {linked}");
    }
}

fn session(id: &str, kind: Kind) -> Arc<UserSession> {
    Arc::new(UserSession {
        id: id.into(),
        owner: Uuid::from_u128(1),
        kind,
        client: ClientId::from("client"),
        created: Timestamp(0),
        active: Timestamp(0),
        expires: Timestamp(10),
        device: String::new(),
        address: None,
    })
}

#[test]
fn linked_sessions_hang_on_their_sso_session() {
    let owner = Uuid::from_u128(1);
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
