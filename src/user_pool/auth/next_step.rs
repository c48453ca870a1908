//! What follows a right answer: the next challenge, or tokens.

use std::sync::Arc;

use super::device::Signing;
use super::door::Outcome;
use super::sign_in::SignIn;
use crate::error::{CognitoError, Refusal};
use crate::model::Secret;
use crate::model::cognito_idp::{AuthenticationResultType, UserStatusType};
use crate::store::user_pool::lineage::Lineage;
use crate::store::user_pool::user::User;
use crate::user_pool::mfa::MfaStep;
use crate::user_pool::sessions;
use crate::user_pool::triggers;
use crate::user_pool::triggers::authentication::PostAuthentication;
use crate::user_pool::triggers::token_generation::Source;
use crate::user_pool::users::standing;

impl<'a> SignIn<'a> {
    /// What follows a right password, by the state of the account.
    pub(super) async fn after_password(
        &self,
        user: Arc<User>,
        password: Option<&Secret>,
    ) -> Result<Outcome, CognitoError> {
        self.device(user.sub)?;
        self.weigh(&user, password)?;
        match user.status {
            UserStatusType::Unconfirmed => standing::refuse_unconfirmed(),
            UserStatusType::ResetRequired => standing::refuse_reset_required(),
            UserStatusType::ForceChangePassword => self.require_new_password(&user),
            UserStatusType::Confirmed
            | UserStatusType::Archived
            | UserStatusType::Compromised
            | UserStatusType::Unknown
            | UserStatusType::ExternalProvider => {
                self.second_factor(user, Source::Authentication).await
            }
        }
    }

    /// The second factor, if the pool or the user wants one.
    pub(super) async fn second_factor(
        &self,
        user: Arc<User>,
        source: Source,
    ) -> Result<Outcome, CognitoError> {
        match self.step_by_risk(&user)? {
            MfaStep::None => self.complete(user, source).await,
            MfaStep::Challenge(factor) => self.challenge_factor(&user, factor).await,
            MfaStep::Select(choices) => Ok(self.select_factor(&user, choices)),
            MfaStep::SetUp(choices) => {
                if self.takes_one_time_tokens(&user)? {
                    return self.complete(user, source).await;
                }
                Ok(self.set_up_factor(&user, &choices))
            }
            MfaStep::Impossible => Refusal::MfaMethodMissing.refuse(
                "the pool requires MFA, and the user has no factor and no address that one could use",
            ),
        }
    }

    /// Tokens, and what goes with a finished sign-in.
    pub(super) async fn complete(
        &self,
        user: Arc<User>,
        source: Source,
    ) -> Result<Outcome, CognitoError> {
        // What happened while the answer was under way counts.
        let user = self.user(user.sub)?;
        standing::check_may_try(&user, self.cx.now())?;
        let device = self.device(user.sub)?;
        let user = self.clear_lock(user)?;
        let event = PostAuthentication {
            user: &user,
            new_device_used: device == Signing::New,
            metadata: &self.metadata,
        };
        triggers::call(self.cx, self.subject(&user.username), event).await?;
        let (device, metadata) = self.enter(&user, device)?;
        let mut lineage = Lineage::begin(self.cx, &self.client, &user, device);
        self.pass(&user, &mut lineage);
        let refresh = Some(lineage.refresh_token(self.cx, &self.pool.id, &self.client.id));
        let result = self.issue(&user, &lineage, refresh, source).await?;
        if self.settings.tracking.enabled {
            sessions::open(self.cx, &self.pool, &self.client.id, &lineage, &self.origin)?;
        }
        Ok(Outcome::Tokens(AuthenticationResultType {
            new_device_metadata: metadata,
            ..result
        }))
    }
}
