//! The keys that a provider publishes (RFC 7517), and the algorithms that they verify (RFC 7518).

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED,
    EcdsaVerificationAlgorithm, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384,
    RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;

use super::jwt::Jwt;
use crate::model::tree;

/// The keys of a provider.
#[derive(Debug, Default)]
pub struct KeySet(Vec<Jwk>);

#[derive(Debug)]
struct Jwk {
    kid: String,
    /// The one algorithm it is for, if it says so.
    alg: Option<String>,
    key: PublicKey,
}

#[derive(Debug)]
enum PublicKey {
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    /// The curve's name, and a point in SEC1's uncompressed form.
    Ec {
        curve: String,
        point: Vec<u8>,
    },
}

/// How an algorithm's signatures are made.
enum Scheme {
    Rsa(&'static RsaParameters),
    Ec(&'static str, &'static EcdsaVerificationAlgorithm),
    Hmac(hmac::Algorithm),
}

impl Scheme {
    fn of(alg: &str) -> Option<Self> {
        Some(match alg {
            "RS256" => Self::Rsa(&RSA_PKCS1_2048_8192_SHA256),
            "RS384" => Self::Rsa(&RSA_PKCS1_2048_8192_SHA384),
            "RS512" => Self::Rsa(&RSA_PKCS1_2048_8192_SHA512),
            "PS256" => Self::Rsa(&RSA_PSS_2048_8192_SHA256),
            "PS384" => Self::Rsa(&RSA_PSS_2048_8192_SHA384),
            "PS512" => Self::Rsa(&RSA_PSS_2048_8192_SHA512),
            "ES256" => Self::Ec("P-256", &ECDSA_P256_SHA256_FIXED),
            "ES384" => Self::Ec("P-384", &ECDSA_P384_SHA384_FIXED),
            "ES512" => Self::Ec("P-521", &ECDSA_P521_SHA512_FIXED),
            "HS256" => Self::Hmac(hmac::HMAC_SHA256),
            "HS384" => Self::Hmac(hmac::HMAC_SHA384),
            "HS512" => Self::Hmac(hmac::HMAC_SHA512),
            _ => return None,
        })
    }
}

/// Whether an algorithm is verified by the client's secret, and not by a published key.
pub fn is_by_secret(alg: &str) -> bool {
    matches!(Scheme::of(alg), Some(Scheme::Hmac(_)))
}

/// Verifies a token that was signed with a secret of both sides (RFC 7518, 3.2).
///
/// # Errors
/// Why it does not count.
pub fn verify_by_secret(jwt: &Jwt<'_>, secret: &str) -> Result<(), String> {
    let Some(Scheme::Hmac(algorithm)) = Scheme::of(&jwt.alg) else {
        return Err(format!("{} is not an algorithm with a secret", jwt.alg));
    };
    if secret.is_empty() {
        return Err("the provider has no client_secret to verify it with".into());
    }
    let key = hmac::Key::new(algorithm, secret.as_bytes());
    hmac::verify(&key, jwt.signed, &jwt.signature)
        .map_err(|_| "the provider's client_secret did not sign it".into())
}

#[derive(Deserialize)]
struct Published {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct Member {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    n: Option<String>,
    e: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl Member {
    /// None for keys of other kinds and purposes, which a set may have (RFC 7517, 5).
    fn read(self) -> Option<Jwk> {
        if self.purpose.is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let bytes = |text: Option<String>| URL_SAFE_NO_PAD.decode(text?.trim_end_matches('=')).ok();
        let key = match self.kty.as_str() {
            "RSA" => PublicKey::Rsa {
                n: bytes(self.n)?,
                e: bytes(self.e)?,
            },
            "EC" => PublicKey::Ec {
                curve: self.crv?,
                point: [vec![4], bytes(self.x)?, bytes(self.y)?].concat(),
            },
            _ => return None,
        };
        Some(Jwk {
            kid: self.kid?,
            alg: self.alg,
            key,
        })
    }
}

impl KeySet {
    /// Reads a set of keys; those without an id are of no use (documented: a provider's keys have
    /// one).
    ///
    /// # Errors
    /// What is wrong with the document.
    pub fn parse(document: &[u8]) -> Result<Self, String> {
        let document = tree::parse(document).map_err(|fault| format!("the key set is {fault}"))?;
        let published: Published = serde_json::from_value(document)
            .map_err(|error| format!("the key set has no list of keys: {error}"))?;
        let read = |key| serde_json::from_value::<Member>(key).ok()?.read();
        Ok(Self(published.keys.into_iter().filter_map(read).collect()))
    }

    /// Verifies a token by the key that its header names. The algorithm is the header's as far as the
    /// key is of its kind, so that no key verifies what another kind signed.
    ///
    /// # Errors
    /// Why it does not count.
    pub fn verify(&self, jwt: &Jwt<'_>) -> Result<(), String> {
        let kid = jwt.kid.as_deref().ok_or("its header names no key (kid)")?;
        let mut named = self.0.iter().filter(|key| key.kid == kid).peekable();
        if named.peek().is_none() {
            return Err("the provider's key set has no key with the kid of its header".into());
        }
        if named.any(|key| key.signed(jwt)) {
            return Ok(());
        }
        Err(format!(
            "the provider's key did not sign it as it is, by {}",
            jwt.alg
        ))
    }
}

impl Jwk {
    fn signed(&self, jwt: &Jwt<'_>) -> bool {
        if self.alg.as_ref().is_some_and(|alg| *alg != jwt.alg) {
            return false;
        }
        match (Scheme::of(&jwt.alg), &self.key) {
            (Some(Scheme::Rsa(parameters)), PublicKey::Rsa { n, e }) => {
                let key = RsaPublicKeyComponents { n, e };
                key.verify(parameters, jwt.signed, &jwt.signature).is_ok()
            }
            (Some(Scheme::Ec(name, algorithm)), PublicKey::Ec { curve, point }) => {
                let key = UnparsedPublicKey::new(algorithm, point);
                curve == name && key.verify(jwt.signed, &jwt.signature).is_ok()
            }
            _ => false,
        }
    }
}

#[cfg(test)]
#[path = "tests/jwks.rs"]
mod tests;
