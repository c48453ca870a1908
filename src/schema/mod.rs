//! JSON Schemas of draft-07 for the files that people write: fixtures, scenarios, parts.
//!
//! Editors read them to complete and to underline. They are made when they are asked for, from the
//! tables of the model and of the fixtures' reader, so that the program carries no text of them; what is
//! checked in under `schema/` is what it prints. A schema never refuses what the program takes. It cannot
//! see all that the program refuses: `poolhouse check` says the rest.

mod expected;
mod fixture;
mod scenario;
mod shapes;
mod step;

use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};
use serde_json::{Map, Value, json};

/// Of which kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Pools, and what else is there when a server starts.
    Fixture,
    /// Steps, and what each must answer.
    Scenario,
    /// Steps that scenarios include.
    Part,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Fixture, Self::Scenario, Self::Part];

    /// Its word on the command line, and in the name of its file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fixture => "fixture",
            Self::Scenario => "scenario",
            Self::Part => "part",
        }
    }
}

/// The schema of a kind of file, as it is checked in.
pub fn text(kind: Kind) -> String {
    let schema = match kind {
        Kind::Fixture => fixture::schema(),
        Kind::Scenario => scenario::schema(),
        Kind::Part => scenario::part(),
    };
    let mut bytes = Vec::new();
    let format = PrettyFormatter::with_indent(b" ");
    // What is written into memory is written.
    let _always = schema.serialize(&mut Serializer::with_formatter(&mut bytes, format));
    bytes.push(b'\n');
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A schema's outermost object.
fn document(title: &str, about: &str, body: Value, definitions: Map<String, Value>) -> Value {
    let mut schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": title,
        "description": about,
        "definitions": definitions,
    });
    if let (Value::Object(whole), Value::Object(members)) = (&mut schema, body) {
        whole.extend(members);
    }
    schema
}

/// What stands under `definitions` by this name.
fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/definitions/{name}")})
}
