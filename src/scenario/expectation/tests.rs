//! Every matcher, each way.

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
fn texts_each_way() {
    hold([
        (json!({"$regex": "[A-Z2-7]{4,}"}), json!("ABCD"), BOTH),
        (json!({"$regex": "[A-Z2-7]{4,}"}), json!("ABCDx"), NEITHER),
        (json!({"$regex": "[A-Z2-7]{4,}"}), json!("xABCD"), NEITHER),
        (json!({"$regex": "a|ab"}), json!("ab"), BOTH),
        (json!({"$regex": "a|b"}), json!("ac"), NEITHER),
        (json!({"$regex": "a$"}), json!("a\n"), NEITHER),
        (json!({"$regex": "(?x) a # it"}), json!("a"), BOTH),
        (json!({"$regex": "(?x) a # it"}), json!("ab"), NEITHER),
        (json!({"$regex": "1"}), json!(1), NEITHER),
        (json!({"$regex": "${first.code}x?"}), json!("123456"), BOTH),
        (
            json!({"$regex": "${first.code}x?"}),
            json!("123456y"),
            NEITHER,
        ),
        (json!({"$startsWith": "ab"}), json!("abc"), BOTH),
        (json!({"$startsWith": "ab"}), json!("xabc"), NEITHER),
        (
            json!({"$startsWith": "${first.code}"}),
            json!("1234567"),
            BOTH,
        ),
        (json!({"$startsWith": "1"}), json!(1), NEITHER),
        (json!({"$contains": "b"}), json!("abc"), BOTH),
        (json!({"$contains": "b"}), json!("ac"), NEITHER),
        (json!({"$contains": "1"}), json!(1), NEITHER),
        (json!({"$contains": {"$regex": "b"}}), json!("abc"), NEITHER),
        (json!({"$contains": "<any>"}), json!("abc"), NEITHER),
        (json!({"$length": 3}), json!("äbc"), BOTH),
        (json!({"$length": 3}), json!("ab"), NEITHER),
        (
            json!({"$length": {"$gte": 2, "$lt": 4}}),
            json!("abc"),
            BOTH,
        ),
        (
            json!({"$length": {"$gte": 2, "$lt": 3}}),
            json!("abc"),
            NEITHER,
        ),
        (json!({"$length": 1}), json!([7]), BOTH),
        (json!({"$length": 1}), json!({"a": 1, "b": 2}), NEITHER),
        (json!({"$length": 2}), json!({"a": 1, "b": 2}), BOTH),
        (json!({"$length": 1}), json!(1), NEITHER),
        (json!({"a": {"$length": 0}}), json!({}), NEITHER),
    ]);
}

#[test]
fn lists_each_way() {
    let got = json!([{"GroupName": "a", "Precedence": 1}, {"GroupName": "b"}]);
    hold([
        (json!({"$contains": {"GroupName": "b"}}), got.clone(), BOTH),
        // Contained, as scenarios.md has it, under `exactly` too.
        (json!({"$contains": {"GroupName": "a"}}), got.clone(), BOTH),
        (
            json!({"$contains": {"GroupName": "c"}}),
            got.clone(),
            NEITHER,
        ),
        (
            json!({"$contains": {"GroupName": "<string>"}}),
            got.clone(),
            BOTH,
        ),
        (json!({"$contains": "a"}), json!(["a", "b"]), BOTH),
        (json!({"$contains": "a"}), json!(["ab"]), NEITHER),
        (json!({"$contains": "a"}), json!([]), NEITHER),
        (json!({"$contains": "a"}), json!({"a": 1}), NEITHER),
        (
            json!({"$each": {"GroupName": "<string>"}}),
            got.clone(),
            NOT_EXACTLY,
        ),
        (
            json!({"$each": {"Precedence": "<number>"}}),
            got.clone(),
            NEITHER,
        ),
        (json!({"$each": "<string>"}), json!("a"), NEITHER),
        (
            json!({"$each": {"GroupName": "<string>"}, "$length": 2}),
            got.clone(),
            NOT_EXACTLY,
        ),
        (
            json!({"$each": {"GroupName": "<string>"}, "$length": 3}),
            got.clone(),
            NEITHER,
        ),
        (
            json!({"$unordered": [{"GroupName": "b"}, {"GroupName": "a"}]}),
            got.clone(),
            NOT_EXACTLY,
        ),
        (
            json!({"$unordered": [{"GroupName": "b"}, {"GroupName": "b"}]}),
            got.clone(),
            NEITHER,
        ),
        (json!({"$unordered": [{"GroupName": "b"}]}), got, NEITHER),
        (
            json!({"$unordered": ["a", "b", "c"]}),
            json!(["c", "a", "b"]),
            BOTH,
        ),
        (
            json!({"$unordered": ["a", "a", "b"]}),
            json!(["a", "b", "b"]),
            NEITHER,
        ),
        (json!({"$unordered": []}), json!([]), BOTH),
        (json!({"$unordered": []}), json!({}), NEITHER),
        // The first that fits is not always the right one.
        (
            json!({"$unordered": ["<any>", "<string>", "a"]}),
            json!(["a", "b", 1]),
            BOTH,
        ),
        (
            json!({"$unordered": ["<string>", "a", "a"]}),
            json!(["a", "b", 1]),
            NEITHER,
        ),
    ]);
}

#[test]
fn choices_each_way() {
    hold([
        (json!({"$oneOf": ["a", 1]}), json!(1), BOTH),
        (json!({"$oneOf": ["a", 1]}), json!("b"), NEITHER),
        (
            json!({"$oneOf": [{"a": 1}, {"b": 1}]}),
            json!({"b": 1, "c": 1}),
            NOT_EXACTLY,
        ),
        (json!({"a": {"$oneOf": ["<absent>", 1]}}), json!({}), BOTH),
        (
            json!({"a": {"$oneOf": ["<absent>", 1]}}),
            json!({"a": 2}),
            NEITHER,
        ),
        (json!({"$not": "a"}), json!("b"), BOTH),
        (json!({"$not": "a"}), json!("a"), NEITHER),
        (json!({"a": {"$not": "<absent>"}}), json!({"a": null}), BOTH),
        (json!({"a": {"$not": "<absent>"}}), json!({}), NEITHER),
        // A member that is not there is not another one.
        (json!({"a": {"$not": "b"}}), json!({}), NEITHER),
        (
            json!({"$not": {"a": 1}}),
            json!({"a": 1, "b": 2}),
            (false, true),
        ),
        (json!({"$not": {"$contains": "a"}}), json!(["b"]), BOTH),
        (json!({"$not": {"$contains": "a"}}), json!(["a"]), NEITHER),
        (json!({"$equals": "<any>"}), json!("<any>"), BOTH),
        (json!({"$equals": "<any>"}), json!("x"), NEITHER),
        (json!({"$equals": {"$a": 1}}), json!({"$a": 1}), BOTH),
        (
            json!({"$equals": {"a": 1}}),
            json!({"a": 1, "b": 2}),
            NEITHER,
        ),
        (json!({"$equals": "${first.map}"}), json!({"a": 1}), BOTH),
        (json!({"a": {"$equals": null}}), json!({}), NEITHER),
    ]);
}

#[test]
fn bounds_each_way() {
    let rows = [
        ("$gt", [false, false, true]),
        ("$gte", [false, true, true]),
        ("$lt", [true, false, false]),
        ("$lte", [true, true, false]),
    ];
    for (key, outcomes) in rows {
        for (got, fits) in [-1.5, 3.0, 3.5].into_iter().zip(outcomes) {
            hold([(json!({key: 3}), json!(got), (fits, fits))]);
        }
        let times = [
            "2026-01-31T11:59:59Z",
            "2026-01-31T13:00:00+01:00",
            "2026-01-31T12:00:00.001Z",
        ];
        for (got, fits) in times.into_iter().zip(outcomes) {
            hold([
                (
                    json!({key: "2026-01-31T12:00:00Z"}),
                    json!(got),
                    (fits, fits),
                ),
                (json!({key: "${now()}"}), json!(got), (fits, fits)),
                (json!({key: "${epoch()}"}), json!(got), (fits, fits)),
            ]);
        }
        for (got, fits) in [1_769_860_799.9, 1_769_860_800.0, 1_769_860_800.1]
            .into_iter()
            .zip(outcomes)
        {
            hold([(json!({key: "${now()}"}), json!(got), (fits, fits))]);
        }
        for got in [json!("a"), json!(null), json!([]), json!(true)] {
            hold([
                (json!({key: 3}), got.clone(), NEITHER),
                (json!({key: "${now()}"}), got, NEITHER),
            ]);
        }
        hold([(json!({"a": {key: 3}}), json!({}), NEITHER)]);
    }
    hold([
        (json!({"$gt": 1, "$lt": 3}), json!(2), BOTH),
        (json!({"$gt": 1, "$lt": 3}), json!(3), NEITHER),
        (
            json!({"$gt": 9_007_199_254_740_992_u64}),
            json!(9_007_199_254_740_993_u64),
            BOTH,
        ),
    ]);
}

#[test]
fn claims_each_way() {
    hold([
        // Contained, as scenarios.md has it, under `exactly` too.
        (json!({"$claims": {"sub": "ann"}}), json!(JWT), BOTH),
        (
            json!({"$claims": {"sub": "<string>", "cognito:groups": ["admins"]}}),
            json!(JWT),
            BOTH,
        ),
        (json!({"$claims": {"sub": "bob"}}), json!(JWT), NEITHER),
        (json!({"$claims": {"email": "<absent>"}}), json!(JWT), BOTH),
        (json!({"$claims": {"email": "<any>"}}), json!(JWT), NEITHER),
        (json!({"$claims": {}}), json!("a.b.c"), NEITHER),
        (json!({"$claims": {}}), json!({"sub": "ann"}), NEITHER),
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

#[test]
fn what_could_match_nothing_or_is_no_matcher_is_refused() {
    let rows = [
        (
            json!("<uid>"),
            "there is no matcher <uid>; did you mean <uuid>?",
        ),
        (json!({"a": ["<>"]}), "there is no matcher <>; "),
        (
            json!("<absent>"),
            "<absent> can only stand for the value of a member",
        ),
        (json!(["<absent>"]), "<absent> can only stand"),
        (json!({"$each": "<absent>"}), "<absent> can only stand"),
        (
            json!({"a": 1, "$gt": 1}),
            "a stands beside keys that begin with $",
        ),
        (
            json!({"$regx": "a"}),
            "there is no matcher $regx; did you mean $regex?",
        ),
        (json!({"$regex": "("}), "this is no regular expression"),
        (json!({"$regex": "a)(?:b"}), "this is no regular expression"),
        (json!({"$regex": 1}), "$regex takes a regular expression"),
        (json!({"$startsWith": 1}), "$startsWith takes a text"),
        (
            json!({"$startsWith": ""}),
            "every text begins with the empty one",
        ),
        (
            json!({"$contains": ""}),
            "every text has the empty one in it",
        ),
        (json!({"$oneOf": []}), "$oneOf of an empty list"),
        (json!({"$oneOf": 1}), "this must be a list"),
        (json!({"$unordered": {}}), "this must be a list"),
        (json!({"$gt": "soon"}), "take a number, or a time"),
        (json!({"$lte": true}), "take a number, or a time"),
        (json!({"$length": -1}), "$length takes a whole number"),
        (json!({"$length": "1"}), "$length takes a whole number"),
        (json!({"$length": "<any>"}), "$length takes a whole number"),
        (json!({"$claims": "<any>"}), "$claims takes a map"),
        (json!({"a": "${"}), "a ${ without its }"),
        (json!({"$equals": "${x(}"}), "would be right"),
    ];
    for (expected, text) in rows {
        let refused = scene()
            .differences(&expected, &json!({}), Depth::Contained)
            .unwrap_err();
        assert!(refused.contains(text), "{expected}: {refused}");
    }
    let value = json!({"a": "<x>", "b": ["<y>", {"$z": 1}]});
    assert_eq!(Expectation::read(&node(&value)).unwrap_err().len(), 3);
    // These only look like it.
    let good = [
        json!("<${first.code}>"),
        json!("<a> b"),
        json!({}),
        json!({"$not": "<any>"}),
    ];
    for value in good {
        assert!(Expectation::read(&node(&value)).is_ok(), "{value}");
    }
}

#[test]
fn what_cannot_be_evaluated_is_told() {
    let rows = [
        (json!("${second}"), "there is no second here"),
        (
            json!({"$regex": "${first.code}("}),
            "this is no regular expression",
        ),
        (
            json!({"$regex": "${first.map}"}),
            "$regex takes a text, and this comes to a map",
        ),
        (
            json!({"$startsWith": "${first.empty}"}),
            "comes to the empty text",
        ),
        (
            json!({"$contains": "${first.empty}"}),
            "comes to the empty text",
        ),
        (
            json!({"$gt": "${first.map}"}),
            "a bound is a number or an RFC 3339 time",
        ),
        (json!({"$not": "${second}"}), "there is no second here"),
        (json!("${row.wrong}"), "there is no matcher <uid>"),
    ];
    for (expected, text) in rows {
        let refused = scene().differences(&expected, &json!("1234561"), Depth::Contained);
        let refused = refused.unwrap_err();
        assert!(refused.contains(text), "{expected}: {refused}");
    }
}

/// Differences in lines.
fn lines(expected: &Value, got: &Value, depth: Depth) -> Vec<String> {
    found(expected, got, depth)
        .iter()
        .map(Difference::to_string)
        .collect()
}

#[test]
fn differences_say_where_what_and_instead_of_what() {
    let got = json!({
        "User": {"Enabled": false, "Attributes": [{"Name": "custom:a", "Value": "1"}]},
        "List": [1, {"a": 2}],
        "More": 1,
    });
    let expected = json!({
        "User": {"Enabled": true, "Attributes": {"custom:a": "2", "sub": "<uuid>"}, "Status": "${first.code}"},
        "List": [1, {"a": {"$gt": 2, "$lt": 9}}],
        "Gone": {"a": "<any>"},
    });
    assert_eq!(
        lines(&expected, &got, Depth::Contained),
        [
            r#"Gone: expected {"a":"<any>"}, got nothing"#,
            r#"List[1].a: expected {"$gt":2}, got 2"#,
            r#"User.Attributes['custom:a']: expected "2", got "1""#,
            r#"User.Attributes.sub: expected "<uuid>", got nothing"#,
            r#"User.Enabled: expected true, got false"#,
            r#"User.Status: expected "123456", got nothing"#,
        ]
    );
    let whole = lines(
        &json!({"User": "<map>", "List": "<list>"}),
        &got,
        Depth::Exact,
    );
    assert_eq!(whole, ["More: expected nothing, got 1"]);
    let rows = [
        (
            json!([1]),
            json!([1, 2]),
            "expected [1], got [1,2] (1 item expected, 2 came)",
        ),
        (json!("a"), json!({"b": 1}), r#"expected "a", got {"b":1}"#),
        (
            json!({"$unordered": [1, 2, 3]}),
            json!([1, 2, 4]),
            r#"expected {"$unordered":[1,2,3]}, got [1,2,4] (no entry fits item 2 of the expected list)"#,
        ),
        (
            json!({"$unordered": ["<any>", 1, 1]}),
            json!([1, 2, 3]),
            r#"expected {"$unordered":["<any>",1,1]}, got [1,2,3] (each entry that fits item 2 of the expected list is needed for another item)"#,
        ),
        (
            json!({"$length": 2}),
            json!("abc"),
            "$length: expected 2, got 3",
        ),
        (
            json!({"$length": 2}),
            json!(true),
            r#"expected {"$length":2}, got true (only texts, lists and maps have a length)"#,
        ),
        (json!({"$each": 1}), json!([1, 2]), "[1]: expected 1, got 2"),
        (
            json!({"$oneOf": ["a", {"$regex": "b+"}]}),
            json!("c"),
            r#"expected {"$oneOf":["a",{"$regex":"b+"}]}, got "c""#,
        ),
        (
            json!({"$not": "<any>"}),
            json!(1),
            r#"expected {"$not":"<any>"}, got 1"#,
        ),
        (
            json!({"$claims": {"a": 1}}),
            json!("abc"),
            r#"expected {"$claims":{"a":1}}, got "abc" (the text is no JWT; id and access tokens are JWTs, of three parts with dots between them)"#,
        ),
        (
            json!({"$claims": {"sub": "bob"}}),
            json!(JWT),
            r#"$claims.sub: expected "bob", got "ann""#,
        ),
    ];
    for (expected, got, line) in rows {
        assert_eq!(
            lines(&expected, &got, Depth::Contained),
            [line],
            "{expected}"
        );
    }
}

#[test]
fn literals_know_what_to_write_in_their_place() {
    let got = json!({"a": "new", "b": [1, 2], "c": 3, "d": 4, "e": 5});
    let expected = json!({"a": "old", "b": [1], "c": "${first.code}", "d": {"$gt": 9}, "e": "<string>",
        "f": "gone"});
    let found = found(&expected, &got, Depth::Contained);
    let updates: Vec<_> = found.iter().map(Difference::update).collect();
    assert_eq!(
        updates,
        [
            Some(&json!("new")),
            Some(&json!([1, 2])),
            None,
            None,
            None,
            None
        ]
    );
}

#[test]
fn differences_and_their_debug_show_no_secret_in_full() {
    let got = json!({"AuthenticationResult": {"AccessToken": JWT, "TokenType": "Bearer"},
        "Session": "a-very-long-session", "note": "a-very-long-session it is"});
    let expected = json!({"AuthenticationResult": {"AccessToken": "another-long-token", "TokenType": "X"},
        "Session": "${env('KEY')}", "note": "-"});
    let mut scene = scene();
    let found = scene
        .differences(&expected, &got, Depth::Contained)
        .unwrap();
    let lines: Vec<String> = found.iter().map(Difference::to_string).collect();
    assert_eq!(
        lines,
        [
            r#"AuthenticationResult.AccessToken: expected "another-…", got "eyJhbGci…""#,
            r#"AuthenticationResult.TokenType: expected "X", got "Bearer""#,
            r#"Session: expected "***", got "a-very-l…""#,
            r#"note: expected "-", got "a-very-l… it is""#,
        ]
    );
    let shown = format!("{found:?} {:?}", Expectation::read(&node(&expected)));
    for secret in [
        JWT,
        "another-long-token",
        "a-very-long-session",
        "from-outside",
    ] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn names_are_those_of_all_templates() {
    let value = json!({"a": "${a}", "b": ["x${b}", {"$regex": "${c}"}], "c": {"$oneOf": ["${d}"], "$gt": "${e}"},
        "d": {"$claims": {"x": "${f}"}, "$each": "${g}", "$equals": {"y": "${h}"}}});
    let expectation = Expectation::read(&node(&value)).unwrap();
    let mut names: Vec<&str> = expectation.names().iter().map(|used| used.name).collect();
    names.sort_unstable();
    assert_eq!(names, ["a", "b", "c", "d", "e", "f", "g", "h"]);
}
