//! A moment of a run, for tests of what is evaluated in one.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::evaluation::{Environment, Evaluation, Names, Play};
use super::expectation::{Depth, Difference, Expectation};
use super::secrecy::Secrecy;
use super::source::{At, Fault, Key, Node, Source, Tree};
use super::template::Template;
use crate::clock::Timestamp;

/// Names with values, a time, and what a run keeps.
pub(super) struct Scene {
    pub(super) names: Map<String, Value>,
    pub(super) now: Timestamp,
    pub(super) play: Play,
}

impl Names for Map<String, Value> {
    fn value(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }

    fn known(&self) -> Vec<&str> {
        self.keys().map(String::as_str).collect()
    }
}

/// A value as a file holds it, all of it at the place of its JSON.
pub(super) fn node(value: &Value) -> Node {
    let text = value.to_string();
    let span = 0..text.len();
    let name = "a.yaml".to_owned();
    let source = Arc::new(Source { name, text });
    of(value, &At { source, span })
}

fn of(value: &Value, at: &At) -> Node {
    let tree = match value {
        Value::Null => Tree::Null,
        Value::Bool(value) => Tree::Boolean(*value),
        Value::Number(number) => Tree::Number(number.clone()),
        Value::String(text) => Tree::Text(text.as_str().into()),
        Value::Array(items) => Tree::List(items.iter().map(|item| of(item, at)).collect()),
        Value::Object(members) => Tree::Map(
            members
                .iter()
                .map(|(name, value)| {
                    let key = Key {
                        at: at.clone(),
                        name: name.as_str().into(),
                    };
                    (key, of(value, at))
                })
                .collect(),
        ),
    };
    Node {
        at: at.clone(),
        value: tree,
    }
}

impl Scene {
    /// With these names, at 2026-01-31T12:00:00Z.
    pub(super) fn new(names: Value) -> Self {
        Self::of_run("1", names, Secrecy::Cut)
    }

    pub(super) fn of_run(origin: &str, names: Value, secrecy: Secrecy) -> Self {
        let Value::Object(names) = names else {
            panic!("no names");
        };
        let variables = [("KEY", "from-outside"), ("PIN", "4711")];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let environment = Environment(BTreeMap::from(variables));
        Self {
            names,
            now: Timestamp::parse_rfc3339("2026-01-31T12:00:00Z").unwrap(),
            play: Play::new(origin, Arc::new(environment), secrecy),
        }
    }

    fn evaluation(&mut self) -> Evaluation<'_> {
        Evaluation {
            names: &self.names,
            now: self.now,
            play: &mut self.play,
        }
    }

    /// What a value of a file comes to; the first fault of it otherwise.
    pub(super) fn value(&mut self, value: &Value) -> Result<Value, String> {
        let template = Template::read(&node(value)).map_err(first)?;
        let value = template.evaluate(&mut self.evaluation());
        value.map_err(|fault| fault.text)
    }

    /// What the text of an expression comes to.
    pub(super) fn expression(&mut self, text: &str) -> Result<Value, String> {
        self.value(&Value::from(format!("${{{text}}}")))
    }

    /// Where an answer differs from an expectation.
    pub(super) fn differences(
        &mut self,
        expected: &Value,
        got: &Value,
        depth: Depth,
    ) -> Result<Vec<Difference>, String> {
        let expectation = Expectation::read(&node(expected)).map_err(first)?;
        let differences = expectation.differences(got, &mut self.evaluation(), depth, false);
        differences.map_err(|fault| fault.text)
    }
}

pub(super) fn first(faults: Vec<Fault>) -> String {
    let first = faults.into_iter().next();
    first.expect("a fault").text
}
