//! Behaviour through the wire, a module a capability.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod canned_triggers;
#[cfg(unix)]
mod child_processes;
mod command_line;
mod constraints;
mod coverage;
mod documented;
#[cfg(unix)]
mod faults;
mod fixtures;
mod functions;
mod fuzz_corpora;
mod golden;
mod http;
mod journal_endings;
mod model;
mod near_misses;
mod oauth_authorize;
mod oauth_below_a_path;
mod oauth_browser;
mod oauth_endpoints;
mod oauth_issuer;
mod oauth_one_time_tokens;
mod oauth_providers;
mod oauth_rates;
mod oauth_registration;
mod oauth_step_up;
mod oauth_token;
mod oauth_triggers;
mod races;
mod refusals;
mod replay;
mod requests;
mod schema;
mod snapshot_diffs;
mod snapshots;
mod story_branding;
mod story_client_id_metadata;
mod story_faults;
mod story_identity_providers;
mod story_imports;
mod story_limits;
mod story_pages;
mod story_recovery;
mod story_servers;
mod story_threat_protection;
mod story_tokens;
