//! Expectations of results, held against what a result can be.

use serde_json::Value;

use super::input::{described, unknown};
use crate::model::described::{Member, Shape, Type};
use crate::model::misspelled;
use crate::scenario::expectation::{Expectation, Kind, Matcher};
use crate::scenario::read::entry::Faults;
use crate::scenario::source::At;
use crate::scenario::template::Template;

/// Gathers what no result of this shape can fit.
pub(super) fn check(expected: &Expectation, of: &str, shape: &'static Shape, faults: &mut Faults) {
    Checker(faults).value(of, &Type::Structure(shape), expected);
}

/// The same of one member.
pub(super) fn check_member(expected: &Expectation, member: &Member, faults: &mut Faults) {
    Checker(faults).value(member.name, &member.value, expected);
}

struct Checker<'f>(&'f mut Faults);

impl Checker<'_> {
    fn value(&mut self, name: &str, wanted: &Type, expected: &Expectation) {
        match &expected.kind {
            Kind::Form(_) => {}
            Kind::Value(template) => self.literal(name, wanted, template),
            Kind::Members(members) => match wanted {
                Type::Structure(shape) => {
                    for (key, value) in members {
                        match shape.member(&key.name) {
                            Some(member) => self.value(member.name, &member.value, value),
                            None => self.0.add(&key.at, unknown(name, shape, &key.name)),
                        }
                    }
                }
                Type::Map(inner) => {
                    for (key, value) in members {
                        self.value(&key.name, inner, value);
                    }
                }
                _ if wanted.is_attribute_list() => {
                    for (key, value) in members {
                        self.value(&key.name, &Type::Text, value);
                    }
                }
                Type::Document => {}
                _ => self.wrong(name, wanted, &expected.at, "a map"),
            },
            Kind::Items(items) => match wanted {
                Type::List(inner) => items.iter().for_each(|item| self.value(name, inner, item)),
                Type::Document => {}
                _ => self.wrong(name, wanted, &expected.at, "a list"),
            },
            Kind::Matchers(matchers) => {
                for matching in matchers {
                    self.matcher(name, wanted, &matching.matcher);
                }
            }
        }
    }

    fn matcher(&mut self, name: &str, wanted: &Type, matcher: &Matcher) {
        match (matcher, wanted) {
            (Matcher::OneOf(choices), _) => {
                choices
                    .iter()
                    .for_each(|choice| self.value(name, wanted, choice));
            }
            (Matcher::Not(inner), _) => self.value(name, wanted, inner),
            (Matcher::Unordered(items), Type::List(inner)) => {
                items.iter().for_each(|item| self.value(name, inner, item));
            }
            (Matcher::Each(item), Type::List(inner)) => self.value(name, inner, item),
            (Matcher::Contains(item), Type::List(inner)) if !wanted.is_attribute_list() => {
                self.value(name, inner, item);
            }
            (Matcher::Equals(template), _) => self.literal(name, wanted, template),
            _ => {}
        }
    }

    /// What a literal says that such a value is never. Null is left to the play, which tells it well.
    fn literal(&mut self, name: &str, wanted: &Type, template: &Template) {
        let Some(value) = template.literal() else {
            return;
        };
        let at = &template.at;
        match (wanted, value) {
            (Type::Enum(known), Value::String(text)) if !known.contains(&text.as_str()) => {
                let hint = misspelled::hint(text, known.iter().copied());
                self.0.add(at, format!("{name} is never {text:?}; {hint}"));
            }
            (Type::Document, _)
            | (_, Value::Null)
            | (Type::Text | Type::Secret | Type::Blob | Type::Enum(_), Value::String(_))
            | (Type::Integer | Type::Long | Type::Timestamp, Value::Number(_))
            | (Type::Boolean, Value::Bool(_))
            | (Type::List(_), Value::Array(_))
            | (Type::Map(_) | Type::Structure(_), Value::Object(_)) => {}
            (_, Value::Object(_)) if wanted.is_attribute_list() => {}
            _ => self.wrong(name, wanted, at, crate::model::kind(value)),
        }
    }

    fn wrong(&mut self, name: &str, wanted: &Type, at: &At, got: &str) {
        let hint = match wanted {
            Type::Timestamp => "; write <time>, or {$gte: …} and the like",
            _ => "",
        };
        let wanted = described(wanted);
        self.0
            .add(at, format!("{name} is {wanted}, and never {got}{hint}"));
    }
}
