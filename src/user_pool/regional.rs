//! What a replicated pool keeps by Region, as the Region of the caller sees it.

use std::sync::Arc;

use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::ClientId;
use crate::store::Draft;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::replica::{Regional, Replica, Replicas, RiskSender, RiskSenders};
use crate::store::user_pool::settings::{LogConfigurations, PoolSettings};
use crate::store::user_pool::state::PoolState;

/// The Region in which the caller sees the pool: its own, or that of a replica.
pub fn region<'a>(cx: &'a Context, pool: &'a UserPool) -> &'a str {
    cx.caller.region().unwrap_or_else(|| pool.region())
}

/// The pool's settings in the Region of the caller.
pub fn settings(cx: &Context, pool: &UserPool) -> Arc<PoolSettings> {
    let region = region(cx, pool);
    pool.read(|state| match state.replicas.secondary_in(region) {
        Some(replica) => Arc::new(replica.regional.over(&state.settings)),
        None => Arc::clone(&state.settings),
    })
}

/// Changes the pool's settings in the Region of the caller. In a secondary Region, only what is the
/// Region's own can change: the rest must be given as it is (documented for UpdateUserPool, inferred
/// for SetUserPoolMfaConfig).
///
/// # Errors
/// Whatever `change` refuses; in a secondary Region, another value of a setting of the whole pool.
pub fn change_settings<T>(
    cx: &Context,
    pool: &UserPool,
    change: impl FnOnce(PoolSettings, &PoolState) -> Result<(PoolSettings, T), CognitoError>,
) -> Result<T, CognitoError> {
    let region = region(cx, pool);
    pool.change(|draft| {
        let state = draft.published();
        let Some(replica) = state.replicas.secondary_in(region) else {
            let (settings, answer) = change(PoolSettings::clone(&state.settings), state)?;
            draft.put_settings(settings);
            return Ok(answer);
        };
        let mut here = replica.regional.over(&state.settings);
        // Functions and senders are checked against the Region that the id names.
        here.id = state.settings.id.in_region(region);
        let (changed, answer) = change(here, state)?;
        let unchanged = PoolSettings {
            id: state.settings.id.clone(),
            modified: state.settings.modified,
            ..replica.regional.with(&state.settings).over(&changed)
        };
        if unchanged != *state.settings {
            return Refusal::GlobalSetting.refuse(format!(
                "in {region}, a secondary Region, only EmailConfiguration, SmsConfiguration, \
                 LambdaConfig and tags can change; give all other settings as DescribeUserPool \
                 shows them"
            ));
        }
        put_regional(draft, replica, replica.regional.with(&changed));
        Ok(answer)
    })
}

fn put_regional(draft: &mut Draft<'_>, replica: &Replica, regional: Regional) {
    let replica = Replica {
        regional,
        ..replica.clone()
    };
    draft.put_replicas(Replicas {
        secondary: Some(Arc::new(replica)),
    });
}

/// The secondary replica in the Region of the caller.
fn here<'s>(cx: &Context, state: &'s PoolState) -> Option<&'s Arc<Replica>> {
    state.replicas.secondary_in(cx.caller.region()?)
}

/// Where logs of the Region of the caller go.
pub fn logs<'s>(cx: &Context, state: &'s PoolState) -> &'s LogConfigurations {
    here(cx, state).map_or(&state.log_delivery, |replica| &replica.regional.logs)
}

/// Sets where logs of the Region of the caller go.
pub fn set_logs(cx: &Context, draft: &mut Draft<'_>, logs: LogConfigurations) {
    let Some(replica) = here(cx, draft.published()) else {
        return draft.put_log_delivery(logs);
    };
    let regional = Regional {
        logs,
        ..replica.regional.clone()
    };
    put_regional(draft, replica, regional);
}

impl RiskSenders {
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
