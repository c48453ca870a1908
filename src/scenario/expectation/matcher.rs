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

/// A matcher as files write it.
pub(crate) struct MatcherSpec {
    /// Its key.
    pub(crate) name: &'static str,
    pub(super) word: Word,
    pub(crate) takes: Takes,
    /// In the place of which values it may stand.
    pub(crate) of: &'static [Of],
}

/// Which matcher it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Regex,
    StartsWith,
    Contains,
    OneOf,
    Not,
    Equals,
    Bound(Bound),
    Length,
    Unordered,
    Each,
    Claims,
}

/// What a matcher takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// An expectation of what it stands for.
    Same,
    /// One of the items.
    Item,
    /// One for each item.
    Items,
    /// Several of what it stands for.
    Several,
    Text,
    /// A number or a time.
    Bound,
    /// A number, or what is expected of one.
    Length,
    Map,
}

/// What a matcher stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    Scalar,
    Map,
    List,
}

const ANY: &[Of] = &[Of::Scalar, Of::Map, Of::List];

const fn spec(name: &'static str, word: Word, takes: Takes, of: &'static [Of]) -> MatcherSpec {
    MatcherSpec {
        name,
        word,
        takes,
        of,
    }
}

/// Every matcher: one table, for whoever reads expectations and for the schemas.
pub(crate) const MATCHERS: [MatcherSpec; 14] = [
    spec("$regex", Word::Regex, Takes::Text, &[Of::Scalar]),
    spec("$startsWith", Word::StartsWith, Takes::Text, &[Of::Scalar]),
    spec(
        "$contains",
        Word::Contains,
        Takes::Item,
        &[Of::Scalar, Of::List],
    ),
    spec("$oneOf", Word::OneOf, Takes::Several, ANY),
    spec("$not", Word::Not, Takes::Same, ANY),
    spec("$equals", Word::Equals, Takes::Same, ANY),
    spec("$gt", Word::Bound(Bound::Gt), Takes::Bound, &[Of::Scalar]),
    spec("$gte", Word::Bound(Bound::Gte), Takes::Bound, &[Of::Scalar]),
    spec("$lt", Word::Bound(Bound::Lt), Takes::Bound, &[Of::Scalar]),
    spec("$lte", Word::Bound(Bound::Lte), Takes::Bound, &[Of::Scalar]),
    spec("$length", Word::Length, Takes::Length, ANY),
    spec("$claims", Word::Claims, Takes::Map, &[Of::Scalar]),
    spec("$unordered", Word::Unordered, Takes::Items, &[Of::List]),
    spec("$each", Word::Each, Takes::Item, &[Of::List]),
];

/// The matcher of this key.
pub(super) fn named(key: &str) -> Option<&'static MatcherSpec> {
    MATCHERS.iter().find(|spec| spec.name == key)
}

/// The keys of all matchers, by the alphabet.
pub(super) fn names() -> Vec<&'static str> {
    let mut names = MATCHERS.map(|spec| spec.name);
    names.sort_unstable();
    names.to_vec()
}

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
