//! Rules by which a test author says what befalls requests: given by the test API, or by fixtures.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::{Map, Value};

use crate::model::described::Own;
use crate::model::misspelled;

/// A rule as the test API and fixtures give it.
pub trait Rule: Clone {
    /// What its members are, for those who gave others.
    const MEMBERS: &'static str;

    /// What it may have.
    const TAKES: &'static [Own];

    /// Reads a rule.
    ///
    /// # Errors
    /// What is wrong with it.
    fn read(members: &Map<String, Value>) -> Result<Self, Fault>;

    /// The rule as it is shown; what is shown may be given again.
    fn view(&self) -> Value;

    /// The pool that it names.
    fn user_pool(&self) -> Option<&str>;

    /// The same for another pool, of which the clients are called otherwise.
    #[must_use]
    fn for_copy(&self, user_pool: &str, clients: &BTreeMap<&str, &str>) -> Self;

    /// The rule as it is now, whatever the other one goes through.
    fn copy(&self) -> Self {
        self.clone()
    }
}

/// Refuses a member that no rule of this kind has.
///
/// # Errors
/// The member, and which was meant.
pub(super) fn only_known<T: Rule>(members: &Map<String, Value>) -> Result<(), Fault> {
    let names = || T::TAKES.iter().map(|own| own.name);
    match members.keys().find(|name| names().all(|own| own != *name)) {
        None => Ok(()),
        Some(name) => {
            let hint = misspelled::hint(name, names());
            Err(Fault::of(name, format!("unknown member; {hint}")))
        }
    }
}

/// What is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The member that is wrong, where it is one.
    pub member: Option<String>,
    /// What is wrong, and what would be right.
    pub text: String,
}

impl Fault {
    /// What is wrong with this member.
    pub fn of(member: &str, text: impl Into<String>) -> Self {
        Self {
            member: Some(member.to_owned()),
            text: text.into(),
        }
    }
}

impl<T: Into<String>> From<T> for Fault {
    fn from(text: T) -> Self {
        Self {
            member: None,
            text: text.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.member {
            Some(member) => write!(f, "{member}: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

/// Rules of one kind, in order.
#[derive(Debug)]
pub struct Rules<T>(RwLock<Arc<[T]>>);

impl<T> Default for Rules<T> {
    fn default() -> Self {
        Self(RwLock::new(Arc::new([])))
    }
}

impl<T: Clone> Rules<T> {
    /// The rules as they are.
    pub fn all(&self) -> Arc<[T]> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces all rules.
    pub fn replace(&self, rules: Vec<T>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = rules.into();
    }

    /// Puts rules back: all, or those for pools that `is_meant` means, which then come before all others.
    pub fn put_back(&self, image: &[T], is_meant: Option<&dyn Fn(&str) -> bool>)
    where
        T: Rule,
    {
        let mut rules = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *rules = match is_meant {
            None => image.iter().map(Rule::copy).collect(),
            Some(is_meant) => {
                let is_meant = |rule: &&T| rule.user_pool().is_some_and(is_meant);
                let back = image.iter().filter(is_meant).map(Rule::copy);
                let others = rules.iter().filter(|rule| !is_meant(rule)).cloned();
                back.chain(others).collect()
            }
        };
    }

    /// Adds those of `image` that name a pool which was copied, for the copy.
    pub fn add_renamed(
        &self,
        image: &[T],
        pools: &BTreeMap<&str, &str>,
        clients: &BTreeMap<&str, &str>,
    ) where
        T: Rule,
    {
        let copied = image.iter().filter_map(|rule| {
            let copy = pools.get(rule.user_pool()?)?;
            Some(rule.copy().for_copy(copy, clients))
        });
        let copied: Vec<T> = copied.collect();
        if !copied.is_empty() {
            self.add(copied);
        }
    }

    /// The rules as they are now, whatever becomes of them.
    pub fn image(&self) -> Arc<[T]>
    where
        T: Rule,
    {
        self.all().iter().map(Rule::copy).collect()
    }

    /// Adds rules after those that are there.
    pub fn add(&self, more: Vec<T>) {
        let mut rules = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *rules = rules.iter().cloned().chain(more).collect();
    }
}
