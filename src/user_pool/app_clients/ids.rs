//! Ids of app clients: drawn, or pinned.

use super::user_pool_client::PINNED_ID_PREFIX;
use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::model::{ClientId, PoolId};

/// Reserves the id that the name pins, or a new one.
pub(super) fn claim_id(cx: &Context, pool: &PoolId, name: &str) -> Result<ClientId, CognitoError> {
    if let Some(id) = pinned_id(name)? {
        if cx.store.claim_client_id(&id, pool) {
            return Ok(id);
        }
        return Refusal::PinnedId {
            text: format!("User pool client {id} already exists."),
        }
        .refuse("the name pins an id that a client of this server has; ids are unique");
    }
    loop {
        let id = new_id(cx);
        if cx.store.claim_client_id(&id, pool) {
            return Ok(id);
        }
    }
}

/// A number in base 32 (observed), of 26 digits; shorter ones would come of leading zeros (inferred).
pub(crate) fn new_id(cx: &Context) -> ClientId {
    ClientId::from(base32_number(cx, Purpose::Ids, 26))
}

/// `digits` digits of base 32, none of them a leading zero.
pub(super) fn base32_number(cx: &Context, purpose: Purpose, digits: usize) -> String {
    const DIGITS: &[u8] = b"0123456789abcdefghijklmnopqrstuv";
    let first = cx.entropy.text(purpose, &DIGITS[1..], 1);
    first + &cx.entropy.text(purpose, DIGITS, digits - 1)
}

/// The id that a name pins, if it does.
///
/// # Errors
/// A name that pins what the model's pattern for client ids does not take.
pub fn pinned_id(name: &str) -> Result<Option<ClientId>, CognitoError> {
    let Some(id) = name.strip_prefix(PINNED_ID_PREFIX) else {
        return Ok(None);
    };
    let is_taken = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'+';
    if (1..=128).contains(&id.len()) && id.bytes().all(is_taken) {
        return Ok(Some(ClientId::from(id)));
    }
    Refusal::PinnedId {
        text: format!("Value '{id}' is not a client id."),
    }
    .refuse("an id is 1 to 128 letters, digits, underscores and plus signs")
}
