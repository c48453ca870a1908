//! Data keys under the keys of a local KMS: the blob that carries one is bound to the ARN of its key and
//! to the encryption context (documented of AWS KMS: both must be the same to decrypt).
//!
//! A blob names its key, as AWS's do; what else is in one is nobody's business but its service's.

use std::collections::BTreeMap;
use std::fmt;

use super::seal::Seal;
use crate::entropy::{Entropy, Purpose};

/// What a data key is bound to, beside its key.
pub type EncryptionContext = BTreeMap<String, String>;

/// Wraps data keys, all under one secret of the server.
#[derive(Debug)]
pub struct DataKeys(Seal);

/// A data key as it was in a blob.
#[derive(PartialEq, Eq)]
pub struct Unwrapped {
    /// The ARN of the key that it was wrapped under.
    pub key_arn: String,
    /// The data key.
    pub plain: Vec<u8>,
}

impl fmt::Debug for Unwrapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unwrapped({}, ***)", self.key_arn)
    }
}

impl DataKeys {
    /// Under a secret drawn from `entropy`: blobs open as long as the server runs.
    pub fn new(entropy: &Entropy) -> Self {
        Self(Seal::new(entropy.bytes(Purpose::Encryption)))
    }

    /// The blob of `plain`.
    pub fn wrap(
        &self,
        nonce: [u8; 12],
        key_arn: &str,
        context: &EncryptionContext,
        plain: &[u8],
    ) -> Vec<u8> {
        let mut blob = Vec::with_capacity(2 + key_arn.len() + plain.len() + 28);
        blob.extend_from_slice(&length(key_arn.len()).to_be_bytes());
        blob.extend_from_slice(key_arn.as_bytes());
        blob.extend_from_slice(&self.0.seal(nonce, &purpose(key_arn, context), plain));
        blob
    }

    /// What is in a blob; nothing if it is foreign or altered, or the context another.
    pub fn unwrap(&self, blob: &[u8], context: &EncryptionContext) -> Option<Unwrapped> {
        let (length, rest) = blob.split_first_chunk()?;
        let (key_arn, sealed) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
        let key_arn = std::str::from_utf8(key_arn).ok()?;
        let plain = self.0.open(&purpose(key_arn, context), sealed)?;
        Some(Unwrapped {
            key_arn: key_arn.to_owned(),
            plain,
        })
    }
}

/// A key's ARN has 2048 characters at most.
fn length(bytes: usize) -> u16 {
    u16::try_from(bytes).unwrap_or(u16::MAX)
}

/// Each text with its length, so that no two contexts read the same.
fn purpose(key_arn: &str, context: &EncryptionContext) -> String {
    let mut purpose = format!("kms:{}:{key_arn}", key_arn.len());
    for text in context.iter().flat_map(|(name, value)| [name, value]) {
        purpose.push_str(&format!(":{}:{text}", text.len()));
    }
    purpose
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/a";

    fn context(pairs: &[(&str, &str)]) -> EncryptionContext {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn a_data_key_opens_only_whole_and_in_its_context() {
        let keys = DataKeys::new(&Entropy::from_seed(1));
        let bound = context(&[("a", "b"), ("c", "d")]);
        let blob = keys.wrap([1; 12], KEY, &bound, b"data key");
        let opened = keys.unwrap(&blob, &bound).unwrap();
        assert_eq!((&*opened.key_arn, &*opened.plain), (KEY, &b"data key"[..]));
        assert!(!format!("{opened:?}").contains("100"));
        for other in [
            context(&[]),
            context(&[("a", "b")]),
            context(&[("a", "b:1:c:1:d")]),
        ] {
            assert_eq!(keys.unwrap(&blob, &other), None);
        }
        for at in 0..blob.len() {
            let mut altered = blob.clone();
            altered[at] ^= 1;
            assert_eq!(keys.unwrap(&altered, &bound), None, "{at}");
            assert_eq!(keys.unwrap(&blob[..at], &bound), None, "{at}");
        }
        let foreign = DataKeys::new(&Entropy::from_seed(2));
        assert_eq!(foreign.unwrap(&blob, &bound), None);
    }
}
