//! A soak: mixed work of everything that comes and goes, and a gate on the memory that stays.
//!
//! It runs in slices. Within one, threads make rounds of a user's life: made, signed in, looked at, refused,
//! deleted, some on connections that break off. Between two, the clock moves by more than any token lives, so
//! that whatever is kept for a time is let go. Tables that are bounded fill up during the first half; from then
//! on resident memory may not grow by more than a margin.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::aws::{call, request, text};
use crate::fixture::{CLIENT, PASSWORD, POOL, user};
use crate::http::{Connection, loopback};
use crate::process::Server;
use crate::srp::Client;
use crate::{Bench, Outcome, aws};

pub(crate) const USAGE: &str = "scripts/soak [ROUNDS [MARGIN]]: rounds of mixed work, 40000 by default, and by \
     how many MiB memory may grow after the first half of them, 16 by default";

const SLICES: usize = 40;
const THREADS: usize = 8;

/// Whatever the machine: a soak that takes longer fails.
const LONGEST: Duration = Duration::from_secs(30 * 60);

/// Between two slices; refresh tokens live for thirty days.
const PAUSE: &str = r#"{"advance":"31d"}"#;

/// Of the messages; the table is full long before the gate counts.
const KEEP: &[&str] = &["--keep-messages", "1000"];

/// Runs a soak; fails when memory grows beyond the margin.
pub(crate) fn command(bench: &Bench, mut words: impl Iterator<Item = String>) -> Outcome<String> {
    let mut number = |default: usize| -> Outcome<usize> {
        words.next().map_or(Ok(default), |word| {
            word.parse()
                .map_err(|_| format!("{USAGE}; not {word}").into())
        })
    };
    let (rounds, margin) = (number(40_000)?, number(16)?);
    let server = Server::poolhouse_with(&bench.poolhouse, Some(&bench.small), None, KEEP)?;
    let begun = Instant::now();
    let mut resident = vec![server.resident()?];
    for slice in 0..SLICES {
        let each = rounds.div_ceil(SLICES * THREADS);
        work(server.port, slice, each)?;
        let mut connection = Connection::open(server.port)?;
        connection.succeed(&control("POST", "/_poolhouse/clock", PAUSE))?;
        resident.push(server.resident()?);
        eprintln!(
            "slice {} of {SLICES}: {:.1} MiB after {:.0} s",
            slice + 1,
            server.resident()?,
            begun.elapsed().as_secs_f64()
        );
        if begun.elapsed() > LONGEST {
            return Err(format!("not over after {LONGEST:?}; take fewer rounds").into());
        }
    }
    judge(&resident, margin as f64)
}

/// Holds the second half against the most that the first one ended with.
fn judge(resident: &[f64], margin: f64) -> Outcome<String> {
    let half = resident.len() / 2;
    let most = |part: &[f64]| part.iter().copied().fold(0.0, f64::max);
    let (before, after) = (
        most(&resident[half / 2..=half]),
        most(&resident[half + 1..]),
    );
    let told = format!(
        "resident memory: {:.1} MiB at first, {before:.1} MiB warm, {after:.1} MiB at most after that",
        resident.first().copied().unwrap_or_default()
    );
    if after > before + margin {
        return Err(format!("{told}: grown by more than {margin} MiB").into());
    }
    Ok(told)
}

fn work(port: u16, slice: usize, each: usize) -> Outcome<()> {
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            std::thread::spawn(move || -> Outcome<()> {
                let srp = Client::new();
                for round in 0..each {
                    let number = (slice * THREADS + thread) * each + round;
                    life(port, number, &srp)?;
                }
                Ok(())
            })
        })
        .collect();
    for thread in threads {
        thread
            .join()
            .map_err(|_| "a thread of the soak panicked")??;
    }
    Ok(())
}

/// One user's life, on a connection of its own.
fn life(port: u16, number: usize, srp: &Client) -> Outcome<()> {
    let mut connection = Connection::open(port)?;
    let connection = &mut connection;
    let (name, group) = (format!("soak{number}"), format!("group{number}"));
    let named = json!({"UserPoolId": POOL, "Username": name});
    let with = |more: Value| {
        let mut input = named.clone();
        if let (Value::Object(input), Value::Object(more)) = (&mut input, more) {
            input.extend(more);
        }
        input
    };
    let email = json!([{"Name": "email", "Value": format!("{name}@example.com")},
        {"Name": "email_verified", "Value": "true"}]);
    let invited = with(json!({"UserAttributes": email, "DesiredDeliveryMediums": ["EMAIL"]}));
    call(connection, "AdminCreateUser", &invited)?;
    let password = with(json!({"Password": PASSWORD, "Permanent": true}));
    call(connection, "AdminSetUserPassword", &password)?;
    let of_group = json!({"UserPoolId": POOL, "GroupName": group});
    call(connection, "CreateGroup", &of_group)?;
    call(
        connection,
        "AdminAddUserToGroup",
        &with(json!({"GroupName": group})),
    )?;
    let signed_in = call(connection, "InitiateAuth", &sign_in(&name, PASSWORD))?;
    let access = text(&signed_in, "/AuthenticationResult/AccessToken")?;
    call(connection, "GetUser", &json!({"AccessToken": access}))?;
    let refresh = text(&signed_in, "/AuthenticationResult/RefreshToken")?;
    let refresh = json!({"ClientId": CLIENT, "AuthFlow": "REFRESH_TOKEN_AUTH",
        "AuthParameters": {"REFRESH_TOKEN": refresh}});
    call(connection, "InitiateAuth", &refresh)?;
    // A conversation that nobody goes on with.
    call(connection, "InitiateAuth", &srp.start(CLIENT, &name))?;
    let page =
        json!({"UserPoolId": POOL, "Limit": 10, "Filter": format!("username ^= \"{name}\"")});
    call(connection, "ListUsers", &page)?;
    if number.is_multiple_of(16) {
        let pool = call(connection, "CreateUserPool", &json!({"PoolName": name}))?;
        let pool = json!({"UserPoolId": text(&pool, "/UserPool/Id")?});
        call(connection, "DeleteUserPool", &pool)?;
    }
    refused(
        connection,
        &request("InitiateAuth", &sign_in(&user(1 + number % 50), "wrong")),
    )?;
    refused(
        connection,
        &request("AdminCreateUser", &json!({"UserPoolId": 1})),
    )?;
    refused(
        connection,
        &request("AdminGetUser", &with(json!({"Username": "nobody"}))),
    )?;
    vanish(port)?;
    call(connection, "AdminUserGlobalSignOut", &named)?;
    call(connection, "DeleteGroup", &of_group)?;
    call(connection, "AdminDeleteUser", &named)?;
    Ok(())
}

fn sign_in(name: &str, password: &str) -> Value {
    json!({"ClientId": CLIENT, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": name, "PASSWORD": password}})
}

/// A request that must be refused, and not for want of a server.
fn refused(connection: &mut Connection, request: &[u8]) -> Outcome<()> {
    match connection.exchange(request)?.status {
        400 => Ok(()),
        status => Err(format!("status {status} in place of a refusal").into()),
    }
}

/// A client that leaves in the middle of a request.
fn vanish(port: u16) -> Outcome<()> {
    let mut stream = TcpStream::connect(loopback(port))?;
    let whole = aws::request("AdminCreateUser", &json!({"UserPoolId": POOL}));
    stream.write_all(&whole[..whole.len() - 5])?;
    Ok(())
}

/// A request of the test API.
fn control(method: &str, path: &str, body: &str) -> Vec<u8> {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_that_grows_after_the_first_half_fails() {
        let level = [9.0, 20.0, 30.0, 31.0, 32.0, 31.0, 33.0];
        assert!(judge(&level, 2.0).is_ok());
        let growing = [9.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0];
        let told = judge(&growing, 16.0).unwrap_err().to_string();
        assert!(
            told.contains("40.0 MiB warm, 70.0 MiB at most after that: grown"),
            "{told}"
        );
    }
}
