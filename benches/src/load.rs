//! The load tool: finished requests over keep-alive connections, each of which waits for an answer before it
//! sends the next request.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::http::{LoadConnection, loopback};
use crate::{Outcome, aws};

/// Connections of a measurement under load, unless it says otherwise.
pub(crate) const CONNECTIONS: usize = 16;

/// Threads of the load tool; the connections are spread over them.
pub(crate) const THREADS: usize = 2;

/// How long a load may overrun before it counts as hung.
const GRACE: Duration = Duration::from_secs(30);

/// The requests that one connection sends in turn, over and over.
pub(crate) type Requests = Arc<[Vec<u8>]>;

/// When a load ends.
#[derive(Clone, Copy)]
pub(crate) enum Until {
    Elapsed(Duration),
    /// So many requests by each connection, in no more than this time.
    Sent {
        each: u64,
        within: Duration,
    },
}

/// What a load came to.
pub(crate) struct Load {
    pub(crate) requests: u64,
    pub(crate) elapsed: Duration,
    /// Microseconds, sorted.
    latencies: Vec<u32>,
}

impl Load {
    pub(crate) fn per_second(&self) -> f64 {
        self.requests as f64 / self.elapsed.as_secs_f64()
    }

    /// Microseconds that so many of a hundred requests stayed within.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        self.latencies
            .get(last * percent / 100)
            .copied()
            .map_or(0.0, f64::from)
    }
}

/// Loads a running server with one call, for whoever profiles it; rate and latencies as JSON.
pub(crate) fn command(mut words: impl Iterator<Item = String>) -> Outcome<Value> {
    let mut next = |what| words.next().ok_or_else(|| format!("load: give {what}"));
    let (port, seconds) = (next("the port")?.parse()?, next("seconds")?.parse()?);
    let (operation, body) = (
        next("an operation")?,
        serde_json::from_str(&next("its input")?)?,
    );
    let requests: Requests = [aws::request(&operation, &body)].into();
    let time = Duration::from_secs_f64(seconds);
    let load = run(port, Until::Elapsed(time), |_| requests.clone())?;
    Ok(json!({
        "operation": operation, "connections": CONNECTIONS, "threads": THREADS,
        "requests": load.requests, "perSecond": load.per_second(),
        "microseconds": {
            "p50": load.percentile(50), "p90": load.percentile(90), "p99": load.percentile(99),
            "longest": load.percentile(100),
        },
    }))
}

/// Runs a load against a port; `of` gives the requests of each connection.
pub(crate) fn run(port: u16, until: Until, of: impl Fn(usize) -> Requests) -> Outcome<Load> {
    run_over(CONNECTIONS, port, until, of)
}

/// The same over another number of connections.
pub(crate) fn run_over(
    connections: usize,
    port: u16,
    until: Until,
    of: impl Fn(usize) -> Requests,
) -> Outcome<Load> {
    let limit = match until {
        Until::Elapsed(time) => time,
        Until::Sent { within, .. } => within,
    } + GRACE;
    let begun = Instant::now();
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let lists: Vec<Requests> = (thread..connections).step_by(THREADS).map(&of).collect();
            std::thread::spawn(move || thread_of(port, until, limit, lists))
        })
        .collect();
    let mut latencies = Vec::new();
    for thread in threads {
        latencies.extend(
            thread
                .join()
                .map_err(|_| "a thread of the load tool panicked")??,
        );
    }
    let elapsed = begun.elapsed();
    latencies.sort_unstable();
    Ok(Load {
        requests: latencies.len() as u64,
        elapsed,
        latencies,
    })
}

fn thread_of(port: u16, until: Until, limit: Duration, lists: Vec<Requests>) -> Outcome<Vec<u32>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let all = async {
        let connections: Vec<_> = lists
            .into_iter()
            .map(|list| tokio::spawn(connection(port, until, list)))
            .collect();
        let mut latencies = Vec::new();
        for connection in connections {
            latencies.extend(connection.await??);
        }
        Ok(latencies)
    };
    runtime.block_on(async { tokio::time::timeout(limit, all).await })?
}

async fn connection(port: u16, until: Until, requests: Requests) -> Outcome<Vec<u32>> {
    let mut connection = LoadConnection::open(loopback(port)).await?;
    let mut latencies = Vec::with_capacity(64 * 1024);
    let begun = Instant::now();
    let mut sent = begun;
    for request in requests.iter().cycle() {
        let over = match until {
            Until::Elapsed(time) => sent.duration_since(begun) >= time,
            Until::Sent { each, .. } => latencies.len() as u64 >= each,
        };
        if over {
            break;
        }
        connection.exchange(request).await?;
        let now = Instant::now();
        latencies.push(u32::try_from(now.duration_since(sent).as_micros()).unwrap_or(u32::MAX));
        sent = now;
    }
    Ok(latencies)
}
