//! One-time passwords of an authenticator app (RFC 6238: SHA-1 by default, six digits, steps of 30 seconds), by an
//! arithmetic of its own: what a scenario sends is not computed by what it tests.

use aws_lc_rs::hmac;
use serde_json::Value;

use super::Given;
use crate::model::misspelled;
use crate::scenario::evaluation::Evaluation;
use crate::scenario::test_api::percent_encoded;

const STEP: i64 = 30;

/// The hashes of the RFC, by the names that apps know them by.
static HASHES: [(&str, &hmac::Algorithm); 3] = [
    ("SHA1", &hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
    ("SHA256", &hmac::HMAC_SHA256),
    ("SHA512", &hmac::HMAC_SHA512),
];

const NO_SECRET: &str =
    "the secret is no base32 text, which has the letters A to Z and the digits 2 to 7";

/// `totp(secret [, steps] [, hash])`.
pub(super) fn totp(given: &Given<'_>, evaluation: &mut Evaluation<'_>) -> Result<Value, String> {
    let secret = base32(given.text(0)).ok_or(NO_SECRET)?;
    let steps = given.integer(1).unwrap_or(0);
    let current = evaluation.now.seconds().div_euclid(STEP);
    let step = current
        .checked_add(steps)
        .and_then(|step| u64::try_from(step).ok());
    let step = step.ok_or(format!(
        "there is no step {steps} from now: steps are counted from 1970"
    ))?;
    let hash = match given.values.get(2) {
        Some(_) => given.text(2),
        None => "SHA1",
    };
    let (_, algorithm) = HASHES
        .iter()
        .find(|(name, _)| *name == hash)
        .ok_or_else(|| {
            let hint = misspelled::hint(hash, HASHES.iter().map(|(name, _)| *name));
            format!("there is no hash {hash}; {hint}")
        })?;
    Ok(code(&secret, step, algorithm).into())
}

/// `otpauth(secret, account [, issuer])`: what a QR code holds that an authenticator app reads.
pub(super) fn otpauth(given: &Given<'_>, _: &mut Evaluation<'_>) -> Result<Value, String> {
    let encoded = |at| percent_encoded(given.text(at));
    let (secret, account) = (given.text(0), encoded(1));
    if base32(secret).is_none() {
        return Err(NO_SECRET.to_owned());
    }
    let url = match given.values.get(2) {
        Some(_) => {
            let issuer = encoded(2);
            format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}")
        }
        None => format!("otpauth://totp/{account}?secret={secret}"),
    };
    Ok(url.into())
}

/// The code of a step (RFC 4226, 5.3).
fn code(secret: &[u8], step: u64, algorithm: &hmac::Algorithm) -> String {
    let key = hmac::Key::new(*algorithm, secret);
    let hash = hmac::sign(&key, &step.to_be_bytes());
    let hash = hash.as_ref();
    let offset = hash.last().map_or(0, |last| usize::from(last & 15));
    let number = hash[offset..offset + 4]
        .iter()
        .fold(0u32, |number, byte| number << 8 | u32::from(*byte));
    format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
}

/// The bytes of a base32 text (RFC 4648, 6), as authenticator apps take it: in either case, with blanks, with
/// or without padding.
fn base32(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0u32, 0);
    for letter in text.trim_end_matches('=').bytes() {
        let value = match letter.to_ascii_uppercase() {
            letter @ b'A'..=b'Z' => letter - b'A',
            digit @ b'2'..=b'7' => digit - b'2' + 26,
            b' ' => continue,
            _ => return None,
        };
        bits = bits << 5 & 0xfff | u32::from(value);
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    (!bytes.is_empty()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, of whose eight digits the last six count.
    #[test]
    fn the_codes_of_the_rfc() {
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let (_, sha1) = HASHES[0];
            assert_eq!(code(b"12345678901234567890", seconds / 30, sha1), expected);
        }
        // The keys of the longer hashes are as long as these, as the RFC's program has it.
        let long: Vec<u8> = b"1234567890".iter().copied().cycle().take(64).collect();
        for (at, length, expected) in [(1, 32, "119246"), (2, 64, "693936")] {
            let (_, hash) = HASHES[at];
            assert_eq!(code(&long[..length], 59 / 30, hash), expected);
        }
    }

    /// RFC 4648, 10.
    #[test]
    fn base32_of_the_rfc() {
        for (text, bytes) in [
            ("MY======", "f"),
            ("MZXQ====", "fo"),
            ("MZXW6===", "foo"),
            ("mzxw 6yq", "foob"),
            ("MZXW6YTB", "fooba"),
            ("MZXW6YTBOI", "foobar"),
        ] {
            assert_eq!(base32(text).unwrap(), bytes.as_bytes(), "{text}");
        }
        for text in ["", "=", "A1", "MZXW-6", "é"] {
            assert_eq!(base32(text), None, "{text}");
        }
    }
}
