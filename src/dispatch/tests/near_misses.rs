use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::context::{Context, Signer};
use crate::store::user_pool::user::User;
use crate::test_pool::{TestPool, attributes, hiding};

/// Another pool on the same server, for callers of this account and Region.
async fn beside(pool: &TestPool, account: &str, region: &str, members: Value) -> TestPool {
    let mut cx = pool.cx.clone();
    cx.caller.account = account.into();
    cx.caller.signer = Signer::in_region(region);
    let mut other = TestPool {
        cx,
        id: pool.id.clone(),
        client: pool.client.clone(),
    };
    let mut request = members;
    request["PoolName"] = json!("other");
    let made = other.ok("CreateUserPool", request).await;
    other.id = made["UserPool"]["Id"].as_str().unwrap().into();
    let request = json!({"UserPoolId": other.id.as_str(), "ClientName": "app"});
    let made = other.ok("CreateUserPoolClient", request).await;
    other.client = made["UserPoolClient"]["ClientId"].as_str().unwrap().into();
    other
}

fn case_counts() -> Value {
    json!({"UsernameConfiguration": {"CaseSensitive": true}})
}

async fn user(pool: &TestPool, name: &str) -> String {
    pool.reason("AdminGetUser", json!({ "Username": name }))
        .await
}

fn assert_says(reason: &str, said: &str) {
    assert!(reason.ends_with(&format!("; {said}")), "{reason}");
}

#[tokio::test]
async fn an_unknown_user_names_the_nearest() {
    let pool = TestPool::new(case_counts()).await;
    pool.confirmed("Alice", json!([])).await;
    for (name, said) in [
        (
            "alice",
            "the nearest is \"Alice\": only letter case differs",
        ),
        (
            "Alice/",
            "the nearest is \"Alice\": only the slash at the end differs",
        ),
        ("Alise", "the nearest is \"Alice\": one letter differs"),
        ("Alcie", "the nearest is \"Alice\": one letter differs"),
    ] {
        assert_says(&user(&pool, name).await, said);
    }
    let none = user(&pool, "bob").await;
    assert!(none.ends_with("ListUsers shows them"), "{none}");
}

#[tokio::test]
async fn what_was_deleted_is_told_with_its_age() {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("alice", json!([])).await;
    pool.confirmed("alicia", json!([])).await;
    pool.ok("CreateGroup", json!({"GroupName": "crew"})).await;
    let sub = pool.user("alice").sub.to_string();
    pool.ok("AdminDeleteUser", json!({"Username": "alice"}))
        .await;
    pool.ok("DeleteGroup", json!({"GroupName": "crew"})).await;
    assert_says(&user(&pool, "alice").await, "it was deleted 0 ms ago");
    pool.advance(Duration::from_secs(3));
    assert_says(&user(&pool, "alice").await, "it was deleted 3 s ago");
    assert_says(&user(&pool, &sub).await, "it was deleted 3 s ago");
    let group = pool.reason("GetGroup", json!({"GroupName": "crew"})).await;
    assert_says(&group, "it was deleted 3 s ago");
    // Whoever is there again is no near miss.
    pool.confirmed("alice", json!([])).await;
    pool.ok("AdminGetUser", json!({"Username": "alice"})).await;
    pool.ok("AdminDeleteUser", json!({"Username": "alice"}))
        .await;
    assert_says(&user(&pool, "alice").await, "it was deleted 0 ms ago");
}

#[tokio::test]
async fn a_name_that_does_not_count_says_why() {
    let pool = TestPool::new(json!({"AliasAttributes": ["email"]})).await;
    let given = attributes([("email", "ann@example.com"), ("phone_number", "+15550100")]);
    pool.confirmed("ann", given).await;
    assert_says(
        &user(&pool, "ann@example.com").await,
        "\"ann\" has this email, but not verified, and only a verified one names a user; set \
         email_verified to \"true\"",
    );
    assert_says(
        &user(&pool, "+15550100").await,
        "\"ann\" has this phone_number, by which the pool finds nobody: neither UsernameAttributes nor \
         AliasAttributes have it",
    );
    let sub = pool.user("ann").sub.to_string();
    let request = json!({"AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": sub, "PASSWORD": "x"}});
    let reason = pool.reason("InitiateAuth", request).await;
    assert_says(
        &reason,
        "it is the sub of \"ann\", and a sub names nobody here",
    );
}

#[tokio::test]
async fn addresses_in_place_of_names_are_near_too() {
    let members = json!({"UsernameAttributes": ["email"],
        "UsernameConfiguration": {"CaseSensitive": true}});
    let pool = TestPool::new(members).await;
    pool.confirmed("ann@example.com", json!([])).await;
    assert_says(
        &user(&pool, "ann@exmaple.com").await,
        "the nearest is \"ann@example.com\": one letter differs",
    );
    let capital = user(&pool, "Ann@example.com").await;
    assert!(
        capital.ends_with("has this email: only letter case differs"),
        "{capital}"
    );
}

#[tokio::test]
async fn a_user_of_another_pool_is_told_of_before_a_slip_of_the_pen() {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("alicf", json!([])).await;
    let far = beside(&pool, "111122223333", "eu-west-1", json!({})).await;
    far.confirmed("alice", json!([])).await;
    assert_says(
        &user(&pool, "alice").await,
        &format!(
            "the user pool {} of account 111122223333 in eu-west-1 has a user who is named so",
            far.id
        ),
    );
    let near = beside(&pool, "123456789012", "us-east-1", json!({})).await;
    near.confirmed("alice", json!([])).await;
    near.ok("CreateGroup", json!({"GroupName": "crew"})).await;
    assert_says(
        &user(&pool, "alice").await,
        &format!("the user pool {} has a user who is named so", near.id),
    );
    let group = json!({"GroupName": "crew"});
    assert_says(
        &pool.reason("GetGroup", group).await,
        &format!("the user pool {} has a group of this name", near.id),
    );
    pool.ok("CreateGroup", json!({"GroupName": "Crew"})).await;
    assert_says(
        &pool.reason("GetGroup", json!({"GroupName": "crew"})).await,
        "the nearest is \"Crew\": only letter case differs",
    );
}

#[tokio::test]
async fn sign_in_and_codes_tell_what_the_client_hides() {
    let pool = TestPool::with(case_counts(), Default::default(), hiding).await;
    pool.confirmed("Alice", json!([])).await;
    let sign_in = json!({"AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "alice", "PASSWORD": "x"}});
    let confirm = json!({"Username": "alice", "ConfirmationCode": "123456"});
    for (operation, request) in [("InitiateAuth", sign_in), ("ConfirmSignUp", confirm)] {
        assert_says(
            &pool.reason(operation, request).await,
            "the nearest is \"Alice\": only letter case differs",
        );
    }
}

/// A typing mistake is found among many users, and no more of them are looked at than so many.
#[tokio::test]
async fn a_large_pool_is_searched_around_the_name() {
    let pool = TestPool::new(case_counts()).await;
    pool.confirmed("first", json!([])).await;
    let like = pool.user("first");
    let stored = pool.cx.pool(&pool.id).unwrap();
    let copy = |at: u32| User {
        sub: uuid::Uuid::from_u128(u128::from(at) + 1),
        username: format!("{:04}-{at}", at % 10_000 * 7 % 10_000).into(),
        ..User::clone(&like)
    };
    let put = |user: User| {
        let put = stored.change(|draft| Ok(draft.put_user(user)));
        put.unwrap();
    };
    (0..20_000).map(copy).for_each(put);
    put(User {
        username: "zebra-crossing".into(),
        sub: uuid::Uuid::nil(),
        ..User::clone(&like)
    });
    assert_says(
        &user(&pool, "zebra-crosing").await,
        "the nearest is \"zebra-crossing\": one letter differs",
    );
    assert_says(
        &user(&pool, "FIRST").await,
        "the nearest is \"first\": only letter case differs",
    );
}

#[tokio::test]
async fn an_unknown_client_names_the_nearest() {
    let pool = TestPool::new(json!({})).await;
    let other = beside(&pool, "111122223333", "us-east-1", json!({})).await;
    let (id, owner) = (other.client.to_string(), other.id.to_string());
    let place = format!("{owner}, account 111122223333 in us-east-1");
    let describe =
        |asked: &TestPool, id: &str| json!({"UserPoolId": asked.id.as_str(), "ClientId": id});
    let operation = "DescribeUserPoolClient";
    let reason = pool.reason(operation, describe(&pool, &id)).await;
    assert_says(&reason, &format!("it is one of {place}"));
    let reason = other.reason(operation, describe(&other, "app")).await;
    assert_says(
        &reason,
        &format!("it is the name of the app client {id} of {owner}; give the id"),
    );
    let revoke = |id: &str| json!({"Token": "x", "ClientId": id});
    let reason = pool.reason("RevokeToken", revoke(&id.to_uppercase())).await;
    assert_says(
        &reason,
        &format!("the nearest is {id} of {place}: only letter case differs"),
    );
    let reason = pool.reason("RevokeToken", revoke(&format!("{id}0"))).await;
    assert_says(
        &reason,
        &format!("the nearest is {id} of {place}: one letter differs"),
    );
    let reason = pool.reason("RevokeToken", revoke("app")).await;
    assert_says(
        &reason,
        &format!("it is the name of the app client {id} of {owner}; give the id"),
    );
    other
        .ok("DeleteUserPoolClient", describe(&other, &id))
        .await;
    pool.advance(Duration::from_secs(180));
    let reason = pool.reason("RevokeToken", revoke(&id)).await;
    assert_says(&reason, "it was deleted 3 min ago");
}

#[tokio::test]
async fn an_unknown_pool_names_the_nearest() {
    let pool = TestPool::new(json!({})).await;
    let describe = |id: &str| json!({ "UserPoolId": id });
    let (operation, id) = ("DescribeUserPool", pool.id.to_string());
    let place = format!("{id} of account 123456789012 in us-east-1");
    let name = id.split_once('_').unwrap().1;
    for (asked, how) in [
        (format!("eu-west-1_{name}"), "only the Region differs"),
        (format!("{id}0"), "one letter differs"),
    ] {
        let reason = pool.reason(operation, describe(&asked)).await;
        assert_says(&reason, &format!("the nearest is {place}: {how}"));
    }
    pool.ok("DeleteUserPool", describe(&id)).await;
    let deleted = "it was deleted 5 s ago";
    pool.advance(Duration::from_secs(5));
    assert_says(&pool.reason(operation, describe(&id)).await, deleted);
    // Its clients went with it.
    let revoke = json!({"Token": "x", "ClientId": pool.client.as_str()});
    assert_says(&pool.reason("RevokeToken", revoke).await, deleted);
}

/// The same caller, who begins now.
fn again(pool: &TestPool) -> TestPool {
    let shared = Arc::clone(pool.cx.shared());
    TestPool {
        cx: Context::new(shared, pool.cx.caller.clone()),
        id: pool.id.clone(),
        client: pool.client.clone(),
    }
}

#[tokio::test]
async fn a_restore_puts_the_memory_back_and_is_told_itself() {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("alice", json!([])).await;
    pool.ok("AdminDeleteUser", json!({"Username": "alice"}))
        .await;
    let shared = pool.cx.shared();
    let snapshot = shared.snapshot(None);
    pool.advance(Duration::from_secs(2));
    pool.confirmed("bob", json!([])).await;
    pool.ok("AdminDeleteUser", json!({"Username": "bob"})).await;
    let later = beside(&pool, "123456789012", "us-east-1", json!({})).await;
    let gone = beside(&pool, "123456789012", "us-east-1", json!({})).await;
    let id = |pool: &TestPool| json!({"UserPoolId": pool.id.as_str()});
    gone.ok("DeleteUserPool", id(&gone)).await;
    shared.put_back(&snapshot, None).unwrap();

    let pool = again(&pool);
    assert_says(&user(&pool, "alice").await, "it was deleted 0 ms ago");
    let bob = user(&pool, "bob").await;
    assert!(!bob.contains("deleted"), "{bob}");
    let restored = "it was there until a snapshot was restored that does not have it";
    let reason = pool.reason("DescribeUserPool", id(&later)).await;
    assert_says(&reason, restored);
    let revoke = json!({"Token": "x", "ClientId": later.client.as_str()});
    assert_says(&pool.reason("RevokeToken", revoke).await, restored);
    let reason = pool.reason("DescribeUserPool", id(&gone)).await;
    assert!(!reason.contains("deleted"), "{reason}");
}
