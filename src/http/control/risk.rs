//! `/_poolhouse/risk`: what a test says is risky.
//!
//! A password in a rule is shown as stars, and in no answer or log.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::Refused;
use crate::model::cognito_idp::RiskLevelType;
use crate::risk_rules::{RiskRule, RiskRules};

/// Rules at most.
const MOST: usize = 1000;

const MEMBERS: &str = r#"the body takes {"rules":[…]}; a rule has riskLevel (Low, Medium or High) or "compromisedCredentials":true, and may have userPoolId, clientId, username, ip (an address or a CIDR range) and password"#;

/// The rules, in order.
pub(super) fn show(rules: &RiskRules) -> Bytes {
    let rules: Vec<Value> = rules.all().iter().map(view).collect();
    json!({ "rules": rules }).to_string().into()
}

fn view(rule: &RiskRule) -> Value {
    json!({
        "userPoolId": rule.user_pool,
        "clientId": rule.client,
        "username": rule.username,
        "ip": rule.from.map(|from| from.to_string()),
        "password": rule.password.as_ref().map(|_| "***"),
        "riskLevel": rule.level.map(RiskLevelType::as_str),
        "compromisedCredentials": rule.compromised,
    })
}

/// Replaces the rules by those of `body`, wholly or not at all, and shows them.
pub(super) fn replace(rules: &RiskRules, body: &[u8]) -> Result<Bytes, Refused> {
    let parsed = serde_json::from_slice(body)
        .ok()
        .as_ref()
        .and_then(listed)
        .ok_or_else(|| fault("there is no list of rules"))?;
    if parsed.len() > MOST {
        return Err(fault("1000 rules are the most"));
    }
    let parsed: Result<Vec<_>, Refused> = parsed
        .iter()
        .map(|rule| RiskRule::read(rule).map_err(|text| fault(&text)))
        .collect();
    rules.replace(parsed?);
    Ok(show(rules))
}

fn fault(what: &str) -> Refused {
    Refused::bad_request(format!("{what}; {MEMBERS}"))
}

fn listed(body: &Value) -> Option<Vec<Map<String, Value>>> {
    let members = body.as_object()?;
    if members.len() != 1 {
        return None;
    }
    let rules = members.get("rules")?.as_array()?;
    rules.iter().map(|rule| rule.as_object().cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_taken_whole_or_not_at_all_and_hide_passwords() {
        let rules = RiskRules::default();
        let good = br#"{"rules":[{"password":"Leaked-1","compromisedCredentials":true},
            {"ip":"10.0.0.0/8","riskLevel":"High"}]}"#;
        let shown = replace(&rules, good).unwrap();
        let shown = String::from_utf8(shown.to_vec()).unwrap();
        assert!(
            shown.contains("10.0.0.0/8") && shown.contains("***"),
            "{shown}"
        );
        assert!(!shown.contains("Leaked-1"), "{shown}");
        let bad: [&str; 8] = [
            "",
            "[]",
            "{}",
            r#"{"rules":[{}]}"#,
            r#"{"rules":[{"riskLevel":"high"}]}"#,
            r#"{"rules":[{"riskLevel":"High","ip":"nowhere"}]}"#,
            r#"{"rules":[{"riskLevel":"High","user":"bob"}]}"#,
            r#"{"rules":[{"riskLevel":"High"},{"username":7,"riskLevel":"Low"}]}"#,
        ];
        for body in bad {
            assert!(replace(&rules, body.as_bytes()).is_err(), "{body}");
            assert_eq!(rules.all().len(), 2, "{body}");
        }
    }
}
