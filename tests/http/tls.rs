//! HTTPS on the port of HTTP: whose certificates are trusted for which names, and all that holds of a connection
//! without TLS.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper_util::rt::{TokioExecutor, TokioIo};
use poolhouse::{Builder, Emulator, Limits, TlsSettings};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{self, AlertDescription, ClientConfig, RootCertStore};

use super::wire::{Answer, SIGNED, Wire, call, request};

const POOL: &str = "us-east-1_PoolHouse";
const CLIENT: &str = "1poolhouse0public0client00";

fn secure() -> Builder {
    Emulator::builder().tls(TlsSettings::default())
}

/// A client that trusts the authority of a server, as it is offered for download.
pub struct Trust(Arc<ClientConfig>);

impl Trust {
    pub async fn in_(server: &Emulator) -> Self {
        let shown = Wire::to(server)
            .await
            .ask(request("GET /_poolhouse/ca.pem", "", ""))
            .await;
        assert_eq!(shown.status, 200);
        assert_eq!(shown.header("content-type"), Some("application/x-pem-file"));
        assert_eq!(Some(shown.text()), server.ca_pem().await.as_deref());
        Self::of(shown.text(), &[])
    }

    fn of(pem: &str, protocols: &[&[u8]]) -> Self {
        let mut roots = RootCertStore::empty();
        let authority = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
        roots.add(authority).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider);
        let builder = builder.with_protocol_versions(&[&TLS12, &TLS13]).unwrap();
        let mut config = builder.with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        Self(Arc::new(config))
    }

    async fn connect(
        &self,
        server: &Emulator,
        name: &str,
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(("127.0.0.1", server.port())).await?;
        let name = ServerName::try_from(name.to_owned()).unwrap();
        TlsConnector::from(Arc::clone(&self.0))
            .connect(name, stream)
            .await
    }

    pub async fn wire(&self, server: &Emulator) -> Wire {
        Wire::over(self.connect(server, "localhost").await.unwrap())
    }

    /// Whether a client takes the server for the one of this name; if not, why.
    async fn takes_for(&self, server: &Emulator, name: &str) -> Result<(), rustls::Error> {
        match self.connect(server, name).await {
            Ok(stream) => {
                let answer = Wire::over(stream).ask(request("GET /health", "", "")).await;
                assert_eq!(answer.status, 200);
                Ok(())
            }
            Err(error) => Err(error
                .get_ref()
                .unwrap()
                .downcast_ref::<rustls::Error>()
                .unwrap()
                .clone()),
        }
    }
}

/// What comes within a time that is ample, and far less than the time-outs of the server.
async fn soon<T>(coming: impl Future<Output = T>) -> T {
    let patience = Duration::from_secs(10);
    tokio::time::timeout(patience, coming).await.expect("soon")
}

async fn told(server: &Emulator, line: &str, body: Value) -> Answer {
    let answer = Wire::to(server)
        .await
        .ask(request(line, "", &body.to_string()))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer
}

async fn signed(server: &Emulator, operation: &str, input: Value) -> Answer {
    let answer = Wire::to(server)
        .await
        .ask(call(operation, SIGNED, &input.to_string()))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer
}

/// The claim `iss` of the access token of a sign-in.
fn issuer(answer: &Answer) -> String {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    assert_eq!(answer.status, 200, "{}", answer.text());
    let token = answer.json()["AuthenticationResult"]["AccessToken"]
        .as_str()
        .unwrap()
        .to_owned();
    let claims = URL_SAFE_NO_PAD
        .decode(token.split('.').nth(1).unwrap())
        .unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    claims["iss"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn both_are_spoken_on_one_port_and_each_issuer_says_which() {
    let server = secure().start().await.unwrap();
    let trust = Trust::in_(&server).await;
    let input = json!({"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": CLIENT,
        "AuthParameters": {"USERNAME": "alice", "PASSWORD": "Poolhouse-1"}});
    let sign_in = call("InitiateAuth", "", &input.to_string());
    let document = format!("GET /{POOL}/.well-known/openid-configuration");
    for (mut wire, scheme) in [
        (Wire::to(&server).await, "http"),
        (trust.wire(&server).await, "https"),
    ] {
        let expected = format!("{scheme}://localhost/{POOL}");
        // The connection is kept.
        assert_eq!(issuer(&wire.ask(&sign_in).await), expected);
        let found = wire.ask(request(&document, "", "")).await.json();
        assert_eq!(found["issuer"], expected);
        assert_eq!(
            found["jwks_uri"],
            format!("{expected}/.well-known/jwks.json")
        );
        let refused = wire.ask(call("InitiateAuth", "", "[")).await;
        assert_eq!(refused.status, 400);
    }
    // Without a host, the server's own address stands in.
    let mut wire = trust.wire(&server).await;
    let old = format!("{document} HTTP/1.0\r\n\r\n");
    let found = wire.ask(old).await.json();
    let here = format!("https://127.0.0.1:{}/{POOL}", server.port());
    assert_eq!(found["issuer"], here);
    let expected = format!("https://localhost:{}", server.port());
    assert_eq!(server.https_url(), Some(expected));
    assert_eq!(server.url(), format!("http://localhost:{}", server.port()));
}

#[tokio::test]
async fn http2_is_agreed_on_or_known() {
    let server = secure().start().await.unwrap();
    let pem = server.ca_pem().await.unwrap();
    // What is offered, and what is agreed on.
    type Case<'a> = (&'a [&'a [u8]], Option<&'a [u8]>);
    let offers: [Case<'_>; 4] = [
        (&[b"h2", b"http/1.1"], Some(b"h2")),
        (&[b"http/1.1", b"h2"], Some(b"h2")),
        (&[b"http/1.1"], Some(b"http/1.1")),
        (&[], None),
    ];
    for (offered, expected) in offers {
        let stream = Trust::of(&pem, offered)
            .connect(&server, "localhost")
            .await
            .unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), expected);
        if expected == Some(b"http/1.1") {
            let answer = Wire::over(stream).ask(request("GET /health", "", "")).await;
            assert_eq!(answer.status, 200);
            continue;
        }
        let (mut sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
                .await
                .unwrap();
        tokio::spawn(connection);
        let issuer = format!("https://cognito-idp.us-east-1.amazonaws.com/{POOL}");
        let uri = format!("{issuer}/.well-known/openid-configuration");
        for _ in 0..3 {
            let asked: Request<Full<Bytes>> = Request::get(&uri).body(Full::default()).unwrap();
            let answer = sender.send_request(asked).await.unwrap();
            assert_eq!(answer.status(), 200);
            let body = answer.into_body().collect().await.unwrap().to_bytes();
            let document: Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(document["issuer"], issuer);
        }
    }
}

#[tokio::test]
async fn names_of_this_machine_of_cognito_and_of_pools_are_served_and_no_others() {
    let settings = TlsSettings {
        hosts: vec!["Cognito.Company.Net".into()],
        ..TlsSettings::default()
    };
    let server = Emulator::builder().tls(settings).start().await.unwrap();
    let trust = Trust::in_(&server).await;
    for name in [
        "localhost",
        "my-app.auth.localhost",
        "127.0.0.1",
        "::1",
        "poolhouse",
        "cognito-idp.us-east-1.amazonaws.com",
        "issuer-cognito-idp.eu-central-1.amazonaws.com",
        "cognito-identity.us-east-1.amazonaws.com",
        "sts.us-east-1.amazonaws.com",
        "my-app.auth.us-east-1.amazoncognito.com",
        "cognito.company.net",
    ] {
        assert_eq!(trust.takes_for(&server, name).await, Ok(()), "{name}");
    }
    let refused = Err(rustls::Error::AlertReceived(
        AlertDescription::UnrecognisedName,
    ));
    for name in [
        "accounts.google.com",
        "s3.us-east-1.amazonaws.com",
        "login.company.net",
    ] {
        assert_eq!(trust.takes_for(&server, name).await, refused, "{name}");
    }
    // An address that nobody has named; without a name, the certificate is for those that were.
    let elsewhere = trust.takes_for(&server, "203.0.113.7").await;
    assert!(
        matches!(elsewhere, Err(rustls::Error::InvalidCertificate(_))),
        "{elsewhere:?}"
    );
    // A pool's custom domain, from then on.
    let certificate =
        "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-1234-1234-1234-0123456789ab";
    let domain = json!({"UserPoolId": POOL, "Domain": "login.company.net",
        "CustomDomainConfig": {"CertificateArn": certificate}});
    signed(&server, "CreateUserPoolDomain", domain).await;
    assert_eq!(trust.takes_for(&server, "login.company.net").await, Ok(()));
}

#[tokio::test]
async fn nobody_trusts_the_authority_of_another_server() {
    let (one, other) = (
        secure().start().await.unwrap(),
        secure().start().await.unwrap(),
    );
    let trust = Trust::in_(&one).await;
    assert_eq!(trust.takes_for(&one, "localhost").await, Ok(()));
    let refused = trust.takes_for(&other, "localhost").await.unwrap_err();
    assert!(
        matches!(refused, rustls::Error::InvalidCertificate(_)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn without_tls_there_is_no_authority() {
    let answer = super::wire::ask(request("GET /_poolhouse/ca.pem", "", "")).await;
    assert_eq!(answer.status, 404);
    let reason = answer.header("x-poolhouse-reason").unwrap();
    assert!(reason.contains("--tls"), "{reason}");
    let server = Emulator::builder().start().await.unwrap();
    assert_eq!((server.https_url(), server.ca_pem().await), (None, None));
}

#[tokio::test]
async fn slow_handshakes_and_idle_connections_are_ended() {
    let limits = Limits {
        header_time: Duration::from_millis(200),
        idle_time: Duration::from_millis(200),
        ..Limits::default()
    };
    let server = secure().limits(limits).start().await.unwrap();
    let trust = Trust::in_(&server).await;
    // Half a hello.
    let mut wire = Wire::to(&server).await;
    wire.send(b"\x16\x03\x01\x02\x00\x01\x00").await;
    assert_eq!(soon(wire.rest()).await, "");
    // A handshake, and nothing after it; half a head; a whole request, and nothing after it.
    for sent in ["", "GET /he", &request("GET /health", "", "")] {
        let mut wire = trust.wire(&server).await;
        wire.send(sent).await;
        let answer = soon(wire.answer()).await;
        assert_eq!(answer.is_some(), sent.ends_with("\r\n\r\n"), "{sent}");
        assert!(soon(wire.answer()).await.is_none());
    }
}

#[tokio::test]
async fn what_is_no_tls_is_ended_and_harms_nobody() {
    let server = secure().start().await.unwrap();
    let trust = Trust::in_(&server).await;
    let hellos: [&[u8]; 4] = [
        b"\x16\x03\x01\x00\x00",
        b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00",
        b"\x16GET / HTTP/1.1\r\n\r\n",
        &[0x16; 70_000],
    ];
    for hello in hellos {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port()))
            .await
            .unwrap();
        // The server may have ended it before all of it is sent.
        let _ = stream.write_all(hello).await;
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        let _ = soon(stream.read_to_end(&mut answer)).await;
        // At most an alert.
        assert!(
            answer.len() <= 7 && !answer.starts_with(b"HTTP"),
            "{answer:?}"
        );
    }
    // TLS within TLS.
    let mut wire = trust.wire(&server).await;
    wire.send(b"\x16\x03\x01\x02\x00\x01\x00").await;
    assert_eq!(soon(wire.rest()).await, "");
    assert_eq!(trust.takes_for(&server, "localhost").await, Ok(()));
}

#[tokio::test]
async fn a_client_that_leaves_gives_its_place_away() {
    let limits = Limits {
        connections: 1,
        ..Limits::default()
    };
    let server = secure().limits(limits).start().await.unwrap();
    let trust = Trust::of(&server.ca_pem().await.unwrap(), &[]);
    let waiting = request("GET /_poolhouse/messages?wait=60s", "", "");
    // One says farewell, the other is just gone.
    for says_farewell in [true, false] {
        let mut stream = trust.connect(&server, "localhost").await.unwrap();
        stream.write_all(waiting.as_bytes()).await.unwrap();
        let mut early = [0];
        let read = tokio::time::timeout(Duration::from_millis(100), stream.read(&mut early)).await;
        assert!(read.is_err(), "{read:?}");
        if says_farewell {
            stream.shutdown().await.unwrap();
        }
        drop(stream);
        let mut next = soon(trust.wire(&server)).await;
        let answer = soon(next.ask(request("GET /health", "", ""))).await;
        assert_eq!(answer.status, 200);
    }
}

#[tokio::test]
async fn events_and_long_answers_arrive() {
    let server = secure().start().await.unwrap();
    let trust = Trust::in_(&server).await;
    let mut events = trust.wire(&server).await;
    events.send(request("GET /_poolhouse/events", "", "")).await;
    assert!(events.head().await.unwrap().starts_with("HTTP/1.1 200"));
    let input = json!({"ClientId": CLIENT, "Username": "tls@example.com", "Password": "Poolhouse-1",
        "UserAttributes": [{"Name": "email", "Value": "tls@example.com"}]});
    let mut wire = trust.wire(&server).await;
    let signed_up = wire.ask(call("SignUp", "", &input.to_string())).await;
    assert_eq!(signed_up.status, 200, "{}", signed_up.text());
    soon(events.until("tls@example.com")).await;
    // More than a record and a socket hold.
    let css = format!("/* {} */", "x".repeat(100 * 1024));
    let long = json!({"UserPoolId": POOL, "Username": "alice", "UserAttributes": [{"Name": "name", "Value": css}]});
    let refused = wire
        .ask(call("AdminUpdateUserAttributes", SIGNED, &long.to_string()))
        .await;
    assert_eq!(refused.status, 400);
    let list = wire.ask(request("GET /_poolhouse/nothing", "", "")).await;
    assert_eq!(list.status, 404);
}

#[tokio::test]
async fn faults_befall_connections() {
    let server = secure().start().await.unwrap();
    let trust = Trust::in_(&server).await;
    let rule = |kind: &str| json!({"rules": [{"match": {"operation": "InitiateAuth"}, "connection": kind}]});
    let sent = call(
        "InitiateAuth",
        "",
        r#"{"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": "c"}"#,
    );
    let raw = async || {
        let mut stream = trust.connect(&server, "localhost").await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        let ended = soon(stream.read_to_end(&mut bytes)).await;
        (bytes, ended.err().map(|error| error.kind()))
    };
    told(
        &server,
        "PUT /_poolhouse/faults",
        rule("CONNECTION_RESET_BY_PEER"),
    )
    .await;
    assert_eq!(raw().await, (Vec::new(), Some(ErrorKind::ConnectionReset)));
    // Nothing says farewell, as on a connection that breaks.
    told(&server, "PUT /_poolhouse/faults", rule("EMPTY_RESPONSE")).await;
    assert_eq!(raw().await, (Vec::new(), Some(ErrorKind::UnexpectedEof)));
    told(
        &server,
        "PUT /_poolhouse/faults",
        rule("MALFORMED_RESPONSE_CHUNK"),
    )
    .await;
    let (bytes, _) = raw().await;
    assert!(String::from_utf8_lossy(&bytes).contains("Transfer-Encoding: chunked\r\n\r\nno-chunk"));
    told(
        &server,
        "PUT /_poolhouse/faults",
        rule("RANDOM_DATA_THEN_CLOSE"),
    )
    .await;
    let (bytes, _) = raw().await;
    assert!(
        bytes.len() == 256 && !bytes.starts_with(b"HTTP"),
        "{bytes:?}"
    );
}

#[tokio::test]
async fn a_stop_lets_the_request_under_way_finish_and_says_farewell() {
    let server = secure().start().await.unwrap();
    let trust = Trust::in_(&server).await;
    let mut wire = trust.wire(&server).await;
    let call = call("InitiateAuth", "", "[[]]");
    let (head, tail) = call.split_at(call.len() - 2);
    wire.send(head).await;
    let mut other = trust.connect(&server, "localhost").await.unwrap();
    let health = request("GET /health", "", "");
    other.write_all(health.as_bytes()).await.unwrap();
    let mut answer = vec![0; 16];
    other.read_exact(&mut answer).await.unwrap();
    let stop = tokio::spawn(server.stop());
    // The idle connection is ended in order, which shows that the stop has begun.
    soon(other.read_to_end(&mut answer)).await.unwrap();
    wire.send(tail).await;
    assert_eq!(soon(wire.answer()).await.unwrap().status, 400);
    stop.await.unwrap();
}

#[tokio::test]
async fn a_kept_authority_is_trusted_over_restarts() {
    let directory =
        std::env::temp_dir().join(format!("poolhouse-tls-restarts-{}", std::process::id()));
    let settings = |hosts: &[&str]| TlsSettings {
        directory: Some(directory.clone()),
        hosts: hosts.iter().map(ToString::to_string).collect(),
    };
    let first = Emulator::builder()
        .tls(settings(&[]))
        .start()
        .await
        .unwrap();
    let trust = Trust::in_(&first).await;
    assert_eq!(
        trust
            .takes_for(&first, "cognito-idp.us-east-1.amazonaws.com")
            .await,
        Ok(())
    );
    first.stop().await;
    let hosts = ["cognito.company.net"];
    let second = Emulator::builder()
        .tls(settings(&hosts))
        .start()
        .await
        .unwrap();
    assert_eq!(
        std::fs::read_to_string(directory.join("ca.pem")).ok(),
        second.ca_pem().await
    );
    for name in [
        "localhost",
        "a.auth.us-east-1.amazoncognito.com",
        "auth.example.com",
    ] {
        assert_eq!(trust.takes_for(&second, name).await, Ok(()), "{name}");
    }
    // It was made before this name was named, and says of itself that it does not vouch for it.
    let refused = Err(rustls::Error::AlertReceived(
        AlertDescription::UnrecognisedName,
    ));
    assert_eq!(
        trust.takes_for(&second, "cognito.company.net").await,
        refused
    );
    second.stop().await;
    std::fs::write(directory.join("ca-key.pem"), "x").unwrap();
    let Err(refused) = Emulator::builder().tls(settings(&[])).start().await else {
        panic!("the directory is refused");
    };
    let refused = refused.to_string();
    assert!(
        refused.contains("ca-key.pem: it has no key that Poolhouse made"),
        "{refused}"
    );
    std::fs::remove_dir_all(directory).unwrap();
}
