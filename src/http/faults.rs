//! What a test's rules of faults make of answers: on the way of a call, of another request, and on the
//! bytes of a connection.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::Request;
use hyper::StatusCode;
use hyper::header::{HeaderMap, HeaderName};
use hyper::http::request::Parts;
use serde_json::Value;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::body::Sent;
use super::door::{Door, Peer};
use super::event_stream::{Events, Told};
use super::noted;
use super::reply::{self, Reply};
use super::well_known::Document;
use super::{cors, oauth};
use crate::clock::Timestamp;
use crate::control::faults::{Applied, Asked, Connection, Effect, Struck};
use crate::control::journal::{InFlight, Unfinished};
use crate::dispatch::faults::Way;
use crate::entropy::Purpose;
use crate::error::Refusal;
use crate::model::PoolId;

/// What a client calls a request.
pub(super) const LABEL: HeaderName = HeaderName::from_static("x-poolhouse-label");

/// The head of an answer of chunks, and what is none.
const MALFORMED: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\n\
    Transfer-Encoding: chunked\r\n\r\nno-chunk-of-HTTP\r\n\xff\xfe";

/// What is left to be done when an answer is sent.
#[derive(Debug, Clone, Copy)]
enum OnTheWire {
    Connection(Connection),
    Dribble {
        chunks: u32,
        over: Duration,
    },
    /// Nobody is there to be answered.
    Left,
}

/// What becomes of an answer once it is made.
pub(super) enum Fate {
    /// It is sent at once.
    Sent,
    /// It is sent piece by piece.
    Later,
    /// None comes for as long as the client waits.
    Silence,
    /// The connection ends without it.
    Lost,
    /// The client left before.
    Left,
}

/// The request of an answer that takes its time, for the journal.
#[derive(Clone)]
struct Held(Arc<Mutex<Option<Unfinished>>>);

impl Held {
    fn take(reply: &mut Reply) -> Option<Unfinished> {
        let Self(held) = reply.extensions_mut().remove()?;
        held.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A client that did not wait for its answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct HasLeft;

/// What is said of such a call.
pub(super) const LEFT: &str =
    "the client left while a rule of /_poolhouse/faults had its call wait";

/// A connection that ends without the answer.
#[derive(Debug)]
pub(super) struct Broken(&'static str);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a rule of /_poolhouse/faults: {}", self.0)
    }
}

impl Error for Broken {}

/// How the request of a call came.
pub(super) fn way(head: &Parts) -> Way<'_> {
    Way {
        path: head.uri.path(),
        label: label(&head.headers),
    }
}

fn label(headers: &HeaderMap) -> Option<&str> {
    headers.get(LABEL)?.to_str().ok()
}

/// Whether nothing of the request happens: a rule has its effect in place of it.
pub(super) fn is_in_place(struck: &Struck) -> bool {
    let leaves_answer = matches!(struck.effect, None | Some(Effect::Dribble { .. }));
    struck.applied == Applied::Before && !leaves_answer
}

/// Waits as long as a rule says, or until the server stops; fails as soon as the client has left.
pub(super) async fn wait(
    door: &Door,
    peer: &Peer,
    struck: &Struck,
    when: Applied,
) -> Result<(), HasLeft> {
    if struck.applied != when || struck.delay.is_zero() {
        return Ok(());
    }
    tokio::select! {
        () = tokio::time::sleep(struck.delay) => Ok(()),
        () = door.stopped() => Ok(()),
        () = peer.left() => Err(HasLeft),
    }
}

/// Answers a request that is no call, as far as rules let it be answered.
pub(super) async fn serve(
    door: &Door,
    peer: &Peer,
    request: Request<Sent>,
    note: &mut InFlight<'_>,
) -> Reply {
    let (head, body) = request.into_parts();
    let Some(struck) = of_request(door, peer, &head) else {
        let request = Request::from_parts(head, body);
        return door.answer_unharmed(peer, request).await;
    };
    let request_id = door.shared.entropy.uuid(Purpose::Requests);
    noted::struck(door, note, &struck, head.uri.path(), request_id);
    if let Err(HasLeft) = wait(door, peer, &struck, Applied::Before).await {
        return left(door.shared.clock.now());
    }
    let has_origin = head.headers.contains_key(hyper::header::ORIGIN);
    let mut reply = if is_in_place(&struck) {
        let mut reply = answer(&struck, request_id, door.shared.clock.now());
        door.discard(&head.headers, body, &mut reply).await;
        reply
    } else {
        let request = Request::from_parts(head, body);
        let reply = door.answer_unharmed(peer, request).await;
        if let Err(HasLeft) = wait(door, peer, &struck, Applied::After).await {
            return left(door.shared.clock.now());
        }
        marred(&struck, reply, request_id, door.shared.clock.now())
    };
    noted::marred(note, &struck);
    if has_origin {
        cors::allow_any(reply.headers_mut());
    }
    reply
}

fn of_request(door: &Door, peer: &Peer, head: &Parts) -> Option<Struck> {
    if head.method == hyper::Method::OPTIONS {
        return None;
    }
    let path = head.uri.path();
    let pool = Document::at(path).map(|document| match document {
        Document::Keys(pool) | Document::Configuration(pool) => pool,
    });
    let named = pool.map(PoolId::from);
    let named = named.or_else(|| oauth::pool_of(door, peer, head));
    let pool = named.as_deref();
    let caller = door.caller(peer, head);
    let found = named
        .as_ref()
        .and_then(|pool| door.shared.store.pool(pool).ok());
    let asked = Asked {
        is_call: false,
        operation: None,
        path,
        account: found
            .as_ref()
            .map_or(&*caller.account, |pool| &*pool.account),
        user_pool: pool,
        client: None,
        is_user: &|_| false,
        address: caller.address,
        label: label(&head.headers),
    };
    door.shared.faults.strike(&asked, &door.shared.entropy)
}

/// What is told of a rule.
pub(super) fn reason(struck: &Struck) -> String {
    let done = match (struck.applied, &struck.effect) {
        (_, None | Some(Effect::Dribble { .. })) => "and this is its answer",
        (Applied::Before, Some(_)) => "and nothing of the request happened",
        (Applied::After, Some(_)) => "after the request took effect",
    };
    format!(
        "the rule {} of /_poolhouse/faults applied to it, {done}",
        struck.rule
    )
}

/// What is answered in place of an answer.
pub(super) fn answer(struck: &Struck, request_id: Uuid, now: Timestamp) -> Reply {
    let reason = reason(struck);
    match &struck.effect {
        Some(Effect::Error { code, message }) => {
            let message = message_of(code, message.as_deref());
            reply::failing(code, &message, &reason, request_id, now)
        }
        Some(Effect::Status { status, body }) => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY);
            let mut reply = match body {
                None => reply::empty(status, now),
                Some(Value::String(text)) => {
                    let mut reply = reply::text(text.clone(), now);
                    *reply.status_mut() = status;
                    reply
                }
                Some(json) => reply::json(status, json.to_string(), now),
            };
            let headers = reply.headers_mut();
            headers.insert(reply::REASON, reply::safe_header(&reason));
            reply
        }
        Some(Effect::Connection(kind)) => {
            let mut reply = reply::empty(StatusCode::OK, now);
            reply.extensions_mut().insert(OnTheWire::Connection(*kind));
            reply
        }
        None | Some(Effect::Dribble { .. }) => reply::empty(StatusCode::OK, now),
    }
}

/// The answer of what took effect, as a client gets to see it.
pub(super) fn marred(struck: &Struck, mut reply: Reply, request_id: Uuid, now: Timestamp) -> Reply {
    match &struck.effect {
        None => reply,
        Some(Effect::Dribble { chunks, over }) => {
            let (chunks, over) = (*chunks, *over);
            let told = OnTheWire::Dribble { chunks, over };
            reply.extensions_mut().insert(told);
            reply
        }
        Some(_) => answer(struck, request_id, now),
    }
}

/// The sentence of an error: what a rule says, else what AWS has, where the server says it too.
pub(super) fn message_of<'m>(code: &str, said: Option<&'m str>) -> Cow<'m, str> {
    if let Some(said) = said {
        return said.into();
    }
    let known = match code {
        "TooManyRequestsException" => Refusal::TooManyRequests,
        "InternalErrorException" => Refusal::Internal,
        _ => return Cow::default(),
    };
    known.message().into_owned().into()
}

/// What is answered to a client that has left: nothing.
pub(super) fn left(now: Timestamp) -> Reply {
    let mut reply = reply::empty(StatusCode::OK, now);
    reply.extensions_mut().insert(OnTheWire::Left);
    reply
}

/// Whether something is left to be done when this is sent.
pub(super) fn is_marred(reply: &Reply) -> bool {
    reply.extensions().get::<OnTheWire>().is_some()
}

/// What becomes of this.
pub(super) fn fate(reply: &Reply) -> Fate {
    match reply.extensions().get::<OnTheWire>() {
        None => Fate::Sent,
        Some(OnTheWire::Dribble { .. }) => Fate::Later,
        Some(OnTheWire::Connection(Connection::NoResponse)) => Fate::Silence,
        Some(OnTheWire::Connection(_)) => Fate::Lost,
        Some(OnTheWire::Left) => Fate::Left,
    }
}

/// Keeps the request with its answer until that is sent.
pub(super) fn hold(reply: &mut Reply, note: InFlight<'_>) {
    if let Some(unfinished) = note.hold() {
        let held = Arc::new(Mutex::new(Some(unfinished)));
        reply.extensions_mut().insert(Held(held));
    }
}

/// The answer as it goes over a connection; an error, where the connection ends without it.
pub(super) async fn sent(door: &Door, peer: &Peer, mut reply: Reply) -> Result<Reply, Broken> {
    let held = Held::take(&mut reply);
    match reply.extensions_mut().remove::<OnTheWire>() {
        None => Ok(reply),
        Some(OnTheWire::Dribble { chunks, over }) => {
            Ok(dribbled(door, peer, reply, (chunks, over), held).await)
        }
        Some(OnTheWire::Connection(kind)) => {
            let note = held.map(|held| held.resume(&door.shared.journal));
            let broken = end(door, peer, kind).await;
            if let Some(note) = note {
                note.end(None);
            }
            Err(broken)
        }
        Some(OnTheWire::Left) => Err(Broken(LEFT)),
    }
}

/// The answer within this process, which has no connection: an error says what would have become of it.
pub(super) async fn within(door: &Door, mut reply: Reply) -> Result<Reply, Broken> {
    let held = Held::take(&mut reply);
    let note = held.map(|held| held.resume(&door.shared.journal));
    let end = |status| {
        if let Some(note) = note {
            note.end(status);
        }
    };
    match reply.extensions_mut().remove::<OnTheWire>() {
        None => Ok(reply),
        Some(OnTheWire::Dribble { over, .. }) => {
            tokio::time::sleep(over).await;
            end(Some(reply.status().as_u16()));
            Ok(reply)
        }
        Some(OnTheWire::Connection(kind)) => {
            end(None);
            Err(Broken(kind.name()))
        }
        Some(OnTheWire::Left) => Err(Broken(LEFT)),
    }
}

/// Does to the connection what is to be done. Over HTTP/2, where others share it, all but silence resets
/// the stream.
async fn end(door: &Door, peer: &Peer, kind: Connection) -> Broken {
    let random = || door.shared.entropy.bytes::<256>(Purpose::Faults);
    match (kind, &peer.socket) {
        (Connection::NoResponse, _) => {
            let (left, stopped) = (pin!(peer.left()), pin!(door.stopped()));
            tokio::select! {
                () = left => {}
                () = stopped => {}
            }
        }
        (Connection::Empty, _) | (_, None) => {}
        // Where these fail, the connection is broken already.
        (Connection::Reset, Some(socket)) => drop(socket.reset_when_closed()),
        (Connection::MalformedChunk, Some(socket)) => drop(socket.write(MALFORMED).await),
        (Connection::RandomData, Some(socket)) => drop(socket.write(&random()).await),
    }
    Broken(kind.name())
}

/// An answer in so many pieces, of which each waits.
async fn dribbled(
    door: &Door,
    peer: &Peer,
    reply: Reply,
    (chunks, over): (u32, Duration),
    held: Option<Unfinished>,
) -> Reply {
    let (head, body) = reply.into_parts();
    let whole = match body {
        Told::Whole(whole) => match whole.collect().await {
            Ok(whole) => whole.to_bytes(),
            Err(never) => match never {},
        },
        events @ Told::Events(_) => return Reply::from_parts(head, events),
    };
    let pieces = usize::try_from(chunks)
        .unwrap_or(usize::MAX)
        .min(whole.len())
        .max(1);
    let pause = over / u32::try_from(pieces).unwrap_or(u32::MAX);
    let (teller, told) = mpsc::channel(1);
    let (shared, status) = (Arc::clone(&door.shared), head.status.as_u16());
    tokio::spawn(async move {
        let mut note = held.map(|held| held.resume(&shared.journal));
        let mut pieces = split(&whole, pieces).into_iter().peekable();
        while let Some(piece) = pieces.next() {
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                // The note says by itself that nobody waited.
                () = teller.closed() => return,
            }
            // Before the last piece: who has it finds its request in the journal.
            if pieces.peek().is_none()
                && let Some(note) = note.take()
            {
                note.end(Some(status));
            }
            if teller.send(piece).await.is_err() {
                return;
            }
        }
    });
    Reply::from_parts(head, Told::Events(Events::new(told, peer.leaves())))
}

/// So many pieces, of which the first are the longer ones.
fn split(whole: &Bytes, pieces: usize) -> Vec<Bytes> {
    let (length, longer) = (whole.len() / pieces, whole.len() % pieces);
    let mut rest = whole.clone();
    let piece = |at| rest.split_to(length + usize::from(at < longer));
    (0..pieces).map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_split_into_pieces_that_are_the_answer() {
        for (text, pieces, lengths) in [
            ("abcdefg", 3, &[3, 2, 2][..]),
            ("abcdefg", 7, &[1; 7]),
            ("abc", 1, &[3]),
            ("", 1, &[0]),
        ] {
            let whole = Bytes::from_static(text.as_bytes());
            let split = split(&whole, pieces);
            let found: Vec<usize> = split.iter().map(Bytes::len).collect();
            assert_eq!(found, lengths, "{text}");
            assert_eq!(split.concat(), text.as_bytes());
        }
    }
}
