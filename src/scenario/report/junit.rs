//! JUnit's XML, as CI servers read it: a suite a file, a case a run.

use std::io::Result;
use std::time::Duration;

use quick_xml::events::{BytesDecl, BytesText, Event};
use quick_xml::writer::Writer;

use super::{Whole, text};
use crate::scenario::replay::{Ran, Tally};
use crate::scenario::run::End;

/// The suites, in the order of their files.
#[derive(Default)]
pub(super) struct Junit(Vec<Suite>);

struct Suite {
    file: String,
    tally: Tally,
    took: Duration,
    cases: Vec<Case>,
}

struct Case {
    name: String,
    line: usize,
    took: Duration,
    /// The element that says how it ended, its message and its text; none where it passed.
    ended: Option<(&'static str, String, String)>,
    remarks: Vec<String>,
}

impl Whole for Junit {
    fn note(&mut self, ran: &Ran) {
        let ended = match &ran.played.end {
            End::Passed => None,
            End::Failed(failure) => {
                let message = text::sentence(failure);
                Some(("failure", message, text::failed(ran, failure)))
            }
            End::Skipped(at, why) => {
                let (line, _) = at.line_and_column();
                let message = format!("line {line}: {why}");
                Some(("skipped", message, String::new()))
            }
            End::Unreachable(why) => Some(("error", why.clone(), String::new())),
        };
        let case = Case {
            name: ran.title.clone(),
            line: ran.at.line_and_column().0,
            took: ran.took,
            ended,
            remarks: ran.played.remarks.clone(),
        };
        let known = self.0.iter().position(|suite| suite.file == ran.file);
        let at = known.unwrap_or_else(|| {
            self.0.push(Suite {
                file: ran.file.clone(),
                tally: Tally::default(),
                took: Duration::ZERO,
                cases: Vec::new(),
            });
            self.0.len() - 1
        });
        if let Some(suite) = self.0.get_mut(at) {
            suite.tally.add(&ran.played);
            suite.took += ran.took;
            suite.cases.push(case);
        }
    }

    fn whole(&self) -> Result<Vec<u8>> {
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
        let declaration = BytesDecl::new("1.0", Some("UTF-8"), None);
        writer.write_event(Event::Decl(declaration))?;
        let of = |count: fn(&Tally) -> usize| self.0.iter().map(|it| count(&it.tally)).sum();
        let took = self.0.iter().map(|suite| suite.took).sum();
        writer
            .create_element("testsuites")
            .with_attribute(("name", "poolhouse replay"))
            .with_attribute((
                "tests",
                &*number(self.0.iter().map(|it| it.cases.len()).sum()),
            ))
            .with_attribute(("failures", &*number(of(|tally| tally.failed))))
            .with_attribute(("errors", &*number(of(|tally| tally.unreachable))))
            .with_attribute(("skipped", &*number(of(|tally| tally.skipped))))
            .with_attribute(("time", &*seconds(took)))
            .write_inner_content(|writer| {
                self.0.iter().try_for_each(|suite| suite.write(writer))
            })?;
        let mut whole = writer.into_inner();
        whole.push(b'\n');
        Ok(whole)
    }
}

impl Suite {
    fn write(&self, writer: &mut Writer<Vec<u8>>) -> Result<()> {
        let file = proper(&self.file);
        let Tally {
            failed,
            skipped,
            unreachable,
            ..
        } = self.tally;
        writer
            .create_element("testsuite")
            .with_attribute(("name", &*file))
            .with_attribute(("file", &*file))
            .with_attribute(("tests", &*number(self.cases.len())))
            .with_attribute(("failures", &*number(failed)))
            .with_attribute(("errors", &*number(unreachable)))
            .with_attribute(("skipped", &*number(skipped)))
            .with_attribute(("time", &*seconds(self.took)))
            .write_inner_content(|writer| {
                let mut cases = self.cases.iter();
                cases.try_for_each(|case| case.write(&file, writer))
            })?;
        Ok(())
    }
}

impl Case {
    fn write(&self, file: &str, writer: &mut Writer<Vec<u8>>) -> Result<()> {
        let element = writer
            .create_element("testcase")
            .with_attribute(("name", &*proper(&self.name)))
            .with_attribute(("classname", file))
            .with_attribute(("file", file))
            .with_attribute(("line", &*number(self.line)))
            .with_attribute(("time", &*seconds(self.took)));
        if self.ended.is_none() && self.remarks.is_empty() {
            element.write_empty()?;
            return Ok(());
        }
        element.write_inner_content(|writer| {
            if let Some((name, message, text)) = &self.ended {
                let element = writer
                    .create_element(*name)
                    .with_attribute(("message", &*proper(message)));
                match text.as_str() {
                    "" => element.write_empty()?,
                    text => element.write_text_content(BytesText::new(&proper(text)))?,
                };
            }
            if !self.remarks.is_empty() {
                let text = proper(&self.remarks.join("\n"));
                writer
                    .create_element("system-out")
                    .write_text_content(BytesText::new(&text))?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

fn number(number: usize) -> String {
    number.to_string()
}

fn seconds(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64())
}

/// A text without the characters that XML has no way to write (XML 1.0, 2.2).
fn proper(text: &str) -> String {
    let is_char = |char: char| matches!(char, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars()
        .map(|char| if is_char(char) { char } else { '\u{fffd}' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_write_is_replaced() {
        assert_eq!(
            proper("a\u{0}b\u{b}\tc\u{fffe}\u{1f600}\n"),
            "a\u{fffd}b\u{fffd}\tc\u{fffd}\u{1f600}\n"
        );
    }
}
