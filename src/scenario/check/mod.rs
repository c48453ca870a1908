//! What is refused before anything plays, beyond what each value says of itself: names that nobody gives,
//! members that a type does not have, errors that an operation never gives, and fixtures that are wrong.
//!
//! Where nothing is known of a value (what a function makes, what a row or a parameter holds) nothing is said.

mod errors;
pub(super) mod input;
mod names;
mod output;
mod scope;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::plan::{self, Part, Scenario};
use super::read::Refused;
use super::read::entry::Faults;
use super::replay::written;
use super::source::Fault;
use crate::clock::Clock;
use crate::context::{Settings, Shared};
use crate::entropy::Entropy;
use crate::fixtures::named::Fixtures;
use crate::fixtures::{FixtureError, Unloaded};

/// Checks scenarios that were read, and parts that none of them includes; `faults` are those of reading.
///
/// # Errors
/// All that is wrong.
pub(super) fn check(
    scenarios: &[Arc<Scenario>],
    parts: &[Arc<Part>],
    mut faults: Faults,
) -> Result<(), Refused> {
    let mut loaded = LoadedFixtures::default();
    let lost = std::mem::take(&mut faults.1);
    let mut of_fixtures = Vec::new();
    let mut titles = BTreeMap::new();
    for scenario in scenarios {
        if let Some(first) = titles.insert(&*scenario.title.name, &scenario.title.at) {
            let (line, _) = first.line_and_column();
            let text = format!(
                "the same sentence stands in {}:{line}; write another",
                first.source.name
            );
            faults.add(&scenario.title.at, text);
        }
        let fixtures = match loaded.of(&scenario.fixtures) {
            Ok(fixtures) => Some(fixtures),
            Err(error) => {
                of_fixtures.extend(error);
                None
            }
        };
        names::scenario(scenario, fixtures.as_deref(), &lost, &mut faults);
    }
    for part in parts {
        names::lone_part(part, &lost, &mut faults);
    }
    // A part is walked once for each scenario, and again within itself for nobody.
    let mut told = BTreeSet::new();
    let key = |fault: &Fault| {
        let span = &fault.at.span;
        (
            fault.at.source.name.clone(),
            span.start,
            span.end,
            fault.text.clone(),
        )
    };
    faults.0.retain(|fault| told.insert(key(fault)));
    faults
        .0
        .sort_by_key(|fault| (fault.at.source.name.clone(), fault.at.span.start));
    if faults.0.is_empty() && of_fixtures.is_empty() {
        return Ok(());
    }
    Err(Refused::new(faults.0, of_fixtures))
}

/// The fixtures of scenarios, each loaded once into a server that nobody asks.
#[derive(Default)]
struct LoadedFixtures {
    /// By their paths; none is the default pool.
    by_paths: BTreeMap<Vec<PathBuf>, Option<Arc<Fixtures>>>,
}

impl LoadedFixtures {
    /// What fixtures made.
    ///
    /// # Errors
    /// What is wrong with them; nothing, where that was told before.
    fn of(&mut self, fixtures: &plan::Fixtures) -> Result<Arc<Fixtures>, Option<FixtureError>> {
        let paths = match fixtures {
            plan::Fixtures::Default => Vec::new(),
            plan::Fixtures::Files(paths) => paths.clone(),
            plan::Fixtures::Written { at, tree } => {
                return load(&written(at, tree)).map_err(Some);
            }
        };
        if let Some(known) = self.by_paths.get(&paths) {
            return known.clone().ok_or(None);
        }
        let read = load(&Unloaded::read(&paths));
        let made = read.as_ref().ok().map(Arc::clone);
        self.by_paths.insert(paths, made);
        read.map_err(Some)
    }
}

fn load(unloaded: &Unloaded) -> Result<Arc<Fixtures>, FixtureError> {
    let clock = Clock::frozen_at(plan::FIRST_MOMENT);
    let entropy = Entropy::from_seed(plan::FIRST_SEED);
    let shared = Arc::new(Shared::new(clock, entropy, Settings::default()));
    let loaded = unloaded.load(&shared)?;
    Ok(Arc::new(Fixtures::of(unloaded, &loaded, &shared)))
}

#[cfg(test)]
mod tests;
