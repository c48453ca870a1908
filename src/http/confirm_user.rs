//! `/confirmUser`: the page behind the link of a verification mail. It confirms the user (documented),
//! and answers in plain HTML with a sentence, that of the refusal if there is one (observed).
//!
//! AWS's markup is not known, nor the status of a refusal: 400, as of the operation, is inferred.

use std::sync::Arc;

use hyper::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue};
use hyper::header::{REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};

use super::door::{Door, Peer};
use super::reply::{self, Reply};
use super::{body, html, query};
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::markup::escaped;
use crate::model::{ClientId, Username};
use crate::user_pool::accounts::sign_up;

/// The page loads nothing, runs nothing and is shown in no frame. Its address has a code, which goes
/// nowhere else.
const HEADERS: [(HeaderName, &str); 4] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (CACHE_CONTROL, "no-store"),
];

/// Whether `path` is that of the page: links are written with and without a slash at the end.
pub(super) fn is_at(path: &str) -> bool {
    let path = path.strip_suffix('/').unwrap_or(path);
    path.eq_ignore_ascii_case("/confirmUser")
}

/// Answers a click. HEAD, which programs send to see where a link leads, confirms nobody.
pub(super) async fn serve(door: &Door, peer: &Peer, head: &Parts) -> Reply {
    let now = door.shared.clock.now();
    if head.method == Method::HEAD {
        return reply::empty(StatusCode::OK, now);
    }
    let outcome = confirm(door, peer, head).await;
    let (status, title, text) = match &outcome {
        Ok(()) => (
            StatusCode::OK,
            "Confirmed",
            "Your registration has been confirmed!".into(),
        ),
        Err(error) => (reply::status(error), "Not confirmed", error.message()),
    };
    let mut reply = reply::html(status, page(title, &text), now);
    let headers = reply.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Err(error) = outcome {
        headers.insert(reply::REASON, reply::safe_header(error.reason()));
    }
    reply
}

async fn confirm(door: &Door, peer: &Peer, head: &Parts) -> Result<(), CognitoError> {
    let mut pairs = query::pairs(head.uri.query().unwrap_or_default());
    let mut take = |wanted: &'static str| {
        let at = pairs
            .iter()
            .position(|(name, value)| name == wanted && !value.is_empty());
        let found = at.map(|at| pairs.swap_remove(at).1);
        found.ok_or_else(|| {
            Refusal::PageFailed.because(format!(
                "the link of the mail has {wanted}, this one has not"
            ))
        })
    };
    let client = ClientId::from(take("client_id")?);
    let username = Username::from(take("user_name")?);
    let code = take("confirmation_code")?;
    let place = door.place(peer).await?;
    let cx = Context::new(Arc::clone(&door.shared), door.caller(peer, head));
    let held = cx.hold(place);
    let work = sign_up::confirm_by_link(&cx, &client, &username, &code);
    let done = body::in_time(door.limits.request_time, work).await;
    drop(held);
    done.unwrap_or_else(|| {
        Err(Refusal::Internal.because("the confirmation took longer than --request-timeout"))
    })
}

fn page(title: &str, text: &str) -> String {
    html::document(title, &format!("<p>{}</p>\n", escaped(text)))
}

#[cfg(test)]
mod tests {
    use super::{is_at, page};

    #[test]
    fn the_page_is_found_as_links_are_written() {
        for path in ["/confirmUser", "/confirmUser/", "/confirmuser"] {
            assert!(is_at(path), "{path}");
        }
        for path in [
            "/",
            "/confirm",
            "/confirmUser/x",
            "/confirmUser//",
            "confirmUser",
        ] {
            assert!(!is_at(path), "{path}");
        }
    }

    #[test]
    fn a_text_is_never_markup() {
        let page = page("a", "<script>alert('1')</script>&\"");
        assert!(page.contains("<p>&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;</p>"));
    }
}
