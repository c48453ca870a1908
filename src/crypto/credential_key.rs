//! The private half of a credential's key, as an authenticator has it: what `cose_key` verifies with is
//! made and signed with here.

use aws_lc_rs::agreement::{self, ECDH_P256};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};

use super::cbor::{self, Value};
use super::cose_key::Algorithm;
use super::signing;

/// A key of a software authenticator.
pub enum CredentialKey {
    /// On P-256.
    Es256(EcdsaKeyPair),
    /// Of 2048 bits.
    Rs256(RsaKeyPair),
}

/// Shows nothing of the key.
impl std::fmt::Debug for CredentialKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CredentialKey({:?})", self.algorithm())
    }
}

impl CredentialKey {
    /// The key of ES256 that these bytes are; of all bytes, one in 2³² is none.
    pub fn es256(secret: [u8; 32]) -> Option<Self> {
        let point = agreement::PrivateKey::from_private_key(&ECDH_P256, &secret)
            .and_then(|key| Ok(key.compute_public_key()?))
            .ok()?;
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        EcdsaKeyPair::from_private_key_and_public_key(algorithm, &secret, point.as_ref())
            .ok()
            .map(Self::Es256)
    }

    /// A new key of RS256, which takes from 70 to 400 ms. It is the one thing of an authenticator that a
    /// seed does not repeat.
    ///
    /// # Errors
    /// Want of memory or of entropy.
    pub fn rs256() -> Result<Self, Unspecified> {
        RsaKeyPair::generate(KeySize::Rsa2048).map(Self::Rs256)
    }

    /// How it signs.
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Es256(_) => Algorithm::Es256,
            Self::Rs256(_) => Algorithm::Rs256,
        }
    }

    /// The public half as a COSE_Key (W3C WebAuthn, 6.5.1.1).
    pub fn cose(&self) -> Vec<u8> {
        let algorithm = (Value::Int(3), Value::Int(self.algorithm().id()));
        let kind = |kind| (Value::Int(1), Value::Int(kind));
        match self {
            Self::Es256(pair) => {
                // Uncompressed: a byte that says so, and the coordinates.
                let point = pair.public_key().as_ref();
                let (x, y) = point.get(1..).unwrap_or_default().split_at(32);
                cbor::write(&Value::Map(vec![
                    kind(2),
                    algorithm,
                    (Value::Int(-1), Value::Int(1)),
                    (Value::Int(-2), Value::Bytes(x)),
                    (Value::Int(-3), Value::Bytes(y)),
                ]))
            }
            Self::Rs256(pair) => {
                // What AWS-LC has made is read without a fault.
                let [n, e] = signing::numbers(pair.public_key().as_ref()).unwrap_or_default();
                cbor::write(&Value::Map(vec![
                    kind(3),
                    algorithm,
                    (Value::Int(-1), Value::Bytes(n)),
                    (Value::Int(-2), Value::Bytes(e)),
                ]))
            }
        }
    }

    /// The public half as SubjectPublicKeyInfo, which browsers hand over besides.
    ///
    /// # Errors
    /// Want of memory.
    pub fn spki(&self) -> Result<Vec<u8>, Unspecified> {
        let der: PublicKeyX509Der<'_> = match self {
            Self::Es256(pair) => pair.public_key().as_der()?,
            Self::Rs256(pair) => pair.public_key().as_der()?,
        };
        Ok(der.as_ref().to_vec())
    }

    /// Signs.
    ///
    /// # Errors
    /// Want of memory or of entropy.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let random = SystemRandom::new();
        match self {
            Self::Es256(pair) => Ok(pair.sign(&random, message)?.as_ref().to_vec()),
            Self::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)?;
                Ok(signature)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::crypto::cose_key::PublicKey;

    #[test]
    fn the_public_half_verifies_what_the_private_half_signs() {
        let keys = [
            CredentialKey::es256([7; 32]).unwrap(),
            CredentialKey::rs256().unwrap(),
        ];
        for key in keys {
            let cose = key.cose();
            let public = PublicKey::from_cose(&cbor::read(&cose).unwrap()).unwrap();
            assert_eq!(public.algorithm, key.algorithm());
            let signature = key.sign(b"something").unwrap();
            assert!(public.verifies(b"something", &signature), "{key:?}");
            assert!(!public.verifies(b"something else", &signature), "{key:?}");
            assert!(key.spki().unwrap().len() > 64);
        }
    }

    #[test]
    fn bytes_that_are_no_key_are_told() {
        assert!(CredentialKey::es256([0; 32]).is_none());
        assert!(CredentialKey::es256([0xff; 32]).is_none());
    }
}
