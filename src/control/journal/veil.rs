//! What of bodies is shown: all but passwords, tokens, secrets and codes, and what the service model does not
//! know, for that may be any of them.

use serde_json::{Map, Value};

use crate::model::described::{Shape, Type};
use crate::model::secret_names::is_secret;

/// In place of what is not shown.
pub(super) const HIDDEN: &str = "***";

/// What is no secret of maps that the model calls sensitive as a whole: AuthParameters, ChallengeParameters,
/// ChallengeResponses, and ProviderDetails.
const HARMLESS: [&str; 38] = [
    "AVAILABLE_CHALLENGES",
    "ActiveEncryptionCertificate",
    "CHALLENGE_NAME",
    "CODE_DELIVERY_DELIVERY_MEDIUM",
    "CODE_DELIVERY_DESTINATION",
    "DEVICE_GROUP_KEY",
    "DEVICE_KEY",
    "DEVICE_NAME",
    "EncryptedResponses",
    "FRIENDLY_DEVICE_NAME",
    "IDPInit",
    "IDPSignout",
    "MAX_AGE",
    "MFAS_CAN_CHOOSE",
    "MFAS_CAN_SETUP",
    "MetadataFile",
    "MetadataURL",
    "PREFERRED_CHALLENGE",
    "RequestSigningAlgorithm",
    "SLORedirectBindingURI",
    "SSORedirectBindingURI",
    "TARGET_ACR_VALUES",
    "TIMESTAMP",
    "USERNAME",
    "USER_ID_FOR_SRP",
    "api_version",
    "attributes_request_method",
    "attributes_url",
    "attributes_url_add_attributes",
    "authorize_scopes",
    "authorize_url",
    "client_id",
    "jwks_uri",
    "key_id",
    "oidc_issuer",
    "team_id",
    "token_request_method",
    "token_url",
];

/// Parts of the names that people give to what nobody may see.
const TELLING: [&str; 5] = ["code", "passw", "secret", "token", "otp"];

/// A body as it is shown.
pub(super) fn shown(value: &Value, shape: &Shape) -> Value {
    match value {
        Value::Object(members) => structure(members, shape),
        other => covered(other),
    }
}

/// Where a body that is to be compared with shown ones names what is not shown: a path such as
/// `AuthParameters.PASSWORD`.
pub fn hidden_in(value: &Value, shape: &Shape) -> Option<String> {
    difference(value, &shown(value, shape), String::new())
}

fn difference(given: &Value, shown: &Value, path: String) -> Option<String> {
    match (given, shown) {
        (Value::Object(given), Value::Object(shown)) => given.iter().find_map(|(name, value)| {
            let dot = if path.is_empty() { "" } else { "." };
            let path = format!("{path}{dot}{name}");
            difference(value, shown.get(name).unwrap_or(&Value::Null), path)
        }),
        (Value::Array(given), Value::Array(shown)) => {
            let mut pairs = given.iter().zip(shown).enumerate();
            pairs.find_map(|(at, (given, shown))| difference(given, shown, format!("{path}[{at}]")))
        }
        _ if given == shown => None,
        _ => Some(path),
    }
}

fn structure(members: &Map<String, Value>, shape: &Shape) -> Value {
    // A list of attributes may hold what people name so themselves.
    let is_telling = members
        .get("Name")
        .and_then(Value::as_str)
        .is_some_and(tells);
    let member = |(name, value): (&String, &Value)| {
        let shown = match shape.member(name) {
            Some(_) if is_secret(name) => covered(value),
            Some(_) if is_telling && name == "Value" => covered(value),
            Some(known) => typed(value, &known.value),
            None => covered(value),
        };
        (name.clone(), shown)
    };
    members.iter().map(member).collect()
}

fn typed(value: &Value, kind: &Type) -> Value {
    match (kind, value) {
        (Type::Structure(shape), Value::Object(members)) => structure(members, shape),
        (Type::List(of), Value::Array(items)) => items.iter().map(|item| typed(item, of)).collect(),
        (Type::Map(of), Value::Object(members)) => {
            let entry = |(name, value): (&String, &Value)| {
                let shown = match of {
                    Type::Secret if HARMLESS.contains(&name.as_str()) => value.clone(),
                    Type::Secret => covered(value),
                    _ if tells(name) => covered(value),
                    of => typed(value, of),
                };
                (name.clone(), shown)
            };
            members.iter().map(entry).collect()
        }
        (Type::Secret | Type::Structure(_) | Type::List(_) | Type::Map(_), value) => covered(value),
        (Type::Document, value) => by_names(value),
        // What is no text, where one belongs, may be anything.
        (_, Value::Object(_) | Value::Array(_)) => covered(value),
        _ => value.clone(),
    }
}

fn by_names(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                let shown = if tells(name) {
                    covered(value)
                } else {
                    by_names(value)
                };
                (name.clone(), shown)
            };
            members.iter().map(member).collect()
        }
        Value::Array(items) => items.iter().map(by_names).collect(),
        other => other.clone(),
    }
}

/// Whether a name that somebody made up says that what it names is a secret.
fn tells(name: &str) -> bool {
    let small = name.to_ascii_lowercase();
    is_secret(name) || TELLING.iter().any(|part| small.contains(part))
}

/// That something is there, and not what.
fn covered(value: &Value) -> Value {
    match value {
        Value::Null => Value::Null,
        _ => HIDDEN.into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::cognito_idp::Operation;

    #[test]
    fn secrets_are_hidden_and_the_rest_is_shown() {
        let cases = [
            (
                Operation::InitiateAuth,
                json!({"ClientId": "c", "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters":
                    {"USERNAME": "bob", "PASSWORD": "hunter2", "SECRET_HASH": "h"}}),
                json!({"ClientId": "c", "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters":
                    {"USERNAME": "bob", "PASSWORD": "***", "SECRET_HASH": "***"}}),
            ),
            (
                Operation::RespondToAuthChallenge,
                json!({"Session": "s", "ChallengeResponses": {"USERNAME": "bob", "ANSWER": "5"}}),
                json!({"Session": "***", "ChallengeResponses": {"USERNAME": "bob", "ANSWER": "***"}}),
            ),
            (
                Operation::SignUp,
                json!({"Username": "bob", "Password": "hunter2", "UserAttributes":
                    [{"Name": "email", "Value": "bob@example.com"}, {"Name": "custom:passcode", "Value": "7"}],
                    "ClientMetadata": {"colour": "red", "apiToken": "t"}}),
                json!({"Username": "bob", "Password": "***", "UserAttributes":
                    [{"Name": "email", "Value": "bob@example.com"}, {"Name": "custom:passcode", "Value": "***"}],
                    "ClientMetadata": {"colour": "red", "apiToken": "***"}}),
            ),
            // Of a provider, what proves who the pool is.
            (
                Operation::CreateIdentityProvider,
                json!({"ProviderDetails": {"client_id": "c", "client_secret": "hunter2",
                    "private_key": "hunter2", "MetadataURL": "https://idp.example/x", "IDPSignout": "true",
                    "token_url": "https://idp.example/t", "team_id": "t", "of_no_provider": "x"}}),
                json!({"ProviderDetails": {"client_id": "c", "client_secret": "***",
                    "private_key": "***", "MetadataURL": "https://idp.example/x", "IDPSignout": "true",
                    "token_url": "https://idp.example/t", "team_id": "t", "of_no_provider": "***"}}),
            ),
            // A member that there is not may be anything, and so may one of another type.
            (
                Operation::SignUp,
                json!({"Pasword": "hunter2", "Username": {"Password": "hunter2"}, "UserAttributes": "hunter2"}),
                json!({"Pasword": "***", "Username": "***", "UserAttributes": "***"}),
            ),
            (Operation::GetUser, json!(["hunter2"]), json!("***")),
        ];
        for (operation, given, expected) in cases {
            assert_eq!(shown(&given, operation.input()), expected);
        }
        let answer = json!({"AuthenticationResult": {"AccessToken": "t", "ExpiresIn": 3600},
            "ChallengeParameters": {"SRP_B": "b", "USER_ID_FOR_SRP": "bob", "MFAS_CAN_SETUP": null}});
        let expected = json!({"AuthenticationResult": {"AccessToken": "***", "ExpiresIn": 3600},
            "ChallengeParameters": {"SRP_B": "***", "USER_ID_FOR_SRP": "bob", "MFAS_CAN_SETUP": null}});
        assert_eq!(shown(&answer, Operation::InitiateAuth.output()), expected);
    }

    /// Whatever the model calls a secret is covered, in whatever shape it stands.
    #[test]
    fn no_secret_of_any_operation_is_shown() {
        fn filled(kind: &Type, depth: usize) -> Value {
            match kind {
                Type::Structure(shape) if depth < 8 => shape
                    .members
                    .iter()
                    .map(|member| (member.name.to_owned(), filled(&member.value, depth + 1)))
                    .collect(),
                Type::List(of) => json!([filled(of, depth + 1)]),
                Type::Map(of) => json!({"KEY": filled(of, depth + 1)}),
                Type::Secret => "hunter2".into(),
                _ => "shown".into(),
            }
        }
        for operation in Operation::ALL {
            for shape in [operation.input(), operation.output()] {
                let members = shape.members.iter();
                let body: Value = members
                    .map(|member| (member.name.to_owned(), filled(&member.value, 0)))
                    .collect();
                let text = shown(&body, shape).to_string();
                assert!(!text.contains("hunter2"), "{operation}: {text}");
            }
        }
    }

    #[test]
    fn what_is_hidden_cannot_be_asked_for() {
        let shape = Operation::InitiateAuth.input();
        let given = json!({"AuthParameters": {"USERNAME": "bob", "PASSWORD": "x"}});
        let hidden = hidden_in(&given, shape);
        assert_eq!(hidden.as_deref(), Some("AuthParameters.PASSWORD"));
        let given = json!({"AuthParameters": {"USERNAME": "bob", "PASSWORD": "***"}});
        assert_eq!(hidden_in(&given, shape), None);
    }
}
