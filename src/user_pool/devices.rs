//! Devices of users: confirming, reading, remembering and forgetting them.
//!
//! "Working with user devices in your user pool", developer guide. A sign-in without a device gets a
//! new device key with its tokens (`auth/device.rs`); ConfirmDevice makes a device of it, with the
//! verifier that device authentication checks against. Until then the key lives in the tokens
//! alone, and no operation knows it (inferred).
//!
//! Users see the devices that are remembered, administrators all of them; a forgotten one is gone
//! for both (observed: the integration tests of AWS's SDK for Android). A user's own view has none of
//! the `dev:` attributes (observed for ListDevices: aws-amplify/amplify-js#12171; inferred for
//! GetDevice).

mod manage;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::ops::Bound;
use std::sync::Arc;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

pub use manage::{
    admin_forget_device, admin_get_device, admin_list_devices, admin_update_device_status,
    confirm_device, forget_device, get_device, keep, list_devices, update_device_status,
};

use super::arns;
use super::auth::srp::Verifier;
use super::settings::UserPool;
use crate::clock::Timestamp;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    AttributeType, DeviceRememberedStatusType, DeviceSecretVerifierConfigType, DeviceType,
};
use crate::model::{PoolId, Username};
use crate::store::Pool;

/// A salt is a random number of 16 bytes; more than this is none (inferred bound).
const SALT_MAX: usize = 64;

/// A device that ConfirmDevice has made known.
#[derive(Debug, Clone)]
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
#[derive(Debug, Clone)]
pub struct DeviceSecret {
    /// An unsigned number, without leading zeros.
    pub salt: Arc<[u8]>,
    /// `g^x` of the device's password.
    pub verifier: Verifier,
}

impl DeviceSecret {
    /// Reads `DeviceSecretVerifierConfig`: both are numbers in Base64, which clients write as Java's
    /// `BigInteger` does, so they may begin with a zero byte (observed).
    fn parse(given: Option<DeviceSecretVerifierConfigType>) -> Result<Self, CognitoError> {
        let refuse = |reason: &'static str| Refusal::DeviceVerifierInvalid.because(reason);
        let given = given.ok_or_else(|| {
            refuse(
                "DeviceSecretVerifierConfig is missing: a device has a Salt and PasswordVerifier",
            )
        })?;
        let read = |text: Option<String>| STANDARD.decode(text.unwrap_or_default()).ok();
        let salt = read(given.salt).unwrap_or_default();
        let zeros = salt.iter().take_while(|byte| **byte == 0).count();
        let salt = &salt[zeros..];
        if salt.is_empty() || salt.len() > SALT_MAX {
            return Err(refuse("Salt must be a random number of 16 bytes in Base64"));
        }
        let verifier = read(given.password_verifier)
            .and_then(|bytes| Verifier::from_integer(&bytes))
            .ok_or_else(|| refuse("PasswordVerifier must be a number below N in Base64, not 0"))?;
        Ok(Self {
            salt: salt.into(),
            verifier,
        })
    }
}

/// Who looks at a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Viewer {
    /// Its user.
    User,
    /// An administrator.
    Administrator,
}

impl Device {
    /// The device as responses show it, with the attributes in the documented samples' order.
    fn view(&self, pool: &Pool, owner: &Username, viewer: Viewer) -> DeviceType {
        let key = key_of(&pool.id, self.id);
        let owner = format!("{owner}.{}", pool.id);
        let arn = format!(
            "arn:{}:cognito-idp:{}:{}:owner/{owner}/device/{key}",
            arns::partition(pool.region()),
            pool.region(),
            pool.account
        );
        let status = if self.remembered {
            DeviceRememberedStatusType::Remembered
        } else {
            DeviceRememberedStatusType::NotRemembered
        };
        let attributes = [
            ("device_status", Some("valid".to_owned())),
            // Absent without a name (inferred).
            ("device_name", self.name.clone()),
            ("dev:device_arn", Some(arn)),
            ("dev:device_owner", Some(owner)),
            (
                "last_ip_used",
                self.last_address.map(|address| address.to_string()),
            ),
            (
                "dev:device_remembered_status",
                Some(status.as_str().to_owned()),
            ),
            // The value of the documented samples, whatever SDK it was (inferred).
            ("dev:device_sdk", Some("aws-sdk".to_owned())),
        ];
        let shows = |name: &str| viewer == Viewer::Administrator || !name.starts_with("dev:");
        let shown = attributes.into_iter().filter(|(name, _)| shows(name));
        let attributes = shown.filter_map(|(name, value)| {
            Some(AttributeType {
                name: name.to_owned(),
                value: Some(value?),
            })
        });
        DeviceType {
            device_key: Some(key),
            device_attributes: Some(attributes.collect()),
            device_create_date: Some(self.created),
            device_last_modified_date: Some(self.modified),
            // Whole seconds in the documented samples.
            device_last_authenticated_date: Some(Timestamp::from_seconds(
                self.authenticated.seconds(),
            )),
        }
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
    /// Reads a key as it was sent to `pool`.
    pub fn new(pool: &PoolId, sent: Option<&str>) -> Self {
        match sent {
            None => Self::Missing,
            Some(key) => id_of(pool, key).map_or(Self::Foreign, Self::Of),
        }
    }
}

/// What stands in the pool name's place in a device's SRP. It is short (observed); that all devices
/// of a user have the same is inferred.
pub fn group_key(pool: &PoolId, owner: Uuid) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const LENGTH: usize = 9;
    let text = format!("device group\0{pool}\0{owner}");
    digest::digest(&digest::SHA256, text.as_bytes())
        .as_ref()
        .iter()
        .take(LENGTH)
        .map(|byte| char::from(ALPHABET[usize::from(byte % 64)]))
        .collect()
}

impl UserPool {
    /// Whether devices are tracked: a value for either member turns it on (documented).
    pub fn tracks_devices(&self) -> bool {
        self.device.as_ref().is_some_and(|device| {
            device.challenge_required_on_new_device.is_some()
                || device.device_only_remembered_on_user_prompt.is_some()
        })
    }

    /// Whether a confirmed device waits for the user's word to be remembered.
    fn asks_before_remembering(&self) -> bool {
        self.device
            .as_ref()
            .and_then(|device| device.device_only_remembered_on_user_prompt)
            .unwrap_or(false)
    }
}

/// The devices of a pool.
#[derive(Debug, Default)]
pub struct Devices {
    /// By owner and id, the order in which lists page (inferred).
    known: BTreeMap<(Uuid, Uuid), Arc<Device>>,
    /// Devices whose refresh tokens are dead.
    forgotten: BTreeSet<(Uuid, Uuid)>,
}

/// A change of one device.
pub enum DeviceChange {
    /// A device is new or another.
    Put(Arc<Device>),
    /// A device is gone.
    Forget {
        /// Its user.
        owner: Uuid,
        /// Which.
        id: Uuid,
    },
}

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
    fn after(&self, owner: Uuid, after: Option<Uuid>) -> impl Iterator<Item = &Arc<Device>> {
        let start = match after {
            Some(id) => Bound::Excluded((owner, id)),
            None => Bound::Included((owner, Uuid::nil())),
        };
        self.known
            .range((start, Bound::Included((owner, Uuid::max()))))
            .map(|(_, device)| device)
    }

    /// Makes a change happen.
    pub fn publish(&mut self, change: DeviceChange) {
        match change {
            DeviceChange::Put(device) => {
                self.known.insert((device.owner, device.id), device);
            }
            DeviceChange::Forget { owner, id } => {
                self.known.remove(&(owner, id));
                self.forgotten.insert((owner, id));
            }
        }
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

/// A device that must be there. The text is observed at sign-in, and that other operations have it
/// too in the tests of AWS's SDK for Android.
///
/// # Errors
/// `Device does not exist.`
pub fn require(devices: &Devices, owner: Uuid, id: Option<Uuid>) -> Result<&Device, CognitoError> {
    id.and_then(|id| devices.get(owner, id))
        .map(Arc::as_ref)
        .ok_or_else(|| {
            Refusal::DeviceUnknown.because(
                "the user has no device with this key: it was never confirmed (ConfirmDevice), is \
                 another user's, or was forgotten; AdminListDevices shows the user's devices",
            )
        })
}

#[cfg(test)]
mod tests;
