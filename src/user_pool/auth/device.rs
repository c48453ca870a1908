//! The device of a sign-in, where the pool tracks devices.
//!
//! A sign-in without `DEVICE_KEY` comes from a new device: its tokens carry a new key, and the answer
//! has NewDeviceMetadata for ConfirmDevice. One with the key of a confirmed device keeps that key
//! and has no metadata (documented, observed). An unknown key is refused, after the password or with
//! the answer that brings it, before anything is used up: clients drop the key and send the same
//! answer again (observed). Where
//! tracking is off, and in the administrator's flows, which do not support it (documented), keys
//! are not looked at (inferred).
//!
//! Where SOFTWARE_TOKEN_MFA is answered with an alias in place of the username, the tokens come, and
//! ConfirmDevice refuses the new key with them (observed): here they are tokens of no device (inferred).
//!
//! A remembered device proves itself (`device_srp.rs`) before the user gets tokens. One that is confirmed
//! and not remembered is asked for no proof (documented). Its key stays in the tokens, where the refreshes of
//! clients look for it, and no metadata is given for it; but the sign-in does not count as the device's:
//! no date of it moves, and the functions are told of a plain sign-in (inferred).

use uuid::Uuid;

use super::door::Door;
use super::sign_in::SignIn;
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::NewDeviceMetadataType;
use crate::store::user_pool::conversations::Completed;
use crate::store::user_pool::device::{self, Device, DeviceKey};
use crate::store::user_pool::lineage::RefreshToken;
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::user::User;
use crate::user_pool::conversations::Conversation;
use crate::user_pool::devices;

/// Which device signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signing {
    /// The pool does not follow it.
    Untracked,
    /// One that is remembered.
    Remembered(Uuid),
    /// One that ConfirmDevice has made known, and that is not remembered.
    Known(Uuid),
    /// One that sent no key.
    New,
}

impl SignIn<'_> {
    fn tracks_devices(&self) -> bool {
        self.door == Door::Public && self.settings.tracks_devices()
    }

    /// The device that signs in.
    ///
    /// # Errors
    /// A key that is of no device of the user.
    pub(super) fn device(&self, sub: Uuid) -> Result<Signing, CognitoError> {
        if !self.tracks_devices() {
            return Ok(Signing::Untracked);
        }
        let id = match self.device_key {
            DeviceKey::Missing => return Ok(Signing::New),
            DeviceKey::Foreign => None,
            DeviceKey::Of(id) => Some(id),
        };
        self.pool.read(|state| {
            devices::require(&state.devices, sub, id).map(|device| {
                if device.remembered {
                    Signing::Remembered(device.id)
                } else {
                    Signing::Known(device.id)
                }
            })
        })
    }

    /// Takes over the key that an earlier request of the conversation sent, if its device is known.
    /// Else the device counts as new: amazon-cognito-identity-js sends a stale key with USER_SRP_AUTH
    /// and drops it only when the answer to PASSWORD_VERIFIER is refused for it (observed).
    pub(super) fn go_on_with_device(&mut self, conversation: &Conversation) {
        if self.device_key != DeviceKey::Missing {
            return;
        }
        if let DeviceKey::Of(id) = conversation.device_key {
            let is_known = |state: &PoolState| state.devices.get(conversation.sub, id).is_some();
            if self.pool.read(is_known) {
                self.device_key = conversation.device_key;
            }
        }
    }

    /// A device that has proven itself stays the sign-in's, whatever key comes later.
    pub(super) fn keep_proven_device(&mut self, conversation: &Conversation) {
        if conversation.completed.contains(&Completed::Device) {
            self.device_key = conversation.device_key;
        }
    }

    /// Notes that the user signs in from `device`: the id for its tokens, and the metadata that a
    /// new one is told.
    pub(super) fn enter(
        &self,
        user: &User,
        device: Signing,
    ) -> Result<(Option<Uuid>, Option<NewDeviceMetadataType>), CognitoError> {
        match device {
            Signing::Untracked => Ok((None, None)),
            Signing::New => {
                let id = self.cx.entropy.uuid(Purpose::Ids);
                let metadata = NewDeviceMetadataType {
                    device_key: Some(device::key_of(&self.pool.id, id)),
                    device_group_key: Some(devices::group_key(&self.pool.id, user.sub)),
                };
                let kept = (!self.token_by_alias).then_some(id);
                Ok((kept, Some(metadata)))
            }
            // Only a proof tells that the device itself was there.
            Signing::Remembered(id) | Signing::Known(id)
                if !self.completed.contains(&Completed::Device) =>
            {
                Ok((Some(id), None))
            }
            Signing::Remembered(id) | Signing::Known(id) => {
                let now = self.cx.now();
                self.pool.change(|draft| {
                    let device = devices::require(&draft.state().devices, user.sub, Some(id))?;
                    draft.put_device(Device {
                        authenticated: now,
                        last_address: self.cx.caller.address.or(device.last_address),
                        ..device.clone()
                    });
                    Ok(())
                })?;
                Ok((Some(id), None))
            }
        }
    }

    /// Where devices are tracked, a refresh token works only with the key of the device that it was
    /// given to (documented; the text is observed), once ConfirmDevice has made it known (documented:
    /// the guide's troubleshooting page; the text is inferred) and until it is forgotten (documented). So the tokens of an administrator's flow cannot be
    /// refreshed (observed); that those given before tracking was turned on cannot either is
    /// inferred.
    pub(super) fn check_refreshing_device(
        &self,
        state: &PoolState,
        token: &RefreshToken,
    ) -> Result<(), CognitoError> {
        // Tokens of the authorization server are of no device (documented: its pages know none).
        if !self.settings.tracks_devices() || token.granted.is_some() {
            return Ok(());
        }
        let invalid = |reason: &'static str| Refusal::RefreshTokenInvalid.because(reason);
        let Some(device) = token.device else {
            return Err(invalid(
                "the pool tracks devices, and the token is of no device: it comes from an \
                 administrator's sign-in, from before tracking was turned on, or from a \
                 SOFTWARE_TOKEN_MFA answered with an alias as USERNAME",
            ));
        };
        match self.device_key {
            DeviceKey::Of(sent) if sent == device => {}
            DeviceKey::Missing => {
                return Err(invalid(
                    "the pool tracks devices: send the token's device key (DEVICE_KEY in \
                     InitiateAuth, DeviceKey in GetTokensFromRefreshToken)",
                ));
            }
            DeviceKey::Foreign | DeviceKey::Of(_) => {
                return Err(invalid(
                    "the device key is another one than the token's, which is the claim device_key \
                     of its access tokens",
                ));
            }
        }
        let devices = &state.devices;
        if devices.get(token.sub, device).is_some() {
            return Ok(());
        }
        Err(invalid(if devices.is_forgotten(token.sub, device) {
            "the token's device was forgotten; sign in again"
        } else {
            "the token's device is not confirmed: call ConfirmDevice with the sign-in's access token"
        }))
    }
}
