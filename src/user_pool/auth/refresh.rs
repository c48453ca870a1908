//! Refreshing tokens: REFRESH_TOKEN_AUTH and GetTokensFromRefreshToken, with rotation.
//!
//! With rotation on, each refresh gives a new token and the old one lives on for the client's grace
//! period. A rotated token inherits what is left of the first one's life (documented). A replay
//! inside the grace period forks; the newest child alone goes on. A replay after it is refused, and
//! the family lives (observed).
//!
//! The token is rotated last, when the tokens are made: a function that refuses, or does not answer, costs
//! nobody a refresh token.

use std::sync::Arc;

use super::door::{Door, Outcome};
use super::sign_in::SignIn;
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::Secret;
use crate::model::cognito_idp::{
    AuthenticationResultType, GetTokensFromRefreshTokenRequest, GetTokensFromRefreshTokenResponse,
    UserStatusType,
};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::{AppClient, SecretFault};
use crate::store::user_pool::device::DeviceKey;
use crate::store::user_pool::lineage::RefreshToken;
use crate::store::user_pool::revocation::{Revocation, Standing};
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::user::User;
use crate::user_pool::app_clients::managed_secrets;
use crate::user_pool::sessions;
use crate::user_pool::triggers::token_generation::Source;

/// `GetTokensFromRefreshToken`.
///
/// # Errors
/// An unknown client, a wrong secret, a dead token.
pub async fn get_tokens_from_refresh_token(
    cx: &Context,
    req: GetTokensFromRefreshTokenRequest,
) -> Result<GetTokensFromRefreshTokenResponse, CognitoError> {
    let (pool, client) = managed_secrets::client(cx, &req.client_id)?;
    check_secret(&client, req.client_secret.as_ref())?;
    let mut sign_in = SignIn::new(cx, Door::Public, pool, client, req.client_metadata);
    sign_in.device_key = DeviceKey::new(&sign_in.pool.id, req.device_key.as_deref());
    let opened = sign_in.open_refresh_token(&req.refresh_token, None)?;
    let result = sign_in.refresh_opened(opened).await?;
    Ok(GetTokensFromRefreshTokenResponse {
        authentication_result: Some(result),
    })
}

/// The `refresh_token` grant of the token endpoint, whose client is authenticated already. It takes tokens of
/// the API too, but where devices are tracked (documented); that no `device_key` helps there is observed. `url` is
/// the client's metadata document, where it has one: of several over one app client each has tokens of its own
/// (inferred, as is that the API takes none of theirs: as a code, a token is for the client that it was given to).
///
/// # Errors
/// A dead token; what the pre token generation function refuses.
pub async fn at_token_endpoint(
    cx: &Context,
    pool: Arc<UserPool>,
    client: Arc<AppClient>,
    url: Option<&str>,
    token: &Secret,
) -> Result<AuthenticationResultType, CognitoError> {
    let sign_in = SignIn::new(cx, Door::Hosted, pool, client, None);
    let opened = sign_in.open_refresh_token(token, url)?;
    sign_in.refresh_opened(opened).await
}

/// The sentences are inferred: the operation takes the plain secret, none of its own are known.
fn check_secret(client: &AppClient, secret: Option<&Secret>) -> Result<(), CognitoError> {
    client.check_secret(secret).or_else(|fault| {
        let client = client.id.to_string();
        match fault {
            SecretFault::Missing => Refusal::SecretHashWrong { client }
                .refuse("the client has a secret; send it as ClientSecret"),
            SecretFault::Wrong => Refusal::SecretHashWrong { client }
                .refuse("ClientSecret is not the client's secret"),
            SecretFault::NotExpected => Refusal::SecretNotExpected { client }
                .refuse("the client has no secret; leave ClientSecret out"),
        }
    })
}

impl SignIn<'_> {
    /// The refresh flow of InitiateAuth; the hash in it is over the token's user (observed).
    pub(super) async fn refresh(
        &self,
        token: &Secret,
        secret_hash: Option<&String>,
    ) -> Result<Outcome, CognitoError> {
        let opened = self.open_refresh_token(token, None)?;
        let user = self
            .pool
            .read(|state| state.users.with_sub(opened.sub).cloned());
        // Before the user's state is told (inferred, as in every flow); who is gone is told below.
        if let Some(user) = user {
            self.client.check_secret_hash(
                &user.username,
                secret_hash.map(String::as_str),
                |client| Refusal::SecretHashWrongOnRefresh { client },
            )?;
        }
        Ok(Outcome::Tokens(self.refresh_opened(opened).await?))
    }

    fn open_refresh_token(
        &self,
        token: &Secret,
        url: Option<&str>,
    ) -> Result<RefreshToken, CognitoError> {
        let invalid = |reason: &'static str| Refusal::RefreshTokenInvalid.because(reason);
        let opened = RefreshToken::open(self.cx, token)
            .ok_or_else(|| invalid("this server did not give the token"))?;
        if opened.client != *self.client.id || opened.client_url() != url {
            return Err(invalid("the token was given to another app client"));
        }
        if self.cx.now() >= opened.expires {
            return Refusal::RefreshTokenExpired.refuse(format!(
                "the token was good until {}",
                opened.expires.to_rfc3339()
            ));
        }
        Ok(opened)
    }

    /// The user of a refresh token who may still use it.
    fn refreshing_user(
        &self,
        state: &PoolState,
        token: &RefreshToken,
    ) -> Result<Arc<User>, CognitoError> {
        // Inferred for a deleted user.
        let Some(user) = state.users.with_sub(token.sub) else {
            return Refusal::RefreshTokenInvalid.refuse("the token's user was deleted");
        };
        if !user.enabled {
            return Refusal::UserDisabled
                .refuse("the account is disabled; AdminEnableUser lets it sign in again");
        }
        if user.sign_out_epoch() != token.epoch {
            return Refusal::RefreshTokenRevoked
                .refuse("all tokens of the user were revoked after this one was given");
        }
        // Inferred: the exception is declared for the operation.
        if user.status == UserStatusType::ResetRequired {
            return Refusal::PasswordResetRequired.refuse("an administrator reset the password");
        }
        self.check_refreshing_device(state, token)?;
        Ok(Arc::clone(user))
    }

    async fn refresh_opened(
        &self,
        token: RefreshToken,
    ) -> Result<AuthenticationResultType, CognitoError> {
        let user = self.pool.read(|state| {
            let user = self.refreshing_user(state, &token)?;
            self.newest_of(state, &token)?;
            Ok(user)
        })?;
        let lineage = token.lineage();
        let result = self.issue(&user, &lineage, Source::RefreshTokens).await?;
        Ok(AuthenticationResultType {
            refresh_token: self.rotate(&token)?,
            ..result
        })
    }

    /// Uses the token: the next one, where the client rotates them. The checks stand here a second time,
    /// since the function took its time; and as they and the step to the next token are one change, of two
    /// refreshes at once each sees the other.
    fn rotate(&self, token: &RefreshToken) -> Result<Option<Secret>, CognitoError> {
        let now = self.cx.now();
        let next_serial = self.pool.change(|draft| {
            self.refreshing_user(draft.state(), token)?;
            let newest = self.newest_of(draft.state(), token)?;
            if let Some(grace) = self.client.rotation_grace() {
                let rotation = Revocation::Rotate {
                    family: token.origin_jti,
                    from: token.serial,
                    until: now.plus(grace),
                    expires: token.expires,
                };
                draft.revoke(rotation, now);
            }
            sessions::touch(draft, self.cx, token.origin_jti, &self.context_data);
            Ok(self.client.rotation_grace().map(|_| newest + 1))
        })?;
        Ok(next_serial.map(|serial| token.at(serial).seal(self.cx)))
    }

    /// The newest token of the family, if this one still works.
    fn newest_of(&self, state: &PoolState, token: &RefreshToken) -> Result<u64, CognitoError> {
        match state.revocations.standing(token, self.cx.now()) {
            Standing::Alive { newest } => Ok(newest),
            Standing::Revoked => Refusal::RefreshTokenRevoked.refuse(
                "the sign-in of this token was ended: by RevokeToken, by revoking its session, or by \
                 a later sign-in at the pool's limit of sessions",
            ),
            Standing::Replaced => Refusal::RefreshTokenReused.refuse(
                "a newer token has replaced this one and its grace period is over; use the token that \
                 the last refresh gave",
            ),
        }
    }
}
