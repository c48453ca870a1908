//! The last step of a message: into the outbox, or lost, where a rule of the test API
//! ([`crate::control::undeliverable`]) says that it cannot be delivered.
//!
//! A lost message leaves a record in the pool's log of userNotification (documented).

use std::sync::Arc;

use super::log_delivery;
use crate::context::Context;
use crate::control::outbox::{Message, Names};
use crate::model::Contact;
use crate::model::cognito_idp::{AliasAttributeType, DeliveryMediumType};
use crate::store::Searchable;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::user::User;

/// What `user` signs in by; an address counts before it is verified, since the message that verifies it
/// is looked for by it.
pub fn names_of(settings: &PoolSettings, user: &User) -> Names {
    let mut all = vec![user.username.to_string(), user.sub.to_string()];
    let signs_in =
        |contact: &Contact| settings.username_is(*contact) || settings.has_alias(contact.alias());
    let contacts = Contact::ALL.iter().copied().filter(signs_in);
    all.extend(contacts.filter_map(|contact| user.address(contact).map(str::to_owned)));
    if settings.has_alias(AliasAttributeType::PreferredUsername) {
        let name = user.attributes.get(Searchable::PreferredUsername.name());
        all.extend(name.map(str::to_owned));
    }
    Names {
        all,
        any_case: !settings.case_sensitive(),
    }
}

/// Whom the pool's mails are from: its `From`, else the address of the default sender (documented).
pub fn sender(settings: &PoolSettings) -> String {
    let own = settings.email.from.clone();
    own.unwrap_or_else(|| "no-reply@verificationemail.com".into())
}

/// Puts a message into the outbox, or tells the words of the service that cannot deliver it.
pub fn transmit(cx: &Context, pool: &UserPool, message: Message) -> Result<(), String> {
    let Some(rule) = cx.undeliverable.of(&message) else {
        hand_over(cx, pool, message);
        return Ok(());
    };
    let error = rule.error.unwrap_or_else(|| refused(pool, &message));
    tracing::info!(
        pool = message.user_pool_id,
        user = message.username,
        kind = message.kind,
        medium = message.medium.as_str(),
        to = message.destination,
        error,
        "message not delivered"
    );
    log_delivery::deliver_failure(cx, pool, &error);
    Err(error)
}

/// Puts a message into the outbox, and a mail that no function of the pool delivers into the queue of an
/// SMTP server too: whether AWS could deliver it is not asked.
pub fn hand_over(cx: &Context, pool: &UserPool, mut message: Message) {
    log(cx, &message);
    let is_mail = message.medium == DeliveryMediumType::Email && message.delivered_by.is_none();
    let mailer = cx.mailer.as_ref().filter(|_| is_mail);
    message.delivery = mailer.map(|_| Arc::default());
    let kept = cx.outbox.keep_unless(message, || pool.is_past());
    if let Some(mailer) = mailer {
        mailer.deliver(&kept);
    }
}

/// Users of such tools look for the code in the log; a temporary password never goes there.
fn log(cx: &Context, message: &Message) {
    let shown = message.code.as_deref().filter(|_| !cx.settings.hide_codes);
    tracing::info!(
        pool = message.user_pool_id,
        user = message.username,
        kind = message.kind,
        medium = message.medium.as_str(),
        to = message.destination,
        code = shown,
        "message"
    );
}

/// The words of Amazon SES in its sandbox (observed), and a reason that Amazon SNS gives for a text
/// message (documented).
fn refused(pool: &UserPool, message: &Message) -> String {
    match message.medium {
        DeliveryMediumType::Email => format!(
            "Email address is not verified. The following identities failed the check in region {}: {}",
            pool.region().to_ascii_uppercase(),
            message.destination
        ),
        DeliveryMediumType::Sms => "Unknown error attempting to reach phone".into(),
    }
}
