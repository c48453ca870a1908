//! RS256, the only algorithm that Cognito signs tokens with (RFC 7518, 3.3), and the public side of its keys.
//!
//! A JWKS entry shows `kid`, `n` and `e`. The `kid` is standard Base64 with padding ("Verifying JSON web
//! tokens", developer guide, shows such samples); that it stands for 32 bytes is observed on real pools, that
//! the keys have 2048 bits is inferred. We take the SHA-256 of the public key, so that an id follows from the
//! key and is the same in every run.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeySize, OaepAlgorithm, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use aws_lc_rs::signature::{
    KeyPair, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
};
use aws_lc_rs::{digest, rand};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use der::asn1::UintRef;
use der::{Decode, Reader, SliceReader};

/// The length of a modulus, and so of a signature, in bytes.
const MODULUS_LEN: usize = 256;

/// The public half of a signing key.
pub struct VerifyingKey {
    kid: String,
    n: String,
    e: String,
    key: ParsedPublicKey,
}

impl VerifyingKey {
    /// Reads an `RSAPublicKey` (RFC 8017, A.1.1) in DER.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        let [n, e] = numbers(der).map_err(|_malformed| KeyError::NotRsa)?;
        if n.len() != MODULUS_LEN {
            return Err(KeyError::Size { bits: n.len() * 8 });
        }
        let key = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der)
            .map_err(|_rejected| KeyError::NotRsa)?;
        Ok(Self {
            kid: STANDARD.encode(digest::digest(&digest::SHA256, der)),
            n: URL_SAFE_NO_PAD.encode(n),
            e: URL_SAFE_NO_PAD.encode(e),
            key,
        })
    }

    /// The key id: 44 characters of Base64.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The modulus in base64url, as a JWK has it.
    pub fn n(&self) -> &str {
        &self.n
    }

    /// The public exponent in base64url.
    pub fn e(&self) -> &str {
        &self.e
    }

    /// Whether this key signed the message.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verify_sig(message, signature).is_ok()
    }
}

/// The two numbers of an `RSAPublicKey`, without the byte that keeps one positive.
pub(super) fn numbers(der: &[u8]) -> der::Result<[&[u8]; 2]> {
    let mut reader = SliceReader::new(der)?;
    let [n, e] = reader.sequence(|fields| {
        let numbers = [UintRef::decode(fields)?, UintRef::decode(fields)?];
        Ok::<_, der::Error>(numbers)
    })?;
    Ok([n.as_bytes(), e.as_bytes()])
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({})", self.kid)
    }
}

/// A key that tokens are signed with.
pub struct SigningKey {
    public: Arc<VerifyingKey>,
    pair: RsaKeyPair,
}

impl SigningKey {
    /// Makes a key, which takes from 70 to 400 ms.
    #[expect(
        clippy::expect_used,
        reason = "fails only for want of memory or of entropy"
    )]
    pub(super) fn generate() -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("a new RSA key");
        Self::from_pair(pair).expect("a new key of the size that was asked for")
    }

    /// Reads a private key in PEM: `PRIVATE KEY` (PKCS#8) or `RSA PRIVATE KEY` (PKCS#1), not encrypted. What
    /// stands before and after the block is skipped.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let (_, block) = pem.split_once("-----BEGIN ").ok_or(KeyError::NotPem)?;
        let (label, block) = block.split_once("-----").ok_or(KeyError::NotPem)?;
        let (body, _) = block.split_once("-----END ").ok_or(KeyError::NotPem)?;
        match label {
            // PKCS#1 in PEM can be encrypted too, which a header inside the block tells (RFC 1421).
            "RSA PRIVATE KEY" if body.contains("ENCRYPTED") => return Err(KeyError::Encrypted),
            "PRIVATE KEY" | "RSA PRIVATE KEY" => {}
            "ENCRYPTED PRIVATE KEY" => return Err(KeyError::Encrypted),
            other => return Err(KeyError::Label(other.to_owned())),
        }
        let digits: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        let der = STANDARD
            .decode(digits)
            .map_err(|_invalid| KeyError::NotPem)?;
        Self::from_der(&der)
    }

    /// Reads a private key in DER, PKCS#8 or PKCS#1.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        let pair = RsaKeyPair::from_pkcs8(der)
            .or_else(|_not_pkcs8| RsaKeyPair::from_der(der))
            .map_err(|_rejected| KeyError::NotRsa)?;
        Self::from_pair(pair)
    }

    fn from_pair(pair: RsaKeyPair) -> Result<Self, KeyError> {
        let public = Arc::new(VerifyingKey::from_der(pair.public_key().as_ref())?);
        Ok(Self { public, pair })
    }

    /// The public half.
    pub fn public(&self) -> &Arc<VerifyingKey> {
        &self.public
    }

    /// The public half as `RSAPublicKey` in DER, as certificates hold it.
    pub fn public_der(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    /// The RS256 signature of the message. It depends on the key and the message alone.
    #[expect(
        clippy::expect_used,
        reason = "a checked key and a buffer of the modulus' length"
    )]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; MODULUS_LEN];
        // The random source is a formality: this padding has no random part.
        let random = rand::SystemRandom::new();
        self.pair
            .sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
            .expect("a signature by a checked key");
        signature
    }

    /// Whether this key signed the message.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.public.verify(message, signature)
    }

    /// What was encrypted for this key by RSA-OAEP (RFC 8017, 7.1); nothing if it was not.
    pub(crate) fn decrypt(
        &self,
        scheme: &'static OaepAlgorithm,
        encrypted: &[u8],
        label: Option<&[u8]>,
    ) -> Option<Vec<u8>> {
        let der: Pkcs8V1Der<'_> = self.pair.as_der().ok()?;
        let key = PrivateDecryptingKey::from_pkcs8(der.as_ref()).ok()?;
        let key = OaepPrivateDecryptingKey::new(key).ok()?;
        let mut plain = vec![0; key.min_output_size()];
        let length = key
            .decrypt(scheme, encrypted, &mut plain, label)
            .ok()?
            .len();
        plain.truncate(length);
        Some(plain)
    }

    /// The private key in PEM (PKCS#8), in which a fixture can pin it.
    #[expect(clippy::expect_used, reason = "fails only for want of memory")]
    pub fn to_pem(&self) -> String {
        let der: Pkcs8V1Der<'_> = self.pair.as_der().expect("a private key in DER");
        let digits = STANDARD.encode(der.as_ref());
        let mut pem = String::from("-----BEGIN PRIVATE KEY-----\n");
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && i % 64 == 0 {
                pem.push('\n');
            }
            pem.push(digit);
        }
        pem.push_str("\n-----END PRIVATE KEY-----\n");
        pem
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}, ***)", self.public.kid)
    }
}

/// Why a key was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// There is no PEM block.
    NotPem,
    /// A PEM block of another kind.
    Label(String),
    /// The key needs a pass phrase.
    Encrypted,
    /// Not an RSA key, a damaged one, or one below 2048 bits.
    NotRsa,
    /// An RSA key of another size than Cognito's.
    Size {
        /// The size of its modulus.
        bits: usize,
    },
    /// ID and access tokens were to be signed with one key.
    Same,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotPem => f.write_str(
                "not a PEM block; expected -----BEGIN PRIVATE KEY----- or -----BEGIN RSA PRIVATE KEY-----, \
                 Base64 and the matching END line",
            ),
            Self::Label(label) => write!(
                f,
                "a PEM block of \"{label}\"; expected an unencrypted \"PRIVATE KEY\" (PKCS#8) or \"RSA PRIVATE \
                 KEY\" (PKCS#1)"
            ),
            Self::Encrypted => f.write_str(
                "the key is encrypted; `openssl pkey -in KEY -out PLAIN` writes it without a pass phrase",
            ),
            Self::NotRsa => f.write_str("not an RSA private key of 2048 bits, or a damaged one"),
            Self::Size { bits } => write!(
                f,
                "an RSA key of {bits} bits; Cognito's have 2048, as from `openssl genrsa 2048`"
            ),
            Self::Same => f.write_str(
                "one key for ID and access tokens; Cognito signs them with two, so give two different keys",
            ),
        }
    }
}

impl std::error::Error for KeyError {}

#[cfg(test)]
#[path = "tests/signing.rs"]
mod tests;
