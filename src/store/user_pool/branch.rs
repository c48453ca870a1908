//! A copy of a pool under other ids: the same settings, clients with their secrets, groups, users with their
//! passwords and factors, devices and passkeys.
//!
//! What was given out under the old ids is not the copy's: tokens, sign-ins under way, sessions, the events of
//! users, import jobs, recoveries. Nor are names that there is one of: a copy has no domains, and no replica.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::app_client::{AppClient, ClientSecret, ManagedSecret};
use super::branding::{ALL, Style};
use super::client_id_metadata::CimdPolicy;
use super::device::Device;
use super::draft::Draft;
use super::password::Password;
use super::resource_server::ResourceServer;
use super::settings::PoolSettings;
use super::state::PoolState;
use super::terms::Terms;
use super::user::User;
use super::{Picture, UserPool};
use crate::crypto::seal::Seal;
use crate::error::CognitoError;
use crate::model::{ClientId, PoolId};

/// What a copy is called.
pub struct Names {
    /// Its account.
    pub account: String,
    /// Its id.
    pub pool: PoolId,
    /// The ids of its clients, by those that they are copied from.
    pub clients: BTreeMap<ClientId, ClientId>,
}

impl Names {
    fn client(&self, old: &ClientId) -> ClientId {
        self.clients.get(old).unwrap_or(old).clone()
    }
}

impl Picture {
    /// A copy that has these names. It hashes each password, so not under a lock.
    ///
    /// # Errors
    /// None: a pool that nobody knows refuses nothing.
    pub fn branch(&self, names: &Names, seal: &Seal) -> Result<UserPool, CognitoError> {
        let state = &self.state;
        let settings = PoolSettings {
            id: names.pool.clone(),
            ..PoolSettings::clone(&state.settings)
        };
        let account = names.account.clone();
        let pool = UserPool::new(
            account,
            Arc::clone(&self.keys),
            settings,
            self.clock.clone(),
        );
        let copy = Copying {
            old: &self.id,
            account: &self.account,
            names,
            seal,
        };
        let users: Vec<User> = state
            .users
            .after(None)
            .map(|user| copy.user(user))
            .collect();
        pool.change(|draft| {
            copy.put_clients(draft, state);
            copy.put_looks(draft, state);
            put_groups(draft, state);
            for user in users {
                draft.put_user(user);
            }
            for device in state.devices.all() {
                draft.put_device(Device::clone(device));
            }
            for passkey in state.passkeys.all() {
                draft.put_passkey(Arc::clone(passkey), Vec::new());
            }
            for provider in state.providers.by_name.values() {
                draft.put_provider(super::identity_provider::IdentityProvider::clone(provider));
            }
            if let Some(key) = &state.providers.saml_key {
                draft.put_saml_key(Arc::clone(key));
            }
            draft.put_log_delivery(Arc::clone(&state.log_delivery));
            Ok(())
        })?;
        Ok(pool)
    }
}

fn put_groups(draft: &mut Draft<'_>, state: &PoolState) {
    for group in state.groups.values() {
        let members: BTreeSet<_> = state.members.of(group, None).cloned().collect();
        draft.bring_group_back(Arc::clone(group), members);
    }
}

struct Copying<'a> {
    old: &'a PoolId,
    account: &'a str,
    names: &'a Names,
    seal: &'a Seal,
}

impl Copying<'_> {
    /// The password of a user is hashed together with the name of the pool, so another pool needs another hash.
    fn user(&self, user: &User) -> User {
        let copied = |password: &Arc<Password>| {
            let copied = password.copied(self.seal, &self.names.pool, &user.username);
            copied.map_or_else(|| Arc::clone(password), Arc::new)
        };
        let mut copy = user.clone();
        copy.password = user.password.as_ref().map(copied);
        if let Some(more) = &mut copy.more {
            more.password_history = more.password_history.iter().map(copied).collect();
        }
        copy
    }

    fn put_clients(&self, draft: &mut Draft<'_>, state: &PoolState) {
        for client in state.clients.values() {
            draft.put_client(self.client(client));
            let id = self.names.client(&client.id);
            if let Some(minutes) = state.user_sessions.sso_minutes.get(&client.id) {
                draft.set_sso_minutes(id.clone(), *minutes);
            }
            let configurations = &state.threats.configurations;
            if let Some(set) = configurations.of(Some(&client.id)) {
                draft.set_risk_configuration(Some(id), Some(Arc::clone(set)));
            }
        }
        if let Some(set) = state.threats.configurations.of(None) {
            draft.set_risk_configuration(None, Some(Arc::clone(set)));
        }
        for server in state.resource_servers.values() {
            draft.put_resource_server(ResourceServer::clone(server));
        }
        for policy in state.client_id_metadata.policies() {
            draft.put_cimd_policy(CimdPolicy {
                client: self.names.client(&policy.client),
                ..CimdPolicy::clone(policy)
            });
        }
    }

    fn client(&self, client: &AppClient) -> AppClient {
        let id = self.names.client(&client.id);
        let renamed = |secret: &str| secret.replace(client.id.as_str(), id.as_str());
        let secret = |secret: &ClientSecret| ClientSecret {
            id: renamed(&secret.id),
            ..secret.clone()
        };
        let managed = |managed: &ManagedSecret| {
            let arn = renamed(&managed.arn)
                .replace(self.old.as_str(), self.names.pool.as_str())
                .replace(self.account, &self.names.account);
            ManagedSecret {
                arn: arn.into(),
                secret: renamed(&managed.secret),
                rotated: managed.rotated,
            }
        };
        AppClient {
            pool: self.names.pool.clone(),
            secrets: client.secrets.iter().map(secret).collect(),
            shown_secret: client.shown_secret.as_deref().map(renamed),
            managed_secret: client.managed_secret.as_ref().map(managed),
            id: id.clone(),
            ..client.clone()
        }
    }

    fn put_looks(&self, draft: &mut Draft<'_>, state: &PoolState) {
        for style in state.styles.by_id.values() {
            draft.put_style(Style {
                client: self.names.client(&style.client),
                ..Style::clone(style)
            });
        }
        for terms in state.terms.by_id.values() {
            draft.put_terms(Terms {
                client: self.names.client(&terms.client),
                ..Terms::clone(terms)
            });
        }
        for (client, look) in &state.ui_customizations.0 {
            let client = match client.as_str() {
                ALL => client.clone(),
                _ => self.names.client(client),
            };
            let look = super::branding::UiCustomization {
                client: client.clone(),
                ..super::branding::UiCustomization::clone(look)
            };
            draft.set_ui_customization(client, Some(Arc::new(look)));
        }
    }
}
