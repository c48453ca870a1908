use std::time::Duration;

use serde_json::{Value, json};

use super::{Calls, Category, Enforcement, Rate};
use crate::context::{Settings, Signer};
use crate::model::AccountRegion;
use crate::test_pool::{PASSWORD, TestPool};

const THROTTLED: &str = "TooManyRequestsException: Too many requests";

/// A pool with a user, on a server that holds everybody to AWS's rates from now on.
async fn held() -> TestPool {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("ann", json!([])).await;
    pool.cx.quotas.enforce(Enforcement::Everywhere);
    pool
}

fn here(pool: &TestPool) -> AccountRegion {
    pool.cx.caller.account_region()
}

fn set(pool: &TestPool, category: Category, provisioned: u32) {
    let change = |rate: Rate| {
        Ok(Rate {
            provisioned,
            ..rate
        })
    };
    pool.cx
        .quotas
        .change_rate(&here(pool), category, change)
        .unwrap();
}

fn usage(pool: &TestPool, category: Category) -> crate::quotas::Usage {
    let all = pool.cx.quotas.usage(&here(pool), pool.cx.now());
    all.into_iter()
        .find(|one| one.category == category)
        .unwrap()
}

/// How many of `times` calls in one moment are taken; every other one is throttled.
async fn taken(pool: &TestPool, operation: &str, request: &Value, times: usize) -> usize {
    let mut taken = 0;
    for _ in 0..times {
        match pool.call(operation, request.clone()).await {
            Err(refused) if refused == THROTTLED => {}
            _ => taken += 1,
        }
    }
    taken
}

#[tokio::test]
async fn nothing_is_throttled_unless_asked() {
    let pool = TestPool::new(json!({})).await;
    assert_eq!(taken(&pool, "ListGroups", &json!({}), 200).await, 200);
    assert_eq!(
        usage(&pool, Category::UserPoolResourceRead).calls,
        Calls::default()
    );
    let asked = Settings {
        request_rates: true,
        ..Settings::default()
    };
    let pool = TestPool::with(json!({}), asked, |_| {}).await;
    assert_eq!(pool.cx.quotas.enforcement(), Enforcement::Everywhere);
}

#[tokio::test]
async fn a_category_has_its_rate_and_time_gives_it_back() {
    let pool = held().await;
    let users = json!({});
    assert_eq!(taken(&pool, "ListUsers", &users, 40).await, 30);
    let group = json!({"GroupName": "none"});
    assert_eq!(
        pool.refused("ListUsersInGroup", group).await,
        THROTTLED,
        "operations of a category share its rate"
    );
    pool.advance(Duration::from_millis(100));
    assert_eq!(taken(&pool, "ListUsers", &users, 40).await, 3);
    pool.advance(Duration::from_secs(60));
    assert_eq!(taken(&pool, "ListUsers", &users, 40).await, 30);
    let list = usage(&pool, Category::UserList);
    assert_eq!(
        list.calls,
        Calls {
            taken: 63,
            throttled: 58
        }
    );
    assert!((list.used - 30.0).abs() < 1e-9);
}

#[tokio::test]
async fn a_request_that_is_refused_otherwise_counts_too() {
    let pool = held().await;
    let nobody = json!({"Username": "nobody"});
    assert_eq!(taken(&pool, "AdminConfirmSignUp", &nobody, 60).await, 50);
}

#[tokio::test]
async fn one_operation_on_a_pool_s_resources_is_held_to_five_a_second_in_that_pool() {
    let pool = held().await;
    assert_eq!(taken(&pool, "ListGroups", &json!({}), 9).await, 5);
    assert_eq!(
        taken(&pool, "ListResourceServers", &json!({"MaxResults": 1}), 9).await,
        5
    );
    let other = pool
        .ok("CreateUserPool", json!({"PoolName": "other"}))
        .await;
    let other = json!({"UserPoolId": other["UserPool"]["Id"]});
    assert_eq!(taken(&pool, "ListGroups", &other, 9).await, 5);
    // 15 of the 20 of the category are used; a third pool gets what is left.
    let third = pool
        .ok("CreateUserPool", json!({"PoolName": "third"}))
        .await;
    let third = json!({"UserPoolId": third["UserPool"]["Id"], "GroupName": "none"});
    assert_eq!(taken(&pool, "GetGroup", &third, 9).await, 5);
    assert_eq!(taken(&pool, "ListIdentityProviders", &third, 9).await, 0);
}

#[tokio::test]
async fn a_user_is_held_to_ten_reads_and_ten_writes_however_named() {
    let pool = held().await;
    let token = pool.access_token("ann").await;
    let named = json!({"Username": "ann"});
    assert_eq!(taken(&pool, "AdminGetUser", &named, 6).await, 6);
    let own = json!({"AccessToken": token});
    assert_eq!(
        taken(&pool, "GetUser", &own, 9).await,
        3,
        "the sign-in was a read"
    );
    let update = json!({"AccessToken": token,
        "UserAttributes": [{"Name": "nickname", "Value": "a"}]});
    assert_eq!(taken(&pool, "UpdateUserAttributes", &update, 14).await, 10);
    pool.advance(Duration::from_secs(1));
    assert_eq!(
        taken(&pool, "AdminGetUser", &json!({"Username": "bob"}), 14).await,
        10
    );
    assert_eq!(taken(&pool, "GetUser", &own, 14).await, 10);
}

#[tokio::test]
async fn answers_to_challenges_have_three_times_the_rate_and_then_count_as_sign_ins() {
    let pool = held().await;
    set(&pool, Category::UserAuthentication, 2);
    let answer = json!({"ChallengeName": "SMS_MFA", "Session": "x".repeat(20),
        "ChallengeResponses": {"SMS_MFA_CODE": "123456"}});
    assert_eq!(taken(&pool, "RespondToAuthChallenge", &answer, 12).await, 8);
    let sign_in = json!({"AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "ann", "PASSWORD": PASSWORD}});
    assert_eq!(pool.refused("InitiateAuth", sign_in).await, THROTTLED);
    // A new password is the recovery of an account.
    let password = json!({"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "x".repeat(20),
        "ChallengeResponses": {"NEW_PASSWORD": PASSWORD}});
    assert_eq!(
        taken(&pool, "RespondToAuthChallenge", &password, 40).await,
        30
    );
}

#[tokio::test]
async fn limits_are_managed_once_a_second_and_a_provisioned_one_holds_at_once() {
    let pool = held().await;
    let change = |rate: Rate| {
        Ok(Rate {
            maximum: 200,
            ..rate
        })
    };
    pool.cx
        .quotas
        .change_rate(&here(&pool), Category::UserRead, change)
        .unwrap();
    let definition = json!({"LimitClass": "API_CATEGORY", "Attributes": {"Category": "UserRead"}});
    let update = json!({"LimitDefinition": definition, "RequestedLimitValue": 150});
    assert_eq!(taken(&pool, "UpdateProvisionedLimit", &update, 3).await, 1);
    let mut reads = 0;
    for name in 0..200 {
        let user = json!({"Username": format!("user-{name}")});
        reads += taken(&pool, "AdminGetUser", &user, 1).await;
    }
    assert_eq!(reads, 150);
}

#[tokio::test]
async fn accounts_and_regions_have_rates_of_their_own() {
    let mut pool = held().await;
    let pools = json!({"MaxResults": 1});
    assert_eq!(taken(&pool, "ListUserPools", &pools, 20).await, 15);
    pool.cx.caller.signer = Signer::in_region("eu-west-1");
    assert_eq!(taken(&pool, "ListUserPools", &pools, 20).await, 15);
    pool.cx.caller.account = "210987654321".into();
    assert_eq!(taken(&pool, "ListUserPools", &pools, 20).await, 15);
}

#[tokio::test]
async fn of_marked_pools_only_their_own_requests_count() {
    let pool = TestPool::new(json!({})).await;
    let other = pool
        .ok("CreateUserPool", json!({"PoolName": "other"}))
        .await;
    pool.mark();
    let here = here(&pool);
    pool.cx.quotas.enforce_for_marked_pools(here);
    let other = json!({"UserPoolId": other["UserPool"]["Id"]});
    assert_eq!(taken(&pool, "ListGroups", &other, 9).await, 9);
    assert_eq!(taken(&pool, "ListGroups", &json!({}), 9).await, 5);
}

#[tokio::test]
async fn anything_in_the_members_that_name_somebody_is_taken_as_it_is() {
    let pool = held().await;
    for value in [
        json!(7),
        json!({}),
        json!("a.b.c"),
        json!("."),
        json!("x".repeat(100_000)),
    ] {
        for member in [
            "AccessToken",
            "UserPoolId",
            "ClientId",
            "ResourceArn",
            "AuthParameters",
        ] {
            let refused = pool.refused("GetUser", json!({ member: value })).await;
            assert!(!refused.contains("Internal"), "{member}: {refused}");
        }
    }
}
