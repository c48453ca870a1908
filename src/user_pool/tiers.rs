//! Feature plans: what a pool's tier must be for a feature.
//!
//! Which features need which tier is documented ("User pool feature plans", developer guide). Of the
//! names in AWS's sentences, `Passwordless Sign-In` is observed and `Threat Protection` reported; the
//! others are inferred.

use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    AdvancedSecurityModeType, AuthFactorType, StatusType, UserPoolTierType,
};
use crate::store::user_pool::settings::PoolSettings;

/// A feature that the lowest tier lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Feature {
    PasswordlessSignIn,
    AccessTokenCustomization,
    PasswordHistory,
    EmailMfa,
    Passkeys,
    AcrConfiguration,
    /// TARGET_ACR_VALUES.
    StepUp,
    DynamicClientRegistration,
    SessionTracking,
    ThreatProtection,
    /// `ALLOW_USER_AUTH` of an app client.
    ChoiceBasedSignIn,
    /// The `ALLOW_TOKEN_EXCHANGE` flows of an app client. That a client with them is refused when it
    /// is made is inferred.
    TokenExchange,
    ManagedLogin,
    /// The logs of `userAuthEvents`.
    LogStreaming,
    MultiRegionReplication,
    PointInTimeRecovery,
    /// CIMD policies. That they need ESSENTIALS or PLUS is inferred from the exception that making and
    /// changing one declare, and reading and deleting one do not.
    ClientIdMetadataDocuments,
}

impl Feature {
    /// AWS's name, and the least tier that has it.
    const fn row(self) -> (&'static str, UserPoolTierType) {
        use UserPoolTierType::{Essentials, Plus};
        match self {
            Self::PasswordlessSignIn => ("Passwordless Sign-In", Essentials),
            Self::AccessTokenCustomization => ("Access Token Customization", Essentials),
            Self::PasswordHistory => ("Password History", Essentials),
            Self::EmailMfa => ("Email MFA", Essentials),
            Self::Passkeys => ("Passkeys", Essentials),
            Self::AcrConfiguration => ("ACR Configuration", Essentials),
            Self::StepUp => ("Step-Up Authentication", Essentials),
            Self::DynamicClientRegistration => ("Dynamic Client Registration", Essentials),
            Self::SessionTracking => ("Session Tracking", Essentials),
            Self::ThreatProtection => ("Threat Protection", Plus),
            Self::ChoiceBasedSignIn => ("Choice-Based Sign-In", Essentials),
            Self::TokenExchange => ("Token Exchange", Essentials),
            Self::ManagedLogin => ("Managed Login Version 2", Essentials),
            Self::LogStreaming => ("Log Streaming", Plus),
            Self::PointInTimeRecovery => ("Point-in-Time Recovery", Essentials),
            Self::MultiRegionReplication => ("Multi-Region Replication", Essentials),
            Self::ClientIdMetadataDocuments => ("Client ID Metadata Documents", Essentials),
        }
    }

    /// AWS's name.
    pub(super) const fn name(self) -> &'static str {
        self.row().0
    }

    /// Whether a pool of this tier has it.
    pub(super) fn is_in(self, tier: UserPoolTierType) -> bool {
        tier >= self.row().1
    }

    /// For a request that would use it.
    ///
    /// # Errors
    /// The pool's tier lacks it; `reason` says what needs which tier.
    pub(super) fn require(
        self,
        pool: &PoolSettings,
        reason: &'static str,
    ) -> Result<(), CognitoError> {
        if self.is_in(pool.tier) {
            return Ok(());
        }
        Refusal::FeatureForTier {
            tier: pool.tier.to_string(),
            feature: self.name().into(),
        }
        .refuse(reason)
    }

    /// For settings that would turn it on, in the other of AWS's two sentences.
    ///
    /// # Errors
    /// The pool's tier lacks it; `reason` says what needs which tier.
    pub(super) fn require_for_settings(
        self,
        pool: &PoolSettings,
        reason: &'static str,
    ) -> Result<(), CognitoError> {
        if self.is_in(pool.tier) {
            return Ok(());
        }
        refuse_settings(pool, &[self], reason)
    }
}

fn refuse_settings(
    pool: &PoolSettings,
    features: &[Feature],
    reason: &'static str,
) -> Result<(), CognitoError> {
    Refusal::FeaturesForTier {
        tier: pool.tier.to_string(),
        features: listed(features),
    }
    .refuse(reason)
}

/// The names, joined by commas (inferred).
pub(super) fn listed(features: &[Feature]) -> String {
    let names: Vec<_> = features.iter().map(|feature| feature.name()).collect();
    names.join(", ")
}

/// What is on in a pool's settings.
fn in_use(pool: &PoolSettings) -> Vec<Feature> {
    use crate::model::cognito_idp::PreTokenGenerationLambdaVersionType as Version;

    let version = pool
        .lambda
        .pre_token_generation_config
        .as_ref()
        .map(|set| set.lambda_version);
    let dcr = pool.dcr.as_ref().and_then(|dcr| dcr.enable_status);
    let guards = pool.add_ons.as_ref().map(|set| set.advanced_security_mode);
    let is_passwordless = pool
        .first_factors
        .iter()
        .any(|one| *one != AuthFactorType::Password);
    let remembers_passwords = pool
        .password_policy
        .history_size
        .is_some_and(|size| size > 0);
    let features = [
        (is_passwordless, Feature::PasswordlessSignIn),
        (
            matches!(version, Some(Version::V2_0 | Version::V3_0)),
            Feature::AccessTokenCustomization,
        ),
        (remembers_passwords, Feature::PasswordHistory),
        (pool.mfa.email.is_some(), Feature::EmailMfa),
        (pool.mfa.web_authn.is_some(), Feature::Passkeys),
        // Names of a level's own need the plan (documented); the defaults, sent back, do not.
        (pool.renames_acr(), Feature::AcrConfiguration),
        (
            dcr == Some(StatusType::Enabled),
            Feature::DynamicClientRegistration,
        ),
        (pool.tracking.enabled, Feature::SessionTracking),
        (
            guards.is_some_and(|mode| mode != AdvancedSecurityModeType::Off),
            Feature::ThreatProtection,
        ),
    ];
    features
        .into_iter()
        .filter_map(|(is_on, feature)| is_on.then_some(feature))
        .collect()
}

/// Features that a pool has on in its settings and its tier lacks.
pub(super) fn unavailable_features(pool: &PoolSettings) -> Vec<Feature> {
    let mut features = in_use(pool);
    features.retain(|feature| !feature.is_in(pool.tier));
    features
}

/// A feature that the pool's tier lacks is refused.
///
/// # Errors
/// A tier that lacks a feature that is on.
pub(super) fn features_of_tier(pool: &PoolSettings) -> Result<(), CognitoError> {
    let features = unavailable_features(pool);
    if features.is_empty() {
        return Ok(());
    }
    refuse_settings(pool, &features, "these need a higher UserPoolTier")
}
