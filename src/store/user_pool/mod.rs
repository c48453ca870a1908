//! A user pool and what it holds: records, and nothing else.

pub(crate) mod alias_index;
pub(crate) mod app_client;
pub(crate) mod assurance;
pub(crate) mod attributes;
pub(crate) mod authorizations;
pub mod branch;
pub(crate) mod branding;
pub(crate) mod change;
pub mod client_id_metadata;
pub(crate) mod code;
pub mod conversations;
pub(crate) mod description;
pub(crate) mod device;
pub(crate) mod domain;
pub(crate) mod draft;
pub(crate) mod group;
pub(crate) mod identity;
pub(crate) mod identity_provider;
pub(crate) mod import_job;
pub mod import_log;
pub(crate) mod imported_hash;
pub mod known_eras;
pub(crate) mod lineage;
pub mod ordered;
pub(crate) mod passkey;
pub mod password;
pub(crate) mod recovery;
pub(crate) mod replica;
pub(crate) mod resource_server;
mod restored;
pub mod revocation;
pub mod schema;
pub mod settings;
pub(crate) mod software_token;
pub(crate) mod state;
mod steps;
pub(crate) mod terms;
pub(crate) mod threats;
pub(crate) mod user;
mod user_index;
pub(crate) mod user_session;
pub(crate) mod users;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use self::authorizations::Authorizations;
use self::change::Change;
use self::conversations::Conversations;
use self::description::Described;
use self::domain::Domains;
use self::draft::Draft;
use self::known_eras::{EraNumber, KnownEras};
use self::replica::Replicas;
use self::settings::PoolSettings;
use self::state::PoolState;
use crate::clock::Clock;
use crate::crypto::key_reserve::PoolKeys;
use crate::error::{CognitoError, Refusal};
use crate::model::{AccountRegion, ClientId, PoolId, arns};

pub(super) fn unknown_pool(id: &PoolId) -> CognitoError {
    Refusal::UserPoolUnknown { id: id.to_string() }
        .because("no user pool has this id; ListUserPools shows those that exist")
}

/// Hears what changes in a pool, in order: a history, later what keeps state on disk. It is told under
/// the pool's lock, so it must be quick, and it reads the pool by what it is given alone.
pub(crate) trait Listener: Send + Sync {
    /// `change` is about to be made to `state`.
    fn hear(&self, state: &PoolState, change: &Change);
}

/// A user pool: what never changes, and its state behind a lock.
pub struct UserPool {
    /// `REGION_NAME`.
    pub id: PoolId,
    /// The account it belongs to.
    pub account: String,
    /// The two keys it signs with.
    pub keys: Arc<PoolKeys>,
    state: RwLock<PoolState>,
    clock: Clock,
    listener: OnceLock<Arc<dyn Listener>>,
    /// Sign-ins under way.
    pub(crate) conversations: Conversations,
    /// Codes and browsers of its authorization server.
    pub(crate) authorizations: Authorizations,
    eras: KnownEras,
    /// Whether a restore has put another one in its place.
    is_past: AtomicBool,
    /// What DescribeUserPool answered last.
    pub(crate) described: Mutex<Option<Described>>,
}

impl std::fmt::Debug for UserPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pool({})", self.id)
    }
}

impl UserPool {
    /// A pool with `settings` and nothing in it.
    pub fn new(account: String, keys: Arc<PoolKeys>, settings: PoolSettings, clock: Clock) -> Self {
        let state = PoolState::new(settings);
        Self {
            id: state.settings.id.clone(),
            account,
            keys,
            state: RwLock::new(state),
            clock,
            listener: OnceLock::new(),
            conversations: Conversations::default(),
            authorizations: Authorizations::default(),
            eras: KnownEras::default(),
            is_past: AtomicBool::new(false),
            described: Mutex::default(),
        }
    }

    /// The pool as it is now, to be put back later. It costs the same however much the pool holds.
    pub fn picture(&self) -> Picture {
        Picture {
            id: self.id.clone(),
            account: self.account.clone(),
            keys: Arc::clone(&self.keys),
            // Of a step of a sign-in that comes between, the answer is lost: it can be given again.
            conversations: self.conversations.clone(),
            authorizations: self.authorizations.clone(),
            state: self.read(PoolState::clone),
            eras: self.eras.clone(),
            clock: self.clock.clone(),
        }
    }

    /// Whether it knows tokens that were given in this era.
    pub fn knows_tokens_of(&self, era: EraNumber) -> bool {
        self.eras.has(era)
    }

    /// Whether a restore has put another one in its place: only requests that began before see it.
    pub fn is_past(&self) -> bool {
        self.is_past.load(Ordering::SeqCst)
    }

    /// A restore puts another one in its place.
    pub(super) fn leave(&self) {
        self.is_past.store(true, Ordering::SeqCst);
    }

    /// The Region, the part of the id before the underscore.
    pub fn region(&self) -> &str {
        self.id.region()
    }

    /// The account, and the Region that is the pool's own.
    pub fn account_region(&self) -> AccountRegion {
        AccountRegion::new(&self.account, self.region())
    }

    /// `arn:PARTITION:cognito-idp:REGION:ACCOUNT:userpool/ID`.
    pub fn arn(&self) -> String {
        self.arn_in(self.region())
    }

    /// The ARN of the pool, or of its replica, in `region`.
    pub fn arn_in(&self, region: &str) -> String {
        format!(
            "arn:{}:cognito-idp:{region}:{}:userpool/{}",
            arns::partition(region),
            self.account,
            self.id
        )
    }

    /// Whether the pool has a replica in `region`.
    pub fn is_replicated_to(&self, region: &str) -> bool {
        self.read(|state| state.replicas.secondary_in(region).is_some())
    }

    /// Looks at the state; `look` must be quick.
    pub fn read<T>(&self, look: impl FnOnce(&PoolState) -> T) -> T {
        look(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether it is deleted.
    pub fn is_gone(&self) -> bool {
        self.read(|state| state.is_gone)
    }

    /// The settings as they are now.
    pub fn settings(&self) -> Arc<PoolSettings> {
        self.read(|state| Arc::clone(&state.settings))
    }

    /// From now on `listener` hears what changes; only the first one that asks does.
    pub(super) fn tell(&self, listener: Arc<dyn Listener>) {
        let _ = self.listener.set(listener);
    }

    /// Stages changes and publishes them all when `stage` answers `Ok`.
    ///
    /// # Errors
    /// A pool that was deleted meanwhile; what waits for a point-in-time recovery to end; whatever
    /// `stage` refuses. Nothing has changed then.
    pub fn change<T>(
        &self,
        stage: impl FnOnce(&mut Draft<'_>) -> Result<T, CognitoError>,
    ) -> Result<T, CognitoError> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if state.is_gone {
            return Err(unknown_pool(&self.id));
        }
        let mut draft = Draft::new(&state);
        let answer = stage(&mut draft)?;
        let changes = draft.into_changes();
        state.check_paused(&changes, || self.clock.now())?;
        let mut gone = Vec::new();
        for change in changes {
            if let Some(listener) = self.listener.get() {
                listener.hear(&state, &change);
            }
            gone.extend(change.publish(&mut state));
        }
        // What there is much of is dropped when others can go on.
        drop(state);
        drop(gone);
        Ok(answer)
    }

    /// Ends the pool's life, unless `admit` refuses that, and gives what is known by name outside of it.
    pub(super) fn retire(
        &self,
        admit: impl FnOnce(&PoolState) -> Result<(), CognitoError>,
    ) -> Result<Left, CognitoError> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if state.is_gone {
            return Err(unknown_pool(&self.id));
        }
        admit(&state)?;
        state.is_gone = true;
        Ok(Left {
            clients: state.clients.keys().cloned().collect(),
            domains: state.domains.clone(),
            replicas: state.replicas.clone(),
        })
    }
}

/// A pool as it once was.
#[derive(Clone)]
pub struct Picture {
    /// `REGION_NAME`.
    pub(crate) id: PoolId,
    /// The account it belongs to.
    pub(crate) account: String,
    pub(crate) keys: Arc<PoolKeys>,
    pub(crate) conversations: Conversations,
    pub(crate) authorizations: Authorizations,
    pub(crate) state: PoolState,
    eras: KnownEras,
    clock: Clock,
}

impl Picture {
    /// The pool again, of a picture that was made at the end of the era `until`, or before the first token,
    /// in the era `since`.
    pub fn pool(&self, until: Option<EraNumber>, since: EraNumber) -> UserPool {
        UserPool {
            id: self.id.clone(),
            account: self.account.clone(),
            keys: Arc::clone(&self.keys),
            state: RwLock::new(self.state.clone()),
            clock: self.clock.clone(),
            listener: OnceLock::new(),
            conversations: self.conversations.clone(),
            authorizations: self.authorizations.clone(),
            eras: self.eras.put_back(until, since),
            is_past: AtomicBool::new(false),
            described: Mutex::default(),
        }
    }
}

/// What a pool that is gone leaves to be taken away elsewhere.
pub(super) struct Left {
    pub(super) clients: Vec<ClientId>,
    pub(super) domains: Domains,
    pub(super) replicas: Arc<Replicas>,
}
