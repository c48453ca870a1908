//! `name=value&…`, as query strings and forms carry it.

/// The decoded pairs, in order. A malformed escape stands for itself, as the URL standard has it.
pub(super) fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// A part of a path, decoded: there a plus sign is one.
pub(super) fn decoded_path(text: &str) -> String {
    decode(&text.replace('+', "%2B"))
}

fn decode(text: &str) -> String {
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

    use super::pairs;

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
    }
}
