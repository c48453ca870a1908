//! Snapshots of a pool with ten thousand users: how long one takes to make and to restore, what reads pay
//! meanwhile, and what a hundred of them weigh.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::fixture::{CLIENT, POOL, large_with_client, user};
use crate::http::Connection;
use crate::load::{self, Load, Requests, Until};
use crate::process::Server;
use crate::table::{Row, Target, median, number};
use crate::{Bench, Outcome, aws, sign_in};

const USERS: usize = 10_000;

const TURNS: usize = 50;

const SNAPSHOTS: usize = 100;

const ROUNDS: usize = 4;
const ROUND: Duration = Duration::from_secs(1);

/// Between two restores while reads are measured: a suite that resets before each test.
const PAUSE: Duration = Duration::from_millis(20);

pub(crate) fn measure(bench: &Bench) -> Outcome<Vec<Row>> {
    let fixture = large_with_client(USERS).to_string();
    let path = bench.folder.write("snapshots.json", fixture.as_bytes())?;
    let server = Server::poolhouse(&bench.poolhouse, Some(&path), None)?;
    let mut connection = Connection::open(server.port)?;
    let mut both = Vec::new();
    for turn in 0..TURNS {
        // The first write after a snapshot pays for it: it is part of the time.
        let began = Instant::now();
        ask(
            &mut connection,
            "snapshots",
            r#"{"name":"bench","replace":true}"#,
        )?;
        write(&mut connection, turn)?;
        ask(&mut connection, "snapshots/bench/restore", "")?;
        both.push(began.elapsed().as_secs_f64() * 1e3);
    }
    let mut rows = vec![Row::plain(
        "Snapshot, a write and restore, 10,000 users",
        median(both),
        "ms",
        Target::AtMost(10.0),
    )];
    rows.push(reads(&server, &mut connection)?);
    let before = server.resident()?;
    for at in 0..SNAPSHOTS - 1 {
        ask(
            &mut connection,
            "snapshots",
            &format!(r#"{{"name":"kept{at}"}}"#),
        )?;
    }
    rows.push(Row::plain(
        "Resident memory, 99 more snapshots of 10,000 users",
        server.resident()? - before,
        "MiB",
        Target::AtMost(5.0),
    ));
    Ok(rows)
}

/// GetUser's slowest hundredth while a snapshot is restored over and over, against that of an idle server.
fn reads(server: &Server, connection: &mut Connection) -> Outcome<Row> {
    let body = sign_in::by_password(CLIENT, 1);
    let signed_in = aws::call(connection, "InitiateAuth", &body)?;
    let token = aws::text(&signed_in, "/AuthenticationResult/AccessToken")?;
    ask(
        connection,
        "snapshots",
        r#"{"name":"bench","replace":true}"#,
    )?;
    let requests: Requests = [aws::request("GetUser", &json!({ "AccessToken": token }))].into();
    let round = || load::run(server.port, Until::Elapsed(ROUND), |_| requests.clone());
    round()?;
    let (mut idle, mut busy) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        idle.push(slow(&round()?));
        let over = AtomicBool::new(false);
        let measured = std::thread::scope(|scope| {
            let restores = scope.spawn(|| -> Outcome<()> {
                let mut turn = 0;
                while !over.load(Ordering::Relaxed) {
                    write(connection, turn)?;
                    ask(connection, "snapshots/bench/restore", "")?;
                    turn += 1;
                    std::thread::sleep(PAUSE);
                }
                Ok(())
            });
            let measured = round();
            over.store(true, Ordering::Relaxed);
            restores.join().map_err(|_| "the restores ended early")??;
            measured
        });
        busy.push(slow(&measured?));
    }
    let ratios = busy.iter().zip(&idle).map(|(busy, idle)| busy / idle);
    Ok(Row::ratio(
        "GetUser's p99 while snapshots are restored",
        format!("{} ms", number(median(busy.clone()))),
        format!("{} ms without", number(median(idle.clone()))),
        median(ratios.collect()),
        Target::AtMost(2.0),
    ))
}

fn slow(load: &Load) -> f64 {
    load.percentile(99) / 1e3
}

fn write(connection: &mut Connection, turn: usize) -> Outcome<()> {
    let name = user(turn % USERS + 1);
    let body = json!({ "UserPoolId": POOL, "Username": name,
        "UserAttributes": [{ "Name": "name", "Value": format!("Ada {turn}") }] });
    aws::call(connection, "AdminUpdateUserAttributes", &body)?;
    Ok(())
}

fn ask(connection: &mut Connection, path: &str, body: &str) -> Outcome<()> {
    let request = format!(
        "POST /_poolhouse/{path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    connection.succeed(request.as_bytes())?;
    Ok(())
}
