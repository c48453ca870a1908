//! Fixtures: pools, clients, groups and users that are there when the server starts.
//!
//! A fixture is JSON or YAML in the shapes that AWS itself uses, so that what `aws cognito-idp
//! describe-user-pool` prints can be pasted in; `fixtures/README.md` is its reference. Values are
//! checked by the service model and made by the functions that the operations use. What is refused
//! is refused with file, line, path and what would be right, and then nothing is loaded.

mod attached;
mod belongings;
mod client;
mod document;
mod entry;
mod fault;
mod files;
mod load;
mod many;
mod member;
mod pool;
mod preference;
mod publish;
mod user;
mod yaml;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;

use self::document::Document;
pub use self::fault::{Fault, FixtureError};
use crate::clock::Clock;
use crate::context::{Settings, Shared};
use crate::entropy::Entropy;

/// The pool that is there when no fixture is named.
const DEFAULT: &str = include_str!("../fixtures/pools/default.yaml");

/// What fixtures held.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Loaded {
    /// The pools, in the order of the files.
    pub pools: Vec<LoadedPool>,
}

/// A pool of a fixture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedPool {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Names and ids of its clients, ordered by id.
    pub clients: Vec<(String, String)>,
}

/// Loads files, and directories of files in order of name. All of them are loaded, or nothing is.
///
/// # Errors
/// Files that cannot be read, and everything in them that is refused.
pub fn load(shared: &Arc<Shared>, paths: &[PathBuf]) -> Result<Loaded, FixtureError> {
    let (documents, unreadable) = files::read(paths);
    load::load(shared, &documents, unreadable)
}

/// Loads the default fixture, `fixtures/pools/default.yaml`.
///
/// # Errors
/// None on a server without the default pool.
pub fn load_default(shared: &Arc<Shared>) -> Result<Loaded, FixtureError> {
    load_text(shared, "fixtures/pools/default.yaml", DEFAULT)
}

/// Loads a text; `name` stands in refusals, and one that ends in `.json` makes it JSON.
///
/// # Errors
/// Everything in it that is refused; nothing is loaded then.
pub fn load_text(shared: &Arc<Shared>, name: &str, text: &str) -> Result<Loaded, FixtureError> {
    let document = Document::new(name.to_owned(), text.to_owned());
    load::load(shared, &[document], Vec::new())
}

/// The tree of a text, read as [`load_text`] reads it; none where it is neither YAML nor JSON.
pub(crate) fn tree(name: &str, text: &str) -> Option<serde_json::Value> {
    Document::new(name.to_owned(), text.to_owned()).tree().ok()
}

/// Checks files and directories, as [`load`] would load them on an empty server.
///
/// # Errors
/// As [`load`].
pub fn check(paths: &[PathBuf]) -> Result<Loaded, FixtureError> {
    let shared = Shared::new(Clock::running(), Entropy::from_os(), Settings::default());
    load(&Arc::new(shared), paths)
}
