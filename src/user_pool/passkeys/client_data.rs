//! What a browser or app says of a ceremony, `clientDataJSON` (W3C WebAuthn Level 3, 5.8.1).

use aws_lc_rs::digest::{SHA256, digest};
use serde::Deserialize;

use crate::store::user_pool::passkey::base64url;

/// The members that count; it may have more.
#[derive(Deserialize)]
struct Sent {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
}

/// Client data of one ceremony.
#[derive(Debug)]
pub struct ClientData {
    /// The challenge that was answered.
    pub challenge: Vec<u8>,
    /// Where it was.
    pub origin: String,
    /// The SHA-256 of the whole as it was sent.
    pub hash: Vec<u8>,
}

impl ClientData {
    /// Reads the bytes of `clientDataJSON`, whose `type` must be `kind`.
    ///
    /// # Errors
    /// What is wrong.
    pub fn read(bytes: &[u8], kind: Kind) -> Result<Self, &'static str> {
        let sent: Sent = serde_json::from_slice(bytes)
            .map_err(|_| "clientDataJSON is no JSON with type, challenge and origin")?;
        if sent.kind != kind.as_str() {
            return Err(match kind {
                Kind::Create => "the type in clientDataJSON is not webauthn.create",
                Kind::Get => "the type in clientDataJSON is not webauthn.get",
            });
        }
        let challenge = base64url(&sent.challenge)
            .ok_or("the challenge in clientDataJSON is no base64url without padding")?;
        Ok(Self {
            challenge,
            origin: sent.origin,
            hash: digest(&SHA256, bytes).as_ref().to_vec(),
        })
    }
}

/// The two ceremonies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A new credential.
    Create,
    /// An assertion.
    Get,
}

impl Kind {
    /// `type` in the client data.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "webauthn.create",
            Self::Get => "webauthn.get",
        }
    }
}
