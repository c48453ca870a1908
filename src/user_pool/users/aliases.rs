//! Names beside the username: addresses and preferred usernames that a user is found by.
//!
//! What counts, and when, stands at the index that finds users by it
//! (`store/user_pool/alias_index.rs`).

use std::borrow::Cow;
use std::sync::Arc;

use super::contacts::mark;
use crate::clock::Timestamp;
use crate::error::{CognitoError, Refusal};
use crate::model::Contact;
use crate::model::cognito_idp::{AliasAttributeType, AttributeType};
use crate::store::user_pool::alias_index::Finds;
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::user::User;
use crate::store::{Draft, Searchable};

/// What becomes of an alias that another user holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clash {
    /// The request is refused.
    Refuse,
    /// The alias moves at this moment, and is unverified for who held it (documented for
    /// ForceAliasCreation), whose attribute that changes.
    Move(Timestamp),
}

/// What can name a user beside the username.
pub const ALL: [Searchable; 3] = Searchable::ALIASES;

/// The user other than `user` who is found by `value`.
fn other<'a>(
    state: &'a PoolState,
    user: &User,
    attribute: Searchable,
    value: &str,
) -> Option<&'a Arc<User>> {
    let mut holders = state.users.found_by(attribute, value);
    holders.find(|other| other.sub != user.sub)
}

/// Refuses a value of `attribute` by which another user is found.
///
/// # Errors
/// AliasExistsException.
pub fn check_free(
    state: &PoolState,
    user: &User,
    attribute: Searchable,
    value: &str,
) -> Result<(), CognitoError> {
    match other(state, user, attribute, value) {
        None => Ok(()),
        Some(_) => exists(attribute),
    }
}

fn exists(attribute: Searchable) -> Result<(), CognitoError> {
    Refusal::AliasExists {
        name: attribute.name().to_owned(),
    }
    .refuse(format!(
        "another user of the pool is found by this {}; ListUsers with a filter shows who",
        attribute.name()
    ))
}

/// Lets `user`, who is about to be staged, be found by its values of `attributes`: where one counts
/// as it stands, nobody else may be found by it.
///
/// # Errors
/// AliasExistsException; with [`Clash::Move`] only for what cannot become unverified.
pub fn take(
    draft: &mut Draft<'_>,
    user: &User,
    attributes: &[Searchable],
    clash: Clash,
) -> Result<(), CognitoError> {
    let state = draft.state();
    let mut losers: Vec<User> = Vec::new();
    for attribute in attributes {
        let name = attribute.name();
        let found = state.settings.finds(*attribute);
        // Only what counts once it is verified can become unverified.
        let movable = match found {
            Finds::Verified(contact) => Some(contact),
            Finds::Never | Finds::AtOnce => None,
        };
        let counts = found.counts(*attribute, user);
        let value = user.attributes.get(name).filter(|_| counts);
        let Some(holder) = value.and_then(|value| other(state, user, *attribute, value)) else {
            continue;
        };
        let (Some(contact), Clash::Move(now)) = (movable, clash) else {
            return exists(*attribute);
        };
        // One user may lose both addresses.
        let place = losers
            .iter()
            .position(|loser| loser.sub == holder.sub)
            .unwrap_or_else(|| {
                losers.push(User::clone(holder));
                losers.len() - 1
            });
        mark(&state.settings, &mut losers[place], contact, false);
        losers[place].modified = now;
    }
    for loser in losers {
        draft.put_user(loser);
    }
    Ok(())
}

/// Whether a new user's name is in use: the username, or the address that stands in its place.
pub fn name_is_taken(state: &PoolState, user: &User) -> bool {
    let address_taken = |contact: &Contact| {
        let holds = |value| {
            let mut holders = state.users.found_by((*contact).into(), value);
            holders.next().is_some()
        };
        state.settings.username_is(*contact) && user.address(*contact).is_some_and(holds)
    };
    state.users.named(&user.username).is_some() || Contact::ALL.iter().any(address_taken)
}

/// The form in which a value is kept. Where letter case does not count, answers show usernames,
/// addresses of mail and preferred usernames in lower case (documented: "User pool case
/// sensitivity"); as nothing shows the form that was entered, it is not kept.
pub fn as_kept<'a>(settings: &PoolSettings, attribute: &str, value: &'a str) -> Cow<'a, str> {
    let flattened = !settings.case_sensitive()
        && (Contact::parse(attribute) == Some(Contact::Email)
            || matches!(attribute, "username" | "preferred_username"));
    if flattened && value.chars().any(char::is_uppercase) {
        Cow::Owned(value.to_lowercase())
    } else {
        Cow::Borrowed(value)
    }
}

/// Whether one of `given` is a preferred username that could be signed in with.
pub fn gives_preferred_username(settings: &PoolSettings, given: &[AttributeType]) -> bool {
    settings.has_alias(AliasAttributeType::PreferredUsername)
        && given.iter().any(|attribute| {
            attribute.name == Searchable::PreferredUsername.name()
                && attribute
                    .value
                    .as_deref()
                    .is_some_and(|value| !value.is_empty())
        })
}

/// Whether a code may verify an address of `user`: not where another user is found by it, for of two holders
/// one at most is verified (documented).
///
/// # Errors
/// AliasExistsException.
pub fn check_verifiable(
    state: &PoolState,
    user: &User,
    contact: Contact,
) -> Result<(), CognitoError> {
    match user.address(contact) {
        Some(value) if !user.has_verified(contact) => {
            check_free(state, user, contact.into(), value)
        }
        Some(_) | None => Ok(()),
    }
}

/// Marks an address as verified by a code of a sign-in. Whether it changed the user.
///
/// # Errors
/// As [`check_verifiable`].
pub fn mark_by_code(
    state: &PoolState,
    user: &mut User,
    contact: Contact,
) -> Result<bool, CognitoError> {
    check_verifiable(state, user, contact)?;
    let verifies = user.address(contact).is_some() && !user.has_verified(contact);
    if verifies {
        mark(&state.settings, user, contact, true);
    }
    Ok(verifies)
}

/// Marks an address as verified, unless another user is found by it: of two holders one at most is
/// verified (documented), and who comes later by the side door of a reset does not take it away
/// (inferred). Whether it changed the user.
pub fn mark_if_free(state: &PoolState, user: &mut User, contact: Contact) -> bool {
    let free = !user.has_verified(contact)
        && user
            .address(contact)
            .is_some_and(|value| check_free(state, user, contact.into(), value).is_ok());
    if free {
        mark(&state.settings, user, contact, true);
    }
    free
}
