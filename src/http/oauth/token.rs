//! `/oauth2/token`.

use super::Call;
use super::answer::{json, refused};
use super::form;
use crate::http::reply::Reply;
use crate::oauth::token;

/// Answers with tokens.
pub(super) async fn serve(call: &Call<'_>) -> Reply {
    let credentials = form::credentials(&call.head.headers, &call.form);
    let granted = token::grant(&call.cx, call.site.pool.as_ref(), &credentials, &call.form).await;
    match granted {
        Ok(granted) => json(call, granted.to_json()),
        Err(error) => refused(&error, call.request_id, call.cx.now()),
    }
}
