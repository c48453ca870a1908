//! A panic is an internal error of one request, and the server goes on.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Poll;

use crate::error::{CognitoError, Refusal};

/// Runs `work`; `None` when it panicked, which the panic hook has reported. It is pinned where it was
/// made: an async function holds what it is given twice.
pub(super) async fn contained<T>(mut work: Pin<&mut impl Future<Output = T>>) -> Option<T> {
    poll_fn(|task| {
        // State behind locks stays whole: changes are staged and published in one step.
        match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(task))) {
            Ok(polled) => polled.map(Some),
            Err(_) => Poll::Ready(None),
        }
    })
    .await
}

/// What is answered then.
pub(super) fn refusal() -> CognitoError {
    Refusal::Internal.because("Poolhouse panicked; its log says where")
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::pin::pin;

    #[tokio::test]
    async fn a_panic_ends_its_own_work_alone() {
        let failing = async {
            tokio::task::yield_now().await;
            panic!("on purpose");
        };
        assert_eq!(contained(pin!(failing)).await, None);
        assert_eq!(contained(pin!(async { 7 })).await, Some(7));
    }
}
