//! What an administrator does to users that exist.
//!
//! Status changes: "Signing up and confirming user accounts", developer guide (documented).

use std::sync::Arc;

use super::{attribute_update, forgot_password, password_history, sign_up};
use crate::context::Context;
use crate::error::CognitoError;
use crate::model::cognito_idp::{
    AdminConfirmSignUpRequest, AdminConfirmSignUpResponse, AdminDeleteUserAttributesRequest,
    AdminDeleteUserAttributesResponse, AdminDeleteUserRequest, AdminDisableUserRequest,
    AdminDisableUserResponse, AdminEnableUserRequest, AdminEnableUserResponse, AdminGetUserRequest,
    AdminGetUserResponse, AdminResetUserPasswordRequest, AdminResetUserPasswordResponse,
    AdminSetUserPasswordRequest, AdminSetUserPasswordResponse, AdminUpdateUserAttributesRequest,
    AdminUpdateUserAttributesResponse, AdminUserGlobalSignOutRequest,
    AdminUserGlobalSignOutResponse, EventType, UserStatusType,
};
use crate::model::{NoOutput, PoolId, Username};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::password::Setting;
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::user::{self, User};
use crate::user_pool::messages::verification::Recipient;
use crate::user_pool::triggers::ClientMetadata;
use crate::user_pool::triggers::custom_message::Kind;
use crate::user_pool::triggers::post_confirmation::Source;
use crate::user_pool::users::attributes::{self, Giving};
use crate::user_pool::{mfa, threat_protection, users};

/// What a request names, as it was when it came.
struct Named {
    pool: Arc<UserPool>,
    settings: Arc<PoolSettings>,
    user: Arc<User>,
}

fn find(cx: &Context, pool: &PoolId, username: &Username) -> Result<Named, CognitoError> {
    let pool = cx.pool(pool)?;
    let (settings, user) = pool.read(|state| {
        users::require(state, username).map(|user| (Arc::clone(&state.settings), Arc::clone(user)))
    })?;
    Ok(Named {
        pool,
        settings,
        user,
    })
}

/// `AdminGetUser`.
///
/// # Errors
/// An unknown pool or user.
pub fn admin_get_user(
    cx: &Context,
    req: AdminGetUserRequest,
) -> Result<AdminGetUserResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let user = pool.read(|state| users::require(state, &req.username).cloned())?;
    Ok(AdminGetUserResponse {
        username: user.username.clone(),
        user_attributes: Some(user.listed_attributes()),
        user_create_date: Some(user.created),
        user_last_modified_date: Some(user.modified),
        enabled: Some(user.enabled),
        user_status: Some(user.status),
        mfa_options: user::options(&user),
        preferred_mfa_setting: mfa::preferred(&user),
        user_mfa_setting_list: mfa::mfa_list(&user),
    })
}

/// `AdminDeleteUser`.
///
/// # Errors
/// An unknown pool or user.
pub fn admin_delete_user(
    cx: &Context,
    req: AdminDeleteUserRequest,
) -> Result<NoOutput, CognitoError> {
    cx.pool(&req.user_pool_id)?.change(|draft| {
        let state = draft.state();
        let user = users::require(state, &req.username)?;
        draft.remove_user(state.users.key(&user.username));
        Ok(NoOutput)
    })
}

/// `AdminSetUserPassword`. Also confirms who was not (documented); the user's tokens live on
/// (inferred).
///
/// # Errors
/// An unknown pool or user, a password against the policy or used before.
pub fn admin_set_user_password(
    cx: &Context,
    req: AdminSetUserPasswordRequest,
) -> Result<AdminSetUserPasswordResponse, CognitoError> {
    let Named {
        pool,
        settings,
        user,
    } = find(cx, &req.user_pool_id, &req.username)?;
    let policy = &settings.password_policy;
    policy.check(&req.password, Setting::ExistingUser)?;
    password_history::refuse_reuse(policy, &pool.id, &user, &req.password)?;
    let now = cx.now();
    let password = password_history::keep(cx, &pool, &user, &req.password);
    users::change(&pool, &user, |_, user| {
        password_history::replace(user, policy, password);
        user.status = match req.permanent {
            Some(true) => UserStatusType::Confirmed,
            _ => UserStatusType::ForceChangePassword,
        };
        user.modified = now;
        if let Some(more) = &mut user.more {
            more.sign_up_code = None;
            more.reset_code = None;
        }
        Ok(())
    })?;
    Ok(AdminSetUserPasswordResponse::default())
}

/// `AdminConfirmSignUp`. Confirms without a code and verifies nothing (documented).
///
/// # Errors
/// An unknown pool or user, a user that is not UNCONFIRMED; what PostConfirmation refuses, though
/// the user stays confirmed.
pub async fn admin_confirm_sign_up(
    cx: &Context,
    req: AdminConfirmSignUpRequest,
) -> Result<AdminConfirmSignUpResponse, CognitoError> {
    let Named {
        pool,
        settings,
        user,
    } = find(cx, &req.user_pool_id, &req.username)?;
    let now = cx.now();
    let user = users::change(&pool, &user, |_, user| sign_up::confirm(user, now))?;
    threat_protection::finish_last(cx, &pool, &settings, &user, EventType::SignUp);
    let metadata = req.client_metadata.unwrap_or_default();
    let to = recipient(&pool, &settings, &user, &metadata);
    sign_up::tell_confirmed(cx, Source::ConfirmSignUp, to).await?;
    Ok(AdminConfirmSignUpResponse::default())
}

fn recipient<'a>(
    pool: &'a Arc<UserPool>,
    settings: &'a PoolSettings,
    user: &'a User,
    metadata: &'a ClientMetadata,
) -> Recipient<'a> {
    Recipient {
        pool,
        settings,
        client_id: None,
        user,
        metadata,
    }
}

/// `AdminDisableUser`. Tokens die with it (documented); the status stays, and disabling again
/// changes nothing (inferred).
///
/// # Errors
/// An unknown pool or user.
pub fn admin_disable_user(
    cx: &Context,
    req: AdminDisableUserRequest,
) -> Result<AdminDisableUserResponse, CognitoError> {
    set_enabled(cx, &req.user_pool_id, &req.username, false)?;
    Ok(AdminDisableUserResponse::default())
}

/// `AdminEnableUser`. Enabling again changes nothing (inferred).
///
/// # Errors
/// An unknown pool or user.
pub fn admin_enable_user(
    cx: &Context,
    req: AdminEnableUserRequest,
) -> Result<AdminEnableUserResponse, CognitoError> {
    set_enabled(cx, &req.user_pool_id, &req.username, true)?;
    Ok(AdminEnableUserResponse::default())
}

fn set_enabled(
    cx: &Context,
    pool: &PoolId,
    username: &Username,
    enabled: bool,
) -> Result<(), CognitoError> {
    let now = cx.now();
    cx.pool(pool)?.change(|draft| {
        let user = users::require(draft.state(), username)?;
        if user.enabled != enabled {
            let mut user = User::clone(user);
            user.enabled = enabled;
            user.modified = now;
            if !enabled {
                user.revoke_all_tokens();
            }
            draft.put_user(user);
        }
        Ok(())
    })
}

/// `AdminUpdateUserAttributes`.
///
/// # Errors
/// An unknown pool or user, a bad attribute, an alias in use; what the custom message function
/// refuses, though the attributes are changed by then.
pub async fn admin_update_user_attributes(
    cx: &Context,
    req: AdminUpdateUserAttributesRequest,
) -> Result<AdminUpdateUserAttributesResponse, CognitoError> {
    let Named {
        pool,
        settings,
        user,
    } = find(cx, &req.user_pool_id, &req.username)?;
    attributes::check_given(&settings.schema, &req.user_attributes, Giving::Update, true)?;
    let update = attribute_update::plan(cx, &settings, &user, req.user_attributes)?;
    let user = users::change(&pool, &user, |draft, user| {
        update.apply(&settings, draft, user)
    })?;
    let metadata = req.client_metadata.unwrap_or_default();
    for code in &update.codes {
        let to = recipient(&pool, &settings, &user, &metadata);
        code.send(cx, Kind::UpdateUserAttribute, to).await?;
    }
    Ok(AdminUpdateUserAttributesResponse::default())
}

/// `AdminDeleteUserAttributes`.
///
/// # Errors
/// An unknown pool or user, an attribute that cannot be deleted.
pub fn admin_delete_user_attributes(
    cx: &Context,
    req: AdminDeleteUserAttributesRequest,
) -> Result<AdminDeleteUserAttributesResponse, CognitoError> {
    let Named {
        pool,
        settings,
        user,
    } = find(cx, &req.user_pool_id, &req.username)?;
    attribute_update::check_deletion(&settings.schema, &req.user_attribute_names, true)?;
    let now = cx.now();
    users::change(&pool, &user, |_, user| {
        attribute_update::delete(user, &req.user_attribute_names, now);
        Ok(())
    })?;
    Ok(AdminDeleteUserAttributesResponse::default())
}

/// `AdminResetUserPassword`. The user must set a new password with the code that is sent
/// (documented).
///
/// # Errors
/// An unknown pool or user, a user who is disabled, waits for a first password, or cannot be
/// reached; what the custom message function refuses, though the status has changed by then.
pub async fn admin_reset_user_password(
    cx: &Context,
    req: AdminResetUserPasswordRequest,
) -> Result<AdminResetUserPasswordResponse, CognitoError> {
    let Named {
        pool,
        settings,
        user,
    } = find(cx, &req.user_pool_id, &req.username)?;
    forgot_password::check_resettable(&user)?;
    let address = forgot_password::recovery_address(&settings, &user)
        .map_err(forgot_password::Unreachable::for_administrator)?;
    let due = forgot_password::reset_code(cx, &settings, address);
    let now = cx.now();
    let user = users::change(&pool, &user, |_, user| {
        forgot_password::check_resettable(user)?;
        user.status = UserStatusType::ResetRequired;
        forgot_password::keep_reset_code(user, &due);
        user.modified = now;
        Ok(())
    })?;
    let metadata = req.client_metadata.unwrap_or_default();
    due.send(
        cx,
        Kind::ForgotPassword,
        recipient(&pool, &settings, &user, &metadata),
    )
    .await?;
    Ok(AdminResetUserPasswordResponse::default())
}

/// `AdminUserGlobalSignOut`. Every token of the user is dead from now on (documented).
///
/// # Errors
/// An unknown pool or user.
pub fn admin_user_global_sign_out(
    cx: &Context,
    req: AdminUserGlobalSignOutRequest,
) -> Result<AdminUserGlobalSignOutResponse, CognitoError> {
    cx.pool(&req.user_pool_id)?.change(|draft| {
        let mut user = User::clone(users::require(draft.state(), &req.username)?);
        user.revoke_all_tokens();
        draft.put_user(user);
        Ok(AdminUserGlobalSignOutResponse::default())
    })
}

#[cfg(test)]
#[path = "tests/admin_users.rs"]
mod tests;
