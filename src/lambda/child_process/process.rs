//! One process: its start, its end, and that nothing of it is left.
//!
//! It leads a process group of its own, so that what it starts (`npx` starts `node`) ends with it. It
//! ends with the server too, even a server that is killed: it notices that its standard input does. What
//! runs a handler file does that itself (`bootstrap.cjs`, `bootstrap.py`); beside a command, whose standard
//! input is its own affair, runs a shell that does nothing else.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tracing::{info, warn};

use super::super::target::Handler;
use super::Listening;
use super::exchange::Exchange;
use super::handler::{self, Arn};
use super::output::Output;

/// How long a process may go on after an answer before it asks for the next event: as long as Cognito
/// lets a function work.
const LINGERING: Duration = Duration::from_secs(5);

/// How much functions give way, of 19: a third of the server's share where both want all.
#[cfg(unix)]
const NICENESS: i32 = 5;

/// How long the last output of an ended process is waited for; a process that left the group may keep its
/// end of the pipe open for ever.
const LAST_OUTPUT: Duration = Duration::from_millis(100);

/// Lambda's words for an end without an error. Observed (TM 2.1).
const NO_REASON: &str = "Runtime exited without providing a reason";

/// A running process, as those who use it see it.
pub(super) struct Process {
    pub(super) exchange: Arc<Exchange>,
    pub(super) output: Arc<Output>,
    asked_to_end: Notify,
}

impl Process {
    pub(super) fn new(exchange: Exchange, output: Output) -> Self {
        Self {
            exchange: Arc::new(exchange),
            output: Arc::new(output),
            asked_to_end: Notify::new(),
        }
    }

    /// Ends it at once, whatever it does.
    pub(super) fn end(&self) {
        self.asked_to_end.notify_one();
    }
}

/// What a process is started with.
pub(super) struct Start<'a> {
    pub(super) handler: &'a Handler,
    pub(super) arn: Arn<'a>,
    pub(super) server: &'a str,
    pub(super) inherited: &'a [(std::ffi::OsString, std::ffi::OsString)],
}

/// Starts a process, and sees it to its end on a task of its own, which calls `on_gone` when nothing of it
/// is left.
pub(super) fn start(
    start: &Start<'_>,
    process: &Arc<Process>,
    listening: Listening,
    on_gone: impl FnOnce() + Send + 'static,
) -> io::Result<()> {
    let runtime_api = listening.address.to_string();
    let environment = handler::environment(
        start.handler,
        start.inherited,
        &start.arn,
        start.server,
        &runtime_api,
    );
    let is_ours = handler::runs_in_bootstrap(start.handler);
    let mut nothing_found = None;
    for line in handler::command_lines(start.handler) {
        let Some((program, arguments)) = line.split_first() else {
            continue;
        };
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .envs(&environment)
            .current_dir(&start.handler.dir)
            .stdin(if is_ours {
                Stdio::piped()
            } else {
                Stdio::null()
            })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        match command.spawn() {
            Ok(child) => {
                give_way(&child);
                let group = Group::lead_by(child, is_ours);
                tokio::spawn(attend(Arc::clone(process), group, listening, on_gone));
                return Ok(());
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let text = format!("{} is not on the PATH", program.display());
                nothing_found.get_or_insert(io::Error::new(error.kind(), text));
            }
            Err(error) => return Err(error),
        }
    }
    Err(nothing_found.unwrap_or_else(|| io::ErrorKind::NotFound.into()))
}

/// Functions that have much to do give way to the server, which has others to answer.
#[cfg(unix)]
fn give_way(child: &Child) {
    use rustix::process::{Pid, setpriority_process};

    let pid = child.id().and_then(|pid| i32::try_from(pid).ok());
    if let Some(pid) = pid.and_then(Pid::from_raw) {
        // It works without that too.
        let _ = setpriority_process(Some(pid), NICENESS);
    }
}

#[cfg(not(unix))]
fn give_way(_child: &Child) {}

/// Reads what a process prints, and sees it to its end.
async fn attend(
    process: Arc<Process>,
    mut group: Group,
    listening: Listening,
    on_gone: impl FnOnce(),
) {
    let mut printing = JoinSet::new();
    if let Some(stdout) = group.leader.stdout.take() {
        let output = Arc::clone(&process.output);
        printing.spawn(async move { output.show(stdout).await });
    }
    if let Some(stderr) = group.leader.stderr.take() {
        let output = Arc::clone(&process.output);
        printing.spawn(async move { output.show(stderr).await });
    }
    let status = tokio::select! {
        status = group.leader.wait() => status.ok(),
        () = process.asked_to_end.notified() => None,
        () = lingers(&process.exchange) => {
            warn!(
                target: "poolhouse::function",
                function = process.output.function(),
                "its process is ended: it goes on {}s after its answer",
                LINGERING.as_secs()
            );
            None
        }
    };
    group.end().await;
    let printed = async { while printing.join_next().await.is_some() {} };
    // A stream that stays open has said all that belongs to this process.
    let _ = tokio::time::timeout(LAST_OUTPUT, printed).await;
    process.output.settle();
    let how = status.map_or_else(|| NO_REASON.to_owned(), told);
    if status.is_some() {
        let function = process.output.function();
        info!(target: "poolhouse::function", function, "{how}");
    }
    process.exchange.end(&how);
    drop(listening);
    on_gone();
}

/// Waits until a process goes on too long after an answer.
async fn lingers(exchange: &Exchange) {
    loop {
        exchange.has_answered().await;
        let answered = exchange.lingers_on();
        if answered.is_none() {
            continue;
        }
        tokio::time::sleep(LINGERING).await;
        if exchange.lingers_on() == answered {
            return;
        }
    }
}

/// A process and all that it has started.
struct Group {
    leader: Child,
    /// Its id, and the group's; `None` once nothing of it is left.
    pid: Option<u32>,
    /// Nobody writes to it: its other end is told by its being closed.
    lifeline: Option<ChildStdin>,
    /// Ends the group when the server's end of the lifeline closes.
    watcher: Option<Child>,
}

impl Group {
    fn lead_by(mut leader: Child, watches_itself: bool) -> Self {
        let pid = leader.id();
        let mut lifeline = leader.stdin.take();
        let mut watcher = None;
        if !watches_itself {
            watcher = pid.and_then(watch);
            lifeline = watcher.as_mut().and_then(|watcher| watcher.stdin.take());
        }
        Self {
            leader,
            pid,
            lifeline,
            watcher,
        }
    }

    /// Ends all of it, and waits until what was started here is gone.
    async fn end(&mut self) {
        self.kill();
        // They have been killed, so that this does not take long; an error means that they are gone.
        let _ = self.leader.wait().await;
        if let Some(watcher) = &mut self.watcher {
            let _ = watcher.wait().await;
        }
        self.lifeline = None;
        self.pid = None;
    }

    #[cfg(unix)]
    fn kill(&mut self) {
        use rustix::process::{Pid, Signal, kill_process_group};

        let pid = self.pid.and_then(|pid| i32::try_from(pid).ok());
        if let Some(pid) = pid.and_then(Pid::from_raw) {
            // What is gone cannot be killed, and need not be.
            let _ = kill_process_group(pid, Signal::KILL);
        }
    }

    #[cfg(not(unix))]
    fn kill(&mut self) {
        let _ = self.leader.start_kill();
    }
}

/// A server whose runtime stops drops what it attends to.
impl Drop for Group {
    fn drop(&mut self) {
        if self.pid.is_some() {
            self.kill();
        }
    }
}

/// A shell in the group that `leader` leads, which ends the group when its standard input closes.
#[cfg(unix)]
fn watch(leader: u32) -> Option<Child> {
    let mut command = Command::new("sh");
    command
        .args(["-c", "read -r _; kill -KILL 0"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(i32::try_from(leader).ok()?)
        .kill_on_drop(true);
    // A leader that has ended already leads no group that could be joined.
    command.spawn().ok()
}

/// Elsewhere a command ends with the server when its next request finds nobody.
#[cfg(not(unix))]
fn watch(_leader: u32) -> Option<Child> {
    None
}

/// How a process ended, in Lambda's words. Observed for exit statuses (TM 2.1) and for `signal: killed`;
/// the other signals' names are those of the Go standard library, in which the same words are written
/// (inferred).
fn told(status: ExitStatus) -> String {
    match status.code() {
        Some(0) => return NO_REASON.to_owned(),
        Some(code) => return format!("Runtime exited with error: exit status {code}"),
        None => {}
    }
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt as _;

        let signal = status.signal().unwrap_or_default();
        let name = match signal {
            1 => "hangup".to_owned(),
            2 => "interrupt".to_owned(),
            3 => "quit".to_owned(),
            4 => "illegal instruction".to_owned(),
            5 => "trace/breakpoint trap".to_owned(),
            6 => "aborted".to_owned(),
            8 => "floating point exception".to_owned(),
            9 => "killed".to_owned(),
            11 => "segmentation fault".to_owned(),
            13 => "broken pipe".to_owned(),
            14 => "alarm clock".to_owned(),
            15 => "terminated".to_owned(),
            other => format!("signal {other}"),
        };
        let core = if status.core_dumped() {
            " (core dumped)"
        } else {
            ""
        };
        format!("Runtime exited with error: signal: {name}{core}")
    }
    #[cfg(not(unix))]
    NO_REASON.to_owned()
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;

    use super::*;

    #[test]
    fn an_end_is_told_in_lambdas_words() {
        // As `wait` packs them: the exit status in the second byte, the signal in the first.
        for (raw, expected) in [
            (0, "Runtime exited without providing a reason"),
            (1 << 8, "Runtime exited with error: exit status 1"),
            (129 << 8, "Runtime exited with error: exit status 129"),
            (9, "Runtime exited with error: signal: killed"),
            (
                6 | 0x80,
                "Runtime exited with error: signal: aborted (core dumped)",
            ),
        ] {
            assert_eq!(told(ExitStatus::from_raw(raw)), expected);
        }
    }
}
