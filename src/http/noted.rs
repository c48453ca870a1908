//! What the journal is told of a request on its way, by those who know HTTP.

use hyper::body::Body as _;
use hyper::header::CONTENT_LENGTH;
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method};
use uuid::Uuid;

use super::call_log::Ending;
use super::door::{Door, Peer};
use super::faults::{self, Fate, LABEL};
use super::reply::{REASON, REQUEST_ID, Reply};
use crate::context::{Caller, DEFAULT_ACCOUNT, Signer};
use crate::control::faults::{Effect, Struck};
use crate::control::journal::{Answered, Faulted, Happening, InFlight, Request, Service, What};
use crate::dispatch::call::Operation;

/// The header of W3C's Trace Context: `VERSION-TRACE-PARENT-FLAGS`.
const TRACE_PARENT: &str = "traceparent";

/// A call that has come; what it is, is known by its target alone.
pub(super) fn call<'d>(
    door: &'d Door,
    peer: &Peer,
    head: &Parts,
    operation: Option<Operation>,
    request_id: Uuid,
) -> InFlight<'d> {
    InFlight::begin(&door.shared.journal, || {
        let (service, name, shapes) = match operation {
            Some(Operation::UserPool(of)) => (
                Service::UserPools,
                Some(of.name()),
                Some([of.input(), of.output()]),
            ),
            Some(Operation::IdentityPool(of)) => (
                Service::IdentityPools,
                Some(of.name()),
                Some([of.input(), of.output()]),
            ),
            None => (Service::Unknown, None, None),
        };
        let what = What::Call {
            service,
            operation: name,
            shapes,
        };
        let mut request = begun(door, peer, head, what);
        request.request_id = Some(request_id);
        request
    })
}

/// A call that turns out to be one of AWS KMS. Its bodies are keys and what they protect.
pub(super) fn is_of_kms(note: &mut InFlight<'_>, name: Option<&'static str>) {
    note.note(|request| {
        request.what = What::Call {
            service: Service::Kms,
            operation: name,
            shapes: None,
        };
    });
}

/// A request that is no call. Probes and preflights are not kept: they come by the clock, or before a
/// request that is; nor are those for the test API, which would drown what it tells of.
pub(super) fn other<'d>(door: &'d Door, peer: &Peer, head: &Parts) -> InFlight<'d> {
    let path = head.uri.path();
    if path == "/health" || head.method == Method::OPTIONS || super::control::is_at(path) {
        return InFlight::none();
    }
    InFlight::begin(&door.shared.journal, || {
        let what = What::Route {
            method: head.method.as_str().into(),
            target: head.uri.to_string().into(),
        };
        let mut request = begun(door, peer, head, what);
        let length = head.headers.get(CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        // Forms of pages and of the token endpoint tell it, and nobody reads them for the journal.
        request.measure_input(length.unwrap_or(0));
        request
    })
}

fn begun(door: &Door, peer: &Peer, head: &Parts, what: What) -> Request {
    let mut request = Request::new(what, door.shared.clock.now());
    // Copied: a header is a part of all bytes that were read with it.
    let text = |name| {
        let value = head.headers.get(name)?.to_str().ok()?;
        Some(Box::from(value))
    };
    request.asker.address = Some(peer.address.ip());
    request.asker.user_agent = text(&hyper::header::USER_AGENT);
    request.label = text(&LABEL);
    request.trace = trace(&head.headers);
    request
}

/// The id of the trace that a request belongs to.
fn trace(headers: &HeaderMap) -> Option<u128> {
    let parent = headers.get(TRACE_PARENT)?.to_str().ok()?;
    trace_id(parent.split('-').nth(1)?)
}

/// An id of 32 hexadecimal digits in small letters, of which not all are 0 (Trace Context, 3.2.2.3).
pub(super) fn trace_id(text: &str) -> Option<u128> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let is_id = text.len() == 32 && text.bytes().all(is_digit);
    let id = u128::from_str_radix(text, 16).ok().filter(|_| is_id)?;
    (id != 0).then_some(id)
}

/// Notes who calls, once the signature is read.
pub(super) fn caller(request: &mut Request, caller: &Caller) {
    let asker = &mut request.asker;
    asker.is_signed = caller.signer != Signer::Unsigned;
    asker.region = caller.region().map(Into::into);
    let is_other = caller.account != DEFAULT_ACCOUNT;
    asker.account = is_other.then(|| caller.account.as_str().into());
}

/// Notes how a call ended.
pub(super) fn ended(note: &mut InFlight<'_>, ending: &Ending<'_>) {
    note.note(|request| {
        let error = |code: &'static str, message: &str| Answered::Error {
            code: code.into(),
            message: message.into(),
        };
        let reason = match ending {
            Ending::Answered(remark) => *remark,
            Ending::Refused(refused) => {
                request.answered = error(refused.code(), &refused.message());
                Some(refused.reason())
            }
            Ending::RefusedByKms(refused) => {
                request.answered = error(refused.code, &refused.message);
                Some(&*refused.reason)
            }
            Ending::NotUnderstood(reason) => Some(*reason),
        };
        request.reason = reason.map(Into::into);
    });
}

/// Notes that a rule of faults applies to a request, and tells who listens.
pub(super) fn struck(door: &Door, note: &mut InFlight<'_>, struck: &Struck, asked: &str, id: Uuid) {
    door.shared.journal.tell(Happening::Fault {
        rule: struck.rule.as_str().into(),
        asked: asked.into(),
        request_id: id,
    });
    note.note(|request| {
        let effect = match &struck.effect {
            None => None,
            Some(Effect::Error { .. }) => Some("error"),
            Some(Effect::Status { .. }) => Some("status"),
            Some(Effect::Connection(kind)) => Some(kind.name()),
            Some(Effect::Dribble { .. }) => Some("dribble"),
        };
        request.fault = Some(Faulted {
            rule: struck.rule.as_str().into(),
            applied: struck.applied,
            effect,
        });
    });
}

/// Notes what a rule that applied has made of the answer.
pub(super) fn marred(note: &mut InFlight<'_>, struck: &Struck) {
    note.note(|request| {
        let is_replaced = !matches!(struck.effect, None | Some(Effect::Dribble { .. }));
        if is_replaced {
            request.lose_output();
            request.reason = Some(faults::reason(struck).into());
            request.answered = match &struck.effect {
                Some(Effect::Error { code, message }) => Answered::Error {
                    code: code.clone().into(),
                    message: faults::message_of(code, message.as_deref()).into(),
                },
                _ => Answered::Plainly,
            };
        }
    });
}

/// Keeps a request with the status of its answer, or with none where none comes; one that a rule keeps
/// waiting, once that is over.
pub(super) fn sent(mut note: InFlight<'_>, reply: &mut Reply) {
    let length = reply.body().size_hint().exact().unwrap_or(0);
    match faults::fate(reply) {
        Fate::Sent => {
            note.note(|request| request.measure_output(length));
            note.end(Some(reply.status().as_u16()));
        }
        Fate::Later => {
            note.note(|request| request.measure_output(length));
            faults::hold(reply, note);
        }
        Fate::Silence => faults::hold(reply, note),
        Fate::Lost => note.end(None),
        // Says so by itself.
        Fate::Left => drop(note),
    }
}

/// Keeps a request that is no call; its answer tells the reason.
pub(super) fn answered(mut note: InFlight<'_>, reply: &mut Reply) {
    note.note(|request| {
        let header = |name| {
            let value = reply.headers().get(name);
            value.and_then(|value| value.to_str().ok())
        };
        request.request_id = header(REQUEST_ID).and_then(|id| id.parse().ok());
        let reason = header(REASON).map(Into::into);
        request.reason = reason.or_else(|| request.reason.take());
    });
    sent(note, reply);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_read_from_its_parent_or_not_at_all() {
        let id = "4bf92f3577b34da6a3ce929d0e0e4736";
        for (header, expected) in [
            (
                format!("00-{id}-00f067aa0ba902b7-01"),
                u128::from_str_radix(id, 16).ok(),
            ),
            (
                format!("00-{}-00f067aa0ba902b7-01", id.to_uppercase()),
                None,
            ),
            (format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)), None),
            ("00-4bf9-00f067aa0ba902b7-01".to_owned(), None),
            (String::new(), None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(TRACE_PARENT, header.parse().unwrap());
            assert_eq!(trace(&headers), expected, "{header}");
        }
    }
}
