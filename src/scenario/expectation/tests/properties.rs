//! What holds for all values.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// Values without matchers, expressions and lists of `{Name, Value}`.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3..3_i64).prop_map(Value::from),
        "[ab]{0,2}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[ab]", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Whether a value has what another has, said once more.
fn has(got: &Value, wanted: &Value) -> bool {
    match (got, wanted) {
        (Value::Object(got), Value::Object(wanted)) => wanted
            .iter()
            .all(|(name, wanted)| got.get(name).is_some_and(|got| has(got, wanted))),
        (Value::Array(got), Value::Array(wanted)) => {
            got.len() == wanted.len()
                && got.iter().zip(wanted).all(|(got, wanted)| has(got, wanted))
        }
        // An empty list may be one of attributes.
        (Value::Array(got), Value::Object(wanted)) => got.is_empty() && wanted.is_empty(),
        (got, wanted) => got == wanted,
    }
}

/// Empty maps in place of empty lists.
fn without_empty(value: &Value) -> Value {
    match value {
        Value::Array(items) if items.is_empty() => json!({}),
        Value::Array(items) => items.iter().map(without_empty).collect(),
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| (name.clone(), without_empty(value));
            members.iter().map(member).collect()
        }
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn a_value_fits_itself_and_what_contains_it_alone(one in values(), other in values()) {
        prop_assert_eq!(fits(&one, &one), BOTH);
        let found = found(&one, &other, Depth::Contained);
        prop_assert_eq!(found.is_empty(), has(&other, &one));
        let through_a_name = |depth| {
            let mut scene = Scene::new(json!({ "one": one }));
            scene.differences(&json!("${one}"), &other, depth).unwrap().is_empty()
        };
        let in_place = fits(&one, &other);
        prop_assert_eq!((through_a_name(Depth::Contained), through_a_name(Depth::Exact)), in_place);
        let negated = fits(&json!({"$not": one}), &other);
        prop_assert_eq!(negated, (!in_place.0, !in_place.1));
        // What is exactly so is the same but for lists of no attributes.
        prop_assert!(!in_place.1 || without_empty(&one) == without_empty(&other));
        prop_assert!(in_place.1 || one != other);
    }

    #[test]
    fn no_expectation_makes_the_reader_panic(
        keys in prop::collection::vec(r"\$?[a-zA-Z]{0,6}|\$(not|each|regex|length|oneOf|gt|claims)", 1..3),
        text in r"<?[a-z(){}$\[]{0,8}>?",
        inner in values(),
    ) {
        let members = keys.iter().zip([json!(text), inner.clone(), json!([text])].into_iter().cycle());
        let members = members.map(|(key, value)| (key.clone(), value)).collect();
        let expected = Value::Object(members);
        let _ = scene().differences(&expected, &inner, Depth::Exact);
        let _ = scene().differences(&json!(text), &json!(text), Depth::Exact);
    }
}
