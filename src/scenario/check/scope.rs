//! The names that a step sees, and what is known of their values.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::input::described;
use crate::fixtures::named::Fixtures;
use crate::model::described::{Shape, Type};
use crate::model::misspelled;
use crate::scenario::expression::{self, Step};
use crate::scenario::functions;
use crate::scenario::source::{At, Key};
use crate::scenario::template::Used;

/// What is known of a value before anything plays.
#[derive(Clone)]
pub(super) enum Known<'p> {
    /// Nothing.
    Open,
    /// Its type.
    Typed(Type),
    /// The value.
    Value(&'p Value),
    /// Its members.
    Record(BTreeMap<&'p str, Known<'p>>),
}

/// Names that nobody gives only because what would give them is refused: nothing is said of them.
pub(super) type Lost = BTreeSet<Box<str>>;

/// The names of a scenario or of a part, as far as they are given.
pub(super) struct Scope<'p> {
    /// Those of the fixtures; without them, any are taken to be there.
    fixtures: Option<&'p Fixtures>,
    given: BTreeMap<&'p str, (Known<'p>, &'p At)>,
    row: Option<Known<'p>>,
    lost: &'p Lost,
    /// Whether the step is repeated.
    pub(super) is_repeated: bool,
}

/// What fixtures give.
const OF_FIXTURES: [&str; 5] = ["pool", "client", "pools", "clients", "users"];

impl<'p> Scope<'p> {
    pub(super) fn new(
        fixtures: Option<&'p Fixtures>,
        row: Option<Known<'p>>,
        lost: &'p Lost,
    ) -> Self {
        Self {
            fixtures,
            given: BTreeMap::new(),
            row,
            lost,
            is_repeated: false,
        }
    }

    /// Gives a name.
    ///
    /// # Errors
    /// Where it was given before.
    pub(super) fn give(&mut self, key: &'p Key, known: Known<'p>) -> Result<(), &'p At> {
        if let Some((_, first)) = self.given.get(&*key.name) {
            return Err(first);
        }
        self.given.insert(&key.name, (known, &key.at));
        Ok(())
    }

    /// Whether a use of a name comes to something, as far as that is known.
    ///
    /// # Errors
    /// Why it does not, and what would.
    pub(super) fn check(&self, used: &Used<'_>) -> Result<(), String> {
        let known = self.known(used.name)?;
        let mut way = used.name.to_owned();
        let mut known = known;
        for step in used.path {
            known = known.step(&way, step)?;
            way.push_str(&step.to_string());
        }
        match known.kind().filter(|_| used.is_inside) {
            Some(kind) => Err(format!(
                "{way} is {kind}, which cannot stand inside text; a text, a number or a boolean can"
            )),
            None => Ok(()),
        }
    }

    fn known(&self, name: &str) -> Result<Known<'p>, String> {
        if let Some((known, _)) = self.given.get(name) {
            return Ok(known.clone());
        }
        match name {
            "target" => return Ok(Known::Typed(Type::Text)),
            "i" if self.is_repeated => return Ok(Known::Typed(Type::Integer)),
            "row" => {
                if let Some(row) = &self.row {
                    return Ok(row.clone());
                }
            }
            _ if OF_FIXTURES.contains(&name) => return self.of_fixtures(name),
            _ if self.lost.contains(name) => return Ok(Known::Open),
            _ => {}
        }
        Err(match name {
            "i" => "there is no i here: it counts in steps that have repeat".to_owned(),
            "row" => "there is no row here: it stands for a row of a scenario's table".to_owned(),
            _ => format!("there is no {name} here; {}", self.hint(name)),
        })
    }

    fn hint(&self, name: &str) -> String {
        if functions::named(name).is_some() {
            return format!("the function is called as {name}(…)");
        }
        let row = self.row.as_ref().map(|_| "row");
        let i = self.is_repeated.then_some("i");
        let fixtures = OF_FIXTURES
            .into_iter()
            .filter(|name| self.of_fixtures(name).is_ok());
        let known = self
            .given
            .keys()
            .copied()
            .chain(row)
            .chain(i)
            .chain(fixtures);
        misspelled::hint(name, known.chain(["target"]))
    }

    fn of_fixtures(&self, name: &str) -> Result<Known<'p>, String> {
        let Some(fixtures) = self.fixtures else {
            return Ok(Known::Open);
        };
        let single = |single: &'p Option<Value>, all: &Value| {
            single.as_ref().map(Known::Value).ok_or_else(|| {
                let names = all.as_object();
                let names: Vec<&str> = names.into_iter().flat_map(|all| all.keys().map(String::as_str)).collect();
                match names.as_slice() {
                    [] => format!("there is no {name}: the fixtures have none with a name"),
                    [first, ..] => format!(
                        "there is no {name}, for the fixtures have more than one; write {}, or another of {}",
                        member(&format!("{name}s"), first),
                        names.join(", ")
                    ),
                }
            })
        };
        match name {
            "pool" => single(&fixtures.pool, &fixtures.pools),
            "client" => single(&fixtures.client, &fixtures.clients),
            "pools" => Ok(Known::Value(&fixtures.pools)),
            "clients" => Ok(Known::Value(&fixtures.clients)),
            _ => Ok(Known::Value(&fixtures.users)),
        }
    }
}

/// A member of a value, as an expression has it.
fn member(of: &str, name: &str) -> String {
    match expression::is_name(name) {
        true => format!("{of}.{name}"),
        false => format!("{of}['{name}']"),
    }
}

impl<'p> Known<'p> {
    /// A result of this shape.
    pub(super) fn shape(shape: &'static Shape) -> Self {
        Self::Typed(Type::Structure(shape))
    }

    /// What it is, where that cannot stand inside of a text.
    fn kind(&self) -> Option<&'static str> {
        match self {
            Self::Open | Self::Typed(Type::Document) => None,
            Self::Record(_) => Some("a map"),
            Self::Value(value) => match value {
                Value::Null | Value::Array(_) | Value::Object(_) => Some(functions::kind(value)),
                Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
            },
            Self::Typed(known @ (Type::List(_) | Type::Map(_) | Type::Structure(_))) => {
                Some(described(known))
            }
            Self::Typed(_) => None,
        }
    }

    fn step(self, way: &str, step: &Step) -> Result<Self, String> {
        match self {
            Self::Open => Ok(Self::Open),
            Self::Record(mut members) => match step {
                Step::Member(name) => {
                    let known = members.remove(&**name);
                    known.ok_or_else(|| lacks(way, name, members.into_keys()))
                }
                Step::Item(_) => Err(format!("{way} is a map, which has no items")),
            },
            Self::Value(value) => match (step, value) {
                (Step::Member(name), Value::Object(members)) => {
                    let known = members.get(&**name).map(Self::Value);
                    known.ok_or_else(|| lacks(way, name, members.keys().map(String::as_str)))
                }
                (Step::Item(item), Value::Array(items)) => {
                    let known = items.get(*item).map(Self::Value);
                    known.ok_or_else(|| {
                        format!(
                            "{way} has no item {item}; it has {}, counted from 0",
                            items.len()
                        )
                    })
                }
                _ => Err(format!(
                    "{way} is {}, which has no {}",
                    functions::kind(value),
                    what(step)
                )),
            },
            Self::Typed(known) => match (step, known) {
                (_, Type::Document) => Ok(Self::Open),
                (Step::Member(name), Type::Structure(shape)) => match shape.member(name) {
                    Some(member) => Ok(Self::Typed(member.value)),
                    None => Err(lacks(
                        way,
                        name,
                        shape.members.iter().map(|member| member.name),
                    )),
                },
                (Step::Member(_), Type::Map(inner)) | (Step::Item(_), Type::List(inner)) => {
                    Ok(Self::Typed(*inner))
                }
                (_, known) => Err(format!(
                    "{way} is {}, which has no {}",
                    described(&known),
                    what(step)
                )),
            },
        }
    }
}

fn what(step: &Step) -> String {
    match step {
        Step::Member(name) => format!("member {name}"),
        Step::Item(item) => format!("item {item}"),
    }
}

fn lacks<'k>(way: &str, name: &str, known: impl Iterator<Item = &'k str>) -> String {
    let known: Vec<&str> = known.collect();
    match known.is_empty() {
        true => format!("{way} has no member {name}; it has none"),
        false => format!(
            "{way} has no member {name}; {}",
            misspelled::hint(name, known)
        ),
    }
}
