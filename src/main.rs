//! Parses, runs, and gives the exit code: 0 done; 1 a fixture is refused, the server cannot start or
//! is not healthy; 2 wrong arguments.

use std::error::Error;
use std::fmt::Write as _;
use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::pin::pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use poolhouse::cli::{
    AddressArguments, Arguments, Command, LogFormat, ReplayArguments, ServeArguments,
};
use poolhouse::config::{Address, Config, ConfigError, Environment};
use poolhouse::fixtures::{self, FixtureError, Loaded};
use poolhouse::http::Host;
use poolhouse::log::Log;
use poolhouse::scenario::{self, Checked, Outcome};
use poolhouse::schema;
use poolhouse::{Emulator, StartError};
use tokio::sync::Notify;

/// How long a health check waits.
const HEALTH_PATIENCE: Duration = Duration::from_secs(3);

/// Why the program did not do what it was asked.
enum Failure {
    /// A variable of the environment is as wrong as an argument.
    Environment(ConfigError),
    /// Each fault begins with its file and line, as editors and CI systems read them.
    Fixture(FixtureError),
    /// The same of scenarios.
    Scenario(String),
    Other(Box<dyn Error + Send + Sync>),
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Environment(error)
    }
}

impl From<FixtureError> for Failure {
    fn from(error: FixtureError) -> Self {
        Self::Fixture(error)
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Fixture(error) => Self::Fixture(error),
            StartError::Bind(error) => Self::Other(error.into()),
            StartError::Tls(error) => Self::Other(error.into()),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Other(error.into())
    }
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Self::Other(text.into())
    }
}

impl Failure {
    fn report(&self) -> ExitCode {
        match self {
            Self::Environment(error) => {
                eprintln!("poolhouse: {error}");
                ExitCode::from(2)
            }
            Self::Fixture(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
            Self::Scenario(text) => {
                eprintln!("{text}");
                ExitCode::FAILURE
            }
            Self::Other(error) => {
                eprintln!("poolhouse: {error}");
                ExitCode::FAILURE
            }
        }
    }
}

fn main() -> ExitCode {
    let command = Arguments::parse()
        .command()
        .unwrap_or_else(|error| error.exit());
    let environment = Environment::read();
    let done = match command {
        Command::Serve(typed) => serve(*typed, &environment),
        Command::Check { paths } => check(&paths, &environment).map(|()| ExitCode::SUCCESS),
        Command::Replay(typed) => replay(&typed, &environment),
        Command::Schema { of } => print(&schema::text(of.into())).map(|()| ExitCode::SUCCESS),
        Command::Healthcheck(typed) => {
            healthcheck(&typed, &environment).map(|()| ExitCode::SUCCESS)
        }
    };
    done.unwrap_or_else(|failure| failure.report())
}

fn serve(typed: ServeArguments, environment: &Environment) -> Result<ExitCode, Failure> {
    let config = Config::new(typed, environment)?;
    let log = Log::start(config.log_format, environment.rust_log.as_deref());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let code = runtime.block_on(async {
        let mut signals = Signals::listen()?;
        let served = run(config, &mut signals).await;
        drop(log);
        let Err(failure) = served else {
            return Ok(ExitCode::SUCCESS);
        };
        // Standard error may be a pipe that nobody reads.
        tokio::select! {
            code = tokio::task::spawn_blocking(move || failure.report()) => {
                Ok(code.unwrap_or(ExitCode::FAILURE))
            }
            () = signals.stop_asked() => Ok(ExitCode::FAILURE),
        }
    });
    // Work on other threads, which may never end, is not waited for.
    runtime.shutdown_background();
    code
}

/// Serves until asked to stop. Whatever may take long runs on another thread, so that a signal counts
/// from the first moment on.
async fn run(config: Config, signals: &mut Signals) -> Result<(), Failure> {
    let (host, decided_by) = (config.host, config.decided_by.clone());
    let starting = tokio::spawn(Emulator::start(config));
    let started = tokio::select! {
        started = starting => started,
        () = signals.stop_asked() => return Ok(()),
    };
    // What a panic says may show what the fixtures hold; its place is in the log.
    let emulator =
        started.map_err(|_| Failure::from("Poolhouse panicked while it started".to_owned()))??;
    let banner = banner(&emulator, host, &decided_by);
    drop(tokio::task::spawn_blocking(move || {
        let mut stdout = std::io::stdout().lock();
        // Whoever started the server may have closed its output; it serves all the same.
        let _ = stdout
            .write_all(banner.as_bytes())
            .and_then(|()| stdout.flush());
        drop(stdout);
        poolhouse::crypto::warm_up();
    }));
    signals.stop_asked().await;
    tracing::info!("stopping");
    tokio::select! {
        () = emulator.stop() => {}
        // Asked twice: at once.
        () = signals.stop_asked() => {}
    }
    Ok(())
}

/// What a start prints; wait strategies of existing tools look for the last two lines.
fn banner(emulator: &Emulator, host: Host, decided_by: &[&str]) -> String {
    let mut text = String::new();
    let (url, port) = (emulator.url(), emulator.port());
    // Writing to a string does not fail.
    for pool in &emulator.loaded().pools {
        let _ = writeln!(text, "User pool {} ({})", pool.id, pool.name);
        for (name, id) in &pool.clients {
            let _ = writeln!(text, "  client {id} ({name})");
        }
    }
    for function in emulator.without_target() {
        let _ = writeln!(text, "{function}");
    }
    let _ = writeln!(
        text,
        "Point an AWS SDK here, with any credentials and a Region:"
    );
    let _ = writeln!(
        text,
        "  export AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER={url}"
    );
    if let Some(https) = emulator.https_url() {
        let _ = writeln!(text, "With TLS, on the same port: {https}");
        let _ = writeln!(
            text,
            "  its authority, to be trusted: {url}/_poolhouse/ca.pem"
        );
    }
    if !decided_by.is_empty() {
        let _ = writeln!(text, "Host or port set by {}", decided_by.join(" and "));
    }
    // What suites that were written for other local servers wait for.
    let _ = writeln!(text, " * Running on http://{host}:{port}");
    let _ = writeln!(text, "Cognito Local running on http://{host}:{port}");
    let _ = writeln!(text, "Ready.");
    text
}

/// Prints what may be piped into a reader that has enough before the end.
fn print(text: &str) -> Result<(), Failure> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

fn check(paths: &[PathBuf], environment: &Environment) -> Result<(), Failure> {
    let mut rules = environment.function_rules()?;
    let (scenarios, refused) = match scenario::check(paths) {
        Ok(checked) => (checked, None),
        Err((text, others)) => {
            let checked = Checked {
                others,
                ..Checked::default()
            };
            (checked, Some(text))
        }
    };
    let loaded = match scenarios.others.as_slice() {
        [] => Ok(Loaded::default()),
        paths => fixtures::check(paths),
    };
    let loaded = match (refused, loaded) {
        (None, loaded) => loaded?,
        (Some(text), Ok(_)) => return Err(Failure::Scenario(text)),
        (Some(mut text), Err(error)) => {
            // Fixtures that a scenario names were told with it.
            let more = error.to_string();
            let told: Vec<_> = text.lines().map(str::to_owned).collect();
            for line in more
                .lines()
                .filter(|line| !told.iter().any(|told| told == line))
            {
                text.push('\n');
                text.push_str(line);
            }
            return Err(Failure::Scenario(text));
        }
    };
    rules.fixtures.clone_from(&loaded.rules);
    println!("{}, no fault", counted(&loaded, &scenarios));
    let covered = |pool: &str, trigger: &str, arn: &str| {
        rules.cover(arn)
            || loaded
                .canned
                .iter()
                .any(|rule| rule.covers(pool, trigger, arn))
    };
    for function in loaded.without_target(covered) {
        println!("{function}");
    }
    Ok(())
}

/// What was checked.
fn counted(loaded: &Loaded, scenarios: &Checked) -> String {
    let counts = [
        (loaded.pools.len(), "user pool"),
        (scenarios.scenarios, "scenario"),
        (scenarios.parts, "part"),
    ];
    let some = counts.iter().filter(|(count, _)| *count > 0);
    let texts: Vec<_> = some
        .map(|(count, what)| match count {
            1 => format!("1 {what}"),
            count => format!("{count} {what}s"),
        })
        .collect();
    match texts.is_empty() {
        true => "0 user pools".to_owned(),
        false => texts.join(", "),
    }
}

/// Scenarios are played without a log, unless `RUST_LOG` asks for one.
fn replay(typed: &ReplayArguments, environment: &Environment) -> Result<ExitCode, Failure> {
    let filter = environment.rust_log.as_deref();
    let log = filter.map(|filter| Log::start(LogFormat::Text, Some(filter)));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let played = runtime.block_on(async {
        let mut signals = Signals::listen()?;
        let stopping = Arc::new(Notify::new());
        let stop = {
            let stopping = Arc::clone(&stopping);
            async move { stopping.notified().await }
        };
        let mut out = std::io::stdout();
        let mut playing = pin!(poolhouse::scenario::replay(
            typed,
            environment,
            &mut out,
            stop
        ));
        tokio::select! {
            outcome = &mut playing => return Ok(Some(outcome)),
            () = signals.stop_asked() => stopping.notify_one(),
        }
        // A world that is served stops in order, and what was made elsewhere is deleted; all else is given up.
        if typed.serve.is_none() && typed.target.endpoint.is_none() {
            return Ok(None);
        }
        tokio::select! {
            outcome = &mut playing => Ok(Some(outcome)),
            () = signals.stop_asked() => Ok(None),
        }
    });
    drop(log);
    runtime.shutdown_background();
    match played.map_err(Failure::Other)? {
        Some(Ok(outcome)) => Ok(ExitCode::from(outcome.code())),
        Some(Err(text)) => {
            eprintln!("{text}");
            Ok(ExitCode::from(Outcome::Refused.code()))
        }
        None => Ok(ExitCode::FAILURE),
    }
}

fn healthcheck(typed: &AddressArguments, environment: &Environment) -> Result<(), Failure> {
    let Address { host, port, .. } = Address::decide(typed, environment)?;
    let address = match host {
        Host::Loopback => Ipv4Addr::LOCALHOST.into(),
        Host::Address(address) if !address.is_unspecified() => address,
        Host::Address(IpAddr::V4(_)) => Ipv4Addr::LOCALHOST.into(),
        Host::Address(IpAddr::V6(_)) => Ipv6Addr::LOCALHOST.into(),
    };
    let address = SocketAddr::new(address, port);
    let answer = ask_health(address).map_err(|error| format!("{address}: {error}"))?;
    if answer.starts_with("HTTP/1.1 200 ") {
        return Ok(());
    }
    let status = answer.lines().next().unwrap_or_default();
    Err(format!("{address} answers {status:?}").into())
}

fn ask_health(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, HEALTH_PATIENCE)?;
    stream.set_read_timeout(Some(HEALTH_PATIENCE))?;
    stream.set_write_timeout(Some(HEALTH_PATIENCE))?;
    write!(
        stream,
        "GET /health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.take(4096).read_to_string(&mut answer)?;
    Ok(answer)
}

/// The ways a system asks a process to stop.
#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Listens from now on: a signal during the start must not be lost.
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn stop_asked(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// The ways a system asks a process to stop.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn stop_asked(&mut self) {
        // Fails when there is no console to listen to; then only the end of the process is left.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
