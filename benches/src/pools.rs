//! Making pools, as test suites do for each test.

use std::time::Instant;

use serde_json::json;

use crate::fixture::{PASSWORD, user};
use crate::http::Connection;
use crate::process::Server;
use crate::table::{Row, Target, number, percentile};
use crate::{Bench, Outcome, aws, sign_in};

const POOLS: usize = 300;
const SUITES: usize = 200;

pub(crate) fn measure(bench: &Bench) -> Outcome<Vec<Row>> {
    let server = bench.small_server(None)?;
    let mut connection = Connection::open(server.port)?;
    let mut creations = Vec::new();
    for number in 0..POOLS {
        let request = aws::request(
            "CreateUserPool",
            &json!({ "PoolName": format!("made{number}") }),
        );
        let begun = Instant::now();
        connection.succeed(&request)?;
        creations.push(milliseconds(begun));
    }
    // A server of its own, as a test suite has it: its reserve of keys is all but untouched.
    let server = Server::poolhouse(&bench.poolhouse, None, None)?;
    let mut connection = Connection::open(server.port)?;
    let (mut whole, mut sign_ins) = (Vec::new(), Vec::new());
    for number in 0..SUITES {
        let (all, last) = pool_to_sign_in(&mut connection, number)?;
        whole.push(all);
        sign_ins.push(last);
    }
    Ok(vec![
        milliseconds_row(
            &format!("CreateUserPool, {POOLS} in turn, median"),
            creations,
            50,
            Target::AtMost(0.5),
        ),
        milliseconds_row(
            &format!("From CreateUserPool to tokens, 5 calls, {SUITES} in turn, p99"),
            whole,
            99,
            Target::None,
        ),
        milliseconds_row(
            "… of it the first sign-in of the pool, p99",
            sign_ins,
            99,
            Target::None,
        ),
    ])
}

/// Milliseconds from the call of CreateUserPool to the tokens, and those of the sign-in alone.
fn pool_to_sign_in(connection: &mut Connection, number: usize) -> Outcome<(f64, f64)> {
    let begun = Instant::now();
    let made = aws::call(
        connection,
        "CreateUserPool",
        &json!({ "PoolName": format!("suite{number}") }),
    )?;
    let pool = aws::text(&made, "/UserPool/Id")?;
    let made = aws::call(
        connection,
        "CreateUserPoolClient",
        &json!({
            "UserPoolId": pool,
            "ClientName": "suite",
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        }),
    )?;
    let client = aws::text(&made, "/UserPoolClient/ClientId")?;
    let of_user = json!({ "UserPoolId": pool, "Username": user(1), "MessageAction": "SUPPRESS" });
    aws::call(connection, "AdminCreateUser", &of_user)?;
    let of_password =
        json!({ "UserPoolId": pool, "Username": user(1), "Password": PASSWORD, "Permanent": true });
    aws::call(connection, "AdminSetUserPassword", &of_password)?;
    let last = Instant::now();
    let signed_in = aws::call(
        connection,
        "InitiateAuth",
        &sign_in::by_password(&client, 1),
    )?;
    aws::text(&signed_in, "/AuthenticationResult/AccessToken")?;
    Ok((milliseconds(begun), milliseconds(last)))
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

fn milliseconds_row(name: &str, mut values: Vec<f64>, percent: usize, target: Target) -> Row {
    let judged = percentile(&mut values, percent);
    let at = |values: &mut Vec<f64>, percent| number(percentile(values, percent));
    let (typical, slow, worst) = (
        at(&mut values, 50),
        at(&mut values, 99),
        at(&mut values, 100),
    );
    Row {
        measured: format!("p50 {typical} ms, p99 {slow} ms, longest {worst} ms"),
        ..Row::plain(name, judged, "ms", target)
    }
}
