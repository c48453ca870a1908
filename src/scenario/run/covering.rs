//! What a play tells, with nothing in it of the secrets that the play has seen.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::{End, Failure};
use crate::scenario::expectation::Difference;
use crate::scenario::secrecy::{Cover, Veil};
use crate::scenario::source::{At, Source};

/// The end of a play, covered.
pub(super) fn end(end: End, veil: &Veil) -> End {
    match end {
        End::Passed => End::Passed,
        End::Failed(failure) => {
            let covering = &mut Covering::new(veil);
            End::Failed(Box::new(covering.failure(*failure)))
        }
        End::Skipped(at, text) => {
            let covering = &mut Covering::new(veil);
            let text = covering.cover.text(&text);
            End::Skipped(covering.at(&at), text)
        }
        End::Unreachable(text) => End::Unreachable(Covering::new(veil).cover.text(&text)),
    }
}

/// What is to be told besides, covered.
pub(super) fn remarks(remarks: Vec<String>, veil: &Veil) -> Vec<String> {
    if remarks.is_empty() {
        return remarks;
    }
    let cover = veil.cover(&Value::Null);
    remarks.iter().map(|remark| cover.text(remark)).collect()
}

struct Covering<'v> {
    cover: Cover<'v>,
    /// Files of which lines are shown, by their names.
    sources: BTreeMap<String, Arc<Source>>,
}

impl<'v> Covering<'v> {
    fn new(veil: &'v Veil) -> Self {
        Self {
            cover: veil.cover(&Value::Null),
            sources: BTreeMap::new(),
        }
    }

    fn failure(&mut self, failure: Failure) -> Failure {
        let told = |text: Option<String>| text.map(|text| self.cover.text(&text));
        Failure {
            text: self.cover.text(&failure.text),
            expected: told(failure.expected),
            got: told(failure.got),
            reason: told(failure.reason),
            note: told(failure.note),
            at: self.at(&failure.at),
            step: failure.step,
            action: failure.action,
            through: failure.through.iter().map(|at| self.at(at)).collect(),
            differences: failure
                .differences
                .into_iter()
                .map(|difference| self.difference(difference))
                .collect(),
            finally: failure
                .finally
                .into_iter()
                .map(|failure| self.failure(failure))
                .collect(),
        }
    }

    fn difference(&mut self, difference: Difference) -> Difference {
        let told = |text: Option<String>| text.map(|text| self.cover.text(&text));
        Difference {
            path: self.cover.text(&difference.path),
            expected: told(difference.expected),
            got: told(difference.got),
            note: told(difference.note),
            at: self.at(&difference.at),
            update: difference.update,
        }
    }

    /// The same place of a file whose lines have no secrets.
    fn at(&mut self, at: &At) -> At {
        let known = self.sources.get(&at.source.name).cloned();
        let source = known.unwrap_or_else(|| {
            let name = at.source.name.clone();
            let text = self.cover.lines(&at.source.text);
            let source = Arc::new(Source { name, text });
            let known = self.sources.entry(at.source.name.clone());
            Arc::clone(known.or_insert(source))
        });
        At {
            source,
            span: at.span.clone(),
        }
    }
}
