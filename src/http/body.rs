//! The body of a request, read whole within its limits.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::HeaderMap;
use hyper::body::{Body, Incoming};
use hyper::header::{CONTENT_ENCODING, CONTENT_LENGTH, EXPECT};
use tokio::sync::{Semaphore, SemaphorePermit};

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
}

/// How much room is counted at once.
const UNIT: usize = 1024;

/// The memory that bodies may take together: as much as the requests in work could at most. It is
/// taken by what arrives, not by what is announced, so that slow clients do not keep others out.
pub(super) struct Room(Semaphore);

impl Room {
    pub(super) fn new(limits: &Limits) -> Self {
        let units = limits
            .in_flight
            .saturating_mul(limits.body.div_ceil(UNIT).max(1));
        Self(Semaphore::new(units.min(Semaphore::MAX_PERMITS)))
    }
}

/// A whole body; its room is free again when it is dropped.
pub(super) struct Whole<'a> {
    pub(super) bytes: Bytes,
    _taken: Option<SemaphorePermit<'a>>,
}

/// Reads the whole body.
pub(super) async fn read<'a>(
    headers: &HeaderMap,
    body: Incoming,
    limits: &Limits,
    room: &'a Room,
) -> Result<Whole<'a>, BodyFault> {
    if body.is_end_stream() {
        return Ok(Whole {
            bytes: Bytes::new(),
            _taken: None,
        });
    }
    let reading = read_within(headers, body, limits.body, room);
    in_time(limits.body_time, reading)
        .await
        .unwrap_or(Err(BodyFault::Slow))
}

/// `None` when `future` takes longer than `limit`.
pub(super) async fn in_time<T>(limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(limit, future).await.ok()
}

async fn read_within<'a>(
    headers: &HeaderMap,
    mut body: Incoming,
    limit: usize,
    room: &'a Room,
) -> Result<Whole<'a>, BodyFault> {
    if declared_length(headers).is_some_and(|length| length > limit as u64) {
        // A client that waits for "100 Continue" has sent nothing yet, so nothing is taken.
        if !headers.contains_key(EXPECT) {
            discard(body, limit).await;
        }
        return Err(BodyFault::TooLarge);
    }
    let encoded = !is_plain(headers);
    let mut whole = Gathered::Nothing;
    let mut taken: Option<SemaphorePermit<'a>> = None;
    while !body.is_end_stream() {
        let Some(frame) = body.frame().await else {
            break;
        };
        let Ok(frame) = frame else {
            return Err(BodyFault::Broken);
        };
        // Trailers carry nothing that is asked for.
        let Ok(data) = frame.into_data() else {
            continue;
        };
        let length = whole.len() + data.len();
        if length > limit {
            drop((whole, taken));
            discard(body, limit).await;
            return Err(BodyFault::TooLarge);
        }
        let has = taken.as_ref().map_or(0, SemaphorePermit::num_permits);
        let lacks = length.div_ceil(UNIT).saturating_sub(has);
        let lacks = u32::try_from(lacks).unwrap_or(u32::MAX);
        // Fails only when the semaphore is closed, which nothing does.
        if let Ok(more) = room.0.acquire_many(lacks).await {
            match &mut taken {
                Some(taken) => taken.merge(more),
                None => taken = Some(more),
            }
        }
        whole.push(data);
    }
    if encoded {
        Err(BodyFault::Encoded)
    } else {
        Ok(Whole {
            bytes: whole.finish(),
            _taken: taken,
        })
    }
}

/// Most bodies are one chunk, which is passed on as it came.
enum Gathered {
    Nothing,
    One(Bytes),
    Several(BytesMut),
}

impl Gathered {
    fn len(&self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::One(chunk) => chunk.len(),
            Self::Several(chunks) => chunks.len(),
        }
    }

    fn push(&mut self, data: Bytes) {
        match self {
            Self::Nothing => *self = Self::One(data),
            Self::One(first) => {
                let mut chunks = BytesMut::from(std::mem::take(first));
                chunks.extend_from_slice(&data);
                *self = Self::Several(chunks);
            }
            Self::Several(chunks) => chunks.extend_from_slice(&data),
        }
    }

    fn finish(self) -> Bytes {
        match self {
            Self::Nothing => Bytes::new(),
            Self::One(chunk) => chunk,
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
