use super::*;
use serde_json::json;

#[test]
fn secrets_are_cut_wherever_they_stand() {
    let veil = Veil::new(Secrecy::Cut);
    let answer = json!({
        "temporaryPassword": "Correct-1-horse",
        "body": "Your password is Correct-1-horse.",
        "url": "https://a.example/?code=1&x=eyJabc.def-g_h.ijk&y=eyJab",
        "Session": ["short", "a-long-session", 7, null],
        "AuthenticationResult": {"IdToken": {"x": "0123456789"}},
    });
    let shown = veil.cover(&answer).covered(&answer, false);
    assert_eq!(
        shown,
        json!({
            "temporaryPassword": "Correct…",
            "body": "Your password is Correct….",
            "url": "https://a.example/?code=1&x=eyJabc.d…&y=eyJab",
            "Session": ["short", "a-long-…", 7, null],
            "AuthenticationResult": {"IdToken": {"x": "01234…"}},
        })
    );
    // Characters, not bytes.
    let cover = veil.cover(&Value::Null);
    assert_eq!(cover.shown(&json!("äöüäöüäöü"), true), r#""äöüä…""#);
    assert_eq!(cover.shown(&json!("<jwt>"), true), r#""<jwt>""#);
    assert_eq!(
        cover.shown(&json!({"$regex": "[a-z]{20}"}), true),
        r#"{"$regex":"[a-z]{20}"}"#
    );
}

#[test]
fn on_aws_nothing_of_a_secret_is_shown() {
    let veil = Veil::new(Secrecy::Hidden);
    let answer = json!({"Session": "a-long-session", "code": "123456", "link": "?code=123456", "Code": "1",
        "text": "eyJabc.def.ghi 1"});
    let shown = veil.cover(&answer).covered(&answer, false);
    let expected = json!({"Session": "***", "code": "***", "link": "?code=***", "Code": "***", "text": "*** 1"});
    assert_eq!(shown, expected);
}

#[test]
fn variables_of_the_environment_are_never_shown() {
    for secrecy in [Secrecy::Cut, Secrecy::Hidden] {
        let mut veil = Veil::new(secrecy);
        veil.hide("abc");
        veil.hide("abcdef");
        veil.hide("");
        veil.hide_all(&json!([{"x": "hid"}, 1]));
        let cover = veil.cover(&Value::Null);
        assert_eq!(cover.text("1 abcdef 2 abc 3 hid 4"), "1 *** 2 *** 3 *** 4");
        assert_eq!(
            cover.shown(&json!({"abc": "xabcx"}), false),
            r#"{"***":"x***x"}"#
        );
        assert!(!cover.shown(&json!("abcdef"), true).contains("abc"));
        assert!(veil.hides(&json!({"a": ["-abc-"]})));
        assert!(!veil.hides(&json!({"a": ["-ab-"]})));
        assert!(!format!("{veil:?}").contains("abc"));
    }
}
