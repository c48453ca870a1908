//! `/_poolhouse/events`: messages as they are sent, as server-sent events (the HTML standard, 9.2).
//!
//! A listener is told what is sent from then on, or after the id that `after` or `Last-Event-ID` names;
//! the parameters of `messages` choose. Comments in between keep the connection known.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::{HeaderMap, Method, StatusCode};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::messages::{choose, id, view};
use super::route::{Answer, Call, Content, Refused, Route, Serve};
use crate::context::Shared;
use crate::control::outbox::{Message, Selection};
use crate::http::door::LISTENERS;
use crate::http::event_stream::Events;
use crate::http::query;

/// How long nothing is said before a comment is.
const HEARTBEAT: Duration = Duration::from_secs(15);

pub(super) const ROUTE: Route = Route {
    path: "events",
    methods: &[Method::GET],
    about: "messages as they are sent, as server-sent events: ?after=ID and what chooses messages",
    serve: Serve::Show(listen),
};

fn listen(call: &Call<'_>) -> Answer {
    let shared = &call.door.shared;
    let mut after = shared.outbox.last_id();
    let mut selection = Selection::default();
    for (name, value) in query::pairs(call.query) {
        match name.as_str() {
            "after" => after = id(&value)?,
            _ => choose(&mut selection, &name, value, "after")?,
        }
    }
    // Beats the query, which a browser repeats when it comes back.
    if let Some(last) = last_event_id(call.headers)? {
        // A higher id was given by a server before this one, whose messages are all new.
        after = if last > shared.outbox.last_id() {
            0
        } else {
            last
        };
    }
    let listener = Arc::clone(&call.door.listeners).try_acquire_owned();
    let Ok(place) = listener else {
        return Err(Refused(
            StatusCode::SERVICE_UNAVAILABLE,
            format!("{LISTENERS} listen already, and no more may at once"),
        ));
    };
    let (pieces, body) = mpsc::channel(1);
    let (shared, stopped) = (Arc::clone(shared), call.door.stopped());
    tokio::spawn(async move {
        let gone = pieces.clone();
        tokio::select! {
            _ = tell(&shared, &selection, after, pieces) => {}
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
    id(value.to_str().unwrap_or_default()).map(Some)
}

/// Says what there is to say until nobody listens.
async fn tell(
    shared: &Shared,
    selection: &Selection,
    mut after: u64,
    pieces: mpsc::Sender<Bytes>,
) -> Result<(), mpsc::error::SendError<Bytes>> {
    // Answers are sent with their first piece; this one says that it is listened.
    pieces.send(": messages\n\n".into()).await?;
    let mut last = Instant::now();
    loop {
        for message in shared.outbox.wait_after(after, HEARTBEAT, |_| true).await {
            after = message.id;
            if selection.picks(&message) {
                pieces.send(event(&message)).await?;
                last = Instant::now();
            }
        }
        if last.elapsed() >= HEARTBEAT {
            pieces.send(":\n\n".into()).await?;
            last = Instant::now();
        }
    }
}

/// JSON has no line end, which would end the data.
fn event(message: &Message) -> Bytes {
    format!(
        "event: message\nid: {}\ndata: {}\n\n",
        message.id,
        view(message)
    )
    .into()
}
