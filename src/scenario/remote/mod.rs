//! Targets elsewhere: a Poolhouse that runs, AWS, or another server of its protocol.
//!
//! `needs` says which scenarios a target cannot play, `poolhouse` and `aws` play the others, `provision` makes of a
//! fixture the operations that make its pools, and `sweep` deletes what was left.

mod aws;
mod codes;
mod needs;
mod operate;
mod pace;
mod poolhouse;
mod provision;
mod sweep;
mod turn;
mod users;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::watch;

use self::aws::Aws;
use super::plan::{Row, Scenario};
use super::run::{End, How, Played};
use super::target::Unable;
use super::world::Start;
use crate::cli::{EndpointArgument, TargetArguments};
use crate::config::Environment;
use crate::entropy::{Entropy, Purpose};
use crate::http::{Answered, Asked, Client};
use crate::model::names::is_region;
use crate::outbound::Url;

/// How long a clock step is waited for, where it is not said.
const REAL_WAIT: Duration = Duration::from_secs(90);

/// Requests a second, where it is not said.
const MAX_RPS: usize = 5;

/// Scenarios that are played at once on AWS, where it is not said: the requests of more would only wait.
const AWS_JOBS: usize = 4;

/// What is said of what was given up.
const INTERRUPTED: &str = "interrupted";

/// Where scenarios are played.
pub(super) struct Endpoint {
    client: Client,
    url: Url,
    /// What tells this replay from others.
    run: String,
    kind: Kind,
    /// Whether what is played is to end.
    stopping: watch::Sender<bool>,
}

enum Kind {
    Poolhouse {
        /// Whether scenarios are played one by one, each in its turn.
        exclusive: bool,
    },
    Aws(Box<Aws>),
}

/// Why there is nowhere to play.
#[derive(Debug)]
pub(super) enum NotReached {
    /// What was said is wrong.
    Refused(String),
    /// Nobody answers.
    Unreachable(String),
}

impl Endpoint {
    /// The endpoint that was asked for, once it has answered.
    ///
    /// # Errors
    /// Why nothing can be played there.
    pub(super) async fn reach(
        typed: &TargetArguments,
        environment: &Environment,
    ) -> Result<Option<Arc<Self>>, NotReached> {
        let Some(endpoint) = &typed.endpoint else {
            return Ok(None);
        };
        let region = typed.region.clone().or_else(|| environment.region.clone());
        if let Some(region) = region.as_ref().filter(|region| !is_region(region)) {
            let text = format!("{region:?} is no Region; give --region eu-west-1, or the like");
            return Err(NotReached::Refused(text));
        }
        let url = match endpoint {
            EndpointArgument::Url(url) => url.clone(),
            EndpointArgument::Aws => url_of_aws(region.as_deref())?,
        };
        let client = Client::new(url.clone());
        let is_poolhouse = match endpoint {
            EndpointArgument::Aws => false,
            EndpointArgument::Url(_) => is_poolhouse(&client, &url).await?,
        };
        let kind = if is_poolhouse {
            Kind::Poolhouse {
                exclusive: typed.exclusive,
            }
        } else {
            if typed.exclusive {
                let text = "--exclusive is for a running Poolhouse; nobody plays alone on AWS";
                return Err(NotReached::Refused(text.to_owned()));
            }
            let is_aws = *endpoint == EndpointArgument::Aws;
            Kind::Aws(Box::new(Aws::new(typed, environment, region, is_aws)?))
        };
        let run = Entropy::from_os().uuid(Purpose::Ids).simple().to_string();
        let endpoint = Self {
            client,
            url,
            run,
            kind,
            stopping: watch::Sender::new(false),
        };
        if let Kind::Aws(aws) = &endpoint.kind {
            aws.admitted(&endpoint).await?;
        }
        Ok(Some(Arc::new(endpoint)))
    }

    /// How many scenarios are played at once, where it is not said and there are so many cores.
    pub(super) fn jobs(&self, asked: Option<usize>, cores: usize) -> usize {
        match &self.kind {
            Kind::Poolhouse { exclusive: true } => 1,
            Kind::Poolhouse { exclusive: false } => asked.unwrap_or(cores),
            Kind::Aws(_) => asked.unwrap_or(AWS_JOBS),
        }
    }

    /// Ends what is played: the next request of each scenario fails, and what was made for it is deleted.
    pub(super) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Deletes what is left of this replay, and says what could not be deleted.
    pub(super) async fn finish(&self) -> Vec<String> {
        match &self.kind {
            Kind::Poolhouse { .. } => Vec::new(),
            Kind::Aws(aws) => aws.finish(self).await,
        }
    }

    /// Deletes what replays have left that were killed, and says what it has done.
    ///
    /// # Errors
    /// Why it has not.
    pub(super) async fn sweep(&self) -> Result<Vec<String>, NotReached> {
        match &self.kind {
            Kind::Aws(aws) => sweep::sweep(self, aws).await,
            Kind::Poolhouse { .. } => Err(NotReached::Refused(
                "--sweep is for AWS; a Poolhouse drops what a killed replay has left with \
                 POST /_poolhouse/reset"
                    .to_owned(),
            )),
        }
    }

    /// Plays a scenario, or a row of its table.
    pub(super) async fn play(
        self: &Arc<Self>,
        scenario: &Scenario,
        row: Option<&Row>,
        start: &Start,
        how: &How,
    ) -> Played {
        if self.is_stopping() {
            return Played::ended(End::Unreachable(INTERRUPTED.to_owned()));
        }
        let world = match start.world() {
            Ok(world) => world,
            Err(error) => return Played::not_begun(scenario, &error.to_string()),
        };
        let found = match &self.kind {
            Kind::Poolhouse { exclusive } => {
                needs::beyond_poolhouse(scenario, start, &world, *exclusive)
            }
            Kind::Aws(aws) => needs::beyond_aws(scenario, aws),
        };
        if let Some((at, why)) = found {
            return Played::ended(End::Skipped(at, why));
        }
        match &self.kind {
            Kind::Poolhouse { .. } => {
                poolhouse::play(self, scenario, row, start, &world, how).await
            }
            Kind::Aws(_) => aws::play(self, scenario, row, start, &world, how).await,
        }
    }

    fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Once it is to stop.
    async fn stopped(&self) {
        let mut stopping = self.stopping.subscribe();
        // An error only once nobody can stop it any more.
        if stopping.wait_for(|stopping| *stopping).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Sends a request, unless what is played is to end.
    async fn ask(&self, asked: Asked) -> Result<Answered, Unable> {
        if self.is_stopping() {
            return Err(Unable::Unreachable(INTERRUPTED.to_owned()));
        }
        self.ask_anyway(asked).await
    }

    /// Sends a request.
    async fn ask_anyway(&self, asked: Asked) -> Result<Answered, Unable> {
        let answered = self.client.ask(asked).await;
        answered.map_err(|fault| Unable::Unreachable(format!("{}: {fault}", self.url)))
    }
}

fn url_of_aws(region: Option<&str>) -> Result<Url, NotReached> {
    let region = region.ok_or_else(|| {
        NotReached::Refused("no Region; give --region, or set AWS_REGION".to_owned())
    })?;
    let end = if region.starts_with("cn-") {
        "amazonaws.com.cn"
    } else {
        "amazonaws.com"
    };
    Url::parse(&format!("https://cognito-idp.{region}.{end}/")).map_err(NotReached::Refused)
}

/// Whether the server says that it is a Poolhouse.
async fn is_poolhouse(client: &Client, url: &Url) -> Result<bool, NotReached> {
    let asked = Asked {
        method: "GET".to_owned(),
        target: "/_poolhouse/health".to_owned(),
        host: url.authority().to_owned(),
        headers: Vec::new(),
        body: Bytes::new(),
    };
    let answered = client.ask(asked).await;
    let answered = answered.map_err(|fault| NotReached::Unreachable(format!("{url}: {fault}")))?;
    let shown = serde_json::from_slice(&answered.body).unwrap_or(serde_json::Value::Null);
    Ok(answered.status == 200 && shown.get("ok").is_some())
}

#[cfg(test)]
mod tests;
