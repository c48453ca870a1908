use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::context::{ProviderEndpoint, Settings};
use crate::outbound::{Asked, Fetched, Fetching, NotFetched, Outbound};
use crate::store::federations::Federations;
use crate::test_pool::{TestPool, server};
use crate::user_pool::federation::test_idp::TestIdp;
use crate::user_pool::stand_in::{self, Shown};

#[path = "round_trip_saml.rs"]
mod saml;

const IDP: &str = "https://idp.example.com";

/// What is answered at a path.
type Answers = BTreeMap<&'static str, Result<(u16, String), NotFetched>>;

/// A provider of OpenID Connect, which answers what a test says.
#[derive(Default)]
struct Provider {
    answers: Mutex<Answers>,
    seen: Mutex<Vec<Asked>>,
}

impl Provider {
    fn says(&self, path: &'static str, status: u16, body: impl ToString) {
        let answer = Ok((status, body.to_string()));
        self.answers.lock().unwrap().insert(path, answer);
    }

    fn fails(&self, path: &'static str, fault: NotFetched) {
        self.answers.lock().unwrap().insert(path, Err(fault));
    }

    fn answer(&self, url: &str) -> Result<Fetched, NotFetched> {
        let path = url.strip_prefix(IDP).unwrap().split('?').next().unwrap();
        let answers = self.answers.lock().unwrap();
        let answer = answers.get(path).cloned();
        let missing = || Err(NotFetched::Failed("connection refused".into()));
        let (status, body) = answer.unwrap_or_else(missing)?;
        Ok(Fetched {
            status,
            body: body.into_bytes(),
            ..Fetched::default()
        })
    }
}

struct Port(Arc<Provider>);

impl Outbound for Port {
    fn get<'a>(&'a self, url: &'a str) -> Fetching<'a> {
        Box::pin(std::future::ready(self.0.answer(url)))
    }

    fn send<'a>(&'a self, asked: &'a Asked) -> Fetching<'a> {
        self.0.seen.lock().unwrap().push(asked.clone());
        Box::pin(std::future::ready(self.0.answer(&asked.url)))
    }
}

struct Bench {
    pool: TestPool,
    provider: Arc<Provider>,
}

impl Bench {
    /// A pool with providers of every kind; Corp is a real one, and the stand-in plays the others.
    async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    async fn with(settings: Settings) -> Self {
        let provider = Arc::new(Provider::default());
        let mut shared = server(settings);
        shared.outbound = Box::new(Port(Arc::clone(&provider)));
        let pool = TestPool::on(shared, json!({}), |client| {
            let names = [
                "Corp",
                "Google",
                "Facebook",
                "LoginWithAmazon",
                "SignInWithApple",
                "Saml",
            ];
            client.identity_providers = Some(names.map(str::to_owned).to_vec());
        })
        .await;
        let at = |path: &str| format!("{IDP}{path}");
        let oauth = json!({"client_id": "cid", "client_secret": "hush", "authorize_scopes": "openid email"});
        let mut corp = oauth.clone();
        for (key, value) in [
            ("oidc_issuer", IDP.to_owned()),
            ("attributes_request_method", "POST".to_owned()),
            ("authorize_url", at("/authorize")),
            ("token_url", at("/token")),
            ("attributes_url", at("/userinfo")),
            ("jwks_uri", at("/keys")),
        ] {
            corp[key] = value.into();
        }
        let apple = json!({"client_id": "com.example", "team_id": "T", "key_id": "K", "private_key": "x",
            "authorize_scopes": "email name"});
        let saml = json!({"MetadataURL": format!("{}/saml/metadata", stand_in::ORIGIN), "IDPInit": "true",
            "IDPSignout": "true", "RequestSigningAlgorithm": "rsa-sha256"});
        for (name, kind, details) in [
            ("Corp", "OIDC", corp),
            ("Google", "Google", oauth.clone()),
            ("Facebook", "Facebook", oauth.clone()),
            ("LoginWithAmazon", "LoginWithAmazon", oauth),
            ("SignInWithApple", "SignInWithApple", apple),
            ("Saml", "SAML", saml),
        ] {
            let create = json!({"UserPoolId": pool.id.as_str(), "ProviderName": name, "ProviderType": kind,
                "ProviderDetails": details, "AttributeMapping": {"email": "email", "name": "name"}});
            pool.ok("CreateIdentityProvider", create).await;
        }
        Self { pool, provider }
    }

    async fn begin_with(&self, name: &str, hints: Hints<'_>) -> Result<String, Refused> {
        let stored = self.pool.cx.pool(&self.pool.id).unwrap();
        let provider = stored.read(|state| Arc::clone(state.providers.get(name).unwrap()));
        let place = Place {
            base: "https://house.example",
            browser: "b1",
        };
        let request = "client_id=client&x=1";
        begin(
            &self.pool.cx,
            &stored,
            &self.pool.client,
            &provider,
            place,
            hints,
            request,
        )
        .await
    }

    async fn begin(&self, name: &str) -> BTreeMap<String, String> {
        pairs_of(&self.begin_with(name, Hints::default()).await.unwrap())
    }

    async fn finish(&self, answer: CodeAnswer<'_>) -> Result<Finished, Astray> {
        finish_code(&self.pool.cx, answer).await
    }

    /// What the app is told of a sign-in at Corp.
    async fn told(&self, asked: &BTreeMap<String, String>) -> Result<Arc<User>, (String, String)> {
        let answer = CodeAnswer {
            state: Some(&asked["state"]),
            code: Some("c0de"),
            ..CodeAnswer::default()
        };
        let finished = self.finish(answer).await.unwrap();
        assert_eq!(&*finished.request, "client_id=client&x=1");
        finished
            .outcome
            .map(|signed_in| signed_in.user)
            .map_err(|refused| {
                let code = refused.code.as_str().to_owned();
                (code, refused.description.unwrap_or_default())
            })
    }

    /// Good answers of Corp to a request.
    fn answers_well(&self, asked: &BTreeMap<String, String>) {
        self.answers_with(id_claims(asked, self.pool.cx.now().seconds()));
    }

    fn answers_with(&self, claims: Value) {
        let token = json!({"access_token": "at", "token_type": "Bearer", "id_token": TestIdp::new(0).jwt(&claims)});
        self.provider.says("/token", 200, token);
        self.provider.says("/keys", 200, TestIdp::new(0).jwks());
        self.provider.says(
            "/userinfo",
            200,
            json!({"sub": "s-1", "email": "ann@corp.example"}),
        );
    }

    /// The stand-in's answer, for a person who is chosen without a page.
    fn chosen(&self, asked: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let given: Vec<(String, String)> = asked.clone().into_iter().collect();
        match stand_in::openid::authorize(&self.pool.cx, &given, false) {
            Shown::Redirect(to) => pairs_of(&to),
            Shown::Page(page) => fields_of(&page),
            Shown::Wrong(wrong) => panic!("{wrong}"),
        }
    }
}

fn id_claims(asked: &BTreeMap<String, String>, now: i64) -> Value {
    json!({"iss": IDP, "aud": "cid", "sub": "s-1", "iat": now, "exp": now + 60, "nonce": asked["nonce"],
        "name": "Ann", "email": "old@corp.example"})
}

fn pairs_of(url: &str) -> BTreeMap<String, String> {
    form::pairs(url.split_once('?').unwrap().1)
        .into_iter()
        .collect()
}

/// The hidden fields of a page's form.
fn fields_of(page: &str) -> BTreeMap<String, String> {
    let plain = |text: &str| {
        text.replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&amp;", "&")
    };
    page.split("<input type=\"hidden\" name=\"")
        .skip(1)
        .map(|field| {
            let (name, rest) = field.split_once("\" value=\"").unwrap();
            (plain(name), plain(rest.split_once('"').unwrap().0))
        })
        .collect()
}

#[tokio::test]
async fn a_request_to_a_provider_has_what_it_must() {
    let bench = Bench::new().await;
    let hints = Hints {
        login_hint: Some("ann@x"),
        prompt: Some("login"),
        person: Some("jane"),
        acr_values: None,
    };
    let url = bench.begin_with("Corp", hints).await.unwrap();
    assert!(
        url.starts_with("https://idp.example.com/authorize?"),
        "{url}"
    );
    let asked = pairs_of(&url);
    for (name, value) in [
        ("client_id", "cid"),
        ("redirect_uri", "https://house.example/oauth2/idpresponse"),
        ("scope", "openid email"),
        ("response_type", "code"),
        ("login_hint", "ann@x"),
        ("prompt", "login"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(asked[name], value);
    }
    assert!(!asked.contains_key("poolhouse_person"));
    let google = pairs_of(&bench.begin_with("Google", hints).await.unwrap());
    // Documented: the hint goes to OIDC providers alone.
    assert!(!google.contains_key("login_hint"));
    assert_eq!(google["prompt"], "login");
    assert_eq!(google["poolhouse_person"], "jane");
    let none = Hints {
        prompt: Some("none"),
        ..Hints::default()
    };
    let asked = pairs_of(&bench.begin_with("Corp", none).await.unwrap());
    assert!(!asked.contains_key("prompt"));
}

#[tokio::test]
async fn a_code_is_exchanged_for_the_user() {
    let bench = Bench::new().await;
    let asked = bench.begin("Corp").await;
    bench.answers_well(&asked);
    let user = bench.told(&asked).await.unwrap();
    assert_eq!(&*user.username, "Corp_s-1");
    assert_eq!(user.attributes.get("name"), Some("Ann"));
    // The userinfo endpoint wins.
    assert_eq!(user.attributes.get("email"), Some("ann@corp.example"));
    let seen = bench.provider.seen.lock().unwrap();
    let sent: BTreeMap<String, String> = form::pairs(seen[0].form.as_deref().unwrap())
        .into_iter()
        .collect();
    assert_eq!(seen[0].authorization, None);
    assert_eq!(
        (sent["client_secret"].as_str(), sent["code"].as_str()),
        ("hush", "c0de")
    );
    assert_eq!(
        sent["redirect_uri"],
        "https://house.example/oauth2/idpresponse"
    );
    assert!(sent.contains_key("code_verifier"));
    let info = seen
        .iter()
        .find(|asked| asked.url.ends_with("/userinfo"))
        .unwrap();
    assert_eq!(
        (info.authorization.as_deref(), info.form.as_deref()),
        (Some("Bearer at"), Some(""))
    );
}

#[tokio::test]
async fn every_failure_of_a_provider_has_its_sentence() {
    let bench = Bench::new().await;
    let provider = &bench.provider;
    let timed_out = || NotFetched::TimedOut("late".into());
    let says = |error: &str| json!({"error": error});
    type Spoil<'a> = Box<dyn Fn() + 'a>;
    let rows: Vec<(Spoil<'_>, &str)> = vec![
        (
            Box::new(|| provider.says("/token", 400, "no 'way'\n")),
            "Bad token response: HTTP/1.1 400 Bad Request, entity: Failure: 'no 'way''",
        ),
        (
            Box::new(|| provider.says("/token", 200, "[]")),
            "Bad token response: HTTP/1.1 200 OK, entity: Failure: '[]'",
        ),
        (
            Box::new(|| provider.says("/token", 200, json!({"access_token": "a"}))),
            "Bad token response: no id_token",
        ),
        (
            Box::new(|| provider.fails("/token", timed_out())),
            "Timeout occurred in calling IdP token endpoint",
        ),
        (
            Box::new(|| provider.fails("/token", NotFetched::Failed("reset".into()))),
            "Connection reset",
        ),
        (
            Box::new(|| provider.fails("/keys", timed_out())),
            "Timeout in calling jwks uri",
        ),
        (
            Box::new(|| provider.says("/keys", 500, "")),
            "Invalid ID token: the key set answers with status 500",
        ),
        (
            Box::new(|| provider.says("/keys", 200, TestIdp::new(1).jwks())),
            "Invalid ID token: the provider's key set has no key with the kid of its header",
        ),
        (
            Box::new(|| provider.fails("/userinfo", timed_out())),
            "Read timed out",
        ),
        (
            Box::new(|| provider.says("/userinfo", 403, says("x"))),
            "Corp Error - 403 error getting userInfo",
        ),
        (
            Box::new(|| provider.says("/userinfo", 200, json!({"sub": "other"}))),
            "Invalid ID token: userInfo is of another user",
        ),
    ];
    for (spoil, sentence) in rows {
        let asked = bench.begin("Corp").await;
        bench.answers_well(&asked);
        spoil();
        let told = bench.told(&asked).await.unwrap_err();
        assert_eq!(told, ("invalid_request".to_owned(), sentence.to_owned()));
    }
}

#[tokio::test]
async fn an_id_token_that_is_not_for_this_sign_in_is_refused() {
    let bench = Bench::new().await;
    let now = bench.pool.cx.now().seconds();
    for (claim, value, part) in [
        ("iss", json!("https://evil.example"), "its issuer"),
        ("iss", Value::Null, "its issuer"),
        ("aud", json!("other"), "its audience"),
        ("aud", json!(["other"]), "its audience"),
        ("azp", json!("other"), "its azp"),
        ("nonce", json!("x"), "its nonce"),
        ("nonce", Value::Null, "its nonce"),
        ("exp", json!(now), "it was good until"),
        ("exp", Value::Null, "it has no exp"),
        ("nbf", json!(now + 1), "it is not good yet"),
    ] {
        let asked = bench.begin("Corp").await;
        let mut claims = id_claims(&asked, now);
        claims[claim] = value;
        bench.answers_with(claims);
        let (code, text) = bench.told(&asked).await.unwrap_err();
        assert_eq!(code, "invalid_request");
        let start = format!("Invalid ID token: {part}");
        assert!(text.starts_with(&start), "{claim}: {text}");
    }
}

#[tokio::test]
async fn what_the_provider_answers_goes_on_to_the_app() {
    let bench = Bench::new().await;
    let asked = bench.begin("Google").await;
    let answer = CodeAnswer {
        state: Some(&asked["state"]),
        error: Some("access_denied"),
        error_description: Some("No."),
        ..CodeAnswer::default()
    };
    let refused = bench.finish(answer).await.unwrap().outcome.unwrap_err();
    assert_eq!(refused.code, Code::OfProvider("access_denied".into()));
    assert_eq!(refused.description.as_deref(), Some("No."));
    let asked = bench.begin("Google").await;
    let answer = CodeAnswer {
        state: Some(&asked["state"]),
        ..CodeAnswer::default()
    };
    assert!(bench.finish(answer).await.unwrap().outcome.is_err());
}

#[tokio::test]
async fn an_answer_that_nothing_waits_for_is_nobodys() {
    let bench = Bench::new().await;
    let is_astray = async |answer: CodeAnswer<'_>| {
        let astray = bench.finish(answer).await.unwrap_err();
        assert_eq!(astray.text, "Invalid state");
    };
    let code = CodeAnswer {
        code: Some("c"),
        ..CodeAnswer::default()
    };
    is_astray(code).await;
    is_astray(CodeAnswer {
        state: Some("forged"),
        ..code
    })
    .await;
    // Of another browser; and the state is spent then.
    let asked = bench.begin("Google").await;
    let state = Some(asked["state"].as_str());
    is_astray(CodeAnswer {
        state,
        browser: Some("b2"),
        ..code
    })
    .await;
    is_astray(CodeAnswer {
        state,
        browser: Some("b1"),
        ..code
    })
    .await;
    // Too late.
    let asked = bench.begin("Google").await;
    bench.pool.advance(Duration::from_secs(300));
    is_astray(CodeAnswer {
        state: Some(&asked["state"]),
        ..code
    })
    .await;
    // Used.
    let asked = bench.begin("Google").await;
    let state = Some(asked["state"].as_str());
    assert!(bench.finish(CodeAnswer { state, ..code }).await.is_ok());
    is_astray(CodeAnswer { state, ..code }).await;
    // Of a SAML provider.
    let saml = bench.begin("Saml").await;
    is_astray(CodeAnswer {
        state: Some(&saml["RelayState"]),
        ..code
    })
    .await;
    let _: &Federations = &bench.pool.cx.federations;
}

#[tokio::test]
async fn the_stand_in_plays_every_social_provider() {
    let bench = Bench::new().await;
    for name in ["Google", "Facebook", "LoginWithAmazon", "SignInWithApple"] {
        let hints = Hints {
            person: Some("jane"),
            ..Hints::default()
        };
        let url = bench.begin_with(name, hints).await.unwrap();
        assert!(
            url.starts_with("http://localhost:9229/_poolhouse/idp/authorize?"),
            "{url}"
        );
        let answer = bench.chosen(&pairs_of(&url));
        let answer = CodeAnswer {
            state: answer.get("state").map(String::as_str),
            code: answer.get("code").map(String::as_str),
            user: answer.get("user").map(String::as_str),
            ..CodeAnswer::default()
        };
        let finished = bench.finish(answer).await.unwrap();
        let user = finished.outcome.unwrap().user;
        assert!(
            user.username.starts_with(&format!("{name}_")),
            "{}",
            user.username
        );
        assert_eq!(user.attributes.get("email"), Some("jane@example.com"));
        assert_eq!(user.attributes.get("name"), Some("Jane Doe"));
    }
    // Nothing was asked of anybody else.
    assert!(bench.provider.seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_google_tells_beside_its_id_token_is_mapped() {
    let bench = Bench::new().await;
    let people = json!({"people": [{"id": "jane", "birthdate": "1990-05-07", "phone_number": "+12065550100",
        "addresses": [{"formattedValue": "first"}, {"metadata": {"primary": true}, "formattedValue": "1 Main St"}]}]});
    bench.pool.cx.people.replace(&people).unwrap();
    let mapping = json!({"UserPoolId": bench.pool.id.as_str(), "ProviderName": "Google", "AttributeMapping": {
        "email": "email", "birthdate": "birthdays", "phone_number": "phoneNumbers", "address": "addresses",
        "gender": "genders"}});
    bench.pool.ok("UpdateIdentityProvider", mapping).await;
    let hints = Hints {
        person: Some("jane"),
        ..Hints::default()
    };
    let url = bench.begin_with("Google", hints).await.unwrap();
    let answer = bench.chosen(&pairs_of(&url));
    let answer = CodeAnswer {
        state: answer.get("state").map(String::as_str),
        code: answer.get("code").map(String::as_str),
        ..CodeAnswer::default()
    };
    let user = bench.finish(answer).await.unwrap().outcome.unwrap().user;
    for (name, expected) in [
        ("birthdate", Some("1990-05-07")),
        ("phone_number", Some("+12065550100")),
        ("address", Some("1 Main St")),
        ("gender", None),
    ] {
        assert_eq!(user.attributes.get(name), expected, "{name}");
    }
}

#[tokio::test]
async fn a_code_of_the_stand_in_is_for_one_client_and_one_verifier() {
    let bench = Bench::with(Settings {
        identity_providers: [("Corp".to_owned(), ProviderEndpoint::StandIn)].into(),
        ..Settings::default()
    })
    .await;
    let mut asked = bench.begin("Corp").await;
    asked.insert("poolhouse_person".into(), "jane".into());
    let good = bench.chosen(&asked);
    asked.insert("code_challenge".into(), "x".into());
    let other = bench.chosen(&asked);
    let state = Some(good["state"].as_str());
    let answer = CodeAnswer {
        state,
        code: Some(&other["code"]),
        ..CodeAnswer::default()
    };
    let refused = bench.finish(answer).await.unwrap().outcome.unwrap_err();
    let text = refused.description.unwrap();
    assert!(
        text.starts_with("Bad token response: HTTP/1.1 400 Bad Request"),
        "{text}"
    );
    // One provider's social texts, by the stand-in's refusal.
    for (name, sentence) in [
        ("Google", "Google Error - 400 invalid_grant"),
        ("Facebook", "Facebook Error - 400 error getting token"),
    ] {
        let asked = bench.begin(name).await;
        let answer = CodeAnswer {
            state: Some(&asked["state"]),
            code: Some("forged"),
            ..CodeAnswer::default()
        };
        let refused = bench.finish(answer).await.unwrap().outcome.unwrap_err();
        assert_eq!(refused.description.as_deref(), Some(sentence));
    }
}
