//! `/oauth2/revoke`.

use hyper::StatusCode;

use super::Call;
use super::answer::{nothing, refused_with};
use super::form;
use super::token::admitted;
use crate::dispatch::quotas::Step;
use crate::http::reply::Reply;
use crate::model::cognito_idp::Operation;
use crate::oauth::error::Code;
use crate::oauth::revoke;
use crate::store::user_pool::UserPool;

/// Revokes. Here alone a client that does not prove who it is gets a 401 (documented).
pub(super) async fn serve(call: &Call<'_>) -> Reply {
    let credentials = form::credentials(&call.head.headers, &call.form);
    let admit = |pool: &UserPool| admitted(call, pool, Step::Like(Operation::RevokeToken));
    let pool = call.site.pool.as_ref();
    match revoke::revoke(&call.cx, pool, &credentials, &call.form, admit).await {
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
