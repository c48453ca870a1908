//! `/_poolhouse/events`: what happens, as server-sent events (the HTML standard, 9.2).
//!
//! A listener is told what happens from then on, or after the id that `after` or `Last-Event-ID` names, as far
//! as it is kept; one that is too slow for that is told so. Comments in between keep the connection known.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use hyper::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::messages;
use super::page;
use super::requests::{self, Viewer, about};
use super::route::{Answer, Call, Content, Refused, Route, Serve};
use crate::context::Shared;
use crate::control::journal::{Entered, Event, Happening, News, Selection};
use crate::control::outbox;
use crate::http::door::LISTENERS;
use crate::http::event_stream::Events;
use crate::http::query;
use crate::model::{PoolId, misspelled};

/// How long nothing is said before a comment is.
const HEARTBEAT: Duration = Duration::from_secs(15);

pub(super) const ROUTE: Route = Route {
    path: "events",
    methods: &[Method::GET],
    about: "what happens, as server-sent events: ?after=ID&only=message,request&user_pool=POOL_ID&\
            username=NAME&account=123456789012, and for messages destination, medium and kind",
    serve: Serve::Show(listen),
};

/// What a listener is told.
#[derive(Debug, Default, PartialEq)]
struct Wanted {
    after: Option<u64>,
    /// Events of these kinds; none for all.
    only: Vec<&'static str>,
    account: Option<String>,
    messages: outbox::Selection,
}

fn listen(call: &Call<'_>) -> Answer {
    let shared = &call.door.shared;
    let mut wanted = Wanted::parse(call.query)?;
    let last_id = shared.journal.last_id();
    // Beats the query, which a browser repeats when it comes back.
    if let Some(last) = last_event_id(call.headers)? {
        wanted.after = Some(last);
    }
    let after = match wanted.after {
        None => last_id,
        // It was given by a server before this one, whose events are all new.
        Some(later) if later > last_id => 0,
        Some(after) => after,
    };
    let listener = Arc::clone(&call.door.listeners).try_acquire_owned();
    let Ok(place) = listener else {
        return Err(Refused(
            StatusCode::SERVICE_UNAVAILABLE,
            format!("{LISTENERS} listen already, and no more may at once"),
        ));
    };
    shared.hear_changes();
    let (pieces, body) = mpsc::channel(1);
    let (shared, stopped) = (Arc::clone(shared), call.door.stopped());
    tokio::spawn(async move {
        let gone = pieces.clone();
        tokio::select! {
            _ = tell(&shared, &wanted, after, pieces) => {}
            () = gone.closed() => {}
            () = stopped => {}
        }
        drop(place);
    });
    Ok(Content::Events(Events::new(body, call.peer.leaves())))
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<u64>, Refused> {
    let Some(value) = headers.get("last-event-id") else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default();
    let wrong =
        |_| Refused::bad_request(format!("Last-Event-ID: {text:?} is not the id of an event"));
    text.parse().map(Some).map_err(wrong)
}

/// Says what there is to say until nobody listens. What the client does not take waits in the journal, and
/// there alone.
async fn tell(
    shared: &Shared,
    wanted: &Wanted,
    mut after: u64,
    pieces: mpsc::Sender<Bytes>,
) -> Result<(), mpsc::error::SendError<Bytes>> {
    // Answers are sent with their first piece; this one says that it is listened.
    pieces.send(": events\n\n".into()).await?;
    let mut last = Instant::now();
    loop {
        // One after the other: what the journal drops while a slow client takes one is known by the next.
        let news = shared.journal.wait_for_news(after, HEARTBEAT).await;
        if wanted.misses(&news) {
            let first = news.entries.first().map(Entered::id);
            pieces.send(lagged(after, first)).await?;
        }
        let viewer = OnceLock::new();
        for entry in news.entries.iter().take(BATCH) {
            after = entry.id();
            if let Some(event) = wanted.event(shared, &viewer, entry) {
                pieces.send(event).await?;
                last = Instant::now();
            }
        }
        if last.elapsed() >= HEARTBEAT {
            pieces.send(":\n\n".into()).await?;
            last = Instant::now();
        }
    }
}

/// How many entries are told before it is looked again what is kept.
const BATCH: usize = 64;

/// That events between are lost. It has no id: the one before stays the last.
fn lagged(after: u64, first: Option<u64>) -> Bytes {
    let data = json!({ "after": after, "next": first });
    format!("event: lagged\ndata: {data}\n\n").into()
}

impl Wanted {
    fn parse(query: &str) -> Result<Self, Refused> {
        let mut wanted = Self::default();
        let mut is_of_messages = false;
        for (name, value) in query::pairs(query) {
            match name.as_str() {
                "after" => wanted.after = Some(page::after(&value, "an event")?),
                "only" => {
                    let kinds = value.split(',').map(kind);
                    wanted.only = kinds.collect::<Result<_, _>>()?;
                }
                "account" => wanted.account = Some(requests::account(&value)?),
                name => {
                    is_of_messages |= ["destination", "medium", "kind"].contains(&name);
                    messages::choose(&mut wanted.messages, name, value, "after, only, account")?;
                }
            }
        }
        if is_of_messages {
            let others = wanted.only.iter().find(|kind| **kind != "message");
            if let Some(other) = others {
                let text = format!(
                    "only={other}: destination, medium and kind are of messages; leave them out, or {other}"
                );
                return Err(Refused::bad_request(text));
            }
            wanted.only = vec!["message"];
        }
        Ok(wanted)
    }

    /// Whether something may be lost that is wanted.
    fn misses(&self, news: &News) -> bool {
        let is_request = |kind: &&str| *kind == "request";
        let wants_requests = self.only.is_empty() || self.only.iter().any(is_request);
        let wants_others = self.only.is_empty() || !self.only.iter().all(is_request);
        (wants_requests && news.has_lost_requests) || (wants_others && news.has_lost_events)
    }

    /// What is told of an entry, if anything is. JSON has no line end, which would end the data.
    fn event<'s>(
        &self,
        shared: &'s Shared,
        viewer: &OnceLock<Viewer<'s>>,
        entry: &Entered,
    ) -> Option<Bytes> {
        let kind = match entry {
            Entered::Request(_) => "request",
            Entered::Event(event) => event.happening.kind(),
        };
        if !self.only.is_empty() && !self.only.contains(&kind) {
            return None;
        }
        let data = match entry {
            Entered::Request(request) => {
                let selection = Selection {
                    user_pool: self.messages.user_pool.clone(),
                    username: self.messages.username.clone(),
                    account: self.account.clone(),
                    ..Selection::default()
                };
                let picked = selection.picks(request, about(shared, request));
                let viewer = || viewer.get_or_init(|| Viewer::new(shared));
                picked.then(|| viewer().view(request))?
            }
            Entered::Event(event) => self.data(shared, event)?,
        };
        Some(format!("event: {kind}\nid: {}\ndata: {data}\n\n", entry.id()).into())
    }

    /// Whoever asks for a pool, an account or a user is not told of what has none.
    fn data(&self, shared: &Shared, event: &Event) -> Option<Value> {
        let has_user = self.messages.username.is_some();
        let of_pool = |id: &str| {
            let named = self.messages.user_pool.as_deref();
            named.is_none_or(|named| named == id) && self.is_of_account(shared, id)
        };
        let of_all = self.messages.user_pool.is_none() && !has_user;
        match &event.happening {
            Happening::Message(message) => {
                let picked = self.messages.picks(message) && of_pool(&message.user_pool_id);
                picked.then(|| messages::view(message))
            }
            Happening::Clock { now, is_frozen } => {
                let picked = of_all && self.account.is_none();
                picked.then(|| json!({ "now": now.to_rfc3339(), "frozen": is_frozen }))
            }
            Happening::Change {
                user_pool_id,
                what,
                key,
                is_gone,
            } => {
                let named = self.messages.username.as_deref();
                let of_user = named.is_none_or(|name| *what == "user" && **key == *name);
                let picked = of_user && of_pool(user_pool_id);
                picked.then(|| {
                    json!({ "userPoolId": user_pool_id, "what": what, "key": key, "gone": is_gone })
                })
            }
            Happening::Snapshot {
                deed,
                name,
                account,
            } => {
                let wanted = self.account.as_deref();
                let of_account = wanted.is_none_or(|wanted| account.as_deref() == Some(wanted));
                let picked = of_all && of_account;
                picked.then(|| json!({ "action": deed.as_str(), "name": name, "account": account }))
            }
            Happening::Fault {
                rule,
                asked,
                request_id,
            } => {
                let picked = of_all && self.account.is_none();
                let request_id = request_id.to_string();
                picked.then(|| json!({ "rule": rule, "asked": asked, "requestId": request_id }))
            }
        }
    }

    /// A pool that is gone is of no account any more.
    fn is_of_account(&self, shared: &Shared, user_pool: &str) -> bool {
        self.account.as_deref().is_none_or(|account| {
            let pool = shared.store.pool(&PoolId::from(user_pool));
            pool.is_ok_and(|pool| pool.account == account)
        })
    }
}

fn kind(name: &str) -> Result<&'static str, Refused> {
    let mut kinds = Happening::KINDS.into_iter();
    kinds.find(|kind| *kind == name).ok_or_else(|| {
        let hint = misspelled::hint(name, Happening::KINDS);
        Refused::bad_request(format!("only: there are no events {name:?}; {hint}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_or_refused() {
        let wanted = Wanted::parse("after=3&only=request,clock&account=123456789012").unwrap();
        assert_eq!(wanted.after, Some(3));
        assert_eq!(wanted.only, ["request", "clock"]);
        let wanted = Wanted::parse("kind=SignUp").unwrap();
        assert_eq!(wanted.only, ["message"]);
        for (query, told) in [
            ("only=requests", "did you mean request?"),
            ("only=", "known here are"),
            ("only=clock&kind=SignUp", "leave them out"),
            ("after=x", "an event"),
            ("account=1", "12 digits"),
            ("kind=x", "kind=x"),
            ("wait=5s", "there is no parameter wait"),
        ] {
            let Refused(status, text) = Wanted::parse(query).unwrap_err();
            assert_eq!(status, 400);
            assert!(text.contains(told), "{query}: {text}");
        }
    }
}
