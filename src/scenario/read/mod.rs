//! From files to plans: each member of a scenario becomes what it means, or a fault that says what would be right.
//!
//! What can be said of a value where it stands is said here; what needs the names that others give is said by
//! `check`.

mod action;
pub(super) mod entry;
mod include;
mod server;
mod step;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) use self::action::{METHODS, MOST_REDIRECTS};
use self::entry::{Entry, Faults};
pub(crate) use self::server::settings;
pub(crate) use self::step::MODIFIERS;
use super::plan::{FIRST_MOMENT, FIRST_SEED, Fixtures, Named, Part, Row, Scenario, Step};
use super::source::{At, Fault, Key, Node, Source, Tree};
use super::template::Template;
use super::text;
use super::{check, files};
use crate::clock::Timestamp;
use crate::fixtures::FixtureError;
use crate::model::cognito_idp::Operation;
use crate::model::misspelled;

/// How many steps a file may have.
pub(crate) const MOST_STEPS: usize = 1_000;

/// Reads files, and gathers what is wrong with them.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) faults: Faults,
    /// Parts by their real paths; none where one could not be read.
    parts: BTreeMap<PathBuf, Option<Arc<Part>>>,
    /// The parts that are being read, each within the one before, with the names by which they were called.
    reading: Vec<(PathBuf, String)>,
}

/// Where the steps that are read stand.
struct Place<'p> {
    /// Where paths begin.
    folder: &'p Path,
}

impl Reader {
    /// A scenario, as far as it could be read.
    pub(super) fn scenario(&mut self, file: &Path) -> Option<Scenario> {
        let node = self.file(file)?;
        let folder = file.parent().map_or_else(PathBuf::new, Path::to_owned);
        let place = Place { folder: &folder };
        let mut entry = Entry::open(&node, "a scenario", &mut self.faults)?;
        let title = entry.required("scenario", &mut self.faults);
        let faults = &mut self.faults;
        let title =
            title.and_then(|node| text_key(node, "a sentence that says what must hold", faults));
        if let Some(about) = entry.take("about") {
            faults.literal_text(about, "a text");
        }
        let tags = entry
            .take("tags")
            .map_or_else(Vec::new, |node| tags(node, faults));
        let fixtures = entry.take("fixtures");
        let fixtures = fixtures.map_or(Some(Fixtures::Default), |node| {
            fixtures_of(node, &place, faults)
        });
        let server = entry
            .take("server")
            .and_then(|node| server::read(node, faults));
        let clock = entry.take("clock");
        let clock = clock
            .and_then(|node| moment(node, faults))
            .unwrap_or(FIRST_MOMENT);
        let seed = entry.take("seed");
        let seed = seed
            .and_then(|node| seed_of(node, faults))
            .unwrap_or(FIRST_SEED);
        let vars = entry
            .take("vars")
            .map_or_else(Named::new, |node| faults.named(node));
        let defaults = entry.take("defaults");
        let defaults = defaults.map_or_else(Named::new, |node| defaults_of(node, faults));
        let table = entry
            .take("table")
            .map_or_else(Vec::new, |node| rows(node, faults));
        let steps = match entry.required("steps", &mut self.faults) {
            Some(node) => self.steps(node, &place, true),
            None => Vec::new(),
        };
        let finally = match entry.take("finally") {
            Some(node) => self.steps(node, &place, false),
            None => Vec::new(),
        };
        self.not_too_many(&node, &steps, &finally);
        entry.end(&mut self.faults);
        Some(Scenario {
            at: node.at.clone(),
            title: title?,
            tags,
            fixtures: fixtures?,
            server,
            clock,
            seed,
            vars,
            defaults,
            table,
            steps,
            finally,
        })
    }

    /// A part that nobody includes.
    pub(super) fn lone_part(&mut self, file: &Path) -> Option<Arc<Part>> {
        let nowhere = Node {
            at: at_start(file),
            value: Tree::Text(file.display().to_string().into()),
        };
        self.part(file, &nowhere)
    }

    /// The tree of a file.
    fn file(&mut self, file: &Path) -> Option<Node> {
        let name = file.display().to_string();
        let read = files::text_of(file, text::LONGEST);
        match read {
            Ok(read) => text::read(name, read)
                .map_err(|fault| self.faults.0.push(fault))
                .ok(),
            Err(error) => {
                self.faults.add(&at_start(file), error);
                None
            }
        }
    }

    /// The steps of a list.
    fn steps(&mut self, node: &Node, place: &Place<'_>, must_have_one: bool) -> Vec<Step> {
        let items = self.faults.list(node, "steps");
        if must_have_one && items.is_empty() && matches!(node.value, Tree::List(_)) {
            self.faults
                .add(&node.at, "there is no step; one at least is needed");
        }
        if items.len() > MOST_STEPS {
            let text = format!(
                "{} steps, and a file has {MOST_STEPS} at most; make parts of them",
                items.len()
            );
            self.faults.add(&node.at, text);
            return Vec::new();
        }
        let mut steps = Vec::new();
        for item in items {
            match step::read(item, place, self) {
                Some(step) => steps.push(step),
                None => self.lose(item),
            }
        }
        steps
    }

    /// Notes the name that a step would have given.
    fn lose(&mut self, step: &Node) {
        let Tree::Map(members) = &step.value else {
            return;
        };
        for (key, value) in members {
            if let ("as", Tree::Text(name)) = (&*key.name, &value.value) {
                self.faults.1.insert(name.clone());
            }
        }
    }

    fn not_too_many(&mut self, node: &Node, steps: &[Step], finally: &[Step]) {
        let count = steps.len() + finally.len();
        if count > MOST_STEPS {
            let text =
                format!("{count} steps, and a file has {MOST_STEPS} at most; make parts of them");
            self.faults.add(&node.at, text);
        }
    }
}

/// How many faults are told one by one.
const MOST_TOLD: usize = 20;

/// Files that are refused, and why.
#[derive(Debug)]
pub(super) struct Refused {
    faults: Vec<Fault>,
    /// Those of fixtures, which are told in their own way.
    of_fixtures: Vec<FixtureError>,
}

impl Refused {
    pub(super) fn new(faults: Vec<Fault>, of_fixtures: Vec<FixtureError>) -> Self {
        Self {
            faults,
            of_fixtures,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = self.faults.iter().take(MOST_TOLD).map(Fault::to_string);
        let mut told: Vec<_> = told.collect();
        if let Some(more) = self
            .faults
            .len()
            .checked_sub(MOST_TOLD)
            .filter(|more| *more > 0)
        {
            told.push(format!("and {more} more"));
        }
        told.extend(self.of_fixtures.iter().map(FixtureError::to_string));
        f.write_str(&told.join("\n"))
    }
}

/// What files hold, all of it right.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) scenarios: Vec<Arc<Scenario>>,
    /// How many files are parts, whether a scenario includes them or not.
    pub(super) parts: usize,
}

/// The scenarios of files and directories.
///
/// # Errors
/// All that is wrong with them.
pub(super) fn scenarios(paths: &[PathBuf]) -> Result<Vec<Arc<Scenario>>, Refused> {
    let files = files::find(paths, false).map_err(|faults| Refused::new(faults, Vec::new()))?;
    read(&files).map(|read| read.scenarios)
}

/// What scenarios and parts are, which are told apart by their names.
///
/// # Errors
/// All that is wrong with them.
pub(super) fn read(files: &[PathBuf]) -> Result<Read, Refused> {
    let mut reader = Reader::default();
    let (parts, scenarios): (Vec<_>, Vec<_>) = files.iter().partition(|file| files::is_part(file));
    let scenarios = scenarios.into_iter();
    let scenarios = scenarios.filter_map(|file| reader.scenario(file).map(Arc::new));
    let scenarios: Vec<_> = scenarios.collect();
    let mut lone = Vec::new();
    let count = parts.len();
    for file in parts {
        let is_known = reader.is_read(file);
        lone.extend(reader.lone_part(file).filter(|_| !is_known));
    }
    check::check(&scenarios, &lone, reader.faults)?;
    Ok(Read {
        scenarios,
        parts: count,
    })
}

/// The beginning of a file that could not be read.
pub(super) fn at_start(file: &Path) -> At {
    let source = Source {
        name: file.display().to_string(),
        text: String::new(),
    };
    At {
        source: Arc::new(source),
        span: 0..0,
    }
}

/// A text, and where it stands.
fn text_key(node: &Node, what: &str, faults: &mut Faults) -> Option<Key> {
    let name = faults.literal_text(node, what)?;
    if name.contains(char::is_control) {
        let text = format!("give {what}, on one line and without control characters");
        faults.add(&node.at, text);
        return None;
    }
    Some(Key {
        at: node.at.clone(),
        name: name.into(),
    })
}

fn tags(node: &Node, faults: &mut Faults) -> Vec<Key> {
    let mut tags = Vec::new();
    for item in faults.list(node, "tags") {
        let is_tag = |text: &str| {
            let fits = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
            !text.is_empty() && text.bytes().all(fits)
        };
        match &item.value {
            Tree::Text(text) if is_tag(text) => tags.push(Key {
                at: item.at.clone(),
                name: text.clone(),
            }),
            _ => faults.wrong(item, "a tag has small letters, digits and hyphens"),
        }
    }
    tags
}

fn moment(node: &Node, faults: &mut Faults) -> Option<Timestamp> {
    match entry::moment(&action::json(node)) {
        Ok(moment) => Some(moment),
        Err(hint) => {
            faults.wrong(node, &hint);
            None
        }
    }
}

fn seed_of(node: &Node, faults: &mut Faults) -> Option<u64> {
    let seed = match &node.value {
        Tree::Number(number) => number.as_u64(),
        _ => None,
    };
    if seed.is_none() {
        faults.wrong(node, "give a whole number from 0 on");
    }
    seed
}

fn fixtures_of(node: &Node, place: &Place<'_>, faults: &mut Faults) -> Option<Fixtures> {
    let is_text = |node: &Node| matches!(node.value, Tree::Text(_));
    let paths = match &node.value {
        Tree::Text(_) => std::slice::from_ref(node),
        Tree::List(items) if !items.is_empty() && items.iter().all(is_text) => items,
        Tree::Map(_) | Tree::List(_) => {
            return Some(Fixtures::Written {
                at: node.at.clone(),
                tree: Arc::new(action::json(node)),
            });
        }
        _ => {
            faults.wrong(node, "give a path, a list of paths, or a fixture");
            return None;
        }
    };
    let mut files = Vec::new();
    for path in paths {
        let file = place
            .folder
            .join(faults.literal_text(path, "the path of a fixture")?);
        if !file.exists() {
            let hint = "there is no such file; paths begin at the folder of the scenario";
            faults.wrong(path, hint);
            return None;
        }
        files.push(file);
    }
    Some(Fixtures::Files(files))
}

/// Members that some operation has at the top of its input.
fn defaults_of(node: &Node, faults: &mut Faults) -> Named<Template> {
    let mut named = Named::new();
    for (key, value) in faults.members(node, "members and values") {
        let inputs = Operation::ALL.iter().map(|operation| operation.input());
        if !inputs
            .clone()
            .any(|shape| shape.member(&key.name).is_some())
        {
            let members = inputs.flat_map(|shape| shape.members.iter().map(|member| member.name));
            let hint = misspelled::nearest(&key.name, members);
            let hint = hint.map_or_else(String::new, |hint| format!("; did you mean {hint}?"));
            let text = format!(
                "no operation has {} at the top of its input{hint}",
                key.name
            );
            faults.add(&key.at, text);
            continue;
        }
        if let Some(value) = faults.template(value) {
            named.push((key.clone(), value));
        }
    }
    named
}

fn rows(node: &Node, faults: &mut Faults) -> Vec<Row> {
    let items = faults.list(node, "rows, a map each");
    if items.is_empty() && matches!(node.value, Tree::List(_)) {
        faults.add(
            &node.at,
            "there is no row; a table has one at least, or is left out",
        );
    }
    let members = |node: &Node| match &node.value {
        Tree::Map(members) => members.iter().map(|(key, _)| key.name.clone()).collect(),
        _ => Vec::new(),
    };
    let all: Vec<Vec<Box<str>>> = items.iter().map(members).collect();
    let mut rows = Vec::new();
    let mut cases: Vec<(usize, Box<str>)> = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let Tree::Map(members) = &item.value else {
            faults.wrong(item, "a row is a map of names and values");
            continue;
        };
        let mut told: Vec<&str> = Vec::new();
        for (other, name) in all
            .iter()
            .enumerate()
            .flat_map(|(row, names)| names.iter().map(move |name| (row, name)))
        {
            if &**name != "case" && !all[at].contains(name) && !told.contains(&&**name) {
                told.push(name);
                let text = format!(
                    "this row has no {name}, which row {} has; give it, as null if there is none",
                    other + 1
                );
                faults.add(&item.at, text);
            }
        }
        let case = members.iter().find(|(key, _)| *key.name == *"case");
        let case = case.and_then(|(_, node)| text_key(node, "a text that names the case", faults));
        if let Some(case) = &case
            && let Some((first, _)) = cases.iter().find(|(_, name)| *name == case.name)
        {
            let text = format!(
                "row {first} has this case, too; give each its own, by which reports and --name tell them apart"
            );
            faults.add(&case.at, text);
        }
        let case = case.map(|key| key.name);
        cases.extend(case.iter().map(|name| (at + 1, name.clone())));
        let values = members
            .iter()
            .filter_map(|(key, value)| Some((key.clone(), faults.template(value)?)));
        let values = values.collect();
        rows.push(Row { case, values });
    }
    rows
}
