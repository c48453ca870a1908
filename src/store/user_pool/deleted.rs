//! What was there until lately: a short memory, for reasons alone. Nothing is decided by it.

use std::collections::VecDeque;
use std::sync::Arc;

use super::change::{Change, Staged};
use super::state::PoolState;
use super::users::Searchable;
use crate::clock::Timestamp;

/// What something is that may be gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A user pool.
    Pool,
    /// An app client.
    Client,
    /// A user.
    User,
    /// A group.
    Group,
}

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// It was deleted.
    Deleted,
    /// A snapshot was restored that does not have it.
    Restored,
}

/// Something that is gone.
#[derive(Debug, Clone)]
pub struct Gone {
    /// What it was.
    pub what: What,
    /// All that it was known by.
    pub names: Vec<Box<str>>,
    /// Its account; of what belongs to a pool, none is needed.
    pub account: Option<Box<str>>,
    /// How it went.
    pub how: How,
    /// When.
    pub at: Timestamp,
}

/// The last that went, the oldest first. A copy shares them until one of the two changes.
#[derive(Debug, Clone, Default)]
pub struct Deleted(Arc<VecDeque<Arc<Gone>>>);

/// As many as a test deletes between two looks at why something is unknown.
const MOST: usize = 100;

impl Deleted {
    /// Keeps something in mind.
    pub fn note(&mut self, gone: Gone) {
        let all = Arc::make_mut(&mut self.0);
        if all.len() == MOST {
            all.pop_front();
        }
        all.push_back(Arc::new(gone));
    }

    /// The last that went by this name.
    pub fn last(&self, what: What, name: &str) -> Option<&Gone> {
        let mut latest_first = self.0.iter().rev();
        let named = |gone: &&Arc<Gone>| {
            gone.what == what && gone.names.iter().any(|known| **known == *name)
        };
        latest_first.find(named).map(Arc::as_ref)
    }

    /// Puts back what was in mind of an account, or of all.
    pub fn put_back(&mut self, image: &Self, account: Option<&str>) {
        let Some(account) = account else {
            self.clone_from(image);
            return;
        };
        let is_own = |gone: &&Arc<Gone>| gone.account.as_deref() == Some(account);
        let others = self.0.iter().filter(|gone| !is_own(gone));
        let mut all: VecDeque<_> = others
            .chain(image.0.iter().filter(is_own))
            .cloned()
            .collect();
        let surplus = all.len().saturating_sub(MOST);
        all.drain(..surplus);
        self.0 = Arc::new(all);
    }
}

impl PoolState {
    /// Keeps in mind what `change` is about to take away.
    pub(super) fn remember(&mut self, change: &Change, now: impl FnOnce() -> Timestamp) {
        let (what, names) = match change {
            Change::User(Staged::Remove(key)) => {
                let Some(user) = self.users.get(key) else {
                    return;
                };
                let addresses = Searchable::ALIASES
                    .into_iter()
                    .filter_map(|alias| user.attributes.get(alias.name()));
                let mut names: Vec<Box<str>> = addresses.map(Box::from).collect();
                names.push(user.username.as_str().into());
                names.push(user.sub.to_string().into());
                (What::User, names)
            }
            Change::Group(Staged::Remove(name)) => (What::Group, vec![name.as_str().into()]),
            _ => return,
        };
        self.deleted.note(Gone {
            what,
            names,
            account: None,
            how: How::Deleted,
            at: now(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gone(name: &str, account: &str, at: i64) -> Gone {
        Gone {
            what: What::Pool,
            names: vec![name.into()],
            account: Some(account.into()),
            how: How::Deleted,
            at: Timestamp(at),
        }
    }

    #[test]
    fn the_last_ones_are_kept_in_mind() {
        let mut deleted = Deleted::default();
        for at in 0..=i64::try_from(MOST).unwrap() {
            deleted.note(gone(&at.to_string(), "1", at));
        }
        deleted.note(gone("7", "1", 1000));
        let at = |name: &str| deleted.last(What::Pool, name).map(|gone| gone.at.0);
        assert_eq!(
            [at("0"), at("1"), at("2"), at("7")],
            [None, None, Some(2), Some(1000)]
        );
        assert!(deleted.last(What::Group, "7").is_none());
    }

    #[test]
    fn an_account_gets_its_own_back() {
        let mut then = Deleted::default();
        then.note(gone("a", "1", 1));
        then.note(gone("b", "2", 2));
        let mut now = then.clone();
        now.note(gone("c", "1", 3));
        now.note(gone("d", "2", 4));
        let names = |deleted: &Deleted| {
            let names = deleted.0.iter().map(|gone| gone.names[0].to_string());
            names.collect::<Vec<_>>()
        };
        let mut whole = now.clone();
        whole.put_back(&then, None);
        assert_eq!(names(&whole), ["a", "b"]);
        now.put_back(&then, Some("1"));
        assert_eq!(names(&now), ["b", "d", "a"]);
    }
}
