//! Refresh tokens: sealed, so that only revocations and rotations are stored.
//!
//! The form is that of a JWE in compact serialization, as real ones have: five parts, the first
//! `{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}` (inferred from their beginning). What stands for
//! the encrypted key is random and bound to the rest.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Lineage;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::entropy::Purpose;
use crate::model::Secret;

/// `{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}`.
const HEADER: &str = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ";

const NONCE: usize = 12;
const TAG: usize = 16;

/// What a refresh token stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshToken {
    /// The pool.
    #[serde(rename = "p")]
    pub pool: String,
    /// The app client it was given to.
    #[serde(rename = "c")]
    pub client: String,
    /// The user.
    #[serde(rename = "s")]
    pub sub: Uuid,
    /// The sign-in: the same in every token made from it.
    #[serde(rename = "o")]
    pub origin_jti: Uuid,
    /// The sign-in's event.
    #[serde(rename = "e")]
    pub event_id: Uuid,
    /// When the user signed in, in milliseconds.
    #[serde(rename = "a")]
    auth_time: i64,
    /// When it expires, in milliseconds.
    #[serde(rename = "x")]
    expires_millis: i64,
    /// The user's sign-out epoch when it was made.
    #[serde(rename = "n")]
    pub epoch: u32,
    /// Its place in the rotation: the first is 0.
    #[serde(rename = "r")]
    pub serial: u64,
    /// The device it was given to, where the pool tracks devices.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Uuid>,
    /// When it expires.
    #[serde(skip)]
    pub expires: Timestamp,
}

impl RefreshToken {
    pub(super) fn new(pool: &str, client: &str, lineage: &Lineage, expires: Timestamp) -> Self {
        Self {
            pool: pool.to_owned(),
            client: client.to_owned(),
            sub: lineage.sub,
            origin_jti: lineage.origin_jti,
            event_id: lineage.event_id,
            auth_time: lineage.auth_time.0,
            expires_millis: expires.0,
            epoch: lineage.epoch,
            serial: 0,
            device: lineage.device,
            expires,
        }
    }

    /// The sign-in that tokens made from it belong to.
    pub fn lineage(&self) -> Lineage {
        Lineage {
            sub: self.sub,
            origin_jti: self.origin_jti,
            event_id: self.event_id,
            auth_time: Timestamp(self.auth_time),
            epoch: self.epoch,
            refresh_expires: self.expires,
            device: self.device,
        }
    }

    /// The token that replaces this one in a rotation; it inherits what is left of its life.
    pub fn at(&self, serial: u64) -> Self {
        Self {
            serial,
            ..self.clone()
        }
    }

    /// The token as the client gets it.
    pub fn seal(&self, cx: &Context) -> Secret {
        let plain = serde_json::to_vec(self).unwrap_or_default();
        let key = URL_SAFE_NO_PAD.encode(cx.entropy.bytes::<256>(Purpose::Tokens));
        let sealed = cx
            .seal
            .seal(cx.entropy.bytes(Purpose::Tokens), &purpose(&key), &plain);
        let (nonce, rest) = sealed.split_at(NONCE);
        let (body, tag) = rest.split_at(rest.len() - TAG);
        let parts = [nonce, body, tag].map(|part| URL_SAFE_NO_PAD.encode(part));
        let [nonce, body, tag] = parts;
        Secret::from(format!("{HEADER}.{key}.{nonce}.{body}.{tag}"))
    }

    /// What a token stands for, if this server made it.
    pub fn open(cx: &Context, token: &Secret) -> Option<Self> {
        let mut parts = token.expose().split('.');
        if parts.next()? != HEADER {
            return None;
        }
        let key = parts.next()?;
        let mut sealed = Vec::with_capacity(token.expose().len());
        for part in parts.by_ref().take(3) {
            URL_SAFE_NO_PAD.decode_vec(part, &mut sealed).ok()?;
        }
        if parts.next().is_some() {
            return None;
        }
        let plain = cx.seal.open(&purpose(key), &sealed)?;
        let mut opened: Self = serde_json::from_slice(&plain).ok()?;
        opened.expires = Timestamp(opened.expires_millis);
        Some(opened)
    }
}

fn purpose(key: &str) -> String {
    format!("refresh token.{key}")
}
