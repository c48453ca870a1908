//! How a user pool is shown: `UserPoolType` of CreateUserPool and DescribeUserPool, and the short
//! form of ListUserPools.
//!
//! Which members are there, and which only once they are set, is observed (recordings, acceptance
//! tests) but for the lines that say otherwise.

use std::sync::{Arc, PoisonError};

use crate::model::JsonWriter;
use crate::model::cognito_idp::{
    AccountRecoverySettingType, AdminCreateUserConfigType, PasswordPolicyType, SignInPolicyType,
    UserAttributeUpdateSettingsType, UserPoolDescriptionType, UserPoolPolicyType, UserPoolType,
    UsernameConfigurationType,
};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::description::{Described, Description};
use crate::store::user_pool::domain::{Domain, Domains};
use crate::store::user_pool::settings::{AdminCreate, PoolSettings};

/// Days that a temporary password lives when nothing, or 0, is set (documented).
const TEMPORARY_DAYS: i32 = 7;

/// The answer of DescribeUserPool: the last one, while nothing that it shows has changed.
pub fn description(pool: &UserPool) -> Description {
    let (settings, users, domains) = pool.read(|state| {
        let users = state.users.len();
        (state.settings.clone(), users, state.domains.clone())
    });
    let mut last = pool
        .described
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let still_true = |last: &&Described| {
        Arc::ptr_eq(&last.settings, &settings) && last.users == users && last.domains == domains
    };
    if let Some(last) = last.as_ref().filter(still_true) {
        return last.answer.clone();
    }
    let mut out = JsonWriter::new();
    out.object(|out| {
        out.field("UserPool", &shown(&settings, pool.arn(), users, &domains));
    });
    let answer = Description(out.into_string().into());
    *last = Some(Described {
        settings,
        users,
        domains,
        answer: answer.clone(),
    });
    answer
}

/// The answer of DescribeUserPool in a secondary Region, where the pool has these settings.
pub fn description_in(pool: &UserPool, region: &str, settings: &PoolSettings) -> Description {
    let (users, domains) = pool.read(|state| (state.users.len(), state.domains.clone()));
    let shown = shown(settings, pool.arn_in(region), users, &domains);
    let mut out = JsonWriter::new();
    out.object(|out| {
        out.field("UserPool", &shown);
    });
    Description(out.into_string().into())
}

/// A pool as DescribeUserPool shows it.
pub fn describe(pool: &UserPool) -> UserPoolType {
    let (settings, users, domains) = pool.read(|state| {
        let users = state.users.len();
        (state.settings.clone(), users, state.domains.clone())
    });
    shown(&settings, pool.arn(), users, &domains)
}

fn shown(settings: &PoolSettings, arn: String, users: usize, domains: &Domains) -> UserPoolType {
    let name = |domain: &Option<Arc<Domain>>| domain.as_ref().map(|domain| domain.name.clone());
    UserPoolType {
        domain: name(&domains.prefix),
        custom_domain: name(&domains.custom),
        ..view(settings, arn, users)
    }
}

/// These settings as DescribeUserPool shows them, without the domains. AWS's number of users lags behind; here it is
/// exact.
fn view(settings: &PoolSettings, arn: String, users: usize) -> UserPoolType {
    let template = &settings.verification_template;
    UserPoolType {
        id: Some(settings.id.clone()),
        name: Some(settings.name.clone()),
        policies: Some(policies(settings)),
        deletion_protection: Some(settings.deletion_protection),
        lambda_config: Some(settings.lambda.clone()),
        status: None,
        last_modified_date: Some(settings.modified),
        creation_date: Some(settings.created),
        schema_attributes: Some(settings.schema.view()),
        auto_verified_attributes: unless_empty(&settings.auto_verified),
        alias_attributes: unless_empty(&settings.alias_attributes),
        username_attributes: unless_empty(&settings.username_attributes),
        sms_verification_message: template.sms_message.clone(),
        email_verification_message: template.email_message.clone(),
        email_verification_subject: template.email_subject.clone(),
        verification_message_template: Some(template.clone()),
        sms_authentication_message: settings.sms_authentication_message.clone(),
        user_attribute_update_settings: settings.verify_before_update.as_ref().map(|list| {
            UserAttributeUpdateSettingsType {
                attributes_require_verification_before_update: Some(list.clone()),
            }
        }),
        mfa_configuration: Some(settings.mfa.mode),
        device_configuration: settings.device.clone(),
        estimated_number_of_users: Some(i32::try_from(users).unwrap_or(i32::MAX)),
        email_configuration: Some(settings.email.clone()),
        sms_configuration: settings.sms.clone(),
        user_pool_tags: Some(settings.tags.clone()),
        sms_configuration_failure: None,
        email_configuration_failure: None,
        domain: None,
        custom_domain: None,
        admin_create_user_config: Some(admin_create(settings)),
        user_pool_add_ons: settings.add_ons.clone(),
        dcr_configuration: settings.dcr.clone(),
        // Inferred: absent unless it was given.
        username_configuration: settings
            .case_sensitive
            .map(|case_sensitive| UsernameConfigurationType { case_sensitive }),
        arn: Some(arn),
        account_recovery_setting: Some(AccountRecoverySettingType {
            recovery_mechanisms: Some(settings.recovery.clone()),
        }),
        user_pool_tier: Some(settings.tier),
        key_configuration: settings.key.clone(),
        issuer_configuration: settings.issuer.clone(),
        // Documented: the names in force, those of levels that were not named too. That a pool where
        // none was ever set shows nothing is observed.
        acr_configuration: settings.acr.as_ref().map(|_| settings.acr_names()),
    }
}

/// A pool as ListUserPools of `region` shows it. A replicated one names all its Regions, the primary
/// first (inferred), another one none (inferred).
pub fn summary(pool: &UserPool, region: &str) -> UserPoolDescriptionType {
    let (settings, secondary) = pool.read(|state| {
        let secondary = state.replicas.secondary().cloned();
        (state.settings.clone(), secondary)
    });
    let regional = secondary
        .as_ref()
        .filter(|replica| replica.region == region)
        .map(|replica| replica.lambda().clone());
    UserPoolDescriptionType {
        id: Some(settings.id.clone()),
        name: Some(settings.name.clone()),
        lambda_config: Some(regional.unwrap_or_else(|| settings.lambda.clone())),
        status: None,
        last_modified_date: Some(settings.modified),
        creation_date: Some(settings.created),
        replica_regions: secondary
            .map(|replica| vec![pool.region().to_owned(), replica.region.clone()]),
    }
}

fn policies(settings: &PoolSettings) -> UserPoolPolicyType {
    let rules = &settings.password_policy;
    UserPoolPolicyType {
        password_policy: Some(PasswordPolicyType {
            minimum_length: Some(rules.minimum_length),
            require_uppercase: Some(rules.require_uppercase),
            require_lowercase: Some(rules.require_lowercase),
            require_numbers: Some(rules.require_numbers),
            require_symbols: Some(rules.require_symbols),
            password_history_size: rules.history_size,
            temporary_password_validity_days: Some(temporary_days(settings)),
        }),
        sign_in_policy: Some(SignInPolicyType {
            allowed_first_auth_factors: Some(settings.first_factors.clone()),
        }),
    }
}

/// Both names of the lifetime of a temporary password show the same number (inferred from the
/// default, 7 and 7, which is observed).
fn admin_create(settings: &PoolSettings) -> AdminCreateUserConfigType {
    let AdminCreate {
        only_admins,
        invitation,
        ..
    } = &settings.admin_create;
    AdminCreateUserConfigType {
        allow_admin_create_user_only: Some(*only_admins),
        unused_account_validity_days: Some(temporary_days(settings)),
        invite_message_template: invitation.clone(),
    }
}

fn temporary_days(settings: &PoolSettings) -> i32 {
    settings
        .password_policy
        .temporary_validity_days
        .filter(|days| *days > 0)
        .unwrap_or(TEMPORARY_DAYS)
}

fn unless_empty<T: Clone>(list: &[T]) -> Option<Vec<T>> {
    (!list.is_empty()).then(|| list.to_vec())
}
