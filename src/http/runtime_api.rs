//! The Lambda Runtime API over HTTP/1.1, for the processes of `lambda::child_process`.
//!
//! Documented: "Using the Lambda runtime API for custom runtimes", developer guide of Lambda. Each process
//! has a listener of its own on a loopback address. Whoever else finds it is kept out as far as that can
//! be done without a secret, which runtime clients have no way to send: pages of browsers are.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener as StdListener};
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HOST, HeaderName, HeaderValue, ORIGIN};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::lambda::LARGEST_ANSWER;
use crate::lambda::child_process::{Exchange, Invocation, Listening, OutOfTurn, RuntimeApi};

/// What every path begins with: the version of the API.
const VERSION: &str = "/2018-06-01/runtime/";

/// Connections of one process at once: a client has one or two.
const MOST_CONNECTIONS: usize = 8;

/// How long accepting pauses when the system refuses.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// The largest report of an error; stack traces are long.
const LARGEST_REPORT: usize = 1024 * 1024;

/// The Runtime API on loopback addresses.
pub struct LoopbackRuntimeApi;

impl RuntimeApi for LoopbackRuntimeApi {
    fn listen(&self, exchange: Arc<Exchange>) -> io::Result<Listening> {
        let listener = StdListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let listener = TcpListener::from_std(listener)?;
        let mut serving = JoinSet::new();
        serving.spawn(accept(listener, address, exchange));
        Ok(Listening { address, serving })
    }
}

/// Accepts connections, and ends them when it is dropped.
async fn accept(listener: TcpListener, address: SocketAddr, exchange: Arc<Exchange>) {
    let mut connections = JoinSet::new();
    loop {
        while connections.len() >= MOST_CONNECTIONS {
            connections.join_next().await;
        }
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, address, Arc::clone(&exchange)));
                }
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, address: SocketAddr, exchange: Arc<Exchange>) {
    // Events and answers go whole; a client that waits for the rest of one would wait for a timer.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let service = service_fn(|request: Request<Incoming>| {
        let exchange = Arc::clone(&exchange);
        async move { Ok::<_, Infallible>(answer(&exchange, address, request).await) }
    });
    // A connection that breaks is the process's affair, which is seen to its end elsewhere.
    let _ = http1::Builder::new()
        .title_case_headers(true)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn answer(
    exchange: &Exchange,
    address: SocketAddr,
    request: Request<Incoming>,
) -> Response<Full<Bytes>> {
    if !is_from_a_process(&request, address) {
        return refuse(StatusCode::FORBIDDEN, "Forbidden", "not a runtime client");
    }
    let path = request.uri().path().to_owned();
    let Some(path) = path.strip_prefix(VERSION) else {
        return unknown_path();
    };
    let parts: Vec<&str> = path.split('/').collect();
    match (request.method(), &parts[..]) {
        (&Method::GET, ["invocation", "next"]) => match exchange.next().await {
            Ok(invocation) => event(&invocation),
            Err(out_of_turn) => refuse_out_of_turn(out_of_turn),
        },
        (&Method::POST, ["invocation", id, "response"]) => {
            match read(request.into_body(), LARGEST_ANSWER).await {
                Ok(body) => accepted(exchange.answer(id, body)),
                Err(Unread::TooLarge) => match exchange.answer_too_large(id) {
                    Ok(()) => refuse(
                        StatusCode::PAYLOAD_TOO_LARGE,
                        "RequestEntityTooLarge",
                        &format!("Exceeded maximum allowed payload size ({LARGEST_ANSWER} bytes)."),
                    ),
                    Err(out_of_turn) => refuse_out_of_turn(out_of_turn),
                },
                Err(Unread::Broken) => broken(),
            }
        }
        (&Method::POST, ["invocation", id, "error"]) => {
            match read(request.into_body(), LARGEST_REPORT).await {
                Ok(report) => accepted(exchange.fail(id, &report)),
                Err(Unread::TooLarge) => accepted(exchange.fail(id, b"")),
                Err(Unread::Broken) => broken(),
            }
        }
        // There are no snapshots to restore, which is all that a failed restore could follow.
        (&Method::POST, ["init" | "restore", "error"]) => {
            match read(request.into_body(), LARGEST_REPORT).await {
                Ok(report) => accepted(exchange.fail_start(&report)),
                Err(Unread::TooLarge) => accepted(exchange.fail_start(b"")),
                Err(Unread::Broken) => broken(),
            }
        }
        (&Method::GET, ["restore", "next"]) => Response::new(Full::default()),
        _ => unknown_path(),
    }
}

/// A page of a browser says where it is from, and has the name by which it was led here as the host.
fn is_from_a_process<T>(request: &Request<T>, address: SocketAddr) -> bool {
    let headers = request.headers();
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    host.is_none_or(|host| host == address.to_string())
        && !headers.contains_key(ORIGIN)
        && !headers.contains_key("sec-fetch-site")
}

enum Unread {
    TooLarge,
    Broken,
}

/// Reads a body, and leaves unread what is beyond `most`.
async fn read(body: Incoming, most: usize) -> Result<Bytes, Unread> {
    match Limited::new(body, most).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Unread::TooLarge),
        Err(_) => Err(Unread::Broken),
    }
}

fn event(invocation: &Invocation) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(invocation.event.clone()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in [
        (
            "lambda-runtime-aws-request-id",
            invocation.request_id.to_string(),
        ),
        (
            "lambda-runtime-deadline-ms",
            invocation.deadline.0.to_string(),
        ),
        (
            "lambda-runtime-invoked-function-arn",
            invocation.arn.clone(),
        ),
        ("lambda-runtime-trace-id", invocation.trace_id()),
    ] {
        // All are of ASCII; an ARN is by its pattern.
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    response
}

fn accepted(taken: Result<(), OutOfTurn>) -> Response<Full<Bytes>> {
    match taken {
        Ok(()) => json(StatusCode::ACCEPTED, r#"{"status":"OK"}"#.to_owned()),
        Err(out_of_turn) => refuse_out_of_turn(out_of_turn),
    }
}

fn refuse_out_of_turn(out_of_turn: OutOfTurn) -> Response<Full<Bytes>> {
    match out_of_turn {
        OutOfTurn::WrongId => refuse(
            StatusCode::BAD_REQUEST,
            "InvalidRequestID",
            "Invalid request ID",
        ),
        OutOfTurn::WrongState => refuse(
            StatusCode::FORBIDDEN,
            "InvalidStateTransition",
            "State transition is not allowed",
        ),
        OutOfTurn::Over => refuse(
            StatusCode::GONE,
            "InvalidStateTransition",
            "The process ends",
        ),
    }
}

fn broken() -> Response<Full<Bytes>> {
    refuse(StatusCode::BAD_REQUEST, "InvalidRequest", "broken body")
}

fn unknown_path() -> Response<Full<Bytes>> {
    refuse(StatusCode::NOT_FOUND, "NotFound", "404 page not found")
}

fn refuse(status: StatusCode, error: &str, message: &str) -> Response<Full<Bytes>> {
    let body = serde_json::json!({ "errorMessage": message, "errorType": error });
    json(status, body.to_string())
}

fn json(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    let content = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, content);
    response
}
