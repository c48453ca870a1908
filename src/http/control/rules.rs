//! `/_poolhouse/risk`, `/_poolhouse/undeliverable` and `/_poolhouse/triggers`: rules by which a test
//! says what befalls requests and messages, and what functions answer. GET shows them, PUT replaces them, DELETE drops them.

use bytes::Bytes;
use hyper::Method;
use serde_json::{Value, json};

use super::members;
use super::route::{Answer, Call, Content, Refused, Route, Serve};
use crate::control::rules::{Fault, Rule, Rules};

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
    rules.replace(listed(body)?);
    Ok(())
}

/// The rules of a body.
pub(super) fn listed<T: Rule>(body: &[u8]) -> Result<Vec<T>, Refused> {
    let takes = format!(r#"the body takes {{"rules":[…]}}; {}"#, T::MEMBERS);
    let members = members::object(body, &takes)?;
    members::only(&members, ["rules"], &takes)?;
    let fault = |what: &str| Refused::bad_request(format!("{what}; {takes}"));
    let list = match members.get("rules") {
        Some(Value::Array(list)) => list,
        Some(_) => return Err(fault("rules: it must be a list")),
        None => return Err(fault("there is no list of rules")),
    };
    within(list.len())?;
    let read = list.iter().enumerate().map(|(at, rule)| match rule {
        Value::Object(members) => T::read(members).map_err(|fault| wrong::<T>(Some(at), &fault)),
        _ => Err(wrong::<T>(Some(at), &"a rule is an object".into())),
    });
    read.collect()
}

/// Refuses more rules than there may be.
pub(super) fn within(count: usize) -> Result<(), Refused> {
    if count > MOST {
        return Err(Refused::bad_request(format!(
            "rules: {count} are given, and {MOST} are the most"
        )));
    }
    Ok(())
}

/// What is wrong with a rule, and where: `rules[2].match.operation: …`
pub(super) fn wrong<T: Rule>(at: Option<usize>, fault: &Fault) -> Refused {
    let mut place = at.map_or_else(String::new, |at| format!("rules[{at}]"));
    if let Some(member) = &fault.member {
        if !place.is_empty() {
            place.push('.');
        }
        place.push_str(member);
    }
    let text = match place.as_str() {
        "" => fault.text.clone(),
        place => format!("{place}: {}", fault.text),
    };
    Refused::bad_request(format!("{text}; {}", T::MEMBERS))
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
    fn what_is_wrong_with_rules_is_told_with_its_place() {
        for (body, told) in [
            (
                r#"{"rules":[{},{"medium":"sms"}]}"#,
                "rules[1].medium: \"sms\" is neither",
            ),
            (r#"{"rules":[{},7]}"#, "rules[1]: a rule is an object"),
            (
                r#"{"rules":[{"mediun":"SMS"}]}"#,
                "rules[0].mediun: unknown member; did you mean medium?",
            ),
            (
                r#"{"rules":[{]}"#,
                "the body is not JSON: syntax error at line 1, column 12",
            ),
            (r#"{"rule":[]}"#, "did you mean rules?"),
            (r#"{"rules":{}}"#, "rules: it must be a list"),
            (r#"{"rules":[],"rules":[]}"#, "\"rules\" is there twice"),
            ("", "the body is empty"),
            ("[]", "the body is a list"),
        ] {
            let rules = Undeliverable::default();
            let Refused(status, text) = replace(&rules, body.as_bytes()).unwrap_err();
            assert_eq!(status, 400);
            assert!(text.contains(told), "{body}: {text}");
            assert!(text.contains("a rule may have"), "{text}");
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
