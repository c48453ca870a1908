//! What functions cost: handlers of Node that Poolhouse runs itself, those of `fixtures/handlers`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::fixture::{CLIENT, TRIGGERED, USERS, WAITING, with_functions};
use crate::http::Connection;
use crate::load::{self, Load, Until};
use crate::process::Server;
use crate::table::{Row, Target, median, number, percentile};
use crate::{Bench, Outcome, aws, sign_in};

/// Sign-ins without a function and with each, in turns.
const TURNS: usize = 400;
const TURNS_AHEAD: usize = 50;

/// Sign-ins at once, each on a connection of its own.
const CROWD: usize = 200;

/// `--max-functions`, not the default one, which would hold even if nobody obeyed the flag.
const MOST_PROCESSES: &str = "6";

/// A round of each kind; the median of the rounds counts. The reader begins when the crowd's functions have
/// their processes.
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_millis(1800);
const GATHERING: Duration = Duration::from_millis(700);
const LOOKING_ON: Duration = Duration::from_millis(1000);

/// Between two calls of the reader, which looks on and is no load itself.
const PAUSE: Duration = Duration::from_millis(1);

/// How often processes are counted. A Node that has loaded nothing yet lives longer than that.
const COUNTING: Duration = Duration::from_millis(10);

pub(crate) fn measure(bench: &Bench) -> Outcome<Vec<Row>> {
    let fixture = with_functions(&bench.folder)?.to_string();
    let fixture = bench.folder.write("functions.json", fixture.as_bytes())?;
    let start =
        |more: &[&str]| Server::poolhouse_with(&bench.poolhouse, Some(&fixture), None, more);
    let mut rows = one_at_a_time(&start(&[])?)?;
    let bounded = start(&["--max-functions", MOST_PROCESSES])?;
    rows.push(processes(&bounded)?);
    rows.extend(others(&bounded)?);
    drop(bounded);
    rows.extend(without(&bench.small_server(None)?, &start(&[])?)?);
    Ok(rows)
}

/// What a warm handler adds to a sign-in.
fn one_at_a_time(server: &Server) -> Outcome<Vec<Row>> {
    let mut connection = Connection::open(server.port)?;
    let mut sign_in = |client: &str, turn: usize| -> Outcome<f64> {
        let request = aws::request(
            "InitiateAuth",
            &sign_in::by_password(client, turn % USERS + 1),
        );
        let begun = Instant::now();
        connection.succeed(&request)?;
        Ok(begun.elapsed().as_secs_f64() * 1e3)
    };
    let mut without = Vec::new();
    let mut with = TRIGGERED.map(|_| Vec::new());
    for turn in 0..TURNS_AHEAD + TURNS {
        let alone = sign_in(CLIENT, turn)?;
        let functions = TRIGGERED.map(|triggered| sign_in(triggered.client, turn));
        if turn < TURNS_AHEAD {
            continue;
        }
        without.push(alone);
        for (times, time) in with.iter_mut().zip(functions) {
            times.push(time?);
        }
    }
    let rows = TRIGGERED.iter().zip(with).map(|(triggered, with)| {
        let more = with
            .iter()
            .zip(&without)
            .map(|(with, without)| with - without);
        let more = median(more.collect());
        let name = format!(
            "A warm {} handler of Node, median of what it adds",
            triggered.trigger
        );
        let (with, without) = (number(median(with)), number(median(without.clone())));
        Row {
            measured: format!("{} ms: {with} ms a sign-in", number(more)),
            ceiling: format!("{without} ms a sign-in without a function"),
            ..Row::plain(&name, more, "ms", Target::AtMost(3.0))
        }
    });
    Ok(rows.collect())
}

/// Whether a crowd that waits for functions keeps others waiting: the time that GetUser takes meanwhile.
fn others(server: &Server) -> Outcome<Vec<Row>> {
    let body = sign_in::by_password(CLIENT, 1);
    let signed_in = aws::call(&mut Connection::open(server.port)?, "InitiateAuth", &body)?;
    let token = aws::text(&signed_in, "/AuthenticationResult/AccessToken")?;
    let get_user = aws::request("GetUser", &json!({ "AccessToken": token }));
    let mut idle = Vec::new();
    let two = Target::AtMost(2.0);
    let mut crowds = [
        (
            "a function that waits for 100 ms",
            WAITING.client,
            two,
            Vec::new(),
        ),
        (
            "a PostAuthentication handler",
            TRIGGERED[0].client,
            two,
            Vec::new(),
        ),
        // To compare with: what the sign-ins themselves keep waiting.
        ("no function", CLIENT, Target::None, Vec::new()),
    ];
    for _ in 0..ROUNDS {
        idle.push(read(server, &get_user)?);
        for (_, client, _, seen) in &mut crowds {
            seen.push(beside(server, client, &get_user)?);
        }
    }
    let rows = crowds.into_iter().map(|(name, _, target, seen)| {
        let ratios = seen.iter().zip(&idle).map(|((_, slow), idle)| slow / idle);
        let ratio = median(ratios.collect());
        let middle = |of: fn(&(Load, f64)) -> f64| number(median(seen.iter().map(of).collect()));
        let (rate, slow) = (middle(|seen| seen.0.per_second()), middle(|seen| seen.1));
        Row::ratio(
            &format!("GetUser while {CROWD} at once sign in through {name}, p99"),
            format!("{slow} ms; {rate} sign-ins/s"),
            format!("{} ms idle", number(median(idle.clone()))),
            ratio,
            target,
        )
    });
    Ok(rows.collect())
}

/// Reads beside a crowd that signs in by this client: its load, and the p99 of reading.
fn beside(server: &Server, client: &'static str, request: &[u8]) -> Outcome<(Load, f64)> {
    thread::scope(|scope| {
        let crowd = scope.spawn(|| crowded(server, |_| client));
        thread::sleep(GATHERING);
        let slow = read(server, request);
        let load = crowd.join().map_err(|_| "the load tool panicked")??;
        Ok((load, slow?))
    })
}

/// The crowd signs in over and over; `client` says by which client each of them does.
fn crowded(server: &Server, client: impl Fn(usize) -> &'static str) -> Outcome<Load> {
    load::run_over(CROWD, server.port, Until::Elapsed(ROUND), |number| {
        sign_in::everyone_by(client(number), number)
    })
}

/// Makes one call after the other; the milliseconds that 99 of a hundred answers took at most.
fn read(server: &Server, request: &[u8]) -> Outcome<f64> {
    let mut connection = Connection::open(server.port)?;
    let mut times = Vec::new();
    let begun = Instant::now();
    while begun.elapsed() < LOOKING_ON {
        let sent = Instant::now();
        connection.succeed(request)?;
        times.push(sent.elapsed().as_secs_f64() * 1e3);
        thread::sleep(PAUSE);
    }
    Ok(percentile(&mut times, 99))
}

/// How many processes run at most. Nothing runs yet, and two functions want all places.
fn processes(server: &Server) -> Outcome<Row> {
    let is_over = AtomicBool::new(false);
    let most = thread::scope(|scope| -> Outcome<usize> {
        let counting = scope.spawn(|| -> Outcome<usize> {
            let mut most = 0;
            while !is_over.load(Ordering::Relaxed) {
                most = most.max(server.descendants()?);
                thread::sleep(COUNTING);
            }
            Ok(most)
        });
        let crowd = crowded(server, |number| TRIGGERED[number % TRIGGERED.len()].client);
        is_over.store(true, Ordering::Relaxed);
        let most = counting.join().map_err(|_| "counting panicked")?;
        crowd.and(most)
    })?;
    if most == 0 {
        return Err("no process of a function was seen".into());
    }
    Ok(Row::plain(
        &format!("Processes, {CROWD} sign-ins at once through two functions"),
        most as f64,
        "processes",
        Target::AtMost(MOST_PROCESSES.parse()?),
    ))
}

/// What a sign-in without a function pays for those of other pools: by CPU time of the server, since that of
/// the client and of the machine's other work is no part of it.
fn without(none: &Server, some: &Server) -> Outcome<Vec<Row>> {
    let mut connection = Connection::open(some.port)?;
    for triggered in &TRIGGERED {
        // Its process stays.
        let body: Value = sign_in::by_password(triggered.client, 1);
        aws::call(&mut connection, "InitiateAuth", &body)?;
    }
    let round = |server: &Server| -> Outcome<(f64, f64)> {
        let before = server.cpu()?;
        let load = load::run(server.port, Until::Elapsed(ROUND), |connection| {
            sign_in::everyone_by(CLIENT, connection)
        })?;
        let cost = (server.cpu()? - before) * 1e3 / load.requests as f64;
        Ok((load.per_second(), cost))
    };
    round(none)?;
    round(some)?;
    let (mut of_none, mut of_some) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        of_none.push(round(none)?);
        of_some.push(round(some)?);
    }
    let ratios = of_some
        .iter()
        .zip(&of_none)
        .map(|(some, none)| some.1 / none.1);
    let ratio = median(ratios.collect());
    let told = |rounds: &[(f64, f64)]| {
        let middle = |of: fn(&(f64, f64)) -> f64| number(median(rounds.iter().map(of).collect()));
        format!(
            "{} ms CPU, {}/s",
            middle(|round| round.1),
            middle(|round| round.0)
        )
    };
    Ok(vec![Row::ratio(
        "USER_PASSWORD_AUTH in a pool without functions, other pools have some",
        told(&of_some),
        format!("{} in a server without any", told(&of_none)),
        ratio,
        Target::AtMost(1.05),
    )])
}
