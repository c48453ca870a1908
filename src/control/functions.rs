//! Functions as a test directs and sees them: rules that answer in place of a function, and the journal
//! of all invocations, in front of whatever runs functions.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::invocations::{InFlight, Invocations, names_of};
use super::rules::{self as directed, Fault, Rule, Rules};
use crate::clock::Clock;
use crate::lambda::canned::{Canned, CannedAnswer};
use crate::lambda::rules::{self, Pattern};
use crate::lambda::targets::Targets;
use crate::lambda::{Answering, Functions, Invocation};
use crate::model::described::{Own, Type};
use crate::model::{Trigger, misspelled};

/// Those of which a rule needs one.
pub const ANSWERS: [&str; 5] = ["response", "event", "error", "notInvoked", "delay"];

/// What is answered in place of which functions.
#[derive(Debug, Clone, Default)]
pub struct TriggerRule {
    /// Events of this pool.
    pub user_pool: Option<String>,
    /// Events of this trigger.
    pub trigger: Option<Trigger>,
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

/// How often a rule was used is not compared.
impl PartialEq for TriggerRule {
    fn eq(&self, other: &Self) -> bool {
        let said = |rule: &Self| {
            let Self {
                user_pool,
                trigger,
                source,
                username,
                function,
                canned,
                used: _,
            } = rule.clone();
            (user_pool, trigger, source, username, function, canned)
        };
        said(self) == said(other)
    }
}

impl Eq for TriggerRule {}

/// The rules of a server.
pub type TriggerRules = Rules<TriggerRule>;

impl Rule for TriggerRule {
    const MEMBERS: &'static str = "a rule may have userPoolId, trigger, triggerSource, username and function (an ARN, a name or a pattern with *), has one of response, event, error (a text, or errorType and errorMessage) and notInvoked (AWS's name for it), or delay (such as 2s) beside it or alone, and may have times";

    const TAKES: &'static [Own] = &[
        Own::new("userPoolId", Type::Text),
        Own::new("trigger", Type::Enum(&Trigger::NAMES)),
        Own::new("triggerSource", Type::Text),
        Own::new("username", Type::Text),
        Own::new("function", Type::Text),
        Own::new("response", Type::Map(&Type::Document)),
        Own::new("event", Type::Document),
        // A text, or errorType and errorMessage.
        Own::new("error", Type::Document),
        Own::new("notInvoked", Type::Text),
        Own::new("delay", Type::Text),
        Own::new("times", Type::Integer),
        Own::new("used", Type::Integer),
    ];

    fn read(members: &Map<String, Value>) -> Result<Self, Fault> {
        directed::only_known::<Self>(members)?;
        let mut rule = Self::default();
        for (name, value) in members {
            // What an answer shows may be sent again; of an event, null is what the function returns.
            if value.is_null() && name != "event" {
                continue;
            }
            rule.take_member(name, value)
                .map_err(|text| Fault::of(name, text))?;
        }
        if rule.canned.answer.is_none() && rule.canned.delay.is_none() {
            let answers = ANSWERS.join(", ");
            return Err(format!("a rule says nothing: it needs one of {answers}").into());
        }
        let of = rule.source.as_deref().and_then(Trigger::of_source);
        if let (Some(of), Some(trigger)) = (of, rule.trigger)
            && of != trigger
        {
            let sources = trigger.sources().join(", ");
            let text = format!("it is of {}; {} has {sources}", of.name(), trigger.name());
            return Err(Fault::of("triggerSource", text));
        }
        Ok(rule)
    }

    /// `event` is shown only where it is given, for null may be the answer.
    fn user_pool(&self) -> Option<&str> {
        self.user_pool.as_deref()
    }

    fn for_copy(&self, user_pool: &str, _: &BTreeMap<&str, &str>) -> Self {
        Self {
            user_pool: Some(user_pool.to_owned()),
            ..self.clone()
        }
    }

    fn copy(&self) -> Self {
        let used = AtomicU64::new(self.used.load(Ordering::Relaxed));
        Self {
            used: Arc::new(used),
            ..self.clone()
        }
    }

    fn view(&self) -> Value {
        let mut view = json!({
            "userPoolId": self.user_pool,
            "trigger": self.trigger.map(Trigger::name),
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

fn text(value: &Value) -> Result<String, String> {
    let text = value.as_str().filter(|text| !text.is_empty());
    text.map(str::to_owned)
        .ok_or_else(|| "must be a text".into())
}

fn trigger(name: &str) -> Result<Trigger, String> {
    let names = || Trigger::ALL.into_iter().map(Trigger::name);
    Trigger::named(name).ok_or_else(|| {
        format!(
            "no trigger is {name:?}; {}",
            misspelled::hint(name, names())
        )
    })
}

fn source(name: String) -> Result<String, String> {
    if Trigger::of_source(&name).is_some() {
        return Ok(name);
    }
    // Those of the trigger that is meant, if one is.
    let of = name.split('_').next().unwrap_or_default();
    let is_of = |trigger: &Trigger| {
        let sources = trigger.sources().iter();
        let mut begins = sources.filter_map(|source| source.split('_').next());
        trigger.name() == of || begins.any(|begin| begin == of)
    };
    let meant: Vec<Trigger> = Trigger::ALL.into_iter().filter(is_of).collect();
    let triggers = if meant.is_empty() {
        &Trigger::ALL[..]
    } else {
        &meant
    };
    let sources = triggers.iter().flat_map(|trigger| trigger.sources());
    let hint = misspelled::hint(&name, sources.copied());
    Err(format!("no event has the source {name:?}; {hint}"))
}

/// `errorMessage` of an error; its type where it has none, as for one that a function returned.
fn error(value: &Value) -> Result<String, String> {
    const WRONG: &str = "must be a text, or an object of the texts errorType and errorMessage";
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
    delay.map_err(|error| format!("{error}; give a time such as 2s"))
}

fn times(value: &Value) -> Result<NonZeroU32, String> {
    let count = value.as_u64().and_then(|count| u32::try_from(count).ok());
    let count = count.and_then(NonZeroU32::new);
    count.ok_or_else(|| "must be a number from 1 on; leave it out for always".into())
}

impl TriggerRule {
    /// Takes a member that a rule may have.
    fn take_member(&mut self, name: &str, value: &Value) -> Result<(), String> {
        match name {
            "userPoolId" => self.user_pool = Some(text(value)?),
            "trigger" => self.trigger = Some(trigger(&text(value)?)?),
            "triggerSource" => self.source = Some(source(text(value)?)?),
            "username" => self.username = Some(text(value)?),
            "function" => self.function = Some(Pattern::parse(&text(value)?)?),
            "response" => {
                let members = value.as_object().cloned();
                self.answer(CannedAnswer::Response(members.ok_or("must be an object")?))?;
            }
            "event" => self.answer(CannedAnswer::Payload(value.clone()))?,
            "error" => self.answer(CannedAnswer::Error(error(value)?))?,
            "notInvoked" => self.answer(CannedAnswer::NotInvoked(text(value)?))?,
            "delay" => self.canned.delay = Some(delay(&text(value)?)?),
            "times" => self.canned.times = Some(times(value)?),
            _used => {
                let used = value.as_u64().ok_or("must be a number")?;
                self.used = Arc::new(used.into());
            }
        }
        Ok(())
    }

    fn answer(&mut self, answer: CannedAnswer) -> Result<(), String> {
        match self.canned.answer.replace(answer) {
            None => Ok(()),
            Some(_) => Err("give one of response, event, error and notInvoked, no more".into()),
        }
    }

    fn applies(&self, to: &Invocation<'_>) -> bool {
        let same = |named: &Option<String>, given: &str| {
            named.as_deref().is_none_or(|named| named == given)
        };
        self.is_for(to.user_pool_id, to.trigger, to.arn)
            && same(
                &self.source,
                to.event["triggerSource"].as_str().unwrap_or_default(),
            )
            && self
                .username
                .as_deref()
                .is_none_or(|named| names_of(&to.event).any(|it| it == named))
    }

    /// Whether it is for events of a trigger that has this function, or for some of them.
    fn is_for(&self, user_pool: &str, trigger: &str, arn: &str) -> bool {
        let is_pool = |named: &String| named == user_pool;
        self.user_pool.as_ref().is_none_or(is_pool)
            && self.trigger.is_none_or(|named| named.name() == trigger)
            && self.function.as_ref().is_none_or(|own| own.fits(arn))
    }

    /// Whether it answers for this function of a pool: one that names no function is for whatever is
    /// there, and for none in particular.
    pub fn covers(&self, user_pool: &str, trigger: &str, arn: &str) -> bool {
        self.function.is_some() && self.is_for(user_pool, trigger, arn)
    }

    /// Counts an invocation, unless the rule is used up: of many at once, as many as it is for get it.
    /// An invocation of the past is not counted.
    fn take(&self, is_past: bool) -> bool {
        let most = self
            .canned
            .times
            .map_or(u64::MAX, |times| times.get().into());
        let count = |used: u64| (used < most).then(|| used + 1);
        if is_past {
            return self.used.load(Ordering::Relaxed) < most;
        }
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

    /// Whether a function of a pool has a target, or a rule that is for it.
    pub fn cover(&self, user_pool: &str, trigger: &str, arn: &str) -> bool {
        let rules = self.rules.all();
        self.targets.cover(arn)
            || rules
                .iter()
                .any(|rule| rule.covers(user_pool, trigger, arn))
    }

    /// The first rule that applies and is not used up.
    fn canned(&self, to: &Invocation<'_>) -> Option<Canned> {
        let rules = self.rules.all();
        let found = rules
            .iter()
            .find(|rule| rule.applies(to) && rule.take(to.is_past));
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

    fn add(&self, rules: Vec<rules::Rule>) {
        self.targets.add(rules);
    }
}

#[cfg(test)]
#[path = "tests/functions.rs"]
mod tests;
