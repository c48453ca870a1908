//! A device of a user, its key and its secret.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::ops::Bound;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

use super::change::{Change, Staged};
use super::draft::Draft;
use crate::clock::Timestamp;
use crate::crypto::srp::Verifier;
use crate::error::{CognitoError, Refusal};
use crate::model::PoolId;
use crate::model::cognito_idp::DeviceSecretVerifierConfigType;

/// A salt is a random number of 16 bytes; more than this is none (inferred bound).
const SALT_MAX: usize = 64;

/// A device that ConfirmDevice has made known.
#[derive(Debug, Clone, PartialEq)]
pub struct Device {
    /// The `sub` of its user.
    pub owner: Uuid,
    /// Its key without the Region.
    pub id: Uuid,
    /// `DeviceName`, if one was given.
    pub name: Option<String>,
    /// What device authentication checks a proof against.
    pub secret: DeviceSecret,
    /// Whether it may stand in for a second factor.
    pub remembered: bool,
    /// Where it last signed in from, as far as that is known.
    pub last_address: Option<IpAddr>,
    /// When it was confirmed.
    pub created: Timestamp,
    /// When its status last changed.
    pub modified: Timestamp,
    /// When it last signed in.
    pub authenticated: Timestamp,
}

/// The salt and verifier that a client made for its device.
#[derive(Debug, Clone, PartialEq)]
pub struct DeviceSecret {
    /// An unsigned number, without leading zeros.
    pub salt: Arc<[u8]>,
    /// `g^x` of the device's password.
    pub verifier: Verifier,
}

impl DeviceSecret {
    /// Reads `DeviceSecretVerifierConfig`: both are numbers in Base64, which clients write as Java's
    /// `BigInteger` does, so they may begin with a zero byte (observed).
    pub(crate) fn parse(
        given: Option<DeviceSecretVerifierConfigType>,
    ) -> Result<Self, CognitoError> {
        let refuse = |reason: &'static str| Refusal::DeviceVerifierInvalid.because(reason);
        let given = given.ok_or_else(|| {
            refuse(
                "DeviceSecretVerifierConfig is missing: a device has a Salt and PasswordVerifier",
            )
        })?;
        let read = |text: Option<&str>| STANDARD.decode(text.unwrap_or_default()).ok();
        let salt = read(given.salt.as_deref()).unwrap_or_default();
        let zeros = salt.iter().take_while(|byte| **byte == 0).count();
        let salt = &salt[zeros..];
        if salt.is_empty() || salt.len() > SALT_MAX {
            return Err(refuse("Salt must be a random number of 16 bytes in Base64"));
        }
        let verifier = read(given.password_verifier.as_deref())
            .and_then(|bytes| Verifier::from_integer(&bytes))
            .ok_or_else(|| refuse("PasswordVerifier must be a number below N in Base64, not 0"))?;
        Ok(Self {
            salt: salt.into(),
            verifier,
        })
    }
}

/// `REGION_UUID`.
pub fn key_of(pool: &PoolId, id: Uuid) -> String {
    format!("{}_{id}", pool.region())
}

/// The device that a key of this pool names; none for what is no key of it.
pub fn id_of(pool: &PoolId, key: &str) -> Option<Uuid> {
    let id = key.strip_prefix(pool.region())?.strip_prefix('_')?;
    let parsed = Uuid::try_parse(id).ok()?;
    (parsed.to_string() == id).then_some(parsed)
}

/// What a sign-in or a refresh sent as `DEVICE_KEY`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeviceKey {
    /// Nothing.
    #[default]
    Missing,
    /// What is no key of the pool; treated as the key of a device that does not exist (inferred).
    Foreign,
    /// The key of this device, whether or not there is one.
    Of(Uuid),
}

impl DeviceKey {
    /// Reads a key as it was sent to `pool`. An empty one counts as missing, as of every parameter
    /// (inferred).
    pub fn new(pool: &PoolId, sent: Option<&str>) -> Self {
        match sent {
            None | Some("") => Self::Missing,
            Some(key) => id_of(pool, key).map_or(Self::Foreign, Self::Of),
        }
    }
}

/// The devices of a pool.
#[derive(Debug, Clone, Default)]
pub struct Devices {
    /// By owner and id, the order in which lists page (inferred).
    known: BTreeMap<Place, Arc<Device>>,
    /// Devices whose refresh tokens are dead.
    forgotten: BTreeSet<Place>,
}

/// Whose device, and which.
pub(crate) type Place = (Uuid, Uuid);

impl Devices {
    /// The device of a user.
    pub fn get(&self, owner: Uuid, id: Uuid) -> Option<&Arc<Device>> {
        self.known.get(&(owner, id))
    }

    /// Whether a device of a user was known once and is forgotten.
    pub fn is_forgotten(&self, owner: Uuid, id: Uuid) -> bool {
        self.forgotten.contains(&(owner, id))
    }

    /// The devices of a user, from after `after`.
    pub(crate) fn after(
        &self,
        owner: Uuid,
        after: Option<Uuid>,
    ) -> impl Iterator<Item = &Arc<Device>> {
        let start = match after {
            Some(id) => Bound::Excluded((owner, id)),
            None => Bound::Included((owner, Uuid::nil())),
        };
        self.known
            .range((start, Bound::Included((owner, Uuid::max()))))
            .map(|(_, device)| device)
    }

    /// Those of all users.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Device>> {
        self.known.values()
    }

    /// Makes a change happen.
    pub(super) fn publish(&mut self, change: Staged<Place, Device>) {
        if let Staged::Remove(place) = &change {
            self.forgotten.insert(*place);
        }
        change.publish(&mut self.known);
    }

    /// A user is gone, and the devices with it.
    pub fn remove_owner(&mut self, owner: Uuid) {
        let all = (owner, Uuid::nil())..=(owner, Uuid::max());
        let known = self.known.range(all.clone()).map(|(key, _)| *key);
        for key in known.collect::<Vec<_>>() {
            self.known.remove(&key);
        }
        let forgotten = self.forgotten.range(all).copied();
        for key in forgotten.collect::<Vec<_>>() {
            self.forgotten.remove(&key);
        }
    }
}

impl Draft<'_> {
    /// Adds or replaces a device of a user.
    pub fn put_device(&mut self, device: Device) -> Arc<Device> {
        self.put(Change::Device, (device.owner, device.id), device)
    }

    /// Takes a device away, and what refresh tokens it has.
    pub fn forget_device(&mut self, owner: Uuid, id: Uuid) {
        self.stage(Change::Device(Staged::Remove((owner, id))));
    }
}
