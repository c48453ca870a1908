//! A panic outside of operations is answered, and the server goes on.

use poolhouse::Emulator;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::wire::{Wire, request};

/// Panics when the line of a request is to be written.
struct NoLines;

impl Subscriber for NoLines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "poolhouse::call"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {
        std::panic::resume_unwind(Box::new("on purpose"));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn a_panic_outside_of_operations_is_an_internal_error() {
    let server = Emulator::builder().start().await.unwrap();
    let mut wire = Wire::to(&server).await;
    let logged = tracing::subscriber::set_default(NoLines);
    let answer = wire.ask(request("GET /nowhere", "", "")).await;
    drop(logged);
    assert_eq!(answer.status, 500);
    assert_eq!(answer.json()["__type"], "InternalErrorException");
    // Inferred.
    assert_eq!(answer.json()["message"], "Internal error.");
    let reason = answer.header("x-poolhouse-reason").unwrap();
    assert!(reason.contains("panicked"), "{reason}");
    let mut next = Wire::to(&server).await;
    assert_eq!(next.ask(request("GET /nowhere", "", "")).await.status, 404);
}
