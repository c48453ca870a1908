//! Every matcher, each way.

mod differences;
mod matchers;
mod properties;
mod refused;

use serde_json::{Value, json};

use super::pairs::from_pairs;
use super::*;
use crate::scenario::scene::{Scene, node};

const JWT: &str = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.eyJzdWIiOiJhbm4iLCJjb2duaXRvOmdyb3VwcyI6WyJhZG1pbnMiXSwiZXhwIjo5fQ.c2lnbmF0dXJl";

fn scene() -> Scene {
    Scene::new(json!({
        "first": {"code": "123456", "map": {"a": 1}, "list": [1, {"a": 1}], "any": "<any>", "empty": "",
            "attributes": [{"Name": "sub", "Value": "x"}]},
        "row": {"matcher": "<uuid>", "map": {"a": "<number>"}, "text": "t", "dollar": "${x}",
            "wrong": "<uid>"},
        "jwt": JWT,
    }))
}

fn found(expected: &Value, got: &Value, depth: Depth) -> Vec<Difference> {
    let found = scene().differences(expected, got, depth);
    found.unwrap_or_else(|fault| panic!("{expected}: {fault}"))
}

/// Whether a value fits: as `expect` has it, and as `exactly`.
fn fits(expected: &Value, got: &Value) -> (bool, bool) {
    let fits = |depth| found(expected, got, depth).is_empty();
    (fits(Depth::Contained), fits(Depth::Exact))
}

const BOTH: (bool, bool) = (true, true);
const NEITHER: (bool, bool) = (false, false);
const NOT_EXACTLY: (bool, bool) = (true, false);

fn hold(rows: impl IntoIterator<Item = (Value, Value, (bool, bool))>) {
    for (expected, got, outcome) in rows {
        assert_eq!(fits(&expected, &got), outcome, "{expected} of {got}");
    }
}

#[test]
fn scalars_are_equal_in_type_and_value() {
    hold([
        (json!("a"), json!("a"), BOTH),
        (json!("a"), json!("A"), NEITHER),
        (json!("1"), json!(1), NEITHER),
        (json!(1), json!("1"), NEITHER),
        (json!(1), json!(1.0), BOTH),
        (json!(1.5), json!(1.5), BOTH),
        (json!(1), json!(2), NEITHER),
        (
            json!(9_007_199_254_740_993_u64),
            json!(9_007_199_254_740_992_u64),
            NEITHER,
        ),
        (json!(true), json!(true), BOTH),
        (json!(true), json!(false), NEITHER),
        (json!(true), json!("true"), NEITHER),
        (json!(null), json!(null), BOTH),
        (json!(null), json!(""), NEITHER),
        (json!({"a": null}), json!({}), NEITHER),
        (json!({"a": null}), json!({"a": null}), BOTH),
    ]);
}

#[test]
fn maps_are_contained_at_every_depth_or_are_exactly_so() {
    hold([
        (json!({}), json!({}), BOTH),
        (json!({}), json!({"a": 1}), NOT_EXACTLY),
        (json!({"a": 1}), json!({"a": 1, "b": 2}), NOT_EXACTLY),
        (
            json!({"a": {"b": 1}}),
            json!({"a": {"b": 1, "c": 2}}),
            NOT_EXACTLY,
        ),
        (
            json!({"a": [{"b": 1}]}),
            json!({"a": [{"b": 1, "c": 2}]}),
            NOT_EXACTLY,
        ),
        (json!({"a": 1}), json!({"b": 1}), NEITHER),
        (json!({"a": {"b": 1}}), json!({"a": 1}), NEITHER),
        (json!({"a": 1}), json!("a"), NEITHER),
        (json!({"a": 1}), json!(null), NEITHER),
    ]);
}

#[test]
fn lists_are_equal_in_length_and_order() {
    hold([
        (json!([]), json!([]), BOTH),
        (json!([1, 2]), json!([1, 2]), BOTH),
        (json!([1, 2]), json!([2, 1]), NEITHER),
        (json!([1]), json!([1, 2]), NEITHER),
        (json!([1, 2]), json!([1]), NEITHER),
        (json!([]), json!({}), NEITHER),
        (json!(["<any>", 2]), json!([1, 2]), BOTH),
    ]);
}

#[test]
fn lists_of_name_and_value_are_maps() {
    let got =
        json!([{"Name": "sub", "Value": "x"}, {"Name": "email", "Value": "a@b.c"}, {"Name": "n"}]);
    hold([
        (
            json!({"sub": "x", "email": "a@b.c", "n": null}),
            got.clone(),
            BOTH,
        ),
        (json!({"sub": "x"}), got.clone(), NOT_EXACTLY),
        (json!({"sub": "y"}), got.clone(), NEITHER),
        (
            json!({"phone_number": "<absent>", "email": "<any>"}),
            got.clone(),
            NOT_EXACTLY,
        ),
        (json!({"email": "<absent>"}), got, NEITHER),
        (json!({"a": "<absent>"}), json!([]), BOTH),
        (json!({"a": "<any>"}), json!([]), NEITHER),
        (
            json!({"a": 1}),
            json!([{"Name": "a", "Value": 1, "Other": 2}]),
            NEITHER,
        ),
        (
            json!({"a": 1}),
            json!([{"Name": "a", "Value": 1}, {"Name": "a", "Value": 1}]),
            NEITHER,
        ),
        (json!({}), json!([1]), NEITHER),
        (
            json!("${first.attributes}"),
            json!([{"Name": "sub", "Value": "x"}]),
            BOTH,
        ),
    ]);
    let map = from_pairs(
        json!([{"Name": "a", "Value": "b"}, {"Name": "n"}])
            .as_array()
            .unwrap(),
    );
    assert_eq!(
        to_pairs(map.unwrap()),
        json!([{"Name": "a", "Value": "b"}, {"Name": "n"}])
    );
}

#[test]
fn forms_each_way() {
    let uuid = "01234567-89ab-cdef-0123-456789abcdef";
    let rows: [(&str, &[Value], &[Value]); 12] = [
        (
            "<any>",
            &[json!(""), json!(0), json!(false), json!([]), json!({})],
            &[json!(null)],
        ),
        (
            "<string>",
            &[json!(""), json!("a")],
            &[json!(1), json!(null), json!([])],
        ),
        (
            "<number>",
            &[json!(1), json!(-1.5)],
            &[json!("1"), json!(null)],
        ),
        (
            "<boolean>",
            &[json!(true), json!(false)],
            &[json!("true"), json!(1), json!(null)],
        ),
        (
            "<list>",
            &[json!([]), json!([1])],
            &[json!({}), json!("[]"), json!(null)],
        ),
        (
            "<map>",
            &[json!({}), json!({"a": 1})],
            &[json!([]), json!("{}"), json!(null)],
        ),
        (
            "<uuid>",
            &[json!(uuid), json!(uuid.to_uppercase())],
            &[
                json!(uuid.replace('-', "")),
                json!(format!("{uuid}0")),
                json!(uuid.replace('a', "g")),
                json!(""),
                json!(1),
            ],
        ),
        (
            "<jwt>",
            &[json!(JWT)],
            &[
                json!(format!("{JWT}.a.b")),
                json!(JWT.rsplit_once('.').unwrap().0),
                json!(format!("{}.", JWT.rsplit_once('.').unwrap().0)),
                json!("a.b.c"),
                json!("e30.e30.c2ln"),
                json!(format!("{JWT}=")),
                json!(1),
            ],
        ),
        (
            "<time>",
            &[
                json!("2026-01-31T12:00:00Z"),
                json!("2026-01-31T12:00:00.123+02:00"),
                json!(1_767_225_600),
                json!(1_767_225_600.123),
                json!(0),
            ],
            &[
                json!("2026-01-31"),
                json!("now"),
                json!(-1),
                json!(1_767_225_600_000_i64),
                json!(true),
            ],
        ),
        (
            "<base64>",
            &[json!("YQ=="), json!("+/+/")],
            &[
                json!(""),
                json!("YQ"),
                json!("-_-_"),
                json!("a b="),
                json!(1),
            ],
        ),
        (
            "<url>",
            &[
                json!("https://a.b/c?d=e#f"),
                json!("myapp://callback"),
                json!("http://[::1]:8080/"),
            ],
            &[
                json!("a.b/c"),
                json!("https:///c"),
                json!("https://"),
                json!("1a://b"),
                json!("https://a b"),
                json!("mailto:a@b.c"),
                json!(1),
            ],
        ),
        (
            "<code>",
            &[json!("012345"), json!("12345678")],
            &[
                json!("12345"),
                json!("123456789"),
                json!("12345a"),
                json!("１２３４５６"),
                json!(123456),
            ],
        ),
    ];
    for (form, right, wrong) in rows {
        for got in right {
            hold([
                (json!(form), got.clone(), BOTH),
                (json!({"a": form}), json!({"a": got}), BOTH),
            ]);
        }
        for got in wrong {
            hold([(json!({"a": form}), json!({"a": got}), NEITHER)]);
        }
        hold([(json!({"a": form}), json!({}), NEITHER)]);
    }
    hold([
        (json!({"a": "<absent>"}), json!({}), BOTH),
        (json!({"a": "<absent>"}), json!({"a": null}), NEITHER),
        (json!({"a": "<absent>"}), json!({"a": 1}), NEITHER),
    ]);
}

#[test]
fn what_an_expression_gives_has_no_matchers_but_that_of_a_row() {
    let uuid = json!("01234567-89ab-cdef-0123-456789abcdef");
    hold([
        (json!("${first.map}"), json!({"a": 1, "b": 2}), NOT_EXACTLY),
        (json!("${first.list}"), json!([1, {"a": 1}]), BOTH),
        (json!("${first.list}"), json!([1, {"a": 2}]), NEITHER),
        (json!("${first.list}"), json!([1]), NEITHER),
        (json!("${first.any}"), json!("x"), NEITHER),
        (json!("${first.any}"), json!("<any>"), BOTH),
        (json!("x${row.text}"), json!("xt"), BOTH),
        (json!("${row.text}"), json!("t"), BOTH),
        (json!("${row.text}"), json!("u"), NEITHER),
        (json!("${row.dollar}"), json!("${x}"), BOTH),
        (json!("${row.matcher}"), uuid, BOTH),
        (json!("${row.matcher}"), json!("x"), NEITHER),
        (json!("${row.map}"), json!({"a": 1, "b": 2}), NOT_EXACTLY),
        (json!("${row.map}"), json!({"a": "1"}), NEITHER),
        (json!({"$equals": "${row.matcher}"}), json!("<uuid>"), BOTH),
    ]);
}

/// Editors propose what is read.
#[test]
fn the_schema_knows_every_form_and_matcher() {
    let schema = include_str!("../../../../schema/scenario.schema.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    let schema = schema.to_string();
    let names: Vec<&str> = form::names()
        .map(|name| name.trim_matches(['<', '>']))
        .collect();
    assert!(
        schema.contains(&format!("^<({})>$", names.join("|"))),
        "{names:?}"
    );
    for matcher in matcher::names() {
        assert!(schema.contains(&format!("\"{matcher}\":")), "{matcher}");
    }
    let mut keys: Vec<&str> = schema
        .split('"')
        .filter(|word| word.starts_with('$') && word[1..].bytes().all(|b| b.is_ascii_alphabetic()))
        .filter(|word| !matches!(*word, "$schema" | "$ref" | "$id"))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys, matcher::names());
}

#[test]
fn the_documentation_has_every_form_and_matcher() {
    let docs = include_str!("../../../../docs/scenarios.md");
    let matchers = matcher::names().into_iter();
    let matchers = matchers.map(|matcher| format!("{{{matcher}: "));
    let forms = form::names().map(|form| format!("`{form}`"));
    for text in matchers.chain(forms) {
        assert!(docs.contains(&text), "docs/scenarios.md has no {text}");
    }
}

/// What a matcher takes is what a file may give it.
#[test]
fn every_matcher_takes_what_its_schema_says() {
    for spec in &MATCHERS {
        let (fits, fails) = match spec.takes {
            Takes::Same | Takes::Item => (json!({"a": 1}), None),
            Takes::Items | Takes::Several => (json!([1]), Some(json!(1))),
            Takes::Text => (json!("x"), Some(json!([1]))),
            Takes::Bound => (json!(1), Some(json!([1]))),
            Takes::Length => (json!(1), Some(json!([1]))),
            Takes::Map => (json!({"a": 1}), Some(json!([1]))),
        };
        let fits = match spec.name {
            "$contains" => json!("x"),
            _ => fits,
        };
        let read = |value: &Value| {
            let matcher = json!({spec.name: value});
            Expectation::read(&node(&matcher)).is_ok()
        };
        assert!(read(&fits), "{} takes {fits}", spec.name);
        if let Some(fails) = fails {
            assert!(!read(&fails), "{} does not take {fails}", spec.name);
        }
    }
}
