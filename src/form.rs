//! `name=value&…`, as query strings and forms carry it.

/// The decoded pairs, in order. A malformed escape stands for itself, as the URL standard has it.
pub(crate) fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// Pairs as a query or a form carries them.
pub(crate) fn joined<'n, 'v>(pairs: impl IntoIterator<Item = (&'n str, &'v str)>) -> String {
    let parts = pairs
        .into_iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
    parts.collect::<Vec<_>>().join("&")
}

/// A text as a form carries it: spaces are `+`, and `.-*_` stand for themselves (the URL standard).
pub(crate) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => encoded.push('+'),
            byte if byte.is_ascii_alphanumeric() || b".-*_".contains(&byte) => {
                encoded.push(char::from(byte));
            }
            byte => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// An address with more parameters in its query.
pub(crate) fn with_query<'n, 'v>(
    url: &str,
    pairs: impl IntoIterator<Item = (&'n str, &'v str)>,
) -> String {
    let mark = if url.contains('?') { '&' } else { '?' };
    format!("{url}{mark}{}", joined(pairs))
}

/// A text with its escapes decoded, and spaces for plus signs. A malformed escape stands for itself.
pub(crate) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped = if byte == b'%' {
            escape(bytes, at)
        } else {
            None
        };
        decoded.push(match (byte, escaped) {
            (_, Some(value)) => value,
            (b'+', None) => b' ',
            (other, None) => other,
        });
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn escape(bytes: &[u8], at: usize) -> Option<u8> {
    let digit = |offset| char::from(*bytes.get(at + offset)?).to_digit(16);
    u8::try_from(digit(1)? * 16 + digit(2)?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{joined, pairs};

    #[test]
    fn pairs_are_decoded_in_order() {
        let cases: [(&str, &[(&str, &str)]); 5] = [
            ("", &[]),
            ("a=1&b=&c", &[("a", "1"), ("b", ""), ("c", "")]),
            ("u=a%2Bb%40x.org", &[("u", "a+b@x.org")]),
            ("u=a+b&&u=%zz%4", &[("u", "a b"), ("u", "%zz%4")]),
            ("u=%C3%A9", &[("u", "é")]),
        ];
        for (text, expected) in cases {
            let expected: Vec<_> = expected
                .iter()
                .map(|(name, value)| (name.to_string(), value.to_string()))
                .collect();
            assert_eq!(pairs(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_decoded(text in ".*") {
            let _ = pairs(&text);
        }

        #[test]
        fn what_is_joined_is_read_again(name in ".+", value in ".*") {
            let text = joined([(name.as_str(), value.as_str()), ("a", "b")]);
            prop_assert_eq!(pairs(&text), [(name, value), ("a".into(), "b".into())]);
        }
    }
}
