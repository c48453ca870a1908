//! `/oauth2/token`.

use super::Call;
use super::answer::{json, refused};
use super::form;
use crate::dispatch::quotas::{self, Step};
use crate::http::reply::Reply;
use crate::model::cognito_idp::Operation;
use crate::oauth::error::{Code, Refused};
use crate::oauth::token::{self, Grant};
use crate::store::user_pool::UserPool;

/// Answers with tokens.
pub(super) async fn serve(call: &Call<'_>) -> Reply {
    let credentials = form::credentials(&call.head.headers, &call.form);
    let pool = call.site.pool.as_ref();
    let admit = |grant, pool: &UserPool| admitted(call, pool, step(grant));
    match token::grant(&call.cx, pool, &credentials, &call.form, admit).await {
        Ok(body) => json(call, body),
        Err(error) => refused(&error, call.request_id, call.cx.now()),
    }
}

/// What a grant counts as.
fn step(grant: Grant) -> Step {
    match grant {
        Grant::AuthorizationCode => Step::Code,
        Grant::RefreshToken => Step::Like(Operation::GetTokensFromRefreshToken),
        Grant::ClientCredentials => Step::Like(Operation::GetClientToken),
        Grant::TokenExchange => Step::Like(Operation::GetDerivedToken),
    }
}

/// Counts a request of a program.
///
/// # Errors
/// `slow_down`, when a rate is exceeded.
pub(super) fn admitted(call: &Call<'_>, pool: &UserPool, step: Step) -> Result<(), Refused> {
    let admitted = quotas::admit_step(&call.cx, pool, step);
    admitted.map_err(|error| Refused::new(Code::SlowDown, error.reason().to_owned()))
}
