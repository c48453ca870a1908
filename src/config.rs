//! What the program needs, from what was typed and what the environment says.
//!
//! A flag beats `POOLHOUSE_HOST` and `POOLHOUSE_PORT`, which beat the plain `HOST` and `PORT` that
//! other local Cognito tools read. The environment is read here, once.

use std::borrow::Cow;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cli::{
    AddressArguments, FunctionArguments, IssuerArgument, LimitArguments, LogFormat,
    OutboundArgument, QuotasArgument, ServeArguments, TlsArguments, UnreachableArgument,
};
use crate::clock::Timestamp;
use crate::context::{IssuerMode, Settings};
use crate::http::{Credentials, Guests, Host, Limits, TlsSettings, host_of};
use crate::lambda::rules::{Rule, Rules};
use crate::lambda::target::Target;
use crate::lambda::targets::{DEFAULT_TIMEOUT, Unreachable};
use crate::outbound::Reach;
use crate::smtp::SmtpUrl;

/// The port that users of local Cognito tools expect.
pub const DEFAULT_PORT: u16 = 9229;

/// A checked configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where to listen.
    pub host: Host,
    /// The port; 0 picks a free one.
    pub port: u16,
    /// Environment variables that decided host or port.
    pub decided_by: Vec<&'static str>,
    /// Fixture files and directories; none means the default fixture.
    pub fixtures: Vec<PathBuf>,
    /// Behaviour.
    pub settings: Settings,
    /// Seed of ids, codes and keys.
    pub seed: Option<u64>,
    /// Where the clock stands at the start, if it stands.
    pub frozen_clock: Option<Timestamp>,
    /// Hosts that the test API answers to besides loopback ones.
    pub allowed_hosts: Vec<String>,
    /// Origins whose pages may call signed operations and the test API besides those of this
    /// machine; `*` stands for all.
    pub allowed_origins: Vec<String>,
    /// Which TLS is spoken besides HTTP without it, if any.
    pub tls: Option<TlsSettings>,
    /// A server that mails go to besides.
    pub smtp: Option<SmtpUrl>,
    /// Form of the log.
    pub log_format: LogFormat,
    /// Limits of the listener.
    pub limits: Limits,
    /// How the functions of pools are reached.
    pub functions: FunctionSettings,
}

/// How the functions of pools are reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionSettings {
    /// What runs them, as flags and environment say it; fixtures add to it.
    pub rules: Rules,
    /// How long each of three attempts may take, in real time.
    pub timeout: Duration,
    /// How many processes run handlers at most.
    pub processes: usize,
    /// What becomes of a function that nothing runs.
    pub unreachable: Unreachable,
    /// Who signs calls of Invoke endpoints; nobody in particular without any.
    pub credentials: Option<Credentials>,
    /// The variables that processes inherit.
    pub inherited: Inherited,
}

impl Default for FunctionSettings {
    fn default() -> Self {
        Self {
            rules: Rules::default(),
            timeout: DEFAULT_TIMEOUT,
            processes: 8,
            unreachable: Unreachable::Refuse,
            credentials: None,
            inherited: Inherited::read(),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            host: Host::Loopback,
            port: DEFAULT_PORT,
            decided_by: Vec::new(),
            fixtures: Vec::new(),
            settings: Settings::default(),
            seed: None,
            frozen_clock: None,
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            tls: None,
            smtp: None,
            log_format: LogFormat::Text,
            limits: Limits::default(),
            functions: FunctionSettings::default(),
        }
    }
}

/// What the environment says; empty variables count as unset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// `POOLHOUSE_HOST`.
    pub poolhouse_host: Option<String>,
    /// `POOLHOUSE_PORT`.
    pub poolhouse_port: Option<String>,
    /// `HOST`.
    pub host: Option<String>,
    /// `PORT`.
    pub port: Option<String>,
    /// `POOLHOUSE_TLS`.
    pub tls: Option<String>,
    /// `POOLHOUSE_TLS_DIR`.
    pub tls_dir: Option<String>,
    /// `RUST_LOG`.
    pub rust_log: Option<String>,
    /// `POOLHOUSE_FUNCTIONS`.
    pub functions: Option<String>,
    /// `AWS_ENDPOINT_URL_LAMBDA`.
    pub lambda_endpoint: Option<String>,
    /// `AWS_REGION`.
    pub region: Option<String>,
    /// `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, and `AWS_SESSION_TOKEN` if it is there.
    pub credentials: Option<Credentials>,
    /// All variables, for processes that inherit them.
    pub all: Inherited,
}

impl Environment {
    /// Reads the environment of the process.
    pub fn read() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that reads the environment"
        )]
        let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            poolhouse_host: variable("POOLHOUSE_HOST"),
            poolhouse_port: variable("POOLHOUSE_PORT"),
            host: variable("HOST"),
            port: variable("PORT"),
            tls: variable("POOLHOUSE_TLS"),
            tls_dir: variable("POOLHOUSE_TLS_DIR"),
            rust_log: variable("RUST_LOG"),
            functions: variable("POOLHOUSE_FUNCTIONS"),
            lambda_endpoint: variable("AWS_ENDPOINT_URL_LAMBDA"),
            region: variable("AWS_REGION"),
            credentials: variable("AWS_ACCESS_KEY_ID")
                .zip(variable("AWS_SECRET_ACCESS_KEY"))
                .map(|(access_key_id, secret_access_key)| Credentials {
                    access_key_id,
                    secret_access_key,
                    session_token: variable("AWS_SESSION_TOKEN"),
                }),
            all: Inherited::read(),
        }
    }
}

/// Variables that processes inherit; their values may be secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Inherited(pub Vec<(OsString, OsString)>);

impl Inherited {
    /// Those of this process.
    pub fn read() -> Self {
        Self(std::env::vars_os().collect())
    }
}

impl std::fmt::Debug for Inherited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} variables", self.0.len())
    }
}

/// A variable whose value is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    variable: &'static str,
    /// None where it may hold a secret.
    value: Option<String>,
    wanted: Cow<'static, str>,
}

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{}={value:?}: give {}", self.variable, self.wanted),
            None => write!(f, "{}: {}", self.variable, self.wanted),
        }
    }
}

impl std::error::Error for ConfigError {}

/// Host and port, and the variables that decided them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Where to listen.
    pub host: Host,
    /// The port; 0 picks a free one.
    pub port: u16,
    /// Environment variables that decided.
    pub decided_by: Vec<&'static str>,
}

impl Address {
    /// Decides host and port.
    ///
    /// # Errors
    /// When `POOLHOUSE_HOST`, `POOLHOUSE_PORT` or `PORT` decides and makes no sense.
    pub fn decide(
        typed: &AddressArguments,
        environment: &Environment,
    ) -> Result<Self, ConfigError> {
        let mut decided_by = Vec::new();
        let host = match typed.host {
            Some(host) => host,
            None => match environment.host()? {
                Some((host, variable)) => {
                    decided_by.push(variable);
                    host
                }
                None => Host::default(),
            },
        };
        let port = match typed.port {
            Some(port) => port,
            None => match environment.port()? {
                Some((port, variable)) => {
                    decided_by.push(variable);
                    port
                }
                None => DEFAULT_PORT,
            },
        };
        Ok(Self {
            host,
            port,
            decided_by,
        })
    }
}

impl Environment {
    fn host(&self) -> Result<Option<(Host, &'static str)>, ConfigError> {
        if let Some(value) = &self.poolhouse_host {
            let host = Host::parse(value).ok_or_else(|| ConfigError {
                variable: "POOLHOUSE_HOST",
                value: Some(value.clone()),
                wanted: "an IP address or localhost".into(),
            })?;
            return Ok(Some((host, "POOLHOUSE_HOST")));
        }
        // Shells and build systems set HOST to the machine's name, which is not meant for us.
        Ok(self
            .host
            .as_deref()
            .and_then(Host::parse)
            .map(|host| (host, "HOST")))
    }

    fn port(&self) -> Result<Option<(u16, &'static str)>, ConfigError> {
        // Kubernetes sets POOLHOUSE_PORT=tcp://… beside a service of that name; it is not meant as
        // the port to listen on.
        let own = self
            .poolhouse_port
            .as_ref()
            .filter(|value| !value.starts_with("tcp://"));
        if let Some(value) = own {
            return port_of("POOLHOUSE_PORT", value).map(Some);
        }
        // Who sets PORT means a port; a server elsewhere than told would be looked for in vain.
        self.port
            .as_deref()
            .map(|value| port_of("PORT", value))
            .transpose()
    }
}

fn port_of(variable: &'static str, value: &str) -> Result<(u16, &'static str), ConfigError> {
    let port = value.parse().map_err(|_| ConfigError {
        variable,
        value: Some(value.to_owned()),
        wanted: "a port number".into(),
    })?;
    Ok((port, variable))
}

impl Environment {
    /// What the environment says about TLS, if anything.
    fn tls(&self) -> Result<Option<bool>, ConfigError> {
        let Some(value) = &self.tls else {
            return Ok(self.tls_dir.as_ref().map(|_| true));
        };
        match value.to_ascii_lowercase().as_str() {
            "1" | "true" | "on" | "yes" => Ok(Some(true)),
            "0" | "false" | "off" | "no" => Ok(Some(false)),
            _ => Err(ConfigError {
                variable: "POOLHOUSE_TLS",
                value: Some(value.clone()),
                wanted: "1 or 0".into(),
            }),
        }
    }

    /// What the environment says about functions. Files are looked for from the current directory on.
    ///
    /// # Errors
    /// When `POOLHOUSE_FUNCTIONS` or `AWS_ENDPOINT_URL_LAMBDA` makes no sense.
    pub fn function_rules(&self) -> Result<Rules, ConfigError> {
        let refused = |variable| {
            move |fault: String| ConfigError {
                variable,
                value: None,
                wanted: fault.into(),
            }
        };
        let list = self.functions.as_deref().unwrap_or_default();
        let environment = Rule::parse_list(list, Path::new(""));
        let rest = self.lambda_endpoint.as_deref().map(Target::parse_endpoint);
        Ok(Rules {
            environment: environment.map_err(refused("POOLHOUSE_FUNCTIONS"))?,
            rest: rest
                .transpose()
                .map_err(refused("AWS_ENDPOINT_URL_LAMBDA"))?,
            ..Rules::default()
        })
    }
}

impl Config {
    /// Checks what was typed together with the environment.
    ///
    /// # Errors
    /// When a variable decides and makes no sense.
    pub fn new(typed: ServeArguments, environment: &Environment) -> Result<Self, ConfigError> {
        let Address {
            host,
            port,
            decided_by,
        } = Address::decide(&typed.address, environment)?;
        let quotas = typed.quotas.unwrap_or_default();
        let hosts = named_hosts(typed.public_url.as_deref(), &typed.allow_host);
        Ok(Self {
            host,
            port,
            decided_by,
            fixtures: typed.fixtures,
            settings: Settings {
                issuer: match typed.issuer.unwrap_or_default() {
                    IssuerArgument::Local => IssuerMode::Local,
                    IssuerArgument::Aws => IssuerMode::Aws,
                },
                public_url: typed.public_url,
                one_time_tokens: typed.one_time_tokens,
                step_up: typed.step_up,
                attempt_limits: quotas == QuotasArgument::Aws,
                request_rates: quotas == QuotasArgument::Aws,
                keep_messages: typed
                    .keep_messages
                    .unwrap_or(Settings::default().keep_messages),
                keep_invocations: typed
                    .keep_invocations
                    .unwrap_or(Settings::default().keep_invocations),
                keep_requests: typed
                    .keep_requests
                    .unwrap_or(Settings::default().keep_requests),
                keep_snapshots: typed
                    .keep_snapshots
                    .unwrap_or(Settings::default().keep_snapshots),
                keep_history: typed
                    .keep_history
                    .unwrap_or(Settings::default().keep_history),
                code: typed.code,
                hide_codes: typed.hide_codes,
                outbound: match typed.outbound.unwrap_or_default() {
                    OutboundArgument::None => Reach::None,
                    OutboundArgument::Local => Reach::Local,
                    OutboundArgument::Any => Reach::Any,
                },
                identity_providers: typed.identity_provider_endpoint.into_iter().collect(),
            },
            seed: typed.seed,
            frozen_clock: typed.frozen_clock,
            allowed_hosts: typed.allow_host,
            allowed_origins: typed.allow_origin,
            tls: tls(typed.tls, environment, hosts)?,
            smtp: typed.smtp,
            log_format: typed.log_format.unwrap_or_default(),
            limits: limits(typed.limits),
            functions: functions(typed.functions, environment)?,
        })
    }

    /// Hosts and pages besides those of this machine.
    pub(crate) fn guests(&self) -> Guests {
        Guests {
            hosts: named_hosts(self.settings.public_url.as_deref(), &self.allowed_hosts),
            origins: self.allowed_origins.clone(),
        }
    }
}

/// The hosts that the flags name as this server's.
fn named_hosts(public_url: Option<&str>, allowed: &[String]) -> Vec<String> {
    let public = public_url
        .and_then(|url| url.split_once("://"))
        .map(|(_, rest)| host_of(rest.split('/').next().unwrap_or(rest)).to_owned());
    allowed.iter().cloned().chain(public).collect()
}

/// Whoever says something of TLS means to have it.
///
/// # Errors
/// A variable that says neither yes nor no.
pub(crate) fn tls(
    typed: TlsArguments,
    environment: &Environment,
    named: Vec<String>,
) -> Result<Option<TlsSettings>, ConfigError> {
    let is_typed = typed != TlsArguments::default();
    if !is_typed && environment.tls()? != Some(true) {
        return Ok(None);
    }
    let told = environment.tls_dir.as_ref().map(PathBuf::from);
    Ok(Some(TlsSettings {
        directory: typed.tls_dir.or(told),
        hosts: [typed.tls_host, named].concat(),
    }))
}

fn functions(
    typed: FunctionArguments,
    environment: &Environment,
) -> Result<FunctionSettings, ConfigError> {
    let defaults = FunctionSettings::default();
    let told = environment.function_rules()?;
    Ok(FunctionSettings {
        rules: Rules {
            typed: typed.function,
            rest: typed.lambda_endpoint.or(told.rest),
            ..told
        },
        timeout: typed.function_timeout.unwrap_or(defaults.timeout),
        processes: typed.max_functions.unwrap_or(defaults.processes),
        unreachable: match typed.unreachable_functions.unwrap_or_default() {
            UnreachableArgument::Refuse => Unreachable::Refuse,
            UnreachableArgument::Skip => Unreachable::Skip,
        },
        credentials: environment.credentials.clone(),
        inherited: environment.all.clone(),
    })
}

fn limits(typed: LimitArguments) -> Limits {
    let defaults = Limits::default();
    Limits {
        body: typed.max_body.unwrap_or(defaults.body),
        headers: typed.max_headers.unwrap_or(defaults.headers),
        connections: typed.max_connections.unwrap_or(defaults.connections),
        in_flight: typed.max_in_flight.unwrap_or(defaults.in_flight),
        http2_streams: typed.max_http2_streams.unwrap_or(defaults.http2_streams),
        header_time: typed.header_timeout.unwrap_or(defaults.header_time),
        body_time: typed.body_timeout.unwrap_or(defaults.body_time),
        idle_time: typed.idle_timeout.unwrap_or(defaults.idle_time),
        request_time: typed.request_timeout.unwrap_or(defaults.request_time),
        shutdown_time: typed.shutdown_timeout.unwrap_or(defaults.shutdown_time),
    }
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
