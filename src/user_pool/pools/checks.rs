//! What CreateUserPool, UpdateUserPool and SetUserPoolMfaConfig refuse beyond the model's
//! constraints.
//!
//! Sentences and conditions are observed unless a comment says otherwise; the order in which several
//! faults would be reported is inferred.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::tags;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    AdminCreateUserConfigType, AliasAttributeType, AuthFactorType, ExplicitAuthFlowsType as Flow,
    LambdaConfigType, RecoveryOptionNameType, RecoveryOptionType, UserPoolMfaType,
    UserPoolTierType, WebAuthnFactorConfigurationType,
};
use crate::model::{Contact, Trigger, arns};
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::state::PoolState;
use crate::user_pool::messages::log_delivery;
use crate::user_pool::messages::senders::{email, sms};
use crate::user_pool::tiers::{self, Feature, features_of_tier, unavailable_features};

/// What is fixed at creation: how users are named.
pub(super) fn sign_in_names(pool: &PoolSettings) -> Result<(), CognitoError> {
    if !pool.alias_attributes.is_empty() && !pool.username_attributes.is_empty() {
        return Refusal::AliasAndUsernameAttributes
            .refuse("AliasAttributes and UsernameAttributes are both given; choose one");
    }
    let requires = |name: &str| pool.schema.get(name).is_some_and(|known| known.required);
    // Documented rule, inferred sentence.
    if pool.has_alias(AliasAttributeType::PreferredUsername) && requires("preferred_username") {
        return Refusal::AliasAlsoRequired
            .refuse("an alias is set after confirmation, so a sign-up cannot need it");
    }
    Ok(())
}

/// MFA of a new pool: by SMS only, the other factors are SetUserPoolMfaConfig's.
pub(super) fn mfa_at_creation(pool: &PoolSettings) -> Result<(), CognitoError> {
    if pool.mfa.mode != UserPoolMfaType::Off && pool.sms.is_none() {
        return Refusal::SmsForMfa.refuse(
            "MfaConfiguration needs SmsConfiguration here; for software tokens alone create the \
             pool with MFA off and call SetUserPoolMfaConfig",
        );
    }
    mfa_against_first_factors(pool)
}

/// UpdateUserPool turns MFA on only where a factor was enabled before; OPTIONAL is always taken.
pub(super) fn mfa_at_update(
    old: &PoolSettings,
    asked: Option<UserPoolMfaType>,
) -> Result<(), CognitoError> {
    let mfa = &old.mfa;
    let has_factor = mfa.sms || mfa.has_software_token() || mfa.email.is_some();
    if asked == Some(UserPoolMfaType::On) && !has_factor {
        return Refusal::MfaCannotTurnOn
            .refuse("no factor is enabled; SetUserPoolMfaConfig enables one and turns MFA on");
    }
    Ok(())
}

/// MFA that is required rules out first factors that are no password.
pub(super) fn mfa_against_first_factors(pool: &PoolSettings) -> Result<(), CognitoError> {
    if pool.mfa.mode != UserPoolMfaType::On {
        return Ok(());
    }
    if pool.allows_code_sign_in() {
        return Refusal::MfaWithOtpFirstFactor.refuse(
            "MFA is required, and AllowedFirstAuthFactors has EMAIL_OTP or SMS_OTP; OPTIONAL passes",
        );
    }
    let configured = pool.mfa.web_authn.as_ref();
    let factor = configured.and_then(|passkeys| passkeys.factor_configuration);
    if pool.first_factors.contains(&AuthFactorType::WebAuthn)
        && factor != Some(WebAuthnFactorConfigurationType::MultiFactorWithUserVerification)
    {
        return Refusal::MfaWithSingleFactorPasskey.refuse(
            "MFA is required and WEB_AUTHN is a first factor; FactorConfiguration must be \
             MULTI_FACTOR_WITH_USER_VERIFICATION",
        );
    }
    Ok(())
}

/// Documented: once the policy has a lifetime for temporary passwords, the legacy one is refused.
pub(super) fn legacy_validity(
    old: &PoolSettings,
    admin_create: Option<&AdminCreateUserConfigType>,
) -> Result<(), CognitoError> {
    let asks = admin_create.is_some_and(|given| given.unused_account_validity_days.is_some());
    let is_set = old.password_policy.temporary_validity_days.is_some()
        && old.admin_create.unused_validity_days.is_none();
    if asks && is_set {
        return Refusal::TwoTemporaryValidities.refuse(
            "the pool's PasswordPolicy has TemporaryPasswordValidityDays; UnusedAccountValidityDays \
             cannot be set any more",
        );
    }
    Ok(())
}

/// A whole configuration, whoever sets it.
pub(super) fn configuration(pool: &PoolSettings, account: &str) -> Result<(), CognitoError> {
    verification(pool)?;
    account_recovery(&pool.recovery)?;
    email_mfa(pool)?;
    invitation(pool)?;
    first_factors(pool)?;
    email(&pool.email, pool.id.region())?;
    if let Some(given) = &pool.sms {
        sms(given, pool.id.region(), account)?;
    }
    lambda(&pool.lambda, pool.id.region())?;
    tags::check(&pool.tags, |text| Refusal::Tagging { text })?;
    acr(pool)
}

/// A key of the pool's own Region, by its ARN and not by an alias ("Data encryption", developer guide;
/// the sentence is inferred). What else AWS asks of a key, only its owner could tell.
pub(super) fn encryption_key(pool: &PoolSettings, region: &str) -> Result<(), CognitoError> {
    let Some(arn) = pool.key.as_ref().and_then(|key| key.kms_key_arn.as_deref()) else {
        return Ok(());
    };
    let is_key = arns::service(arn) == "kms" && arns::resource(arn).starts_with("key/");
    if is_key && arns::region(arn) == region {
        return Ok(());
    }
    Refusal::EncryptionKey { arn: arn.into() }.refuse(format!(
        "KmsKeyArn is arn:aws:kms:{region}:ACCOUNT:key/ID, of a key in the pool's Region"
    ))
}

fn verification(pool: &PoolSettings) -> Result<(), CognitoError> {
    if pool.auto_verifies(Contact::PhoneNumber) && pool.sms.is_none() {
        return Refusal::SmsForAutoVerification
            .refuse("AutoVerifiedAttributes has phone_number; give SmsConfiguration too");
    }
    // UpdateUserPool keeps the former list and resets the latter (both observed), so that an update
    // that names neither is refused here, in a pool that verifies first (inferred).
    let before_update = pool.verify_before_update.as_deref().unwrap_or_default();
    if let Some(missing) = before_update.iter().find(|one| !pool.auto_verifies(**one)) {
        return Refusal::VerifyBeforeUpdateSubset
            .refuse(format!("{missing} is not in AutoVerifiedAttributes"));
    }
    Ok(())
}

fn account_recovery(mechanisms: &[RecoveryOptionType]) -> Result<(), CognitoError> {
    let names: BTreeSet<_> = mechanisms.iter().map(|one| one.name).collect();
    let priorities: BTreeSet<_> = mechanisms.iter().map(|one| one.priority).collect();
    if names.len() < mechanisms.len() || priorities.len() < mechanisms.len() {
        return Refusal::RecoveryDuplicates
            .refuse("each recovery mechanism needs a name and a priority of its own");
    }
    if names.contains(&RecoveryOptionNameType::AdminOnly) && names.len() > 1 {
        return Refusal::RecoveryAdminOnly.refuse("admin_only stands alone");
    }
    Ok(())
}

/// Codes by mail as a factor. That the rules also bind who changes mail or recovery later is inferred.
pub(super) fn email_mfa(pool: &PoolSettings) -> Result<(), CognitoError> {
    if pool.mfa.email.is_none() {
        return Ok(());
    }
    if !pool.sends_own_mail() {
        return Refusal::EmailMfaNeedsDeveloper.refuse(
            "codes by mail need an SES identity: UpdateUserPool with EmailConfiguration, \
             EmailSendingAccount DEVELOPER and SourceArn",
        );
    }
    let recovers_by_mail_only = pool
        .recovery
        .iter()
        .all(|one| one.name == RecoveryOptionNameType::VerifiedEmail);
    // Documented rule, inferred sentence.
    if recovers_by_mail_only && !pool.recovery.is_empty() {
        return Refusal::EmailMfaWithEmailRecovery.refuse(
            "mail cannot be both a second factor and the only way to recover a password; add \
             verified_phone_number to AccountRecoverySetting",
        );
    }
    Ok(())
}

/// An invitation names the user, by mail and by text message (observed, aws-cdk#6484 and #16905), and
/// brings the temporary password unless users may have none (documented: AWS::Cognito::UserPool
/// InviteMessageTemplate). That a pool's first factors decide the latter is inferred.
fn invitation(pool: &PoolSettings) -> Result<(), CognitoError> {
    let Some(texts) = &pool.admin_create.invitation else {
        return Ok(());
    };
    let needs_password = pool.first_factors == [AuthFactorType::Password];
    let given = [
        ("EmailMessage", &texts.email_message),
        ("SMSMessage", &texts.sms_message),
    ];
    for (member, text) in given {
        let Some(text) = text else { continue };
        let lacks = |placeholder: &str| !text.contains(placeholder);
        let missing = if lacks("{username}") {
            "{username}"
        } else if needs_password && lacks("{####}") {
            "{####}"
        } else {
            continue;
        };
        return Refusal::InvitationPlaceholder {
            placeholder: missing.to_owned(),
        }
        .refuse(format!(
            "InviteMessageTemplate.{member} has no {missing}; {{username}} and {{####}} stand for \
             the name and the temporary password"
        ));
    }
    Ok(())
}

fn first_factors(pool: &PoolSettings) -> Result<(), CognitoError> {
    let allowed = &pool.first_factors;
    if !allowed.contains(&AuthFactorType::Password) {
        return Refusal::FirstFactorsWithoutPassword
            .refuse("AllowedFirstAuthFactors needs PASSWORD beside the others");
    }
    if allowed.contains(&AuthFactorType::SoftwareToken) {
        return Refusal::FirstFactorNotAllowed {
            factor: AuthFactorType::SoftwareToken.to_string(),
        }
        .refuse("a software token is only ever a second factor");
    }
    if allowed.contains(&AuthFactorType::SmsOtp) && pool.sms.is_none() {
        return Refusal::FirstFactorSmsNeedsSms
            .refuse("AllowedFirstAuthFactors has SMS_OTP; give SmsConfiguration too");
    }
    Ok(())
}

fn lambda(given: &LambdaConfigType, region: &str) -> Result<(), CognitoError> {
    if let Some((_, arn)) = Trigger::functions(given).find(|(_, arn)| arns::region(arn) != region) {
        return Refusal::CrossRegionLambda.refuse(format!(
            "a function is in {:?}, the pool in {region}",
            arns::region(arn)
        ));
    }
    let has_sender = given.custom_sms_sender.is_some() || given.custom_email_sender.is_some();
    if has_sender && given.kms_key_id.is_none() {
        return Refusal::KmsKeyRequired
            .refuse("CustomSMSSender and CustomEmailSender get codes encrypted; give KMSKeyID");
    }
    Ok(())
}

/// Documented in the model: names are unique over all four levels, the defaults of the others
/// included. The sentence is inferred.
fn acr(pool: &PoolSettings) -> Result<(), CognitoError> {
    let names = pool.acr_names();
    let named: BTreeSet<&str> = names
        .values()
        .map(|level| level.acr_value.as_str())
        .collect();
    if named.len() < 4 {
        return Refusal::AcrValues
            .refuse("levels that are not named keep urn:cognito:loa:1 to urn:cognito:loa:4");
    }
    Ok(())
}

/// Documented: a tier cannot be lowered while features of the higher one are on. The sentence is
/// inferred, as is that the flows of a client and the branding of a domain count. A replica needs the
/// ESSENTIALS or PLUS plan (documented).
pub(super) fn tier_change(state: &PoolState, new: &PoolSettings) -> Result<(), CognitoError> {
    let mut features = unavailable_features(new);
    let has = |any: &[Flow]| {
        state.clients.values().any(|client: &Arc<AppClient>| {
            let flows = client.explicit_auth_flows.as_deref().unwrap_or_default();
            flows.iter().any(|flow| any.contains(flow))
        })
    };
    if new.tier == UserPoolTierType::Lite {
        if has(&[Flow::AllowUserAuth]) {
            features.push(Feature::ChoiceBasedSignIn);
        }
        if has(&[
            Flow::AllowTokenExchangeDelegation,
            Flow::AllowTokenExchangeImpersonation,
        ]) {
            features.push(Feature::TokenExchange);
        }
        if state.domains.has_managed_login() {
            features.push(Feature::ManagedLogin);
        }
        if state.client_id_metadata.policies().len() > 0 {
            features.push(Feature::ClientIdMetadataDocuments);
        }
        if state.replicas.secondary().is_some() {
            features.push(Feature::MultiRegionReplication);
        }
    }
    // "Turning off features", developer guide: log export holds a pool in the Plus plan.
    let secondary = state.replicas.secondary();
    let mut logs = secondary
        .map(|replica| replica.logs())
        .into_iter()
        .chain([&state.log_delivery]);
    if new.tier < UserPoolTierType::Plus && logs.any(|logs| log_delivery::streams_activity(logs)) {
        features.push(Feature::LogStreaming);
    }
    if new.tier < state.settings.tier && !features.is_empty() {
        return Refusal::TierChange {
            tier: new.tier.to_string(),
        }
        .refuse(format!("still on: {}", tiers::listed(&features)));
    }
    features_of_tier(new)
}

#[cfg(test)]
#[path = "tests/checks.rs"]
mod tests;
