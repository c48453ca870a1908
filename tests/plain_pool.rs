//! The default pool without its domain and its pages, for those who make such things themselves.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// What the pool has for its pages: the beginnings of the lines.
const OF_PAGES: [&str; 9] = [
    "# http://poolhouse.auth.localhost",
    "Domains:",
    "- {Domain: poolhouse,",
    "SupportedIdentityProviders:",
    "AllowedOAuth",
    "CallbackURLs:",
    "LogoutURLs:",
    "ManagedLoginBranding:",
    "- {ClientId: 1poolhouse0public0client00, UseCognitoProvidedValues",
];

/// A fixture of it.
pub fn fixture() -> PathBuf {
    let whole = include_str!("../fixtures/pools/default.yaml");
    let is_of_pages = |line: &&str| {
        OF_PAGES
            .iter()
            .any(|start| line.trim_start().starts_with(start))
    };
    let lines = whole.lines().filter(|line| !is_of_pages(line));
    let text: String = lines.flat_map(|line| [line, "\n"]).collect();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    // Several tests may write it at once, also each in a process of its own.
    static MADE: AtomicU32 = AtomicU32::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let name = format!("plain-pool-{}-{number}.yaml", std::process::id());
    let (made, path) = (folder.join(name), folder.join("plain-pool.yaml"));
    std::fs::write(&made, text).unwrap();
    std::fs::rename(&made, &path).unwrap();
    path
}
