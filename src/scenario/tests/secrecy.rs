use super::*;
use serde_json::json;

/// Members of these types are the secrets of the service models; the rest of a map of secrets is told by its
/// names.
#[test]
fn secrets_are_those_of_the_tables() {
    let tables = [
        include_str!("../../model/cognito_idp.rs"),
        include_str!("../../model/cognito_identity.rs"),
    ];
    let mut members = BTreeSet::new();
    for line in tables.iter().flat_map(|table| table.lines()) {
        let mut parts = line.split('"');
        let (Some(_), Some(member), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let kind = rest.split_whitespace().nth(2).unwrap_or_default();
        if kind.trim_end_matches(';') == "Secret" {
            members.insert(member);
        }
    }
    assert!(members.len() > 20, "{members:?}");
    for member in &members {
        assert!(SECRET.contains(member), "{member} is a secret");
    }
    let of_tables = SECRET
        .iter()
        .filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase()));
    for name in of_tables.filter(|name| **name != "Logins") {
        assert!(members.contains(name), "no table has the secret {name}");
    }
}

#[test]
fn parameters_are_told_by_their_names() {
    for name in [
        "PASSWORD",
        "NEW_PASSWORD",
        "SECRET_HASH",
        "REFRESH_TOKEN",
        "SMS_MFA_CODE",
        "SOFTWARE_TOKEN_MFA_CODE",
        "PASSWORD_CLAIM_SIGNATURE",
        "client_secret",
        "temporaryPassword",
    ] {
        assert!(is_secret(name), "{name}");
    }
    for name in [
        "USERNAME",
        "USER_ID_FOR_SRP",
        "CODE_DELIVERY_DESTINATION",
        "SRP_B",
        "SALT",
        "DEVICE_KEY",
        "TokenType",
        "token_type",
        "expires_in",
        "email",
        "Username",
        "",
        "1",
    ] {
        assert!(!is_secret(name), "{name}");
    }
}

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
            "temporaryPassword": "Correct-…",
            "body": "Your password is Correct-….",
            "url": "https://a.example/?code=1&x=eyJabc.d…&y=eyJab",
            "Session": ["short", "a-long-s…", 7, null],
            "AuthenticationResult": {"IdToken": {"x": "01234567…"}},
        })
    );
    // Characters, not bytes.
    let cover = veil.cover(&Value::Null);
    assert_eq!(cover.shown(&json!("äöüäöüäöü"), true), r#""äöüäöüäö…""#);
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
