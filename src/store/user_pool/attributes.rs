//! Attributes of a user, in the order in which they were first set.

use std::sync::{Arc, LazyLock};

/// A user's attributes but for `sub`, ordered by name. Names are shared with the pool's schema.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Attributes(Vec<(Arc<str>, Arc<str>)>);

impl Attributes {
    /// The value of `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.place(name).ok().map(|at| self.0[at].1.as_ref())
    }

    /// The value of `name`, shared.
    pub fn shared(&self, name: &str) -> Option<Arc<str>> {
        self.place(name).ok().map(|at| Arc::clone(&self.0[at].1))
    }

    /// Sets a value; an empty one takes the attribute away (documented for the update calls).
    pub fn set(&mut self, name: Arc<str>, value: &str) {
        match (self.place(&name), value.is_empty()) {
            (Ok(at), true) => {
                self.0.remove(at);
            }
            (Ok(at), false) => self.0[at].1 = kept(value),
            (Err(_), true) => {}
            (Err(at), false) => {
                self.0.reserve_exact(1);
                self.0.insert(at, (name, kept(value)));
            }
        }
    }

    /// Takes an attribute away.
    pub fn remove(&mut self, name: &str) {
        if let Ok(at) = self.place(name) {
            self.0.remove(at);
        }
    }

    /// Names and values, ordered by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_ref(), value.as_ref()))
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0
            .binary_search_by(|(known, _)| known.as_ref().cmp(name))
    }
}

/// A value as it is kept: the two that most users have are shared by all of them.
fn kept(value: &str) -> Arc<str> {
    static TRUE: LazyLock<Arc<str>> = LazyLock::new(|| "true".into());
    static FALSE: LazyLock<Arc<str>> = LazyLock::new(|| "false".into());
    match value {
        "true" => Arc::clone(&TRUE),
        "false" => Arc::clone(&FALSE),
        other => other.into(),
    }
}
