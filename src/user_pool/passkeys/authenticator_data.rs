//! What an authenticator signs: the part of the authenticator data that a new credential and an
//! assertion share (W3C WebAuthn Level 3, 6.1).

use aws_lc_rs::digest::{SHA256, digest};

use crate::crypto::cbor::{self, Value};

/// What the flags say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flags(u8);

impl Flags {
    /// Somebody touched the authenticator.
    pub fn user_present(self) -> bool {
        self.0 & 1 != 0
    }

    /// The authenticator knows who.
    pub fn user_verified(self) -> bool {
        self.0 & 4 != 0
    }

    /// The credential may be on several devices.
    pub fn backup_eligible(self) -> bool {
        self.0 & 8 != 0
    }

    /// The credential is on several devices.
    pub fn backed_up(self) -> bool {
        self.0 & 16 != 0
    }

    /// A new credential stands in the data.
    pub(super) fn has_credential(self) -> bool {
        self.0 & 64 != 0
    }

    fn has_extensions(self) -> bool {
        self.0 & 128 != 0
    }
}

/// The beginning of all authenticator data.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    rp_id_hash: &'a [u8],
    /// What the authenticator did.
    pub flags: Flags,
    /// How often the credential has signed.
    pub sign_count: u32,
}

impl<'a> Head<'a> {
    /// Reads it, and gives what stands behind it.
    pub(super) fn read(raw: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (rp_id_hash, rest) = raw.split_at_checked(32)?;
        let (&flags, rest) = rest.split_first()?;
        let (count, rest) = rest.split_first_chunk::<4>()?;
        let head = Self {
            rp_id_hash,
            flags: Flags(flags),
            sign_count: u32::from_be_bytes(*count),
        };
        Some((head, rest))
    }

    /// Whether it is for the relying party of this id.
    pub fn is_for(&self, relying_party: &str) -> bool {
        self.rp_id_hash == digest(&SHA256, relying_party.as_bytes()).as_ref()
    }

    /// Whether `rest` ends the data as the flags say: with a map of extensions, or with nothing.
    pub(super) fn is_ended_by(&self, rest: &[u8]) -> bool {
        if self.flags.has_extensions() {
            matches!(cbor::read(rest), Some(Value::Map(_)))
        } else {
            rest.is_empty()
        }
    }
}

/// The data of an assertion, which holds no credential (WebAuthn, 6.1).
pub fn of_assertion(raw: &[u8]) -> Option<Head<'_>> {
    let (head, rest) = Head::read(raw)?;
    (!head.flags.has_credential() && head.is_ended_by(rest)).then_some(head)
}
