//! Whether a handler's code has changed: names, sizes and times of its file and of the code beside it.
//! Where there is one, the time counts at which the file system last changed anything of the file: the other
//! is the same for all files of some packages, and who copies may set it back.

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
    // A link that leads elsewhere now.
    std::fs::canonicalize(&handler.dir).ok().hash(&mut hasher);
    if let Program::File { file, .. } = &handler.program {
        std::fs::canonicalize(file).ok().hash(&mut hasher);
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
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;

            (metadata.ctime(), metadata.ctime_nsec()).hash(hasher);
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::collections::BTreeMap;
    use std::fs::{self, File};
    use std::os::unix::fs::{MetadataExt as _, symlink};
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::lambda::target::Runtime;

    /// As of a release folder that a link leads to, or of a package whose files all have one time.
    #[test]
    fn code_that_is_exchanged_for_other_of_the_same_size_and_time_has_changed() {
        let folder = std::env::temp_dir().join(format!("poolhouse-files-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.join(name);
            fs::write(&path, text).unwrap();
            let file = File::options().append(true).open(&path).unwrap();
            file.set_modified(UNIX_EPOCH + Duration::from_secs(1))
                .unwrap();
        };
        write("one.txt", "1");
        write("two.txt", "2");
        symlink("one.txt", folder.join("handler.mjs")).unwrap();
        let handler = Handler {
            program: Program::File {
                file: folder.join("handler.mjs"),
                runtime: Runtime::Node,
                handler: "handler".into(),
            },
            dir: folder.clone(),
            env: BTreeMap::new(),
        };
        let first = fingerprint(&handler);
        assert_eq!(fingerprint(&handler), first);
        fs::remove_file(folder.join("handler.mjs")).unwrap();
        symlink("two.txt", folder.join("handler.mjs")).unwrap();
        let second = fingerprint(&handler);
        assert_ne!(second, first);
        let changed = || {
            let two = fs::metadata(folder.join("two.txt")).unwrap();
            (two.ctime(), two.ctime_nsec())
        };
        let before = changed();
        // The system's time for it goes by steps of some milliseconds.
        while changed() == before {
            write("two.txt", "3");
        }
        assert_ne!(fingerprint(&handler), second);
        fs::remove_dir_all(folder).unwrap();
    }
}
