//! What a customization's CSS may hold.
//!
//! Classes and forbidden statements: "Customizing hosted UI (classic) branding", developer guide
//! (documented). That a foreign selector is refused, and how, is observed. Properties are not looked
//! at: the guide says that foreign ones have no effect.

use crate::error::{CognitoError, Refusal};

/// Selectors that may be styled. `redirect` was seen in a stylesheet that AWS serves;
/// `passwordCheck-notValid` and `socialButton` follow from the properties that the guide lists
/// (inferred).
const SELECTORS: [&str; 18] = [
    ".background-customizable",
    ".banner-customizable",
    ".errorMessage-customizable",
    ".idpButton-customizable",
    ".idpButton-customizable:hover",
    ".idpDescription-customizable",
    ".inputField-customizable",
    ".inputField-customizable:focus",
    ".label-customizable",
    ".legalText-customizable",
    ".logo-customizable",
    ".passwordCheck-notValid-customizable",
    ".passwordCheck-valid-customizable",
    ".redirect-customizable",
    ".socialButton-customizable",
    ".submitButton-customizable",
    ".submitButton-customizable:hover",
    ".textDescription-customizable",
];

/// What may stand nowhere in the CSS, whatever its letter case: the statements that the guide names,
/// and the ways to run a script.
const FORBIDDEN: [&str; 7] = [
    "@import",
    "@supports",
    "@page",
    "@media",
    "<script",
    "javascript:",
    "expression(",
];

/// Checks every rule.
///
/// # Errors
/// A forbidden statement, a selector that is not listed, text that is no rule.
pub fn check(css: &str) -> Result<(), CognitoError> {
    let css = without_comments(css)?;
    let folded = css.to_ascii_lowercase();
    if let Some(found) = FORBIDDEN.iter().find(|text| folded.contains(**text)) {
        return Refusal::CssStatement {
            statement: (*found).to_owned(),
        }
        .refuse("the CSS may style the customizable classes, and nothing else");
    }
    let mut rest = css.trim();
    while !rest.is_empty() {
        let (selectors, behind) = rest
            .split_once('{')
            .ok_or_else(|| malformed("text stands outside of a rule"))?;
        let (body, behind) = behind
            .split_once('}')
            .ok_or_else(|| malformed("a rule is not closed"))?;
        if body.contains('{') {
            return Err(malformed("a rule is not closed, or stands in another"));
        }
        for selector in selectors.split(',') {
            check_selector(selector.trim())?;
        }
        rest = behind.trim();
    }
    Ok(())
}

fn check_selector(selector: &str) -> Result<(), CognitoError> {
    if SELECTORS.contains(&selector) {
        return Ok(());
    }
    Refusal::CssClass {
        selector: selector.to_owned(),
    }
    .refuse(format!("the classes are {}", SELECTORS.join(", ")))
}

fn without_comments(css: &str) -> Result<String, CognitoError> {
    let mut kept = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, comment)) = rest.split_once("/*") {
        let (_, behind) = comment
            .split_once("*/")
            .ok_or_else(|| malformed("a comment is not closed"))?;
        kept.push_str(before);
        // Two words around a comment stay two.
        kept.push(' ');
        rest = behind;
    }
    kept.push_str(rest);
    Ok(kept)
}

fn malformed(reason: &'static str) -> CognitoError {
    Refusal::CssMalformed.because(reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_customizable_classes_pass() {
        for css in [
            "",
            "  \n",
            ".label-customizable {font-weight: 400;}",
            ".banner-customizable{} .logo-customizable{max-width:60%}",
            ".submitButton-customizable:hover, .idpButton-customizable:hover { color: #fff; }",
            "/* a { } comment */ .inputField-customizable:focus /* x */ { outline: 0 }",
            ".label-customizable { color: @gray }",
        ] {
            assert_eq!(check(css), Ok(()), "{css}");
        }
    }

    #[test]
    fn what_is_refused_and_how() {
        let class = |selector: &str| {
            format!("The CSS class {selector} is not in the list of allowed classes.")
        };
        for (css, expected) in [
            (".btn { color: red }", class(".btn")),
            (
                ".label-customizable {} .btn-customizable {}",
                class(".btn-customizable"),
            ),
            (
                ".logo-customizable:hover {}",
                class(".logo-customizable:hover"),
            ),
            ("label-customizable {}", class("label-customizable")),
            (".label-customizable, body {}", class("body")),
            ("{ color: red }", class("")),
            (
                "@MEDIA print { .label-customizable {} }",
                "The CSS cannot contain @media.".to_owned(),
            ),
            (
                ".label-customizable { background: url(JavaScript:alert(1)) }",
                "The CSS cannot contain javascript:.".to_owned(),
            ),
            ("@im/**/port 'x';", "The CSS cannot be parsed.".to_owned()),
            (
                ".label-customizable { color: red",
                "The CSS cannot be parsed.".to_owned(),
            ),
            (
                ".label-customizable { .b { } }",
                "The CSS cannot be parsed.".to_owned(),
            ),
            ("/* .a", "The CSS cannot be parsed.".to_owned()),
            ("color: red", "The CSS cannot be parsed.".to_owned()),
        ] {
            let refused = check(css).unwrap_err();
            assert_eq!(refused.code(), "InvalidParameterException", "{css}");
            assert_eq!(refused.message(), expected, "{css}");
        }
    }
}
