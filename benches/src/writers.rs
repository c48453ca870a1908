//! Whether writers of one pool stand in each other's way: against writers of as many pools.

use std::time::Duration;

use serde_json::json;

use crate::fixture::{user, writer_pool};
use crate::load::{self, Requests, Until};
use crate::table::{Row, Target, median, number};
use crate::{Bench, Outcome, aws};

const ROUNDS: usize = 4;
const ROUND: Duration = Duration::from_secs(1);
const WARM_UP: Duration = Duration::from_millis(300);

pub(crate) fn measure(bench: &Bench) -> Outcome<Vec<Row>> {
    let server = bench.small_server(None)?;
    let one = |connection: usize| updates(1, connection + 1);
    let each = |connection: usize| updates(connection + 1, connection + 1);
    load::run(server.port, Until::Elapsed(WARM_UP), one)?;
    load::run(server.port, Until::Elapsed(WARM_UP), each)?;
    let (mut alone, mut together) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        alone.push(load::run(server.port, Until::Elapsed(ROUND), each)?.per_second());
        together.push(load::run(server.port, Until::Elapsed(ROUND), one)?.per_second());
    }
    let ratio = median(
        together
            .iter()
            .zip(&alone)
            .map(|(one, each)| one / each)
            .collect(),
    );
    Ok(vec![Row::ratio(
        "AdminUpdateUserAttributes, 16 writers in one pool",
        format!("{}/s", number(median(together))),
        format!("{}/s in 16 pools", number(median(alone))),
        ratio,
        Target::AtLeast(0.8),
    )])
}

/// Changes a user's name to and fro.
fn updates(pool: usize, number: usize) -> Requests {
    ["Ada", "Grace"]
        .into_iter()
        .map(|name| {
            let body = json!({
                "UserPoolId": writer_pool(pool),
                "Username": user(number),
                "UserAttributes": [{ "Name": "name", "Value": name }],
            });
            aws::request("AdminUpdateUserAttributes", &body)
        })
        .collect()
}
