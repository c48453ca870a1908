//! Identity providers of a pool: what federated users sign in with.
//!
//! Rules and defaults: the model's texts of CreateIdentityProvider and "User pool sign-in with third
//! party identity providers", developer guide (documented), unless a comment says otherwise. What
//! happens at a sign-in is not here.

pub mod certificate;
mod details;
pub(super) mod discovery;
mod links;
pub mod saml;

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

pub use certificate::get_signing_certificate;
pub(super) use links::user_of;
pub use links::{Identity, admin_disable_provider_for_user, admin_link_provider_for_user};

use super::groups::Group;
use super::tokens::reserve::LazyKey;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    CreateIdentityProviderRequest, CreateIdentityProviderResponse, DeleteIdentityProviderRequest,
    DescribeIdentityProviderRequest, DescribeIdentityProviderResponse,
    GetIdentityProviderByIdentifierRequest, GetIdentityProviderByIdentifierResponse,
    IdentityProviderType, IdentityProviderTypeType as Kind, ListIdentityProvidersRequest,
    ListIdentityProvidersResponse, ProviderDescription, UpdateIdentityProviderRequest,
    UpdateIdentityProviderResponse,
};
use crate::model::{GroupName, NoOutput, PoolId};
use crate::page;
use crate::store::{Draft, Pool, PoolState, UserKey};
use saml::Metadata;

/// Documented quota.
const PROVIDERS_PER_POOL: usize = 300;

/// A provider that a pool trusts.
#[derive(Clone)]
pub struct IdentityProvider {
    /// Its name, used once per pool.
    pub name: Arc<str>,
    /// What it speaks.
    pub kind: Kind,
    /// What was given, with the keys that AWS adds; secrets among them.
    pub details: BTreeMap<String, String>,
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

impl IdentityProvider {
    fn view(&self, pool: &PoolId) -> IdentityProviderType {
        let shown = |key: &str| key != details::PRIVATE_KEY;
        let details = self.details.iter().filter(|(key, _)| shown(key));
        IdentityProviderType {
            user_pool_id: Some(pool.clone()),
            provider_name: Some(self.name.to_string()),
            provider_type: Some(self.kind),
            provider_details: Some(
                details
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect(),
            ),
            attribute_mapping: Some(self.mapping.clone()),
            idp_identifiers: Some(self.identifiers.clone()),
            acr_mapping: Some(self.acr_mapping.clone()).filter(|levels| !levels.is_empty()),
            last_modified_date: Some(self.modified),
            creation_date: Some(self.created),
        }
    }
}

/// The providers of a pool, and whose identities they vouch for.
#[derive(Default)]
pub struct Providers {
    by_name: BTreeMap<Arc<str>, Arc<IdentityProvider>>,
    identifiers: BTreeMap<String, Arc<str>>,
    identities: BTreeMap<Identity, UserKey>,
    saml_key: Option<Arc<LazyKey>>,
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

fn put(draft: &mut Draft<'_>, provider: IdentityProvider) -> Arc<IdentityProvider> {
    let provider = Arc::new(provider);
    draft.change_providers(ProviderChange::Put(Arc::clone(&provider)));
    provider
}

pub(super) fn require<'a>(
    state: &'a PoolState,
    name: &str,
) -> Result<&'a Arc<IdentityProvider>, CognitoError> {
    state.providers.get(name).ok_or_else(|| {
        Refusal::IdentityProviderUnknown { name: name.into() }.because(format!(
            "the pool {} has no such provider (letter case counts); ListIdentityProviders shows \
             them",
            state.settings.id
        ))
    })
}

/// `CreateIdentityProvider`. The provider's group comes with it.
///
/// # Errors
/// An unknown pool; a name in use or reserved; details, metadata, identifiers or mappings that AWS
/// refuses; too many providers. The order among them is inferred.
pub async fn create_identity_provider(
    cx: &Context,
    req: CreateIdentityProviderRequest,
) -> Result<CreateIdentityProviderResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let now = cx.now();
    details::check_name(&req.provider_name, req.provider_type)?;
    pool.read(|state| check_room(state, &req.provider_name))?;
    let (details, metadata) = configure(cx, &pool, req.provider_type, req.provider_details).await?;
    let mapping = req.attribute_mapping.unwrap_or_default();
    let provider = IdentityProvider {
        name: req.provider_name.into(),
        kind: req.provider_type,
        details,
        metadata,
        mapping: details::with_username(req.provider_type, mapping),
        identifiers: req.idp_identifiers.unwrap_or_default(),
        acr_mapping: req.acr_mapping.unwrap_or_default(),
        created: now,
        modified: now,
    };
    let made = pool.change(|draft| {
        check_room(draft.state(), &provider.name)?;
        check(draft.state(), &provider)?;
        put_group(draft, &provider.name, now);
        Ok(put(draft, provider))
    })?;
    Ok(CreateIdentityProviderResponse {
        identity_provider: made.view(&pool.id),
    })
}

fn check_room(state: &PoolState, name: &str) -> Result<(), CognitoError> {
    if state.providers.get(name).is_some() {
        return Refusal::ProviderExists { name: name.into() }
            .refuse("the pool has a provider of this name already");
    }
    if state.providers.by_name.len() >= PROVIDERS_PER_POOL {
        return Refusal::ResourceLimit {
            what: "identity providers in the user pool".into(),
        }
        .refuse(format!(
            "a pool has {PROVIDERS_PER_POOL} identity providers at most; delete one first"
        ));
    }
    Ok(())
}

/// The group that users of a provider are put into; name and description are documented by samples.
/// One that is there already, from an earlier provider of the name, stays as it is (inferred).
fn put_group(draft: &mut Draft<'_>, provider: &str, now: Timestamp) {
    let name = GroupName::from(format!("{}_{provider}", draft.state().settings.id));
    if draft.state().groups.contains_key(&name) {
        return;
    }
    draft.put_group(Group {
        name,
        description: Some(format!(
            "Autogenerated group for users who sign in using {provider}"
        )),
        role_arn: None,
        precedence: None,
        created: now,
        modified: now,
    });
}

/// Details as they are kept, and the metadata that they name.
async fn configure(
    cx: &Context,
    pool: &Arc<Pool>,
    kind: Kind,
    given: BTreeMap<String, String>,
) -> Result<(BTreeMap<String, String>, Option<Arc<Metadata>>), CognitoError> {
    let mut details = details::complete(kind, given)?;
    if kind == Kind::Oidc {
        discovery::complete(cx, &mut details).await?;
    }
    if kind != Kind::Saml {
        return Ok((details, None));
    }
    let metadata = saml::read(cx, &details).await?;
    let computed = [
        (details::SSO, Some(metadata.sso_redirect.clone())),
        (details::SLO, metadata.slo_redirect.clone()),
        // Also without EncryptedResponses (observed).
        (
            details::ENCRYPTION_CERTIFICATE,
            Some(certificate::current(cx, pool).await?),
        ),
    ];
    for (key, value) in computed {
        match value {
            Some(value) => details.insert(key.into(), value),
            None => details.remove(key),
        };
    }
    Ok((details, Some(Arc::new(metadata))))
}

/// What needs the rest of the pool to be checked.
fn check(state: &PoolState, provider: &IdentityProvider) -> Result<(), CognitoError> {
    details::check_mapping(&state.settings.schema, &provider.mapping)?;
    if !provider.acr_mapping.is_empty() && provider.kind != Kind::Oidc {
        return Refusal::AcrMappingUnsupported {
            kind: provider.kind.to_string(),
        }
        .refuse("only OIDC providers have ACR values to map levels to");
    }
    for (at, identifier) in provider.identifiers.iter().enumerate() {
        let holder = state.providers.identifiers.get(identifier);
        let is_taken = holder.is_some_and(|holder| *holder != provider.name);
        if is_taken || provider.identifiers[..at].contains(identifier) {
            return Refusal::IdentifierTaken {
                identifier: identifier.clone(),
            }
            .refuse("an identifier stands for one provider of the pool, and is given once");
        }
    }
    Ok(())
}

/// `DescribeIdentityProvider`.
///
/// # Errors
/// An unknown pool or provider.
pub fn describe_identity_provider(
    cx: &Context,
    req: DescribeIdentityProviderRequest,
) -> Result<DescribeIdentityProviderResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let found = pool.read(|state| require(state, &req.provider_name).cloned())?;
    Ok(DescribeIdentityProviderResponse {
        identity_provider: found.view(&pool.id),
    })
}

/// `GetIdentityProviderByIdentifier`.
///
/// # Errors
/// An unknown pool; an identifier that no provider has, in the words for an unknown name (inferred).
pub fn get_identity_provider_by_identifier(
    cx: &Context,
    req: GetIdentityProviderByIdentifierRequest,
) -> Result<GetIdentityProviderByIdentifierResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let found = pool.read(|state| state.providers.identified(&req.idp_identifier).cloned());
    let found = found.ok_or_else(|| {
        Refusal::IdentityProviderUnknown {
            name: req.idp_identifier,
        }
        .because("no provider of the pool has this identifier; a name is not one")
    })?;
    Ok(GetIdentityProviderByIdentifierResponse {
        identity_provider: found.view(&pool.id),
    })
}

/// `UpdateIdentityProvider`. What is sent replaces, what is left out stays (inferred); name and type
/// never change.
///
/// # Errors
/// An unknown pool or provider; what CreateIdentityProvider refuses of what is sent.
pub async fn update_identity_provider(
    cx: &Context,
    req: UpdateIdentityProviderRequest,
) -> Result<UpdateIdentityProviderResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let now = cx.now();
    let old = pool.read(|state| require(state, &req.provider_name).cloned())?;
    let configured = match req.provider_details {
        Some(given) => Some(configure(cx, &pool, old.kind, given).await?),
        None => None,
    };
    let updated = pool.change(|draft| {
        let current = require(draft.state(), &req.provider_name)?;
        let mut provider = IdentityProvider::clone(current);
        if provider.kind != old.kind {
            return Refusal::IdentityProviderUnknown {
                name: req.provider_name,
            }
            .refuse("the provider was replaced by one of another type meanwhile");
        }
        if let Some((details, metadata)) = configured {
            provider.details = details;
            provider.metadata = metadata;
        }
        if let Some(mapping) = req.attribute_mapping {
            provider.mapping = details::with_username(provider.kind, mapping);
        }
        provider.identifiers = req.idp_identifiers.unwrap_or(provider.identifiers);
        provider.acr_mapping = req.acr_mapping.unwrap_or(provider.acr_mapping);
        provider.modified = now;
        check(draft.state(), &provider)?;
        Ok(put(draft, provider))
    })?;
    Ok(UpdateIdentityProviderResponse {
        identity_provider: updated.view(&pool.id),
    })
}

/// `DeleteIdentityProvider`. App clients keep the name, and their next update is refused for it
/// (observed). The provider's users and their group stay (inferred).
///
/// # Errors
/// An unknown pool or provider.
pub fn delete_identity_provider(
    cx: &Context,
    req: DeleteIdentityProviderRequest,
) -> Result<NoOutput, CognitoError> {
    cx.pool(&req.user_pool_id)?.change(|draft| {
        let name = Arc::clone(&require(draft.state(), &req.provider_name)?.name);
        draft.change_providers(ProviderChange::Remove(name));
        Ok(NoOutput)
    })
}

/// `ListIdentityProviders`, by name.
///
/// # Errors
/// An unknown pool, a bad token.
pub fn list_identity_providers(
    cx: &Context,
    req: ListIdentityProvidersRequest,
) -> Result<ListIdentityProvidersResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let scope = format!("ListIdentityProviders {}", pool.id);
    let after = page::position(cx, &scope, req.next_token.as_deref())?;
    let limit = page::limit(req.max_results);
    let mut found: Vec<Arc<IdentityProvider>> = pool.read(|state| {
        let start = after.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let behind = state
            .providers
            .by_name
            .range::<str, _>((start, Bound::Unbounded));
        behind
            .take(limit + 1)
            .map(|(_, provider)| Arc::clone(provider))
            .collect()
    });
    let next_token = page::cut(cx, &scope, &mut found, limit, |provider| {
        provider.name.to_string()
    });
    let providers = found.iter().map(|provider| ProviderDescription {
        provider_name: Some(provider.name.to_string()),
        provider_type: Some(provider.kind),
        last_modified_date: Some(provider.modified),
        creation_date: Some(provider.created),
    });
    Ok(ListIdentityProvidersResponse {
        providers: providers.collect(),
        next_token,
    })
}

#[cfg(test)]
mod discovery_tests;
#[cfg(test)]
mod link_tests;
#[cfg(test)]
mod tests;
