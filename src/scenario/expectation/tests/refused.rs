//! What is no expectation, or cannot be evaluated.

use serde_json::json;

use super::*;

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
        json!("<p>a</p>"),
        json!("<any>>"),
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
