//! Queries and forms, and the credentials of a client.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};

use crate::http::query;
use crate::model::Secret;
use crate::oauth::client::Credentials;
use crate::oauth::error::{Code, Refused};
use crate::oauth::parameters::Parameters;

/// The parameters of a query.
pub(super) fn pairs(text: &str) -> Parameters {
    Parameters::new(query::pairs(text))
}

/// The parameters of a form; a body without a type is read as one (inferred), and none is an empty one.
///
/// # Errors
/// Another content type, or what is no text.
pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Result<Parameters, Refused> {
    let kind = headers.get(CONTENT_TYPE).map(|kind| kind.as_bytes());
    let kind = kind.and_then(|kind| kind.split(|byte| *byte == b';').next());
    let kind = kind.map(<[u8]>::trim_ascii).unwrap_or_default();
    let is_form =
        kind.is_empty() || kind.eq_ignore_ascii_case(b"application/x-www-form-urlencoded");
    if body.is_empty() {
        return Ok(Parameters::default());
    }
    let text = std::str::from_utf8(body).ok().filter(|_| is_form);
    text.map(pairs).ok_or_else(|| {
        Refused::new(
            Code::InvalidRequest,
            "the body is a form: Content-Type: application/x-www-form-urlencoded",
        )
    })
}

/// How a client says who it is.
pub(super) fn credentials(headers: &HeaderMap, form: &Parameters) -> Credentials {
    Credentials {
        basic: basic(headers),
        id: form.owned("client_id"),
        secret: form.owned("client_secret").map(Secret::from),
    }
}

/// User and password of an `Authorization` header of the Basic scheme; a header of another scheme counts as none
/// (inferred).
fn basic(headers: &HeaderMap) -> Option<Result<(String, Secret), &'static str>> {
    let header = headers.get(AUTHORIZATION)?.as_bytes();
    let (scheme, value) = header.split_at_checked(6)?;
    if !scheme.eq_ignore_ascii_case(b"Basic ") {
        return None;
    }
    let plain = STANDARD.decode(value.trim_ascii()).ok();
    let plain = plain.and_then(|plain| String::from_utf8(plain).ok());
    let pair = plain.as_deref().and_then(|plain| plain.split_once(':'));
    let pair = pair.map(|(id, secret)| (decoded(id), Secret::from(decoded(secret))));
    Some(pair.ok_or("the Authorization header is not Base64 of client_id:client_secret"))
}

/// Clients may encode both as in a form first (RFC 6749, 2.3.1); ids and secrets of Cognito have nothing to
/// encode but `+`, which is left as it is.
fn decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let text = text.replace('+', "%2B");
    let pairs = query::pairs(&format!("x={text}"));
    pairs.into_iter().next().map_or(text, |(_, value)| value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn with(authorization: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Ok(value) = authorization.parse() {
            headers.insert(AUTHORIZATION, value);
        }
        headers
    }

    #[test]
    fn basic_credentials_are_read() {
        let encoded = STANDARD.encode("id:a+b:c");
        for (header, expected) in [
            (format!("Basic {encoded}"), Some(Some(("id", "a+b:c")))),
            (format!("basic {encoded}"), Some(Some(("id", "a+b:c")))),
            (
                format!("Basic {}", STANDARD.encode("i%3Ad:a%2Bb")),
                Some(Some(("i:d", "a+b"))),
            ),
            ("Basic !".into(), Some(None)),
            (format!("Basic {}", STANDARD.encode("id")), Some(None)),
            ("Bearer x".into(), None),
        ] {
            let read = basic(&with(&header));
            let read = read.as_ref().map(|read| {
                let pair = read.as_ref().ok();
                pair.map(|(id, secret)| (id.as_str(), secret.expose()))
            });
            assert_eq!(read, expected, "{header}");
        }
    }

    #[test]
    fn a_body_of_another_type_is_no_form() {
        let mut headers = HeaderMap::new();
        assert_eq!(read(&headers, b"a=b").unwrap().get("a"), Some("b"));
        headers.insert(CONTENT_TYPE, "application/json".parse().unwrap());
        assert!(read(&headers, b"{}").is_err());
        assert!(read(&headers, b"").is_ok());
        let form = "application/x-www-form-urlencoded;charset=UTF-8";
        headers.insert(CONTENT_TYPE, form.parse().unwrap());
        assert_eq!(read(&headers, b"a=b+c").unwrap().get("a"), Some("b c"));
        assert!(read(&headers, b"a=\xff").is_err());
    }

    proptest! {
        #[test]
        fn any_form_and_header_are_read(body in proptest::collection::vec(any::<u8>(), 0..200), header in ".*") {
            let headers = with(&header);
            if let Ok(form) = read(&headers, &body) {
                let _ = credentials(&headers, &form);
            }
        }
    }
}
