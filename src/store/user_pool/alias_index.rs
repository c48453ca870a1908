//! By what users are found beside their usernames: the values that count, each with who has it.
//!
//! Documented ("User pool attributes", developer guide, on customizing sign-in attributes): in a pool
//! with `AliasAttributes` an address counts once verified, and one user at most holds it verified; in a
//! pool with `UsernameAttributes` an address counts at once. Any number of users may hold an address
//! that does not count: they are not in here, so that nobody who looks for one that does walks over them.

use std::sync::Arc;

use super::ordered::OrderedSet;
use super::settings::PoolSettings;
use super::user::{User, UserKey};
use super::users::Searchable;
use crate::model::Contact;
use crate::model::cognito_idp::{AliasAttributeType, UserStatusType};

/// How a pool finds users by an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finds {
    /// Not at all.
    Never,
    /// Once this contact is verified.
    Verified(Contact),
    /// As soon as it is there.
    AtOnce,
}

impl Finds {
    /// Whether a user is found by its value of `attribute`. An address stands in place of the username of
    /// local users: a federated one is named by its provider, and may have the address of a local one
    /// (reported: what linking is for).
    pub fn counts(self, attribute: Searchable, user: &User) -> bool {
        match self {
            Self::Never => false,
            Self::Verified(contact) => user.has_verified(contact),
            Self::AtOnce => {
                attribute == Searchable::PreferredUsername
                    || user.status != UserStatusType::ExternalProvider
            }
        }
    }
}

impl PoolSettings {
    /// How the pool finds users by `attribute`.
    pub fn finds(&self, attribute: Searchable) -> Finds {
        let contact = match attribute {
            Searchable::Email => Contact::Email,
            Searchable::PhoneNumber => Contact::PhoneNumber,
            Searchable::PreferredUsername => {
                return if self.has_alias(AliasAttributeType::PreferredUsername) {
                    Finds::AtOnce
                } else {
                    Finds::Never
                };
            }
            Searchable::Name
            | Searchable::GivenName
            | Searchable::FamilyName
            | Searchable::UserStatus
            | Searchable::Status => return Finds::Never,
        };
        if self.username_is(contact) {
            Finds::AtOnce
        } else if self.has_alias(contact.alias()) {
            Finds::Verified(contact)
        } else {
            Finds::Never
        }
    }
}

/// The values of one attribute that count.
#[derive(Clone)]
struct Holders {
    attribute: Searchable,
    finds: Finds,
    /// In the form in which values are compared.
    keys: OrderedSet<(Arc<str>, UserKey)>,
}

impl Holders {
    /// The value by which a user is found.
    fn value(&self, user: &User) -> Option<Arc<str>> {
        let counts = self.finds.counts(self.attribute, user);
        counts
            .then(|| user.attributes.shared(self.attribute.name()))
            .flatten()
    }
}

/// Who is found by what.
#[derive(Clone)]
pub(super) struct AliasIndex {
    case_sensitive: bool,
    holders: [Holders; Searchable::ALIASES.len()],
}

impl AliasIndex {
    /// That of an empty pool; how it finds users never changes.
    pub(super) fn new(settings: &PoolSettings) -> Self {
        Self {
            case_sensitive: settings.case_sensitive(),
            holders: Searchable::ALIASES.map(|attribute| Holders {
                attribute,
                finds: settings.finds(attribute),
                keys: OrderedSet::default(),
            }),
        }
    }

    /// Follows a user that is filed under `key`.
    pub(super) fn follow(&mut self, before: Option<&User>, after: Option<&User>, key: &UserKey) {
        let case_sensitive = self.case_sensitive;
        for holders in &mut self.holders {
            let old = before.and_then(|user| holders.value(user));
            let new = after.and_then(|user| holders.value(user));
            if old == new {
                continue;
            }
            if let Some(old) = old {
                let entry = (compared(old, case_sensitive), Arc::clone(key));
                holders.keys.remove(&entry);
            }
            if let Some(new) = new {
                let entry = (compared(new, case_sensitive), Arc::clone(key));
                holders.keys.insert(entry);
            }
        }
    }

    /// The keys of those who are found by this value: one at most, where every way to it was checked.
    pub(super) fn with(
        &self,
        attribute: Searchable,
        value: &str,
    ) -> impl Iterator<Item = &UserKey> {
        let value = compared(value.into(), self.case_sensitive);
        let start = (Arc::clone(&value), UserKey::default());
        self.holders
            .iter()
            .filter(move |holders| holders.attribute == attribute)
            .flat_map(move |holders| holders.keys.range(start.clone()..))
            .take_while(move |(found, _)| *found == value)
            .map(|(_, key)| key)
    }
}

/// The form in which values are compared: where letter case does not count, in small letters.
fn compared(value: Arc<str>, case_sensitive: bool) -> Arc<str> {
    if case_sensitive || !value.chars().any(char::is_uppercase) {
        value
    } else {
        value.to_lowercase().into()
    }
}
