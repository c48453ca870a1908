//! A client of one server that somebody has named: a Poolhouse that runs elsewhere, or AWS.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::Request;
use hyper::header::{CONTENT_LENGTH, HOST};
use tokio::time::timeout;

use super::dial::Dialer;
use super::inside::{Answered, Asked};
use super::kept_alive::{KeptAlive, NotAnswered};
use super::signer::{Credentials, Scope, Signed, amz_date, authorization};
use crate::clock::Timestamp;
use crate::outbound::{Reach, Url};

/// The longest answer that is read.
const LARGEST: usize = 16 * 1024 * 1024;

/// Most requests at once: as many as a step may send.
const MOST: usize = 1_000;

/// How long an answer is waited for: longer than a server waits for three functions.
const PATIENCE: Duration = Duration::from_secs(60);

/// A client of one server.
pub(crate) struct Client {
    connections: KeptAlive,
}

impl Client {
    /// Whoever names a server lets requests go there, so that no policy says how far they may go.
    pub(crate) fn new(url: Url) -> Self {
        let dialer = Arc::new(Dialer::new(Reach::Any));
        Self {
            connections: KeptAlive::new(dialer, url, MOST),
        }
    }

    /// Sends a request, and waits for its answer.
    ///
    /// # Errors
    /// Why there is none.
    pub(crate) async fn ask(&self, asked: Asked) -> Result<Answered, String> {
        let mut request = Request::builder()
            .method(asked.method.as_str())
            .uri(asked.target)
            .header(HOST, asked.host)
            .header(CONTENT_LENGTH, asked.body.len());
        for (name, value) in asked.headers {
            request = request.header(name, value);
        }
        let request: Request<Bytes> = request
            .body(asked.body)
            .map_err(|fault| fault.to_string())?;
        let asking = timeout(PATIENCE, self.connections.send(&request, LARGEST));
        let answer = asking
            .await
            .map_err(|_elapsed| format!("no answer within {} seconds", PATIENCE.as_secs()))?;
        let (head, body) = answer.map_err(|fault| match fault {
            NotAnswered::Broken(text) => text,
            NotAnswered::TooLarge => format!("the answer is longer than {LARGEST} bytes"),
        })?;
        let headers = head.headers.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        });
        Ok(Answered {
            status: head.status.as_u16(),
            headers: headers.collect(),
            body,
        })
    }
}

/// Signs a call of AWS's JSON protocol, which is a POST to `/`: gives it the headers of a signature over its host,
/// its date, its content type and its target.
pub(crate) fn sign(asked: &mut Asked, credentials: &Credentials, region: &str, moment: Timestamp) {
    let date = amz_date(moment);
    let mut headers: Vec<(&str, &str)> = vec![("host", &asked.host), ("x-amz-date", &date)];
    if let Some(token) = &credentials.session_token {
        headers.push(("x-amz-security-token", token));
    }
    for (name, value) in &asked.headers {
        if matches!(name.as_str(), "content-type" | "x-amz-target") {
            headers.push((name, value));
        }
    }
    headers.sort_unstable();
    let scope = Scope {
        region,
        service: "cognito-idp",
        moment,
    };
    let signed = Signed {
        path: "/",
        query: "",
        headers: &headers,
        body: &asked.body,
    };
    let authorization = authorization(credentials, scope, signed);
    if let Some(token) = &credentials.session_token {
        let token = token.clone();
        asked
            .headers
            .push(("x-amz-security-token".to_owned(), token));
    }
    asked.headers.push(("x-amz-date".to_owned(), date));
    asked
        .headers
        .push(("authorization".to_owned(), authorization));
}
