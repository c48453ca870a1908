//! An identity provider of a pool.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::user::Identity;
use super::user::UserKey;
use crate::clock::Timestamp;
use crate::crypto::key_reserve::LazyKey;
use crate::model::SecretMap;
use crate::model::cognito_idp::IdentityProviderTypeType as Kind;

/// A provider that a pool trusts.
#[derive(Clone)]
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
#[derive(Default)]
pub struct Providers {
    pub(crate) by_name: BTreeMap<Arc<str>, Arc<IdentityProvider>>,
    pub(crate) identifiers: BTreeMap<String, Arc<str>>,
    pub(crate) identities: BTreeMap<Identity, UserKey>,
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
}

/// One staged change of the providers.
pub enum ProviderChange {
    /// Adds or replaces a provider.
    Put(Arc<IdentityProvider>),
    /// Takes one away.
    Remove(Arc<str>),
    /// Gives the pool the key of its SAML certificates.
    SamlKey(Arc<LazyKey>),
}

impl ProviderChange {
    /// Makes the change.
    pub(crate) fn publish(self, providers: &mut Providers) {
        match self {
            Self::Put(provider) => {
                providers.identifiers.retain(|_, of| *of != provider.name);
                for identifier in &provider.identifiers {
                    let name = Arc::clone(&provider.name);
                    providers.identifiers.insert(identifier.clone(), name);
                }
                providers
                    .by_name
                    .insert(Arc::clone(&provider.name), provider);
            }
            Self::Remove(name) => {
                providers.identifiers.retain(|_, of| *of != name);
                providers.by_name.remove(&name);
            }
            Self::SamlKey(key) => providers.saml_key = Some(key),
        }
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
}
