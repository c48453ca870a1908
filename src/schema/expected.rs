//! What may stand under `expect` and `exactly` in the place of a value.

use serde_json::{Map, Value, json};

use crate::scenario::forms;

/// Matchers in the place of a scalar.
pub(super) const OF_SCALARS: &[&str] = &[
    "$regex",
    "$startsWith",
    "$contains",
    "$oneOf",
    "$not",
    "$equals",
    "$gt",
    "$gte",
    "$lt",
    "$lte",
    "$length",
    "$claims",
];

/// Matchers in the place of a map.
pub(super) const OF_MAPS: &[&str] = &["$oneOf", "$not", "$equals", "$length"];

/// Matchers in the place of a list.
pub(super) const OF_LISTS: &[&str] = &[
    "$contains",
    "$oneOf",
    "$not",
    "$equals",
    "$length",
    "$unordered",
    "$each",
];

/// What a matcher takes.
fn operand(matcher: &str) -> Value {
    match matcher {
        "$regex" | "$startsWith" => json!({"type": "string"}),
        "$oneOf" | "$unordered" => json!({"type": ["array", "string"]}),
        "$gt" | "$gte" | "$lt" | "$lte" => json!({"type": ["number", "string"]}),
        "$length" => json!({"type": ["integer", "string", "object"]}),
        "$claims" => json!({"type": ["object", "string"]}),
        _contains_not_equals_each => json!({}),
    }
}

/// A text that is literal, holds an expression or is one of the forms: no other stands in angle brackets.
pub(super) fn text_pattern() -> String {
    format!(r"^(?!<[^<>]*>$)|{}", other_pattern())
}

/// In the place of what is no text: one of the forms, or an expression.
pub(super) fn other_pattern() -> String {
    format!(r"{}|^\$\{{[\s\S]*\}}$", form_pattern())
}

/// In the place of one of several texts: one of the forms, or a text with an expression in it.
pub(super) fn computed_pattern() -> String {
    format!(r"{}|\$\{{", form_pattern())
}

/// One of the texts in angle brackets.
fn form_pattern() -> String {
    let names = forms().map(|form| form.trim_matches(['<', '>']));
    format!("^<({})>$", names.collect::<Vec<_>>().join("|"))
}

/// Lets matchers in beside the members that a schema has.
pub(super) fn allow_matchers(schema: &mut Value, matchers: &[&str]) {
    schema["pattern"] = other_pattern().into();
    if schema.get("properties").is_none() {
        schema["properties"] = Value::Object(Map::new());
        schema["additionalProperties"] = false.into();
    }
    for matcher in matchers {
        schema["properties"][*matcher] = operand(matcher);
    }
}

/// Says of a list's matchers what its items are.
pub(super) fn of_items(schema: &mut Value, items: &Value) {
    let Some(matchers) = schema["properties"].as_object_mut() else {
        return;
    };
    for (matcher, operand) in matchers {
        match matcher.as_str() {
            "$each" | "$contains" => *operand = items.clone(),
            "$unordered" => *operand = json!({"type": ["array", "string"], "items": items}),
            _ => {}
        }
    }
}

/// An expectation of which nothing is known.
pub(super) fn anything() -> Value {
    json!({})
}
