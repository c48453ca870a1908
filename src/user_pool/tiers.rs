//! Feature plans: what a pool must have to use a feature.

use super::sessions;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    AdvancedSecurityModeType, AuthFactorType, StatusType, UserPoolTierType,
};
use crate::store::user_pool::settings::UserPool;

/// Features that a pool has on and its tier lacks (which features need which tier is documented).
/// `Passwordless Sign-In` is observed, `Threat
/// Protection` reported, the other names are inferred.
pub(super) fn unavailable_features(pool: &UserPool) -> Vec<&'static str> {
    use crate::model::cognito_idp::PreTokenGenerationLambdaVersionType as Version;

    let version = pool
        .lambda
        .pre_token_generation_config
        .as_ref()
        .map(|set| set.lambda_version);
    let dcr = pool.dcr.as_ref().and_then(|dcr| dcr.enable_status);
    let guards = pool.add_ons.as_ref().map(|set| set.advanced_security_mode);
    let below_essentials = pool.tier < UserPoolTierType::Essentials;
    let below_plus = pool.tier < UserPoolTierType::Plus;
    let features = [
        (
            below_essentials
                && pool
                    .first_factors
                    .iter()
                    .any(|one| *one != AuthFactorType::Password),
            "Passwordless Sign-In",
        ),
        (
            below_essentials && matches!(version, Some(Version::V2_0 | Version::V3_0)),
            "Access Token Customization",
        ),
        (
            below_essentials
                && pool
                    .password_policy
                    .history_size
                    .is_some_and(|size| size > 0),
            "Password History",
        ),
        (below_essentials && pool.mfa.email.is_some(), "Email MFA"),
        (below_essentials && pool.mfa.web_authn.is_some(), "Passkeys"),
        // Names of a level's own need the plan (documented); the defaults, sent back, do not.
        (below_essentials && pool.renames_acr(), "ACR Configuration"),
        (
            below_essentials && dcr == Some(StatusType::Enabled),
            "Dynamic Client Registration",
        ),
        (below_essentials && pool.tracking.enabled, sessions::FEATURE),
        (
            below_plus && guards.is_some_and(|mode| mode != AdvancedSecurityModeType::Off),
            "Threat Protection",
        ),
    ];
    features
        .into_iter()
        .filter_map(|(is_blocked, name)| is_blocked.then_some(name))
        .collect()
}

/// A feature that the pool's tier lacks is refused (that several are joined by commas is inferred).
pub(super) fn features_of_tier(pool: &UserPool) -> Result<(), CognitoError> {
    let features = unavailable_features(pool);
    if features.is_empty() {
        return Ok(());
    }
    Refusal::FeaturesForTier {
        tier: pool.tier.to_string(),
        features: features.join(", "),
    }
    .refuse("these need a higher UserPoolTier")
}
