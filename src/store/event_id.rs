//! `event_id`: one UUID a sign-in, kept by refresh.
//!
//! It also tells, to this server alone, under which of the user's sign-out epochs the sign-in
//! happened: a global sign-out must kill every token made before it and none made after it, also
//! within the same second, and an access token has no member of its own for that.

use aws_lc_rs::hmac;
use uuid::Uuid;

use crate::entropy::{Entropy, Purpose};

/// Makes and reads event ids.
pub struct EventIds(hmac::Key);

impl EventIds {
    /// Ids that only this server reads.
    pub fn new(entropy: &Entropy) -> Self {
        Self(hmac::Key::new(
            hmac::HMAC_SHA256,
            &entropy.bytes::<32>(Purpose::Tokens),
        ))
    }

    /// A new id under `epoch`.
    pub fn make(&self, entropy: &Entropy, epoch: u32) -> Uuid {
        let mut bytes = entropy.uuid(Purpose::Tokens).into_bytes();
        let hidden = epoch ^ self.mask(&bytes);
        bytes[12..].copy_from_slice(&hidden.to_be_bytes());
        Uuid::from_bytes(bytes)
    }

    /// The epoch of an id that this server made.
    pub fn epoch(&self, id: Uuid) -> u32 {
        let bytes = id.into_bytes();
        let mut hidden = [0; 4];
        hidden.copy_from_slice(&bytes[12..]);
        u32::from_be_bytes(hidden) ^ self.mask(&bytes)
    }

    /// A number that follows from the first twelve bytes, version and variant among them.
    fn mask(&self, bytes: &[u8; 16]) -> u32 {
        let tag = hmac::sign(&self.0, &bytes[..12]);
        let mut mask = [0; 4];
        mask.copy_from_slice(&tag.as_ref()[..4]);
        u32::from_be_bytes(mask)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_id_is_a_random_uuid_that_tells_its_epoch() {
        let entropy = Entropy::from_seed(3);
        let ids = EventIds::new(&entropy);
        for epoch in [0, 1, 77, u32::MAX] {
            let id = ids.make(&entropy, epoch);
            assert_eq!(id.get_version_num(), 4);
            assert_eq!(ids.epoch(id), epoch);
        }
        assert_ne!(ids.make(&entropy, 1), ids.make(&entropy, 1));
    }
}
