//! What a provider says of a user, and what becomes of it in the pool: AttributeMapping ("Specifying
//! identity provider attribute mappings", developer guide).

use serde_json::{Map, Value};

use super::refused::Refused;
use crate::error::{CognitoError, Refusal};
use crate::form;
use crate::model::Contact;
use crate::model::cognito_idp::{AttributeType, IdentityProviderTypeType as Kind};
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::identity_provider::IdentityProvider;
use crate::store::user_pool::settings::PoolSettings;
use crate::user_pool::triggers::inbound_federation::{ProviderAttributes, Said};

/// What a provider said of a user, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    /// Its own name for the user.
    pub subject: String,
    /// What `identities` names as issuer: the entity id of a SAML provider. That others have none is
    /// inferred from samples.
    pub issuer: Option<String>,
    /// The level that it says it signed the user in at.
    pub acr: Option<String>,
    /// All else.
    pub told: Told,
}

/// What a provider tells, by where it tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// OpenID Connect and the social providers.
    OpenId {
        /// The members of the token endpoint's answer.
        token_response: ProviderAttributes,
        /// The claims of the ID token.
        id_token: ProviderAttributes,
        /// The claims of the userinfo endpoint.
        user_info: ProviderAttributes,
    },
    /// SAML.
    Saml(ProviderAttributes),
}

impl Told {
    /// As the event of InboundFederation has it.
    pub(super) fn said(&self) -> Said<'_> {
        match self {
            Self::OpenId {
                token_response,
                id_token,
                user_info,
            } => Said::OpenId {
                token_response,
                id_token,
                user_info,
            },
            Self::Saml(response) => Said::Saml { response },
        }
    }

    /// The attributes to map: what the userinfo endpoint says wins over the ID token (inferred).
    pub(super) fn attributes(&self) -> ProviderAttributes {
        match self {
            Self::OpenId {
                id_token,
                user_info,
                ..
            } => {
                let mut all = id_token.clone();
                all.extend(user_info.clone());
                all
            }
            Self::Saml(attributes) => attributes.clone(),
        }
    }
}

/// Claims as texts: all that are mapped are such.
pub(super) fn texts(claims: &Map<String, Value>) -> ProviderAttributes {
    let text = |(name, value): (&String, &Value)| Some((name.clone(), text_of(value)?));
    claims.iter().filter_map(text).collect()
}

/// Of several values one text is made, in brackets (inferred); a value that is null is none.
fn text_of(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null => return None,
        Value::String(text) => text.clone(),
        Value::Array(values) => {
            let texts: Vec<String> = values.iter().filter_map(text_of).collect();
            several(texts.iter().map(String::as_str))
        }
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    })
}

/// Several values of one attribute. Documented: what is beyond letters, digits and `.-*_` is encoded as
/// in a form; the brackets are inferred.
pub(super) fn several<'a>(values: impl Iterator<Item = &'a str>) -> String {
    let encoded: Vec<String> = values.map(form::encoded).collect();
    format!("[{}]", encoded.join(","))
}

/// The attributes of the pool that a provider's fill: those that it tells. What it does not tell stays as
/// it is (documented).
pub(super) fn mapped(
    provider: &IdentityProvider,
    attributes: &ProviderAttributes,
) -> Vec<AttributeType> {
    let filled = |(name, claim): (&String, &String)| {
        let value = attributes.get(claim).filter(|value| !value.is_empty())?;
        (name != "username").then(|| AttributeType {
            name: name.clone(),
            value: Some(value.clone()),
        })
    };
    provider.mapping.iter().filter_map(filled).collect()
}

/// Documented: what is mapped must be writable for the app client. The flags beside addresses are
/// mapped too (documented), although no client writes them itself. The sentence is that of the API
/// (inferred).
pub(super) fn check_writable(
    settings: &PoolSettings,
    client: &AppClient,
    mapped: &[AttributeType],
) -> Result<(), CognitoError> {
    for attribute in mapped {
        let name = &attribute.name;
        let known = settings.schema.get(name).is_some();
        if known && Contact::flagged(name).is_none() && !client.can_write(name) {
            return Refusal::UnauthorizedAttribute.refuse(format!(
                "AttributeMapping fills {name}, which the app client {} may not write; add it to \
                 WriteAttributes",
                client.id
            ));
        }
    }
    Ok(())
}

/// Documented and observed: without a required attribute nobody is made.
pub(super) fn check_required(
    settings: &PoolSettings,
    provider: &IdentityProvider,
    mapped: &[AttributeType],
) -> Result<(), Refused> {
    let has = |name: &str| mapped.iter().any(|attribute| attribute.name == name);
    let required = settings.schema.required();
    let missing: Vec<&str> = required
        .map(|required| &*required.name)
        .filter(|name| *name != "sub" && !has(name))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let missing = missing.join(", ");
    Err(Refused::invalid_request(
        format!("attributes required: [{missing}]"),
        format!(
            "the pool requires {missing}; AttributeMapping of {} must name a claim for each, and the \
             provider must tell it",
            provider.name
        ),
    ))
}

/// How a failure of the attributes is worded.
pub(super) fn refused(kind: Kind, error: &CognitoError) -> Refused {
    if kind == Kind::Saml {
        Refused::of_saml(error)
    } else {
        Refused::of(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn claims_become_texts() {
        let claims = json!({"a": "x", "b": true, "n": 1.5, "z": null, "l": ["a b", "c,d", 1],
            "o": {"formatted": "x"}});
        let found = texts(claims.as_object().unwrap());
        let expected = [
            ("a", "x"),
            ("b", "true"),
            ("l", "[a+b,c%2Cd,1]"),
            ("n", "1.5"),
            ("o", r#"{"formatted":"x"}"#),
        ];
        let expected: ProviderAttributes = expected
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        assert_eq!(found, expected);
    }
}
