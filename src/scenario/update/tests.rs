//! What is written, and what stays.

use serde_json::json;

use super::*;
use crate::scenario::source::Tree;

/// The file in which the values `old` of expectations, in turn, are replaced; or why it stays.
fn rewritten(name: &str, text: &str, changes: &[(&str, Value)]) -> Result<String, String> {
    let source = Arc::new(Source {
        name: name.to_owned(),
        text: text.to_owned(),
    });
    let root = tree::read(name, text).unwrap();
    let mut spans = Vec::new();
    each(&root, &mut |span| spans.push(span));
    let spans = spans
        .into_iter()
        .map(|span| (text[span.clone()].trim_end(), span));
    let spans: Vec<_> = spans.collect();
    let changes = changes.iter().map(|(old, value)| {
        let span = spans
            .iter()
            .find(|(written, _)| written == old)
            .map(|(_, span)| span);
        let at = At {
            source: Arc::clone(&source),
            span: span
                .unwrap_or_else(|| panic!("{old:?} in {spans:?} of {text}"))
                .clone(),
        };
        Change {
            at,
            value: value.clone(),
        }
    });
    let file = OfFile {
        changes: changes.collect(),
        fitting: BTreeSet::new(),
        is_held_back: false,
        source: Arc::clone(&source),
    };
    match file.rewritten() {
        Ok(file) => Ok(file.map_or(text.to_owned(), |file| file.text)),
        Err(fault) => Err(fault.text),
    }
}

fn each(node: &super::super::source::Node, visit: &mut impl FnMut(Range<usize>)) {
    visit(node.at.span.clone());
    match &node.value {
        Tree::List(items) => items.iter().for_each(|item| each(item, visit)),
        Tree::Map(members) => members.iter().for_each(|(_, value)| each(value, visit)),
        _ => {}
    }
}

#[test]
fn values_are_written_as_those_before_them_were() {
    let cases = [
        ("a: old # why", "old", json!("new"), "a: new # why"),
        ("a: old", "old", json!("x: y #z"), "a: \"x: y #z\""),
        (
            "{a: old, b: 1}",
            "old",
            json!("a, b"),
            "{a: \"a, b\", b: 1}",
        ),
        ("a: 'o''ld'", "'o''ld'", json!("n'ew"), "a: 'n''ew'"),
        (
            "a: \"old\"",
            "\"old\"",
            json!("a\"\n\u{85}ü😀"),
            "a: \"a\\\"\\n\\u0085ü😀\"",
        ),
        ("a: old", "old", json!("12"), "a: \"12\""),
        ("a: old", "old", json!("null"), "a: \"null\""),
        ("a: old", "old", json!(""), "a: \"\""),
        ("a: 1", "1", json!(2.5), "a: 2.5"),
        ("a: 1", "1", json!(true), "a: true"),
        (
            "a: 1",
            "1",
            json!({"x:y": ["<any>", null, {}]}),
            "a: {x:y: [<any>, null, {}]}",
        ),
        ("{a: [1]} # b", "[1]", json!([]), "{a: []} # b"),
        (
            "a:\n      - 1\n      - 2\n    # b",
            "- 1\n      - 2",
            json!([3, "x"]),
            "a:\n      - 3\n      - x\n    # b",
        ),
        (
            "a:\n      - 1\n      - 2",
            "- 1\n      - 2",
            json!([]),
            "a: []",
        ),
        (
            "a: &x old\n      b: *x",
            "&x old",
            json!("new"),
            "a: &x new\n      b: *x",
        ),
        (
            "a: &x {c: d}\n      b: *x",
            "&x {c: d}",
            json!("new"),
            "a: &x new\n      b: *x",
        ),
        (
            "a: |\n        one\n        two\n      b: 1",
            "one\n        two",
            json!("three\n\nfour\n"),
            "a: |\n        three\n\n        four\n      b: 1",
        ),
        (
            "a: |\n        one\n      b: 1",
            "one",
            json!("three"),
            "a: \"three\"\n      b: 1",
        ),
        (
            "a: >-\n        one\n        two\n      b: 1",
            "one\n        two",
            json!("three"),
            "a: \"three\"\n      b: 1",
        ),
        (
            "a: one\n        two # b",
            "one\n        two",
            json!("three"),
            "a: three # b",
        ),
    ];
    for (before, old, value, after) in cases {
        let around = |inside: &str| {
            let indented = if inside.starts_with('{') {
                ""
            } else {
                "\n      "
            };
            format!(
                "# top\nscenario: x\nsteps:\n  - ListUserPools: {{}}\n    expect: {indented}{inside}\n    note: \"é\"\n# end"
            )
        };
        for break_by in ["\n", "\r\n"] {
            let lines = |text: &str| text.replace('\n', break_by);
            let got = rewritten(
                "x.scenario.yaml",
                &lines(&around(before)),
                &[(&lines(old), value.clone())],
            );
            assert_eq!(got, Ok(lines(&around(after))), "{before}");
        }
    }
}

#[test]
fn all_of_a_file_is_written_at_once() {
    let text = "steps:\n- X: {}\n  expect: {a: one, b: two}\n- Y: {}\n  error: {type: three}\nfinally:\n- Z: {}\n  exactly: [four]\n";
    let changes = [
        ("[four]", json!(["a longer one", 2])),
        ("three", json!("3")),
        ("one", json!("much longer than it was")),
        ("two", json!("2")),
    ];
    let expected = "steps:\n- X: {}\n  expect: {a: much longer than it was, b: \"2\"}\n- Y: {}\n  error: {type: \"3\"}\nfinally:\n- Z: {}\n  exactly: [a longer one, 2]\n";
    assert_eq!(rewritten("x.yaml", text, &changes).as_deref(), Ok(expected));
}

#[test]
fn json_stays_json() {
    let text = "{\"steps\": [{\"X\": {},\n\t\"expect\": {\"a\": [1],   \"b\": 2}}]}";
    let changes = [("[1]", json!(["é\n", {"x": null}])), ("2", json!("x"))];
    let expected = "{\"steps\": [{\"X\": {},\n\t\"expect\": {\"a\": [\"é\\n\", {\"x\": null}],   \"b\": \"x\"}}]}";
    assert_eq!(
        rewritten("x.scenario.json", text, &changes).as_deref(),
        Ok(expected)
    );
}

#[test]
fn what_would_lose_or_change_something_else_stays() {
    let cases = [
        (
            "expect: {a: [1, # one\n      2]}",
            "[1, # one\n      2]",
            "a comment within",
        ),
        (
            "expect:\n      a: | # why\n        text\n",
            "text",
            "a comment within",
        ),
        ("X: &x {a: old}\n    expect: *x", "old", "by an alias"),
        ("note: &x old\n    expect: {a: *x}", "&x old", "by an alias"),
    ];
    for (inside, old, why) in cases {
        let text = format!("steps:\n  - Y: {{}}\n    {inside}\n");
        let got = rewritten("x.yaml", &text, &[(old, json!("new"))]);
        assert!(
            got.as_ref().is_err_and(|text| text.contains(why)),
            "{inside}: {got:?}"
        );
    }
    let twice = [("old", json!("new")), ("old", json!("newer"))];
    let text = "steps:\n  - Y: {}\n    expect: {a: old}\n";
    let got = rewritten("x.yaml", text, &twice).unwrap_err();
    assert!(got.contains("more than once"), "{got}");
}

#[test]
fn what_fits_one_and_not_another_stays() {
    let source = Arc::new(Source {
        name: "x.yaml".to_owned(),
        text: "steps:\n  - Y: {}\n    expect: {a: old}\n".to_owned(),
    });
    let start = source.text.find("old").unwrap();
    let span = start..start + 3;
    let value = json!("new");
    let at = At {
        source: Arc::clone(&source),
        span: span.clone(),
    };
    let changes = vec![Change { at, value }];
    for (fitting, is_written) in [
        ((span.start, span.end), false),
        ((span.end, span.end + 1), true),
    ] {
        let file = OfFile {
            source: Arc::clone(&source),
            changes: changes.clone(),
            fitting: BTreeSet::from([fitting]),
            is_held_back: false,
        };
        assert_eq!(file.rewritten().is_ok(), is_written);
    }
}
