//! `name=value&…`, as query strings and forms carry it.

pub(super) use crate::form::pairs;

/// The pairs as a query carries them.
pub(super) fn encoded(pairs: &[(&str, &str)]) -> String {
    let encode = |text: &str| -> String {
        let byte = |byte: u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        };
        text.bytes().map(byte).collect()
    };
    let pairs = pairs.iter();
    let pairs: Vec<String> = pairs
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{encoded, pairs};

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(name in ".+", value in ".*") {
            prop_assert_eq!(pairs(&encoded(&[(&name, &value)])), [(name, value)]);
        }
    }
}
