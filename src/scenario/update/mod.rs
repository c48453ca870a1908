//! `--update`: literal values of expectations are written as the answers have them.
//!
//! Each is written in its own place, so that all around it stays: comments, order, layout. What comes of it is read
//! again and must be the same tree but for those values; else the file stays as it is. All files are written beside
//! their places before the first of them is moved there.

mod layout;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use similar::TextDiff;

use super::place::Place;
use super::replay::Ran;
use super::run::{Change, End};
use super::source::{At, Fault, Source};

/// What stands before the text of some files.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What is to be written, gathered from all runs.
#[derive(Default)]
pub(super) struct Updating {
    /// By the names of the files.
    files: BTreeMap<String, OfFile>,
    /// Files of scenarios that failed all the same.
    failed: BTreeSet<String>,
}

/// What is to be written in one file.
struct OfFile {
    source: Arc<Source>,
    changes: Vec<Change>,
    /// Where values stand that fit.
    fitting: BTreeSet<(usize, usize)>,
    /// Whether there were others, of runs that failed.
    is_held_back: bool,
}

/// A file as it is to be.
struct Rewritten {
    source: Arc<Source>,
    text: String,
    /// How many values are others.
    count: usize,
}

impl Updating {
    /// Notes what a run found. One that failed, or ended before its end, changes nothing, though what fits it must
    /// go on to fit.
    pub(super) fn note(&mut self, ran: &Ran) {
        let rewriting = &ran.played.rewriting;
        for at in &rewriting.fitting {
            let span = (at.span.start, at.span.end);
            self.of(at).fitting.insert(span);
        }
        match &ran.played.end {
            End::Passed => {
                for change in &rewriting.changes {
                    self.of(&change.at).changes.push(change.clone());
                }
            }
            End::Failed(_) => {
                for change in &rewriting.changes {
                    self.of(&change.at).is_held_back = true;
                }
                let files = rewriting.changes.iter();
                let files = files.map(|change| change.at.source.name.clone());
                self.failed.extend(files.chain([ran.file.clone()]));
            }
            End::Skipped(..) | End::Unreachable(_) => {}
        }
    }

    fn of(&mut self, at: &At) -> &mut OfFile {
        let file = self.files.entry(at.source.name.clone());
        file.or_insert_with(|| OfFile {
            source: Arc::clone(&at.source),
            changes: Vec::new(),
            fitting: BTreeSet::new(),
            is_held_back: false,
        })
    }

    /// Writes the files, and shows what is other in them. Whether all could be written that was to be.
    pub(super) fn end(self, out: &mut dyn Write) -> bool {
        let mut rewritten = Vec::new();
        let mut faults = Vec::new();
        for (name, file) in self.files {
            if self.failed.contains(&name) {
                if file.is_held_back || !file.changes.is_empty() {
                    let why = "it stays as it is: a scenario of it fails all the same";
                    faults.push(format!("{name}: {why}"));
                }
                continue;
            }
            match file.rewritten() {
                Ok(Some(file)) => rewritten.push(file),
                Ok(None) => {}
                Err(fault) => faults.push(format!("{fault}; the file stays as it is")),
            }
        }
        // Who reads it may have gone.
        let _ = tell(&rewritten, out);
        if let Err(fault) = write(&rewritten) {
            faults.push(fault);
            rewritten.clear();
        }
        for fault in &faults {
            let _ = writeln!(out, "poolhouse: {fault}");
        }
        let count: usize = rewritten.iter().map(|file| file.count).sum();
        let values = if count == 1 { "value" } else { "values" };
        let files = match rewritten.len() {
            1 => "1 file".to_owned(),
            files => format!("{files} files"),
        };
        let _ = writeln!(out, "{count} {values} rewritten in {files}");
        faults.is_empty()
    }
}

/// Shows what is other.
fn tell(files: &[Rewritten], out: &mut dyn Write) -> std::io::Result<()> {
    for Rewritten { source, text, .. } in files {
        let diff = TextDiff::from_lines(source.text.as_str(), text.as_str());
        let mut shown = diff.unified_diff();
        let shown = shown.header(&source.name, &source.name);
        writeln!(out, "\n{shown}")?;
    }
    Ok(())
}

/// Writes all files, or none.
fn write(files: &[Rewritten]) -> Result<(), String> {
    let mut places = Vec::new();
    for Rewritten { source, text, .. } in files {
        let path = Path::new(&source.name);
        let said = |error: std::io::Error| {
            format!(
                "{}: it cannot be written: {error}; nothing was",
                source.name
            )
        };
        let there = fs::read_to_string(path).map_err(said)?;
        let (mark, there) = match there.strip_prefix(BYTE_ORDER_MARK) {
            Some(there) => (BYTE_ORDER_MARK, there),
            None => ("", there.as_str()),
        };
        if there != source.text {
            let text = "it was changed while it was played; nothing was written";
            return Err(format!("{}: {text}", source.name));
        }
        let mut place = Place::take(Some(path)).map_err(said)?;
        let whole = [mark, text].concat();
        let written = place.write(whole.as_bytes(), &mut std::io::sink());
        written.map_err(said)?;
        places.push((place, &source.name));
    }
    for (place, name) in places {
        place
            .show()
            .map_err(|error| format!("{name}: it cannot be written: {error}"))?;
    }
    Ok(())
}

impl OfFile {
    /// The file as it is to be; none where nothing is to be written.
    fn rewritten(self) -> Result<Option<Rewritten>, Fault> {
        let Self {
            source,
            mut changes,
            fitting,
            is_held_back: _,
        } = self;
        changes.sort_by_key(|change| (change.at.span.start, change.at.span.end));
        changes.dedup_by(|one, other| one.at.span == other.at.span && one.value == other.value);
        if changes.is_empty() {
            return Ok(None);
        }
        agree(&changes, &fitting)?;
        let values: Vec<(Range<usize>, Value)> = changes
            .iter()
            .map(|change| (change.at.span.clone(), change.value.clone()))
            .collect();
        let before = tree::read(&source.name, &source.text).map_err(|text| Fault {
            at: changes[0].at.clone(),
            text,
        })?;
        let mut text = source.text.clone();
        // From the end, so that places before it stay where they are.
        for change in changes.iter().rev() {
            let fault = |text: &str| Fault {
                at: change.at.clone(),
                text: text.to_owned(),
            };
            if !tree::is_expected_only(&before, &change.at.span) {
                return Err(fault(
                    "this value stands by an alias in other places than expectations, so it is not rewritten",
                ));
            }
            let written = layout::written(&source, &change.at.span, &change.value);
            let (span, written) = written.map_err(|why| fault(&why))?;
            text.replace_range(span, &written);
        }
        let after = tree::read(&source.name, &text).ok();
        if after.is_none_or(|after| !tree::is_rewritten(&before, &after, &values)) {
            return Err(Fault {
                at: changes[0].at.clone(),
                text: "what stands here cannot be rewritten in its place; write it by hand"
                    .to_owned(),
            });
        }
        Ok(Some(Rewritten {
            source,
            text,
            count: changes.len(),
        }))
    }
}

/// Whether no value is to be two things at once: of rows, repeats, requests at once and aliases all must fit.
fn agree(changes: &[Change], fitting: &BTreeSet<(usize, usize)>) -> Result<(), Fault> {
    for (at, change) in changes.iter().enumerate() {
        let span = &change.at.span;
        let overlaps = |start: usize, end: usize| {
            (start, end) == (span.start, span.end) || (start < span.end && span.start < end)
        };
        let next = changes.get(at + 1);
        let with_next = next.is_some_and(|next| overlaps(next.at.span.start, next.at.span.end));
        if with_next || fitting.iter().any(|(start, end)| overlaps(*start, *end)) {
            return Err(Fault {
                at: change.at.clone(),
                text: "this value is compared more than once (by rows, repeats, requests at once, aliases or \
                       those who include it), and the answers differ; give it by row, or a matcher"
                    .to_owned(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
