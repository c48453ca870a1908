//! A server within a Rust test, and the same server for the binary.

use std::path::PathBuf;
use std::sync::Arc;

use crate::clock::{Clock, Timestamp};
use crate::config::{Config, FunctionSettings};
use crate::context::{Settings, Shared};
use crate::control::functions::Directed;
use crate::crypto::CryptoPool;
use crate::entropy::Entropy;
use crate::fixtures::apart::FixturesApart;
use crate::fixtures::{FixtureError, Loaded, Unloaded, WithoutTarget};
use crate::http::lambda::Endpoints;
use crate::http::{
    self, AuthorityError, BindError, Host, Limits, LoopbackRuntimeApi, Server, Tls, TlsSettings,
    outbound,
};
use crate::lambda::child_process::{ChildProcesses, Setup};
use crate::lambda::target::Target;
use crate::lambda::targets::{MakeAdapter, Targets};
use crate::smtp::Mailer;

/// A running Poolhouse.
///
/// ```no_run
/// # async fn example() -> Result<(), poolhouse::StartError> {
/// let aws = poolhouse::Emulator::builder().start().await?;
/// let endpoint = aws.url(); // give it to an SDK as its endpoint
/// aws.stop().await;
/// # Ok(()) }
/// ```
pub struct Emulator {
    shared: Arc<Shared>,
    server: Server,
    loaded: Loaded,
    functions: Arc<Directed>,
    processes: ChildProcesses,
    tls: Option<Arc<Tls>>,
    host: Host,
    port: u16,
}

/// Why a server did not start.
#[derive(Debug)]
pub enum StartError {
    /// The port or address cannot be had.
    Bind(BindError),
    /// A fixture is refused; nothing of it was loaded.
    Fixture(FixtureError),
    /// The directory that keeps the authority of TLS is refused.
    Tls(AuthorityError),
}

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bind(error) => error.fmt(f),
            Self::Fixture(error) => error.fmt(f),
            Self::Tls(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StartError {}

impl Emulator {
    /// A server on a free port of the loopback addresses, with the default fixture.
    pub fn builder() -> Builder {
        Builder {
            config: Config {
                port: 0,
                ..Config::default()
            },
            clock: None,
        }
    }

    /// Starts what `config` describes, on tasks of the current tokio runtime.
    ///
    /// # Errors
    /// When a fixture or the directory of TLS is refused, or the address cannot be had.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let clock = config
            .frozen_clock
            .map_or_else(Clock::running, Clock::frozen_at);
        Self::start_at(config, clock).await
    }

    /// Files take what time they take, so they are read where nobody waits for a worker of the runtime.
    async fn start_at(config: Config, clock: Clock) -> Result<Self, StartError> {
        let starting = tokio::task::spawn_blocking(move || Self::start_here(config, clock));
        match starting
            .await
            .map_err(tokio::task::JoinError::try_into_panic)
        {
            Ok(started) => started,
            Err(Ok(panic)) => std::panic::resume_unwind(panic),
            // The runtime shuts down, and with it whoever waits here.
            Err(Err(_)) => std::future::pending().await,
        }
    }

    fn start_here(config: Config, clock: Clock) -> Result<Self, StartError> {
        // The port first: a taken one is the more frequent fault, and costs nothing to find.
        let listeners = http::bind(config.host, config.port).map_err(StartError::Bind)?;
        let port = listeners.port;
        let tls = config.tls.as_ref().map(Tls::new);
        let tls = tls.transpose().map_err(StartError::Tls)?.map(Arc::new);
        let fixtures = Unloaded::read(&config.fixtures);
        let crypto = CryptoPool::default();
        let Furnished {
            shared,
            loaded,
            functions,
            processes,
        } = Furnished::new(&config, clock, crypto, &fixtures, port).map_err(StartError::Fixture)?;
        let guests = config.guests();
        let server = Server::start(
            Arc::clone(&shared),
            listeners,
            config.limits,
            guests,
            tls.clone(),
        );
        Ok(Self {
            shared,
            server,
            loaded,
            functions,
            processes,
            tls,
            host: config.host,
            port,
        })
    }

    /// `http://HOST:PORT`, to be given to an SDK as its endpoint. For a server that listens on all
    /// addresses, which are none to call, the host is `localhost`.
    pub fn url(&self) -> String {
        url(self.host, self.port)
    }

    /// `https://HOST:PORT`, if TLS is spoken: the same server, as clients reach it that know no other scheme.
    pub fn https_url(&self) -> Option<String> {
        let rest = self.url().split_off("http".len());
        self.tls.as_ref().map(|_| format!("https{rest}"))
    }

    /// The certificate of the authority that clients of TLS are to trust, as PEM; none without TLS, and where
    /// the system has no random numbers to make it of.
    pub async fn ca_pem(&self) -> Option<String> {
        self.tls.as_ref()?.authority().await.ok()
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its state, clock and messages.
    pub fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// What the fixtures held.
    pub fn loaded(&self) -> &Loaded {
        &self.loaded
    }

    /// Functions of the fixtures' pools that nothing runs, and no rule answers for.
    pub fn without_target(&self) -> Vec<WithoutTarget> {
        self.loaded
            .without_target(|pool, trigger, arn| self.functions.cover(pool, trigger, arn))
    }

    /// Lets requests under way finish, within the limit, and stops.
    pub async fn stop(self) {
        self.server.stop().await;
        self.processes.stop().await;
    }
}

/// A server before anybody is served.
pub(crate) struct Furnished {
    /// Its state, clock and messages.
    pub(crate) shared: Arc<Shared>,
    /// What the fixtures held.
    pub(crate) loaded: Loaded,
    pub(crate) functions: Arc<Directed>,
    pub(crate) processes: ChildProcesses,
}

impl Furnished {
    /// What `config` describes, to be reached at `port`, with these fixtures in place of the paths that it
    /// names.
    ///
    /// # Errors
    /// What is wrong with the fixtures.
    pub(crate) fn new(
        config: &Config,
        clock: Clock,
        crypto: CryptoPool,
        fixtures: &Unloaded,
        port: u16,
    ) -> Result<Self, FixtureError> {
        let entropy = config
            .seed
            .map_or_else(Entropy::from_os, Entropy::from_seed);
        let mut shared = Shared::new(clock, entropy, config.settings.clone());
        shared.outbound = outbound(config.settings.outbound);
        shared.mailer = config.smtp.clone().map(Mailer::start);
        shared.places = config.limits.places();
        shared.crypto = crypto;
        shared.apart = Box::new(FixturesApart);
        let processes = processes(&config.functions, url(config.host, port));
        let targets = targets(
            &config.functions,
            config.limits.outside(),
            processes.clone(),
        );
        let functions = Arc::new(Directed::new(
            targets,
            Arc::clone(&shared.trigger_rules),
            Arc::clone(&shared.invocations),
            shared.clock.clone(),
        ));
        shared.functions = Box::new(Arc::clone(&functions));
        let shared = Arc::new(shared);
        let loaded = fixtures.load(&shared)?;
        shared.mark_start();
        Ok(Self {
            shared,
            loaded,
            functions,
            processes,
        })
    }
}

fn url(host: Host, port: u16) -> String {
    let host = match host {
        Host::Address(address) if address.is_unspecified() => Host::Loopback,
        host => host,
    };
    format!("http://{host}:{port}")
}

/// The processes of the user's own handlers, which call back to the server at `here`.
fn processes(settings: &FunctionSettings, here: String) -> ChildProcesses {
    let setup = Setup {
        most: settings.processes,
        limit: settings.timeout,
        server: here,
        environment: settings.inherited.0.clone(),
    };
    ChildProcesses::new(setup, Box::new(LoopbackRuntimeApi))
}

/// What runs functions. An endpoint has room for all calls that may wait for it, `most`: one that waits
/// for a connection might wait for functions that have called it, and so for itself.
fn targets(settings: &FunctionSettings, most: usize, processes: ChildProcesses) -> Targets {
    let endpoints = Endpoints::new(settings.credentials.clone(), most);
    let make: MakeAdapter = Box::new(move |target| match target {
        Target::Webhook(url) => Some(endpoints.webhook(url)),
        Target::Invoke { endpoint, name } => Some(endpoints.invoke(endpoint, name.as_deref())),
        Target::Run(handler) => Some(Arc::new(processes.adapter(handler.clone()))),
    });
    let rules = settings.rules.clone();
    Targets::new(rules, make, settings.timeout, settings.unreachable)
}

/// An [`Emulator`] to be.
pub struct Builder {
    config: Config,
    clock: Option<Clock>,
}

impl Builder {
    /// Loads these fixture files and directories in place of the default fixture.
    #[must_use]
    pub fn fixtures(mut self, paths: impl IntoIterator<Item = impl Into<PathBuf>>) -> Self {
        self.config.fixtures = paths.into_iter().map(Into::into).collect();
        self
    }

    /// Uses this clock.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Starts with the clock standing at `moment`.
    #[must_use]
    pub fn frozen_at(self, moment: Timestamp) -> Self {
        self.clock(Clock::frozen_at(moment))
    }

    /// Draws ids, codes and keys from this seed, so that they repeat from run to run.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.config.seed = Some(seed);
        self
    }

    /// Behaves as these settings say.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.config.settings = settings;
        self
    }

    /// Bounds clients by these limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.config.limits = limits;
        self
    }

    /// Reaches the functions of pools as these settings say.
    #[must_use]
    pub fn functions(mut self, settings: FunctionSettings) -> Self {
        self.config.functions = settings;
        self
    }

    /// Lets pages of this origin call signed operations and the test API, besides those of this
    /// machine; `*` stands for all.
    #[must_use]
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.config.allowed_origins.push(origin.into());
        self
    }

    /// Speaks TLS too, on the same port.
    #[must_use]
    pub fn tls(mut self, settings: TlsSettings) -> Self {
        self.config.tls = Some(settings);
        self
    }

    /// Listens there in place of both loopback addresses.
    #[must_use]
    pub fn host(mut self, host: Host) -> Self {
        self.config.host = host;
        self
    }

    /// Starts the server, on tasks of the current tokio runtime.
    ///
    /// # Errors
    /// When a fixture or the directory of TLS is refused, or the address cannot be had.
    pub async fn start(self) -> Result<Emulator, StartError> {
        match self.clock {
            Some(clock) => Emulator::start_at(self.config, clock).await,
            None => Emulator::start(self.config).await,
        }
    }
}
