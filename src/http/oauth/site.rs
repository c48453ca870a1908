//! Whose pages an address is: by its host, by the id of a pool at the beginning of its path.

use std::sync::Arc;

use hyper::http::request::Parts;

use crate::context::Context;
use crate::http::origin::{self, Public};
use crate::model::PoolId;
use crate::model::names::is_region;
use crate::oauth::request::Site;
use crate::store::user_pool::UserPool;

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
    let host = Public::of(head).authority.map(origin::host_of)?;
    let (pool, name) = of_host(cx, host)?;
    let version = pool.read(|state| {
        let domain = state.domains.named(&name);
        domain.map(|domain| domain.managed_login_version)
    });
    Some(Site {
        // The host is the pool's, whatever URL the server has in public.
        base: cx.caller.endpoint.to_string(),
        pool: Some(pool),
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

/// The pool whose domain a host is, and the domain's name: `PREFIX.auth.REGION.amazoncognito.com`,
/// `PREFIX.auth.localhost` in whatever Region, or a custom domain.
fn of_host(cx: &Context, host: &str) -> Option<(Arc<UserPool>, String)> {
    let host = host.to_ascii_lowercase();
    let prefix_at = |suffix: &str| host.strip_suffix(suffix).map(str::to_owned);
    if let Some(prefix) = prefix_at(".auth.localhost") {
        let pool = cx.store.pool_of_domain(None, &prefix)?;
        return Some((pool, prefix));
    }
    if let Some(rest) = prefix_at(".amazoncognito.com") {
        let (prefix, region) = rest.split_once(".auth.")?;
        let pool = cx.store.pool_of_domain(Some(region), prefix)?;
        return Some((pool, prefix.to_owned()));
    }
    if !host.contains('.') {
        return None;
    }
    let pool = cx.store.pool_of_domain(Some(""), &host)?;
    Some((pool, host))
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
