//! Ending sessions: GlobalSignOut, AdminUserGlobalSignOut's twin in `admin_users`, and RevokeToken.

use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::Secret;
use crate::model::cognito_idp::{
    GlobalSignOutRequest, GlobalSignOutResponse, RevokeAssociatedSessionsType, RevokeTokenRequest,
    RevokeTokenResponse,
};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::{AppClient, SecretFault};
use crate::store::user_pool::lineage::RefreshToken;
use crate::store::user_pool::revocation::Revocation;
use crate::store::user_pool::user::User;
use crate::user_pool::app_clients::managed_secrets;
use crate::user_pool::sessions;
use crate::user_pool::tokens::access;

/// `GlobalSignOut`: every token of the user is dead, on all clients (documented).
///
/// # Errors
/// What is wrong with the token.
pub fn global_sign_out(
    cx: &Context,
    req: GlobalSignOutRequest,
) -> Result<GlobalSignOutResponse, CognitoError> {
    let who = access::authorize(cx, &req.access_token)?;
    who.pool.change(|draft| {
        if let Some(user) = draft.state().users.with_sub(who.user.sub) {
            let mut user = User::clone(user);
            user.revoke_all_tokens();
            draft.put_user(user);
        }
        Ok(())
    })?;
    Ok(GlobalSignOutResponse {})
}

/// An unknown client as RevokeToken says it (documented: it declares UnauthorizedException, and not
/// ResourceNotFoundException).
pub fn as_declared(error: CognitoError) -> CognitoError {
    if let Refusal::ClientUnknown { id } = &error.refusal {
        return Refusal::RevokeUnknownClient { id: id.clone() }.because(error.reason().to_owned());
    }
    error
}

/// `RevokeToken`: ends the sign-in of a refresh token. Idempotent; a token that was never given is
/// taken too (observed, as RFC 7009 says).
///
/// # Errors
/// An unknown client, one without revocation, a wrong secret, an access or ID token.
pub fn revoke_token(
    cx: &Context,
    req: RevokeTokenRequest,
) -> Result<RevokeTokenResponse, CognitoError> {
    let known = managed_secrets::client(cx, &req.client_id);
    let (pool, client) = known.map_err(as_declared)?;
    if let Err(fault) = client.check_secret(req.client_secret.as_ref()) {
        return Refusal::RevokeWrongSecret.refuse(match fault {
            SecretFault::Wrong => "ClientSecret is not the client's secret",
            SecretFault::Missing => "the client has a secret; send it as ClientSecret",
            SecretFault::NotExpected => "the client has no secret; leave ClientSecret out",
        });
    }
    let linked = req.revoke_associated_sessions;
    revoke(cx, &pool, &client, None, &req.token, linked)?;
    Ok(RevokeTokenResponse {})
}

/// Ends the sign-in of a refresh token of a client that has proven who it is; `url` is its metadata document,
/// where it has one. The token of another client is let be.
///
/// # Errors
/// A client without revocation, an access or ID token.
pub fn revoke(
    cx: &Context,
    pool: &UserPool,
    client: &AppClient,
    url: Option<&str>,
    token: &Secret,
    linked: Option<RevokeAssociatedSessionsType>,
) -> Result<(), CognitoError> {
    if !client.token_revocation {
        return Refusal::RevocationDisabled
            .refuse("EnableTokenRevocation of the app client is false");
    }
    if token.expose().split('.').count() == 3 {
        return Refusal::NotARefreshToken
            .refuse("the token has the form of an access or ID token; send the refresh token");
    }
    let own = RefreshToken::open(cx, token)
        .filter(|token| token.client == *client.id && token.client_url() == url);
    if let Some(token) = own {
        pool.change(|draft| {
            // Revoking a token that was rotated out in between does not end the family (observed);
            // the first and the newest do.
            if draft.state().revocations.ends_family(&token) {
                let end = Revocation::EndFamily {
                    family: token.origin_jti,
                    expires: token.expires,
                };
                // The session is the sign-in, and ends with it.
                if let Some(session) = draft.published().user_sessions.of_family(token.origin_jti) {
                    sessions::end(draft, session, linked, cx.now());
                }
                draft.revoke(end, cx.now());
            }
            Ok(())
        })?;
    }
    Ok(())
}
