//! What a user pool is configured to do: the state behind CreateUserPool, UpdateUserPool and
//! SetUserPoolMfaConfig.
//!
//! Members whose meaning Poolhouse acts on have types of their own; structures that are only kept
//! and shown stay in the model's shape.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::assurance::Level;
use super::code::FixedCode;
use super::password::PasswordPolicy;
use super::schema::Schema;
use super::user_session::Tracking;
use crate::clock::Timestamp;
use crate::model::cognito_idp::{
    AcrLevelConfigType, AliasAttributeType, AuthFactorType, DcrConfigurationType,
    DefaultEmailOptionType, DeletionProtectionType, DeviceConfigurationType,
    EmailConfigurationType, EmailMfaConfigType, EmailSendingAccountType, IssuerConfigurationType,
    KeyConfigurationType, LambdaConfigType, LogConfigurationType, MessageTemplateType,
    RecoveryOptionType, SmsConfigurationType, UserPoolAddOnsType, UserPoolMfaType,
    UserPoolTierType, VerificationMessageTemplateType, WebAuthnConfigurationType,
};
use crate::model::{Contact, PoolId};

/// The configuration of a user pool.
#[derive(Debug, Clone, PartialEq)]
pub struct PoolSettings {
    /// `REGION_NAME`.
    pub id: PoolId,
    /// Its display name; not unique.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
    /// When its configuration last changed.
    pub modified: Timestamp,
    /// Rules for passwords.
    pub password_policy: PasswordPolicy,
    /// What a choice-based sign-in may start with.
    pub first_factors: Vec<AuthFactorType>,
    /// Whether DeleteUserPool is refused.
    pub deletion_protection: DeletionProtectionType,
    /// Functions called at certain steps.
    pub lambda: LambdaConfigType,
    /// The attributes a user can have.
    pub schema: Schema,
    /// Addresses that a sign-up gets a code for.
    pub auto_verified: Vec<Contact>,
    /// Attributes that a user can sign in with once verified.
    pub alias_attributes: Vec<AliasAttributeType>,
    /// Attributes that stand in place of a username.
    pub username_attributes: Vec<Contact>,
    /// `UsernameConfiguration.CaseSensitive`, if it was given.
    pub case_sensitive: Option<bool>,
    /// Texts of confirmation messages.
    pub verification_template: VerificationMessageTemplateType,
    /// The text of SMS MFA messages.
    pub sms_authentication_message: Option<String>,
    /// `AttributesRequireVerificationBeforeUpdate`, once it was set.
    pub verify_before_update: Option<Vec<Contact>>,
    /// Device tracking; absent is off.
    pub device: Option<DeviceConfigurationType>,
    /// How mail is sent.
    pub email: EmailConfigurationType,
    /// How text messages are sent.
    pub sms: Option<SmsConfigurationType>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Whether only an administrator makes users, and the invitation's texts.
    pub admin_create: AdminCreate,
    /// Threat protection.
    pub add_ons: Option<UserPoolAddOnsType>,
    /// How a password is recovered, by rising priority.
    pub recovery: Vec<RecoveryOptionType>,
    /// The feature plan.
    pub tier: UserPoolTierType,
    /// Multi-factor authentication.
    pub mfa: Mfa,
    /// The form of the issuer.
    pub issuer: Option<IssuerConfigurationType>,
    /// Names of authentication levels.
    pub acr: Option<BTreeMap<String, AcrLevelConfigType>>,
    /// Encryption at rest.
    pub key: Option<KeyConfigurationType>,
    /// Dynamic client registration.
    pub dcr: Option<DcrConfigurationType>,
    /// What SetUserPoolSessionConfiguration set.
    pub tracking: Tracking,
    /// What a fixture chose where AWS leaves no choice.
    pub emulation: Emulation,
}

/// What a fixture chose for a pool where AWS leaves no choice; no operation shows or changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Emulation {
    /// As [`Settings::one_time_tokens`](crate::context::Settings::one_time_tokens), for this pool.
    pub one_time_tokens: bool,
    /// As [`Settings::step_up`](crate::context::Settings::step_up), for this pool.
    pub step_up: bool,
    /// As [`Settings::attempt_limits`](crate::context::Settings::attempt_limits), for this pool.
    pub attempt_limits: bool,
    /// As [`Settings::code`](crate::context::Settings::code), for this pool.
    pub code: Option<FixedCode>,
}

/// Who makes users, and how they are invited.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AdminCreate {
    /// Whether SignUp is refused.
    pub only_admins: bool,
    /// Legacy twin of the policy's temporary password validity, in days.
    pub unused_validity_days: Option<i32>,
    /// Texts of the invitation.
    pub invitation: Option<MessageTemplateType>,
}

/// Multi-factor authentication of a pool.
#[derive(Debug, Clone, PartialEq)]
pub struct Mfa {
    /// Off, optional for each user, or required of everybody.
    pub mode: UserPoolMfaType,
    /// Whether SMS codes are a factor.
    pub sms: bool,
    /// Whether time-based one-time passwords are a factor; absent when never configured.
    pub software_token: Option<bool>,
    /// E-mail codes as a factor, with their texts.
    pub email: Option<EmailMfaConfigType>,
    /// Passkeys.
    pub web_authn: Option<WebAuthnConfigurationType>,
}

impl Default for Mfa {
    fn default() -> Self {
        Self {
            mode: UserPoolMfaType::Off,
            sms: false,
            software_token: None,
            email: None,
            web_authn: None,
        }
    }
}

impl Mfa {
    /// Whether software tokens can be associated.
    pub fn has_software_token(&self) -> bool {
        self.software_token == Some(true)
    }
}

impl PoolSettings {
    /// The names of the four authentication levels: `urn:cognito:loa:1` to `4` unless they are
    /// renamed (documented).
    pub fn acr_names(&self) -> BTreeMap<String, AcrLevelConfigType> {
        let mut names: BTreeMap<_, _> = (1..=4)
            .map(|level| {
                let acr_value = format!("urn:cognito:loa:{level}");
                (format!("Level{level}"), AcrLevelConfigType { acr_value })
            })
            .collect();
        names.extend(self.acr.clone().unwrap_or_default());
        names
    }

    /// The name of a level.
    pub fn acr_of(&self, level: Level) -> String {
        let name = self.acr_names().remove(&level.member());
        name.map(|name| name.acr_value).unwrap_or_default()
    }

    /// The level of a name.
    pub fn level_of(&self, name: &str) -> Option<Level> {
        Level::ALL
            .into_iter()
            .find(|level| self.acr_of(*level) == name)
    }

    /// The names of all levels, joined by commas.
    pub fn acr_list(&self) -> String {
        Level::ALL.map(|level| self.acr_of(level)).join(", ")
    }

    /// Whether a level has a name of its own.
    pub fn renames_acr(&self) -> bool {
        self.acr_names().iter().any(|(level, name)| {
            let number = level.trim_start_matches("Level");
            name.acr_value.strip_prefix("urn:cognito:loa:") != Some(number)
        })
    }

    /// Names differ by letter case unless the pool says otherwise (documented: a pool made by the
    /// API without UsernameConfiguration is case sensitive).
    pub fn case_sensitive(&self) -> bool {
        self.case_sensitive.unwrap_or(true)
    }

    /// Whether `contact` stands in place of a username.
    pub fn username_is(&self, contact: Contact) -> bool {
        self.username_attributes.contains(&contact)
    }

    /// Whether users are named by an address, and have a UUID for a username.
    pub fn has_username_attributes(&self) -> bool {
        !self.username_attributes.is_empty()
    }

    /// Whether a verified `attribute` can be signed in with.
    pub fn has_alias(&self, attribute: AliasAttributeType) -> bool {
        self.alias_attributes.contains(&attribute)
    }

    /// Whether sign-up sends a code to `contact`.
    pub fn auto_verifies(&self, contact: Contact) -> bool {
        self.auto_verified.contains(&contact)
    }

    /// Whether a changed `contact` keeps its old value until the new one is verified.
    pub fn verifies_before_update(&self, contact: Contact) -> bool {
        self.verify_before_update
            .as_ref()
            .is_some_and(|list| list.contains(&contact))
    }

    /// Whether a user may start to sign in by a one-time code.
    pub fn allows_code_sign_in(&self) -> bool {
        self.first_factors
            .iter()
            .any(|factor| Contact::coded_by(*factor).is_some())
    }

    /// Whether the mail of a sign-up has a link in place of a code.
    pub fn verifies_by_link(&self) -> bool {
        self.verification_template.default_email_option
            == Some(DefaultEmailOptionType::ConfirmWithLink)
    }

    /// Whether mail goes out through the pool owner's SES identity.
    pub fn sends_own_mail(&self) -> bool {
        self.email.email_sending_account == Some(EmailSendingAccountType::Developer)
    }
}

/// The logs of a pool and their destinations.
pub type LogConfigurations = Arc<[LogConfigurationType]>;
