//! `/_poolhouse/risk`, `/_poolhouse/undeliverable` and `/_poolhouse/triggers`: rules by which a test
//! says what befalls requests and messages, and what functions answer. GET shows them, PUT replaces them, DELETE drops them.

use bytes::Bytes;
use hyper::Method;
use serde_json::{Map, Value, json};

use super::route::{Answer, Call, Content, Refused, Route, Serve};
use crate::control::rules::{Rule, Rules};
use crate::model::tree;

/// Rules at most.
const MOST: usize = 1000;

const METHODS: &[Method] = &[Method::GET, Method::HEAD, Method::PUT, Method::DELETE];

pub(super) const RISK: Route = Route {
    path: "risk",
    methods: METHODS,
    about: r#"rules of risk; PUT {"rules":[{"username":"bob","riskLevel":"High"}]}, DELETE drops them"#,
    serve: Serve::Change {
        show: |call| Ok(Content::Json(show(&call.door.shared.risk_rules))),
        change: |call, body| change(&call.door.shared.risk_rules, call, body),
    },
};

pub(super) const UNDELIVERABLE: Route = Route {
    path: "undeliverable",
    methods: METHODS,
    about: r#"which messages are lost; PUT {"rules":[{"destination":"bob@example.com"}]}, DELETE drops them"#,
    serve: Serve::Change {
        show: |call| Ok(Content::Json(show(&call.door.shared.undeliverable))),
        change: |call, body| change(&call.door.shared.undeliverable, call, body),
    },
};

pub(super) const TRIGGERS: Route = Route {
    path: "triggers",
    methods: METHODS,
    about: r#"answers in place of functions; PUT {"rules":[{"trigger":"PreSignUp","error":"No."}]}, DELETE drops them"#,
    serve: Serve::Change {
        show: |call| Ok(Content::Json(show(&call.door.shared.trigger_rules))),
        change: |call, body| change(&call.door.shared.trigger_rules, call, body),
    },
};

fn change<T: Rule>(rules: &Rules<T>, call: &Call<'_>, body: &[u8]) -> Answer {
    if call.method == Method::DELETE {
        rules.replace(Vec::new());
    } else {
        replace(rules, body)?;
    }
    Ok(Content::Json(show(rules)))
}

fn show<T: Rule>(rules: &Rules<T>) -> Bytes {
    let rules: Vec<Value> = rules.all().iter().map(Rule::view).collect();
    json!({ "rules": rules }).to_string().into()
}

/// Replaces the rules by those of `body`, wholly or not at all.
fn replace<T: Rule>(rules: &Rules<T>, body: &[u8]) -> Result<(), Refused> {
    let parsed = tree::parse(body)
        .ok()
        .as_ref()
        .and_then(listed)
        .ok_or_else(|| fault::<T>("there is no list of rules"))?;
    if parsed.len() > MOST {
        return Err(fault::<T>("1000 rules are the most"));
    }
    let parsed: Result<Vec<_>, Refused> = parsed
        .iter()
        .map(|rule| T::read(rule).map_err(|wrong| fault::<T>(&wrong.to_string())))
        .collect();
    rules.replace(parsed?);
    Ok(())
}

fn fault<T: Rule>(what: &str) -> Refused {
    Refused::bad_request(format!(
        r#"{what}; the body takes {{"rules":[…]}}; {}"#,
        T::MEMBERS
    ))
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

    use crate::control::risk::RiskRules;
    use crate::control::undeliverable::Undeliverable;

    #[test]
    fn rules_are_taken_whole_or_not_at_all_and_hide_passwords() {
        let rules = RiskRules::default();
        let good = br#"{"rules":[{"password":"Leaked-1","compromisedCredentials":true},
            {"ip":"10.0.0.0/8","riskLevel":"High"}]}"#;
        replace(&rules, good).unwrap();
        let shown = show(&rules);
        let shown = String::from_utf8(shown.to_vec()).unwrap();
        assert!(
            shown.contains("10.0.0.0/8") && shown.contains("***"),
            "{shown}"
        );
        assert!(!shown.contains("Leaked-1"), "{shown}");
        let bad: [&str; 9] = [
            "",
            "[]",
            "{}",
            r#"{"rules":[{}]}"#,
            r#"{"rules":[{"riskLevel":"high"}]}"#,
            r#"{"rules":[{"riskLevel":"High","ip":"nowhere"}]}"#,
            r#"{"rules":[{"riskLevel":"High","user":"bob"}]}"#,
            r#"{"rules":[{"riskLevel":"High","password":"***"}]}"#,
            r#"{"rules":[{"riskLevel":"High"},{"username":7,"riskLevel":"Low"}]}"#,
        ];
        for body in bad {
            assert!(replace(&rules, body.as_bytes()).is_err(), "{body}");
            assert_eq!(rules.all().len(), 2, "{body}");
        }
    }

    #[test]
    fn what_is_shown_of_undeliverable_messages_may_be_given_again() {
        let rules = Undeliverable::default();
        let good =
            br#"{"rules":[{"medium":"SMS","error":"lost"},{"destination":"a@b.example"},{}]}"#;
        replace(&rules, good).unwrap();
        let shown = show(&rules);
        replace(&rules, &shown).unwrap();
        assert_eq!(show(&rules), shown);
        for body in [
            r#"{"rules":[{"medium":"sms"}]}"#,
            r#"{"rules":[{"username":7}]}"#,
            r#"{"rules":[{"to":"bob"}]}"#,
        ] {
            assert!(replace(&rules, body.as_bytes()).is_err(), "{body}");
            assert_eq!(rules.all().len(), 3, "{body}");
        }
    }
}
