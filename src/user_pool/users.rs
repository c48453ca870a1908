//! Users: what a pool knows of each.

use std::sync::Arc;

use uuid::Uuid;

use super::attributes::Attributes;
use super::code_delivery::Code;
use super::imported_hash::ImportedHash;
use super::mfa;
use super::passwords::Password;
use crate::clock::Timestamp;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    AliasAttributeType, AttributeType, UserStatusType, UserType, UsernameAttributeType,
};
use crate::model::{GroupName, Username};
use crate::store::{Draft, Pool, PoolState, Searchable};

/// A user of a pool. Pools may hold a million: what most users lack sits behind one pointer.
#[derive(Debug, Clone)]
pub struct User {
    /// Never changes; what tokens name the user by.
    pub sub: Uuid,
    /// The stored username; equal to the sub where an address stands in place of a username.
    pub username: Username,
    /// Everything but `sub`.
    pub attributes: Attributes,
    /// Where in its life the account is.
    pub status: UserStatusType,
    /// Whether the user may sign in.
    pub enabled: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When attributes, status or settings last changed.
    pub modified: Timestamp,
    /// Absent for users who never had one.
    pub password: Option<Arc<Password>>,
    /// What most users lack.
    pub more: Option<Box<More>>,
}

/// What most users lack.
#[derive(Debug, Clone, Default)]
pub struct More {
    /// Groups, ordered by name.
    pub groups: Vec<GroupName>,
    /// Multi-factor authentication.
    pub mfa: UserMfa,
    /// The code of a sign-up.
    pub sign_up_code: Option<Code>,
    /// The code of a password reset.
    pub reset_code: Option<Code>,
    /// Codes that verify an address, with the new address if one waits for it.
    pub verifications: Vec<Verification>,
    /// Failed password sign-ins.
    pub lock: Lock,
    /// Passwords used before, the latest first, as far as the policy looks back.
    pub password_history: Vec<Arc<Password>>,
    /// The hash that an import brought in place of a password, until the first sign-in.
    pub imported_hash: Option<Arc<ImportedHash>>,
    /// Rises when all tokens of the user are revoked; a token carries the number it was made under.
    pub sign_out_epoch: u32,
    /// Whether the one-time tokens of a pool that requires MFA were given out.
    pub one_time_tokens_used: bool,
    /// Identities linked by another attribute than the provider's own id, which the attribute
    /// `identities` does not tell.
    pub linked_by_attribute: Vec<super::identity_providers::Identity>,
    /// How the account came to be, where that matters later.
    pub signed_up: bool,
    /// When hourly limited operations were called.
    pub attempts: Vec<(super::attempts::Limited, Timestamp)>,
}

/// An address being verified.
#[derive(Debug, Clone)]
pub struct Verification {
    /// `email` or `phone_number`.
    pub attribute: &'static str,
    /// The code sent to it.
    pub code: Code,
    /// The value that takes effect when the code is given.
    pub pending: Option<String>,
}

/// Failed password sign-ins (documented: five failures lock for a second, each further one for
/// twice as long, to about 15 minutes).
#[derive(Debug, Clone, Copy, Default)]
pub struct Lock {
    /// Failures since the counter was last reset.
    pub failures: u32,
    /// Until when attempts are refused unseen.
    pub until: Timestamp,
    /// The last attempt.
    pub last_attempt: Timestamp,
}

/// A user's factors.
#[derive(Debug, Clone, Default)]
pub struct UserMfa {
    /// Whether SMS codes were turned on.
    pub sms: bool,
    /// Whether SMS codes were turned on by the older SetUserSettings.
    pub sms_option: bool,
    /// Whether e-mail codes were turned on.
    pub email: bool,
    /// Whether the software token was turned on.
    pub software_token: bool,
    /// Whether passkeys count as a factor.
    pub web_authn: bool,
    /// The preferred factor.
    pub preferred: Option<Factor>,
    /// The verified token.
    pub token: Option<super::mfa::SoftwareToken>,
    /// A secret handed out and not verified yet.
    pub pending_secret: Option<Arc<[u8]>>,
}

/// A second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Factor {
    /// A code by text message.
    SmsMfa,
    /// A time-based one-time password.
    SoftwareTokenMfa,
    /// A code by mail.
    EmailOtp,
}

impl Factor {
    /// AWS's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SmsMfa => "SMS_MFA",
            Self::SoftwareTokenMfa => "SOFTWARE_TOKEN_MFA",
            Self::EmailOtp => "EMAIL_OTP",
        }
    }
}

impl User {
    /// What most users lack, as far as there is any.
    pub fn more(&self) -> Option<&More> {
        self.more.as_deref()
    }

    /// What most users lack, to be changed.
    pub fn more_mut(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }

    /// The hash that stands in place of a password.
    pub fn imported_hash(&self) -> Option<&Arc<ImportedHash>> {
        self.more()?.imported_hash.as_ref()
    }

    /// The groups, ordered by name.
    pub fn groups(&self) -> &[GroupName] {
        self.more().map_or(&[], |more| &more.groups)
    }

    /// Puts the user into a group; once is enough.
    pub fn join_group(&mut self, group: &GroupName) {
        let groups = &mut self.more_mut().groups;
        if let Err(place) = groups.binary_search(group) {
            // Most users are in one group, and a pool may hold a million of them.
            groups.reserve_exact(1);
            groups.insert(place, group.clone());
        }
    }

    /// Takes the user out of a group.
    pub fn leave_group(&mut self, group: &GroupName) {
        if let Some(more) = &mut self.more {
            more.groups.retain(|name| name != group);
        }
    }

    /// The number that live tokens carry.
    pub fn sign_out_epoch(&self) -> u32 {
        self.more().map_or(0, |more| more.sign_out_epoch)
    }

    /// Makes every token of the user dead.
    pub fn revoke_all_tokens(&mut self) {
        self.more_mut().sign_out_epoch += 1;
    }

    /// The user as lists show it.
    pub fn view(&self) -> UserType {
        self.view_of(self.listed_attributes())
    }

    /// The user as lists show it, with these attributes.
    pub fn view_of(&self, attributes: Vec<AttributeType>) -> UserType {
        UserType {
            username: Some(self.username.clone()),
            attributes: Some(attributes),
            user_create_date: Some(self.created),
            user_last_modified_date: Some(self.modified),
            enabled: Some(self.enabled),
            user_status: Some(self.status),
            mfa_options: mfa::options(self),
        }
    }

    /// The attributes as responses list them, `sub` first.
    pub fn listed_attributes(&self) -> Vec<AttributeType> {
        self.attributes_where(|_| true)
    }

    /// The attributes that `readable` lets through, `sub` first.
    pub fn attributes_where(&self, readable: impl Fn(&str) -> bool) -> Vec<AttributeType> {
        let sub = AttributeType {
            name: "sub".into(),
            value: Some(self.sub.to_string()),
        };
        let others = self
            .attributes
            .iter()
            .filter(|(name, _)| readable(name))
            .map(|(name, value)| AttributeType {
                name: name.to_owned(),
                value: Some(value.to_owned()),
            });
        std::iter::once(sub)
            .filter(|sub| readable(&sub.name))
            .chain(others)
            .collect()
    }

    /// Whether the flag beside an address is true. Capital letters count too (observed:
    /// `email_verified: "True"` is a verified address).
    pub fn has_verified(&self, attribute: &str) -> bool {
        self.attributes
            .get(&format!("{attribute}_verified"))
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }
}

/// The user whom `name` means: the stored username; the sub or an address where addresses stand in
/// place of usernames (verified or not); or a verified alias (documented: "User pool attributes",
/// usernames and aliases).
pub fn resolve<'a>(state: &'a PoolState, name: &str) -> Option<&'a Arc<User>> {
    if let Some(user) = state.users.named(name) {
        return Some(user);
    }
    let settings = &state.settings;
    if settings.has_username_attributes() {
        let by_email = settings
            .username_is(UsernameAttributeType::Email)
            .then(|| holder(state, Searchable::Email, name, |_| true))
            .flatten();
        return by_email.or_else(|| {
            settings
                .username_is(UsernameAttributeType::PhoneNumber)
                .then(|| holder(state, Searchable::PhoneNumber, name, |_| true))
                .flatten()
        });
    }
    let aliases = [
        (AliasAttributeType::Email, Searchable::Email),
        (AliasAttributeType::PhoneNumber, Searchable::PhoneNumber),
        (
            AliasAttributeType::PreferredUsername,
            Searchable::PreferredUsername,
        ),
    ];
    aliases
        .into_iter()
        .filter(|(alias, _)| settings.has_alias(*alias))
        .find_map(|(_, attribute)| {
            holder(state, attribute, name, |user| {
                attribute == Searchable::PreferredUsername || user.has_verified(attribute.name())
            })
        })
}

/// The user who holds `value`: letter case counts where the pool says so.
pub fn holder<'a>(
    state: &'a PoolState,
    attribute: Searchable,
    value: &str,
    counts: impl Fn(&User) -> bool,
) -> Option<&'a Arc<User>> {
    state.users.with(attribute, value, None).find(|user| {
        let same = !state.settings.case_sensitive()
            || user.attributes.get(attribute.name()) == Some(value);
        same && counts(user)
    })
}

/// The user whom a request to administer, confirm or recover means: as in [`resolve`], or a local
/// user by its sub (documented for each of these operations; signing in takes no sub of users that
/// have usernames).
pub fn meant<'a>(state: &'a PoolState, name: &str) -> Option<&'a Arc<User>> {
    resolve(state, name).or_else(|| {
        let sub = Uuid::try_parse(name).ok()?;
        // Only the form in which a sub is shown.
        let is_as_shown = *sub.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == *name;
        let user = state.users.with_sub(sub).filter(|_| is_as_shown)?;
        (user.status != UserStatusType::ExternalProvider).then_some(user)
    })
}

/// The user whom an administrator's request means.
///
/// # Errors
/// `User does not exist.`
pub fn require<'a>(state: &'a PoolState, name: &str) -> Result<&'a Arc<User>, CognitoError> {
    known(state, meant(state, name))
}

/// The user whom a request means that takes no sub, as in [`resolve`].
///
/// # Errors
/// `User does not exist.`
pub fn require_named<'a>(state: &'a PoolState, name: &str) -> Result<&'a Arc<User>, CognitoError> {
    known(state, resolve(state, name))
}

fn known<'a>(
    state: &PoolState,
    found: Option<&'a Arc<User>>,
) -> Result<&'a Arc<User>, CognitoError> {
    found.ok_or_else(|| {
        Refusal::UserUnknown.because(format!(
            "no user of {} is named so, nor holds it as a verified alias; ListUsers shows them",
            state.settings.id
        ))
    })
}

/// The user as it is now: what was read before a call-out may have changed since.
///
/// # Errors
/// `User does not exist.` when it was deleted meanwhile, even if its name is in use again.
pub fn current<'a>(state: &'a PoolState, user: &User) -> Result<&'a Arc<User>, CognitoError> {
    state.users.with_sub(user.sub).ok_or_else(|| {
        Refusal::UserUnknown.because("the user was deleted while the request was under way")
    })
}

/// Changes a user as it is now; `edit` sees the published state and may refuse.
///
/// # Errors
/// A user deleted meanwhile, and what `edit` refuses; nothing has changed then.
pub fn change(
    pool: &Pool,
    user: &User,
    edit: impl FnOnce(&mut Draft<'_>, &mut User) -> Result<(), CognitoError>,
) -> Result<Arc<User>, CognitoError> {
    pool.change(|draft| {
        let mut user = User::clone(current(draft.state(), user)?);
        edit(draft, &mut user)?;
        Ok(draft.put_user(user))
    })
}
