//! The body of a request, read whole within its limits.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::HeaderMap;
use hyper::body::{Body, Incoming};
use hyper::header::{CONTENT_ENCODING, CONTENT_LENGTH, EXPECT};

use crate::http::limits::Limits;

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

/// Reads the whole body.
pub(super) async fn read(
    headers: &HeaderMap,
    body: Incoming,
    limits: &Limits,
) -> Result<Bytes, BodyFault> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let reading = read_within(headers, body, limits.body);
    in_time(limits.body_time, reading)
        .await
        .unwrap_or(Err(BodyFault::Slow))
}

/// `None` when `future` takes longer than `limit`.
pub(super) async fn in_time<T>(limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(limit, future).await.ok()
}

async fn read_within(
    headers: &HeaderMap,
    mut body: Incoming,
    limit: usize,
) -> Result<Bytes, BodyFault> {
    if declared_length(headers).is_some_and(|length| length > limit as u64) {
        // A client that waits for "100 Continue" has sent nothing yet, so nothing is taken.
        if !headers.contains_key(EXPECT) {
            discard(body, limit).await;
        }
        return Err(BodyFault::TooLarge);
    }
    let encoded = !is_plain(headers);
    let mut whole = Gathered::Nothing;
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
        if whole.len() + data.len() > limit {
            discard(body, limit).await;
            return Err(BodyFault::TooLarge);
        }
        whole.push(data);
    }
    if encoded {
        Err(BodyFault::Encoded)
    } else {
        Ok(whole.finish())
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
