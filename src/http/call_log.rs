//! One log line a call: what was asked, for which pool or client, and how it ended. Passwords,
//! tokens, secrets and codes never reach it: of the body, only the two identifiers are looked at.

use std::time::Instant;

use serde_json::Value;
use tracing::{Level, enabled, info};
use uuid::Uuid;

use crate::error::CognitoError;

/// Identifiers and reasons are cut to this many characters.
const LONGEST: usize = 300;

/// A call under way; nothing is noted when nobody reads the line.
pub(super) struct CallLog {
    started: Option<Instant>,
    request_id: Uuid,
}

/// How a call ended.
pub(super) enum Ending<'a> {
    Answered,
    Refused(&'a CognitoError),
    NotUnderstood(&'a str),
}

impl CallLog {
    pub(super) fn start(request_id: Uuid) -> Self {
        let started = enabled!(target: "poolhouse::call", Level::INFO).then(Instant::now);
        Self {
            started,
            request_id,
        }
    }

    /// Writes the line.
    pub(super) fn end(&self, operation: &str, body: &Value, ending: &Ending<'_>) {
        let Some(started) = self.started else { return };
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        let pool = identifier(body, "UserPoolId").or_else(|| identifier(body, "IdentityPoolId"));
        let client = identifier(body, "ClientId");
        let (error, reason) = match ending {
            Ending::Answered => (None, None),
            Ending::Refused(error) => (Some(error.code()), Some(error.reason())),
            Ending::NotUnderstood(reason) => (Some("BadRequest"), Some(*reason)),
        };
        // `Debug` quotes and escapes, so that a value cannot forge a second line.
        info!(
            target: "poolhouse::call",
            operation,
            pool = pool.map(tracing::field::debug),
            client = client.map(tracing::field::debug),
            error,
            reason = reason.map(|reason| tracing::field::debug(cut(reason))),
            micros,
            request_id = %self.request_id,
        );
    }
}

fn identifier<'a>(body: &'a Value, member: &str) -> Option<&'a str> {
    body.get(member)?.as_str().map(cut)
}

fn cut(text: &str) -> &str {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}
