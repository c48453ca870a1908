//! Fixtures: from the tables that their reader refuses unknown members by.

use serde_json::{Map, Value, json};

use super::document;
use super::shapes::{Definitions, Writing, require};
use crate::control::functions::TriggerRule;
use crate::control::rules::Rule;
use crate::fixtures::takes::{Form, Own, Takes};
use crate::fixtures::{KINDS, POOL, TOP};
use crate::model::described::{self, Type};

/// The schema of a fixture.
pub(super) fn schema() -> Value {
    let mut all = Definitions::default();
    let body = file(&mut all);
    let about = "Pools, clients, groups and users that are there when Poolhouse starts.";
    document("A Poolhouse fixture", about, body, all.0)
}

/// A fixture within another schema.
pub(super) fn define(all: &mut Definitions) -> Value {
    all.named("fixture", file)
}

/// `UserPools` with a list and what stands beside it, a pool, or a list of pools.
fn file(all: &mut Definitions) -> Value {
    let pool = wrapped(all, &POOL, Some("UserPool"));
    let top = entry(all, &TOP);
    // Only a pool has one of these at its top, and each has.
    let is_pool = ["Id", "PoolName", "Name", "UserPool"].map(|name| json!({"required": [name]}));
    json!({
        "type": ["object", "array"],
        "if": {"type": "array"},
        "then": {"items": pool},
        "else": {"if": {"anyOf": is_pool}, "then": pool, "else": top},
    })
}

/// An entry.
fn entry(all: &mut Definitions, takes: &'static Takes) -> Value {
    let what = takes
        .what
        .split_once(' ')
        .map_or(takes.what, |(_, what)| what);
    all.named(&format!("fixture.{what}"), |all| members(all, takes))
}

fn members(all: &mut Definitions, takes: &'static Takes) -> Value {
    let of_shape = takes.of_shape();
    let mut properties: Map<String, Value> = of_shape
        .map(|member| (member.name.to_owned(), all.member(member, Writing::Literal)))
        .collect();
    for own in takes.own {
        properties.insert(own.name.to_owned(), form(all, own));
    }
    let mut schema = json!({
        "type": Writing::Literal.types(&["object"]),
        "properties": properties,
        "additionalProperties": false,
    });
    let own: Vec<&str> = takes.own.iter().map(|own| own.name).collect();
    require(&mut schema, takes.shape, &[&own, takes.filled].concat());
    if std::ptr::eq(takes, &POOL) {
        let named = ["PoolName", "Name", "Id"].map(|name| json!({"required": [name]}));
        schema["anyOf"] = json!(named);
    }
    schema
}

/// What a member may be that is not as the model has it.
fn form(all: &mut Definitions, own: &Own) -> Value {
    match own.form {
        Form::Model(value) => unbounded(all.value(&value, Writing::Literal), all),
        Form::OrEmpty(value) => {
            let whole = all.value(&value, Writing::Literal);
            json!({"anyOf": [whole, {"type": "object", "maxProperties": 0}]})
        }
        Form::Moment => json!({
            "type": ["string", "number", "null"],
            "description": "RFC 3339, or seconds since the epoch",
        }),
        Form::Account => json!({
            "type": ["string", "integer", "null"],
            "pattern": "^[0-9]{12}$",
            "description": "twelve digits",
        }),
        Form::Count => json!({
            "type": ["integer", "null"],
            "minimum": 1,
            "maximum": 10_000_000,
            "description": "makes this entry so many users; {n} in its texts is each one's number",
        }),
        Form::ReadOver => json!({"description": "read over"}),
        Form::One(takes) => entry(all, takes),
        Form::Many(takes, wrapper) => {
            let item = wrapped(all, takes, wrapper);
            json!({"type": ["array", "null"], "items": item})
        }
        Form::Rules(takes) => {
            let rule = own_members(all, takes);
            json!({"type": ["array", "null"], "items": rule})
        }
        Form::Functions => {
            let function = function(all);
            json!({"type": ["object", "null"], "additionalProperties": function})
        }
        Form::Function => function(all),
    }
}

/// Names of attributes are longer where they are pasted, for there they have a prefix.
fn unbounded(schema: Value, all: &mut Definitions) -> Value {
    let name = all
        .0
        .get_mut("literal.SchemaAttributeType")
        .and_then(|shape| shape.pointer_mut("/properties/Name"));
    if let Some(Value::Object(name)) = name {
        name.remove("maxLength");
    }
    schema
}

/// An entry, perhaps in the wrapper that the AWS CLI prints.
fn wrapped(all: &mut Definitions, takes: &'static Takes, wrapper: Option<&str>) -> Value {
    let entry = entry(all, takes);
    let Some(wrapper) = wrapper else {
        return entry;
    };
    all.named(&format!("fixture.{wrapper} or its content"), |_| {
        json!({
            "if": {"required": [wrapper]},
            "then": {
                "properties": {wrapper: entry, "ResponseMetadata": true},
                "additionalProperties": false,
            },
            "else": entry,
        })
    })
}

/// What runs a function: a target, a canned answer, or a list of canned answers with perhaps a target at
/// its end.
fn function(all: &mut Definitions) -> Value {
    let one = all.named("fixture.function", |all| {
        let mut target = own_members(all, TriggerRule::TAKES);
        let kinds = KINDS.iter().flat_map(|kind| kind.own);
        for own in kinds {
            target["properties"][own.name] = form(all, own);
        }
        target["properties"]["version"] = json!({"type": ["string", "null"]});
        target["type"] = json!(["object", "string", "null"]);
        target
    });
    json!({"if": {"type": "array"}, "then": {"items": one, "minItems": 1}, "else": one})
}

/// An entry that has members of Poolhouse's own alone.
fn own_members(all: &mut Definitions, takes: &[described::Own]) -> Value {
    let properties: Map<String, Value> = takes
        .iter()
        .map(|own| {
            let value = match own.value {
                Type::Document => json!({}),
                value => all.value(&value, Writing::Literal),
            };
            (own.name.to_owned(), value)
        })
        .collect();
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}
