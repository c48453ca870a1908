//! The key of a credential: COSE (RFC 9053) in, a key that verifies out.
//!
//! Cognito offers ES256 and RS256 and no other algorithm (documented).

use std::sync::Arc;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, VerificationAlgorithm,
};

use super::cbor::Value;

/// What Cognito offers, and a credential may sign by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
}

impl Algorithm {
    /// All that are offered, in the order of the documented sample.
    pub const OFFERED: [Self; 2] = [Self::Es256, Self::Rs256];

    /// Its number in the registry of COSE.
    pub fn id(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::Rs256 => -257,
        }
    }

    /// The one of this number.
    pub fn of(id: i64) -> Option<Self> {
        Self::OFFERED
            .into_iter()
            .find(|algorithm| algorithm.id() == id)
    }

    fn verification(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::Es256 => &ECDSA_P256_SHA256_ASN1,
            Self::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
        }
    }
}

/// A key that signatures are checked with.
#[derive(Debug, Clone)]
pub struct PublicKey {
    /// How it signs.
    pub algorithm: Algorithm,
    key: Arc<ParsedPublicKey>,
}

/// Why a key is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFault {
    /// An algorithm that was not offered.
    Algorithm,
    /// Not in the form of COSE, not a point of the curve, too short.
    Malformed,
}

impl PublicKey {
    /// Reads a COSE_Key (W3C WebAuthn, 6.5.1.1).
    ///
    /// # Errors
    /// An algorithm that Cognito does not offer, a key that is none.
    pub fn from_cose(cose: &Value<'_>) -> Result<Self, KeyFault> {
        let member = |label| cose.get(&Value::Int(label));
        let number = |label| member(label).and_then(Value::int);
        let bytes = |label| member(label).and_then(Value::bytes);
        let id = number(3).ok_or(KeyFault::Malformed)?;
        let algorithm = Algorithm::of(id).ok_or(KeyFault::Algorithm)?;
        let kind = number(1);
        let encoded = match algorithm {
            // Key type EC2 on curve P-256, both coordinates in full.
            Algorithm::Es256 if kind == Some(2) && number(-1) == Some(1) => bytes(-2)
                .zip(bytes(-3))
                .filter(|(x, y)| x.len() == 32 && y.len() == 32)
                .map(|(x, y)| [&[4], x, y].concat()),
            // Key type RSA.
            Algorithm::Rs256 if kind == Some(3) => {
                bytes(-1).zip(bytes(-2)).map(|(n, e)| rsa_public_key(n, e))
            }
            Algorithm::Es256 | Algorithm::Rs256 => None,
        };
        Self::new(algorithm, &encoded.ok_or(KeyFault::Malformed)?)
    }

    /// The key of an attestation certificate.
    pub fn from_certificate(algorithm: Algorithm, certificate: &[u8]) -> Option<Self> {
        Self::new(algorithm, subject_public_key(certificate)?).ok()
    }

    fn new(algorithm: Algorithm, encoded: &[u8]) -> Result<Self, KeyFault> {
        let key = ParsedPublicKey::new(algorithm.verification(), encoded)
            .map_err(|_| KeyFault::Malformed)?;
        Ok(Self {
            algorithm,
            key: Arc::new(key),
        })
    }

    /// Whether `signature` is the key's over `message`.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verify_sig(message, signature).is_ok()
    }
}

/// `RSAPublicKey` of RFC 8017 in DER.
fn rsa_public_key(n: &[u8], e: &[u8]) -> Vec<u8> {
    let body = [integer(n), integer(e)].concat();
    der(0x30, &body)
}

fn integer(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let digits = &number[zeros..];
    let sign: &[u8] = match digits.first() {
        Some(0..0x80) => &[],
        Some(0x80..) | None => &[0],
    };
    der(2, &[sign, digits].concat())
}

fn der(tag: u8, body: &[u8]) -> Vec<u8> {
    let length = body.len().to_be_bytes();
    let zeros = length.iter().take_while(|byte| **byte == 0).count();
    let length = &length[zeros..];
    let mut out = vec![tag];
    match u8::try_from(body.len()) {
        Ok(short @ 0..0x80) => out.push(short),
        // At most eight bytes of a `usize`.
        _ => {
            out.push(0x80 | u8::try_from(length.len()).unwrap_or_default());
            out.extend_from_slice(length);
        }
    }
    out.extend_from_slice(body);
    out
}

/// The SubjectPublicKeyInfo of a certificate (RFC 5280, 4.1).
fn subject_public_key(certificate: &[u8]) -> Option<&[u8]> {
    let (_, certificate, _) = element(certificate)?;
    let (_, mut rest, _) = element(certificate)?;
    // A version is tagged and may be missing; then serial number, algorithm, issuer, validity, subject.
    if rest.first() == Some(&0xa0) {
        rest = element(rest)?.2;
    }
    for _ in 0..5 {
        rest = element(rest)?.2;
    }
    let behind = element(rest)?.2;
    rest.get(..rest.len() - behind.len())
}

/// Tag and body of the first element, and what stands behind it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    let mut length = usize::from(first);
    if first & 0x80 != 0 {
        let (digits, behind) = rest.split_at_checked(usize::from(first & 0x7f))?;
        if digits.len() > 4 {
            return None;
        }
        length = digits
            .iter()
            .fold(0, |number, byte| number << 8 | usize::from(*byte));
        rest = behind;
    }
    let (body, behind) = rest.split_at_checked(length)?;
    Some((tag, body, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_short_or_long() {
        assert_eq!(der(2, &[5]), [2, 1, 5]);
        assert_eq!(der(2, &[0; 200])[..3], [2, 0x81, 200]);
        assert_eq!(der(2, &[0; 300])[..4], [2, 0x82, 1, 44]);
        assert_eq!(integer(&[0, 0x80]), [2, 2, 0, 0x80]);
        assert_eq!(integer(&[0, 1]), [2, 1, 1]);
    }

    proptest::proptest! {
        #[test]
        fn no_certificate_makes_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..100)) {
            let _ = subject_public_key(&bytes);
        }
    }
}
