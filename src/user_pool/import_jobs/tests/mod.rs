mod passwords;
mod races;
mod urls;

use std::time::Duration;

use serde_json::{Value, json};

use crate::model::cognito_idp::UserStatusType;
use crate::store::user_pool::import_job::Upload;
use crate::test_pool::TestPool;
use crate::user_pool::import_jobs::upload::Object;

const ROLE: &str = "arn:aws:iam::123456789012:role/service-role/Cognito-UserImport-Role";

const SUCCEEDED: &str = "Import Job Completed Successfully.";

/// The sample of the guide, word for word.
const HEADER: &str = "cognito:username,name,given_name,family_name,middle_name,nickname,\
    preferred_username,profile,picture,website,email,email_verified,gender,birthdate,zoneinfo,locale,\
    phone_number,phone_number_verified,address,updated_at,cognito:mfa_enabled";

const JOHN: &str = "John,,John,Doe,,,,,,,johndoe@example.com,TRUE,,02/01/1985,,,+12345550100,TRUE,\
    123 Any Street,,FALSE";

const JANE: &str = "Jane,,Jane,Roe,,,,,,,janeroe@example.com,TRUE,,01/01/1985,,,+12345550199,TRUE,\
    100 Main Street,,FALSE";

fn row(name: &str) -> String {
    format!("{name},,,,,,,,,,{name}@example.com,true,,,,,,,,,")
}

fn file<S: AsRef<str>>(rows: &[S]) -> String {
    let rows = rows.iter().map(AsRef::as_ref);
    let lines: Vec<&str> = std::iter::once(HEADER).chain(rows).collect();
    lines.join("\n")
}

async fn pool() -> TestPool {
    TestPool::new(json!({"AutoVerifiedAttributes": ["email"]})).await
}

async fn job(pool: &TestPool, more: Value) -> Value {
    let mut request = json!({"JobName": "a job", "CloudWatchLogsRoleArn": ROLE});
    request
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    pool.ok("CreateUserImportJob", request).await["UserImportJob"].clone()
}

fn send(pool: &TestPool, job: &Value, csv: &[u8]) {
    let url = job["PreSignedUrl"].as_str().unwrap();
    let (path, _) = url.split_once('?').unwrap();
    let object = Object::at(path.strip_prefix("http://localhost:9229").unwrap()).unwrap();
    let mut file = Upload::new(&pool.cx.uploads);
    file.push(pool.cx.shared(), csv).unwrap();
    object.store(&pool.cx, file).unwrap();
}

fn id(job: &Value) -> Value {
    json!({"JobId": job["JobId"]})
}

async fn describe(pool: &TestPool, job: &Value) -> Value {
    pool.ok("DescribeUserImportJob", id(job)).await["UserImportJob"].clone()
}

async fn over(pool: &TestPool, job: &Value) -> Value {
    for _ in 0..10_000 {
        let job = describe(pool, job).await;
        if !matches!(job["Status"].as_str(), Some("Pending" | "InProgress")) {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    panic!("the job does not end");
}

/// Runs a job of this file to its end.
async fn import(pool: &TestPool, more: Value, csv: impl AsRef<[u8]>) -> Value {
    let job = job(pool, more).await;
    send(pool, &job, csv.as_ref());
    pool.ok("StartUserImportJob", id(&job)).await;
    over(pool, &job).await
}

fn log(pool: &TestPool, job: &Value) -> String {
    crate::user_pool::import_jobs::log_of(pool.cx.shared(), job["JobId"].as_str().unwrap()).unwrap()
}

fn counts(job: &Value) -> [u64; 3] {
    ["ImportedUsers", "SkippedUsers", "FailedUsers"].map(|name| job[name].as_u64().unwrap())
}

#[tokio::test]
async fn the_header_has_every_attribute_in_awss_order() {
    let schema = json!([{"Name": "team", "AttributeDataType": "String"}]);
    let pool = TestPool::new(json!({"Schema": schema})).await;
    let answer = pool.ok("GetCSVHeader", json!({})).await;
    let expected = json!([
        "name",
        "given_name",
        "family_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "picture",
        "website",
        "email",
        "email_verified",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
        "phone_number",
        "phone_number_verified",
        "address",
        "updated_at",
        "custom:team",
        "cognito:mfa_enabled",
        "cognito:username"
    ]);
    assert_eq!(
        answer,
        json!({"UserPoolId": pool.id.as_str(), "CSVHeader": expected})
    );
}

#[tokio::test]
async fn a_new_job_waits_with_its_url() {
    let pool = pool().await;
    let job = job(&pool, json!({})).await;
    let (id, url) = (
        job["JobId"].as_str().unwrap(),
        job["PreSignedUrl"].as_str().unwrap(),
    );
    assert!(
        id.strip_prefix("import-")
            .is_some_and(|rest| rest.len() == 10),
        "{id}"
    );
    let place = format!(
        "http://localhost:9229/aws-cognito-idp-user-import/123456789012/{}/{id}?",
        pool.id
    );
    assert!(url.starts_with(&place), "{url}");
    for part in [
        "X-Amz-Algorithm=AWS4-HMAC-SHA256",
        "X-Amz-Date=20270115T080000Z",
        "X-Amz-SignedHeaders=host%3Bx-amz-server-side-encryption",
        "X-Amz-Expires=900",
        "X-Amz-Credential=POOLHOUSE%2F20270115%2Fus-east-1%2Fs3%2Faws4_request",
    ] {
        assert!(url.contains(part), "{part}: {url}");
    }
    let expected = json!({
        "JobName": "a job", "JobId": id, "UserPoolId": pool.id.as_str(), "PreSignedUrl": url,
        "CreationDate": 1_800_000_000.0, "Status": "Created", "CloudWatchLogsRoleArn": ROLE,
        "ImportedUsers": 0, "SkippedUsers": 0, "FailedUsers": 0,
    });
    assert_eq!(job, expected);
    assert_eq!(describe(&pool, &job).await, expected);
}

#[tokio::test]
async fn the_guides_sample_makes_two_users_who_must_reset_their_passwords() {
    let pool = pool().await;
    let job = job(&pool, json!({})).await;
    send(
        &pool,
        &job,
        format!("{HEADER}\r\n{JOHN}\r\n{JANE}\r\n").as_bytes(),
    );
    pool.advance(Duration::from_secs(60));
    let started = pool.ok("StartUserImportJob", id(&job)).await["UserImportJob"].clone();
    assert_eq!(started["Status"], "Pending");
    assert_eq!(started["StartDate"], 1_800_000_060.0);
    assert_eq!(started["CompletionDate"], Value::Null);
    let ended = over(&pool, &job).await;
    assert_eq!(ended["Status"], "Succeeded");
    assert_eq!(ended["CompletionMessage"], SUCCEEDED);
    assert_eq!(ended["CompletionDate"], 1_800_000_060.0);
    assert_eq!(counts(&ended), [2, 0, 0]);
    let john = pool.user("John");
    assert_eq!(john.status, UserStatusType::ResetRequired);
    assert_eq!(john.created.seconds(), 1_800_000_060);
    for (name, value) in [
        ("email", "johndoe@example.com"),
        ("email_verified", "true"),
        ("birthdate", "02/01/1985"),
        ("address", "123 Any Street"),
        ("name", "-"),
    ] {
        assert_eq!(pool.attribute("John", name), value);
    }
    assert_eq!(
        log(&pool, &job),
        "[SUCCEEDED] Line Number 2 - The import succeeded.\n\
         [SUCCEEDED] Line Number 3 - The import succeeded.\n"
    );
    // Found by their attributes too.
    let found = pool
        .ok(
            "ListUsers",
            json!({"UserPoolId": pool.id.as_str(),
        "Filter": "email = \"janeroe@example.com\""}),
        )
        .await;
    assert_eq!(found["Users"][0]["Username"], "Jane");
}

#[tokio::test]
async fn a_name_in_use_is_skipped_and_an_unfit_row_fails_and_the_job_goes_on() {
    let pool = pool().await;
    let rows = [
        row("ann"),
        row("bob"),
        row("cid"),
        row("ann"),
        "dee,x".into(),
        row("eve"),
    ];
    let ended = import(&pool, json!({}), file(&rows)).await;
    assert_eq!(ended["Status"], "Succeeded");
    assert_eq!(counts(&ended), [4, 1, 1]);
    let log = log(&pool, &ended);
    assert!(
        log.contains("[SKIPPED] Line Number 5 - The user already exists.\n"),
        "{log}"
    );
    assert!(
        log.contains("[FAILED] Line Number 6 - The User Record does not have as many"),
        "{log}"
    );
    assert!(
        log.contains("[SUCCEEDED] Line Number 7 - The import succeeded.\n"),
        "{log}"
    );
}

#[tokio::test]
async fn too_many_failures_fail_the_job() {
    let pool = pool().await;
    let bad = "x,,,,,,,,,,,,,,,,,,,,";
    for (good, failing, status) in [(1, 2, "Succeeded"), (1, 3, "Failed"), (0, 1, "Failed")] {
        let mut rows: Vec<String> = (0..good).map(|n| row(&format!("u{n}-{failing}"))).collect();
        rows.resize(good + failing, bad.to_owned());
        let ended = import(&pool, json!({}), file(&rows)).await;
        assert_eq!(ended["Status"], status, "{good} {failing}");
        let message = if status == "Failed" {
            "Too many users have failed or been skipped during the import."
        } else {
            SUCCEEDED
        };
        assert_eq!(ended["CompletionMessage"], message);
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_parsed_fails_the_job_and_makes_nobody() {
    let pool = pool().await;
    let body = file(&[row("ann")]);
    let no_birthdate = body.replacen("birthdate,", "", 1);
    let cases: [(Vec<u8>, Value, &str); 8] = [
        (b"".to_vec(), json!({}), "has no header row"),
        (b"\xff\xfe".to_vec(), json!({}), "not in UTF-8"),
        (
            format!("\u{feff}{body}").into(),
            json!({}),
            "a column that is not",
        ),
        (
            body.replacen("name,", "nom,", 2).into(),
            json!({}),
            "a column that is not",
        ),
        (
            body.replacen("locale", "email", 1).into(),
            json!({}),
            "a column twice",
        ),
        (
            no_birthdate.into(),
            json!({}),
            "does not have the column birthdate",
        ),
        (
            body.clone().into(),
            json!({"PasswordHashingAlgorithm": "BCRYPT"}),
            "does not have the column password_hash",
        ),
        (
            b"email,password_hash\na,b".to_vec(),
            json!({"PasswordHashingAlgorithm": "BCRYPT"}),
            "does not have the column cognito:username",
        ),
    ];
    for (csv, more, message) in cases {
        let ended = import(&pool, more, csv).await;
        assert_eq!(ended["Status"], "Failed");
        let told = ended["CompletionMessage"].as_str().unwrap();
        assert!(told.contains(message), "{told}");
        assert_eq!(counts(&ended), [0, 0, 0]);
    }
    assert_eq!(log(&pool, &job(&pool, json!({})).await), "");
}

#[tokio::test]
async fn more_users_than_a_file_may_have_fail_the_job() {
    let pool = pool().await;
    let mut csv = HEADER.to_owned();
    csv.push_str(&"\nx".repeat(500_001));
    let ended = import(&pool, json!({}), csv).await;
    assert_eq!(
        ended["CompletionMessage"],
        "The CSV file has more than 500000 users."
    );
    assert_eq!(counts(&ended), [0, 0, 0]);
}

#[tokio::test]
async fn columns_come_in_any_order() {
    let pool = pool().await;
    let names: Vec<&str> = HEADER.split(',').rev().collect();
    let values: Vec<&str> = JOHN.split(',').rev().collect();
    let ended = import(
        &pool,
        json!({}),
        [names.join(","), values.join(",")].join("\n"),
    )
    .await;
    assert_eq!(counts(&ended), [1, 0, 0]);
    assert_eq!(pool.attribute("John", "family_name"), "Doe");
}

#[tokio::test]
async fn a_job_is_started_once_with_a_file() {
    let pool = pool().await;
    let job = job(&pool, json!({})).await;
    let name = job["JobId"].as_str().unwrap();
    assert_eq!(
        pool.refused("StartUserImportJob", id(&job)).await,
        format!("PreconditionNotMetException: No csv file was uploaded for {name}")
    );
    let not_running =
        format!("PreconditionNotMetException: The user import job {name} is not in progress.");
    assert_eq!(
        pool.refused("StopUserImportJob", id(&job)).await,
        not_running
    );
    send(&pool, &job, file(&[row("ann")]).as_bytes());
    pool.ok("StartUserImportJob", id(&job)).await;
    let again = pool.refused("StartUserImportJob", id(&job)).await;
    assert!(
        again.starts_with("PreconditionNotMetException: "),
        "{again}"
    );
    over(&pool, &job).await;
    assert_eq!(
        pool.refused("StopUserImportJob", id(&job)).await,
        not_running
    );
    assert!(pool.call("StartUserImportJob", id(&job)).await.is_err());
    let unknown = json!({"JobId": "import-0123456789"});
    for operation in [
        "StartUserImportJob",
        "StopUserImportJob",
        "DescribeUserImportJob",
    ] {
        assert_eq!(
            pool.refused(operation, unknown.clone()).await,
            "ResourceNotFoundException: User import job import-0123456789 does not exist."
        );
    }
}

#[tokio::test]
async fn a_pool_without_auto_verified_attributes_starts_no_job() {
    let pool = TestPool::new(json!({})).await;
    let job = job(&pool, json!({})).await;
    send(&pool, &job, file(&[row("ann")]).as_bytes());
    let refused = pool.refused("StartUserImportJob", id(&job)).await;
    assert!(
        refused.starts_with("PreconditionNotMetException: The user pool must"),
        "{refused}"
    );
}

/// The task of a job begins only when its starter waits, so what comes before is certain.
#[tokio::test]
async fn a_stopped_job_makes_nobody_and_frees_the_account() {
    let pool = pool().await;
    let (one, two) = (job(&pool, json!({})).await, job(&pool, json!({})).await);
    for job in [&one, &two] {
        send(&pool, job, file(&[row("ann")]).as_bytes());
    }
    pool.ok("StartUserImportJob", id(&one)).await;
    assert_eq!(
        pool.refused("StartUserImportJob", id(&two)).await,
        "PreconditionNotMetException: Only one user import job can be active at a time."
    );
    let stopped = pool.ok("StopUserImportJob", id(&one)).await["UserImportJob"].clone();
    assert_eq!(stopped["Status"], "Stopped");
    assert_eq!(
        stopped["CompletionMessage"],
        "The Import Job was stopped by the developer."
    );
    assert_eq!(stopped["CompletionDate"], 1_800_000_000.0);
    pool.ok("StartUserImportJob", id(&two)).await;
    assert_eq!(counts(&over(&pool, &two).await), [1, 0, 0]);
    assert_eq!(describe(&pool, &one).await, stopped);
    assert!(pool.call("StartUserImportJob", id(&one)).await.is_err());
}

#[tokio::test]
async fn one_job_runs_in_an_account_not_in_a_pool() {
    let one = pool().await;
    let other = json!({"PoolName": "other", "AutoVerifiedAttributes": ["email"]});
    let made = one.ok("CreateUserPool", other).await["UserPool"]["Id"].clone();
    let elsewhere = json!({"UserPoolId": made, "JobName": "b", "CloudWatchLogsRoleArn": ROLE});
    let second = one.ok("CreateUserImportJob", elsewhere).await["UserImportJob"].clone();
    send(&one, &second, file(&[row("ann")]).as_bytes());
    let first = job(&one, json!({})).await;
    send(&one, &first, file(&[row("ann")]).as_bytes());
    one.ok("StartUserImportJob", id(&first)).await;
    let start = json!({"UserPoolId": made, "JobId": second["JobId"]});
    let refused = one.refused("StartUserImportJob", start.clone()).await;
    assert!(refused.contains("Only one user import job"), "{refused}");
    over(&one, &first).await;
    one.ok("StartUserImportJob", start).await;
}

#[tokio::test]
async fn a_pool_keeps_its_configuration_while_a_job_runs() {
    let pool = pool().await;
    let job = job(&pool, json!({})).await;
    send(&pool, &job, file(&[row("ann")]).as_bytes());
    pool.ok("StartUserImportJob", id(&job)).await;
    let named = json!({"UserPoolId": pool.id.as_str()});
    let mut custom = named.clone();
    custom["CustomAttributes"] = json!([{"Name": "a", "AttributeDataType": "String"}]);
    for (operation, request) in [
        ("UpdateUserPool", named.clone()),
        ("DeleteUserPool", named.clone()),
        ("AddCustomAttributes", custom),
    ] {
        let refused = pool.refused(operation, request).await;
        assert!(
            refused.starts_with("UserImportInProgressException: "),
            "{operation}: {refused}"
        );
    }
    over(&pool, &job).await;
    pool.ok("DeleteUserPool", named).await;
}

#[tokio::test]
async fn a_job_survives_the_end_of_its_pool() {
    let pool = pool().await;
    let job = job(&pool, json!({})).await;
    send(&pool, &job, file(&[row("ann")]).as_bytes());
    pool.ok("StartUserImportJob", id(&job)).await;
    let found = pool.cx.pool(&pool.id).unwrap();
    pool.cx.store.remove_pool(&found, |_| Ok(())).unwrap();
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let next = TestPool {
        cx: pool.cx.clone(),
        ..pool
    };
    let made = next
        .ok(
            "CreateUserPool",
            json!({"PoolName": "next",
        "AutoVerifiedAttributes": ["email"]}),
        )
        .await;
    let request = json!({"UserPoolId": made["UserPool"]["Id"], "JobName": "n",
        "CloudWatchLogsRoleArn": ROLE});
    let job = next.ok("CreateUserImportJob", request).await["UserImportJob"].clone();
    send(&next, &job, file(&[row("ann")]).as_bytes());
    let start = json!({"UserPoolId": made["UserPool"]["Id"], "JobId": job["JobId"]});
    next.ok("StartUserImportJob", start).await;
}

#[tokio::test]
async fn a_job_not_started_in_a_day_expires_and_its_file_goes() {
    let pool = pool().await;
    let job = job(&pool, json!({})).await;
    send(&pool, &job, file(&[row("ann")]).as_bytes());
    pool.advance(Duration::from_secs(24 * 60 * 60 - 1));
    assert_eq!(describe(&pool, &job).await["Status"], "Created");
    pool.advance(Duration::from_secs(1));
    let expired = describe(&pool, &job).await;
    assert_eq!(expired["Status"], "Expired");
    assert_eq!(
        expired["CompletionMessage"],
        "The user import job has expired."
    );
    assert!(pool.call("StartUserImportJob", id(&job)).await.is_err());
    crate::user_pool::import_jobs::upload::forget_expired(pool.cx.shared());
    let stored = pool.cx.pool(&pool.id).unwrap();
    assert!(stored.read(|state| state.imports.0[0].upload.is_none()));
    assert_eq!(describe(&pool, &job).await["Status"], "Expired");
}

#[tokio::test]
async fn jobs_are_listed_from_the_latest() {
    let pool = pool().await;
    let mut jobs = Vec::new();
    for _ in 0..3 {
        jobs.push(job(&pool, json!({})).await);
    }
    let first = pool
        .ok("ListUserImportJobs", json!({"MaxResults": 2}))
        .await;
    assert_eq!(first["UserImportJobs"], json!([jobs[2], jobs[1]]));
    let token = first["PaginationToken"].clone();
    let last = jobs[1]["JobId"].as_str().unwrap();
    assert_eq!(token, format!("{}#{last}#1800000000000", pool.id));
    let rest = json!({"MaxResults": 2, "PaginationToken": token});
    let rest = pool.ok("ListUserImportJobs", rest).await;
    assert_eq!(rest, json!({"UserImportJobs": [jobs[0]]}));
    for bad in ["x", "#", &format!("{}#{last}#1", pool.id)] {
        let request = json!({"MaxResults": 2, "PaginationToken": bad});
        let refused = pool.refused("ListUserImportJobs", request).await;
        assert_eq!(
            refused,
            "InvalidParameterException: Invalid pagination token"
        );
    }
}

#[tokio::test]
async fn the_role_is_one_of_the_pools_account() {
    let pool = pool().await;
    for (role, message) in [
        (
            "arn:aws:iam::123456789012:user/someone",
            "Invalid CloudWatchLogsRoleArn",
        ),
        (
            "arn:aws:s3::123456789012:role/x",
            "Invalid CloudWatchLogsRoleArn",
        ),
        (
            "arn:aws:iam::210987654321:role/x",
            "Cross-account pass role is not allowed.",
        ),
        (
            "arn:aws:iam::role/x-and-more",
            "1 validation error detected",
        ),
    ] {
        let request = json!({"JobName": "a", "CloudWatchLogsRoleArn": role});
        let refused = pool.refused("CreateUserImportJob", request).await;
        assert!(refused.contains(message), "{role}: {refused}");
    }
}

#[tokio::test]
async fn an_address_names_the_user_where_it_stands_for_a_username() {
    let pool = TestPool::new(json!({"AutoVerifiedAttributes": ["email"],
        "UsernameAttributes": ["email"]}))
    .await;
    let rows = [
        "ann@example.com,,,,,,,,,,ann@example.com,true,,,,,,,,,",
        "ANN@example.com,,,,,,,,,,ANN@example.com,true,,,,,,,,,",
        "bob,,,,,,,,,,bob@example.com,true,,,,,,,,,",
        "cid@example.com,,,,,,,,,,cid@example.com,true,,,,,,,,,",
    ];
    let ended = import(&pool, json!({}), file(&rows)).await;
    assert_eq!(
        ended["ImportedUsers"].as_u64().unwrap() + ended["SkippedUsers"].as_u64().unwrap(),
        3
    );
    assert!(log(&pool, &ended).contains("Line Number 4 - Username should be an email.\n"));
    assert_eq!(
        pool.attribute("ann@example.com", "email"),
        "ann@example.com"
    );
}

#[tokio::test]
async fn a_verified_alias_of_another_user_fails_the_row() {
    let pool = TestPool::new(json!({"AutoVerifiedAttributes": ["email"],
        "AliasAttributes": ["email"]}))
    .await;
    let rows = [row("ann"), row("ann").replacen("ann", "bob", 1), row("cid")];
    let ended = import(&pool, json!({}), file(&rows)).await;
    assert_eq!(counts(&ended), [2, 0, 1]);
    let expected = "Line Number 3 - An account with the given email already exists.\n";
    assert!(log(&pool, &ended).contains(expected));
}
