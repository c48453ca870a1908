//! Ids of user pools: drawn, or pinned.

use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::model::PoolId;
use crate::model::names::is_region;

/// Nine letters and digits after the Region (observed), not in use.
pub(crate) fn new_id(cx: &Context, region: &str) -> PoolId {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    loop {
        let id = PoolId::from(format!(
            "{region}_{}",
            cx.entropy.text(Purpose::Ids, ALPHABET, 9)
        ));
        if cx.store.pool(&id).is_err() {
            return id;
        }
    }
}

/// Checks an id that a caller chose: of the form that SDKs and token verifiers take (a Region such
/// as `us-east-1`, an underscore, letters and digits), and in `region`.
///
/// # Errors
/// Another form, another Region.
pub fn pinned_id(id: &str, region: &str) -> Result<PoolId, CognitoError> {
    let refuse = |text: String, reason: &'static str| Refusal::PinnedId { text }.refuse(reason);
    let (own_region, name) = id.split_once('_').unwrap_or_default();
    let has_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_region(own_region) || !has_name || id.len() > 55 {
        return refuse(
            format!("Value '{id}' is not a user pool id."),
            "an id is a Region, an underscore, letters and digits, 55 characters at most: \
             us-east-1_Example01",
        );
    }
    if own_region != region {
        return refuse(
            format!("User pool id '{id}' is not in Region {region}."),
            "a pool lives in the Region that the request is signed for; its id starts with it",
        );
    }
    Ok(PoolId::from(id))
}
