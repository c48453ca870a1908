//! Sign-ins, against the arithmetic that they cannot do without.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::ceilings::{self, Seconds};
use crate::fixture::{CLIENT, PASSWORD, POOL, USERS, user};
use crate::http::Connection;
use crate::load::{self, CONNECTIONS, Requests, Until};
use crate::process::Server;
use crate::table::{Row, Target, median, number};
use crate::{Bench, Outcome, aws, srp};

const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(3);
const WARM_UP: Duration = Duration::from_millis(500);

/// RS256 signatures of a sign-in: ID token and access token.
pub(crate) const SIGNATURES: f64 = 2.0;

/// Full exponentiations of a sign-in over SRP: v^u and (A·v^u)^b. The third one of the textbook, g^b, has a
/// fixed base, which a table makes cheap; the ceiling charges nothing for it.
pub(crate) const EXPONENTIATIONS: f64 = 2.0;

/// Sign-ins of the memory measurement: of a normal run, of a long one, and ahead of either.
const SOME: u64 = 20_000;
const MILLION: u64 = 1_000_000;
const AHEAD: u64 = 3_000;

/// `InitiateAuth` of a user with a password.
pub(crate) fn by_password(client_id: &str, number: usize) -> Value {
    json!({
        "ClientId": client_id,
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": user(number), "PASSWORD": PASSWORD },
    })
}

/// Every connection signs in all users, each starting at another one.
fn everyone(connection: usize) -> Requests {
    everyone_by(CLIENT, connection * USERS / CONNECTIONS)
}

/// All users sign in by this client, one after the other, beginning behind the first `shift`.
pub(crate) fn everyone_by(client_id: &str, shift: usize) -> Requests {
    (0..USERS)
        .map(|user| {
            let body = by_password(client_id, (user + shift) % USERS + 1);
            aws::request("InitiateAuth", &body)
        })
        .collect()
}

/// By rate, and by the CPU time of the server's process, which other work on the machine hardly changes.
pub(crate) fn password(bench: &Bench) -> Outcome<Vec<Row>> {
    let server = bench.small_server(None)?;
    load::run(server.port, Until::Elapsed(WARM_UP), everyone)?;
    let (mut rates, mut limits, mut libraries) = (Vec::new(), Vec::new(), Vec::new());
    let (mut costs, mut least, mut slow) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        limits.push(ceilings::signatures(Seconds::Wall)? / SIGNATURES);
        let before = server.cpu()?;
        let load = load::run(server.port, Until::Elapsed(ROUND), everyone)?;
        costs.push((server.cpu()? - before) * 1e3 / load.requests as f64);
        rates.push(load.per_second());
        slow.push(load.percentile(99) / 1e3);
        libraries.push(ceilings::library_signatures()? / SIGNATURES);
        least.push(SIGNATURES * core_milliseconds(ceilings::signatures(Seconds::Cpu)?));
    }
    let (rate, slow) = (number(median(rates.clone())), number(median(slow)));
    let row = |name, limits: Vec<f64>, what: &str, target| {
        let ratio = ratio_of(&rates, &limits);
        let ceiling = format!("{}/s: two {what}", number(median(limits)));
        Row::ratio(
            name,
            format!("{rate}/s, p99 {slow} ms"),
            ceiling,
            ratio,
            target,
        )
    };
    let bar = Target::AtLeast(0.85);
    let ratio = ratio_of(&least, &costs);
    let (cost, least) = (number(median(costs)), number(median(least)));
    Ok(vec![
        row(
            "USER_PASSWORD_AUTH",
            limits,
            "RS256 of `openssl speed`",
            bar,
        ),
        row(
            "USER_PASSWORD_AUTH, by the library's speed",
            libraries,
            "RS256 of AWS-LC",
            Target::None,
        ),
        Row::ratio(
            "USER_PASSWORD_AUTH, CPU of the server",
            format!("{cost} ms a sign-in"),
            format!("{least} ms: two RS256 of `openssl speed`"),
            ratio,
            bar,
        ),
    ])
}

/// CPU time of one operation, given what all cores together do in a second.
pub(crate) fn core_milliseconds(rate: f64) -> f64 {
    ceilings::cores() as f64 * 1e3 / rate
}

/// The median of the rounds' ratios.
pub(crate) fn ratio_of(measured: &[f64], limits: &[f64]) -> f64 {
    median(
        measured
            .iter()
            .zip(limits)
            .map(|(value, limit)| value / limit)
            .collect(),
    )
}

/// By CPU time of the server's process, not by rate: the client's arithmetic runs on the same cores.
pub(crate) fn secure_remote_password(bench: &Bench) -> Outcome<Vec<Row>> {
    let server = bench.small_server(None)?;
    srp_round(&server, WARM_UP)?;
    let (mut costs, mut limits) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let signature = core_milliseconds(ceilings::signatures(Seconds::Cpu)?);
        let exponentiation = core_milliseconds(ceilings::exponentiations(Seconds::Cpu)?);
        limits.push(SIGNATURES * signature + EXPONENTIATIONS * exponentiation);
        let before = server.cpu()?;
        let count = srp_round(&server, ROUND)?;
        costs.push((server.cpu()? - before) * 1e3 / f64::from(count));
    }
    let ratio = ratio_of(&costs, &limits);
    Ok(vec![Row::ratio(
        "USER_SRP_AUTH, CPU of the server",
        format!("{} ms a sign-in", number(median(costs))),
        format!(
            "{} ms: two ffdh3072, two RS256 of `openssl speed`",
            number(median(limits))
        ),
        ratio,
        Target::AtMost(1.3),
    )])
}

/// Signs in over SRP on every core for some time; the number of sign-ins.
fn srp_round(server: &Server, time: Duration) -> Outcome<u32> {
    let port = server.port;
    let threads: Vec<_> = (1..=ceilings::cores())
        .map(|number| thread::spawn(move || srp_thread(port, number, time)))
        .collect();
    let mut count = 0;
    for thread in threads {
        count += thread.join().map_err(|_| "an SRP client panicked")??;
    }
    Ok(count)
}

fn srp_thread(port: u16, number: usize, time: Duration) -> Outcome<u32> {
    let (_, pool_name) = POOL.split_once('_').ok_or("a pool id without a name")?;
    let client = srp::Client::new();
    let mut connection = Connection::open(port)?;
    let start = aws::request("InitiateAuth", &client.start(CLIENT, &user(number)));
    let begun = Instant::now();
    let mut count = 0;
    while begun.elapsed() < time {
        let challenge = aws::send(&mut connection, "InitiateAuth", &start)?;
        let proof = client.prove(CLIENT, pool_name, PASSWORD, &challenge)?;
        let signed_in = aws::call(&mut connection, "RespondToAuthChallenge", &proof)?;
        aws::text(&signed_in, "/AuthenticationResult/AccessToken")?;
        count += 1;
    }
    Ok(count)
}

/// Whether memory grows with the number of sign-ins.
pub(crate) fn memory(bench: &Bench) -> Outcome<Vec<Row>> {
    let server = bench.small_server(None)?;
    let sign_in = |count: u64| {
        let each = count / CONNECTIONS as u64;
        // Even a slow core signs in 50 users a second.
        let within = Duration::from_secs(count / 50);
        load::run(server.port, Until::Sent { each, within }, everyone)
    };
    sign_in(AHEAD)?;
    let before = server.resident()?;
    let count = if bench.long { MILLION } else { SOME };
    let load = sign_in(count)?;
    let growth = server.resident()? - before;
    let name = format!("Memory growth over {count} sign-ins of {USERS} users");
    // A short run says little of a million: tables that are bounded still fill up.
    let target = if bench.long {
        Target::AtMost(20.0)
    } else {
        Target::None
    };
    let each = growth * 1024.0 * 1024.0 / load.requests as f64;
    Ok(vec![Row {
        measured: format!("{} MiB, {} bytes a sign-in", number(growth), number(each)),
        ceiling: format!("{} MiB after the first {AHEAD}", number(before)),
        ..Row::plain(&name, growth, "MiB", target)
    }])
}
