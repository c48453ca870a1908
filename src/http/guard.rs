//! Which web pages may drive this server. A page of another site must not: neither the test API nor
//! signed operations, which a page needs no secret for here, since no signature is verified. It is
//! told by `Origin` and `Sec-Fetch-Site`, and for the test API also by `Host`, which a page can make
//! a name of its own that points at this machine.
//!
//! Operations that AWS leaves unsigned are called by pages of any site, as on AWS.

use std::net::IpAddr;

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue, ORIGIN};
use hyper::http::request::Parts;

use super::origin::{authority, host_of, is_loopback};
use crate::error::{CognitoError, Refusal};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Stands for every page in `--allow-origin`.
const ANY: &str = "*";

/// Hosts and pages that are admitted beside this machine's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Guests {
    /// Host names that the test API answers to.
    pub(crate) hosts: Vec<String>,
    /// Origins as browsers write them, or `*`.
    pub(crate) origins: Vec<String>,
}

/// Admits a request to the test API, with the origin that may read the answer, or says why not.
pub(super) fn admit<'a>(
    head: &'a Parts,
    guests: &Guests,
) -> Result<Option<&'a HeaderValue>, String> {
    let Some(host) = authority(head).map(host_of) else {
        return Err("the request names no host; the test API needs a Host header".to_owned());
    };
    if !guests.has_host(host) {
        return Err(format!(
            "the test API does not answer to the host {host}; use localhost or an IP address, or \
             start Poolhouse with --allow-host {host}"
        ));
    }
    if let Some(origin) = foreign_page(head, guests) {
        return Err(format!(
            "the test API does not answer web pages of other sites; a page on localhost may ask, \
             and others when Poolhouse is started with {}",
            hint(origin)
        ));
    }
    let origin = head.headers.get(ORIGIN);
    let cross_site = head.headers.get(FETCH_SITE);
    // A page that named its origin is judged by it: localhost and 127.0.0.1 are two sites.
    if origin.is_none() && cross_site.is_some_and(|site| site == "cross-site") {
        return Err("the test API does not answer web pages of other sites".to_owned());
    }
    Ok(origin)
}

/// Admits a call of an operation that AWS wants signed.
pub(super) fn admit_signed(head: &Parts, guests: &Guests) -> Result<(), CognitoError> {
    match foreign_page(head, guests) {
        None => Ok(()),
        Some(origin) => Refusal::ForeignPage.refuse(format!(
            "signed operations are called by pages on localhost, on this server's own host, or of \
             an origin that Poolhouse was started with: {}",
            hint(origin)
        )),
    }
}

/// The first origin of a request that is not admitted. A browser sends one `Origin`; of several,
/// none may be foreign.
fn foreign_page<'a>(head: &'a Parts, guests: &Guests) -> Option<&'a HeaderValue> {
    let mut origins = head.headers.get_all(ORIGIN).iter();
    origins.find(|origin| !is_admitted(origin, head, guests))
}

fn is_admitted(origin: &HeaderValue, head: &Parts, guests: &Guests) -> bool {
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let allowed = |guest: &String| guest == ANY || guest.eq_ignore_ascii_case(origin);
    if guests.origins.iter().any(allowed) {
        return true;
    }
    // Any scheme: apps in a web view have one of their own, which no web site can take.
    let Some((_, page)) = origin.split_once("://") else {
        return false;
    };
    let page = host_of(page);
    let host = authority(head).map(host_of);
    is_loopback(page)
        || host.is_some_and(|host| page.eq_ignore_ascii_case(host) && guests.has_host(host))
}

fn hint(origin: &HeaderValue) -> String {
    let origin = origin.to_str().unwrap_or("ORIGIN");
    format!("--allow-origin {origin}")
}

impl Guests {
    /// An address cannot be claimed by a foreign page as a name can.
    fn has_host(&self, host: &str) -> bool {
        is_loopback(host)
            || host.parse::<IpAddr>().is_ok()
            || self
                .hosts
                .iter()
                .any(|allowed| allowed.eq_ignore_ascii_case(host))
    }
}

/// Whether a page asks, before its request, for leave to send it.
pub(super) fn is_preflight(headers: &HeaderMap) -> bool {
    headers.contains_key(ORIGIN)
        && headers.contains_key(hyper::header::ACCESS_CONTROL_REQUEST_METHOD)
}

#[cfg(test)]
mod tests {
    use super::*;

    use hyper::Request;

    #[test]
    fn only_this_machine_and_named_hosts_are_admitted() {
        let guests = Guests {
            hosts: vec!["cognito".to_owned()],
            origins: vec!["http://app.test:3000".to_owned()],
        };
        let cases: [(&[(&str, &str)], bool); 19] = [
            (&[("host", "localhost:9229")], true),
            (&[("host", "127.0.0.1:9229")], true),
            (&[("host", "[::1]:9229")], true),
            (&[("host", "api.localhost")], true),
            (&[("host", "192.168.1.7:9229")], true),
            (&[("host", "cognito:9229")], true),
            (&[("host", "evil.example:9229")], false),
            (&[], false),
            (
                &[("host", "localhost:1"), ("origin", "http://localhost:3000")],
                true,
            ),
            (
                &[("host", "localhost:1"), ("origin", "http://127.0.0.1:3000")],
                true,
            ),
            (
                &[("host", "localhost:1"), ("origin", "https://evil.example")],
                false,
            ),
            (
                &[
                    ("host", "localhost:1"),
                    ("origin", "http://localhost.evil.example"),
                ],
                false,
            ),
            (&[("host", "localhost:1"), ("origin", "null")], false),
            (
                &[("host", "localhost:1"), ("sec-fetch-site", "cross-site")],
                false,
            ),
            (&[("host", "localhost:1"), ("sec-fetch-site", "none")], true),
            (
                &[
                    ("host", "127.0.0.1:1"),
                    ("origin", "http://localhost:3000"),
                    ("sec-fetch-site", "cross-site"),
                ],
                true,
            ),
            (
                &[("host", "localhost:1"), ("origin", "http://app.test:3000")],
                true,
            ),
            (
                &[("host", "localhost:1"), ("origin", "http://app.test:3001")],
                false,
            ),
            (
                &[
                    ("host", "localhost:1"),
                    ("origin", "http://localhost:3000"),
                    ("origin", "https://evil.example"),
                ],
                false,
            ),
        ];
        for (headers, expected) in cases {
            let mut request = Request::builder().uri("/_poolhouse/clock");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let (head, ()) = request.body(()).unwrap().into_parts();
            assert_eq!(admit(&head, &guests).is_ok(), expected, "{headers:?}");
        }
    }

    #[test]
    fn signed_operations_answer_pages_of_this_machine_and_of_named_origins() {
        let guests = |origins: &[&str]| Guests {
            hosts: Vec::new(),
            origins: origins.iter().map(ToString::to_string).collect(),
        };
        let named = guests(&["https://app.example", "null"]);
        let cases = [
            ("localhost:9229", "http://localhost:5173", true),
            ("cognito:9229", "http://localhost:5173", true),
            ("localhost:9229", "capacitor://localhost", true),
            ("192.168.1.7:9229", "http://192.168.1.7:3000", true),
            ("192.168.1.7:9229", "http://192.168.1.8:3000", false),
            // A name that a page of its own points at this machine.
            ("evil.example:9229", "http://evil.example:9229", false),
            ("localhost:9229", "https://evil.example", false),
            ("localhost:9229", "https://app.example", true),
            ("localhost:9229", "https://app.example:444", false),
            ("localhost:9229", "null", true),
            ("localhost:9229", "", false),
        ];
        for (host, origin, expected) in cases {
            let request = Request::post("/").header("host", host);
            let request = request.header("origin", origin).body(()).unwrap();
            let (head, ()) = request.into_parts();
            assert_eq!(admit_signed(&head, &named).is_ok(), expected, "{origin}");
            assert_eq!(admit_signed(&head, &guests(&["*"])), Ok(()), "{origin}");
        }
        let (head, ()) = Request::post("/").body(()).unwrap().into_parts();
        assert_eq!(admit_signed(&head, &Guests::default()), Ok(()));
    }
}
