//! A scenario is played: its steps in turn, each evaluated, done and judged.
//!
//! `step` does what a step says, `act` what each kind of action does, `judge` holds its result against what
//! is expected. Whatever stops a play is a [`Stop`].

mod act;
mod cookies;
mod covering;
mod held;
mod http;
mod judge;
mod operation;
mod parallel;
mod rewrite;
mod scope;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use self::cookies::Jar;
pub(crate) use self::rewrite::{Change, Rewriting};
use self::scope::Scope;
use super::evaluation::{Environment, Evaluation, Names, Play};
use super::expectation::Difference;
use super::plan::{Named, Part, Row, Scenario, Step};
use super::secrecy::{Secrecy, Veil};
use super::source::{At, Fault};
use super::target::{Service, Target, Unable};
use super::template::Template;
use crate::clock::Timestamp;

/// How a play ended.
#[derive(Debug)]
pub(crate) struct Played {
    pub(crate) end: End,
    /// How many steps were done, those of parts included.
    pub(crate) steps: usize,
    /// What is to be told besides.
    pub(crate) remarks: Vec<String>,
    /// All answers, in turn.
    pub(crate) answers: Vec<Answers>,
    /// What of its files is to be written otherwise.
    pub(crate) rewriting: Rewriting,
    /// What its secrets are covered with.
    pub(crate) veil: Veil,
}

impl Played {
    /// What has ended before anything was played.
    pub(crate) fn ended(end: End) -> Self {
        Self {
            end,
            steps: 0,
            remarks: Vec::new(),
            answers: Vec::new(),
            rewriting: Rewriting::default(),
            veil: Veil::default(),
        }
    }

    /// A scenario of which nothing could be played.
    pub(crate) fn not_begun(scenario: &Scenario, text: &str) -> Self {
        let failure = Failure {
            at: scenario.title.at.clone(),
            step: None,
            action: "world".to_owned(),
            through: Vec::new(),
            text: text.to_owned(),
            expected: None,
            got: None,
            differences: Vec::new(),
            reason: None,
            note: None,
            finally: Vec::new(),
        };
        Self::ended(End::Failed(Box::new(failure)))
    }
}

/// The end of a play.
#[derive(Debug)]
pub(crate) enum End {
    Passed,
    Failed(Box<Failure>),
    /// The target cannot do what the step at this place needs.
    Skipped(At, String),
    /// Nobody answers any more.
    Unreachable(String),
}

/// The answers of one step, each with all its bytes; those of requests at once in order of their bytes.
#[derive(Debug)]
pub(crate) struct Answers {
    /// The number of the scenario's step; none in `finally`.
    pub(crate) step: Option<usize>,
    pub(crate) action: String,
    pub(crate) at: At,
    pub(crate) bytes: Vec<Vec<u8>>,
}

/// Why a step failed.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The expectation, or what else was not as it should be.
    pub(crate) at: At,
    /// The number of the scenario's step, counted from 1; none in `finally`.
    pub(crate) step: Option<usize>,
    /// The action, as the file calls it.
    pub(crate) action: String,
    /// Where the step is one of a part: the steps that led there, from the outermost.
    pub(crate) through: Vec<At>,
    /// What is wrong, in a sentence; covered.
    pub(crate) text: String,
    /// What was expected, and what came, where it is told in a word; covered.
    pub(crate) expected: Option<String>,
    pub(crate) got: Option<String>,
    /// Where the answer is another than expected.
    pub(crate) differences: Vec<Difference>,
    /// Why, in the words of Poolhouse; covered.
    pub(crate) reason: Option<String>,
    /// The step's own note.
    pub(crate) note: Option<String>,
    /// What failed in `finally` besides.
    pub(crate) finally: Vec<Failure>,
}

/// What stops a play.
enum Stop {
    Failed(Box<Failure>),
    Skipped(At, String),
    Unreachable(String),
}

impl From<Stop> for End {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Failed(failure) => Self::Failed(failure),
            Stop::Skipped(at, text) => Self::Skipped(at, text),
            Stop::Unreachable(text) => Self::Unreachable(text),
        }
    }
}

/// How a scenario is played.
#[derive(Debug, Clone, Default)]
pub(crate) struct How {
    /// Variables of the environment that it may read.
    pub(crate) environment: Arc<Environment>,
    /// Plays up to before the scenario's step of this number, and nothing of `finally`.
    pub(crate) until: Option<usize>,
    /// Whether all answers are kept.
    pub(crate) keep: bool,
    /// Whether literal values that differ are taken for right, and gathered to be written otherwise.
    pub(crate) update: bool,
}

/// Plays a scenario, or a row of its table.
pub(crate) async fn play(
    scenario: &Scenario,
    row: Option<&Row>,
    target: Arc<dyn Target>,
    how: &How,
) -> Played {
    let secrecy = match target.service() {
        Service::Poolhouse => Secrecy::Cut,
        Service::Aws => Secrecy::Hidden,
    };
    let origin = origin(scenario, row, target.run());
    let mut player = Player {
        defaults: &scenario.defaults,
        scope: Scope::new(&*target),
        play: Play::new(&origin, Arc::clone(&how.environment), secrecy),
        target,
        read: BTreeMap::new(),
        jars: BTreeMap::new(),
        place: Place::default(),
        steps: 0,
        remarks: Vec::new(),
        keep: how.keep,
        answers: Vec::new(),
        rewriting: how.update.then(Rewriting::default),
    };
    let fixtures = Arc::clone(player.target.fixtures());
    for things in [&fixtures.pools, &fixtures.clients, &fixtures.users] {
        player.play.veil.learn(things);
    }
    let mut ended = player.begin(scenario, row).await;
    if ended.is_ok() {
        let until = how.until.unwrap_or(usize::MAX);
        for (at, step) in scenario.steps.iter().enumerate() {
            if at + 1 >= until || ended.is_err() {
                break;
            }
            player.place.step = Some(at + 1);
            ended = player.step(step).await;
        }
    }
    if how.until.is_none() && !matches!(ended, Err(Stop::Unreachable(_))) {
        player.place = Place::default();
        for step in &scenario.finally {
            let done = player.step(step).await;
            ended = player.both(ended, done);
        }
    }
    let veil = player.play.veil;
    let end = ended.map_or_else(End::from, |()| End::Passed);
    Played {
        end: covering::end(end, &veil),
        steps: player.steps,
        remarks: covering::remarks(player.remarks, &veil),
        answers: player.answers,
        rewriting: player.rewriting.unwrap_or_default(),
        veil,
    }
}

/// What a play draws from: the seed; where others play too, the replay, the scenario and the row, so that no two draw
/// the same.
fn origin(scenario: &Scenario, row: Option<&Row>, run: Option<&str>) -> String {
    let Some(run) = run else {
        return scenario.seed.to_string();
    };
    let is_it = |other: &Row| row.is_some_and(|row| std::ptr::eq(row, other));
    let row = scenario.table.iter().position(is_it).unwrap_or_default();
    format!("{run} {row} {}", scenario.title.name)
}

/// One who plays.
struct Player<'s> {
    defaults: &'s Named<Template>,
    target: Arc<dyn Target>,
    scope: Scope,
    play: Play,
    /// The id of the last message that was read of each destination.
    read: BTreeMap<String, u64>,
    /// Cookies, by the names of their jars.
    jars: BTreeMap<String, Jar>,
    place: Place,
    steps: usize,
    remarks: Vec<String>,
    keep: bool,
    answers: Vec<Answers>,
    /// None where nothing is to be written otherwise.
    rewriting: Option<Rewriting>,
}

/// Which step is played.
#[derive(Default)]
struct Place {
    /// The scenario's, counted from 1; none in `finally`.
    step: Option<usize>,
    /// The steps that include the parts that are played, from the outermost.
    through: Vec<At>,
}

/// The moment of a step, and what is said of it when it fails.
#[derive(Clone, Copy)]
struct Moment<'s> {
    step: &'s Step,
    now: Timestamp,
}

impl<'s> Player<'s> {
    /// Gives the row's values and the variables.
    async fn begin(&mut self, scenario: &'s Scenario, row: Option<&'s Row>) -> Result<(), Stop> {
        if scenario.vars.is_empty() && row.is_none() {
            return Ok(());
        }
        let now = self.target.now().await;
        let now = now.map_err(|unable| self.unable_at(&scenario.at, unable))?;
        if let Some(row) = row {
            let mut values = Map::new();
            for (key, template) in &row.values {
                let value = self.evaluate(template, now);
                let value = value.map_err(|fault| self.unresolved("table", fault))?;
                values.insert(key.name.to_string(), value);
            }
            for (name, value) in &values {
                self.play.veil.learn_named(name, value);
            }
            self.scope.give("row", Value::Object(values));
        }
        for (key, template) in &scenario.vars {
            let value = self.evaluate(template, now);
            let value = value.map_err(|fault| self.unresolved("vars", fault))?;
            self.give(&key.name, value);
        }
        Ok(())
    }

    /// Plays a step, as often as it says.
    async fn step(&mut self, step: &'s Step) -> Result<(), Stop> {
        let times = match &step.repeat {
            None => None,
            Some(times) => {
                let moment = self.moment(step).await?;
                let most = super::plan::MOST_REPEATS;
                Some(self.count(moment, times, 1, most)?)
            }
        };
        let mut result = Value::Null;
        for time in 0..times.unwrap_or(1) {
            self.scope.count(times.is_some().then_some(time));
            let moment = self.moment(step).await?;
            result = match self.once(moment).await {
                Ok(result) => result,
                Err(stop) => return Err(self.noted(moment, stop)),
            };
        }
        self.scope.count(None);
        self.steps += 1;
        if let Some(name) = &step.name {
            self.give(&name.name, result);
        }
        Ok(())
    }

    /// How all ended before a step of `finally`, and how that ended: whatever failed there is told too, and fails
    /// what would have been skipped.
    fn both(&mut self, before: Result<(), Stop>, done: Result<(), Stop>) -> Result<(), Stop> {
        match (before, done) {
            (Err(Stop::Failed(mut before)), Err(Stop::Failed(failure))) => {
                before.finally.push(*failure);
                Err(Stop::Failed(before))
            }
            (Err(Stop::Skipped(at, text)), Err(Stop::Failed(failure))) => {
                let (line, _) = at.line_and_column();
                let remark = format!("line {line} was to be skipped, and finally failed: {text}");
                self.remarks.push(remark);
                Err(Stop::Failed(failure))
            }
            (Err(Stop::Failed(before)), Err(_)) => Err(Stop::Failed(before)),
            (_, Err(stop @ Stop::Unreachable(_))) => Err(stop),
            (Ok(()), done) => done,
            (before, _) => before,
        }
    }

    /// Says the step's own note of a failure that has none yet.
    fn noted(&mut self, moment: Moment<'s>, mut stop: Stop) -> Stop {
        if let (Stop::Failed(failure), Some(note)) = (&mut stop, &moment.step.note)
            && failure.note.is_none()
            && let Ok(Value::String(note)) = self.evaluate(note, moment.now)
        {
            failure.note = Some(self.play.veil.cover(&Value::Null).text(&note));
        }
        stop
    }

    /// The time that a step has, as its client's clock shows it.
    async fn moment(&mut self, step: &'s Step) -> Result<Moment<'s>, Stop> {
        let now = self.target.now().await;
        let now = now.map_err(|unable| self.unable_at(&step.word.at, unable))?;
        let mut moment = Moment { step, now };
        if let Some(skew) = &step.skew {
            let skew = self.span(moment, skew)?;
            moment.now = Timestamp(now.0.saturating_add(skew));
        }
        Ok(moment)
    }

    /// Plays the steps of a part, and gives what it returns.
    async fn part(
        &mut self,
        moment: Moment<'s>,
        part: &'s Part,
        with: &'s Named<Template>,
    ) -> Result<Value, Stop> {
        let parameters = self.named(moment, with)?;
        self.scope.enter(parameters);
        self.place.through.push(moment.step.word.at.clone());
        let mut ended = Ok(());
        for step in &part.steps {
            ended = Box::pin(self.step(step)).await;
            if ended.is_err() {
                break;
            }
        }
        let returns = match ended {
            Ok(()) => match self.moment(moment.step).await {
                Ok(last) => self.named(last, &part.returns),
                Err(stop) => Err(stop),
            },
            Err(stop) => Err(stop),
        };
        self.place.through.pop();
        self.scope.leave();
        returns.map(Value::Object)
    }

    fn named(
        &mut self,
        moment: Moment<'s>,
        named: &'s Named<Template>,
    ) -> Result<Map<String, Value>, Stop> {
        let mut values = Map::new();
        for (key, template) in named {
            let value = self.value(moment, template)?;
            self.play.veil.learn_named(&key.name, &value);
            values.insert(key.name.to_string(), value);
        }
        Ok(values)
    }

    /// Gives a name of the scenario's own.
    fn give(&mut self, name: &str, value: Value) {
        self.play.veil.learn_named(name, &value);
        self.scope.give(name, value);
    }

    /// The value of a template, of what its step sees.
    fn value(&mut self, moment: Moment<'s>, template: &Template) -> Result<Value, Stop> {
        let value = self.evaluate(template, moment.now);
        let step = moment.step;
        value.map_err(|fault| self.unresolved(&step.word.name, fault))
    }

    fn evaluate(&mut self, template: &Template, now: Timestamp) -> Result<Value, Fault> {
        evaluate(&self.scope, &mut self.play, now, template)
    }

    /// A whole number that a step says.
    fn count(
        &mut self,
        moment: Moment<'s>,
        template: &Template,
        least: u32,
        most: u32,
    ) -> Result<u32, Stop> {
        let value = self.value(moment, template)?;
        super::plan::count(&value, least, most)
            .map_err(|hint| self.wrong(moment, &template.at, &value, &hint))
    }

    /// A span of time that a step says.
    fn span(&mut self, moment: Moment<'s>, template: &Template) -> Result<i64, Stop> {
        let value = self.value(moment, template)?;
        super::plan::span_of_time(&value)
            .map_err(|hint| self.wrong(moment, &template.at, &value, &hint))
    }

    /// A text that a step says.
    fn text(&mut self, moment: Moment<'s>, template: &Template) -> Result<String, Stop> {
        match self.value(moment, template)? {
            Value::String(text) => Ok(text),
            Value::Number(number) => Ok(number.to_string()),
            Value::Bool(value) => Ok(value.to_string()),
            other => Err(self.wrong(moment, &template.at, &other, "give a text")),
        }
    }

    fn wrong(&self, moment: Moment<'s>, at: &At, value: &Value, hint: &str) -> Stop {
        let shown = self.play.veil.cover(value).shown(value, false);
        self.failed(moment.step, at.clone(), format!("{shown}: {hint}"))
    }

    fn unresolved(&self, action: &str, fault: Fault) -> Stop {
        Stop::Failed(Box::new(Failure {
            at: fault.at,
            step: self.place.step,
            action: action.to_owned(),
            through: self.place.through.clone(),
            text: fault.text,
            expected: None,
            got: None,
            differences: Vec::new(),
            reason: None,
            note: None,
            finally: Vec::new(),
        }))
    }

    fn failed(&self, step: &Step, at: At, text: String) -> Stop {
        self.unresolved(&step.word.name, Fault { at, text })
    }

    fn unable(&self, step: &Step, unable: Unable) -> Stop {
        match unable {
            Unable::Refused(text) => self.failed(step, step.word.at.clone(), text),
            other => self.unable_at(&step.word.at, other),
        }
    }

    fn unable_at(&self, at: &At, unable: Unable) -> Stop {
        match unable {
            Unable::Refused(text) => {
                let at = at.clone();
                self.unresolved("scenario", Fault { at, text })
            }
            Unable::Beyond(text) => Stop::Skipped(at.clone(), text),
            Unable::Unreachable(text) => Stop::Unreachable(text),
        }
    }

    /// Notes answers, if they are asked for.
    fn keep(&mut self, moment: Moment<'_>, bytes: Vec<Vec<u8>>) {
        if self.keep {
            self.answers.push(Answers {
                step: self.place.step,
                action: moment.step.word.name.to_string(),
                at: moment.step.word.at.clone(),
                bytes,
            });
        }
    }
}

/// The value of a template at a moment.
fn evaluate(
    names: &dyn Names,
    play: &mut Play,
    now: Timestamp,
    template: &Template,
) -> Result<Value, Fault> {
    template.evaluate(&mut Evaluation { names, now, play })
}

#[cfg(test)]
mod tests;
