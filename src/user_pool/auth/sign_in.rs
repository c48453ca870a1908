//! One sign-in under way: its pool, app client, door and request.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use uuid::Uuid;

use super::attempt::{Attempt, Credentials};
use super::device::Signing;
use super::door::{Door, Outcome, SignedIn};
use super::next_step::{Next, Progress, Proven, next_step};
use super::step_up;
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{AuthenticationResultType, ChallengeNameType};
use crate::model::{ClientId, PoolId};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::conversations::{Completed, Step, rests_on_password};
use crate::store::user_pool::device::DeviceKey;
use crate::store::user_pool::lineage::Lineage;
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::user::User;
use crate::user_pool::app_clients::managed_secrets;
use crate::user_pool::conversations::Opening;
use crate::user_pool::threat_protection::context_data::ContextData;
use crate::user_pool::triggers::authentication::{PostAuthentication, PreAuthentication};
use crate::user_pool::triggers::custom_auth::Definition;
use crate::user_pool::triggers::token_generation::Source;
use crate::user_pool::triggers::{self, ClientMetadata, Subject};
use crate::user_pool::users::standing;
use crate::user_pool::{regional, sessions, tokens, users};

/// The client of an administrator's request; one of another pool is unknown here (inferred).
pub(super) fn admin_client(
    cx: &Context,
    pool_id: &PoolId,
    client_id: &ClientId,
) -> Result<(Arc<UserPool>, Arc<AppClient>), CognitoError> {
    let pool = cx.pool(pool_id)?;
    let client = pool
        .read(|state| state.clients.get(client_id).cloned())
        .ok_or_else(|| {
            Refusal::ClientUnknown {
                id: client_id.to_string(),
            }
            .because(format!("{pool_id} has no app client with this id"))
        })?;
    let client = managed_secrets::rotated(cx, &pool, client)?;
    Ok((pool, client))
}

/// One request of a sign-in: where it happens, for which client.
pub(super) struct SignIn<'a> {
    pub(super) cx: &'a Context,
    pub(super) door: Door,
    pub(super) pool: Arc<UserPool>,
    pub(super) settings: Arc<PoolSettings>,
    pub(super) client: Arc<AppClient>,
    pub(super) metadata: ClientMetadata,
    /// What PreAuthentication gets of it.
    pub(super) validation_data: ClientMetadata,
    /// What the sign-in has behind it.
    pub(super) completed: Vec<Completed>,
    /// DEVICE_KEY, as this request or one before it sent it.
    pub(super) device_key: DeviceKey,
    /// Whether the answer to SOFTWARE_TOKEN_MFA names the user by an alias.
    pub(super) token_by_alias: bool,
    /// The levels of which a page's sign-in is to reach one, best first.
    pub(super) levels: String,
    /// Where it comes from.
    pub(super) context_data: ContextData,
    /// The sign-in's auth event, where the pool keeps such.
    pub(super) event: OnceLock<Uuid>,
}

impl<'a> SignIn<'a> {
    pub(super) fn new(
        cx: &'a Context,
        door: Door,
        pool: Arc<UserPool>,
        client: Arc<AppClient>,
        metadata: Option<ClientMetadata>,
    ) -> Self {
        // A secondary Region calls its own functions and sends by its own senders (documented).
        let settings = regional::settings(cx, &pool);
        Self {
            cx,
            door,
            pool,
            settings,
            client,
            metadata: metadata.unwrap_or_default(),
            validation_data: ClientMetadata::new(),
            completed: Vec::new(),
            device_key: DeviceKey::Missing,
            token_by_alias: false,
            levels: String::new(),
            context_data: ContextData::default(),
            event: OnceLock::new(),
        }
    }

    pub(super) fn from(mut self, context_data: ContextData) -> Self {
        self.context_data = context_data;
        self
    }

    /// Begins a sign-in. Metadata of a first request reaches PreAuthentication, and no later function
    /// (documented).
    pub(super) async fn start(mut self, attempt: Attempt) -> Result<Outcome, CognitoError> {
        self.validation_data = std::mem::take(&mut self.metadata);
        self.device_key = attempt.device_key;
        match attempt.credentials {
            Credentials::Password { username, password } => {
                let found = self.find_or_migrate(&username, &password).await?;
                let proven = self
                    .sign_in_with_password(&username, found, &password)
                    .await?;
                self.aim(&proven.user)?;
                self.go_on(proven).await
            }
            Credentials::Srp { username, a } => self.offer_password_verifier(&username, a).await,
            Credentials::Refresh { token, secret_hash } => {
                self.refresh(&token, secret_hash.as_ref()).await
            }
            Credentials::Custom { username, first } => {
                let proven = self.begin_custom(&username, first).await?;
                self.go_on(proven).await
            }
            Credentials::Choice(choice) => self.begin_choice(choice).await,
            Credentials::SignedUp { session, wish } => self.begin_signed_up(&session, wish).await,
        }
    }

    /// Notes the level that a page wants of its user.
    fn aim(&mut self, user: &User) -> Result<(), CognitoError> {
        if let Some(wanted) = self.wanted_levels(&step_up::Asked::levels(&self.levels))? {
            let step_up = self.step_up(user, &wanted)?;
            self.completed.push(Completed::StepUp(step_up));
        }
        Ok(())
    }

    /// Goes on after a completed step, as [`next_step`] decides.
    pub(super) async fn go_on(mut self, proven: Proven) -> Result<Outcome, CognitoError> {
        let Proven { mut user, step } = proven;
        self.completed.push(step.clone());
        let mut defined = None;
        loop {
            let outcome = match self.next(&user, &step, defined)? {
                Next::Define => {
                    defined = Some(self.define(&user).await?);
                    // The function took its time: what happened to the account meanwhile counts.
                    user = self.user_now(&user)?;
                    continue;
                }
                Next::NewPassword => self.require_new_password(&user),
                Next::Factor(factor) => self.challenge_factor(&user, factor).await,
                Next::SelectFactor(choices) => Ok(self.select_factor(&user, choices)),
                Next::SetUpFactor(choices) => Ok(self.set_up_factor(&user, &choices)),
                Next::OneTimeTokens(source, choices) => {
                    if self.use_one_time_tokens(&user)? {
                        self.complete(user, source).await
                    } else {
                        Ok(self.set_up_factor(&user, &choices))
                    }
                }
                Next::CustomChallenge => self.ask_custom(&user).await,
                Next::ProvePassword(a) => self.ask_for_proof(&user, &a).await,
                Next::NamedFactor(factor) => Ok(self.challenge_named_factor(&user, factor)),
                Next::Device(id) => Ok(self.challenge_device(&user, id)),
                Next::Tokens(source) => self.complete(user, source).await,
            };
            return outcome;
        }
    }

    /// What follows `step`, the last one completed.
    fn next(
        &self,
        user: &User,
        step: &Completed,
        defined: Option<Definition>,
    ) -> Result<Next, CognitoError> {
        let before = self.completed.split_last();
        next_step(&Progress {
            settings: &self.settings,
            user,
            step,
            before: before.map_or(&[], |(_, before)| before),
            device: self.device(user.sub)?,
            defined,
            demand: self.demand(user),
            one_time_tokens: self.cx.settings.one_time_tokens
                || self.settings.emulation.one_time_tokens,
            hosted: self.door == Door::Hosted,
        })
        .inspect_err(|_| self.fail(user))
    }

    /// The user a sign-in name means.
    pub(super) fn find(&self, username: &str) -> Option<Arc<User>> {
        self.pool
            .read(|state| users::resolve(state, username).cloned())
    }

    /// The user of a conversation, as it is now.
    pub(super) fn user(&self, sub: Uuid) -> Result<Arc<User>, CognitoError> {
        self.pool
            .read(|state| state.users.with_sub(sub).cloned())
            .ok_or_else(|| self.unknown_user("the user was deleted after the sign-in began"))
    }

    /// An unknown user, told apart from a wrong password or not, as the client is set.
    pub(super) fn unknown_user(&self, reason: impl Into<Cow<'static, str>>) -> CognitoError {
        let reason = reason.into();
        if self.client.hides_unknown_users() {
            Refusal::IncorrectUsernameOrPassword.because(format!(
                "{reason}; the app client's PreventUserExistenceErrors ENABLED hides that"
            ))
        } else {
            Refusal::UserUnknown.because(reason)
        }
    }

    pub(super) fn subject<'s>(&'s self, username: &'s str) -> Subject<'s> {
        Subject {
            pool: &self.pool,
            settings: &self.settings,
            client_id: Some(&self.client.id),
            username,
        }
    }

    /// The pre authentication function; an unknown user reaches it only where the client hides
    /// unknown users (documented).
    pub(super) async fn pre_authenticate(
        &self,
        username: &str,
        user: Option<&User>,
    ) -> Result<(), CognitoError> {
        if user.is_none() && !self.client.hides_unknown_users() {
            return Ok(());
        }
        let subject = self.subject(user.map_or(username, |user| &user.username));
        let event = PreAuthentication {
            user,
            hides_unknown_users: self.client.hides_unknown_users(),
            validation_data: &self.validation_data,
        };
        triggers::call(self.cx, subject, event).await
    }

    /// Tokens, and what goes with a finished sign-in.
    async fn complete(&self, user: Arc<User>, source: Source) -> Result<Outcome, CognitoError> {
        // What happened while the answer was under way counts.
        let user = self.user(user.sub)?;
        let user = if rests_on_password(&self.completed) {
            standing::check_may_try(&user, self.cx.now())?;
            self.clear_lock(user)?
        } else {
            standing::check_may_try_custom(&user)?;
            user
        };
        let device = self.device(user.sub)?;
        let event = PostAuthentication {
            user: &user,
            new_device_used: device == Signing::New,
            metadata: &self.metadata,
        };
        triggers::call(self.cx, self.subject(&user.username), event).await?;
        // So does what the function changed by calling back, in the tokens too (inferred).
        let user = self.user(user.sub)?;
        standing::check_enabled(&user)?;
        let (device, metadata) = self.enter(&user, device)?;
        let mut lineage = Lineage::begin(self.cx, &self.client, &user, device);
        lineage.assurance = self.assurance();
        self.pass(&user, &mut lineage);
        if self.door == Door::Hosted {
            return Ok(Outcome::SignedIn(Box::new(SignedIn {
                user,
                lineage,
                provider: None,
            })));
        }
        let refresh_token = lineage.refresh_token(self.cx, &self.pool.id, &self.client.id);
        let result = self.issue(&user, &lineage, source).await?;
        if self.settings.tracking.enabled {
            sessions::open(
                self.cx,
                &self.pool,
                &self.client.id,
                &lineage,
                &self.context_data,
                None,
            )?;
        }
        Ok(Outcome::Tokens(AuthenticationResultType {
            refresh_token: Some(refresh_token),
            new_device_metadata: metadata,
            ..result
        }))
    }

    pub(super) async fn issue(
        &self,
        user: &Arc<User>,
        lineage: &Lineage,
        source: Source,
    ) -> Result<AuthenticationResultType, CognitoError> {
        let issue = tokens::Issue {
            pool: &self.pool,
            settings: &self.settings,
            client: &self.client,
            user,
            lineage,
            source,
            metadata: &self.metadata,
            nonce: None,
        };
        tokens::issue(self.cx, issue).await
    }

    /// A conversation to be opened, in which the sign-in goes on with `step`.
    pub(super) fn opening(&self, sub: Uuid, step: Step) -> Opening<'_> {
        Opening {
            pool: &self.pool,
            client: &self.client.id,
            sub,
            step,
            completed: self.completed.clone(),
            device_key: self.device_key,
            event: self.event.get().copied(),
            life: self.step_life(),
        }
    }

    /// How long a step may take: as the client says, but on the hosted pages three minutes (documented).
    pub(super) fn step_life(&self) -> Duration {
        match self.door {
            Door::Public | Door::Admin => self.client.auth_session(),
            Door::Hosted => Duration::from_secs(3 * 60),
        }
    }

    /// A challenge of a new conversation. Clients look for `USER_ID_FOR_SRP` in every challenge
    /// after the password (observed).
    pub(super) fn challenge(
        &self,
        user: &User,
        name: ChallengeNameType,
        step: Step,
        parameters: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Outcome {
        let session = self.cx.sessions.open(self.cx, self.opening(user.sub, step));
        let parameters = parameters
            .into_iter()
            .chain([("USER_ID_FOR_SRP", user.username.to_string())])
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        Outcome::Challenge {
            name,
            session: Some(session),
            parameters,
            available: None,
        }
    }
}
