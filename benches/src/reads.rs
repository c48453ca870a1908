//! Reads, against the empty server with the same answer.

use std::time::Duration;

use serde_json::json;

use crate::fixture::{CLIENT, POOL};
use crate::http::Connection;
use crate::load::{self, Until};
use crate::process::Server;
use crate::table::{Row, Target, median, number};
use crate::{Bench, Outcome, aws, sign_in};

const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_millis(1200);
const WARM_UP: Duration = Duration::from_millis(300);
const BAR: Target = Target::AtLeast(0.75);

pub(crate) fn measure(bench: &Bench) -> Outcome<Vec<Row>> {
    let server = bench.small_server(None)?;
    let mut connection = Connection::open(server.port)?;
    let signed_in = aws::call(
        &mut connection,
        "InitiateAuth",
        &sign_in::by_password(CLIENT, 1),
    )?;
    let token = aws::text(&signed_in, "/AuthenticationResult/AccessToken")?;
    let of_token = json!({ "AccessToken": token });
    let of_user = json!({ "UserPoolId": POOL, "Username": "user1" });
    let of_pool = json!({ "UserPoolId": POOL });
    let mut rows = Vec::new();
    for (operation, body) in [
        ("GetUser", of_token),
        ("AdminGetUser", of_user),
        ("DescribeUserPool", of_pool),
    ] {
        let request = aws::request(operation, &body);
        rows.push(against_empty(bench, &server, operation, request, BAR)?);
    }
    let quiet = bench.small_server(Some("warn"))?;
    let request = aws::request(
        "AdminGetUser",
        &json!({ "UserPoolId": POOL, "Username": "user1" }),
    );
    let name = "AdminGetUser with RUST_LOG=warn";
    rows.push(against_empty(bench, &quiet, name, request, Target::None)?);
    let request = aws::request("GetUser", &json!({ "AccessToken": token }));
    rows.push(journal(bench, &server, request)?);
    Ok(rows)
}

/// GetUser with the journal of requests, against a server without.
fn journal(bench: &Bench, on: &Server, with_it: Vec<u8>) -> Outcome<Row> {
    let small = Some(bench.small.as_path());
    let arguments = ["--keep-requests", "0"];
    let off = Server::poolhouse_with(&bench.poolhouse, small, None, &arguments)?;
    let mut connection = Connection::open(off.port)?;
    let body = sign_in::by_password(CLIENT, 1);
    let signed_in = aws::call(&mut connection, "InitiateAuth", &body)?;
    let token = aws::text(&signed_in, "/AuthenticationResult/AccessToken")?;
    let without = aws::request("GetUser", &json!({ "AccessToken": token }));
    let (with_it, without): (load::Requests, load::Requests) = ([with_it].into(), [without].into());
    round(on, &with_it, WARM_UP)?;
    round(&off, &without, WARM_UP)?;
    let (mut ons, mut offs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        offs.push(round(&off, &without, ROUND)?);
        ons.push(round(on, &with_it, ROUND)?);
    }
    let pairs = ons.iter().zip(&offs);
    let ratios = pairs.map(|(on, off)| on.rate / off.rate).collect();
    Ok(Row::ratio(
        "GetUser with the journal, against without",
        describe(&ons),
        describe(&offs),
        median(ratios),
        Target::AtLeast(0.95),
    ))
}

fn against_empty(
    bench: &Bench,
    server: &Server,
    name: &str,
    request: Vec<u8>,
    target: Target,
) -> Outcome<Row> {
    let mut connection = Connection::open(server.port)?;
    let answer = connection.succeed(&request)?;
    let size = answer.body().len();
    let empty = Server::empty(&bench.empty, &bench.folder.write("answer", &answer.bytes)?)?;
    let requests: load::Requests = [request].into();
    round(&empty, &requests, WARM_UP)?;
    round(server, &requests, WARM_UP)?;
    let (mut ceilings, mut measured) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ceilings.push(round(&empty, &requests, ROUND)?);
        measured.push(round(server, &requests, ROUND)?);
    }
    let ratios = measured
        .iter()
        .zip(&ceilings)
        .map(|(ours, empty)| ours.rate / empty.rate);
    let name = format!("{name}, {size} bytes");
    let (ours, ceiling) = (describe(&measured), describe(&ceilings));
    Ok(Row::ratio(
        &name,
        ours,
        ceiling,
        median(ratios.collect()),
        target,
    ))
}

/// What one round came to.
struct Round {
    rate: f64,
    /// The server's CPU time a request, in microseconds: what other work on the machine hardly changes.
    cpu: f64,
    /// The 99th percentile of the time to an answer, in microseconds.
    slow: f64,
}

fn round(server: &Server, requests: &load::Requests, time: Duration) -> Outcome<Round> {
    let before = server.cpu()?;
    let load = load::run(server.port, Until::Elapsed(time), |_| requests.clone())?;
    let cpu = (server.cpu()? - before) * 1e6 / load.requests as f64;
    Ok(Round {
        rate: load.per_second(),
        cpu,
        slow: load.percentile(99),
    })
}

fn describe(rounds: &[Round]) -> String {
    let middle = |of: fn(&Round) -> f64| number(median(rounds.iter().map(of).collect()));
    let (rate, cpu) = (middle(|round| round.rate), middle(|round| round.cpu));
    format!(
        "{rate}/s, {cpu} µs CPU, p99 {} ms",
        middle(|round| round.slow / 1e3)
    )
}
