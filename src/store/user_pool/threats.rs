//! What a pool keeps for threat protection: risk configurations and auth events.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::change::{Change, Staged};
use super::draft::Draft;
use super::replica::RiskSender;
use crate::clock::Timestamp;
use crate::model::cognito_idp::{
    AccountTakeoverRiskConfigurationType, ChallengeName, ChallengeResponse,
    CompromisedCredentialsRiskConfigurationType, EventResponseType, EventType, FeedbackValueType,
    NotifyConfigurationType, RiskConfigurationType, RiskDecisionType,
    RiskExceptionConfigurationType, RiskLevelType,
};
use crate::model::{ClientId, PoolId};

/// How far threat protection goes, where it is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// It assesses.
    Audit,
    /// It assesses and acts.
    Enforced,
}

/// What a pool knows of risk.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Threats {
    /// What it does about it.
    pub configurations: RiskConfigurations,
    /// What its users did.
    pub events: AuthEvents,
}

/// What was set for a pool or for one of its clients.
#[derive(Debug, Clone, PartialEq)]
pub struct RiskConfiguration {
    pub(crate) compromised: Option<CompromisedCredentialsRiskConfigurationType>,
    pub(crate) takeover: Option<AccountTakeoverRiskConfigurationType>,
    pub(crate) exceptions: Option<RiskExceptionConfigurationType>,
    pub(crate) modified: Timestamp,
}

/// The configurations of a pool.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RiskConfigurations {
    of_pool: Option<Arc<RiskConfiguration>>,
    of_clients: BTreeMap<ClientId, Arc<RiskConfiguration>>,
}

impl RiskConfigurations {
    /// Sets or takes away what holds for a client, or for the pool.
    pub(super) fn publish(&mut self, change: Staged<Option<ClientId>, RiskConfiguration>) {
        match change {
            Staged::Put(None, set) => self.of_pool = Some(set),
            Staged::Put(Some(client), set) => {
                self.of_clients.insert(client, set);
            }
            Staged::Remove(None) => self.of_pool = None,
            Staged::Remove(Some(client)) => self.forget_client(&client),
        }
    }

    /// A client is gone, and its configuration with it.
    pub(super) fn forget_client(&mut self, client: &ClientId) {
        self.of_clients.remove(client);
    }

    /// What was set for exactly this client, or for the pool.
    pub(crate) fn of(&self, client: Option<&ClientId>) -> Option<&Arc<RiskConfiguration>> {
        match client {
            None => self.of_pool.as_ref(),
            Some(client) => self.of_clients.get(client),
        }
    }

    /// What holds for requests of a client.
    pub(crate) fn for_client(&self, client: &ClientId) -> Option<Arc<RiskConfiguration>> {
        self.of(Some(client)).or(self.of_pool.as_ref()).cloned()
    }
}

impl RiskConfiguration {
    pub(crate) fn is_empty(&self) -> bool {
        self.compromised.is_none() && self.takeover.is_none() && self.exceptions.is_none()
    }

    pub(crate) fn mails(&mut self) -> Option<&mut NotifyConfigurationType> {
        self.takeover.as_mut()?.notify_configuration.as_mut()
    }

    /// This, with the sender that its mails have in a secondary Region.
    pub(crate) fn sent_by(&self, sender: &RiskSender) -> Self {
        let mut here = self.clone();
        if let Some(mails) = here.mails() {
            mails.source_arn.clone_from(&sender.source_arn);
            mails.from.clone_from(&sender.from);
            here.modified = sender.modified;
        }
        here
    }

    /// Whether this and `other` differ in what every Region of a pool has alike.
    pub(crate) fn differs_globally(&self, other: Option<&Self>) -> bool {
        let global = |set: Option<&Self>| {
            let mut set = set.filter(|set| !set.is_empty())?.clone();
            if let Some(mails) = set.mails() {
                mails.source_arn.clear();
                mails.from = None;
            }
            Some((set.compromised, set.takeover, set.exceptions))
        };
        global(Some(self)) != global(other)
    }

    pub(crate) fn view(&self, pool: PoolId, client_id: Option<ClientId>) -> RiskConfigurationType {
        RiskConfigurationType {
            user_pool_id: Some(pool),
            client_id,
            compromised_credentials_risk_configuration: self.compromised.clone(),
            account_takeover_risk_configuration: self.takeover.clone(),
            risk_exception_configuration: self.exceptions.clone(),
            last_modified_date: Some(self.modified),
        }
    }
}

/// Documented: events are kept for two years.
const LIFE: Duration = Duration::from_secs(2 * 365 * 24 * 60 * 60);

/// Events kept of one user; AWS names no limit.
const PER_USER: usize = 500;

/// What risk makes of the second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Demand {
    /// As the pool and the user have it.
    #[default]
    None,
    /// Asked for if the user has one.
    IfConfigured,
    /// Asked for, and who has none is refused.
    Required,
}

/// Feedback on an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Feedback {
    pub(crate) value: FeedbackValueType,
    pub(crate) provider: &'static str,
    pub(crate) given: Timestamp,
}

/// Something a user did.
#[derive(Debug, Clone, PartialEq)]
pub struct AuthEvent {
    /// Its id; that of a sign-in is in its tokens.
    pub id: Uuid,
    /// What it was.
    pub kind: EventType,
    /// When it began.
    pub created: Timestamp,
    /// How it went.
    pub response: EventResponseType,
    /// What the assessment led to.
    pub decision: RiskDecisionType,
    /// How risky it was.
    pub level: Option<RiskLevelType>,
    /// Whether its password has leaked.
    pub compromised: bool,
    /// Answers given, in order.
    pub challenges: Vec<(ChallengeName, ChallengeResponse)>,
    /// What risk makes of the second factor.
    pub demand: Demand,
    /// Where it came from.
    pub address: Option<String>,
    /// The user's device, in words.
    pub device: String,
    /// The app client.
    pub client: ClientId,
    /// Whether the request carried context data.
    pub has_context: bool,
    /// What was said of it.
    pub feedback: Option<Feedback>,
}

/// The events of a pool's users, each user's oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AuthEvents(BTreeMap<Uuid, VecDeque<Arc<AuthEvent>>>);

/// A change of them.
pub enum AuthEventChange {
    /// A user has a new event.
    Record(Uuid, Arc<AuthEvent>),
    /// An event of a user, by its id until now, is another.
    Replace(Uuid, Uuid, Arc<AuthEvent>),
}

impl AuthEvents {
    /// Makes a change happen.
    pub(super) fn publish(&mut self, change: AuthEventChange) {
        match change {
            AuthEventChange::Record(sub, event) => self.record(sub, event),
            AuthEventChange::Replace(sub, id, event) => self.replace(sub, id, event),
        }
    }

    /// What is over is only passed over by lists: the clock may be put back.
    fn record(&mut self, sub: Uuid, event: Arc<AuthEvent>) {
        let events = self.0.entry(sub).or_default();
        if events.len() >= PER_USER {
            events.pop_front();
        }
        events.push_back(event);
    }

    fn replace(&mut self, sub: Uuid, id: Uuid, event: Arc<AuthEvent>) {
        let known = self.0.get_mut(&sub).into_iter().flatten();
        if let Some(known) = known.into_iter().find(|known| known.id == id) {
            *known = event;
        }
    }

    /// A user is gone, and the events with it.
    pub(super) fn remove_user(&mut self, sub: Uuid) {
        self.0.remove(&sub);
    }

    /// An event of a user.
    pub fn get(&self, sub: Uuid, id: Uuid) -> Option<&Arc<AuthEvent>> {
        self.0.get(&sub)?.iter().find(|event| event.id == id)
    }

    /// The last event of this kind that is still under way.
    pub fn last_open(&self, sub: Uuid, kind: EventType) -> Option<&Arc<AuthEvent>> {
        let mut latest = self.0.get(&sub)?.iter().rev();
        latest.find(|event| event.kind == kind && event.response == EventResponseType::InProgress)
    }

    /// A user's events, newest first (order inferred), behind the one with this id.
    pub(crate) fn behind(
        &self,
        sub: Uuid,
        after: Option<Uuid>,
        now: Timestamp,
    ) -> Vec<Arc<AuthEvent>> {
        let events = self.0.get(&sub).into_iter().flatten().rev();
        let mut found: Vec<_> = events
            .filter(|event| !is_over(event, now))
            .cloned()
            .collect();
        if let Some(after) = after {
            let place = found.iter().position(|event| event.id == after);
            found.drain(..place.map_or(found.len(), |place| place + 1));
        }
        found
    }
}

fn is_over(event: &AuthEvent, now: Timestamp) -> bool {
    event.created.plus(LIFE) <= now
}

impl Draft<'_> {
    /// Sets the risk configuration of a client or of the pool, or takes it away.
    pub fn set_risk_configuration(
        &mut self,
        client: Option<ClientId>,
        set: Option<Arc<RiskConfiguration>>,
    ) {
        self.stage(Change::RiskConfiguration(Staged::set(client, set)));
    }

    /// Adds an event to those of a user.
    pub fn record_auth_event(&mut self, sub: Uuid, event: Arc<AuthEvent>) {
        self.stage(Change::AuthEvent(AuthEventChange::Record(sub, event)));
    }

    /// Puts `event` in the place of the user's event `id`.
    pub fn replace_auth_event(&mut self, sub: Uuid, id: Uuid, event: Arc<AuthEvent>) {
        self.stage(Change::AuthEvent(AuthEventChange::Replace(sub, id, event)));
    }
}
