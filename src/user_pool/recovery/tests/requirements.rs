//! When a recovery is refused.

use std::time::Duration;

use serde_json::{Value, json};

use super::{HOUR, MINUTE, id, initiate, mark, seconds, start};
use crate::clock::Timestamp;
use crate::context::Settings;
use crate::store::user_pool::import_job::Upload;
use crate::test_pool::{TestPool, server};
use crate::user_pool::import_jobs::upload::Object;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

const TOO_LATE: &str =
    "InvalidParameterException: RestoreTimestamp must be at least 15 minutes in the past.";

const TOO_EARLY: &str = "InvalidParameterException: RestoreTimestamp is not within the recovery \
    period of the user pool.";

const BEFORE_POOL: &str =
    "InvalidParameterException: RestoreTimestamp is earlier than the creation of the user pool.";

fn without_plan(tier: &str) -> String {
    format!(
        "InvalidParameterException: The user pool was not on the {tier} pricing tier at \
         RestoreTimestamp."
    )
}

/// What comes of a recovery to the moment `back` before now; one that begins is cancelled.
async fn back(pool: &TestPool, back: Duration) -> String {
    let millis = i64::try_from(back.as_millis()).unwrap();
    let point = seconds(Timestamp(pool.cx.now().0 - millis));
    let request = json!({"RestoreTimestamp": point});
    match pool.call("InitiatePointInTimeRecovery", request).await {
        Err(refused) => refused,
        Ok(made) => {
            pool.ok("CancelPointInTimeRecovery", id(&made["Restoration"]))
                .await;
            "taken".into()
        }
    }
}

async fn set_tier(pool: &TestPool, tier: &str) {
    let update = json!({"UserPoolId": pool.id.as_str(), "UserPoolTier": tier});
    pool.ok("UpdateUserPool", update).await;
}

#[tokio::test]
async fn a_point_is_between_the_least_age_and_the_reach_of_the_tier() {
    let millisecond = Duration::from_millis(1);
    for (tier, reach) in [("ESSENTIALS", DAY), ("PLUS", DAY * 14)] {
        let pool = TestPool::new(json!({"UserPoolTier": tier})).await;
        pool.advance(MINUTE * 20);
        let cases = [
            (MINUTE * 15 - millisecond, TOO_LATE),
            (MINUTE * 15, "taken"),
            (MINUTE * 20, "taken"),
            (MINUTE * 20 + millisecond, BEFORE_POOL),
        ];
        for (age, expected) in cases {
            assert_eq!(back(&pool, age).await, expected, "{tier} {age:?}");
        }
        pool.advance(DAY * 20);
        assert_eq!(back(&pool, reach).await, "taken");
        assert_eq!(back(&pool, reach + millisecond).await, TOO_EARLY);
        // Of times to come, too.
        let later = json!({"RestoreTimestamp": seconds(pool.cx.now().plus(DAY))});
        assert_eq!(
            pool.refused("InitiatePointInTimeRecovery", later).await,
            TOO_LATE
        );
    }
}

#[tokio::test]
async fn the_lowest_plan_has_no_recovery() {
    let pool = TestPool::new(json!({"UserPoolTier": "LITE"})).await;
    pool.advance(HOUR);
    let refused = "FeatureUnavailableInTierException: The following feature is not available for the \
        LITE pricing tier configured: Point-in-Time Recovery";
    assert_eq!(back(&pool, MINUTE * 30).await, refused);
    let named = json!({"RestoreId": "00000000-0000-4000-8000-000000000000"});
    for operation in ["Describe", "Start", "Cancel"] {
        let operation = format!("{operation}PointInTimeRecovery");
        assert_eq!(pool.refused(&operation, named.clone()).await, refused);
    }
    let listed = pool.refused("ListPointInTimeRecoveries", json!({})).await;
    assert_eq!(listed, refused);
}

#[tokio::test]
async fn the_pool_was_on_the_plan_all_the_time_since_the_point() {
    let pool = TestPool::new(json!({"UserPoolTier": "LITE"})).await;
    pool.advance(HOUR);
    set_tier(&pool, "ESSENTIALS").await;
    pool.advance(HOUR);
    assert_eq!(back(&pool, HOUR).await, "taken");
    let before = HOUR + MINUTE;
    assert_eq!(back(&pool, before).await, without_plan("ESSENTIALS"));
    set_tier(&pool, "PLUS").await;
    // A day back is as far as the plan of then went.
    assert_eq!(back(&pool, HOUR).await, "taken");
    pool.advance(DAY * 2);
    assert_eq!(back(&pool, DAY * 2).await, "taken");
    assert_eq!(back(&pool, DAY * 2 + MINUTE).await, without_plan("PLUS"));
    set_tier(&pool, "ESSENTIALS").await;
    set_tier(&pool, "PLUS").await;
    pool.advance(MINUTE * 30);
    assert_eq!(back(&pool, HOUR).await, "taken");
    assert_eq!(back(&pool, DAY + MINUTE).await, without_plan("PLUS"));
}

#[tokio::test]
async fn a_pool_has_one_active_recovery() {
    let pool = TestPool::new(json!({})).await;
    let point = mark(&pool);
    let first = initiate(&pool, &point).await;
    let refused = "LimitExceededException: The limit of active point-in-time recoveries of a user \
        pool has been exceeded.";
    assert_eq!(back(&pool, MINUTE * 15).await, refused);
    start(&pool, &first).await;
    assert_eq!(back(&pool, MINUTE * 15).await, "taken");
    initiate(&pool, &point).await;
    pool.advance(DAY - MINUTE);
    assert_eq!(back(&pool, MINUTE * 15).await, refused);
    pool.advance(MINUTE);
    assert_eq!(back(&pool, MINUTE * 15).await, "taken");
}

#[tokio::test]
async fn of_many_who_begin_a_recovery_at_once_one_does() {
    let pool = TestPool::new(json!({})).await;
    let point = mark(&pool);
    pool.advance(MINUTE * 15);
    let request = json!({"UserPoolId": pool.id.as_str(), "RestoreTimestamp": point});
    let begun = std::thread::scope(|scope| {
        let begin = || {
            let request = crate::model::decode(&request).unwrap();
            crate::user_pool::recovery::initiate_point_in_time_recovery(&pool.cx, request).is_ok()
        };
        let all: Vec<_> = (0..20).map(|_| scope.spawn(begin)).collect();
        let begun = all.into_iter().map(|one| usize::from(one.join().unwrap()));
        begun.sum::<usize>()
    });
    assert_eq!(begun, 1);
}

/// A job that was sent its file.
async fn import_job(pool: &TestPool) -> Value {
    let request = json!({"JobName": "a job",
        "CloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/import"});
    let job = pool.ok("CreateUserImportJob", request).await["UserImportJob"].clone();
    let url = job["PreSignedUrl"].as_str().unwrap();
    let (path, _) = url.split_once('?').unwrap();
    let object = Object::at(path.strip_prefix("http://localhost:9229").unwrap()).unwrap();
    let mut file = Upload::new(&pool.cx.uploads);
    let csv = "cognito:username,email,email_verified\nann,ann@example.com,TRUE\n";
    file.push(pool.cx.shared(), csv.as_bytes()).unwrap();
    object.store(&pool.cx, file).unwrap();
    json!({"JobId": job["JobId"]})
}

#[tokio::test]
async fn an_import_and_a_recovery_exclude_each_other() {
    let pool = TestPool::new(json!({"AutoVerifiedAttributes": ["email"]})).await;
    let point = mark(&pool);
    pool.cx.imports.hold(true);
    let job = import_job(&pool).await;
    let waiting = import_job(&pool).await;
    pool.ok("StartUserImportJob", job.clone()).await;
    pool.advance(MINUTE * 15);
    assert_eq!(
        back(&pool, MINUTE * 15).await,
        "ConcurrentModificationException: A recovery cannot be initiated while a user import job is \
         in progress."
    );
    pool.ok("StopUserImportJob", job).await;
    initiate(&pool, &point).await;
    let refused = pool.refused("StartUserImportJob", waiting.clone()).await;
    assert!(
        refused.starts_with("OperationNotEnabledException"),
        "{refused}"
    );
    // A start that is past the door finds the same.
    let mut request = waiting;
    request["UserPoolId"] = json!(pool.id.as_str());
    let request = crate::model::decode(&request).unwrap();
    let error =
        crate::user_pool::import_jobs::start_user_import_job(&pool.cx, request).unwrap_err();
    assert_eq!(error.code(), "OperationNotEnabledException");
}

/// A pool of a server with AWS's quotas.
async fn counted() -> TestPool {
    let settings = Settings {
        attempt_limits: true,
        ..Settings::default()
    };
    let tier = json!({"UserPoolTier": "PLUS"});
    TestPool::on(server(settings), tier, |_| {}).await
}

#[tokio::test]
async fn quotas_count_previews_and_completed_recoveries_of_a_pool() {
    let pool = counted().await;
    pool.advance(HOUR);
    let previews = "LimitExceededException: The limit of point-in-time recovery previews of a user \
        pool has been exceeded.";
    for days in 0..3 {
        for _ in 0..3 {
            assert_eq!(back(&pool, MINUTE * 15).await, "taken", "{days}");
        }
        assert_eq!(back(&pool, MINUTE * 15).await, previews);
        pool.advance(DAY);
    }
    assert_eq!(back(&pool, MINUTE * 15).await, "taken");
    assert_eq!(
        back(&pool, MINUTE * 15).await,
        previews,
        "ten in thirty days"
    );
    pool.advance(DAY * 27);
    let point = mark(&pool);
    let recovery = initiate(&pool, &point).await;
    start(&pool, &recovery).await;
    pool.advance(DAY - MINUTE);
    assert_eq!(
        back(&pool, MINUTE * 15).await,
        "LimitExceededException: The limit of completed point-in-time recoveries of a user pool has \
         been exceeded."
    );
    pool.advance(MINUTE);
    assert_eq!(back(&pool, MINUTE * 15).await, "taken");
}

/// Further pools of the server.
async fn more(pool: &TestPool, count: usize) -> Vec<Value> {
    let mut ids = Vec::new();
    for _ in 0..count {
        let made = pool.ok("CreateUserPool", json!({"PoolName": "more"})).await;
        ids.push(made["UserPool"]["Id"].clone());
    }
    ids
}

#[tokio::test]
async fn quotas_count_the_recoveries_of_an_account() {
    let pool = counted().await;
    let pools = more(&pool, 11).await;
    let point = mark(&pool);
    pool.advance(MINUTE * 15);
    let begin = |id: &Value| {
        let request = json!({"UserPoolId": id, "RestoreTimestamp": point});
        pool.call("InitiatePointInTimeRecovery", request)
    };
    for id in &pools[..5] {
        begin(id).await.unwrap();
    }
    assert_eq!(
        begin(&pools[5]).await.unwrap_err(),
        "LimitExceededException: The limit of active point-in-time recoveries of an account has been \
         exceeded."
    );
    let cancel = |id: Value| {
        let pool = &pool;
        async move {
            let listed = json!({"UserPoolId": id});
            let all = pool.ok("ListPointInTimeRecoveries", listed).await;
            let one = json!({"UserPoolId": id, "RestoreId": all["Restorations"][0]["RestoreId"]});
            pool.ok("CancelPointInTimeRecovery", one).await;
        }
    };
    for id in &pools[..5] {
        cancel(id.clone()).await;
    }
    for id in &pools[5..10] {
        begin(id).await.unwrap();
        cancel(id.clone()).await;
    }
    assert_eq!(
        begin(&pools[10]).await.unwrap_err(),
        "LimitExceededException: The limit of point-in-time recovery previews of an account has been \
         exceeded."
    );
    pool.advance(DAY);
    let point = seconds(Timestamp(pool.cx.now().0 - 1000 * 60 * 15));
    let request = json!({"UserPoolId": pools[10], "RestoreTimestamp": point});
    pool.ok("InitiatePointInTimeRecovery", request).await;
}

#[tokio::test]
async fn without_history_there_is_no_way_back_and_the_flag_is_named() {
    let pool = TestPool::on(
        server(Settings {
            keep_history: 0,
            ..Settings::default()
        }),
        json!({}),
        |_| {},
    )
    .await;
    let point = mark(&pool);
    pool.confirmed("ann", json!([])).await;
    pool.advance(MINUTE * 15);
    let request = json!({"RestoreTimestamp": point});
    assert_eq!(
        pool.refused("InitiatePointInTimeRecovery", request.clone())
            .await,
        "OperationNotEnabledException: The user pool does not support point-in-time recovery to the \
         requested time."
    );
    let request = json!({"UserPoolId": pool.id.as_str(), "RestoreTimestamp": point});
    let request = crate::model::decode(&request).unwrap();
    let refused = super::super::initiate_point_in_time_recovery(&pool.cx, request).unwrap_err();
    assert!(refused.reason().contains("--keep-history"));
    // To a moment after the last change nothing needs to be known.
    assert_eq!(back(&pool, MINUTE * 15).await, "taken");
}
