//! What functions are given and how they answer.

use poolhouse::lambda::Adapter as _;
use poolhouse::lambda::target::Handler;
use serde_json::json;
use uuid::Uuid;

use super::{ARN, Bench, ECHO, call, call_raw, event, pid};

#[tokio::test(flavor = "multi_thread")]
async fn each_way_to_write_a_handler_answers() {
    let bench = Bench::new(1);
    let cases = [
        (
            "a.mjs",
            "export const handler = async (event) => ({ ...event, ok: 1 });",
        ),
        (
            "a.cjs",
            "exports.handler = async (event) => ({ ...event, ok: 1 });",
        ),
        (
            "a.js",
            "exports.handler = (event, context) => Promise.resolve({ ...event, ok: 1 });",
        ),
        (
            "a.py",
            "def lambda_handler(event, context):\n    return {**event, 'ok': 1}\n",
        ),
    ];
    for (file, code) in cases {
        let function = bench.handler(file, code);
        assert_eq!(
            call(&function, json!({ "a": "ä" })).await,
            json!({ "a": "ä", "ok": 1 }),
            "{file}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_is_found_wherever_its_file_lies() {
    let bench = Bench::new(1);
    let code = "export const handler = async (event) => event;";
    let odd = "fol der%20/\u{e4}#1 '\"$.mjs";
    std::fs::create_dir(bench.dir.join("fol der%20")).unwrap();
    let own = bench.handler(odd, code);
    std::fs::create_dir(bench.dir.join("real")).unwrap();
    bench.write("real/beside.mjs", "export const ok = 1;");
    bench.write(
        "real/a.mjs",
        "import { ok } from './beside.mjs'; export const handler = async (event) => ({ ...event, ok });",
    );
    std::os::unix::fs::symlink("real/a.mjs", bench.dir.join("link.mjs")).unwrap();
    let linked = Handler::of_file(&bench.dir, "link.mjs", None, Default::default()).unwrap();
    let linked = bench.processes.adapter(linked);
    assert_eq!(call(&own, json!({ "a": 1 })).await, json!({ "a": 1 }));
    assert_eq!(
        call(&linked, json!({ "a": 1 })).await,
        json!({ "a": 1, "ok": 1 })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_function_prints_is_no_answer_whatever_it_is() {
    let bench = Bench::new(1);
    let garbage = "process.stdout.write('{\"a\": 2}\\n');
      export const handler = async (event) => {
        process.stdout.write(Buffer.from([0, 255, 254, 10, 128, 27]));
        process.stderr.write('HTTP/1.1 200 OK\\r\\n\\r\\n');
        return event;
      };";
    let function = bench.handler("garbage.mjs", garbage);
    for _ in 0..2 {
        assert_eq!(call(&function, json!({ "a": 1 })).await, json!({ "a": 1 }));
    }
}

/// Of Node from release 24 on, Lambda refuses callbacks, and so does the bootstrap.
#[tokio::test(flavor = "multi_thread")]
async fn callbacks_answer_as_lambda_has_them_answer() {
    let refused = "ERROR: AWS Lambda has removed support for callback-based function handlers";
    let bench = Bench::new(1);
    let cases = [
        ("(event, context, callback) => callback(null, { ok: 1 })", json!({ "ok": 1 })),
        // An answer waits for what is under way, unless it is told not to.
        (
            "(event, context, callback) => { const answer = {}; callback(null, answer);
              setTimeout(() => { answer.late = 1; }, 20); }",
            json!({ "late": 1 }),
        ),
        (
            "(event, context, callback) => { const answer = {}; context.callbackWaitsForEmptyEventLoop = false;
              callback(null, answer); setTimeout(() => { answer.late = 1; }, 20); }",
            json!({}),
        ),
        // Neither a callback nor a promise: what a handler returns counts for nothing.
        ("(event, context, callback) => event", json!(null)),
        ("(event, context, callback) => context.succeed({ ok: 2 })", json!({ "ok": 2 })),
    ];
    for (code, expected) in cases {
        let function = bench.handler("callback.cjs", &format!("exports.handler = {code};"));
        for _ in 0..2 {
            match call_raw(&function, ARN, &event(), Uuid::from_u128(1)).await {
                Ok(answer) => assert_eq!(answer, expected.to_string(), "{code}"),
                Err(error) => assert!(format!("{error:?}").contains(refused), "{error:?}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_handed_on_as_it_is() {
    let bench = Bench::new(1);
    let cases = [
        (
            "b.mjs",
            "export const handler = async () => undefined;",
            "null",
        ),
        (
            "b.mjs",
            "export const handler = async () => 'text';",
            "\"text\"",
        ),
        ("b.py", "def lambda_handler(event, context): pass\n", "null"),
        (
            "b.py",
            "def lambda_handler(event, context): return b'no json'\n",
            "no json",
        ),
        (
            "b.py",
            "import decimal\ndef lambda_handler(event, context): return decimal.Decimal('1.5')\n",
            "1.5",
        ),
    ];
    for (file, code, expected) in cases {
        let function = bench.handler(file, code);
        let answer = call_raw(&function, ARN, &event(), Uuid::from_u128(1)).await;
        assert_eq!(answer.unwrap(), expected, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_finds_its_context_and_environment() {
    let bench = Bench::new(2);
    let node = bench.handler_with(
        "context.mjs",
        "export const handler = async (event, context) => ({
           id: context.awsRequestId, name: context.functionName, arn: context.invokedFunctionArn,
           version: context.functionVersion, memory: context.memoryLimitInMB, group: context.logGroupName,
           left: context.getRemainingTimeInMillis(), region: process.env.AWS_REGION,
           server: process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER, root: process.env.LAMBDA_TASK_ROOT,
           handler: process.env._HANDLER, own: process.env.OWN, here: process.cwd(),
         });",
        &[("OWN", "yes")],
    );
    let python = bench.handler_with(
        "context.py",
        "import os\n\
         def lambda_handler(event, context):\n    \
             return {'id': context.aws_request_id, 'name': context.function_name,\n      \
               'arn': context.invoked_function_arn, 'version': context.function_version,\n      \
               'memory': context.memory_limit_in_mb, 'group': context.log_group_name,\n      \
               'left': context.get_remaining_time_in_millis(), 'region': os.environ['AWS_REGION'],\n      \
               'server': os.environ['AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER'],\n      \
               'root': os.environ['LAMBDA_TASK_ROOT'], 'handler': os.environ['_HANDLER'],\n      \
               'own': os.environ['OWN'], 'here': os.getcwd()}\n",
        &[("OWN", "yes")],
    );
    let dir = std::fs::canonicalize(&bench.dir).unwrap();
    for (function, handler) in [
        (node, "context.handler"),
        (python, "context.lambda_handler"),
    ] {
        let arn = "arn:aws:lambda:eu-west-1:111122223333:function:sign-up:3";
        let id = Uuid::from_u128(77);
        let answer = call_raw(&function, arn, &event(), id).await.unwrap();
        let mut answer: serde_json::Value = serde_json::from_slice(&answer).unwrap();
        let left = answer["left"].take().as_i64().unwrap();
        assert!((1000..=5000).contains(&left), "{left}");
        assert_eq!(
            answer,
            json!({
                "id": id.to_string(), "name": "sign-up", "arn": arn, "version": "3", "memory": "128",
                "group": "/aws/lambda/sign-up", "left": null, "region": "eu-west-1",
                "server": "http://127.0.0.1:9229", "root": dir, "handler": handler, "own": "yes", "here": dir,
            })
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_is_kept_and_begins_anew_when_its_code_changes() {
    let bench = Bench::new(2);
    bench.write("beside.mjs", "export const word = 'one';");
    let code = "import { word } from './beside.mjs';
      export const handler = async () => ({ word, pid: process.pid });";
    let function = bench.handler("main.mjs", code);
    let first = call(&function, event()).await;
    let again = call(&function, event()).await;
    assert_eq!((&first, first["word"].as_str()), (&again, Some("one")));
    bench.write("beside.mjs", "export const word = 'second';");
    let changed = call(&function, event()).await;
    assert_eq!(changed["word"], "second");
    bench.write("main.mjs", ECHO);
    let changed = call(&function, event()).await;
    assert_eq!(changed["word"], json!(null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_under_way_ends_in_the_old_code() {
    let bench = Bench::new(2);
    let code = "import fs from 'node:fs';
      export const handler = async (event) => {
        fs.writeFileSync('began', '');
        while (!fs.existsSync('go')) await new Promise((resolve) => setTimeout(resolve, 5));
        return { code: 'old', pid: process.pid };
      };";
    let function = bench.handler("main.mjs", code);
    let (old, new) = tokio::join!(call(&function, event()), async {
        super::until("the first call begins", || bench.dir.join("began").exists()).await;
        bench.write(
            "main.mjs",
            "export const handler = async () => ({ code: 'new', pid: process.pid });",
        );
        let new = call(&function, event()).await;
        bench.write("go", "");
        new
    });
    assert_eq!((&old["code"], &new["code"]), (&json!("old"), &json!("new")));
    assert_ne!(pid(&old), pid(&new));
    assert_eq!(pid(&call(&function, event()).await), pid(&new));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_has_a_name_of_its_own_is_found() {
    let bench = Bench::new(1);
    bench.write(
        "named.cjs",
        "exports.a = { b: async () => ({ found: true }) };",
    );
    let handler = Handler::of_file(&bench.dir, "named.cjs", Some("a.b"), Default::default());
    let function = bench.processes.adapter(handler.unwrap());
    assert!(function.name().ends_with("named.cjs#a.b"));
    assert_eq!(call(&function, event()).await, json!({ "found": true }));
}
