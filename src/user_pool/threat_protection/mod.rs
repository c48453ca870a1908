//! Threat protection: risk, what a pool does about it, and the events it remembers.
//!
//! "Threat protection" in the developer guide (documented), with these readings (inferred): risk is
//! assessed when the password of a sign-in is right; a sign-in is one event, under way until its last
//! challenge is answered; unknown users have no events. AUDIT assesses and never acts (documented).
//! What is risky is said by the rules of the test API ([`crate::control::risk`]).

pub(crate) mod configuration;
pub mod context_data;
pub(crate) mod event_view;
pub(crate) mod events;
mod notification;
pub mod user_agent;
pub(crate) mod watch;

pub use self::configuration::{describe_risk_configuration, set_risk_configuration};
pub use self::events::{
    admin_list_user_auth_events, admin_update_auth_event_feedback, update_auth_event_feedback,
};
pub use self::notification::NOTIFICATION_KIND;
pub use self::watch::{Assessment, Watch, finish_last, refuse_blocked};

use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{AdvancedSecurityEnabledModeType, AdvancedSecurityModeType};
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::threats::Guard;

impl PoolSettings {
    /// How far threat protection goes; none where it is off.
    pub fn guard(&self) -> Option<Guard> {
        match self.add_ons.as_ref()?.advanced_security_mode {
            AdvancedSecurityModeType::Off => None,
            AdvancedSecurityModeType::Audit => Some(Guard::Audit),
            AdvancedSecurityModeType::Enforced => Some(Guard::Enforced),
        }
    }

    /// What threat protection does about sign-ins by custom challenges: nothing unless
    /// `CustomAuthMode` is set (documented), and nothing where all of it is off (inferred).
    pub fn custom_auth_guard(&self) -> Option<Guard> {
        self.guard()?;
        let flows = self
            .add_ons
            .as_ref()?
            .advanced_security_additional_flows
            .as_ref()?;
        Some(match flows.custom_auth_mode? {
            AdvancedSecurityEnabledModeType::Audit => Guard::Audit,
            AdvancedSecurityEnabledModeType::Enforced => Guard::Enforced,
        })
    }
}

/// The guard of a pool that must have one.
///
/// # Errors
/// UserPoolAddOnNotEnabledException.
pub(super) fn require_guard(settings: &PoolSettings) -> Result<Guard, CognitoError> {
    settings.guard().ok_or_else(|| {
        Refusal::AddOnNotEnabled.because(
            "UserPoolAddOns.AdvancedSecurityMode of the pool is OFF; AUDIT or ENFORCED needed",
        )
    })
}

#[cfg(test)]
mod tests;
