//! All that a pool holds, as one value.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::app_client::AppClient;
use super::branding::{Styles, UiCustomizations};
use super::client_id_metadata::ClientIdMetadata;
use super::deleted::Deleted;
use super::device::Devices;
use super::domain::Domains;
use super::group::{Group, Members, Membership};
use super::identity_provider::Providers;
use super::import_job::ImportJobs;
use super::passkey::Passkeys;
use super::recovery::Recoveries;
use super::replica::Replicas;
use super::resource_server::ResourceServer;
use super::revocation::Revocations;
use super::settings::{LogConfigurations, PoolSettings};
use super::terms::TermsDocuments;
use super::threats::Threats;
use super::user::User;
use super::user_session::UserSessions;
use super::users::Users;
use crate::model::{ClientId, GroupName};

/// What a pool holds. A copy is pointers alone, however much the pool holds: collections are shared until
/// one of the two changes, and what there is much of is shared then too, but for the part that changes.
#[derive(Clone)]
pub struct PoolState {
    /// Its configuration.
    pub settings: Arc<PoolSettings>,
    /// Its app clients.
    pub clients: Arc<BTreeMap<ClientId, Arc<AppClient>>>,
    /// Its groups.
    pub groups: Arc<BTreeMap<GroupName, Arc<Group>>>,
    /// Who is in which group.
    pub members: Arc<Members>,
    /// Its identity providers.
    pub providers: Arc<Providers>,
    /// The devices of its users.
    pub devices: Arc<Devices>,
    /// Its import jobs.
    pub imports: Arc<ImportJobs>,
    /// The passkeys of its users.
    pub passkeys: Arc<Passkeys>,
    /// Its users.
    pub users: Users,
    /// Tokens that are dead before they expire.
    pub revocations: Arc<Revocations>,
    /// Its domains.
    pub domains: Domains,
    /// Its resource servers, by identifier.
    pub resource_servers: Arc<BTreeMap<String, Arc<ResourceServer>>>,
    /// Styles of the managed login pages.
    pub styles: Arc<Styles>,
    /// Links to terms of use and privacy policies.
    pub terms: Arc<TermsDocuments>,
    /// Which metadata URLs are clients, and what was fetched from there.
    pub client_id_metadata: Arc<ClientIdMetadata>,
    /// The look of the classic hosted UI.
    pub ui_customizations: Arc<UiCustomizations>,
    /// The sessions of its users, where they are tracked.
    pub user_sessions: Arc<UserSessions>,
    /// Risk, and what users did.
    pub threats: Arc<Threats>,
    /// Where logs go.
    pub log_delivery: LogConfigurations,
    /// Its replicas in other Regions.
    pub replicas: Arc<Replicas>,
    /// Its point-in-time recoveries.
    pub recoveries: Arc<Recoveries>,
    /// Users and groups that it had until lately.
    pub deleted: Deleted,
    /// Whether the pool is deleted: who found it before can look at it, but not change it any more.
    pub(super) is_gone: bool,
}

impl PoolState {
    /// That of a pool with `settings` and nothing in it.
    pub(super) fn new(settings: PoolSettings) -> Self {
        Self {
            users: Users::new(&settings),
            settings: Arc::new(settings),
            clients: Arc::default(),
            groups: Arc::default(),
            members: Arc::default(),
            providers: Arc::default(),
            devices: Arc::default(),
            imports: Arc::default(),
            passkeys: Arc::default(),
            revocations: Arc::default(),
            domains: Domains::default(),
            resource_servers: Arc::default(),
            styles: Arc::default(),
            terms: Arc::default(),
            client_id_metadata: Arc::default(),
            ui_customizations: Arc::default(),
            user_sessions: Arc::default(),
            threats: Arc::default(),
            log_delivery: LogConfigurations::default(),
            replicas: Arc::default(),
            recoveries: Arc::default(),
            deleted: Deleted::default(),
            is_gone: false,
        }
    }

    /// The group that a user says it is in, if it is still there.
    pub fn group_of(&self, membership: &Membership) -> Option<&Arc<Group>> {
        let group = self.groups.get(&membership.group)?;
        (group.number == membership.number).then_some(group)
    }

    /// The groups of a user, by name.
    pub fn groups_of(&self, user: &User) -> impl Iterator<Item = &Arc<Group>> {
        let memberships = user.memberships().iter();
        memberships.filter_map(|membership| self.group_of(membership))
    }

    /// Whether a user is in a group.
    pub fn is_member(&self, user: &User, group: &Group) -> bool {
        user.memberships().contains(&group.membership())
    }
}
