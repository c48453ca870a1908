//! The matchers of `$` keys, each way.

use serde_json::json;

use super::*;

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
