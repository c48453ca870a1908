//! Risk configurations: what a pool, or one of its app clients, does about risk.
//!
//! A client's own configuration stands in the place of the pool's, as a whole. What a configuration
//! leaves out has the service's defaults: BLOCK for compromised passwords on all three events, and
//! BLOCK for every level of risk, without notification (documented).

use std::net::IpAddr;
use std::sync::Arc;

use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::ClientId;
use crate::model::cognito_idp::{
    AccountTakeoverActionType, AccountTakeoverEventActionType,
    CompromisedCredentialsEventActionType, DescribeRiskConfigurationRequest,
    DescribeRiskConfigurationResponse, EventFilterType, NotifyConfigurationType,
    RiskConfigurationType, RiskLevelType, SetRiskConfigurationRequest,
    SetRiskConfigurationResponse,
};
use crate::model::network::Network;
use crate::store::Draft;
use crate::store::user_pool::replica::{RiskSender, RiskSenders};
use crate::store::user_pool::threats::RiskConfiguration;
use crate::user_pool::messages::senders;
use crate::user_pool::{app_clients, regional};

/// Whether passwords are compared with known leaks at `event`.
pub(super) fn looks_for_leaks(set: Option<&RiskConfiguration>, event: EventFilterType) -> bool {
    // An empty filter counts as none (inferred).
    set.and_then(|set| set.compromised.as_ref()?.event_filter.as_ref())
        .is_none_or(|events| events.is_empty() || events.contains(&event))
}

/// Whether a leaked password is refused.
pub(super) fn refuses_leaks(set: Option<&RiskConfiguration>) -> bool {
    set.and_then(|set| set.compromised.as_ref())
        .is_none_or(|set| set.actions.event_action == CompromisedCredentialsEventActionType::Block)
}

/// What happens at a level of risk. A level that the configuration does not name has no action
/// (inferred).
pub(super) fn action_at(
    set: Option<&RiskConfiguration>,
    level: RiskLevelType,
) -> AccountTakeoverActionType {
    let action = |event_action| AccountTakeoverActionType {
        notify: false,
        event_action,
    };
    let Some(set) = set.and_then(|set| set.takeover.as_ref()) else {
        return action(AccountTakeoverEventActionType::Block);
    };
    let named = match level {
        RiskLevelType::Low => &set.actions.low_action,
        RiskLevelType::Medium => &set.actions.medium_action,
        RiskLevelType::High => &set.actions.high_action,
    };
    named
        .clone()
        .unwrap_or_else(|| action(AccountTakeoverEventActionType::NoAction))
}

/// How users are told, if they are.
pub(super) fn notification(set: Option<&RiskConfiguration>) -> Option<&NotifyConfigurationType> {
    set?.takeover.as_ref()?.notify_configuration.as_ref()
}

/// Whether a list of address ranges has `address`.
fn lists(ranges: Option<&Vec<String>>, address: Option<IpAddr>) -> bool {
    let (Some(ranges), Some(address)) = (ranges, address) else {
        return false;
    };
    ranges
        .iter()
        .any(|range| Network::parse(range).is_some_and(|range| range.contains(address)))
}

/// Whether `address` is always refused.
pub(super) fn blocks(set: Option<&RiskConfiguration>, address: Option<IpAddr>) -> bool {
    let exceptions = set.and_then(|set| set.exceptions.as_ref());
    exceptions.is_some_and(|set| lists(set.blocked_ip_range_list.as_ref(), address))
}

/// Whether risk is not assessed for `address`.
pub(super) fn skips(set: Option<&RiskConfiguration>, address: Option<IpAddr>) -> bool {
    let exceptions = set.and_then(|set| set.exceptions.as_ref());
    exceptions.is_some_and(|set| lists(set.skipped_ip_range_list.as_ref(), address))
}

fn check(set: &RiskConfiguration, region: &str) -> Result<(), CognitoError> {
    if let Some(exceptions) = &set.exceptions {
        let lists = [
            &exceptions.blocked_ip_range_list,
            &exceptions.skipped_ip_range_list,
        ];
        for range in lists.into_iter().flatten().flatten() {
            // A bare address is none in CIDR notation.
            if !range.contains('/') || Network::parse(range).is_none() {
                return Refusal::CidrFormat
                    .refuse(format!("{range:?} is no range such as 203.0.113.0/24"));
            }
        }
    }
    let Some(mail) = notification(Some(set)) else {
        return Ok(());
    };
    senders::ses_region(&mail.source_arn, region)
}

/// `SetRiskConfiguration`. What is left out is reset; a request that sets nothing takes the
/// configuration away (documented). It may be set, and described, before threat protection is on
/// (observed: acceptance tests of the Terraform provider, terraform-provider-aws#25282, #30074,
/// #37024), and counts once it is. In a secondary Region, the sender of mails alone can change
/// (documented).
///
/// # Errors
/// An unknown pool or client, a range that is none, an SES identity of a Region that cannot be used;
/// in a secondary Region, another value of anything else.
pub fn set_risk_configuration(
    cx: &Context,
    req: SetRiskConfigurationRequest,
) -> Result<SetRiskConfigurationResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let set = RiskConfiguration {
        compromised: req.compromised_credentials_risk_configuration,
        takeover: req.account_takeover_risk_configuration,
        exceptions: req.risk_exception_configuration,
        modified: cx.now(),
    };
    let region = regional::region(cx, &pool);
    check(&set, region)?;
    let view = set.view(pool.id.clone(), req.client_id.clone());
    pool.change(|draft| {
        if let Some(client) = &req.client_id {
            app_clients::require(draft.state(), client)?;
        }
        if draft.state().replicas.secondary_in(region).is_some() {
            return set_in_secondary(cx, draft, req.client_id, set);
        }
        let kept = (!set.is_empty()).then(|| Arc::new(set));
        draft.set_risk_configuration(req.client_id, kept);
        Ok(())
    })?;
    Ok(SetRiskConfigurationResponse {
        risk_configuration: view,
    })
}

fn set_in_secondary(
    cx: &Context,
    draft: &mut Draft<'_>,
    client: Option<ClientId>,
    mut set: RiskConfiguration,
) -> Result<(), CognitoError> {
    let global = draft.state().threats.configurations.of(client.as_ref());
    if set.differs_globally(global.map(Arc::as_ref)) {
        return Refusal::GlobalSetting.refuse(
            "in a secondary Region only SourceArn and From of NotifyConfiguration can change; give \
             all other settings as DescribeRiskConfiguration shows them",
        );
    }
    let modified = set.modified;
    if let Some(mails) = set.mails() {
        let sender = RiskSender {
            source_arn: std::mem::take(&mut mails.source_arn),
            from: mails.from.take(),
            modified,
        };
        RiskSenders::set_here(cx, draft, client, sender);
    }
    Ok(())
}

/// `DescribeRiskConfiguration`: what was set at exactly this level; where nothing was, only the ids
/// (inferred).
///
/// # Errors
/// An unknown pool or client.
pub fn describe_risk_configuration(
    cx: &Context,
    req: DescribeRiskConfigurationRequest,
) -> Result<DescribeRiskConfigurationResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let set = pool.read(|state| {
        if let Some(client) = &req.client_id {
            app_clients::require(state, client)?;
        }
        let client = req.client_id.as_ref();
        let kept = state.threats.configurations.of(client).cloned();
        let sender = RiskSenders::here(cx, state, client).cloned();
        Ok(kept.zip(Some(sender)))
    })?;
    let risk_configuration = match set {
        Some((set, Some(sender))) => set.sent_by(&sender).view(pool.id.clone(), req.client_id),
        Some((set, None)) => set.view(pool.id.clone(), req.client_id),
        None => RiskConfigurationType {
            user_pool_id: Some(pool.id.clone()),
            client_id: req.client_id,
            ..RiskConfigurationType::default()
        },
    };
    Ok(DescribeRiskConfigurationResponse { risk_configuration })
}
