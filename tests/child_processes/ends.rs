//! That nothing of a process is left: neither of itself, nor of what it started, nor of its descriptors.

use std::path::Path;

use serde_json::json;

use super::{Bench, ECHO, call, event, failure, is_there, pid, until};

/// Answers the events of the Runtime API in nothing but a shell's and curl's words, with a child that
/// would outlive it.
const SHELL_CLIENT: &str = r#"
sleep 1000 &
child=$!
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime"
while :; do
  id=$(curl -sS -D - -o event.json "$api/invocation/next" | tr -d '\r' | sed -n 's/^Lambda-Runtime-Aws-Request-Id: //p')
  [ -n "$id" ] || exit 1
  curl -sS -o answer.json -d "{\"pid\":$$,\"child\":$child}" "$api/invocation/$id/response"
done
"#;

fn open_descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_end_with_the_server_and_take_their_children_along() {
    let bench = Bench::new(3);
    let node = bench.handler(
        "child.mjs",
        "import { spawn } from 'node:child_process';
         const { pid: child } = spawn('sleep', ['1000'], { stdio: 'ignore' });
         export const handler = async () => ({ pid: process.pid, child });",
    );
    let python = bench.handler(
        "child.py",
        "import os, subprocess\n\
         child = subprocess.Popen(['sleep', '1000'])\n\
         def lambda_handler(event, context): return {'pid': os.getpid(), 'child': child.pid}\n",
    );
    bench.write("client.sh", SHELL_CLIENT);
    let shell = bench.command(&["sh", "client.sh"]);
    let mut pids = Vec::new();
    for function in [&node, &python, &shell] {
        let answer = call(function, event()).await;
        pids.push(pid(&answer));
        pids.push(u32::try_from(answer["child"].as_u64().unwrap()).unwrap());
    }
    assert!(pids.iter().all(|pid| is_there(*pid)));
    bench.processes.stop().await;
    assert_eq!(bench.processes.running(), 0);
    // The grandchildren are not ours to take notice of.
    let is_dead = |pid: &u32| match std::fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => stat.contains(") Z "),
        Err(_) => true,
    };
    until("all of them end", || pids.iter().all(is_dead)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_end_when_what_keeps_them_is_dropped() {
    let bench = Bench::new(3);
    let function = bench.handler("echo.mjs", ECHO);
    let process = pid(&call(&function, event()).await);
    drop(function);
    assert!(is_there(process));
    drop(bench);
    until("the process ends", || !is_there(process)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_process_that_dies_is_noticed_and_replaced() {
    let bench = Bench::new(1);
    let function = bench.handler("echo.mjs", ECHO);
    let process = pid(&call(&function, event()).await);
    let killed = std::process::Command::new("kill")
        .args(["-9", &process.to_string()])
        .status();
    assert!(killed.unwrap().success());
    until("it is gone", || {
        !is_there(process) && bench.processes.running() == 0
    })
    .await;
    assert_ne!(pid(&call(&function, event()).await), process);
}

#[tokio::test(flavor = "multi_thread")]
async fn descriptors_are_given_back() {
    let bench = Bench::new(2);
    let code =
        "export const handler = async (event) => { if (event.die) process.exit(1); return 1; };";
    let function = bench.handler("die.mjs", code);
    call(&function, event()).await;
    failure(&function, json!({ "die": true })).await;
    until("the process ends", || bench.processes.running() == 0).await;
    let before = open_descriptors();
    for _ in 0..5 {
        failure(&function, json!({ "die": true })).await;
    }
    until("all processes end", || bench.processes.running() == 0).await;
    // Other tests of this program open and close descriptors too; a leak of five processes is larger.
    until("descriptors are closed", || {
        open_descriptors() < before + 15
    })
    .await;
}

#[test]
fn a_runtime_that_stops_ends_processes() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let bench = Bench::new(1);
    let function = bench.handler("echo.mjs", ECHO);
    let process = runtime.block_on(async { pid(&call(&function, event()).await) });
    runtime.shutdown_background();
    let began = std::time::Instant::now();
    while Path::new(&format!("/proc/{process}")).exists()
        && !std::fs::read_to_string(format!("/proc/{process}/stat"))
            .is_ok_and(|stat| stat.contains(") Z "))
    {
        assert!(began.elapsed() < super::PATIENCE, "the process ends");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}
