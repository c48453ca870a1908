//! PreTokenGeneration: before tokens are made, for a user or for an app client itself.
//!
//! LambdaVersion of PreTokenGenerationConfig sets the version of the event. Version 1 changes the ID
//! token alone, by texts; from version 2 on a claim may be any JSON; version 3 is asked for app
//! clients too (documented). Of an answer about a user's tokens only the claims of the ID token are
//! heeded so far: not groups, not the access token.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{ClientMetadata, Event, Subject, attributes_of, read, with_metadata};
use crate::model::cognito_idp::{LambdaConfigType, PreTokenGenerationLambdaVersionType as Version};
use crate::store::user_pool::user::User;

/// Why a user gets tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A sign-in.
    Authentication,
    /// A sign-in that ran through NEW_PASSWORD_REQUIRED.
    NewPasswordChallenge,
    /// A refresh.
    RefreshTokens,
}

/// Which claims do a user's tokens carry?
pub struct PreTokenGeneration<'a> {
    /// Why the user gets tokens.
    pub source: Source,
    /// The user.
    pub user: &'a User,
    /// The user's groups, by rising precedence.
    pub groups: &'a [String],
    /// Their roles.
    pub roles: &'a [String],
    /// The role of the strongest group.
    pub preferred_role: Option<&'a str>,
    /// The scopes that the access token would have.
    pub scopes: &'a [String],
    /// Metadata of the call.
    pub metadata: &'a ClientMetadata,
}

/// What a function changes in an ID token.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IdTokenChanges {
    /// Claims to set, as JSON.
    pub claims_to_set: BTreeMap<String, Value>,
    /// Claims to leave out.
    pub claims_to_suppress: Vec<String>,
}

/// Which claims and scopes does the access token of an app client carry?
pub struct ClientCredentials<'a> {
    /// The scopes that the token would have.
    pub scopes: &'a [String],
    /// Metadata of the call.
    pub metadata: &'a ClientMetadata,
}

/// What a function changes in the access token of an app client.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClientTokenChanges {
    /// Claims to set, as JSON.
    pub claims_to_set: BTreeMap<String, Value>,
    /// Claims to leave out.
    pub claims_to_suppress: Vec<String>,
    /// Scopes to add.
    pub scopes_to_add: Vec<String>,
    /// Scopes to leave out.
    pub scopes_to_suppress: Vec<String>,
}

/// The response of version 1.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TextResponse {
    claims_override_details: Option<TextClaims>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TextClaims {
    claims_to_add_or_override: Option<BTreeMap<String, String>>,
    claims_to_suppress: Option<Vec<String>>,
}

/// The response from version 2 on.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    claims_and_scope_override_details: Option<Details>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Details {
    id_token_generation: Option<TokenDetails>,
    access_token_generation: Option<TokenDetails>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct TokenDetails {
    claims_to_add_or_override: Option<BTreeMap<String, Value>>,
    claims_to_suppress: Option<Vec<String>>,
    scopes_to_add: Option<Vec<String>>,
    scopes_to_suppress: Option<Vec<String>>,
}

/// The version of a pool's events; without PreTokenGenerationConfig it is the first.
fn version_of(lambda: &LambdaConfigType) -> Version {
    lambda
        .pre_token_generation_config
        .as_ref()
        .map_or(Version::V1_0, |config| config.lambda_version)
}

fn empty_response(version: Version) -> Value {
    match version {
        Version::V1_0 => json!({"claimsOverrideDetails": null}),
        Version::V2_0 | Version::V3_0 => json!({"claimsAndScopeOverrideDetails": null}),
    }
}

fn details(response: Value) -> Option<Details> {
    let response: Response = read(response)?;
    Some(
        response
            .claims_and_scope_override_details
            .unwrap_or_default(),
    )
}

impl Event for PreTokenGeneration<'_> {
    type Answer = IdTokenChanges;

    const TRIGGER: &'static str = "PreTokenGeneration";

    fn function<'l>(&self, lambda: &'l LambdaConfigType) -> Option<&'l str> {
        lambda.pre_token_generation.as_deref().or(lambda
            .pre_token_generation_config
            .as_ref()
            .map(|config| config.lambda_arn.as_str()))
    }

    fn source(&self) -> &'static str {
        match self.source {
            Source::Authentication => "TokenGeneration_Authentication",
            Source::NewPasswordChallenge => "TokenGeneration_NewPasswordChallenge",
            Source::RefreshTokens => "TokenGeneration_RefreshTokens",
        }
    }

    fn version(&self, lambda: &LambdaConfigType) -> &'static str {
        match version_of(lambda) {
            Version::V1_0 => "1",
            Version::V2_0 => "2",
            Version::V3_0 => "3",
        }
    }

    fn request(&self, subject: &Subject<'_>) -> Value {
        let mut request = json!({
            "userAttributes": attributes_of(subject.settings, self.user),
            "groupConfiguration": {
                "groupsToOverride": self.groups,
                "iamRolesToOverride": self.roles,
                "preferredRole": self.preferred_role,
            },
        });
        if version_of(&subject.settings.lambda) != Version::V1_0 {
            request["scopes"] = json!(self.scopes);
        }
        with_metadata(request, self.metadata)
    }

    fn response(&self, lambda: &LambdaConfigType) -> Value {
        empty_response(version_of(lambda))
    }

    /// A claim of version 1 that is no text is not recognised (observed for lists, inferred for the
    /// rest).
    fn read(&self, response: Value, lambda: &LambdaConfigType) -> Option<IdTokenChanges> {
        if version_of(lambda) == Version::V1_0 {
            let response: TextResponse = read(response)?;
            let Some(details) = response.claims_override_details else {
                return Some(IdTokenChanges::default());
            };
            let claims = details.claims_to_add_or_override.unwrap_or_default();
            return Some(IdTokenChanges {
                claims_to_set: claims
                    .into_iter()
                    .map(|(name, value)| (name, value.into()))
                    .collect(),
                claims_to_suppress: details.claims_to_suppress.unwrap_or_default(),
            });
        }
        let token = details(response)?.id_token_generation.unwrap_or_default();
        Some(IdTokenChanges {
            claims_to_set: token.claims_to_add_or_override.unwrap_or_default(),
            claims_to_suppress: token.claims_to_suppress.unwrap_or_default(),
        })
    }
}

impl ClientCredentials<'_> {
    /// `userName` of the event (documented).
    pub const USERNAME: &'static str = "ClientCredentials";
}

impl Event for ClientCredentials<'_> {
    type Answer = ClientTokenChanges;

    const TRIGGER: &'static str = "PreTokenGeneration";

    /// The same function, asked from version 3 of its events on (documented).
    fn function<'l>(&self, lambda: &'l LambdaConfigType) -> Option<&'l str> {
        lambda
            .pre_token_generation_config
            .as_ref()
            .filter(|config| config.lambda_version == Version::V3_0)
            .map(|config| config.lambda_arn.as_str())
    }

    fn source(&self) -> &'static str {
        "TokenGeneration_ClientCredentials"
    }

    fn version(&self, _lambda: &LambdaConfigType) -> &'static str {
        "3"
    }

    fn request(&self, _subject: &Subject<'_>) -> Value {
        let request = json!({
            "userAttributes": {},
            "groupConfiguration": null,
            "scopes": self.scopes,
        });
        with_metadata(request, self.metadata)
    }

    fn response(&self, _lambda: &LambdaConfigType) -> Value {
        empty_response(Version::V3_0)
    }

    fn read(&self, response: Value, _lambda: &LambdaConfigType) -> Option<ClientTokenChanges> {
        let token = details(response)?
            .access_token_generation
            .unwrap_or_default();
        Some(ClientTokenChanges {
            claims_to_set: token.claims_to_add_or_override.unwrap_or_default(),
            claims_to_suppress: token.claims_to_suppress.unwrap_or_default(),
            scopes_to_add: token.scopes_to_add.unwrap_or_default(),
            scopes_to_suppress: token.scopes_to_suppress.unwrap_or_default(),
        })
    }
}
