//! Flags that say what runs the functions of pools.

use std::path::Path;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::values::{parse_count, parse_patience};
use crate::lambda::rules::Rule;
use crate::lambda::target::Target;

/// What runs the functions of pools; what is left out has its default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Functions")]
pub struct FunctionArguments {
    /// What runs a function: its ARN, its name or a pattern with *, and http://… (a webhook),
    /// invoke+http://HOST:PORT[/NAME] or ./FILE[#HANDLER] [env: POOLHOUSE_FUNCTIONS]
    #[arg(long, value_name = "PATTERN=TARGET", value_parser = parse_rule)]
    pub function: Vec<Rule>,
    /// Lambda Invoke endpoint of all other functions [env: AWS_ENDPOINT_URL_LAMBDA]
    #[arg(long, value_name = "URL", value_parser = Target::parse_endpoint)]
    pub lambda_endpoint: Option<Target>,
    /// Longest time for a function to answer, of three attempts each [default: 5s]
    #[arg(long, value_name = "TIME", value_parser = parse_patience)]
    pub function_timeout: Option<Duration>,
    /// Most processes that run handlers [default: 8]
    #[arg(long, value_name = "COUNT", value_parser = parse_count)]
    pub max_functions: Option<usize>,
    /// What becomes of a call whose function has no target [default: refuse]
    #[arg(long, value_enum)]
    pub unreachable_functions: Option<UnreachableArgument>,
}

impl FunctionArguments {
    pub(super) fn over(self, before: Self) -> Self {
        Self {
            function: [before.function, self.function].concat(),
            lambda_endpoint: self.lambda_endpoint.or(before.lambda_endpoint),
            function_timeout: self.function_timeout.or(before.function_timeout),
            max_functions: self.max_functions.or(before.max_functions),
            unreachable_functions: self.unreachable_functions.or(before.unreachable_functions),
        }
    }
}

/// `--unreachable-functions`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum UnreachableArgument {
    /// It is refused, as AWS refuses what it cannot invoke.
    #[default]
    Refuse,
    /// It goes on as if the function had changed nothing.
    Skip,
}

/// Files are looked for from the current directory on.
fn parse_rule(text: &str) -> Result<Rule, String> {
    Rule::parse(text, Path::new(""))
}
