//! Addresses that browsers are sent to.

use std::fmt::Write as _;

use crate::model::cognito_idp::OAuthFlowType;

/// Where in an address an answer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Behind `?`: codes, and errors of requests for codes.
    Query,
    /// Behind `#`: tokens, and errors of requests for tokens (observed).
    Fragment,
}

impl Part {
    /// Where the answer of a flow stands.
    pub fn of(flow: OAuthFlowType) -> Self {
        match flow {
            OAuthFlowType::Implicit => Self::Fragment,
            OAuthFlowType::Code | OAuthFlowType::ClientCredentials => Self::Query,
        }
    }
}

/// `address` with these parameters. A space is `+` in a query and `%20` in a fragment (observed).
pub fn with(address: &str, part: Part, pairs: &[(&str, &str)]) -> String {
    let mut whole = address.to_owned();
    let mut separator = match part {
        Part::Fragment => '#',
        Part::Query if address.contains('?') => '&',
        Part::Query => '?',
    };
    for (name, value) in pairs {
        whole.push(separator);
        whole.push_str(name);
        whole.push('=');
        push_encoded(&mut whole, value, part);
        separator = '&';
    }
    whole
}

/// A query as it came, without the parameters of these names.
pub fn without(query: &str, names: &[&str]) -> String {
    let is_kept = |pair: &&str| !names.contains(&pair.split('=').next().unwrap_or_default());
    let kept: Vec<&str> = query.split('&').filter(is_kept).collect();
    kept.join("&")
}

fn push_encoded(whole: &mut String, value: &str, part: Part) {
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'*' => {
                whole.push(char::from(byte));
            }
            b' ' if part == Part::Query => whole.push('+'),
            // Writing to a String never fails.
            other => {
                let _ = write!(whole, "%{other:02X}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_taken_out_of_a_query_wherever_it_stands() {
        for (query, expected) in [
            ("a=1&b=%20&c", "a=1&c"),
            ("b&a=1&b=2", "a=1"),
            ("b=1", ""),
            ("", ""),
            ("ab=1&ba=2", "ab=1&ba=2"),
        ] {
            assert_eq!(without(query, &["b"]), expected, "{query}");
        }
    }

    #[test]
    fn an_answer_is_appended_where_it_belongs() {
        let cases = [
            (
                "https://a.example/b",
                Part::Query,
                "https://a.example/b?a=x+y%26&b=%C3%A9",
            ),
            (
                "https://a.example/b?c=1",
                Part::Query,
                "https://a.example/b?c=1&a=x+y%26&b=%C3%A9",
            ),
            ("myapp://b", Part::Fragment, "myapp://b#a=x%20y%26&b=%C3%A9"),
        ];
        for (address, part, expected) in cases {
            assert_eq!(with(address, part, &[("a", "x y&"), ("b", "é")]), expected);
        }
    }
}
