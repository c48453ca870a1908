//! Client ID metadata documents (CIMD): clients that identify themselves by the `https` URL of a document
//! which registers them, as far as a policy of the pool lets them.
//!
//! "Client ID metadata documents (CIMD)", developer guide:
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-client-id-metadata.html>,
//! and the API reference. Documented: a policy maps URL patterns to one app client; a document is cached
//! for what its `Cache-Control: max-age` says, if that is between a day and a year, else for the policy's
//! CacheDuration; such a client is a public one, and has the grants that both its document and the app
//! client have. What is inferred stands where it is decided: in `url_pattern.rs` what a pattern matches, in
//! `document.rs` what a document must be, in `urls.rs` what becomes of cached ones. The sentences of the
//! refusals are inferred.

mod document;
mod policies;
mod resolve;
mod url_pattern;
mod urls;

pub use policies::{
    create_cimd_policy, delete_cimd_policy, describe_cimd_policy, list_cimd_policies,
    update_cimd_policy,
};
pub use resolve::{Unresolved, UrlClient, resolve};
pub use urls::{list_client_metadata_urls, preload, update_client_metadata_url_state};

use std::sync::Arc;

use crate::error::{CognitoError, Refusal};
use crate::store::user_pool::client_id_metadata::CimdPolicy;
use crate::store::user_pool::state::PoolState;
use crate::user_pool::tiers::Feature;

fn check_tier(state: &PoolState) -> Result<(), CognitoError> {
    let reason = "client ID metadata documents need UserPoolTier ESSENTIALS or PLUS";
    Feature::ClientIdMetadataDocuments.require(&state.settings, reason)
}

fn require<'a>(state: &'a PoolState, id: &str) -> Result<&'a Arc<CimdPolicy>, CognitoError> {
    state.client_id_metadata.policy(id).ok_or_else(|| {
        Refusal::CimdPolicyUnknown { id: id.into() }.because(
            "the pool has no CIMD policy with this id; ListCIMDPolicies shows its policies",
        )
    })
}

#[cfg(test)]
mod tests;
