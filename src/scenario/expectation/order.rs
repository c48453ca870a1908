//! How single values compare.

use serde_json::{Number, Value};

use super::form;
use super::matcher::Bound;
use crate::scenario::functions;

/// Whether two values are the same: type and value, numbers by value.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => order(one, other).is_some_and(|o| o.is_eq()),
        (one, other) => one == other,
    }
}

/// How two numbers compare; whole ones without loss.
fn order(one: &Number, other: &Number) -> Option<std::cmp::Ordering> {
    match (one.as_i128(), other.as_i128()) {
        (Some(one), Some(other)) => Some(one.cmp(&other)),
        _ => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}

/// Whether a value lies on the right side of a bound, which must be a number or a time.
pub(super) fn compares(bound: Bound, limit: &Value, got: Option<&Value>) -> Result<bool, String> {
    let Some(got) = got else {
        return Ok(false);
    };
    let order = match (got, limit) {
        (Value::Number(got), Value::Number(limit)) => order(got, limit),
        (got, limit) => {
            let kind = functions::kind(limit);
            let wrong =
                format!("a bound is a number or an RFC 3339 time, and this comes to {kind}");
            let limit = form::moment(limit).ok_or(wrong)?;
            form::moment(got).and_then(|got| got.partial_cmp(&limit))
        }
    };
    Ok(order.is_some_and(|order| bound.holds(order)))
}

/// The length of a value: of a text its characters.
pub(super) fn length(value: &Value) -> Option<usize> {
    match value {
        Value::String(text) => Some(text.chars().count()),
        Value::Array(items) => Some(items.len()),
        Value::Object(members) => Some(members.len()),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}
