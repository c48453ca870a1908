//! `/POOL_ID/.well-known/jwks.json` and `/POOL_ID/.well-known/openid-configuration`, at the host of
//! the API and not at the domains of pools, as on AWS.

use std::sync::Arc;

use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, HeaderValue};
use hyper::http::request::Parts;

use super::door::{Door, Peer};
use super::reply::{self, Reply};
use crate::context::Context;
use crate::error::CognitoError;
use crate::user_pool::tokens::discovery;

/// What a path asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Document<'a> {
    Keys(&'a str),
    Configuration(&'a str),
}

impl<'a> Document<'a> {
    /// The document at `path`, if it is one.
    pub(super) fn at(path: &'a str) -> Option<Self> {
        let (pool, document) = path.strip_prefix('/')?.split_once("/.well-known/")?;
        if pool.is_empty() || pool.contains('/') {
            return None;
        }
        match document {
            "jwks.json" => Some(Self::Keys(pool)),
            "openid-configuration" => Some(Self::Configuration(pool)),
            _ => None,
        }
    }
}

/// The document, or why there is none.
pub(super) async fn serve(
    door: &Door,
    peer: &Peer,
    head: &Parts,
    document: Document<'_>,
) -> Result<Reply, CognitoError> {
    let cx = Context::new(Arc::clone(&door.shared), door.caller(peer, head));
    let body = match document {
        Document::Keys(pool) => discovery::jwks(&cx, pool).await?,
        Document::Configuration(pool) => discovery::openid_configuration(&cx, pool)?,
    };
    let mut reply = reply::json(StatusCode::OK, body, cx.now());
    // Keys change only with the pool; a pool made anew under a pinned id must be seen at once.
    reply
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(reply)
}

#[cfg(test)]
mod tests {
    use super::Document::{Configuration, Keys};
    use super::*;

    #[test]
    fn documents_are_found_by_path() {
        let cases = [
            (
                "/us-east-1_a/.well-known/jwks.json",
                Some(Keys("us-east-1_a")),
            ),
            (
                "/us-east-1_a/.well-known/openid-configuration",
                Some(Configuration("us-east-1_a")),
            ),
            ("//.well-known/jwks.json", None),
            ("/a/b/.well-known/jwks.json", None),
            ("/a/.well-known/jwks", None),
            ("/.well-known/jwks.json", None),
            ("/", None),
        ];
        for (path, expected) in cases {
            assert_eq!(Document::at(path), expected, "{path}");
        }
    }
}
