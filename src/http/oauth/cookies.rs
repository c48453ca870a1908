//! Cookies of the hosted pages: read from a request, written for an answer.
//!
//! Names are documented. Attributes are inferred: HttpOnly, for the whole host, and Secure where the page is
//! served by HTTPS; over plain HTTP, which AWS does not have, a Secure cookie would be lost.

use hyper::HeaderMap;
use hyper::header::{COOKIE, HeaderValue, SET_COOKIE};
use uuid::Uuid;

use crate::oauth::browser::{Cookie, HOUR};

/// The session.
const SESSION: &str = "cognito";

/// What a form must send back.
const CSRF: &str = "XSRF-TOKEN";

/// The value of a cookie; of several of one name the first.
pub(super) fn value<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(COOKIE).into_iter();
    let pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'));
    let mut found = pairs.filter_map(|pair| pair.trim().split_once('='));
    found
        .find(|(given, _)| *given == name)
        .map(|(_, value)| value.trim_matches('"'))
}

/// The sessions that a browser has.
pub(super) fn session(headers: &HeaderMap) -> Cookie {
    value(headers, SESSION)
        .map(Cookie::read)
        .unwrap_or_default()
}

/// The token that a form must send back, if the browser has one.
pub(super) fn csrf(headers: &HeaderMap) -> Option<Uuid> {
    value(headers, CSRF).and_then(|value| Uuid::try_parse(value).ok())
}

/// The cookies of an answer.
pub(super) struct Setter<'a> {
    headers: &'a mut HeaderMap,
    is_secure: bool,
}

impl<'a> Setter<'a> {
    /// Of an answer from `base`.
    pub(super) fn new(headers: &'a mut HeaderMap, base: &str) -> Self {
        Self {
            headers,
            is_secure: base.starts_with("https://"),
        }
    }

    /// Keeps the sessions, or none, for as long as a sign-in lasts on AWS; that the server may forget one earlier
    /// or keep it longer is its own business.
    pub(super) fn session(&mut self, cookie: &Cookie, longest: u64) {
        let life = if cookie.is_empty() { 0 } else { longest };
        let text = cookie.to_text();
        self.set(SESSION, &text, Some(life), "Lax");
    }

    /// Gives the browser what forms must send back, and what ties a redirect to it.
    pub(super) fn csrf(&mut self, token: Uuid) {
        self.set(CSRF, &token.to_string(), None, "Lax");
    }

    /// Ties what comes back from elsewhere to this browser. An answer may come by a form of another site.
    pub(super) fn csrf_state(&mut self, state: Uuid) {
        let state = state.to_string();
        self.set("csrf-state", &state, Some(HOUR.as_secs()), "None");
        self.set("csrf-state-legacy", &state, Some(HOUR.as_secs()), "");
    }

    fn set(&mut self, name: &str, value: &str, life: Option<u64>, same_site: &str) {
        let mut cookie = format!("{name}={value}; Path=/; HttpOnly");
        if let Some(life) = life {
            cookie.push_str(&format!("; Max-Age={life}"));
        }
        if self.is_secure {
            cookie.push_str("; Secure");
        }
        // None goes with Secure alone.
        if !same_site.is_empty() && (self.is_secure || same_site != "None") {
            cookie.push_str(&format!("; SameSite={same_site}"));
        }
        if let Ok(value) = HeaderValue::try_from(cookie) {
            self.headers.append(SET_COOKIE, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn headers(cookie: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Ok(value) = cookie.parse() {
            headers.insert(COOKIE, value);
        }
        headers
    }

    #[test]
    fn a_cookie_is_found_by_its_name() {
        let headers = headers("a=1; cognito=x; XSRF-TOKEN=\"y\";cognito=z");
        assert_eq!(value(&headers, "cognito"), Some("x"));
        assert_eq!(value(&headers, "XSRF-TOKEN"), Some("y"));
        assert_eq!(value(&headers, "xsrf-token"), None);
    }

    #[test]
    fn a_cookie_is_secure_where_the_page_is() {
        for (base, expected) in [
            (
                "http://localhost:9229",
                "XSRF-TOKEN=00000000-0000-0000-0000-000000000000; Path=/; HttpOnly; SameSite=Lax",
            ),
            (
                "https://a.example",
                "XSRF-TOKEN=00000000-0000-0000-0000-000000000000; Path=/; HttpOnly; Secure; SameSite=Lax",
            ),
        ] {
            let mut headers = HeaderMap::new();
            Setter::new(&mut headers, base).csrf(Uuid::nil());
            assert_eq!(headers[SET_COOKIE], expected);
        }
    }

    proptest! {
        #[test]
        fn any_cookie_is_read(text in ".*") {
            let headers = headers(&text);
            let read = session(&headers);
            prop_assert_eq!(Cookie::read(&read.to_text()), read);
            let _ = csrf(&headers);
        }
    }
}
