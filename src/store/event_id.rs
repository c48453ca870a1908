//! `event_id`: one UUID a sign-in, kept by refresh.
//!
//! It also tells, to this server alone, under which of the user's sign-out epochs and in which era the
//! sign-in happened: a global sign-out must kill every token made before it and none made after it, also
//! within the same second; of what a restore undid no token is good; and an access token has no member of
//! its own for either.

use aws_lc_rs::hmac;
use uuid::Uuid;

use super::eras::{EraNumber, LAST_ERA};
use crate::entropy::{Entropy, Purpose};

/// Bits for the epoch; those above are for the era.
const EPOCH_BITS: u32 = 12;

const EPOCH_MASK: u32 = (1 << EPOCH_BITS) - 1;

/// What an event id tells of its sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Told {
    /// The last bits of the user's sign-out epoch.
    epoch: u32,
    /// The era.
    pub era: EraNumber,
}

impl Told {
    /// That it happened in this era, under this sign-out epoch of the user.
    pub fn new(epoch: u32, era: EraNumber) -> Self {
        Self {
            epoch: epoch & EPOCH_MASK,
            era: era.min(LAST_ERA),
        }
    }

    /// Whether it happened under this epoch. Of two that are 4,096 sign-outs of the user apart, each is
    /// taken for the other.
    pub fn is_under(self, epoch: u32) -> bool {
        self.epoch == epoch & EPOCH_MASK
    }

    fn packed(self) -> u32 {
        self.era << EPOCH_BITS | self.epoch
    }

    fn unpacked(packed: u32) -> Self {
        Self {
            epoch: packed & EPOCH_MASK,
            era: packed >> EPOCH_BITS,
        }
    }
}

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

    /// A new id.
    pub fn make(&self, entropy: &Entropy, told: Told) -> Uuid {
        let mut bytes = entropy.uuid(Purpose::Tokens).into_bytes();
        let hidden = told.packed() ^ self.mask(&bytes);
        bytes[12..].copy_from_slice(&hidden.to_be_bytes());
        Uuid::from_bytes(bytes)
    }

    /// What an id that this server made tells.
    pub fn read(&self, id: Uuid) -> Told {
        let bytes = id.into_bytes();
        let mut hidden = [0; 4];
        hidden.copy_from_slice(&bytes[12..]);
        Told::unpacked(u32::from_be_bytes(hidden) ^ self.mask(&bytes))
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
    fn an_event_id_is_a_random_uuid_that_tells_epoch_and_era() {
        let entropy = Entropy::from_seed(3);
        let ids = EventIds::new(&entropy);
        for epoch in [0, 1, 77, EPOCH_MASK] {
            for era in [0, 1, LAST_ERA] {
                let id = ids.make(&entropy, Told::new(epoch, era));
                assert_eq!(id.get_version_num(), 4);
                let told = ids.read(id);
                assert!(told.is_under(epoch) && !told.is_under(epoch + 1) && told.era == era);
            }
        }
        let told = Told::new(0, 0);
        assert_ne!(ids.make(&entropy, told), ids.make(&entropy, told));
        let late = Told::new(u32::MAX, u32::MAX);
        assert!(late.is_under(u32::MAX) && late.era == LAST_ERA);
    }
}
