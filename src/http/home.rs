//! `GET /` for browsers; programs, which want no HTML, are told that operations are called by POST.

use std::sync::Arc;

use hyper::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue, X_CONTENT_TYPE_OPTIONS,
};
use hyper::http::request::Parts;
use hyper::{HeaderMap, StatusCode};

use super::door::{Door, Peer};
use super::guard;
use super::reply::{self, Reply};
use crate::context::Context;
use crate::managed_login::home;

/// Whether a request comes from a browser.
fn is_wanted(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(ACCEPT).into_iter();
    let mut lines = lines.filter_map(|line| line.to_str().ok());
    lines.any(|line| line.contains("text/html"))
}

/// The page, for a browser. It names what there is, so pages and hosts that the test API turns away get none either.
pub(super) fn serve(door: &Door, peer: &Peer, head: &Parts) -> Option<Reply> {
    if !is_wanted(&head.headers) || guard::admit(head, &door.guests).is_err() {
        return None;
    }
    let cx = Context::new(Arc::clone(&door.shared), door.caller(peer, head));
    let shown = home::page(&cx);
    let mut reply = reply::html(StatusCode::OK, shown.html, cx.now());
    let headers = reply.headers_mut();
    if let Ok(policy) = HeaderValue::try_from(shown.policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Some(reply)
}
