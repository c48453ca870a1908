//! The mail that tells a user of a risky sign-in.
//!
//! Sent where the level's `Notify` is true and there is a NotifyConfiguration (documented), to the
//! user's `email`. A template that is not given has a text of Poolhouse's own (AWS's is not known).
//! "Advanced security template placeholders", developer guide (documented); that the one-click links
//! stay as text in a pool without a domain, and the form of a link, are inferred.

use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::events;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::control::outbox::Message;
use crate::model::cognito_idp::{NotifyConfigurationType, NotifyEmailType};
use crate::model::{ClientId, Contact};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::threats::{AuthEvent, Demand};
use crate::store::user_pool::user::User;
use crate::user_pool::messages::transmission::{hand_over, names_of, sender, transmit};
use crate::user_pool::triggers::{Subject, custom_sender};

/// Its kind among the messages of the test API, in the words of the custom senders' trigger.
pub const NOTIFICATION_KIND: &str = "AccountTakeOverNotification";

/// What became of the sign-in: decides the template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Blocked,
    Challenged,
    LetIn,
}

/// The subjects are AWS's (documented samples).
fn default_template(outcome: Outcome) -> NotifyEmailType {
    let subject = match outcome {
        Outcome::Blocked => "Blocked sign-in attempt",
        Outcome::Challenged | Outcome::LetIn => "New sign-in attempt",
    };
    NotifyEmailType {
        subject: subject.into(),
        html_body: None,
        text_body: Some(
            "{username}: a sign-in at {login-time} from {device-name}, {ip-address}.".into(),
        ),
    }
}

pub(super) fn send(
    cx: &Context,
    pool: &UserPool,
    client: &ClientId,
    user: &User,
    event: &AuthEvent,
    with: (&NotifyConfigurationType, Outcome),
) {
    let (mails, outcome) = with;
    let Some(address) = user.address(Contact::Email) else {
        return;
    };
    let own = match outcome {
        Outcome::Blocked => &mails.block_email,
        Outcome::Challenged => &mails.mfa_email,
        Outcome::LetIn => &mails.no_action_email,
    };
    let template = own.clone().unwrap_or_else(|| default_template(outcome));
    let token = events::feedback_token(cx, pool, event.id);
    let text = template.html_body.or(template.text_body);
    let links = pool.read(|state| state.domains.all().next().is_some());
    let links = links.then(|| {
        let link = |value| link(cx, pool, user, event.id, &token, value);
        (link("valid"), link("invalid"))
    });
    let body = render(
        text.unwrap_or_default(),
        user,
        event,
        &token,
        links.as_ref(),
    );
    let settings = pool.settings();
    let function = custom_sender::function(&settings.lambda, Contact::Email);
    let message = Message {
        id: 0,
        sent: cx.now(),
        user_pool_id: pool.id.to_string(),
        username: user.username.to_string(),
        names: names_of(&settings, user),
        kind: NOTIFICATION_KIND,
        medium: Contact::Email.medium(),
        destination: address.to_owned(),
        sender: mails.from.clone().unwrap_or_else(|| sender(&settings)),
        subject: Some(template.subject),
        body,
        code: None,
        link: None,
        temporary_password: None,
        delivered_by: function.map(str::to_owned),
        delivery: None,
    };
    if function.is_some() {
        hand_over(cx, pool, message);
        let subject = Subject {
            pool,
            settings: &settings,
            client_id: Some(client),
            username: &user.username,
        };
        let told = told(user, event, outcome, &token, links.as_ref());
        custom_sender::notify(cx, subject, told);
        return;
    }
    // A sign-in goes on without its notification (inferred).
    let _lost = transmit(cx, pool, message);
}

/// What a custom sender is told (documented and observed); that it gets no links from a pool without a
/// domain is inferred.
fn told(
    user: &User,
    event: &AuthEvent,
    outcome: Outcome,
    token: &str,
    links: Option<&(String, String)>,
) -> Map<String, Value> {
    let action = match (outcome, event.demand) {
        (Outcome::Blocked, _) => "BLOCK",
        (_, Demand::None) => "NO_ACTION",
        (_, Demand::IfConfigured) => "MFA_IF_CONFIGURED",
        (_, Demand::Required) => "MFA_REQUIRED",
    };
    let members = [
        ("EVENT_ID", json!(event.id.to_string())),
        ("USER_NAME", json!(*user.username)),
        ("IP_ADDRESS", json!(event.address)),
        ("ACCOUNT_TAKE_OVER_ACTION", json!(action)),
        ("ONE_CLICK_LINK_VALID", json!(links.map(|links| &links.0))),
        ("ONE_CLICK_LINK_INVALID", json!(links.map(|links| &links.1))),
        ("LOGIN_TIME", json!(long(event.created))),
        ("FEEDBACK_TOKEN", json!(token)),
        // Addresses are not looked up on a map.
        ("CITY", json!("Unknown")),
        ("COUNTRY", json!("Unknown")),
        ("DEVICE_NAME", json!(event.device)),
    ];
    let owned = |(name, value): (&str, Value)| (name.to_owned(), value);
    members.into_iter().map(owned).collect()
}

/// `Friday, March 19, 2021 02:25 PM UTC`, as custom senders are told the time of a sign-in (observed).
fn long(moment: Timestamp) -> String {
    let at = moment.calendar().unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (half, hour) = if at.hour() < 12 {
        ("AM", at.hour())
    } else {
        ("PM", at.hour() - 12)
    };
    format!(
        "{}, {} {}, {} {:02}:{:02} {half} UTC",
        at.weekday(),
        at.month(),
        at.day(),
        at.year(),
        if hour == 0 { 12 } else { hour },
        at.minute(),
    )
}

/// Takes each placeholder once, so that a value that looks like one stays as it is.
fn render(
    template: String,
    user: &User,
    event: &AuthEvent,
    token: &str,
    links: Option<&(String, String)>,
) -> String {
    let value = |name: &str| -> Option<String> {
        Some(match name {
            "username" => user.username.to_string(),
            "ip-address" => event.address.clone().unwrap_or_default(),
            // Addresses are not looked up on a map.
            "city" | "country" => "Unknown".into(),
            "login-time" => long(event.created),
            "device-name" => event.device.clone(),
            "event-id" => event.id.to_string(),
            "feedback-token" => token.to_owned(),
            "one-click-link-valid" => links?.0.clone(),
            "one-click-link-invalid" => links?.1.clone(),
            _ => return None,
        })
    };
    let mut body = String::with_capacity(template.len());
    let mut rest = template.as_str();
    while let Some(start) = rest.find('{') {
        let (before, behind) = rest.split_at(start);
        body.push_str(before);
        let named = behind
            .find('}')
            .and_then(|end| Some((end, value(&behind[1..end])?)));
        if let Some((end, value)) = named {
            body.push_str(&value);
            rest = &behind[end + 1..];
        } else {
            body.push('{');
            rest = &behind[1..];
        }
    }
    body.push_str(rest);
    body
}

fn link(
    cx: &Context,
    pool: &UserPool,
    user: &User,
    event: Uuid,
    token: &str,
    value: &str,
) -> String {
    format!(
        "{}/authEventFeedback?user_pool_id={}&user_sub={}&event_id={event}&feedback_token={token}\
         &feedback_value={value}",
        cx.base_url(),
        pool.id,
        user.sub,
    )
}
