//! The world of a scenario: a server of its own within this process, which listens nowhere.
//!
//! Its fixtures, a clock that stands, its seed, nobody outside to ask, functions only as the fixture has
//! them. What worlds share is the threads of the process and the keys that ship with it, of which no
//! answer tells: so the order in which they play never matters, and the same file gives the same bytes.

use std::sync::{Arc, OnceLock};

use serde_json::Value;

use super::plan::RuleKind;
use super::target::{Call, Doing, Service, Signer, Target, Turn, Unable, Wanted};
use super::test_api::{self, FixtureRules};
use crate::clock::{Clock, Timestamp};
use crate::config::{Config, DEFAULT_PORT};
use crate::context::{DEFAULT_ACCOUNT, DEFAULT_REGION};
use crate::crypto::CryptoPool;
use crate::emulator::Furnished;
use crate::fixtures::named::Fixtures;
use crate::fixtures::{FixtureError, Unloaded};
use crate::http::{Answered, Asked, Inside, host_of, is_loopback};
use crate::model::names::is_region;
use crate::outbound::Reach;

/// What worlds are started from, any number of them.
pub(crate) struct Start {
    fixtures: Arc<Unloaded>,
    config: Config,
    clock: Timestamp,
    crypto: CryptoPool,
    /// What the fixtures made in the first world: the same in all.
    named: OnceLock<Arc<Fixtures>>,
}

/// A world.
pub(crate) struct World {
    furnished: Furnished,
    inside: Inside,
    fixtures: Arc<Fixtures>,
    fixture_rules: FixtureRules,
}

impl Start {
    /// Worlds with these fixtures, whose servers behave as `config` says: but the clock stands at `clock`,
    /// and nobody outside is asked. Slow arithmetic runs on the threads of `crypto`.
    pub(crate) fn new(
        fixtures: Arc<Unloaded>,
        mut config: Config,
        clock: Timestamp,
        crypto: CryptoPool,
    ) -> Self {
        config.settings.outbound = Reach::None;
        config.port = DEFAULT_PORT;
        Self {
            fixtures,
            config,
            clock,
            crypto,
            named: OnceLock::new(),
        }
    }

    /// How the servers behave.
    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// What is loaded, from which seed, and at which moment the clock stands.
    pub(crate) fn beginning(&self) -> (&Arc<Unloaded>, u64, Timestamp) {
        let seed = self.config.seed.unwrap_or_default();
        (&self.fixtures, seed, self.clock)
    }

    /// A new world.
    ///
    /// # Errors
    /// What is wrong with the fixtures.
    pub(crate) fn world(&self) -> Result<World, FixtureError> {
        let Self {
            fixtures: unloaded,
            config,
            ..
        } = self;
        let clock = Clock::frozen_at(self.clock);
        let crypto = self.crypto.clone();
        let furnished = Furnished::new(config, clock, crypto, unloaded, config.port)?;
        let shared = &furnished.shared;
        let make = || Arc::new(Fixtures::of(unloaded, &furnished.loaded, shared));
        let fixtures = Arc::clone(self.named.get_or_init(make));
        let limits = config.limits.clone();
        let inside = Inside::new(shared.clone(), limits, config.guests(), config.port);
        Ok(World {
            furnished,
            inside,
            fixtures,
            fixture_rules: FixtureRules::default(),
        })
    }
}

impl World {
    /// What the server is made of, for who serves it.
    pub(crate) fn furnished(&self) -> &Furnished {
        &self.furnished
    }

    /// Ends what runs for it.
    pub(crate) async fn end(&self) {
        self.furnished.processes.stop().await;
    }

    /// Whether a host is named as AWS's are, or a pool has it for a domain of its own.
    fn is_of_aws(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let domains = &self.furnished.shared.store.domain_names;
        let region = self.region();
        host.ends_with(".amazoncognito.com")
            || host.ends_with(".amazonaws.com")
            || domains.owner(&region, &host).is_some()
    }

    fn signature(&self, signer: Signer, now: Timestamp) -> [(String, String); 2] {
        let account = signer.account.unwrap_or_else(|| self.account());
        let region = signer.region.unwrap_or_else(|| self.region());
        unchecked_signature(&account, &region, now)
    }

    fn account(&self) -> String {
        let mut pools = self.furnished.loaded.pools.iter();
        let shared = &self.furnished.shared;
        let pool = pools.find_map(|pool| shared.store.pool(&pool.id.as_str().into()).ok());
        pool.map_or_else(
            || DEFAULT_ACCOUNT.to_owned(),
            |pool| pool.account.to_string(),
        )
    }

    fn region(&self) -> String {
        let mut pools = self.furnished.loaded.pools.iter();
        let region = pools.find_map(|pool| pool.id.split_once('_').map(|(region, _)| region));
        region
            .filter(|region| is_region(region))
            .unwrap_or(DEFAULT_REGION)
            .to_owned()
    }
}

/// The headers of a signature as a Poolhouse takes it, which looks at no more than its form.
pub(super) fn unchecked_signature(
    account: &str,
    region: &str,
    now: Timestamp,
) -> [(String, String); 2] {
    let digits = now.to_digits();
    let (day, time) = digits.split_at_checked(8).unwrap_or((&digits, ""));
    // Signatures are checked for their form alone.
    let signature = "0".repeat(64);
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={account}/{day}/{region}/cognito-idp/aws4_request, \
         SignedHeaders=host;x-amz-date;x-amz-target, Signature={signature}"
    );
    [
        ("authorization".to_owned(), authorization),
        ("x-amz-date".to_owned(), format!("{day}T{time}Z")),
    ]
}

impl Target for World {
    fn service(&self) -> Service {
        Service::Poolhouse
    }

    fn fixtures(&self) -> &Arc<Fixtures> {
        &self.fixtures
    }

    fn now(&self) -> Doing<'_, Timestamp> {
        Box::pin(std::future::ready(Ok(self.furnished.shared.clock.now())))
    }

    fn call(&self, call: Call) -> Doing<'_, Answered> {
        let signature = call
            .signer
            .clone()
            .map(|signer| self.signature(signer, call.now));
        let headers = call.wire_headers(signature.into_iter().flatten());
        self.request(Asked {
            method: "POST".to_owned(),
            target: "/".to_owned(),
            host: self.host(),
            headers,
            body: call.input,
        })
    }

    fn host(&self) -> String {
        format!("localhost:{DEFAULT_PORT}")
    }

    fn has_host(&self, host: &str) -> bool {
        let name = host_of(host);
        is_loopback(name) || self.is_of_aws(name)
    }

    fn request(&self, asked: Asked) -> Doing<'_, Answered> {
        Box::pin(async move { self.inside.answer(asked).await.map_err(Unable::Refused) })
    }

    fn message<'a>(&'a self, wanted: &'a Wanted) -> Doing<'a, Option<Value>> {
        Box::pin(test_api::message(self, wanted, &|_| true))
    }

    fn turn_clock(&self, turn: Turn) -> Doing<'_, Timestamp> {
        Box::pin(test_api::turn_clock(self, turn))
    }

    fn direct(&self, kind: RuleKind, rules: Vec<Value>) -> Doing<'_, ()> {
        Box::pin(test_api::direct(self, kind, rules, &self.fixture_rules))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::time::{Duration, Instant};

    use serde_json::json;

    use crate::model::cognito_idp::Operation;
    use crate::scenario::plan::FIRST_MOMENT;

    fn start() -> Start {
        let config = Config {
            seed: Some(1),
            ..Config::default()
        };
        Start::new(
            Arc::new(Unloaded::read(&[])),
            config,
            FIRST_MOMENT,
            CryptoPool::default(),
        )
    }

    fn call(operation: Operation, input: &Value) -> Call {
        Call {
            operation,
            input: input.to_string().into(),
            signer: operation.signed().then(Signer::default),
            headers: Vec::new(),
            now: FIRST_MOMENT,
        }
    }

    async fn json(world: &World, operation: Operation, input: Value) -> Value {
        let answered = world.call(call(operation, &input)).await.unwrap();
        assert_eq!(answered.status, 200, "{answered:?}");
        serde_json::from_slice(&answered.body).unwrap()
    }

    fn get(host: &str, target: &str) -> Asked {
        Asked {
            method: "GET".into(),
            target: target.into(),
            host: host.into(),
            headers: Vec::new(),
            body: bytes::Bytes::new(),
        }
    }

    #[tokio::test]
    async fn a_world_answers_as_a_server_does() {
        let world = start().world().unwrap();
        let fixtures = world.fixtures();
        let pool = fixtures.pool.as_ref().unwrap()["Id"].clone();
        assert_eq!(pool, "us-east-1_PoolHouse");
        assert!(fixtures.client.is_none() && fixtures.users["bob"]["Password"] == "Poolhouse-1");
        let web = fixtures.clients["web"]["ClientId"].clone();
        let secret = &fixtures.clients["server"]["ClientSecret"];
        assert!(
            secret
                .as_str()
                .is_some_and(|it| it.starts_with("poolhouse0test"))
        );
        let input = json!({"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": web,
            "AuthParameters": {"USERNAME": "alice", "PASSWORD": "Poolhouse-1"}});
        let signed_in = json(&world, Operation::InitiateAuth, input).await;
        assert_eq!(signed_in["AuthenticationResult"]["ExpiresIn"], 3600);
        let got = json!({"UserPoolId": pool, "Username": "alice"});
        let alice = json(&world, Operation::AdminGetUser, got.clone()).await;
        assert_eq!(alice["UserStatus"], "CONFIRMED");
        let unsigned = Call {
            signer: None,
            ..call(Operation::AdminGetUser, &got)
        };
        let refused = world.call(unsigned).await.unwrap();
        let kind = refused.header("x-amzn-errortype");
        assert_eq!(kind, Some("MissingAuthenticationTokenException:"));
        let path = "/us-east-1_PoolHouse/.well-known/jwks.json";
        let keys = world.request(get("localhost", path)).await.unwrap();
        let keys: Value = serde_json::from_slice(&keys.body).unwrap();
        assert_eq!(keys["keys"].as_array().map(Vec::len), Some(2));
    }

    #[tokio::test]
    async fn messages_are_new_once_for_each_destination() {
        let world = start().world().unwrap();
        let web = world.fixtures().clients["web"]["ClientId"].clone();
        let input = json!({"ClientId": web, "Username": "alice"});
        json(&world, Operation::ForgotPassword, input).await;
        let mut wanted = Wanted {
            username: Some("alice".into()),
            ..Wanted::default()
        };
        let message = world.message(&wanted).await.unwrap().unwrap();
        assert_eq!(message["kind"], "ForgotPassword");
        let id = message["id"].as_u64().unwrap();
        wanted.read.insert("bob@example.com".into(), id);
        assert!(world.message(&wanted).await.unwrap().is_some());
        wanted.read.insert("alice@example.com".into(), id);
        assert_eq!(world.message(&wanted).await, Ok(None));
    }

    #[tokio::test]
    async fn its_clock_and_rules_are_those_of_the_test_api() {
        let world = start().world().unwrap();
        let later = world.turn_clock(Turn::Advance(1_860_500)).await.unwrap();
        assert_eq!(later.0 - FIRST_MOMENT.0, 1_860_500);
        assert_eq!(world.now().await, Ok(later));
        let back = world.turn_clock(Turn::Set(FIRST_MOMENT)).await.unwrap();
        assert_eq!(back, FIRST_MOMENT);
        let rule = json!({"trigger": "PreSignUp", "error": "No."});
        world.direct(RuleKind::Trigger, vec![rule]).await.unwrap();
        let shown = world.furnished.shared.trigger_rules.all();
        assert_eq!(shown.len(), 1);
        world.direct(RuleKind::Trigger, Vec::new()).await.unwrap();
        assert!(world.furnished.shared.trigger_rules.all().is_empty());
        let wrong = world.direct(RuleKind::Risk, vec![json!({"riskLevl": "High"})]);
        assert!(matches!(wrong.await, Err(Unable::Refused(text)) if text.contains("riskLevl")));
    }

    #[tokio::test]
    async fn the_same_seed_gives_the_same_bytes() {
        let start = start();
        let mut answers = Vec::new();
        for _ in 0..2 {
            let world = start.world().unwrap();
            let web = world.fixtures().clients["web"]["ClientId"].clone();
            let input = json!({"ClientId": web, "Username": "zoe", "Password": "Poolhouse-1",
                "UserAttributes": [{"Name": "email", "Value": "zoe@example.com"}]});
            let answered = world.call(call(Operation::SignUp, &input)).await.unwrap();
            let wanted = Wanted {
                username: Some("zoe".into()),
                ..Wanted::default()
            };
            answers.push((answered, world.message(&wanted).await.unwrap()));
        }
        assert_eq!(answers[0].0.status, 200);
        assert_eq!(answers[0], answers[1]);
    }

    #[tokio::test]
    async fn a_world_is_there_at_once() {
        let start = start();
        drop(start.world());
        let began = Instant::now();
        for _ in 0..100 {
            drop(start.world());
        }
        let each = began.elapsed() / 100;
        eprintln!("{each:?}");
        assert!(each < Duration::from_millis(20), "{each:?}");
    }
}
