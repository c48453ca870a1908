//! How functions fail, in Lambda's words.

use std::time::{Duration, Instant};

use poolhouse::lambda::NoAnswer;
use serde_json::json;
use uuid::Uuid;

use super::{ARN, Bench, call, call_raw, event, failure};

#[tokio::test(flavor = "multi_thread")]
async fn an_error_of_the_function_is_told_by_its_message() {
    let bench = Bench::new(1);
    let cases = [
        (
            "a.mjs",
            "export const handler = async () => { throw new Error('No sign-ups today.'); };",
            "No sign-ups today.",
        ),
        (
            "a.mjs",
            "export const handler = async () => { throw 'text'; };",
            "text",
        ),
        (
            "a.mjs",
            "export const handler = async () => ({ big: 1n });",
            "Unable to stringify response body",
        ),
        (
            "a.mjs",
            "export const handler = async (event) => { event.self = event; return event; };",
            "Unable to stringify response body",
        ),
        (
            "a.mjs",
            "const down = () => down(); export const handler = async () => down();",
            "Maximum call stack size exceeded",
        ),
        (
            "a.mjs",
            "export const handler = async () => { throw null; };",
            "handled",
        ),
        (
            "a.py",
            "def lambda_handler(event, context):\n    raise Exception('No sign-ups today.')\n",
            "No sign-ups today.",
        ),
        (
            "a.py",
            "def lambda_handler(event, context):\n    return event['gone']\n",
            "'gone'",
        ),
        (
            "a.py",
            "def lambda_handler(event, context):\n    return {1, 2}\n",
            "Unable to marshal response: Object of type set is not JSON serializable",
        ),
        (
            "a.py",
            "def lambda_handler(event, context):\n    event['self'] = event\n    return event\n",
            "Unable to marshal response: Circular reference detected",
        ),
    ];
    for (file, code, expected) in cases {
        let function = bench.handler(file, code);
        for _ in 0..2 {
            assert_eq!(failure(&function, event()).await, expected, "{code}");
        }
        assert_eq!(bench.processes.running(), 1, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_loaded_is_told_in_lambdas_words() {
    let bench = Bench::new(1);
    let missing = "Error: Cannot find module 'nowhere'\nRequire stack:\n";
    let cases = [
        (
            "a.mjs",
            "export const other = 1;",
            "a.handler is undefined or not exported",
        ),
        (
            "a.cjs",
            "exports.handler = 7;",
            "a.handler is not a function",
        ),
        (
            "a.mjs",
            "export const handler = async ( => 1;",
            "SyntaxError: ",
        ),
        (
            "a.cjs",
            "require('nowhere'); exports.handler = async () => 1;",
            missing,
        ),
        ("a.cjs", "throw new Error('not today');", "not today"),
        (
            "a.py",
            "other = 1\n",
            "Handler 'lambda_handler' missing on module 'a'",
        ),
        (
            "a.py",
            "def lambda_handler(:\n",
            "Syntax error in module 'a': ",
        ),
        (
            "a.py",
            "import nowhere\n",
            "Unable to import module 'a': No module named 'nowhere'",
        ),
        ("a.py", "raise ValueError('not today')\n", "not today"),
        (
            "time.py",
            "def lambda_handler(event, context): pass\n",
            "Cannot use built-in module time as a handler module",
        ),
    ];
    for (file, code, expected) in cases {
        let function = bench.handler(file, code);
        let message = failure(&function, event()).await;
        assert!(message.starts_with(expected), "{code}: {message}");
    }
    // A file that was there when the server began.
    for (file, expected) in [
        (
            "b.mjs",
            "Error: Cannot find module 'b'\nRequire stack:\n- /var/runtime/index.mjs",
        ),
        ("b.py", "Unable to import module 'b': No module named 'b'"),
    ] {
        let function = bench.handler(file, "");
        std::fs::remove_file(bench.dir.join(file)).unwrap();
        assert_eq!(failure(&function, event()).await, expected);
    }
}

/// Answers with a part of what it promises, and dies.
const CUT_OFF: &str = r#"import net from 'node:net';
  export const handler = async (event, { awsRequestId: id }) => {
    const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
    const socket = net.connect(port, host);
    const head = `POST /2018-06-01/runtime/invocation/${id}/response HTTP/1.1\r\nHost: ${host}:${port}`;
    await new Promise((sent) => socket.write(`${head}\r\nContent-Length: 100\r\n\r\n{"half`, sent));
    process.exit(5);
  };"#;

#[tokio::test(flavor = "multi_thread")]
async fn the_death_of_a_process_is_an_error_of_the_function() {
    let bench = Bench::new(1);
    let id = Uuid::from_u128(1);
    let error = format!("RequestId: {id} Error: Runtime exited");
    let cases = [
        (
            "a.mjs",
            "export const handler = async () => process.exit(7);",
            "with error: exit status 7",
        ),
        (
            "a.mjs",
            "export const handler = async () => process.exit(0);",
            "without providing a reason",
        ),
        (
            "a.mjs",
            "process.exit(3); export const handler = 1;",
            "with error: exit status 3",
        ),
        (
            "a.mjs",
            "export const handler = async () => { process.kill(process.pid, 'SIGKILL'); await new Promise(() => {}); };",
            "with error: signal: killed",
        ),
        (
            "a.py",
            "import sys\ndef lambda_handler(event, context): sys.exit(9)\n",
            "with error: exit status 9",
        ),
        (
            "a.py",
            "import os\nos._exit(0)\n",
            "without providing a reason",
        ),
        (
            "a.py",
            "def lambda_handler(event, context): raise SystemExit('bye')\n",
            "with error: exit status 1",
        ),
        ("a.py", "raise SystemExit\n", "without providing a reason"),
        ("cut.mjs", CUT_OFF, "with error: exit status 5"),
    ];
    for (file, code, expected) in cases {
        let function = bench.handler(file, code);
        assert_eq!(
            failure(&function, event()).await,
            format!("{error} {expected}"),
            "{code}"
        );
    }
    // The next call finds a new process.
    let code = "export const handler = async (event) => { if (event.die) process.exit(1); return event; };";
    let function = bench.handler("a.mjs", code);
    failure(&function, json!({ "die": true })).await;
    assert_eq!(
        call(&function, json!({ "die": false })).await,
        json!({ "die": false })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_that_nobody_catches_is_the_functions() {
    let bench = Bench::new(1);
    let cases = [
        (
            "setTimeout(() => { throw new Error('late'); }, 1); await new Promise(() => setTimeout(() => {}, 9e6));",
            "late",
        ),
        (
            "Promise.reject(new Error('lost')); await new Promise(() => setTimeout(() => {}, 9e6));",
            "Error: lost",
        ),
    ];
    for (code, expected) in cases {
        let function = bench.handler(
            "a.mjs",
            &format!("export const handler = async () => {{ {code} }};"),
        );
        let message = failure(&function, event()).await;
        // Node itself ends from release 24 on, as its runtime does on Lambda.
        assert!(
            message == expected || message.contains("exit status 1"),
            "{message}"
        );
    }
}

/// An event has been answered, and the next one finds another process.
#[tokio::test(flavor = "multi_thread")]
async fn an_error_between_two_events_is_of_neither() {
    let bench = Bench::new(1);
    let code = "export const handler = async () => {
        setTimeout(() => { throw new Error('late'); }, 20);
        return { pid: process.pid };
      };";
    let function = bench.handler("late.mjs", code);
    let first = call(&function, event()).await;
    super::until("the process ends", || bench.processes.running() == 0).await;
    assert_ne!(call(&function, event()).await, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_started_is_not_called() {
    let bench = Bench::new(1);
    let function = bench.command(&["./no-such-program"]);
    match call_raw(&function, ARN, &event(), Uuid::nil()).await {
        Err(NoAnswer::NotCalled { error, reason }) => {
            assert_eq!(error, "ResourceNotFoundException");
            assert!(reason.contains("no-such-program"), "{reason}");
        }
        other => panic!("{other:?}"),
    }
    // Something that is no runtime client at all: it ends, and has asked for nothing.
    let function = bench.command(&["echo", "hello"]);
    let message = failure(&function, event()).await;
    assert!(
        message.ends_with("Error: Runtime exited without providing a reason"),
        "{message}"
    );
    super::until("nothing is left", || bench.processes.running() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_start_does_not_count_into_the_time_of_a_call() {
    let bench = Bench::new(1);
    let code = "await new Promise((resolve) => setTimeout(resolve, 1000));
      export const handler = async (event, context) => ({ left: context.getRemainingTimeInMillis() });";
    let function = bench.handler("slow.mjs", code);
    let began = Instant::now();
    let answer = call(&function, event()).await;
    assert!(began.elapsed() >= Duration::from_secs(1));
    assert!(answer["left"].as_i64().unwrap() > 4000, "{answer}");
}
