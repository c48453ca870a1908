//! The body of a request, read whole within its limits.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::HeaderMap;
use hyper::body::{Body, Incoming};
use hyper::header::{CONTENT_ENCODING, CONTENT_LENGTH, EXPECT};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout_at};

use super::limits::Limits;

/// How much of a body beyond the limit is still taken off the wire, as a multiple of the limit: a
/// client that is cut off while it sends never reads the answer that says why.
const DISCARDED: u64 = 4;

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyFault {
    /// Longer than the limit.
    TooLarge,
    /// Not complete in time.
    Slow,
    /// In an encoding that is not served.
    Encoded,
    /// The connection broke.
    Broken,
    /// Other bodies take all the room.
    Crowded,
}

/// How much room is counted at once.
const UNIT: usize = 1024;

/// Bodies up to this length have a room of their own. Most calls have a few kibibytes, and must not
/// wait until slow senders of megabytes are done.
const SMALL: usize = 64 * 1024;

/// The memory that bodies may take together: as many of [`SMALL`] as there are connections or calls in
/// work, and as many of the longest as calls in work.
///
/// A body takes its whole length before its first byte is read, and never more afterwards: so whoever
/// has begun can finish, and those who wait hold nothing. A body of unknown length counts as small
/// until it is not, and then as one of the longest.
pub(super) struct Room {
    small: Semaphore,
    large: Semaphore,
}

impl Room {
    pub(super) fn new(limits: &Limits) -> Self {
        let units = |count: usize, length: usize| {
            let units = count.saturating_mul(length.div_ceil(UNIT).max(1));
            Semaphore::new(units.min(Semaphore::MAX_PERMITS))
        };
        Self {
            small: units(
                limits.connections.max(limits.in_flight),
                limits.body.min(SMALL),
            ),
            large: units(limits.in_flight, limits.body),
        }
    }

    /// Room for a body of `length`; `None` when there is none for as long as `patience`.
    async fn take(&self, length: usize, patience: Duration) -> Result<Taken<'_>, BodyFault> {
        let room = if length <= SMALL {
            &self.small
        } else {
            &self.large
        };
        let units = u32::try_from(length.div_ceil(UNIT)).unwrap_or(u32::MAX);
        let taken = in_time(patience, room.acquire_many(units)).await;
        // An error only when the semaphore is closed, which nothing does.
        taken.and_then(Result::ok).ok_or(BodyFault::Crowded)
    }
}

type Taken<'a> = SemaphorePermit<'a>;

/// A whole body; its room is free again when it is dropped.
pub(super) struct Whole<'a> {
    pub(super) bytes: Bytes,
    taken: Option<Taken<'a>>,
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
    body: Incoming,
    limits: &'a Limits,
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
        // A client that waits for "100 Continue" has sent nothing yet, so nothing is taken.
        if !headers.contains_key(EXPECT) {
            let _ = in_time(limits.body_time, discard(body, limit)).await;
        }
        return Err(BodyFault::TooLarge);
    }
    let declared = declared.and_then(|length| usize::try_from(length).ok());
    let first = declared.unwrap_or(limit.min(SMALL));
    // Waiting for room is no fault of the client's, so its own time has not begun.
    let taken = room.take(first, limits.request_time).await?;
    let reading = Reading {
        limits,
        room,
        deadline: Instant::now() + limits.body_time,
        taken,
        allowed: first,
        whole: Gathered::Nothing { expected: first },
    };
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
    taken: Taken<'a>,
    /// How much fits what was taken.
    allowed: usize,
    whole: Gathered,
}

impl<'a> Reading<'a> {
    async fn run(mut self, mut body: Incoming) -> Result<Whole<'a>, BodyFault> {
        let limit = self.limits.body;
        while !body.is_end_stream() {
            let frame = timeout_at(self.deadline, body.frame()).await;
            let frame = match frame.map_err(|_elapsed| BodyFault::Slow)? {
                None => break,
                Some(Err(_)) => return Err(BodyFault::Broken),
                Some(Ok(frame)) => frame,
            };
            // Trailers carry nothing that is asked for.
            let Ok(data) = frame.into_data() else {
                continue;
            };
            let length = self.whole.len() + data.len();
            if length > limit {
                let deadline = self.deadline;
                drop(self);
                let _ = timeout_at(deadline, discard(body, limit)).await;
                return Err(BodyFault::TooLarge);
            }
            if length > self.allowed {
                // The small share is given back only when the large one is there. Nobody waits for
                // a small one with a large one in hand, so this comes to an end.
                let began = Instant::now();
                self.taken = self.room.take(limit, self.limits.request_time).await?;
                self.deadline += began.elapsed();
                self.allowed = limit;
            }
            self.whole.push(data);
        }
        Ok(Whole {
            bytes: self.whole.finish(),
            taken: Some(self.taken),
        })
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

async fn discard(mut body: Incoming, limit: usize) {
    let mut left = (limit as u64).saturating_mul(DISCARDED);
    while let Some(Ok(frame)) = body.frame().await {
        let length = frame.data_ref().map_or(0, Bytes::len) as u64;
        match left.checked_sub(length) {
            Some(rest) => left = rest,
            None => return,
        }
    }
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
