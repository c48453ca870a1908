//! The attribute `identities`: the linked identities of a user as JSON.

use serde::{Deserialize, Serialize};

use super::schema::Schema;
use super::user::{Identity, User};
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::ProviderUserIdentifierType;

/// Stands for whatever claim of a provider names the user.
pub(crate) const SUBJECT: &str = "Cognito_Subject";

pub(crate) const ATTRIBUTE: &str = "identities";

/// An entry of the attribute, its members in AWS's order (documented by samples).
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    pub(crate) user_id: String,
    pub(crate) provider_name: String,
    #[serde(default)]
    pub(crate) provider_type: String,
    #[serde(default)]
    pub(crate) issuer: Option<String>,
    /// Whether the user was made by a sign-in with it.
    #[serde(default)]
    pub(crate) primary: bool,
    #[serde(default)]
    pub(crate) date_created: i64,
}

impl Entry {
    pub(crate) fn is_of(&self, identity: &Identity) -> bool {
        *self.provider_name == *identity.provider && *self.user_id == *identity.value
    }
}

pub(crate) fn entries(user: &User) -> Vec<Entry> {
    let text = user.attributes.get(ATTRIBUTE);
    text.and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}

pub(crate) fn write(user: &mut User, schema: &Schema, entries: &[Entry]) {
    let text = match entries {
        [] => String::new(),
        some => serde_json::to_string(some).unwrap_or_default(),
    };
    let name = schema.name(ATTRIBUTE).unwrap_or_else(|| ATTRIBUTE.into());
    user.attributes.set(name, &text);
}

/// The identities that lead to a user.
pub(crate) fn identities(user: &User) -> Vec<Identity> {
    let by_attribute = user
        .more()
        .map_or(&[][..], |more| &more.linked_by_attribute);
    let identity = |entry: Entry| {
        let by_subject = Identity {
            provider: entry.provider_name.as_str().into(),
            attribute: SUBJECT.into(),
            value: entry.user_id.as_str().into(),
        };
        let linked = by_attribute.iter().find(|linked| entry.is_of(linked));
        linked.cloned().unwrap_or(by_subject)
    };
    entries(user).into_iter().map(identity).collect()
}

/// A member that the model lets be absent, and the operation needs (inferred).
pub(crate) fn given<'a>(member: &'a Option<String>, name: &str) -> Result<&'a str, CognitoError> {
    let text = member.as_deref().filter(|text| !text.is_empty());
    text.ok_or_else(|| {
        Refusal::MissingParameter { name: name.into() }
            .because("the user is named by ProviderName and ProviderAttributeValue")
    })
}

pub(crate) fn provider(user: &ProviderUserIdentifierType) -> Result<&str, CognitoError> {
    given(&user.provider_name, "ProviderName")
}

pub(crate) fn value(user: &ProviderUserIdentifierType) -> Result<&str, CognitoError> {
    given(&user.provider_attribute_value, "ProviderAttributeValue")
}
