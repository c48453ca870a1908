//! AWS Signature Version 4, as far as it is checked: form and scope, never the signature itself, so
//! that any credentials work.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>
//! The texts about missing parts are observed on AWS's authentication layer; those about a
//! credential's scope and date are reported.

use std::borrow::Cow;

use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, DATE, HeaderName};

use crate::context::DEFAULT_ACCOUNT;
use crate::error::{CognitoError, Refusal};
use crate::model::names::{is_account, may_be_region};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

const TERMINATOR: &str = "aws4_request";

const X_AMZ_DATE: HeaderName = HeaderName::from_static("x-amz-date");

/// What the credential of a signature tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Credential {
    /// Region of its scope.
    pub(crate) region: String,
    /// A 12-digit access key id is the account; all others belong to the default one.
    pub(crate) account: String,
}

/// Reads the credential of a call to `service`, or says what its `Authorization` lacks.
pub(crate) fn credential_of(
    headers: &HeaderMap,
    service: &str,
) -> Result<Credential, CognitoError> {
    let Some(value) = headers.get(AUTHORIZATION) else {
        return Refusal::MissingAuthenticationToken.refuse(
            "this operation is called with SigV4 credentials, and the request has no Authorization \
             header; any access key and secret pass",
        );
    };
    let value = value
        .to_str()
        .map_or_else(|_| String::from_utf8_lossy(value.as_bytes()), Cow::Borrowed);
    let parts = Parts::read(&value);
    let missing = parts.missing(headers);
    if !missing.is_empty() {
        let text = format!("{} Authorization={value}", missing.join(" "));
        return Refusal::IncompleteSignature { text }.refuse(format!(
            "the Authorization header must read {ALGORITHM} Credential=..., SignedHeaders=..., \
             Signature=..., with an X-Amz-Date or Date header beside it"
        ));
    }
    check_date(headers)?;
    scope(parts.credential, service)
}

/// The parts of a text between the bytes `at`, which is ASCII. Each signed call is split a dozen times,
/// and `str::split` costs four times as much.
fn split(text: &str, at: u8) -> Split<'_> {
    Split {
        rest: Some(text),
        at,
    }
}

struct Split<'a> {
    rest: Option<&'a str>,
    at: u8,
}

impl<'a> Iterator for Split<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let text = self.rest.take()?;
        let Some(end) = memchr::memchr(self.at, text.as_bytes()) else {
            return Some(text);
        };
        self.rest = text.get(end + 1..);
        text.get(..end)
    }
}

/// The parameters of the header; absent and empty are the same.
#[derive(Default)]
struct Parts<'a> {
    credential: &'a str,
    signature: &'a str,
    signed_headers: &'a str,
}

impl<'a> Parts<'a> {
    /// Parameters of another scheme (`Bearer`, `Basic`) count for nothing.
    fn read(value: &'a str) -> Self {
        let mut parts = Self::default();
        let list = value.strip_prefix(ALGORITHM);
        let Some(list) = list.and_then(|rest| rest.strip_prefix(char::is_whitespace)) else {
            return parts;
        };
        for part in split(list, b',') {
            let mut part = split(part.trim(), b'=');
            let (name, value) = (part.next(), part.rest);
            let Some((name, value)) = name.zip(value) else {
                continue;
            };
            match name {
                "Credential" => parts.credential = value,
                "Signature" => parts.signature = value,
                "SignedHeaders" => parts.signed_headers = value,
                _ => {}
            }
        }
        parts
    }

    fn missing(&self, headers: &HeaderMap) -> Vec<&'static str> {
        let dated = headers.contains_key(X_AMZ_DATE) || headers.contains_key(DATE);
        [
            (
                self.credential.is_empty(),
                "Authorization header requires 'Credential' parameter.",
            ),
            (
                self.signature.is_empty(),
                "Authorization header requires 'Signature' parameter.",
            ),
            (
                self.signed_headers.is_empty(),
                "Authorization header requires 'SignedHeaders' parameter.",
            ),
            (
                !dated,
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
            ),
        ]
        .into_iter()
        .filter_map(|(missing, sentence)| missing.then_some(sentence))
        .collect()
    }
}

/// The date is checked for its form only: a test's clock may stand anywhere.
fn check_date(headers: &HeaderMap) -> Result<(), CognitoError> {
    let Some(value) = headers.get(X_AMZ_DATE) else {
        return Ok(());
    };
    let bytes = value.as_bytes();
    let is_basic = bytes.len() == 16
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            8 => *byte == b'T',
            15 => *byte == b'Z',
            _ => byte.is_ascii_digit(),
        })
        && is_day(&bytes[..8])
        && is_time(&bytes[9..15]);
    if is_basic {
        return Ok(());
    }
    let got = String::from_utf8_lossy(bytes);
    let text = format!(
        "Date must be in ISO-8601 'basic format'. Got '{got}'. See http://en.wikipedia.org/wiki/ISO_8601"
    );
    Refusal::IncompleteSignature { text }.refuse("X-Amz-Date must read YYYYMMDD'T'HHMMSS'Z'")
}

/// `ACCESS_KEY_ID/YYYYMMDD/REGION/SERVICE/aws4_request`.
fn scope(credential: &str, service: &str) -> Result<Credential, CognitoError> {
    let mut rest = split(credential, b'/');
    let elements = [(); 5].map(|()| rest.next());
    let (
        [
            Some(key),
            Some(date),
            Some(region),
            Some(named_service),
            Some(terminator),
        ],
        None,
    ) = (elements, rest.next())
    else {
        let text = format!(
            "Credential must have exactly 5 slash-delimited elements, e.g. \
             keyid/date/region/service/term, got '{credential}'"
        );
        return Refusal::IncompleteSignature { text }
            .refuse("the credential must read KEY_ID/YYYYMMDD/REGION/SERVICE/aws4_request");
    };
    let faults: Vec<String> = [
        (!is_day(date.as_bytes())).then(|| {
            format!("Date in Credential scope does not match YYYYMMDD: '{date}'.")
        }),
        (!may_be_region(region))
            .then(|| format!("Credential should be scoped to a valid region, not '{region}'.")),
        (named_service != service)
            .then(|| format!("Credential should be scoped to correct service: '{service}'.")),
        (terminator != TERMINATOR).then(|| {
            format!("Credential should be scoped with a valid terminator: '{TERMINATOR}', not '{terminator}'.")
        }),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !faults.is_empty() {
        return Refusal::InvalidSignature {
            text: faults.join(" "),
        }
        .refuse(format!(
            "the credential's scope must read YYYYMMDD/REGION/{service}/{TERMINATOR}"
        ));
    }
    // The sentence is observed for access keys that AWS does not know; that it is this one for none
    // is inferred.
    if key.is_empty() {
        return Refusal::SecurityTokenInvalid
            .refuse("the credential begins with an access key id; any one passes");
    }
    Ok(Credential {
        region: region.to_owned(),
        account: if is_account(key) {
            key
        } else {
            DEFAULT_ACCOUNT
        }
        .to_owned(),
    })
}

/// `YYYYMMDD`, a day of the calendar.
fn is_day(text: &[u8]) -> bool {
    text.len() == 8
        && number(&text[..4]).is_some_and(|year| {
            let month = number(&text[4..6]).and_then(|month| u8::try_from(month).ok());
            let month = month.and_then(|month| time::Month::try_from(month).ok());
            let day = number(&text[6..]).and_then(|day| u8::try_from(day).ok());
            month.zip(day).is_some_and(|(month, day)| {
                time::Date::from_calendar_date(i32::from(year), month, day).is_ok()
            })
        })
}

/// `HHMMSS`; a leap second passes.
fn is_time(text: &[u8]) -> bool {
    let below = |digits: &[u8], limit| number(digits).is_some_and(|number| number < limit);
    text.len() == 6 && below(&text[..2], 24) && below(&text[2..4], 60) && below(&text[4..], 61)
}

/// Up to four digits.
fn number(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| u16::from(digit - b'0'))?;
        Some(number * 10 + digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    use hyper::header::HeaderValue;

    fn headers(authorization: &str, date: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_str(authorization).unwrap());
        if let Some(date) = date {
            headers.insert(X_AMZ_DATE, HeaderValue::from_str(date).unwrap());
        }
        headers
    }

    fn signed(credential: &str) -> HeaderMap {
        let value =
            format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=00");
        headers(&value, Some("20260131T120000Z"))
    }

    #[test]
    fn region_and_account_come_from_the_credential() {
        let cases = [
            (
                "AKIA/20260131/eu-west-1/cognito-idp/aws4_request",
                "eu-west-1",
                "123456789012",
            ),
            (
                "210987654321/20260131/local/cognito-idp/aws4_request",
                "local",
                "210987654321",
            ),
            (
                "21098765432x/20260131/local/cognito-idp/aws4_request",
                "local",
                "123456789012",
            ),
        ];
        for (credential, region, account) in cases {
            let expected = Credential {
                region: region.into(),
                account: account.into(),
            };
            assert_eq!(
                credential_of(&signed(credential), "cognito-idp"),
                Ok(expected),
                "{credential}"
            );
        }
    }

    #[test]
    fn what_is_wrong_with_a_scope_is_said_in_awss_words() {
        let cases = [
            (
                "AKIA/20260131/cognito-idp/aws4_request",
                "IncompleteSignatureException",
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIA/20260131/cognito-idp/aws4_request'",
            ),
            (
                "AKIA/20260131/us-east-1/s3/aws4_request",
                "InvalidSignatureException",
                "Credential should be scoped to correct service: 'cognito-idp'.",
            ),
            (
                "AKIA/20260131//s3/aws4_request",
                "InvalidSignatureException",
                "Credential should be scoped to a valid region, not ''. Credential should be scoped to correct service: 'cognito-idp'.",
            ),
            (
                "AKIA/20260131/us-east-1/cognito-idp/aws5",
                "InvalidSignatureException",
                "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'.",
            ),
            (
                "AKIA/2026-01-31/us-east-1/cognito-idp/aws4_request",
                "InvalidSignatureException",
                "Date in Credential scope does not match YYYYMMDD: '2026-01-31'.",
            ),
            (
                "AKIA/20261399/us-east-1/cognito-idp/aws4_request",
                "InvalidSignatureException",
                "Date in Credential scope does not match YYYYMMDD: '20261399'.",
            ),
            (
                "AKIA/20260229/us-east-1/cognito-idp/aws4_request",
                "InvalidSignatureException",
                "Date in Credential scope does not match YYYYMMDD: '20260229'.",
            ),
            (
                "/20260131/us-east-1/cognito-idp/aws4_request",
                "UnrecognizedClientException",
                "The security token included in the request is invalid.",
            ),
        ];
        for (credential, code, message) in cases {
            let error = credential_of(&signed(credential), "cognito-idp").unwrap_err();
            assert_eq!(
                (error.code(), &*error.message()),
                (code, message),
                "{credential}"
            );
        }
    }

    #[test]
    fn missing_parts_are_listed() {
        let (credential, signature, names, date) = (
            "Authorization header requires 'Credential' parameter.",
            "Authorization header requires 'Signature' parameter.",
            "Authorization header requires 'SignedHeaders' parameter.",
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
        );
        let good = "AWS4-HMAC-SHA256 Credential=a/20260131/r/cognito-idp/aws4_request,SignedHeaders=h,Signature=0";
        let cases = [
            ("Bearer eyJ", None, vec![credential, signature, names, date]),
            (
                "AWS4-HMAC-SHA256",
                Some("20260131T120000Z"),
                vec![credential, signature, names],
            ),
            (
                "AWS4-HMAC-SHA256 Credential=a, Signature=",
                Some("20260131T120000Z"),
                vec![signature, names],
            ),
            (good, None, vec![date]),
        ];
        for (value, day, sentences) in cases {
            let error = credential_of(&headers(value, day), "cognito-idp").unwrap_err();
            let expected = format!("{} Authorization={value}", sentences.join(" "));
            assert_eq!(error.message(), expected, "{value}");
            assert_eq!(error.code(), "IncompleteSignatureException");
        }
        let error = credential_of(&HeaderMap::new(), "cognito-idp").unwrap_err();
        assert_eq!(error.message(), "Missing Authentication Token");
        for date in [
            "yesterday",
            "20261399T000000Z",
            "20260131T240000Z",
            "20260131T236000Z",
        ] {
            assert!(
                credential_of(&headers(good, Some(date)), "cognito-idp").is_err(),
                "{date}"
            );
        }
        assert!(credential_of(&headers(good, Some("20260131T120000Z")), "cognito-idp").is_ok());
    }

    proptest! {
        #[test]
        fn any_header_is_judged(value in proptest::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                let mut headers = HeaderMap::new();
                headers.insert(AUTHORIZATION, value);
                prop_assert!(credential_of(&headers, "cognito-idp").is_err());
            }
        }
    }
}
