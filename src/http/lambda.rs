//! Functions that are reached over HTTP: through the Lambda Invoke API, as AWS, LocalStack, SAM,
//! serverless-offline and the Runtime Interface Emulator serve it, and as plain webhooks.
//!
//! A user has named each of these endpoints, so that no policy says how far a request may go.

use std::sync::Arc;

use bytes::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap, HeaderValue};
use hyper::http::request::Builder;
use hyper::http::response::Parts;
use hyper::{Request, StatusCode};
use serde_json::Value;
use uuid::Uuid;

use super::dial::Dialer;
use super::kept_alive::{KeptAlive, NotAnswered};
use super::signer::{Credentials, Scope, Signed, amz_date, authorization, encoded};
use crate::clock::Clock;
use crate::lambda::rules::name_of;
use crate::lambda::{Adapter, Call, Calling, LARGEST_ANSWER, NoAnswer, payload};
use crate::model::arns;
use crate::outbound::{Reach, Url};

/// The one name that the Runtime Interface Emulator knows (documented).
const EMULATED: &str = "function";

const ERROR_TYPE: &str = "x-amzn-errortype";

/// The longest text of an endpoint that a reason quotes.
const LONGEST_QUOTE: usize = 300;

/// What the program's adapters over HTTP have in common.
pub(crate) struct Endpoints {
    dialer: Arc<Dialer>,
    credentials: Option<Credentials>,
    most: usize,
}

impl Endpoints {
    /// Requests are signed by `credentials`, or by dummies without any, and each endpoint has `most`
    /// connections at once.
    pub(crate) fn new(credentials: Option<Credentials>, most: usize) -> Self {
        Self {
            dialer: Arc::new(Dialer::new(Reach::Any)),
            credentials,
            most,
        }
    }

    /// A plain HTTP endpoint.
    pub(crate) fn webhook(&self, url: &Url) -> Arc<dyn Adapter> {
        let connections = KeptAlive::new(Arc::clone(&self.dialer), url.clone(), self.most);
        Arc::new(Webhook {
            connections,
            url: url.clone(),
        })
    }

    /// An endpoint of the Invoke API, where the function has this name, or the one in its ARN.
    pub(crate) fn invoke(&self, endpoint: &Url, name: Option<&str>) -> Arc<dyn Adapter> {
        // The emulator runs one call at once, and refuses a second (documented): they wait.
        let most = if name == Some(EMULATED) { 1 } else { self.most };
        Arc::new(Invoke {
            connections: KeptAlive::new(Arc::clone(&self.dialer), endpoint.clone(), most),
            endpoint: endpoint.clone(),
            name: name.map(str::to_owned),
            credentials: self.credentials.clone(),
            clock: Clock::running(),
        })
    }
}

/// A plain HTTP endpoint: the event is posted, and what is answered is the event.
struct Webhook {
    connections: KeptAlive,
    url: Url,
}

impl Webhook {
    async fn post(&self, call: Call<'_>) -> Result<Bytes, NoAnswer> {
        // What the function finds in its context, under the names of the Lambda Runtime API.
        let request = Request::post(self.url.path_and_query())
            .header(HOST, self.url.authority())
            .header(CONTENT_TYPE, "application/json")
            .header("Lambda-Runtime-Aws-Request-Id", text_of(call.request_id))
            .header("Lambda-Runtime-Invoked-Function-Arn", call.arn);
        let request = complete(request, call.event)?;
        let answer = self.connections.send(&request, LARGEST_ANSWER).await;
        let (head, body) = answer.map_err(|fault| not_called(&self.url, fault))?;
        match head.status.is_success() {
            true => Ok(body),
            false => Err(refused(&self.url, head.status, &HeaderMap::new(), &body)),
        }
    }
}

impl Adapter for Webhook {
    fn call<'a>(&'a self, call: Call<'a>) -> Calling<'a> {
        Box::pin(self.post(call))
    }

    fn name(&self) -> String {
        format!("the webhook {}", self.url)
    }
}

/// An endpoint of the Lambda Invoke API.
struct Invoke {
    connections: KeptAlive,
    endpoint: Url,
    name: Option<String>,
    credentials: Option<Credentials>,
    /// Endpoints compare the signed time with theirs, so this one is never moved.
    clock: Clock,
}

impl Invoke {
    async fn invoke(&self, call: Call<'_>) -> Result<Bytes, NoAnswer> {
        let request = self.request(call)?;
        let answer = self.connections.send(&request, LARGEST_ANSWER).await;
        let (head, body) = answer.map_err(|fault| not_called(&self.endpoint, fault))?;
        if self.is_busy(&head) {
            return Err(NoAnswer::NotCalled {
                error: "TooManyRequestsException".into(),
                reason: format!("{} is still busy with another call", self.endpoint),
            });
        }
        if !head.status.is_success() {
            return Err(refused(&self.endpoint, head.status, &head.headers, &body));
        }
        match head.headers.contains_key("x-amz-function-error") {
            true => Err(NoAnswer::Failed(payload::marked_error(&body))),
            false => Ok(body),
        }
    }

    /// Whether it is an emulator that runs another call, which it says by a bare 400 (documented). One
    /// that ran out of time here goes on there.
    fn is_busy(&self, head: &Parts) -> bool {
        self.name.as_deref() == Some(EMULATED)
            && head.status == StatusCode::BAD_REQUEST
            && !head.headers.contains_key(ERROR_TYPE)
    }

    fn request(&self, call: Call<'_>) -> Result<Request<Bytes>, NoAnswer> {
        let (own, alias) = name_of(call.arn);
        let (name, alias) = match &self.name {
            Some(name) => (name.as_str(), None),
            None => (own, alias),
        };
        let base = self.endpoint.path().trim_end_matches('/');
        let name = encoded(name, b"");
        let path = format!("{base}/2015-03-31/functions/{name}/invocations");
        // Only where there is one: SAM's local endpoint refuses any query.
        let query = alias.map(|alias| format!("Qualifier={}", encoded(alias, b"")));
        let moment = self.clock.now();
        let date = amz_date(moment);
        // An emulator may take the access key for the account.
        let dummy = || Credentials {
            access_key_id: arns::account(call.arn).to_owned(),
            secret_access_key: "test".to_owned(),
            session_token: None,
        };
        let credentials = self.credentials.clone().unwrap_or_else(dummy);
        let mut headers = vec![
            ("host", self.endpoint.authority()),
            ("x-amz-date", &date),
            ("x-amz-invocation-type", "RequestResponse"),
        ];
        if let Some(token) = &credentials.session_token {
            headers.push(("x-amz-security-token", token));
        }
        let scope = Scope {
            region: arns::region(call.arn),
            service: "lambda",
            moment,
        };
        let signed = Signed {
            path: &path,
            query: query.as_deref().unwrap_or_default(),
            headers: &headers,
            body: call.event,
        };
        let signature = authorization(&credentials, scope, signed);
        let target = match &query {
            Some(query) => format!("{path}?{query}"),
            None => path,
        };
        let mut request = Request::post(target)
            .header(CONTENT_TYPE, "application/json")
            .header(AUTHORIZATION, signature);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        complete(request, call.event)
    }
}

impl Adapter for Invoke {
    fn call<'a>(&'a self, call: Call<'a>) -> Calling<'a> {
        Box::pin(self.invoke(call))
    }

    fn name(&self) -> String {
        format!("the Invoke endpoint {}", self.endpoint)
    }
}

fn text_of(id: Uuid) -> String {
    id.hyphenated().to_string()
}

fn complete(request: Builder, event: &[u8]) -> Result<Request<Bytes>, NoAnswer> {
    let request = request.body(Bytes::copy_from_slice(event));
    request.map_err(|error| service_fault(format!("no request can be made of it: {error}")))
}

/// No answer is a fault of the service (inferred).
fn service_fault(reason: String) -> NoAnswer {
    NoAnswer::NotCalled {
        error: "ServiceException".into(),
        reason,
    }
}

fn not_called(endpoint: &Url, fault: NotAnswered) -> NoAnswer {
    match fault {
        NotAnswered::TooLarge => NoAnswer::too_large(),
        NotAnswered::Broken(text) => service_fault(format!("{endpoint}: {text}")),
    }
}

/// A status that is no success. A body of the shape of an error is the function's own, as the Runtime
/// Interface Emulator answers for a runtime that dies (documented, with 502).
fn refused(endpoint: &Url, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> NoAnswer {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    if let Some(text) = payload::error_message(&body) {
        return NoAnswer::Failed(text);
    }
    let named = headers.get(ERROR_TYPE).and_then(error_name);
    let error = named.unwrap_or_else(|| error_of(status).to_owned());
    // Lambda spells it with a capital (observed), other services do not.
    let said = ["Message", "message"]
        .iter()
        .find_map(|name| body.get(name)?.as_str());
    let said: String = said
        .unwrap_or_default()
        .chars()
        .take(LONGEST_QUOTE)
        .collect();
    let colon = if said.is_empty() { "" } else { ": " };
    NoAnswer::NotCalled {
        error,
        reason: format!("{endpoint} answered {}{colon}{said}", status.as_u16()),
    }
}

/// The exception in `x-amzn-ErrorType`, which may have a colon or a namespace.
fn error_name(header: &HeaderValue) -> Option<String> {
    let name = header.to_str().ok()?.split([':', ';']).next()?;
    let name = name.rsplit('#').next()?.trim();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_name.then(|| name.to_owned())
}

/// What Lambda calls a status (documented), where the endpoint says nothing itself. That a redirect,
/// which is not followed, is like a bad request is inferred.
fn error_of(status: StatusCode) -> &'static str {
    match status.as_u16() {
        429 => "TooManyRequestsException",
        401 | 403 => "AccessDeniedException",
        404 | 410 => "ResourceNotFoundException",
        409 => "ResourceConflictException",
        413 => "RequestTooLargeException",
        415 => "UnsupportedMediaTypeException",
        300..=499 => "InvalidRequestContentException",
        _ => "ServiceException",
    }
}

#[cfg(test)]
#[path = "tests/lambda.rs"]
mod tests;
