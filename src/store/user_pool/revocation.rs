//! Tokens that are dead before they expire: revoked families, and rotated refresh tokens.
//!
//! Only what was revoked or rotated is kept, until the family would have expired anyway; longer while
//! there is little of it, so that a test that puts the clock back finds revoked tokens revoked.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::change::Change;
use super::draft::Draft;
use super::lineage::RefreshToken;
use crate::clock::Timestamp;

/// Only above this number does a pool forget families that have expired.
const SWEPT_ABOVE: usize = 1000;

/// What became of tokens.
#[derive(Debug, Clone, Copy)]
pub enum Revocation {
    /// Every token of a sign-in is dead.
    EndFamily {
        /// `origin_jti`.
        family: Uuid,
        /// When its refresh token expires.
        expires: Timestamp,
    },
    /// A refresh token was exchanged for a newer one.
    Rotate {
        /// `origin_jti`.
        family: Uuid,
        /// The token that was used.
        from: u64,
        /// Until when it still works.
        until: Timestamp,
        /// When the family expires.
        expires: Timestamp,
    },
}

/// How a refresh token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It works.
    Alive {
        /// The newest token of its family.
        newest: u64,
    },
    /// A newer one has replaced it.
    Replaced,
    /// Its family was ended.
    Revoked,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Family {
    ended: bool,
    newest: u64,
    /// Older tokens within their grace period.
    graces: Vec<(u64, Timestamp)>,
}

/// The families of a pool that are not simply alive.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Revocations {
    families: BTreeMap<Uuid, Family>,
    by_expiry: BTreeSet<(Timestamp, Uuid)>,
}

impl Revocations {
    /// Whether the tokens of a sign-in are dead.
    pub fn is_ended(&self, family: Uuid) -> bool {
        self.families
            .get(&family)
            .is_some_and(|family| family.ended)
    }

    /// How `token` stands at `now`.
    pub fn standing(&self, token: &RefreshToken, now: Timestamp) -> Standing {
        let Some(family) = self.families.get(&token.origin_jti) else {
            return Standing::Alive { newest: 0 };
        };
        let in_grace = family
            .graces
            .iter()
            .any(|(serial, until)| *serial == token.serial && now < *until);
        if family.ended {
            Standing::Revoked
        } else if token.serial == family.newest || in_grace {
            Standing::Alive {
                newest: family.newest,
            }
        } else {
            Standing::Replaced
        }
    }

    /// Whether revoking `token` ends its family: the newest or the first one does (observed).
    pub fn ends_family(&self, token: &RefreshToken) -> bool {
        let newest = self
            .families
            .get(&token.origin_jti)
            .map_or(0, |family| family.newest);
        token.serial == newest || token.serial == 0
    }

    /// Files a revocation.
    pub fn note(&mut self, revocation: Revocation, now: Timestamp) {
        self.sweep(now);
        match revocation {
            Revocation::EndFamily { family, expires } => {
                self.family(family, expires).ended = true;
            }
            Revocation::Rotate {
                family,
                from,
                until,
                expires,
            } => {
                let family = self.family(family, expires);
                family.newest += 1;
                family.graces.retain(|(_, until)| *until > now);
                let known = family.graces.iter().any(|(serial, _)| *serial == from);
                if until > now && !known {
                    family.graces.push((from, until));
                }
                // Bounds a family that is refreshed without end while the clock stands still.
                if family.graces.len() > 256 {
                    family.graces.remove(0);
                }
            }
        }
    }

    /// Of many families, forgets those whose tokens have all expired.
    fn sweep(&mut self, now: Timestamp) {
        while let Some((expires, family)) = self.by_expiry.first().copied() {
            if expires > now || self.by_expiry.len() <= SWEPT_ABOVE {
                return;
            }
            self.by_expiry.pop_first();
            self.families.remove(&family);
        }
    }

    /// How many families are kept.
    pub fn len(&self) -> usize {
        self.families.len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.families.is_empty()
    }

    fn family(&mut self, id: Uuid, expires: Timestamp) -> &mut Family {
        // An access token made at the end of the family's life may outlive it by a day at most.
        let expires = expires.plus(std::time::Duration::from_secs(24 * 60 * 60));
        self.by_expiry.insert((expires, id));
        self.families.entry(id).or_default()
    }
}

impl Draft<'_> {
    /// Notes that tokens are dead, or that one was rotated.
    pub fn revoke(&mut self, revocation: Revocation, now: Timestamp) {
        self.stage(Change::Revocation(revocation, now));
    }
}
