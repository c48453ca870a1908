//! The history of a pool: what its changes replaced, so that a point-in-time recovery can go back.
//!
//! A journal hears every change of its pool. Of those that change what a recovery restores it keeps
//! what was there before — a pointer, for values are shared — with the time; everything else, such as
//! what a sign-in leaves behind, takes no room. It keeps what the pool's tier may ask for, and of that
//! the latest that fits its room: older changes are forgotten, and so is the way back beyond them.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::user_pool::Listener;
use super::user_pool::change::{Change, Staged};
use super::user_pool::group::Group;
use super::user_pool::passkey::{Passkey, PasskeyChange};
use super::user_pool::recovery::reach;
use super::user_pool::state::PoolState;
use super::user_pool::user::{User, UserKey};
use super::watch::Watch;
use crate::clock::{Clock, Timestamp};
use crate::model::GroupName;
use crate::model::cognito_idp::UserPoolTierType as Tier;

/// What a change replaced; nothing where it made something new.
#[derive(Clone)]
enum Before {
    User(UserKey, Option<Arc<User>>),
    Group(GroupName, Option<Arc<Group>>),
    /// With its place, where it was there.
    Passkey(Arc<Passkey>, Option<u64>),
}

impl Before {
    /// About how many bytes are kept for it.
    fn weight(&self) -> usize {
        let kept = match self {
            Self::User(_, user) => user.as_ref().map_or(0, |user| user.weight()),
            Self::Group(name, group) => {
                let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
                let texts = |group: &Arc<Group>| text(&group.description) + text(&group.role_arn);
                size_of::<Group>() + name.len() + group.as_ref().map_or(0, texts)
            }
            Self::Passkey(passkey, _) => size_of::<Passkey>() + passkey.credential.id.len(),
        };
        size_of::<Entry>() + kept
    }
}

#[derive(Clone)]
struct Entry {
    at: Timestamp,
    before: Before,
}

#[derive(Clone, Default)]
struct History {
    /// The oldest first.
    entries: VecDeque<Entry>,
    weight: usize,
    /// The time of the latest change that is forgotten.
    forgotten: Option<Timestamp>,
    /// Since when the pool has had at least this tier, where it once had a lower one.
    since: BTreeMap<Tier, Timestamp>,
}

/// The history of a pool.
pub struct Journal {
    clock: Clock,
    /// How many bytes it may take, about.
    room: usize,
    /// Who else is told.
    watch: Arc<Watch>,
    /// Copies share it until one of them grows.
    history: Mutex<Arc<History>>,
}

/// What of a pool was otherwise at a moment in the past: nothing where something was not there.
#[derive(Default)]
pub(crate) struct Past {
    pub(crate) users: BTreeMap<UserKey, PastUser>,
    pub(crate) groups: BTreeMap<GroupName, Option<Arc<Group>>>,
    /// By credential id; with its place, where it was there.
    pub(crate) passkeys: BTreeMap<Vec<u8>, (Arc<Passkey>, Option<u64>)>,
}

/// A user as it was.
#[derive(Default)]
pub(crate) struct PastUser {
    pub(crate) user: Option<Arc<User>>,
    /// The highest number that tokens of users of this name have carried since.
    pub(crate) last_epoch: u32,
}

impl Journal {
    /// An empty one; what it will hear of happened after all that it may be asked about.
    pub fn new(clock: Clock, room: usize) -> Self {
        Self {
            clock,
            room,
            watch: Arc::default(),
            history: Mutex::default(),
        }
    }

    /// The same, which passes on what it hears.
    #[must_use]
    pub fn watched(self, watch: Arc<Watch>) -> Self {
        Self { watch, ..self }
    }

    /// The same history, which from now on goes its own way.
    pub(super) fn copy(&self) -> Self {
        Self {
            clock: self.clock.clone(),
            room: self.room,
            watch: Arc::clone(&self.watch),
            history: Mutex::new(Arc::clone(&self.history())),
        }
    }

    /// Whether everything that happened after `point` is still known.
    pub fn reaches(&self, point: Timestamp) -> bool {
        self.history().forgotten.is_none_or(|at| at <= point)
    }

    /// Whether the pool has had at least this tier since `point`; that it has it now is not asked.
    pub fn had_since(&self, tier: Tier, point: Timestamp) -> bool {
        self.history()
            .since
            .get(&tier)
            .is_none_or(|since| *since <= point)
    }

    /// How many changes it knows.
    pub fn len(&self) -> usize {
        self.history().entries.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What was otherwise at `point`. Changes count in the order in which they happened, whatever the
    /// clock did meanwhile: those that follow the last one up to `point` are undone.
    pub(crate) fn past(&self, point: Timestamp) -> Past {
        let history = self.history();
        let mut past = Past::default();
        let later = history.entries.iter().rev();
        for entry in later.take_while(|entry| entry.at > point) {
            match &entry.before {
                Before::User(key, user) => {
                    let known = past.users.entry(Arc::clone(key)).or_default();
                    let epoch = user.as_ref().map_or(0, |user| user.sign_out_epoch());
                    known.last_epoch = known.last_epoch.max(epoch);
                    known.user.clone_from(user);
                }
                Before::Group(name, group) => {
                    past.groups.insert(name.clone(), group.clone());
                }
                Before::Passkey(passkey, place) => {
                    let id = passkey.credential.id.clone();
                    past.passkeys.insert(id, (Arc::clone(passkey), *place));
                }
            }
        }
        past
    }

    fn history(&self) -> MutexGuard<'_, Arc<History>> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, tier: Tier, before: Before) {
        let at = self.clock.now();
        let mut history = self.history();
        let history = Arc::make_mut(&mut history);
        history.weight += before.weight();
        history.entries.push_back(Entry { at, before });
        history.trim(at, tier, self.room);
    }

    fn note_tier(&self, before: Tier, after: Tier) {
        let at = self.clock.now();
        let mut history = self.history();
        let history = Arc::make_mut(&mut history);
        for tier in [Tier::Essentials, Tier::Plus] {
            if before < tier && tier <= after {
                history.since.insert(tier, at);
            }
        }
        history.trim(at, after, self.room);
    }

    fn note_passkeys_of(&self, state: &PoolState, user: &User) {
        for (at, passkey) in state.passkeys.after(user.sub, None) {
            let before = Before::Passkey(Arc::clone(passkey), Some(at));
            self.note(state.settings.tier, before);
        }
    }
}

impl History {
    /// Forgets what can't be asked for any more, and what there is no room for.
    fn trim(&mut self, now: Timestamp, tier: Tier, room: usize) {
        let reach = reach(tier);
        while let Some(oldest) = self.entries.front() {
            if oldest.at.plus(reach) >= now && self.weight <= room {
                break;
            }
            self.weight -= oldest.before.weight();
            self.forgotten = self.forgotten.max(Some(oldest.at));
            self.entries.pop_front();
        }
    }
}

impl Listener for Journal {
    fn hear(&self, state: &PoolState, change: &Change) {
        self.watch.tell(&state.settings.id, || change.told());
        let tier = state.settings.tier;
        if let Change::Settings(settings) = change
            && settings.tier != tier
        {
            self.note_tier(tier, settings.tier);
        }
        // No point of the time on this tier is ever recovered.
        if tier == Tier::Lite {
            return;
        }
        // The passkeys of a user go with the user, without a change of their own.
        if let Change::User(Staged::Remove(key)) = change
            && let Some(user) = state.users.get(key)
        {
            self.note_passkeys_of(state, user);
        }
        if let Some(before) = replaced(state, change) {
            self.note(tier, before);
        }
    }
}

/// What a change takes the place of, if it is of what a recovery restores.
fn replaced(state: &PoolState, change: &Change) -> Option<Before> {
    match change {
        Change::User(Staged::Put(key, user)) => {
            let before = state.users.get(key);
            let is_same = before.is_some_and(|before| before.is_as_restored(user));
            (!is_same).then(|| Before::User(Arc::clone(key), before.cloned()))
        }
        Change::User(Staged::Remove(key)) => {
            let before = Arc::clone(state.users.get(key)?);
            Some(Before::User(Arc::clone(key), Some(before)))
        }
        Change::Group(Staged::Put(_, group)) | Change::GroupBack(group, _) => {
            let before = state.groups.get(&group.name).cloned();
            Some(Before::Group(group.name.clone(), before))
        }
        Change::Group(Staged::Remove(name)) => {
            let before = Arc::clone(state.groups.get(name)?);
            Some(Before::Group(name.clone(), Some(before)))
        }
        Change::Passkey(change) => replaced_passkey(state, change),
        Change::Settings(_)
        | Change::Client(_)
        | Change::Provider(_)
        | Change::SamlKey(_)
        | Change::Device(_)
        | Change::ImportJob(_)
        | Change::Revocation(..)
        | Change::Domains(_)
        | Change::ResourceServer(_)
        | Change::Style(_)
        | Change::Terms(_)
        | Change::CimdPolicy(_)
        | Change::MetadataUrl(..)
        | Change::UiCustomization(_)
        | Change::Session(_)
        | Change::SsoMinutes(..)
        | Change::RiskConfiguration(_)
        | Change::AuthEvent(_)
        | Change::LogDelivery(_)
        | Change::Replicas(_)
        | Change::Recovery(_) => None,
    }
}

fn replaced_passkey(state: &PoolState, change: &PasskeyChange) -> Option<Before> {
    let placed = |id| {
        let (at, before) = state.passkeys.placed(id)?;
        Some(Before::Passkey(Arc::clone(before), Some(at)))
    };
    match change {
        PasskeyChange::Put(passkey, _) | PasskeyChange::PutBack(_, passkey) => {
            let is_new = || Before::Passkey(Arc::clone(passkey), None);
            Some(placed(&passkey.credential.id).unwrap_or_else(is_new))
        }
        PasskeyChange::Remove(id) => placed(id),
        // What a sign-in leaves behind is not recovered.
        PasskeyChange::Ask(..) | PasskeyChange::Seen(_) => None,
    }
}

#[cfg(test)]
#[path = "tests/journal.rs"]
mod tests;
