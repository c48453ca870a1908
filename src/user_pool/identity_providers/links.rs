//! Identities of other providers that belong to a user: AdminLinkProviderForUser and
//! AdminDisableProviderForUser.
//!
//! The attribute `identities` shows them, in AWS's JSON. A pool finds a user by an identity through
//! an index that follows the attribute.

use std::sync::Arc;

use super::require;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::PoolId;
use crate::model::cognito_idp::{
    AdminDisableProviderForUserRequest, AdminDisableProviderForUserResponse,
    AdminLinkProviderForUserRequest, AdminLinkProviderForUserResponse,
    IdentityProviderTypeType as Kind, ProviderUserIdentifierType, UserStatusType,
};
use crate::store::user_pool::identity::{
    Entry, SUBJECT, entries, given, identities, provider, value, write,
};
use crate::store::user_pool::identity_provider::{IdentityProvider, Providers};
use crate::store::user_pool::schema::Schema;
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::user::{Identity, User};
use crate::store::{Searchable, UserKey};
use crate::user_pool::users;

/// Documented.
const IDENTITIES_PER_USER: usize = 5;

impl Providers {
    /// The user to whom an identity leads.
    pub fn holder(&self, identity: &Identity) -> Option<&UserKey> {
        self.identities.get(identity)
    }

    /// Keeps the index in step with a user who is stored or taken away.
    pub(crate) fn follow(&mut self, before: Option<&User>, after: Option<&User>, key: &UserKey) {
        for identity in before.map(identities).unwrap_or_default() {
            if self.identities.get(&identity) == Some(key) {
                self.identities.remove(&identity);
            }
        }
        for identity in after.map(identities).unwrap_or_default() {
            self.identities.insert(identity, Arc::clone(key));
        }
    }
}

/// Whether a request means users of the pool's own directory. Other letter case is inferred.
fn is_native(provider: &str) -> bool {
    provider.eq_ignore_ascii_case("Cognito")
}

/// The identity of another provider that a request names.
fn external<'a>(
    state: &'a PoolState,
    user: &ProviderUserIdentifierType,
) -> Result<(&'a Arc<IdentityProvider>, Identity), CognitoError> {
    let provider = require(state, provider(user)?)?;
    let attribute = given(&user.provider_attribute_name, "ProviderAttributeName")?;
    let may_be_mapped = matches!(provider.kind, Kind::Saml | Kind::Oidc);
    let is_mapped = provider.mapping.contains_key(attribute) && attribute != "username";
    if attribute != SUBJECT && !(may_be_mapped && is_mapped) {
        return Refusal::LinkAttribute {
            name: attribute.to_owned(),
            provider: provider.name.to_string(),
        }
        .refuse(format!(
            "ProviderAttributeName is {SUBJECT}; for SAML and OIDC also an attribute of the pool that \
             AttributeMapping has"
        ));
    }
    let identity = Identity {
        provider: Arc::clone(&provider.name),
        attribute: attribute.into(),
        value: value(user)?.into(),
    };
    Ok((provider, identity))
}

/// The profile that an identity was given at its first sign-in.
fn own_profile<'a>(state: &'a PoolState, identity: &Identity) -> Option<&'a Arc<User>> {
    let prefix = format!("{}_", identity.provider);
    if *identity.attribute == *SUBJECT {
        return state.users.named(&format!("{prefix}{}", identity.value));
    }
    // Attributes that are not searchable are not looked through: AWS's own reach is not known.
    let attribute = Searchable::parse(&identity.attribute)?;
    state
        .users
        .with(attribute, &identity.value, None)
        .find(|user| {
            let start = user.username.get(..prefix.len());
            user.status == UserStatusType::ExternalProvider
                && start.is_some_and(|start| start.eq_ignore_ascii_case(&prefix))
        })
}

/// The user of the pool whom a provider means by its own name for the user: the one it is linked to, or
/// the profile that it was given at its first sign-in. A user of the pool's own whose name happens to
/// read like such a profile is not one.
pub(crate) fn user_of<'a>(
    state: &'a PoolState,
    provider: &str,
    subject: &str,
) -> Option<&'a Arc<User>> {
    let identity = Identity {
        provider: provider.into(),
        attribute: SUBJECT.into(),
        value: subject.into(),
    };
    if let Some(key) = state.providers.holder(&identity) {
        return state.users.get(key);
    }
    own_profile(state, &identity).filter(|user| user.status == UserStatusType::ExternalProvider)
}

/// `AdminLinkProviderForUser`.
///
/// # Errors
/// An unknown pool, provider or destination; a source of the pool's own directory, or one that
/// signed in before or is linked already; a sixth identity; a destination with immutable custom
/// attributes. The order among them is inferred.
pub fn admin_link_provider_for_user(
    cx: &Context,
    req: AdminLinkProviderForUserRequest,
) -> Result<AdminLinkProviderForUserResponse, CognitoError> {
    let now = cx.now();
    let pool = cx.pool(&PoolId::from(req.user_pool_id))?;
    pool.change(|draft| {
        let state = draft.state();
        if is_native(provider(&req.source_user)?) {
            return Refusal::LinkSourceNative.refuse(
                "SourceUser is an identity of another provider; the user of the pool goes into \
                 DestinationUser",
            );
        }
        let (provider, source) = external(state, &req.source_user)?;
        let destination = destination(state, &req.destination_user)?;
        check_source(state, &source)?;
        check_destination(state, destination)?;
        let mut user = User::clone(destination);
        link(
            &mut user,
            &state.settings.schema,
            source,
            provider.kind,
            now,
        )?;
        draft.put_user(user);
        Ok(AdminLinkProviderForUserResponse {})
    })
}

/// The user to link to: by username in the pool's own directory, else by the provider's id.
fn destination<'a>(
    state: &'a PoolState,
    named: &ProviderUserIdentifierType,
) -> Result<&'a Arc<User>, CognitoError> {
    let (provider, value) = (provider(named)?, value(named)?);
    if is_native(provider) {
        return users::require_named(state, value);
    }
    let provider = &require(state, provider)?.name;
    // ProviderAttributeName is ignored (documented).
    let identity = Identity {
        provider: Arc::clone(provider),
        attribute: SUBJECT.into(),
        value: value.into(),
    };
    let linked = || state.users.get(state.providers.holder(&identity)?);
    let found = own_profile(state, &identity).or_else(linked);
    found.ok_or_else(|| {
        Refusal::UserUnknown.because(format!(
            "nobody signed in with this id of {provider} yet, and nobody is linked to it"
        ))
    })
}

fn check_source(state: &PoolState, source: &Identity) -> Result<(), CognitoError> {
    if own_profile(state, source).is_some() {
        return Refusal::LinkMerging.refuse(
            "this identity signed in before and has a profile of its own; AdminDeleteUser takes it \
             away",
        );
    }
    if state.providers.holder(source).is_some() {
        return Refusal::IdentityLinked {
            username: format!("{}_{}", source.provider, source.value),
        }
        .refuse(
            "the identity is linked to a user already; AdminDisableProviderForUser unlinks it",
        );
    }
    Ok(())
}

/// Documented: a destination must not have immutable custom attributes.
fn check_destination(state: &PoolState, user: &User) -> Result<(), CognitoError> {
    let schema = &state.settings.schema;
    let fixed = user.attributes.iter().map(|(name, _)| name).find(|name| {
        let known = schema.get(name);
        known.is_some_and(|known| known.is_custom() && !known.mutable)
    });
    match fixed {
        None => Ok(()),
        Some(name) => Refusal::LinkImmutable.refuse(format!(
            "the destination has a value for {name}, which cannot change"
        )),
    }
}

fn link(
    user: &mut User,
    schema: &Schema,
    source: Identity,
    kind: Kind,
    now: Timestamp,
) -> Result<(), CognitoError> {
    let mut entries = entries(user);
    if entries.iter().any(|entry| entry.is_of(&source)) {
        return Refusal::IdentityLinked {
            username: format!("{}_{}", source.provider, source.value),
        }
        .refuse("the user is linked to this identity by another attribute");
    }
    let linked = entries.iter().filter(|entry| !entry.primary).count();
    if linked >= IDENTITIES_PER_USER {
        return Refusal::ResourceLimit {
            what: "identities linked to a user".into(),
        }
        .refuse(format!(
            "a user has {IDENTITIES_PER_USER} linked identities at most; \
             AdminDisableProviderForUser takes one away"
        ));
    }
    entries.push(Entry {
        user_id: source.value.to_string(),
        provider_name: source.provider.to_string(),
        provider_type: kind.to_string(),
        issuer: None,
        primary: false,
        date_created: now.0,
    });
    if *source.attribute != *SUBJECT {
        user.more_mut().linked_by_attribute.push(source);
    }
    write(user, schema, &entries);
    user.modified = now;
    Ok(())
}

/// `AdminDisableProviderForUser`. A user of the pool's own directory loses the password, so that
/// none fits (that a new one may be set is inferred); an identity of another provider loses its link.
///
/// # Errors
/// An unknown pool, provider or user; an identity that is not linked.
pub fn admin_disable_provider_for_user(
    cx: &Context,
    req: AdminDisableProviderForUserRequest,
) -> Result<AdminDisableProviderForUserResponse, CognitoError> {
    let now = cx.now();
    let pool = cx.pool(&PoolId::from(req.user_pool_id))?;
    pool.change(|draft| {
        let state = draft.state();
        let named = &req.user;
        let mut user = if is_native(provider(named)?) {
            let attribute = given(&named.provider_attribute_name, "ProviderAttributeName")?;
            if attribute != SUBJECT {
                return Refusal::LinkAttribute {
                    name: attribute.to_owned(),
                    provider: "Cognito".into(),
                }
                .refuse(format!("ProviderAttributeName is {SUBJECT}"));
            }
            let mut user = User::clone(users::require_named(state, value(named)?)?);
            user.password = None;
            if let Some(more) = &mut user.more {
                more.imported_hash = None;
            }
            user
        } else {
            let (_, identity) = external(state, named)?;
            unlinked(state, &identity)?
        };
        user.modified = now;
        draft.put_user(user);
        Ok(AdminDisableProviderForUserResponse {})
    })
}

/// The user without the link.
fn unlinked(state: &PoolState, identity: &Identity) -> Result<User, CognitoError> {
    let holder = state.providers.holder(identity);
    let user = holder.and_then(|key| state.users.get(key));
    let mut kept = user.map(|user| entries(user)).unwrap_or_default();
    let count = kept.len();
    kept.retain(|entry| entry.primary || !entry.is_of(identity));
    match user {
        Some(user) if kept.len() < count => {
            let mut user = User::clone(user);
            if let Some(more) = &mut user.more {
                more.linked_by_attribute.retain(|linked| linked != identity);
            }
            write(&mut user, &state.settings.schema, &kept);
            Ok(user)
        }
        _ => Refusal::NotLinked.refuse(
            "no user is linked to this identity by this attribute; the value is the provider's id, \
             without the provider's name before it",
        ),
    }
}
