//! Who sends the mails of threat protection in a secondary Region.
//!
//! SetRiskConfiguration, API reference: SourceArn and From of NotifyConfiguration are all that can
//! change there, and the other members must be given as they are (documented).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Regional, here, put_regional};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::model::ClientId;
use crate::store::{Draft, PoolState};

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
pub struct RiskSenders(BTreeMap<Option<ClientId>, Arc<RiskSender>>);

impl RiskSenders {
    /// Whether a client has one of its own.
    pub(super) fn has(&self, client: &ClientId) -> bool {
        self.0.contains_key(&Some(client.clone()))
    }

    /// Takes a client's away.
    pub(super) fn forget(&mut self, client: &ClientId) {
        self.0.remove(&Some(client.clone()));
    }

    /// What the caller's Region has for a client, or for the pool.
    pub fn here<'s>(
        cx: &Context,
        state: &'s PoolState,
        client: Option<&ClientId>,
    ) -> Option<&'s RiskSender> {
        let senders = &here(cx, state)?.regional.risk_senders;
        senders.0.get(&client.cloned()).map(Arc::as_ref)
    }

    /// Sets it; a Region that is not secondary has none.
    pub fn set_here(
        cx: &Context,
        draft: &mut Draft<'_>,
        client: Option<ClientId>,
        sender: RiskSender,
    ) {
        let Some(replica) = here(cx, draft.published()) else {
            return;
        };
        let mut risk_senders = replica.regional.risk_senders.clone();
        risk_senders.0.insert(client, Arc::new(sender));
        let regional = Regional {
            risk_senders,
            ..replica.regional.clone()
        };
        put_regional(draft, replica, regional);
    }
}
