//! Users in order of their names, with an index for each attribute that ListUsers can search, so
//! that no page, equality or prefix search scans.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use uuid::Uuid;

use crate::user_pool::users::User;

/// What a user is filed under: the username, in lower case where the pool ignores case.
pub type UserKey = Arc<str>;

/// An attribute that ListUsers can filter by (documented: "Searchable attributes"). `username` and
/// `sub` have maps of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Searchable {
    /// `email`.
    Email,
    /// `phone_number`.
    PhoneNumber,
    /// `name`.
    Name,
    /// `given_name`.
    GivenName,
    /// `family_name`.
    FamilyName,
    /// `preferred_username`.
    PreferredUsername,
    /// `cognito:user_status`.
    UserStatus,
    /// `status`: Enabled or Disabled.
    Status,
}

impl Searchable {
    const ALL: [Self; 8] = [
        Self::Email,
        Self::PhoneNumber,
        Self::Name,
        Self::GivenName,
        Self::FamilyName,
        Self::PreferredUsername,
        Self::UserStatus,
        Self::Status,
    ];

    /// The name in a filter.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::PhoneNumber => "phone_number",
            Self::Name => "name",
            Self::GivenName => "given_name",
            Self::FamilyName => "family_name",
            Self::PreferredUsername => "preferred_username",
            Self::UserStatus => "cognito:user_status",
            Self::Status => "status",
        }
    }

    /// The searchable attribute of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|searchable| searchable.name() == name)
    }

    /// The value a user is found by, if it has one.
    fn value(self, user: &User) -> Option<Arc<str>> {
        let value = match self {
            Self::UserStatus => return Some(folded(user.status.as_str())),
            Self::Status => return Some(folded(if user.enabled { "Enabled" } else { "Disabled" })),
            named => user.attributes.shared(named.name())?,
        };
        Some(if is_folded(&value) {
            value
        } else {
            value.to_lowercase().into()
        })
    }
}

fn is_folded(text: &str) -> bool {
    !text.chars().any(char::is_uppercase)
}

/// Lower case; the few status words are shared rather than allocated for each user.
fn folded(word: &'static str) -> Arc<str> {
    use std::sync::{OnceLock, PoisonError, RwLock};
    static WORDS: OnceLock<RwLock<BTreeMap<&'static str, Arc<str>>>> = OnceLock::new();
    let words = WORDS.get_or_init(RwLock::default);
    if let Some(known) = words
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .get(word)
    {
        return Arc::clone(known);
    }
    let mut words = words.write().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(
        words
            .entry(word)
            .or_insert_with(|| word.to_lowercase().into()),
    )
}

/// The users of a pool.
pub struct Users {
    case_sensitive: bool,
    by_key: BTreeMap<UserKey, Arc<User>>,
    by_sub: BTreeMap<Uuid, UserKey>,
    indexes: [BTreeSet<(Arc<str>, UserKey)>; Searchable::ALL.len()],
}

impl Users {
    pub(super) fn new(case_sensitive: bool) -> Self {
        Self {
            case_sensitive,
            by_key: BTreeMap::new(),
            by_sub: BTreeMap::new(),
            indexes: Default::default(),
        }
    }

    /// What `username` is filed under.
    pub fn key(&self, username: &str) -> UserKey {
        if self.case_sensitive || is_folded(username) {
            username.into()
        } else {
            username.to_lowercase().into()
        }
    }

    /// How many users there are.
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// The user filed under `key`.
    pub fn get(&self, key: &str) -> Option<&Arc<User>> {
        self.by_key.get(key)
    }

    /// The user with this stored username.
    pub fn named(&self, username: &str) -> Option<&Arc<User>> {
        if self.case_sensitive || is_folded(username) {
            self.by_key.get(username)
        } else {
            self.by_key.get(username.to_lowercase().as_str())
        }
    }

    /// The user with this `sub`.
    pub fn with_sub(&self, sub: Uuid) -> Option<&Arc<User>> {
        self.by_key.get(self.by_sub.get(&sub)?)
    }

    /// The users with exactly this value (letter case aside), in key order, from after `after`.
    pub fn with(
        &self,
        attribute: Searchable,
        value: &str,
        after: Option<&str>,
    ) -> impl Iterator<Item = &Arc<User>> {
        let value: Arc<str> = value.to_lowercase().into();
        let start = match after {
            Some(key) => Bound::Excluded((Arc::clone(&value), UserKey::from(key))),
            None => Bound::Included((Arc::clone(&value), UserKey::default())),
        };
        self.indexes[attribute as usize]
            .range((start, Bound::Unbounded))
            .take_while(move |(found, _)| *found == value)
            .filter_map(|(_, key)| self.by_key.get(key))
    }

    /// The users whose value starts with `prefix` (letter case aside), ordered by the value, from
    /// after the pair (value, key) `after`.
    pub fn with_prefix(
        &self,
        attribute: Searchable,
        prefix: &str,
        after: Option<(&str, &str)>,
    ) -> impl Iterator<Item = (&Arc<str>, &Arc<User>)> {
        let prefix = prefix.to_lowercase();
        let start = match after {
            Some((value, key)) => Bound::Excluded((value.into(), UserKey::from(key))),
            None => Bound::Included((prefix.as_str().into(), UserKey::default())),
        };
        self.indexes[attribute as usize]
            .range((start, Bound::Unbounded))
            .take_while(move |(found, _)| found.starts_with(prefix.as_str()))
            .filter_map(|(value, key)| Some((value, self.by_key.get(key)?)))
    }

    /// The users in key order, from after `after`.
    pub fn after(&self, after: Option<&str>) -> impl Iterator<Item = &Arc<User>> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        self.by_key
            .range::<str, _>((start, Bound::Unbounded))
            .map(|(_, user)| user)
    }

    /// The users whose key starts with `prefix`, in key order, from after `after`.
    pub fn named_with_prefix(
        &self,
        prefix: &str,
        after: Option<&str>,
    ) -> impl Iterator<Item = &Arc<User>> {
        let start = after.map_or(Bound::Included(prefix), Bound::Excluded);
        self.by_key
            .range::<str, _>((start, Bound::Unbounded))
            .take_while({
                let prefix = prefix.to_owned();
                move |(key, _)| key.starts_with(prefix.as_str())
            })
            .map(|(_, user)| user)
    }

    /// The users whose sub, as text, starts with `prefix`, in order of their subs, from after
    /// `after`.
    pub fn with_sub_prefix(
        &self,
        prefix: &str,
        after: Option<Uuid>,
    ) -> impl Iterator<Item = &Arc<User>> {
        const LEAST: &str = "00000000-0000-0000-0000-000000000000";
        // No sub starts with what, filled up, is not one.
        let filled = LEAST
            .get(prefix.len()..)
            .map(|rest| format!("{prefix}{rest}"));
        let least = filled.and_then(|text| Uuid::try_parse(&text).ok());
        let start = match (least, after) {
            (None, _) => Bound::Excluded(Uuid::max()),
            (_, Some(after)) => Bound::Excluded(after),
            (Some(least), None) => Bound::Included(least),
        };
        let prefix = prefix.to_owned();
        self.by_sub
            .range((start, Bound::Unbounded))
            .take_while(move |(sub, _)| sub.to_string().starts_with(prefix.as_str()))
            .filter_map(|(_, key)| self.by_key.get(key))
    }

    /// Files a user; gives the key, and who was filed under it.
    pub(super) fn insert(&mut self, user: Arc<User>) -> (UserKey, Option<Arc<User>>) {
        // Where the name is its own key, name and key share one allocation.
        let key = if self.case_sensitive || is_folded(&user.username) {
            user.username.shared()
        } else {
            self.key(&user.username)
        };
        let filed = self
            .by_key
            .get_key_value(&key)
            .map(|(filed, _)| Arc::clone(filed));
        let key = filed.unwrap_or(key);
        let before = self.by_key.insert(Arc::clone(&key), Arc::clone(&user));
        if before.as_ref().is_none_or(|before| before.sub != user.sub) {
            if let Some(before) = &before {
                self.by_sub.remove(&before.sub);
            }
            self.by_sub.insert(user.sub, Arc::clone(&key));
        }
        for attribute in Searchable::ALL {
            let new = attribute.value(&user);
            let old = before.as_ref().and_then(|before| attribute.value(before));
            if new == old {
                continue;
            }
            let index = &mut self.indexes[attribute as usize];
            if let Some(old) = old {
                index.remove(&(old, Arc::clone(&key)));
            }
            if let Some(new) = new {
                index.insert((new, Arc::clone(&key)));
            }
        }
        (key, before)
    }

    pub(super) fn remove(&mut self, key: &str) -> Option<Arc<User>> {
        let (key, user) = self.by_key.remove_entry(key)?;
        self.by_sub.remove(&user.sub);
        for attribute in Searchable::ALL {
            if let Some(value) = attribute.value(&user) {
                self.indexes[attribute as usize].remove(&(value, Arc::clone(&key)));
            }
        }
        Some(user)
    }
}
