//! `/oauth2/revoke`: ends the sign-in of a refresh token (RFC 7009). A token that means nothing is taken too
//! (documented).

use std::sync::Arc;

use super::client::Credentials;
use super::error::{Code, Refused};
use super::parameters::Parameters;
use crate::context::Context;
use crate::error::Refusal;
use crate::model::Secret;
use crate::store::user_pool::UserPool;
use crate::user_pool::auth::sign_out;

/// Revokes the token of a form; `pool` is the one that the address tells. `admit` counts the request.
///
/// # Errors
/// A client that does not prove who it is, no token, one that is no refresh token, a client without revocation.
pub async fn revoke(
    cx: &Context,
    pool: Option<&Arc<UserPool>>,
    credentials: &Credentials,
    form: &Parameters,
    admit: impl Fn(&UserPool) -> Result<(), Refused>,
) -> Result<(), Refused> {
    let client = credentials.client(cx, pool).await?;
    admit(&client.pool)?;
    let Some(token) = form.get("token") else {
        let reason = "token is missing in the form: a refresh token";
        return Err(Refused::new(Code::InvalidRequest, reason));
    };
    let token = Secret::from(token.to_owned());
    let done = sign_out::revoke(cx, &client.pool, &client.app, client.url(), &token, None);
    done.map_err(|error| {
        let code = match error.refusal {
            Refusal::NotARefreshToken => Code::UnsupportedTokenType,
            _ => Code::InvalidRequest,
        };
        Refused::new(code, error.reason().to_owned())
    })
}
