//! The operations on devices, by their user and by an administrator.
//!
//! Order of checks: token or pool, user, device tracking, device (inferred). That all of them are
//! refused while tracking is off is inferred from the exception that they declare.

use std::sync::Arc;

use uuid::Uuid;

use super::{Viewer, require};
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    AdminForgetDeviceRequest, AdminGetDeviceRequest, AdminGetDeviceResponse,
    AdminListDevicesRequest, AdminListDevicesResponse, AdminUpdateDeviceStatusRequest,
    AdminUpdateDeviceStatusResponse, ConfirmDeviceRequest, ConfirmDeviceResponse,
    DeviceRememberedStatusType, DeviceType, ForgetDeviceRequest, GetDeviceRequest,
    GetDeviceResponse, ListDevicesRequest, ListDevicesResponse, UpdateDeviceStatusRequest,
    UpdateDeviceStatusResponse,
};
use crate::model::{NoOutput, PoolId, Secret, Username};
use crate::page;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::device::{Device, DeviceSecret, id_of};
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::user::User;
use crate::user_pool::tokens::access::{self, Authorized};
use crate::user_pool::users;

/// `ConfirmDevice`: the device of the token's sign-in becomes known, and is remembered at once
/// unless the pool asks its users first (documented). The key of another sign-in is refused
/// (observed).
///
/// # Errors
/// A bad access token, device tracking off, a salt or verifier that is none, a key that is not the
/// token's, a device that is known or forgotten already.
pub fn confirm_device(
    cx: &Context,
    req: ConfirmDeviceRequest,
) -> Result<ConfirmDeviceResponse, CognitoError> {
    let caller = caller(cx, Some(&req.access_token))?;
    let secret = DeviceSecret::parse(req.device_secret_verifier_config)?;
    let id = id_of(&caller.pool.id, &req.device_key).filter(|id| caller.grant.device == Some(*id));
    let Some(id) = id else {
        return Refusal::DeviceKeyInvalid.refuse(if caller.grant.device.is_some() {
            "DeviceKey must be the one that NewDeviceMetadata came with in the sign-in of this \
             access token; it is the token's claim device_key"
        } else {
            "the access token has no claim device_key: its sign-in was an administrator's, or from \
             before tracking was turned on, or SOFTWARE_TOKEN_MFA was answered with an alias as \
             USERNAME; send USER_ID_FOR_SRP of the challenge"
        });
    };
    let asks = caller.settings.asks_before_remembering();
    let now = cx.now();
    let device = Device {
        owner: caller.user.sub,
        id,
        name: req.device_name,
        secret,
        remembered: !asks,
        last_address: cx.caller.address,
        created: now,
        modified: now,
        authenticated: now,
    };
    caller.pool.change(|draft| {
        let devices = &draft.state().devices;
        users::current(draft.state(), &caller.user)?;
        if devices.get(device.owner, id).is_some() {
            return Refusal::DeviceKeyExists.refuse("the device is confirmed already");
        }
        if devices.is_forgotten(device.owner, id) {
            return Refusal::DeviceUnknown
                .refuse("the device was forgotten; sign in without DEVICE_KEY for a new one");
        }
        draft.put_device(device);
        Ok(())
    })?;
    Ok(ConfirmDeviceResponse {
        user_confirmation_necessary: Some(asks),
    })
}

/// Gives a user of a pool that is being filled a device, as ConfirmDevice would have; unless
/// `remembered` says it, the pool's settings do.
///
/// # Errors
/// An unknown user, device tracking off, a salt or verifier that is none, a key of another Region or
/// one that the user has already.
pub fn keep(
    cx: &Context,
    pool: &UserPool,
    username: &str,
    req: ConfirmDeviceRequest,
    remembered: Option<bool>,
) -> Result<(), CognitoError> {
    let settings = pool.settings();
    check_tracking(&settings)?;
    let secret = DeviceSecret::parse(req.device_secret_verifier_config)?;
    let Some(id) = id_of(&pool.id, &req.device_key) else {
        return Refusal::DeviceKeyInvalid.refuse(format!(
            "DeviceKey is the pool's Region, {}, an underscore and a UUID in lower case",
            pool.region()
        ));
    };
    let now = cx.now();
    pool.change(|draft| {
        let owner = users::require(draft.state(), username)?.sub;
        if draft.state().devices.get(owner, id).is_some() {
            return Refusal::DeviceKeyExists.refuse("the user has the device already");
        }
        draft.put_device(Device {
            owner,
            id,
            name: req.device_name,
            secret,
            remembered: remembered.unwrap_or(!settings.asks_before_remembering()),
            last_address: None,
            created: now,
            modified: now,
            authenticated: now,
        });
        Ok(())
    })
}

/// `GetDevice`. A device that is not remembered is as good as none (observed).
///
/// # Errors
/// A bad access token, device tracking off, an unknown device.
pub fn get_device(cx: &Context, req: GetDeviceRequest) -> Result<GetDeviceResponse, CognitoError> {
    let caller = caller(cx, req.access_token.as_ref())?;
    let owner = Owner::of(&caller);
    let device = owner.look_at(&req.device_key, |device| {
        if device.remembered {
            return Ok(owner.view(device));
        }
        Refusal::DeviceUnknown
            .refuse("the device is not remembered: UpdateDeviceStatus, or AdminGetDevice to see it")
    })?;
    Ok(GetDeviceResponse { device })
}

/// `AdminGetDevice`. That an unknown user is told apart from an unknown device is inferred.
///
/// # Errors
/// An unknown pool, user or device, device tracking off.
pub fn admin_get_device(
    cx: &Context,
    req: AdminGetDeviceRequest,
) -> Result<AdminGetDeviceResponse, CognitoError> {
    let owner = Owner::find(cx, &req.user_pool_id, &req.username)?;
    let device = owner.look_at(&req.device_key, |device| Ok(owner.view(device)))?;
    Ok(AdminGetDeviceResponse { device })
}

/// `ListDevices`: those that are remembered (observed).
///
/// # Errors
/// A bad access token, device tracking off, a bad pagination token.
pub fn list_devices(
    cx: &Context,
    req: ListDevicesRequest,
) -> Result<ListDevicesResponse, CognitoError> {
    let caller = caller(cx, Some(&req.access_token))?;
    let asked = Page {
        list: "ListDevices",
        limit: req.limit,
        token: req.pagination_token,
    };
    let (devices, pagination_token) =
        Owner::of(&caller).list(cx, asked, |device| device.remembered)?;
    Ok(ListDevicesResponse {
        devices: Some(devices),
        pagination_token,
    })
}

/// `AdminListDevices`.
///
/// # Errors
/// An unknown pool or user, device tracking off, a bad pagination token.
pub fn admin_list_devices(
    cx: &Context,
    req: AdminListDevicesRequest,
) -> Result<AdminListDevicesResponse, CognitoError> {
    let owner = Owner::find(cx, &req.user_pool_id, &req.username)?;
    let asked = Page {
        list: "AdminListDevices",
        limit: req.limit,
        token: req.pagination_token,
    };
    let (devices, pagination_token) = owner.list(cx, asked, |_| true)?;
    Ok(AdminListDevicesResponse {
        devices: Some(devices),
        pagination_token,
    })
}

/// `ForgetDevice`: the device is gone, and its refresh tokens are dead (documented: "Tracking and
/// remembering devices", AWS mobile blog).
///
/// # Errors
/// A bad access token, device tracking off, an unknown device.
pub fn forget_device(cx: &Context, req: ForgetDeviceRequest) -> Result<NoOutput, CognitoError> {
    let caller = caller(cx, req.access_token.as_ref())?;
    Owner::of(&caller).forget(&req.device_key)
}

/// `AdminForgetDevice`.
///
/// # Errors
/// An unknown pool, user or device, device tracking off.
pub fn admin_forget_device(
    cx: &Context,
    req: AdminForgetDeviceRequest,
) -> Result<NoOutput, CognitoError> {
    Owner::find(cx, &req.user_pool_id, &req.username)?.forget(&req.device_key)
}

/// `UpdateDeviceStatus`.
///
/// # Errors
/// A bad access token, device tracking off, an unknown device.
pub fn update_device_status(
    cx: &Context,
    req: UpdateDeviceStatusRequest,
) -> Result<UpdateDeviceStatusResponse, CognitoError> {
    let caller = caller(cx, Some(&req.access_token))?;
    Owner::of(&caller).set_status(cx, &req.device_key, req.device_remembered_status)?;
    Ok(UpdateDeviceStatusResponse {})
}

/// `AdminUpdateDeviceStatus`.
///
/// # Errors
/// An unknown pool, user or device, device tracking off.
pub fn admin_update_device_status(
    cx: &Context,
    req: AdminUpdateDeviceStatusRequest,
) -> Result<AdminUpdateDeviceStatusResponse, CognitoError> {
    let owner = Owner::find(cx, &req.user_pool_id, &req.username)?;
    owner.set_status(cx, &req.device_key, req.device_remembered_status)?;
    Ok(AdminUpdateDeviceStatusResponse {})
}

/// The user of an access token. The model has the token optional in two operations, and nothing
/// else says whose device it is: without one they are refused (inferred).
fn caller(cx: &Context, token: Option<&Secret>) -> Result<Authorized, CognitoError> {
    let Some(token) = token else {
        return Refusal::MissingParameter {
            name: "AccessToken".into(),
        }
        .refuse("the access token says whose device it is");
    };
    let caller = access::authorize(cx, token)?;
    check_tracking(&caller.settings)?;
    Ok(caller)
}

fn check_tracking(settings: &PoolSettings) -> Result<(), CognitoError> {
    if settings.tracks_devices() {
        return Ok(());
    }
    Refusal::DeviceTrackingOff
        .refuse("the pool does not track devices: set DeviceConfiguration by UpdateUserPool")
}

/// Where a page of a list begins and ends.
struct Page {
    list: &'static str,
    limit: Option<i32>,
    token: Option<String>,
}

/// The user whose devices an operation is about.
struct Owner {
    pool: Arc<UserPool>,
    user: Arc<User>,
    viewer: Viewer,
}

impl Owner {
    fn of(caller: &Authorized) -> Self {
        Self {
            pool: Arc::clone(&caller.pool),
            user: Arc::clone(&caller.user),
            viewer: Viewer::User,
        }
    }

    fn find(cx: &Context, pool: &PoolId, username: &Username) -> Result<Self, CognitoError> {
        let pool = cx.pool(pool)?;
        let user = pool.read(|state| {
            let user = users::require(state, username)?;
            check_tracking(&state.settings)?;
            Ok(Arc::clone(user))
        })?;
        Ok(Self {
            pool,
            user,
            viewer: Viewer::Administrator,
        })
    }

    fn id(&self, key: &str) -> Option<Uuid> {
        id_of(&self.pool.id, key)
    }

    fn view(&self, device: &Device) -> DeviceType {
        device.view(&self.pool, &self.user.username, self.viewer)
    }

    fn look_at<T>(
        &self,
        key: &str,
        look: impl FnOnce(&Device) -> Result<T, CognitoError>,
    ) -> Result<T, CognitoError> {
        let id = self.id(key);
        self.pool
            .read(|state| look(require(&state.devices, self.user.sub, id)?))
    }

    fn list(
        &self,
        cx: &Context,
        asked: Page,
        shows: impl Fn(&Device) -> bool,
    ) -> Result<(Vec<DeviceType>, Option<String>), CognitoError> {
        let scope = format!("{} {} {}", asked.list, self.pool.id, self.user.sub);
        let after = page::position(cx, &scope, asked.token.as_deref())?;
        let after = after.and_then(|id| Uuid::try_parse(&id).ok());
        let limit = page::limit(asked.limit);
        let mut found: Vec<Arc<Device>> = self.pool.read(|state| {
            let devices = state.devices.after(self.user.sub, after);
            devices
                .filter(|device| shows(device))
                .take(limit + 1)
                .cloned()
                .collect()
        });
        let next = page::cut(cx, &scope, &mut found, limit, |device| {
            device.id.to_string()
        });
        Ok((found.iter().map(|device| self.view(device)).collect(), next))
    }

    fn forget(&self, key: &str) -> Result<NoOutput, CognitoError> {
        let id = self.id(key);
        self.pool.change(|draft| {
            let device = require(&draft.state().devices, self.user.sub, id)?;
            draft.forget_device(device.owner, device.id);
            Ok(NoOutput)
        })
    }

    /// Without a status there is nothing to set (inferred).
    fn set_status(
        &self,
        cx: &Context,
        key: &str,
        status: Option<DeviceRememberedStatusType>,
    ) -> Result<(), CognitoError> {
        let id = self.id(key);
        let now = cx.now();
        self.pool.change(|draft| {
            let device = require(&draft.state().devices, self.user.sub, id)?;
            let Some(status) = status else { return Ok(()) };
            draft.put_device(Device {
                remembered: status == DeviceRememberedStatusType::Remembered,
                modified: now,
                ..device.clone()
            });
            Ok(())
        })
    }
}
