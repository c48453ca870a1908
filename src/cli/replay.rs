//! What `replay` takes.

use std::path::PathBuf;

use clap::Args;

use super::values::parse_count;

/// Flags of `replay`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct ReplayArguments {
    /// Scenario files, or directories of them.
    #[arg(required = true, value_name = "PATH")]
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
    #[arg(long, conflicts_with = "serve")]
    pub twice: bool,
    /// Lets scenarios read this variable of the environment
    #[arg(long, value_name = "NAME")]
    pub pass_env: Vec<String>,
    /// With --serve: plays up to before this step, by its number or by what it is called with `as`
    #[arg(long, value_name = "STEP", requires = "serve")]
    pub until: Option<String>,
    /// Serves the world of the one scenario afterwards, on this port; 0 picks a free one
    #[arg(long, value_name = "PORT")]
    pub serve: Option<u16>,
}
