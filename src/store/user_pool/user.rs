//! A user: the record, and what it is known by.

use std::sync::Arc;

use uuid::Uuid;

use super::attributes::Attributes;
use super::change::{Change, Staged};
use super::code::Code;
use super::draft::Draft;
use super::group::Membership;
use super::imported_hash::ImportedHash;
use super::password::Password;
use crate::clock::Timestamp;
use crate::model::cognito_idp::{AttributeType, MFAOptionType, UserStatusType, UserType};
use crate::model::{Contact, GroupName, Username};

/// What a user is filed under: the username, in lower case where the pool ignores case.
pub type UserKey = Arc<str>;

/// An operation with an hourly limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limited {
    /// ForgotPassword.
    ForgotPassword,
    /// ConfirmForgotPassword.
    ConfirmForgotPassword,
    /// ResendConfirmationCode.
    ResendConfirmationCode,
    /// ConfirmSignUp.
    ConfirmSignUp,
    /// ChangePassword.
    ChangePassword,
    /// GetUserAttributeVerificationCode.
    GetUserAttributeVerificationCode,
    /// VerifyUserAttribute.
    VerifyUserAttribute,
}

impl Limited {
    pub(crate) fn per_hour(self) -> usize {
        match self {
            Self::ForgotPassword
            | Self::ConfirmForgotPassword
            | Self::ResendConfirmationCode
            | Self::ChangePassword
            | Self::GetUserAttributeVerificationCode => 5,
            Self::ConfirmSignUp | Self::VerifyUserAttribute => 15,
        }
    }
}

/// What a provider knows a user by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// The provider's name.
    pub provider: Arc<str>,
    /// `Cognito_Subject`, or a mapped attribute of the pool.
    pub attribute: Arc<str>,
    /// The value that the provider tells.
    pub value: Arc<str>,
}

/// `MFAOptions`: absent when nothing is on.
pub fn options(user: &User) -> Option<Vec<MFAOptionType>> {
    let to = Contact::PhoneNumber;
    let sms = MFAOptionType {
        delivery_medium: Some(to.medium()),
        attribute_name: Some(to.as_str().into()),
    };
    user.more()?.mfa.sms_option.then(|| vec![sms])
}

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
    pub groups: Vec<Membership>,
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
    pub linked_by_attribute: Vec<crate::store::user_pool::user::Identity>,
    /// Codes that were used, the last ones, so that a reason can say so. Nothing is decided by them.
    pub used_codes: Vec<UsedCode>,
    /// How the account came to be, where that matters later.
    pub signed_up: bool,
    /// When hourly limited operations were called.
    pub attempts: Vec<(crate::store::user_pool::user::Limited, Timestamp)>,
}

/// A code that was used.
#[derive(Debug, Clone)]
pub struct UsedCode {
    /// It, which counts no more.
    pub code: Code,
    /// What took it.
    pub by: &'static str,
    /// When.
    pub at: Timestamp,
}

/// As many used codes as are kept in mind.
const USED_CODES: usize = 4;

/// An address being verified.
#[derive(Debug, Clone)]
pub struct Verification {
    /// Which one.
    pub contact: Contact,
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
    /// Until when attempts are refused unseen, since there was a lock.
    pub until: Option<Timestamp>,
    /// The last failure.
    pub last_attempt: Option<Timestamp>,
}

/// A user's factors.
#[derive(Clone, Default)]
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
    pub token: Option<crate::store::user_pool::software_token::SoftwareToken>,
    /// A secret handed out and not verified yet.
    pub pending_secret: Option<Arc<[u8]>>,
    /// The last secret that another was handed out in place of, so that a reason can say so. Nothing is decided
    /// by it.
    pub former_secret: Option<Arc<[u8]>>,
}

/// Shows no secret of a token, verified or not.
impl std::fmt::Debug for UserMfa {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserMfa")
            .field("sms", &self.sms)
            .field("sms_option", &self.sms_option)
            .field("email", &self.email)
            .field("software_token", &self.software_token)
            .field("web_authn", &self.web_authn)
            .field("preferred", &self.preferred)
            .field("token", &self.token)
            .field("is_pending", &self.pending_secret.is_some())
            .finish()
    }
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

    /// What its codes are sent to; a software token has none.
    pub fn contact(self) -> Option<Contact> {
        match self {
            Self::SmsMfa => Some(Contact::PhoneNumber),
            Self::EmailOtp => Some(Contact::Email),
            Self::SoftwareTokenMfa => None,
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

    /// Keeps in mind that a code was used.
    pub fn note_used(&mut self, code: Code, by: &'static str, at: Timestamp) {
        let used = &mut self.more_mut().used_codes;
        if used.len() == USED_CODES {
            used.remove(0);
        }
        used.push(UsedCode { code, by, at });
    }

    /// The hash that stands in place of a password.
    pub fn imported_hash(&self) -> Option<&Arc<ImportedHash>> {
        self.more()?.imported_hash.as_ref()
    }

    /// What the user is in, ordered by name, and what it was in until the group was deleted;
    /// [`PoolState::groups_of`](super::state::PoolState::groups_of) tells them apart.
    pub fn memberships(&self) -> &[Membership] {
        self.more().map_or(&[], |more| &more.groups)
    }

    /// Puts the user into a group; once is enough. An earlier group of the name is forgotten.
    pub fn join_group(&mut self, joined: Membership) {
        let groups = &mut self.more_mut().groups;
        match groups.binary_search_by(|known| known.group.cmp(&joined.group)) {
            Ok(place) => groups[place] = joined,
            Err(place) => {
                // Most users are in one group, and a pool may hold a million of them.
                groups.reserve_exact(1);
                groups.insert(place, joined);
            }
        }
    }

    /// Takes the user out of a group.
    pub fn leave_group(&mut self, group: &GroupName) {
        self.keep_memberships(|known| known.group != *group);
    }

    /// Takes the user out of all groups but those that `keep` keeps.
    pub fn keep_memberships(&mut self, keep: impl FnMut(&Membership) -> bool) {
        if let Some(more) = &mut self.more {
            more.groups.retain(keep);
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
            mfa_options: options(self),
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

    /// The address of this kind, if the user has one.
    pub fn address(&self, contact: Contact) -> Option<&str> {
        self.attributes.get(contact.as_str())
    }

    /// Whether the flag beside an address is true. Capital letters count too (observed:
    /// `email_verified: "True"` is a verified address).
    pub fn has_verified(&self, contact: Contact) -> bool {
        self.attributes
            .get(contact.flag())
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }
}

impl Draft<'_> {
    /// Adds or replaces a user, found by its key; indexes and memberships follow.
    pub fn put_user(&mut self, user: User) -> Arc<User> {
        let key = self.published().users.filed(&user).0;
        self.put(Change::User, key, user)
    }

    /// Takes a user away, out of its groups too.
    pub fn remove_user(&mut self, key: UserKey) {
        self.stage(Change::User(Staged::Remove(key)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatted_factors_tell_no_secret() {
        let mfa = UserMfa {
            pending_secret: Some([87, 88, 89].into()),
            ..UserMfa::default()
        };
        let shown = format!("{mfa:?}");
        assert!(shown.contains("is_pending: true"), "{shown}");
        assert!(!shown.contains("87"), "{shown}");
    }
}
