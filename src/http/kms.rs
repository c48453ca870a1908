//! AWS KMS on the same port: `POST /` with `X-Amz-Target: TrentService.OPERATION`, signed for `kms`.
//!
//! A call comes here from [`aws_json`](super::aws_json) once its target names neither of Cognito's
//! services, so that those do not pay for it.

use std::pin::pin;

use hyper::HeaderMap;
use hyper::http::request::Parts;
use serde_json::Value;

use super::aws_json::{self, TARGET};
use super::body::Whole;
use super::call_log::{CallLog, Ending};
use super::door::{Door, Peer};
use super::reply::{self, Reply};
use super::{guard, noted, panics, sigv4};
use crate::context::{Caller, Context, Signer};
use crate::control::journal::InFlight;
use crate::error::{CognitoError, Refusal};
use crate::kms::{self, Operation, Refused};

const PREFIX: &[u8] = b"TrentService.";

/// Why a call was not carried out.
enum Fault {
    /// On the way to KMS.
    Refused(CognitoError),
    /// By KMS.
    ByKms(Refused),
}

impl From<CognitoError> for Fault {
    fn from(error: CognitoError) -> Self {
        Self::Refused(error)
    }
}

/// Whether a call is one of KMS.
pub(super) fn is_called(headers: &HeaderMap) -> bool {
    let target = headers.get(TARGET);
    target.is_some_and(|target| target.as_bytes().starts_with(PREFIX))
}

/// Answers a call.
pub(super) async fn serve(
    door: &Door,
    peer: &Peer,
    head: &Parts,
    body: Result<Whole<'_>, CognitoError>,
    caller: Caller,
    log: &CallLog,
    note: &mut InFlight<'_>,
) -> Reply {
    let now = door.shared.clock.now();
    let request_id = caller.request_id.unwrap_or_default();
    let operation = operation(&head.headers);
    let name = operation.map_or("none", Operation::name);
    noted::is_of_kms(note, operation.map(Operation::name));
    match call(door, peer, head, body, caller, operation).await {
        Ok(answer) => {
            log.end(name, None, &Ending::Answered(None));
            reply::success(answer.to_string().into(), None, request_id, now)
        }
        Err(Fault::Refused(error)) => {
            log.end(name, None, &Ending::Refused(&error));
            noted::ended(note, &Ending::Refused(&error));
            reply::refusal(&error, request_id, now)
        }
        Err(Fault::ByKms(refused)) => {
            log.end(name, None, &Ending::RefusedByKms(&refused));
            noted::ended(note, &Ending::RefusedByKms(&refused));
            reply::refused_by_kms(&refused, request_id, now)
        }
    }
}

fn operation(headers: &HeaderMap) -> Option<Operation> {
    let target = headers.get(TARGET)?.as_bytes().strip_prefix(PREFIX)?;
    Operation::from_name(std::str::from_utf8(target).ok()?)
}

async fn call(
    door: &Door,
    peer: &Peer,
    head: &Parts,
    body: Result<Whole<'_>, CognitoError>,
    mut caller: Caller,
    operation: Option<Operation>,
) -> Result<Value, Fault> {
    let (bytes, _room) = body?.into_parts();
    let operation = operation.ok_or_else(|| {
        Refusal::OperationUnknown
            .because("of AWS KMS there are Decrypt, GenerateDataKey and DescribeKey")
    })?;
    let place = door.place(peer).await?;
    let credential = sigv4::credential_of(&head.headers, "kms")?;
    guard::admit_signed(head, &door.guests)?;
    let body = aws_json::parse(&bytes)?;
    caller.signer = Signer::in_region(credential.region);
    caller.account = credential.account;
    let cx = Context::new(std::sync::Arc::clone(&door.shared), caller);
    let _held = cx.hold(place);
    let work = async { kms::serve(&cx, operation, body) };
    let done = panics::contained(pin!(work)).await;
    done.unwrap_or_else(|| Err(refused_panic()))
        .map_err(Fault::ByKms)
}

/// KMS's own word for a fault of the service.
fn refused_panic() -> Refused {
    Refused {
        code: "KMSInternalException",
        message: String::new(),
        reason: panics::refusal().reason().to_owned(),
    }
}
