//! What of an expectation is written out: without expressions and matchers.

use super::{Expectation, Kind, Matcher};
use crate::scenario::source::At;

impl Expectation {
    /// Whether it is written out: without expressions and matchers.
    pub(super) fn is_literal(&self) -> bool {
        match &self.kind {
            Kind::Value(template) => template.literal().is_some(),
            Kind::Form(_) | Kind::Matchers(_) => false,
            Kind::Members(members) => members.iter().all(|(_, value)| value.is_literal()),
            Kind::Items(items) => items.iter().all(Self::is_literal),
        }
    }

    /// Where the values stand that are written out in it, outside of matchers that stay as they are.
    pub(crate) fn literals(&self, visit: &mut impl FnMut(&At)) {
        match &self.kind {
            Kind::Value(template) if template.literal().is_some() => visit(&self.at),
            Kind::Value(_) | Kind::Form(_) => {}
            Kind::Members(members) => members.iter().for_each(|(_, it)| it.literals(visit)),
            Kind::Items(items) => items.iter().for_each(|item| item.literals(visit)),
            Kind::Matchers(matchers) => {
                for matching in matchers {
                    if let Matcher::Claims(inner) = &matching.matcher {
                        inner.literals(visit);
                    }
                }
            }
        }
    }

    /// Whether it is one matcher alone.
    pub(super) fn is_lone(&self) -> bool {
        matches!(&self.kind, Kind::Matchers(matchers) if matchers.len() == 1)
    }
}
