//! Who may use the test API. A web page must not be able to drive it: neither from another site
//! (`Origin`, `Sec-Fetch-Site`), nor through a name of its own that it points at this machine
//! (`Host`).

use std::net::IpAddr;

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue, ORIGIN};
use hyper::http::request::Parts;

use super::origin::{authority, host_of, is_loopback};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Admits a request, with the origin that may read the answer, or says why not.
pub(super) fn admit<'a>(
    head: &'a Parts,
    allowed_hosts: &[String],
) -> Result<Option<&'a HeaderValue>, String> {
    let Some(host) = authority(head).map(host_of) else {
        return Err("the request names no host; the test API needs a Host header".to_owned());
    };
    if !is_admitted(host, allowed_hosts) {
        return Err(format!(
            "the test API does not answer to the host {host}; use localhost or an IP address, or \
             start Poolhouse with --allow-host {host}"
        ));
    }
    if head
        .headers
        .get(FETCH_SITE)
        .is_some_and(|site| site == "cross-site")
    {
        return Err("the test API does not answer web pages of other sites".to_owned());
    }
    match head.headers.get(ORIGIN) {
        Some(origin) if !is_same_site(origin, host) => Err(
            "the test API does not answer web pages of other sites; a page on localhost may ask"
                .to_owned(),
        ),
        origin => Ok(origin),
    }
}

/// An address cannot be claimed by a foreign page as a name can.
fn is_admitted(host: &str, allowed_hosts: &[String]) -> bool {
    is_loopback(host)
        || host.parse::<IpAddr>().is_ok()
        || allowed_hosts
            .iter()
            .any(|allowed| allowed.eq_ignore_ascii_case(host))
}

/// A page of the same host on any port, or of this machine when this machine is asked.
fn is_same_site(origin: &HeaderValue, host: &str) -> bool {
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let Some(named) = origin
        .strip_prefix("http://")
        .or_else(|| origin.strip_prefix("https://"))
    else {
        return false;
    };
    let page = host_of(named);
    page.eq_ignore_ascii_case(host) || (is_loopback(page) && is_loopback(host))
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
        let allowed = ["cognito".to_owned()];
        let cases: [(&[(&str, &str)], bool); 15] = [
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
        ];
        for (headers, expected) in cases {
            let mut request = Request::builder().uri("/_poolhouse/clock");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let (head, ()) = request.body(()).unwrap().into_parts();
            assert_eq!(admit(&head, &allowed).is_ok(), expected, "{headers:?}");
        }
    }
}
