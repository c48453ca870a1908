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

pub(crate) mod remembered;

pub use self::remembered::{
    admin_forget_device, admin_get_device, admin_list_devices, admin_update_device_status,
    confirm_device, forget_device, get_device, keep, list_devices, update_device_status,
};

use std::sync::Arc;

use aws_lc_rs::digest;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{AttributeType, DeviceRememberedStatusType, DeviceType};
use crate::model::{PoolId, Username, arns};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::device::{Device, Devices, key_of};
use crate::store::user_pool::settings::PoolSettings;

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
    fn view(&self, pool: &UserPool, owner: &Username, viewer: Viewer) -> DeviceType {
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

impl PoolSettings {
    /// Whether devices are tracked: a value for either member turns it on (documented).
    pub fn tracks_devices(&self) -> bool {
        self.device.as_ref().is_some_and(|device| {
            device.challenge_required_on_new_device.is_some()
                || device.device_only_remembered_on_user_prompt.is_some()
        })
    }

    /// Whether a remembered device spares the second factor.
    pub(crate) fn challenges_new_devices(&self) -> bool {
        self.device
            .as_ref()
            .and_then(|device| device.challenge_required_on_new_device)
            .unwrap_or(false)
    }

    /// Whether a confirmed device waits for the user's word to be remembered.
    pub(crate) fn asks_before_remembering(&self) -> bool {
        self.device
            .as_ref()
            .and_then(|device| device.device_only_remembered_on_user_prompt)
            .unwrap_or(false)
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
