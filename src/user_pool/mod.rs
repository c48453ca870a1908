//! User pools: a folder a capability, found by AWS's word for it. What a pool keeps is in `store`.

#![deny(clippy::wildcard_enum_match_arm)]

pub(crate) mod accounts;
pub(crate) mod app_clients;
pub mod auth;
pub(crate) mod branches;
pub(crate) mod branding;
pub mod client_id_metadata;
pub(crate) mod conversations;
pub(crate) mod devices;
pub(crate) mod federation;
pub(crate) mod identity_providers;
pub(crate) mod import_jobs;
pub(crate) mod messages;
pub(crate) mod mfa;
pub(crate) mod passkeys;
pub(crate) mod pools;
pub(crate) mod recovery;
pub(crate) mod regional;
pub(crate) mod sessions;
pub(crate) mod stand_in;
pub(crate) mod threat_protection;
pub(crate) mod tiers;
pub(crate) mod token_exchange;
pub(crate) mod tokens;
pub(crate) mod triggers;
pub(crate) mod users;

#[cfg(test)]
mod provisioning_tests;
