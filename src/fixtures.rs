//! Temporary stub.
use std::path::PathBuf;

use crate::context::Shared;

/// Stub.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Loaded {
    /// Stub.
    pub pools: Vec<LoadedPool>,
}
/// Stub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedPool {
    /// Stub.
    pub id: String,
    /// Stub.
    pub name: String,
    /// Stub.
    pub clients: Vec<(String, String)>,
}
/// Stub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixtureError(String);
impl std::fmt::Display for FixtureError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for FixtureError {}
/// Stub.
pub fn load(_: &Shared, paths: &[PathBuf]) -> Result<Loaded, FixtureError> {
    match paths.iter().find(|path| !path.exists()) {
        Some(path) => Err(FixtureError(format!("{}: no such file", path.display()))),
        None => load_default(&Shared::new(
            crate::clock::Clock::running(),
            crate::entropy::Entropy::from_os(),
            crate::context::Settings::default(),
        )),
    }
}
/// Stub.
pub fn load_default(_: &Shared) -> Result<Loaded, FixtureError> {
    Ok(Loaded {
        pools: vec![LoadedPool {
            id: "us-east-1_stub".into(),
            name: "Stub".into(),
            clients: vec![("web".into(), "stubclient".into())],
        }],
    })
}
