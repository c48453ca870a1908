//! User pools: CreateUserPool, DescribeUserPool, UpdateUserPool, DeleteUserPool, ListUserPools.
//!
//! UpdateUserPool replaces: what a request leaves out goes back to its default (documented), but for
//! what is named below at `replace`. CreateUserPool is the same over a pool of defaults, plus
//! the members that are fixed at creation.

mod checks;
pub(crate) mod ids;
pub mod mfa_config;
pub mod provisioned_limits;
pub mod replicas;
mod risk_senders;
pub(crate) mod schema;
pub mod tags;
pub mod view;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::ids::{new_id, pinned_id};
use self::view::{describe, description, description_in, summary};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    AccountRecoverySettingType, AdminCreateUserConfigType, AuthFactorType, CreateUserPoolRequest,
    CreateUserPoolResponse, DcrConfigurationType, DefaultEmailOptionType, DeleteUserPoolRequest,
    DeletionProtectionType, DescribeUserPoolRequest, EmailConfigurationType,
    EmailSendingAccountType, LambdaConfigType, ListUserPoolsRequest, ListUserPoolsResponse,
    PreTokenGenerationLambdaVersionType, PreTokenGenerationVersionConfigType,
    RecoveryOptionNameType, RecoveryOptionType, SignInPolicyType, SmsConfigurationType, StatusType,
    UpdateUserPoolRequest, UpdateUserPoolResponse, UserAttributeUpdateSettingsType,
    UserPoolAddOnsType, UserPoolMfaType, UserPoolTierType, VerificationMessageTemplateType,
};
use crate::model::{Contact, NoOutput, PoolId};
use crate::page;
use crate::store::NotAdded;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::description::Description;
use crate::store::user_pool::password::PasswordPolicy;
use crate::store::user_pool::schema::Schema;
use crate::store::user_pool::settings::{AdminCreate, Emulation, Mfa, PoolSettings};
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::user_session::Tracking;
use crate::user_pool::messages::senders;
use crate::user_pool::{regional, tiers};

/// The tag of CreateUserPool that pins the id of the new pool; Poolhouse's own.
pub const PINNED_ID_TAG: &str = "_custom_id_";

/// Documented quota of pools in a Region; adjustable, so it only holds when limits are asked for.
const MAX_POOLS: usize = 1000;

/// `CreateUserPool`.
///
/// # Errors
/// A configuration that AWS refuses; a pinned id that is malformed or taken.
pub fn create_user_pool(
    cx: &Context,
    req: CreateUserPoolRequest,
) -> Result<CreateUserPoolResponse, CognitoError> {
    let region = cx.caller.region_or_default();
    let pinned = req
        .user_pool_tags
        .as_ref()
        .and_then(|tags| tags.get(PINNED_ID_TAG));
    let id = match pinned {
        Some(id) => pinned_id(id, region)?,
        None => new_id(cx, region),
    };
    let settings = build(cx, req, id.clone(), cx.now())?;
    let account = &cx.caller.account;
    // Keys are drawn for a pool that comes to be only, so that a refused one shifts no key ids.
    let make = || {
        let (account, keys) = (account.clone(), cx.keys.next_pair());
        Arc::new(UserPool::new(account, keys, settings, cx.clock.clone()))
    };
    let added = cx.store.add_pool_with(&id, account, quota(cx), make);
    let pool = added.map_err(|why| not_added(why, &id))?;
    Ok(CreateUserPoolResponse {
        user_pool: Some(describe(&pool)),
    })
}

fn not_added(why: NotAdded, id: &PoolId) -> CognitoError {
    match why {
        NotAdded::IdTaken => Refusal::PinnedId {
            text: format!("User pool {id} already exists."),
        }
        .because(format!(
            "the tag {PINNED_ID_TAG} names a pool that exists; ids are unique"
        )),
        NotAdded::TooMany => Refusal::ResourceLimit {
            what: "user pools".into(),
        }
        .because(format!(
            "an account has {MAX_POOLS} user pools in a Region at most"
        )),
    }
}

/// How many pools the caller may have in the Region, where that is limited: with `--quotas aws`, and
/// where a fixture with `Quotas: aws` has a pool.
fn quota(cx: &Context) -> Option<usize> {
    let is_marked = || cx.quotas.is_marked(&cx.caller.account_region());
    let holds = cx.settings.attempt_limits || is_marked();
    holds.then_some(MAX_POOLS)
}

/// The configuration that CreateUserPool gives a pool with this id, in the caller's account.
///
/// # Errors
/// A configuration that AWS refuses.
pub fn build(
    cx: &Context,
    req: CreateUserPoolRequest,
    id: PoolId,
    now: Timestamp,
) -> Result<PoolSettings, CognitoError> {
    let base = PoolSettings {
        schema: Schema::build(req.schema.as_deref().unwrap_or_default())?,
        alias_attributes: req.alias_attributes.unwrap_or_default(),
        username_attributes: req.username_attributes.unwrap_or_default(),
        case_sensitive: req.username_configuration.map(|given| given.case_sensitive),
        ..defaults(id.clone(), now)
    };
    checks::sign_in_names(&base)?;
    let given = UpdateUserPoolRequest {
        user_pool_id: id,
        pool_name: Some(req.pool_name),
        policies: req.policies,
        deletion_protection: req.deletion_protection,
        lambda_config: req.lambda_config,
        auto_verified_attributes: req.auto_verified_attributes,
        sms_verification_message: req.sms_verification_message,
        email_verification_message: req.email_verification_message,
        email_verification_subject: req.email_verification_subject,
        verification_message_template: req.verification_message_template,
        sms_authentication_message: req.sms_authentication_message,
        user_attribute_update_settings: req.user_attribute_update_settings,
        mfa_configuration: req.mfa_configuration,
        device_configuration: req.device_configuration,
        email_configuration: req.email_configuration,
        sms_configuration: req.sms_configuration,
        user_pool_tags: req.user_pool_tags,
        admin_create_user_config: req.admin_create_user_config,
        user_pool_add_ons: req.user_pool_add_ons,
        dcr_configuration: req.dcr_configuration,
        account_recovery_setting: req.account_recovery_setting,
        user_pool_tier: req.user_pool_tier,
        key_configuration: req.key_configuration,
        issuer_configuration: req.issuer_configuration,
        acr_configuration: req.acr_configuration,
    };
    let pool = replace(base, given, now)?;
    checks::mfa_at_creation(&pool)?;
    checks::configuration(&pool, &cx.caller.account)?;
    checks::encryption_key(&pool, pool.id.region())?;
    tiers::features_of_tier(&pool)?;
    Ok(pool)
}

/// A pool of defaults (observed for each member unless its line says otherwise).
fn defaults(id: PoolId, now: Timestamp) -> PoolSettings {
    PoolSettings {
        id,
        name: String::new(),
        created: now,
        modified: now,
        password_policy: PasswordPolicy {
            temporary_validity_days: None,
            ..Default::default()
        },
        first_factors: vec![AuthFactorType::Password],
        deletion_protection: DeletionProtectionType::Inactive,
        lambda: LambdaConfigType::default(),
        schema: Schema::default(),
        auto_verified: Vec::new(),
        alias_attributes: Vec::new(),
        username_attributes: Vec::new(),
        case_sensitive: None,
        verification_template: VerificationMessageTemplateType::default(),
        sms_authentication_message: None,
        verify_before_update: None,
        device: None,
        email: EmailConfigurationType::default(),
        sms: None,
        tags: BTreeMap::new(),
        admin_create: AdminCreate::default(),
        add_ons: None,
        recovery: Vec::new(),
        tier: UserPoolTierType::Essentials,
        mfa: Mfa::default(),
        issuer: None,
        acr: None,
        key: None,
        dcr: None,
        tracking: Tracking::default(),
        emulation: Emulation::default(),
    }
}

/// `old` with what `req` says and defaults for the rest.
///
/// Kept when left out: name and tier (documented), tags (inferred), MFA and what
/// SetUserPoolMfaConfig stored, UserAttributeUpdateSettings (both observed), dynamic client
/// registration (documented), and what is fixed at creation.
fn replace(
    old: PoolSettings,
    req: UpdateUserPoolRequest,
    now: Timestamp,
) -> Result<PoolSettings, CognitoError> {
    let region = old.id.region().to_owned();
    let given_sms = req.sms_configuration;
    let given_sms = given_sms.map(|given| sms_configuration(given, &region));
    let mfa = mfa(old.mfa, req.mfa_configuration, given_sms.is_some());
    let policies = req.policies.unwrap_or_default();
    let (password_policy, admin_create) =
        password_rules(policies.password_policy, req.admin_create_user_config)?;
    Ok(PoolSettings {
        name: req.pool_name.unwrap_or(old.name),
        modified: now,
        password_policy,
        first_factors: first_factors(policies.sign_in_policy),
        deletion_protection: req
            .deletion_protection
            .unwrap_or(DeletionProtectionType::Inactive),
        lambda: mirrored(req.lambda_config.unwrap_or_default())?,
        auto_verified: req.auto_verified_attributes.unwrap_or_default(),
        verification_template: merged_template(
            req.verification_message_template.unwrap_or_default(),
            req.sms_verification_message,
            req.email_verification_message,
            req.email_verification_subject,
        )?,
        sms_authentication_message: req
            .sms_authentication_message
            .or(old.sms_authentication_message.filter(|_| mfa.sms)),
        verify_before_update: verified_before_update(req.user_attribute_update_settings)
            .or(old.verify_before_update),
        device: req.device_configuration,
        email: email_configuration(req.email_configuration.unwrap_or_default()),
        // SMS as a factor is SetUserPoolMfaConfig's; its sender stays with it (inferred).
        sms: given_sms.or(old.sms.filter(|_| mfa.sms)),
        tags: req.user_pool_tags.unwrap_or(old.tags),
        admin_create,
        add_ons: req.user_pool_add_ons.map(with_additional_flows),
        recovery: recovery(req.account_recovery_setting),
        tier: req.user_pool_tier.unwrap_or(old.tier),
        mfa,
        issuer: req.issuer_configuration,
        acr: req.acr_configuration,
        key: req.key_configuration,
        dcr: req.dcr_configuration.map(with_dcr_defaults).or(old.dcr),
        tracking: old.tracking,
        // Fixed at creation (documented: no members of UpdateUserPool).
        emulation: old.emulation,
        id: old.id,
        created: old.created,
        schema: old.schema,
        alias_attributes: old.alias_attributes,
        username_attributes: old.username_attributes,
        case_sensitive: old.case_sensitive,
    })
}

/// Passwords alone, unless the pool says otherwise.
fn first_factors(given: Option<SignInPolicyType>) -> Vec<AuthFactorType> {
    let given = given.and_then(|policy| policy.allowed_first_auth_factors);
    given.unwrap_or_else(|| vec![AuthFactorType::Password])
}

/// The attributes that must be verified before they change, where it is said; without a list none.
fn verified_before_update(given: Option<UserAttributeUpdateSettingsType>) -> Option<Vec<Contact>> {
    let list = given?.attributes_require_verification_before_update;
    Some(list.unwrap_or_default())
}

/// An SMS sender makes SMS a factor when MFA comes on together with it (documented: an active SMS
/// configuration makes SMS available as a factor).
fn mfa(old: Mfa, mode: Option<UserPoolMfaType>, sends_sms: bool) -> Mfa {
    let turns_on =
        old.mode == UserPoolMfaType::Off && mode.is_some_and(|mode| mode != UserPoolMfaType::Off);
    Mfa {
        mode: mode.unwrap_or(old.mode),
        sms: old.sms || (turns_on && sends_sms),
        ..old
    }
}

/// The pool's Region is filled in (documented by a sample).
pub(super) fn sms_configuration(
    mut given: SmsConfigurationType,
    region: &str,
) -> SmsConfigurationType {
    if given.sns_region.is_none() && given.eums_sms.is_none() {
        given.sns_region = Some(senders::sns_region(region).to_owned());
    }
    given
}

/// The two lifetimes of a temporary password are one setting under two names: only one may be given
/// (observed); the legacy one takes effect when it stands alone (inferred). A policy that is given
/// drops the rules it leaves out (inferred).
fn password_rules(
    policy: Option<crate::model::cognito_idp::PasswordPolicyType>,
    admin_create: Option<AdminCreateUserConfigType>,
) -> Result<(PasswordPolicy, AdminCreate), CognitoError> {
    let admin_create = admin_create.unwrap_or_default();
    let unused_days = admin_create.unused_account_validity_days;
    let mut rules = match policy {
        Some(given) => PasswordPolicy {
            minimum_length: given.minimum_length.unwrap_or(8),
            require_uppercase: given.require_uppercase.unwrap_or(false),
            require_lowercase: given.require_lowercase.unwrap_or(false),
            require_numbers: given.require_numbers.unwrap_or(false),
            require_symbols: given.require_symbols.unwrap_or(false),
            history_size: given.password_history_size,
            temporary_validity_days: given.temporary_password_validity_days,
        },
        None => PasswordPolicy {
            temporary_validity_days: None,
            ..PasswordPolicy::default()
        },
    };
    if unused_days.is_some() && rules.temporary_validity_days.is_some() {
        return Refusal::TwoTemporaryValidities.refuse(
            "PasswordPolicy.TemporaryPasswordValidityDays and \
             AdminCreateUserConfig.UnusedAccountValidityDays are both given; leave the latter out",
        );
    }
    rules.temporary_validity_days = rules.temporary_validity_days.or(unused_days);
    let admin_create = AdminCreate {
        only_admins: admin_create.allow_admin_create_user_only.unwrap_or(false),
        unused_validity_days: unused_days,
        invitation: admin_create.invite_message_template,
    };
    Ok((rules, admin_create))
}

/// PreTokenGeneration and PreTokenGenerationConfig show the same function. That the former alone
/// fills the latter, as version 1, is documented; the reverse is inferred.
fn mirrored(mut lambda: LambdaConfigType) -> Result<LambdaConfigType, CognitoError> {
    match (
        &lambda.pre_token_generation,
        &lambda.pre_token_generation_config,
    ) {
        (Some(arn), Some(config)) if *arn != config.lambda_arn => {
            return Refusal::PreTokenArnsDiffer.refuse(
                "PreTokenGeneration and PreTokenGenerationConfig.LambdaArn name two functions; \
                 give one of them, or the same twice",
            );
        }
        (Some(arn), None) => {
            lambda.pre_token_generation_config = Some(PreTokenGenerationVersionConfigType {
                lambda_version: PreTokenGenerationLambdaVersionType::V1_0,
                lambda_arn: arn.clone(),
            });
        }
        (None, Some(config)) => lambda.pre_token_generation = Some(config.lambda_arn.clone()),
        (Some(_), Some(_)) | (None, None) => {}
    }
    Ok(lambda)
}

/// The legacy members and their twins in the template are one setting (observed); given both, they
/// must agree (documented).
fn merged_template(
    mut template: VerificationMessageTemplateType,
    sms_message: Option<String>,
    email_message: Option<String>,
    email_subject: Option<String>,
) -> Result<VerificationMessageTemplateType, CognitoError> {
    let twins = [
        (
            "SmsVerificationMessage",
            sms_message,
            &mut template.sms_message,
        ),
        (
            "EmailVerificationMessage",
            email_message,
            &mut template.email_message,
        ),
        (
            "EmailVerificationSubject",
            email_subject,
            &mut template.email_subject,
        ),
    ];
    for (member, legacy, twin) in twins {
        if legacy.is_some() && twin.is_some() && legacy != *twin {
            return Refusal::TemplatesDisagree {
                member: member.to_owned(),
            }
            .refuse(format!(
                "{member} and its twin in VerificationMessageTemplate differ; give one of them"
            ));
        }
        *twin = twin.take().or(legacy);
    }
    template
        .default_email_option
        .get_or_insert(DefaultEmailOptionType::ConfirmWithCode);
    Ok(template)
}

fn email_configuration(mut given: EmailConfigurationType) -> EmailConfigurationType {
    given
        .email_sending_account
        .get_or_insert(EmailSendingAccountType::CognitoDefault);
    given
}

/// `{}` when only the mode was set (documented by a sample).
fn with_additional_flows(mut given: UserPoolAddOnsType) -> UserPoolAddOnsType {
    given
        .advanced_security_additional_flows
        .get_or_insert_default();
    given
}

/// Documented in the model: a configuration without these turns registration on, but not the open one.
fn with_dcr_defaults(mut given: DcrConfigurationType) -> DcrConfigurationType {
    given.enable_status.get_or_insert(StatusType::Enabled);
    given.open_dcr_enabled.get_or_insert(false);
    given
}

/// Mail first, then text message, is inferred as the default; that there is one is observed.
fn recovery(given: Option<AccountRecoverySettingType>) -> Vec<RecoveryOptionType> {
    let given = given.and_then(|setting| setting.recovery_mechanisms);
    let mut mechanisms = given.unwrap_or_else(|| {
        let option = |priority, name| RecoveryOptionType { priority, name };
        vec![
            option(1, RecoveryOptionNameType::VerifiedEmail),
            option(2, RecoveryOptionNameType::VerifiedPhoneNumber),
        ]
    });
    mechanisms.sort_by_key(|mechanism| mechanism.priority);
    mechanisms
}

/// `DescribeUserPool`.
///
/// # Errors
/// An unknown pool.
pub fn describe_user_pool(
    cx: &Context,
    req: DescribeUserPoolRequest,
) -> Result<Description, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let region = regional::region(cx, &pool);
    if region != pool.region() {
        return Ok(description_in(
            &pool,
            region,
            &regional::settings(cx, &pool),
        ));
    }
    Ok(description(&pool))
}

/// `UpdateUserPool`. Replaces the configuration, but for what the module names.
///
/// # Errors
/// An unknown pool, a configuration that AWS refuses.
pub fn update_user_pool(
    cx: &Context,
    req: UpdateUserPoolRequest,
) -> Result<UpdateUserPoolResponse, CognitoError> {
    let now = cx.now();
    let pool = cx.pool(&req.user_pool_id)?;
    regional::change_settings(cx, &pool, |old, state| {
        state.imports.check_idle()?;
        checks::mfa_at_update(&old, req.mfa_configuration)?;
        checks::legacy_validity(&old, req.admin_create_user_config.as_ref())?;
        let new = replace(old, req, now)?;
        checks::mfa_against_first_factors(&new)?;
        checks::configuration(&new, &pool.account)?;
        checks::encryption_key(&new, pool.region())?;
        checks::tier_change(state, &new)?;
        Ok((new, UpdateUserPoolResponse {}))
    })
}

/// `DeleteUserPool`. Everything in the pool goes with it. That deletion protection is told before a
/// domain is inferred.
///
/// # Errors
/// An unknown pool, an active deletion protection, a domain, a replica.
pub fn delete_user_pool(
    cx: &Context,
    req: DeleteUserPoolRequest,
) -> Result<NoOutput, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    cx.store.remove_pool(&pool, check_deletable)?;
    Ok(NoOutput)
}

fn check_deletable(state: &PoolState) -> Result<(), CognitoError> {
    if state.settings.deletion_protection == DeletionProtectionType::Active {
        return Refusal::DeletionProtected
            .refuse("the pool's DeletionProtection is ACTIVE; UpdateUserPool sets it to INACTIVE");
    }
    if let Some(domain) = state.domains.main() {
        return Refusal::PoolHasDomain.refuse(format!(
            "the pool has the domain {}; DeleteUserPoolDomain first",
            domain.name
        ));
    }
    state.imports.check_idle()?;
    if let Some(replica) = state.replicas.secondary() {
        return Refusal::PoolHasReplica.refuse(format!(
            "the pool has a replica in {}; DeleteUserPoolReplica first",
            replica.region
        ));
    }
    Ok(())
}

/// `ListUserPools`: those of the caller's account and Region, ordered by id.
///
/// # Errors
/// A token that is not this list's.
pub fn list_user_pools(
    cx: &Context,
    req: ListUserPoolsRequest,
) -> Result<ListUserPoolsResponse, CognitoError> {
    let place = cx.caller.account_region();
    let (account, region) = (&place.account, &place.region);
    let scope = format!("ListUserPools {account} {region}");
    let after = page::position(cx, &scope, req.next_token.as_deref())?.map(PoolId::from);
    let count = usize::try_from(req.max_results).unwrap_or(1);
    let mut pools = cx.store.pools_after(&place, after.as_ref(), count + 1);
    let has_more = pools.len() > count;
    pools.truncate(count);
    let last = pools.last().filter(|_| has_more);
    if pools.is_empty()
        && after.is_none()
        && let Some(other) = cx.store.elsewhere(&place)
    {
        cx.remark(format!(
            "account {account} has no user pool in {region}; there are pools of account {} in {}. \
             The Region is that of the credentials' scope, and an access key id of 12 digits is the \
             account",
            other.account, other.region
        ));
    }
    Ok(ListUserPoolsResponse {
        next_token: last.map(|pool| page::token(cx, &scope, &pool.id)),
        user_pools: Some(pools.iter().map(|pool| summary(pool, region)).collect()),
    })
}

#[cfg(test)]
mod tests;
