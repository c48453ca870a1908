//! Files of import jobs at their pre-signed URLs, and the log of their rows.

use std::time::Duration;

use poolhouse::clock::Timestamp;
use poolhouse::{Emulator, Limits};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::wire::{Answer, SIGNED, Wire, call, request};

const KMS: &str = "x-amz-server-side-encryption: aws:kms\r\n";
const ROLE: &str = "arn:aws:iam::123456789012:role/import";
const CSV: &str = "cognito:username,email,email_verified,password_hash\nann,ann@example.com,TRUE,\n\
                   ann,ann@example.com,TRUE,\nbob,bob@example.com,,\n";

/// Path and query of a URL of this server.
fn target(url: &Value) -> String {
    let url = url.as_str().unwrap();
    url.strip_prefix("http://localhost").unwrap().to_owned()
}

/// The request that sends a file as AWS's guide does.
pub(crate) fn put(url: &Value, file: &str) -> String {
    request(&format!("PUT {}", target(url)), KMS, file)
}

struct Case {
    server: Emulator,
    wire: Wire,
    pool: Value,
    job: Value,
}

impl Case {
    async fn begin() -> Self {
        // A file is not bound by the limit of other bodies.
        Self::within(Limits {
            body: 1000,
            ..Limits::default()
        })
        .await
    }

    async fn within(limits: Limits) -> Self {
        let noon = Timestamp::parse_rfc3339("2026-01-31T12:00:00Z").unwrap();
        let server = Emulator::builder()
            .frozen_at(noon)
            .limits(limits)
            .start()
            .await
            .unwrap();
        let wire = Wire::to(&server).await;
        let (pool, job) = (Value::Null, Value::Null);
        let mut case = Self {
            server,
            wire,
            pool,
            job,
        };
        let pool = json!({"PoolName": "a", "AutoVerifiedAttributes": ["email"]});
        case.pool = case.ask("CreateUserPool", pool).await["UserPool"]["Id"].clone();
        case.job = case.new_job().await;
        case
    }

    async fn new_job(&mut self) -> Value {
        let job = json!({"UserPoolId": self.pool, "JobName": "a", "CloudWatchLogsRoleArn": ROLE,
            "PasswordHashingAlgorithm": "BCRYPT"});
        self.ask("CreateUserImportJob", job).await["UserImportJob"].clone()
    }

    async fn ask(&mut self, operation: &str, input: Value) -> Value {
        let answer = self
            .wire
            .ask(call(operation, SIGNED, &input.to_string()))
            .await;
        answer.json()
    }

    async fn send(&self, line: &str, headers: &str, body: &str) -> Answer {
        let mut wire = Wire::to(&self.server).await;
        wire.ask(request(line, headers, body)).await
    }

    fn line(&self) -> String {
        format!("PUT {}", target(&self.job["PreSignedUrl"]))
    }
}

#[tokio::test]
async fn a_file_is_taken_as_s3_takes_it_and_its_rows_are_told() {
    let mut case = Case::begin().await;
    let sent = case.send(&case.line(), KMS, CSV).await;
    assert_eq!((sent.status, sent.text()), (200, ""));
    assert!(sent.header("etag").unwrap().starts_with('"'));
    assert_eq!(sent.header("x-amz-server-side-encryption"), Some("aws:kms"));
    let job = json!({"UserPoolId": case.pool, "JobId": case.job["JobId"]});
    let started = case.ask("StartUserImportJob", job.clone()).await;
    assert_eq!(started["UserImportJob"]["Status"], "Pending");
    let over = loop {
        let described = case.ask("DescribeUserImportJob", job.clone()).await;
        let job = described["UserImportJob"].clone();
        if job["CompletionDate"].is_number() {
            break job;
        }
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    };
    for name in ["ImportedUsers", "SkippedUsers", "FailedUsers"] {
        assert_eq!(over[name], 1, "{name}");
    }
    let path = format!(
        "GET /_poolhouse/imports/{}/log",
        over["JobId"].as_str().unwrap()
    );
    let log = case.send(&path, "", "").await;
    assert_eq!(
        log.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert_eq!(
        log.text(),
        "[SUCCEEDED] Line Number 2 - The import succeeded.\n\
         [SKIPPED] Line Number 3 - The user already exists.\n\
         [FAILED] Line Number 4 - The User Record does not set any of the auto verified attributes \
         to true. (Example: email_verified to true).\n"
    );
    let unknown = case
        .send("GET /_poolhouse/imports/import-0/log", "", "")
        .await;
    assert_eq!(unknown.status, 404);
    let elsewhere = case.send("GET /_poolhouse/imports/a/b/log", "", "").await;
    assert!(elsewhere.json()["routes"].is_array());
    case.server.stop().await;
}

#[tokio::test]
async fn jobs_that_are_held_run_and_do_nothing() {
    let mut case = Case::begin().await;
    let shown = |held: bool| json!({ "held": held });
    let imports = "/_poolhouse/imports";
    let get = case.send(&format!("GET {imports}"), "", "").await;
    assert_eq!(get.json(), shown(false));
    let json = "content-type: application/json\r\n";
    let post = format!("POST {imports}");
    for wrong in ["", "[]", "{}", r#"{"held":1}"#, r#"{"held":true,"more":1}"#] {
        assert_eq!(case.send(&post, json, wrong).await.status, 400, "{wrong}");
    }
    let held = case.send(&post, json, r#"{"held":true}"#).await;
    assert_eq!(held.json(), shown(true));
    case.send(&case.line(), KMS, "no header\n").await;
    let job = json!({"UserPoolId": case.pool, "JobId": case.job["JobId"]});
    case.ask("StartUserImportJob", job.clone()).await;
    let status = |answer: &Value| answer["UserImportJob"]["Status"].clone();
    while status(&case.ask("DescribeUserImportJob", job.clone()).await) == "Pending" {}
    let running = case.ask("DescribeUserImportJob", job.clone()).await;
    assert_eq!(status(&running), "InProgress");
    case.send(&post, json, r#"{"held":false}"#).await;
    let over = loop {
        let now = status(&case.ask("DescribeUserImportJob", job.clone()).await);
        if now != "InProgress" {
            break now;
        }
    };
    assert_eq!(over, "Failed");
    case.server.stop().await;
}

#[tokio::test]
async fn files_that_come_drop_by_drop_are_given_up() {
    let case = Case::within(Limits {
        body_time: Duration::from_millis(50),
        ..Limits::default()
    })
    .await;
    let line = case.line();
    let (path, _) = line.split_once('?').unwrap();
    for (line, headers, code) in [
        (line.as_str(), KMS, "RequestTimeout"),
        (path, "", "AccessDenied"),
        (path, "Origin: http://localhost:3000\r\n", "AccessDenied"),
    ] {
        let mut wire = Wire::to(&case.server).await;
        let head = format!("{line} HTTP/1.1\r\nHost: localhost\r\n{headers}");
        wire.send(format!("{head}Content-Length: 90000000\r\n\r\n"))
            .await;
        let mut answer = None;
        for _ in 0..50 {
            wire.send("x").await;
            if let Ok(came) = timeout(Duration::from_millis(20), wire.answer()).await {
                answer = came;
                break;
            }
        }
        let answer = answer.expect("an answer");
        let told = format!("<Code>{code}</Code>");
        assert!(answer.text().contains(&told), "{}", answer.text());
        assert_eq!(answer.header("connection"), Some("close"));
    }
    case.server.stop().await;
}

#[tokio::test]
async fn what_s3_refuses_is_refused_in_its_words() {
    let case = Case::begin().await;
    let line = case.line();
    let (path, _) = line.split_once('?').unwrap();
    let cases = [
        (line.clone(), "", 403, "SignatureDoesNotMatch"),
        (
            line.replace("PUT", "GET"),
            KMS,
            403,
            "SignatureDoesNotMatch",
        ),
        (
            line.replace("PUT", "DELETE"),
            KMS,
            403,
            "SignatureDoesNotMatch",
        ),
        (format!("{line}0"), KMS, 403, "SignatureDoesNotMatch"),
        (
            line.replace("import-", "import-x"),
            KMS,
            403,
            "SignatureDoesNotMatch",
        ),
        (path.to_owned(), KMS, 403, "AccessDenied"),
        (
            format!("{path}?X-Amz-Signature=0"),
            KMS,
            400,
            "AuthorizationQueryParametersError",
        ),
    ];
    for (line, headers, status, code) in cases {
        let answer = case.send(&line, headers, CSV).await;
        assert_eq!(answer.status, status, "{line}");
        assert_eq!(answer.header("content-type"), Some("application/xml"));
        let start = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>"
        );
        assert!(answer.text().starts_with(&start), "{}", answer.text());
        assert!(answer.header("x-poolhouse-reason").is_some());
    }
    let unsigned = case
        .send(&line, &format!("{KMS}x-amz-acl: a&b\r\n"), CSV)
        .await;
    assert!(
        unsigned
            .text()
            .contains("<HeadersNotSigned>x-amz-acl</HeadersNotSigned>")
    );
    let mut wire = Wire::to(&case.server).await;
    let chunked = format!(
        "{line} HTTP/1.1\r\nHost: localhost\r\n{KMS}Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"
    );
    let answer = wire.ask(chunked).await;
    assert_eq!(answer.status, 411);
    assert!(answer.text().contains("<Code>MissingContentLength</Code>"));
    let huge = format!(
        "{line} HTTP/1.1\r\nHost: localhost\r\n{KMS}Expect: 100-continue\r\n\
         Content-Length: 104857601\r\n\r\n"
    );
    let answer = Wire::to(&case.server).await.ask(huge).await;
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("<Code>EntityTooLarge</Code>"));
    case.server.shared().clock.advance(15 * 60 * 1000);
    let late = case.send(&line, KMS, CSV).await;
    assert_eq!(late.status, 403);
    assert!(late.text().contains(
        "<Code>AccessDenied</Code><Message>Request has expired</Message>\
         <X-Amz-Expires>900</X-Amz-Expires><Expires>2026-01-31T12:15:00Z</Expires>\
         <ServerTime>2026-01-31T12:15:00Z</ServerTime>"
    ));
    case.server.stop().await;
}
