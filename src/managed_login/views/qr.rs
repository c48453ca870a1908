//! QR codes as the path of an SVG image.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

/// The white border that readers need.
const QUIET: i32 = 4;

/// The side of the image in modules, and its dark modules as lines of width 1. None for a text that no code
/// has room for.
pub(super) fn path(text: &str) -> Option<(i32, String)> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::with_capacity(8 * 1024);
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let run = (x..code.size())
                .take_while(|x| code.get_module(*x, y))
                .count();
            let run = i32::try_from(run).unwrap_or(0);
            if run > 0 {
                // Writing to a string cannot fail.
                let _ = write!(path, "M{} {}.5h{run}", x + QUIET, y + QUIET);
            }
            x += run.max(1);
        }
    }
    Some((code.size() + 2 * QUIET, path))
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn every_corner_but_one_has_a_finder() {
        let (side, path) = path("otpauth://totp/x?secret=ABC").unwrap();
        let code = side - 8;
        // The outer line of a finder is seven modules long.
        for (x, y) in [(4, 4), (4 + code - 7, 4), (4, 4 + code - 7)] {
            assert!(path.contains(&format!("M{x} {y}.5h7M")), "{x} {y}");
        }
    }

    #[test]
    fn what_is_too_long_has_no_code() {
        assert!(path(&"x".repeat(5000)).is_none());
    }
}
