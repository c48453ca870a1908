//! A Poolhouse process for one test, with its clock and its messages.

use std::path::Path;
use std::process::Stdio;

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use aws_sdk_cognitoidentityprovider::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_cognitoidentityprovider::operation::initiate_auth::InitiateAuthOutput;
use aws_sdk_cognitoidentityprovider::operation::initiate_auth::builders::InitiateAuthFluentBuilder;
use aws_sdk_cognitoidentityprovider::operation::respond_to_auth_challenge::builders::RespondToAuthChallengeFluentBuilder;
use aws_sdk_cognitoidentityprovider::operation::sign_up::builders::SignUpFluentBuilder;
use aws_sdk_cognitoidentityprovider::types::{AttributeType, AuthFlowType, ChallengeNameType};
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

pub const POOL: &str = "us-east-1_PoolHouse";
pub const PUBLIC_CLIENT: &str = "1poolhouse0public0client00";
pub const SECRET_CLIENT: &str = "2poolhouse0secret0client00";
pub const CLIENT_SECRET: &str = "poolhouse0test0only0secret0never0use0in0production00";
pub const PASSWORD: &str = "Poolhouse-1";
pub const BOBS_TOTP_SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
pub const TOTP_POOL: &str = "us-east-1_TotpMust1";
pub const TOTP_CLIENT: &str = "3poolhouse0totp0client0000";

/// One server process, ended when this value is dropped.
pub struct Poolhouse {
    _process: Child,
    host: String,
    pub sdk: Client,
}

impl Poolhouse {
    /// The default pool, the clock standing still.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The default pool and the one that requires TOTP.
    pub async fn start_with_totp_pool() -> Self {
        let pools = repository().join("fixtures/pools");
        let [default, totp] =
            ["default.yaml", "totp.yaml"].map(|file| pools.join(file).display().to_string());
        Self::start_with(&["--fixtures", &default, &totp]).await
    }

    async fn start_with(flags: &[&str]) -> Self {
        let binary = binary();
        let mut process = Command::new(&binary)
            .args(["serve", "--port", "0"])
            .args(flags)
            // A refused call shows its reason in the answer; the log would only repeat it.
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{binary} does not start: {error}"));
        let stdout = process.stdout.take().expect("stdout is piped");
        let mut lines = BufReader::new(stdout).lines();
        let mut url = None;
        while let Some(line) = lines.next_line().await.expect("stdout is text") {
            if let Some((_, found)) = line.split_once("Cognito Local running on ") {
                url = Some(found.trim().to_owned());
            }
            if line == "Ready." {
                break;
            }
        }
        let url = url.unwrap_or_else(|| panic!("{binary} {flags:?} ended before it was ready"));
        let server = Self {
            _process: process,
            host: url.trim_start_matches("http://").to_owned(),
            sdk: sdk_for(&url),
        };
        server
            .control("POST", "clock", Some(json!({"freeze": true})))
            .await;
        server
    }

    /// Moves the clock, e.g. by `31s` or `24h`.
    pub async fn advance_clock(&self, by: &str) {
        self.control("POST", "clock", Some(json!({"advance": by})))
            .await;
    }

    /// What the server's clock shows, in seconds since the epoch.
    pub async fn now(&self) -> u64 {
        let clock = self.control("GET", "clock", None).await;
        let now = clock["now"]
            .as_str()
            .unwrap_or_else(|| panic!("no time in {clock}"));
        let moment = OffsetDateTime::parse(now, &Rfc3339).expect("the clock shows RFC 3339");
        u64::try_from(moment.unix_timestamp()).expect("after 1970")
    }

    /// The code in the newest message to this user.
    pub async fn code_sent_to(&self, username: &str) -> String {
        let sent = self
            .control(
                "GET",
                &format!("messages?wait=5s&username={username}"),
                None,
            )
            .await;
        let newest = sent["messages"]
            .as_array()
            .and_then(|messages| messages.last());
        match newest.and_then(|message| message["code"].as_str()) {
            Some(code) => code.to_owned(),
            None => panic!("no code was sent to {username}: {sent}"),
        }
    }

    /// What a passkey of the software authenticator answers to these options: `create` makes one, `get` has
    /// one sign; `behaviour` says what a browser would see to.
    pub async fn passkey(&self, action: &str, options: Value, behaviour: Value) -> Value {
        let mut body = behaviour;
        body["options"] = options;
        let mut answer = self
            .control("POST", &format!("passkeys/{action}"), Some(body))
            .await;
        answer["credential"].take()
    }

    async fn control(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let stream = TcpStream::connect(&self.host)
            .await
            .expect("the server accepts connections");
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .expect("HTTP/1.1");
        tokio::spawn(connection);
        let request = Request::builder()
            .method(method)
            .uri(format!("/_poolhouse/{path}"))
            .header("host", &self.host)
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from(
                body.map_or(String::new(), |body| body.to_string()),
            )))
            .expect("a well-formed request");
        let answer = sender.send_request(request).await.expect("an answer");
        let status = answer.status();
        let bytes = answer
            .into_body()
            .collect()
            .await
            .expect("a whole body")
            .to_bytes();
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            status.is_success(),
            "{method} /_poolhouse/{path} was answered {status} {text}"
        );
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    pub fn sign_up(&self, username: &str) -> SignUpFluentBuilder {
        let email = AttributeType::builder()
            .name("email")
            .value(format!("{username}@example.com"))
            .build()
            .expect("a name is given");
        self.sdk
            .sign_up()
            .client_id(PUBLIC_CLIENT)
            .username(username)
            .password(PASSWORD)
            .user_attributes(email)
    }

    /// A confirmed user with the default password, in the pool of this client.
    pub async fn new_user(&self, username: &str, pool: &str, client: &str) {
        self.sign_up(username)
            .client_id(client)
            .send()
            .await
            .expect("SignUp");
        self.sdk
            .admin_confirm_sign_up()
            .user_pool_id(pool)
            .username(username)
            .send()
            .await
            .expect("AdminConfirmSignUp");
    }

    pub fn sign_in(&self, username: &str, password: &str) -> InitiateAuthFluentBuilder {
        self.sdk
            .initiate_auth()
            .client_id(PUBLIC_CLIENT)
            .auth_flow(AuthFlowType::UserPasswordAuth)
            .auth_parameters("USERNAME", username)
            .auth_parameters("PASSWORD", password)
    }

    /// Signs in with the default password, which must be accepted.
    pub async fn signed_in(&self, username: &str) -> InitiateAuthOutput {
        self.sign_in(username, PASSWORD)
            .send()
            .await
            .expect("InitiateAuth")
    }

    pub fn answer_totp(
        &self,
        username: &str,
        session: &str,
        code: &str,
    ) -> RespondToAuthChallengeFluentBuilder {
        self.sdk
            .respond_to_auth_challenge()
            .client_id(PUBLIC_CLIENT)
            .challenge_name(ChallengeNameType::SoftwareTokenMfa)
            .session(session)
            .challenge_responses("USERNAME", username)
            .challenge_responses("SOFTWARE_TOKEN_MFA_CODE", code)
    }
}

/// The access token of a sign-in that asked no further question.
pub fn access_token(answer: &InitiateAuthOutput) -> &str {
    answer
        .authentication_result()
        .and_then(|tokens| tokens.access_token())
        .unwrap_or_else(|| panic!("no access token in {answer:?}"))
}

/// The refresh token of a sign-in that asked no further question.
pub fn refresh_token(answer: &InitiateAuthOutput) -> &str {
    answer
        .authentication_result()
        .and_then(|tokens| tokens.refresh_token())
        .unwrap_or_else(|| panic!("no refresh token in {answer:?}"))
}

fn sdk_for(url: &str) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "test"))
        .endpoint_url(url)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .retry_config(RetryConfig::disabled())
        .build();
    Client::from_conf(config)
}

fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.."))
}

#[expect(
    clippy::disallowed_methods,
    reason = "these tests are told by the environment which binary to run"
)]
fn binary() -> String {
    std::env::var("POOLHOUSE_BIN").unwrap_or_else(|_| {
        repository()
            .join("target/release/poolhouse")
            .display()
            .to_string()
    })
}
