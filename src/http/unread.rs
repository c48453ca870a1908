//! The answers of a connection that its client has not taken yet. HTTP/2 lets a client ask many
//! things and read nothing, so that answers would pile up.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http_body_util::Full;
use hyper::Response;
use hyper::body::Body as _;
use tokio::sync::Notify;

use super::event_stream::Told;
use super::reply::Reply;

/// How many unread bytes hold up the connection's next call.
const MOST: usize = 1024 * 1024;

/// Answers of up to this length are not counted: as many of them as there are streams come to little.
const SHORT: usize = 4 * 1024;

/// Unread bytes of a connection.
#[derive(Debug, Default)]
pub(super) struct Unread {
    bytes: AtomicUsize,
    fewer: Notify,
}

impl Unread {
    /// Whether so much is unread that no further answer is to be made.
    pub(super) fn is_much(&self) -> bool {
        self.bytes.load(Ordering::SeqCst) >= MOST
    }

    /// Waits while too much is unread. Asked right before the work that makes an answer.
    pub(super) async fn caught_up(&self) {
        while self.is_much() {
            let mut fewer = pin!(self.fewer.notified());
            // Registered before looking, so that nothing is missed in between.
            fewer.as_mut().enable();
            if self.is_much() {
                fewer.await;
            }
        }
    }

    /// The same answer, counted until its last byte is sent or the connection is gone.
    pub(super) fn counted(self: &Arc<Self>, reply: Reply) -> Reply {
        let (head, mut body) = reply.into_parts();
        let length = body.size_hint().lower();
        if length <= SHORT as u64 {
            return Response::from_parts(head, body);
        }
        // A whole body is one frame, there at once; one that is yet to come has no length.
        let frame = pin!(&mut body).poll_frame(&mut Context::from_waker(Waker::noop()));
        let bytes = match frame {
            Poll::Ready(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
            Poll::Ready(Some(Err(never))) => match never {},
            Poll::Ready(None) | Poll::Pending => Bytes::new(),
        };
        self.bytes.fetch_add(bytes.len(), Ordering::SeqCst);
        let counted = Counted {
            bytes,
            unread: Arc::clone(self),
        };
        let body = Full::new(Bytes::from_owner(counted));
        Response::from_parts(head, Told::Whole(body))
    }
}

/// Bytes that are shared, in parts, by whoever sends them, and dropped with the last part.
struct Counted {
    bytes: Bytes,
    unread: Arc<Unread>,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.unread
            .bytes
            .fetch_sub(self.bytes.len(), Ordering::SeqCst);
        self.unread.fewer.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::time::Duration;

    use http_body_util::BodyExt as _;

    fn reply(length: usize) -> Reply {
        Response::new(Told::Whole(Full::new(vec![b'x'; length].into())))
    }

    #[tokio::test]
    async fn unread_answers_hold_up_the_next_call_until_they_are_taken() {
        let unread = Arc::new(Unread::default());
        let first = unread.counted(reply(MOST - 1));
        unread.caught_up().await;
        let second = unread.counted(reply(SHORT + 1));
        let waits = tokio::time::timeout(Duration::from_millis(20), unread.caught_up());
        assert!(waits.await.is_err());
        let body = first.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body.len(), MOST - 1);
        // A part that is still to be sent counts as the whole.
        let rest = body.slice(MOST - 2..);
        drop(body);
        let waits = tokio::time::timeout(Duration::from_millis(20), unread.caught_up());
        assert!(waits.await.is_err());
        drop(rest);
        unread.caught_up().await;
        drop(second);
        assert_eq!(unread.bytes.load(Ordering::SeqCst), 0);
    }
}
