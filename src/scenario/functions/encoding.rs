//! What is encoded, and hashed on the way.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

use super::Given;
use crate::scenario::evaluation::Evaluation;

/// `secret_hash(username, client)`: Base64 of HMAC-SHA256, keyed with the client's secret, over username and
/// client id (documented).
pub(super) fn secret_hash(given: &Given<'_>, _: &mut Evaluation<'_>) -> Result<Value, String> {
    let id = given.member(1, "ClientId")?;
    let secret = given.member(1, "ClientSecret").map_err(|missing| {
        format!("{missing}: the client {id} has no secret, and its requests no SECRET_HASH")
    })?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let hash = hmac::sign(&key, format!("{}{id}", given.text(0)).as_bytes());
    Ok(STANDARD.encode(hash).into())
}

/// `basic(id, secret)`: the whole value of the header `Authorization`, as the token endpoint takes it
/// (documented: Base64 of the two, a colon between them).
pub(super) fn basic(given: &Given<'_>, _: &mut Evaluation<'_>) -> Result<Value, String> {
    let (id, secret) = (given.text(0), given.text(1));
    Ok(format!("Basic {}", STANDARD.encode(format!("{id}:{secret}"))).into())
}

/// `base64(text)`, with padding.
pub(super) fn base64(given: &Given<'_>, _: &mut Evaluation<'_>) -> Result<Value, String> {
    Ok(STANDARD.encode(given.text(0)).into())
}

/// `base64url(text)`, without padding.
pub(super) fn base64url(given: &Given<'_>, _: &mut Evaluation<'_>) -> Result<Value, String> {
    Ok(URL_SAFE_NO_PAD.encode(given.text(0)).into())
}

/// `pkce_challenge(verifier)`: the code_challenge of method S256 (RFC 7636, 4.2).
pub(super) fn pkce_challenge(given: &Given<'_>, _: &mut Evaluation<'_>) -> Result<Value, String> {
    let hash = digest(&SHA256, given.text(0).as_bytes());
    Ok(URL_SAFE_NO_PAD.encode(hash).into())
}
