//! A change being made: new values staged over the published state.

use std::collections::BTreeSet;
use std::sync::Arc;

use uuid::Uuid;

use super::app_client::AppClient;
use super::branding::{Style, UiCustomization};
use super::client_id_metadata::ClientIdMetadataChange;
use super::device::{Device, DeviceChange};
use super::domain::Domains;
use super::group::Group;
use super::identity_provider::ProviderChange;
use super::import_job::ImportJob;
use super::passkey::PasskeyChange;
use super::recovery::Recovery;
use super::replica::Replicas;
use super::resource_server::ResourceServer;
use super::revocation::Revocation;
use super::settings::{LogConfigurations, UserPool};
use super::state::PoolState;
use super::terms::Terms;
use super::threats::{AuthEvent, RiskConfiguration, ThreatChange};
use super::user::User;
use super::user::UserKey;
use super::user_session::SessionChange;
use crate::clock::Timestamp;
use crate::error::CognitoError;
use crate::model::{ClientId, GroupName};

/// One staged value. What a change touched is explicit, so that whoever needs to follow changes
/// (a journal, persistence) can.
pub enum Change {
    Settings(Arc<UserPool>),
    PutClient(Arc<AppClient>),
    RemoveClient(ClientId),
    Device(DeviceChange),
    Passkey(PasskeyChange),
    PutGroup(Arc<Group>),
    RemoveGroup(GroupName),
    PutUser(Arc<User>),
    RemoveUser(UserKey),
    Provider(ProviderChange),
    ImportJob(Arc<ImportJob>),
    Revocation(Revocation, Timestamp),
    Domains(Domains),
    PutResourceServer(Arc<ResourceServer>),
    RemoveResourceServer(String),
    /// By id; none takes it away.
    Style(Arc<str>, Option<Arc<Style>>),
    /// By id; none takes them away.
    Terms(Arc<str>, Option<Arc<Terms>>),
    ClientIdMetadata(ClientIdMetadataChange),
    Session(SessionChange),
    /// By client; none takes it away.
    UiCustomization(ClientId, Option<Arc<UiCustomization>>),
    Threat(ThreatChange),
    LogDelivery(LogConfigurations),
    Replicas(Replicas),
    Recovery(Arc<Recovery>),
}

/// Staged changes over a state that readers still see unchanged.
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

    /// Replaces the pool's settings.
    pub fn put_settings(&mut self, settings: UserPool) {
        self.changes.push(Change::Settings(Arc::new(settings)));
    }

    /// Adds or replaces an app client.
    pub fn put_client(&mut self, client: AppClient) -> Arc<AppClient> {
        let client = Arc::new(client);
        self.changes.push(Change::PutClient(Arc::clone(&client)));
        client
    }

    /// Takes an app client away.
    pub fn remove_client(&mut self, id: ClientId) {
        self.changes.push(Change::RemoveClient(id));
    }

    /// Adds or replaces a device of a user.
    pub fn put_device(&mut self, device: Device) {
        let change = DeviceChange::Put(Arc::new(device));
        self.changes.push(Change::Device(change));
    }

    /// Takes a device away, and what refresh tokens it has.
    pub fn forget_device(&mut self, owner: Uuid, id: Uuid) {
        let change = DeviceChange::Forget { owner, id };
        self.changes.push(Change::Device(change));
    }

    /// Changes the passkeys of users.
    pub fn change_passkeys(&mut self, change: PasskeyChange) {
        self.changes.push(Change::Passkey(change));
    }

    /// Adds or replaces a group. One of a name that is free is a new one, whatever was called so before.
    pub fn put_group(&mut self, group: Group) -> Arc<Group> {
        let goes =
            |change: &Change| matches!(change, Change::RemoveGroup(name) if *name == group.name);
        let comes = |change: &&Change| matches!(change, Change::PutGroup(_));
        let known = self.state.groups.get(&group.name);
        let number = match known.filter(|_| !self.changes.iter().any(goes)) {
            Some(known) => known.number,
            None => {
                let staged = self.changes.iter().filter(comes).count();
                self.state.members.next_number() + staged as u64
            }
        };
        let group = Arc::new(Group { number, ..group });
        self.changes.push(Change::PutGroup(Arc::clone(&group)));
        group
    }

    /// Takes a group away, and everybody out of it: one change, however many its members are.
    pub fn remove_group(&mut self, name: GroupName) {
        self.changes.push(Change::RemoveGroup(name));
    }

    /// Adds or replaces a user, found by its key; indexes and memberships follow.
    pub fn put_user(&mut self, user: User) -> Arc<User> {
        let user = Arc::new(user);
        self.changes.push(Change::PutUser(Arc::clone(&user)));
        user
    }

    /// Takes a user away, out of its groups too.
    pub fn remove_user(&mut self, key: UserKey) {
        self.changes.push(Change::RemoveUser(key));
    }

    /// Replaces the pool's domains.
    pub fn put_domains(&mut self, domains: Domains) {
        self.changes.push(Change::Domains(domains));
    }

    /// Adds or replaces a resource server.
    pub fn put_resource_server(&mut self, server: ResourceServer) -> Arc<ResourceServer> {
        let server = Arc::new(server);
        let change = Change::PutResourceServer(Arc::clone(&server));
        self.changes.push(change);
        server
    }

    /// Takes a resource server away.
    pub fn remove_resource_server(&mut self, identifier: String) {
        self.changes.push(Change::RemoveResourceServer(identifier));
    }

    /// Changes the identity providers.
    pub fn change_providers(&mut self, change: ProviderChange) {
        self.changes.push(Change::Provider(change));
    }

    /// Adds or replaces an import job.
    pub fn put_import_job(&mut self, job: ImportJob) -> Arc<ImportJob> {
        let job = Arc::new(job);
        self.changes.push(Change::ImportJob(Arc::clone(&job)));
        job
    }

    /// Notes that tokens are dead, or that one was rotated.
    pub fn revoke(&mut self, revocation: Revocation, now: Timestamp) {
        self.changes.push(Change::Revocation(revocation, now));
    }

    /// Changes the sessions of users.
    pub fn change_session(&mut self, change: SessionChange) {
        self.changes.push(Change::Session(change));
    }

    /// Adds or replaces a style.
    pub fn put_style(&mut self, style: Style) -> Arc<Style> {
        let style = Arc::new(style);
        let id = Arc::clone(&style.id);
        self.changes
            .push(Change::Style(id, Some(Arc::clone(&style))));
        style
    }

    /// Takes a style away.
    pub fn remove_style(&mut self, id: Arc<str>) {
        self.changes.push(Change::Style(id, None));
    }

    /// Adds or replaces a terms document.
    pub fn put_terms(&mut self, terms: Terms) -> Arc<Terms> {
        let terms = Arc::new(terms);
        let id = Arc::clone(&terms.id);
        self.changes
            .push(Change::Terms(id, Some(Arc::clone(&terms))));
        terms
    }

    /// Takes a terms document away.
    pub fn remove_terms(&mut self, id: Arc<str>) {
        self.changes.push(Change::Terms(id, None));
    }

    /// Changes CIMD policies, and what is cached under them.
    pub fn change_client_id_metadata(&mut self, change: ClientIdMetadataChange) {
        self.changes.push(Change::ClientIdMetadata(change));
    }

    /// Sets the look of the classic pages of a client, or takes it away.
    pub fn set_ui_customization(&mut self, client: ClientId, look: Option<Arc<UiCustomization>>) {
        self.changes.push(Change::UiCustomization(client, look));
    }

    /// Sets the risk configuration of a client or of the pool, or takes it away.
    pub fn set_risk_configuration(
        &mut self,
        client: Option<ClientId>,
        set: Option<Arc<RiskConfiguration>>,
    ) {
        let change = ThreatChange::Configure(client, set);
        self.changes.push(Change::Threat(change));
    }

    /// Adds an event to those of a user.
    pub fn record_auth_event(&mut self, sub: Uuid, event: Arc<AuthEvent>) {
        let change = ThreatChange::Record(sub, event);
        self.changes.push(Change::Threat(change));
    }

    /// Puts `event` in the place of the user's event `id`.
    pub fn replace_auth_event(&mut self, sub: Uuid, id: Uuid, event: Arc<AuthEvent>) {
        let change = ThreatChange::Replace(sub, id, event);
        self.changes.push(Change::Threat(change));
    }

    /// Replaces the destinations of the pool's logs.
    pub fn set_log_delivery(&mut self, logs: LogConfigurations) {
        self.changes.push(Change::LogDelivery(logs));
    }

    /// Replaces the pool's replicas.
    pub fn put_replicas(&mut self, replicas: Replicas) {
        self.changes.push(Change::Replicas(replicas));
    }

    /// Adds or replaces a point-in-time recovery.
    pub fn put_recovery(&mut self, recovery: Recovery) -> Arc<Recovery> {
        let recovery = Arc::new(recovery);
        self.changes.push(Change::Recovery(Arc::clone(&recovery)));
        recovery
    }

    /// Puts a group back as it was, or takes it away where it was not; memberships are its members'.
    pub fn restore_group(&mut self, name: &GroupName, group: Option<&Arc<Group>>) {
        self.changes.push(match group {
            Some(group) => Change::PutGroup(Arc::clone(group)),
            None => Change::RemoveGroup(name.clone()),
        });
    }
}

impl PoolState {
    /// Refuses changes that wait while a recovery is active; those that a recovery makes stand beside
    /// what becomes of it.
    pub(super) fn check_paused(
        &self,
        changes: &[Change],
        now: impl FnOnce() -> Timestamp,
    ) -> Result<(), CognitoError> {
        if self.recoveries.is_over() || changes.iter().any(|one| matches!(one, Change::Recovery(_)))
        {
            return Ok(());
        }
        match self.recoveries.active(now()) {
            Some(recovery) if changes.iter().any(|one| one.is_paused_by_recovery(self)) => {
                Err(recovery.refusal())
            }
            Some(_) | None => Ok(()),
        }
    }
}

impl Change {
    /// Whether it changes what a point-in-time recovery restores, or goes on doing so: what waits
    /// while one is active.
    fn is_paused_by_recovery(&self, state: &PoolState) -> bool {
        match self {
            Self::PutUser(user) => {
                let now = state.users.filed(user).1;
                now.is_none_or(|now| !now.is_as_restored(user))
            }
            Self::ImportJob(job) => job.is_active(),
            Self::Passkey(change) => match change {
                PasskeyChange::Put(..) | PasskeyChange::PutBack(..) | PasskeyChange::Remove(_) => {
                    true
                }
                PasskeyChange::Ask(..) => false,
            },
            Self::PutGroup(_) | Self::RemoveGroup(_) | Self::RemoveUser(_) => true,
            Self::Settings(_)
            | Self::PutClient(_)
            | Self::RemoveClient(_)
            | Self::Device(_)
            | Self::Provider(_)
            | Self::Revocation(..)
            | Self::Domains(_)
            | Self::PutResourceServer(_)
            | Self::RemoveResourceServer(_)
            | Self::Style(..)
            | Self::Terms(..)
            | Self::ClientIdMetadata(_)
            | Self::Session(_)
            | Self::UiCustomization(..)
            | Self::Threat(_)
            | Self::LogDelivery(_)
            | Self::Replicas(_)
            | Self::Recovery(_) => false,
        }
    }

    /// Makes the change happen; gives what it took away and is many.
    pub(super) fn publish(self, state: &mut PoolState) -> Option<BTreeSet<UserKey>> {
        let mut gone = None;
        match self {
            Self::Settings(settings) => state.settings = settings,
            Self::PutClient(client) => {
                state.clients.insert(client.id.clone(), client);
            }
            Self::RemoveClient(id) => remove_client(state, id),
            Self::Device(change) => state.devices.publish(change),
            Self::Passkey(change) => state.passkeys.publish(change),
            Self::PutGroup(group) => gone = put_group(state, group),
            Self::RemoveGroup(name) => {
                let group = state.groups.remove(&name);
                gone = group.and_then(|group| state.members.end(group.number));
            }
            Self::PutUser(user) => put_user(state, user),
            Self::RemoveUser(key) => remove_user(state, &key),
            Self::Provider(change) => change.publish(&mut state.providers),
            Self::ImportJob(job) => state.imports.publish(job),
            Self::Revocation(revocation, now) => {
                if let Revocation::EndFamily { family, .. } = revocation {
                    state.user_sessions.end_family(family);
                }
                state.revocations.note(revocation, now);
            }
            Self::Domains(domains) => state.domains = domains,
            Self::PutResourceServer(server) => {
                state
                    .resource_servers
                    .insert(server.identifier.clone(), server);
            }
            Self::RemoveResourceServer(identifier) => {
                state.resource_servers.remove(&identifier);
            }
            Self::Session(change) => state.user_sessions.publish(change),
            Self::Style(id, style) => state.styles.set(&id, style),
            Self::Terms(id, terms) => state.terms.set(&id, terms),
            Self::ClientIdMetadata(change) => state.client_id_metadata.publish(change),
            Self::UiCustomization(client, look) => state.ui_customizations.set(client, look),
            Self::Threat(change) => state.threats.publish(change),
            Self::LogDelivery(logs) => state.log_delivery = logs,
            Self::Replicas(replicas) => state.replicas = replicas,
            Self::Recovery(recovery) => state.recoveries.publish(recovery),
        }
        gone
    }
}

/// What belongs to a client goes with it (inferred).
fn remove_client(state: &mut PoolState, id: ClientId) {
    state.clients.remove(&id);
    state.styles.forget_client(&id);
    state.terms.forget_client(&id);
    state.user_sessions.forget_client(&id);
    state.threats.forget_client(&id);
    state.replicas.forget_client(&id);
    state.ui_customizations.set(id, None);
}

/// What belongs to a user goes too.
fn remove_user(state: &mut PoolState, key: &UserKey) {
    let Some(user) = state.users.remove(key) else {
        return;
    };
    state.devices.remove_owner(user.sub);
    state.user_sessions.remove_owner(user.sub);
    state.threats.events.remove_user(user.sub);
    state.passkeys.remove_owner(user.sub);
    state.members.follow(user.memberships(), &[], key);
    state.providers.follow(Some(&user), None, key);
}

fn put_user(state: &mut PoolState, user: Arc<User>) {
    let (key, before) = state.users.insert(Arc::clone(&user));
    state.providers.follow(before.as_deref(), Some(&user), &key);
    if before
        .as_ref()
        .is_some_and(|before| before.sign_out_epoch() != user.sign_out_epoch())
    {
        state.user_sessions.end_tokens(user.sub);
    }
    let memberships_before = before.as_ref().map_or(&[][..], |user| user.memberships());
    let members = &mut state.members;
    members.follow(memberships_before, user.memberships(), &key);
}

fn put_group(state: &mut PoolState, group: Arc<Group>) -> Option<BTreeSet<UserKey>> {
    let number = group.number;
    let before = state.groups.insert(group.name.clone(), group);
    let replaced = before.filter(|before| before.number != number);
    let gone = replaced.and_then(|before| state.members.end(before.number));
    if number >= state.members.next_number() {
        state.members.begin(number, BTreeSet::new());
    } else if !state.members.has(number) {
        // A recovery brings it back. Nothing but its members says who was in it.
        let says_so = |user: &&Arc<User>| {
            let mut memberships = user.memberships().iter();
            memberships.any(|membership| membership.number == number)
        };
        let members = state.users.after(None).filter(says_so);
        let keys = members.map(|user| state.users.filed(user).0).collect();
        state.members.begin(number, keys);
    }
    gone
}
