//! What a process prints, in the server's log: line by line, within bounds.
//!
//! Everything is read, so that a process never waits for its log; what goes beyond the bounds is counted
//! and said once an event.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tracing::{info, warn};
use uuid::Uuid;

/// The longest line that is shown; the rest of it is left out.
const LONGEST_LINE: usize = 16 * 1024;

/// The most lines that are shown of one event's output.
const MOST_LINES: usize = 1000;

/// Read at once.
const CHUNK: usize = 64 * 1024;

/// What one process prints.
pub(super) struct Output {
    function: String,
    shown: Mutex<Shown>,
}

/// What is shown of the event at hand.
struct Shown {
    /// The event; what is printed before the first one belongs to none.
    request_id: Option<Uuid>,
    lines_left: usize,
    lines_left_out: usize,
    bytes_left_out: usize,
}

impl Output {
    /// That of a process of this function.
    pub(super) fn new(function: &str) -> Self {
        Self {
            function: function.to_owned(),
            shown: Mutex::new(Shown {
                request_id: None,
                lines_left: MOST_LINES,
                lines_left_out: 0,
                bytes_left_out: 0,
            }),
        }
    }

    /// The function's name.
    pub(super) fn function(&self) -> &str {
        &self.function
    }

    /// What comes from now on belongs to this event.
    pub(super) fn begin(&self, request_id: Uuid) {
        self.settle();
        let mut shown = self.shown();
        shown.request_id = Some(request_id);
        shown.lines_left = MOST_LINES;
    }

    /// Says what was left out since it was last said.
    pub(super) fn settle(&self) {
        let (id, lines, bytes) = {
            let mut shown = self.shown();
            let lines = std::mem::take(&mut shown.lines_left_out);
            let bytes = std::mem::take(&mut shown.bytes_left_out);
            (named(shown.request_id), lines, bytes)
        };
        if bytes > 0 {
            warn!(
                target: "poolhouse::function",
                function = %self.function,
                request_id = %id,
                "{lines} lines, {bytes} bytes of output were left out: at most {MOST_LINES} lines of an \
                 event are shown, and {LONGEST_LINE} bytes of a line"
            );
        }
    }

    /// Shows what comes from a stream until it ends.
    pub(super) async fn show(&self, mut stream: impl AsyncRead + Unpin) {
        let mut lines = Lines::default();
        let mut chunk = vec![0; CHUNK];
        // An error ends a stream like its end does: there is nobody to tell but this log.
        while let Ok(count @ 1..) = stream.read(&mut chunk).await {
            lines.feed(&chunk[..count], |line, left_out| self.line(line, left_out));
        }
        lines.end(|line, left_out| self.line(line, left_out));
    }

    fn line(&self, line: &[u8], left_out: usize) {
        let id = {
            let mut shown = self.shown();
            if shown.lines_left == 0 {
                shown.lines_left_out += 1;
                shown.bytes_left_out += line.len() + left_out;
                return;
            }
            shown.lines_left -= 1;
            shown.bytes_left_out += left_out;
            named(shown.request_id)
        };
        let line = printable(line);
        info!(target: "poolhouse::function", function = %self.function, request_id = %id, "{line}");
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn named(request_id: Option<Uuid>) -> String {
    request_id.map_or_else(|| "-".to_owned(), |id| id.to_string())
}

/// A line as text that cannot pass for another line or move a terminal's cursor.
fn printable(line: &[u8]) -> String {
    let mut text = String::with_capacity(line.len());
    for char in String::from_utf8_lossy(line).chars() {
        if char.is_control() && char != '\t' {
            text.extend(char.escape_default());
        } else {
            text.push(char);
        }
    }
    text
}

/// Cuts a stream into lines.
#[derive(Default)]
struct Lines {
    line: Vec<u8>,
    left_out: usize,
}

impl Lines {
    /// Gives each line that ends in `bytes`, and how much of it was left out; empty ones are none. A
    /// carriage return ends a line too: AWS's runtime clients part the lines of a stack trace by it.
    fn feed(&mut self, bytes: &[u8], mut line: impl FnMut(&[u8], usize)) {
        for part in bytes.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
            let (text, ends) = match part {
                [text @ .., b'\n' | b'\r'] => (text, true),
                text => (text, false),
            };
            let room = (LONGEST_LINE - self.line.len()).min(text.len());
            self.line.extend_from_slice(&text[..room]);
            self.left_out += text.len() - room;
            if ends {
                self.end(&mut line);
            }
        }
    }

    fn end(&mut self, mut line: impl FnMut(&[u8], usize)) {
        if !self.line.is_empty() {
            line(&self.line, self.left_out);
        }
        self.line.clear();
        self.left_out = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_where_they_end_and_where_they_are_too_long() {
        let mut lines = Lines::default();
        let mut seen = Vec::new();
        let mut note = |line: &[u8], left_out| seen.push((line.len(), left_out));
        lines.feed(b"one\n\ntw", &mut note);
        lines.feed(b"o\r\nthree\rfour", &mut note);
        lines.feed(&vec![b'x'; LONGEST_LINE], &mut note);
        lines.feed(&vec![b'x'; LONGEST_LINE], &mut note);
        lines.feed(b"\nlast", &mut note);
        lines.end(&mut note);
        let long = (LONGEST_LINE, LONGEST_LINE + 4);
        assert_eq!(seen, [(3, 0), (3, 0), (5, 0), long, (4, 0)]);
    }

    #[test]
    fn a_line_cannot_pass_for_two_or_move_the_cursor() {
        let cases = [
            (&b"plain \xc3\xa4\ttab"[..], "plain ä\ttab"),
            (b"\x1b[2Jgone", "\\u{1b}[2Jgone"),
            (b"\xff", "\u{fffd}"),
            ("next\u{85}line".as_bytes(), "next\\u{85}line"),
        ];
        for (line, expected) in cases {
            assert_eq!(printable(line), expected);
        }
    }

    #[tokio::test]
    async fn a_flood_is_read_to_its_end_and_counted() {
        let output = Output::new("f");
        output.begin(Uuid::nil());
        let flood = b"0123456789\n".repeat(MOST_LINES + 5);
        output.show(&flood[..]).await;
        {
            let shown = output.shown();
            assert_eq!(
                (shown.lines_left, shown.lines_left_out, shown.bytes_left_out),
                (0, 5, 50)
            );
        }
        output.begin(Uuid::max());
        let shown = output.shown();
        assert_eq!(
            (shown.lines_left, shown.lines_left_out, shown.bytes_left_out),
            (MOST_LINES, 0, 0)
        );
    }
}
