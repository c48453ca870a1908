use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::context::{Caller, Context, Settings};
use crate::control::rules::Rule;
use crate::store::user_pool::settings::PoolSettings;
use crate::test_pool::{self, PASSWORD, TestPool};

/// A request that begins now, in this account.
fn fresh(shared: &Arc<Shared>, account: &str) -> Context {
    let caller = Caller {
        account: account.to_owned(),
        ..Caller::default()
    };
    Context::new(Arc::clone(shared), caller)
}

/// The same pool, for requests that begin now.
fn now(pool: &TestPool) -> TestPool {
    TestPool {
        cx: fresh(pool.cx.shared(), &pool.cx.caller.account),
        id: pool.id.clone(),
        client: pool.client.clone(),
    }
}

fn restore(pool: &TestPool, snapshot: &Snapshot, account: Option<&str>) {
    pool.cx.shared().put_back(snapshot, account).unwrap();
}

async fn mailing() -> TestPool {
    TestPool::new(json!({"AutoVerifiedAttributes": ["email"]})).await
}

async fn sign_up(pool: &TestPool, name: &str) {
    let mail = json!([{"Name": "email", "Value": format!("{name}@example.com")}]);
    let member = json!({"ClientId": "client", "Username": name, "Password": PASSWORD,
        "UserAttributes": mail});
    pool.ok("SignUp", member).await;
}

async fn has_user(pool: &TestPool, name: &str) -> bool {
    let found = pool.call("AdminGetUser", json!({"Username": name})).await;
    found.is_ok()
}

async fn names_of_pools(cx: &Context) -> Vec<String> {
    let pools = cx.store.all_pools();
    let names = pools.iter().map(|pool| pool.settings().name.clone());
    names.collect()
}

#[tokio::test]
async fn a_restore_brings_back_users_messages_and_the_clock() {
    let pool = mailing().await;
    sign_up(&pool, "ann").await;
    let snapshot = pool.cx.shared().snapshot(None);
    let then = pool.cx.now();
    sign_up(&pool, "bob").await;
    pool.ok("AdminDeleteUser", json!({"Username": "ann"})).await;
    pool.advance(Duration::from_secs(3600));
    let last = pool.cx.outbox.last_id();
    restore(&pool, &snapshot, None);
    let after = now(&pool);
    assert!(has_user(&after, "ann").await && !has_user(&after, "bob").await);
    assert_eq!(after.cx.now(), then);
    let messages = after.cx.outbox.after(0);
    let to: Vec<_> = messages.iter().map(|one| one.username.as_str()).collect();
    assert_eq!(to, ["ann"]);
    sign_up(&after, "cid").await;
    let ids: Vec<_> = after.cx.outbox.after(0).iter().map(|one| one.id).collect();
    assert_eq!(ids, [1, last + 1], "no id is given twice");
    // Again from the same snapshot, which nothing has changed.
    restore(&after, &snapshot, None);
    assert!(!has_user(&now(&pool), "cid").await);
}

#[tokio::test]
async fn a_request_under_way_goes_on_in_what_it_began_with_and_leaves_no_trace() {
    let pool = mailing().await;
    sign_up(&pool, "ann").await;
    let snapshot = pool.cx.shared().snapshot(None);
    // Both begin before the restore, this one after the snapshot.
    let under_way = now(&pool);
    sign_up(&under_way, "bob").await;
    let then = pool.cx.now();
    pool.advance(Duration::from_secs(60));
    restore(&pool, &snapshot, None);
    let sent = pool.cx.outbox.after(0).len();
    assert!(
        has_user(&under_way, "bob").await,
        "it is answered from what it began with"
    );
    assert_eq!(under_way.cx.now(), then.plus(Duration::from_secs(60)));
    sign_up(&under_way, "cid").await;
    under_way
        .ok("AdminDeleteUser", json!({"Username": "ann"}))
        .await;
    let made = under_way
        .ok("CreateUserPool", json!({"PoolName": "late"}))
        .await;
    let late = made["UserPool"]["Id"].clone();
    let described = json!({"UserPoolId": late});
    assert!(
        under_way
            .call("DescribeUserPool", described.clone())
            .await
            .is_ok()
    );
    let client = json!({"ClientName": "late"});
    let made = under_way.ok("CreateUserPoolClient", client).await;
    let client = made["UserPoolClient"]["ClientId"].clone();
    under_way
        .ok("CreateUserPoolDomain", json!({"Domain": "late"}))
        .await;
    under_way
        .ok("DeleteUserPoolDomain", json!({"Domain": "late"}))
        .await;
    let after = now(&pool);
    assert!(has_user(&after, "ann").await);
    assert!(!has_user(&after, "bob").await && !has_user(&after, "cid").await);
    assert_eq!(
        after.cx.outbox.after(0).len(),
        sent,
        "no message of it is kept"
    );
    assert!(after.call("DescribeUserPool", described).await.is_err());
    assert_eq!(names_of_pools(&after.cx).await, ["test"]);
    let unknown = json!({"ClientId": client});
    assert!(after.call("DescribeUserPoolClient", unknown).await.is_err());
    after
        .ok("CreateUserPoolDomain", json!({"Domain": "late"}))
        .await;
    under_way.ok("DeleteUserPool", json!({})).await;
    assert!(
        has_user(&after, "ann").await,
        "it deleted the pool of before"
    );
}

#[tokio::test]
async fn what_was_deleted_is_found_again_and_what_is_new_is_gone() {
    let pool = mailing().await;
    pool.ok("CreateUserPoolDomain", json!({"Domain": "shop"}))
        .await;
    let snapshot = pool.cx.shared().snapshot(None);
    pool.ok("DeleteUserPoolDomain", json!({"Domain": "shop"}))
        .await;
    pool.ok("DeleteUserPool", json!({})).await;
    pool.ok("CreateUserPool", json!({"PoolName": "new"})).await;
    restore(&pool, &snapshot, None);
    let after = now(&pool);
    assert_eq!(names_of_pools(&after.cx).await, ["test"]);
    sign_up(&after, "ann").await;
    let shown = after
        .ok("DescribeUserPoolDomain", json!({"Domain": "shop"}))
        .await;
    assert_eq!(shown["DomainDescription"]["UserPoolId"], json!(*pool.id));
}

#[tokio::test]
async fn the_restore_of_an_account_is_nothing_to_the_others() {
    let pool = mailing().await;
    let other = fresh(pool.cx.shared(), "222222222222");
    let make = |cx: Context, name: &'static str| async move {
        let create = crate::model::cognito_idp::Operation::CreateUserPool;
        let call = crate::dispatch::call::Call::new(create, json!({"PoolName": name}));
        crate::dispatch::serve(&cx, &call).await.unwrap();
    };
    make(other.clone(), "theirs").await;
    let snapshot = pool.cx.shared().snapshot(Some(&pool.cx.caller.account));
    sign_up(&pool, "ann").await;
    let (then, messages) = (pool.cx.now(), pool.cx.outbox.after(0).len());
    assert_eq!(messages, 1);
    pool.advance(Duration::from_secs(60));
    restore(&pool, &snapshot, None);
    assert_eq!(
        pool.cx.shared().clock.now(),
        then.plus(Duration::from_secs(60))
    );
    assert!(pool.cx.outbox.after(0).is_empty());
    // A request of the other account that was under way is none of the past.
    make(other.clone(), "later").await;
    let after = now(&pool);
    assert!(!has_user(&after, "ann").await);
    let mut names = names_of_pools(&after.cx).await;
    names.sort();
    assert_eq!(names, ["later", "test", "theirs"]);
    let elsewhere = pool.cx.shared().put_back(&snapshot, Some("222222222222"));
    assert!(
        elsewhere
            .unwrap_err()
            .contains("is of account 123456789012")
    );
}

#[tokio::test]
async fn an_account_does_not_get_back_what_another_one_has_now() {
    let pool = mailing().await;
    pool.ok("CreateUserPoolDomain", json!({"Domain": "shop"}))
        .await;
    let snapshot = pool.cx.shared().snapshot(Some("123456789012"));
    pool.ok("DeleteUserPoolDomain", json!({"Domain": "shop"}))
        .await;
    let other = fresh(pool.cx.shared(), "222222222222");
    let theirs = UserPool::new(
        "222222222222".into(),
        other.keys.next_pair(),
        PoolSettings {
            id: "us-east-1_Theirs".into(),
            ..PoolSettings::clone(&pool.cx.pool(&pool.id).unwrap().settings())
        },
        other.clock.clone(),
    );
    assert!(other.shared().store.add_pool(theirs));
    let theirs = other.pool(&"us-east-1_Theirs".into()).unwrap();
    other.store.claim_domain("shop", &theirs);
    let refused = pool.cx.shared().put_back(&snapshot, None).unwrap_err();
    assert!(refused.contains("domain shop"), "{refused}");
    assert!(pool.cx.pool(&pool.id).is_ok() && !pool.cx.pool(&pool.id).unwrap().is_past());
}

#[tokio::test]
async fn rules_and_quotas_come_back_with_their_use() {
    let pool = mailing().await;
    let shared = pool.cx.shared();
    let rule = |text: Value| TriggerRule::read(text.as_object().unwrap()).unwrap();
    let own = json!({"userPoolId": *pool.id, "trigger": "PreSignUp", "error": "No."});
    let others = json!({"userPoolId": "us-east-1_Other", "trigger": "PreSignUp", "error": "No."});
    let all = json!({"trigger": "PostConfirmation", "error": "Never."});
    shared
        .trigger_rules
        .replace(vec![rule(own.clone()), rule(all)]);
    let whole = shared.snapshot(None);
    let account = shared.snapshot(Some("123456789012"));
    shared.trigger_rules.replace(vec![rule(others)]);
    shared
        .quotas
        .enforce(crate::quotas::Enforcement::Everywhere);
    shared.put_back(&account, None).unwrap();
    let pools: Vec<_> = shared
        .trigger_rules
        .all()
        .iter()
        .map(|one| one.user_pool.clone())
        .collect();
    let id = pool.id.to_string();
    assert_eq!(pools, [Some(id.clone()), Some("us-east-1_Other".into())]);
    assert_eq!(
        shared.quotas.enforcement(),
        crate::quotas::Enforcement::Everywhere
    );
    shared.put_back(&whole, None).unwrap();
    let pools: Vec<_> = shared
        .trigger_rules
        .all()
        .iter()
        .map(|one| one.user_pool.clone())
        .collect();
    assert_eq!(pools, [Some(id), None]);
    assert_eq!(shared.quotas.enforcement(), crate::quotas::Enforcement::Off);
}

#[tokio::test]
async fn snapshots_of_what_does_not_change_share_it() {
    let pool = mailing().await;
    for at in 0..200 {
        sign_up(&pool, &format!("user{at}")).await;
    }
    let shared = pool.cx.shared();
    let (one, other) = (shared.snapshot(None), shared.snapshot(None));
    let state = |snapshot: &Snapshot| snapshot.pools.pools[0].pool.state.clone();
    assert!(state(&one).users.is_same(&state(&other).users));
    assert!(Arc::ptr_eq(&one.messages, &other.messages));
    sign_up(&pool, "late").await;
    let later = state(&shared.snapshot(None));
    assert!(!later.users.is_same(&state(&one).users));
    assert_eq!((state(&one).users.len(), later.users.len()), (200, 201));
}

#[test]
fn names_are_used_once_and_no_more_are_kept_than_there_is_room_for() {
    let settings = Settings {
        keep_snapshots: 2,
        ..Settings::default()
    };
    let shared = test_pool::server(settings);
    let keep = |name: &str, replaces| {
        let kept = shared
            .snapshots
            .keep(name, replaces, || shared.snapshot(None));
        kept.map(drop)
    };
    shared.mark_start();
    assert_eq!(keep("a", false), Ok(()));
    assert_eq!(keep("a", false), Err(NotKept::Taken));
    assert_eq!(keep("a", true), Ok(()));
    assert_eq!(keep("b", false), Ok(()), "the start has a place of its own");
    assert_eq!(keep("c", false), Err(NotKept::TooMany(2)));
    assert_eq!(keep("b", true), Ok(()));
    assert!(shared.snapshots.remove("b").is_some());
    assert_eq!(keep("c", true), Ok(()));
    let names: Vec<_> = shared
        .snapshots
        .all()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, [START, "a", "c"]);
}

#[tokio::test]
async fn tokens_of_after_the_snapshot_are_unknown_and_those_of_before_are_good() {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("ann", json!([])).await;
    let before = pool.signed_in("ann").await;
    let snapshot = pool.cx.shared().snapshot(None);
    let after = now(&pool).signed_in("ann").await;
    restore(&pool, &snapshot, None);
    let here = now(&pool);
    let works = |tokens: &Value| {
        let (access, refresh) = (
            tokens["AccessToken"].clone(),
            tokens["RefreshToken"].clone(),
        );
        let refresh = json!({"ClientId": "client", "AuthFlow": "REFRESH_TOKEN_AUTH",
            "AuthParameters": {"REFRESH_TOKEN": refresh}});
        (json!({"AccessToken": access}), refresh)
    };
    let (access, refresh) = works(&before);
    here.ok("GetUser", access).await;
    here.ok("InitiateAuth", refresh).await;
    let (access, refresh) = works(&after);
    let refused = here.refused("GetUser", access).await;
    assert!(
        refused.contains("Access Token has been revoked"),
        "{refused}"
    );
    let refused = here.refused("InitiateAuth", refresh).await;
    assert!(refused.contains("Invalid Refresh Token"), "{refused}");
    let (access, refresh) = works(&here.signed_in("ann").await);
    here.ok("GetUser", access.clone()).await;
    here.ok("InitiateAuth", refresh).await;
    // Of two snapshots the later one knows what was signed in between them.
    let later = pool.cx.shared().snapshot(None);
    restore(&pool, &later, None);
    now(&pool).ok("GetUser", access.clone()).await;
    restore(&pool, &snapshot, None);
    now(&pool).refused("GetUser", access).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_who_began_before_a_restore_none_leaves_a_trace_whenever_they_write() {
    let pool = mailing().await;
    sign_up(&pool, "ann").await;
    let snapshot = pool.cx.shared().snapshot(None);
    for round in 0..20 {
        let writers: Vec<TestPool> = (0..50).map(|_| now(&pool)).collect();
        let writes = writers.iter().enumerate().map(|(n, writer)| async move {
            sign_up(writer, &format!("writer{round}-{n}")).await;
            let made = writer
                .ok("CreateUserPool", json!({"PoolName": "late"}))
                .await;
            made["UserPool"]["Id"].clone()
        });
        let writing = futures_of(writes.collect());
        tokio::task::block_in_place(|| {
            let runtime = tokio::runtime::Handle::current();
            test_pool::race(
                round * 20,
                || runtime.block_on(writing),
                || restore(&pool, &snapshot, None),
            )
        });
        let after = now(&pool);
        let users = after.ok("ListUsers", json!({})).await;
        assert_eq!(users["Users"].as_array().unwrap().len(), 1, "{users}");
        assert_eq!(names_of_pools(&after.cx).await, ["test"]);
        assert_eq!(after.cx.outbox.after(0).len(), 1);
    }
}

/// One after the other.
async fn futures_of<F: Future>(all: Vec<F>) {
    for one in all {
        one.await;
    }
}
