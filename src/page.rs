//! Pagination tokens: where a list goes on, sealed so that a client can neither read nor make one.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::clock::Timestamp;
use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};

/// Documented for ListUsers ("valid for one hour"); the others are given the same life (inferred).
const LIFE: Duration = Duration::from_secs(60 * 60);

/// Documented for ListUsers; the other lists of users and groups are given the same (inferred).
const DEFAULT_LIMIT: usize = 60;

/// How many entries a page holds. A `Limit` of 0, which the model takes, counts as not given
/// (inferred).
pub fn limit(given: Option<i32>) -> usize {
    let given = given.and_then(|limit| usize::try_from(limit).ok());
    given.filter(|limit| *limit > 0).unwrap_or(DEFAULT_LIMIT)
}

/// Cuts `found`, which holds one more than a page where there are more, to `limit`, and gives the
/// token from which the list goes on.
pub fn cut<T>(
    cx: &Context,
    scope: &str,
    found: &mut Vec<T>,
    limit: usize,
    position: impl Fn(&T) -> String,
) -> Option<String> {
    if found.len() <= limit {
        return None;
    }
    found.truncate(limit);
    found.last().map(|last| token(cx, scope, &position(last)))
}

/// The token from which the list `scope` goes on behind `position`. A scope names the list and what
/// narrows it (pool, filter), so that a token serves no other list.
pub fn token(cx: &Context, scope: &str, position: &str) -> String {
    let expires = cx.now().plus(LIFE).0;
    let plain = [&expires.to_le_bytes()[..], position.as_bytes()].concat();
    STANDARD.encode(
        cx.seal
            .seal(cx.entropy.bytes(Purpose::Tokens), scope, &plain),
    )
}

/// The position that `token` holds; none without a token.
///
/// # Errors
/// InvalidParameterException for a token that is foreign, altered, for another list, or expired.
pub fn position(
    cx: &Context,
    scope: &str,
    token: Option<&str>,
) -> Result<Option<String>, CognitoError> {
    let Some(token) = token else { return Ok(None) };
    let refuse = |reason: &'static str| Refusal::PaginationTokenInvalid.because(reason);
    let opened = STANDARD
        .decode(token)
        .ok()
        .and_then(|sealed| cx.seal.open(scope, &sealed));
    let plain = opened.ok_or_else(|| {
        refuse("the token was not given by this server for this list with these parameters")
    })?;
    let (expires, position) = plain
        .split_first_chunk::<8>()
        .ok_or_else(|| refuse("the token was not given by this server"))?;
    if Timestamp(i64::from_le_bytes(*expires)) < cx.now() {
        return Err(refuse(
            "pagination tokens are good for an hour; start the list again",
        ));
    }
    Ok(Some(String::from_utf8_lossy(position).into_owned()))
}
