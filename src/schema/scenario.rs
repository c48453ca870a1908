//! Scenarios and parts.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::shapes::Definitions;
use super::step::{self, NAME};
use super::{document, fixture, reference};
use crate::model::cognito_idp::Operation;
use crate::scenario::settings;

/// The schema of `NAME.scenario.yaml`.
pub(super) fn schema() -> Value {
    let mut all = Definitions::default();
    let steps = step::steps(&mut all);
    let fixture = fixture::define(&mut all);
    let names = json!({"type": "object", "propertyNames": {"pattern": NAME}});
    let body = json!({
        "type": "object",
        "required": ["scenario", "steps"],
        "additionalProperties": false,
        "properties": {
            "scenario": {"type": "string", "description": "one sentence, not used twice in a run"},
            "about": {"type": "string"},
            "tags": {"type": "array", "items": {"type": "string", "pattern": "^[a-z0-9-]+$"}},
            "fixtures": {
                "description": "a path, a list of paths, or a fixture",
                "if": {"type": "object"},
                "then": fixture,
                "else": {"type": ["string", "array"], "items": {"type": "string"}},
            },
            "server": server(),
            "clock": {"type": "string", "description": "where the frozen clock starts, RFC 3339"},
            "seed": {"type": "integer", "minimum": 0},
            "vars": names,
            "defaults": defaults(),
            "table": {"type": "array", "minItems": 1, "items": {
                "type": "object",
                "properties": {"case": {"type": "string"}},
                "propertyNames": {"pattern": NAME},
            }},
            "steps": steps,
            "finally": steps,
        },
        "if": {"required": ["defaults"]},
        "then": {},
        "else": {"properties": {"steps": reference("complete"), "finally": reference("complete")}},
    });
    all.0.insert("complete".to_owned(), step::complete());
    let about =
        "Steps, what each must answer, and the world they start from. poolhouse replay plays it.";
    document("A Poolhouse scenario", about, body, all.0)
}

/// The schema of `NAME.part.yaml`.
pub(super) fn part() -> Value {
    let mut all = Definitions::default();
    let steps = step::steps(&mut all);
    let body = json!({
        "type": "object",
        "required": ["part", "steps"],
        "additionalProperties": false,
        "properties": {
            "part": {"type": "string", "description": "one sentence"},
            "params": {"type": "array", "items": {"type": "string", "pattern": NAME}},
            "steps": steps,
            "returns": {"type": "object", "propertyNames": {"pattern": NAME}},
        },
    });
    let about = "Steps that scenarios include.";
    document("A part of Poolhouse scenarios", about, body, all.0)
}

/// Members of the inputs of operations.
fn defaults() -> Value {
    let inputs = Operation::ALL.iter().map(|operation| operation.input());
    let names: BTreeSet<&str> = inputs
        .flat_map(|shape| shape.members)
        .map(|member| member.name)
        .collect();
    let members: Map<String, Value> = names
        .into_iter()
        .map(|name| (name.to_owned(), json!({})))
        .collect();
    json!({
        "type": "object",
        "description": "for every operation whose input has such a member at its top and does not give it",
        "properties": members,
        "additionalProperties": false,
    })
}

/// Settings by the names of `serve`'s flags.
fn server() -> Value {
    let mut members = Map::new();
    for flag in settings() {
        let Some(name) = flag.get_long() else {
            continue;
        };
        let values: Vec<String> = flag
            .get_possible_values()
            .iter()
            .map(|value| value.get_name().to_owned())
            .collect();
        let mut member = match () {
            () if !flag.get_action().takes_values() => json!({"type": "boolean"}),
            () if !values.is_empty() => json!({"enum": values}),
            () => json!({"type": ["string", "number"]}),
        };
        if let Some(help) = flag.get_help() {
            member["description"] = help.to_string().into();
        }
        members.insert(name.to_owned(), member);
    }
    json!({
        "type": "object",
        "description": "settings by the names of serve's flags",
        "properties": members,
        "additionalProperties": false,
    })
}
