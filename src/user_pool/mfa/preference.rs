//! What a user chose among the factors, and what responses say about it.

use std::sync::Arc;

use super::step::{MfaStep, next_step};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::Contact;
use crate::model::cognito_idp::{
    AdminDeleteSoftwareTokenRequest, AdminDeleteSoftwareTokenResponse,
    AdminGetUserAuthFactorsRequest, AdminGetUserAuthFactorsResponse,
    AdminSetUserMFAPreferenceRequest, AdminSetUserMFAPreferenceResponse, AuthFactorType,
    EmailMfaSettingsType, GetUserAuthFactorsRequest, GetUserAuthFactorsResponse,
    SMSMfaSettingsType, SetUserMFAPreferenceRequest, SetUserMFAPreferenceResponse,
    SoftwareTokenMfaSettingsType, WebAuthnMfaSettingsType,
};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::user::{Factor, User, UserMfa};
use crate::user_pool::passkeys::relying_party;
use crate::user_pool::tokens::access;
use crate::user_pool::users;

/// `UserMFASettingList`: absent when nothing is on (observed).
///
/// Only the preference operations turn a factor on; setting one up does not, by MFA_SETUP or by
/// access token, nor does using one, though a pool that requires MFA goes on to ask for it. Observed:
/// AWS's client for Flutter calls SetUserMFAPreference itself after MFA_SETUP, "since Cognito will
/// not automatically mark the MFA type as enabled" (amplify-flutter, sign_in_state_machine.dart);
/// aws-amplify/amplify-js#11258 tells the same of SMS codes. `PreferredMfaSetting` likewise.
pub fn mfa_list(user: &User) -> Option<Vec<String>> {
    let mfa = &user.more()?.mfa;
    let list: Vec<String> = [
        (mfa.sms, Factor::SmsMfa),
        (mfa.software_token, Factor::SoftwareTokenMfa),
        (mfa.email, Factor::EmailOtp),
    ]
    .into_iter()
    .filter(|(on, _)| *on)
    .map(|(_, factor)| factor.as_str().to_owned())
    .collect();
    (!list.is_empty()).then_some(list)
}

/// `PreferredMfaSetting`: absent when there is none.
pub fn preferred(user: &User) -> Option<String> {
    user.more()?
        .mfa
        .preferred
        .map(|factor| factor.as_str().to_owned())
}

/// One factor's block of a preference request.
struct Block {
    factor: Factor,
    enabled: bool,
    preferred: bool,
}

/// The blocks that were sent; one not sent leaves its factor as it is (observed).
struct Blocks {
    factors: Vec<Block>,
    web_authn: Option<bool>,
}

impl Blocks {
    fn new(
        sms: Option<SMSMfaSettingsType>,
        token: Option<SoftwareTokenMfaSettingsType>,
        email: Option<EmailMfaSettingsType>,
        web_authn: Option<WebAuthnMfaSettingsType>,
    ) -> Result<Self, CognitoError> {
        let sent = [
            sms.map(|block| (Factor::SmsMfa, block.enabled, block.preferred_mfa)),
            token.map(|block| (Factor::SoftwareTokenMfa, block.enabled, block.preferred_mfa)),
            email.map(|block| (Factor::EmailOtp, block.enabled, block.preferred_mfa)),
        ];
        let factors: Vec<Block> = sent
            .into_iter()
            .flatten()
            .map(|(factor, enabled, preferred)| Block {
                factor,
                enabled: enabled.unwrap_or(false),
                preferred: preferred.unwrap_or(false),
            })
            .collect();
        if let Some(block) = factors
            .iter()
            .find(|block| block.preferred && !block.enabled)
        {
            return Refusal::PreferredFactorDisabled.refuse(format!(
                "{} is to be preferred and turned off at once; send Enabled true with PreferredMfa",
                block.factor.as_str()
            ));
        }
        if factors.iter().filter(|block| block.preferred).count() > 1 {
            return Refusal::SeveralPreferredFactors
                .refuse("send PreferredMfa true in one block at the most");
        }
        Ok(Self {
            factors,
            web_authn: web_authn.map(|block| block.enabled.unwrap_or(false)),
        })
    }

    fn apply(&self, settings: &PoolSettings, user: &mut User) -> Result<(), CognitoError> {
        for block in self.factors.iter().filter(|block| block.enabled) {
            check_has_means(user, block.factor)?;
        }
        let mfa = &mut user.more_mut().mfa;
        for block in &self.factors {
            match block.factor {
                Factor::SmsMfa => {
                    mfa.sms = block.enabled;
                    // Turning SMS off here ends it however it was turned on: aws-amplify relies on
                    // that (reported).
                    mfa.sms_option &= block.enabled;
                }
                Factor::SoftwareTokenMfa => mfa.software_token = block.enabled,
                Factor::EmailOtp => mfa.email = block.enabled,
            }
            if block.preferred {
                mfa.preferred = Some(block.factor);
            } else if mfa.preferred == Some(block.factor) {
                mfa.preferred = None;
            }
        }
        if let Some(enabled) = self.web_authn {
            check_web_authn(settings, user, enabled)?;
            user.more_mut().mfa.web_authn = enabled;
        }
        Ok(())
    }
}

/// A factor is turned on only where the user has what it needs; the address need not be verified
/// (documented).
pub(super) fn check_has_means(user: &User, factor: Factor) -> Result<(), CognitoError> {
    let (has, needs) = match factor {
        Factor::SmsMfa => (
            user.address(Contact::PhoneNumber).is_some(),
            "a phone_number",
        ),
        Factor::EmailOtp => (user.address(Contact::Email).is_some(), "an email"),
        Factor::SoftwareTokenMfa => (
            user.more().is_some_and(|more| more.mfa.token.is_some()),
            "a software token that VerifySoftwareToken has verified",
        ),
    };
    if has {
        return Ok(());
    }
    Refusal::NoDeliveryConfig {
        factor: factor.as_str().to_owned(),
    }
    .refuse(format!("the user lacks {needs}"))
}

/// Documented: passkeys count as a factor only with user verification and beside another factor, of
/// which the SMS of SetUserSettings is one (inferred), and what a pool that requires MFA asks for without
/// being told to (observed for a verified token: it is enough to be asked for; inferred that it counts
/// here). The sentence is inferred.
fn check_web_authn(
    settings: &PoolSettings,
    user: &User,
    enabled: bool,
) -> Result<(), CognitoError> {
    let turned_on = |mfa: &UserMfa| mfa.sms || mfa.sms_option || mfa.software_token || mfa.email;
    let beside = || {
        user.more().is_some_and(|more| turned_on(&more.mfa))
            || matches!(
                next_step(settings, user),
                MfaStep::Challenge(_) | MfaStep::Select(_)
            )
    };
    if !enabled || relying_party::counts_as_mfa(settings) && beside() {
        return Ok(());
    }
    Refusal::NoDeliveryConfig {
        factor: "WEB_AUTHN".into(),
    }
    .refuse(
        "passkeys count as MFA with FactorConfiguration MULTI_FACTOR_WITH_USER_VERIFICATION and \
         another factor that is turned on, or that the pool asks for",
    )
}

pub(super) fn change_user(
    pool: &UserPool,
    now: Timestamp,
    find: impl FnOnce(&crate::store::user_pool::state::PoolState) -> Result<Arc<User>, CognitoError>,
    change: impl FnOnce(&PoolSettings, &mut User) -> Result<(), CognitoError>,
) -> Result<(), CognitoError> {
    pool.change(|draft| {
        let state = draft.state();
        let mut user = User::clone(&*find(state)?);
        change(&state.settings, &mut user)?;
        user.modified = now;
        draft.put_user(user);
        Ok(())
    })
}

/// `SetUserMFAPreference`. A user may turn every factor off, also where MFA is required (observed).
///
/// # Errors
/// A factor that the user has no means for, two preferred ones, what is wrong with the token.
pub fn set_user_mfa_preference(
    cx: &Context,
    req: SetUserMFAPreferenceRequest,
) -> Result<SetUserMFAPreferenceResponse, CognitoError> {
    let who = access::authorize(cx, &req.access_token)?;
    let blocks = Blocks::new(
        req.sms_mfa_settings,
        req.software_token_mfa_settings,
        req.email_mfa_settings,
        req.web_authn_mfa_settings,
    )?;
    let sub = who.user.sub;
    let find =
        |state: &crate::store::user_pool::state::PoolState| {
            state.users.with_sub(sub).cloned().ok_or_else(|| {
                Refusal::UserUnknown.because("the token's user was deleted meanwhile")
            })
        };
    change_user(&who.pool, cx.now(), find, |settings, user| {
        blocks.apply(settings, user)
    })?;
    Ok(SetUserMFAPreferenceResponse {})
}

/// `AdminSetUserMFAPreference`.
///
/// # Errors
/// As SetUserMFAPreference, and an unknown pool or user.
pub fn admin_set_user_mfa_preference(
    cx: &Context,
    req: AdminSetUserMFAPreferenceRequest,
) -> Result<AdminSetUserMFAPreferenceResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let blocks = Blocks::new(
        req.sms_mfa_settings,
        req.software_token_mfa_settings,
        req.email_mfa_settings,
        req.web_authn_mfa_settings,
    )?;
    let find = |state: &crate::store::user_pool::state::PoolState| {
        users::require(state, &req.username).cloned()
    };
    change_user(&pool, cx.now(), find, |settings, user| {
        blocks.apply(settings, user)
    })?;
    Ok(AdminSetUserMFAPreferenceResponse {})
}

/// Applies AdminSetUserMFAPreference's blocks to a user who is not stored yet, as fixtures do.
///
/// # Errors
/// As AdminSetUserMFAPreference.
pub fn apply_preference(
    settings: &PoolSettings,
    user: &mut User,
    req: AdminSetUserMFAPreferenceRequest,
) -> Result<(), CognitoError> {
    let blocks = Blocks::new(
        req.sms_mfa_settings,
        req.software_token_mfa_settings,
        req.email_mfa_settings,
        req.web_authn_mfa_settings,
    )?;
    blocks.apply(settings, user)
}

/// `AdminDeleteSoftwareToken`: the user can associate a new one (documented).
///
/// # Errors
/// An unknown pool or user.
pub fn admin_delete_software_token(
    cx: &Context,
    req: AdminDeleteSoftwareTokenRequest,
) -> Result<AdminDeleteSoftwareTokenResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let find = |state: &crate::store::user_pool::state::PoolState| {
        users::require(state, &req.username).cloned()
    };
    change_user(&pool, cx.now(), find, |_, user| {
        let mfa = &mut user.more_mut().mfa;
        mfa.token = None;
        mfa.pending_secret = None;
        mfa.software_token = false;
        if mfa.preferred == Some(Factor::SoftwareTokenMfa) {
            mfa.preferred = None;
        }
        Ok(())
    })?;
    Ok(AdminDeleteSoftwareTokenResponse {})
}

/// `GetUserAuthFactors`.
///
/// # Errors
/// What is wrong with the token.
pub fn get_user_auth_factors(
    cx: &Context,
    req: GetUserAuthFactorsRequest,
) -> Result<GetUserAuthFactorsResponse, CognitoError> {
    let who = access::authorize(cx, &req.access_token)?;
    Ok(GetUserAuthFactorsResponse {
        username: who.user.username.clone(),
        preferred_mfa_setting: preferred(&who.user),
        user_mfa_setting_list: mfa_list(&who.user),
        configured_user_auth_factors: Some(who.pool.read(|state| configured(state, &who.user))),
    })
}

/// `AdminGetUserAuthFactors`.
///
/// # Errors
/// An unknown pool or user.
pub fn admin_get_user_auth_factors(
    cx: &Context,
    req: AdminGetUserAuthFactorsRequest,
) -> Result<AdminGetUserAuthFactorsResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let (factors, user) = pool.read(|state| {
        users::require(state, &req.username).map(|user| (configured(state, user), Arc::clone(user)))
    })?;
    Ok(AdminGetUserAuthFactorsResponse {
        username: user.username.clone(),
        preferred_mfa_setting: preferred(&user),
        user_mfa_setting_list: mfa_list(&user),
        configured_user_auth_factors: Some(factors),
    })
}

/// The factors the user has means for, first and second ones (documented). That one-time codes are
/// listed only where the pool lets a sign-in start with them or they are on as the user's MFA is
/// inferred, as is that passkeys are listed only while the pool has them on.
fn configured(state: &PoolState, user: &User) -> Vec<AuthFactorType> {
    let settings = &state.settings;
    let allows = |factor| settings.first_factors.contains(&factor);
    let has = |contact| user.address(contact).is_some();
    let mfa = user.more().map(|more| &more.mfa);
    [
        (
            AuthFactorType::Password,
            user.password.is_some() || user.imported_hash().is_some(),
        ),
        (
            AuthFactorType::EmailOtp,
            has(Contact::Email)
                && (allows(AuthFactorType::EmailOtp) || mfa.is_some_and(|mfa| mfa.email)),
        ),
        (
            AuthFactorType::SmsOtp,
            has(Contact::PhoneNumber)
                && (allows(AuthFactorType::SmsOtp) || mfa.is_some_and(|mfa| mfa.sms)),
        ),
        (
            AuthFactorType::WebAuthn,
            relying_party::is_enabled(settings) && state.passkeys.of(user.sub).next().is_some(),
        ),
        (
            AuthFactorType::SoftwareToken,
            mfa.is_some_and(|mfa| mfa.token.is_some()),
        ),
    ]
    .into_iter()
    .filter(|(_, has)| *has)
    .map(|(factor, _)| factor)
    .collect()
}

#[cfg(test)]
#[path = "tests/preference.rs"]
mod tests;
