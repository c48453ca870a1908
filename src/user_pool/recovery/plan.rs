//! What a recovery changes: the difference between a pool as it is and as it was.
//!
//! Documented: the preview counts profiles with their attributes as Users, and Groups, User MFAs and
//! Passkeys apart from them. Inferred: memberships count as part of the profile; a user of another
//! `sub` under the same name is another user; devices and sessions of users are not restored, and go
//! with a user who is taken away.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::GroupName;
use crate::store::journal::{Past, PastUser};
use crate::store::user_pool::group::Group;
use crate::store::user_pool::recovery::{Counts, Preview};
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::user::User;
use crate::store::{Draft, UserKey};

/// What is to be done about one user name.
enum Step<'a> {
    /// The user is there now as then, and comes back so.
    Revert(&'a User, User),
    /// Who is there now goes, who was there then comes.
    Exchange(Option<&'a User>, Option<&'a PastUser>),
}

impl<'a> Step<'a> {
    fn of(then: &'a PastUser, now: Option<&'a Arc<User>>) -> Self {
        match (&then.user, now) {
            (Some(user), Some(now)) if user.sub == now.sub => {
                Self::Revert(now, user.restored_over(now))
            }
            (Some(_), now) => Self::Exchange(now.map(|now| &**now), Some(then)),
            (None, now) => Self::Exchange(now.map(|now| &**now), None),
        }
    }
}

impl Counts {
    /// Counts something that was there then, is there now, and is otherwise.
    fn count(&mut self, was: bool, is: bool, differs: bool) {
        match (was, is) {
            (true, false) => self.created += 1,
            (false, true) => self.deleted += 1,
            (true, true) => self.updated += i64::from(differs),
            (false, false) => {}
        }
    }
}

/// Who is in groups that come and go, while the users themselves say what they said.
struct Memberships<'a> {
    state: &'a PoolState,
    past: &'a Past,
}

impl Memberships<'_> {
    /// The groups that a recovery brings back, by number, each with those who say that they are in it:
    /// who was in a group when it was deleted says so still.
    fn back(&self) -> BTreeMap<u64, BTreeSet<UserKey>> {
        let then = self.past.groups.values().flatten();
        let gone = then.filter(|group| self.state.group_of(&group.membership()).is_none());
        let mut back: BTreeMap<_, _> = gone.map(|group| (group.number, BTreeSet::new())).collect();
        if back.is_empty() {
            return back;
        }
        // Nothing but its members says who was in it: one walk over all users, for all groups.
        for user in self.state.users.after(None) {
            for membership in user.memberships() {
                if let Some(members) = back.get_mut(&membership.number) {
                    members.insert(self.state.users.filed(user).0);
                }
            }
        }
        back
    }

    /// Whether a group is there now, and is not, or is another of its name, after the recovery.
    fn goes(&self, name: &GroupName, now: &Group) -> bool {
        let then = self.past.groups.get(name);
        then.is_some_and(|then| then.as_ref().is_none_or(|then| then.number != now.number))
    }

    /// The users who get into a group or out of one as the group itself comes or goes.
    fn moved(&self) -> BTreeSet<UserKey> {
        let now = self.past.groups.keys();
        let now = now.filter_map(|name| self.state.groups.get_key_value(name));
        let going = now.filter(|(name, group)| self.goes(name, group));
        let members = going.flat_map(|(_, group)| self.state.members.of(group, None));
        let back = self.back().into_values().flatten();
        back.chain(members.cloned()).collect()
    }

    /// Whether a user is in other groups then than now.
    fn differ(&self, then: &User, now: &User) -> bool {
        let were = then.memberships().iter().filter(|known| {
            let group = match self.past.groups.get(&known.group) {
                Some(then) => then.as_ref(),
                None => self.state.groups.get(&known.group),
            };
            group.is_some_and(|group| group.number == known.number)
        });
        let are = now.memberships().iter();
        let are = are.filter(|known| self.state.group_of(known).is_some());
        !were
            .map(|known| &known.group)
            .eq(are.map(|known| &known.group))
    }
}

/// Counts what a recovery would change.
pub(super) fn preview(state: &PoolState, past: &Past) -> Preview {
    let mut preview = Preview::default();
    let memberships = Memberships { state, past };
    for (key, then) in &past.users {
        preview.count_user(Step::of(then, state.users.get(key)), &memberships);
    }
    let moved = memberships.moved();
    for _ in moved.iter().filter(|key| !past.users.contains_key(*key)) {
        preview.users.count(true, true, true);
    }
    for (name, then) in &past.groups {
        let now = state.groups.get(name);
        let differs = then.as_ref() != now;
        preview.groups.count(then.is_some(), now.is_some(), differs);
    }
    for (id, (then, place)) in &past.passkeys {
        let (was, now) = (place.is_some(), state.passkeys.with_id(id));
        if now.is_some_and(|now| was && !now.is_same(then)) {
            // A credential that somebody else has registered meanwhile is another passkey.
            preview.passkeys.count(false, true, false);
            preview.passkeys.count(true, false, false);
        } else {
            preview.passkeys.count(was, now.is_some(), false);
        }
    }
    preview
}

impl Preview {
    fn count_user(&mut self, step: Step<'_>, memberships: &Memberships<'_>) {
        let has_mfa = |user: Option<&User>| user.is_some_and(|user| user.mfa().is_some());
        match step {
            Step::Revert(now, then) => {
                let differs = !then.has_same_profile(now) || memberships.differ(&then, now);
                self.users.count(true, true, differs);
                let (was, is) = (has_mfa(Some(&then)), has_mfa(Some(now)));
                self.mfa.count(was, is, !then.has_same_mfa(now));
            }
            Step::Exchange(now, then) => {
                let then = then.and_then(|then| then.user.as_deref());
                for (was, is) in [(None, now), (then, None)] {
                    self.users.count(was.is_some(), is.is_some(), false);
                    self.mfa.count(has_mfa(was), has_mfa(is), false);
                }
            }
        }
    }
}

/// Stages what a recovery changes.
pub(super) fn apply(draft: &mut Draft<'_>, past: &Past) {
    let state = draft.published();
    let mut back = Memberships { state, past }.back();
    for (name, then) in &past.groups {
        match then {
            Some(group) => match back.remove(&group.number) {
                Some(members) => draft.bring_group_back(Arc::clone(group), members),
                None if state.groups.get(name) == Some(group) => {}
                None => {
                    draft.put_group(Group::clone(group));
                }
            },
            None if state.groups.contains_key(name) => draft.remove_group(name.clone()),
            None => {}
        }
    }
    for (key, then) in &past.users {
        match Step::of(then, state.users.get(key)) {
            Step::Revert(now, user) => {
                if !user.is_as_restored(now) {
                    draft.put_user(user);
                }
            }
            Step::Exchange(now, then) => {
                if now.is_some() {
                    draft.remove_user(Arc::clone(key));
                }
                if let Some(PastUser { user, last_epoch }) = then
                    && let Some(user) = user
                {
                    draft.put_user(user.restored_anew(*last_epoch));
                }
            }
        }
    }
    for (id, (then, place)) in &past.passkeys {
        let now = state.passkeys.with_id(id);
        let is_there = now.is_some_and(|now| now.is_same(then));
        if !(place.is_some() && is_there) {
            draft.restore_passkey(then, *place);
        }
    }
}
