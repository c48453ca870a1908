//! CustomEmailSender and CustomSMSSender: functions that get the code in place of Amazon SES and SNS.
//!
//! "Custom sender Lambda triggers", developer guide (documented): the function is invoked without waiting,
//! its errors reach no caller and its answer is ignored; the code is encrypted as the AWS Encryption SDK
//! does, under the pool's `KMSKeyID`; a temporary password is escaped as in HTML before. That the context
//! of the encryption is `userpool-id` is observed.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::custom_message::Kind;
use super::{CLIENT_ID_NOT_APPLICABLE, ClientMetadata, Subject, attributes_of, caller_context};
use crate::context::{Context, Shared};
use crate::crypto::data_keys::EncryptionContext;
use crate::crypto::encryption_sdk::{self, Chance};
use crate::entropy::Purpose;
use crate::lambda::{Fault, Invocation};
use crate::markup::escaped;
use crate::model::cognito_idp::LambdaConfigType;
use crate::model::{Contact, Trigger, arns};
use crate::store::user_pool::user::User;

/// The function that sends in place of AWS by this medium.
pub fn function(lambda: &LambdaConfigType, contact: Contact) -> Option<&str> {
    match contact {
        Contact::Email => lambda
            .custom_email_sender
            .as_ref()
            .map(|to| &*to.lambda_arn),
        Contact::PhoneNumber => lambda.custom_sms_sender.as_ref().map(|to| &*to.lambda_arn),
    }
}

/// What is to be sent.
pub enum Content<'a> {
    /// A code.
    Code(&'a str),
    /// A temporary password.
    TemporaryPassword(&'a str),
}

/// A code or password for a sender.
pub struct CustomSender<'a> {
    /// How it is to travel.
    pub contact: Contact,
    /// What it is about.
    pub kind: Kind,
    /// Who it is for.
    pub user: &'a User,
    /// The code or password.
    pub content: Content<'a>,
    /// Metadata of the call.
    pub metadata: &'a ClientMetadata,
}

/// Has the pool's sender called with it; nothing happens where the pool has none.
pub fn send(cx: &Context, subject: Subject<'_>, event: &CustomSender<'_>) {
    let plain = match event.content {
        Content::Code(code) => code.to_owned(),
        // `<` and `>` are documented; that `&` and quotes are escaped too is inferred.
        Content::TemporaryPassword(password) => escaped(password),
    };
    let attributes = attributes_of(subject.settings, event.user);
    let metadata = (!event.metadata.is_empty()).then_some(event.metadata);
    let told = Told {
        contact: event.contact,
        suffix: event.kind.name(),
        attributes,
        metadata: json!(metadata),
    };
    begin(cx, subject, told, Some(plain));
}

/// Has the pool's sender of mails called with a notification of threat protection: no code, and what is
/// known of the sign-in in place of the user's attributes (documented).
pub fn notify(cx: &Context, subject: Subject<'_>, sign_in: Map<String, Value>) {
    let told = Told {
        contact: Contact::Email,
        suffix: "AccountTakeOverNotification",
        attributes: sign_in,
        metadata: Value::Null,
    };
    begin(cx, subject, told, None);
}

/// What an event says beside its code.
struct Told {
    contact: Contact,
    suffix: &'static str,
    attributes: Map<String, Value>,
    metadata: Value,
}

fn begin(cx: &Context, subject: Subject<'_>, told: Told, plain: Option<String>) {
    let lambda = &subject.settings.lambda;
    let Some(arn) = function(lambda, told.contact) else {
        return;
    };
    let (trigger, of_type) = match told.contact {
        Contact::Email => (Trigger::CustomEmailSender, "customEmailSenderRequestV1"),
        Contact::PhoneNumber => (Trigger::CustomSmsSender, "customSMSSenderRequestV1"),
    };
    let trigger = trigger.name();
    let work = Work {
        arn: arn.to_owned(),
        trigger,
        user_pool_id: subject.pool.id.to_string(),
        // A pool with a sender has a key: CreateUserPool and UpdateUserPool see to that.
        key_arn: lambda.kms_key_id.clone().unwrap_or_default(),
        // There is no `response` (observed).
        event: json!({
            "version": "1",
            "triggerSource": format!("{trigger}_{}", told.suffix),
            "region": arns::region(arn),
            "userPoolId": subject.pool.id.as_str(),
            "userName": subject.username,
            "callerContext": caller_context(subject.client_id, CLIENT_ID_NOT_APPLICABLE),
            "request": {
                "type": of_type,
                "code": null,
                "clientMetadata": told.metadata,
                "userAttributes": told.attributes,
            },
        }),
        request_id: cx.entropy.uuid(Purpose::Requests),
        caused_by: cx.caller.request_id,
        secret: plain.map(|plain| (plain, Chance::draw(&cx.entropy))),
    };
    let (trigger, user_pool_id, arn) = (work.trigger, work.user_pool_id.clone(), arn.to_owned());
    if !cx.later.begin(work.run(Arc::clone(cx.shared()))) {
        tracing::warn!(
            pool = user_pool_id,
            trigger,
            function = arn,
            "too many functions are to be called already; this one is not"
        );
    }
}

/// A call of a sender.
struct Work {
    arn: String,
    trigger: &'static str,
    user_pool_id: String,
    key_arn: String,
    event: Value,
    request_id: Uuid,
    caused_by: Option<Uuid>,
    secret: Option<(String, Chance)>,
}

impl Work {
    async fn run(mut self, shared: Arc<Shared>) {
        if let Some((plain, chance)) = self.secret.take() {
            let Some(code) = self.encrypted(&shared, plain, chance).await else {
                return self.warn("the code could not be encrypted");
            };
            self.event["request"]["code"] = code.into();
        }
        let invocation = Invocation {
            arn: &self.arn,
            trigger: self.trigger,
            user_pool_id: &self.user_pool_id,
            event: std::mem::take(&mut self.event),
            request_id: self.request_id,
            caused_by: self.caused_by,
            is_past: false,
        };
        match shared.functions.invoke(invocation).await {
            // What a sender returns is ignored (documented), so it need not be JSON either.
            Ok(_) | Err(Fault::NotJson { .. }) => {}
            Err(Fault::Failed { text, reason }) => self.warn(&format!("{text} ({reason})")),
            Err(Fault::NotInvoked { error, reason }) => self.warn(&format!("{error} ({reason})")),
        }
    }

    async fn encrypted(
        &self,
        shared: &Arc<Shared>,
        plain: String,
        chance: Chance,
    ) -> Option<String> {
        let context = EncryptionContext::from([("userpool-id".into(), self.user_pool_id.clone())]);
        let (keys, key_arn) = (Arc::clone(shared), self.key_arn.clone());
        let work = move || {
            let keys = &keys.data_keys;
            encryption_sdk::encrypt(keys, &chance, &key_arn, context, plain.as_bytes()).ok()
        };
        let message = shared.crypto.run(work).await.ok()??;
        Some(STANDARD.encode(message))
    }

    fn warn(&self, error: &str) {
        tracing::warn!(
            pool = self.user_pool_id,
            trigger = self.trigger,
            function = self.arn,
            request_id = %self.request_id,
            error,
            "a sender failed; its caller is not told"
        );
    }
}

#[cfg(test)]
#[path = "custom_sender_tests.rs"]
mod tests;
