//! What the runner costs beside what it calls.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{End, How, play};
use crate::clock::Timestamp;
use crate::config::Config;
use crate::crypto::CryptoPool;
use crate::fixtures::Unloaded;
use crate::fixtures::named::Fixtures;
use crate::http::{Answered, Asked};
use crate::scenario::plan::{FIRST_MOMENT, RuleKind};
use crate::scenario::read;
use crate::scenario::target::{Call, Doing, Service, Target, Turn, Wanted};
use crate::scenario::world::{Start, World};

/// A world, and the time that its answers took.
struct Timed {
    world: World,
    spent: Mutex<Duration>,
}

impl Timed {
    fn timed<'a, T: Send + 'a>(&'a self, doing: Doing<'a, T>) -> Doing<'a, T> {
        Box::pin(async move {
            let began = Instant::now();
            let done = doing.await;
            *self.spent.lock().unwrap() += began.elapsed();
            done
        })
    }
}

impl Target for Timed {
    fn service(&self) -> Service {
        self.world.service()
    }

    fn fixtures(&self) -> &Arc<Fixtures> {
        self.world.fixtures()
    }

    fn now(&self) -> Doing<'_, Timestamp> {
        self.world.now()
    }

    fn call(&self, call: Call) -> Doing<'_, Answered> {
        self.timed(self.world.call(call))
    }

    fn host(&self) -> String {
        self.world.host()
    }

    fn has_host(&self, host: &str) -> bool {
        self.world.has_host(host)
    }

    fn request(&self, asked: Asked) -> Doing<'_, Answered> {
        self.timed(self.world.request(asked))
    }

    fn message<'a>(&'a self, wanted: &'a Wanted) -> Doing<'a, Option<Value>> {
        self.timed(self.world.message(wanted))
    }

    fn turn_clock(&self, turn: Turn) -> Doing<'_, Timestamp> {
        self.timed(self.world.turn_clock(turn))
    }

    fn direct(&self, kind: RuleKind, rules: Vec<Value>) -> Doing<'_, ()> {
        self.timed(self.world.direct(kind, rules))
    }
}

/// The bound is 1.2 for a release, which `scripts/bench` holds; here it is loose, for builds of which
/// nothing is optimised.
#[tokio::test]
async fn a_runner_costs_little_beside_what_it_calls() {
    let scenarios = read::scenarios(&["fixtures/scenarios/reset-code.scenario.yaml".into()]);
    let scenarios = scenarios.unwrap();
    let config = Config {
        seed: Some(1),
        ..Config::default()
    };
    let fixtures = Arc::new(Unloaded::read(&[]));
    let start = Start::new(fixtures, config, FIRST_MOMENT, CryptoPool::default());
    let (mut all, mut called) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..20 {
        let target = Arc::new(Timed {
            world: start.world().unwrap(),
            spent: Mutex::default(),
        });
        let began = Instant::now();
        let played = play(&scenarios[0], None, target.clone(), &How::default()).await;
        all += began.elapsed();
        called += *target.spent.lock().unwrap();
        assert!(matches!(played.end, End::Passed), "{:?}", played.end);
    }
    let ratio = all.as_secs_f64() / called.as_secs_f64();
    println!("{all:?} of which {called:?} in calls: {ratio:.3}");
    assert!(ratio < 2.0, "{all:?} of which {called:?} in calls");
}
