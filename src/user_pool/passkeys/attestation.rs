//! What an authenticator says of a new credential: attestation object and authenticator data
//! (W3C WebAuthn, 6.1 and 6.5).
//!
//! Cognito asks for no attestation, and says that it does not check any (documented). A statement
//! that can be checked without trusting anybody is: `none` must be empty, the signature of `packed`
//! must be right (WebAuthn, 8.2 and 8.7). The other formats of the registry are taken as they are, and
//! unknown ones refused (both inferred).

use uuid::Uuid;

use super::authenticator_data::Head;
use crate::crypto::cbor::{self, Value};
use crate::crypto::cose_key::{Algorithm, KeyFault, PublicKey};

/// A longer credential id is refused (WebAuthn Level 3, 7.1).
const CREDENTIAL_ID_MAX: usize = 1023;

/// A chain of certificates has some kilobytes; more is refused before it is read (inferred bound).
const OBJECT_MAX: usize = 64 * 1024;

/// Formats of the registry of RFC 8809 whose statements are not looked at.
const UNCHECKED: [&str; 6] = [
    "tpm",
    "android-key",
    "android-safetynet",
    "fido-u2f",
    "apple",
    "compound",
];

/// Why an attestation is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Not what an authenticator writes; what is wrong.
    Malformed(&'static str),
    /// Well formed, and not supported; why.
    Unsupported(&'static str),
}

/// Authenticator data with the credential in it.
pub struct AuthenticatorData<'a> {
    /// The whole, as a signature covers it.
    raw: &'a [u8],
    /// Whose it is, what the authenticator did, and how often the credential has signed.
    pub head: Head<'a>,
    /// The model of the authenticator.
    pub aaguid: Uuid,
    /// The id of the credential.
    pub credential_id: &'a [u8],
    /// Its key, not read yet.
    key: Value<'a>,
}

impl<'a> AuthenticatorData<'a> {
    fn read(raw: &'a [u8]) -> Option<Self> {
        let (head, rest) = Head::read(raw)?;
        if !head.flags.has_credential() {
            return None;
        }
        let (aaguid, rest) = rest.split_first_chunk::<16>()?;
        let (length, rest) = rest.split_first_chunk::<2>()?;
        let length = usize::from(u16::from_be_bytes(*length));
        if length == 0 || length > CREDENTIAL_ID_MAX {
            return None;
        }
        let (credential_id, rest) = rest.split_at_checked(length)?;
        let (key, rest) = cbor::read_first(rest)?;
        if !head.is_ended_by(rest) {
            return None;
        }
        Some(Self {
            raw,
            head,
            aaguid: Uuid::from_bytes(*aaguid),
            credential_id,
            key,
        })
    }
}

/// An attestation object, read and not checked.
pub struct Attestation<'a> {
    format: &'a str,
    statement: Value<'a>,
    /// What it is about.
    pub data: AuthenticatorData<'a>,
}

impl<'a> Attestation<'a> {
    /// Reads an attestation object.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        if bytes.len() > OBJECT_MAX {
            return None;
        }
        let object = cbor::read(bytes)?;
        let statement = object.named("attStmt")?;
        Some(Self {
            format: object.named("fmt")?.text()?,
            statement: matches!(statement, Value::Map(_)).then(|| statement.clone())?,
            data: AuthenticatorData::read(object.named("authData")?.bytes()?)?,
        })
    }

    /// Checks key and statement against the hash of the client data, and gives the key.
    ///
    /// # Errors
    /// A key or a statement that is malformed, wrong or not supported.
    pub fn check(&self, client_data_hash: &[u8]) -> Result<PublicKey, Fault> {
        let key = PublicKey::from_cose(&self.data.key).map_err(|fault| match fault {
            KeyFault::Algorithm => Fault::Unsupported(
                "the key's algorithm is neither ES256 (-7) nor RS256 (-257), which pubKeyCredParams \
                 offers",
            ),
            KeyFault::Malformed => Fault::Malformed("the public key is no COSE key"),
        })?;
        match self.format {
            "none" if self.statement == Value::Map(Vec::new()) => Ok(key),
            "none" => Err(Fault::Malformed("the statement of format none has members")),
            "packed" => self.check_packed(key, client_data_hash),
            format if UNCHECKED.contains(&format) => Ok(key),
            _ => Err(Fault::Unsupported("the attestation format is unknown")),
        }
    }

    /// WebAuthn, 8.2. That the certificate is to be trusted is not asked, as no attestation is.
    fn check_packed(&self, key: PublicKey, hash: &[u8]) -> Result<PublicKey, Fault> {
        let malformed = Fault::Malformed("the packed statement lacks alg, sig or x5c");
        let member = |name| self.statement.named(name);
        let id = member("alg").and_then(Value::int).ok_or(malformed)?;
        let signature = member("sig").and_then(Value::bytes).ok_or(malformed)?;
        let signer = match member("x5c") {
            None if id != key.algorithm.id() => {
                return Err(Fault::Malformed(
                    "the self-attestation has another algorithm than the key",
                ));
            }
            None => key.clone(),
            Some(Value::Array(chain)) => {
                let certificate = chain.first().and_then(Value::bytes).ok_or(malformed)?;
                let algorithm = Algorithm::of(id).ok_or(Fault::Unsupported(
                    "the attestation is signed by another algorithm than ES256 or RS256",
                ))?;
                PublicKey::from_certificate(algorithm, certificate).ok_or(Fault::Malformed(
                    "the attestation certificate has no key of the statement's algorithm",
                ))?
            }
            Some(_) => return Err(malformed),
        };
        let signed = [self.data.raw, hash].concat();
        if !signer.verifies(&signed, signature) {
            return Err(Fault::Malformed("the attestation's signature is wrong"));
        }
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn no_attestation_makes_it_panic(
            bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300),
            flags in proptest::num::u8::ANY,
        ) {
            if let Some(read) = Attestation::read(&bytes) {
                let _ = read.check(&[0; 32]);
            }
            // And past the outer layer, where noise seldom gets.
            let mut data = vec![0; 37];
            data[32] = flags | 64;
            data.extend([0; 16]);
            data.extend([0, 1, 7]);
            data.extend(&bytes);
            let mut object = b"\xa3\x63fmt\x66packed\x67attStmt\xa0\x68authData\x59".to_vec();
            object.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
            object.extend(&data);
            if let Some(read) = Attestation::read(&object) {
                let _ = read.check(&[0; 32]);
            }
        }
    }
}
