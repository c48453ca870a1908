//! `/oauth2/token`.

use super::Call;
use super::answer::{json, refused};
use super::form;
use crate::dispatch::quotas;
use crate::http::reply::Reply;
use crate::oauth::error::{Code, Refused};
use crate::oauth::token;
use crate::store::user_pool::UserPool;

/// Answers with tokens.
pub(super) async fn serve(call: &Call<'_>) -> Reply {
    let credentials = form::credentials(&call.head.headers, &call.form);
    let pool = call.site.pool.as_ref();
    let admit = |operation, pool: &UserPool| {
        let admitted = quotas::admit_page(&call.cx, pool, operation);
        admitted.map_err(|error| Refused::new(Code::SlowDown, error.reason().to_owned()))
    };
    match token::grant(&call.cx, pool, &credentials, &call.form, admit).await {
        Ok(body) => json(call, body),
        Err(error) => refused(&error, call.request_id, call.cx.now()),
    }
}
