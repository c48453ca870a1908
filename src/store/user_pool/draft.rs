//! A change being made: new values staged over the published state.

use std::sync::Arc;

use super::change::{Change, Staged};
use super::domain::Domains;
use super::replica::Replicas;
use super::settings::{LogConfigurations, PoolSettings};
use super::state::PoolState;

/// Staged changes over a state that readers still see unchanged. What can be staged stands beside each
/// collection, as a method of this.
pub struct Draft<'a> {
    state: &'a PoolState,
    changes: Vec<Change>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(state: &'a PoolState) -> Self {
        Self {
            state,
            changes: Vec::new(),
        }
    }

    pub(super) fn into_changes(self) -> Vec<Change> {
        self.changes
    }

    /// The state that the change decides on. It can be asked for only while nothing is staged, and
    /// held only until something is: what is staged is not in it.
    pub fn state(&self) -> &PoolState {
        debug_assert!(
            self.changes.is_empty(),
            "the state lacks what is staged already: look first, or ask for what is published"
        );
        self.state
    }

    /// The state as readers see it, without what is staged: for who looks and stages by turns, and
    /// looks at nothing that was staged before.
    pub fn published(&self) -> &'a PoolState {
        self.state
    }

    /// What is staged so far.
    pub(super) fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Stages a change.
    pub(super) fn stage(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// Stages that a record is new or another.
    pub(super) fn put<K, V>(
        &mut self,
        change: fn(Staged<K, V>) -> Change,
        key: K,
        record: V,
    ) -> Arc<V> {
        let record = Arc::new(record);
        self.stage(change(Staged::Put(key, Arc::clone(&record))));
        record
    }

    /// Replaces the pool's settings.
    pub fn put_settings(&mut self, settings: PoolSettings) {
        self.stage(Change::Settings(Arc::new(settings)));
    }

    /// Replaces the pool's domains.
    pub fn put_domains(&mut self, domains: Domains) {
        self.stage(Change::Domains(domains));
    }

    /// Replaces the destinations of the pool's logs.
    pub fn put_log_delivery(&mut self, logs: LogConfigurations) {
        self.stage(Change::LogDelivery(logs));
    }

    /// Replaces the pool's replicas.
    pub fn put_replicas(&mut self, replicas: Replicas) {
        self.stage(Change::Replicas(replicas));
    }
}
