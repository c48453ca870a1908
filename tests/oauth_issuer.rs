//! One issuer for each pool: tokens of its API and of its pages, refreshed ones, the discovery document and the keys
//! agree in every mode, and the document is at the issuer that it names.

use std::sync::atomic::{AtomicU32, Ordering};

use poolhouse::context::{IssuerMode, Settings};
use poolhouse::{Emulator, TlsSettings};
use serde_json::{Value, json};

use crate::http::tls::Trust;
use crate::http::wire::{Answer, Wire, call, request};
use crate::oauth_browser::{CALLBACK, POOL, WEB, claims, encode, field, of_client, parameter};

const DOMAIN: &str = "poolhouse-hosted.auth.localhost:9229";
const OWN: &str = "login.company.net:9229";
const AWS: &str = "cognito-idp.us-east-1.amazonaws.com";
const AWS_DOMAIN: &str = "poolhouse-hosted.auth.us-east-1.amazoncognito.com";

/// How a client comes to the server.
#[derive(Clone, Copy)]
enum By {
    Plain,
    Tls,
    /// Through a proxy that speaks HTTPS, and says so.
    Proxy,
}

struct Client {
    wire: Wire,
    by: By,
}

impl Client {
    async fn ask(&mut self, host: &str, request: &str) -> Answer {
        let headers = match self.by {
            By::Plain | By::Tls => format!("Host: {host}\r\n"),
            By::Proxy => format!(
                "Host: cognito:9229\r\nX-Forwarded-Host: {host}\r\nX-Forwarded-Proto: https\r\n"
            ),
        };
        let request = request.replacen("Host: localhost\r\n", &headers, 1);
        self.wire.ask(request).await
    }

    async fn call(&mut self, host: &str, operation: &str, body: &Value) -> Value {
        let answer = self
            .ask(host, &call(operation, "", &body.to_string()))
            .await;
        assert_eq!(
            answer.status,
            200,
            "{operation} at {host}: {}",
            answer.text()
        );
        answer.json()["AuthenticationResult"].clone()
    }

    async fn post(
        &mut self,
        host: &str,
        path: &str,
        headers: &str,
        form: &[(&str, &str)],
    ) -> Answer {
        let headers = format!("Content-Type: application/x-www-form-urlencoded\r\n{headers}");
        let request = request(&format!("POST {path}"), &headers, &encode(form));
        self.ask(host, &request).await
    }

    async fn token(&mut self, host: &str, form: &[(&str, &str)]) -> Value {
        let form = [form, &[("client_id", WEB)]].concat();
        let answer = self.post(host, "/oauth2/token", "", &form).await;
        assert_eq!(answer.status, 200, "{host}: {}", answer.text());
        answer.json()
    }

    /// Tokens of a sign-in at the pages.
    async fn by_pages(&mut self, host: &str) -> Value {
        let path = format!("/login?{}", encode(&of_client(WEB)));
        let page = self
            .ask(host, &request(&format!("GET {path}"), "", ""))
            .await;
        assert_eq!(page.status, 200, "{host}: {}", page.head);
        let csrf = field(page.text(), "csrf");
        let cookie = format!("Cookie: XSRF-TOKEN={csrf}\r\n");
        let form = [
            ("csrf", &*csrf),
            ("username", "alice"),
            ("password", "Poolhouse-1"),
        ];
        let done = self.post(host, &path, &cookie, &form).await;
        let code = parameter(done.header("location").unwrap(), "code").unwrap();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &*code),
            ("redirect_uri", CALLBACK),
        ];
        self.token(host, &form).await
    }

    async fn document(&mut self, host: &str, name: &str) -> Answer {
        let line = format!("GET /{POOL}/.well-known/{name}");
        self.ask(host, &request(&line, "", "")).await
    }
}

/// One way to run the server and to come to it.
struct Case {
    settings: Settings,
    by: By,
    /// Whether the pool's issuer is of the updated kind.
    updated: bool,
    api: &'static str,
    pages: &'static str,
    issuer: &'static str,
    /// Where the documents are asked for.
    documents: &'static str,
}

fn following(by: By, api: &'static str, pages: &'static str, issuer: &'static str) -> Case {
    Case {
        settings: Settings::default(),
        by,
        updated: false,
        api,
        pages,
        issuer,
        documents: api,
    }
}

async fn check(case: &Case) {
    let fixture = include_str!("../fixtures/pools/hosted.yaml")
        .replace(
            "    Domains:\n",
            "    Domains:\n      - Domain: login.company.net\n        ManagedLoginVersion: 2\n        CustomDomainConfig:\n          \
             CertificateArn: arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-1234-1234-1234-0123456789ab\n",
        )
        .replace(
            "    PoolName: hosted\n",
            if case.updated {
                "    PoolName: hosted\n    IssuerConfiguration: {Type: UPDATED}\n"
            } else {
                "    PoolName: hosted\n"
            },
        );
    static MADE: AtomicU32 = AtomicU32::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let name = format!("poolhouse-issuer-{}-{number}.yaml", std::process::id());
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, fixture).unwrap();
    let builder = Emulator::builder().settings(case.settings.clone());
    let server = builder.tls(TlsSettings::default()).fixtures([&path]);
    let server = server.start().await.unwrap();
    std::fs::remove_file(&path).unwrap();
    let wire = match case.by {
        By::Plain | By::Proxy => Wire::to(&server).await,
        By::Tls => Trust::in_(&server).await.wire(&server).await,
    };
    let mut client = Client { wire, by: case.by };

    let sign_in = json!({"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": WEB,
        "AuthParameters": {"USERNAME": "alice", "PASSWORD": "Poolhouse-1"}});
    let by_api = client.call(case.api, "InitiateAuth", &sign_in).await;
    let by_pages = client.by_pages(case.pages).await;
    // Refreshed at the door by which it did not come.
    let refresh = by_api["RefreshToken"].as_str().unwrap();
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let at_pages = client.token(case.pages, &form).await;
    let refresh = json!({"AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": WEB,
        "AuthParameters": {"REFRESH_TOKEN": by_pages["refresh_token"]}});
    let at_api = client.call(case.api, "InitiateAuth", &refresh).await;
    for (what, token) in [
        ("API", &by_api["AccessToken"]),
        ("API, ID", &by_api["IdToken"]),
        ("pages", &by_pages["access_token"]),
        ("pages, ID", &by_pages["id_token"]),
        ("refreshed at the pages", &at_pages["access_token"]),
        ("refreshed at the API", &at_api["AccessToken"]),
    ] {
        assert_eq!(claims(token)["iss"], case.issuer, "{what}");
    }
    let found = client
        .document(case.documents, "openid-configuration")
        .await;
    let found = found.json();
    assert_eq!(found["issuer"], case.issuer);
    assert_eq!(
        found["jwks_uri"],
        format!("{}/.well-known/jwks.json", case.issuer)
    );
    let keys = client.document(case.documents, "jwks.json").await;
    assert_eq!(keys.json()["keys"].as_array().unwrap().len(), 2);
    // A domain has neither document, as on AWS, so that none is where its issuer isn't.
    if case.pages != case.api {
        for name in ["openid-configuration", "jwks.json"] {
            assert_eq!(
                client.document(case.pages, name).await.status,
                404,
                "{name}"
            );
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn a_local_issuer_is_that_of_the_api_whichever_door_was_taken() {
    for case in [
        following(
            By::Plain,
            "localhost:9229",
            DOMAIN,
            "http://localhost:9229/us-east-1_Hosted",
        ),
        following(
            By::Plain,
            "localhost:9229",
            OWN,
            "http://localhost:9229/us-east-1_Hosted",
        ),
        following(
            By::Tls,
            "localhost:9229",
            DOMAIN,
            "https://localhost:9229/us-east-1_Hosted",
        ),
        following(
            By::Proxy,
            "localhost:8443",
            "Poolhouse-Hosted.auth.localhost:8443",
            "https://localhost:8443/us-east-1_Hosted",
        ),
        // A container's own name has no domain beside it: pages and API are at one address.
        following(
            By::Plain,
            "cognito:9229",
            "cognito:9229",
            "http://cognito:9229/us-east-1_Hosted",
        ),
        following(
            By::Plain,
            "127.0.0.1:9229",
            "127.0.0.1:9229",
            "http://127.0.0.1:9229/us-east-1_Hosted",
        ),
        following(
            By::Plain,
            "[::1]:9229",
            "[::1]:9229",
            "http://[::1]:9229/us-east-1_Hosted",
        ),
    ] {
        check(&case).await;
    }
}

#[tokio::test]
async fn at_aws_names_the_issuer_is_aws() {
    let issuer = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Hosted";
    check(&following(By::Tls, AWS, AWS_DOMAIN, issuer)).await;
    check(&Case {
        updated: true,
        documents: "issuer-cognito-idp.us-east-1.amazonaws.com",
        ..following(
            By::Tls,
            AWS,
            AWS_DOMAIN,
            "https://issuer-cognito-idp.us-east-1.amazonaws.com/us-east-1_Hosted",
        )
    })
    .await;
}

#[tokio::test]
async fn a_pinned_issuer_is_the_same_by_every_door() {
    let pinned = Settings {
        public_url: Some("https://login.test/cognito".into()),
        ..Settings::default()
    };
    let aws = Settings {
        issuer: IssuerMode::Aws,
        ..Settings::default()
    };
    for (settings, issuer) in [
        (&pinned, "https://login.test/cognito/us-east-1_Hosted"),
        (
            &aws,
            "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Hosted",
        ),
    ] {
        for by in [By::Plain, By::Tls, By::Proxy] {
            for pages in [DOMAIN, OWN] {
                check(&Case {
                    settings: settings.clone(),
                    ..following(by, "localhost:9229", pages, issuer)
                })
                .await;
            }
        }
    }
}
