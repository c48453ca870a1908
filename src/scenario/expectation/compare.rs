//! An expectation held against what came.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::form::Form;
use super::matcher::{self, Matcher, Pattern};
use super::order::{compares, length, same};
use super::pairs::from_pairs;
use super::partners::without_partner;
use super::{Depth, Difference, Expectation, Kind, Matching, read};
use crate::model::secret_names::is_secret;
use crate::scenario::evaluation::Evaluation;
use crate::scenario::expression::Step;
use crate::scenario::functions;
use crate::scenario::source::{At, Fault};
use crate::scenario::template::{Template, Unresolved};

pub(super) fn differences(
    expectation: &Expectation,
    got: &Value,
    evaluation: &mut Evaluation<'_>,
    depth: Depth,
    secret: bool,
) -> Result<Vec<Difference>, Unresolved> {
    let mut comparison = Comparison {
        evaluation,
        found: Vec::new(),
        trials: 0,
        fixed: 0,
    };
    comparison.fits(expectation, Some(got), &Way::Whole { secret }, depth)?;
    let found = comparison.found;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let veil = &mut evaluation.play.veil;
    for found in found.iter().filter(|found| found.secret) {
        found
            .expected
            .iter()
            .for_each(|value| veil.learn_all(value));
    }
    let cover = veil.cover(got);
    let strict = veil.strict(got);
    let shown = |found: Found| Difference {
        at: found.at,
        path: cover.text(&found.path),
        expected: found
            .expected
            .map(|value| cover.shown(&value, found.secret)),
        got: found.got.map(|value| cover.shown(&value, found.secret)),
        note: found.note,
        update: found
            .update
            .filter(|value| strict.spares(value, found.secret)),
    };
    Ok(found.into_iter().map(shown).collect())
}

/// The way to a value, from the whole of an answer.
enum Way<'w> {
    Whole {
        /// Whether all of it is a secret.
        secret: bool,
    },
    Member(&'w Way<'w>, &'w str),
    Item(&'w Way<'w>, usize),
    /// What a matcher makes of a value, as the claims of a JWT.
    Of(&'w Way<'w>, &'w str),
}

impl Way<'_> {
    fn path(&self) -> String {
        let mut path = String::new();
        self.write(&mut path);
        path.strip_prefix('.').map(str::to_owned).unwrap_or(path)
    }

    fn write(&self, path: &mut String) {
        // Writing to a text does not fail.
        let _ = match self {
            Self::Whole { .. } => Ok(()),
            Self::Member(of, name) => {
                of.write(path);
                write!(path, "{}", Step::Member((*name).into()))
            }
            Self::Item(of, item) => {
                of.write(path);
                write!(path, "[{item}]")
            }
            Self::Of(of, matcher) => {
                of.write(path);
                write!(path, ".{matcher}")
            }
        };
    }

    fn is_member(&self) -> bool {
        matches!(self, Self::Member(..))
    }

    fn is_secret(&self) -> bool {
        match self {
            Self::Whole { secret } => *secret,
            Self::Member(of, name) => is_secret(name) || of.is_secret(),
            Self::Item(of, _) => of.is_secret(),
            // A length or a claim is no secret, though the token is.
            Self::Of(..) => false,
        }
    }
}

/// A difference as it is, before anything is hidden.
struct Found {
    at: At,
    path: String,
    secret: bool,
    expected: Option<Value>,
    got: Option<Value>,
    note: Option<String>,
    update: Option<Value>,
}

struct Comparison<'c, 'r> {
    evaluation: &'c mut Evaluation<'r>,
    found: Vec<Found>,
    /// How many matchers are trying whether something fits, of which nothing is noted.
    trials: usize,
    /// How many matchers and rows of a table, which stay as they are written, are around what is compared.
    fixed: usize,
}

impl Comparison<'_, '_> {
    fn fits(
        &mut self,
        expected: &Expectation,
        got: Option<&Value>,
        way: &Way<'_>,
        depth: Depth,
    ) -> Result<bool, Unresolved> {
        match &expected.kind {
            Kind::Value(template) => match template.literal() {
                Some(value) if got.is_some_and(|got| same(value, got)) => Ok(true),
                Some(_) => self.differs(expected, got, way, None),
                None => self.fits_evaluated(expected, template, got, way, depth),
            },
            Kind::Form(form) if form.fits(got) => Ok(true),
            Kind::Form(_) => self.differs(expected, got, way, None),
            Kind::Members(members) => {
                let converted;
                let given = match got {
                    Some(Value::Object(given)) => given,
                    Some(Value::Array(list)) => match from_pairs(list) {
                        Some(map) => {
                            converted = map;
                            &converted
                        }
                        None => return self.differs(expected, got, way, None),
                    },
                    _ => return self.differs(expected, got, way, None),
                };
                let mut fit = true;
                for (key, value) in members {
                    let way = Way::Member(way, &key.name);
                    fit &= self.fits(value, given.get(&*key.name), &way, depth)?;
                }
                if depth == Depth::Exact {
                    let named = |name: &str| members.iter().any(|(key, _)| *key.name == *name);
                    fit &= self.has_no_others(&expected.at, given, named, way);
                }
                Ok(fit)
            }
            Kind::Items(items) => {
                let Some(Value::Array(given)) = got else {
                    return self.differs(expected, got, way, None);
                };
                if given.len() != items.len() {
                    let note = format!("{} expected, {} came", count(items.len()), given.len());
                    return self.differs(expected, got, way, Some(note));
                }
                let mut fit = true;
                for (at, (item, given)) in items.iter().zip(given).enumerate() {
                    fit &= self.fits(item, Some(given), &Way::Item(way, at), depth)?;
                }
                Ok(fit)
            }
            Kind::Matchers(matchers) => {
                let mut fit = true;
                for matching in matchers {
                    fit &= self.matches(expected, matching, got, way, depth)?;
                }
                Ok(fit)
            }
        }
    }

    /// Holds what an expression comes to; that of a row may hold matchers.
    fn fits_evaluated(
        &mut self,
        expected: &Expectation,
        template: &Template,
        got: Option<&Value>,
        way: &Way<'_>,
        depth: Depth,
    ) -> Result<bool, Unresolved> {
        let value = template.evaluate(self.evaluation)?;
        if template.is_of_row() {
            let of_row = read::of_row(&value, &expected.at);
            let of_row = of_row.map_err(|faults| first(faults, &expected.at))?;
            return self.keeping(|this| this.fits(&of_row, got, way, depth));
        }
        Ok(self.is(&expected.at, &value, got, way, depth))
    }

    /// Holds a value that has no matchers.
    fn is(
        &mut self,
        at: &At,
        expected: &Value,
        got: Option<&Value>,
        way: &Way<'_>,
        depth: Depth,
    ) -> bool {
        match (expected, got) {
            (Value::Object(members), Some(Value::Object(given))) => {
                let mut fit = true;
                for (name, value) in members {
                    fit &= self.is(at, value, given.get(name), &Way::Member(way, name), depth);
                }
                if depth == Depth::Exact {
                    fit &= self.has_no_others(at, given, |name| members.contains_key(name), way);
                }
                fit
            }
            (Value::Object(_), Some(Value::Array(list))) if let Some(map) = from_pairs(list) => {
                self.is(at, expected, Some(&Value::Object(map)), way, depth)
            }
            (Value::Array(items), Some(Value::Array(given))) if items.len() == given.len() => {
                let mut fit = true;
                for (item, (value, given)) in items.iter().zip(given).enumerate() {
                    fit &= self.is(at, value, Some(given), &Way::Item(way, item), depth);
                }
                fit
            }
            (_, Some(got)) if same(expected, got) => true,
            (_, got) => {
                self.note(at, way, Some(expected.clone()), got, None, None);
                false
            }
        }
    }

    /// Whether a map has no other members than are named.
    fn has_no_others(
        &mut self,
        at: &At,
        given: &Map<String, Value>,
        named: impl Fn(&str) -> bool,
        way: &Way<'_>,
    ) -> bool {
        let mut none = true;
        for (name, value) in given.iter().filter(|(name, _)| !named(name)) {
            none = false;
            self.note(at, &Way::Member(way, name), None, Some(value), None, None);
        }
        none
    }

    fn matches(
        &mut self,
        expected: &Expectation,
        matching: &Matching,
        got: Option<&Value>,
        way: &Way<'_>,
        depth: Depth,
    ) -> Result<bool, Unresolved> {
        let key = &*matching.key.name;
        let mut note = None;
        let fits = match &matching.matcher {
            Matcher::Regex(Pattern::Made(_, regex)) => got
                .and_then(Value::as_str)
                .is_some_and(|text| regex.is_match(text)),
            Matcher::Regex(Pattern::Evaluated(template)) => {
                let pattern = self.text_of(template, key)?;
                let regex = matcher::whole(&pattern).map_err(|text| fault(&template.at, text))?;
                got.and_then(Value::as_str)
                    .is_some_and(|text| regex.is_match(text))
            }
            Matcher::StartsWith(template) => {
                let start = self.text_of(template, key)?;
                got.and_then(Value::as_str)
                    .is_some_and(|text| text.starts_with(&start))
            }
            Matcher::Contains(inner) => self.contains(inner, got)?,
            Matcher::OneOf(choices) => self.trying(|this| {
                for choice in choices {
                    if this.fits(choice, got, way, depth)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            })?,
            // What is not there is nothing at all: `$not` alone would let a missing member pass.
            Matcher::Not(inner) => {
                got.is_some() && !self.trying(|this| this.fits(inner, got, way, depth))?
            }
            Matcher::Equals(template) => {
                let value = template.evaluate(self.evaluation)?;
                self.trying(|this| Ok(this.is(&template.at, &value, got, way, Depth::Exact)))?
            }
            Matcher::Compare(bound, template) => {
                let value = template.evaluate(self.evaluation)?;
                compares(*bound, &value, got).map_err(|text| fault(&template.at, text))?
            }
            Matcher::Length(inner) => match got.and_then(length) {
                Some(length) => {
                    let length = Value::from(length);
                    let way = Way::Of(way, key);
                    return self.keeping(|this| this.fits(inner, Some(&length), &way, depth));
                }
                None => {
                    note = Some("only texts, lists and maps have a length".to_owned());
                    false
                }
            },
            Matcher::Unordered(items) => match self.unordered(items, got, way, depth)? {
                Ok(()) => true,
                Err(why) => {
                    note = Some(why);
                    false
                }
            },
            Matcher::Each(inner) => match got {
                Some(Value::Array(given)) => {
                    let mut fit = true;
                    for (at, given) in given.iter().enumerate() {
                        let way = Way::Item(way, at);
                        fit &= self.keeping(|this| this.fits(inner, Some(given), &way, depth))?;
                    }
                    return Ok(fit);
                }
                _ => false,
            },
            Matcher::Claims(inner) => match got.and_then(Value::as_str) {
                Some(text) => match functions::jwt_part(text, 1) {
                    Ok(claims) => {
                        let claims = Value::Object(claims);
                        let way = Way::Of(way, key);
                        return self.fits(inner, Some(&claims), &way, Depth::Contained);
                    }
                    Err(why) => {
                        note = Some(why);
                        false
                    }
                },
                None => false,
            },
        };
        if fits {
            return Ok(true);
        }
        if self.trials == 0 {
            let shown = Map::from_iter([(key.to_owned(), self.shown_matcher(&matching.matcher)?)]);
            let at = if expected.is_lone() {
                &expected.at
            } else {
                &matching.key.at
            };
            self.note(at, way, Some(Value::Object(shown)), got, note, None);
        }
        Ok(false)
    }

    /// Whether a text has a text in it, or a list an entry that contains what is expected.
    fn contains(&mut self, inner: &Expectation, got: Option<&Value>) -> Result<bool, Unresolved> {
        match got {
            Some(Value::String(text)) => {
                let Kind::Value(template) = &inner.kind else {
                    return Ok(false);
                };
                let part = template.evaluate(self.evaluation)?;
                if part.as_str() == Some("") {
                    let text = "this comes to the empty text, which every text has in it";
                    return Err(fault(&template.at, text));
                }
                Ok(part.as_str().is_some_and(|part| text.contains(part)))
            }
            Some(Value::Array(given)) => self.trying(|this| {
                for entry in given {
                    if this.fits(
                        inner,
                        Some(entry),
                        &Way::Whole { secret: false },
                        Depth::Contained,
                    )? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }),
            _ => Ok(false),
        }
    }

    /// Whether each item finds an entry of its own; else why not.
    fn unordered(
        &mut self,
        items: &[Expectation],
        got: Option<&Value>,
        way: &Way<'_>,
        depth: Depth,
    ) -> Result<Result<(), String>, Unresolved> {
        let Some(Value::Array(given)) = got else {
            return Ok(Err("only a list has entries".to_owned()));
        };
        if given.len() != items.len() {
            let note = format!("{} expected, {} came", count(items.len()), given.len());
            return Ok(Err(note));
        }
        let fitting = self.trying(|this| {
            let mut rows = Vec::with_capacity(items.len());
            for item in items {
                let mut row = Vec::new();
                for (at, entry) in given.iter().enumerate() {
                    if this.fits(item, Some(entry), way, depth)? {
                        row.push(at);
                    }
                }
                rows.push(row);
            }
            Ok(rows)
        })?;
        Ok(match without_partner(&fitting, given.len()) {
            None => Ok(()),
            Some(item) if fitting[item].is_empty() => {
                Err(format!("no entry fits item {item} of the expected list"))
            }
            Some(item) => Err(format!(
                "each entry that fits item {item} of the expected list is needed for another item"
            )),
        })
    }

    fn trying<T>(
        &mut self,
        run: impl FnOnce(&mut Self) -> Result<T, Unresolved>,
    ) -> Result<T, Unresolved> {
        self.trials += 1;
        let done = run(self);
        self.trials -= 1;
        done
    }

    /// Does what is not to be written otherwise.
    fn keeping<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        self.fixed += 1;
        let done = run(self);
        self.fixed -= 1;
        done
    }

    fn text_of(&mut self, template: &Template, key: &str) -> Result<String, Unresolved> {
        match template.evaluate(self.evaluation)? {
            Value::String(text) if !text.is_empty() => Ok(text),
            Value::String(_) => Err(fault(
                &template.at,
                format!("this comes to the empty text, and {key} of it says nothing"),
            )),
            other => {
                let kind = functions::kind(&other);
                Err(fault(
                    &template.at,
                    format!("{key} takes a text, and this comes to {kind}"),
                ))
            }
        }
    }

    fn differs(
        &mut self,
        expected: &Expectation,
        got: Option<&Value>,
        way: &Way<'_>,
        note: Option<String>,
    ) -> Result<bool, Unresolved> {
        if self.trials == 0 {
            let shown = self.shown(expected)?;
            let update = match got {
                _ if self.fixed > 0 || !expected.is_literal() => None,
                Some(got) => Some(read::as_written(got)),
                None => way.is_member().then(|| Form::Absent.name().into()),
            };
            self.note(&expected.at, way, Some(shown), got, note, update);
        }
        Ok(false)
    }

    fn note(
        &mut self,
        at: &At,
        way: &Way<'_>,
        expected: Option<Value>,
        got: Option<&Value>,
        note: Option<String>,
        update: Option<Value>,
    ) {
        if self.trials > 0 {
            return;
        }
        self.found.push(Found {
            at: at.clone(),
            path: way.path(),
            secret: way.is_secret(),
            expected,
            got: got.cloned(),
            note,
            update,
        });
    }

    /// The expectation as a value: its expressions evaluated, its matchers as they are written.
    fn shown(&mut self, expected: &Expectation) -> Result<Value, Unresolved> {
        Ok(match &expected.kind {
            Kind::Value(template) => template.evaluate(self.evaluation)?,
            Kind::Form(form) => form.name().into(),
            Kind::Members(members) => {
                let shown = members
                    .iter()
                    .map(|(key, value)| Ok((key.name.to_string(), self.shown(value)?)));
                Value::Object(shown.collect::<Result<_, _>>()?)
            }
            Kind::Items(items) => self.shown_items(items)?,
            Kind::Matchers(matchers) => {
                let shown = matchers.iter().map(|matching| {
                    let name = matching.key.name.to_string();
                    Ok((name, self.shown_matcher(&matching.matcher)?))
                });
                Value::Object(shown.collect::<Result<_, _>>()?)
            }
        })
    }

    fn shown_items(&mut self, items: &[Expectation]) -> Result<Value, Unresolved> {
        let shown = items.iter().map(|item| self.shown(item));
        shown.collect::<Result<_, _>>().map(Value::Array)
    }

    fn shown_matcher(&mut self, matcher: &Matcher) -> Result<Value, Unresolved> {
        match matcher {
            Matcher::Regex(Pattern::Made(written, _)) => Ok(Value::from(&**written)),
            Matcher::Regex(Pattern::Evaluated(template))
            | Matcher::StartsWith(template)
            | Matcher::Equals(template)
            | Matcher::Compare(_, template) => template.evaluate(self.evaluation),
            Matcher::Contains(inner)
            | Matcher::Not(inner)
            | Matcher::Length(inner)
            | Matcher::Each(inner)
            | Matcher::Claims(inner) => self.shown(inner),
            Matcher::OneOf(items) | Matcher::Unordered(items) => self.shown_items(items),
        }
    }
}

fn fault(at: &At, text: impl Into<String>) -> Fault {
    Fault {
        at: at.clone(),
        text: text.into(),
    }
}

fn first(faults: Vec<Fault>, at: &At) -> Fault {
    let found = faults.into_iter().next();
    found.unwrap_or_else(|| fault(at, "the row holds no expectation"))
}

fn count(items: usize) -> String {
    format!("{items} {}", if items == 1 { "item" } else { "items" })
}
