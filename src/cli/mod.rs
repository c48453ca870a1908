//! What was typed. What it means is decided in [`crate::config`].

mod functions;
mod replay;
mod tls;
mod values;

use self::values::{
    parse_body_size, parse_code, parse_count, parse_header_size, parse_host, parse_messages,
    parse_origin, parse_patience, parse_provider_endpoint, parse_public_url, parse_size,
    parse_time, parse_wait,
};

pub use self::functions::{FunctionArguments, UnreachableArgument};
pub use self::replay::{
    EndpointArgument, ReplayArguments, ReportArgument, ReportKind, TargetArguments,
};
pub use self::tls::TlsArguments;

use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::clock::Timestamp;
use crate::context::ProviderEndpoint;
use crate::http::Host;
use crate::schema::Kind;
use crate::smtp::SmtpUrl;
use crate::store::user_pool::code::FixedCode;

/// A local Amazon Cognito for tests.
///
/// Serves every operation of the user pools API to any AWS SDK, with the error types and texts of the
/// real service, OAuth 2.0 with its hosted pages, and under /_poolhouse/ an API for tests: messages with
/// their codes, the clock, risk, quotas. Not served yet: identity pools. For tests, never for
/// production.
#[derive(Debug, Parser)]
#[command(
    name = "poolhouse",
    version,
    // `--fixtures a.yaml serve` names one file and the command.
    subcommand_precedence_over_arg = true,
    after_help = "Without a command, Poolhouse serves.\n\
                  Exit codes: 0 done; 1 a fixture is refused, the server cannot start or is not \
                  healthy; 2 wrong arguments."
)]
pub struct Arguments {
    /// What to do; `serve` when left out
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The flags of `serve`, without the word.
    #[command(flatten)]
    pub serve: ServeArguments,
}

impl Arguments {
    /// What to do, with the flags that stand before the command and those after it.
    ///
    /// # Errors
    /// When a flag stands before a command that does not take it.
    pub fn command(self) -> Result<Command, clap::Error> {
        let before = self.serve;
        match self.command {
            None => Ok(Command::Serve(Box::new(before))),
            Some(Command::Serve(after)) => Ok(Command::Serve(Box::new(after.over(before)))),
            Some(Command::Healthcheck(after)) => {
                let after = after.over(before.address.clone());
                let address = ServeArguments {
                    address: before.address.clone(),
                    ..ServeArguments::default()
                };
                refuse_others(
                    &before,
                    &address,
                    "healthcheck takes --host and --port alone",
                )?;
                Ok(Command::Healthcheck(after))
            }
            Some(schema @ Command::Schema { .. }) => {
                let none = ServeArguments::default();
                refuse_others(
                    &before,
                    &none,
                    "write `poolhouse schema KIND`, without flags",
                )?;
                Ok(schema)
            }
            Some(check @ Command::Check { .. }) => {
                let none = ServeArguments::default();
                refuse_others(
                    &before,
                    &none,
                    "write `poolhouse check PATH...`, without flags",
                )?;
                Ok(check)
            }
            Some(replay @ Command::Replay(_)) => {
                let none = ServeArguments::default();
                refuse_others(&before, &none, "write `poolhouse replay PATH...`")?;
                Ok(replay)
            }
        }
    }
}

fn refuse_others(
    typed: &ServeArguments,
    allowed: &ServeArguments,
    hint: &str,
) -> Result<(), clap::Error> {
    if typed == allowed {
        return Ok(());
    }
    let text = format!("a flag of serve stands before another command; {hint}");
    Err(<Arguments as CommandFactory>::command().error(ErrorKind::ArgumentConflict, text))
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve until stopped (the default).
    Serve(Box<ServeArguments>),
    /// Check fixtures, scenarios and parts: print each fault with file and line.
    Check {
        /// Files, or directories of them.
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Play scenarios, each in a world of its own, and tell which fail.
    #[command(
        after_help = "Exit codes: 0 all passed; 1 a scenario failed, or one was skipped with --fail-on-skip; \
                      2 wrong arguments, no scenario found, a file is refused, or a report has no place, and then \
                      nothing was played; 3 the target cannot be reached, or stopped answering."
    )]
    Replay(Box<ReplayArguments>),
    /// Print the JSON Schema of a kind of file, which editors complete and check it by.
    Schema {
        /// Of which kind of file.
        #[arg(value_enum, value_name = "KIND")]
        of: SchemaArgument,
    },
    /// Ask a running server whether it is healthy, as a container's health check.
    #[command(
        mut_arg("host", |host| host.help(
            "IP address of the server, or localhost [default: localhost] [env: POOLHOUSE_HOST, HOST]",
        )),
        mut_arg("port", |port| port.help(
            "Port of the server [default: 9229] [env: POOLHOUSE_PORT, PORT]",
        )),
        after_help = "Exit codes: 0 the server is healthy; 1 it is not, or nothing answers within \
                      three seconds; 2 wrong arguments."
    )]
    Healthcheck(AddressArguments),
}

/// Where the server listens.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct AddressArguments {
    /// IP address to listen on, or localhost for both loopback addresses [env: POOLHOUSE_HOST, HOST]
    #[arg(long, value_parser = parse_host)]
    pub host: Option<Host>,
    /// Port to listen on; 0 picks a free one [default: 9229] [env: POOLHOUSE_PORT, PORT]
    #[arg(long)]
    pub port: Option<u16>,
}

impl AddressArguments {
    /// These, and `before` where they say nothing.
    fn over(self, before: Self) -> Self {
        Self {
            host: self.host.or(before.host),
            port: self.port.or(before.port),
        }
    }
}

/// Flags of `serve`; what is left out has its default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct ServeArguments {
    /// Where the server listens.
    #[command(flatten)]
    pub address: AddressArguments,
    /// Fixture files or directories to load in place of the default pool
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub fixtures: Vec<PathBuf>,
    /// Where tokens say they are from: this server, or AWS [default: local]
    #[arg(long, value_enum)]
    pub issuer: Option<IssuerArgument>,
    /// URL that local issuers and links use, in place of the host that a request named
    #[arg(long, value_name = "URL", value_parser = parse_public_url)]
    pub public_url: Option<String>,
    /// Further host name that the test API under /_poolhouse/ answers to
    #[arg(long, value_name = "HOST")]
    pub allow_host: Vec<String>,
    /// Origin whose web pages may call signed operations and the test API, besides localhost; * for all
    #[arg(long, value_name = "ORIGIN", value_parser = parse_origin)]
    pub allow_origin: Vec<String>,
    /// Give a user who must still set up MFA tokens once, as an older edition of AWS's guide says
    #[arg(long)]
    pub one_time_tokens: bool,
    /// Serve step-up authentication (TARGET_ACR_VALUES, acr and amr), which AWS documents and had not turned on
    #[arg(long)]
    pub step_up: bool,
    /// Whether AWS's quotas apply: attempts an hour, requests a second, resources [default: off]
    #[arg(long, value_enum)]
    pub quotas: Option<QuotasArgument>,
    /// How many sent messages are kept to be read [default: 10000]
    #[arg(long, value_name = "COUNT", value_parser = parse_messages)]
    pub keep_messages: Option<usize>,
    /// How many invocations of functions are kept to be read [default: 1000]
    #[arg(long, value_name = "COUNT", value_parser = parse_messages)]
    pub keep_invocations: Option<usize>,
    /// How many requests are kept to be read; 0 keeps no journal [default: 1000]
    #[arg(long, value_name = "COUNT")]
    pub keep_requests: Option<usize>,
    /// How many snapshots are kept [default: 100]
    #[arg(long, value_name = "COUNT", value_parser = parse_messages)]
    pub keep_snapshots: Option<usize>,
    /// How much history of each pool is kept for point-in-time recovery; 0 keeps none [default: 64MiB]
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub keep_history: Option<usize>,
    /// Send these six digits as every code, in place of random ones
    #[arg(long, value_name = "DIGITS", value_parser = parse_code)]
    pub code: Option<FixedCode>,
    /// Keep codes out of the log
    #[arg(long)]
    pub hide_codes: bool,
    /// How far requests to identity providers may go: local means this machine and private networks [default: local]
    #[arg(long, value_enum)]
    pub outbound: Option<OutboundArgument>,
    /// Where the identity provider NAME is reached: stand-in, real, or the URL of an issuer in its place
    #[arg(long, value_name = "NAME=WHERE", value_parser = parse_provider_endpoint)]
    pub identity_provider_endpoint: Vec<(String, ProviderEndpoint)>,
    /// SMTP server that mails go to besides, as smtp://HOST:PORT
    #[arg(long, value_name = "URL", value_parser = SmtpUrl::parse)]
    pub smtp: Option<SmtpUrl>,
    /// Draw ids, codes and keys from this seed, so that they repeat from run to run
    #[arg(long, value_name = "NUMBER")]
    pub seed: Option<u64>,
    /// Start with the clock standing at this RFC 3339 time
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub frozen_clock: Option<Timestamp>,
    /// Form of the log on standard error (what is logged: RUST_LOG) [default: text]
    #[arg(long, value_enum)]
    pub log_format: Option<LogFormat>,
    /// Which TLS is spoken.
    #[command(flatten)]
    pub tls: TlsArguments,
    /// What runs the functions of pools.
    #[command(flatten)]
    pub functions: FunctionArguments,
    /// Limits of the listener.
    #[command(flatten)]
    pub limits: LimitArguments,
}

impl ServeArguments {
    /// These, and `before` where they say nothing; what may be given several times adds up.
    fn over(self, before: Self) -> Self {
        Self {
            address: self.address.over(before.address),
            fixtures: [before.fixtures, self.fixtures].concat(),
            issuer: self.issuer.or(before.issuer),
            public_url: self.public_url.or(before.public_url),
            allow_host: [before.allow_host, self.allow_host].concat(),
            allow_origin: [before.allow_origin, self.allow_origin].concat(),
            one_time_tokens: self.one_time_tokens || before.one_time_tokens,
            step_up: self.step_up || before.step_up,
            quotas: self.quotas.or(before.quotas),
            keep_messages: self.keep_messages.or(before.keep_messages),
            keep_invocations: self.keep_invocations.or(before.keep_invocations),
            keep_requests: self.keep_requests.or(before.keep_requests),
            keep_snapshots: self.keep_snapshots.or(before.keep_snapshots),
            keep_history: self.keep_history.or(before.keep_history),
            code: self.code.or(before.code),
            hide_codes: self.hide_codes || before.hide_codes,
            outbound: self.outbound.or(before.outbound),
            identity_provider_endpoint: [
                before.identity_provider_endpoint,
                self.identity_provider_endpoint,
            ]
            .concat(),
            smtp: self.smtp.or(before.smtp),
            seed: self.seed.or(before.seed),
            frozen_clock: self.frozen_clock.or(before.frozen_clock),
            log_format: self.log_format.or(before.log_format),
            tls: self.tls.over(before.tls),
            functions: self.functions.over(before.functions),
            limits: self.limits.over(before.limits),
        }
    }
}

/// Limits of the listener; what is left out has its default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitArguments {
    /// Longest request body [default: 4MiB]
    #[arg(long, value_name = "SIZE", value_parser = parse_body_size)]
    pub max_body: Option<usize>,
    /// Longest request line with headers [default: 32KiB]
    #[arg(long, value_name = "SIZE", value_parser = parse_header_size)]
    pub max_headers: Option<usize>,
    /// Most open connections; for further ones the longest idle are ended [default: 1000]
    #[arg(long, value_name = "COUNT", value_parser = parse_count)]
    pub max_connections: Option<usize>,
    /// Most requests worked on at once; further ones wait [default: 256]
    #[arg(long, value_name = "COUNT", value_parser = parse_count)]
    pub max_in_flight: Option<usize>,
    /// Most streams of one HTTP/2 connection [default: 128]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_http2_streams: Option<u32>,
    /// Longest time to send the headers of a request [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = parse_patience)]
    pub header_timeout: Option<Duration>,
    /// Longest time to send the body of a request [default: 20s]
    #[arg(long, value_name = "TIME", value_parser = parse_patience)]
    pub body_timeout: Option<Duration>,
    /// Longest time between requests on a connection [default: 3m]
    #[arg(long, value_name = "TIME", value_parser = parse_patience)]
    pub idle_timeout: Option<Duration>,
    /// Longest time to answer a request [default: 1m]
    #[arg(long, value_name = "TIME", value_parser = parse_patience)]
    pub request_timeout: Option<Duration>,
    /// Longest time that requests under way hold up the end [default: 5s]
    #[arg(long, value_name = "TIME", value_parser = parse_wait)]
    pub shutdown_timeout: Option<Duration>,
}

impl LimitArguments {
    fn over(self, before: Self) -> Self {
        Self {
            max_body: self.max_body.or(before.max_body),
            max_headers: self.max_headers.or(before.max_headers),
            max_connections: self.max_connections.or(before.max_connections),
            max_in_flight: self.max_in_flight.or(before.max_in_flight),
            max_http2_streams: self.max_http2_streams.or(before.max_http2_streams),
            header_timeout: self.header_timeout.or(before.header_timeout),
            body_timeout: self.body_timeout.or(before.body_timeout),
            idle_timeout: self.idle_timeout.or(before.idle_timeout),
            request_timeout: self.request_timeout.or(before.request_timeout),
            shutdown_timeout: self.shutdown_timeout.or(before.shutdown_timeout),
        }
    }
}

/// The kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaArgument {
    /// Pools, and what else is there when a server starts.
    Fixture,
    /// Steps, and what each must answer.
    Scenario,
    /// Steps that scenarios include.
    Part,
}

impl From<SchemaArgument> for Kind {
    fn from(argument: SchemaArgument) -> Self {
        match argument {
            SchemaArgument::Fixture => Self::Fixture,
            SchemaArgument::Scenario => Self::Scenario,
            SchemaArgument::Part => Self::Part,
        }
    }
}

/// `--issuer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum IssuerArgument {
    /// `http://HOST:PORT/POOL_ID`.
    #[default]
    Local,
    /// `https://cognito-idp.REGION.amazonaws.com/POOL_ID`.
    Aws,
}

/// `--quotas`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum QuotasArgument {
    /// No limits.
    #[default]
    Off,
    /// Those of AWS.
    Aws,
}

/// `--outbound`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum OutboundArgument {
    /// Nowhere.
    None,
    /// This machine and private networks.
    #[default]
    Local,
    /// Anywhere.
    Any,
}

/// `--log-format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum LogFormat {
    /// A line to read.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(["poolhouse"].iter().chain(arguments))
    }

    fn served(arguments: &[&str]) -> ServeArguments {
        match parse(arguments).unwrap().command().unwrap() {
            Command::Serve(serve) => *serve,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_provider_is_reached_where_a_flag_says() {
        let flag = "--identity-provider-endpoint";
        let told = served(&[flag, "Google=real", flag, "Corp=http://mock:8080/corp/"]);
        let issuer = ProviderEndpoint::Issuer("http://mock:8080/corp".into());
        let mut expected = vec![("Google".to_owned(), ProviderEndpoint::Real)];
        expected.push(("Corp".to_owned(), issuer));
        assert!(parse(&[flag, "A=B=stand-in"]).is_err());
        assert_eq!(told.identity_provider_endpoint, expected);
        for wrong in ["Google", "=real", "Google=standin", "Google=ftp://a"] {
            assert!(parse(&[flag, wrong]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn flags_stand_before_and_after_the_word_and_without_it() {
        let typed = ["--port", "0", "--fixtures", "a.yaml", "--max-body", "2KiB"];
        let expected = ServeArguments {
            address: AddressArguments {
                host: None,
                port: Some(0),
            },
            fixtures: vec!["a.yaml".into()],
            limits: LimitArguments {
                max_body: Some(2048),
                ..LimitArguments::default()
            },
            ..ServeArguments::default()
        };
        assert_eq!(served(&typed), expected);
        for at in [0, 2, 4, 6] {
            let (before, after) = typed.split_at(at);
            let arguments = [before, &["serve"], after].concat();
            assert_eq!(served(&arguments), expected, "{arguments:?}");
        }
        assert_eq!(served(&[]), ServeArguments::default());
        // The later one counts, and what may be given several times adds up.
        let twice = [
            "--fixtures",
            "a",
            "b",
            "--port",
            "1",
            "serve",
            "--port",
            "2",
            "--fixtures",
            "c",
        ];
        let twice = served(&twice);
        assert_eq!(twice.address.port, Some(2));
        assert_eq!(twice.fixtures, ["a", "b", "c"].map(PathBuf::from));
    }

    #[test]
    fn a_flag_before_a_command_that_does_not_take_it_is_refused_with_what_to_write() {
        let cases: [(&[&str], &str); 3] = [
            (
                &["--port", "1", "schema", "part"],
                "write `poolhouse schema KIND`",
            ),
            (
                &["--fixtures", "a.yaml", "check", "b.yaml"],
                "write `poolhouse check PATH...`",
            ),
            (&["--seed", "1", "healthcheck"], "--host and --port alone"),
        ];
        for (arguments, expected) in cases {
            let error = parse(arguments).unwrap().command().unwrap_err();
            assert_eq!(error.exit_code(), 2);
            assert!(error.to_string().contains(expected), "{error}");
        }
        let asked = parse(&["--port", "1", "healthcheck"]).unwrap().command();
        assert!(
            matches!(asked, Ok(Command::Healthcheck(address)) if address.port == Some(1)),
            "the address may stand before"
        );
    }

    #[test]
    fn wrong_values_are_refused() {
        let cases: [&[&str]; 32] = [
            &["--host", "nowhere"],
            &["--port", "70000"],
            &["--max-body", "4 parsecs"],
            &["--max-body", "0"],
            &["--max-headers", "1"],
            &["--max-connections", "0"],
            &["--max-in-flight", "0"],
            &["--max-http2-streams", "0"],
            &["--keep-messages", "0"],
            &["--keep-invocations", "0"],
            &["--keep-history", "long"],
            &["--keep-requests", "-1"],
            &["--idle-timeout", "0s"],
            &["--body-timeout", "2years"],
            &["--shutdown-timeout", "soon"],
            &["--frozen-clock", "noon"],
            &["--frozen-clock", "1969-12-31T23:59:59Z"],
            &["--public-url", "localhost"],
            &["--public-url", "http://a/b?c"],
            &["--public-url", "http://a//b"],
            &["--public-url", "http://a/../b"],
            &["--public-url", "http:///b"],
            &["--quotas", "some"],
            &["check"],
            &["--function", "f"],
            &["--function", "f=ftp://a"],
            &["--function", "f g=http://a"],
            &["--function", "f=./no-such-file.mjs"],
            &["--lambda-endpoint", "localhost:3002"],
            &["--function-timeout", "0s"],
            &["--tls-host", "a:443"],
            &["--tls-host", "https://a"],
        ];
        for arguments in cases {
            assert!(parse(arguments).is_err(), "{arguments:?}");
        }
        for arguments in [
            ["--max-body", "1KiB"],
            ["--max-headers", "4KiB"],
            ["--keep-messages", "1"],
            ["--keep-history", "0"],
            ["--keep-requests", "0"],
            ["--shutdown-timeout", "0s"],
            ["--idle-timeout", "1ms"],
            ["--function", "f=http://a/?b=c"],
            ["--function", "arn:*=invoke+http://a:8080/function"],
            ["--lambda-endpoint", "http://localhost:3002"],
            ["--unreachable-functions", "skip"],
            ["--tls-host", "[::1]"],
            ["--tls-host", "cognito.company.net"],
        ] {
            assert!(parse(&arguments).is_ok(), "{arguments:?}");
        }
    }

    #[test]
    fn sizes_have_units() {
        let cases = [
            ("4096", 4096),
            ("32KiB", 32_768),
            ("4MiB", 4_194_304),
            ("1 GiB", 1_073_741_824),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_size(text), Ok(expected));
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        <Arguments as CommandFactory>::command().debug_assert();
    }

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        let cases = [
            ("http://app.test:3000", Some("http://app.test:3000")),
            ("https://app.test/", Some("https://app.test")),
            ("chrome-extension://abc", Some("chrome-extension://abc")),
            ("null", Some("null")),
            ("*", Some("*")),
            ("app.test", None),
            ("http://", None),
            ("http://app.test/page", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_origin(text).ok().as_deref(), expected, "{text}");
        }
    }
}
