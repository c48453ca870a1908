//! `/oauth2/revoke`.

use hyper::StatusCode;

use super::Call;
use super::answer::{nothing, refused_with};
use super::form;
use crate::http::reply::Reply;
use crate::oauth::error::Code;
use crate::oauth::revoke;

/// Revokes. Here alone a client that does not prove who it is gets a 401 (documented).
pub(super) async fn serve(call: &Call<'_>) -> Reply {
    let credentials = form::credentials(&call.head.headers, &call.form);
    let done = revoke::revoke(&call.cx, call.site.pool.as_ref(), &credentials, &call.form).await;
    match done {
        Ok(()) => nothing(call),
        Err(error) => {
            let status = match error.code {
                Code::InvalidClient => StatusCode::UNAUTHORIZED,
                _ => StatusCode::BAD_REQUEST,
            };
            refused_with(status, &error, call.request_id, call.cx.now())
        }
    }
}
