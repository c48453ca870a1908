//! The body of an answer: whole, or told piece by piece to a client that listens.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::mpsc;

use super::activity::UnderWay;

/// The body of an answer.
pub(super) enum Told {
    /// There at once.
    Whole(Full<Bytes>),
    /// As it comes.
    Events(Events),
}

impl Default for Told {
    fn default() -> Self {
        Self::Whole(Full::default())
    }
}

impl Body for Told {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.get_mut() {
            Self::Whole(whole) => Pin::new(whole).poll_frame(task),
            Self::Events(events) => events
                .poll(task)
                .map(|piece| piece.map(Frame::data).map(Ok)),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(whole) => whole.is_end_stream(),
            Self::Events(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(whole) => whole.size_hint(),
            Self::Events(_) => SizeHint::default(),
        }
    }
}

/// Waits until a client has left.
pub(super) type Left = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Pieces of a body to come. Who tells them sees that the receiver is closed when the client is gone.
pub(super) struct Events {
    pieces: mpsc::Receiver<Bytes>,
    /// Where only the socket tells that the client is gone.
    left: Option<Left>,
    /// A connection whose client listens is not idle.
    under_way: Option<UnderWay>,
}

impl Events {
    pub(super) fn new(pieces: mpsc::Receiver<Bytes>, left: Option<Left>) -> Self {
        Self {
            pieces,
            left,
            under_way: None,
        }
    }

    /// Lets the request be under way for as long as the body lasts.
    pub(super) fn keep(&mut self, under_way: UnderWay) {
        self.under_way = Some(under_way);
    }

    fn poll(&mut self, task: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let has_left = |left: &mut Left| left.as_mut().poll(task).is_ready();
        if self.left.as_mut().is_some_and(has_left) {
            self.left = None;
            self.pieces.close();
            return Poll::Ready(None);
        }
        self.pieces.poll_recv(task)
    }
}
