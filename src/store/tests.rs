//! What holds when requests meet.

use std::sync::Arc;

use serde_json::json;

use super::user_pool::UserPool;
use super::user_pool::settings::PoolSettings;
use crate::clock::{Clock, Timestamp};
use crate::context::{Caller, Context, Settings, Shared};
use crate::entropy::Entropy;
use crate::error::Refusal;
use crate::model::cognito_idp::ClientTypeType;
use crate::model::{ClientId, PoolId, decode};
use crate::user_pool::app_clients;
use crate::user_pool::pools::create_user_pool;

fn context() -> Context {
    let clock = Clock::frozen_at(Timestamp(0));
    let shared = Shared::new(clock, Entropy::from_seed(1), Settings::default());
    Context::new(Arc::new(shared), Caller::default())
}

/// Makes a pool with a pinned id.
fn create(cx: &Context, id: &PoolId) {
    let body = json!({"PoolName": "p", "UserPoolTags": {"_custom_id_": id.as_str()}});
    create_user_pool(cx, decode(&body).unwrap()).unwrap();
}

#[test]
fn who_found_a_pool_before_it_was_deleted_cannot_change_it() {
    let cx = context();
    let id = PoolId::from("us-east-1_Gone");
    create(&cx, &id);
    let found = cx.pool(&id).unwrap();
    cx.store.remove_pool(&found, |_| Ok(())).unwrap();

    let name = ClientId::from("late");
    assert!(cx.store.claim_client_id(&name, &id));
    let body = json!({"UserPoolId": id.as_str(), "ClientName": "late"});
    let request = decode(&body).unwrap();
    let late = app_clients::user_pool_client::build(
        &cx,
        &found,
        request,
        name,
        ClientTypeType::Regular,
        Timestamp(0),
    )
    .unwrap();
    let refused = found
        .change(|draft| Ok(draft.put_client(late)))
        .unwrap_err();
    let expected = Refusal::UserPoolUnknown { id: id.to_string() };
    assert_eq!(refused.refusal, expected);
}

#[test]
fn a_pool_that_is_deleted_and_made_again_at_once_stays_listed() {
    let cx = context();
    let id = PoolId::from("us-east-1_Again");
    create(&cx, &id);
    let first = cx.pool(&id).unwrap();
    let again = || {
        let settings = PoolSettings::clone(&first.settings());
        let keys = Arc::clone(&first.keys);
        UserPool::new(first.account.clone(), keys, settings, cx.clock.clone())
    };
    for _ in 0..2000 {
        std::thread::scope(|scope| {
            scope.spawn(|| cx.store.remove_pool(&cx.pool(&id).unwrap(), |_| Ok(())));
            while !cx.shared().store.add_pool(again()) {
                std::thread::yield_now();
            }
        });
        let listed = cx.store.pools_after(&first.account_region(), None, 2);
        assert_eq!(listed.len(), 1);
    }
}
