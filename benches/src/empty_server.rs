//! The ceiling of the request rates: a hyper server that gives one recorded answer to every request.
//!
//! Its listener and runtime are set up as Poolhouse's are (HTTP/1.1, no header of hyper's own, no timer for
//! each request, TCP_NODELAY), it reads the body of each request whole, and it does nothing else. The one
//! argument is a file with the answer as it came over the wire.

use std::convert::Infallible;
use std::error::Error;
use std::io::Write;
use std::net::Ipv4Addr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_LENGTH, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

/// What every request is answered with.
struct Recorded {
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os()
        .nth(1)
        .ok_or("give the file of the recorded answer")?;
    let recorded: &'static Recorded = Box::leak(Box::new(Recorded::parse(&std::fs::read(path)?)?));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let mut stdout = std::io::stdout();
        writeln!(
            stdout,
            "running on http://{}\nReady.",
            listener.local_addr()?
        )?;
        stdout.flush()?;
        loop {
            let (stream, _) = listener.accept().await?;
            tokio::spawn(serve(stream, recorded));
        }
    })
}

impl Recorded {
    fn parse(answer: &[u8]) -> Result<Self, Box<dyn Error>> {
        let end = answer
            .windows(4)
            .position(|bytes| bytes == b"\r\n\r\n")
            .ok_or("no end of headers")?;
        let head = std::str::from_utf8(&answer[..end])?;
        let mut headers = Vec::new();
        for line in head.split("\r\n").skip(1) {
            let (name, value) = line.split_once(": ").ok_or("a header without a value")?;
            let name = HeaderName::from_bytes(name.as_bytes())?;
            // hyper writes the length of the body itself, as it does for Poolhouse.
            if name != CONTENT_LENGTH {
                headers.push((name, HeaderValue::from_str(value)?));
            }
        }
        Ok(Self {
            headers,
            body: Bytes::copy_from_slice(&answer[end + 4..]),
        })
    }
}

async fn serve(stream: TcpStream, recorded: &'static Recorded) {
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let service = service_fn(move |request: Request<Incoming>| async move {
        // A body that breaks off ends the connection in hyper; there is nothing to answer then.
        let _ = request.into_body().collect().await;
        let mut answer = Response::new(Full::new(recorded.body.clone()));
        let headers = answer.headers_mut();
        for (name, value) in &recorded.headers {
            headers.insert(name.clone(), value.clone());
        }
        Ok::<_, Infallible>(answer)
    });
    // The load tool closes its connections when it is done, which is no fault.
    let _ = http1::Builder::new()
        .auto_date_header(false)
        .half_close(true)
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}
