//! Lists of `{Name, Value}`, as AWS has attributes, and the maps that may be written for them.

use serde_json::{Map, Value, json};

/// The map of a list of `{Name, Value}`; `None` for any other list, and for one that has a name twice. An
/// attribute without a value is null.
pub(crate) fn from_pairs(list: &[Value]) -> Option<Map<String, Value>> {
    let mut map = Map::new();
    for entry in list {
        let entry = entry.as_object()?;
        let Some(Value::String(name)) = entry.get("Name") else {
            return None;
        };
        let value = entry.get("Value");
        if entry.len() != 1 + usize::from(value.is_some()) {
            return None;
        }
        let before = map.insert(name.clone(), value.cloned().unwrap_or(Value::Null));
        if before.is_some() {
            return None;
        }
    }
    Some(map)
}

/// The list of `{Name, Value}` that a map was written for. An attribute that is null has no value.
pub(crate) fn to_pairs(map: Map<String, Value>) -> Value {
    let pair = |(name, value): (String, Value)| match value {
        Value::Null => json!({"Name": name}),
        value => json!({"Name": name, "Value": value}),
    };
    map.into_iter().map(pair).collect()
}
