//! Which host a request named: `iss` of local tokens and every link are built from it, and the test
//! API admits some hosts only.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use hyper::http::request::Parts;
use hyper::{HeaderMap, Version};

use crate::model::names::is_region;

/// The longest DNS name, brackets and a port.
const LONGEST: usize = 253 + 2 + 6;

/// `host` or `host:port` as the request named it, if its form is right: from `:authority` or the
/// absolute form of the target, else from `Host`.
pub(super) fn authority(head: &Parts) -> Option<&str> {
    let named = match head.uri.authority() {
        Some(authority) => authority.as_str(),
        None => head.headers.get(hyper::header::HOST)?.to_str().ok()?,
    };
    // A port may be left empty (RFC 3986, 3.2.3), which names the same host.
    is_authority(named).then(|| named.strip_suffix(':').unwrap_or(named))
}

/// How a client reached the server, as far as a proxy before it tells.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Public<'h> {
    /// What it spoke.
    pub(super) scheme: Scheme,
    /// The host that it named.
    pub(super) authority: Option<&'h str>,
}

impl<'h> Public<'h> {
    /// As `X-Forwarded-Proto` and `X-Forwarded-Host` say, of several values the first: the one
    /// nearest to the client. What is no scheme or host counts for nothing. It says which addresses the client
    /// can use, and admits nobody. Without any, the connection itself tells what was `spoken`.
    pub(super) fn of(head: &'h Parts, spoken: Scheme) -> Self {
        let first = |name: &str| {
            let value = head.headers.get(name)?.to_str().ok()?;
            let value = value.split(',').next().unwrap_or_default().trim();
            (!value.is_empty()).then_some(value)
        };
        let host = first("x-forwarded-host").filter(|host| is_authority(host));
        Self {
            scheme: match first("x-forwarded-proto") {
                Some(scheme) if scheme.eq_ignore_ascii_case("https") => Scheme::Https,
                Some(scheme) if scheme.eq_ignore_ascii_case("http") => Scheme::Http,
                _ => spoken,
            },
            authority: host.or_else(|| authority(head)),
        }
    }
}

/// What is wrong with the `Host` of an HTTP/1 request, if anything (RFC 9112, 3.2): one is there, at
/// least from HTTP/1.1 on, and it is empty or names a host.
pub(super) fn host_fault(version: Version, headers: &HeaderMap) -> Option<&'static str> {
    let mut hosts = headers.get_all(hyper::header::HOST).iter();
    let first = hosts.next();
    if version > Version::HTTP_11 {
        return None;
    }
    if hosts.next().is_some() {
        return Some("the request has more than one Host header");
    }
    match first {
        None if version == Version::HTTP_11 => {
            Some("a request of HTTP/1.1 has a Host header, and this one has none")
        }
        Some(host) if !host.is_empty() && !host.to_str().is_ok_and(is_authority) => {
            Some("the Host header is no host with an optional port")
        }
        _ => None,
    }
}

/// Letters, digits and `.-_:[]`, so that it can stand in a URL, a header and a log line as it is.
pub(crate) fn is_authority(text: &str) -> bool {
    let (host, port) = split_port(text);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    let bracketed = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let host_fits = match bracketed {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.bytes().all(plain),
    };
    text.len() <= LONGEST
        && host_fits
        && port.is_none_or(|port| port.is_empty() || parse_port(port).is_some())
}

/// A port is written in digits alone.
pub(super) fn parse_port(text: &str) -> Option<u16> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// Host and port of an authority; the brackets of an IPv6 address stay.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

/// The host of an authority, without port and brackets.
pub(crate) fn host_of(authority: &str) -> &str {
    let (host, _) = split_port(authority);
    host.trim_start_matches('[').trim_end_matches(']')
}

/// The Region in a host that is named like AWS's endpoints, `cognito-idp.REGION.…`.
/// In any case of letters (RFC 3986, 3.2.2), and as it is written.
pub(super) fn region(authority: &str) -> Option<&str> {
    const SERVICE: &str = "cognito-idp.";
    let (service, rest) = authority.split_at_checked(SERVICE.len())?;
    let (region, _) = rest.split_once('.')?;
    let is_named = service.eq_ignore_ascii_case(SERVICE) && is_region(&region.to_ascii_lowercase());
    is_named.then_some(region)
}

/// Whether `host` is this machine's own name or address.
pub(crate) fn is_loopback(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host == "localhost"
        || host.ends_with(".localhost")
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// How a client reached this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Scheme {
    #[default]
    Http,
    Https,
}

impl Scheme {
    /// What a URL begins with.
    fn prefix(self) -> &'static str {
        match self {
            Self::Http => "http://",
            Self::Https => "https://",
        }
    }
}

/// The origin of the last request of a connection: clients name the same host each time, so the
/// text is made once.
#[derive(Debug, Default)]
pub(super) struct LastOrigin(Mutex<Option<Arc<str>>>);

impl LastOrigin {
    /// `http://AUTHORITY`, or `https://AUTHORITY`.
    pub(super) fn of(&self, scheme: Scheme, authority: &str) -> Arc<str> {
        let scheme = scheme.prefix();
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some(origin) if origin.strip_prefix(scheme) == Some(authority) => Arc::clone(origin),
            _ => {
                let origin: Arc<str> = format!("{scheme}{authority}").into();
                *last = Some(Arc::clone(&origin));
                origin
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_is_a_host_with_an_optional_port() {
        let cases = [
            ("localhost:9229", true),
            ("my-pool.auth.localhost", true),
            ("[::1]:9229", true),
            ("[::1]", true),
            ("10.0.0.7:80", true),
            ("localhost:", true),
            ("[::1]:", true),
            ("", false),
            (":", false),
            ("::", false),
            (":9229", false),
            ("a b", false),
            ("a/b", false),
            ("a\"b", false),
            ("host:port", false),
            ("host:99999", false),
            ("host:+80", false),
            ("[::1", false),
            ("::1", false),
            ("user@host", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_authority(text), expected, "{text}");
        }
        assert!(!is_authority(&"a".repeat(300)));
    }

    #[test]
    fn an_empty_port_is_none() {
        for (named, expected) in [
            ("localhost:", "localhost"),
            ("[::1]:", "[::1]"),
            ("[::1]", "[::1]"),
            ("localhost:80", "localhost:80"),
        ] {
            let request = hyper::Request::get("/").header("host", named);
            let (head, ()) = request.body(()).unwrap().into_parts();
            assert_eq!(host_fault(head.version, &head.headers), None, "{named}");
            assert_eq!(authority(&head), Some(expected));
        }
    }

    #[test]
    fn a_region_is_told_by_a_host_of_any_case() {
        for (host, expected) in [
            ("cognito-idp.eu-west-1.localhost:9229", Some("eu-west-1")),
            ("Cognito-IDP.EU-West-1.localhost", Some("EU-West-1")),
            ("cognito-idp.localhost", None),
            ("cognito-idp.eu-west-1", None),
            ("localhost", None),
        ] {
            assert_eq!(region(host), expected, "{host}");
        }
    }

    #[test]
    fn loopback_is_told_by_name_and_address() {
        for host in [
            "localhost",
            "LOCALHOST",
            "x.auth.localhost",
            "127.0.0.1",
            "127.9.9.9",
            "::1",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "localhost.example.com",
            "evil.example",
            "10.0.0.1",
            "notlocalhost",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
        assert_eq!(host_of("[::1]:9229"), "::1");
        assert_eq!(host_of("localhost:1"), "localhost");
    }

    #[test]
    fn the_origin_follows_scheme_and_host() {
        let last = LastOrigin::default();
        let first = last.of(Scheme::Http, "localhost:1");
        assert!(Arc::ptr_eq(&first, &last.of(Scheme::Http, "localhost:1")));
        assert_eq!(
            &*last.of(Scheme::Https, "localhost:1"),
            "https://localhost:1"
        );
        assert_eq!(&*last.of(Scheme::Http, "other:2"), "http://other:2");
    }

    #[test]
    fn a_proxy_tells_how_the_client_reached_it() {
        use Scheme::{Http, Https};
        type Headers = &'static [(&'static str, &'static str)];
        let cases: [(Scheme, Headers, Scheme, &str); 6] = [
            (Http, &[], Http, "cognito:9229"),
            (
                Http,
                &[("x-forwarded-proto", "https")],
                Https,
                "cognito:9229",
            ),
            (
                Https,
                &[("x-forwarded-proto", "http")],
                Http,
                "cognito:9229",
            ),
            (
                Http,
                &[
                    ("x-forwarded-proto", "HTTPS, http"),
                    ("x-forwarded-host", "a.example, b"),
                ],
                Https,
                "a.example",
            ),
            (Https, &[("x-forwarded-host", "a b")], Https, "cognito:9229"),
            (
                Http,
                &[("x-forwarded-proto", "ftp"), ("x-forwarded-host", "")],
                Http,
                "cognito:9229",
            ),
        ];
        for (spoken, headers, scheme, authority) in cases {
            let mut request = hyper::Request::get("/").header("host", "cognito:9229");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let (head, ()) = request.body(()).unwrap().into_parts();
            let public = Public {
                scheme,
                authority: Some(authority),
            };
            assert_eq!(Public::of(&head, spoken), public, "{headers:?}");
        }
    }
}
