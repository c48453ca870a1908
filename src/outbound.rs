//! Requests that the server itself makes to others: the port. A server that nobody configured makes
//! none, so a test never depends on the network by accident.

use std::future::Future;
use std::pin::Pin;

/// Fetches documents of others, such as the metadata of an identity provider.
pub trait Outbound: Send + Sync {
    /// Gets what is at `url`.
    fn get<'a>(&'a self, url: &'a str) -> Fetching<'a>;
}

/// An answer on its way.
pub type Fetching<'a> = Pin<Box<dyn Future<Output = Result<Fetched, NotFetched>> + Send + 'a>>;

/// What another server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// Why there is no answer, for the one who reads a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotFetched(pub String);

/// A server that calls nobody.
pub struct NoOutbound;

impl Outbound for NoOutbound {
    fn get<'a>(&'a self, _url: &'a str) -> Fetching<'a> {
        let refused = NotFetched("this server makes no requests of its own".into());
        Box::pin(std::future::ready(Err(refused)))
    }
}
