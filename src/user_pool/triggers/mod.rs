//! Functions that a pool calls at certain steps (Lambda triggers): one file a family of events, each
//! with what its function is told and what it may answer.
//!
//! An event is written, and its answer read, as the JSON that AWS sends and takes ("Customizing user
//! pool workflows with Lambda triggers", developer guide; what is observed beyond that says so).
//! What runs behind the port ([`crate::lambda`]) is not the events' business. A pool without a
//! function for an event never reaches the port, and goes on by the default answer.

pub mod authentication;
pub mod custom_auth;
pub mod custom_message;
pub mod custom_sender;
pub mod inbound_federation;
pub mod post_confirmation;
pub mod pre_sign_up;
pub mod token_generation;
pub mod user_migration;

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::lambda::{Fault, Invocation};
use crate::model::cognito_idp::{AttributeType, LambdaConfigType};
use crate::model::{ClientId, Contact, Trigger, arns};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::user::User;

/// Metadata that a caller passes through to functions.
pub type ClientMetadata = BTreeMap<String, String>;

/// Members of an event without which its answer is not recognised (observed).
const ENVELOPE: [&str; 5] = [
    "version",
    "region",
    "userPoolId",
    "userName",
    "callerContext",
];

/// `clientId` of an event that no app client caused (observed for AdminCreateUser, inferred for the other
/// operations of administrators).
const CLIENT_ID_NOT_APPLICABLE: Option<&str> = Some("CLIENT_ID_NOT_APPLICABLE");

/// Who an event is about.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The pool that calls.
    pub pool: &'a UserPool,
    /// Its settings.
    pub settings: &'a PoolSettings,
    /// The app client, where one is known.
    pub client_id: Option<&'a ClientId>,
    /// The user's name, as the pool has it.
    pub username: &'a str,
}

/// An event of a pool.
pub trait Event {
    /// What the function said; the default where the pool has none.
    type Answer: Default;

    /// The member of LambdaConfig that names the function; refusals name the event by it (observed).
    const TRIGGER: Trigger;

    /// `clientId` of an event that no app client caused.
    const NO_CLIENT: Option<&'static str> = CLIENT_ID_NOT_APPLICABLE;

    /// The function of the pool, if it has one for this event.
    fn function<'l>(&self, lambda: &'l LambdaConfigType) -> Option<&'l str> {
        Self::TRIGGER.function(lambda)
    }

    /// `triggerSource`: what caused the event.
    fn source(&self) -> &'static str;

    /// `version`.
    fn version(&self, _lambda: &LambdaConfigType) -> &'static str {
        "1"
    }

    /// `request`.
    fn request(&self, subject: &Subject<'_>) -> Value;

    /// `response` as the function gets it, to be filled.
    fn response(&self, lambda: &LambdaConfigType) -> Value;

    /// What the function made of the response; none if it is of another shape.
    fn read(&self, response: Value, lambda: &LambdaConfigType) -> Option<Self::Answer>;
}

/// Calls the pool's function for `event`, if it has one.
///
/// # Errors
/// What the function's refusal or failure becomes.
pub async fn call<E: Event + Sync>(
    cx: &Context,
    subject: Subject<'_>,
    event: E,
) -> Result<E::Answer, CognitoError> {
    let lambda = &subject.settings.lambda;
    let Some(arn) = event.function(lambda) else {
        return Ok(E::Answer::default());
    };
    // Rules of the test API may name the sources that the list has, and no other.
    debug_assert_eq!(Trigger::of_source(event.source()), Some(E::TRIGGER));
    let invocation = Invocation {
        arn,
        trigger: E::TRIGGER.name(),
        user_pool_id: subject.pool.id.as_str(),
        event: envelope(arn, &subject, &event),
        request_id: cx.entropy.uuid(Purpose::Requests),
        caused_by: cx.caller.request_id,
        is_past: subject.pool.is_past(),
    };
    let returned = cx.outside(cx.functions.invoke(invocation)).await;
    let returned = returned.map_err(|fault| refused(E::TRIGGER, arn, fault))?;
    response_of(returned)
        .and_then(|response| event.read(response, lambda))
        .ok_or_else(|| {
            Refusal::LambdaOutput.because(format!(
                "{arn} must return the whole event, with a response of the shape that {} has",
                E::TRIGGER.name()
            ))
        })
}

/// The event as AWS sends it.
fn envelope<E: Event>(arn: &str, subject: &Subject<'_>, event: &E) -> Value {
    let lambda = &subject.settings.lambda;
    json!({
        "version": event.version(lambda),
        // A pool's functions are in its own Region, those of a replica in the replica's (inferred).
        "region": arns::region(arn),
        "userPoolId": subject.pool.id.as_str(),
        "userName": subject.username,
        "callerContext": caller_context(subject.client_id, E::NO_CLIENT),
        "triggerSource": event.source(),
        "request": event.request(subject),
        "response": event.response(lambda),
    })
}

fn caller_context(client_id: Option<&ClientId>, no_client: Option<&str>) -> Value {
    json!({
        // Real ones are parsed from the User-Agent; this one is sent where it tells none (observed).
        "awsSdkVersion": "aws-sdk-unknown-unknown",
        "clientId": client_id.map(|id| id.as_str()).or(no_client),
    })
}

/// The response in a returned event.
fn response_of(returned: Value) -> Option<Value> {
    let Value::Object(mut event) = returned else {
        return None;
    };
    if !ENVELOPE.iter().all(|member| event.contains_key(*member)) {
        return None;
    }
    event.remove("response")
}

fn refused(trigger: Trigger, arn: &str, fault: Fault) -> CognitoError {
    let trigger = trigger.name().to_owned();
    match fault {
        Fault::Failed { text, reason } => {
            Refusal::LambdaRefused { trigger, text }.because(format!("{arn}: {reason}"))
        }
        Fault::NotInvoked { error, reason } => {
            Refusal::LambdaNotInvoked { trigger, error }.because(format!("{arn}: {reason}"))
        }
        Fault::NotJson { reason } => Refusal::LambdaNotJson.because(format!("{arn}: {reason}")),
    }
}

/// `userAttributes` of a user who exists: all attributes as strings, and what AWS adds to them
/// (observed).
fn attributes_of(settings: &PoolSettings, user: &User) -> Map<String, Value> {
    let mut attributes = listed(&user.listed_attributes());
    attributes.insert("cognito:user_status".into(), user.status.as_str().into());
    for contact in Contact::ALL.iter().copied() {
        let is_name = settings.has_alias(contact.alias()) || settings.username_is(contact);
        if let Some(value) = user.address(contact).filter(|_| is_name) {
            attributes.insert(format!("cognito:{contact}_alias"), value.into());
        }
    }
    attributes
}

/// A list of attributes as events have it.
fn listed(attributes: &[AttributeType]) -> Map<String, Value> {
    attributes
        .iter()
        .map(|attribute| (attribute.name.clone(), attribute.value.clone().into()))
        .collect()
}

/// Adds `clientMetadata`, which is absent where the caller gave none (observed).
fn with_metadata(mut request: Value, metadata: &ClientMetadata) -> Value {
    if !metadata.is_empty() {
        request["clientMetadata"] = json!(metadata);
    }
    request
}

/// Reads a response whose shape is `T`; null is absence.
fn read<T: DeserializeOwned>(response: Value) -> Option<T> {
    serde_json::from_value(response).ok()
}

#[cfg(test)]
mod tests;
