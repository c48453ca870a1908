//! The patterns of the model, matched as Java does.
//!
//! AWS's patterns are Java regular expressions matched against the whole string; `\w`, `\s` and `\d`
//! are ASCII there (inferred from Java's documentation of `java.util.regex.Pattern` and from the
//! messages of the service, which print the expressions). Most are one bracketed class repeated, so
//! the generator turns those into bitmaps; the rest are compiled when first needed, never at start.

use std::sync::OnceLock;

use regex::Regex;
use unicode_general_category::{GeneralCategory, get_general_category};

/// A pattern: the text that messages print, and what decides.
#[derive(Debug)]
pub struct Pattern {
    /// The expression as the model has it.
    pub text: &'static str,
    matcher: Matcher,
    /// What may stand before a match although the expression forbids it.
    prefix: Option<&'static str>,
}

impl Pattern {
    pub(super) const fn new(text: &'static str, matcher: Matcher) -> Self {
        Self {
            text,
            matcher,
            prefix: None,
        }
    }

    /// The same pattern, which also accepts a match after this prefix.
    pub(super) const fn also_after(mut self, prefix: &'static str) -> Self {
        self.prefix = Some(prefix);
        self
    }

    /// Whether the whole string matches.
    pub fn matches(&self, text: &str) -> bool {
        let rest = self.prefix.and_then(|prefix| text.strip_prefix(prefix));
        self.matcher.matches(rest.unwrap_or(text))
    }
}

/// What decides whether a string matches.
#[derive(Debug)]
pub(super) enum Matcher {
    /// `(?s).*`
    Anything,
    /// `[class]+` or `[class]*`: at least so many characters, each of the class.
    Each(Class, usize),
    /// `[head]+X[tail]+`, where the tail has no `X`, so that the last `X` is the separator.
    Joined(Class, char, Class),
    /// Any other expression, compiled at its first use.
    Regex(&'static str, OnceLock<Regex>),
    /// A rule that no linear-time expression can say.
    Custom(fn(&str) -> bool),
}

impl Matcher {
    pub(super) const fn regex(expression: &'static str) -> Self {
        Self::Regex(expression, OnceLock::new())
    }

    fn matches(&self, text: &str) -> bool {
        match self {
            Self::Anything => true,
            Self::Each(class, least) => text.len() >= *least && class.has_all(text),
            Self::Joined(head, separator, tail) => {
                text.rsplit_once(*separator).is_some_and(|(before, after)| {
                    !before.is_empty()
                        && !after.is_empty()
                        && head.has_all(before)
                        && tail.has_all(after)
                })
            }
            Self::Regex(expression, compiled) => {
                compiled.get_or_init(|| compile(expression)).is_match(text)
            }
            Self::Custom(decide) => decide(text),
        }
    }
}

#[expect(
    clippy::expect_used,
    reason = "the generator wrote the expression, and a test compiles every one"
)]
fn compile(expression: &str) -> Regex {
    Regex::new(expression).expect("a pattern of the model compiles")
}

/// A bracketed class: which ASCII characters belong, and which major Unicode categories beyond ASCII.
#[derive(Debug)]
pub(super) struct Class {
    /// A table rather than a bitmap: an access token has a thousand characters to look up.
    ascii: [bool; 128],
    beyond: &'static str,
}

impl Class {
    /// Bit `n` of `ascii` says whether the character with code `n` belongs.
    pub(super) const fn new(ascii: u128, beyond: &'static str) -> Self {
        let mut table = [false; 128];
        let mut code = 0;
        while code < table.len() {
            table[code] = ascii >> code & 1 == 1;
            code += 1;
        }
        Self {
            ascii: table,
            beyond,
        }
    }

    fn has_all(&self, text: &str) -> bool {
        let in_table = |byte| self.ascii.get(usize::from(byte)).copied().unwrap_or(false);
        text.bytes().all(in_table) || text.chars().all(|character| self.has(character))
    }

    fn has(&self, character: char) -> bool {
        match self.ascii.get(character as usize) {
            Some(belongs) => *belongs,
            None => self.beyond.contains(major_category(character)),
        }
    }
}

/// The letter of `\p{L}`, `\p{M}`… under which Java files a character.
fn major_category(character: char) -> char {
    use GeneralCategory::*;

    match get_general_category(character) {
        UppercaseLetter | LowercaseLetter | TitlecaseLetter | ModifierLetter | OtherLetter => 'L',
        NonspacingMark | SpacingMark | EnclosingMark => 'M',
        DecimalNumber | LetterNumber | OtherNumber => 'N',
        ConnectorPunctuation | DashPunctuation | OpenPunctuation | ClosePunctuation
        | InitialPunctuation | FinalPunctuation | OtherPunctuation => 'P',
        MathSymbol | CurrencySymbol | ModifierSymbol | OtherSymbol => 'S',
        SpaceSeparator | LineSeparator | ParagraphSeparator => 'Z',
        _ => 'C',
    }
}

/// Anything: the operation checks the text, in words of its own. Nothing at all breaks the length.
pub(super) fn left_to_the_operation(text: &str) -> bool {
    !text.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::model::{cognito_identity, cognito_idp};

    fn matches(text: &str, value: &str) -> bool {
        let tables = [cognito_idp::PATTERNS, cognito_identity::PATTERNS];
        let mut found = tables.iter().copied().flatten();
        found
            .find(|pattern| pattern.text == text && !matches!(pattern.matcher, Matcher::Custom(_)))
            .expect("the model has the pattern")
            .matches(value)
    }

    #[test]
    fn every_pattern_of_the_model_compiles_and_refuses_something() {
        for pattern in cognito_idp::PATTERNS
            .iter()
            .chain(cognito_identity::PATTERNS)
        {
            let refused = ["", "\u{7}", "a\u{7}", " a "];
            let all = refused.iter().all(|value| pattern.matches(value));
            assert_eq!(all, pattern.text == "(?s).*", "{}", pattern.text);
        }
    }

    #[test]
    fn patterns_match_the_whole_string_as_java_does() {
        let cases = [
            (r"[\w-]+_[0-9a-zA-Z]+", "us-east-1_AbCdEfGhI", true),
            (r"[\w-]+_[0-9a-zA-Z]+", "us_east_1_A", true),
            (r"[\w-]+_[0-9a-zA-Z]+", "us-east-1_", false),
            (r"[\w-]+_[0-9a-zA-Z]+", "_A", false),
            (r"[\w-]+_[0-9a-zA-Z]+", "us-east-1_A\n", false),
            (r"[\w-]+:[0-9a-f-]+", "us-east-1:0a-f", true),
            (r"[\w-]+:[0-9a-f-]+", "us-east-1:0a-g", false),
            // \w is ASCII.
            (r"[\w+]+", "héllo", false),
            (r"[\w+]+", "a+b_9", true),
            (r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "Zoë€٣“", true),
            (r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "a b", false),
            (r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "a\u{a0}b", false),
            // A hyphen after a range stands for itself.
            (r"[A-Za-z0-9-_=.]+", "aZ0-_=.", true),
            (r"[A-Za-z0-9-_=.]+", "a:b", false),
            (r"[\x21\x23-\x5B\x5D-\x7E]+", "a\"b", false),
            (r"[\x21\x23-\x5B\x5D-\x7E]+", "a\\b", false),
            (r"[\x21\x23-\x5B\x5D-\x7E]+", "https://a/b!", true),
            (
                r"[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+",
                "Abc",
                true,
            ),
            (
                r"[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+",
                "_bc",
                false,
            ),
            (
                r"[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+",
                "Ab",
                false,
            ),
            // Java's dot stops at every line end.
            (r".*\{####\}.*", "code {####}", true),
            (r".*\{####\}.*", "code\n{####}", false),
            (r".*\{####\}.*", "code\u{2028}{####}", false),
            ("(?s).*", "a\nb", true),
            (r"[\S]+", "in side", false),
            (r"\d+", "٣", false),
            ("(un)?authenticated", "unauthenticated", true),
        ];
        for (pattern, value, expected) in cases {
            assert_eq!(matches(pattern, value), expected, "{pattern} on {value:?}");
        }
    }

    #[test]
    fn a_password_has_two_characters_and_a_space_at_neither_end() {
        let cases = [
            ("in side", true),
            ("ab", true),
            (" lead", false),
            ("trail ", false),
            ("trail\u{b}", false),
            // Java's \s is ASCII, and its dot stops at a line end.
            ("\u{a0}no-break\u{a0}", true),
            ("two\nlines", false),
            ("a", false),
            ("", false),
        ];
        for (password, expected) in cases {
            let matched = matches(r"^[\S]+.*[\S]+$", password);
            assert_eq!(matched, expected, "{password:?}");
        }
    }
}
