//! `/oauth2/register`.

use hyper::StatusCode;
use hyper::header::{HeaderValue, WWW_AUTHENTICATE};

use super::Call;
use super::answer::{json, refused_with};
use super::token::admitted;
use super::userinfo::bearer;
use crate::dispatch::quotas::Step;
use crate::http::reply::Reply;
use crate::model::cognito_idp::Operation;
use crate::oauth::error::Code;
use crate::oauth::registration;
use crate::store::user_pool::UserPool;

/// Registers a client.
pub(super) fn serve(call: &Call<'_>) -> Reply {
    let token = bearer(&call.head.headers);
    let pool = call.site.pool.as_ref();
    let create = Step::Like(Operation::CreateUserPoolClient);
    let admit = |pool: &UserPool| admitted(call, pool, create);
    match registration::register(&call.cx, pool, token.as_ref(), &call.body, admit) {
        Ok(body) => {
            let mut reply = json(call, body.into_bytes());
            *reply.status_mut() = StatusCode::CREATED;
            reply
        }
        Err(error) => {
            let is_token = error.code == Code::InvalidToken;
            let status = if is_token {
                StatusCode::UNAUTHORIZED
            } else {
                StatusCode::BAD_REQUEST
            };
            let mut reply = refused_with(status, &error, call.request_id, call.cx.now());
            if is_token {
                let value = HeaderValue::from_static("Bearer error=\"invalid_token\"");
                reply.headers_mut().insert(WWW_AUTHENTICATE, value);
            }
            reply
        }
    }
}
