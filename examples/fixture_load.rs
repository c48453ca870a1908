//! How long fixtures take to load, and what the users of one weigh:
//! `cargo run --release --example fixture_load`.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;

use poolhouse::clock::Clock;
use poolhouse::context::{Settings, Shared};
use poolhouse::entropy::Entropy;
use poolhouse::fixtures::{FixtureError, load_default, load_text};

fn main() -> Result<(), FixtureError> {
    let entry = |n: &str| {
        format!(
            "{{\"Username\": \"user{n}\", \"Password\": \"Poolhouse-{n}\", \"UserAttributes\": [\
             {{\"Name\": \"email\", \"Value\": \"user{n}@example.com\"}}, \
             {{\"Name\": \"email_verified\", \"Value\": \"true\"}}]}}"
        )
    };
    let fixture = |users: &str| {
        format!(
            "{{\"PoolName\": \"one\", \"Groups\": [{{\"GroupName\": \"readers\"}}], \"Users\": [{users}]}}"
        )
    };
    let listed: Vec<String> = (0..10_000).map(|n| entry(&n.to_string())).collect();
    let listed = fixture(&listed.join(",\n"));
    let counted = fixture(&entry("{n}").replacen('{', "{\"Count\": 1000000, ", 1));
    measure("default fixture", 20, load_default_once)?;
    measure("10,000 users, JSON", 5, |shared| {
        load_text(shared, "a.json", &listed).map(drop)
    })?;
    measure("10,000 users, YAML", 3, |shared| {
        load_text(shared, "a.yaml", &listed).map(drop)
    })?;
    measure("1,000,000 users by Count", 1, |shared| {
        load_text(shared, "a.json", &counted).map(drop)
    })
}

fn load_default_once(shared: &Arc<Shared>) -> Result<(), FixtureError> {
    load_default(shared).map(drop)
}

/// Processor time of this thread so far, where the system tells: it says more on a busy machine.
fn busy_milliseconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanos = text
        .split_whitespace()
        .next()
        .and_then(|nanos| nanos.parse::<f64>().ok());
    nanos.unwrap_or_default() / 1e6
}

/// Loads on fresh servers and prints the best time, with the memory while the last one lives.
fn measure(
    what: &str,
    times: usize,
    load: impl Fn(&Arc<Shared>) -> Result<(), FixtureError>,
) -> Result<(), FixtureError> {
    let mut line = format!("{what}:");
    for _ in 0..times {
        let shared = Arc::new(Shared::new(
            Clock::running(),
            Entropy::from_os(),
            Settings::default(),
        ));
        let (start, busy) = (Instant::now(), busy_milliseconds());
        load(&shared)?;
        let (busy, wall) = (busy_milliseconds() - busy, start.elapsed());
        let _ = write!(line, " {wall:.2?} ({busy:.2} ms of a processor)");
        if times == 1 {
            let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
            let sizes = status
                .lines()
                .filter(|line| line.starts_with("VmRSS") || line.starts_with("VmHWM"));
            for size in sizes {
                let _ = write!(
                    line,
                    "; {}",
                    size.split_whitespace().collect::<Vec<_>>().join(" ")
                );
            }
        }
    }
    println!("{line}");
    Ok(())
}
