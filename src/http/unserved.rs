//! Paths of the hosted pages that are not served yet. Whoever calls one is told so, in place of a 404 that looks like a wrong address.

use hyper::StatusCode;
use serde_json::json;

use super::reply::{self, Reply};
use crate::clock::Timestamp;
use crate::model::names::is_region;

/// Paths with everything below them (documented: "Endpoints and hosted pages", Cognito developer
/// guide).
const FOLDERS: [&str; 1] = ["passkeys"];

/// Pages, of the classic hosted UI and of managed login.
const PAGES: [&str; 7] = [
    "changePassword",
    "confirm",
    "confirmForgotPassword",
    "forgotPassword",
    "mfa",
    "resendcode",
    "signup",
];

/// Whether `path` is one that AWS serves at a user pool's domain, also below the id of a pool, where
/// one who knows the issuer looks for it.
pub(super) fn is_planned(path: &str) -> bool {
    let Some(path) = path.strip_prefix('/') else {
        return false;
    };
    let below_pool = path.split_once('/');
    let below_pool = below_pool.filter(|(first, _)| is_pool_id(first));
    is_of_domain(below_pool.map_or(path, |(_, path)| path))
}

fn is_of_domain(path: &str) -> bool {
    let path = path.strip_suffix('/').unwrap_or(path);
    match path.split_once('/') {
        Some((folder, below)) => !below.is_empty() && FOLDERS.contains(&folder),
        // A link of a mail may be written either way.
        None => PAGES.iter().any(|page| page.eq_ignore_ascii_case(path)),
    }
}

/// `REGION_…`.
fn is_pool_id(text: &str) -> bool {
    text.split_once('_')
        .is_some_and(|(region, id)| is_region(region) && !id.is_empty())
}

/// Says that it is not served yet.
pub(super) fn reply(path: &str, now: Timestamp) -> Reply {
    let text = format!(
        "{path} is not served yet; /login and the endpoints of OAuth 2.0 are, and users sign in by \
         InitiateAuth too"
    );
    // In the shape of an OAuth 2.0 error (RFC 6749, 5.2), which the callers of these paths read.
    let body = json!({ "error": "not_served_yet", "error_description": text }).to_string();
    let mut reply = reply::json(StatusCode::NOT_FOUND, body, now);
    let reason = reply::safe_header(&text);
    reply.headers_mut().insert(reply::REASON, reason);
    reply
}

#[cfg(test)]
mod tests {
    use super::is_planned;

    #[test]
    fn paths_of_a_pools_domain_are_known() {
        for path in [
            "/passkeys/add",
            "/mfa",
            "/signup/",
            "/passkeys/add/",
            "/us-east-1_PoolHouse/passkeys/add",
            "/us-east-1_PoolHouse/signup/",
            "/signup",
        ] {
            assert!(is_planned(path), "{path}");
        }
        for path in [
            "/",
            "//",
            "/oauth2",
            "/oauth2/",
            "/oauth2/foo",
            "/passkeys",
            "/login/x",
            "/foo",
            "login",
            "/health",
            "/foo/login",
            "/us-east-1_/login",
            "/us-east-1_PoolHouse",
            "/us-east-1_PoolHouse/",
            "/us-east-1_PoolHouse/foo",
        ] {
            assert!(!is_planned(path), "{path}");
        }
    }
}
