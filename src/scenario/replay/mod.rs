//! `poolhouse replay`: scenarios are chosen, played, and told of.

mod run;
mod serving;

use std::io::{self, IsTerminal as _, Write};
use std::pin::pin;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

pub(crate) use self::run::Ran;
pub(super) use self::run::written;
use self::run::{Run, runs};
use super::evaluation;
use super::remote::{Endpoint, NotReached};
use super::report::{Report, Reports, Text};
use super::run::{End, How, Played};
use super::update::Updating;
use crate::cli::{ReplayArguments, TlsArguments};
use crate::config::Environment;

/// How a replay ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All passed.
    Passed,
    /// A scenario failed, or one was skipped and none may be.
    Failed,
    /// Nothing was played: there is no such scenario, or a file is refused.
    Refused,
    /// The target stopped answering.
    Unreachable,
}

impl Outcome {
    /// The exit code of the program.
    pub fn code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Failed => 1,
            Self::Refused => 2,
            Self::Unreachable => 3,
        }
    }
}

/// Why `--update` is refused.
const NOT_IN_CI: &str = "poolhouse: --update is refused where CI is set: what a pipeline rewrites, nobody has looked at. \
                         Rewrite the files on a machine of your own, and commit them";

/// How many runs ended how.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
    pub(crate) steps: usize,
    pub(crate) unreachable: usize,
}

impl Tally {
    /// Counts a run.
    pub(crate) fn add(&mut self, played: &Played) {
        self.steps += played.steps;
        match played.end {
            End::Passed => self.passed += 1,
            End::Failed(_) => self.failed += 1,
            End::Skipped(..) => self.skipped += 1,
            End::Unreachable(_) => self.unreachable += 1,
        }
    }

    fn outcome(self, fail_on_skip: bool) -> Outcome {
        if self.unreachable > 0 {
            Outcome::Unreachable
        } else if self.failed > 0 || (fail_on_skip && self.skipped > 0) {
            Outcome::Failed
        } else {
            Outcome::Passed
        }
    }
}

/// Plays what was asked for, and tells of it on `out`. A world that is to be served is served until `stop`.
///
/// # Errors
/// Why nothing was played.
pub async fn replay(
    typed: &ReplayArguments,
    environment: &Environment,
    out: &mut (dyn Write + Send),
    stop: impl Future<Output = ()>,
) -> Result<Outcome, String> {
    if typed.update && is_ci(environment) {
        return Err(NOT_IN_CI.to_owned());
    }
    if typed.serve.is_none() && typed.tls != TlsArguments::default() {
        return Err(
            "--tls, --tls-dir and --tls-host go with --serve PORT: nothing else listens here"
                .to_owned(),
        );
    }
    let runs = match typed.target.sweep {
        true => Vec::new(),
        false => runs(typed, environment)?,
    };
    let endpoint = match Endpoint::reach(&typed.target, environment).await {
        Ok(endpoint) => endpoint,
        Err(fault) => return not_reached(fault, out),
    };
    if let Some(endpoint) = endpoint.as_ref().filter(|_| typed.target.sweep) {
        return match endpoint.sweep().await {
            Ok(done) => {
                // Who reads it may have gone.
                let _ = writeln!(out, "{}", done.join("\n"));
                Ok(Outcome::Passed)
            }
            Err(fault) => not_reached(fault, out),
        };
    }
    let how = How {
        environment: Arc::new(let_in(&typed.pass_env, environment)),
        until: None,
        keep: typed.twice,
        update: typed.update,
    };
    match typed.serve {
        Some(port) => serving::serve(&runs, typed, environment, how, port, out, stop).await,
        None => {
            let played = runs.iter().flat_map(Run::files).collect();
            let reports = Reports::open(&typed.report, &played)?;
            Ok(all(runs, typed, how, reports, out, endpoint, stop).await)
        }
    }
}

/// Whether this is a pipeline, by the variable that all of them set.
fn is_ci(environment: &Environment) -> bool {
    let mut variables = environment.all.0.iter();
    variables.any(|(name, value)| name == "CI" && !value.is_empty())
}

/// The variables that scenarios may read.
fn let_in(names: &[String], environment: &Environment) -> evaluation::Environment {
    let is_named = |name: &std::ffi::OsString| names.iter().any(|named| name == named.as_str());
    let variables = environment.all.0.iter().filter(|(name, _)| is_named(name));
    let texts = variables
        .filter_map(|(name, value)| Some((name.to_str()?.to_owned(), value.to_str()?.to_owned())));
    evaluation::Environment(texts.collect())
}

/// Why nothing can be played where it should be.
fn not_reached(fault: NotReached, out: &mut (dyn Write + Send)) -> Result<Outcome, String> {
    match fault {
        NotReached::Refused(text) => Err(format!("poolhouse: {text}")),
        NotReached::Unreachable(text) => {
            let _ = writeln!(out, "poolhouse: {text}");
            Ok(Outcome::Unreachable)
        }
    }
}

/// Plays all runs, so many at once, and tells of each in its turn. What is played elsewhere and is to stop, or finds
/// nobody there any more, still deletes what was made for it.
async fn all(
    runs: Vec<Run>,
    typed: &ReplayArguments,
    how: How,
    reports: Reports,
    out: &mut (dyn Write + Send),
    endpoint: Option<Arc<Endpoint>>,
    stop: impl Future<Output = ()>,
) -> Outcome {
    let mut told = Telling::new(runs.len(), reports, out);
    let mut updating = Updating::default();
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let jobs = match &endpoint {
        Some(endpoint) => endpoint.jobs(typed.jobs, cores),
        None => typed.jobs.unwrap_or(cores),
    };
    let places = Arc::new(Semaphore::new(jobs));
    let how = Arc::new(how);
    let mut playing = JoinSet::new();
    for (at, run) in runs.into_iter().enumerate() {
        let (places, how) = (Arc::clone(&places), Arc::clone(&how));
        let twice = typed.twice;
        let run = run.at(endpoint.clone());
        playing.spawn(async move {
            // An error only when the semaphore is closed, which nothing does.
            let _place = places.acquire().await;
            (at, run.play_contained(how, twice).await)
        });
    }
    // A run that panics is a failure of its own, so that only the end of the runtime is an error here.
    let mut stop = pin!(stop);
    let mut is_stopped = false;
    loop {
        let ended = tokio::select! {
            ended = playing.join_next() => ended,
            () = &mut stop, if !is_stopped => {
                is_stopped = true;
                if let Some(endpoint) = &endpoint {
                    endpoint.stop();
                }
                continue;
            }
        };
        let Some(Ok((at, ran))) = ended else { break };
        if typed.update {
            updating.note(&ran);
        }
        told.ended(at, ran);
        if told.tally.unreachable > 0 {
            match &endpoint {
                Some(endpoint) => endpoint.stop(),
                None => break,
            }
        }
    }
    let faults = match &endpoint {
        Some(endpoint) => endpoint.finish().await,
        None => Vec::new(),
    };
    let (tally, is_written, out) = told.end(&faults);
    let is_written =
        is_written && (!typed.update || is_stopped || tally.unreachable > 0 || updating.end(out));
    match tally.outcome(typed.fail_on_skip) {
        _ if is_stopped => Outcome::Failed,
        Outcome::Passed if !is_written => Outcome::Failed,
        outcome => outcome,
    }
}

/// Tells of runs in their order, whichever ends first. Who reads it may have gone: all is played all the same.
struct Telling<'o> {
    waiting: Vec<Option<Ran>>,
    next: usize,
    tally: Tally,
    report: Text,
    reports: Reports,
    out: &'o mut (dyn Write + Send),
    /// Whether somebody watches.
    is_watched: bool,
}

impl<'o> Telling<'o> {
    fn new(count: usize, reports: Reports, out: &'o mut (dyn Write + Send)) -> Self {
        Self {
            waiting: std::iter::repeat_with(|| None).take(count).collect(),
            next: 0,
            tally: Tally::default(),
            report: Text::default(),
            reports,
            out,
            is_watched: io::stderr().is_terminal(),
        }
    }

    fn ended(&mut self, at: usize, ran: Ran) {
        self.tally.add(&ran.played);
        if let Some(place) = self.waiting.get_mut(at) {
            *place = Some(ran);
        }
        self.progress("\r\x1b[K");
        while let Some(ran) = self.waiting.get_mut(self.next).and_then(Option::take) {
            self.next += 1;
            self.tell(&ran);
        }
        let Tally { failed, .. } = self.tally;
        let all = self.waiting.len();
        if self.next < all {
            self.progress(&format!("{} of {all}, {failed} failed", self.next));
        }
    }

    fn tell(&mut self, ran: &Ran) {
        let _ = self.report.ran(ran, self.out);
        self.reports.ran(ran);
    }

    /// A line that the next one takes the place of.
    fn progress(&mut self, text: &str) {
        if self.is_watched {
            let _ = self.out.flush();
            let mut stderr = io::stderr().lock();
            let _ = stderr.write_all(text.as_bytes());
            let _ = stderr.flush();
        }
    }

    /// All has ended, and this could not be deleted. What there was, and whether all reports could be written.
    fn end(mut self, faults: &[String]) -> (Tally, bool, &'o mut (dyn Write + Send)) {
        // Of those behind one that could not be told.
        for ran in std::mem::take(&mut self.waiting).into_iter().flatten() {
            self.tell(&ran);
        }
        let _ = self.report.end(self.out);
        for fault in faults {
            let _ = writeln!(self.out, "{fault}; --sweep deletes it");
        }
        let unwritten = self.reports.end(self.out);
        for text in &unwritten {
            let _ = writeln!(self.out, "{text}");
        }
        let _ = self.out.flush();
        (self.tally, unwritten.is_empty(), self.out)
    }
}
