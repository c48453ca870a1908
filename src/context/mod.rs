//! The whole of what an operation may touch.
//!
//! [`Shared`] is built once and lives as long as the server; a [`Context`] is made for each request
//! and adds who is calling. Time, chance, messages and triggers are reached only through here.

mod apart;
mod branches;
mod news;
mod places;
mod settings;
mod snapshots;

pub use self::apart::Apart;
pub use self::branches::Branches;
pub use self::places::{Held, Places};
pub use self::settings::{IssuerMode, ProviderEndpoint, Settings};
pub use self::snapshots::{NotKept, START, Snapshot, Snapshots};

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use uuid::Uuid;

use self::places::HasPlace;
use crate::clock::{Clock, Timestamp};
use crate::control::deliveries::Deliveries;
use crate::control::faults::FaultRules;
use crate::control::functions::TriggerRules;
use crate::control::invocations::Invocations;
use crate::control::journal::Journal;
use crate::control::outbox::Outbox;
use crate::control::passkeys::Authenticator;
use crate::control::people::People;
use crate::control::risk::RiskRules;
use crate::control::turn::Turn;
use crate::control::undeliverable::Undeliverable;
use crate::crypto::CryptoPool;
use crate::crypto::data_keys::DataKeys;
use crate::crypto::key_reserve::KeyReserve;
use crate::crypto::seal::Seal;
use crate::entropy::{Entropy, Purpose};
use crate::error::{CognitoError, Refusal};
use crate::lambda::later::Later;
use crate::lambda::{Functions, NoFunctions};
use crate::model::{AccountRegion, PoolId};
use crate::outbound::{Asked, Fetched, NoOutbound, NotFetched, Outbound};
use crate::quotas::Quotas;
use crate::smtp::Mailer;
use crate::store::Store;
use crate::store::eras::Eras;
use crate::store::federations::Federations;
use crate::store::import_jobs::ActiveImports;
use crate::store::recoveries::ActiveRecoveries;
use crate::store::sessions::Sessions;
use crate::store::token_table::TokenTable;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::import_job::UploadRoom;
use crate::store::user_pool::settings::PoolSettings;
use crate::store::view::View;

/// The account that requests belong to unless they say otherwise.
pub const DEFAULT_ACCOUNT: &str = "123456789012";

/// The Region that requests belong to unless they say otherwise.
pub const DEFAULT_REGION: &str = "us-east-1";

/// What lives as long as the server.
pub struct Shared {
    /// All pools as they are; a request finds its own at [`Context::store`].
    pub store: Arc<Store>,
    /// The time between snapshots and restores.
    pub eras: Eras,
    /// The only source of time.
    pub clock: Clock,
    /// The only source of chance.
    pub entropy: Entropy,
    /// What the start-up settings chose.
    pub settings: Settings,
    /// Request rates, and what is used of them.
    pub(crate) quotas: Quotas,
    /// Messages that AWS would have sent.
    pub outbox: Outbox,
    /// Where mails go besides.
    pub(crate) mailer: Option<Mailer>,
    /// Log records that AWS would have delivered.
    pub deliveries: Deliveries,
    /// What a test lets befall requests.
    pub faults: FaultRules,
    /// What a test says is risky.
    pub risk_rules: RiskRules,
    /// Which messages a test has lost.
    pub undeliverable: Undeliverable,
    /// What a test answers in place of functions.
    pub trigger_rules: Arc<TriggerRules>,
    /// The last requests, and what else happened.
    pub journal: Arc<Journal>,
    /// Whose turn it is, of clients that need the server for themselves.
    pub turn: Turn,
    /// The last invocations of functions.
    pub invocations: Arc<Invocations>,
    /// Passkeys of tests.
    pub authenticator: Authenticator,
    /// Sign-in conversations under way.
    pub(crate) sessions: Sessions,
    /// Sign-ins on their way through an identity provider.
    pub(crate) federations: Federations,
    /// Whom the stand-in identity provider knows.
    pub(crate) people: People,
    /// Import jobs that run.
    pub imports: ActiveImports,
    /// The order in which point-in-time recoveries begin.
    pub(crate) recoveries: ActiveRecoveries,
    /// Room for the files of import jobs.
    pub(crate) uploads: UploadRoom,
    /// Access tokens recognised without checking their signature again.
    pub(crate) tokens: TokenTable,
    /// Keys that pools sign with.
    pub(crate) keys: KeyReserve,
    /// Seals refresh tokens and pagination tokens.
    pub(crate) seal: Arc<Seal>,
    /// Wraps data keys, as AWS KMS does.
    pub(crate) data_keys: Arc<DataKeys>,
    /// Places for calls.
    pub(crate) places: Places,
    /// Where signing and big-number work runs.
    pub(crate) crypto: CryptoPool,
    /// Functions that pools call at certain steps.
    pub functions: Box<dyn Functions>,
    /// Calls of functions that nobody waits for.
    pub(crate) later: Later,
    /// Fetches documents of others.
    pub(crate) outbound: Box<dyn Outbound>,
    /// Makes fixtures that come while the server runs.
    pub(crate) apart: Box<dyn Apart>,
    /// The accounts that are branches.
    pub branches: Branches,
    /// What it was like at moments that a test has named.
    pub snapshots: Snapshots,
}

impl Shared {
    /// A server without pools.
    pub fn new(clock: Clock, entropy: Entropy, settings: Settings) -> Self {
        let store = Arc::new(Store::new(clock.clone(), settings.keep_history));
        let journal = Arc::new(Journal::new(settings.keep_requests));
        Self {
            eras: Eras::new(Arc::clone(&store)),
            store,
            quotas: Quotas::new(settings.request_rates),
            outbox: Outbox::telling(settings.keep_messages, Arc::clone(&journal)),
            mailer: None,
            deliveries: Deliveries::default(),
            faults: FaultRules::default(),
            risk_rules: RiskRules::default(),
            undeliverable: Undeliverable::default(),
            trigger_rules: Arc::default(),
            journal,
            turn: Turn::default(),
            invocations: Arc::new(Invocations::new(settings.keep_invocations)),
            authenticator: Authenticator::default(),
            sessions: Sessions::default(),
            federations: Federations::default(),
            people: People::default(),
            imports: ActiveImports::default(),
            recoveries: ActiveRecoveries::default(),
            uploads: UploadRoom::default(),
            tokens: TokenTable::new(&entropy),
            keys: KeyReserve::new(),
            seal: Arc::new(Seal::new(entropy.bytes(Purpose::Tokens))),
            data_keys: Arc::new(DataKeys::new(&entropy)),
            places: Places::default(),
            crypto: CryptoPool::default(),
            functions: Box::new(NoFunctions),
            later: Later::default(),
            outbound: Box::new(NoOutbound),
            apart: Box::new(apart::Nothing),
            branches: Branches::default(),
            snapshots: Snapshots::new(settings.keep_snapshots),
            clock,
            entropy,
            settings,
        }
    }
}

/// Who signed a request. Only this tells what credentials authorize: the Region of a caller may come
/// from a host name, which anybody can choose.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Signer {
    /// Nobody.
    #[default]
    Unsigned,
    /// Somebody with credentials for a Region.
    Scope {
        /// The Region of the credential's scope.
        region: String,
    },
}

impl Signer {
    /// Somebody with credentials for this Region.
    pub fn in_region(region: impl Into<String>) -> Self {
        Self::Scope {
            region: region.into(),
        }
    }
}

/// Who calls, as far as the request tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who signed the request.
    pub signer: Signer,
    /// The Region in the name of the host that was called, if it is named as AWS's endpoints are,
    /// `cognito-idp.REGION.`; it says where a request goes, never who sent it.
    pub endpoint_region: Option<String>,
    /// The account: a 12-digit access key id names it, else it is the default one.
    pub account: String,
    /// `scheme://host:port` that the request used, without a slash at its end.
    pub endpoint: Arc<str>,
    /// The id of the request, as its answer carries it.
    pub request_id: Option<Uuid>,
    /// The address of the peer.
    pub address: Option<std::net::IpAddr>,
    /// The program that calls, in its own words (RFC 9110 section 10.1.5), as far as it said.
    pub user_agent: Option<Box<str>>,
}

impl Caller {
    /// The Region that is called: that of the signature, else that of the endpoint.
    pub fn region(&self) -> Option<&str> {
        match &self.signer {
            Signer::Scope { region } => Some(region),
            Signer::Unsigned => self.endpoint_region.as_deref(),
        }
    }

    /// The Region to create things in.
    pub fn region_or_default(&self) -> &str {
        self.region().unwrap_or(DEFAULT_REGION)
    }

    /// The account and the Region to create things in.
    pub fn account_region(&self) -> AccountRegion {
        AccountRegion::new(&self.account, self.region_or_default())
    }
}

impl Default for Caller {
    fn default() -> Self {
        Self {
            signer: Signer::Unsigned,
            endpoint_region: None,
            account: DEFAULT_ACCOUNT.into(),
            endpoint: "http://localhost:9229".into(),
            request_id: None,
            address: None,
            user_agent: None,
        }
    }
}

/// One request's view of the server.
#[derive(Clone)]
pub struct Context {
    shared: Arc<Shared>,
    /// The pools, as they are for a request that began when this one did.
    pub store: View,
    /// Who calls.
    pub caller: Caller,
    unpublished: Option<Arc<UserPool>>,
    remark: OnceLock<String>,
    has_place: HasPlace,
}

impl Context {
    /// The view of `caller`.
    pub fn new(shared: Arc<Shared>, mut caller: Caller) -> Self {
        if let Some(region) = &mut caller.endpoint_region {
            // The case of a host's name means nothing (RFC 3986, 3.2.2).
            region.make_ascii_lowercase();
        }
        Self {
            store: View::new(shared.eras.current()),
            shared,
            caller,
            unpublished: None,
            remark: OnceLock::new(),
            has_place: HasPlace::default(),
        }
    }

    /// The view of somebody who fills `pool` before the store has it: it is found by its id, and is
    /// of every account.
    #[must_use]
    pub fn filling(self, pool: Arc<UserPool>) -> Self {
        Self {
            unpublished: Some(pool),
            ..self
        }
    }

    /// Where this server is reached, without a slash at its end: as the request used it, or as it is
    /// pinned.
    pub fn base_url(&self) -> &str {
        let pinned = self.settings.public_url.as_deref();
        pinned.unwrap_or(&self.caller.endpoint)
    }

    /// The path of [`base_url`](Self::base_url), without a slash at its end: what a proxy takes off.
    pub fn base_path(&self) -> &str {
        let base = self.base_url();
        let host = base.split_once("://").map_or(base, |(_, host)| host);
        host.find('/').map_or("", |at| &host[at..])
    }

    /// Whether AWS's limits hold for a pool: the server was started with them, or the pool's fixture
    /// asks for them.
    pub fn holds_limits(&self, pool: &PoolSettings) -> bool {
        self.settings.attempt_limits || pool.emulation.attempt_limits
    }

    /// The current moment.
    pub fn now(&self) -> Timestamp {
        self.store.clock().unwrap_or(&self.shared.clock).now()
    }

    /// The pool with this id, as far as the caller's account and Region may see it.
    /// What a replica serves was checked before, in
    /// [`regions`](crate::dispatch::regions).
    ///
    /// # Errors
    /// `User pool … does not exist.`, also for a pool of another account or Region.
    pub fn pool(&self, id: &PoolId) -> Result<Arc<UserPool>, CognitoError> {
        if let Some(pool) = &self.unpublished
            && pool.id == *id
        {
            return Ok(Arc::clone(pool));
        }
        let pool = self.store.pool(id)?;
        let unseen =
            |reason: String| Err(Refusal::UserPoolUnknown { id: id.to_string() }.because(reason));
        if self
            .caller
            .region()
            .is_some_and(|region| region != pool.region() && !pool.is_replicated_to(region))
        {
            return unseen(format!(
                "the request is {} {}, the pool is in {}",
                match self.caller.signer {
                    Signer::Scope { .. } => "signed for",
                    Signer::Unsigned => "for a host of",
                },
                self.caller.region_or_default(),
                pool.region()
            ));
        }
        if self.caller.account != pool.account {
            return unseen(format!(
                "the request is for account {}, the pool is in {}; an access key id of 12 digits \
                 names the account, every other one means {DEFAULT_ACCOUNT}",
                self.caller.account, pool.account
            ));
        }
        Ok(pool)
    }

    /// Gets a document of others; not for a pool that is being filled, which waits for nobody.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn fetch(&self, url: &str) -> Result<Fetched, NotFetched> {
        if self.is_filling() {
            return Err(NotFetched::Forbidden("a fixture fetches nothing".into()));
        }
        self.outside(self.outbound.get(url)).await
    }

    /// Sends a request of our own, as [`fetch`](Self::fetch) fetches.
    ///
    /// # Errors
    /// Why there is no answer.
    pub(crate) async fn send(&self, asked: &Asked) -> Result<Fetched, NotFetched> {
        if self.is_filling() {
            return Err(NotFetched::Forbidden("a fixture sends nothing".into()));
        }
        self.outside(self.outbound.send(asked)).await
    }

    /// Says why an answer is empty that a caller may have expected to hold something: the reason of an
    /// answer that is no refusal. The first remark of a request counts.
    pub fn remark(&self, reason: String) {
        // Fails when there is one already.
        let _ = self.remark.set(reason);
    }

    /// The remark on the answer, if there is one.
    pub fn into_remark(self) -> Option<String> {
        self.remark.into_inner()
    }

    /// Whether it is the view of somebody who fills a pool.
    pub fn is_filling(&self) -> bool {
        self.unpublished.is_some()
    }

    /// What outlives the request.
    pub fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }
}

impl Deref for Context {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.shared
    }
}
