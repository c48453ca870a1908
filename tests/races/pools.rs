//! A pool that is deleted while others make something of it or in it, and import jobs, of which one
//! runs at a time.

use poolhouse::model::cognito_idp::Operation;
use serde_json::{Value, json};

use super::{Course, Finish, RACERS, all, asked, each};
use crate::http::uploads::put;
use crate::http::wire::Wire;

const GONE: &str = "ResourceNotFoundException";
const PARAMETER: &str = "InvalidParameterException";

/// How often what depends on the order of two steps is tried.
const ROUNDS: usize = 8;

/// Half of the racers delete the pool, the others do this to it. How often each of them succeeded.
async fn against_deletion(
    course: &Course,
    pool: &Value,
    operation: Operation,
    input: impl Fn(usize) -> Value,
) -> (usize, usize) {
    let delete = asked(Operation::DeleteUserPool, &json!({"UserPoolId": pool}));
    let requests = (0..RACERS).map(|n| match n % 2 {
        0 => delete.clone(),
        _ => asked(operation, &input(n)),
    });
    let finish: Finish = course.race(requests.collect()).await;
    finish.refused_by(&[GONE, PARAMETER, "LimitExceededException"]);
    // DeleteUserPool answers nothing, the others a body.
    let deletions = finish.won.iter().filter(|(_, answer)| answer.is_null());
    let deleted = deletions.count();
    (deleted, finish.won.len() - deleted)
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

/// A pool with a domain is not deleted: the domain came first and the pool is there, or the pool is
/// gone and has no domain.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_pool_with_a_domain_is_not_deleted() {
    let course = Course::begin().await;
    for round in 0..ROUNDS {
        let pool = course.pool(json!({})).await;
        let name = format!("shop{round}");
        let input = json!({"UserPoolId": pool, "Domain": name});
        let operation = Operation::CreateUserPoolDomain;
        let (deleted, made) = against_deletion(&course, &pool, operation, |_| input.clone()).await;
        assert_eq!(deleted + made, 1, "{deleted} deletions, {made} domains");
        let found = course
            .ask(Operation::DescribeUserPoolDomain, json!({"Domain": name}))
            .await;
        let owner = &found["DomainDescription"]["UserPoolId"];
        assert_eq!(owner.is_null(), deleted == 1, "{owner}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_pool_that_was_protected_in_time_is_not_deleted() {
    let course = Course::begin().await;
    for _ in 0..ROUNDS {
        let pool = course.pool(json!({})).await;
        let input = json!({"UserPoolId": pool, "DeletionProtection": "ACTIVE"});
        let operation = Operation::UpdateUserPool;
        let (deleted, updated) =
            against_deletion(&course, &pool, operation, |_| input.clone()).await;
        assert!(
            deleted == 0 || updated == 0,
            "{deleted} deletions, {updated} protections"
        );
    }
}

/// A client that was made is a client of a pool that is there, or went with it: no id stays behind.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_clients_of_a_pool_go_with_it() {
    let course = Course::begin().await;
    for round in 0..ROUNDS {
        let pool = course.pool(json!({})).await;
        let name = |n: usize| format!("_custom_id_:round{round}client{n}");
        let operation = Operation::CreateUserPoolClient;
        let input = |n: usize| json!({"UserPoolId": pool, "ClientName": name(n)});
        let (deleted, _) = against_deletion(&course, &pool, operation, input).await;
        assert_eq!(deleted, 1);
        // Whoever wants the ids now gets them.
        let other = course.pool(json!({})).await;
        let requests = each(
            operation,
            |n| json!({"UserPoolId": other, "ClientName": name(n)}),
        );
        course.race(requests).await.are(RACERS, &[]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_pool_with_a_replica_is_not_deleted() {
    let course = Course::begin().await;
    for _ in 0..ROUNDS {
        let key = "arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab";
        let pool = course
            .pool(json!({"UserPoolTier": "PLUS",
                "KeyConfiguration": {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": key}}))
            .await;
        let input = json!({"UserPoolId": pool, "RegionName": "us-west-2"});
        let operation = Operation::CreateUserPoolReplica;
        let (deleted, made) = against_deletion(&course, &pool, operation, |_| input.clone()).await;
        assert_eq!(deleted + made, 1, "{deleted} deletions, {made} replicas");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_pool_has_one_replica() {
    let course = Course::begin().await;
    let key = "arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab";
    let pool = course
        .pool(json!({"UserPoolTier": "PLUS",
            "KeyConfiguration": {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": key}}))
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
