//! The log on standard error.
//!
//! Lines are gathered in memory and written by a thread of their own, so that a call never waits for
//! a terminal or a pipe; under load one write carries many lines.

use std::cell::RefCell;
use std::io::Write;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{io, mem};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;

use crate::cli::LogFormat;
use crate::clock::{Clock, Timestamp};

/// Lines beyond this many waiting bytes are dropped, and counted: nobody takes them.
const MOST_WAITING: usize = 4 * 1024 * 1024;

/// How long the writer lets lines gather, once there are any.
const GATHERING: Duration = Duration::from_millis(3);

/// How long the end of the process waits for the last lines to be taken. A pipe that nobody reads
/// would keep it for ever.
const FAREWELL: Duration = Duration::from_secs(1);

/// Writes what is left when dropped, as far as standard error takes it.
#[derive(Debug)]
pub struct Log {
    lines: Arc<Lines>,
    /// Disconnected when the writer has ended.
    ended: Receiver<()>,
}

impl Log {
    /// Starts the log of the process; `filter` is in the form of `RUST_LOG`, and without one
    /// everything from `info` on is shown. Panics are reported by place, and by text only where the
    /// text is fixed in the code, for a formatted one could hold what a request sent.
    pub fn start(format: LogFormat, filter: Option<&str>) -> Self {
        let lines = Arc::new(Lines::default());
        let (writes, ended) = mpsc::channel::<()>();
        {
            let lines = Arc::clone(&lines);
            let writer = std::thread::Builder::new().name("log".to_owned());
            // Without a writer, lines are dropped once too many wait.
            let _ = writer.spawn(move || {
                lines.write_out();
                drop(writes);
            });
        }
        let builder = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_target(false)
            .with_timer(RealTime(Clock::running()))
            .with_writer(ToLines(Arc::clone(&lines)));
        // Each branch has a type of its own. A filter is built only when one is asked for: it takes
        // a good part of a millisecond.
        let default = LevelFilter::INFO;
        let parse = |filter: &str| {
            EnvFilter::builder()
                .with_default_directive(default.into())
                .parse_lossy(filter)
        };
        match (format, filter) {
            (LogFormat::Text, None) => builder.with_max_level(default).init(),
            (LogFormat::Json, None) => builder.json().with_max_level(default).init(),
            (LogFormat::Text, Some(filter)) => builder.with_env_filter(parse(filter)).init(),
            (LogFormat::Json, Some(filter)) => builder.json().with_env_filter(parse(filter)).init(),
        }
        std::panic::set_hook(Box::new(|panic| {
            let place = panic
                .location()
                .map(ToString::to_string)
                .unwrap_or_default();
            let text = panic
                .payload()
                .downcast_ref::<&'static str>()
                .copied()
                .unwrap_or("");
            tracing::error!(place, text, "panicked");
        }));
        Self { lines, ended }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.lines.waiting().ended = true;
        self.lines.arrived.notify_one();
        // Either way there is nothing more to be done.
        let _ = self.ended.recv_timeout(FAREWELL);
    }
}

#[derive(Debug, Default)]
struct Lines {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    bytes: Vec<u8>,
    dropped: usize,
    ended: bool,
    /// The writer sleeps until it is told of a line.
    asleep: bool,
}

impl Lines {
    fn push(&self, line: &[u8]) {
        let mut waiting = self.waiting();
        if waiting.bytes.len() + line.len() > MOST_WAITING {
            waiting.dropped += 1;
            return;
        }
        waiting.bytes.extend_from_slice(line);
        if mem::take(&mut waiting.asleep) {
            drop(waiting);
            self.arrived.notify_one();
        }
    }

    fn write_out(&self) {
        let mut taken = Vec::new();
        loop {
            let mut waiting = self.waiting();
            while waiting.bytes.is_empty() && !waiting.ended {
                waiting.asleep = true;
                waiting = self
                    .arrived
                    .wait(waiting)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            mem::swap(&mut waiting.bytes, &mut taken);
            let dropped = mem::take(&mut waiting.dropped);
            let ended = waiting.ended;
            drop(waiting);
            let mut target = io::stderr().lock();
            // A closed standard error is no reason to stop serving.
            let _ = target.write_all(&taken);
            if dropped > 0 {
                let _ = writeln!(
                    target,
                    "{dropped} log lines were dropped: standard error is slow"
                );
            }
            drop(target);
            taken.clear();
            if ended {
                return;
            }
            std::thread::sleep(GATHERING);
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The machine's time, in UTC to the millisecond. A line is dated by it and not by the clock that
/// tests move, so that the log of a run stays in order.
struct RealTime(Clock);

impl FormatTime for RealTime {
    fn format_time(&self, out: &mut Writer<'_>) -> std::fmt::Result {
        thread_local! {
            /// The text up to the second changes once a second, and lines come by the thousand.
            static LAST: RefCell<(i64, String)> = const { RefCell::new((i64::MIN, String::new())) };
        }
        let now = self.0.now();
        LAST.with_borrow_mut(|(second, text)| {
            if *second != now.seconds() {
                *second = now.seconds();
                *text = Timestamp::from_seconds(*second).to_rfc3339();
                text.truncate("2026-01-31T12:00:00".len());
            }
            write!(out, "{text}.{:03}Z", now.0.rem_euclid(1000))
        })
    }
}

struct ToLines(Arc<Lines>);

struct Line<'a>(&'a Lines);

impl<'a> MakeWriter<'a> for ToLines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line(&self.0)
    }
}

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.push(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_lines_are_bounded_and_the_dropped_ones_counted() {
        let lines = Lines::default();
        let line = vec![b'x'; MOST_WAITING / 2];
        for _ in 0..4 {
            lines.push(&line);
        }
        let waiting = lines.waiting();
        assert_eq!((waiting.bytes.len(), waiting.dropped), (MOST_WAITING, 2));
    }
}
