//! The matchers that a map of `$` keys holds.

use std::cmp::Ordering;

use regex::Regex;

use super::Expectation;
use crate::scenario::template::Template;

/// A matcher.
#[derive(Clone)]
pub(crate) enum Matcher {
    /// `$regex`: the whole text fits.
    Regex(Pattern),
    /// `$startsWith`.
    StartsWith(Template),
    /// `$contains`: a text has this text in it, a list an entry that contains this.
    Contains(Box<Expectation>),
    /// `$oneOf`.
    OneOf(Vec<Expectation>),
    /// `$not`.
    Not(Box<Expectation>),
    /// `$equals`: just this, without matchers.
    Equals(Template),
    /// `$gt`, `$gte`, `$lt`, `$lte`.
    Compare(Bound, Template),
    /// `$length`: the characters of a text, the entries of a list, the members of a map.
    Length(Box<Expectation>),
    /// `$unordered`.
    Unordered(Vec<Expectation>),
    /// `$each`.
    Each(Box<Expectation>),
    /// `$claims`: those of a JWT contain this.
    Claims(Box<Expectation>),
}

/// A regular expression.
#[derive(Clone)]
pub(crate) enum Pattern {
    /// As it is written, and for whole texts.
    Made(Box<str>, Regex),
    /// One with `${…}` in it.
    Evaluated(Template),
}

/// On which side of a bound a value must lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    Gt,
    Gte,
    Lt,
    Lte,
}

/// The keys of all matchers.
pub(super) const NAMES: [&str; 14] = [
    "$claims",
    "$contains",
    "$each",
    "$equals",
    "$gt",
    "$gte",
    "$length",
    "$lt",
    "$lte",
    "$not",
    "$oneOf",
    "$regex",
    "$startsWith",
    "$unordered",
];

impl Bound {
    /// Whether a value that compares so with the bound is on the right side.
    pub(super) fn holds(self, value: Ordering) -> bool {
        match self {
            Self::Gt => value.is_gt(),
            Self::Gte => value.is_ge(),
            Self::Lt => value.is_lt(),
            Self::Lte => value.is_le(),
        }
    }
}

/// The regular expression that whole texts must fit.
///
/// # Errors
/// What is wrong with it.
pub(super) fn whole(pattern: &str) -> Result<Regex, String> {
    let wrong = |error: regex::Error| format!("this is no regular expression: {error}");
    // Alone first, so that parentheses which do not match are not mended by those around it.
    Regex::new(pattern).map_err(wrong)?;
    // A comment of the extended mode would swallow the end, but for a new line.
    Regex::new(&format!(r"\A(?:{pattern})\z"))
        .or_else(|_| Regex::new(&format!("\\A(?:{pattern}\n)\\z")))
        .map_err(wrong)
}
