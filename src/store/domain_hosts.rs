//! Hosts at which a pool's domain is reached.

use std::sync::Arc;

use super::user_pool::UserPool;

/// A pool's domain, as a host names it.
pub struct DomainAt {
    /// Whose it is.
    pub pool: Arc<UserPool>,
    /// The domain's name: a prefix alone, or the whole of a custom one.
    pub name: String,
    /// By which kind of host.
    pub door: DomainDoor,
}

/// The kinds of hosts that domains have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DomainDoor {
    /// `PREFIX.auth.localhost`, in whatever Region.
    Localhost,
    /// `PREFIX.auth.REGION.amazoncognito.com`.
    Aws,
    /// A name of the customer's own.
    Custom,
}

impl DomainDoor {
    /// What kind of host this is, in small letters; the name of the domain that it may be, and its Region where a
    /// Region is to be known.
    pub(super) fn of(host: &str) -> Option<(Self, &str, Option<&str>)> {
        if let Some(prefix) = host.strip_suffix(".auth.localhost") {
            return Some((Self::Localhost, prefix, None));
        }
        if let Some(rest) = host.strip_suffix(".amazoncognito.com") {
            let (prefix, region) = rest.split_once(".auth.")?;
            return Some((Self::Aws, prefix, Some(region)));
        }
        // A custom domain has no Region.
        host.contains('.').then_some((Self::Custom, host, Some("")))
    }
}

#[cfg(test)]
mod tests {
    use super::DomainDoor::{self, Aws, Custom, Localhost};

    #[test]
    fn a_host_tells_which_domain_it_may_be() {
        for (host, expected) in [
            ("my-app.auth.localhost", Some((Localhost, "my-app", None))),
            (
                "my-app.auth.eu-west-1.amazoncognito.com",
                Some((Aws, "my-app", Some("eu-west-1"))),
            ),
            ("my-app.amazoncognito.com", None),
            (
                "auth.example.test",
                Some((Custom, "auth.example.test", Some(""))),
            ),
            ("localhost", None),
        ] {
            assert_eq!(DomainDoor::of(host), expected, "{host}");
        }
    }
}
