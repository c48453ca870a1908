//! The part of the golden story about threat protection and logs.

use poolhouse::model::cognito_idp::Operation;
use serde_json::json;

use crate::golden::{POOL, Story};

pub(crate) async fn tell(story: &mut Story) {
    let guarded = json!({"UserPoolId": POOL, "UserPoolTier": "PLUS",
        "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}});
    story.ask(Operation::UpdateUserPool, guarded).await;
    let named = json!({"UserPoolId": POOL});
    let set = json!({"UserPoolId": POOL,
        "RiskExceptionConfiguration": {"BlockedIPRangeList": ["203.0.113.0/24"]}});
    story.ask(Operation::SetRiskConfiguration, set).await;
    story
        .ask(Operation::DescribeRiskConfiguration, named.clone())
        .await;
    let group = "arn:aws:logs:us-east-1:123456789012:log-group:activity";
    let logs = json!({"UserPoolId": POOL, "LogConfigurations": [{"EventSource": "userAuthEvents",
        "LogLevel": "INFO", "CloudWatchLogsConfiguration": {"LogGroupArn": group}}]});
    story
        .ask(Operation::SetLogDeliveryConfiguration, logs)
        .await;
    story
        .ask(Operation::GetLogDeliveryConfiguration, named)
        .await;
    let events = json!({"UserPoolId": POOL, "Username": "ann"});
    story.ask(Operation::AdminListUserAuthEvents, events).await;
    let id = "ec3a1f6a-2b3c-4d5e-8f90-a1b2c3d4e5f6";
    let said = json!({"UserPoolId": POOL, "Username": "nobody", "EventId": id,
        "FeedbackValue": "Valid"});
    story
        .ask(Operation::AdminUpdateAuthEventFeedback, said)
        .await;
    let said = json!({"UserPoolId": POOL, "Username": "nobody", "EventId": id,
        "FeedbackToken": "none", "FeedbackValue": "Valid"});
    story.ask(Operation::UpdateAuthEventFeedback, said).await;
}
