//! A pool's replica in another Region, and what it keeps there.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::settings::{LogConfigurations, PoolSettings};
use crate::clock::Timestamp;
use crate::model::ClientId;
use crate::model::cognito_idp::{
    EmailConfigurationType, EmailSendingAccountType, LambdaConfigType, SmsConfigurationType,
};

/// The replicas of a pool beside the primary one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Replicas {
    pub(crate) secondary: Option<Arc<Replica>>,
}

/// A secondary replica.
#[derive(Debug, Clone, PartialEq)]
pub struct Replica {
    /// Its Region.
    pub region: String,
    /// Whether it serves end users.
    pub is_active: bool,
    /// What is its own.
    pub regional: Regional,
}

/// Settings that each Region has for itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Regional {
    pub(crate) email: EmailConfigurationType,
    pub(crate) sms: Option<SmsConfigurationType>,
    pub(crate) lambda: LambdaConfigType,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) logs: LogConfigurations,
    pub(crate) risk_senders: RiskSenders,
}

impl Replicas {
    /// The secondary replica, if there is one.
    pub fn secondary(&self) -> Option<&Arc<Replica>> {
        self.secondary.as_ref()
    }

    /// The secondary replica, if it is in this Region.
    pub fn secondary_in(&self, region: &str) -> Option<&Arc<Replica>> {
        self.secondary().filter(|replica| replica.region == region)
    }

    /// A client is gone, and what replicas have for it.
    pub fn forget_client(&mut self, client: &ClientId) {
        let replica = self.secondary.as_mut();
        if let Some(replica) = replica.filter(|one| one.regional.risk_senders.has(client)) {
            Arc::make_mut(replica).regional.risk_senders.forget(client);
        }
    }
}

impl Regional {
    pub(crate) fn new(tags: BTreeMap<String, String>) -> Self {
        Self {
            email: EmailConfigurationType {
                email_sending_account: Some(EmailSendingAccountType::CognitoDefault),
                ..EmailConfigurationType::default()
            },
            sms: None,
            lambda: LambdaConfigType::default(),
            tags,
            logs: LogConfigurations::default(),
            risk_senders: RiskSenders::default(),
        }
    }

    /// These, with what a pool's settings have of them as there.
    pub(crate) fn with(&self, settings: &PoolSettings) -> Self {
        Self {
            email: settings.email.clone(),
            sms: settings.sms.clone(),
            lambda: settings.lambda.clone(),
            tags: settings.tags.clone(),
            logs: Arc::clone(&self.logs),
            risk_senders: self.risk_senders.clone(),
        }
    }

    /// `pool` with these settings.
    pub(crate) fn over(&self, pool: &PoolSettings) -> PoolSettings {
        PoolSettings {
            email: self.email.clone(),
            sms: self.sms.clone(),
            lambda: self.lambda.clone(),
            tags: self.tags.clone(),
            ..pool.clone()
        }
    }
}

impl Replica {
    /// Where the pool's logs of this Region go.
    pub(crate) fn logs(&self) -> &LogConfigurations {
        &self.regional.logs
    }

    /// The functions that the pool has in this Region.
    pub(crate) fn lambda(&self) -> &LambdaConfigType {
        &self.regional.lambda
    }
}

/// A sender, and since when.
#[derive(Debug, Clone, PartialEq)]
pub struct RiskSender {
    /// SourceArn of the mails.
    pub source_arn: String,
    /// From of the mails.
    pub from: Option<String>,
    /// When it was set.
    pub modified: Timestamp,
}

/// Those of a Region, by client; without one it is the pool's.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RiskSenders(pub(crate) BTreeMap<Option<ClientId>, Arc<RiskSender>>);

impl RiskSenders {
    /// Whether a client has one of its own.
    pub(crate) fn has(&self, client: &ClientId) -> bool {
        self.0.contains_key(&Some(client.clone()))
    }

    /// Takes a client's away.
    pub(super) fn forget(&mut self, client: &ClientId) {
        self.0.remove(&Some(client.clone()));
    }
}
