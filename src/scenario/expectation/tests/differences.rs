//! What is said of what does not fit.

use serde_json::{Value, json};

use super::*;

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
            Some(&json!("<absent>"))
        ]
    );
}

/// What `--update` writes for all that differs, in turn.
fn updates(expected: Value, got: Value) -> Vec<Option<Value>> {
    let found = found(&expected, &got, Depth::Contained);
    let update = |difference: &Difference| difference.update().cloned();
    found.iter().map(update).collect()
}

#[test]
fn what_is_written_means_what_came_and_nothing_else() {
    let cases = [
        (json!("${x} $"), json!("$${x} $")),
        (json!("<any>"), json!({"$equals": "<any>"})),
        (json!("<p>a</p>"), json!("<p>a</p>")),
        (
            json!([{"$regex": "${<x>"}, "<x>"]),
            json!([{"$equals": {"$regex": "$${<x>"}}, {"$equals": "<x>"}]),
        ),
    ];
    for (got, written) in cases {
        assert_eq!(updates(json!("old"), got.clone()), [Some(written.clone())]);
        assert_eq!(fits(&written, &got), BOTH, "{written}");
    }
}

#[test]
fn matchers_rows_and_secrets_stay_as_they_are() {
    let kept = [
        (json!({"$length": 2}), json!("abc")),
        (json!({"$each": 1}), json!([2])),
        (json!({"a": "${row.text}"}), json!({"a": "other"})),
        (json!({"a": "${row.map}"}), json!({"a": {"a": "b"}})),
        (json!({"Session": "old"}), json!({"Session": "new"})),
        (
            json!({"a": {"Code": "1"}}),
            json!({"a": {"Code": "123456"}}),
        ),
        (
            json!({"a": "1"}),
            json!({"a": "it is 123456", "Code": "123456"}),
        ),
        (json!({"a": []}), json!({"a": [{"Password": "Secret-1"}]})),
        (json!({"a": "b"}), json!({"a": JWT})),
        (json!([1, 2, "<any>"]), json!([1])),
    ];
    for (expected, got) in kept {
        assert_eq!(updates(expected.clone(), got), [None], "{expected}");
    }
    let claims = json!({"t": {"$claims": {"sub": "bob"}}});
    assert_eq!(updates(claims, json!({"t": JWT})), [Some(json!("ann"))]);
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
