//! Scenarios: files of steps, and what each must answer. They drive a server from outside, and nothing
//! below knows of them.

mod check;
pub(crate) mod evaluation;
pub(crate) mod expectation;
pub(crate) mod expression;
mod files;
pub(crate) mod functions;
mod place;
pub(crate) mod plan;
mod read;
mod remote;
mod replay;
mod report;
pub(crate) mod results;
pub(crate) mod run;
#[cfg(test)]
mod scene;
pub(crate) mod secrecy;
pub(crate) mod source;
pub(crate) mod target;
pub(crate) mod template;
mod test_api;
pub(crate) mod text;
mod update;
pub(crate) mod world;

pub(crate) use self::expectation::{MATCHERS, Of, Takes, forms};
pub(crate) use self::read::{METHODS, MODIFIERS, MOST_REDIRECTS, MOST_STEPS, settings};
pub use self::replay::{Outcome, replay};

use std::path::PathBuf;

/// What was found to be right.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    /// How many scenarios.
    pub scenarios: usize,
    /// How many parts.
    pub parts: usize,
    /// The paths that hold something else, or nothing: fixtures, as far as one can tell by their names.
    pub others: Vec<PathBuf>,
}

/// Checks the scenarios and parts of files and directories, and plays nothing.
///
/// # Errors
/// All that is wrong with them, a line each; and the paths that hold something else.
pub fn check(paths: &[PathBuf]) -> Result<Checked, (String, Vec<PathBuf>)> {
    let sorted = files::sorted(paths).map_err(|faults| {
        let lines: Vec<_> = faults.iter().map(source::Fault::to_string).collect();
        (lines.join("\n"), Vec::new())
    })?;
    match read::read(&sorted.files) {
        Ok(read) => Ok(Checked {
            scenarios: read.scenarios.len(),
            parts: read.parts,
            others: sorted.others,
        }),
        Err(refused) => Err((refused.to_string(), sorted.others)),
    }
}
