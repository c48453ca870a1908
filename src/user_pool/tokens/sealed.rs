//! Refresh tokens as clients hold them: sealed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::clock::Timestamp;
use crate::context::Context;
use crate::entropy::Purpose;
use crate::model::Secret;
use crate::store::user_pool::lineage::RefreshToken;

/// `{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}`.
const HEADER: &str = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ";

const NONCE: usize = 12;

const TAG: usize = 16;

impl RefreshToken {
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
