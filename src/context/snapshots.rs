//! Snapshots: what the server was like at a moment, and is again after a restore.
//!
//! One holds pools with all that belongs to them, the messages and records that they sent, the rules of a
//! test, and the use of quotas; one of the whole server the clock and the test's passkeys too. It is pointers:
//! what has not changed since is there once.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Shared;
use crate::clock::{Hand, Timestamp};
use crate::control::deliveries::Delivery;
use crate::control::faults::FaultRule;
use crate::control::functions::TriggerRule;
use crate::control::outbox::Message;
use crate::control::passkeys::Held;
use crate::control::people::Known;
use crate::control::risk::RiskRule;
use crate::control::undeliverable::UndeliverableRule;
use crate::error::CognitoError;
use crate::model::PoolId;
use crate::quotas;
use crate::store::image::{Exchange, Image};
use crate::store::user_pool::{Picture, UserPool};

/// The snapshot of the moment when the server was ready.
pub const START: &str = "@start";

/// What the server, or an account of it, was like at a moment.
pub struct Snapshot {
    /// The account that it is of; none for the whole server.
    pub account: Option<String>,
    /// When it was made.
    pub taken: Timestamp,
    /// The pools.
    pub pools: Image,
    /// Messages; of an account's snapshot those of its pools count, as of everything that follows.
    pub messages: Arc<VecDeque<Arc<Message>>>,
    deliveries: Arc<VecDeque<Arc<Delivery>>>,
    /// Rules of faults, with what they have done.
    pub faults: Arc<[FaultRule]>,
    /// Rules of risk.
    pub risk_rules: Arc<[RiskRule]>,
    /// Rules of lost messages.
    pub undeliverable: Arc<[UndeliverableRule]>,
    /// Answers in place of functions.
    pub trigger_rules: Arc<[TriggerRule]>,
    pub(crate) quotas: quotas::Image,
    /// The accounts that were branches.
    branches: BTreeSet<String>,
    whole: Option<Whole>,
}

/// What belongs to no account.
struct Whole {
    clock: Hand,
    passkeys: Vec<Held>,
    people: Arc<Known>,
    holds_imports: bool,
}

impl Shared {
    /// A snapshot of the server, or of an account.
    pub fn snapshot(&self, account: Option<&str>) -> Snapshot {
        self.taken(account, false)
    }

    fn taken(&self, account: Option<&str>, is_first: bool) -> Snapshot {
        // Each field is here, so that nobody adds one without deciding about it.
        let Self {
            store: _, // Through the eras.
            eras,
            clock,
            entropy: _, // Chance goes on: what is drawn after a restore was never drawn before.
            settings: _,
            quotas,
            outbox,
            mailer: _,
            deliveries,
            faults,
            risk_rules,
            undeliverable,
            trigger_rules,
            journal: _,     // It tells what happened.
            invocations: _, // So does this.
            authenticator,
            sessions: _,    // With their pools.
            federations: _, // They end on their own within minutes.
            people,
            imports,
            recoveries: _, // With their pools, but for the order in which they begin.
            uploads: _,    // Room.
            tokens: _,     // What tokens say; whether they are good is asked of their pools.
            keys: _,       // Pools keep theirs; others are given out in their order.
            seal: _,
            data_keys: _,
            places: _,
            crypto: _,
            functions: _,
            later: _, // Calls under way are of what was before.
            outbound: _,
            apart: _,
            branches,
            snapshots: _,
            turn: _, // Of who plays, not of what is played on.
        } = self;
        let whole = || {
            account.is_none().then(|| Whole {
                clock: clock.standing(),
                passkeys: authenticator.all(),
                people: people.image(),
                holds_imports: imports.is_held(),
            })
        };
        let (pools, whole) = if is_first {
            eras.take_first(whole)
        } else {
            eras.take(account, whole)
        };
        Snapshot {
            account: account.map(str::to_owned),
            taken: clock.now(),
            pools,
            messages: outbox.image(),
            deliveries: deliveries.image(),
            faults: faults.image(),
            risk_rules: risk_rules.image(),
            undeliverable: undeliverable.image(),
            trigger_rules: trigger_rules.image(),
            quotas: quotas.image(),
            branches: branches.all(),
            whole,
        }
    }

    /// A pool as it is now.
    ///
    /// # Errors
    /// A pool that does not exist.
    pub fn pool_image(&self, id: &PoolId) -> Result<Picture, CognitoError> {
        Ok(self.store.pool(id)?.picture())
    }

    /// Keeps the snapshot to which a reset goes back.
    pub fn mark_start(&self) {
        // Replaced, so that it is kept.
        let _ = self.snapshots.keep(START, true, || self.taken(None, true));
    }

    /// Makes the server, or an account, what it was when a snapshot was made.
    ///
    /// # Errors
    /// What stands in the way; nothing has changed then.
    pub fn put_back(
        &self,
        snapshot: &Snapshot,
        account: Option<&str>,
    ) -> Result<Vec<Arc<UserPool>>, String> {
        let account = match (snapshot.account.as_deref(), account) {
            (Some(own), Some(meant)) if own != meant => {
                return Err(format!(
                    "the snapshot is of account {own}, and holds nothing of {meant}"
                ));
            }
            (own, meant) => own.or(meant),
        };
        let whole = snapshot.whole.as_ref().filter(|_| account.is_none());
        let then = whole.map(|_| self.clock.copy());
        let mut back = Vec::new();
        self.eras
            .put_back(&snapshot.pools, account, then, |exchange| {
                self.put_others_back(snapshot, account, exchange);
                back.clone_from(&exchange.back);
            })?;
        Ok(back)
    }

    fn put_others_back(&self, snapshot: &Snapshot, account: Option<&str>, exchange: &Exchange) {
        if let Some(whole) = snapshot.whole.as_ref().filter(|_| account.is_none()) {
            self.clock.put_back(whole.clock);
            self.authenticator.put_back(&whole.passkeys);
            self.people.put_back(&whole.people);
            self.imports.hold(whole.holds_imports);
            self.branches.put_back(&snapshot.branches);
        }
        // So that it can be dropped again; one that has become a branch since stays one for that as well.
        if let Some(account) = account.filter(|account| snapshot.branches.contains(*account)) {
            self.branches.put_back_one(account);
        }
        let pools = exchange.gone.iter().chain(&exchange.back);
        let ids: BTreeSet<&str> = pools.map(|pool| pool.id.as_str()).collect();
        let of_account = |id: &str| ids.contains(id);
        let is_meant: Option<&dyn Fn(&str) -> bool> = match account {
            Some(_) => Some(&of_account),
            None => None,
        };
        self.outbox.put_back(&snapshot.messages, is_meant);
        self.deliveries.put_back(&snapshot.deliveries, is_meant);
        self.faults.put_back(&snapshot.faults, account, is_meant);
        self.risk_rules.put_back(&snapshot.risk_rules, is_meant);
        self.undeliverable
            .put_back(&snapshot.undeliverable, is_meant);
        self.trigger_rules
            .put_back(&snapshot.trigger_rules, is_meant);
        self.quotas.put_back(&snapshot.quotas, account);
        let now = self.clock.now();
        for pool in &exchange.back {
            self.sessions.put_back(pool, now);
        }
    }
}

/// Why there is no snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotKept {
    /// The name is in use.
    Taken,
    /// So many are the most.
    TooMany(usize),
}

/// The snapshots that are kept, by name.
pub struct Snapshots {
    kept: Mutex<BTreeMap<String, Arc<Snapshot>>>,
    most: usize,
}

impl Snapshots {
    /// None yet, and so many at most.
    pub fn new(most: usize) -> Self {
        Self {
            kept: Mutex::default(),
            most,
        }
    }

    /// Keeps a snapshot under a name, which is used once unless it `replaces`. `take` is called for one that
    /// is kept only.
    ///
    /// # Errors
    /// Why it is not kept.
    pub fn keep(
        &self,
        name: &str,
        replaces: bool,
        take: impl FnOnce() -> Snapshot,
    ) -> Result<Arc<Snapshot>, NotKept> {
        let mut kept = self.kept();
        let is_known = kept.contains_key(name);
        if is_known && !replaces {
            return Err(NotKept::Taken);
        }
        let others = kept.keys().filter(|name| *name != START).count();
        if !is_known && name != START && others >= self.most {
            return Err(NotKept::TooMany(self.most));
        }
        let snapshot = Arc::new(take());
        let before = kept.insert(name.to_owned(), Arc::clone(&snapshot));
        drop(kept);
        // It may be large: dropped when others can go on.
        drop(before);
        Ok(snapshot)
    }

    /// The snapshot of a name.
    pub fn get(&self, name: &str) -> Option<Arc<Snapshot>> {
        self.kept().get(name).cloned()
    }

    /// Drops the snapshot of a name, if there is one.
    pub fn remove(&self, name: &str) -> Option<Arc<Snapshot>> {
        self.kept().remove(name)
    }

    /// All, by name.
    pub fn all(&self) -> Vec<(String, Arc<Snapshot>)> {
        let kept = self.kept();
        let all = kept.iter();
        all.map(|(name, one)| (name.clone(), Arc::clone(one)))
            .collect()
    }

    fn kept(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Snapshot>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[path = "tests/snapshots.rs"]
mod tests;
