use std::sync::Arc;

use super::*;
use crate::scenario::scene::{Scene, first, node};
use crate::scenario::source::{Key, Source};
use proptest::prelude::*;
use serde_json::json;

fn scene() -> Scene {
    Scene::new(json!({
        "first": {"Session": "s1", "Count": 3, "On": true, "None": null, "List": ["a", {"b": 1}]},
        "claims": {"cognito:groups": ["admins"]},
        "i": 2,
    }))
}

#[test]
fn a_scalar_that_is_one_expression_keeps_the_type_of_its_value() {
    let rows = [
        ("${first.Session}", json!("s1")),
        ("${first.Count}", json!(3)),
        ("${first.On}", json!(true)),
        ("${first.None}", json!(null)),
        ("${first.List}", json!(["a", {"b": 1}])),
        ("${ first.List[1].b }", json!(1)),
        ("${first}", scene().names["first"].clone()),
        ("${claims['cognito:groups'][0]}", json!("admins")),
        ("${i}", json!(2)),
        ("${'it''s'}", json!("it's")),
        ("${-4}", json!(-4)),
        ("${false}", json!(false)),
        ("${null}", json!(null)),
    ];
    for (text, value) in rows {
        assert_eq!(scene().value(&json!(text)), Ok(value), "{text}");
    }
}

#[test]
fn inside_text_scalars_are_written() {
    let rows = [
        ("Wrong-${i}-pass", "Wrong-2-pass"),
        ("${first.Session}${first.Count}", "s13"),
        (" ${i}", " 2"),
        ("${first.On}!", "true!"),
        ("$${i}", "${i}"),
        ("$$${i}", "$${i}"),
        ("$${${i}}", "${2}"),
        ("$ {i} $i {} $", "$ {i} $i {} $"),
        ("a $${b", "a ${b"),
        ("", ""),
    ];
    for (text, value) in rows {
        assert_eq!(scene().value(&json!(text)), Ok(json!(value)), "{text}");
    }
    for (text, kind) in [("None", "null"), ("List", "a list")] {
        let refused = scene()
            .value(&json!(format!("x${{first.{text}}}")))
            .unwrap_err();
        let expected = format!("${{first.{text}}} is {kind}, which cannot stand inside text");
        assert!(refused.starts_with(&expected), "{refused}");
    }
    let refused = scene().value(&json!("x${first}")).unwrap_err();
    assert!(refused.starts_with("${first} is a map"), "{refused}");
}

#[test]
fn lists_and_maps_are_evaluated_through_and_through_but_not_their_keys() {
    let value = json!({"${i}": ["${i}", {"a": "${first.Session}", "b": 1.50}], "c": null});
    let expected = json!({"${i}": [2, {"a": "s1", "b": 1.5}], "c": null});
    assert_eq!(scene().value(&value), Ok(expected));
    let fixed = json!({"a": ["$${x}", 1, {"b": null}]});
    let template = Template::read(&node(&fixed)).unwrap();
    assert_eq!(
        template.literal(),
        Some(&json!({"a": ["${x}", 1, {"b": null}]}))
    );
    let template = Template::read(&node(&json!("${x}"))).unwrap();
    assert_eq!(
        (template.literal(), template.is_one_expression()),
        (None, true)
    );
}

#[test]
fn a_name_or_member_that_is_not_there_is_told() {
    let rows = [
        (
            "second.Session",
            "there is no second here; known here are claims, first, i",
        ),
        (
            "frist",
            "there is no frist here; known here are claims, first, i",
        ),
        ("firs", "there is no firs here; did you mean first?"),
        (
            "first.session",
            "${first} has no member session; did you mean Session?",
        ),
        (
            "first.Session.x",
            "${first.Session} is a text, which has no member x",
        ),
        (
            "first.List[2]",
            "${first.List} has no item 2; it has 2, counted from 0",
        ),
        (
            "first.List.a",
            "${first.List} is a list, which has no member a",
        ),
        ("first[0]", "${first} is a map, which has no item 0"),
        (
            "first.None.x",
            "${first.None} is null, which has no member x",
        ),
    ];
    for (text, expected) in rows {
        assert_eq!(scene().expression(text), Err(expected.to_owned()), "{text}");
    }
}

#[test]
fn arguments_are_not_told_for_they_may_be_passwords() {
    let refused = scene().expression("unique('hunter2').x").unwrap_err();
    assert_eq!(refused, "${unique(…)} is a text, which has no member x");
    let shown = format!("{:?}", Template::read(&node(&json!("hunter2"))));
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn names_are_listed_with_their_ways() {
    let value = json!({"a": "x ${one.A[0]} ${two}", "b": ["${f}", 1, "$${no}"]});
    let value = Template::read(&node(&value)).unwrap();
    let names: Vec<String> = value
        .names()
        .iter()
        .map(|used| {
            format!(
                "{}{}",
                used.name,
                used.path.iter().map(Step::to_string).collect::<String>()
            )
        })
        .collect();
    assert_eq!(names, ["one.A[0]", "two", "f"]);
    let value = Template::read(&node(&json!("${totp(a.b, 1)}${query(c, d['e f'])}"))).unwrap();
    let names: Vec<&str> = value.names().iter().map(|used| used.name).collect();
    assert_eq!(names, ["a", "c", "d"]);
}

/// A text scalar that is written so in a file.
fn written(file: &str, scalar: &str, text: &str) -> Node {
    let start = file.find(scalar).unwrap();
    let source = Arc::new(Source {
        name: "a.yaml".into(),
        text: file.into(),
    });
    Node {
        at: At {
            source,
            span: start..start + scalar.len(),
        },
        value: Tree::Text(text.into()),
    }
}

#[test]
fn faults_and_names_stand_where_they_are_written() {
    let place = |at: &At| at.line_and_column();
    let file = "a: 1\nb: \"x ${one} ${f(two)}\"\n";
    let quoted = written(file, "\"x ${one} ${f(two)}\"", "x ${one} ${f(two)}");
    let faults = Template::read(&quoted).unwrap_err();
    assert_eq!(faults.len(), 1);
    assert_eq!(
        faults[0].to_string().split(';').next(),
        Some("a.yaml:2:16: there is no function f")
    );
    let file = "a: x ${one} ${totp(two)}\n";
    let plain = written(file, "x ${one} ${totp(two)}", "x ${one} ${totp(two)}");
    let template = Template::read(&plain).unwrap();
    let places: Vec<_> = template
        .names()
        .iter()
        .map(|used| place(&used.at))
        .collect();
    assert_eq!(places, [(1, 8), (1, 20)]);
    // Where the text is written otherwise, the scalar is the nearest place that is known.
    let file = "a: \"é\\t${one} ${\"\n";
    let escaped = written(file, "\"é\\t${one} ${\"", "é\t${one} ${");
    let fault = &Template::read(&escaped).unwrap_err()[0];
    assert_eq!(place(&fault.at), (1, 4));
}

#[test]
fn every_fault_of_a_value_is_told() {
    let value =
        json!({"a": "${", "b": ["${}", "${totq(x)}"], "c": "${totp()} ${uuid(1)}", "d": "${x}"});
    let faults = Template::read(&node(&value)).unwrap_err();
    let texts: Vec<&str> = faults.iter().map(|fault| fault.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "a ${ without its }; the characters ${ are written $${",
            "an empty ${}; write a name or a function in it, or $${ for the characters ${",
            "there is no function totq; did you mean totp?",
            "totp(secret [, steps] [, hash]) takes 1 to 3 arguments, and is given 0",
            "uuid() takes no arguments, and is given 1",
        ]
    );
    assert_eq!(
        first(faults),
        "a ${ without its }; the characters ${ are written $${"
    );
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        r"[\PC$\{\}']{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z$]{0,4}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn escaped(value: &Value) -> Value {
    match value {
        Value::String(text) => text.replace("${", "$${").into(),
        Value::Array(items) => items.iter().map(escaped).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(n, v)| (n.clone(), escaped(v)))
            .collect(),
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn no_value_makes_the_reader_panic(value in values()) {
        if let Err(faults) = Template::read(&node(&value)) {
            prop_assert!(!faults.is_empty());
        }
    }

    #[test]
    fn an_escaped_value_stands_for_itself(value in values()) {
        let template = Template::read(&node(&escaped(&value))).unwrap();
        prop_assert_eq!(template.literal(), Some(&value));
    }
}

/// Keeps the helper honest: keys are places too.
#[test]
fn a_key_is_read_as_a_text_of_its_own() {
    let Tree::Map(members) = node(&json!({"${i}": 1})).value else {
        panic!("no map");
    };
    let Key { at, name } = &members[0].0;
    let template = Template::of_text(at, name).unwrap();
    assert!(template.is_one_expression());
    assert_eq!(template.names()[0].name, "i");
}
