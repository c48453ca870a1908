//! Passwords set by their owners: ForgotPassword, ConfirmForgotPassword and ChangePassword.
//!
//! Recovery: "Recovering user passwords" and "Adding MFA", developer guide (documented): the contact
//! of the lowest priority that is verified gets the code, but a contact that serves as the user's
//! second factor does not, for only one factor would remain.

use std::sync::Arc;

use super::migration::{Migrating, Migration};
use super::sign_up::{self, client_of};
use super::{imported_hash, password_history, unknown_user};
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    ChangePasswordRequest, ChangePasswordResponse, ConfirmForgotPasswordRequest,
    ConfirmForgotPasswordResponse, EventFilterType, EventResponseType, EventType,
    ForgotPasswordRequest, ForgotPasswordResponse, RecoveryOptionNameType, UserPoolMfaType,
    UserStatusType,
};
use crate::model::{Contact, Secret};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::code::Code;
use crate::store::user_pool::password::Setting;
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::user::{Limited, User};
use crate::user_pool::messages::code_delivery::{Address, RESET_LIFE};
use crate::user_pool::messages::verification::{Due, Recipient};
use crate::user_pool::messages::wrong_code::{self, For};
use crate::user_pool::threat_protection::context_data::ContextData;
use crate::user_pool::threat_protection::{self, Watch};
use crate::user_pool::tokens::access::{Authorized, authorize};
use crate::user_pool::triggers::ClientMetadata;
use crate::user_pool::triggers::custom_message::Kind;
use crate::user_pool::triggers::post_confirmation::Source;
use crate::user_pool::triggers::user_migration;
use crate::user_pool::users::{self, aliases};

/// Why a user gets no code to recover by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreachable {
    /// The pool leaves recovery to administrators.
    AdminOnly,
    /// No contact of the pool's recovery setting is verified and free of MFA.
    NoContact,
}

impl Unreachable {
    /// What the user is told.
    pub fn for_user(self) -> CognitoError {
        match self {
            Self::AdminOnly => Refusal::ContactAdministrator
                .because("the pool's AccountRecoverySetting is admin_only"),
            Self::NoContact => Refusal::NoRecoveryContact.because(
                "no verified contact is left by the pool's AccountRecoverySetting; one that serves \
                 the user's MFA does not count, nor does any of an UNCONFIRMED user",
            ),
        }
    }

    /// What an administrator is told (documented: a reset needs self-service recovery and a verified
    /// contact).
    pub fn for_administrator(self) -> CognitoError {
        match self {
            Self::AdminOnly => Refusal::NoRecoveryContact.because(
                "the pool's AccountRecoverySetting is admin_only, so no code can be sent; \
                 AdminSetUserPassword sets a password",
            ),
            Self::NoContact => Self::NoContact.for_user(),
        }
    }
}

/// Where the code of a password reset goes.
///
/// # Errors
/// Why there is no such place.
pub fn recovery_address(settings: &PoolSettings, user: &User) -> Result<Address, Unreachable> {
    use crate::model::cognito_idp::RecoveryOptionNameType as Name;

    // Without a setting the legacy rule holds: the phone first (documented).
    const LEGACY: [Name; 2] = [Name::VerifiedPhoneNumber, Name::VerifiedEmail];
    let set: Vec<Name> = settings.recovery.iter().map(|option| option.name).collect();
    if set.contains(&Name::AdminOnly) {
        return Err(Unreachable::AdminOnly);
    }
    // Observed: an unconfirmed user is told that there is no verified contact.
    if user.status == UserStatusType::Unconfirmed {
        return Err(Unreachable::NoContact);
    }
    let order = if set.is_empty() { LEGACY.to_vec() } else { set };
    let mfa = user
        .more()
        .map(|more| &more.mfa)
        .filter(|_| settings.mfa.mode != UserPoolMfaType::Off);
    let found = order.into_iter().find_map(|name| {
        let contact = Contact::recovered_by(name)?;
        let is_factor = mfa.is_some_and(|mfa| match contact {
            Contact::Email => mfa.email,
            Contact::PhoneNumber => mfa.sms,
        });
        Address::of(user, contact).filter(|_| !is_factor && user.has_verified(contact))
    });
    found.ok_or(Unreachable::NoContact)
}

/// Refuses a reset where the pool leaves recovery to administrators.
fn refuse_admin_only(settings: &PoolSettings) -> Result<(), CognitoError> {
    let recovery = &settings.recovery;
    if recovery
        .iter()
        .any(|option| option.name == RecoveryOptionNameType::AdminOnly)
    {
        return Err(Unreachable::AdminOnly.for_user());
    }
    Ok(())
}

/// Whether a password reset may begin in this state.
///
/// # Errors
/// A disabled user; one who waits for a first password (observed), or has none here because another
/// provider signs it in (inferred).
pub fn check_resettable(user: &User) -> Result<(), CognitoError> {
    if !user.enabled {
        return Refusal::UserDisabled.refuse("AdminDisableUser turned the user off");
    }
    match user.status {
        UserStatusType::ForceChangePassword | UserStatusType::ExternalProvider => {
            Refusal::PasswordNotResettable.refuse(format!(
                "the user's status is {}; AdminSetUserPassword or, for an invitation that ran out, \
                 AdminCreateUser with RESEND sets a password",
                user.status
            ))
        }
        UserStatusType::Unconfirmed
        | UserStatusType::Confirmed
        | UserStatusType::Archived
        | UserStatusType::Compromised
        | UserStatusType::Unknown
        | UserStatusType::ResetRequired => Ok(()),
    }
}

/// `ForgotPassword`. The status stays (documented), and the password works until a new one is set.
///
/// # Errors
/// An unknown client, a wrong secret hash; an address that is always blocked; a user that does not
/// exist, is disabled or cannot be reached, unless the client hides it; a user without a password of its own yet; what the custom
/// message function refuses.
pub async fn forgot_password(
    cx: &Context,
    req: ForgotPasswordRequest,
) -> Result<ForgotPasswordResponse, CognitoError> {
    let (pool, client) = client_of(cx, &req.client_id, &req.username, req.secret_hash.as_ref())?;
    let settings = pool.settings();
    let context_data = ContextData::of_user(&pool, &client, req.user_context_data)?;
    let watch = Watch::new(cx, &pool, &settings, &client, &context_data);
    if let Some(watch) = &watch {
        // Observed; that it comes before the user is looked for is inferred.
        watch.check_address()?;
    }
    let simulated = || ForgotPasswordResponse {
        code_delivery_details: Some(unknown_user::simulated_delivery(&settings, &req.username)),
    };
    let metadata = req.client_metadata.unwrap_or_default();
    let name = &req.username;
    let Some(user) = find_or_migrate(cx, &pool, &settings, &client, name, &metadata).await? else {
        // The pool's own setting must not tell a user who exists from one who does not (inferred).
        refuse_admin_only(&settings)?;
        return Ok(simulated());
    };
    // Documented: disabled users and those without a contact are hidden like unknown ones.
    if !user.enabled && client.hides_unknown_users() {
        return Ok(simulated());
    }
    check_resettable(&user)?;
    let address = match recovery_address(&settings, &user) {
        Ok(address) => address,
        Err(Unreachable::NoContact) if client.hides_unknown_users() => return Ok(simulated()),
        Err(unreachable) => return Err(unreachable.for_user()),
    };
    Limited::ForgotPassword.charge(cx, &pool, &user)?;
    let due = reset_code(cx, &settings, address);
    let user = users::change(&pool, &user, |_, user| {
        check_resettable(user)?;
        keep_reset_code(user, &due);
        Ok(())
    })?;
    let to = Recipient::of_client(&pool, &settings, &client.id, &user, &metadata);
    if let Some(watch) = &watch {
        let response = EventResponseType::InProgress;
        watch.note(&user, EventType::ForgotPassword, response, false);
    }
    let details = due.send(cx, Kind::ForgotPassword, to).await?;
    Ok(ForgotPasswordResponse {
        code_delivery_details: Some(details),
    })
}

/// The user who forgot the password, who may come from another directory; none where the client hides
/// that there is none.
async fn find_or_migrate(
    cx: &Context,
    pool: &Arc<UserPool>,
    settings: &PoolSettings,
    client: &AppClient,
    name: &str,
    metadata: &ClientMetadata,
) -> Result<Option<Arc<User>>, CognitoError> {
    if let Some(known) = pool.read(|state| users::meant(state, name).cloned()) {
        return Ok(Some(known));
    }
    let migrating = Migrating {
        pool,
        settings,
        client,
        username: name,
        source: user_migration::Source::ForgotPassword { metadata },
    };
    match migrating.run(cx).await? {
        Migration::User(user) => Ok(Some(user)),
        Migration::Nobody(reason) => unknown_user::hide(pool, client, name, reason),
    }
}

/// A code to reset a password with, for `address`.
pub fn reset_code(cx: &Context, settings: &PoolSettings, address: Address) -> Due {
    Due {
        code: Code::new(cx, settings, RESET_LIFE, address.contact),
        address,
        pending: None,
    }
}

/// Makes a reset code the only outstanding one of `user`, who is about to be staged.
pub fn keep_reset_code(user: &mut User, due: &Due) {
    if due.still_stands(user) {
        let kept = &mut user.more_mut().reset_code;
        *kept = Some(due.code.clone().in_place_of(kept.as_ref()));
    }
}

/// `ConfirmForgotPassword`. The code comes before the password, and a bad password leaves it usable
/// (inferred). Tokens live on (inferred); the contact counts as verified (inferred).
///
/// # Errors
/// An unknown client, a wrong secret hash; a user that does not exist or is disabled; a wrong or late
/// code; a password against the policy or used before; what PostConfirmation refuses, though the
/// password is changed by then (inferred).
pub async fn confirm_forgot_password(
    cx: &Context,
    req: ConfirmForgotPasswordRequest,
) -> Result<ConfirmForgotPasswordResponse, CognitoError> {
    let (pool, client) = client_of(cx, &req.client_id, &req.username, req.secret_hash.as_ref())?;
    let context_data = ContextData::of_user(&pool, &client, req.user_context_data)?;
    let no_code = || unknown_user::no_code(&pool, &req.username);
    let user = unknown_user::find(&pool, &client, &req.username)?.ok_or_else(no_code)?;
    if !user.enabled {
        // Documented: hidden like an unknown user.
        return Err(if client.hides_unknown_users() {
            no_code()
        } else {
            Refusal::UserDisabled.because("AdminDisableUser turned the user off")
        });
    }
    Limited::ConfirmForgotPassword.charge(cx, &pool, &user)?;
    let settings = pool.settings();
    let watch = Watch::new(cx, &pool, &settings, &client, &context_data);
    if let Some(watch) = &watch {
        let filter = EventFilterType::PasswordChange;
        watch.check_new_password(&user.username, &req.password, filter)?;
    }
    let set = set_by_code(
        cx,
        &pool,
        &settings,
        &user,
        &req.confirmation_code,
        &req.password,
    );
    let set = set.map_err(|refused| {
        let given = &req.confirmation_code;
        wrong_code::explained(cx, &pool, user.sub, For::Reset, given, refused)
    });
    let user = set.inspect_err(|refused| {
        if let Some(watch) = &watch {
            watch.note_wrong_code(&user, EventType::ForgotPassword, refused);
        }
    })?;
    let metadata = req.client_metadata.unwrap_or_default();
    let to = Recipient::of_client(&pool, &settings, &client.id, &user, &metadata);
    threat_protection::finish_last(cx, &pool, &settings, &user, EventType::ForgotPassword);
    sign_up::tell_confirmed(cx, Source::ConfirmForgotPassword, to).await?;
    Ok(ConfirmForgotPasswordResponse::default())
}

/// Sets a password by a code, which is checked again when it is used: only one of two requests that
/// carry the same code may have it.
fn set_by_code(
    cx: &Context,
    pool: &UserPool,
    settings: &PoolSettings,
    user: &User,
    code: &str,
    password: &Secret,
) -> Result<Arc<User>, CognitoError> {
    let now = cx.now();
    let outstanding = |user: &User| user.more().and_then(|more| more.reset_code.clone());
    let policy = &settings.password_policy;
    Code::check(outstanding(user).as_ref(), code, now)?;
    policy.check(password, Setting::ExistingUser)?;
    password_history::refuse_reuse(policy, &pool.id, user, password)?;
    let kept = password_history::keep(cx, pool, user, password);
    users::change(pool, user, |draft, user| {
        let used = outstanding(user);
        Code::check(used.as_ref(), code, now)?;
        user.more_mut().reset_code = None;
        if let Some(used) = used {
            aliases::mark_if_free(draft.state(), user, used.sent_to);
            user.note_used(used, "ConfirmForgotPassword", now);
        }
        password_history::replace(user, policy, kept);
        user.status = UserStatusType::Confirmed;
        user.modified = now;
        Ok(())
    })
}

/// `ChangePassword`. Who has no password yet gives no previous one (documented).
///
/// # Errors
/// A bad access token, a wrong previous password, a password against the policy or used before.
pub async fn change_password(
    cx: &Context,
    req: ChangePasswordRequest,
) -> Result<ChangePasswordResponse, CognitoError> {
    let caller = authorize(cx, &req.access_token)?;
    let (pool, user) = (&caller.pool, &caller.user);
    let context_data = ContextData::default();
    let watch = Watch::new(cx, pool, &caller.settings, &caller.client, &context_data);
    Limited::ChangePassword.charge(cx, pool, user)?;
    check_previous(cx, &caller, watch.as_ref(), req.previous_password.as_ref()).await?;
    let policy = &caller.settings.password_policy;
    policy.check(&req.proposed_password, Setting::ExistingUser)?;
    let mut leaked = false;
    if let Some(watch) = &watch {
        let filter = EventFilterType::PasswordChange;
        leaked = watch.check_new_password(&user.username, &req.proposed_password, filter)?;
    }
    password_history::refuse_reuse(policy, &pool.id, user, &req.proposed_password)?;
    let now = cx.now();
    let kept = password_history::keep(cx, pool, user, &req.proposed_password);
    let checked = user;
    users::change(pool, user, |_, user| {
        if !has_same_password(user, checked) {
            return Refusal::IncorrectUsernameOrPassword
                .refuse("another request changed the password meanwhile");
        }
        password_history::replace(user, policy, kept);
        user.modified = now;
        Ok(())
    })?;
    if let Some(watch) = &watch {
        let response = EventResponseType::Pass;
        watch.note(user, EventType::PasswordChange, response, leaked);
    }
    Ok(ChangePasswordResponse::default())
}

/// Checks a previous password: the user's, or what an imported hash was made from.
async fn check_previous(
    cx: &Context,
    caller: &Authorized,
    watch: Option<&Watch<'_>>,
    given: Option<&Secret>,
) -> Result<(), CognitoError> {
    let (pool, user) = (&caller.pool, &caller.user);
    if let Some(password) = &user.password {
        let is_right = |given: &Secret| password.matches(&pool.id, &user.username, given.expose());
        if !given.is_some_and(is_right) {
            if let Some(watch) = watch {
                let response = EventResponseType::Fail;
                watch.note(user, EventType::PasswordChange, response, false);
            }
            return Refusal::IncorrectUsernameOrPassword
                .refuse("PreviousPassword is not the user's password");
        }
    }
    if let Some(hash) = user.imported_hash() {
        let is_right = match given {
            Some(given) => imported_hash::check(cx, hash, given).await?,
            None => false,
        };
        if !is_right {
            return Refusal::IncorrectUsernameOrPassword
                .refuse("PreviousPassword is not what the user's imported hash was made from");
        }
    }
    Ok(())
}

/// Whether a user still has the password, or the imported hash, that was looked at before.
fn has_same_password(user: &User, checked: &User) -> bool {
    match (&user.password, &checked.password) {
        (Some(now), Some(checked)) => Arc::ptr_eq(now, checked),
        (None, None) => user.imported_hash() == checked.imported_hash(),
        (Some(_), None) | (None, Some(_)) => false,
    }
}

#[cfg(test)]
#[path = "tests/forgot_password.rs"]
mod tests;
