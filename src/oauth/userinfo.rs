//! `/oauth2/userInfo`: the attributes that an access token lets out. All values are texts (documented).
//!
//! The token is one with `openid`: of the authorization server, or one that a function gave the scope (inferred).
//! That groups are not told, and that a token without the scope is answered like a bad one, is inferred.

use std::borrow::Cow;

use super::error::{Code, Refused};
use crate::context::Context;
use crate::model::{JsonWriter, Secret};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::lineage::Granted;
use crate::user_pool::tokens::access;
use crate::user_pool::tokens::scopes::{self, OPENID};

/// Documented.
const BAD_REQUEST: &str = "Bad OAuth2 request at UserInfo Endpoint";

/// Documented.
const BAD_TOKEN: &str =
    "Access token is expired, disabled, or deleted, or the user has globally signed out.";

/// The body of the answer, for the token of an `Authorization: Bearer` header; `pool` is the one that the
/// address tells. `admit` counts the request for the token's pool.
///
/// # Errors
/// `invalid_request` without such a header, `invalid_token` for all that is wrong with a token.
pub fn userinfo(
    cx: &Context,
    pool: Option<&UserPool>,
    token: Option<&Secret>,
    admit: impl Fn(&UserPool) -> Result<(), Refused>,
) -> Result<Vec<u8>, Refused> {
    let Some(token) = token else {
        let reason = "an access token comes in the header Authorization: Bearer TOKEN";
        return Err(Refused::new(Code::InvalidRequest, reason).saying(BAD_REQUEST));
    };
    let invalid =
        |reason: Cow<'static, str>| Refused::new(Code::InvalidToken, reason).saying(BAD_TOKEN);
    let who =
        access::whoever(cx, token).map_err(|error| invalid(error.reason().to_owned().into()))?;
    admit(&who.pool)?;
    if pool.is_some_and(|pool| pool.id != who.pool.id) {
        return Err(invalid(
            "the token is of another pool than the address".into(),
        ));
    }
    if !who.user.enabled {
        return Err(invalid("the user is disabled".into()));
    }
    if !who.grant.has_scope(OPENID) {
        return Err(invalid(
            "the token's scope has no openid; tokens of InitiateAuth have aws.cognito.signin.user.admin alone, \
             so take one of /oauth2/token"
                .into(),
        ));
    }
    let granted = Granted {
        scopes: who
            .grant
            .scopes
            .iter()
            .flat_map(|all| all.split(' '))
            .map(str::to_owned)
            .collect(),
        ..Granted::default()
    };
    let mut out = JsonWriter::new();
    out.object(|out| {
        out.field("sub", &who.user.sub.to_string());
        for (name, value) in who.user.attributes.iter() {
            if who.client.can_read(name) && scopes::releases(&granted, name) {
                out.field(name, value);
            }
        }
        out.field("username", who.user.username.as_str());
    });
    Ok(out.into_bytes())
}
