//! `/oauth2/userInfo`.

use hyper::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use hyper::{HeaderMap, StatusCode};

use super::Call;
use super::answer::{json, refused_with};
use super::token::admitted;
use crate::dispatch::quotas::Step;
use crate::http::reply::{self, Reply};
use crate::model::Secret;
use crate::model::cognito_idp::Operation;
use crate::oauth::error::Code;
use crate::oauth::userinfo;
use crate::store::user_pool::UserPool;

/// Answers with attributes. Errors stand in `WWW-Authenticate`, without the word Bearer (documented), and in the
/// body too (inferred).
pub(super) fn serve(call: &Call<'_>) -> Reply {
    let token = bearer(&call.head.headers);
    let admit = |pool: &UserPool| admitted(call, pool, Step::Like(Operation::GetUser));
    let told = userinfo::userinfo(&call.cx, call.site.pool.as_deref(), token.as_ref(), admit);
    let error = match told {
        Ok(body) => return json(call, body),
        Err(error) => error,
    };
    let status = match error.code {
        Code::InvalidToken => StatusCode::UNAUTHORIZED,
        _ => StatusCode::BAD_REQUEST,
    };
    let mut reply = refused_with(status, &error, call.request_id, call.cx.now());
    let text = format!(
        "error=\"{}\", error_description=\"{}\"",
        error.code.as_str(),
        error.description.as_deref().unwrap_or_default()
    );
    let headers = reply.headers_mut();
    headers.insert(WWW_AUTHENTICATE, reply::safe_header(&text));
    reply
}

/// The token of an `Authorization: Bearer` header.
pub(super) fn bearer(headers: &HeaderMap) -> Option<Secret> {
    let header = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_at_checked(7)?;
    let token = token.trim();
    let is_bearer = scheme.eq_ignore_ascii_case("Bearer ") && !token.is_empty();
    is_bearer.then(|| Secret::from(token.to_owned()))
}
