//! What an answer must be: values, and matchers in the place of values.

mod compare;
mod difference;
mod form;
mod literal;
mod matcher;
mod order;
mod pairs;
mod partners;
mod read;

use std::fmt;

use serde_json::Value;

use super::evaluation::Evaluation;
use super::source::{At, Fault, Key, Node};
use super::template::{Template, Unresolved, Used};
use form::Form;
pub(crate) use form::names as forms;
use matcher::Pattern;
pub(crate) use matcher::{MATCHERS, Matcher, Of, Takes};

pub(crate) use difference::Difference;
pub(crate) use pairs::to_pairs;

/// What a value must be.
#[derive(Clone)]
pub(crate) struct Expectation {
    pub(crate) at: At,
    pub(crate) kind: Kind,
}

/// The forms of an expectation.
#[derive(Clone)]
pub(crate) enum Kind {
    /// The value itself: a scalar, or what an expression comes to. One expression that begins with `row` is
    /// read as an expectation once it is known, so that rows of a table can hold matchers.
    Value(Template),
    /// A text such as `<any>`.
    Form(Form),
    /// A map: these members, and at [`Depth::Exact`] no others.
    Members(Vec<(Key, Expectation)>),
    /// A list of so many items, in this order.
    Items(Vec<Expectation>),
    /// A map of `$` matchers, all of which must fit; at least one.
    Matchers(Vec<Matching>),
}

/// A matcher, and its key.
#[derive(Clone)]
pub(crate) struct Matching {
    pub(crate) key: Key,
    pub(crate) matcher: Matcher,
}

/// Whether maps may have more members than are expected of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// They may, at every depth: `expect`.
    Contained,
    /// They may not, at any: `exactly`.
    Exact,
}

/// Shows where it stands, not what: it may hold passwords.
impl fmt::Debug for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expectation({:?})", self.at.span)
    }
}

impl Expectation {
    /// Reads an expectation of a file.
    ///
    /// # Errors
    /// Everything that could match nothing, or is no matcher, and what [`Template::read`] refuses.
    pub(crate) fn read(node: &Node) -> Result<Self, Vec<Fault>> {
        read::read(node)
    }

    /// Every name that it uses.
    pub(crate) fn names(&self) -> Vec<Used<'_>> {
        let mut used = Vec::new();
        self.each_template(&mut |template| used.extend(template.names()));
        used
    }

    /// Where `got`, all of which may be a secret, is something else, in the order of the file; empty if it fits.
    ///
    /// # Errors
    /// An expression in it that cannot be evaluated.
    pub(crate) fn differences(
        &self,
        got: &Value,
        evaluation: &mut Evaluation<'_>,
        depth: Depth,
        secret: bool,
    ) -> Result<Vec<Difference>, Unresolved> {
        compare::differences(self, got, evaluation, depth, secret)
    }

    fn each_template<'e>(&'e self, visit: &mut impl FnMut(&'e Template)) {
        match &self.kind {
            Kind::Value(template) => visit(template),
            Kind::Form(_) => {}
            Kind::Members(members) => {
                for (_, value) in members {
                    value.each_template(visit);
                }
            }
            Kind::Items(items) => items.iter().for_each(|item| item.each_template(visit)),
            Kind::Matchers(matchers) => {
                for matching in matchers {
                    match &matching.matcher {
                        Matcher::Regex(Pattern::Made(..)) => {}
                        Matcher::Regex(Pattern::Evaluated(template))
                        | Matcher::StartsWith(template)
                        | Matcher::Equals(template)
                        | Matcher::Compare(_, template) => visit(template),
                        Matcher::Contains(inner)
                        | Matcher::Not(inner)
                        | Matcher::Length(inner)
                        | Matcher::Each(inner)
                        | Matcher::Claims(inner) => inner.each_template(visit),
                        Matcher::OneOf(items) | Matcher::Unordered(items) => {
                            items.iter().for_each(|item| item.each_template(visit));
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
