//! Whether ListUsers takes as long with a million users as with a tenth of them.

use std::time::Duration;

use serde_json::{Value, json};

use crate::fixture::{POOL, large, user};
use crate::http::Connection;
use crate::load::{self, Requests, Until};
use crate::process::Server;
use crate::table::{Row, Target, median, number};
use crate::{Bench, Outcome, aws};

const FEW: usize = 100_000;
const MANY: usize = 1_000_000;

/// The most that ListUsers puts on a page.
const PAGE: usize = 60;

/// Each query is put to the two servers in turns, so often and so long; the median of the turns counts. By
/// the CPU time of the server: that of a single call on the wall is mostly who woke whom on which core.
const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_millis(700);

/// "Does not grow": ten times the users, within this. A tree is a level deeper and caches miss more often; a
/// scan would take ten times as long.
const STEADY: Target = Target::AtMost(1.5);

/// A server with a pool of some size, and what it is asked.
struct Size {
    server: Server,
    /// Name and finished request of each query.
    queries: Vec<(&'static str, Requests)>,
}

pub(crate) fn measure(bench: &Bench) -> Outcome<Vec<Row>> {
    let few = size(bench, FEW)?;
    let many = size(bench, MANY)?;
    let ready = number(many.server.ready_after.as_secs_f64());
    let small = number(few.server.resident()?);
    let mut rows = vec![Row {
        ceiling: format!("ready {ready} s after the spawn; {FEW} users: {small} MiB"),
        ..Row::plain(
            "Resident memory, 1,000,000 users",
            many.server.resident()?,
            "MiB",
            Target::AtMost(1024.0),
        )
    }];
    for ((name, of_few), (_, of_many)) in few.queries.into_iter().zip(many.queries) {
        let (mut small, mut large) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            small.push(cost(&few.server, &of_few)?);
            large.push(cost(&many.server, &of_many)?);
        }
        let (small, large) = (median(small), median(large));
        rows.push(Row::ratio(
            &format!("ListUsers of 1,000,000: {name}"),
            format!("{} µs CPU", number(large)),
            format!("{} µs CPU with 100,000", number(small)),
            large / small,
            STEADY,
        ));
    }
    Ok(rows)
}

fn size(bench: &Bench, users: usize) -> Outcome<Size> {
    let fixture = large(users).to_string();
    let path = bench.folder.write("large.json", fixture.as_bytes())?;
    let server = Server::poolhouse(&bench.poolhouse, Some(&path), None)?;
    let mut connection = Connection::open(server.port)?;
    let middle = user(users / 2);
    let page = |token: Option<&str>| json!({ "UserPoolId": POOL, "Limit": PAGE, "PaginationToken": token });
    let filter = |name: &str, value: &str| json!({ "UserPoolId": POOL, "Limit": PAGE, "Filter": format!("{name} = \"{value}\"") });
    let found = aws::call(&mut connection, "ListUsers", &filter("username", &middle))?;
    let subject = subject(&found)?;
    let deep = walk(&mut connection, users / 10)?;
    let asked = [
        ("first page", page(None), PAGE),
        ("page after a tenth of the users", page(Some(&deep)), PAGE),
        ("`username =`", filter("username", &middle), 1),
        ("`sub =`", filter("sub", &subject), 1),
        (
            "`email =`",
            filter("email", &format!("{middle}@example.com")),
            1,
        ),
        (
            "`email =`, nobody",
            filter("email", "nobody@example.com"),
            0,
        ),
        (
            "`cognito:user_status =`, nobody",
            filter("cognito:user_status", "UNCONFIRMED"),
            0,
        ),
        ("`status =`, nobody", filter("status", "Disabled"), 0),
    ];
    let mut queries = Vec::new();
    for (name, body, expected) in asked {
        let request = query(&mut connection, &body, expected)?;
        queries.push((name, Requests::from([request])));
    }
    Ok(Size { server, queries })
}

/// The `sub` of the one user found.
fn subject(found: &Value) -> Outcome<String> {
    let attributes = found
        .pointer("/Users/0/Attributes")
        .and_then(Value::as_array);
    let attribute = attributes
        .into_iter()
        .flatten()
        .find(|attribute| attribute["Name"] == "sub");
    aws::text(attribute.ok_or("a user without sub")?, "/Value")
}

/// The token of the page that begins after so many users.
fn walk(connection: &mut Connection, users: usize) -> Outcome<String> {
    let mut body = json!({ "UserPoolId": POOL, "Limit": PAGE });
    let mut token = String::new();
    for _ in 0..users / PAGE {
        let page = aws::call(connection, "ListUsers", &body)?;
        token = aws::text(&page, "/PaginationToken")?;
        body["PaginationToken"] = json!(token);
    }
    Ok(token)
}

/// The finished request of a query, which must find so many users.
fn query(connection: &mut Connection, body: &Value, expected: usize) -> Outcome<Vec<u8>> {
    let request = aws::request("ListUsers", body);
    let answer = aws::send(connection, "ListUsers", &request)?;
    let found = answer["Users"].as_array().map_or(0, Vec::len);
    if found != expected {
        return Err(format!("{body} found {found} users in place of {expected}").into());
    }
    Ok(request)
}

/// CPU time of one call, in microseconds.
fn cost(server: &Server, request: &Requests) -> Outcome<f64> {
    let before = server.cpu()?;
    let load = load::run(server.port, Until::Elapsed(ROUND), |_| {
        Requests::clone(request)
    })?;
    Ok((server.cpu()? - before) * 1e6 / load.requests as f64)
}
