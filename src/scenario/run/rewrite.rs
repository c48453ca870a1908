//! What `--update` is to write: literal values that differ, which then count as right.

use serde_json::Value;

use super::Player;
use crate::scenario::expectation::{Difference, Expectation};
use crate::scenario::source::At;

/// What a play found of the values that are written out in its files.
#[derive(Debug, Default)]
pub(crate) struct Rewriting {
    /// Those that differ.
    pub(crate) changes: Vec<Change>,
    /// Where those stand that fit.
    pub(crate) fitting: Vec<At>,
}

/// A value that is to be written otherwise.
#[derive(Clone)]
pub(crate) struct Change {
    pub(crate) at: At,
    /// As an expectation has it.
    pub(crate) value: Value,
}

/// Shows where it is, not what.
impl std::fmt::Debug for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Change({:?})", self.at.span)
    }
}

impl Player<'_> {
    /// Of differences those that are to fail the step: none, where the files are to be rewritten and all of
    /// them can be.
    pub(super) fn unwritten(
        &mut self,
        expectations: &[&Expectation],
        found: Vec<Difference>,
    ) -> Vec<Difference> {
        let Some(rewriting) = &mut self.rewriting else {
            return found;
        };
        let change = |difference: &Difference| {
            Some(Change {
                at: difference.at.clone(),
                value: difference.update()?.clone(),
            })
        };
        let Some(changes) = found.iter().map(change).collect::<Option<Vec<_>>>() else {
            return found;
        };
        let mut fits = |at: &At| {
            let is_within = |change: &Change| {
                change.at.source.name == at.source.name
                    && change.at.span.start <= at.span.start
                    && at.span.end <= change.at.span.end
            };
            if !changes.iter().any(is_within) {
                rewriting.fitting.push(at.clone());
            }
        };
        for expectation in expectations {
            expectation.literals(&mut fits);
        }
        rewriting.changes.extend(changes);
        Vec::new()
    }

    /// Whether the type of a refusal, which is written out, is to be rewritten as that which came.
    pub(super) fn rewrites(&mut self, at: &At, expected: &Value, got: &Value) -> bool {
        let Some(rewriting) = &mut self.rewriting else {
            return false;
        };
        if got == expected {
            rewriting.fitting.push(at.clone());
            return false;
        }
        let is_type = got.as_str().is_some_and(|kind| !kind.is_empty());
        if is_type {
            rewriting.changes.push(Change {
                at: at.clone(),
                value: got.clone(),
            });
        }
        is_type
    }
}
