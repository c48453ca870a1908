//! Signing in: one state machine for every door.
//!
//! InitiateAuth and AdminInitiateAuth begin it, the two Respond operations carry it on; what differs
//! between them is a method of [`Door`]. After the password every path runs through
//! `SignIn::after_password` → second factor → `SignIn::complete`.
//!
//! Order of checks: client, flow allowed, secret hash, parameters, user, pre authentication function,
//! enabled, unconfirmed, lock, password, reset required, expired temporary password, new password,
//! MFA, device, tokens. "Unconfirmed before the password", "reset required after it" and "new password
//! before MFA" are observed; that an unknown user reaches the function only where the client hides
//! unknown users is documented; the rest is inferred.

pub mod attempt;
pub mod challenge;
pub mod claim_timestamp;
mod device;
mod factors;
mod new_password;
mod password;
pub mod password_verifier;
pub mod refresh;
mod risk;
pub mod session;
pub mod sign_out;
pub mod srp;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use uuid::Uuid;

use self::attempt::{Attempt, Parameters};
use self::device::Signing;
use self::session::{Opening, Step};
use super::app_clients::AppClient;
use super::devices::DeviceKey;
use super::mfa::MfaStep;
use super::replicas;
use super::request_origin::Origin;
use super::settings::UserPool;
use super::tokens::{self, Lineage};
use super::triggers::{self, ClientMetadata, Request, Subject, Trigger};
use super::user_sessions;
use super::users::{self, User};
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    AdminInitiateAuthRequest, AdminInitiateAuthResponse, AdminRespondToAuthChallengeRequest,
    AdminRespondToAuthChallengeResponse, AuthFlowType, AuthenticationResultType, ChallengeNameType,
    InitiateAuthRequest, InitiateAuthResponse, RespondToAuthChallengeRequest,
    RespondToAuthChallengeResponse, UserStatusType,
};
use crate::model::{ClientId, PoolId, Secret};
use crate::store::Pool;

/// `triggerSource` of the tokens of a sign-in.
const AUTHENTICATION: &str = "TokenGeneration_Authentication";

/// The same where the sign-in ran through NEW_PASSWORD_REQUIRED.
const NEW_PASSWORD: &str = "TokenGeneration_NewPasswordChallenge";

/// Which pair of operations a sign-in runs through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// InitiateAuth and RespondToAuthChallenge.
    Public,
    /// AdminInitiateAuth and AdminRespondToAuthChallenge.
    Admin,
}

/// What a step of a sign-in leads to.
#[derive(Debug)]
pub enum Outcome {
    /// The user is in.
    Tokens(AuthenticationResultType),
    /// Another answer is needed.
    Challenge {
        /// What is asked for.
        name: ChallengeNameType,
        /// The conversation; an SRP challenge has none, its secret block stands in (observed).
        session: Option<Secret>,
        /// What the client needs to answer.
        parameters: BTreeMap<String, String>,
    },
}

/// The four operations answer in the same members. Tokens come with empty challenge parameters
/// (observed).
macro_rules! answers {
    ($($response:ident),+) => {
        $(impl From<Outcome> for $response {
            fn from(outcome: Outcome) -> Self {
                match outcome {
                    Outcome::Tokens(result) => Self {
                        challenge_name: None,
                        session: None,
                        challenge_parameters: Some(BTreeMap::new()),
                        authentication_result: Some(result),
                        available_challenges: None,
                    },
                    Outcome::Challenge { name, session, parameters } => Self {
                        challenge_name: Some(name),
                        session,
                        challenge_parameters: Some(parameters),
                        authentication_result: None,
                        available_challenges: None,
                    },
                }
            }
        })+
    };
}

answers!(
    InitiateAuthResponse,
    AdminInitiateAuthResponse,
    RespondToAuthChallengeResponse,
    AdminRespondToAuthChallengeResponse
);

/// `InitiateAuth`.
///
/// # Errors
/// Every refusal of a sign-in's first step.
pub async fn initiate_auth(
    cx: &Context,
    req: InitiateAuthRequest,
) -> Result<InitiateAuthResponse, CognitoError> {
    let (pool, client) = cx.store.client(&req.client_id)?;
    let origin = Origin::of_user(&pool, &client, req.user_context_data);
    let sign_in = SignIn::new(cx, Door::Public, pool, client, req.client_metadata);
    Ok(sign_in
        .start(req.auth_flow, req.auth_parameters, origin)
        .await?
        .into())
}

/// `AdminInitiateAuth`.
///
/// # Errors
/// As InitiateAuth, and an unknown pool.
pub async fn admin_initiate_auth(
    cx: &Context,
    req: AdminInitiateAuthRequest,
) -> Result<AdminInitiateAuthResponse, CognitoError> {
    let (pool, client) = admin_client(cx, &req.user_pool_id, &req.client_id)?;
    let origin = Ok(Origin::told(req.context_data));
    let sign_in = SignIn::new(cx, Door::Admin, pool, client, req.client_metadata);
    Ok(sign_in
        .start(req.auth_flow, req.auth_parameters, origin)
        .await?
        .into())
}

/// `RespondToAuthChallenge`.
///
/// # Errors
/// Every refusal of a challenge's answer.
pub async fn respond_to_auth_challenge(
    cx: &Context,
    req: RespondToAuthChallengeRequest,
) -> Result<RespondToAuthChallengeResponse, CognitoError> {
    let (pool, client) = cx.store.client(&req.client_id)?;
    let origin = Origin::of_user(&pool, &client, req.user_context_data);
    let sign_in = SignIn::new(cx, Door::Public, pool, client, req.client_metadata);
    let answer = challenge::Answer {
        challenge: req.challenge_name,
        session: req.session,
        responses: Parameters::new(req.challenge_responses),
    };
    Ok(sign_in.respond(answer, origin).await?.into())
}

/// `AdminRespondToAuthChallenge`.
///
/// # Errors
/// As RespondToAuthChallenge, and an unknown pool.
pub async fn admin_respond_to_auth_challenge(
    cx: &Context,
    req: AdminRespondToAuthChallengeRequest,
) -> Result<AdminRespondToAuthChallengeResponse, CognitoError> {
    let (pool, client) = admin_client(cx, &req.user_pool_id, &req.client_id)?;
    let origin = Ok(Origin::told(req.context_data));
    let sign_in = SignIn::new(cx, Door::Admin, pool, client, req.client_metadata);
    let answer = challenge::Answer {
        challenge: req.challenge_name,
        session: req.session,
        responses: Parameters::new(req.challenge_responses),
    };
    Ok(sign_in.respond(answer, origin).await?.into())
}

/// The client of an administrator's request; one of another pool is unknown here (inferred).
fn admin_client(
    cx: &Context,
    pool_id: &PoolId,
    client_id: &ClientId,
) -> Result<(Arc<Pool>, Arc<AppClient>), CognitoError> {
    let pool = cx.pool(pool_id)?;
    let client = pool
        .read(|state| state.clients.get(client_id).cloned())
        .ok_or_else(|| {
            Refusal::ClientUnknown {
                id: client_id.to_string(),
            }
            .because(format!("{pool_id} has no app client with this id"))
        })?;
    Ok((pool, client))
}

/// One request of a sign-in: where it happens, for which client.
struct SignIn<'a> {
    cx: &'a Context,
    door: Door,
    pool: Arc<Pool>,
    settings: Arc<UserPool>,
    client: Arc<AppClient>,
    metadata: ClientMetadata,
    /// DEVICE_KEY, as this request or one before it sent it.
    device_key: DeviceKey,
    /// Where it comes from.
    origin: Origin,
    /// The sign-in's auth event, where the pool keeps such.
    event: OnceLock<Uuid>,
}

impl<'a> SignIn<'a> {
    fn new(
        cx: &'a Context,
        door: Door,
        pool: Arc<Pool>,
        client: Arc<AppClient>,
        metadata: Option<ClientMetadata>,
    ) -> Self {
        // A secondary Region calls its own functions and sends by its own senders (documented).
        let settings = replicas::settings(cx, &pool);
        Self {
            cx,
            door,
            pool,
            settings,
            client,
            metadata: metadata.unwrap_or_default(),
            device_key: DeviceKey::Missing,
            origin: Origin::default(),
            event: OnceLock::new(),
        }
    }

    /// Begins a sign-in. What is wrong with its origin comes after the parameters (inferred).
    async fn start(
        mut self,
        flow: AuthFlowType,
        parameters: Option<BTreeMap<String, String>>,
        origin: Result<Origin, CognitoError>,
    ) -> Result<Outcome, CognitoError> {
        attempt::check_flow(self.door, &self.client, flow)?;
        let mut parameters = Parameters::new(parameters);
        self.take_device_key(&mut parameters);
        let attempt = Attempt::parse(flow, parameters, &self.client)?;
        self.origin = origin?;
        match attempt {
            Attempt::Password { username, password } => {
                self.sign_in_with_password(&username, &password).await
            }
            Attempt::Srp { username, a } => self.offer_password_verifier(&username, a).await,
            Attempt::Refresh { token, secret_hash } => {
                self.refresh(&token, secret_hash.as_ref()).await
            }
            Attempt::Custom => attempt::refuse_custom(&self.settings),
            Attempt::Choice => Refusal::OperationNotServed {
                operation: "USER_AUTH".into(),
            }
            .refuse("use USER_SRP_AUTH or USER_PASSWORD_AUTH until choice-based sign-in lands"),
        }
    }

    /// The user a sign-in name means.
    fn find(&self, username: &str) -> Option<Arc<User>> {
        self.pool
            .read(|state| users::resolve(state, username).cloned())
    }

    /// The user of a conversation, as it is now.
    fn user(&self, sub: Uuid) -> Result<Arc<User>, CognitoError> {
        self.pool
            .read(|state| state.users.with_sub(sub).cloned())
            .ok_or_else(|| self.unknown_user("the user was deleted after the sign-in began"))
    }

    /// An unknown user, told apart from a wrong password or not, as the client is set.
    fn unknown_user(&self, reason: &'static str) -> CognitoError {
        if self.client.hides_unknown_users() {
            Refusal::IncorrectUsernameOrPassword.because(format!(
                "{reason}; the app client's PreventUserExistenceErrors ENABLED hides that"
            ))
        } else {
            Refusal::UserUnknown.because(reason)
        }
    }

    fn subject<'s>(&'s self, username: &'s str) -> Subject<'s> {
        Subject {
            pool: &self.pool,
            settings: &self.settings,
            client_id: Some(&self.client.id),
            username,
            metadata: &self.metadata,
        }
    }

    /// The pre authentication function; an unknown user reaches it only where the client hides
    /// unknown users (documented).
    async fn pre_authenticate(
        &self,
        username: &str,
        user: Option<&User>,
    ) -> Result<(), CognitoError> {
        if user.is_none() && !self.client.hides_unknown_users() {
            return Ok(());
        }
        triggers::call(
            self.cx,
            Trigger::PreAuthentication,
            "PreAuthentication_Authentication",
            self.subject(user.map_or(username, |user| &user.username)),
            || user.map(User::listed_attributes).unwrap_or_default(),
            Request::PreAuthentication {
                user_not_found: user.is_none(),
            },
        )
        .await
        .map(drop)
    }

    /// What follows a right password, by the state of the account.
    async fn after_password(
        &self,
        user: Arc<User>,
        password: Option<&Secret>,
    ) -> Result<Outcome, CognitoError> {
        self.device(user.sub)?;
        self.weigh(&user, password)?;
        match user.status {
            UserStatusType::Unconfirmed => password::refuse_unconfirmed(),
            UserStatusType::ResetRequired => password::refuse_reset_required(),
            UserStatusType::ForceChangePassword => self.require_new_password(&user),
            UserStatusType::Confirmed
            | UserStatusType::Archived
            | UserStatusType::Compromised
            | UserStatusType::Unknown
            | UserStatusType::ExternalProvider => self.second_factor(user, AUTHENTICATION).await,
        }
    }

    /// The second factor, if the pool or the user wants one.
    async fn second_factor(
        &self,
        user: Arc<User>,
        source: &'static str,
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
    async fn complete(
        &self,
        user: Arc<User>,
        source: &'static str,
    ) -> Result<Outcome, CognitoError> {
        // What happened while the answer was under way counts.
        let user = self.user(user.sub)?;
        password::check_may_try(&user, self.cx.now())?;
        let device = self.device(user.sub)?;
        let user = self.clear_lock(user)?;
        triggers::call(
            self.cx,
            Trigger::PostAuthentication,
            "PostAuthentication_Authentication",
            self.subject(&user.username),
            || user.listed_attributes(),
            Request::PostAuthentication {
                new_device_used: device == Signing::New,
            },
        )
        .await?;
        let (device, metadata) = self.enter(&user, device)?;
        let mut lineage = Lineage::begin(self.cx, &self.client, &user, device);
        self.pass(&user, &mut lineage);
        let refresh = Some(lineage.refresh_token(self.cx, &self.pool.id, &self.client.id));
        let result = self.issue(&user, &lineage, refresh, source).await?;
        if self.settings.tracking.enabled {
            user_sessions::open(self.cx, &self.pool, &self.client.id, &lineage, &self.origin)?;
        }
        Ok(Outcome::Tokens(AuthenticationResultType {
            new_device_metadata: metadata,
            ..result
        }))
    }

    async fn issue(
        &self,
        user: &Arc<User>,
        lineage: &Lineage,
        refresh_token: Option<Secret>,
        source: &'static str,
    ) -> Result<AuthenticationResultType, CognitoError> {
        let issue = tokens::Issue {
            pool: &self.pool,
            settings: &self.settings,
            client: &self.client,
            user,
            lineage,
            refresh_token,
            source,
            metadata: &self.metadata,
        };
        tokens::issue(self.cx, issue).await
    }

    /// A challenge of a new conversation. Clients look for `USER_ID_FOR_SRP` in every challenge
    /// after the password (observed).
    fn challenge(
        &self,
        user: &User,
        name: ChallengeNameType,
        step: Step,
        parameters: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Outcome {
        let session = self.cx.sessions.open(
            self.cx,
            Opening {
                pool: &self.pool.id,
                client: &self.client.id,
                sub: user.sub,
                step,
                device_key: self.device_key,
                event: self.event.get().copied(),
                life: self.client.auth_session(),
            },
        );
        let parameters = parameters
            .into_iter()
            .chain([("USER_ID_FOR_SRP", user.username.to_string())])
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        Outcome::Challenge {
            name,
            session: Some(session),
            parameters,
        }
    }
}

#[cfg(test)]
mod tests;
