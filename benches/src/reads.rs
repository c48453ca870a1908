//! Reads, against the empty server with the same answer.

use std::time::Duration;

use serde_json::json;

use crate::fixture::{CLIENT, POOL};
use crate::http::Connection;
use crate::load::{self, Load, Until};
use crate::process::Server;
use crate::table::{Row, Target, median, number};
use crate::{Bench, Outcome, aws, sign_in};

const ROUNDS: usize = 3;
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
    Ok(rows)
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
    let run = |port, time| load::run(port, Until::Elapsed(time), |_| requests.clone());
    run(empty.port, WARM_UP)?;
    run(server.port, WARM_UP)?;
    let (mut ceilings, mut measured) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ceilings.push(run(empty.port, ROUND)?);
        measured.push(run(server.port, ROUND)?);
    }
    let ratios = measured
        .iter()
        .zip(&ceilings)
        .map(|(ours, empty)| ours.per_second() / empty.per_second());
    let name = format!("{name}, {size} bytes");
    Ok(Row::ratio(
        &name,
        describe(&measured),
        describe(&ceilings),
        median(ratios.collect()),
        target,
    ))
}

fn describe(loads: &[Load]) -> String {
    let middle = |of: fn(&Load) -> f64| number(median(loads.iter().map(of).collect()));
    let rate = middle(Load::per_second);
    let (typical, slow) = (
        middle(|load| load.percentile(50)),
        middle(|load| load.percentile(99)),
    );
    format!("{rate}/s, p50 {typical} µs, p99 {slow} µs")
}
