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

use serde_json::{Map, Value, json};

/// The longest line of a schema that has more than one value in it.
const LINE: usize = 118;

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
    let mut text = String::new();
    write(&schema, 0, &mut text);
    text.push('\n');
    text
}

/// Writes a value on one line where it fits, else each of its parts on a line of its own.
fn write(value: &Value, indent: usize, out: &mut String) {
    let whole = value.to_string();
    if indent + whole.len() <= LINE {
        return out.push_str(&whole);
    }
    let part = |name: Option<&String>, value: &Value, is_first: bool, out: &mut String| {
        out.push_str(if is_first { "\n" } else { ",\n" });
        out.extend(std::iter::repeat_n(' ', indent + 1));
        if let Some(name) = name {
            out.push_str(&Value::from(name.as_str()).to_string());
            out.push_str(": ");
        }
        write(value, indent + 1, out);
    };
    let close = match value {
        Value::Object(members) => {
            out.push('{');
            for (at, (name, value)) in members.iter().enumerate() {
                part(Some(name), value, at == 0, out);
            }
            '}'
        }
        Value::Array(items) => {
            out.push('[');
            for (at, value) in items.iter().enumerate() {
                part(None, value, at == 0, out);
            }
            ']'
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            return out.push_str(&whole);
        }
    };
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
    out.push(close);
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
