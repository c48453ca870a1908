//! Sealed blobs: values that a client carries for the server and cannot read or alter, such as
//! refresh tokens and pagination tokens (AES-256-GCM).

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

const NONCE: usize = 12;

/// Seals and opens blobs under one key.
#[derive(Debug)]
pub struct Seal(LessSafeKey);

impl Seal {
    /// A seal under `key`.
    #[expect(clippy::expect_used, reason = "AES-256 takes every key of 32 bytes")]
    pub fn new(key: [u8; 32]) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, &key).expect("32 bytes are an AES-256 key");
        Self(LessSafeKey::new(key))
    }

    /// Nonce, ciphertext and tag of `plain`, bound to `purpose`.
    #[expect(clippy::expect_used, reason = "sealing fails only beyond 64 GiB")]
    pub fn seal(&self, nonce: [u8; NONCE], purpose: &str, plain: &[u8]) -> Vec<u8> {
        let mut body = plain.to_vec();
        self.0
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(purpose.as_bytes()),
                &mut body,
            )
            .expect("a blob is far shorter than AES-GCM's limit");
        let mut sealed = Vec::with_capacity(NONCE + body.len());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&body);
        sealed
    }

    /// What was sealed for `purpose`; nothing if the blob is foreign, altered or for something else.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, body) = sealed.split_at_checked(NONCE)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut body = body.to_vec();
        let length = self
            .0
            .open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut body)
            .ok()?
            .len();
        body.truncate(length);
        Some(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blob_opens_only_whole_and_for_its_purpose() {
        let seal = Seal::new([7; 32]);
        let mut blob = seal.seal([1; 12], "page", b"bob");
        assert_eq!(seal.open("page", &blob).as_deref(), Some(&b"bob"[..]));
        assert_eq!(seal.open("refresh", &blob), None);
        assert_eq!(Seal::new([8; 32]).open("page", &blob), None);
        blob[13] ^= 1;
        assert_eq!(seal.open("page", &blob), None);
        assert_eq!(seal.open("page", b"short"), None);
    }
}
