//! How soon the server is ready, and how small it is.

use std::time::Duration;

use crate::process::Server;
use crate::table::{Row, Target, median, number};
use crate::{Bench, Outcome};

const STARTS: usize = 40;

/// After this a server that nobody asks anything has settled.
const SETTLING: Duration = Duration::from_millis(300);

const MIB: f64 = 1024.0 * 1024.0;

pub(crate) fn measure(bench: &Bench) -> Outcome<Vec<Row>> {
    let answer = bench
        .folder
        .write("nothing", b"HTTP/1.1 200 OK\r\nServer: empty\r\n\r\n")?;
    let (mut poolhouse, mut empty) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let server = Server::poolhouse(&bench.poolhouse, None, None)?;
        poolhouse.push(server.ready_after.as_secs_f64() * 1e3);
        drop(server);
        let server = Server::empty(&bench.empty, &answer)?;
        empty.push(server.ready_after.as_secs_f64() * 1e3);
    }
    let (ready, floor) = (median(poolhouse), median(empty));
    let idle = Server::poolhouse(&bench.poolhouse, None, None)?;
    std::thread::sleep(SETTLING);
    let binary = std::fs::metadata(&bench.poolhouse)?.len() as f64 / MIB;
    Ok(vec![
        Row {
            ceiling: format!("empty server: {} ms", number(floor)),
            ..Row::plain(
                "Spawn to `Ready.`, default fixture, median of 40",
                ready,
                "ms",
                Target::AtMost(5.0),
            )
        },
        Row::plain(
            "Resident memory, idle, default fixture",
            idle.resident()?,
            "MiB",
            Target::AtMost(10.0),
        ),
        Row::plain("Binary", binary, "MiB", Target::AtMost(15.0)),
    ])
}
