//! A staged change of a pool, and what happens when it is published.
//!
//! What a pool holds has a file beside this one: the record, its collection, the methods of
//! [`Draft`](super::draft::Draft) that stage a change of it, and how the collection follows. Beyond that
//! file it has a field of [`PoolState`] and a variant of [`Change`]; whoever hears changes (the history,
//! what pauses, what is published) matches all variants, so that a new one is decided about everywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::ordered::OrderedSet;
use super::app_client::AppClient;
use super::branding::{Style, UiCustomization};
use super::client_id_metadata::{CimdPolicy, MetadataUrl};
use super::device::{Device, Place};
use super::domain::Domains;
use super::group::{Group, Membership};
use super::identity::ATTRIBUTE;
use super::identity_provider::IdentityProvider;
use super::import_job::ImportJob;
use super::passkey::PasskeyChange;
use super::recovery::Recovery;
use super::replica::Replicas;
use super::resource_server::ResourceServer;
use super::revocation::Revocation;
use super::settings::{LogConfigurations, PoolSettings};
use super::state::PoolState;
use super::terms::Terms;
use super::threats::{AuthEventChange, RiskConfiguration};
use super::user::{User, UserKey};
use super::user_session::SessionChange;
use crate::clock::Timestamp;
use crate::crypto::key_reserve::LazyKey;
use crate::error::CognitoError;
use crate::model::{ClientId, GroupName};

/// A record is new or another, or the one of a key is gone.
pub enum Staged<K, V> {
    /// Adds it, or replaces the one of its key.
    Put(K, Arc<V>),
    /// Takes it away.
    Remove(K),
}

impl<K: Ord, V> Staged<K, V> {
    /// That the record of a key is this one, or none.
    pub(super) fn set(key: K, record: Option<Arc<V>>) -> Self {
        match record {
            Some(record) => Self::Put(key, record),
            None => Self::Remove(key),
        }
    }

    /// Which record.
    pub(crate) fn key(&self) -> &K {
        match self {
            Self::Put(key, _) | Self::Remove(key) => key,
        }
    }

    /// Makes it happen; gives what was there before.
    pub(super) fn publish(self, records: &mut BTreeMap<K, Arc<V>>) -> Option<Arc<V>> {
        match self {
            Self::Put(key, record) => records.insert(key, record),
            Self::Remove(key) => records.remove(&key),
        }
    }
}

/// One staged change. What is kept by a key is [`Staged`]; what is only added or replaced is the value;
/// what does more says so in an enum of its own. What a change touched is explicit, so that whoever needs
/// to follow changes (a history, persistence) can.
pub enum Change {
    /// The pool's settings are these.
    Settings(Arc<PoolSettings>),
    /// Of app clients.
    Client(Staged<ClientId, AppClient>),
    /// Of groups.
    Group(Staged<GroupName, Group>),
    /// A group that was gone is there again, with these members.
    GroupBack(Arc<Group>, BTreeSet<UserKey>),
    /// Of identity providers.
    Provider(Staged<Arc<str>, IdentityProvider>),
    /// The key of the pool's SAML certificates is this.
    SamlKey(Arc<LazyKey>),
    /// Of devices of users; one that is removed is forgotten.
    Device(Staged<Place, Device>),
    /// An import job is new or another.
    ImportJob(Arc<ImportJob>),
    /// Of passkeys of users.
    Passkey(PasskeyChange),
    /// Of users.
    User(Staged<UserKey, User>),
    /// Tokens are dead, at this time.
    Revocation(Revocation, Timestamp),
    /// The pool's domains are these.
    Domains(Domains),
    /// Of resource servers, by identifier.
    ResourceServer(Staged<String, ResourceServer>),
    /// Of styles, by id.
    Style(Staged<Arc<str>, Style>),
    /// Of terms documents, by id.
    Terms(Staged<Arc<str>, Terms>),
    /// Of CIMD policies, by id; the URLs of one go with it.
    CimdPolicy(Staged<Arc<str>, CimdPolicy>),
    /// A URL under the policy of this id is new or another.
    MetadataUrl(Arc<str>, Arc<MetadataUrl>),
    /// Of looks of the classic pages, by client.
    UiCustomization(Staged<ClientId, UiCustomization>),
    /// Of sessions of users.
    Session(SessionChange),
    /// For how many minutes an SSO session of this client serves.
    SsoMinutes(ClientId, i32),
    /// Of risk configurations, by client, or of the pool.
    RiskConfiguration(Staged<Option<ClientId>, RiskConfiguration>),
    /// Of what users did.
    AuthEvent(AuthEventChange),
    /// The destinations of the pool's logs are these.
    LogDelivery(LogConfigurations),
    /// The pool's replicas are these.
    Replicas(Replicas),
    /// A point-in-time recovery is new or another.
    Recovery(Arc<Recovery>),
}

impl Change {
    /// Whether it changes what a point-in-time recovery restores, or goes on doing so: what waits
    /// while one is active.
    fn is_paused_by_recovery(&self, state: &PoolState) -> bool {
        match self {
            Self::User(Staged::Put(key, user)) => {
                let now = state.users.get(key);
                now.is_none_or(|now| !now.is_as_restored(user))
            }
            Self::ImportJob(job) => job.is_active(),
            Self::Passkey(change) => match change {
                PasskeyChange::Put(..) | PasskeyChange::PutBack(..) | PasskeyChange::Remove(_) => {
                    true
                }
                PasskeyChange::Ask(..) | PasskeyChange::Seen(_) => false,
            },
            Self::Group(_) | Self::GroupBack(..) | Self::User(Staged::Remove(_)) => true,
            Self::Settings(_)
            | Self::Client(_)
            | Self::Provider(_)
            | Self::SamlKey(_)
            | Self::Device(_)
            | Self::Revocation(..)
            | Self::Domains(_)
            | Self::ResourceServer(_)
            | Self::Style(_)
            | Self::Terms(_)
            | Self::CimdPolicy(_)
            | Self::MetadataUrl(..)
            | Self::UiCustomization(_)
            | Self::Session(_)
            | Self::SsoMinutes(..)
            | Self::RiskConfiguration(_)
            | Self::AuthEvent(_)
            | Self::LogDelivery(_)
            | Self::Replicas(_)
            | Self::Recovery(_) => false,
        }
    }

    /// Makes the change happen; gives what it took away and is many.
    pub(super) fn publish(self, state: &mut PoolState) -> Option<OrderedSet<UserKey>> {
        match self {
            Self::Settings(settings) => state.settings = settings,
            Self::Client(change) => state.publish_client(change),
            Self::Group(change) => return state.publish_group(change, BTreeSet::new()),
            Self::GroupBack(group, members) => {
                let change = Staged::Put(group.name.clone(), group);
                return state.publish_group(change, members);
            }
            Self::Provider(change) => Arc::make_mut(&mut state.providers).publish(change),
            Self::SamlKey(key) => Arc::make_mut(&mut state.providers).saml_key = Some(key),
            Self::Device(change) => Arc::make_mut(&mut state.devices).publish(change),
            Self::ImportJob(job) => Arc::make_mut(&mut state.imports).publish(job),
            Self::Passkey(change) => Arc::make_mut(&mut state.passkeys).publish(change),
            Self::User(change) => state.publish_user(change),
            Self::Revocation(revocation, now) => state.publish_revocation(revocation, now),
            Self::Domains(domains) => state.domains = domains,
            Self::ResourceServer(change) => {
                change.publish(Arc::make_mut(&mut state.resource_servers));
            }
            Self::Style(change) => Arc::make_mut(&mut state.styles).publish(change),
            Self::Terms(change) => Arc::make_mut(&mut state.terms).publish(change),
            Self::CimdPolicy(change) => {
                Arc::make_mut(&mut state.client_id_metadata).publish(change);
            }
            Self::MetadataUrl(policy, url) => {
                Arc::make_mut(&mut state.client_id_metadata).put_url(&policy, url);
            }
            Self::UiCustomization(change) => {
                Arc::make_mut(&mut state.ui_customizations).publish(change);
            }
            Self::Session(change) => Arc::make_mut(&mut state.user_sessions).publish(change),
            Self::SsoMinutes(client, minutes) => {
                let sessions = Arc::make_mut(&mut state.user_sessions);
                sessions.sso_minutes.insert(client, minutes);
            }
            Self::RiskConfiguration(change) => {
                Arc::make_mut(&mut state.threats)
                    .configurations
                    .publish(change);
            }
            Self::AuthEvent(change) => Arc::make_mut(&mut state.threats).events.publish(change),
            Self::LogDelivery(logs) => state.log_delivery = logs,
            Self::Replicas(replicas) => state.replicas = Arc::new(replicas),
            Self::Recovery(recovery) => Arc::make_mut(&mut state.recoveries).publish(recovery),
        }
        None
    }
}

/// Changes that reach beyond their own collection.
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

    fn publish_client(&mut self, change: Staged<ClientId, AppClient>) {
        if let Staged::Remove(id) = &change {
            // What belongs to a client goes with it (inferred).
            Arc::make_mut(&mut self.styles).forget_client(id);
            Arc::make_mut(&mut self.terms).forget_client(id);
            Arc::make_mut(&mut self.user_sessions).forget_client(id);
            let threats = Arc::make_mut(&mut self.threats);
            threats.configurations.forget_client(id);
            Arc::make_mut(&mut self.replicas).forget_client(id);
            Arc::make_mut(&mut self.ui_customizations).forget_client(id);
        }
        change.publish(Arc::make_mut(&mut self.clients));
    }

    fn publish_user(&mut self, change: Staged<UserKey, User>) {
        match change {
            Staged::Put(key, user) => {
                let before = self.users.insert(&key, Arc::clone(&user));
                let before = before.as_deref();
                self.follow_identities(before, Some(&user), &key);
                if before.is_some_and(|before| before.sign_out_epoch() != user.sign_out_epoch()) {
                    Arc::make_mut(&mut self.user_sessions).end_tokens(user.sub);
                }
                let memberships_before = before.map_or(&[][..], User::memberships);
                self.follow_memberships(memberships_before, user.memberships(), &key);
            }
            Staged::Remove(key) => {
                if let Some(user) = self.users.remove(&key) {
                    Arc::make_mut(&mut self.devices).remove_owner(user.sub);
                    Arc::make_mut(&mut self.user_sessions).remove_owner(user.sub);
                    Arc::make_mut(&mut self.threats)
                        .events
                        .remove_user(user.sub);
                    Arc::make_mut(&mut self.passkeys).remove_owner(user.sub);
                    self.follow_memberships(user.memberships(), &[], &key);
                    self.follow_identities(Some(&user), None, &key);
                }
            }
        }
    }

    fn publish_revocation(&mut self, revocation: Revocation, now: Timestamp) {
        if let Revocation::EndFamily { family, .. } = revocation {
            Arc::make_mut(&mut self.user_sessions).end_family(family);
        }
        Arc::make_mut(&mut self.revocations).note(revocation, now);
    }

    fn follow_identities(&mut self, before: Option<&User>, after: Option<&User>, key: &UserKey) {
        let text = |user: Option<&User>| user.and_then(|user| user.attributes.shared(ATTRIBUTE));
        if text(before) != text(after) {
            Arc::make_mut(&mut self.providers).follow(before, after, key);
        }
    }

    fn follow_memberships(&mut self, before: &[Membership], after: &[Membership], key: &UserKey) {
        if before != after {
            Arc::make_mut(&mut self.members).follow(before, after, key);
        }
    }

    /// A group that begins to be there has `members`; gives those of the one that is there no longer.
    fn publish_group(
        &mut self,
        change: Staged<GroupName, Group>,
        members: BTreeSet<UserKey>,
    ) -> Option<OrderedSet<UserKey>> {
        let number = match &change {
            Staged::Put(_, group) => Some(group.number),
            Staged::Remove(_) => None,
        };
        let before = change.publish(Arc::make_mut(&mut self.groups));
        let replaced = before.filter(|before| Some(before.number) != number);
        let gone = replaced.and_then(|before| Arc::make_mut(&mut self.members).end(before.number));
        if let Some(number) = number.filter(|number| !self.members.has(*number)) {
            Arc::make_mut(&mut self.members).begin(number, members);
        }
        gone
    }
}
