//! Behaviour through the wire, a module a capability.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod golden;
mod http;
mod model;
