//! One sign-in under way: its pool, app client, door and request.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use uuid::Uuid;

use super::attempt::{self, Attempt, Parameters};
use super::door::{Door, Outcome};
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{AuthFlowType, AuthenticationResultType, ChallengeNameType};
use crate::model::{ClientId, PoolId, Secret};
use crate::store::conversations::Step;
use crate::store::user_pool::Pool;
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::device::DeviceKey;
use crate::store::user_pool::lineage::Lineage;
use crate::store::user_pool::settings::UserPool;
use crate::store::user_pool::user::User;
use crate::user_pool::app_clients::managed_secrets;
use crate::user_pool::conversations::Opening;
use crate::user_pool::threat_protection::request_origin::Origin;
use crate::user_pool::triggers::authentication::PreAuthentication;
use crate::user_pool::triggers::token_generation::Source;
use crate::user_pool::triggers::{self, ClientMetadata, Subject};
use crate::user_pool::{regional, tokens, users};

/// The client of an administrator's request; one of another pool is unknown here (inferred).
pub(super) fn admin_client(
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
    let client = managed_secrets::rotated(cx, &pool, client)?;
    Ok((pool, client))
}

/// One request of a sign-in: where it happens, for which client.
pub(super) struct SignIn<'a> {
    pub(super) cx: &'a Context,
    pub(super) door: Door,
    pub(super) pool: Arc<Pool>,
    pub(super) settings: Arc<UserPool>,
    pub(super) client: Arc<AppClient>,
    pub(super) metadata: ClientMetadata,
    /// DEVICE_KEY, as this request or one before it sent it.
    pub(super) device_key: DeviceKey,
    /// Where it comes from.
    pub(super) origin: Origin,
    /// The sign-in's auth event, where the pool keeps such.
    pub(super) event: OnceLock<Uuid>,
}

impl<'a> SignIn<'a> {
    pub(super) fn new(
        cx: &'a Context,
        door: Door,
        pool: Arc<Pool>,
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
            device_key: DeviceKey::Missing,
            origin: Origin::default(),
            event: OnceLock::new(),
        }
    }

    /// Begins a sign-in. What is wrong with its origin comes after the parameters (inferred).
    pub(super) async fn start(
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
    pub(super) fn unknown_user(&self, reason: &'static str) -> CognitoError {
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
            validation_data: &self.metadata,
        };
        triggers::call(self.cx, subject, event).await
    }

    pub(super) async fn issue(
        &self,
        user: &Arc<User>,
        lineage: &Lineage,
        refresh_token: Option<Secret>,
        source: Source,
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
    pub(super) fn challenge(
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
