//! Text, as a terminal shows it: a line for each scenario, all failures at the end.

use std::io::{Result, Write};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Report, visible};
use crate::scenario::replay::{Ran, Tally};
use crate::scenario::run::{End, Failure};
use crate::scenario::source::At;

/// Lines are as long as they are.
const WIDTH: usize = 1_000_000;

/// The port of the command that stops at a failure.
const PORT: u16 = crate::config::DEFAULT_PORT;

/// The report on standard output.
#[derive(Default)]
pub(crate) struct Text {
    failures: Vec<String>,
    tally: Tally,
}

impl Report for Text {
    fn ran(&mut self, ran: &Ran, out: &mut dyn Write) -> Result<()> {
        self.tally.add(&ran.played);
        let (word, why) = match &ran.played.end {
            End::Passed => ("passed", String::new()),
            End::Failed(_) => ("FAILED", String::new()),
            End::Skipped(at, why) => {
                let (line, _) = at.line_and_column();
                ("skipped", format!(" (line {line}: {why})"))
            }
            End::Unreachable(why) => ("STOPPED", format!(": {why}")),
        };
        let line = format!("{}: {}{why}", ran.file, ran.title);
        writeln!(out, "{word:7} {}", visible(&line))?;
        for remark in &ran.played.remarks {
            writeln!(out, "        {}", visible(remark))?;
        }
        if let End::Failed(failure) = &ran.played.end {
            self.failures.push(failed(ran, failure));
        }
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write) -> Result<()> {
        for failure in &self.failures {
            writeln!(out, "\n{failure}")?;
        }
        let Tally {
            passed,
            failed,
            skipped,
            steps,
            ..
        } = self.tally;
        if !self.failures.is_empty() {
            writeln!(out)?;
        }
        writeln!(
            out,
            "{passed} passed, {failed} failed, {skipped} skipped; {steps} {}",
            if steps == 1 { "step" } else { "steps" }
        )
    }
}

/// Everything that is known of a failure, and of what failed in `finally` besides.
pub(super) fn failed(ran: &Ran, failure: &Failure) -> String {
    let title = format!("{}\n{}", ran.title, sentence(failure));
    let help = Level::HELP.with_name("stop there");
    let help = help.message(visible(&command(ran, failure.step)));
    let mut groups = vec![group("failed", title, failure).element(help)];
    for failure in &failure.finally {
        groups.push(group("finally failed", sentence(failure), failure));
    }
    Renderer::plain().term_width(WIDTH).render(&groups)
}

/// A failure, with the lines that it is about.
fn group<'f>(name: &'static str, title: String, failure: &'f Failure) -> Group<'f> {
    let mut group = Level::ERROR.with_name(name).primary_title(title).elements(
        snippets(failure)
            .into_iter()
            .map(|(at, marks)| snippet(at, marks)),
    );
    for step in failure.through.iter().rev() {
        let (line, column) = step.line_and_column();
        let text = format!("{}:{line}:{column}", step.source.name);
        group = group.element(Level::NOTE.with_name("included at").message(text));
    }
    let told = [
        ("expected", failure.expected.as_ref()),
        ("got", failure.got.as_ref()),
        ("reason", failure.reason.as_ref()),
        ("note", failure.note.as_ref()),
    ];
    for (name, text) in told {
        if let Some(text) = text {
            group = group.element(Level::NOTE.with_name(name).message(visible(text)));
        }
    }
    group
}

/// What failed, in a line.
pub(super) fn sentence(failure: &Failure) -> String {
    let step = match failure.step {
        Some(number) => format!("step {number}, {}", failure.action),
        None => failure.action.clone(),
    };
    format!("{step}: {}", failure.text)
}

/// A span, and what is said of it.
type Mark = (Range<usize>, String);

/// The places that a failure is about, those of one file together, the first first.
fn snippets(failure: &Failure) -> Vec<(&At, Vec<Mark>)> {
    let own = failure.differences.is_empty();
    let own = own.then(|| (&failure.at, String::new()));
    let differences = failure.differences.iter();
    let differences = differences.map(|difference| (&difference.at, difference.to_string()));
    let mut found: Vec<(&At, Vec<Mark>)> = Vec::new();
    for (at, text) in own.into_iter().chain(differences) {
        let mark = (first_line(at), text);
        let known = found
            .iter_mut()
            .find(|(other, _)| other.source.name == at.source.name);
        match known {
            Some((_, marks)) => marks.push(mark),
            None => found.push((at, vec![mark])),
        }
    }
    found
}

/// What of a place stands on its first line.
fn first_line(at: &At) -> Range<usize> {
    let text = at.source.text.get(at.span.clone()).unwrap_or_default();
    let length = text.find(['\n', '\r']).unwrap_or(text.len());
    at.span.start..at.span.start + length
}

fn snippet(at: &At, marks: Vec<Mark>) -> Snippet<'_, annotate_snippets::Annotation<'_>> {
    let marks = marks.into_iter().map(|(span, text)| {
        let mark = AnnotationKind::Primary.span(span);
        if text.is_empty() {
            mark
        } else {
            mark.label(text)
        }
    });
    Snippet::source(&at.source.text)
        .path(&at.source.name)
        .annotations(marks)
}

/// What is typed to look at the world before a step.
fn command(ran: &Ran, step: Option<usize>) -> String {
    let mut command = format!("poolhouse replay {}", quoted(&ran.file));
    if let Some(case) = &ran.case {
        command.push_str(&format!(" --name {}", quoted(&format!("({case})"))));
    }
    if let Some(step) = step {
        command.push_str(&format!(" --until {step}"));
    }
    command.push_str(&format!(" --serve {PORT}"));
    command
}

/// As a word of a shell.
fn quoted(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@%+,=".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_needs_it() {
        assert_eq!(quoted("a/b.scenario.yaml"), "a/b.scenario.yaml");
        assert_eq!(quoted("(it's)"), r"'(it'\''s)'");
        assert_eq!(quoted(""), "''");
    }
}
