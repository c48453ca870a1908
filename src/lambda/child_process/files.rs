//! Whether a handler's code has changed: names, sizes and times of its file and of the code beside it.

use std::fs::Metadata;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use super::super::target::{Handler, Program};

/// What counts as code, and as data that code loads with itself.
const CODE: [&str; 8] = ["mjs", "cjs", "js", "mts", "cts", "ts", "py", "json"];

/// Files looked at in a folder, at most: each call looks.
const MOST_FILES: usize = 500;

/// Differs once the code that a handler is made of has changed.
pub(super) fn fingerprint(handler: &Handler) -> u64 {
    let mut hasher = DefaultHasher::new();
    if let Program::File { file, .. } = &handler.program {
        note(file, std::fs::metadata(file).ok(), &mut hasher);
    }
    beside(&handler.dir, &mut hasher);
    hasher.finish()
}

/// What lies in deeper folders is not looked at: a run writes there too (`__pycache__`).
fn beside(dir: &Path, hasher: &mut DefaultHasher) {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return;
    };
    let is_code = |path: &Path| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|extension| CODE.contains(&extension))
    };
    let mut files: Vec<_> = entries
        .take(MOST_FILES)
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| is_code(path))
        .collect();
    // A folder has no order of its own.
    files.sort_unstable();
    for file in files {
        let metadata = std::fs::metadata(&file).ok();
        note(&file, metadata, hasher);
    }
}

fn note(file: &Path, metadata: Option<Metadata>, hasher: &mut DefaultHasher) {
    file.hash(hasher);
    if let Some(metadata) = metadata {
        metadata.len().hash(hasher);
        metadata.modified().ok().hash(hasher);
    }
}
