//! CreateUserPool and DeleteUserPool against what could slip in between a look and a change.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::context::{DEFAULT_ACCOUNT, Settings};
use crate::model::AccountRegion;
use crate::test_pool::{self, answer, race};
use crate::user_pool::branding::domains::create_user_pool_domain;
use crate::user_pool::pools::replicas::create_user_pool_replica;
use crate::user_pool::pools::*;

const ROUNDS: usize = 3000;
const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab";

fn context() -> Context {
    test_pool::context(Timestamp::from_seconds(1_700_000_000))
}

/// A pool that others are made after: they share its keys and settings.
fn model(cx: &Context) -> Arc<UserPool> {
    let members = json!({"PoolName": "model", "KeyConfiguration":
        {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": KEY}});
    let made = answer(cx, create_user_pool, &members).unwrap();
    let id = PoolId::from(made["UserPool"]["Id"].as_str().unwrap());
    cx.pool(&id).unwrap()
}

fn add(cx: &Context, model: &UserPool, name: usize) -> PoolId {
    let id = PoolId::from(format!("us-east-1_Race{name}"));
    let settings = PoolSettings {
        id: id.clone(),
        ..PoolSettings::clone(&model.settings())
    };
    let keys = Arc::clone(&model.keys);
    let pool = UserPool::new(model.account.clone(), keys, settings, cx.clock.clone());
    assert!(cx.shared().store.add_pool(pool));
    id
}

/// Deletes a pool while something else happens to it that forbids that: one of the two is done.
fn against_deletion(
    cx: &Context,
    other: impl Fn(&PoolId, usize) -> Result<Value, CognitoError> + Sync,
    check: impl Fn(&PoolId, usize, bool),
) {
    let model = model(cx);
    for round in 0..ROUNDS {
        let id = add(cx, &model, round);
        let body = json!({"UserPoolId": id.as_str()});
        let (deleted, done) = race(
            round,
            || answer(cx, delete_user_pool, &body),
            || other(&id, round),
        );
        assert_ne!(
            deleted.is_ok(),
            done.is_ok(),
            "{round}: {deleted:?} {done:?}"
        );
        assert_eq!(cx.pool(&id).is_err(), deleted.is_ok(), "{round}");
        check(&id, round, deleted.is_ok());
    }
}

#[test]
fn a_pool_whose_protection_was_switched_on_is_not_deleted() {
    let cx = context();
    let protect = |id: &PoolId, _| {
        let body = json!({"UserPoolId": id.as_str(), "DeletionProtection": "ACTIVE"});
        answer(&cx, update_user_pool, &body)
    };
    against_deletion(&cx, protect, |_, _, _| {});
}

#[test]
fn a_pool_that_got_a_domain_is_not_deleted_and_a_deleted_one_holds_no_name() {
    let cx = context();
    let add_domain = |id: &PoolId, round| {
        let body = json!({"UserPoolId": id.as_str(), "Domain": format!("race-{round}")});
        answer(&cx, create_user_pool_domain, &body)
    };
    against_deletion(&cx, add_domain, |id, round, is_deleted| {
        let name = format!("race-{round}");
        let owner = cx.store.domain_owner(DEFAULT_ACCOUNT, "us-east-1", &name);
        assert_eq!(owner, (!is_deleted).then(|| id.clone()), "{round}");
    });
}

#[test]
fn a_pool_that_got_a_replica_is_not_deleted_and_a_deleted_one_is_listed_nowhere() {
    let cx = context();
    let replicate = |id: &PoolId, _| {
        let body = json!({"UserPoolId": id.as_str(), "RegionName": "us-west-2"});
        answer(&cx, create_user_pool_replica, &body)
    };
    let mut there = 0;
    let there = std::cell::RefCell::new(&mut there);
    against_deletion(&cx, replicate, |_, round, is_deleted| {
        **there.borrow_mut() += usize::from(!is_deleted);
        let place = AccountRegion::new(&cx.caller.account, "us-west-2");
        let listed = cx.store.pools_after(&place, None, ROUNDS);
        assert_eq!(listed.len(), **there.borrow(), "{round}");
    });
}

#[test]
fn a_pool_is_deleted_once() {
    let cx = context();
    let model = model(&cx);
    for round in 0..ROUNDS {
        let body = json!({"UserPoolId": add(&cx, &model, round).as_str()});
        let delete = || answer(&cx, delete_user_pool, &body).map_err(|refused| refused.refusal);
        let (one, other) = race(round, delete, delete);
        assert_ne!(one.is_ok(), other.is_ok(), "{round}: {one:?} {other:?}");
    }
}

/// Of two pools that are made where there is room for one, one is made.
fn the_last_pool(cx: &Context) {
    let model = model(cx);
    for name in 2..MAX_POOLS {
        add(cx, &model, name);
    }
    let body = json!({"PoolName": "last"});
    for round in 0..60 {
        let make = || answer(cx, create_user_pool, &body);
        let (one, other) = race(round, make, make);
        let (made, refused) = match one {
            Ok(made) => (made, other.unwrap_err()),
            Err(refused) => (other.unwrap(), refused),
        };
        assert_eq!(refused.code(), "LimitExceededException", "{round}");
        let body = json!({"UserPoolId": made["UserPool"]["Id"]});
        answer(cx, delete_user_pool, &body).unwrap();
    }
}

#[test]
fn no_more_pools_are_made_than_the_quota_has() {
    let settings = Settings {
        attempt_limits: true,
        ..Settings::default()
    };
    let shared = test_pool::server(settings);
    the_last_pool(&Context::new(Arc::new(shared), Default::default()));
}

#[test]
fn where_a_fixture_asks_for_quotas_they_hold_for_pools_too() {
    let cx = context();
    let here = AccountRegion::new(&cx.caller.account, "us-east-1");
    cx.quotas.enforce_for_marked_pools(here);
    the_last_pool(&cx);
}
