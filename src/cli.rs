//! What was typed. What it means is decided in [`crate::config`].

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::clock::Timestamp;
use crate::http::Host;

/// A local Amazon Cognito for tests.
///
/// Serves the user pool and identity pool APIs to any AWS SDK, with the error types and texts of the
/// real service. For tests, never for production.
#[derive(Debug, Parser)]
#[command(
    name = "poolhouse",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Without a command, Poolhouse serves.\n\
                  Exit codes: 0 done; 1 a fixture is refused, the server cannot start or is not \
                  healthy; 2 wrong arguments."
)]
pub struct Arguments {
    /// What to do; `serve` when left out.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The flags of `serve`, without the word.
    #[command(flatten)]
    pub serve: ServeArguments,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve until stopped (the default).
    Serve(Box<ServeArguments>),
    /// Check fixtures: print each fault with file and line.
    Check {
        /// Fixture files, or directories of them.
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Ask a running server whether it is healthy, as a container's health check.
    Healthcheck(AddressArguments),
}

/// Where the server listens.
#[derive(Debug, Clone, Default, Args)]
pub struct AddressArguments {
    /// IP address to listen on, or localhost for both loopback addresses [env: POOLHOUSE_HOST, HOST]
    #[arg(long, value_parser = parse_host)]
    pub host: Option<Host>,
    /// Port to listen on; 0 picks a free one [default: 9229] [env: POOLHOUSE_PORT, PORT]
    #[arg(long)]
    pub port: Option<u16>,
}

/// Flags of `serve`.
#[derive(Debug, Clone, Default, Args)]
pub struct ServeArguments {
    /// Where the server listens.
    #[command(flatten)]
    pub address: AddressArguments,
    /// Fixture files or directories to load in place of the default pool
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub fixtures: Vec<PathBuf>,
    /// Where tokens say they are from: this server, or AWS
    #[arg(long, value_enum, default_value_t)]
    pub issuer: IssuerArgument,
    /// URL that local issuers and links use, in place of the host that a request named
    #[arg(long, value_name = "URL", value_parser = parse_public_url)]
    pub public_url: Option<String>,
    /// Further host name that the test API under /_poolhouse/ answers to
    #[arg(long, value_name = "HOST")]
    pub allow_host: Vec<String>,
    /// Give a user who must still set up MFA tokens once, as an older edition of AWS's guide says
    #[arg(long)]
    pub one_time_tokens: bool,
    /// Whether AWS's hourly attempt limits apply
    #[arg(long, value_enum, default_value_t)]
    pub quotas: QuotasArgument,
    /// How many sent messages are kept to be read
    #[arg(long, value_name = "COUNT", default_value_t = 10_000)]
    pub keep_messages: usize,
    /// Keep codes out of the log
    #[arg(long)]
    pub hide_codes: bool,
    /// Draw ids, codes and keys from this seed, so that they repeat from run to run
    #[arg(long, value_name = "NUMBER")]
    pub seed: Option<u64>,
    /// Start with the clock standing at this RFC 3339 time
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub frozen_clock: Option<Timestamp>,
    /// Form of the log on standard error (what is logged: RUST_LOG)
    #[arg(long, value_enum, default_value_t)]
    pub log_format: LogFormat,
    /// Limits of the listener.
    #[command(flatten)]
    pub limits: LimitArguments,
}

/// Limits of the listener; what is left out has its default.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitArguments {
    /// Longest request body [default: 4MiB]
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub max_body: Option<usize>,
    /// Longest request line with headers [default: 32KiB]
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub max_headers: Option<usize>,
    /// Most open connections; further ones wait [default: 1000]
    #[arg(long, value_name = "COUNT", value_parser = parse_count)]
    pub max_connections: Option<usize>,
    /// Most requests worked on at once; further ones wait [default: 256]
    #[arg(long, value_name = "COUNT", value_parser = parse_count)]
    pub max_in_flight: Option<usize>,
    /// Most streams of one HTTP/2 connection [default: 128]
    #[arg(long, value_name = "COUNT")]
    pub max_http2_streams: Option<u32>,
    /// Longest time to send the headers of a request [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub header_timeout: Option<Duration>,
    /// Longest time to send the body of a request [default: 20s]
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub body_timeout: Option<Duration>,
    /// Longest time between requests on a connection [default: 3m]
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub idle_timeout: Option<Duration>,
    /// Longest time to answer a request [default: 1m]
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub request_timeout: Option<Duration>,
    /// Longest time that requests under way hold up the end [default: 5s]
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub shutdown_timeout: Option<Duration>,
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
    /// No hourly limits.
    #[default]
    Off,
    /// Those of AWS.
    Aws,
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

fn parse_host(text: &str) -> Result<Host, String> {
    Host::parse(text).ok_or_else(|| "give an IP address or localhost".to_owned())
}

fn parse_time(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse_rfc3339(text)
        .ok_or_else(|| "give a date and time such as 2026-01-31T12:00:00Z".to_owned())
}

/// A host with a scheme, perhaps a port, and nothing after it; a slash at the end is cut.
fn parse_public_url(text: &str) -> Result<String, String> {
    let url = text.trim_end_matches('/');
    let authority = url
        .strip_prefix("http://")
        .or_else(|| url.strip_prefix("https://"));
    match authority {
        Some(authority) if crate::http::is_authority(authority) => Ok(url.to_owned()),
        _ => Err("give scheme and host, such as http://cognito.test:9229".to_owned()),
    }
}

/// A number of bytes: `4096`, `32KiB`, `4MiB`.
fn parse_size(text: &str) -> Result<usize, String> {
    let (digits, unit) = text.split_at(
        text.find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len()),
    );
    let factor = match unit.trim() {
        "" | "B" => Some(1),
        "KiB" => Some(1024),
        "MiB" => Some(1024 * 1024),
        "GiB" => Some(1024 * 1024 * 1024),
        _ => None,
    };
    let number: Option<usize> = digits.parse().ok();
    number
        .zip(factor)
        .and_then(|(number, factor)| number.checked_mul(factor))
        .ok_or_else(|| "give a size such as 4096, 32KiB or 4MiB".to_owned())
}

/// At least one, and no more than tokio's semaphores count.
fn parse_count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count @ 1..=1_000_000) => Ok(count),
        _ => Err("give a number from 1 to 1000000".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(["poolhouse"].iter().chain(arguments))
    }

    #[test]
    fn flags_stand_with_and_without_the_word() {
        for arguments in [&["--port", "0"][..], &["serve", "--port", "0"]] {
            let parsed = parse(arguments).unwrap();
            let serve = match parsed.command {
                Some(Command::Serve(serve)) => *serve,
                _ => parsed.serve,
            };
            assert_eq!(serve.address.port, Some(0), "{arguments:?}");
        }
        assert!(parse(&[]).unwrap().command.is_none());
    }

    #[test]
    fn wrong_values_are_refused() {
        let cases: [&[&str]; 9] = [
            &["--host", "nowhere"],
            &["--port", "70000"],
            &["--max-body", "4 parsecs"],
            &["--max-connections", "0"],
            &["--frozen-clock", "noon"],
            &["--public-url", "localhost"],
            &["--public-url", "http://a/b"],
            &["--quotas", "some"],
            &["check"],
        ];
        for arguments in cases {
            assert!(parse(arguments).is_err(), "{arguments:?}");
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
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }
}
