//! InboundFederation: after an identity provider has answered, and before its attributes are mapped to
//! those of the user.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Event, Subject, read};
use crate::model::Trigger;
use crate::model::cognito_idp::{IdentityProviderTypeType, LambdaConfigType};

/// Attributes by the names that the provider has for them; all values are texts (documented).
pub type ProviderAttributes = BTreeMap<String, String>;

/// What a provider said of a user.
pub enum Said<'a> {
    /// OpenID Connect and the social providers.
    OpenId {
        /// The members of the token endpoint's answer.
        token_response: &'a ProviderAttributes,
        /// The claims of the ID token.
        id_token: &'a ProviderAttributes,
        /// The claims of the userinfo endpoint.
        user_info: &'a ProviderAttributes,
    },
    /// SAML.
    Saml {
        /// The attributes of the assertion.
        response: &'a ProviderAttributes,
    },
}

/// Which attributes are mapped?
pub struct InboundFederation<'a> {
    /// The name of the provider in the pool.
    pub provider_name: &'a str,
    /// Its type.
    pub provider_type: IdentityProviderTypeType,
    /// What it said.
    pub said: Said<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    user_attributes_to_map: Option<ProviderAttributes>,
}

impl Event for InboundFederation<'_> {
    /// The attributes to map in place of the provider's; none leaves those as they are.
    type Answer = Option<ProviderAttributes>;

    const TRIGGER: Trigger = Trigger::InboundFederation;

    fn source(&self) -> &'static str {
        "InboundFederation_ExternalProvider"
    }

    fn request(&self, _subject: &Subject<'_>) -> Value {
        let attributes = match &self.said {
            Said::OpenId {
                token_response,
                id_token,
                user_info,
            } => json!({
                "tokenResponse": token_response, "idToken": id_token, "userInfo": user_info,
            }),
            Said::Saml { response } => json!({"samlResponse": response}),
        };
        json!({
            "providerName": self.provider_name,
            "providerType": self.provider_type.as_str(),
            "attributes": attributes,
        })
    }

    fn response(&self, _lambda: &LambdaConfigType) -> Value {
        json!({"userAttributesToMap": {}})
    }

    /// An empty object keeps what the provider said (documented); that a member which is null or left out
    /// does too, and that a value which is no text is not recognised, is inferred.
    fn read(&self, response: Value, _lambda: &LambdaConfigType) -> Option<Self::Answer> {
        let response: Response = read(response)?;
        let attributes = response.user_attributes_to_map;
        Some(attributes.filter(|attributes| !attributes.is_empty()))
    }
}
