//! A Poolhouse that runs: the fixtures go into an account of the scenario's own, which is dropped afterwards.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use serde_json::{Value, json};

use super::{Endpoint, INTERRUPTED, Kind, turn};
use crate::clock::Timestamp;
use crate::context::DEFAULT_REGION;
use crate::fixtures::named::{Fixtures, Renaming};
use crate::http::{Answered, Asked, host_of, is_loopback};
use crate::model::cognito_idp::Operation;
use crate::scenario::plan::{Row, RuleKind, Scenario};
use crate::scenario::run::{self, End, How, Played};
use crate::scenario::target::{Call, Doing, Service, Target, Turn, Unable, Wanted};
use crate::scenario::test_api::{self, FixtureRules};
use crate::scenario::world::{Start, World, unchecked_signature};

/// The account of a scenario.
struct Branch {
    endpoint: Arc<Endpoint>,
    account: String,
    fixtures: Arc<Fixtures>,
    /// The pools of the account: those of the fixtures, and those that the scenario makes.
    pools: Mutex<Vec<String>>,
    fixture_rules: FixtureRules,
}

/// Plays a scenario in an account of its own; alone, between a snapshot and its restoration.
pub(super) async fn play(
    endpoint: &Arc<Endpoint>,
    scenario: &Scenario,
    row: Option<&Row>,
    start: &Start,
    world: &World,
    how: &How,
) -> Played {
    let turn = match &endpoint.kind {
        Kind::Poolhouse { exclusive: true } => match turn::Held::take(endpoint).await {
            Ok(turn) => Some(turn),
            Err(unable) => return not_begun(scenario, unable),
        },
        Kind::Poolhouse { exclusive: false } | Kind::Aws(_) => None,
    };
    let mut played = play_in_turn(endpoint, scenario, row, start, world, how).await;
    if let Some(turn) = turn
        && let (Err(unable), End::Passed) = (turn.give_back().await, &played.end)
    {
        played.end = not_begun(scenario, unable).end;
    }
    played
}

async fn play_in_turn(
    endpoint: &Arc<Endpoint>,
    scenario: &Scenario,
    row: Option<&Row>,
    start: &Start,
    world: &World,
    how: &How,
) -> Played {
    let is_alone = matches!(&endpoint.kind, Kind::Poolhouse { exclusive: true });
    let snapshot = turn::holder(&endpoint.run);
    let begun = begin(
        endpoint,
        start,
        world,
        is_alone.then_some(snapshot.as_str()),
    )
    .await;
    let branch = match begun {
        Ok(branch) => Arc::new(branch),
        Err(unable) => {
            if is_alone {
                let _ = restore(endpoint, &snapshot).await;
            }
            return not_begun(scenario, unable);
        }
    };
    let target = Arc::clone(&branch);
    let mut played = run::play(scenario, row, target, how).await;
    let mut end = drop_account(endpoint, &branch.account).await;
    if is_alone {
        end = end.and(restore(endpoint, &snapshot).await);
    }
    if let (Err(unable), End::Passed) = (end, &played.end) {
        played.end = not_begun(scenario, unable).end;
    }
    played
}

fn not_begun(scenario: &Scenario, unable: Unable) -> Played {
    match unable {
        Unable::Refused(text) => Played::not_begun(scenario, &text),
        Unable::Beyond(text) => Played::ended(End::Skipped(scenario.title.at.clone(), text)),
        Unable::Unreachable(text) => Played::ended(End::Unreachable(text)),
    }
}

async fn begin(
    endpoint: &Arc<Endpoint>,
    start: &Start,
    world: &World,
    snapshot: Option<&str>,
) -> Result<Branch, Unable> {
    let (fixtures, seed, clock) = start.beginning();
    if let Some(name) = snapshot {
        let body = json!({"name": name, "replace": true});
        ask(endpoint, "POST", "snapshots", Some(body)).await?;
        let body = json!({"set": clock.to_rfc3339(), "freeze": true});
        ask(endpoint, "POST", "clock", Some(body)).await?;
    }
    let trees = fixtures.trees();
    // A list at the top of a file stands for its pools.
    let trees = trees.into_iter().map(|tree| match tree {
        Value::Array(pools) => json!({ "UserPools": pools }),
        other => other,
    });
    let body = json!({"fixture": trees.collect::<Vec<_>>(), "seed": seed});
    let made = ask(endpoint, "POST", "branches", Some(body)).await?;
    let account = made.get("account").and_then(Value::as_str);
    let account = account.ok_or_else(|| Unable::Refused(format!("no branch: {made}")))?;
    let renaming = Renaming {
        pools: ids(&made, "pools"),
        clients: ids(&made, "clients"),
        ..Renaming::default()
    };
    let pools = renaming.pools.values().cloned().collect();
    Ok(Branch {
        endpoint: Arc::clone(endpoint),
        account: account.to_owned(),
        fixtures: Arc::new(crate::scenario::target::Target::fixtures(world).renamed(&renaming)),
        pools: Mutex::new(pools),
        fixture_rules: FixtureRules::default(),
    })
}

/// New ids by old ones.
fn ids(made: &Value, kind: &str) -> BTreeMap<String, String> {
    let things = made.get(kind).and_then(Value::as_object);
    let pairs = things.into_iter().flatten().filter_map(|(_, ids)| {
        let text = |name| Some(ids.get(name)?.as_str()?.to_owned());
        Some((text("old")?, text("new")?))
    });
    pairs.collect()
}

async fn drop_account(endpoint: &Endpoint, account: &str) -> Result<(), Unable> {
    let route = format!("branches/{account}");
    ask(endpoint, "DELETE", &route, None).await.map(drop)
}

pub(super) async fn restore(endpoint: &Endpoint, snapshot: &str) -> Result<(), Unable> {
    let route = format!("snapshots/{snapshot}/restore");
    ask(endpoint, "POST", &route, None).await?;
    let route = format!("snapshots/{snapshot}");
    ask(endpoint, "DELETE", &route, None).await.map(drop)
}

/// Asks a route of the test API, whether what is played is to end or not.
pub(super) async fn ask(
    endpoint: &Endpoint,
    method: &str,
    route: &str,
    body: Option<Value>,
) -> Result<Value, Unable> {
    let answered = send(endpoint, method, route, body).await?;
    test_api::shown(route, &answered)
}

/// The same; a refusal is its status and its text.
pub(super) async fn ask_for(
    endpoint: &Endpoint,
    method: &str,
    route: &str,
    body: Option<Value>,
) -> Result<Result<Value, (u16, String)>, Unable> {
    let answered = send(endpoint, method, route, body).await?;
    match test_api::shown(route, &answered) {
        Ok(shown) => Ok(Ok(shown)),
        Err(Unable::Refused(text)) => Ok(Err((answered.status, text))),
        Err(other) => Err(other),
    }
}

async fn send(
    endpoint: &Endpoint,
    method: &str,
    route: &str,
    body: Option<Value>,
) -> Result<Answered, Unable> {
    let asking = endpoint.ask_anyway(Asked {
        method: method.to_owned(),
        target: format!("/_poolhouse/{route}"),
        host: endpoint.url.authority().to_owned(),
        headers: Vec::new(),
        body: body.map_or_else(Bytes::new, |body| body.to_string().into()),
    });
    asking.await
}

impl Branch {
    fn is_own(&self, pool: &str) -> bool {
        let pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        pools.iter().any(|own| own == pool)
    }

    fn region(&self) -> String {
        let pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        let first = pools.first().and_then(|pool| pool.split_once('_'));
        first
            .map_or(DEFAULT_REGION, |(region, _)| region)
            .to_owned()
    }

    /// Remembers a pool that the scenario has made.
    fn note(&self, operation: Operation, answered: &Answered) {
        if let Some(id) = made_pool(operation, answered) {
            let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
            pools.push(id);
        }
    }
}

/// The id of the pool that an answer tells of.
pub(super) fn made_pool(operation: Operation, answered: &Answered) -> Option<String> {
    if operation != Operation::CreateUserPool || answered.status != 200 {
        return None;
    }
    let made: Value = serde_json::from_slice(&answered.body).ok()?;
    Some(made.get("UserPool")?.get("Id")?.as_str()?.to_owned())
}

impl Target for Branch {
    fn service(&self) -> Service {
        Service::Poolhouse
    }

    fn run(&self) -> Option<&str> {
        Some(&self.endpoint.run)
    }

    fn fixtures(&self) -> &Arc<Fixtures> {
        &self.fixtures
    }

    fn now(&self) -> Doing<'_, Timestamp> {
        Box::pin(async {
            let shown = test_api::ask(self, "GET", "clock", None).await?;
            test_api::moment(&shown)
        })
    }

    fn call(&self, call: Call) -> Doing<'_, Answered> {
        Box::pin(async move {
            let operation = call.operation;
            let signature = call.signer.clone().map(|signer| {
                let account = signer.account.unwrap_or_else(|| self.account.clone());
                let region = signer.region.unwrap_or_else(|| self.region());
                unchecked_signature(&account, &region, call.now)
            });
            let headers = call.wire_headers(signature.into_iter().flatten());
            let asked = Asked {
                method: "POST".to_owned(),
                target: "/".to_owned(),
                host: self.host(),
                headers,
                body: call.input,
            };
            let answered = self.request(asked).await?;
            self.note(operation, &answered);
            Ok(answered)
        })
    }

    fn host(&self) -> String {
        self.endpoint.url.authority().to_owned()
    }

    fn has_host(&self, host: &str) -> bool {
        let name = host_of(host).to_ascii_lowercase();
        is_loopback(&name)
            || host == self.host()
            || name.ends_with(".amazoncognito.com")
            || name.ends_with(".amazonaws.com")
    }

    fn request(&self, asked: Asked) -> Doing<'_, Answered> {
        Box::pin(self.endpoint.ask(asked))
    }

    fn message<'a>(&'a self, wanted: &'a Wanted) -> Doing<'a, Option<Value>> {
        Box::pin(async move {
            let is_own = |pool: &str| self.is_own(pool);
            tokio::select! {
                found = test_api::message(self, wanted, &is_own) => found,
                () = self.endpoint.stopped() => Err(Unable::Unreachable(INTERRUPTED.to_owned())),
            }
        })
    }

    fn turn_clock(&self, turn: Turn) -> Doing<'_, Timestamp> {
        Box::pin(test_api::turn_clock(self, turn))
    }

    fn direct(&self, kind: RuleKind, rules: Vec<Value>) -> Doing<'_, ()> {
        Box::pin(test_api::direct(self, kind, rules, &self.fixture_rules))
    }
}
