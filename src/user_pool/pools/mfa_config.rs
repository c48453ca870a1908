//! SetUserPoolMfaConfig and GetUserPoolMfaConfig.
//!
//! A request replaces all factors: a block that is left out is removed, and no MfaConfiguration is
//! `OFF` (observed). Only configured blocks are shown (observed).

use super::{checks, sms_configuration};
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    GetUserPoolMfaConfigRequest, GetUserPoolMfaConfigResponse, SetUserPoolMfaConfigRequest,
    SetUserPoolMfaConfigResponse, SmsMfaConfigType, SoftwareTokenMfaConfigType, UserPoolMfaType,
};
use crate::store::user_pool::settings::{Mfa, PoolSettings};
use crate::user_pool::messages::senders;
use crate::user_pool::passkeys::relying_party;
use crate::user_pool::{regional, tiers};

/// `SetUserPoolMfaConfig`.
///
/// # Errors
/// An unknown pool, a configuration that AWS refuses.
pub fn set_user_pool_mfa_config(
    cx: &Context,
    req: SetUserPoolMfaConfigRequest,
) -> Result<SetUserPoolMfaConfigResponse, CognitoError> {
    let now = cx.now();
    let pool = cx.pool(&req.user_pool_id)?;
    regional::change_settings(cx, &pool, |mut settings, _| {
        apply_mfa(&mut settings, &pool.account, req)?;
        settings.modified = now;
        let shown = view(&settings);
        Ok((settings, shown))
    })
}

/// `GetUserPoolMfaConfig`.
///
/// # Errors
/// An unknown pool.
pub fn get_user_pool_mfa_config(
    cx: &Context,
    req: GetUserPoolMfaConfigRequest,
) -> Result<GetUserPoolMfaConfigResponse, CognitoError> {
    let shown = view(&regional::settings(cx, &*cx.pool(&req.user_pool_id)?));
    Ok(GetUserPoolMfaConfigResponse {
        sms_mfa_configuration: shown.sms_mfa_configuration,
        software_token_mfa_configuration: shown.software_token_mfa_configuration,
        email_mfa_configuration: shown.email_mfa_configuration,
        mfa_configuration: shown.mfa_configuration,
        web_authn_configuration: shown.web_authn_configuration,
    })
}

/// Replaces the MFA configuration of a pool that belongs to `account`.
///
/// # Errors
/// A configuration that AWS refuses; the pool may be half changed then and must be dropped.
pub fn apply_mfa(
    pool: &mut PoolSettings,
    account: &str,
    req: SetUserPoolMfaConfigRequest,
) -> Result<(), CognitoError> {
    check_mode(&req)?;
    let passkeys = req.web_authn_configuration.as_ref();
    if let Some(id) = passkeys.and_then(|given| given.relying_party_id.as_deref()) {
        relying_party::check_id(id)?;
    }
    let software_token = req.software_token_mfa_configuration;
    pool.mfa = Mfa {
        mode: req.mfa_configuration.unwrap_or(UserPoolMfaType::Off),
        sms: req.sms_mfa_configuration.is_some(),
        software_token: software_token.map(|given| given.enabled.unwrap_or(false)),
        email: req.email_mfa_configuration,
        web_authn: req.web_authn_configuration,
    };
    checks::email_mfa(pool)?;
    if let Some(given) = req.sms_mfa_configuration {
        apply_sms(pool, account, given)?;
    }
    checks::mfa_against_first_factors(pool)?;
    tiers::features_of_tier(pool)
}

/// Observed: this comes before the check of who sends mail.
fn check_mode(req: &SetUserPoolMfaConfigRequest) -> Result<(), CognitoError> {
    let has_block = req.sms_mfa_configuration.is_some()
        || req.email_mfa_configuration.is_some()
        || req.software_token_mfa_configuration.is_some();
    let has_factor = req.sms_mfa_configuration.is_some()
        || req.email_mfa_configuration.is_some()
        || req
            .software_token_mfa_configuration
            .as_ref()
            .is_some_and(|it| it.enabled == Some(true));
    match req.mfa_configuration.unwrap_or(UserPoolMfaType::Off) {
        UserPoolMfaType::Off if has_block => Refusal::MfaOffWithFactors.refuse(
            "MfaConfiguration is OFF or left out; set OPTIONAL or ON, or leave every factor out",
        ),
        UserPoolMfaType::On | UserPoolMfaType::Optional if !has_factor => {
            Refusal::MfaWithoutFactors.refuse(
                "give SmsMfaConfiguration, EmailMfaConfiguration or an enabled software token",
            )
        }
        UserPoolMfaType::Off | UserPoolMfaType::On | UserPoolMfaType::Optional => Ok(()),
    }
}

/// The sender may be left out where the pool has one (inferred); with none the pool's text for a
/// missing sender is the answer (inferred).
fn apply_sms(
    pool: &mut PoolSettings,
    account: &str,
    given: SmsMfaConfigType,
) -> Result<(), CognitoError> {
    if let Some(sender) = given.sms_configuration {
        let sender = sms_configuration(sender, pool.id.region());
        senders::sms(&sender, pool.id.region(), account)?;
        pool.sms = Some(sender);
    }
    if pool.sms.is_none() {
        return Refusal::SmsForMfa
            .refuse("SmsMfaConfiguration needs SmsConfiguration, the pool has none");
    }
    pool.sms_authentication_message = given.sms_authentication_message;
    Ok(())
}

/// The configuration in force.
fn view(pool: &PoolSettings) -> SetUserPoolMfaConfigResponse {
    let mfa = &pool.mfa;
    SetUserPoolMfaConfigResponse {
        sms_mfa_configuration: mfa.sms.then(|| SmsMfaConfigType {
            sms_authentication_message: pool.sms_authentication_message.clone(),
            sms_configuration: pool.sms.clone(),
        }),
        software_token_mfa_configuration: mfa.software_token.map(|enabled| {
            SoftwareTokenMfaConfigType {
                enabled: Some(enabled),
            }
        }),
        email_mfa_configuration: mfa.email.clone(),
        mfa_configuration: Some(mfa.mode),
        web_authn_configuration: mfa.web_authn.clone(),
    }
}

#[cfg(test)]
#[path = "tests/mfa_config.rs"]
mod tests;
