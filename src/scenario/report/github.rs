//! GitHub's workflow commands, which it shows beside the lines of a change.
//!
//! Their form and escapes are those of `@actions/core` (`packages/core/src/command.ts` of actions/toolkit).

use std::fmt::Write as _;
use std::io::Result;

use super::{Whole, text, visible};
use crate::scenario::replay::Ran;
use crate::scenario::run::{End, Failure};
use crate::scenario::source::At;

/// A command a failure, and a warning for what was skipped.
#[derive(Default)]
pub(super) struct Github(String);

impl Whole for Github {
    fn note(&mut self, ran: &Ran) {
        match &ran.played.end {
            End::Passed => {}
            End::Failed(failure) => {
                self.command("error", &failure.at, ran, &message(failure));
                for failure in &failure.finally {
                    let message = format!("finally failed: {}", message(failure));
                    self.command("error", &failure.at, ran, &message);
                }
            }
            End::Skipped(at, why) => {
                self.command("warning", at, ran, &format!("skipped: {why}"));
            }
            End::Unreachable(why) => self.command("error", &ran.at, ran, why),
        }
    }

    fn whole(&self) -> Result<Vec<u8>> {
        Ok(self.0.clone().into_bytes())
    }
}

impl Github {
    fn command(&mut self, kind: &str, at: &At, ran: &Ran, message: &str) {
        let (line, column) = at.line_and_column();
        // Writing to a text does not fail.
        let _ = writeln!(
            self.0,
            "::{kind} file={},line={line},col={column},title={}::{}",
            property(&at.source.name),
            property(&ran.title),
            data(message)
        );
    }
}

fn message(failure: &Failure) -> String {
    let mut lines = vec![text::sentence(failure)];
    lines.extend(failure.differences.iter().map(ToString::to_string));
    let told = [
        ("expected", &failure.expected),
        ("got", &failure.got),
        ("reason", &failure.reason),
        ("note", &failure.note),
    ];
    let told = told
        .into_iter()
        .filter_map(|(name, text)| Some(format!("{name}: {}", text.as_ref()?)));
    lines.extend(told);
    lines.join("\n")
}

fn data(text: &str) -> String {
    let escaped = text
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A");
    visible(&escaped)
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_or_a_property_is_escaped() {
        assert_eq!(data("100%\r\n::a,b"), "100%25%0D%0A::a,b");
        assert_eq!(property("100%\r\n::a,b"), "100%25%0D%0A%3A%3Aa%2Cb");
    }
}
