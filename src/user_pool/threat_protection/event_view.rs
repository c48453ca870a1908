//! Auth events as responses and log records show them.

use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::clock::Timestamp;
use crate::context::Context;
use crate::model::cognito_idp::{
    AuthEventType, ChallengeResponseType, EventContextDataType, EventFeedbackType, EventRiskType,
    RiskDecisionType,
};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::threats::AuthEvent;
use crate::store::user_pool::user::User;

impl AuthEvent {
    pub(super) fn view(&self) -> AuthEventType {
        let challenges = self
            .challenges
            .iter()
            .map(|(name, response)| ChallengeResponseType {
                challenge_name: Some(*name),
                challenge_response: Some(*response),
            });
        AuthEventType {
            event_id: Some(self.id.to_string()),
            event_type: Some(self.kind),
            creation_date: Some(self.created),
            event_response: Some(self.response),
            event_risk: Some(EventRiskType {
                risk_decision: Some(self.decision),
                risk_level: self.level,
                compromised_credentials_detected: Some(self.compromised),
            }),
            challenge_responses: Some(challenges.collect()),
            event_context_data: Some(EventContextDataType {
                ip_address: self.address.clone(),
                device_name: Some(self.device.clone()),
                ..EventContextDataType::default()
            }),
            event_feedback: self.feedback.as_ref().map(|said| EventFeedbackType {
                feedback_value: said.value,
                provider: said.provider.to_owned(),
                feedback_date: Some(said.given),
            }),
        }
    }

    /// The record of an activity log (documented members, and the forms of dates and of a decision
    /// without risk; values where the page has none, and that every member is a text, are inferred).
    pub(super) fn log_record(&self, cx: &Context, pool: &UserPool, user: &User) -> Value {
        let challenges: Vec<String> = self
            .challenges
            .iter()
            .map(|(name, response)| format!("{}:{}", name.as_str(), response.as_str()))
            .collect();
        let said = self.feedback.as_ref();
        json!({
            "eventTimestamp": cx.now().0.to_string(),
            "eventSource": "USER_ACTIVITY",
            "logLevel": "INFO",
            "message": {
                "version": "1",
                "eventId": self.id.to_string(),
                "eventType": self.kind.as_str(),
                "userSub": user.sub.to_string(),
                "userName": user.username.to_string(),
                "userPoolId": pool.id.to_string(),
                "clientId": self.client.to_string(),
                "creationDate": dated(self.created),
                "eventResponse": self.response.as_str(),
                "riskLevel": self.level.map_or("", |level| level.as_str()),
                "riskDecision": match self.decision {
                    RiskDecisionType::NoRisk => "PASS",
                    risky @ (RiskDecisionType::AccountTakeover | RiskDecisionType::Block) => {
                        risky.as_str()
                    }
                },
                "challenges": challenges,
                "deviceName": self.device,
                "ipAddress": self.address.as_deref().unwrap_or_default(),
                "requestId": cx.caller.request_id.map_or(String::new(), |id| id.to_string()),
                "idpName": "",
                "compromisedCredentialDetected": self.compromised.to_string(),
                "city": "",
                "country": "",
                "eventFeedbackValue": said.map_or("", |said| said.value.as_str()),
                "eventFeedbackDate": said.map_or(String::new(), |said| dated(said.given)),
                "eventFeedbackProvider": said.map_or("", |said| said.provider),
                "hasContextData": self.has_context.to_string(),
            },
            "logSourceId": { "userPoolId": pool.id.to_string() },
        })
    }
}

/// `Wed Jul 17 17:25:55 UTC 2024`, as records of logs have dates (documented).
fn dated(moment: Timestamp) -> String {
    let at = moment.calendar().unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (day, month) = (at.weekday().to_string(), at.month().to_string());
    format!(
        "{} {} {:02} {:02}:{:02}:{:02} UTC {}",
        &day[..3],
        &month[..3],
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        at.year()
    )
}
