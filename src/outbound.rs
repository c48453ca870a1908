//! Requests that the server itself makes to others: the port, and how far they may go. What carries
//! them over HTTP is in `http`; a [`NoOutbound`] makes none, so that a test never depends on the
//! network by accident.

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::pin::Pin;
use std::time::Duration;

/// Fetches documents of others, such as the metadata of an identity provider.
pub trait Outbound: Send + Sync {
    /// Gets what is at `url`.
    fn get<'a>(&'a self, url: &'a str) -> Fetching<'a>;
}

/// An answer on its way.
pub type Fetching<'a> = Pin<Box<dyn Future<Output = Result<Fetched, NotFetched>> + Send + 'a>>;

/// What another server answered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fetched {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    /// For how long it may be kept, if the answer says so (`max-age`).
    pub max_age: Option<Duration>,
    /// Whether it came from another path than the one that was asked for.
    pub is_redirected: bool,
}

/// Why there is no answer, for the one who reads a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotFetched {
    /// The policy does not let a request go there; nothing was asked.
    Forbidden(String),
    /// It was asked, and there was no answer to be had.
    Failed(String),
}

impl NotFetched {
    /// The reason.
    pub fn reason(&self) -> &str {
        match self {
            Self::Forbidden(reason) | Self::Failed(reason) => reason,
        }
    }
}

/// How far requests of our own may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// Nowhere.
    None,
    /// To addresses of this machine and of private networks: nothing leaves for the internet.
    #[default]
    Local,
    /// Anywhere.
    Any,
}

impl Reach {
    /// Whether a request may go to this address.
    pub fn allows(self, address: IpAddr) -> bool {
        match self {
            Self::None => false,
            Self::Local => is_local(address),
            Self::Any => true,
        }
    }
}

/// Loopback (RFC 1122, RFC 4291), private (RFC 1918) and unique local (RFC 4193) addresses. Link-local
/// ones are not among them: clouds give out credentials at one.
fn is_local(address: IpAddr) -> bool {
    let is_local_v4 = |v4: Ipv4Addr| v4.is_loopback() || v4.is_private();
    match address {
        IpAddr::V4(v4) => is_local_v4(v4),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_local_v4(v4),
            None => v6 == Ipv6Addr::LOCALHOST || v6.is_unique_local(),
        },
    }
}

/// A server that calls nobody.
pub struct NoOutbound;

impl Outbound for NoOutbound {
    fn get<'a>(&'a self, _url: &'a str) -> Fetching<'a> {
        let refused = NotFetched::Forbidden(
            "this server makes no requests of its own; --outbound lets it".into(),
        );
        Box::pin(std::future::ready(Err(refused)))
    }
}

#[cfg(test)]
mod tests {
    use super::Reach;

    #[test]
    fn local_addresses_are_those_that_no_request_leaves_for_the_internet_by() {
        for (address, local) in [
            ("127.0.0.1", true),
            ("127.9.9.9", true),
            ("10.0.0.1", true),
            ("172.16.0.1", true),
            ("172.31.255.255", true),
            ("192.168.1.1", true),
            ("::1", true),
            ("fd00::1", true),
            ("::ffff:127.0.0.1", true),
            ("172.32.0.1", false),
            ("169.254.169.254", false),
            ("0.0.0.0", false),
            ("100.64.0.1", false),
            ("192.0.2.1", false),
            ("8.8.8.8", false),
            ("::", false),
            ("fe80::1", false),
            ("::ffff:169.254.169.254", false),
            ("::ffff:8.8.8.8", false),
            ("2001:db8::1", false),
        ] {
            let address = address.parse().unwrap();
            assert_eq!(Reach::Local.allows(address), local, "{address}");
            assert!(Reach::Any.allows(address));
            assert!(!Reach::None.allows(address));
        }
    }
}
