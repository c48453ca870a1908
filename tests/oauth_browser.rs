//! A browser without a screen, for the walks through the authorization server; and what it keeps between pages.

use std::collections::BTreeMap;

use poolhouse::Emulator;
use poolhouse::clock::{Clock, Timestamp};
use serde_json::Value;

use crate::http::wire::{Answer, Wire, call, request};

/// Parameters, as tables list them.
pub type Pairs<'a> = &'a [(&'a str, &'a str)];

pub const WEB: &str = "4hosted0web0client00000000";
pub const SERVER: &str = "4hosted0server0client00000";
pub const SPA: &str = "4hosted0spa0client00000000";
pub const MACHINE: &str = "4hosted0machine0client0000";
pub const POOL: &str = "us-east-1_Hosted";
pub const SECRET: &str = "hosted0test0only0secret0never0use0in0production000";
pub const CALLBACK: &str = "http://localhost:3000/callback";

/// RFC 7636, appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A server with the pool for OAuth, and a browser at it.
pub struct Hosted {
    server: Emulator,
    wire: Wire,
    pub clock: Clock,
    pub cookies: BTreeMap<String, String>,
}

impl Hosted {
    pub async fn new() -> Self {
        let pool = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/pools/hosted.yaml");
        Self::at(pool.as_ref()).await
    }

    /// A server with the pools of a fixture of the test's own.
    pub async fn of(fixture: &str) -> Self {
        static MADE: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = MADE.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("poolhouse-hosted-{}-{number}.yaml", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, fixture).unwrap();
        let hosted = Self::at(&path).await;
        std::fs::remove_file(&path).unwrap();
        hosted
    }

    async fn at(pool: &std::path::Path) -> Self {
        let clock = Clock::frozen_at(Timestamp::from_seconds(1_767_225_600));
        let builder = Emulator::builder().clock(clock.clone()).seed(7);
        let server = builder.fixtures([pool]).start().await.unwrap();
        let wire = Wire::to(&server).await;
        Self {
            server,
            wire,
            clock,
            cookies: BTreeMap::new(),
        }
    }

    pub async fn stop(self) {
        self.server.stop().await;
    }

    /// Sends a request as it is, with the cookies.
    pub async fn send(&mut self, line: &str, headers: &str, body: &str) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut headers = headers.to_owned();
        if !cookies.is_empty() {
            headers.push_str(&format!("Cookie: {}\r\n", cookies.join("; ")));
        }
        let answer = self.wire.ask(request(line, &headers, body)).await;
        for line in answer.head.lines() {
            let Some(cookie) = line.strip_prefix("set-cookie: ") else {
                continue;
            };
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    pub async fn get(&mut self, path: &str, query: &[(&str, &str)]) -> Answer {
        let target = format!("GET {path}?{}", encode(query));
        self.send(&target, "", "").await
    }

    pub async fn post(&mut self, path: &str, headers: &str, form: &[(&str, &str)]) -> Answer {
        let headers = format!("Content-Type: application/x-www-form-urlencoded\r\n{headers}");
        self.send(&format!("POST {path}"), &headers, &encode(form))
            .await
    }

    /// Calls an operation that must succeed.
    pub async fn call(&mut self, operation: &str, body: &Value) -> Value {
        let signed = crate::http::wire::SIGNED;
        let answer = self
            .wire
            .ask(call(operation, signed, &body.to_string()))
            .await;
        assert_eq!(answer.status, 200, "{operation}: {}", answer.text());
        if answer.body.is_empty() {
            Value::Null
        } else {
            answer.json()
        }
    }

    /// Authorizes and signs in; the address that the app gets.
    pub async fn sign_in(&mut self, username: &str, query: &[(&str, &str)]) -> String {
        let asked = self.get("/oauth2/authorize", query).await;
        assert_eq!(asked.status, 302, "{}", asked.head);
        let page = location(&asked).to_owned();
        let path = page.strip_prefix("http://localhost").unwrap();
        assert!(path.starts_with("/login?"), "{page}");
        let shown = self.send(&format!("GET {path}"), "", "").await;
        assert_eq!(shown.status, 200, "{}", shown.head);
        let token = field(shown.text(), "csrf");
        let form = [
            ("csrf", &*token),
            ("username", username),
            ("password", "Poolhouse-1"),
        ];
        let done = self.post(path, "", &form).await;
        assert_eq!(done.status, 302, "{}{}", done.head, done.text());
        location(&done).to_owned()
    }

    /// A code for this client.
    pub async fn code(&mut self, username: &str, client: &str, more: &[(&str, &str)]) -> String {
        let query = [&of_client(client), more].concat();
        let back = self.sign_in(username, &query).await;
        parameter(&back, "code").unwrap()
    }

    /// What the token endpoint answers to the form of a public client, or with its Basic credentials.
    pub async fn token(&mut self, client: &str, form: &[(&str, &str)]) -> Answer {
        let with_id = [form, &[("client_id", client)]].concat();
        match client {
            SERVER | MACHINE => {
                self.post("/oauth2/token", &basic(client, SECRET), &with_id)
                    .await
            }
            _ => self.post("/oauth2/token", "", &with_id).await,
        }
    }
}

/// The parameters of a request for a code.
pub fn of_client(client: &str) -> [(&str, &str); 3] {
    let kind = if client == SPA { "token" } else { "code" };
    [
        ("client_id", client),
        ("response_type", kind),
        ("redirect_uri", CALLBACK),
    ]
}

pub fn basic(id: &str, secret: &str) -> String {
    use base64::Engine as _;
    let pair = format!("{id}:{secret}");
    let pair = base64::engine::general_purpose::STANDARD.encode(pair);
    format!("Authorization: Basic {pair}\r\n")
}

pub fn location(answer: &Answer) -> &str {
    answer.header("location").unwrap_or_default()
}

/// A parameter in the query or the fragment of an address, as it stands there.
pub fn parameter(address: &str, name: &str) -> Option<String> {
    let (_, answer) = address.split_once(['?', '#'])?;
    let mut pairs = answer.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .find(|(given, _)| *given == name)
        .map(|(_, value)| value.to_owned())
}

/// The value of a field of a form.
pub fn field(page: &str, name: &str) -> String {
    let (_, after) = page.split_once(&format!("name=\"{name}\"")).unwrap();
    let (_, after) = after.split_once("value=\"").unwrap();
    after.split('"').next().unwrap().to_owned()
}

pub fn claims(token: &Value) -> Value {
    use base64::Engine as _;
    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    let json = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload);
    serde_json::from_slice(&json.unwrap()).unwrap()
}

pub fn encode(pairs: &[(&str, &str)]) -> String {
    let escape = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                    char::from(byte).to_string()
                }
                other => format!("%{other:02X}"),
            })
            .collect()
    };
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={}", escape(value)))
        .collect();
    pairs.join("&")
}
