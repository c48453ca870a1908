//! Requests that the server itself makes to others: the port, and how far they may go. What carries
//! them over HTTP is in `http`; a [`NoOutbound`] makes none, so that a test never depends on the
//! network by accident.

use std::fmt;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::pin::Pin;
use std::time::Duration;

/// Fetches documents of others, such as the metadata of an identity provider.
pub trait Outbound: Send + Sync {
    /// Gets what is at `url`.
    fn get<'a>(&'a self, url: &'a str) -> Fetching<'a>;

    /// Sends a request with headers of its own, or a form. What only fetches documents has no answer.
    fn send<'a>(&'a self, asked: &'a Asked) -> Fetching<'a> {
        let url = &asked.url;
        Box::pin(async move {
            Err(NotFetched::Forbidden(format!(
                "requests with a form are not sent to {}",
                Url::parse(url).map_or_else(|fault| fault, |url| url.to_string())
            )))
        })
    }
}

/// A request of our own that is more than the fetching of a document.
#[derive(Clone, PartialEq, Eq)]
pub struct Asked {
    /// Where it goes.
    pub url: String,
    /// The `Authorization` header; a secret.
    pub authorization: Option<String>,
    /// The form that a POST carries, encoded; a GET has none. It holds secrets.
    pub form: Option<String>,
}

/// Shows no secret.
impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = Url::parse(&self.url).map_or_else(|fault| fault, |url| url.to_string());
        f.debug_struct("Asked")
            .field("url", &url)
            .field("has_form", &self.form.is_some())
            .finish()
    }
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
    /// It was asked, and no whole answer came in time.
    TimedOut(String),
}

impl NotFetched {
    /// The reason.
    pub fn reason(&self) -> &str {
        match self {
            Self::Forbidden(reason) | Self::Failed(reason) | Self::TimedOut(reason) => reason,
        }
    }
}

/// An absolute http or https URL, without its fragment. What shows it leaves its query out, which may
/// hold a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Url {
    is_secure: bool,
    authority: String,
    host: String,
    port: u16,
    path_and_query: String,
}

impl Url {
    /// Reads a URL.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        const WRONG: &str = "not an absolute http or https URL";
        let (scheme, rest) = text.split_once("://").ok_or(WRONG)?;
        let is_secure = scheme.eq_ignore_ascii_case("https");
        if !is_secure && !scheme.eq_ignore_ascii_case("http") {
            return Err(WRONG.into());
        }
        let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err("the URL names a user, which is not supported".into());
        }
        // What stands after the host: nothing, or a colon and perhaps a port (RFC 3986, 3.2.3).
        let end = match authority.starts_with('[') {
            true => authority.find(']').map(|at| at + 1).ok_or(WRONG)?,
            false => authority.find(':').unwrap_or(authority.len()),
        };
        let (host, after) = authority.split_at(end);
        let port = match after.strip_prefix(':').unwrap_or(after) {
            "" if is_secure => 443,
            "" => 80,
            port => port_of(port)
                .filter(|_| after.starts_with(':'))
                .ok_or_else(|| format!("{port} is no port; 65535 is the last one"))?,
        };
        let tail = rest.split('#').next().unwrap_or_default();
        if !is_host(host) || !tail.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(WRONG.into());
        }
        let slash = if tail.starts_with('/') { "" } else { "/" };
        Ok(Self {
            is_secure,
            authority: authority.to_owned(),
            host: host.trim_matches(['[', ']']).to_owned(),
            port,
            path_and_query: format!("{slash}{tail}"),
        })
    }

    /// Another place of the same server, by path and query.
    #[must_use]
    pub fn at_path(&self, path_and_query: &str) -> Self {
        Self {
            path_and_query: path_and_query.to_owned(),
            ..self.clone()
        }
    }

    /// Whether it is `https`.
    pub fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// Host and port as they were written.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The host, an IPv6 address without its brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, that of the scheme where none was written.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The path, from its slash on.
    pub fn path(&self) -> &str {
        self.path_and_query.split('?').next().unwrap_or_default()
    }

    /// What a request asks for.
    pub fn path_and_query(&self) -> &str {
        &self.path_and_query
    }
}

/// A port is written in digits alone.
fn port_of(text: &str) -> Option<u16> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// A name, or an address, in brackets if it is of IPv6.
fn is_host(host: &str) -> bool {
    let bracketed = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    match bracketed {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.bytes().all(is_sign),
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_secure { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.authority, self.path())
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
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
    use super::{Reach, Url};

    #[test]
    fn a_url_is_taken_apart_and_shown_without_its_query() {
        for (text, shown, host, port, asked) in [
            ("http://a", "http://a/", "a", 80, "/"),
            ("HTTPS://a.b:", "https://a.b:/", "a.b", 443, "/"),
            (
                "http://[::1]:8/x?k=s#f",
                "http://[::1]:8/x",
                "::1",
                8,
                "/x?k=s",
            ),
            ("http://a_b:1?k=s", "http://a_b:1/", "a_b", 1, "/?k=s"),
        ] {
            let url = Url::parse(text).unwrap();
            assert_eq!(url.to_string(), shown);
            assert_eq!(format!("{url:?}"), shown);
            assert_eq!(
                (url.host(), url.port(), url.path_and_query()),
                (host, port, asked)
            );
        }
        for (text, fault) in [
            ("a", "not an absolute"),
            ("ftp://a", "not an absolute"),
            ("http://", "not an absolute"),
            ("http://:80", "not an absolute"),
            ("http://[::1", "not an absolute"),
            ("http://[x]/", "not an absolute"),
            ("http://a b/", "not an absolute"),
            ("http://a/b c", "not an absolute"),
            ("http://a/\u{e4}", "not an absolute"),
            ("http://u:p@a/", "names a user"),
            ("http://a:65536/", "65536 is no port"),
            ("http://a:b:1/", "b:1 is no port"),
            ("http://[::1]80/", "80 is no port"),
        ] {
            let refused = Url::parse(text).unwrap_err();
            assert!(refused.contains(fault), "{text}: {refused}");
        }
    }

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
