//! Faults on demand: rules by which a test author has requests fail, hang or come late.
//!
//! A rule says which requests it matches, which of those it applies to (`after`, `times`,
//! `probability`), and what befalls them: a delay, and one [`Effect`] or none. The first rule that applies
//! decides. Without rules a request costs one look at a flag.

mod delay;
mod matching;
mod read;

pub use self::delay::Delay;
pub(super) use self::matching::is_like;
pub use self::matching::{Asked, Match};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::rules::{Fault, Rule};
use crate::entropy::{Entropy, Purpose};
use crate::model::described::{Member, Own, Shape, Type};

/// What befalls requests that a rule applies to.
#[derive(Debug, Clone)]
pub struct FaultRule {
    /// What it is called; none before the server has it.
    pub id: Option<String>,
    matching: Match,
    after: u64,
    times: Option<u64>,
    probability: Option<f64>,
    delay: Option<Delay>,
    effect: Option<Effect>,
    applied: Applied,
    /// The same for all copies of the rule.
    counts: Arc<Mutex<Counts>>,
}

/// How often a rule was met.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counts {
    /// Requests that it fits, and that no rule before it took.
    matched: u64,
    /// Those of them that it did something to.
    applied: u64,
}

/// Whether the operation took effect.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Applied {
    /// Nothing happened.
    #[default]
    Before,
    /// It took effect, and its answer is lost.
    After,
}

/// What is answered in place of the answer, or how the answer comes.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// An error of AWS.
    Error {
        /// Its type.
        code: String,
        /// Its sentence; the usual one where none is given.
        message: Option<String>,
    },
    /// Something that is no answer of AWS's: of a proxy, say.
    Status {
        /// The status.
        status: u16,
        /// A text, or what is written as JSON.
        body: Option<Value>,
    },
    /// Nothing that HTTP knows.
    Connection(Connection),
    /// The answer, piece by piece.
    Dribble {
        /// In so many pieces.
        chunks: u32,
        /// Within so much time.
        over: Duration,
    },
}

/// What a connection does in place of an answer: four of WireMock's names, and one of our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// It is reset (RST).
    Reset,
    /// It is closed without an answer.
    Empty,
    /// The head of an answer, then what is no chunk, then its end.
    MalformedChunk,
    /// Bytes that are no HTTP, then its end.
    RandomData,
    /// It stays open, and nothing comes.
    NoResponse,
}

impl Connection {
    /// All, as [`NAMES`](Self::NAMES) has them.
    const ALL: [Self; 5] = [
        Self::Reset,
        Self::Empty,
        Self::MalformedChunk,
        Self::RandomData,
        Self::NoResponse,
    ];

    /// Their names.
    pub const NAMES: &'static [&'static str] = &[
        "CONNECTION_RESET_BY_PEER",
        "EMPTY_RESPONSE",
        "MALFORMED_RESPONSE_CHUNK",
        "RANDOM_DATA_THEN_CLOSE",
        "NO_RESPONSE",
    ];

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        let at = Self::NAMES.iter().position(|known| *known == name)?;
        Self::ALL.get(at).copied()
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        let at = Self::ALL.iter().position(|one| *one == self);
        at.and_then(|at| Self::NAMES.get(at)).copied().unwrap_or("")
    }
}

/// What a rule does to a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Struck {
    /// The rule.
    pub rule: String,
    /// How long, in real time, the request or its answer waits.
    pub delay: Duration,
    /// What else happens.
    pub effect: Option<Effect>,
    /// Whether the operation takes effect first.
    pub applied: Applied,
}

static MATCH: Shape = Shape {
    name: "Match",
    members: &[
        // A text, or a list of texts.
        Member::own("operation", Type::Document),
        Member::own("path", Type::Text),
        Member::own("account", Type::Text),
        Member::own("userPoolId", Type::Text),
        Member::own("clientId", Type::Text),
        Member::own("username", Type::Text),
        Member::own("ip", Type::Text),
        Member::own("label", Type::Text),
    ],
};

static DRIBBLE: Shape = Shape {
    name: "Dribble",
    members: &[
        Member::own("chunks", Type::Integer),
        Member::own("over", Type::Text),
    ],
};

impl Rule for FaultRule {
    const MEMBERS: &'static str = r#"a rule may have match (any of operation, path, account, userPoolId, clientId, username, ip and label), after, times and probability; it has a delay, or one of error (with message), status (with body), connection and dribble, or both; and may have "applied":"after""#;

    const TAKES: &'static [Own] = &[
        Own::new("id", Type::Text),
        Own::new("match", Type::Structure(&MATCH)),
        Own::new("after", Type::Integer),
        Own::new("times", Type::Integer),
        // A number.
        Own::new("probability", Type::Document),
        // A text, or an object.
        Own::new("delay", Type::Document),
        Own::new("error", Type::Text),
        Own::new("message", Type::Text),
        Own::new("status", Type::Integer),
        Own::new("body", Type::Document),
        Own::new("connection", Type::Enum(Connection::NAMES)),
        Own::new("dribble", Type::Structure(&DRIBBLE)),
        Own::new("applied", Type::Enum(&["before", "after"])),
    ];

    fn read(members: &Map<String, Value>) -> Result<Self, Fault> {
        read::rule(members)
    }

    /// The counts stand beside the rule, of which a member is called as one of them.
    fn view(&self) -> Value {
        let counts = *self.counts();
        json!({
            "id": self.id,
            "matched": counts.matched,
            "applied": counts.applied,
            "rule": self.said(),
        })
    }

    fn user_pool(&self) -> Option<&str> {
        self.matching.user_pool.as_deref()
    }

    fn for_copy(&self, user_pool: &str, clients: &BTreeMap<&str, &str>) -> Self {
        Self {
            id: None,
            matching: self.matching.for_copy(user_pool, clients),
            ..self.clone()
        }
    }

    fn copy(&self) -> Self {
        let counts = *self.counts();
        Self {
            counts: Arc::new(Mutex::new(counts)),
            ..self.clone()
        }
    }
}

impl FaultRule {
    /// The rule as it was given; only what it says.
    fn said(&self) -> Value {
        let mut said = Map::new();
        let mut say = |name: &str, value: Value| {
            said.insert(name.to_owned(), value);
        };
        if !self.matching.is_empty() {
            say("match", self.matching.view());
        }
        if self.after > 0 {
            say("after", self.after.into());
        }
        if let Some(times) = self.times {
            say("times", times.into());
        }
        if let Some(probability) = self.probability {
            say("probability", probability.into());
        }
        if let Some(delay) = &self.delay {
            say("delay", delay.view());
        }
        match &self.effect {
            None => {}
            Some(Effect::Error { code, message }) => {
                say("error", code.clone().into());
                if let Some(message) = message {
                    say("message", message.clone().into());
                }
            }
            Some(Effect::Status { status, body }) => {
                say("status", (*status).into());
                if let Some(body) = body {
                    say("body", body.clone());
                }
            }
            Some(Effect::Connection(kind)) => say("connection", kind.name().into()),
            Some(Effect::Dribble { chunks, over }) => {
                let over = humantime::format_duration(*over).to_string();
                say("dribble", json!({ "chunks": chunks, "over": over }));
            }
        }
        if self.applied == Applied::After {
            say("applied", "after".into());
        }
        Value::Object(said)
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it applies to every request that it matches.
    fn is_for_all(&self) -> bool {
        let always = self.probability.is_none_or(|it| it >= 1.0);
        self.after == 0 && self.times.is_none() && always
    }

    /// Whether no request that the other one matches is left to it.
    fn leaves_nothing_to(&self, other: &Self) -> bool {
        let calls_only = matches!(self.effect, Some(Effect::Error { .. }));
        let is_wide_enough = !calls_only || other.is_of_calls_only();
        self.is_for_all() && is_wide_enough && self.matching.covers(&other.matching)
    }

    /// An error of AWS is the answer of an operation, never of anything else.
    fn is_of_calls_only(&self) -> bool {
        let is_error = matches!(self.effect, Some(Effect::Error { .. }));
        is_error || self.matching.is_of_calls_only()
    }

    fn fits(&self, asked: &Asked<'_>) -> bool {
        (asked.is_call || !self.is_of_calls_only()) && self.matching.fits(asked)
    }

    /// Counts a request that fits; whether the rule applies to it.
    fn takes(&self, entropy: &Entropy) -> bool {
        let mut counts = self.counts();
        counts.matched += 1;
        let is_due = counts.matched > self.after
            && self.times.is_none_or(|times| counts.applied < times)
            && self
                .probability
                .is_none_or(|probability| unit(entropy) < probability);
        if is_due {
            counts.applied += 1;
        }
        is_due
    }
}

/// The rules of a server.
#[derive(Debug, Default)]
pub struct FaultRules {
    rules: Mutex<Arc<[FaultRule]>>,
    /// Whether there are any: all that a request looks at where there are none.
    any: AtomicBool,
    given: AtomicU64,
}

impl FaultRules {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        !self.any.load(Ordering::Acquire)
    }

    /// The rules as they are.
    pub fn all(&self) -> Arc<[FaultRule]> {
        Arc::clone(&self.lock())
    }

    /// Replaces all rules.
    ///
    /// # Errors
    /// The place of a rule of these that can never apply, and why; nothing has changed then.
    pub fn replace(&self, rules: Vec<FaultRule>) -> Result<(), (usize, Fault)> {
        self.change(|_| self.joined(Vec::new(), rules))
    }

    /// Adds rules after those that are there; their ids.
    ///
    /// # Errors
    /// As for [`replace`](Self::replace).
    pub fn add(&self, more: Vec<FaultRule>) -> Result<Vec<String>, (usize, Fault)> {
        let count = more.len();
        self.change(|rules| self.joined(rules.to_vec(), more))?;
        let all = self.all();
        let added = all.iter().skip(all.len().saturating_sub(count));
        Ok(added.filter_map(|rule| rule.id.clone()).collect())
    }

    /// Drops a rule; whether there was one of this id.
    pub fn remove(&self, id: &str) -> bool {
        let mut found = false;
        self.set(|rules| {
            let others = rules.iter().filter(|rule| rule.id.as_deref() != Some(id));
            let others: Vec<FaultRule> = others.cloned().collect();
            found = others.len() < rules.len();
            others
        });
        found
    }

    /// Drops all.
    pub fn clear(&self) {
        self.set(|_| Vec::new());
    }

    /// The rules as they are now, whatever becomes of them.
    pub fn image(&self) -> Arc<[FaultRule]> {
        self.all().iter().map(Rule::copy).collect()
    }

    /// Puts rules back: all, or those that name an account or a pool of it, which then come before all
    /// others.
    pub fn put_back(
        &self,
        image: &[FaultRule],
        account: Option<&str>,
        is_of: Option<&dyn Fn(&str) -> bool>,
    ) {
        let is_meant = |rule: &&FaultRule| {
            let names_pool = || {
                let pool = rule.user_pool();
                pool.is_some_and(|pool| is_of.is_some_and(|is_of| is_of(pool)))
            };
            let named = rule.matching.account.as_deref();
            (account.is_none() && is_of.is_none())
                || named.map_or_else(names_pool, |named| account == Some(named))
        };
        self.set(|rules| {
            let back = image.iter().filter(is_meant).map(Rule::copy);
            let others = rules.iter().filter(|rule| !is_meant(rule)).cloned();
            back.chain(others).collect()
        });
    }

    /// Adds those of `image` that name a pool which was copied, for the copy.
    pub fn add_renamed(
        &self,
        image: &[FaultRule],
        pools: &BTreeMap<&str, &str>,
        clients: &BTreeMap<&str, &str>,
    ) {
        let copied = image.iter().filter_map(|rule| {
            let copy = pools.get(rule.user_pool()?)?;
            Some(rule.copy().for_copy(copy, clients))
        });
        let copied: Vec<FaultRule> = copied.map(|rule| self.identified(rule)).collect();
        if !copied.is_empty() {
            self.set(|rules| rules.iter().cloned().chain(copied).collect());
        }
    }

    /// What befalls a request: by the first rule that applies to it.
    pub fn strike(&self, asked: &Asked<'_>, entropy: &Entropy) -> Option<Struck> {
        let rules = self.all();
        let mut fitting = rules.iter().filter(|rule| rule.fits(asked));
        let rule = fitting.find(|rule| rule.takes(entropy))?;
        let delay = rule.delay.as_ref();
        Some(Struck {
            rule: rule.id.clone().unwrap_or_default(),
            delay: delay.map_or(Duration::ZERO, |delay| delay.drawn(entropy)),
            effect: rule.effect.clone(),
            applied: rule.applied,
        })
    }

    /// `rules` with `more` after them.
    fn joined(
        &self,
        mut rules: Vec<FaultRule>,
        more: Vec<FaultRule>,
    ) -> Result<Vec<FaultRule>, (usize, Fault)> {
        let ids = rules.iter().chain(&more).filter_map(|rule| rule.id.clone());
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for id in ids {
            if let Some(again) = taken.replace(id) {
                let at = more
                    .iter()
                    .rposition(|rule| rule.id.as_ref() == Some(&again));
                let text = format!("{again:?} is the id of another rule");
                return Err((at.unwrap_or_default(), Fault::of("id", text)));
            }
        }
        for (at, mut rule) in more.into_iter().enumerate() {
            // One that has an id may have been there before others were put in front of it.
            let before = || rules.iter().find(|before| before.leaves_nothing_to(&rule));
            if rule.id.is_none()
                && let Some(before) = before()
            {
                let name = before.id.as_deref().unwrap_or_default();
                let text = format!(
                    "the rule {name} comes before this one and applies to all that this one \
                     matches, so that it can never apply; put it behind, or give it times"
                );
                return Err((at, text.into()));
            }
            while rule
                .id
                .as_ref()
                .is_none_or(|id| rules.iter().any(|it| it.id.as_ref() == Some(id)))
            {
                rule = self.identified(FaultRule { id: None, ..rule });
                if rule.id.as_ref().is_some_and(|id| taken.contains(id)) {
                    rule.id = None;
                }
            }
            rules.push(rule);
        }
        Ok(rules)
    }

    fn identified(&self, rule: FaultRule) -> FaultRule {
        let number = self.given.fetch_add(1, Ordering::Relaxed) + 1;
        FaultRule {
            id: Some(format!("fault-{number}")),
            ..rule
        }
    }

    fn set(&self, make: impl FnOnce(&[FaultRule]) -> Vec<FaultRule>) {
        let mut rules = self.lock();
        let made = make(&rules);
        self.any.store(!made.is_empty(), Ordering::Release);
        *rules = made.into();
    }

    fn change(
        &self,
        make: impl FnOnce(&[FaultRule]) -> Result<Vec<FaultRule>, (usize, Fault)>,
    ) -> Result<(), (usize, Fault)> {
        let mut rules = self.lock();
        let made = make(&rules)?;
        self.any.store(!made.is_empty(), Ordering::Release);
        *rules = made.into();
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Arc<[FaultRule]>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A number from 0 to 1, without 1, of the stream of faults.
fn unit(entropy: &Entropy) -> f64 {
    const STEPS: u32 = 1 << 30;
    let drawn = entropy.below(Purpose::Faults, STEPS as usize);
    f64::from(u32::try_from(drawn).unwrap_or_default()) / f64::from(STEPS)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
