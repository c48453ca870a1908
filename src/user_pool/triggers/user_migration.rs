//! UserMigration: a name that the pool does not know, at a sign-in by password or in ForgotPassword.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{ClientMetadata, Event, Subject, read, with_metadata};
use crate::model::cognito_idp::{DeliveryMediumType, LambdaConfigType, MessageActionType};
use crate::model::{Secret, Trigger};

/// What asks for the user.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// A sign-in that sends the password.
    Authentication {
        /// The password that was typed.
        password: &'a Secret,
        /// ClientMetadata of InitiateAuth or AdminInitiateAuth: here it is `validationData` (documented).
        validation_data: &'a ClientMetadata,
    },
    /// ForgotPassword, which has no password to tell.
    ForgotPassword {
        /// Metadata of the call.
        metadata: &'a ClientMetadata,
    },
}

/// Who is this? The event's `userName` is the name as it was typed (documented).
pub struct UserMigration<'a> {
    /// What asks for the user.
    pub source: Source<'a>,
}

/// The user that UserMigration tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrant {
    /// The attributes, and `username` where the name is to be another one than was typed.
    pub attributes: BTreeMap<String, String>,
    /// Whether the user is CONFIRMED; else the password must be reset (documented).
    pub is_confirmed: bool,
    /// Whether the welcome message is not sent.
    pub is_silent: bool,
    /// How the welcome message is sent, where the function says so.
    pub mediums: Option<Vec<DeliveryMediumType>>,
    /// Whether aliases move here from who holds them.
    pub force_alias_creation: bool,
    /// Whether the user signs in with codes by SMS.
    pub enable_sms_mfa: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    user_attributes: Option<BTreeMap<String, String>>,
    final_user_status: Option<String>,
    message_action: Option<String>,
    desired_delivery_mediums: Option<Vec<String>>,
    force_alias_creation: Option<bool>,
    #[serde(rename = "enableSMSMFA")]
    enable_sms_mfa: Option<bool>,
}

impl Event for UserMigration<'_> {
    /// None where the function knows nobody of the name: it gives no attributes (observed).
    type Answer = Option<Migrant>;

    const TRIGGER: Trigger = Trigger::UserMigration;

    fn source(&self) -> &'static str {
        match self.source {
            Source::Authentication { .. } => "UserMigration_Authentication",
            Source::ForgotPassword { .. } => "UserMigration_ForgotPassword",
        }
    }

    fn request(&self, _subject: &Subject<'_>) -> Value {
        match self.source {
            Source::Authentication {
                password,
                validation_data,
            } => json!({
                "password": password.expose(),
                "validationData": match validation_data {
                    none if none.is_empty() => Value::Null,
                    given => json!(given),
                },
            }),
            Source::ForgotPassword { metadata } => {
                with_metadata(json!({"validationData": null}), metadata)
            }
        }
    }

    fn response(&self, _lambda: &LambdaConfigType) -> Value {
        json!({
            "userAttributes": null,
            "forceAliasCreation": null,
            "enableSMSMFA": null,
            "finalUserStatus": null,
            "messageAction": null,
            "desiredDeliveryMediums": null,
        })
    }

    /// That a medium Cognito does not have is not recognised is inferred.
    fn read(&self, response: Value, _lambda: &LambdaConfigType) -> Option<Option<Migrant>> {
        let response: Response = read(response)?;
        let mediums = match response.desired_delivery_mediums {
            None => None,
            Some(named) => {
                let known = named.iter().map(|name| DeliveryMediumType::parse(name));
                Some(known.collect::<Option<Vec<_>>>()?)
            }
        };
        let attributes = response.user_attributes;
        Some(
            attributes
                .filter(|known| !known.is_empty())
                .map(|attributes| Migrant {
                    attributes,
                    is_confirmed: response.final_user_status.as_deref() == Some("CONFIRMED"),
                    is_silent: response.message_action.as_deref()
                        == Some(MessageActionType::Suppress.as_str()),
                    mediums,
                    force_alias_creation: response.force_alias_creation == Some(true),
                    enable_sms_mfa: response.enable_sms_mfa == Some(true),
                }),
        )
    }
}
