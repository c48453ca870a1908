//! PreTokenGeneration: before tokens are made, for a user or for an app client itself.
//!
//! LambdaVersion of PreTokenGenerationConfig sets the version of the event. Version 1 changes the claims
//! of the ID token alone, by texts, and the groups of both tokens; from version 2 on a claim may be any
//! JSON, and the access token has claims and scopes of its own; version 3 is asked for app clients too
//! (documented). Which claims may be changed at all is decided where they are written
//! (`tokens/claims.rs`).

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::{ClientMetadata, Event, Subject, attributes_of, read, with_metadata};
use crate::model::Trigger;
use crate::model::cognito_idp::{LambdaConfigType, PreTokenGenerationLambdaVersionType as Version};
use crate::store::user_pool::user::User;
use crate::user_pool::users::groups::GroupClaims;

/// Why a user gets tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A sign-in.
    Authentication,
    /// A sign-in that ran through NEW_PASSWORD_REQUIRED.
    NewPasswordChallenge,
    /// A sign-in from a device that ConfirmDevice has made known.
    AuthenticateDevice,
    /// A sign-in on the pages of managed login.
    HostedAuth,
    /// A refresh.
    RefreshTokens,
}

/// Which claims do a user's tokens carry?
pub struct PreTokenGeneration<'a> {
    /// Why the user gets tokens.
    pub source: Source,
    /// The user.
    pub user: &'a User,
    /// The user's groups and their roles.
    pub groups: &'a GroupClaims,
    /// The scopes that the access token would have.
    pub scopes: &'a [String],
    /// Metadata of the call.
    pub metadata: &'a ClientMetadata,
}

/// What a function changes in the tokens of a user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TokenChanges {
    /// In the ID token.
    pub id: ClaimChanges,
    /// In the access token.
    pub access: AccessChanges,
    /// Groups and roles that take the place of the user's own; none leaves those alone.
    pub groups: Option<GroupClaims>,
}

/// What a function changes in the claims of a token.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClaimChanges {
    set: BTreeMap<String, Value>,
    suppress: Vec<String>,
}

impl ClaimChanges {
    /// Whether the function leaves a claim out.
    pub fn suppresses(&self, claim: &str) -> bool {
        self.suppress.iter().any(|one| one == claim)
    }

    /// The value that the function gives a claim. One that it also suppresses has none (documented).
    pub fn value_of(&self, claim: &str) -> Option<&Value> {
        self.set.get(claim).filter(|_| !self.suppresses(claim))
    }

    /// The claims that the function gives a value.
    pub fn values(&self) -> impl Iterator<Item = (&str, &Value)> {
        let set = self.set.iter();
        set.map(|(claim, value)| (claim.as_str(), value))
            .filter(|(claim, _)| !self.suppresses(claim))
    }
}

/// What a function changes in an access token.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccessChanges {
    /// Its claims, `scope` apart.
    pub claims: ClaimChanges,
    scopes_to_add: Vec<String>,
    scopes_to_suppress: Vec<String>,
}

impl AccessChanges {
    /// The scopes of a token that would have `granted`. Suppression wins over addition (documented for
    /// claims, inferred for scopes).
    pub fn scopes(&self, granted: &[String]) -> Vec<String> {
        let mut scopes: Vec<String> = Vec::new();
        for scope in granted.iter().chain(&self.scopes_to_add) {
            if !scopes.contains(scope) && !self.scopes_to_suppress.contains(scope) {
                scopes.push(scope.clone());
            }
        }
        scopes
    }
}

/// Which claims and scopes does the access token of an app client carry?
pub struct ClientCredentials<'a> {
    /// The scopes that the token would have.
    pub scopes: &'a [String],
    /// Metadata of the call.
    pub metadata: &'a ClientMetadata,
}

/// The response of version 1.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TextResponse {
    claims_override_details: Option<TextClaims>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct TextClaims {
    claims_to_add_or_override: Option<BTreeMap<String, String>>,
    claims_to_suppress: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    group_override_details: Option<Option<GroupDetails>>,
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
    id_token_generation: Option<IdDetails>,
    access_token_generation: Option<AccessDetails>,
    #[serde(default, deserialize_with = "present")]
    group_override_details: Option<Option<GroupDetails>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct IdDetails {
    claims_to_add_or_override: Option<BTreeMap<String, Value>>,
    claims_to_suppress: Option<Vec<String>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct AccessDetails {
    claims_to_add_or_override: Option<BTreeMap<String, Value>>,
    claims_to_suppress: Option<Vec<String>>,
    scopes_to_add: Option<Vec<String>>,
    scopes_to_suppress: Option<Vec<String>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct GroupDetails {
    groups_to_override: Option<Vec<String>>,
    iam_roles_to_override: Option<Vec<String>>,
    preferred_role: Option<String>,
}

/// Tells a member that is null from one that is left out.
fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

impl From<IdDetails> for ClaimChanges {
    fn from(details: IdDetails) -> Self {
        Self {
            set: details.claims_to_add_or_override.unwrap_or_default(),
            suppress: details.claims_to_suppress.unwrap_or_default(),
        }
    }
}

/// A scope with a blank in it, or without a character, is not recognised: the guide says that there may
/// be none (documented), what becomes of it is inferred.
fn access_changes(details: AccessDetails) -> Option<AccessChanges> {
    let scopes_to_add = details.scopes_to_add.unwrap_or_default();
    let is_one = |scope: &String| !scope.is_empty() && !scope.contains(char::is_whitespace);
    scopes_to_add.iter().all(is_one).then(|| AccessChanges {
        claims: ClaimChanges {
            set: details.claims_to_add_or_override.unwrap_or_default(),
            suppress: details.claims_to_suppress.unwrap_or_default(),
        },
        scopes_to_add,
        scopes_to_suppress: details.scopes_to_suppress.unwrap_or_default(),
    })
}

/// The override takes the place of all that groups give: an empty object and null leave nothing
/// (documented). That one which is left out keeps the groups is inferred, as is that the members of an
/// override stand each for itself: roles without groups, and no preferred role where it is empty.
fn groups(details: Option<Option<GroupDetails>>) -> Option<GroupClaims> {
    let details = details?.unwrap_or_default();
    Some(GroupClaims {
        groups: details.groups_to_override.unwrap_or_default(),
        roles: details.iam_roles_to_override.unwrap_or_default(),
        preferred_role: details.preferred_role.filter(|role| !role.is_empty()),
    })
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
    type Answer = TokenChanges;

    const TRIGGER: Trigger = Trigger::PreTokenGeneration;

    fn source(&self) -> &'static str {
        match self.source {
            Source::Authentication => "TokenGeneration_Authentication",
            Source::NewPasswordChallenge => "TokenGeneration_NewPasswordChallenge",
            Source::AuthenticateDevice => "TokenGeneration_AuthenticateDevice",
            Source::HostedAuth => "TokenGeneration_HostedAuth",
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
                "groupsToOverride": self.groups.groups,
                "iamRolesToOverride": self.groups.roles,
                "preferredRole": self.groups.preferred_role,
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
    fn read(&self, response: Value, lambda: &LambdaConfigType) -> Option<TokenChanges> {
        if version_of(lambda) == Version::V1_0 {
            let response: TextResponse = read(response)?;
            let details = response.claims_override_details.unwrap_or_default();
            let claims = details.claims_to_add_or_override.unwrap_or_default();
            let texts = claims.into_iter();
            return Some(TokenChanges {
                id: ClaimChanges {
                    set: texts.map(|(name, value)| (name, value.into())).collect(),
                    suppress: details.claims_to_suppress.unwrap_or_default(),
                },
                access: AccessChanges::default(),
                groups: groups(details.group_override_details),
            });
        }
        let details = details(response)?;
        Some(TokenChanges {
            id: details.id_token_generation.unwrap_or_default().into(),
            access: access_changes(details.access_token_generation.unwrap_or_default())?,
            groups: groups(details.group_override_details),
        })
    }
}

impl ClientCredentials<'_> {
    /// `userName` of the event (documented).
    pub const USERNAME: &'static str = "ClientCredentials";
}

impl Event for ClientCredentials<'_> {
    type Answer = AccessChanges;

    const TRIGGER: Trigger = Trigger::PreTokenGeneration;

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

    /// Only what is said of the access token matters (documented).
    fn read(&self, response: Value, _lambda: &LambdaConfigType) -> Option<AccessChanges> {
        access_changes(
            details(response)?
                .access_token_generation
                .unwrap_or_default(),
        )
    }
}
