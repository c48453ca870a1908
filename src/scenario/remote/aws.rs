//! AWS, or another server of its protocol: what fixtures say is made by ordinary operations, and deleted afterwards.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::operate::{Operator, Trouble};
use super::pace::Pace;
use super::poolhouse::made_pool;
use super::provision::{self, TAG};
use super::{Endpoint, INTERRUPTED, Kind, MAX_RPS, NotReached, REAL_WAIT, codes, needs, sweep};
use crate::cli::TargetArguments;
use crate::clock::{Clock, Timestamp};
use crate::config::Environment;
use crate::context::DEFAULT_REGION;
use crate::fixtures::named::Fixtures;
use crate::http::{Answered, Asked, Client, Credentials, host_of, sign};
use crate::model::cognito_idp::Operation;
use crate::outbound::Url;
use crate::scenario::plan::{Row, RuleKind, Scenario};
use crate::scenario::run::{self, End, How, Played};
use crate::scenario::target::{Call, Doing, Service, Target, Turn, Unable, Wanted};
use crate::scenario::world::{Start, World};

/// What is known of AWS.
pub(super) struct Aws {
    credentials: Credentials,
    region: String,
    /// Whether it is AWS itself, whose domains have hosts of their own.
    is_aws: bool,
    real_wait: Duration,
    pub(super) codes: Option<String>,
    pace: Pace,
    clock: Clock,
    /// The pools that were made and are not deleted.
    pools: Mutex<BTreeSet<String>>,
    /// Whether a pool may have been made of which nobody was told.
    lost: AtomicBool,
}

impl Aws {
    /// # Errors
    /// Credentials that are not there.
    pub(super) fn new(
        typed: &TargetArguments,
        environment: &Environment,
        region: Option<String>,
        is_aws: bool,
    ) -> Result<Self, NotReached> {
        let credentials = environment.credentials.clone().ok_or_else(|| {
            NotReached::Refused(
                "no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and \
                 AWS_SESSION_TOKEN for temporary ones"
                    .to_owned(),
            )
        })?;
        Ok(Self {
            credentials,
            region: region.unwrap_or_else(|| DEFAULT_REGION.to_owned()),
            is_aws,
            real_wait: typed.real_wait.unwrap_or(REAL_WAIT),
            codes: typed.codes.clone(),
            pace: Pace::new(typed.max_rps.unwrap_or(MAX_RPS)),
            clock: Clock::running(),
            pools: Mutex::default(),
            lost: AtomicBool::new(false),
        })
    }

    /// Whether the credentials are good for anything.
    pub(super) async fn admitted(&self, endpoint: &Endpoint) -> Result<(), NotReached> {
        let operator = self.operator(endpoint, false);
        let input = Map::from_iter([("MaxResults".to_owned(), json!(1))]);
        match operator.call(Operation::ListUserPools, &input).await {
            Ok(_) => Ok(()),
            Err(Trouble::Unreachable(text)) => Err(NotReached::Unreachable(text)),
            Err(trouble) => {
                let Endpoint { url, .. } = endpoint;
                Err(match trouble.remedy() {
                    Some(remedy) => NotReached::Refused(format!(
                        "{url} does not take these credentials for {}: {trouble} ({remedy})",
                        self.region
                    )),
                    None => NotReached::Unreachable(format!(
                        "{url} is no Amazon Cognito: ListUserPools: {trouble}"
                    )),
                })
            }
        }
    }

    /// Its time, which is ours.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) fn operator<'a>(&'a self, endpoint: &'a Endpoint, anyway: bool) -> Operator<'a> {
        Operator {
            endpoint,
            aws: self,
            anyway,
        }
    }

    pub(super) fn made(&self, pool: String) {
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        pools.insert(pool);
    }

    pub(super) fn gone(&self, pool: &str) {
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        pools.remove(pool);
    }

    fn left(&self) -> Vec<String> {
        let pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        pools.iter().cloned().collect()
    }

    /// Deletes what is left of all scenarios, and says what could not be.
    pub(super) async fn finish(&self, endpoint: &Endpoint) -> Vec<String> {
        let mut faults = Vec::new();
        if self.lost.load(Ordering::Relaxed) {
            match sweep::of_run(endpoint, self).await {
                Ok(pools) => pools.into_iter().for_each(|pool| self.made(pool)),
                Err(fault) => faults.push(format!(
                    "a user pool may be left, for the answer to CreateUserPool was lost: {fault}"
                )),
            }
        }
        for pool in self.left() {
            if let Err(fault) = self.delete(endpoint, &pool).await {
                faults.push(format!("user pool {pool} is left: {fault}"));
            }
        }
        faults
    }

    async fn delete(&self, endpoint: &Endpoint, pool: &str) -> Result<(), Trouble> {
        self.operator(endpoint, true).delete_pool(pool).await?;
        self.gone(pool);
        Ok(())
    }
}

/// Calls that are signed.
pub(super) struct Signing<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) aws: &'a Aws,
    pub(super) anyway: bool,
}

impl Signing<'_> {
    /// Sends a call, signed where somebody signs it, once it is its turn.
    pub(super) async fn call(&self, mut call: Call) -> Result<Answered, Unable> {
        let Self { endpoint, aws, .. } = self;
        aws.pace.turn().await;
        let mut asked = Asked {
            method: "POST".to_owned(),
            target: "/".to_owned(),
            host: endpoint.url.authority().to_owned(),
            headers: call.wire_headers([]),
            body: std::mem::take(&mut call.input),
        };
        let has_own = |(name, _): &(String, String)| name.eq_ignore_ascii_case("authorization");
        if let Some(signer) = &call.signer
            && !call.headers.iter().any(has_own)
        {
            let region = signer.region.as_deref().unwrap_or(&aws.region);
            sign(&mut asked, &aws.credentials, region, aws.now());
        }
        let answered = if self.anyway {
            endpoint.ask_anyway(asked).await
        } else {
            endpoint.ask(asked).await
        };
        if call.operation == Operation::CreateUserPool && answered.is_err() {
            aws.lost.store(true, Ordering::Relaxed);
        }
        answered
    }
}

/// The pools of a scenario.
struct Pools {
    endpoint: Arc<Endpoint>,
    fixtures: Arc<Fixtures>,
    /// Those that were made, of the fixtures and by the scenario.
    made: Mutex<Vec<String>>,
}

/// Makes the pools of a scenario, plays it, and deletes them.
pub(super) async fn play(
    endpoint: &Arc<Endpoint>,
    scenario: &Scenario,
    row: Option<&Row>,
    start: &Start,
    world: &World,
    how: &How,
) -> Played {
    let Kind::Aws(aws) = &endpoint.kind else {
        return Played::ended(End::Unreachable("no AWS".to_owned()));
    };
    let skipped = |why: String| Played::ended(End::Skipped(scenario.title.at.clone(), why));
    let plan = match provision::plan(start.beginning().0, world, &endpoint.run) {
        Ok(plan) => plan,
        Err(why) => return skipped(why),
    };
    if let Some(why) = needs::pinned_id(scenario, start, true).or_else(|| plan.missed_by(scenario))
    {
        return skipped(why);
    }
    let mut made = Vec::new();
    let renaming = plan
        .make(&aws.operator(endpoint, false), aws, &mut made)
        .await;
    let mut played = match renaming {
        Err(Trouble::Unreachable(text)) => Played::ended(End::Unreachable(text)),
        Err(trouble) if trouble.is_expired() => Played::ended(End::Unreachable(expired(&trouble))),
        Err(trouble) => {
            let text = format!("its fixtures cannot be made: {trouble}");
            Played::not_begun(scenario, &text)
        }
        Ok(renaming) => {
            let target = Arc::new(Pools {
                endpoint: Arc::clone(endpoint),
                fixtures: Arc::new(Target::fixtures(world).renamed(&renaming)),
                made: Mutex::new(std::mem::take(&mut made)),
            });
            let as_target = Arc::clone(&target);
            let played = run::play(scenario, row, as_target, how).await;
            made.clone_from(&target.made());
            played
        }
    };
    for pool in made {
        if let Err(fault) = aws.delete(endpoint, &pool).await {
            played
                .remarks
                .push(format!("user pool {pool} is not deleted: {fault}"));
        }
    }
    played
}

/// That nothing more can be called.
fn expired(trouble: &Trouble) -> String {
    format!(
        "the credentials have expired meanwhile ({trouble}); get new ones: with them --sweep deletes what is left, \
         and the replay goes through"
    )
}

impl Pools {
    fn aws(&self) -> Result<&Aws, Unable> {
        match &self.endpoint.kind {
            Kind::Aws(aws) => Ok(aws.as_ref()),
            Kind::Poolhouse { .. } => Err(Unable::Unreachable("no AWS".to_owned())),
        }
    }

    fn made(&self) -> Vec<String> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.clone()
    }

    /// Marks a pool that a step makes as this replay's, so that nothing of it stays.
    fn tagged(&self, call: &mut Call) {
        if call.operation != Operation::CreateUserPool {
            return;
        }
        let Ok(Value::Object(mut input)) = serde_json::from_slice(&call.input) else {
            return;
        };
        let tags = input.entry("UserPoolTags").or_insert_with(|| json!({}));
        if let Value::Object(tags) = tags {
            tags.insert(TAG.to_owned(), self.endpoint.run.clone().into());
            call.input = Value::Object(input).to_string().into();
        }
    }

    /// A host of AWS's beside the endpoint's.
    async fn elsewhere(&self, mut asked: Asked) -> Result<Answered, Unable> {
        asked.host = asked.host.to_ascii_lowercase();
        let url = Url::parse(&format!("https://{}/", asked.host)).map_err(Unable::Refused)?;
        let answered = Client::new(url).ask(asked).await;
        answered.map_err(Unable::Unreachable)
    }
}

impl Target for Pools {
    fn service(&self) -> Service {
        Service::Aws
    }

    fn run(&self) -> Option<&str> {
        Some(&self.endpoint.run)
    }

    fn fixtures(&self) -> &Arc<Fixtures> {
        &self.fixtures
    }

    fn now(&self) -> Doing<'_, Timestamp> {
        Box::pin(async { Ok(self.aws()?.now()) })
    }

    fn call(&self, mut call: Call) -> Doing<'_, Answered> {
        Box::pin(async move {
            let aws = self.aws()?;
            if call.signer.as_ref().is_some_and(|it| it.account.is_some()) {
                let text = "the account of a signature is that of the credentials";
                return Err(Unable::Beyond(text.to_owned()));
            }
            self.tagged(&mut call);
            let operation = call.operation;
            let signing = Signing {
                endpoint: &self.endpoint,
                aws,
                anyway: false,
            };
            let is_signed = call.signer.is_some();
            let answered = signing.patiently(call).await?;
            if let Some(trouble) = Trouble::of(&answered).filter(|it| is_signed && it.is_expired())
            {
                return Err(Unable::Unreachable(expired(&trouble)));
            }
            if let Some(pool) = made_pool(operation, &answered) {
                aws.made(pool.clone());
                let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
                made.push(pool);
            }
            Ok(answered)
        })
    }

    fn host(&self) -> String {
        self.endpoint.url.authority().to_owned()
    }

    fn has_host(&self, host: &str) -> bool {
        let name = host_of(host).to_ascii_lowercase();
        let is_aws = self.aws().is_ok_and(|aws| aws.is_aws);
        host.eq_ignore_ascii_case(&self.host())
            || (is_aws
                && (name.ends_with(".amazoncognito.com") || name.ends_with(".amazonaws.com")))
    }

    fn request(&self, asked: Asked) -> Doing<'_, Answered> {
        Box::pin(async move {
            if asked.target.starts_with("/_poolhouse") {
                let text = "AWS has no test API";
                return Err(Unable::Beyond(text.to_owned()));
            }
            self.aws()?.pace.turn().await;
            if asked.host.eq_ignore_ascii_case(&self.host()) {
                return self.endpoint.ask(asked).await;
            }
            self.elsewhere(asked).await
        })
    }

    fn message<'a>(&'a self, wanted: &'a Wanted) -> Doing<'a, Option<Value>> {
        Box::pin(async move {
            let Some(command) = &self.aws()?.codes else {
                let text = "nobody reads AWS's messages here";
                return Err(Unable::Beyond(text.to_owned()));
            };
            tokio::select! {
                asked = codes::ask(command, wanted) => asked,
                () = self.endpoint.stopped() => Err(Unable::Unreachable(INTERRUPTED.to_owned())),
            }
        })
    }

    fn turn_clock(&self, turn: Turn) -> Doing<'_, Timestamp> {
        Box::pin(async move {
            let aws = self.aws()?;
            let Turn::Advance(milliseconds) = turn else {
                return Err(Unable::Beyond("AWS's clock cannot be set".to_owned()));
            };
            let beyond = |text: String| Err(Unable::Beyond(text));
            let Ok(milliseconds) = u64::try_from(milliseconds) else {
                return beyond("AWS's clock does not go back".to_owned());
            };
            let span = Duration::from_millis(milliseconds);
            if span > aws.real_wait {
                return beyond(format!(
                    "AWS's clock is waited for, and {} is longer than {}; --real-wait waits longer",
                    humantime::format_duration(span),
                    humantime::format_duration(aws.real_wait)
                ));
            }
            tokio::select! {
                () = tokio::time::sleep(span) => Ok(aws.now()),
                () = self.endpoint.stopped() => Err(Unable::Unreachable(INTERRUPTED.to_owned())),
            }
        })
    }

    fn direct(&self, kind: RuleKind, _: Vec<Value>) -> Doing<'_, ()> {
        let text = format!("AWS takes no rule of `{}`", kind.word());
        Box::pin(std::future::ready(Err(Unable::Beyond(text))))
    }
}
