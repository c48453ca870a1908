//! Fifty requests at once, over fifty connections, for what only one may have: secrets that are used
//! up, names that are unique, the last place within a quota. Nothing sleeps: each connection has sent
//! all of its request but the last byte before the first one sends it.

mod choice;
mod limits;
mod names;
mod pools;
mod secrets;
mod sign_in;
pub(crate) mod srp_client;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use poolhouse::clock::Timestamp;
use poolhouse::model::cognito_idp::Operation;
use poolhouse::{Builder, Emulator};
use serde_json::{Value, json};
use tokio::sync::Barrier;

use crate::http::wire::{SIGNED, Wire, call, request};

/// How many take part.
const RACERS: usize = 50;

/// The pool of the default fixture, its public client and the password of its users.
const POOL: &str = "us-east-1_PoolHouse";
const CLIENT: &str = "1poolhouse0public0client00";
const PASSWORD: &str = "Poolhouse-1";

/// A server with its clock standing at noon, and the connections to it.
struct Course {
    server: Emulator,
    waiting: Mutex<Vec<Wire>>,
}

/// How a race ended.
struct Finish {
    /// Which ones succeeded, and what they were answered.
    won: Vec<(usize, Value)>,
    /// How many of the others were refused by which exception.
    lost: BTreeMap<String, usize>,
}

/// The password that a racer chooses.
fn password_of(n: usize) -> String {
    format!("Racing-{n:02}")
}

/// The request of an operation.
fn asked(operation: Operation, input: &Value) -> String {
    let signature = if operation.signed() { SIGNED } else { "" };
    call(operation.name(), signature, &input.to_string())
}

/// As many requests as take part, each of its own.
fn each(operation: Operation, input: impl Fn(usize) -> Value) -> Vec<String> {
    (0..RACERS).map(|n| asked(operation, &input(n))).collect()
}

/// As many of one request.
fn all(operation: Operation, input: &Value) -> Vec<String> {
    vec![asked(operation, input); RACERS]
}

impl Course {
    async fn begin() -> Self {
        Self::of(Emulator::builder()).await
    }

    async fn of(builder: Builder) -> Self {
        let noon = Timestamp::parse_rfc3339("2026-01-31T12:00:00Z").unwrap();
        let server = builder.frozen_at(noon).seed(7).start().await.unwrap();
        let waiting = Mutex::default();
        Self { server, waiting }
    }

    /// With the pools of a fixture.
    async fn with(test: &str, fixture: &Value) -> Self {
        Self::of(Emulator::builder().fixtures([written(test, fixture)])).await
    }

    /// Asks for what must succeed.
    async fn ask(&self, operation: Operation, input: Value) -> Value {
        let mut wire = self.wire().await;
        let answer = wire.ask(asked(operation, &input)).await;
        self.waiting.lock().unwrap().push(wire);
        let text = answer.text().to_owned();
        assert_eq!(answer.status, 200, "{} {input}\n{text}", operation.name());
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// The code of the last message.
    fn code(&self) -> String {
        let messages = self.server.shared().outbox.after(0);
        messages
            .last()
            .and_then(|message| message.code.clone())
            .unwrap()
    }

    /// The code of an authenticator app now.
    fn totp(&self, secret: &Value) -> String {
        let now = self.server.shared().clock.now().seconds();
        let secret = totp_rs::Secret::try_from_base32(secret.as_str().unwrap()).unwrap();
        let totp = totp_rs::Builder::new()
            .with_secret(secret)
            .build_noncompliant();
        totp.generate(u64::try_from(now).unwrap()).to_string()
    }

    /// What USER_PASSWORD_AUTH answers: tokens or a challenge.
    async fn sign_in(&self, client: &Value, username: &str, password: &str) -> Value {
        let input = json!({"ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": username, "PASSWORD": password}});
        self.ask(Operation::InitiateAuth, input).await
    }

    /// Of the passwords that the racers chose for a user of the default pool, the winner's is good,
    /// and that of the racer behind it is not.
    async fn has_password_of(&self, username: &str, winner: usize) {
        for (n, expected) in [(winner, 200), ((winner + 1) % RACERS, 400)] {
            let input = json!({"ClientId": CLIENT, "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": {"USERNAME": username, "PASSWORD": password_of(n)}});
            let sent = asked(Operation::InitiateAuth, &input);
            let answer = Wire::to(&self.server).await.ask(sent).await;
            assert_eq!(answer.status, expected, "{n} {}", answer.text());
        }
    }

    /// The access token of a user of the default pool.
    async fn access(&self, username: &str) -> Value {
        let tokens = self.sign_in(&json!(CLIENT), username, PASSWORD).await;
        tokens["AuthenticationResult"]["AccessToken"].clone()
    }

    /// A new pool.
    async fn pool(&self, input: Value) -> Value {
        let mut input = input;
        input["PoolName"] = json!("race");
        self.ask(Operation::CreateUserPool, input).await["UserPool"]["Id"].clone()
    }

    /// A new app client that takes passwords.
    async fn client(&self, pool: &Value, input: Value) -> Value {
        let mut input = input;
        input["UserPoolId"] = pool.clone();
        input["ClientName"] = json!("race");
        input["ExplicitAuthFlows"] = json!(["ALLOW_USER_PASSWORD_AUTH"]);
        let made = self.ask(Operation::CreateUserPoolClient, input).await;
        made["UserPoolClient"]["ClientId"].clone()
    }

    /// A new user with [`PASSWORD`].
    async fn user(&self, pool: &Value, username: &str, attributes: Value) {
        let user = json!({"UserPoolId": pool, "Username": username, "MessageAction": "SUPPRESS",
            "TemporaryPassword": PASSWORD, "UserAttributes": attributes});
        self.ask(Operation::AdminCreateUser, user).await;
        let password = json!({"UserPoolId": pool, "Username": username, "Password": PASSWORD,
            "Permanent": true});
        self.ask(Operation::AdminSetUserPassword, password).await;
    }

    /// A connection that the server has, and waits on.
    async fn wire(&self) -> Wire {
        if let Some(wire) = self.waiting.lock().unwrap().pop() {
            return wire;
        }
        let mut wire = Wire::to(&self.server).await;
        assert_eq!(wire.ask(request("GET /health", "", "")).await.status, 200);
        wire
    }

    /// Sends all requests at the same moment.
    async fn race(&self, requests: Vec<String>) -> Finish {
        let start = Arc::new(Barrier::new(requests.len()));
        let mut running = Vec::new();
        for sent in requests {
            let mut wire = self.wire().await;
            let start = Arc::clone(&start);
            running.push(tokio::spawn(async move {
                let (most, last) = sent.split_at(sent.len() - 1);
                wire.send(most).await;
                start.wait().await;
                wire.send(last).await;
                (wire.answer().await.expect("an answer"), wire)
            }));
        }
        let (mut won, mut lost) = (Vec::new(), BTreeMap::new());
        for (n, racer) in running.into_iter().enumerate() {
            let (answer, wire) = racer.await.unwrap();
            self.waiting.lock().unwrap().push(wire);
            if answer.status == 200 {
                let body = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
                won.push((n, body));
            } else {
                let exception = answer.json()["__type"].as_str().unwrap().to_owned();
                *lost.entry(exception).or_default() += 1;
            }
        }
        Finish { won, lost }
    }
}

impl Finish {
    /// The answer of the only one that succeeded; all others got one of these exceptions.
    #[track_caller]
    fn one(self, exceptions: &[&str]) -> Value {
        self.winner(exceptions).1
    }

    /// The same, and which one it was.
    #[track_caller]
    fn winner(mut self, exceptions: &[&str]) -> (usize, Value) {
        self.are(1, exceptions);
        self.won.remove(0)
    }

    /// So many succeeded; all others got one of these exceptions.
    #[track_caller]
    fn are(&self, expected: usize, exceptions: &[&str]) {
        assert_eq!(self.won.len(), expected, "the others: {:?}", self.lost);
        self.refused_by(exceptions);
    }

    #[track_caller]
    fn refused_by(&self, exceptions: &[&str]) {
        for (exception, count) in &self.lost {
            assert!(
                exceptions.contains(&exception.as_str()),
                "{count} {exception}"
            );
        }
    }
}

/// A file with this fixture, of a test's own.
fn written(test: &str, fixture: &Value) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("races");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("{test}.json"));
    std::fs::write(&path, fixture.to_string()).unwrap();
    path
}
