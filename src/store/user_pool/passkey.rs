//! Passkeys of users, and the challenges of their registration.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::change::Change;
use super::draft::Draft;
use crate::clock::Timestamp;
use crate::crypto::cose_key::PublicKey;
use crate::model::ClientId;
use crate::model::cognito_idp::WebAuthnCredentialDescription;

/// How many challenges of a user are open at once; the oldest makes room (inferred).
const MAX_CHALLENGES: usize = 10;

/// A passkey of a user, with what a sign-in by it checks.
#[derive(Debug, Clone)]
pub struct Passkey {
    /// The `sub` of its user; its text is the user handle.
    pub owner: Uuid,
    /// The relying party that it was made for; it is no use to another one.
    pub relying_party: String,
    /// What its registration verified. The count of signatures and the backup flag are those when it
    /// was last seen.
    pub credential: Verified,
    /// When it was registered.
    pub created: Timestamp,
}

impl Passkey {
    /// One whose user was verified, that has not signed yet and tells nothing else of itself.
    pub(crate) fn unused(
        owner: Uuid,
        relying_party: &str,
        id: &[u8],
        key: PublicKey,
        created: Timestamp,
    ) -> Self {
        Self {
            owner,
            relying_party: relying_party.to_owned(),
            credential: Verified {
                id: id.to_vec(),
                key,
                sign_count: 0,
                backup_eligible: false,
                backed_up: false,
                user_verified: true,
                friendly_name: friendly_name(Uuid::nil()),
                attachment: None,
                transports: Vec::new(),
            },
            created,
        }
    }

    /// Whether it is the same passkey at another time: what a sign-in records of one does not make it
    /// another.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.owner == other.owner && self.credential.key.is_same(&other.credential.key)
    }

    pub(crate) fn view(&self) -> WebAuthnCredentialDescription {
        WebAuthnCredentialDescription {
            credential_id: as_base64url(&self.credential.id),
            friendly_credential_name: self.credential.friendly_name.to_owned(),
            relying_party_id: self.relying_party.clone(),
            authenticator_attachment: self.credential.attachment.clone(),
            authenticator_transports: self.credential.transports.clone(),
            created_at: self.created,
        }
    }
}

/// A challenge that waits for a new credential.
#[derive(Debug, Clone)]
pub struct Challenge {
    pub(crate) owner: Uuid,
    pub(crate) client: ClientId,
    pub(crate) bytes: [u8; 16],
    pub(crate) expires: Timestamp,
}

/// What a sign-in by passkey is to sign. It stands with its conversation, which ends with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AssertionChallenge(pub(crate) [u8; 16]);

/// The passkeys of a pool.
#[derive(Debug, Clone, Default)]
pub struct Passkeys {
    /// By owner and in the order of registration.
    known: BTreeMap<(Uuid, u64), Arc<Passkey>>,
    /// Where a credential stands; an id is registered once in a pool (WebAuthn, 7.1).
    places: BTreeMap<Vec<u8>, (Uuid, u64)>,
    /// How many were ever registered.
    count: u64,
    /// Open challenges by owner, the oldest first.
    challenges: BTreeMap<Uuid, Vec<Challenge>>,
}

/// A change of passkeys.
pub enum PasskeyChange {
    /// A challenge is given out, at this time.
    Ask(Challenge, Timestamp),
    /// A passkey is registered, and the challenge used.
    Put(Arc<Passkey>, Vec<u8>),
    /// A passkey that was registered once is there again, at its place.
    PutBack(u64, Arc<Passkey>),
    /// A passkey has signed a user in, which leaves its place as it was.
    Seen(Arc<Passkey>),
    /// The passkey of this id is gone.
    Remove(Vec<u8>),
}

impl Passkeys {
    /// The passkeys of a user, the oldest first.
    pub fn of(&self, owner: Uuid) -> impl Iterator<Item = &Arc<Passkey>> {
        self.after(owner, None).map(|(_, passkey)| passkey)
    }

    /// The passkey of this id.
    pub fn with_id(&self, id: &[u8]) -> Option<&Arc<Passkey>> {
        self.known.get(self.places.get(id)?)
    }

    /// The passkeys of a user registered after the one at `after`, with their places.
    pub(crate) fn after(
        &self,
        owner: Uuid,
        after: Option<u64>,
    ) -> impl Iterator<Item = (u64, &Arc<Passkey>)> {
        let start = match after {
            Some(at) => Bound::Excluded((owner, at)),
            None => Bound::Included((owner, 0)),
        };
        self.known
            .range((start, Bound::Included((owner, u64::MAX))))
            .map(|((_, at), passkey)| (*at, passkey))
    }

    pub(crate) fn challenge(
        &self,
        owner: Uuid,
        bytes: &[u8],
        now: Timestamp,
    ) -> Option<&Challenge> {
        let mut open = self.challenges.get(&owner)?.iter();
        open.find(|challenge| challenge.bytes == bytes && now < challenge.expires)
    }

    /// Those of all users, each user's in the order of registration.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Passkey>> {
        self.known.values()
    }

    /// Makes a change happen.
    pub(super) fn publish(&mut self, change: PasskeyChange) {
        match change {
            PasskeyChange::Ask(challenge, now) => {
                let open = self.challenges.entry(challenge.owner).or_default();
                open.retain(|challenge| now < challenge.expires);
                if open.len() >= MAX_CHALLENGES {
                    open.remove(0);
                }
                open.push(challenge);
            }
            PasskeyChange::Put(passkey, challenge) => {
                if let Some(open) = self.challenges.get_mut(&passkey.owner) {
                    open.retain(|one| one.bytes != challenge[..]);
                    if open.is_empty() {
                        self.challenges.remove(&passkey.owner);
                    }
                }
                self.count += 1;
                self.put_at(self.count, passkey);
            }
            PasskeyChange::PutBack(at, passkey) => self.put_at(at, passkey),
            PasskeyChange::Seen(passkey) => {
                if let Some(place) = self.places.get(&passkey.credential.id) {
                    self.known.insert(*place, passkey);
                }
            }
            PasskeyChange::Remove(id) => {
                if let Some(place) = self.places.remove(&id) {
                    self.known.remove(&place);
                }
            }
        }
    }

    fn put_at(&mut self, at: u64, passkey: Arc<Passkey>) {
        let place = (passkey.owner, at);
        let id = passkey.credential.id.clone();
        if let Some(before) = self.places.insert(id, place) {
            self.known.remove(&before);
        }
        self.known.insert(place, passkey);
    }

    /// The passkey of this id, and its place among those of its owner.
    pub(crate) fn placed(&self, id: &[u8]) -> Option<(u64, &Arc<Passkey>)> {
        let place = self.places.get(id)?;
        Some((place.1, self.known.get(place)?))
    }

    /// A user is gone, and the passkeys and challenges with it.
    pub fn remove_owner(&mut self, owner: Uuid) {
        self.challenges.remove(&owner);
        let gone: Vec<u64> = self.after(owner, None).map(|(at, _)| at).collect();
        for at in gone {
            if let Some(passkey) = self.known.remove(&(owner, at)) {
                self.places.remove(&passkey.credential.id);
            }
        }
    }
}

/// Names of well-known makers of passkeys, by the model that they call themselves by. That the service
/// generates a name is documented; which one is inferred, as is the name of all others.
pub(crate) fn friendly_name(aaguid: Uuid) -> &'static str {
    match aaguid.as_u128() {
        0xea9b_8d66_4d01_1d21_3ce4_b6b4_8cb5_75d4 => "Google Password Manager",
        0xfbfc_3007_154e_4ecc_8c0b_6e02_0557_d7bd => "iCloud Keychain",
        0xdd4e_c289_e01d_41c9_bb89_70fa_845d_4bf2 => "iCloud Keychain (Managed)",
        0x0898_7058_cadc_4b81_b6e1_30de_50dc_be96
        | 0x9ddd_1817_af5a_4672_a2b9_3e3d_d950_00a9
        | 0x6028_b017_b1d4_4c02_b4b3_afcd_afc9_6bb2 => "Windows Hello",
        0xbada_5566_a7aa_401f_bd96_4561_9a55_120d => "1Password",
        0xd548_826e_79b4_40e3_a3d8_1111_6f7e_8349 => "Bitwarden",
        0x5311_26d6_e717_415c_9320_3d9a_a698_1239 => "Dashlane",
        0xadce_0002_35bc_c60a_648b_0b25_f1f0_5503 => "Chrome on Mac",
        _ => "Passkey",
    }
}

/// Reads unpadded base64url.
pub(crate) fn base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

pub(crate) fn as_base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A credential that is verified, with what a sign-in by it checks.
#[derive(Debug, Clone)]
pub struct Verified {
    /// Its id.
    pub id: Vec<u8>,
    /// Its key.
    pub key: PublicKey,
    /// How often it had signed.
    pub sign_count: u32,
    /// Whether it may be on several devices; never changes.
    pub backup_eligible: bool,
    /// Whether it is on several devices.
    pub backed_up: bool,
    /// Whether its user was verified.
    pub user_verified: bool,
    /// The name that its maker goes by.
    pub friendly_name: &'static str,
    /// `platform` or `cross-platform`.
    pub attachment: Option<String>,
    /// How it can be reached.
    pub transports: Vec<String>,
}

impl Draft<'_> {
    /// Gives out a challenge for a new passkey.
    pub fn ask_for_passkey(&mut self, challenge: Challenge, now: Timestamp) {
        self.stage(Change::Passkey(PasskeyChange::Ask(challenge, now)));
    }

    /// Registers a passkey, and uses the challenge up that it answers.
    pub fn put_passkey(&mut self, passkey: Arc<Passkey>, challenge: Vec<u8>) {
        self.stage(Change::Passkey(PasskeyChange::Put(passkey, challenge)));
    }

    /// Puts a passkey that was registered once back to its place, or takes away what was not there.
    pub fn restore_passkey(&mut self, passkey: &Arc<Passkey>, place: Option<u64>) {
        let change = match place {
            Some(at) => PasskeyChange::PutBack(at, Arc::clone(passkey)),
            None => PasskeyChange::Remove(passkey.credential.id.clone()),
        };
        self.stage(Change::Passkey(change));
    }

    /// Records what a sign-in by a passkey has shown of it.
    pub fn see_passkey(&mut self, passkey: Arc<Passkey>) {
        self.stage(Change::Passkey(PasskeyChange::Seen(passkey)));
    }

    /// Takes a passkey away.
    pub fn remove_passkey(&mut self, id: Vec<u8>) {
        self.stage(Change::Passkey(PasskeyChange::Remove(id)));
    }
}
