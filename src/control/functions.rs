//! Functions as a test directs and sees them: rules that answer in place of a function, and the journal
//! of all invocations, in front of whatever runs functions.

use std::cmp::Reverse;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::invocations::{InFlight, Invocations, names_of};
use super::rules::{Rule, Rules};
use crate::clock::Clock;
use crate::lambda::canned::{Canned, CannedAnswer};
use crate::lambda::rules::{self, Pattern};
use crate::lambda::target::Target;
use crate::lambda::targets::Targets;
use crate::lambda::{Answering, Functions, Invocation};

/// Members of LambdaConfig by which a rule names a trigger.
pub(crate) const TRIGGERS: [&str; 13] = [
    "PreSignUp",
    "CustomMessage",
    "PostConfirmation",
    "PreAuthentication",
    "PostAuthentication",
    "DefineAuthChallenge",
    "CreateAuthChallenge",
    "VerifyAuthChallengeResponse",
    "PreTokenGeneration",
    "UserMigration",
    "CustomSMSSender",
    "CustomEmailSender",
    "InboundFederation",
];

/// What is answered in place of which functions.
#[derive(Debug, Clone)]
pub struct TriggerRule {
    /// Events of this pool.
    pub user_pool: Option<String>,
    /// Events of this trigger, a member of LambdaConfig.
    pub trigger: Option<String>,
    /// Events with this `triggerSource`.
    pub source: Option<String>,
    /// Events about the user of this name.
    pub username: Option<String>,
    /// Functions whose ARN or name fits.
    pub function: Option<Pattern>,
    /// What is answered.
    pub canned: Canned,
    /// For how many invocations it was; the same for all copies of the rule.
    used: Arc<AtomicU64>,
}

/// The rules of a server.
pub type TriggerRules = Rules<TriggerRule>;

impl Rule for TriggerRule {
    const MEMBERS: &'static str = "a rule may have userPoolId, trigger, triggerSource, username and function (an ARN, a name or a pattern with *), has one of response, event, error (a text, or errorType and errorMessage) and notInvoked (AWS's name for it), or delay (such as 2s) beside it or alone, and may have times";

    fn read(members: &Map<String, Value>) -> Result<Self, String> {
        let mut rule = Self::of(None, None);
        for (name, value) in members {
            let text = || {
                let text = value.as_str().filter(|text| !text.is_empty());
                let text = text.map(str::to_owned);
                text.ok_or_else(|| format!("{name} must be a text"))
            };
            match name.as_str() {
                "event" => rule.answer(CannedAnswer::Payload(value.clone()))?,
                // What an answer shows may be sent again.
                _ if value.is_null() => {}
                "userPoolId" => rule.user_pool = Some(text()?),
                "trigger" => rule.trigger = Some(trigger(text()?)?),
                "triggerSource" => rule.source = Some(text()?),
                "username" => rule.username = Some(text()?),
                "function" => rule.function = Some(Pattern::parse(&text()?)?),
                "response" => {
                    let members = value.as_object().cloned();
                    let members = members.ok_or("response must be an object")?;
                    rule.answer(CannedAnswer::Response(members))?;
                }
                "error" => rule.answer(CannedAnswer::Error(error(value)?))?,
                "notInvoked" => rule.answer(CannedAnswer::NotInvoked(text()?))?,
                "delay" => rule.canned.delay = Some(delay(&text()?)?),
                "times" => rule.canned.times = Some(times(value)?),
                "used" => {
                    let used = value.as_u64().ok_or("used must be a number")?;
                    rule.used = Arc::new(used.into());
                }
                _ => return Err(format!("there is no member {name}")),
            }
        }
        if rule.canned.answer.is_none() && rule.canned.delay.is_none() {
            return Err(
                "a rule says nothing: it needs response, event, error, notInvoked or delay".into(),
            );
        }
        Ok(rule)
    }

    /// `event` is shown only where it is given, for null may be the answer.
    fn view(&self) -> Value {
        let mut view = json!({
            "userPoolId": self.user_pool,
            "trigger": self.trigger,
            "triggerSource": self.source,
            "username": self.username,
            "function": self.function.as_ref().map(Pattern::text),
            "response": null,
            "error": null,
            "notInvoked": null,
            "delay": self.canned.delay.map(|delay| humantime::format_duration(delay).to_string()),
            "times": self.canned.times,
            "used": self.used.load(Ordering::Relaxed),
        });
        match &self.canned.answer {
            None => {}
            Some(CannedAnswer::Response(members)) => view["response"] = members.clone().into(),
            Some(CannedAnswer::Payload(payload)) => view["event"] = payload.clone(),
            Some(CannedAnswer::Error(text)) => view["error"] = text.clone().into(),
            Some(CannedAnswer::NotInvoked(error)) => view["notInvoked"] = error.clone().into(),
        }
        view
    }
}

fn trigger(name: String) -> Result<String, String> {
    if TRIGGERS.contains(&&*name) {
        return Ok(name);
    }
    Err(format!("trigger is none of {}", TRIGGERS.join(", ")))
}

/// `errorMessage` of an error; its type where it has none, as for one that a function returned.
fn error(value: &Value) -> Result<String, String> {
    const WRONG: &str =
        "error must be a text, or an object of the texts errorType and errorMessage";
    let known = |members: &&Map<String, Value>| {
        let is_known = |(name, value): (&String, &Value)| {
            ["errorType", "errorMessage"].contains(&&**name) && value.is_string()
        };
        members.iter().all(is_known)
    };
    let members = value.as_object().filter(known);
    let message = members.and_then(|all| all.get("errorMessage").or_else(|| all.get("errorType")));
    let text = message.unwrap_or(value).as_str();
    text.map(str::to_owned).ok_or_else(|| WRONG.to_owned())
}

fn delay(text: &str) -> Result<Duration, String> {
    let delay = humantime::parse_duration(text);
    delay.map_err(|error| format!("delay: {error}; give a time such as 2s"))
}

fn times(value: &Value) -> Result<NonZeroU32, String> {
    let count = value.as_u64().and_then(|count| u32::try_from(count).ok());
    let count = count.and_then(NonZeroU32::new);
    count.ok_or_else(|| "times must be a number from 1 on; leave it out for always".into())
}

impl TriggerRule {
    fn of(function: Option<Pattern>, canned: Option<Canned>) -> Self {
        let nothing = Canned {
            answer: None,
            delay: None,
            times: None,
        };
        Self {
            user_pool: None,
            trigger: None,
            source: None,
            username: None,
            function,
            canned: canned.unwrap_or(nothing),
            used: Arc::default(),
        }
    }

    fn answer(&mut self, answer: CannedAnswer) -> Result<(), String> {
        match self.canned.answer.replace(answer) {
            None => Ok(()),
            Some(_) => Err("give one of response, event, error and notInvoked".into()),
        }
    }

    fn applies(&self, to: &Invocation<'_>) -> bool {
        let same = |named: &Option<String>, given: &str| {
            named.as_deref().is_none_or(|named| named == given)
        };
        same(&self.user_pool, to.user_pool_id)
            && same(&self.trigger, to.trigger)
            && same(
                &self.source,
                to.event["triggerSource"].as_str().unwrap_or_default(),
            )
            && self.function.as_ref().is_none_or(|own| own.fits(to.arn))
            && self
                .username
                .as_deref()
                .is_none_or(|named| names_of(&to.event).any(|it| it == named))
    }

    /// Counts an invocation, unless the rule is used up: of many at once, as many as it is for get it.
    fn take(&self) -> bool {
        let most = self
            .canned
            .times
            .map_or(u64::MAX, |times| times.get().into());
        let count = |used: u64| (used < most).then(|| used + 1);
        let counted = self
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, count);
        counted.is_ok()
    }
}

/// The functions of a server, behind rules and journal.
pub struct Directed {
    targets: Targets,
    rules: Arc<TriggerRules>,
    invocations: Arc<Invocations>,
    clock: Clock,
}

impl Directed {
    /// Puts rules and journal of the server in front of what runs functions.
    pub fn new(
        targets: Targets,
        rules: Arc<TriggerRules>,
        invocations: Arc<Invocations>,
        clock: Clock,
    ) -> Self {
        Self {
            targets,
            rules,
            invocations,
            clock,
        }
    }

    /// Whether a function has a target, or a rule that is for it.
    pub fn cover(&self, arn: &str) -> bool {
        let names = |rule: &TriggerRule| rule.function.as_ref().is_some_and(|own| own.fits(arn));
        self.targets.cover(arn) || self.rules.all().iter().any(names)
    }

    /// The first rule that applies and is not used up.
    fn canned(&self, to: &Invocation<'_>) -> Option<Canned> {
        let rules = self.rules.all();
        let found = rules.iter().find(|rule| rule.applies(to) && rule.take());
        found.map(|rule| rule.canned.clone())
    }
}

impl Functions for Directed {
    fn invoke<'a>(&'a self, invocation: Invocation<'a>) -> Answering<'a> {
        Box::pin(async move {
            let canned = self.canned(&invocation);
            let entry = InFlight::new(&self.invocations, &invocation, self.clock.now());
            let ran = self.targets.run(invocation, canned).await;
            entry.end(&ran);
            ran.answer
        })
    }

    /// Canned answers become rules, those for fewer functions first; the others are targets.
    fn add(&self, rules: Vec<rules::Rule>) {
        let mut canned = Vec::new();
        let mut targets = Vec::new();
        for rule in rules {
            match rule.target {
                Target::Canned(answer) => {
                    canned.push(TriggerRule::of(Some(rule.pattern), Some(answer)));
                }
                _ => targets.push(rule),
            }
        }
        canned.sort_by_key(|rule| Reverse(rule.function.as_ref().map(Pattern::precision)));
        self.rules.add(canned);
        self.targets.add(targets);
    }
}

#[cfg(test)]
#[path = "tests/functions.rs"]
mod tests;
