//! The part of the golden story about threat protection and logs.

use poolhouse::model::cognito_idp::Operation;
use serde_json::json;

use crate::golden::{CLIENT, POOL, Story};

pub(crate) async fn tell(story: &mut Story) {
    let guarded = json!({"UserPoolId": POOL, "UserPoolTier": "PLUS",
        "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}});
    story.ask(Operation::UpdateUserPool, guarded).await;
    let named = json!({"UserPoolId": POOL});
    let actions = json!({"HighAction": {"EventAction": "NO_ACTION", "Notify": true}});
    let mail = json!({"Subject": "New sign-in", "TextBody": "{event-id} {feedback-token}"});
    let set = json!({"UserPoolId": POOL,
        "AccountTakeoverRiskConfiguration": {"Actions": actions, "NotifyConfiguration": {
            "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/a@example.com",
            "NoActionEmail": mail}},
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
    let made = json!({"UserPoolId": POOL, "Username": "guarded", "MessageAction": "SUPPRESS",
        "TemporaryPassword": "Poolhouse-1",
        "UserAttributes": [{"Name": "email", "Value": "guarded@example.com"}]});
    story.ask(Operation::AdminCreateUser, made).await;
    story.threaten();
    let sign_in = json!({"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": CLIENT,
        "AuthParameters": {"USERNAME": "guarded", "PASSWORD": "Poolhouse-1"}});
    story.ask(Operation::InitiateAuth, sign_in).await;
    let text = story.last_text();
    let (id, token) = text.split_once(' ').unwrap();
    let said = json!({"UserPoolId": POOL, "Username": "guarded", "EventId": id,
        "FeedbackToken": token, "FeedbackValue": "Valid"});
    story.ask(Operation::UpdateAuthEventFeedback, said).await;
    let said = json!({"UserPoolId": POOL, "Username": "guarded", "EventId": id,
        "FeedbackValue": "Invalid"});
    story
        .ask(Operation::AdminUpdateAuthEventFeedback, said)
        .await;
    let events = json!({"UserPoolId": POOL, "Username": "guarded"});
    story.ask(Operation::AdminListUserAuthEvents, events).await;
}
