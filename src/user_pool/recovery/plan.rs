//! What a recovery changes: the difference between a pool as it is and as it was.
//!
//! Documented: the preview counts profiles with their attributes as Users, and Groups, User MFAs and
//! Passkeys apart from them. Inferred: memberships count as part of the profile; a user of another
//! `sub` under the same name is another user; devices and sessions of users are not restored, and go
//! with a user who is taken away.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::store::Draft;
use crate::store::journal::{Past, PastUser};
use crate::store::user_pool::group::Group;
use crate::store::user_pool::passkey::PasskeyChange;
use crate::store::user_pool::recovery::{Counts, Preview};
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::user::User;

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

/// The numbers of the groups that a recovery brings back.
fn groups_back(state: &PoolState, past: &Past) -> BTreeSet<u64> {
    let then = past.groups.values().flatten();
    let is_gone = |group: &&Arc<Group>| state.group_of(&group.membership()).is_none();
    then.filter(is_gone).map(|group| group.number).collect()
}

fn is_in(user: &User, groups: &BTreeSet<u64>) -> bool {
    let mut memberships = user.memberships().iter();
    memberships.any(|known| groups.contains(&known.number))
}

/// Counts what a recovery would change.
pub(super) fn preview(state: &PoolState, past: &Past) -> Preview {
    let mut preview = Preview::default();
    let back = groups_back(state, past);
    for (key, then) in &past.users {
        preview.count_user(Step::of(then, state.users.get(key)), &back);
    }
    // Who was in a group when it was deleted says so still, and is in it again when it comes back.
    let members = state.users.after(None).filter(|user| {
        let is_known = || past.users.contains_key(&state.users.filed(user).0);
        !back.is_empty() && is_in(user, &back) && !is_known()
    });
    for _ in members {
        preview.users.count(true, true, true);
    }
    for (name, then) in &past.groups {
        let now = state.groups.get(name);
        let differs = then.as_ref() != now;
        preview.groups.count(then.is_some(), now.is_some(), differs);
    }
    for (id, (then, place)) in &past.passkeys {
        let (was, now) = (place.is_some(), state.passkeys.with_id(id));
        if now.is_some_and(|now| was && !Arc::ptr_eq(now, then)) {
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
    fn count_user(&mut self, step: Step<'_>, back: &BTreeSet<u64>) {
        let has_mfa = |user: Option<&User>| user.is_some_and(|user| user.mfa().is_some());
        match step {
            Step::Revert(now, then) => {
                let differs = !then.has_same_profile(now) || is_in(&then, back);
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
    for (name, then) in &past.groups {
        if then.as_ref() != state.groups.get(name) {
            draft.restore_group(name, then.as_ref());
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
        match place {
            Some(_) if now.is_some_and(|now| Arc::ptr_eq(now, then)) => {}
            Some(at) => draft.change_passkeys(PasskeyChange::PutBack(*at, Arc::clone(then))),
            None => draft.change_passkeys(PasskeyChange::Remove(id.clone())),
        }
    }
}
