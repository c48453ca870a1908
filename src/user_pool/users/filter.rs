//! The filter of ListUsers: `attribute = "value"` or `attribute ^= "value"`.
//!
//! Documented ("Managing and searching for user accounts", developer guide): one attribute, `=` for
//! the whole value or `^=` for its beginning, spaces around the operator as one likes, a quote inside
//! the value behind a backslash. Custom attributes cannot be searched.

use std::fmt;

use crate::error::{CognitoError, Refusal};
use crate::store::Searchable;

/// A parsed filter; printed, it parses to itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// What is searched.
    pub field: Field,
    /// How.
    pub matching: Matching,
    /// The value or its beginning.
    pub value: String,
}

/// What a filter searches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The stored username; letter case counts (documented).
    Username,
    /// The sub.
    Sub,
    /// An attribute or state of the user; letter case does not count (documented).
    Indexed(Searchable),
}

impl Field {
    fn parse(name: &str) -> Option<Self> {
        match name {
            "username" => Some(Self::Username),
            "sub" => Some(Self::Sub),
            other => Searchable::parse(other).map(Self::Indexed),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Sub => "sub",
            Self::Indexed(searchable) => searchable.name(),
        }
    }
}

/// How a filter compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matching {
    /// `=`.
    Whole,
    /// `^=`.
    Beginning,
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operator = match self.matching {
            Matching::Whole => "=",
            Matching::Beginning => "^=",
        };
        let value = self.value.replace('\\', "\\\\").replace('"', "\\\"");
        write!(f, "{} {operator} \"{value}\"", self.field.name())
    }
}

impl Filter {
    /// Parses a filter; a blank one lists everybody (documented for an empty one).
    ///
    /// # Errors
    /// InvalidParameterException for what is no filter, and for what cannot be searched.
    pub fn parse(text: &str) -> Result<Option<Self>, CognitoError> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let (name, matching, value) = split(text).ok_or_else(|| {
            Refusal::FilterUnparsable.because(
                "a filter is an attribute, = or ^=, and a value in double quotes, such as \
                 email ^= \"bob\"; a quote inside the value needs a backslash",
            )
        })?;
        let field =
            Field::parse(name).ok_or_else(|| {
                Refusal::InvalidSearchAttribute { name: name.to_owned() }.because(
                "searchable are username, sub, email, phone_number, name, given_name, family_name, \
                 preferred_username, cognito:user_status and status",
            )
            })?;
        Ok(Some(Self {
            field,
            matching,
            value,
        }))
    }
}

/// Name, operator and value without its escapes.
fn split(text: &str) -> Option<(&str, Matching, String)> {
    let (left, right) = text.split_once('=')?;
    let (name, matching) = match left.strip_suffix('^') {
        Some(name) => (name, Matching::Beginning),
        None => (left, Matching::Whole),
    };
    let name = name.trim_end();
    if name.is_empty()
        || name
            .chars()
            .any(|c| c.is_whitespace() || c == '"' || c == '^')
    {
        return None;
    }
    unquote(right.trim_start()).map(|value| (name, matching, value))
}

/// The text between two double quotes that are all there is. A backslash before anything but a quote
/// or a backslash is itself (inferred).
fn unquote(text: &str) -> Option<String> {
    let mut value = String::with_capacity(text.len());
    let mut rest = text.strip_prefix('"')?.chars().peekable();
    while let Some(next) = rest.next() {
        match next {
            '"' => return rest.next().is_none().then_some(value),
            '\\' => value.push(rest.next_if(|c| matches!(c, '"' | '\\')).unwrap_or('\\')),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn filters_are_read_as_the_guide_writes_them() {
        let email = Field::Indexed(Searchable::Email);
        let cases = [
            (r#"email = "a@b.c""#, email, Matching::Whole, "a@b.c"),
            (r#"email="a@b.c""#, email, Matching::Whole, "a@b.c"),
            (r#" email ^= "a" "#, email, Matching::Beginning, "a"),
            (r#"email^="a""#, email, Matching::Beginning, "a"),
            (
                r#"username = "say \"hi\"""#,
                Field::Username,
                Matching::Whole,
                r#"say "hi""#,
            ),
            (r#"sub ^= """#, Field::Sub, Matching::Beginning, ""),
            (
                r#"name = "a = b""#,
                Field::Indexed(Searchable::Name),
                Matching::Whole,
                "a = b",
            ),
            (
                r#"name = "a\b\\c""#,
                Field::Indexed(Searchable::Name),
                Matching::Whole,
                r"a\b\c",
            ),
        ];
        for (text, field, matching, value) in cases {
            let expected = Filter {
                field,
                matching,
                value: value.to_owned(),
            };
            assert_eq!(Filter::parse(text), Ok(Some(expected)), "{text}");
        }
        assert_eq!(Filter::parse("  "), Ok(None));
    }

    #[test]
    fn what_is_no_filter_or_cannot_be_searched_is_refused_in_aws_words() {
        let cases = [
            ("email", "Error while parsing filter"),
            ("email = a", "Error while parsing filter"),
            (r#"email = "a"#, "Error while parsing filter"),
            (r#"email = "a" x"#, "Error while parsing filter"),
            (r#"email > "a""#, "Error while parsing filter"),
            (r#"= "a""#, "Error while parsing filter"),
            (
                r#"email = "a" and name = "b""#,
                "Error while parsing filter",
            ),
            (
                r#"custom:foo = "a""#,
                "Invalid search attribute: custom:foo",
            ),
            (r#"Email = "a""#, "Invalid search attribute: Email"),
        ];
        for (text, message) in cases {
            assert_eq!(
                Filter::parse(text).unwrap_err().message(),
                message,
                "{text}"
            );
        }
    }

    fn any_filter() -> impl Strategy<Value = Filter> {
        let fields = [
            Field::Username,
            Field::Sub,
            Field::Indexed(Searchable::Email),
            Field::Indexed(Searchable::UserStatus),
        ];
        let matching = [Matching::Whole, Matching::Beginning];
        (
            prop::sample::select(fields.to_vec()),
            prop::sample::select(matching.to_vec()),
            any::<String>(),
        )
            .prop_map(|(field, matching, value)| Filter {
                field,
                matching,
                value,
            })
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = Filter::parse(&text);
        }

        #[test]
        fn text_near_a_filter_is_read_or_refused(text in r#"[a-z:" ]{0,6}[\^= ]{0,3}[a-z"\\=]{0,8}"#) {
            if let Ok(Some(filter)) = Filter::parse(&text) {
                prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(Some(filter)));
            }
        }

        #[test]
        fn a_printed_filter_parses_to_itself(filter in any_filter()) {
            prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(Some(filter)));
        }
    }
}
