//! The user of a federated sign-in: found or made, with the provider's attributes ("Adding user pool
//! sign-in through a third party", "Specifying identity provider attribute mappings" and "Linking
//! federated users to an existing user profile", developer guide).
//!
//! Order of functions, observed: InboundFederation, then for somebody new PreSignUp and PostConfirmation,
//! for somebody known PreAuthentication and PostAuthentication.

use std::sync::Arc;

use super::mapping::{self, Vouched};
use super::refused::Refused;
use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{AttributeType, IdentityProviderTypeType as Kind, UserStatusType};
use crate::model::{Contact, GroupName, Username};
use crate::store::Draft;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::assurance::{Assurance, Level, Method, Methods};
use crate::store::user_pool::attributes::Attributes;
use crate::store::user_pool::identity::{Entry, entries, write};
use crate::store::user_pool::identity_provider::IdentityProvider;
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::user::{Identity, User};
use crate::user_pool::identity_providers;
use crate::user_pool::triggers::authentication::{PostAuthentication, PreAuthentication};
use crate::user_pool::triggers::inbound_federation::InboundFederation;
use crate::user_pool::triggers::post_confirmation::{self, PostConfirmation};
use crate::user_pool::triggers::pre_sign_up::{self, PreSignUp};
use crate::user_pool::triggers::{self, ClientMetadata, Event, Subject};
use crate::user_pool::users::aliases::{self, Clash};
use crate::user_pool::users::attributes::{self, Giving};
use crate::user_pool::users::{contacts, standing};

static NONE: ClientMetadata = ClientMetadata::new();

/// Who signed in through a provider.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The user, as it is now.
    pub user: Arc<User>,
    /// How strongly the sign-in was proven, where tokens tell.
    pub assurance: Option<Assurance>,
}

/// Signs in whom a provider vouches for.
///
/// # Errors
/// What the pool's functions refuse; attributes that are missing, or that the pool does not take; a disabled
/// user.
pub async fn sign_in(
    cx: &Context,
    pool: &Arc<UserPool>,
    client: &AppClient,
    provider: &IdentityProvider,
    vouched: Vouched,
) -> Result<SignedIn, Refused> {
    let settings = pool.settings();
    let mut attempt = Attempt {
        cx,
        pool,
        settings: &settings,
        client,
        provider,
        username: username(&settings, provider, &vouched.subject),
        mapped: Vec::new(),
        vouched,
    };
    attempt.mapped = attempt.ask_what_to_map().await?;
    mapping::check_writable(&settings, client, &attempt.mapped)
        .map_err(|error| attempt.refused(&error))?;
    let known = pool.read(|state| attempt.find(state).map(|found| Arc::clone(found.user())));
    let user = match known {
        Some(user) => attempt.known(&user).await?,
        None => attempt.newcomer().await?,
    };
    Ok(SignedIn {
        user,
        assurance: attempt.assurance(),
    })
}

/// `{Provider}_{id}` (documented), in lower case where the pool ignores case (observed).
fn username(settings: &PoolSettings, provider: &IdentityProvider, subject: &str) -> Username {
    let name = format!("{}_{subject}", provider.name);
    Username::from(aliases::as_kept(settings, "username", &name).as_ref())
}

struct Attempt<'a> {
    cx: &'a Context,
    pool: &'a Arc<UserPool>,
    settings: &'a PoolSettings,
    client: &'a AppClient,
    provider: &'a IdentityProvider,
    /// The name of the profile that the identity has, or would have.
    username: Username,
    mapped: Vec<AttributeType>,
    vouched: Vouched,
}

/// Whom a provider means.
enum Found<'a> {
    /// By its own name for the user: linked, or signed in before.
    BySubject(&'a Arc<User>),
    /// By an attribute that AdminLinkProviderForUser named, for the first time.
    ByAttribute(&'a Arc<User>, Identity),
}

impl<'a> Found<'a> {
    fn user(&self) -> &'a Arc<User> {
        match self {
            Self::BySubject(user) | Self::ByAttribute(user, _) => user,
        }
    }
}

impl Attempt<'_> {
    fn refused(&self, error: &CognitoError) -> Refused {
        mapping::refused(self.provider.kind, error)
    }

    async fn call<E: Event + Sync>(
        &self,
        username: &Username,
        event: E,
    ) -> Result<E::Answer, Refused> {
        let subject = Subject {
            pool: self.pool,
            settings: self.settings,
            client_id: Some(&self.client.id),
            username,
        };
        let answer = triggers::call(self.cx, subject, event).await;
        answer.map_err(|error| Refused::of(&error))
    }

    /// What of the provider's attributes is mapped to which of the pool's.
    async fn ask_what_to_map(&self) -> Result<Vec<AttributeType>, Refused> {
        let event = InboundFederation {
            provider_name: &self.provider.name,
            provider_type: self.provider.kind,
            said: self.vouched.told.said(),
        };
        let chosen = self.call(&self.username, event).await?;
        let Some(chosen) = chosen else {
            let attributes = self.vouched.told.attributes();
            return Ok(mapping::mapped(self.provider, &attributes));
        };
        // Documented: the claim that names the user must be kept. SAML's NameID is no attribute.
        let claim = self.provider.mapping.get("username");
        if let Some(claim) = claim.filter(|claim| !chosen.contains_key(*claim))
            && self.provider.kind != Kind::Saml
        {
            return Err(Refused::invalid_request(
                // The sentence is inferred.
                "attributes required: [username]",
                format!(
                    "userAttributesToMap of InboundFederation replaces all attributes and has no {claim}, \
                     which names the user"
                ),
            ));
        }
        Ok(mapping::mapped(self.provider, &chosen))
    }

    fn find<'s>(&self, state: &'s PoolState) -> Option<Found<'s>> {
        let (provider, subject) = (&self.provider.name, &self.vouched.subject);
        if let Some(user) = identity_providers::user_of(state, provider, subject) {
            return Some(Found::BySubject(user));
        }
        self.mapped.iter().find_map(|attribute| {
            let identity = Identity {
                provider: Arc::clone(provider),
                attribute: attribute.name.as_str().into(),
                value: attribute.value.as_deref().unwrap_or_default().into(),
            };
            let key = state.providers.holder(&identity)?;
            Some(Found::ByAttribute(state.users.get(key)?, identity))
        })
    }

    /// Somebody who is in the pool already. The mapped attributes are written again, also those that are
    /// the same: what is immutable fails (documented and observed).
    async fn known(&self, user: &Arc<User>) -> Result<Arc<User>, Refused> {
        // That it is told before a function is called is inferred.
        standing::check_enabled(user).map_err(|error| Refused::of(&error))?;
        self.check(Giving::Update)?;
        let event = PreAuthentication {
            user: Some(user),
            hides_unknown_users: false,
            validation_data: &NONE,
        };
        self.call(&user.username, event).await?;
        let user = self
            .pool
            .change(|draft| self.update(draft))
            .map_err(|error| self.refused(&error))?;
        let event = PostAuthentication {
            user: &user,
            new_device_used: false,
            metadata: &NONE,
        };
        self.call(&user.username, event).await?;
        Ok(user)
    }

    fn check(&self, giving: Giving) -> Result<(), Refused> {
        attributes::check_given(&self.settings.schema, &self.mapped, giving, false)
            .map_err(|error| self.refused(&error))
    }

    /// Writes what the provider says of a user, who is whom it means now.
    fn update(&self, draft: &mut Draft<'_>) -> Result<Arc<User>, CognitoError> {
        let state = draft.state();
        let found = self.find(state).ok_or_else(|| {
            Refusal::UserUnknown.because("the user was deleted while the sign-in was under way")
        })?;
        let mut user = User::clone(found.user());
        standing::check_enabled(&user)?;
        if let Found::ByAttribute(_, identity) = &found {
            self.name_by_subject(&mut user, identity);
        }
        let before = user.attributes.clone();
        self.write(&mut user);
        if user.attributes != before {
            user.modified = self.cx.now();
        }
        aliases::take(draft, &user, &aliases::ALL, Clash::Refuse)?;
        Ok(draft.put_user(user))
    }

    /// Documented: an identity that was linked by an attribute goes by the provider's own name for the user
    /// once it has signed in.
    fn name_by_subject(&self, user: &mut User, identity: &Identity) {
        let mut linked = entries(user);
        for entry in &mut linked {
            if entry.is_of(identity) {
                entry.user_id = self.vouched.subject.clone();
                entry.issuer = self.vouched.issuer.clone();
            }
        }
        if let Some(more) = &mut user.more {
            more.linked_by_attribute.retain(|known| known != identity);
        }
        write(user, &self.settings.schema, &linked);
    }

    fn write(&self, user: &mut User) {
        for attribute in &self.mapped {
            let value = attribute.value.as_deref().unwrap_or_default();
            let value = aliases::as_kept(self.settings, &attribute.name, value);
            let name = contacts::kept_name(self.settings, &attribute.name);
            user.attributes.set(name, &value);
        }
        // Documented: a mapped address is unverified unless its flag is mapped too.
        let has = |name: &str| self.mapped.iter().any(|attribute| attribute.name == name);
        for contact in Contact::ALL.iter().copied() {
            if has(contact.as_str()) && !has(contact.flag()) {
                contacts::mark(self.settings, user, contact, false);
            }
        }
    }

    /// Somebody new.
    async fn newcomer(&self) -> Result<Arc<User>, Refused> {
        mapping::check_required(self.settings, self.provider, &self.mapped)?;
        self.check(Giving::AdminCreateUser)?;
        let mut user = self.profile();
        let event = PreSignUp {
            source: pre_sign_up::Source::ExternalProvider,
            attributes: user.attributes_where(|name| !["sub", "identities"].contains(&name)),
            validation_data: &[],
            metadata: &NONE,
        };
        let said = self.call(&self.username, event).await?;
        // That a function may count the addresses as verified here too is inferred.
        let verified = [
            (said.auto_verify_email, Contact::Email),
            (said.auto_verify_phone, Contact::PhoneNumber),
        ];
        for (_, contact) in verified.into_iter().filter(|(verified, _)| *verified) {
            if user.address(contact).is_some() {
                contacts::mark(self.settings, &mut user, contact, true);
            }
        }
        // PreSignUp may have linked the identity: then it is somebody known (observed in newer pools,
        // where older ones answer that there is an entry already).
        let made = self
            .pool
            .change(|draft| match self.find(draft.state()) {
                Some(_) => Ok((self.update(draft)?, false)),
                None => Ok((self.store(draft, user)?, true)),
            })
            .map_err(|error| self.refused(&error))?;
        let (user, is_new) = made;
        if is_new {
            let event = PostConfirmation {
                source: post_confirmation::Source::ConfirmSignUp,
                user: &user,
                metadata: &NONE,
            };
            self.call(&user.username, event).await?;
        }
        Ok(user)
    }

    /// The profile of somebody new.
    fn profile(&self) -> User {
        let now = self.cx.now();
        let mut user = User {
            sub: self.cx.entropy.uuid(Purpose::Ids),
            username: self.username.clone(),
            attributes: Attributes::default(),
            status: UserStatusType::ExternalProvider,
            enabled: true,
            created: now,
            modified: now,
            password: None,
            more: None,
        };
        self.write(&mut user);
        let identity = Entry {
            user_id: self.vouched.subject.clone(),
            provider_name: self.provider.name.to_string(),
            provider_type: self.provider.kind.to_string(),
            issuer: self.vouched.issuer.clone(),
            primary: true,
            date_created: now.0,
        };
        write(&mut user, &self.settings.schema, &[identity]);
        user
    }

    fn store(&self, draft: &mut Draft<'_>, mut user: User) -> Result<Arc<User>, CognitoError> {
        let state = draft.state();
        if state.users.named(&user.username).is_some() {
            return Refusal::IdentityLinked {
                username: user.username.to_string(),
            }
            .refuse("the pool has a user of this name who is not of the provider");
        }
        // The provider's group, which DeleteGroup may have taken away (inferred: nothing is made again).
        let group = GroupName::from(format!("{}_{}", self.pool.id, self.provider.name));
        if let Some(group) = state.groups.get(&group) {
            user.join_group(group.membership());
        }
        aliases::take(draft, &user, &aliases::ALL, Clash::Refuse)?;
        Ok(draft.put_user(user))
    }

    /// Documented: the level that AcrMapping has for the provider's word, else the method `fed`. That no
    /// method is named beside a level is inferred.
    fn assurance(&self) -> Option<Assurance> {
        let cx = self.cx;
        if !(cx.settings.step_up || self.settings.emulation.step_up) {
            return None;
        }
        let acr = self.vouched.acr.as_deref().and_then(|told| {
            let mut known = self.provider.acr_mapping.iter();
            let (level, _) = known.find(|(_, value)| *value == told)?;
            let level = Level::ALL
                .into_iter()
                .find(|known| known.member() == *level)
                .or_else(|| self.settings.level_of(level))?;
            Some(self.settings.acr_of(level))
        });
        let methods = match acr {
            Some(_) => Methods::default(),
            None => Methods::default().with(Method::Federated),
        };
        Some(Assurance { acr, methods })
    }
}

#[cfg(test)]
#[path = "tests/federated_user.rs"]
mod tests;
