//! What became of each row, in the words of AWS's log (documented: "Viewing the user pool import
//! results in the CloudWatch console"). Rows are named by their line; no value of a row is in it.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It made a user.
    Succeeded,
    /// There is a user of this name.
    Skipped,
    /// It makes none, and why.
    Failed(Arc<str>),
}

/// So many different reasons are kept; further ones share one sentence, so that a hostile file cannot
/// make the log large.
const REASONS: usize = 1000;

const OTHER: &str = "The User Record does not conform to the schema.";

const SUCCEEDED: u16 = 1;

const SKIPPED: u16 = 2;

const FAILED: u16 = 3;

/// A log that grows while its job runs: eight bytes a row, and each reason once.
#[derive(Default)]
pub struct RowLog(Mutex<Lines>);

#[derive(Clone, Default)]
struct Lines {
    /// The line of a row, and what became of it.
    outcomes: Vec<(u32, u16)>,
    reasons: Vec<Arc<str>>,
    places: HashMap<Arc<str>, u16>,
}

impl std::fmt::Debug for RowLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RowLog({} lines)", self.lines().outcomes.len())
    }
}

impl RowLog {
    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what became of the row on `line`.
    pub fn note(&self, line: usize, outcome: &Outcome) {
        let mut lines = self.lines();
        let noted = match outcome {
            Outcome::Succeeded => SUCCEEDED,
            Outcome::Skipped => SKIPPED,
            Outcome::Failed(reason) => FAILED + lines.place(reason),
        };
        // A file has fewer lines than bytes.
        lines
            .outcomes
            .push((u32::try_from(line).unwrap_or(u32::MAX), noted));
    }

    /// A log of its own of the first rows.
    pub fn first(&self, rows: usize) -> Self {
        let mut lines = self.lines().clone();
        lines.outcomes.truncate(rows);
        Self(Mutex::new(lines))
    }

    /// The log as text, a line a row.
    pub fn text(&self) -> String {
        let lines = self.lines();
        let mut text = String::new();
        for (number, outcome) in &lines.outcomes {
            let (word, reason) = match *outcome {
                SUCCEEDED => ("SUCCEEDED", "The import succeeded."),
                SKIPPED => ("SKIPPED", "The user already exists."),
                failed => {
                    let reason = lines.reasons.get(usize::from(failed - FAILED));
                    ("FAILED", reason.map_or(OTHER, |reason| reason))
                }
            };
            // Writing to a String does not fail.
            let _ = writeln!(text, "[{word}] Line Number {number} - {reason}");
        }
        text
    }
}

impl Lines {
    fn place(&mut self, reason: &Arc<str>) -> u16 {
        if let Some(place) = self.places.get(reason) {
            return *place;
        }
        let place = u16::try_from(self.reasons.len()).unwrap_or(u16::MAX - FAILED);
        if self.reasons.len() < REASONS {
            self.reasons.push(Arc::clone(reason));
            self.places.insert(Arc::clone(reason), place);
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_named_by_its_line_and_told_in_awss_words() {
        let log = RowLog::default();
        log.note(2, &Outcome::Succeeded);
        log.note(4, &Outcome::Skipped);
        for line in [5, 6] {
            log.note(line, &Outcome::Failed("No.".into()));
        }
        assert_eq!(
            log.text(),
            "[SUCCEEDED] Line Number 2 - The import succeeded.\n\
             [SKIPPED] Line Number 4 - The user already exists.\n\
             [FAILED] Line Number 5 - No.\n[FAILED] Line Number 6 - No.\n"
        );
        assert_eq!(log.lines().reasons.len(), 1);
    }

    #[test]
    fn reasons_are_bounded() {
        let log = RowLog::default();
        for line in 0..2 * REASONS {
            log.note(line, &Outcome::Failed(format!("reason {line}").into()));
        }
        assert_eq!(log.lines().reasons.len(), REASONS);
        let text = log.text();
        assert!(text.contains("Line Number 999 - reason 999\n"));
        assert!(text.ends_with(&format!("Line Number 1999 - {OTHER}\n")));
    }
}
