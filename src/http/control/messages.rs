//! `/_poolhouse/messages`: what AWS would have mailed or texted, oldest first, and each of them alone.
//!
//! `?after=ID` leaves out what was seen, `user_pool`, `username`, `destination`, `medium` and `kind`
//! choose, and `wait=5s` holds the answer (in real time, not the clock's) until there is a message to
//! show. `limit` bounds a page, and `more` says that there are further ones. DELETE drops what it
//! chooses.

use std::time::Duration;

use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use super::page::{self, page};
use super::route::{Answer, Call, Content, Refused, Route, Serve, Waiting};
use crate::control::mail_text::text_of;
use crate::control::outbox::{Message, Selection};
use crate::http::query;
use crate::model::cognito_idp::DeliveryMediumType;
use crate::user_pool::threat_protection::NOTIFICATION_KIND;
use crate::user_pool::triggers::custom_message::Kind;

const READS_AND_DELETES: &[Method] = &[Method::GET, Method::HEAD, Method::DELETE];

/// What a query asks for.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    after: u64,
    limit: usize,
    wait: Duration,
    selection: Selection,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            after: 0,
            limit: page::LIMIT,
            wait: Duration::ZERO,
            selection: Selection::default(),
        }
    }
}

pub(super) const ROUTE: Route = Route {
    path: "messages",
    methods: READS_AND_DELETES,
    about: "messages sent: ?after=ID&limit=1000&wait=5s&user_pool=POOL_ID&username=NAME&\
            destination=TO&medium=EMAIL&kind=SignUp",
    serve: Serve::Wait(wait),
};

pub(super) const ONE: Route = Route {
    path: "messages/ID",
    methods: READS_AND_DELETES,
    about: "one message, with its text and HTML",
    serve: Serve::Show(one),
};

fn wait<'a>(call: &'a Call<'a>) -> Waiting<'a> {
    Box::pin(async move {
        if *call.method == Method::DELETE {
            remove(call)
        } else {
            found(call).await
        }
    })
}

async fn found(call: &Call<'_>) -> Answer {
    let Call { door, peer, .. } = call;
    let wanted = Wanted::parse(call.query)?;
    let outbox = &door.shared.outbox;
    let picked = |kept: &Message| wanted.selection.picks(kept);
    let found = tokio::select! {
        found = outbox.wait_after(wanted.after, wanted.wait, picked) => found,
        // A stopping server does not wait for messages that cannot come.
        () = door.stopped() => Vec::new(),
        // Whoever has ended its half may still read, and is answered at once.
        () = peer.left() => Vec::new(),
    };
    // Of many that wait on one connection, each waits until the answers before it are read.
    door.caught_up(peer).await?;
    let messages = found.iter().map(|message| view(message));
    Ok(Content::Json(page("messages", messages, wanted.limit)))
}

fn remove(call: &Call<'_>) -> Answer {
    let mut after = 0;
    let mut selection = Selection::default();
    for (name, value) in query::pairs(call.query) {
        match name.as_str() {
            "after" => after = id(&value)?,
            _ => choose(&mut selection, &name, value, "after")?,
        }
    }
    let unwanted = |kept: &Message| kept.id > after && selection.picks(kept);
    Ok(deleted(call.door.shared.outbox.remove(unwanted)))
}

/// How many a DELETE dropped.
pub(super) fn deleted(count: usize) -> Content {
    Content::Json(json!({ "deleted": count }).to_string().into())
}

fn one(call: &Call<'_>) -> Answer {
    let id = id(call.path.last().copied().unwrap_or_default())?;
    let outbox = &call.door.shared.outbox;
    let none = || Refused(StatusCode::NOT_FOUND, format!("no message {id} is kept"));
    if *call.method == Method::DELETE {
        return match outbox.remove(|kept| kept.id == id) {
            0 => Err(none()),
            count => Ok(deleted(count)),
        };
    }
    let message = outbox.get(id).ok_or_else(none)?;
    let mut view = view(&message);
    view["text"] = text_of(&message).into();
    view["html"] = match message.medium {
        DeliveryMediumType::Email => message.body.as_str().into(),
        DeliveryMediumType::Sms => Value::Null,
    };
    Ok(Content::Json(view.to_string().into()))
}

pub(super) fn id(value: &str) -> Result<u64, Refused> {
    let wrong = |_| Refused::bad_request(format!("{value:?}: give the id of a message"));
    value.parse().map_err(wrong)
}

impl Wanted {
    fn parse(query: &str) -> Result<Self, Refused> {
        let mut wanted = Self::default();
        for (name, value) in query::pairs(query) {
            match name.as_str() {
                "after" => wanted.after = id(&value)?,
                "limit" => wanted.limit = page::limit(&value)?,
                "wait" => wanted.wait = page::wait(&value)?,
                _ => choose(&mut wanted.selection, &name, value, "after, limit, wait")?,
            }
        }
        Ok(wanted)
    }
}

/// Takes one parameter that chooses messages; `others` are there besides.
pub(super) fn choose(
    selection: &mut Selection,
    name: &str,
    value: String,
    others: &str,
) -> Result<(), Refused> {
    match name {
        "user_pool" => selection.user_pool = Some(value),
        "username" => selection.username = Some(with_plus(value)),
        "destination" => selection.destination = Some(with_plus(value)),
        "medium" => {
            let medium = DeliveryMediumType::parse(&value.to_ascii_uppercase());
            selection.medium = Some(medium.ok_or_else(|| {
                Refused::bad_request(format!("medium={value}: give EMAIL or SMS"))
            })?);
        }
        "kind" => {
            let mut kinds: Vec<_> = Kind::ALL.iter().map(|kind| kind.name()).collect();
            kinds.push(NOTIFICATION_KIND);
            if !kinds.contains(&value.as_str()) {
                return Err(Refused::bad_request(format!(
                    "kind={value}: give one of {}",
                    kinds.join(", ")
                )));
            }
            selection.kind = Some(value);
        }
        _ => {
            return Err(Refused::bad_request(format!(
                "there is no parameter {name}; there are {others}, user_pool, username, \
                 destination, medium and kind"
            )));
        }
    }
    Ok(())
}

/// A phone number whose plus sign was not encoded reads as a space.
pub(super) fn with_plus(value: String) -> String {
    match value.strip_prefix(' ') {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => format!("+{digits}"),
        _ => value,
    }
}

/// What became of a mail at the SMTP server.
fn told(outcome: Option<&Result<(), String>>) -> String {
    match outcome {
        None => "queued".into(),
        Some(Ok(())) => "sent".into(),
        Some(Err(error)) => format!("failed: {error}"),
    }
}

/// Members that a message lacks are null, so that a script may name each.
pub(super) fn view(message: &Message) -> Value {
    json!({
        "id": message.id,
        "sentAt": message.sent.to_rfc3339(),
        "userPoolId": message.user_pool_id,
        "username": message.username,
        "kind": message.kind,
        "medium": message.medium.as_str(),
        "destination": message.destination,
        "subject": message.subject,
        "body": message.body,
        "code": message.code,
        "link": message.link,
        "temporaryPassword": message.temporary_password,
        "deliveredBy": message.delivered_by,
        "delivery": message.delivery.as_ref().map(|delivery| json!({ "smtp": told(delivery.get()) })),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_or_refused() {
        let all = Wanted {
            after: 7,
            limit: 2,
            wait: Duration::from_secs(5),
            selection: Selection {
                user_pool: Some("us-east-1_a".into()),
                username: Some("a b".into()),
                ..Selection::default()
            },
        };
        let cases = [
            ("", Some(Wanted::default())),
            (
                "after=7&limit=2&wait=5s&user_pool=us-east-1_a&username=a%20b",
                Some(all),
            ),
            (
                "wait=3",
                Some(Wanted {
                    wait: Duration::from_secs(3),
                    ..Wanted::default()
                }),
            ),
            (
                "wait=2h",
                Some(Wanted {
                    wait: page::LONGEST_WAIT,
                    ..Wanted::default()
                }),
            ),
            ("after=x", None),
            ("limit=0", None),
            ("after=-1", None),
            ("wait=soon", None),
            ("pool=x", None),
        ];
        for (query, expected) in cases {
            assert_eq!(Wanted::parse(query).ok(), expected, "{query}");
        }
    }
}
