//! Whether an answer is what the service model says that the operation gives.

use serde_json::Value;

use crate::model::described::{Shape, Type};

/// The first thing in an output that the model does not know.
pub(super) fn fault(output: &Value, shape: &Shape) -> Option<String> {
    structure(output, shape, &mut String::new())
}

fn structure(value: &Value, shape: &Shape, path: &mut String) -> Option<String> {
    let Value::Object(members) = value else {
        return Some(wrong(value, "a structure", path));
    };
    members.iter().find_map(|(name, value)| {
        let length = path.len();
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
        let found = match shape.member(name) {
            None => Some(format!("{path} is no member of {}", shape.name)),
            Some(member) => fault_in(value, &member.value, path),
        };
        path.truncate(length);
        found
    })
}

fn fault_in(value: &Value, kind: &Type, path: &mut String) -> Option<String> {
    let expected = match kind {
        Type::Document => return None,
        Type::Structure(shape) => return structure(value, shape, path),
        Type::List(of) => match value {
            Value::Array(items) => return each(items.iter().enumerate(), of, path),
            _ => "a list",
        },
        Type::Map(of) => match value {
            Value::Object(members) => return each(members.iter(), of, path),
            _ => "a map",
        },
        Type::Text | Type::Secret | Type::Blob if value.is_string() => return None,
        Type::Text | Type::Secret => "a text",
        Type::Blob => "base64",
        Type::Integer if value.as_i64().is_some_and(|it| i32::try_from(it).is_ok()) => return None,
        Type::Long if value.is_i64() || value.is_u64() => return None,
        Type::Integer | Type::Long => "a whole number",
        Type::Boolean if value.is_boolean() => return None,
        Type::Boolean => "true or false",
        Type::Timestamp if value.is_number() => return None,
        Type::Timestamp => "seconds since the epoch",
        Type::Enum(values) => match value.as_str() {
            Some(text) if values.contains(&text) => return None,
            _ => return Some(wrong(value, &format!("one of {}", values.join(", ")), path)),
        },
    };
    Some(wrong(value, expected, path))
}

fn each<'v, K: std::fmt::Display>(
    mut values: impl Iterator<Item = (K, &'v Value)>,
    of: &Type,
    path: &mut String,
) -> Option<String> {
    values.find_map(|(key, value)| {
        let length = path.len();
        path.push_str(&format!("[{key}]"));
        let found = fault_in(value, of, path);
        path.truncate(length);
        found
    })
}

/// Of what kind a value is, never what it is: it may be a secret.
fn wrong(value: &Value, expected: &str, path: &str) -> String {
    let kind = crate::model::kind(value);
    match path {
        "" => format!("the answer is {kind}, where the model has {expected}"),
        path => format!("{path} is {kind}, where the model has {expected}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use serde_json::json;

    use crate::model::cognito_idp::Operation;

    #[test]
    fn an_output_has_what_the_model_has_and_nothing_else() {
        let cases = [
            (Operation::InitiateAuth, json!({}), None),
            (
                Operation::InitiateAuth,
                json!({"AuthenticationResult": {"ExpiresIn": 3600, "IdToken": "x"}}),
                None,
            ),
            (
                Operation::InitiateAuth,
                json!({"AuthenticationResult": {"ExpiresIn": 3600.5}}),
                Some("AuthenticationResult.ExpiresIn is "),
            ),
            (
                Operation::InitiateAuth,
                json!({"AuthenticationResult": {"Token": "x"}}),
                Some("AuthenticationResult.Token is no member of AuthenticationResultType"),
            ),
            (
                Operation::InitiateAuth,
                json!({"ChallengeName": "RIDDLE"}),
                Some("ChallengeName is "),
            ),
            (
                Operation::AdminGetUser,
                json!({"UserAttributes": [{"Name": "sub", "Value": 7}]}),
                Some("UserAttributes[0].Value is "),
            ),
            (
                Operation::AdminGetUser,
                json!({"UserCreateDate": "2026"}),
                Some("UserCreateDate is "),
            ),
            (
                Operation::AdminDeleteUser,
                json!({"Done": true}),
                Some("Done is no member of "),
            ),
            (
                Operation::AdminDeleteUser,
                json!([]),
                Some("the answer is "),
            ),
        ];
        for (operation, output, expected) in cases {
            let found = fault(&output, operation.output());
            let fits = match (&found, expected) {
                (None, None) => true,
                (Some(found), Some(expected)) => found.starts_with(expected),
                _ => false,
            };
            assert!(fits, "{output}: {found:?}");
        }
    }
}
