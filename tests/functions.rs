//! Functions of pools over HTTP: webhooks and Invoke endpoints that stand in for what a user runs, and
//! what the callers of a pool see of them.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use poolhouse::Emulator;
use poolhouse::config::FunctionSettings;
use poolhouse::lambda::rules::{Rule, Rules};
use poolhouse::lambda::target::Target;
use poolhouse::lambda::targets::Unreachable;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::http::wire::{Answer, SIGNED, Wire, call};

const CLIENT: &str = "functionsclient";

/// What an endpoint was asked: the head, and the event.
type Asked = Arc<Mutex<Vec<(String, Value)>>>;

/// An endpoint on this machine that answers each event so, or never.
async fn endpoint(
    answer: impl Fn(Value) -> Option<String> + Clone + Send + Sync + 'static,
) -> (u16, Asked) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Asked::default();
    let noted = Arc::clone(&asked);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(serve(stream, Arc::clone(&noted), answer.clone()));
        }
    });
    (port, asked)
}

async fn serve(mut stream: TcpStream, asked: Asked, answer: impl Fn(Value) -> Option<String>) {
    let mut read = Vec::new();
    while let Ok(1..) = stream.read_buf(&mut read).await {
        let text = String::from_utf8_lossy(&read).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let Ok(event) = serde_json::from_str::<Value>(body) else {
            continue;
        };
        read.clear();
        asked.lock().unwrap().push((head.to_owned(), event.clone()));
        let Some(body) = answer(event) else {
            let _ = stream.read(&mut [0]).await;
            return;
        };
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        // The caller may have gone by then.
        let _ = stream.write_all((head + &body).as_bytes()).await;
    }
}

/// Confirms whom it is told of.
fn confirming(mut event: Value) -> Option<String> {
    event["response"]["autoConfirmUser"] = json!(true);
    Some(event.to_string())
}

/// A file with a pool whose PreSignUp has this ARN.
fn fixture(test: &str, arn: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("functions-{test}.json"));
    let flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
    let client = json!({"ClientName": "c", "ClientId": CLIENT, "ExplicitAuthFlows": flows});
    let pool = json!({"PoolName": "p", "Id": "eu-west-1_Functions", "Clients": [client],
        "LambdaConfig": {"PreSignUp": arn}});
    std::fs::write(&path, pool.to_string()).unwrap();
    path
}

const ARN: &str = "arn:aws:lambda:eu-west-1:123456789012:function:sign-up";

fn typed(rule: &str) -> FunctionSettings {
    FunctionSettings {
        rules: Rules {
            typed: vec![Rule::parse(rule, Path::new("")).unwrap()],
            ..Rules::default()
        },
        timeout: Duration::from_millis(300),
        ..FunctionSettings::default()
    }
}

async fn server(test: &str, arn: &str, settings: FunctionSettings) -> Emulator {
    let builder = Emulator::builder().fixtures([fixture(test, arn)]);
    builder.functions(settings).start().await.unwrap()
}

async fn sign_up(server: &Emulator, username: &str) -> Answer {
    let input = json!({"ClientId": CLIENT, "Username": username, "Password": "Poolhouse-1"});
    let mut wire = Wire::to(server).await;
    wire.ask(call("SignUp", "", &input.to_string())).await
}

/// What a refused sign-up says: its text and its reason.
async fn refused(server: &Emulator, username: &str) -> (String, String) {
    let answer = sign_up(server, username).await;
    assert_eq!(answer.status, 400, "{}", answer.text());
    let body = answer.json();
    let text = format!("{}: {}", body["__type"], body["message"]).replace('"', "");
    let reason = answer.header("x-poolhouse-reason").unwrap().to_owned();
    (text, reason)
}

async fn is_user(server: &Emulator, username: &str) -> bool {
    let input = json!({"UserPoolId": "eu-west-1_Functions", "Username": username});
    let signed = SIGNED.replace("us-east-1", "eu-west-1");
    let sent = call("AdminGetUser", &signed, &input.to_string());
    Wire::to(server).await.ask(sent).await.status == 200
}

#[tokio::test]
async fn a_webhook_decides_about_a_sign_up() {
    let (port, asked) = endpoint(confirming).await;
    let settings = typed(&format!("sign-up=http://127.0.0.1:{port}/pre-sign-up"));
    let server = server("webhook", ARN, settings).await;
    let answer = sign_up(&server, "ann").await;
    assert_eq!(answer.json()["UserConfirmed"], true, "{}", answer.text());
    let asked = asked.lock().unwrap();
    let (head, event) = &asked[0];
    assert!(head.starts_with("POST /pre-sign-up HTTP/1.1\r\n"), "{head}");
    assert_eq!(event["triggerSource"], "PreSignUp_SignUp");
    assert_eq!(event["userName"], "ann");
    assert!(server.without_target().is_empty());
}

#[tokio::test]
async fn an_invoke_endpoint_is_called_as_lambda_is() {
    let (port, asked) = endpoint(confirming).await;
    let url = format!("http://127.0.0.1:{port}");
    let settings = FunctionSettings {
        rules: Rules {
            rest: Target::parse_endpoint(&url).ok(),
            ..Rules::default()
        },
        ..FunctionSettings::default()
    };
    let server = server("invoke", &format!("{ARN}:live"), settings).await;
    let answer = sign_up(&server, "ann").await;
    assert_eq!(answer.json()["UserConfirmed"], true, "{}", answer.text());
    let asked = asked.lock().unwrap();
    let head = &asked[0].0;
    let path = "/2015-03-31/functions/sign-up/invocations?Qualifier=live";
    assert!(
        head.starts_with(&format!("POST {path} HTTP/1.1\r\n")),
        "{head}"
    );
    let signature = head
        .lines()
        .find(|line| line.starts_with("authorization: "));
    let signature = signature.unwrap();
    assert!(
        signature.contains("Credential=123456789012/20"),
        "{signature}"
    );
    assert!(signature.contains("/eu-west-1/lambda/aws4_request, SignedHeaders=host;x-amz-date;"));
}

#[tokio::test]
async fn what_goes_wrong_is_told_in_aws_words_with_the_reason_and_leaves_no_user() {
    let error = r#"{"errorType":"Error","errorMessage":"not you"}"#;
    let cases = [
        (
            Some(error),
            "UserLambdaValidationException: PreSignUp failed with error not you.",
            "the function returned an error",
        ),
        (
            Some("oops"),
            "InvalidLambdaResponseException: Invalid lambda function output : Invalid JSON",
            "4 bytes, is no JSON from line 1 column 1 on",
        ),
        (
            Some("null"),
            "InvalidLambdaResponseException: Unrecognizable lambda output",
            "must return the whole event",
        ),
        (
            None,
            "UnexpectedLambdaException: PreSignUp invocation failed due to error Socket timeout \
             while invoking Lambda function.",
            "gave no answer within 300ms, the limit that AWS sets and --function-timeout changes; \
             it was tried 3 times",
        ),
    ];
    for (answer, text, reason) in cases {
        let (port, asked) = endpoint(move |_| answer.map(str::to_owned)).await;
        let settings = typed(&format!("*=http://127.0.0.1:{port}"));
        let server = server("wrong", ARN, settings).await;
        let refused = refused(&server, "ann").await;
        assert_eq!(refused.0, text);
        let named = format!("http://127.0.0.1:{port}");
        assert!(refused.1.starts_with(ARN), "{refused:?}");
        assert!(
            refused.1.contains(&named) || answer == Some("null"),
            "{refused:?}"
        );
        assert!(refused.1.contains(reason), "{refused:?}");
        let times = if answer.is_none() { 3 } else { 1 };
        assert_eq!(asked.lock().unwrap().len(), times, "{text}");
        assert!(!is_user(&server, "ann").await);
    }
}

#[tokio::test]
async fn a_function_that_nothing_runs_is_refused_or_skipped_and_listed() {
    let refusing = server("none", ARN, FunctionSettings::default()).await;
    let (text, reason) = refused(&refusing, "ann").await;
    let expected = "UnexpectedLambdaException: PreSignUp invocation failed due to error \
                    ResourceNotFoundException.";
    assert_eq!(text, expected);
    for way in [
        "--function ",
        "POOLHOUSE_FUNCTIONS",
        "Triggers",
        "--lambda-endpoint",
    ] {
        assert!(reason.contains(way), "{reason}");
    }
    let listed: Vec<String> = refusing
        .without_target()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        listed,
        [format!(
            "No target for PreSignUp of eu-west-1_Functions: {ARN}"
        )]
    );
    let settings = FunctionSettings {
        unreachable: Unreachable::Skip,
        ..FunctionSettings::default()
    };
    let skipping = server("none", ARN, settings).await;
    let answer = sign_up(&skipping, "ann").await;
    assert_eq!(answer.json()["UserConfirmed"], false, "{}", answer.text());
}

#[tokio::test]
async fn fifty_sign_ups_at_once_are_told_of_once_each() {
    let (port, asked) = endpoint(confirming).await;
    let settings = typed(&format!("*=invoke+http://127.0.0.1:{port}"));
    let server = Arc::new(server("fifty", ARN, settings).await);
    let racing: Vec<_> = (0..50)
        .map(|n| {
            let server = Arc::clone(&server);
            tokio::spawn(async move { sign_up(&server, &format!("u{n}")).await.status })
        })
        .collect();
    for one in racing {
        assert_eq!(one.await.unwrap(), 200);
    }
    let asked = asked.lock().unwrap();
    let told: BTreeSet<&str> = asked
        .iter()
        .filter_map(|(_, event)| event["userName"].as_str())
        .collect();
    assert_eq!((asked.len(), told.len()), (50, 50));
}

/// The first lines of what the program prints, with these variables of the environment.
fn printed(arguments: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_poolhouse"));
    command.args(arguments);
    for name in ["POOLHOUSE_FUNCTIONS", "AWS_ENDPOINT_URL_LAMBDA"] {
        command.env_remove(name);
    }
    let out = command.envs(variables.iter().copied()).output().unwrap();
    let said = [out.stdout, out.stderr].concat();
    (out.status.code(), String::from_utf8(said).unwrap())
}

#[test]
fn check_lists_functions_without_a_target_and_refuses_a_bad_one() {
    let file = fixture("check", ARN);
    let check = ["check", file.to_str().unwrap()];
    let lacking = format!("No target for PreSignUp of eu-west-1_Functions: {ARN}\n");
    assert_eq!(
        printed(&check, &[]),
        (Some(0), format!("1 user pool, no fault\n{lacking}"))
    );
    for variable in [
        ("POOLHOUSE_FUNCTIONS", "sign-up=http://localhost:3000"),
        ("AWS_ENDPOINT_URL_LAMBDA", "http://localhost:3002"),
    ] {
        let fine = (Some(0), "1 user pool, no fault\n".to_owned());
        assert_eq!(printed(&check, &[variable]), fine);
    }
    let bad = ("POOLHOUSE_FUNCTIONS", "sign-up=./none.mjs");
    let (code, said) = printed(&check, &[bad]);
    assert_eq!(code, Some(2), "{said}");
    assert!(
        said.starts_with("poolhouse: POOLHOUSE_FUNCTIONS: sign-up: there is no file "),
        "{said}"
    );
    let (code, said) = printed(&["--function", "f=ftp://a"], &[]);
    assert_eq!(code, Some(2), "{said}");
    let bad = file.with_extension("bad.yaml");
    std::fs::write(&bad, "PoolName: p\nTriggers:\n  PreSignUp: ./none.mjs\n").unwrap();
    let (code, said) = printed(&["check", bad.to_str().unwrap()], &[]);
    assert_eq!(code, Some(1), "{said}");
    let expected = format!("{}:3: Triggers.PreSignUp: there is no file ", bad.display());
    assert!(said.starts_with(&expected), "{said}");
}
