//! What is told of a replay: text as it goes on, and reports that are written when all has been played.

mod github;
mod json;
mod junit;
mod text;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

pub(crate) use self::text::Text;

use super::place::Place;
use super::replay::Ran;
use crate::cli::{ReportArgument, ReportKind};

/// A text as a terminal may get it: characters that control it, or turn its lines around, are shown as others.
fn visible(text: &str) -> String {
    let shown = |it: char| match it {
        '\n' | '\t' => it,
        '\0'..='\x1f' => {
            char::from_u32(0x2400 + u32::from(it)).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        '\x7f' => '\u{2421}',
        '\u{80}'..='\u{9f}'
        | '\u{61c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' => char::REPLACEMENT_CHARACTER,
        _ => it,
    };
    text.chars().map(shown).collect()
}

/// Somebody who is told how each run ended, in their order.
pub(crate) trait Report: Send {
    /// A run has ended.
    fn ran(&mut self, ran: &Ran, out: &mut dyn Write) -> io::Result<()>;

    /// All runs have ended.
    fn end(&mut self, out: &mut dyn Write) -> io::Result<()>;
}

/// A report that is written as a whole.
trait Whole: Send {
    /// Notes a run that has ended, in their order.
    fn note(&mut self, ran: &Ran);

    /// The report of all that was noted.
    fn whole(&self) -> io::Result<Vec<u8>>;
}

/// The reports that were asked for, each with the place where it goes.
#[derive(Default)]
pub(crate) struct Reports(Vec<(Box<dyn Whole>, Place)>);

impl Reports {
    /// Takes the places of all of them, so that one that cannot be written is known before anything plays, and none
    /// that is one of the files which are played.
    ///
    /// # Errors
    /// The file that cannot be written, and why.
    pub(crate) fn open(asked: &[ReportArgument], played: &BTreeSet<&str>) -> Result<Self, String> {
        let mut opened: Vec<(Box<dyn Whole>, Place)> = Vec::new();
        for argument in asked {
            let place = Place::take(argument.file.as_deref()).map_err(|error| {
                let file = argument.file.as_deref().unwrap_or(Path::new("-"));
                format!(
                    "{}: no report can be written there: {error}",
                    file.display()
                )
            })?;
            if place.is_among(played.iter().map(Path::new)) {
                return Err(format!(
                    "{place}: this file is played, and a report would take its place; give another"
                ));
            }
            if opened.iter().any(|(_, other)| place.is_that_of(other)) {
                return Err(format!("{place}: two reports go there; give each a file"));
            }
            let report: Box<dyn Whole> = match argument.kind {
                ReportKind::Junit => Box::new(junit::Junit::default()),
                ReportKind::Json => Box::new(json::Json::default()),
                ReportKind::Github => Box::new(github::Github::default()),
            };
            opened.push((report, place));
        }
        Ok(Self(opened))
    }

    /// A run has ended.
    pub(crate) fn ran(&mut self, ran: &Ran) {
        self.0.iter_mut().for_each(|(report, _)| report.note(ran));
    }

    /// All runs have ended: writes the reports, and gives what could not be written, and why.
    pub(crate) fn end(&mut self, out: &mut dyn Write) -> Vec<String> {
        let mut unwritten = Vec::new();
        for (report, mut place) in self.0.drain(..) {
            let name = place.to_string();
            let written = report
                .whole()
                .and_then(|whole| place.write(&whole, out))
                .and_then(|()| place.show());
            if let Err(error) = written {
                unwritten.push(format!("{name}: the report could not be written: {error}"));
            }
        }
        unwritten
    }
}
