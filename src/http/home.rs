//! `GET /` for browsers; programs, which want no HTML, are told that operations are called by POST. The page names
//! what is there, so it answers as the test API does: to this machine, and to the hosts that are let in.

use std::sync::Arc;

use hyper::StatusCode;
use hyper::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use hyper::http::request::Parts;

use super::door::{Door, Peer};
use super::guard;
use super::reply::{self, Reply};
use crate::context::Context;
use crate::managed_login::home;

/// The page, for a browser; none for other programs, and for pages and hosts that the test API turns away.
pub(super) fn serve(door: &Door, peer: &Peer, head: &Parts) -> Option<Reply> {
    let accepts = head.headers.get(ACCEPT)?.to_str().ok()?;
    if !accepts.contains("text/html") || guard::admit(head, &door.guests).is_err() {
        return None;
    }
    let cx = Context::new(Arc::clone(&door.shared), door.caller(peer, head));
    let shown = home::page(&cx);
    let mut reply = reply::html(StatusCode::OK, shown.html, cx.now());
    let headers = reply.headers_mut();
    if let Ok(policy) = HeaderValue::try_from(shown.policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Some(reply)
}
