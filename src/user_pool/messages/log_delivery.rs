//! Where a pool's logs go: SetLogDeliveryConfiguration and GetLogDeliveryConfiguration.
//!
//! "Exporting logs from Amazon Cognito user pools", developer guide (documented): errors of message
//! delivery go to a log group, activity that threat protection saw to a log group, a bucket or a
//! stream. A message fails where a rule of `/_poolhouse/undeliverable` says so.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    EventSourceName, GetLogDeliveryConfigurationRequest, GetLogDeliveryConfigurationResponse,
    LogConfigurationType, LogDeliveryConfigurationType, LogLevel,
    SetLogDeliveryConfigurationRequest, SetLogDeliveryConfigurationResponse,
};
use crate::model::{PoolId, arns};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::settings::LogConfigurations;
use crate::store::user_pool::state::PoolState;
use crate::user_pool::regional;
use crate::user_pool::tiers::Feature;

fn view(pool: &PoolId, logs: &LogConfigurations) -> LogDeliveryConfigurationType {
    LogDeliveryConfigurationType {
        user_pool_id: pool.clone(),
        log_configurations: logs.to_vec(),
    }
}

/// The ARNs of a log's destination, each with the service it must be of.
fn destinations(log: &LogConfigurationType) -> Vec<(&str, &'static str)> {
    let group = log
        .cloud_watch_logs_configuration
        .as_ref()
        .and_then(|to| to.log_group_arn.as_deref());
    let bucket = log
        .s3_configuration
        .as_ref()
        .and_then(|to| to.bucket_arn.as_deref());
    let stream = log
        .firehose_configuration
        .as_ref()
        .and_then(|to| to.stream_arn.as_deref());
    [(group, "logs"), (bucket, "s3"), (stream, "firehose")]
        .into_iter()
        .filter_map(|(arn, service)| Some((arn?, service)))
        .collect()
}

/// Level, destination and the destination's ARN; the texts of the first two and of a wrong account
/// are inferred, that of the Region is observed.
fn check(log: &LogConfigurationType, account: &str, region: &str) -> Result<(), CognitoError> {
    let level = match log.event_source {
        EventSourceName::UserNotification => LogLevel::Error,
        EventSourceName::UserAuthEvents => LogLevel::Info,
    };
    if log.log_level != level {
        return Refusal::LogLevel.refuse(format!(
            "the logs of {} have the level {}",
            log.event_source.as_str(),
            level.as_str()
        ));
    }
    let destinations = destinations(log);
    let [(arn, service)] = destinations.as_slice() else {
        return Refusal::LogDestination.refuse(format!(
            "a log has one destination, and {} were given",
            destinations.len()
        ));
    };
    if log.event_source == EventSourceName::UserNotification && *service != "logs" {
        return Refusal::LogDestination
            .refuse("the logs of userNotification go to a CloudWatch log group");
    }
    if arns::service(arn) != *service {
        return Refusal::LogDestination.refuse(format!("the ARN is of no {service} resource"));
    }
    // Buckets have neither in their ARN.
    if *service != "s3" {
        if arns::region(arn) != region {
            return Refusal::ArnRegion.refuse(format!(
                "the pool is in {region}, the destination in {}",
                arns::region(arn)
            ));
        }
        if arns::account(arn) != account {
            return Refusal::ArnAccount.refuse(format!(
                "the pool is of account {account}, the destination of {}",
                arns::account(arn)
            ));
        }
    }
    Ok(())
}

/// Whether user activity is exported, which needs the Plus plan.
pub(crate) fn streams_activity(logs: &[LogConfigurationType]) -> bool {
    logs.iter()
        .any(|log| log.event_source == EventSourceName::UserAuthEvents)
}

fn check_tier(state: &PoolState, logs: &[LogConfigurationType]) -> Result<(), CognitoError> {
    if !streams_activity(logs) {
        return Ok(());
    }
    let reason = "the logs of userAuthEvents need UserPoolTier PLUS";
    Feature::LogStreaming.require(&state.settings, reason)
}

/// `SetLogDeliveryConfiguration`. Replaces the whole list, of the Region of the caller alone where the
/// pool is replicated (documented).
///
/// # Errors
/// An unknown pool, two logs of one source, a level or destination that the source does not have, a
/// destination in another Region or account, a tier without the log.
pub fn set_log_delivery_configuration(
    cx: &Context,
    req: SetLogDeliveryConfigurationRequest,
) -> Result<SetLogDeliveryConfigurationResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    if let [one, other] = req.log_configurations.as_slice()
        && one.event_source == other.event_source
    {
        return Refusal::EventSourceTwice.refuse("each EventSource may be given once");
    }
    req.log_configurations
        .iter()
        .try_for_each(|log| check(log, &cx.caller.account, regional::region(cx, &pool)))?;
    let logs: LogConfigurations = req.log_configurations.into();
    pool.change(|draft| {
        check_tier(draft.state(), &logs)?;
        regional::set_logs(cx, draft, Arc::clone(&logs));
        Ok(())
    })?;
    Ok(SetLogDeliveryConfigurationResponse {
        log_delivery_configuration: Some(view(&pool.id, &logs)),
    })
}

/// `GetLogDeliveryConfiguration`; a pool without logs has an empty list (inferred).
///
/// # Errors
/// An unknown pool.
pub fn get_log_delivery_configuration(
    cx: &Context,
    req: GetLogDeliveryConfigurationRequest,
) -> Result<GetLogDeliveryConfigurationResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let logs = pool.read(|state| Arc::clone(regional::logs(cx, state)));
    Ok(GetLogDeliveryConfigurationResponse {
        log_delivery_configuration: Some(view(&pool.id, &logs)),
    })
}

/// Delivers a record of user activity where the pool has it logged; `record` is made only then.
pub fn deliver_activity(
    cx: &Context,
    pool: &UserPool,
    logs: &LogConfigurations,
    record: impl Fn() -> Value,
) {
    deliver(cx, pool, logs, EventSourceName::UserAuthEvents, record);
}

/// Delivers the record of a message that could not be delivered, in the documented form; that the
/// details are the words of the service that refused it is inferred.
pub fn deliver_failure(cx: &Context, pool: &UserPool, details: &str) {
    let logs = pool.read(|state| Arc::clone(&state.log_delivery));
    deliver(cx, pool, &logs, EventSourceName::UserNotification, || {
        json!({
            "eventTimestamp": cx.now().0.to_string(),
            "eventSource": "USER_NOTIFICATION",
            "logLevel": "ERROR",
            "message": { "details": details },
            "logSourceId": { "userPoolId": pool.id.to_string() },
        })
    });
}

fn deliver(
    cx: &Context,
    pool: &UserPool,
    logs: &LogConfigurations,
    source: EventSourceName,
    record: impl Fn() -> Value,
) {
    for log in logs.iter().filter(|log| log.event_source == source) {
        for (arn, _) in destinations(log) {
            let (id, arn) = (pool.id.to_string(), arn.to_owned());
            cx.deliveries.deliver(id, arn, record(), || pool.is_past());
        }
    }
}
