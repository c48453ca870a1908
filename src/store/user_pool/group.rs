//! A group of users, and who is in it.
//!
//! A user says which groups it is in; the other way round is an index. A group that is deleted takes the
//! index with it and leaves its members as they are, however many they are: what they still say is of a
//! group with a number that no group has any more, also when its name is in use again.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use super::super::ordered::OrderedSet;
use super::change::{Change, Staged};
use super::draft::Draft;
use super::steps;
use super::user::UserKey;
use crate::clock::Timestamp;
use crate::model::cognito_idp::GroupType;
use crate::model::{GroupName, PoolId};

/// A group of users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name, used once per pool; letter case counts.
    pub name: GroupName,
    /// What it is for.
    pub description: Option<String>,
    /// The IAM role of its members.
    pub role_arn: Option<String>,
    /// The lower, the stronger; absent is weakest.
    pub precedence: Option<i32>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
    /// Tells it from others that had its name; given when it is staged.
    pub number: u64,
}

/// What a user is in, or was until the group was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The group's name.
    pub group: GroupName,
    /// The group's number.
    pub number: u64,
}

/// Who is in which group.
#[derive(Debug, Clone, Default)]
pub struct Members {
    /// By the number of the group, in the order in which ListUsersInGroup pages.
    keys: BTreeMap<u64, OrderedSet<UserKey>>,
    /// The highest number that a group was given.
    last: u64,
}

impl Members {
    /// The number of the next new group.
    pub(super) fn next_number(&self) -> u64 {
        self.last + 1
    }

    /// Whether there is a group of this number.
    pub(super) fn has(&self, number: u64) -> bool {
        self.keys.contains_key(&number)
    }

    /// A group begins to be there, with these members.
    pub(super) fn begin(&mut self, number: u64, keys: BTreeSet<UserKey>) {
        self.last = self.last.max(number);
        self.keys.insert(number, keys.into());
    }

    /// A group is gone. Its members may be many: they are given back, to be dropped where nobody waits.
    pub(super) fn end(&mut self, number: u64) -> Option<OrderedSet<UserKey>> {
        self.keys.remove(&number)
    }

    /// A user of this key is in these groups now, and was in those before.
    pub(super) fn follow(&mut self, before: &[Membership], after: &[Membership], key: &UserKey) {
        if before == after {
            return;
        }
        for membership in before {
            if let Some(keys) = self.keys.get_mut(&membership.number) {
                keys.remove::<str>(key);
            }
        }
        for membership in after {
            if let Some(keys) = self.keys.get_mut(&membership.number) {
                keys.insert(key.clone());
            }
        }
    }

    /// The members of a group, from after `after`.
    pub fn of(&self, group: &Group, after: Option<&str>) -> impl Iterator<Item = &UserKey> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let keys = self.keys.get(&group.number).into_iter();
        keys.flat_map(move |keys| keys.range::<str, _>((start, Bound::Unbounded)))
            .inspect(|_| steps::visit())
    }
}

impl Group {
    /// What a member has of it.
    pub fn membership(&self) -> Membership {
        Membership {
            group: self.name.clone(),
            number: self.number,
        }
    }

    /// The group as responses show it.
    pub fn view(&self, pool: &PoolId) -> GroupType {
        GroupType {
            group_name: Some(self.name.clone()),
            user_pool_id: Some(pool.clone()),
            description: self.description.clone(),
            role_arn: self.role_arn.clone(),
            precedence: self.precedence,
            last_modified_date: Some(self.modified),
            creation_date: Some(self.created),
        }
    }

    /// What groups are ordered by: a number beats none, the lower beats the higher, then the name.
    pub(crate) fn strength(&self) -> (bool, Option<i32>, &GroupName) {
        (self.precedence.is_none(), self.precedence, &self.name)
    }
}

impl Draft<'_> {
    /// Adds or replaces a group. One of a name that is free is a new one, whatever was called so before.
    pub fn put_group(&mut self, group: Group) -> Arc<Group> {
        let goes = |change: &Change| matches!(change, Change::Group(Staged::Remove(name)) if *name == group.name);
        let comes = |change: &&Change| matches!(change, Change::Group(Staged::Put(..)));
        let state = self.published();
        let known = state.groups.get(&group.name);
        let number = match known.filter(|_| !self.changes().iter().any(goes)) {
            Some(known) => known.number,
            None => {
                let staged = self.changes().iter().filter(comes).count();
                state.members.next_number() + staged as u64
            }
        };
        let name = group.name.clone();
        self.put(Change::Group, name, Group { number, ..group })
    }

    /// Takes a group away, and everybody out of it: one change, however many its members are.
    pub fn remove_group(&mut self, name: GroupName) {
        self.stage(Change::Group(Staged::Remove(name)));
    }

    /// Puts a group back that is gone, with these members: those who say by its number that they are in
    /// it.
    pub fn bring_group_back(&mut self, group: Arc<Group>, members: BTreeSet<UserKey>) {
        self.stage(Change::GroupBack(group, members));
    }
}
