//! One log line a request: what was asked, for which pool or client, and how it ended. Passwords,
//! tokens, secrets and codes never reach it: of a call, only the two identifiers are looked at, of
//! an address, only the path.

use std::time::Instant;

use hyper::{Method, Uri};
use tracing::{Level, enabled, info};
use uuid::Uuid;

use super::reply::{REASON, REQUEST_ID, Reply};
use crate::dispatch::call::Call;
use crate::error::CognitoError;
use crate::kms;

/// Identifiers and reasons are cut to this many characters.
const LONGEST: usize = 300;

/// A call under way; nothing is noted when nobody reads the line.
pub(super) struct CallLog {
    started: Option<Instant>,
    request_id: Uuid,
    fault: Option<String>,
}

/// How a call ended.
pub(super) enum Ending<'a> {
    /// With a remark, or without.
    Answered(Option<&'a str>),
    Refused(&'a CognitoError),
    RefusedByKms(&'a kms::Refused),
    NotUnderstood(&'a str),
}

impl CallLog {
    pub(super) fn start(request_id: Uuid) -> Self {
        let started = enabled!(target: "poolhouse::call", Level::INFO).then(Instant::now);
        Self {
            started,
            request_id,
            fault: None,
        }
    }

    /// Notes the rule of faults that applied.
    pub(super) fn struck(&mut self, rule: &str) {
        self.fault = Some(rule.to_owned());
    }

    /// Writes the line; there is no call where the request did not come as far.
    pub(super) fn end(&self, operation: &str, call: Option<&Call>, ending: &Ending<'_>) {
        let Some(started) = self.started else { return };
        let pool = call.and_then(|call| call.user_pool_id().or_else(|| call.identity_pool_id()));
        let client = call.and_then(Call::client_id);
        let (error, reason) = match ending {
            Ending::Answered(remark) => (None, *remark),
            Ending::Refused(error) => (Some(error.code()), Some(error.reason())),
            Ending::RefusedByKms(refused) => (Some(refused.code), Some(&*refused.reason)),
            Ending::NotUnderstood(reason) => (Some("BadRequest"), Some(*reason)),
        };
        // Both forms of the log quote and escape text, so that a value cannot forge a second line.
        info!(
            target: "poolhouse::call",
            operation,
            pool = pool.map(cut),
            client = client.map(cut),
            error,
            reason = reason.map(cut),
            fault = self.fault.as_deref(),
            micros = micros_since(started),
            request_id = %self.request_id,
        );
    }
}

/// A request that is no call of an operation.
pub(super) struct RequestLog {
    started: Option<Instant>,
    method: Method,
    uri: Uri,
}

impl RequestLog {
    pub(super) fn start(method: &Method, uri: &Uri) -> Self {
        Self {
            started: enabled!(target: "poolhouse::call", Level::INFO).then(Instant::now),
            method: method.clone(),
            uri: uri.clone(),
        }
    }

    /// Writes the line. Probes that find the server healthy and preflights that find leave have none:
    /// they come by the clock, or before a request that has its own.
    pub(super) fn end(&self, reply: &Reply) {
        let Some(started) = self.started else { return };
        let path = self.uri.path();
        let is_probe = matches!(path, "/health" | "/_poolhouse/health");
        if reply.status().is_success() && (is_probe || self.method == Method::OPTIONS) {
            return;
        }
        let header = |name| {
            reply
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        info!(
            target: "poolhouse::call",
            request = format!("{} {}", self.method, cut(path)),
            status = reply.status().as_u16(),
            reason = header(REASON).map(cut),
            micros = micros_since(started),
            request_id = header(REQUEST_ID).map(tracing::field::display),
        );
    }
}

fn micros_since(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX)
}

fn cut(text: &str) -> &str {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}
