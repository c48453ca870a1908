//! What may stand under `expect` and `exactly` in the place of a value.

use serde_json::{Map, Value, json};

use crate::scenario::{MATCHERS, Of, Takes, forms};

/// What a matcher takes, where nothing is known of what it stands for.
fn operand(takes: Takes) -> Value {
    match takes {
        Takes::Text => json!({"type": "string"}),
        Takes::Several | Takes::Items => json!({"type": ["array", "string"]}),
        Takes::Bound => json!({"type": ["number", "string"]}),
        Takes::Length => json!({"type": ["integer", "string", "object"]}),
        Takes::Map => json!({"type": ["object", "string"]}),
        Takes::Same | Takes::Item => json!({}),
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

/// Lets matchers of such values in beside the members that a schema has.
pub(super) fn allow_matchers(schema: &mut Value, of: Of) {
    schema["pattern"] = other_pattern().into();
    if schema.get("properties").is_none() {
        schema["properties"] = Value::Object(Map::new());
        schema["additionalProperties"] = false.into();
    }
    for matcher in MATCHERS.iter().filter(|matcher| matcher.of.contains(&of)) {
        schema["properties"][matcher.name] = operand(matcher.takes);
    }
}

/// Says of a list's or map's matchers what its items are.
pub(super) fn of_items(schema: &mut Value, items: &Value) {
    let Some(matchers) = schema["properties"].as_object_mut() else {
        return;
    };
    for matcher in &MATCHERS {
        let operand = match matcher.takes {
            Takes::Item => items.clone(),
            Takes::Items => json!({"type": ["array", "string"], "items": items}),
            _ => continue,
        };
        if let Some(known) = matchers.get_mut(matcher.name) {
            *known = operand;
        }
    }
}

/// An expectation of which nothing is known.
pub(super) fn anything() -> Value {
    json!({})
}
