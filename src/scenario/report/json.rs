//! JSON, for programs; docs/scenarios.md describes it.

use std::io::Result;

use serde::Serialize;

use super::Whole;
use crate::scenario::expectation::Difference;
use crate::scenario::replay::{Ran, Tally};
use crate::scenario::run::{End, Failure};
use crate::scenario::source::At;

/// All runs, and how many ended how.
#[derive(Default)]
pub(super) struct Json {
    tally: Tally,
    /// In seconds.
    duration: f64,
    scenarios: Vec<Scenario>,
}

#[derive(Serialize)]
struct Document<'j> {
    passed: usize,
    failed: usize,
    skipped: usize,
    stopped: usize,
    steps: usize,
    duration: f64,
    scenarios: &'j [Scenario],
}

#[derive(Serialize)]
struct Scenario {
    scenario: String,
    file: String,
    /// Null without a table.
    case: Option<String>,
    outcome: &'static str,
    steps: usize,
    /// In seconds, of real time.
    duration: f64,
    remarks: Vec<String>,
    failure: Option<Failed>,
    /// Why it was skipped or stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

#[derive(Serialize)]
struct Spot {
    file: String,
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct Failed {
    #[serde(flatten)]
    at: Spot,
    /// Null in `finally`, and before the first.
    step: Option<usize>,
    action: String,
    text: String,
    expected: Option<String>,
    got: Option<String>,
    reason: Option<String>,
    note: Option<String>,
    differences: Vec<Differing>,
    /// The steps that included the part, from the outermost.
    through: Vec<Spot>,
    /// What failed in `finally` besides.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    finally: Vec<Failed>,
}

#[derive(Serialize)]
struct Differing {
    #[serde(flatten)]
    at: Spot,
    path: String,
    expected: Option<String>,
    got: Option<String>,
    note: Option<String>,
}

impl Spot {
    fn of(at: &At) -> Self {
        let (line, column) = at.line_and_column();
        Self {
            file: at.source.name.clone(),
            line,
            column,
        }
    }
}

impl Failed {
    fn of(failure: &Failure) -> Self {
        // What is told member by member is told as a whole by the first.
        let first = failure.differences.first();
        let expected = || first?.expected.clone();
        let got = || first?.got.clone();
        Self {
            at: Spot::of(&failure.at),
            step: failure.step,
            action: failure.action.clone(),
            text: failure.text.clone(),
            expected: failure.expected.clone().or_else(expected),
            got: failure.got.clone().or_else(got),
            reason: failure.reason.clone(),
            note: failure.note.clone(),
            differences: failure.differences.iter().map(Differing::of).collect(),
            through: failure.through.iter().map(Spot::of).collect(),
            finally: failure.finally.iter().map(Failed::of).collect(),
        }
    }
}

impl Differing {
    fn of(difference: &Difference) -> Self {
        Self {
            at: Spot::of(&difference.at),
            path: difference.path.clone(),
            expected: difference.expected.clone(),
            got: difference.got.clone(),
            note: difference.note.clone(),
        }
    }
}

impl Whole for Json {
    fn note(&mut self, ran: &Ran) {
        self.tally.add(&ran.played);
        let duration = ran.took.as_secs_f64();
        self.duration += duration;
        let (outcome, failure, why) = match &ran.played.end {
            End::Passed => ("passed", None, None),
            End::Failed(failure) => ("failed", Some(Failed::of(failure)), None),
            End::Skipped(_, why) => ("skipped", None, Some(why.clone())),
            End::Unreachable(why) => ("stopped", None, Some(why.clone())),
        };
        self.scenarios.push(Scenario {
            scenario: ran.scenario.clone(),
            file: ran.file.clone(),
            case: ran.case.clone(),
            outcome,
            steps: ran.played.steps,
            duration,
            remarks: ran.played.remarks.clone(),
            failure,
            why,
        });
    }

    fn whole(&self) -> Result<Vec<u8>> {
        let document = Document {
            passed: self.tally.passed,
            failed: self.tally.failed,
            skipped: self.tally.skipped,
            stopped: self.tally.unreachable,
            steps: self.tally.steps,
            duration: self.duration,
            scenarios: &self.scenarios,
        };
        let mut whole = serde_json::to_vec_pretty(&document)?;
        whole.push(b'\n');
        Ok(whole)
    }
}
