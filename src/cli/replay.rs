//! What `replay` takes.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::Args;

use super::tls::TlsArguments;
use super::values::{parse_count, parse_endpoint, parse_wait};
use crate::outbound::Url;

/// What scenarios are played against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndpointArgument {
    /// AWS itself.
    Aws,
    /// A server, by its URL.
    Url(Url),
}

/// Flags of `replay`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct ReplayArguments {
    /// Scenario files, or directories of them.
    #[arg(required_unless_present = "sweep", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Plays scenarios with this tag alone; given several times, with any of them
    #[arg(long, value_name = "TAG")]
    pub tag: Vec<String>,
    /// Plays scenarios alone whose sentence has this text in it, with the case of a table's row in brackets
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
    /// How many are played at once [default: one a core]
    #[arg(long, value_name = "COUNT", value_parser = parse_count)]
    pub jobs: Option<usize>,
    /// Fails when a scenario is skipped
    #[arg(long)]
    pub fail_on_skip: bool,
    /// Plays everything twice, and fails where the answers differ
    #[arg(long, conflicts_with_all = ["serve", "endpoint"])]
    pub twice: bool,
    /// Rewrites literal values of expectations that differ as the answers have them, and shows what it rewrote; refused
    /// where CI is set
    #[arg(long, conflicts_with_all = ["serve", "twice", "sweep"])]
    pub update: bool,
    /// Lets scenarios read this variable of the environment
    #[arg(long, value_name = "NAME")]
    pub pass_env: Vec<String>,
    /// Writes a report besides; given several times, each of them: junit=FILE, json=FILE, github=FILE, where `-`
    /// is standard output (github=-: what GitHub shows beside the lines of a change)
    #[arg(long, value_name = "KIND=FILE", conflicts_with = "serve")]
    pub report: Vec<ReportArgument>,
    /// With --serve: plays up to before this step, by its number or by what it is called with `as`
    #[arg(long, value_name = "STEP", requires = "serve")]
    pub until: Option<String>,
    /// Serves the world of the one scenario afterwards, on this port; 0 picks a free one
    #[arg(long, value_name = "PORT", conflicts_with = "endpoint")]
    pub serve: Option<u16>,
    /// With --serve: as a server does.
    #[command(flatten)]
    pub tls: TlsArguments,
    /// Where scenarios are played.
    #[command(flatten)]
    pub target: TargetArguments,
}

/// What scenarios are played against, in place of worlds of their own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Against a server")]
pub struct TargetArguments {
    /// Plays against a running Poolhouse, AWS, or another server of its protocol
    #[arg(long, value_name = "URL|aws", value_parser = parse_endpoint)]
    pub endpoint: Option<EndpointArgument>,
    /// The Region of AWS [env: AWS_REGION]
    #[arg(long, value_name = "REGION", requires = "endpoint")]
    pub region: Option<String>,
    /// Longest time that a clock step waits for on AWS, where nobody can move the clock [default: 90s]
    #[arg(long, value_name = "TIME", requires = "endpoint", value_parser = parse_wait)]
    pub real_wait: Option<Duration>,
    /// Command that prints the code of a message on AWS, which it finds in username, to, kind, medium and pool of
    /// its environment
    #[arg(long, value_name = "COMMAND", requires = "endpoint")]
    pub codes: Option<String>,
    /// Most requests a second to AWS [default: 5]
    #[arg(long, value_name = "COUNT", requires = "endpoint", value_parser = parse_count)]
    pub max_rps: Option<usize>,
    /// Plays scenarios on a running Poolhouse that move its clock or give it rules: one by one, each between a
    /// snapshot and its restoration
    #[arg(long, requires = "endpoint")]
    pub exclusive: bool,
    /// Deletes what replays that were killed have left on AWS
    #[arg(long, requires = "endpoint", conflicts_with = "paths")]
    pub sweep: bool,
}

/// A report that is written to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportArgument {
    /// Its form.
    pub kind: ReportKind,
    /// Where it goes; none is standard output.
    pub file: Option<PathBuf>,
}

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportKind {
    /// JUnit's XML.
    Junit,
    /// A form of our own, for programs.
    Json,
    /// GitHub's workflow commands.
    Github,
}

impl FromStr for ReportArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let hint = "give junit=FILE, json=FILE or github=FILE; github=- goes to standard output";
        let (kind, file) = text.split_once('=').ok_or(hint)?;
        let kind = match kind {
            "junit" => ReportKind::Junit,
            "json" => ReportKind::Json,
            "github" => ReportKind::Github,
            _ => return Err(hint.to_owned()),
        };
        match (kind, file) {
            (_, "") => Err(hint.to_owned()),
            (ReportKind::Github, "-") => Ok(Self { kind, file: None }),
            (_, "-") => {
                Err("give a file: on standard output the text would stand before it".to_owned())
            }
            (_, file) => Ok(Self {
                kind,
                file: Some(file.into()),
            }),
        }
    }
}
