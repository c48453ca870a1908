//! What is played: each scenario, or each row of its table, in worlds of its own.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::cli::{ReplayArguments, ServeArguments};
use crate::config::{Config, ConfigError, Environment};
use crate::crypto::CryptoPool;
use crate::fixtures::{FixtureError, Unloaded};
use crate::model::secret_names::is_secret;
use crate::scenario::plan::{Fixtures, Row, Scenario};
use crate::scenario::remote::Endpoint;
use crate::scenario::run::{self, Answers, End, Failure, How, Played};
use crate::scenario::secrecy::Veil;
use crate::scenario::source::{At, Fault};
use crate::scenario::world::{Start, World};

/// A scenario, or a row of its table, to be played.
#[derive(Clone)]
pub(super) struct Run {
    scenario: Arc<Scenario>,
    row: Option<usize>,
    start: Arc<Start>,
    /// Where it is played; none is in worlds of its own.
    endpoint: Option<Arc<Endpoint>>,
}

/// A run that has ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) file: String,
    /// Where the scenario's sentence stands.
    pub(crate) at: At,
    /// The scenario's sentence.
    pub(crate) scenario: String,
    /// The scenario's sentence, with the case of its row.
    pub(crate) title: String,
    /// Which row it was.
    pub(crate) case: Option<String>,
    /// How long it took, in real time.
    pub(crate) took: Duration,
    pub(crate) played: Played,
}

/// The runs that were asked for, in the order of their files.
///
/// # Errors
/// What is wrong with the files, or that there is no such scenario.
pub(super) fn runs(typed: &ReplayArguments, environment: &Environment) -> Result<Vec<Run>, String> {
    let scenarios = scenarios(&typed.paths)?;
    let mut beginning = Beginning::new(environment);
    let mut runs = Vec::new();
    for scenario in scenarios {
        let start = beginning.of(&scenario)?;
        let rows: Vec<Option<usize>> = match scenario.table.len() {
            0 => vec![None],
            count => (0..count).map(Some).collect(),
        };
        for row in rows {
            let run = Run {
                scenario: Arc::clone(&scenario),
                row,
                start: Arc::clone(&start),
                endpoint: None,
            };
            if run.is_asked_for(typed) {
                runs.push(run);
            }
        }
    }
    if runs.is_empty() {
        let of = |name: &str, values: &[String]| {
            let values = values.iter().map(|value| format!(" --{name} {value}"));
            values.collect::<String>()
        };
        let name: Vec<_> = typed.name.iter().cloned().collect();
        let asked = of("tag", &typed.tag) + &of("name", &name);
        return Err(match asked.as_str() {
            "" => {
                "no scenario in these paths; their names end in .scenario.yaml, .scenario.yml or \
                   .scenario.json"
                    .to_owned()
            }
            asked => format!("no scenario for{asked}"),
        });
    }
    Ok(runs)
}

/// The scenarios of files and directories.
fn scenarios(paths: &[PathBuf]) -> Result<Vec<Arc<Scenario>>, String> {
    crate::scenario::read::scenarios(paths).map_err(|refused| refused.to_string())
}

/// Starts of worlds, each with fixtures that are known to be right.
struct Beginning {
    environment: Environment,
    crypto: CryptoPool,
    /// Those that were made from files, by what they are made from.
    made: Vec<(From, Arc<Unloaded>)>,
}

/// What the fixtures of worlds are made from, and for which settings.
#[derive(PartialEq)]
struct From {
    /// None is the default pool.
    paths: Vec<PathBuf>,
    flags: Option<ServeArguments>,
}

impl Beginning {
    fn new(environment: &Environment) -> Self {
        // A world goes by what its file says; its functions run as they would elsewhere.
        let environment = Environment {
            all: environment.all.clone(),
            ..Environment::default()
        };
        Self {
            environment,
            crypto: CryptoPool::default(),
            made: Vec::new(),
        }
    }

    fn of(&mut self, scenario: &Scenario) -> Result<Arc<Start>, String> {
        let flags = scenario
            .server
            .as_ref()
            .map(|server| (*server.flags).clone());
        let typed = flags.clone().unwrap_or_default();
        let at = scenario.server.as_ref().map_or(&scenario.at, |it| &it.at);
        let refused = |error: ConfigError| {
            let (at, text) = (at.clone(), error.to_string());
            Fault { at, text }.to_string()
        };
        let config = Config::new(typed, &self.environment).map_err(refused)?;
        let config = Config {
            seed: Some(scenario.seed),
            ..config
        };
        let (paths, written) = match &scenario.fixtures {
            Fixtures::Default => (Vec::new(), None),
            Fixtures::Files(paths) => (paths.clone(), None),
            Fixtures::Written { at, tree } => (Vec::new(), Some(written(at, tree))),
        };
        let from = From { paths, flags };
        let known = match &written {
            Some(_) => None,
            None => self.made.iter().find(|(made, _)| *made == from),
        };
        let fixtures = match (known, written) {
            (Some((_, known)), _) => Arc::clone(known),
            (None, Some(written)) => Arc::new(written),
            (None, None) => Arc::new(Unloaded::read(&from.paths)),
        };
        let is_known = known.is_some();
        let crypto = self.crypto.clone();
        let start = Start::new(Arc::clone(&fixtures), config, scenario.clock, crypto);
        if !is_known {
            start
                .world()
                .map_err(|error: FixtureError| error.to_string())?;
            if !matches!(scenario.fixtures, Fixtures::Written { .. }) {
                self.made.push((from, fixtures));
            }
        }
        Ok(Arc::new(start))
    }
}

/// The fixture that stands in a scenario.
pub(in crate::scenario) fn written(at: &At, tree: &Value) -> Unloaded {
    Unloaded::within(&at.source.name, &at.source.text, "fixtures", tree.clone())
}

impl Run {
    fn is_asked_for(&self, typed: &ReplayArguments) -> bool {
        let tags = &self.scenario.tags;
        let is_tagged = |tag: &String| tags.iter().any(|given| *given.name == **tag);
        let of_tags = typed.tag.is_empty() || typed.tag.iter().any(is_tagged);
        let name = typed.name.as_deref();
        of_tags && name.is_none_or(|name| self.title().contains(name))
    }

    /// The same, to be played there.
    pub(super) fn at(self, endpoint: Option<Arc<Endpoint>>) -> Self {
        Self { endpoint, ..self }
    }

    pub(super) fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    pub(super) fn start(&self) -> &Start {
        &self.start
    }

    /// The files that it is played from.
    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        let files = self.scenario.files().into_iter();
        files.chain(self.start.beginning().0.files())
    }

    fn row(&self) -> Option<&Row> {
        self.scenario.table.get(self.row?)
    }

    fn case(&self) -> Option<String> {
        let row = self.row()?;
        Some(match &row.case {
            Some(case) => case.to_string(),
            None => format!("row {}", self.row? + 1),
        })
    }

    pub(super) fn title(&self) -> String {
        let title = &self.scenario.title.name;
        match self.case() {
            Some(case) => format!("{title} ({case})"),
            None => title.to_string(),
        }
    }

    /// Plays it, and a second time where that is asked for, which must give the same answers.
    pub(super) async fn play(&self, how: &How, twice: bool) -> Ran {
        let began = Instant::now();
        let mut played = self.once(how).await;
        if twice && matches!(played.end, End::Passed) {
            let again = self.once(how).await;
            played.end = match differing(&played, &again) {
                Some(failure) => End::Failed(Box::new(failure)),
                None => again.end,
            };
        }
        played.answers = Vec::new();
        self.ran(played, began.elapsed())
    }

    /// The same, whose panics are failures: what they say may show what was played, so they are told by
    /// their place alone, on standard error.
    pub(super) async fn play_contained(self, how: Arc<How>, twice: bool) -> Ran {
        let began = Instant::now();
        let playing = {
            let run = self.clone();
            tokio::spawn(async move { run.play(&how, twice).await })
        };
        let panicked = |_| {
            let text = "Poolhouse panicked while it played";
            self.ran(Played::not_begun(&self.scenario, text), began.elapsed())
        };
        playing.await.unwrap_or_else(panicked)
    }

    pub(super) fn ran(&self, played: Played, took: Duration) -> Ran {
        Ran {
            file: self.scenario.at.source.name.clone(),
            at: self.scenario.title.at.clone(),
            scenario: self.scenario.title.name.to_string(),
            title: self.title(),
            case: self.case(),
            took,
            played,
        }
    }

    /// Plays it in a new world, or where it is to be played.
    async fn once(&self, how: &How) -> Played {
        if let Some(endpoint) = &self.endpoint {
            let playing = endpoint.play(&self.scenario, self.row(), &self.start, how);
            return Box::pin(playing).await;
        }
        match self.start.world() {
            Ok(world) => {
                let world = Arc::new(world);
                let played = self.play_in(&world, how).await;
                world.end().await;
                played
            }
            // Its files have changed since they were found to be right.
            Err(error) => Played::not_begun(&self.scenario, &error.to_string()),
        }
    }

    pub(super) async fn play_in(&self, world: &Arc<World>, how: &How) -> Played {
        let target = Arc::clone(world);
        run::play(&self.scenario, self.row(), target, how).await
    }
}

/// Where two plays of a scenario were answered otherwise.
fn differing(first: &Played, second: &Played) -> Option<Failure> {
    let mut pairs = first.answers.iter().zip(&second.answers);
    let (one, other) = pairs.find(|(one, other)| one.bytes != other.bytes)?;
    let lines = |answers: &Answers| {
        let text = answers.bytes.join(&b'\n');
        let text = String::from_utf8_lossy(&text).into_owned();
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let (ours, theirs) = (lines(one), lines(other));
    let longest = ours.len().max(theirs.len());
    let at = (0..longest).find(|at| ours.get(*at) != theirs.get(*at));
    let shown = |lines: &[String], veil: &Veil| {
        let line = at.and_then(|at| lines.get(at));
        line.map_or_else(|| "nothing".to_owned(), |line| covered(line, veil))
    };
    Some(Failure {
        at: one.at.clone(),
        step: one.step,
        action: one.action.clone(),
        through: Vec::new(),
        text: "played a second time, it was answered otherwise".to_owned(),
        expected: Some(shown(&ours, &first.veil)),
        got: Some(shown(&theirs, &second.veil)),
        differences: Vec::new(),
        reason: None,
        note: None,
        finally: Vec::new(),
    })
}

/// A line of an answer, a header or a body, with its secrets cut.
fn covered(line: &str, veil: &Veil) -> String {
    if let Ok(value) = serde_json::from_str(line) {
        return veil.cover(&value).shown(&value, false);
    }
    let cover = veil.cover(&Value::Null);
    match line.split_once(": ") {
        Some((name, value)) if is_secret(name) => {
            let value = cover.covered(&value.into(), true);
            format!("{name}: {}", value.as_str().unwrap_or_default())
        }
        _ => cover.text(line),
    }
}
