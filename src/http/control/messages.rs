//! `/_poolhouse/messages`: what AWS would have mailed or texted, oldest first.
//!
//! `?after=ID` leaves out what was seen, `user_pool` and `username` choose, and `wait=5s` holds the
//! answer (in real time, not the clock's) until there is a message to show. `limit` bounds a page, and
//! `more` says that there are further ones.

use std::time::Duration;

use serde_json::{Value, json};

use super::page::{self, page};
use super::route::{Answer, Call, Content, READS, Refused, Route, Serve, Waiting};
use crate::control::outbox::Message;
use crate::http::query;

/// Longer waits are cut to this.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What a query asks for.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    after: u64,
    limit: usize,
    wait: Duration,
    user_pool: Option<String>,
    username: Option<String>,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            after: 0,
            limit: page::LIMIT,
            wait: Duration::ZERO,
            user_pool: None,
            username: None,
        }
    }
}

pub(super) const ROUTE: Route = Route {
    path: "messages",
    methods: READS,
    about: "messages sent: ?after=ID&limit=1000&wait=5s&user_pool=POOL_ID&username=NAME",
    serve: Serve::Wait(wait),
};

fn wait<'a>(call: &'a Call<'a>) -> Waiting<'a> {
    Box::pin(found(call))
}

async fn found(call: &Call<'_>) -> Answer {
    let Call { door, peer, .. } = call;
    let wanted = Wanted::parse(call.query)?;
    let outbox = &door.shared.outbox;
    let found = tokio::select! {
        found = outbox.wait_after(wanted.after, wanted.wait, |kept| wanted.picks(kept)) => found,
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

impl Wanted {
    fn parse(query: &str) -> Result<Self, Refused> {
        let mut wanted = Self::default();
        for (name, value) in query::pairs(query) {
            match name.as_str() {
                "after" => {
                    wanted.after = value.parse().map_err(|_| {
                        Refused::bad_request(format!("after={value}: give the id of a message"))
                    })?;
                }
                "limit" => wanted.limit = page::limit(&value)?,
                "wait" => {
                    let wait = parse_wait(&value).ok_or_else(|| {
                        Refused::bad_request(format!("wait={value}: give a duration such as 5s"))
                    })?;
                    wanted.wait = wait.min(LONGEST_WAIT);
                }
                "user_pool" => wanted.user_pool = Some(value),
                "username" => wanted.username = Some(value),
                _ => {
                    return Err(Refused::bad_request(format!(
                        "there is no parameter {name}; there are after, limit, wait, user_pool and \
                         username"
                    )));
                }
            }
        }
        Ok(wanted)
    }

    fn picks(&self, message: &Message) -> bool {
        self.user_pool
            .as_ref()
            .is_none_or(|pool| *pool == message.user_pool_id)
            && self
                .username
                .as_ref()
                .is_none_or(|name| *name == message.username)
    }
}

/// `5s`, `500ms`, or a bare number of seconds.
fn parse_wait(text: &str) -> Option<Duration> {
    match text.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => humantime::parse_duration(text).ok(),
    }
}

/// Members that a message lacks are null, so that a script may name each.
fn view(message: &Message) -> Value {
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
            user_pool: Some("us-east-1_a".into()),
            username: Some("a b".into()),
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
                    wait: LONGEST_WAIT,
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
