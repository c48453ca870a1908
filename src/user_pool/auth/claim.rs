//! What answers PASSWORD_VERIFIER and DEVICE_PASSWORD_VERIFIER: the secret block of the challenge, a
//! signature over it, and the time that was signed with it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::attempt::Parameters;
use super::claim_timestamp::ClaimTimestamp;
use crate::crypto::srp;
use crate::error::{CognitoError, Refusal};

/// A claim to hold the key that both sides of an exchange have.
pub(super) struct Claim {
    block: Vec<u8>,
    signature: Vec<u8>,
    timestamp: ClaimTimestamp,
    canonical: bool,
}

impl Claim {
    /// Takes a claim out of an answer. What is no Base64 is a block that was never given, or a wrong
    /// signature.
    pub(super) fn take(answer: &mut Parameters) -> Result<Self, CognitoError> {
        let block = answer.take("PASSWORD_CLAIM_SECRET_BLOCK")?;
        let signature = answer.take("PASSWORD_CLAIM_SIGNATURE")?;
        let sent = answer.take("TIMESTAMP")?;
        let Some(timestamp) = ClaimTimestamp::parse(&sent) else {
            return Refusal::SrpTimestamp
                .refuse("such as `Tue Sep 1 06:05:04 UTC 2020`, the day without a leading zero");
        };
        let bytes = |text| STANDARD.decode(text).unwrap_or_default();
        Ok(Self {
            block: bytes(block),
            signature: bytes(signature),
            canonical: timestamp.as_str() == sent,
            timestamp,
        })
    }

    pub(super) fn block(&self) -> &[u8] {
        &self.block
    }

    /// Whether the time was sent in the form in which it is signed.
    pub(super) fn is_canonical(&self) -> bool {
        self.canonical
    }

    /// Whether it is signed with `key`. For a device, its group key and key stand in the place of the
    /// pool's name and the user's id (observed).
    pub(super) fn is_signed(&self, key: &[u8; 16], pool: &str, user_id: &str) -> bool {
        let expected = srp::signature(key, pool, user_id, &self.block, self.timestamp.as_str());
        srp::signature_matches(&expected, &self.signature)
    }
}
