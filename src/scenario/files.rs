//! Which files are scenarios, and which are parts.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::read::at_start;
use super::source::Fault;
pub(super) use crate::fixtures::files::text_of;
use crate::fixtures::files::{holds_fixture, is_of_kind};

/// Whether a file is a scenario, by its name.
pub(crate) fn is_scenario(file: &Path) -> bool {
    is_of_kind(file, "scenario")
}

/// Whether a file is a part, by its name.
pub(crate) fn is_part(file: &Path) -> bool {
    is_of_kind(file, "part")
}

/// What paths mean: files that are named are meant whatever they are called, and of directories the scenarios,
/// at any depth, in order of path. Parts too, where `parts` are asked for. No file is there twice.
///
/// # Errors
/// What cannot be read, and why.
pub(crate) fn find(paths: &[PathBuf], parts: bool) -> Result<Vec<PathBuf>, Vec<Fault>> {
    let mut found = Vec::new();
    let mut faults = Vec::new();
    for path in paths {
        if path.is_dir() {
            let mut files = Vec::new();
            walk(path, parts, &mut BTreeSet::new(), &mut files, &mut faults);
            files.sort();
            found.extend(files);
        } else {
            found.push(path.clone());
        }
    }
    let mut seen = BTreeSet::new();
    found.retain(|file| {
        let real = fs::canonicalize(file).unwrap_or_else(|_| file.clone());
        seen.insert(real)
    });
    if faults.is_empty() {
        Ok(found)
    } else {
        Err(faults)
    }
}

/// Paths told apart: files of scenarios and parts, and what may hold fixtures.
#[derive(Debug, Default)]
pub(crate) struct Sorted {
    /// In the order of the paths.
    pub(crate) files: Vec<PathBuf>,
    pub(crate) others: Vec<PathBuf>,
}

/// Tells paths apart. A directory that holds none of all counts as one of fixtures, where it is refused.
///
/// # Errors
/// As [`find`].
pub(crate) fn sorted(paths: &[PathBuf]) -> Result<Sorted, Vec<Fault>> {
    let mut sorted = Sorted::default();
    for path in paths {
        if path.is_dir() {
            let found = find(std::slice::from_ref(path), true)?;
            if found.is_empty() || holds_fixture(path) {
                sorted.others.push(path.clone());
            }
            sorted.files.extend(found);
        } else if is_scenario(path) || is_part(path) {
            sorted.files.push(path.clone());
        } else {
            sorted.others.push(path.clone());
        }
    }
    sorted.files = find(&sorted.files, true)?;
    Ok(sorted)
}

/// Names that start with a dot are left alone. A directory that links lead to twice, or back to, is searched once.
fn walk(
    directory: &Path,
    parts: bool,
    seen: &mut BTreeSet<PathBuf>,
    files: &mut Vec<PathBuf>,
    faults: &mut Vec<Fault>,
) {
    let listed = fs::canonicalize(directory).and_then(|real| match seen.insert(real) {
        true => fs::read_dir(directory)?.collect::<io::Result<Vec<_>>>(),
        false => Ok(Vec::new()),
    });
    let entries = match listed {
        Ok(entries) => entries,
        Err(error) => {
            let at = at_start(directory);
            let text = error.to_string();
            return faults.push(Fault { at, text });
        }
    };
    for entry in entries {
        let path = entry.path();
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if path.is_dir() {
            walk(&path, parts, seen, files, faults);
        } else if is_scenario(&path) || (parts && is_part(&path)) {
            files.push(path);
        }
    }
}
