//! Functions run in processes of the server's: their answers, errors and limits, and that nothing of them
//! is left.

mod answers;
mod ends;
mod errors;
mod limits;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use poolhouse::http::LoopbackRuntimeApi;
use poolhouse::lambda::child_process::{ChildProcess, ChildProcesses, Setup};
use poolhouse::lambda::target::Handler;
use poolhouse::lambda::{Adapter as _, Call, NoAnswer};
use serde_json::{Value, json};
use uuid::Uuid;

const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:sign-up";

/// How long a test waits for what must come: a machine under load is slow.
const PATIENCE: Duration = Duration::from_secs(30);

/// Processes, and a folder for their handlers.
struct Bench {
    processes: ChildProcesses,
    dir: PathBuf,
}

impl Bench {
    fn new(most: usize) -> Self {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let number = LAST.fetch_add(1, Ordering::Relaxed);
        let name = format!("poolhouse-handlers-{}-{number}", std::process::id());
        let dir = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&dir).unwrap();
        let setup = Setup {
            most,
            limit: Duration::from_secs(5),
            server: "http://127.0.0.1:9229".to_owned(),
            environment: std::env::vars_os().collect(),
        };
        let processes = ChildProcesses::new(setup, Box::new(LoopbackRuntimeApi));
        Self { processes, dir }
    }

    fn write(&self, file: &str, code: &str) {
        std::fs::write(self.dir.join(file), code).unwrap();
    }

    /// The handler of a file with this code.
    fn handler(&self, file: &str, code: &str) -> ChildProcess {
        self.handler_with(file, code, &[])
    }

    fn handler_with(&self, file: &str, code: &str, env: &[(&str, &str)]) -> ChildProcess {
        self.write(file, code);
        let env = env
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()));
        let handler = Handler::of_file(&self.dir, file, None, env.collect()).unwrap();
        self.processes.adapter(handler)
    }

    fn command(&self, words: &[&str]) -> ChildProcess {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        let handler = Handler::of_command(&self.dir, words, None, BTreeMap::new()).unwrap();
        self.processes.adapter(handler)
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// Calls a function, as whoever keeps the time does.
async fn call_raw(
    function: &ChildProcess,
    arn: &str,
    event: &Value,
    id: Uuid,
) -> Result<Bytes, NoAnswer> {
    let event = event.to_string();
    let call = Call {
        arn,
        event: event.as_bytes(),
        request_id: id,
    };
    let work = async { function.ready(call).await?.await };
    tokio::time::timeout(PATIENCE, work).await.unwrap()
}

async fn call(function: &ChildProcess, event: Value) -> Value {
    let answer = call_raw(function, ARN, &event, Uuid::from_u128(1)).await;
    serde_json::from_slice(&answer.unwrap()).unwrap()
}

/// The message of the error that a function fails with.
async fn failure(function: &ChildProcess, event: Value) -> String {
    let answer = call_raw(function, ARN, &event, Uuid::from_u128(1)).await;
    let Err(NoAnswer::Failed(message)) = answer else {
        unreachable!("{answer:?}")
    };
    message
}

/// The id of the process that answered, which the handlers of these tests send.
fn pid(answer: &Value) -> u32 {
    u32::try_from(answer["pid"].as_u64().unwrap()).unwrap()
}

/// Whether a process of this id is there, be it dead and not taken notice of.
fn is_there(pid: u32) -> bool {
    Path::new(&format!("/proc/{pid}")).exists()
}

/// Waits until it holds.
async fn until(what: &str, holds: impl Fn() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, waiting).await;
    assert!(waited.is_ok(), "{what}");
}

const ECHO: &str = "export const handler = async (event) => ({ ...event, pid: process.pid });";

fn event() -> Value {
    json!({ "request": {} })
}
