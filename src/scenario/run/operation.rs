//! Operations as steps call them: what is sent, and what an answer means.

use serde_json::{Map, Value, json};

use crate::http::Answered;
use crate::model::cognito_idp::Operation;
use crate::model::described::{Shape, Type};
use crate::scenario::expectation::to_pairs;
use crate::scenario::target::Signer;

/// An answer, as far as a step judges it.
#[derive(Debug, Clone)]
pub(super) struct Done {
    /// The output; of a refusal, its type, message, status and reason.
    pub(super) result: Value,
    pub(super) is_refused: bool,
    /// Why, in the words of Poolhouse.
    pub(super) reason: Option<String>,
    /// What is wrong with the output by the service model.
    pub(super) fault: Option<String>,
    /// All of the answer, to be compared with that of another play.
    pub(super) bytes: Vec<u8>,
}

/// The header in which Poolhouse says why.
const REASON: &str = "x-poolhouse-reason";

impl Done {
    /// What the answer of an operation means.
    pub(super) fn of_operation(operation: Operation, answered: &Answered) -> Self {
        let reason = answered.header(REASON).map(str::to_owned);
        let bytes = bytes_of(answered);
        let parsed: Option<Value> = match &answered.body[..] {
            [] => Some(json!({})),
            body => serde_json::from_slice(body).ok(),
        };
        if answered.status == 200 {
            let shape = operation.output();
            let (result, fault) = match parsed {
                Some(output) => {
                    let fault = super::held::fault(&output, shape);
                    (output, fault)
                }
                None => (Value::Null, Some("the answer is no JSON".to_owned())),
            };
            return Self {
                result,
                is_refused: false,
                reason,
                fault,
                bytes,
            };
        }
        let parsed = parsed.unwrap_or_default();
        let text = |names: [&str; 2]| {
            let found = names.iter().find_map(|name| parsed.get(*name)?.as_str());
            found.unwrap_or_default().to_owned()
        };
        let kind = text(["__type", "code"]);
        // Some services write `namespace#Type`.
        let kind = kind.rsplit('#').next().unwrap_or_default();
        let result = json!({
            "type": kind,
            "message": text(["message", "Message"]),
            "status": answered.status,
            "reason": reason,
        });
        Self {
            result,
            is_refused: true,
            reason,
            fault: None,
            bytes,
        }
    }

    /// The answer of what cannot be refused.
    pub(super) fn of_result(result: Value, bytes: Vec<u8>) -> Self {
        Self {
            result,
            is_refused: false,
            reason: None,
            fault: None,
            bytes,
        }
    }
}

/// All of an answer.
pub(super) fn bytes_of(answered: &Answered) -> Vec<u8> {
    let mut bytes = format!("{}\n", answered.status).into_bytes();
    for (name, value) in &answered.headers {
        bytes.extend_from_slice(format!("{name}: {value}\n").as_bytes());
    }
    bytes.push(b'\n');
    bytes.extend_from_slice(&answered.body);
    bytes
}

/// Makes AWS's lists of what stands in a map in their place.
pub(super) fn list_attributes(input: &mut Value, shape: &'static Shape) {
    let Value::Object(members) = input else {
        return;
    };
    for (name, value) in members.iter_mut() {
        if let Some(member) = shape.member(name) {
            list_in(value, &member.value);
        }
    }
}

fn list_in(value: &mut Value, kind: &Type) {
    match kind {
        Type::Structure(shape) => list_attributes(value, shape),
        _ if kind.is_attribute_list() => {
            if let Value::Object(members) = value {
                *value = as_list(std::mem::take(members));
            }
        }
        Type::List(of) => {
            if let Value::Array(items) = value {
                items.iter_mut().for_each(|item| list_in(item, of));
            }
        }
        Type::Map(of) => {
            if let Value::Object(members) = value {
                members.values_mut().for_each(|value| list_in(value, of));
            }
        }
        _ => {}
    }
}

/// The values of attributes are texts, whatever they look like.
fn as_list(mut members: Map<String, Value>) -> Value {
    for value in members.values_mut() {
        if value.is_boolean() || value.is_number() {
            *value = value.to_string().into();
        }
    }
    to_pairs(members)
}

/// The Region of the pool that an input names.
pub(super) fn signer_of(input: &Value) -> Signer {
    let pool = input.get("UserPoolId").and_then(Value::as_str);
    let region = pool.and_then(|pool| pool.split_once('_'));
    Signer {
        account: None,
        region: region
            .map(|(region, _)| region)
            .filter(|region| crate::model::names::is_region(region))
            .map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_stand_for_lists_of_attributes_wherever_the_model_has_them() {
        let mut input = json!({"Username": "x", "UserAttributes": {"email": "a@b.c", "email_verified": true},
            "ClientMetadata": {"a": "b"}});
        list_attributes(&mut input, Operation::AdminCreateUser.input());
        let expected = json!([{"Name": "email", "Value": "a@b.c"},
            {"Name": "email_verified", "Value": "true"}]);
        assert_eq!(input["UserAttributes"], expected);
        assert_eq!(input["ClientMetadata"], json!({"a": "b"}));
        let mut already = json!({"UserAttributes": [{"Name": "email", "Value": "a@b.c"}]});
        let before = already.clone();
        list_attributes(&mut already, Operation::SignUp.input());
        assert_eq!(already, before);
    }

    #[test]
    fn a_refusal_is_its_type_message_status_and_reason() {
        let answered = Answered {
            status: 400,
            headers: vec![(REASON.to_owned(), "why".to_owned())],
            body: br#"{"__type":"com.amazonaws#NotAuthorizedException","message":"No."}"#[..]
                .into(),
        };
        let done = Done::of_operation(Operation::InitiateAuth, &answered);
        assert!(done.is_refused);
        let expected = json!({"type": "NotAuthorizedException", "message": "No.", "status": 400,
            "reason": "why"});
        assert_eq!(done.result, expected);
    }

    #[test]
    fn a_pool_tells_the_region() {
        let signer = signer_of(&json!({"UserPoolId": "eu-west-1_abc"}));
        assert_eq!(signer.region.as_deref(), Some("eu-west-1"));
        assert_eq!(signer_of(&json!({"UserPoolId": "nowhere"})).region, None);
    }
}
