//! The body of a request, read whole within its limits.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use hyper::HeaderMap;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::header::{CONTENT_ENCODING, CONTENT_LENGTH, EXPECT};
use tokio::sync::{Semaphore, SemaphorePermit, TryAcquireError};
use tokio::time::{Instant, timeout_at};

use super::limits::Limits;
use crate::error::{CognitoError, Refusal};

/// How much of a body beyond the limit is still taken off the wire, as a multiple of the limit: a
/// client that is cut off while it sends never reads the answer that says why.
const DISCARDED: u64 = 4;

/// The body of a request, as it was sent.
#[derive(Debug)]
pub(super) enum Sent {
    /// By a client on a connection, as it comes.
    Wire(Incoming),
    /// By a caller within this process, whole.
    Whole(Full<Bytes>),
}

impl From<Incoming> for Sent {
    fn from(incoming: Incoming) -> Self {
        Self::Wire(incoming)
    }
}

impl From<Bytes> for Sent {
    fn from(bytes: Bytes) -> Self {
        Self::Whole(Full::new(bytes))
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match self.get_mut() {
            Self::Wire(incoming) => Pin::new(incoming).poll_frame(task),
            Self::Whole(whole) => Pin::new(whole)
                .poll_frame(task)
                .map_err(|never| match never {}),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Wire(incoming) => incoming.is_end_stream(),
            Self::Whole(whole) => whole.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Wire(incoming) => incoming.size_hint(),
            Self::Whole(whole) => whole.size_hint(),
        }
    }
}

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyFault {
    /// Longer than the limit.
    TooLarge,
    /// Not complete in time.
    Slow,
    /// Too slow while others waited for its room.
    Stalled,
    /// In an encoding that is not served.
    Encoded,
    /// The connection broke.
    Broken,
    /// Other bodies take all the room.
    Crowded,
}

impl BodyFault {
    /// What a client is told.
    pub(super) fn refusal(self, limits: &Limits) -> CognitoError {
        match self {
            Self::TooLarge => Refusal::RequestTooLarge.because(format!(
                "the body exceeds {} bytes, see --max-body",
                limits.body
            )),
            Self::Slow => Refusal::RequestTimeout.because(format!(
                "the body was not complete within {:?}, see --body-timeout",
                limits.body_time
            )),
            Self::Stalled => Refusal::RequestTimeout.because(format!(
                "less than {} KiB of the body came within {:?}, a twentieth of --body-timeout, while \
                 others waited for the room that it takes, see --max-in-flight",
                SMALL / 1024,
                limits.body_time / WINDOWS
            )),
            Self::Encoded => Refusal::MalformedRequest
                .because("Content-Encoding is not identity; send the body without compression"),
            Self::Crowded => Refusal::Internal.because(format!(
                "other bodies took all room for {:?}, see --max-in-flight",
                limits.request_time
            )),
            Self::Broken => Refusal::MalformedRequest
                .because("the connection or its framing broke within the body"),
        }
    }

    /// Whether the rest of the body is still to come, so that the connection has to end.
    pub(super) fn is_cut_off(self) -> bool {
        self != Self::Encoded
    }
}

/// How much room is counted at once.
const UNIT: usize = 1024;

/// So much of its bodies each connection has room for by itself. Most calls have a few kibibytes, and
/// must not wait until others are done with megabytes.
const SMALL: usize = 64 * 1024;

/// A long body that others wait for has to go on by [`SMALL`] in each of so many parts of its time.
const WINDOWS: u32 = 20;

fn units(length: usize) -> u32 {
    u32::try_from(length.div_ceil(UNIT)).unwrap_or(u32::MAX)
}

/// The room that a connection has by itself. No other connection ever waits for it.
#[derive(Debug)]
pub(super) struct Share(Option<Semaphore>);

impl Share {
    /// Of HTTP/1, which has one body at a time: there is nothing to be counted.
    pub(super) fn of_one_at_a_time() -> Self {
        Self(None)
    }

    /// Of HTTP/2, whose streams share what a connection of HTTP/1 has for one body.
    pub(super) fn of_streams() -> Self {
        Self(Some(Semaphore::new(SMALL / UNIT)))
    }

    /// Room for what comes first of a body; an error when other streams have it.
    fn take(&self, length: usize) -> Result<Taken<'_>, TryAcquireError> {
        let all = self.0.as_ref();
        all.map(|all| all.try_acquire_many(units(length)))
            .transpose()
    }
}

/// The memory that bodies take together beside the shares of their connections: as much as the longest
/// of as many as there are calls in work.
///
/// A body takes its whole length, of which no more than its share has come yet, and never more
/// afterwards: so whoever has begun can finish, and those who wait hold nothing of it. A body of unknown
/// length counts as one of the longest.
pub(super) struct Room {
    long: Semaphore,
    waiting: AtomicUsize,
}

impl Room {
    pub(super) fn new(limits: &Limits) -> Self {
        let units = limits
            .in_flight
            .saturating_mul(limits.body.div_ceil(UNIT).max(1));
        Self {
            long: Semaphore::new(units.min(Semaphore::MAX_PERMITS)),
            waiting: AtomicUsize::new(0),
        }
    }

    /// Room for a body of `length`; an error when there is none for as long as `patience`.
    async fn take(
        &self,
        length: usize,
        patience: Duration,
    ) -> Result<SemaphorePermit<'_>, BodyFault> {
        if let Ok(taken) = self.long.try_acquire_many(units(length)) {
            return Ok(taken);
        }
        let _waits = Waits::begin(&self.waiting);
        let taken = in_time(patience, self.long.acquire_many(units(length))).await;
        // An error only when the semaphore is closed, which nothing does.
        taken.and_then(Result::ok).ok_or(BodyFault::Crowded)
    }

    /// Whether somebody waits for room.
    fn is_wanted(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > 0
    }
}

/// One that waits, until it is dropped.
struct Waits<'a>(&'a AtomicUsize);

impl<'a> Waits<'a> {
    fn begin(waiting: &'a AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(waiting)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What a body has taken; nothing where its connection has one at a time.
type Taken<'a> = Option<SemaphorePermit<'a>>;

/// A whole body; its room is free again when it is dropped.
pub(super) struct Whole<'a> {
    pub(super) bytes: Bytes,
    taken: Taken<'a>,
}

impl<'a> Whole<'a> {
    /// Bytes and room apart, for what is made of the bytes takes room in their place.
    pub(super) fn into_parts(self) -> (Bytes, Option<SemaphorePermit<'a>>) {
        (self.bytes, self.taken)
    }
}

/// Reads the whole body.
pub(super) async fn read<'a>(
    headers: &HeaderMap,
    body: Sent,
    limits: &'a Limits,
    share: &'a Share,
    room: &'a Room,
) -> Result<Whole<'a>, BodyFault> {
    if body.is_end_stream() {
        return Ok(Whole {
            bytes: Bytes::new(),
            taken: None,
        });
    }
    let limit = limits.body;
    let declared = declared_length(headers);
    if declared.is_some_and(|length| length > limit as u64) {
        Box::pin(discard(headers, body, limits)).await;
        return Err(BodyFault::TooLarge);
    }
    let length = declared
        .and_then(|length| usize::try_from(length).ok())
        .unwrap_or(limit);
    let first = length.min(SMALL);
    let mut reading = Reading {
        limits,
        room,
        deadline: Instant::now() + limits.body_time,
        length,
        taken: None,
        allowed: first,
        window: None,
        whole: Gathered::Nothing { expected: first },
    };
    match share.take(first) {
        Ok(taken) => reading.taken = taken,
        // All of it: whoever has some of the room must not wait for more.
        Err(_) => reading.take_room().await?,
    }
    let whole = reading.run(body).await?;
    if is_plain(headers) {
        Ok(whole)
    } else {
        Err(BodyFault::Encoded)
    }
}

/// `None` when `future` takes longer than `limit`.
pub(super) async fn in_time<T>(limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(limit, future).await.ok()
}

/// A body that is being read.
struct Reading<'a> {
    limits: &'a Limits,
    room: &'a Room,
    deadline: Instant,
    /// How long it is, or may become.
    length: usize,
    taken: Taken<'a>,
    /// How much fits what was taken.
    allowed: usize,
    /// For one that has taken of the room.
    window: Option<Window>,
    whole: Gathered,
}

/// A part of the time of a long body, and how much has come in it.
struct Window {
    end: Instant,
    received: usize,
}

impl<'a> Reading<'a> {
    async fn run(mut self, mut body: Sent) -> Result<Whole<'a>, BodyFault> {
        let limit = self.limits.body;
        while !body.is_end_stream() {
            let data = match self.frame(&mut body).await? {
                None => break,
                Some(frame) => frame.into_data(),
            };
            // Trailers carry nothing that is asked for.
            let Ok(data) = data else {
                continue;
            };
            let length = self.whole.len() + data.len();
            if length > limit {
                let deadline = self.deadline;
                drop(self);
                take_off(body, most_discarded(limit), deadline).await;
                return Err(BodyFault::TooLarge);
            }
            if length > self.allowed {
                self.take_room().await?;
            }
            if let Some(window) = &mut self.window {
                window.received += data.len();
            }
            self.whole.push(data);
        }
        Ok(Whole {
            bytes: self.whole.finish(),
            taken: self.taken,
        })
    }

    /// Takes room for the whole length. The share of the connection is given back only when there is
    /// room, and nobody waits for a share with room in hand, so this comes to an end.
    async fn take_room(&mut self) -> Result<(), BodyFault> {
        let began = Instant::now();
        let patience = self.limits.request_time;
        self.taken = Some(Box::pin(self.room.take(self.length, patience)).await?);
        // Waiting for room is no fault of the client's.
        self.deadline += began.elapsed();
        self.allowed = self.length;
        self.whole.expect(self.length);
        self.begin_window();
        Ok(())
    }

    fn begin_window(&mut self) {
        self.window = Some(Window {
            end: Instant::now() + self.limits.body_time / WINDOWS,
            received: 0,
        });
    }

    /// The next frame, in time.
    async fn frame(&mut self, body: &mut Sent) -> Result<Option<Frame<Bytes>>, BodyFault> {
        loop {
            let end = self.window.as_ref().map(|window| window.end);
            let end = end.map_or(self.deadline, |end| end.min(self.deadline));
            match timeout_at(end, body.frame()).await {
                Ok(frame) => return frame.transpose().map_err(|_| BodyFault::Broken),
                Err(_elapsed) if end == self.deadline => return Err(BodyFault::Slow),
                Err(_elapsed) => self.keep_pace()?,
            }
        }
    }

    /// At the end of a window: who has sent little in it is not waited for while others wait.
    fn keep_pace(&mut self) -> Result<(), BodyFault> {
        let is_slow = self
            .window
            .as_ref()
            .is_some_and(|window| window.received < SMALL);
        if is_slow && self.room.is_wanted() {
            return Err(BodyFault::Stalled);
        }
        self.begin_window();
        Ok(())
    }
}

/// Most bodies are one chunk, which is passed on as it came.
enum Gathered {
    Nothing { expected: usize },
    One { chunk: Bytes, expected: usize },
    Several(BytesMut),
}

impl Gathered {
    fn len(&self) -> usize {
        match self {
            Self::Nothing { .. } => 0,
            Self::One { chunk, .. } => chunk.len(),
            Self::Several(chunks) => chunks.len(),
        }
    }

    /// Makes place for so much with the next chunk.
    fn expect(&mut self, length: usize) {
        match self {
            Self::Nothing { expected } | Self::One { expected, .. } => *expected = length,
            Self::Several(chunks) => chunks.reserve(length.saturating_sub(chunks.len())),
        }
    }

    fn push(&mut self, data: Bytes) {
        match self {
            &mut Self::Nothing { expected } => {
                *self = Self::One {
                    chunk: data,
                    expected,
                };
            }
            Self::One { chunk, expected } => {
                let length = (*expected).max(chunk.len() + data.len());
                let mut chunks = BytesMut::with_capacity(length);
                chunks.extend_from_slice(chunk);
                chunks.extend_from_slice(&data);
                *self = Self::Several(chunks);
            }
            Self::Several(chunks) => chunks.extend_from_slice(&data),
        }
    }

    fn finish(self) -> Bytes {
        match self {
            Self::Nothing { .. } => Bytes::new(),
            Self::One { chunk, .. } => chunk,
            Self::Several(chunks) => chunks.freeze(),
        }
    }
}

/// Takes a body that nobody wants off the wire, within bounds: a client that is cut off while it sends
/// never reads the answer. `false` when the rest of it is still to come.
pub(super) async fn discard(headers: &HeaderMap, body: Sent, limits: &Limits) -> bool {
    // A client that waits for "100 Continue" has sent nothing yet, so nothing is taken.
    if body.is_end_stream() || headers.contains_key(EXPECT) {
        return true;
    }
    let deadline = Instant::now() + limits.body_time;
    take_off(body, most_discarded(limits.body), deadline).await
}

fn most_discarded(limit: usize) -> u64 {
    (limit as u64).saturating_mul(DISCARDED)
}

/// Takes up to `most` bytes off the wire before the deadline; whether that was all.
pub(super) async fn take_off(mut body: Sent, most: u64, deadline: Instant) -> bool {
    let mut left = most;
    let all = async {
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else { return false };
            let length = frame.data_ref().map_or(0, Bytes::len) as u64;
            match left.checked_sub(length) {
                Some(rest) => left = rest,
                None => return false,
            }
        }
        true
    };
    timeout_at(deadline, all).await.unwrap_or(false)
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// No `Content-Encoding`, or one that changes nothing (`amz-1.0` is what AWS's older JSON clients
/// send for an unencoded body).
fn is_plain(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).iter().all(|value| {
        let value = value.as_bytes().trim_ascii();
        [&b""[..], b"identity", b"amz-1.0"]
            .iter()
            .any(|plain| value.eq_ignore_ascii_case(plain))
    })
}
