//! Behaviour through the wire, a module a capability.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod command_line;
mod coverage;
mod fixtures;
mod golden;
mod http;
mod model;
mod story_branding;
mod story_identity_providers;
mod story_servers;
mod story_tokens;
