//! User pools: a folder a capability, found by AWS's word for it. What a pool keeps is in [`crate::store`].

#![deny(clippy::wildcard_enum_match_arm)]

pub(crate) mod accounts;
pub mod app_clients;
pub mod auth;
pub(crate) mod branding;
pub mod client_id_metadata;
pub mod conversations;
pub mod devices;
pub mod federation;
pub mod identity_providers;
pub mod import_jobs;
pub(crate) mod messages;
pub mod mfa;
pub mod passkeys;
pub mod pools;
pub mod recovery;
pub(crate) mod regional;
pub mod sessions;
pub mod threat_protection;
pub(crate) mod tiers;
pub mod token_exchange;
pub mod tokens;
pub mod triggers;
pub mod users;

#[cfg(test)]
mod provisioning_tests;
