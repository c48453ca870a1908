//! Rules by which a test author says what befalls requests: given by the test API, or by fixtures.

use std::sync::{Arc, PoisonError, RwLock};

use serde_json::{Map, Value};

/// A rule as the test API and fixtures give it.
pub trait Rule: Clone {
    /// What its members are, for those who gave others.
    const MEMBERS: &'static str;

    /// Reads a rule.
    ///
    /// # Errors
    /// What is wrong with it.
    fn read(members: &Map<String, Value>) -> Result<Self, String>;

    /// The rule as it is shown; what is shown may be given again.
    fn view(&self) -> Value;
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

    /// Adds rules after those that are there.
    pub fn add(&self, more: Vec<T>) {
        let mut rules = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *rules = rules.iter().cloned().chain(more).collect();
    }
}
