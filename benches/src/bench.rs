//! Measures a release build of Poolhouse and prints one table: `scripts/bench` builds and runs this.
//!
//! Everything is measured in one run on one machine, with the same load tool, threads and connections, and
//! said as a ratio to what the machine allows: an empty hyper server with the same answer, or the rates of
//! `openssl speed`. What is compared is measured in turns, and the median of the rounds' ratios counts, so
//! that other work on the machine hits both sides. Linux only: memory and CPU time come from `/proc`.
//!
//! `scripts/soak` runs another command of the same program, which measures no speed but what memory stays.
//!
//! Each measurement has its own servers, all on loopback, and a bound in count or time.

mod aws;
mod ceilings;
mod factors;
mod fixture;
mod functions;
mod hosted;
mod http;
mod load;
mod passkey;
mod pools;
mod process;
mod reads;
mod sign_in;
mod snapshots;
mod soak;
mod srp;
#[path = "../../tests/races/srp_client.rs"]
mod srp_client;
mod startup;
mod table;
mod users;
mod writers;

use std::path::PathBuf;
use std::process::ExitCode;

use crate::fixture::Folder;
use crate::process::Server;
use crate::table::Row;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

const USAGE: &str = "\
usage: scripts/bench [--long] [--json FILE] [MEASUREMENT…]
       scripts/bench load PORT SECONDS OPERATION INPUT
  --long       a million sign-ins for the memory measurement: some 20 minutes or more
  --json FILE  write the numbers there too
  load         one call over and over against a running server, as under a profiler
measurements, all by default: startup reads password srp devices passkeys crowd hosted pools users snapshots writers functions memory";

type Measurement = fn(&Bench) -> Outcome<Vec<Row>>;

const MEASUREMENTS: [(&str, Measurement); 14] = [
    ("startup", startup::measure),
    ("reads", reads::measure),
    ("password", sign_in::password),
    ("srp", sign_in::secure_remote_password),
    ("devices", factors::devices),
    ("passkeys", factors::passkeys),
    ("crowd", factors::crowd),
    ("hosted", hosted::measure),
    ("pools", pools::measure),
    ("users", users::measure),
    ("snapshots", snapshots::measure),
    ("writers", writers::measure),
    ("functions", functions::measure),
    ("memory", sign_in::memory),
];

/// What every measurement needs.
struct Bench {
    poolhouse: PathBuf,
    empty: PathBuf,
    folder: Folder,
    /// A fixture with a hundred users that sign in, and pools to write to.
    small: PathBuf,
    long: bool,
}

impl Bench {
    /// Poolhouse with the small fixture, logging at this level in place of its default one.
    fn small_server(&self, log: Option<&str>) -> Outcome<Server> {
        Server::poolhouse(&self.poolhouse, Some(&self.small), log)
    }
}

/// What was typed.
#[derive(Default)]
struct Arguments {
    long: bool,
    json: Option<PathBuf>,
    only: Vec<String>,
}

impl Arguments {
    fn read(mut words: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut typed = Self::default();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--long" => typed.long = true,
                "--json" => typed.json = Some(words.next().ok_or(USAGE)?.into()),
                name if MEASUREMENTS.iter().any(|(known, _)| *known == name) => {
                    typed.only.push(word)
                }
                _ => return Err(USAGE.into()),
            }
        }
        Ok(typed)
    }

    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|wanted| wanted == name)
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<()> {
    let mut words = std::env::args().skip(1).peekable();
    if words.next_if(|word| word == "load").is_some() {
        println!("{}", load::command(words)?);
        return Ok(());
    }
    let soaks = words.next_if(|word| word == "soak").is_some();
    let typed = if soaks {
        Arguments::default()
    } else {
        Arguments::read(&mut words)?
    };
    let programs = std::env::current_exe()?;
    let folder = Folder::create()?;
    let bench = Bench {
        poolhouse: programs.with_file_name("poolhouse"),
        empty: programs.with_file_name("poolhouse-bench-empty"),
        small: folder.write("small.json", fixture::small().to_string().as_bytes())?,
        folder,
        long: typed.long,
    };
    if soaks {
        println!("{}", soak::command(&bench, words)?);
        return Ok(());
    }
    let mut rows = Vec::new();
    let mut failed = Vec::new();
    for (name, measure) in MEASUREMENTS
        .into_iter()
        .filter(|(name, _)| typed.wants(name))
    {
        eprintln!("measuring {name} …");
        match measure(&bench) {
            Ok(measured) => rows.extend(measured),
            // The others are worth having all the same.
            Err(error) => failed.push(format!("{name}: {error}")),
        }
    }
    print!("{}", table::markdown(&rows));
    if let Some(path) = typed.json {
        std::fs::write(path, table::json(&rows).to_string())?;
    }
    if failed.is_empty() {
        Ok(())
    } else {
        Err(failed.join("\n").into())
    }
}
