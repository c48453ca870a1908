//! The last step of a message: into the outbox, or lost, where a rule of the test API
//! ([`crate::control::undeliverable`]) says that it cannot be delivered.
//!
//! A lost message leaves a record in the pool's log of userNotification (documented).

use super::log_delivery;
use crate::context::Context;
use crate::control::outbox::Message;
use crate::model::cognito_idp::DeliveryMediumType;
use crate::store::user_pool::UserPool;

/// Puts a message into the outbox, or tells the words of the service that cannot deliver it.
pub fn transmit(cx: &Context, pool: &UserPool, message: Message) -> Result<(), String> {
    let Some(rule) = cx.undeliverable.of(&message) else {
        hand_over(cx, message);
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

/// Puts a message that a function of the pool delivers into the outbox: whether AWS could is not asked.
pub fn hand_over(cx: &Context, message: Message) {
    log(cx, &message);
    cx.outbox.send(message);
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
