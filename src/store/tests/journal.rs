use serde_json::json;

use super::*;
use crate::clock::Clock;
use crate::context::Settings;
use crate::entropy::Entropy;
use crate::store::Draft;
use crate::test_pool::TestPool;

/// A pool on a server that keeps so many bytes of its history.
async fn pool(room: usize) -> TestPool {
    let settings = Settings {
        keep_history: room,
        ..Settings::default()
    };
    let clock = Clock::frozen_at(Timestamp::from_seconds(1_000_000));
    let shared = crate::context::Shared::new(clock, Entropy::from_seed(1), settings);
    TestPool::on(shared, json!({}), |_| {}).await
}

fn put_group(draft: &mut Draft<'_>, name: &str, precedence: i32) {
    draft.put_group(Group {
        name: GroupName::from(name),
        description: None,
        role_arn: None,
        precedence: Some(precedence),
        created: Timestamp(0),
        modified: Timestamp(0),
        number: 0,
    });
}

#[tokio::test]
async fn the_oldest_changes_make_room() {
    let pool = pool(10_000).await;
    let stored = pool.cx.pool(&pool.id).unwrap();
    let journal = pool.cx.shared().store.journal(&pool.id).unwrap();
    let mut points = Vec::new();
    for at in 0..1000 {
        points.push(pool.cx.now());
        pool.advance(std::time::Duration::from_secs(1));
        stored
            .change(|draft| {
                put_group(draft, "crew", at);
                Ok(())
            })
            .unwrap();
        assert!(journal.history().weight <= 10_000);
    }
    let kept = journal.len();
    assert!((20..200).contains(&kept), "{kept}");
    assert!(!journal.reaches(points[1000 - kept - 1]));
    let oldest = points[1000 - kept];
    assert!(journal.reaches(oldest));
    let past = journal.past(oldest);
    let was = past.groups[&GroupName::from("crew")].as_ref().unwrap();
    assert_eq!(was.precedence, i32::try_from(1000 - kept - 1).ok());
    let weight: usize = {
        let history = journal.history();
        history
            .entries
            .iter()
            .map(|entry| entry.before.weight())
            .sum()
    };
    assert_eq!(journal.history().weight, weight);
}

#[tokio::test]
async fn a_clock_that_is_put_back_leaves_changes_in_their_order() {
    let pool = pool(usize::MAX).await;
    let stored = pool.cx.pool(&pool.id).unwrap();
    let journal = pool.cx.shared().store.journal(&pool.id).unwrap();
    let put = |precedence| {
        stored.change(|draft| {
            put_group(draft, "crew", precedence);
            Ok(())
        })
    };
    pool.advance(std::time::Duration::from_secs(100));
    put(1).unwrap();
    pool.cx.clock.advance(-50_000);
    put(2).unwrap();
    let point = pool.cx.now();
    pool.advance(std::time::Duration::from_secs(100));
    put(3).unwrap();
    let past = journal.past(point);
    let was = past.groups[&GroupName::from("crew")].as_ref().unwrap();
    assert_eq!(was.precedence, Some(2));
}

#[tokio::test]
async fn what_a_pool_holds_when_it_is_found_first_was_always_there() {
    let pool = pool(usize::MAX).await;
    let settings = crate::store::user_pool::settings::PoolSettings {
        id: "us-east-1_Filled".into(),
        ..crate::store::user_pool::settings::PoolSettings::clone(
            &pool.cx.pool(&pool.id).unwrap().settings(),
        )
    };
    let keys = Arc::clone(&pool.cx.pool(&pool.id).unwrap().keys);
    let filled = crate::store::user_pool::UserPool::new(
        "123456789012".into(),
        keys,
        settings,
        pool.cx.clock.clone(),
    );
    filled
        .change(|draft| {
            put_group(draft, "crew", 1);
            Ok(())
        })
        .unwrap();
    assert!(pool.cx.shared().store.add_pool(filled));
    let id = "us-east-1_Filled".into();
    let journal = pool.cx.shared().store.journal(&id).unwrap();
    assert!(journal.is_empty());
    let found = pool.cx.pool(&id).unwrap();
    found
        .change(|draft| {
            put_group(draft, "crew", 2);
            Ok(())
        })
        .unwrap();
    assert_eq!(journal.len(), 1);
}
