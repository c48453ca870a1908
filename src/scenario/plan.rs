//! A scenario as it is played: what a file says, once it was read and checked.
//!
//! The types hold what has a form of its own; everything a step may compute stands as a [`Template`], and becomes
//! a value when the step is played. What such a value must be, where AWS does not say, is decided here once
//! ([`count`], [`span_of_time`]), for literals before anything plays and for what expressions give when they do.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::expectation::Expectation;
use super::source::{At, Key};
use super::template::Template;
use crate::cli::ServeArguments;
use crate::clock::Timestamp;
use crate::control::faults::FaultRule;
use crate::control::functions::TriggerRule;
use crate::control::risk::RiskRule;
use crate::control::rules::{self, Rule};
use crate::control::undeliverable::UndeliverableRule;
use crate::http::{TAKEN_BY_QUOTAS, wrong_of_quotas};
use crate::model::cognito_idp::Operation;
use crate::model::described::Own;

/// Where the clock of a scenario starts that says nothing of it: 2026-01-01T00:00:00Z.
pub(crate) const FIRST_MOMENT: Timestamp = Timestamp(1_767_225_600_000);

/// What ids, codes and secrets of a scenario are drawn from that says nothing of it.
pub(crate) const FIRST_SEED: u64 = 1;

/// How often a step may be repeated.
pub(crate) const MOST_REPEATS: u32 = 10_000;

/// How many requests a step may send at once.
pub(crate) const MOST_AT_ONCE: u32 = 1_000;

/// Names and their values, in the order of the file; no name twice.
pub(crate) type Named<T> = Vec<(Key, T)>;

/// One file `NAME.scenario.yaml`.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    /// The whole file.
    pub(crate) at: At,
    /// The sentence that names it, and where it stands.
    pub(crate) title: Key,
    pub(crate) tags: Vec<Key>,
    pub(crate) fixtures: Fixtures,
    /// Settings by the names of `serve`'s flags; none of those that say where a server listens, what it draws
    /// from, or whom it asks over the network.
    pub(crate) server: Option<Server>,
    pub(crate) clock: Timestamp,
    pub(crate) seed: u64,
    /// Each sees the fixtures' names, `row` and the variables above it.
    pub(crate) vars: Named<Template>,
    /// Members and values for each operation whose input has such a member at its top and does not give it. They
    /// are evaluated with each step, and see what the step sees.
    pub(crate) defaults: Named<Template>,
    /// Empty where the scenario has none: then it runs once, and there is no `row`.
    pub(crate) table: Vec<Row>,
    pub(crate) steps: Vec<Step>,
    pub(crate) finally: Vec<Step>,
}

impl Scenario {
    /// The files that it was read from: its own, and those of the parts that it includes.
    pub(crate) fn files(&self) -> BTreeSet<&str> {
        let mut files = BTreeSet::from([&*self.at.source.name]);
        parts_of(&self.steps, &mut files);
        parts_of(&self.finally, &mut files);
        files
    }
}

fn parts_of<'s>(steps: &'s [Step], files: &mut BTreeSet<&'s str>) {
    for step in steps {
        if let Action::Include { part, .. } = &step.action {
            files.insert(&part.at.source.name);
            parts_of(&part.steps, files);
        }
    }
}

/// What `server` says.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) at: At,
    /// As `serve` would be told.
    pub(crate) flags: Box<ServeArguments>,
}

/// The pools that are there before the first step.
#[derive(Debug, Clone)]
pub(crate) enum Fixtures {
    /// The default pool.
    Default,
    /// Files, by paths from where the process stands.
    Files(Vec<PathBuf>),
    /// A fixture that stands in the scenario.
    Written { at: At, tree: Arc<Value> },
}

/// A row of a table: the scenario runs once for each.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// The text `case`, which is also one of the values.
    pub(crate) case: Option<Box<str>>,
    /// They see the fixtures' names, and no variable.
    pub(crate) values: Named<Template>,
}

/// One file `NAME.part.yaml`. Its steps see its parameters, the fixtures' names and the scenario's `defaults`.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) at: At,
    /// Names that whoever includes it must give.
    pub(crate) params: Vec<Key>,
    pub(crate) steps: Vec<Step>,
    /// What whoever includes it gets, as a map; evaluated after the last step.
    pub(crate) returns: Named<Template>,
}

/// A step: one action, and how it is done and judged.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// The action's name, as it stands in the file: of `RespondToAuthChallenge: …` the first word.
    pub(crate) word: Key,
    pub(crate) action: Action,
    /// `as`: by which name later steps know the result.
    pub(crate) name: Option<Key>,
    pub(crate) outcome: Outcome,
    /// How often in turn, by [`count`]; `i` is 0 in the first and in a step that is not repeated not there.
    pub(crate) repeat: Option<Template>,
    pub(crate) parallel: Option<Parallel>,
    pub(crate) signed: Signed,
    /// More headers of the request, of operations and of `http`.
    pub(crate) headers: Named<Template>,
    /// How far the client's clock is from the target's, by [`span_of_time`].
    pub(crate) skew: Option<Template>,
    /// The input is sent as it stands, though the model does not know such a one.
    pub(crate) unchecked: bool,
    /// Shown when the step fails.
    pub(crate) note: Option<Template>,
}

/// Requests at once. With `repeat`, so many at once each time.
#[derive(Debug, Clone)]
pub(crate) struct Parallel {
    /// How many, by [`count`].
    pub(crate) requests: Template,
    /// How many must succeed, by [`count`] from 0 on; all, where it is not said.
    pub(crate) winners: Option<Template>,
}

/// Who signs the request of an operation.
#[expect(
    clippy::large_enum_variant,
    reason = "a step holds one, and is read once and never moved about"
)]
#[derive(Debug, Clone)]
pub(crate) enum Signed {
    /// As AWS wants it: operations that are signed there, for the scenario's account and the pool's Region.
    AsUsual,
    /// `signed: false`: nobody.
    Not,
    /// Somebody else's account, or another Region; what is not said is as usual.
    By {
        account: Option<Template>,
        region: Option<Template>,
    },
}

/// How a step is judged. With none of the three it must succeed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outcome {
    /// The result must contain this.
    pub(crate) expect: Option<Expectation>,
    /// The result must be this and no more.
    pub(crate) exactly: Option<Expectation>,
    /// The operation must be refused so.
    pub(crate) error: Option<Refusal>,
}

/// What `error` says.
#[expect(
    clippy::large_enum_variant,
    reason = "a step holds one, and is read once and never moved about"
)]
#[derive(Debug, Clone)]
pub(crate) enum Refusal {
    /// `null`: none.
    None,
    /// A literal error type, or an expression: null for none, a text for the type, or a map of the members below.
    Type(Template),
    /// Any of these; texts are whole, and matchers stand where they do in expectations.
    Members {
        at: At,
        kind: Option<Expectation>,
        message: Option<Expectation>,
        status: Option<Expectation>,
        /// The header `x-poolhouse-reason`; not looked at where the target is no Poolhouse.
        reason: Option<Expectation>,
    },
}

/// What a step does.
#[derive(Debug, Clone)]
pub(crate) enum Action {
    /// An operation, with its input in AWS's shape; lists of `{Name, Value}` may still be maps.
    Operation {
        operation: Operation,
        input: Template,
    },
    Http(Box<Http>),
    Message(Box<Message>),
    Clock(ClockChange),
    /// Rules for as long as the scenario runs.
    Rules {
        kind: RuleKind,
        rules: Vec<Template>,
    },
    Include {
        part: Arc<Part>,
        with: Named<Template>,
    },
    Set(Named<Template>),
    Check(Vec<Check>),
}

/// A request that is no operation.
#[derive(Debug, Clone)]
pub(crate) struct Http {
    /// GET where it is not said, but POST where there is a body.
    pub(crate) method: Option<Template>,
    /// One without a host goes to the target; one with a host of Poolhouse's to the target under that host.
    pub(crate) url: Template,
    pub(crate) query: Option<Template>,
    pub(crate) headers: Named<Template>,
    pub(crate) body: Option<HttpBody>,
    /// The jar whose cookies are sent and into which those of the answer go.
    pub(crate) cookies: Option<Template>,
    /// How many redirects are followed, by [`count`] from 0 on; none, where it is not said.
    pub(crate) follow: Option<Template>,
}

/// The body of an `http` step.
#[derive(Debug, Clone)]
pub(crate) enum HttpBody {
    /// A map, as browsers send a form.
    Form(Template),
    Json(Template),
    /// A text as it stands.
    Text(Template),
}

/// Which message is waited for: the newest that has all of what is named.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) username: Option<Template>,
    pub(crate) to: Option<Template>,
    pub(crate) kind: Option<Template>,
    pub(crate) medium: Option<Template>,
    pub(crate) pool: Option<Template>,
    /// For how long at most, in real time, by [`span_of_time`]; five seconds, where it is not said.
    pub(crate) wait: Option<Template>,
}

/// What happens to the clock.
#[derive(Debug, Clone)]
pub(crate) enum ClockChange {
    /// By how much, by [`span_of_time`].
    Advance(Template),
    /// To which moment, RFC 3339.
    Set(Template),
}

/// The routes of the test API that take rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RuleKind {
    Fault,
    Trigger,
    Risk,
    Undeliverable,
    Quota,
}

/// `"${expression}": expectation`.
#[derive(Debug, Clone)]
pub(crate) struct Check {
    /// The key as it stands.
    pub(crate) key: Key,
    pub(crate) value: Template,
    pub(crate) expectation: Expectation,
}

impl RuleKind {
    /// Every kind.
    pub(crate) const ALL: [Self; 5] = [
        Self::Fault,
        Self::Trigger,
        Self::Risk,
        Self::Undeliverable,
        Self::Quota,
    ];

    /// The word of a step.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Fault => "fault",
            Self::Trigger => "trigger",
            Self::Risk => "risk",
            Self::Undeliverable => "undeliverable",
            Self::Quota => "quota",
        }
    }

    /// The members of such a rule.
    pub(crate) fn takes(self) -> &'static [Own] {
        match self {
            Self::Fault => FaultRule::TAKES,
            Self::Trigger => TriggerRule::TAKES,
            Self::Risk => RiskRule::TAKES,
            Self::Undeliverable => UndeliverableRule::TAKES,
            Self::Quota => TAKEN_BY_QUOTAS,
        }
    }

    /// What is wrong with a rule, if anything is.
    pub(crate) fn wrong(self, members: &Map<String, Value>) -> Option<rules::Fault> {
        match self {
            Self::Quota => wrong_of_quotas(members).map(rules::Fault::from),
            Self::Fault => FaultRule::read(members).err(),
            Self::Trigger => TriggerRule::read(members).err(),
            Self::Risk => RiskRule::read(members).err(),
            Self::Undeliverable => UndeliverableRule::read(members).err(),
        }
    }
}

/// A whole number from `least` to `most`, as `repeat`, `parallel`, `winners` and `follow` take it.
///
/// # Errors
/// What would be right.
pub(crate) fn count(value: &Value, least: u32, most: u32) -> Result<u32, String> {
    value
        .as_u64()
        .and_then(|number| u32::try_from(number).ok())
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| format!("give a whole number from {least} to {most}"))
}

/// A span of time in milliseconds, as `skew`, `wait` and `clock: {advance: …}` take it: `31m`, `-90s`.
///
/// # Errors
/// What would be right.
pub(crate) fn span_of_time(value: &Value) -> Result<i64, String> {
    const HINT: &str = "give a span of time such as 31m, -90s or 1h 30m";
    let text = value.as_str().ok_or(HINT)?;
    let (sign, digits) = match text.strip_prefix(['-', '+']) {
        Some(rest) if text.starts_with('-') => (-1, rest),
        Some(rest) => (1, rest),
        None => (1, text),
    };
    let span = humantime::parse_duration(digits).map_err(|_| HINT)?;
    i64::try_from(span.as_millis())
        .map(|milliseconds| sign * milliseconds)
        .map_err(|_| HINT.to_owned())
}
