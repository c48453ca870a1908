//! The server processes that are measured: started, waited for, looked at, ended.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;

/// Ticks of a CPU second in `/proc`: `USER_HZ`, which Linux fixes at 100 on the machines we know.
const TICKS: f64 = 100.0;

/// A running server; dropped, it is killed.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
    /// From before the exec until the line `Ready.` was read.
    pub(crate) ready_after: Duration,
}

impl Server {
    /// Starts Poolhouse on a free port; without fixtures it has its default one. The log goes to
    /// `/dev/null`, at the level that `log` says, else at the default one.
    pub(crate) fn poolhouse(
        program: &Path,
        fixtures: Option<&Path>,
        log: Option<&str>,
    ) -> Outcome<Self> {
        Self::poolhouse_with(program, fixtures, log, &[])
    }

    /// The same, with further arguments.
    pub(crate) fn poolhouse_with(
        program: &Path,
        fixtures: Option<&Path>,
        log: Option<&str>,
        arguments: &[&str],
    ) -> Outcome<Self> {
        let mut command = Command::new(program);
        command.args(["--port", "0"]).args(arguments);
        if let Some(fixtures) = fixtures {
            command.arg("--fixtures").arg(fixtures);
        }
        for name in [
            "HOST",
            "PORT",
            "POOLHOUSE_HOST",
            "POOLHOUSE_PORT",
            "RUST_LOG",
        ] {
            command.env_remove(name);
        }
        if let Some(log) = log {
            command.env("RUST_LOG", log);
        }
        Self::start(command)
    }

    /// Starts the empty server, with the answer that it gives.
    pub(crate) fn empty(program: &Path, recorded: &Path) -> Outcome<Self> {
        let mut command = Command::new(program);
        command.arg(recorded);
        Self::start(command)
    }

    fn start(mut command: Command) -> Outcome<Self> {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let begun = Instant::now();
        let mut child = command
            .spawn()
            .map_err(|error| format!("{command:?}: {error}"))?;
        let stdout = child.stdout.take();
        // From here on every way out ends the child.
        let mut server = Self {
            child,
            port: 0,
            ready_after: Duration::ZERO,
        };
        let mut lines = BufReader::new(stdout.ok_or("no standard output")?).lines();
        for line in &mut lines {
            let line = line?;
            if line == "Ready." {
                server.ready_after = begun.elapsed();
                break;
            }
            if let Some((_, port)) = line
                .split_once("running on http://")
                .and_then(|(_, url)| url.rsplit_once(':'))
            {
                server.port = port.trim_end_matches('/').parse()?;
            }
        }
        if server.port == 0 || server.ready_after.is_zero() {
            return Err(format!("{command:?} ended without becoming ready").into());
        }
        Ok(server)
    }

    /// Resident memory in MiB.
    pub(crate) fn resident(&self) -> Outcome<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let kib = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .and_then(|rest| rest.split_whitespace().next())
            .ok_or("no VmRSS")?;
        Ok(kib.parse::<f64>()? / 1024.0)
    }

    /// Processes that it has started, and all that these have.
    pub(crate) fn descendants(&self) -> Outcome<usize> {
        let mut parents = HashMap::new();
        for entry in std::fs::read_dir("/proc")? {
            let name = entry?.file_name();
            let Some(id) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else {
                continue;
            };
            // One that has ended since has no parent any more.
            if let Some(parent) = std::fs::read_to_string(format!("/proc/{id}/stat"))
                .ok()
                .and_then(|stat| stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok())
            {
                parents.insert(id, parent);
            }
        }
        let server = self.child.id();
        let is_ours = |id: &&u32| {
            let ancestors = std::iter::successors(parents.get(id), |parent| parents.get(parent));
            // Processes that come and go while they are listed might seem to be a circle.
            ancestors.take(100).any(|ancestor| *ancestor == server)
        };
        Ok(parents.keys().filter(is_ours).count())
    }

    /// Seconds of CPU that the process has used, its own and the kernel's for it.
    pub(crate) fn cpu(&self) -> Outcome<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name in parentheses may hold anything; utime and stime are the 12th and 13th field after it.
        let (_, fields) = stat.rsplit_once(") ").ok_or("no fields")?;
        let fields: Vec<&str> = fields.split(' ').collect();
        let [utime, stime] = fields.get(11..13).ok_or("too few fields")? else {
            return Err("too few fields".into());
        };
        Ok((utime.parse::<f64>()? + stime.parse::<f64>()?) / TICKS)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; either way nothing is left to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
