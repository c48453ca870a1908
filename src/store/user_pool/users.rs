//! Users in order of their names, with an index for each attribute that ListUsers can search, so
//! that no page, equality or prefix search scans.

use std::ops::Bound;
use std::sync::Arc;

use uuid::Uuid;

use super::super::ordered::Ordered;
use super::alias_index::AliasIndex;
use super::settings::PoolSettings;
use super::steps;
use super::user::{User, UserKey};
use super::user_index::{Folded, TextIndex, WordIndex};
use crate::model::Contact;

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

    /// What can name a user beside the username.
    pub const ALIASES: [Self; 3] = [Self::Email, Self::PhoneNumber, Self::PreferredUsername];

    /// The name in a filter.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => Contact::Email.as_str(),
            Self::PhoneNumber => Contact::PhoneNumber.as_str(),
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

    /// Those whose values mostly differ, in the order of their numbers.
    const TEXTS: [Self; 6] = [
        Self::Email,
        Self::PhoneNumber,
        Self::Name,
        Self::GivenName,
        Self::FamilyName,
        Self::PreferredUsername,
    ];

    /// Those that have a few words for values, behind the others.
    const WORDS: [Self; 2] = [Self::UserStatus, Self::Status];

    fn text(self, user: &User) -> Option<Folded> {
        user.attributes.shared(self.name()).map(Folded)
    }

    fn word(self, user: &User) -> &'static str {
        match self {
            Self::UserStatus => user.status.as_str(),
            _ if user.enabled => "Enabled",
            _ => "Disabled",
        }
    }
}

impl From<Contact> for Searchable {
    fn from(contact: Contact) -> Self {
        match contact {
            Contact::Email => Self::Email,
            Contact::PhoneNumber => Self::PhoneNumber,
        }
    }
}

fn is_folded(text: &str) -> bool {
    !text.chars().any(char::is_uppercase)
}

/// The users of a pool. A copy shares everything that neither changes.
#[derive(Clone)]
pub struct Users {
    case_sensitive: bool,
    by_key: Ordered<UserKey, Arc<User>>,
    by_sub: Ordered<Uuid, UserKey>,
    texts: [TextIndex; Searchable::TEXTS.len()],
    words: [WordIndex; Searchable::WORDS.len()],
    aliases: AliasIndex,
}

impl Users {
    pub(super) fn new(settings: &PoolSettings) -> Self {
        Self {
            case_sensitive: settings.case_sensitive(),
            aliases: AliasIndex::new(settings),
            by_key: Ordered::default(),
            by_sub: Ordered::default(),
            texts: Default::default(),
            words: Default::default(),
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

    /// Whether they are the same as `other` without a look at them.
    pub fn is_same(&self, other: &Self) -> bool {
        self.by_key.is_same(&other.by_key)
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

    /// The users who are found by this value as by a name, letter case as the pool has it.
    pub fn found_by(&self, attribute: Searchable, value: &str) -> impl Iterator<Item = &Arc<User>> {
        let keys = self.aliases.with(attribute, value);
        keys.inspect(|_| steps::visit())
            .filter_map(|key| self.by_key.get(key))
    }

    /// The users with exactly this value (letter case aside), in key order, from after `after`.
    pub fn with(
        &self,
        attribute: Searchable,
        value: &str,
        after: Option<&str>,
    ) -> impl Iterator<Item = &Arc<User>> {
        let texts = self.texts(attribute).map(|index| index.with(value, after));
        let words = self.words(attribute).map(|index| index.with(value, after));
        let keys = texts.into_iter().flatten();
        keys.chain(words.into_iter().flatten())
            .inspect(|_| steps::visit())
            .filter_map(|key| self.by_key.get(key))
    }

    /// The users whose value starts with `prefix` (letter case aside), ordered by the value, from
    /// after the pair (value, key) `after`.
    pub fn with_prefix(
        &self,
        attribute: Searchable,
        prefix: &str,
        after: Option<(&str, &str)>,
    ) -> impl Iterator<Item = (&str, &Arc<User>)> {
        let texts = self
            .texts(attribute)
            .map(|index| index.with_prefix(prefix, after));
        let words = self
            .words(attribute)
            .map(|index| index.with_prefix(prefix, after));
        let pairs = texts.into_iter().flatten();
        pairs
            .chain(words.into_iter().flatten())
            .inspect(|_| steps::visit())
            .filter_map(|(value, key)| Some((value, self.by_key.get(key)?)))
    }

    fn texts(&self, attribute: Searchable) -> Option<&TextIndex> {
        self.texts.get(attribute as usize)
    }

    fn words(&self, attribute: Searchable) -> Option<&WordIndex> {
        let behind = (attribute as usize).checked_sub(Searchable::TEXTS.len())?;
        self.words.get(behind)
    }

    /// The users in key order, from after `after`.
    pub fn after(&self, after: Option<&str>) -> impl Iterator<Item = &Arc<User>> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        self.by_key
            .range::<str, _>((start, Bound::Unbounded))
            .inspect(|_| steps::visit())
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
            .inspect(|_| steps::visit())
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
            .inspect(|_| steps::visit())
            .take_while(move |(sub, _)| sub.to_string().starts_with(prefix.as_str()))
            .filter_map(|(_, key)| self.by_key.get(key))
    }

    /// What `user` is filed under, or would be, and who is filed there.
    pub(crate) fn filed(&self, user: &User) -> (UserKey, Option<&Arc<User>>) {
        // Where the name is its own key, name and key share one allocation.
        let key = if self.case_sensitive || is_folded(&user.username) {
            user.username.shared()
        } else {
            self.key(&user.username)
        };
        match self.by_key.get_key_value(&key) {
            Some((filed, user)) => (Arc::clone(filed), Some(user)),
            None => (key, None),
        }
    }

    /// Files a user under its key; gives who was filed there before.
    pub(super) fn insert(&mut self, key: &UserKey, user: Arc<User>) -> Option<Arc<User>> {
        steps::visit();
        let before = self.by_key.insert(Arc::clone(key), Arc::clone(&user));
        if before.as_ref().is_none_or(|before| before.sub != user.sub) {
            if let Some(before) = &before {
                self.by_sub.remove(&before.sub);
            }
            self.by_sub.insert(user.sub, Arc::clone(key));
        }
        for (attribute, index) in Searchable::TEXTS.into_iter().zip(&mut self.texts) {
            let new = attribute.text(&user);
            let old = before.as_ref().and_then(|before| attribute.text(before));
            if new == old {
                continue;
            }
            if let Some(old) = old {
                index.remove(old, key);
            }
            if let Some(new) = new {
                index.insert(new, key);
            }
        }
        for (attribute, index) in Searchable::WORDS.into_iter().zip(&mut self.words) {
            let new = attribute.word(&user);
            let old = before.as_ref().map(|before| attribute.word(before));
            if old == Some(new) {
                continue;
            }
            if let Some(old) = old {
                index.remove(old, key);
            }
            index.insert(new, key);
        }
        self.aliases.follow(before.as_deref(), Some(&user), key);
        before
    }

    pub(super) fn remove(&mut self, key: &str) -> Option<Arc<User>> {
        steps::visit();
        let (key, user) = self.by_key.remove_entry(key)?;
        self.by_sub.remove(&user.sub);
        for (attribute, index) in Searchable::TEXTS.into_iter().zip(&mut self.texts) {
            if let Some(value) = attribute.text(&user) {
                index.remove(value, &key);
            }
        }
        for (attribute, index) in Searchable::WORDS.into_iter().zip(&mut self.words) {
            index.remove(attribute.word(&user), &key);
        }
        self.aliases.follow(Some(&user), None, &key);
        Some(user)
    }
}
