//! Signature Version 4 for requests of our own to AWS's services ("Signing AWS API requests", IAM user
//! guide).

use std::fmt;
use std::fmt::Write as _;

use aws_lc_rs::{digest, hmac};

use crate::clock::Timestamp;

/// Who signs.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The id of the access key.
    pub access_key_id: String,
    /// Its secret.
    pub secret_access_key: String,
    /// The token that comes with temporary ones.
    pub session_token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

/// What is signed for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) region: &'a str,
    pub(super) service: &'a str,
    pub(super) moment: Timestamp,
}

/// What is signed: a POST.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signed<'a> {
    /// The path as it is sent.
    pub(super) path: &'a str,
    /// The query, encoded and in order; empty where there is none.
    pub(super) query: &'a str,
    /// Names in small letters and in order.
    pub(super) headers: &'a [(&'a str, &'a str)],
    pub(super) body: &'a [u8],
}

/// The moment as `X-Amz-Date` has it.
pub(super) fn amz_date(moment: Timestamp) -> String {
    let digits = moment.to_digits();
    let (day, time) = digits.split_at(8);
    format!("{day}T{time}Z")
}

/// The header `Authorization`.
pub(super) fn authorization(
    credentials: &Credentials,
    scope: Scope<'_>,
    signed: Signed<'_>,
) -> String {
    let date = amz_date(scope.moment);
    let day = date.split('T').next().unwrap_or_default();
    let names: Vec<&str> = signed.headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let (region, service) = (scope.region, scope.service);
    let scope = format!("{day}/{region}/{service}/aws4_request");
    let request = hex(sha256(canonical(signed, &names).as_bytes()).as_ref());
    let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{request}");
    let secret = format!("AWS4{}", credentials.secret_access_key);
    let key = [day, region, service, "aws4_request"]
        .iter()
        .fold(secret.into_bytes(), |key, part| hmac_of(&key, part));
    let signature = hex(&hmac_of(&key, &text));
    format!(
        "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, Signature={signature}",
        credentials.access_key_id
    )
}

/// The canonical request. For every service but S3 the path is encoded once more than it is sent.
fn canonical(signed: Signed<'_>, names: &str) -> String {
    let mut text = format!("POST\n{}\n{}\n", encoded(signed.path, b"/"), signed.query);
    for (name, value) in signed.headers {
        text.extend([name, ":", value.trim(), "\n"]);
    }
    let body = hex(sha256(signed.body).as_ref());
    text.extend(["\n", names, "\n", &body]);
    text
}

/// A text with everything percent-encoded but what is unreserved (RFC 3986, 2.3) or in `left`.
pub(super) fn encoded(text: &str, left: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || left.contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn sha256(bytes: &[u8]) -> digest::Digest {
    digest::digest(&digest::SHA256, bytes)
}

fn hmac_of(key: &[u8], text: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: (&str, &str) = ("host", "example.amazonaws.com");

    const DATE: (&str, &str) = ("x-amz-date", "20150830T123600Z");

    const BODY_SHA: &str = "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e";

    /// Cases of AWS's Signature Version 4 test suite that are POSTs.
    #[test]
    fn signatures_are_those_of_the_published_test_suite() {
        let form = [
            ("content-length", "13"),
            ("content-type", "application/x-www-form-urlencoded"),
            HOST,
            ("x-amz-content-sha256", BODY_SHA),
            DATE,
        ];
        type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a [u8], &'a str);
        let cases: [Case<'_>; 3] = [
            (
                "",
                &[HOST, DATE],
                b"",
                "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
            ),
            (
                "Param1=value1",
                &[HOST, DATE],
                b"",
                "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
            ),
            (
                "",
                &form,
                b"Param1=value1",
                "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b",
            ),
        ];
        let credentials = Credentials {
            access_key_id: "AKIDEXAMPLE".into(),
            secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".into(),
            session_token: None,
        };
        let scope = Scope {
            region: "us-east-1",
            service: "service",
            moment: Timestamp::parse_rfc3339("2015-08-30T12:36:00Z").unwrap(),
        };
        for (query, headers, body, signature) in cases {
            let signed = Signed {
                path: "/",
                query,
                headers,
                body,
            };
            let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
            let expected = format!(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                 SignedHeaders={}, Signature={signature}",
                names.join(";")
            );
            assert_eq!(authorization(&credentials, scope, signed), expected);
        }
        assert!(!format!("{credentials:?}").contains("wJalr"));
    }

    /// The test suite's `double-url-encode`, which is an Invoke.
    #[test]
    fn the_path_is_encoded_once_more_than_it_is_sent() {
        let arn = "arn:aws:lambda:us-west-2:892717189312:function:my-rusty-fun";
        let path = format!("/2015-03-31/functions/{}/invocations", encoded(arn, b""));
        let signed = Signed {
            path: &path,
            query: "",
            headers: &[
                ("host", "lambda.us-east-2.amazonaws.com"),
                ("x-amz-date", "20210511T154045Z"),
            ],
            body: b"",
        };
        assert_eq!(
            canonical(signed, "host;x-amz-date"),
            "POST\n/2015-03-31/functions/arn%253Aaws%253Alambda%253Aus-west-2%253A892717189312\
             %253Afunction%253Amy-rusty-fun/invocations\n\nhost:lambda.us-east-2.amazonaws.com\n\
             x-amz-date:20210511T154045Z\n\nhost;x-amz-date\n\
             e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}
