//! Threat protection: risk, what a pool does about it, and the events it remembers.
//!
//! "Threat protection" in the developer guide (documented), with these readings (inferred): risk is
//! assessed when the password of a sign-in is right; a sign-in is one event, under way until its last
//! challenge is answered; unknown users have no events. AUDIT assesses and never acts (documented).
//! What is risky is said by the rules of the test API ([`crate::risk_rules`]).

mod configuration;
mod events;
mod notification;
mod watch;

pub use configuration::{
    RiskConfiguration, RiskConfigurations, describe_risk_configuration, set_risk_configuration,
};
pub use events::{
    AuthEvent, AuthEvents, Demand, admin_list_user_auth_events, admin_update_auth_event_feedback,
    update_auth_event_feedback,
};
pub use watch::{Assessment, Watch, finish_last, refuse_blocked};

use std::sync::Arc;

use uuid::Uuid;

use super::settings::UserPool;
use crate::error::{CognitoError, Refusal};
use crate::model::ClientId;
use crate::model::cognito_idp::AdvancedSecurityModeType;

/// How far threat protection goes, where it is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// It assesses.
    Audit,
    /// It assesses and acts.
    Enforced,
}

impl UserPool {
    /// How far threat protection goes; none where it is off.
    pub fn guard(&self) -> Option<Guard> {
        match self.add_ons.as_ref()?.advanced_security_mode {
            AdvancedSecurityModeType::Off => None,
            AdvancedSecurityModeType::Audit => Some(Guard::Audit),
            AdvancedSecurityModeType::Enforced => Some(Guard::Enforced),
        }
    }
}

/// The guard of a pool that must have one.
///
/// # Errors
/// UserPoolAddOnNotEnabledException.
pub(super) fn require_guard(settings: &UserPool) -> Result<Guard, CognitoError> {
    settings.guard().ok_or_else(|| {
        Refusal::AddOnNotEnabled.because(
            "UserPoolAddOns.AdvancedSecurityMode of the pool is OFF; AUDIT or ENFORCED needed",
        )
    })
}

/// What a pool knows of risk.
#[derive(Debug, Default)]
pub struct Threats {
    /// What it does about it.
    pub configurations: RiskConfigurations,
    /// What its users did.
    pub events: AuthEvents,
}

/// A change of it.
pub enum ThreatChange {
    /// By client, or of the pool; none takes it away.
    Configure(Option<ClientId>, Option<Arc<RiskConfiguration>>),
    /// A user has a new event.
    Record(Uuid, Arc<AuthEvent>),
    /// An event of a user, by its id until now, is another.
    Replace(Uuid, Uuid, Arc<AuthEvent>),
}

impl Threats {
    /// Makes a change happen.
    pub fn publish(&mut self, change: ThreatChange) {
        match change {
            ThreatChange::Configure(client, set) => self.configurations.set(client, set),
            ThreatChange::Record(sub, event) => self.events.record(sub, event),
            ThreatChange::Replace(sub, id, event) => self.events.replace(sub, id, event),
        }
    }

    /// A client is gone, and its configuration with it.
    pub fn forget_client(&mut self, client: &ClientId) {
        self.configurations.set(Some(client.clone()), None);
    }
}

#[cfg(test)]
mod tests;
