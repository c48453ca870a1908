//! A pool that is deleted while something is made of it or in it, and import jobs, of which one runs at
//! a time.
//!
//! Where two steps exclude each other and each is quick, fifty requests seldom come between the halves
//! of one. There two threads carry out one call each, some hundred times, without the wire.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use poolhouse::context::{Caller, Context, Shared};
use poolhouse::dispatch;
use poolhouse::model::cognito_idp::Operation;
use serde_json::{Value, json};

use super::{Course, RACERS, all, asked, each};
use crate::http::uploads::put;
use crate::http::wire::Wire;

const GONE: &str = "ResourceNotFoundException";

/// How often fifty try what depends on the order of two steps.
const ROUNDS: usize = 10;

/// How often two threads try it.
const DUELS: usize = 400;

/// A multi-Region key, which a replica takes.
const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab";

/// Carries out a call on this thread; its exception where it is refused.
fn carry_out(shared: &Arc<Shared>, operation: Operation, input: &Value) -> Result<Value, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let cx = Context::new(Arc::clone(shared), Caller::default());
    let answer = runtime.block_on(dispatch::user_pool(&cx, operation, input));
    let body = answer.map_err(|error| error.code().to_owned())?;
    Ok(serde_json::from_slice(&body).unwrap_or(Value::Null))
}

/// DeleteUserPool and another call of the same pool at the same moment, over and over, each time with a
/// new pool. Exactly one of them may succeed.
async fn excludes_deletion(pool: Value, operation: Operation, input: impl Fn(usize) -> Value) {
    let course = Course::begin().await;
    let shared = course.server.shared();
    // The calls wait for no other task, and neither does this.
    tokio::task::block_in_place(|| {
        for round in 0..DUELS {
            let made = carry_out(shared, Operation::CreateUserPool, &pool).unwrap();
            let by_pool = json!({"UserPoolId": made["UserPool"]["Id"]});
            let mut input = input(round);
            input["UserPoolId"] = by_pool["UserPoolId"].clone();
            let ready = AtomicUsize::new(0);
            let at_once = |operation, input: &Value| {
                ready.fetch_add(1, Ordering::AcqRel);
                for turn in 0.. {
                    match ready.load(Ordering::Acquire) {
                        2.. => break,
                        // The other thread may wait for this core.
                        _ if turn > 500 => std::thread::yield_now(),
                        _ => std::hint::spin_loop(),
                    }
                }
                carry_out(shared, operation, input)
            };
            let (deleted, other) = std::thread::scope(|scope| {
                let other = scope.spawn(|| at_once(operation, &input));
                let deleted = at_once(Operation::DeleteUserPool, &by_pool);
                (deleted, other.join().unwrap())
            });
            assert!(
                deleted.is_ok() != other.is_ok(),
                "round {round}: deletion {deleted:?}, {} {other:?}",
                operation.name()
            );
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_is_deleted_or_gets_a_domain() {
    let domain = |round| json!({"Domain": format!("shop{round}")});
    excludes_deletion(
        json!({"PoolName": "p"}),
        Operation::CreateUserPoolDomain,
        domain,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_is_deleted_or_protected() {
    let active = |_| json!({"DeletionProtection": "ACTIVE"});
    excludes_deletion(json!({"PoolName": "p"}), Operation::UpdateUserPool, active).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_is_deleted_or_replicated() {
    let pool = json!({"PoolName": "p", "UserPoolTier": "PLUS",
        "KeyConfiguration": {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": KEY}});
    let region = |_| json!({"RegionName": "us-west-2"});
    excludes_deletion(pool, Operation::CreateUserPoolReplica, region).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_pool_is_deleted_once() {
    let course = Course::begin().await;
    for _ in 0..ROUNDS {
        let pool = course.pool(json!({})).await;
        let requests = all(Operation::DeleteUserPool, &json!({"UserPoolId": pool}));
        course.race(requests).await.one(&[GONE]);
    }
}

/// A client that was made is a client of a pool that is there, or went with it: no id stays behind.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_clients_of_a_pool_go_with_it() {
    let course = Course::begin().await;
    for round in 0..ROUNDS {
        let pool = course.pool(json!({})).await;
        let name = |n: usize| format!("_custom_id_:round{round}client{n}");
        let delete = asked(Operation::DeleteUserPool, &json!({"UserPoolId": pool}));
        let requests = (0..RACERS).map(|n| match n % 2 {
            0 => delete.clone(),
            _ => {
                let input = json!({"UserPoolId": pool, "ClientName": name(n)});
                asked(Operation::CreateUserPoolClient, &input)
            }
        });
        let finish = course.race(requests.collect()).await;
        finish.refused_by(&[GONE]);
        // DeleteUserPool answers nothing.
        let deletions = finish.won.iter().filter(|(_, answer)| answer.is_null());
        assert_eq!(deletions.count(), 1);
        // Whoever wants the ids now gets them.
        let other = course.pool(json!({})).await;
        let requests = each(
            Operation::CreateUserPoolClient,
            |n| json!({"UserPoolId": other, "ClientName": name(n)}),
        );
        course.race(requests).await.are(RACERS, &[]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_pool_has_one_replica() {
    let course = Course::begin().await;
    let pool = course
        .pool(json!({"UserPoolTier": "PLUS",
            "KeyConfiguration": {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": KEY}}))
        .await;
    let requests = each(Operation::CreateUserPoolReplica, |n| {
        let region = ["us-west-2", "eu-west-1"][n % 2];
        json!({"UserPoolId": pool, "RegionName": region})
    });
    course.race(requests).await.one(&["LimitExceededException"]);
}

/// A pool with an import job that has its file.
async fn job(course: &Course) -> Value {
    let pool = course
        .pool(json!({"AutoVerifiedAttributes": ["email"]}))
        .await;
    let job = json!({"UserPoolId": pool, "JobName": "race",
        "CloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/import",
        "PasswordHashingAlgorithm": "BCRYPT"});
    let made = course.ask(Operation::CreateUserImportJob, job).await;
    let made = &made["UserImportJob"];
    let rows = "cognito:username,email,email_verified,password_hash\nann,ann@example.com,TRUE,\n";
    let sent = Wire::to(&course.server)
        .await
        .ask(put(&made["PreSignedUrl"], rows))
        .await;
    assert_eq!(sent.status, 200, "{}", sent.text());
    json!({"UserPoolId": pool, "JobId": made["JobId"]})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_import_job_is_started_and_stopped_once() {
    let course = Course::begin().await;
    course.server.shared().imports.hold(true);
    let job = job(&course).await;
    let requests = all(Operation::StartUserImportJob, &job);
    course
        .race(requests)
        .await
        .one(&["PreconditionNotMetException"]);
    let requests = all(Operation::StopUserImportJob, &job);
    course
        .race(requests)
        .await
        .one(&["PreconditionNotMetException"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_import_job_of_an_account_runs_at_a_time() {
    let course = Course::begin().await;
    course.server.shared().imports.hold(true);
    let mut jobs = Vec::new();
    for _ in 0..10 {
        jobs.push(job(&course).await);
    }
    let requests = each(Operation::StartUserImportJob, |n| {
        jobs[n % jobs.len()].clone()
    });
    course
        .race(requests)
        .await
        .one(&["PreconditionNotMetException"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_pool_that_imports_is_not_deleted() {
    let course = Course::begin().await;
    course.server.shared().imports.hold(true);
    for _ in 0..ROUNDS {
        let job = job(&course).await;
        let operation = Operation::StartUserImportJob;
        let pool = &job["UserPoolId"];
        let delete = asked(Operation::DeleteUserPool, &json!({"UserPoolId": pool}));
        let start = asked(operation, &job);
        let requests = (0..RACERS).map(|n| if n % 2 == 0 { &delete } else { &start }.clone());
        let finish = course.race(requests.collect()).await;
        let losers = [
            GONE,
            "PreconditionNotMetException",
            "UserImportInProgressException",
        ];
        finish.are(1, &losers);
        // Else the next round's job would not be the only one.
        if !finish.won[0].1.is_null() {
            course.ask(Operation::StopUserImportJob, job).await;
        }
    }
}
