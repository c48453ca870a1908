//! The hosted side: a sign-in by authorization code against one by the API, and how soon a page is there.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::ceilings;
use crate::factors::{Pool, cost, round};
use crate::fixture::{PASSWORD, user};
use crate::http::{Answer, Connection};
use crate::sign_in::{by_password, ratio_of};
use crate::table::{Row, Target, median, number, percentile};
use crate::{Bench, Outcome, aws};

const ROUNDS: usize = 3;
const WARM_UP: Duration = Duration::from_millis(500);
const PAGES: usize = 1000;

/// Where the codes are sent, as it stands in a query.
const CALLBACK: &str = "http://localhost:3000/callback";
const CALLBACK_IN_QUERY: &str = "http%3A%2F%2Flocalhost%3A3000%2Fcallback";

/// Both halves of the double-submitted token, which a browser would have been given with the page.
const FORGERY_TOKEN: &str = "00000000-0000-4000-8000-000000000000";

/// Whoever signs in by either way.
struct Visitor {
    connection: Connection,
    client: String,
    number: usize,
}

impl Visitor {
    fn new(port: u16, pool: &Pool, number: usize) -> Outcome<Self> {
        let mut connection = Connection::open(port)?;
        pool.add_user(&mut connection, &user(number))?;
        Ok(Self {
            connection,
            client: pool.client.clone(),
            number,
        })
    }

    fn by_api(&mut self) -> Outcome<()> {
        let start = by_password(&self.client, self.number);
        let signed_in = aws::call(&mut self.connection, "InitiateAuth", &start)?;
        aws::text(&signed_in, "/AuthenticationResult/AccessToken").map(drop)
    }

    /// Two redirects, to the page and from its form, and one exchange.
    fn by_code(&mut self) -> Outcome<()> {
        let query = query(&self.client);
        let asked = get(&mut self.connection, &format!("/oauth2/authorize?{query}"))?;
        let page = location(&asked)?;
        if !page.contains("/login?") {
            return Err(format!("authorize led to {page}").into());
        }
        let form = format!(
            "_csrf={FORGERY_TOKEN}&username={}&password={PASSWORD}",
            user(self.number)
        );
        let signed_in = post(&mut self.connection, &format!("/login?{query}"), &form)?;
        let back = location(&signed_in)?;
        let (_, code) = back
            .split_once("code=")
            .ok_or_else(|| format!("no code in {back}"))?;
        let code = code.split('&').next().unwrap_or_default();
        let form = format!(
            "grant_type=authorization_code&client_id={}&code={code}&redirect_uri={CALLBACK_IN_QUERY}",
            self.client
        );
        let tokens = post(&mut self.connection, "/oauth2/token", &form)?;
        let tokens = serde_json::from_slice(tokens.body())?;
        aws::text(&tokens, "/access_token").map(drop)
    }
}

fn query(client: &str) -> String {
    format!(
        "client_id={client}&response_type=code&scope=openid+email&redirect_uri={CALLBACK_IN_QUERY}"
    )
}

fn get(connection: &mut Connection, path: &str) -> Outcome<Answer> {
    connection.exchange(format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:9229\r\n\r\n").as_bytes())
}

fn post(connection: &mut Connection, path: &str, form: &str) -> Outcome<Answer> {
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:9229\r\nCookie: XSRF-TOKEN={FORGERY_TOKEN}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    connection.exchange(request.as_bytes())
}

fn location(answer: &Answer) -> Outcome<String> {
    let found = answer.header("location");
    found.ok_or_else(|| format!("status {} without a location", answer.status).into())
}

/// A pool whose client takes codes, and one visitor a core.
fn visitors(port: u16) -> Outcome<(Pool, Vec<Visitor>)> {
    let mut connection = Connection::open(port)?;
    let pool = Pool::make(&mut connection, json!({ "PoolName": "hosted" }))?;
    let client = json!({ "UserPoolId": pool.id, "ClientId": pool.client,
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        "AllowedOAuthFlows": ["code"], "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthScopes": ["openid", "email"], "CallbackURLs": [CALLBACK],
        "SupportedIdentityProviders": ["COGNITO"] });
    aws::call(&mut connection, "UpdateUserPoolClient", &client)?;
    let visitors = (1..=ceilings::cores()).map(|number| Visitor::new(port, &pool, number));
    let visitors = visitors.collect::<Outcome<_>>()?;
    Ok((pool, visitors))
}

/// By CPU time of the server, as of the other ways to sign in.
pub(crate) fn measure(bench: &Bench) -> Outcome<Vec<Row>> {
    let server = bench.small_server(None)?;
    let (pool, mut visitors) = visitors(server.port)?;
    round(&mut visitors, WARM_UP, Visitor::by_code)?;
    let (mut calls, mut codes) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        calls.push(cost(&server, &mut visitors, Visitor::by_api)?);
        codes.push(cost(&server, &mut visitors, Visitor::by_code)?);
    }
    let ratio = ratio_of(&codes, &calls);
    let signed_in = Row::ratio(
        "Authorize to tokens by code, CPU of the server",
        format!("{} ms a sign-in", number(median(codes))),
        format!("{} ms by USER_PASSWORD_AUTH", number(median(calls))),
        ratio,
        Target::AtMost(1.5),
    );
    let mut connection = Connection::open(server.port)?;
    let path = format!("/login?{}", query(&pool.client));
    let mut times = Vec::with_capacity(PAGES);
    for _ in 0..PAGES {
        let begun = Instant::now();
        let page = get(&mut connection, &path)?;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
        if page.status != 200 {
            return Err(format!("the page answers {}", page.status).into());
        }
    }
    let bar = Target::AtMost(2.0);
    let page = Row::plain(
        "Sign-in page, whole, p99",
        percentile(&mut times, 99),
        "ms",
        bar,
    );
    Ok(vec![signed_in, page])
}
