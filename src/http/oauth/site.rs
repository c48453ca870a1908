//! Whose pages an address is: by its host, by the id of a pool at the beginning of its path.

use hyper::http::request::Parts;

use crate::context::Context;
use crate::http::origin::{self, Public, Scheme};
use crate::model::PoolId;
use crate::model::names::is_region;
use crate::oauth::request::Site;

/// The id of a pool at the beginning of a path, and the path below it.
pub(super) fn split(path: &str) -> (Option<&str>, &str) {
    let below = path.strip_prefix('/').and_then(|path| path.split_once('/'));
    match below {
        Some((first, _)) if is_pool_id(first) => (Some(first), &path[1 + first.len()..]),
        Some(_) | None => (None, path),
    }
}

/// `REGION_…`.
fn is_pool_id(text: &str) -> bool {
    text.split_once('_')
        .is_some_and(|(region, id)| is_region(region) && !id.is_empty())
}

/// The site of a request to a pool's domain.
pub(super) fn of_domain(cx: &Context, head: &Parts) -> Option<Site> {
    let host = Public::of(head, Scheme::default())
        .authority
        .map(origin::host_of)?;
    let found = cx.store.domain_at(host)?;
    let version = found.pool.read(|state| {
        let domain = state.domains.named(&found.name);
        domain.map(|domain| domain.managed_login_version)
    });
    Some(Site {
        // The host is the pool's, whatever URL the server has in public.
        base: cx.caller.endpoint.to_string(),
        pool: Some(found.pool),
        version,
    })
}

/// The site of a request.
pub(super) fn of(cx: &Context, head: &Parts) -> Site {
    if let Some(site) = of_domain(cx, head) {
        return site;
    }
    let (id, _) = split(head.uri.path());
    let base = cx.base_url();
    match id {
        None => Site {
            base: base.to_owned(),
            pool: None,
            version: None,
        },
        Some(id) => Site {
            base: format!("{base}/{id}"),
            pool: cx.store.pool(&PoolId::from(id)).ok(),
            version: None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_pool_at_the_beginning_of_a_path_is_taken_off() {
        for (path, expected) in [
            ("/login", (None, "/login")),
            ("/", (None, "/")),
            ("", (None, "")),
            ("/us-east-1_a/login", (Some("us-east-1_a"), "/login")),
            ("/us-east-1_a/", (Some("us-east-1_a"), "/")),
            ("/us-east-1_a", (None, "/us-east-1_a")),
            ("/us-east-1_/login", (None, "/us-east-1_/login")),
            ("/foo/login", (None, "/foo/login")),
        ] {
            assert_eq!(split(path), expected, "{path}");
        }
    }
}
