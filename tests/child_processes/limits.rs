//! How many processes there are, and how much they may say.

use std::collections::BTreeSet;
use std::time::Duration;

use poolhouse::lambda::{Adapter as _, Call, NoAnswer};
use serde_json::json;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{ARN, Bench, ECHO, call, call_raw, event, failure, is_there, pid, until};

const SLOW: &str = "export const handler = async () => {
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { pid: process.pid };
  };";

#[tokio::test(flavor = "multi_thread")]
async fn two_calls_at_once_have_two_processes_and_calls_in_turn_have_one() {
    let bench = Bench::new(4);
    let function = bench.handler("slow.mjs", SLOW);
    let (one, two) = tokio::join!(call(&function, event()), call(&function, event()));
    assert_ne!(pid(&one), pid(&two));
    let function = bench.handler("echo.mjs", ECHO);
    let first = call(&function, event()).await;
    for _ in 0..50 {
        assert_eq!(pid(&call(&function, event()).await), pid(&first));
    }
    assert_eq!(bench.processes.running(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_beyond_the_most_processes_wait() {
    let bench = std::sync::Arc::new(Bench::new(2));
    let function = std::sync::Arc::new(bench.handler("echo.mjs", ECHO));
    let mut calls = JoinSet::new();
    for number in 0..100 {
        let (function, bench) = (function.clone(), bench.clone());
        calls.spawn(async move {
            let answer = call(&function, json!({ "number": number })).await;
            assert_eq!(answer["number"], number);
            assert!(bench.processes.running() <= 2);
            pid(&answer)
        });
    }
    let pids: BTreeSet<u32> = calls.join_all().await.into_iter().collect();
    assert!(pids.len() <= 2, "{pids:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_process_gives_way_to_another_function() {
    let bench = Bench::new(2);
    let [a, b, c] = ["a.mjs", "b.mjs", "c.mjs"].map(|file| bench.handler(file, ECHO));
    let (first, second) = (pid(&call(&a, event()).await), pid(&call(&b, event()).await));
    // That of `a` is idle longest.
    call(&c, event()).await;
    assert!(!is_there(first) && is_there(second));
    assert_eq!(pid(&call(&b, event()).await), second);
    assert_eq!(bench.processes.running(), 2);
}

/// As on Lambda, where functions share no process, be their code the same.
#[tokio::test(flavor = "multi_thread")]
async fn functions_of_one_file_have_processes_of_their_own() {
    let bench = Bench::new(4);
    let function = bench.handler("echo.mjs", ECHO);
    let other = "arn:aws:lambda:us-east-1:123456789012:function:other";
    let one = call(&function, event()).await;
    let answer = call_raw(&function, other, &event(), Uuid::nil())
        .await
        .unwrap();
    assert_ne!(
        one,
        serde_json::from_slice::<serde_json::Value>(&answer).unwrap()
    );
    assert_eq!(bench.processes.running(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_given_up_ends_its_process() {
    let bench = Bench::new(1);
    let hang = "export const handler = async (event) => {
        if (event.hang === 'busy') for (;;) {}
        if (event.hang) await new Promise((resolve) => setTimeout(resolve, 9e6));
        return { pid: process.pid };
      };";
    let function = bench.handler("hang.mjs", hang);
    for how in ["busy", "idle"] {
        let process = pid(&call(&function, event()).await);
        let event = json!({ "hang": how }).to_string();
        let call_it = Call {
            arn: ARN,
            event: event.as_bytes(),
            request_id: Uuid::nil(),
        };
        let calling = function.ready(call_it).await.unwrap();
        assert!(
            tokio::time::timeout(Duration::from_millis(300), calling)
                .await
                .is_err()
        );
        until("the process ends", || !is_there(process)).await;
    }
    assert!(pid(&call(&function, event()).await) > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_output_neither_stops_the_function_nor_the_server() {
    let bench = Bench::new(1);
    let flood = "export const handler = async () => {
        const line = 'x'.repeat(1000);
        for (let count = 0; count < 20000; count += 1) console.log(line);
        process.stderr.write('y'.repeat(10_000_000));
        process.stdout.write('\\x1b[2J no end of line');
        return { pid: process.pid };
      };";
    let function = bench.handler("flood.mjs", flood);
    let first = pid(&call(&function, event()).await);
    assert_eq!(pid(&call(&function, event()).await), first);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_beyond_lambdas_limit_is_an_error() {
    let bench = Bench::new(1);
    let big = "export const handler = async (event) => 'x'.repeat(event.size);";
    let function = bench.handler("big.mjs", big);
    let most = 6 * 1024 * 1024 + 100;
    let event = json!({ "size": most - 2 });
    let answer = call_raw(&function, ARN, &event, Uuid::nil()).await.unwrap();
    assert_eq!(answer.len(), most);
    assert_eq!(
        failure(&function, json!({ "size": most - 1 })).await,
        "Response payload size exceeded maximum allowed payload size (6291556 bytes)."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_calls_nobody() {
    let bench = Bench::new(1);
    let function = bench.handler("echo.mjs", ECHO);
    bench.processes.stop().await;
    let answer = call_raw(&function, ARN, &event(), Uuid::nil()).await;
    assert!(
        matches!(answer, Err(NoAnswer::NotCalled { .. })),
        "{answer:?}"
    );
}
