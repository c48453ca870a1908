//! Messages of SAML as browsers carry them (OASIS, "Bindings for SAML V2.0"): deflated in the query of a
//! redirect (3.4), or plain in a form (3.5); in Base64 either way.

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;

/// Longest message of a redirect; real ones have a kibibyte or two.
const LONGEST: usize = 256 * 1024;

/// Padding may be left out.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A message for a redirect's query, not yet encoded for it.
pub(crate) fn deflated(message: &str) -> String {
    STANDARD.encode(compress_to_vec(message.as_bytes(), 6))
}

/// The message of a redirect.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn inflated(text: &str) -> Result<String, String> {
    let plain = decompress_to_vec_with_limit(&bytes(text)?, LONGEST)
        .map_err(|_| "it is not deflated, or longer than 256 KiB")?;
    String::from_utf8(plain).map_err(|_| "it is not UTF-8".into())
}

/// The message of a form.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn posted(text: &str) -> Result<String, String> {
    String::from_utf8(bytes(text)?).map_err(|_| "it is not UTF-8".into())
}

fn bytes(text: &str) -> Result<Vec<u8>, String> {
    // Line ends are allowed (RFC 2045, 6.8).
    let digits: String = text.split_ascii_whitespace().collect();
    LENIENT
        .decode(digits)
        .map_err(|_| "it is not Base64".into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_message_is_read_as_it_was_written() {
        let message = "<a>ä</a>".repeat(1000);
        assert_eq!(inflated(&deflated(&message)).unwrap(), message);
        let form = STANDARD.encode(&message);
        let lines: Vec<&str> = form
            .as_bytes()
            .chunks(76)
            .map(|l| std::str::from_utf8(l).unwrap())
            .collect();
        assert_eq!(posted(&lines.join("\r\n")).unwrap(), message);
    }

    #[test]
    fn a_bomb_is_not_inflated() {
        let bomb = deflated(&" ".repeat(LONGEST + 1));
        assert!(bomb.len() < 2048);
        assert!(inflated(&bomb).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".*") {
            let _ = (inflated(&text), posted(&text));
        }

        #[test]
        fn any_bytes_are_inflated_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = inflated(&STANDARD.encode(bytes));
        }
    }
}
