//! The files of import jobs: a PUT to a pre-signed URL, answered as S3 answers it.
//!
//! Codes, sentences and statuses are S3's (documented: "Error responses", S3 API reference; the
//! elements beside code and message are observed). What is admitted is the business of
//! [`user_pool::import_jobs::upload`](crate::user_pool::import_jobs::upload).

use std::sync::Arc;

use http_body_util::BodyExt;
use hyper::body::Body;
use hyper::header::{CONTENT_LENGTH, ETAG, EXPECT, HeaderName, HeaderValue, TRANSFER_ENCODING};
use hyper::{Method, Request, StatusCode};
use tokio::time::{Instant, timeout_at};

use super::body::Sent;
use super::door::Door;
use super::reply::{self, Reply};
use super::{body, cors, query};
use crate::context::{Caller, Context};
use crate::entropy::Purpose;
use crate::store::user_pool::import_job::{LARGEST, Upload};
use crate::user_pool::import_jobs::upload::{ENCRYPTION, Fault, Object};

const S3_REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-request-id");

/// How much of a refused file is still taken off the wire: a client that is cut off while it sends
/// never reads the answer that says why.
const DISCARDED: u64 = 4 * LARGEST as u64;

/// Of a file, which is much longer than a request, each piece of this length has the time of a body.
const PIECE: usize = 4 * 1024 * 1024;

/// Answers a request for an object.
pub(super) async fn serve(door: &Door, object: &Object, request: Request<Sent>) -> Reply {
    let (head, body) = request.into_parts();
    let from_page = head.headers.contains_key(hyper::header::ORIGIN);
    let mut reply = if head.method == Method::OPTIONS {
        let mut reply = reply::empty(StatusCode::OK, door.shared.clock.now());
        cors::preflight(&head.headers, reply.headers_mut());
        reply
    } else {
        // What it began with is what it is for, whatever is restored while the file comes.
        let cx = Context::new(Arc::clone(&door.shared), Caller::default());
        let admitted = admit(&cx, object, &head);
        let waits = head.headers.contains_key(EXPECT);
        let outcome = match admitted {
            Ok(()) => receive(door, &cx, object, body).await,
            // A client that waits for "100 Continue" has sent nothing yet.
            Err(fault) if waits => Err((fault, true)),
            Err(fault) => Err((fault, discard(door, body).await)),
        };
        match outcome {
            Ok(()) => stored(door),
            Err((fault, is_whole)) => refuse(door, &fault, is_whole),
        }
    };
    if from_page {
        cors::allow_any(reply.headers_mut());
    }
    reply
}

fn admit(cx: &Context, object: &Object, head: &hyper::http::request::Parts) -> Result<(), Fault> {
    let headers = head.headers.iter();
    let headers = headers.map(|(name, value)| (name.as_str(), value.as_bytes()));
    let query = query::pairs(head.uri.query().unwrap_or_default());
    object.admit(cx, query, headers)?;
    if head.method != Method::PUT {
        return Err(Fault::Signature("the URL is signed for PUT"));
    }
    let length = head.headers.get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    match length {
        // HTTP/2 may leave the length out, and HTTP/1.1 without a body too; S3 wants it told.
        None => Err(Fault::NoLength),
        Some(_) if head.headers.contains_key(TRANSFER_ENCODING) => Err(Fault::NoLength),
        Some(length) if length > LARGEST as u64 => Err(Fault::TooLarge(length)),
        Some(_) => Ok(()),
    }
}

/// The fault comes with whether all that the client sends was taken.
async fn receive(
    door: &Door,
    cx: &Context,
    object: &Object,
    mut body: Sent,
) -> Result<(), (Fault, bool)> {
    let mut file = Upload::new(&door.shared.uploads);
    let mut deadline = Instant::now() + door.limits.body_time;
    let mut piece = 0;
    while !body.is_end_stream() {
        let frame = timeout_at(deadline, body.frame()).await;
        match frame.map_err(|_elapsed| (Fault::Slow, false))? {
            None => break,
            Some(Err(_)) => return Err((Fault::Broken, false)),
            Some(Ok(frame)) => {
                let Ok(data) = frame.into_data() else {
                    continue;
                };
                if let Err(fault) = file.push(&door.shared, &data) {
                    drop(file);
                    return Err((fault, discard(door, body).await));
                }
                piece += data.len();
                if piece >= PIECE {
                    piece = 0;
                    deadline = Instant::now() + door.limits.body_time;
                }
            }
        }
    }
    object.store(cx, file).map_err(|_| {
        let reason = "the user pool was deleted meanwhile";
        (Fault::Signature(reason), true)
    })
}

async fn discard(door: &Door, body: Sent) -> bool {
    let deadline = Instant::now() + door.limits.body_time;
    body::take_off(body, DISCARDED, deadline).await
}

fn stored(door: &Door) -> Reply {
    let mut reply = reply::empty(StatusCode::OK, door.shared.clock.now());
    let headers = reply.headers_mut();
    let id = door.shared.entropy.uuid(Purpose::Requests).simple();
    // With KMS an ETag is no digest of the file (documented), so any will do.
    for (name, value) in [
        (ETAG, format!("\"{id}\"")),
        (S3_REQUEST_ID, id.to_string().to_uppercase()),
    ] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
    headers.insert(ENCRYPTION.0, HeaderValue::from_static(ENCRYPTION.1));
    reply
}

/// Status, code and sentence.
fn told(fault: &Fault) -> (StatusCode, &'static str, &'static str) {
    match fault {
        Fault::Anonymous => (StatusCode::FORBIDDEN, "AccessDenied", "Access Denied"),
        Fault::Incomplete => (
            StatusCode::BAD_REQUEST,
            "AuthorizationQueryParametersError",
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, \
             X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
        ),
        Fault::Signature(_) => (
            StatusCode::FORBIDDEN,
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check \
             your key and signing method.",
        ),
        Fault::UnsignedHeader(_) => (
            StatusCode::FORBIDDEN,
            "AccessDenied",
            "There were headers present in the request which were not signed",
        ),
        Fault::Expired { .. } => (StatusCode::FORBIDDEN, "AccessDenied", "Request has expired"),
        Fault::NoLength => (
            StatusCode::LENGTH_REQUIRED,
            "MissingContentLength",
            "You must provide the Content-Length HTTP header.",
        ),
        Fault::TooLarge(_) => (
            StatusCode::BAD_REQUEST,
            "EntityTooLarge",
            "Your proposed upload exceeds the maximum allowed size",
        ),
        Fault::Busy => (
            StatusCode::SERVICE_UNAVAILABLE,
            "SlowDown",
            "Please reduce your request rate.",
        ),
        Fault::Slow => (
            StatusCode::BAD_REQUEST,
            "RequestTimeout",
            "Your socket connection to the server was not read from or written to within the timeout \
             period. Idle connections will be closed.",
        ),
        Fault::Broken => (
            StatusCode::BAD_REQUEST,
            "IncompleteBody",
            "You did not provide the number of bytes specified by the Content-Length HTTP header",
        ),
    }
}

/// The elements beside code and sentence.
fn particulars(fault: &Fault) -> String {
    match fault {
        // The characters of a header's name need no escapes but for `&`.
        Fault::UnsignedHeader(name) => format!(
            "<HeadersNotSigned>{}</HeadersNotSigned>",
            name.replace('&', "&amp;")
        ),
        Fault::Expired { since, now } => format!(
            "<X-Amz-Expires>900</X-Amz-Expires><Expires>{}</Expires><ServerTime>{}</ServerTime>",
            since.to_rfc3339(),
            now.to_rfc3339()
        ),
        Fault::TooLarge(size) => {
            format!("<ProposedSize>{size}</ProposedSize><MaxSizeAllowed>{LARGEST}</MaxSizeAllowed>")
        }
        Fault::Anonymous
        | Fault::Incomplete
        | Fault::Signature(_)
        | Fault::NoLength
        | Fault::Busy
        | Fault::Slow
        | Fault::Broken => String::new(),
    }
}

fn refuse(door: &Door, fault: &Fault, is_whole: bool) -> Reply {
    let (status, code, message) = told(fault);
    let more = particulars(fault);
    let id = door.shared.entropy.uuid(Purpose::Requests).simple();
    let id = id.to_string().to_uppercase();
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code>\
         <Message>{message}</Message>{more}<RequestId>{id}</RequestId><HostId>poolhouse</HostId></Error>"
    );
    let mut reply = reply::xml(status, body, door.shared.clock.now());
    let reason = match fault {
        Fault::Signature(reason) => reason,
        Fault::Anonymous | Fault::Incomplete => "use the job's PreSignedUrl as it is",
        Fault::UnsignedHeader(_) => {
            "of x-amz- headers the URL is signed for x-amz-server-side-encryption alone"
        }
        Fault::Expired { .. } => "the URL is good for 15 minutes; make a new import job",
        Fault::NoLength => "send the file in one piece, with its length",
        Fault::TooLarge(_) => "a CSV file has 100 MB at most",
        Fault::Busy => "other files of import jobs take all room; start those jobs first",
        Fault::Slow | Fault::Broken => "the file did not come whole",
    };
    let headers = reply.headers_mut();
    headers.insert(reply::REASON, reply::safe_header(reason));
    if let Ok(id) = HeaderValue::try_from(id) {
        headers.insert(S3_REQUEST_ID, id);
    }
    if !is_whole || matches!(fault, Fault::TooLarge(_)) {
        reply::closing(&mut reply);
    }
    reply
}
