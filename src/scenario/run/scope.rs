//! The names that steps see.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::fixtures::named::Fixtures;
use crate::scenario::evaluation::Names;
use crate::scenario::target::Target;

/// The names of a run: those of the fixtures, and those of the scenario or of the part that is played.
pub(super) struct Scope {
    fixtures: Arc<Fixtures>,
    target: Value,
    /// The scenario's, then those of each part within the one before. A part sees its own alone.
    frames: Vec<Frame>,
}

/// The names of a scenario or of a part.
#[derive(Default)]
struct Frame {
    values: BTreeMap<Box<str>, Value>,
    /// Which time it is of a step that is repeated.
    i: Option<Value>,
}

/// What the scenario itself sees, whatever part is played.
pub(super) struct OfScenario<'a>(pub(super) &'a Scope);

impl Scope {
    pub(super) fn new(target: &dyn Target) -> Self {
        Self {
            fixtures: Arc::clone(target.fixtures()),
            target: target.service().name().into(),
            frames: vec![Frame::default()],
        }
    }

    /// Gives a name.
    pub(super) fn give(&mut self, name: &str, value: Value) {
        if let Some(frame) = self.frames.last_mut() {
            frame.values.insert(name.into(), value);
        }
    }

    /// Says which time it is of a step that is repeated.
    pub(super) fn count(&mut self, time: Option<u32>) {
        if let Some(frame) = self.frames.last_mut() {
            frame.i = time.map(Value::from);
        }
    }

    /// Goes into a part, which sees these names.
    pub(super) fn enter(&mut self, parameters: Map<String, Value>) {
        let values = parameters.into_iter();
        self.frames.push(Frame {
            values: values.map(|(name, value)| (name.into(), value)).collect(),
            i: None,
        });
    }

    /// Comes out of a part.
    pub(super) fn leave(&mut self) {
        self.frames.pop();
    }

    fn value_in<'a>(&'a self, frame: Option<&'a Frame>, name: &str) -> Option<&'a Value> {
        let own = frame.and_then(|frame| match name {
            "i" => frame.i.as_ref(),
            _ => frame.values.get(name),
        });
        own.or_else(|| self.of_fixtures(name))
    }

    fn of_fixtures(&self, name: &str) -> Option<&Value> {
        let fixtures = &*self.fixtures;
        match name {
            "pool" => fixtures.pool.as_ref(),
            "client" => fixtures.client.as_ref(),
            "pools" => Some(&fixtures.pools),
            "clients" => Some(&fixtures.clients),
            "users" => Some(&fixtures.users),
            "target" => Some(&self.target),
            _ => None,
        }
    }

    fn known_in<'a>(&'a self, frame: Option<&'a Frame>) -> Vec<&'a str> {
        let own = frame.into_iter().flat_map(|frame| {
            let i = frame.i.as_ref().map(|_| "i");
            frame.values.keys().map(|name| &**name).chain(i)
        });
        let fixtures = ["pool", "client", "pools", "clients", "users", "target"];
        let fixtures = fixtures
            .into_iter()
            .filter(|name| self.of_fixtures(name).is_some());
        own.chain(fixtures).collect()
    }
}

impl Names for Scope {
    fn value(&self, name: &str) -> Option<&Value> {
        self.value_in(self.frames.last(), name)
    }

    fn known(&self) -> Vec<&str> {
        self.known_in(self.frames.last())
    }
}

impl Names for OfScenario<'_> {
    fn value(&self, name: &str) -> Option<&Value> {
        self.0.value_in(self.0.frames.first(), name)
    }

    fn known(&self) -> Vec<&str> {
        self.0.known_in(self.0.frames.first())
    }
}
