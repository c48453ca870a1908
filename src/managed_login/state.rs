//! What goes from page to page: the challenge under way, the sign-up to be confirmed, the password to be
//! reset. The browser keeps it, sealed, in the cookie `page-data` (the cookie is documented, what is in it is
//! ours), so that a page left open costs the server nothing.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::context::Context;
use crate::entropy::Purpose;
use crate::model::ClientId;

/// A state between two pages.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum State {
    /// A challenge waits for its answer.
    Challenge(Challenge),
    /// A sign-up waits for its code.
    Confirm(Confirm),
    /// A forgotten password waits for its code.
    Reset(Reset),
}

/// A challenge of the sign-in machine.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Challenge {
    /// Its name.
    pub(super) name: String,
    /// Its Session.
    pub(super) session: String,
    /// Whom the answer names.
    pub(super) username: String,
    /// What the user typed as name.
    pub(super) typed: String,
    /// `EMAIL` or `SMS`, where a code went out.
    pub(super) medium: Option<String>,
    /// Where to, masked.
    pub(super) destination: Option<String>,
    /// What may be chosen: first factors, or second ones.
    pub(super) options: Vec<String>,
    /// Attributes to be given with a new password.
    pub(super) required: Vec<String>,
    /// Options of a passkey.
    pub(super) passkey: Option<String>,
    /// The factor that is being set up.
    pub(super) setting_up: Option<String>,
    /// The secret of an authenticator app that is being set up.
    pub(super) secret: Option<String>,
    /// The number that is being registered.
    pub(super) number: Option<String>,
    /// Whether the user asked for the page of a password.
    pub(super) wants_password: bool,
}

/// Secrets are not shown.
impl std::fmt::Debug for Challenge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Challenge")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A sign-up.
#[derive(Clone, Serialize, Deserialize)]
pub struct Confirm {
    /// Who signed up.
    pub(super) username: String,
    /// The password, so that who has confirmed is signed in; none for who signs up without one.
    pub(super) password: Option<String>,
    /// `EMAIL` or `SMS`.
    pub(super) medium: Option<String>,
    /// Where the code went, masked.
    pub(super) destination: Option<String>,
}

/// Passwords are not shown.
impl std::fmt::Debug for Confirm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Confirm").finish_non_exhaustive()
    }
}

/// A forgotten password.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Reset {
    /// Whose it is.
    pub(super) username: String,
    /// `EMAIL` or `SMS`; none where an administrator asked for the reset.
    pub(super) medium: Option<String>,
    /// Where the code went, masked.
    pub(super) destination: Option<String>,
}

impl State {
    /// A page is good for as long as its step (documented: three minutes for MFA, eight for the code of a reset);
    /// that of a sign-up, whose code lives a day, for an hour (inferred).
    fn life(&self) -> Duration {
        Duration::from_secs(match self {
            Self::Challenge(_) => 3 * 60,
            Self::Reset(_) => 8 * 60,
            Self::Confirm(_) => 60 * 60,
        })
    }

    /// The state as the browser keeps it.
    pub fn seal(&self, cx: &Context, client: &ClientId) -> String {
        let expires = cx.now().plus(self.life()).0;
        // The form is ours, and has nothing that JSON has not.
        let json = serde_json::to_vec(self).unwrap_or_default();
        let plain = [&expires.to_le_bytes()[..], &json].concat();
        let sealed = cx
            .seal
            .seal(cx.entropy.bytes(Purpose::Tokens), &scope(client), &plain);
        URL_SAFE_NO_PAD.encode(sealed)
    }

    /// The state that `text` holds for a client; none if it is foreign, altered or late.
    pub fn open(cx: &Context, client: &ClientId, text: &str) -> Option<Self> {
        let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
        let plain = cx.seal.open(&scope(client), &sealed)?;
        let (expires, json) = plain.split_first_chunk::<8>()?;
        if cx.now() >= Timestamp(i64::from_le_bytes(*expires)) {
            return None;
        }
        serde_json::from_slice(json).ok()
    }
}

fn scope(client: &ClientId) -> String {
    format!("page-data {client}")
}
