//! Logo and CSS of the classic hosted UI, `/POOL/CLIENT/VERSION/assets/…`: the path that AWS serves
//! them at, from a host of its own there. Beside them the images of managed login, at a path of ours.

use std::sync::Arc;

use hyper::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use hyper::http::request::Parts;

use super::door::{Door, Peer};
use super::reply::{self, Reply};
use crate::context::Context;
use crate::user_pool::branding::managed_login;
use crate::user_pool::branding::ui_customization::{self, FilePath};

/// The file, or `None` when there is none at `path`.
pub(super) fn serve(door: &Door, peer: &Peer, head: &Parts, path: &str) -> Option<Reply> {
    let cx = Context::new(Arc::clone(&door.shared), door.caller(peer, head));
    let classic = || ui_customization::file(&cx, FilePath::at(path)?);
    let managed = || managed_login::asset(&cx, path);
    let (kind, bytes) = classic()
        .map(|file| (file.content_type, file.bytes))
        .or_else(managed)?;
    let mut reply = reply::file(kind, bytes, cx.now());
    let headers = reply.headers_mut();
    // Two changes within a second have the same address.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    // An SVG image that is opened by itself runs nothing.
    headers.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox"),
    );
    // What was uploaded is never run as something else.
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Some(reply)
}
