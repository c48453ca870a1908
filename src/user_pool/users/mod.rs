//! Users: what a pool knows of each.

pub mod aliases;
pub mod attempts;
pub mod attributes;
pub(crate) mod contacts;
pub mod filter;
pub mod groups;
pub mod list;
pub(crate) mod standing;

use std::sync::Arc;

use uuid::Uuid;

use crate::error::{CognitoError, Refusal, Sought};
use crate::model::PoolId;
use crate::model::cognito_idp::UserStatusType;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::user::User;
use crate::store::{Draft, Searchable};

/// The user whom `name` means: the stored username; the sub or an address where addresses stand in
/// place of usernames (verified or not); or a verified alias (documented: "User pool attributes",
/// usernames and aliases).
pub fn resolve<'a>(state: &'a PoolState, name: &str) -> Option<&'a Arc<User>> {
    state.users.named(name).or_else(|| {
        Searchable::ALIASES
            .into_iter()
            .find_map(|attribute| state.users.found_by(attribute, name).next())
    })
}

/// The user whom a request to administer, confirm or recover means: as in [`resolve`], or a local
/// user by its sub (documented for each of these operations; signing in takes no sub of users that
/// have usernames).
pub fn meant<'a>(state: &'a PoolState, name: &str) -> Option<&'a Arc<User>> {
    resolve(state, name).or_else(|| {
        let sub = Uuid::try_parse(name).ok()?;
        // Only the form in which a sub is shown.
        let is_as_shown = *sub.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == *name;
        let user = state.users.with_sub(sub).filter(|_| is_as_shown)?;
        (user.status != UserStatusType::ExternalProvider).then_some(user)
    })
}

/// The user whom an administrator's request means.
///
/// # Errors
/// `User does not exist.`
pub fn require<'a>(state: &'a PoolState, name: &str) -> Result<&'a Arc<User>, CognitoError> {
    known(state, name, meant(state, name))
}

/// The user whom a request means that takes no sub, as in [`resolve`].
///
/// # Errors
/// `User does not exist.`
pub fn require_named<'a>(state: &'a PoolState, name: &str) -> Result<&'a Arc<User>, CognitoError> {
    known(state, name, resolve(state, name))
}

fn known<'a>(
    state: &PoolState,
    name: &str,
    found: Option<&'a Arc<User>>,
) -> Result<&'a Arc<User>, CognitoError> {
    found.ok_or_else(|| {
        Refusal::UserUnknown
            .because(format!(
                "no user of {} is named so, nor holds it as a verified alias; ListUsers shows them",
                state.settings.id
            ))
            .seeking(sought(&state.settings.id, name))
    })
}

/// The user of this name, who was looked for in vain.
pub fn sought(pool: &PoolId, name: &str) -> Sought {
    Sought::User {
        pool: pool.to_string(),
        name: name.to_owned(),
    }
}

/// The user as it is now: what was read before a call-out may have changed since.
///
/// # Errors
/// `User does not exist.` when it was deleted meanwhile, even if its name is in use again.
pub fn current<'a>(state: &'a PoolState, user: &User) -> Result<&'a Arc<User>, CognitoError> {
    state.users.with_sub(user.sub).ok_or_else(|| {
        Refusal::UserUnknown.because("the user was deleted while the request was under way")
    })
}

/// Changes a user as it is now; `edit` sees the published state and may refuse.
///
/// # Errors
/// A user deleted meanwhile, and what `edit` refuses; nothing has changed then.
pub fn change(
    pool: &UserPool,
    user: &User,
    edit: impl FnOnce(&mut Draft<'_>, &mut User) -> Result<(), CognitoError>,
) -> Result<Arc<User>, CognitoError> {
    pool.change(|draft| {
        let mut user = User::clone(current(draft.state(), user)?);
        edit(draft, &mut user)?;
        Ok(draft.put_user(user))
    })
}
