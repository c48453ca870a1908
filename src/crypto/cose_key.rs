//! The key of a credential: COSE (RFC 9053) in, a key that verifies out.
//!
//! Cognito offers ES256 and RS256 and no other algorithm (documented).

use std::sync::Arc;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, VerificationAlgorithm,
};
use der::Encode;
use der::asn1::UintRef;

use super::cbor::Value;
use super::x509::Certificate;

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

    /// Its name in the registry of COSE.
    pub fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
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
            Algorithm::Rs256 if kind == Some(3) => bytes(-1)
                .zip(bytes(-2))
                .and_then(|(n, e)| rsa_public_key(n, e)),
            Algorithm::Es256 | Algorithm::Rs256 => None,
        };
        Self::new(algorithm, &encoded.ok_or(KeyFault::Malformed)?)
    }

    /// The key of an attestation certificate.
    pub fn from_certificate(algorithm: Algorithm, certificate: &[u8]) -> Option<Self> {
        Self::new(algorithm, Certificate::read(certificate)?.public_key).ok()
    }

    fn new(algorithm: Algorithm, encoded: &[u8]) -> Result<Self, KeyFault> {
        let key = ParsedPublicKey::new(algorithm.verification(), encoded)
            .map_err(|_| KeyFault::Malformed)?;
        Ok(Self {
            algorithm,
            key: Arc::new(key),
        })
    }

    /// Whether it is a copy of the other.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.key, &other.key)
    }

    /// Whether `signature` is the key's over `message`.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verify_sig(message, signature).is_ok()
    }
}

/// `RSAPublicKey` of RFC 8017 in DER.
fn rsa_public_key(n: &[u8], e: &[u8]) -> Option<Vec<u8>> {
    let numbers = [UintRef::new(n).ok()?, UintRef::new(e).ok()?];
    numbers.to_der().ok()
}
