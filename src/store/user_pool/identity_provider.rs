//! An identity provider of a pool.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::change::{Change, Staged};
use super::draft::Draft;
use super::ordered::Ordered;
use super::user::Identity;
use super::user::UserKey;
use crate::clock::Timestamp;
use crate::crypto::key_reserve::LazyKey;
use crate::model::SecretMap;
use crate::model::cognito_idp::IdentityProviderTypeType as Kind;

/// A provider that a pool trusts.
#[derive(Clone, PartialEq)]
pub struct IdentityProvider {
    /// Its name, used once per pool.
    pub name: Arc<str>,
    /// What it speaks.
    pub kind: Kind,
    /// What was given, with the keys that AWS adds; secrets among them.
    pub details: SecretMap,
    /// What the metadata of a SAML provider says.
    pub metadata: Option<Arc<Metadata>>,
    /// From attributes of the pool to claims of the provider.
    pub mapping: BTreeMap<String, String>,
    /// Other names to ask for it by, each used once per pool.
    pub identifiers: Vec<String>,
    /// From levels of the pool to ACR values of the provider.
    pub acr_mapping: BTreeMap<String, String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
}

/// The providers of a pool, and whose identities they vouch for.
#[derive(Clone, Default)]
pub struct Providers {
    pub(crate) by_name: BTreeMap<Arc<str>, Arc<IdentityProvider>>,
    pub(crate) identifiers: BTreeMap<String, Arc<str>>,
    pub(crate) identities: Ordered<Identity, UserKey>,
    pub(crate) saml_key: Option<Arc<LazyKey>>,
}

impl Providers {
    /// The provider of this name; letter case counts.
    pub fn get(&self, name: &str) -> Option<&Arc<IdentityProvider>> {
        self.by_name.get(name)
    }

    /// The provider with this identifier.
    pub fn identified(&self, identifier: &str) -> Option<&Arc<IdentityProvider>> {
        self.get(self.identifiers.get(identifier)?)
    }

    /// Makes a change happen.
    pub(super) fn publish(&mut self, change: Staged<Arc<str>, IdentityProvider>) {
        self.identifiers.retain(|_, of| of != change.key());
        if let Staged::Put(name, provider) = &change {
            for identifier in &provider.identifiers {
                self.identifiers
                    .insert(identifier.clone(), Arc::clone(name));
            }
        }
        change.publish(&mut self.by_name);
    }
}

impl Draft<'_> {
    /// Adds or replaces an identity provider.
    pub fn put_provider(&mut self, provider: IdentityProvider) -> Arc<IdentityProvider> {
        self.put(Change::Provider, Arc::clone(&provider.name), provider)
    }

    /// Takes an identity provider away.
    pub fn remove_provider(&mut self, name: Arc<str>) {
        self.stage(Change::Provider(Staged::Remove(name)));
    }

    /// Gives the pool the key of its SAML certificates.
    pub fn put_saml_key(&mut self, key: Arc<LazyKey>) {
        self.stage(Change::SamlKey(key));
    }
}

/// What a provider says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metadata {
    /// Its entity id.
    pub entity_id: String,
    /// Where authentication requests go.
    pub sso_redirect: String,
    /// Where logout requests go.
    pub slo_redirect: Option<String>,
    /// X.509 certificates in DER, of keys that it may sign with.
    pub certificates: Vec<Vec<u8>>,
    /// When it was fetched; none for a document that was given.
    pub fetched: Option<Timestamp>,
}
