//! What the fuzzer is seeded with and what it has found (`fuzz/`), as ordinary tests: nothing in the
//! corpora may break what holds of any bytes, and a file whose name begins with `taken-` or `refused-`
//! gets that verdict. The golden exchanges and the shipped fixtures are corpora too.

use std::fs;
use std::path::{Path, PathBuf};

use poolhouse::fuzzing::{TARGETS, Target, Verdict};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a folder by name, in order.
fn files(folder: &str) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(root().join(folder)).expect(folder);
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.path()))
        .collect();
    files.sort();
    files
}

fn target(name: &str) -> Target {
    let found = TARGETS.iter().find(|(known, _)| *known == name);
    found.expect("a target of this name").1
}

/// Runs a corpus; what is wrong with it.
fn faults_of(name: &str, target: Target) -> Vec<String> {
    let mut faults = Vec::new();
    for (file, path) in files(&format!("fuzz/corpus/{name}")) {
        let expected = match file.split('-').next() {
            Some("taken") => Some(Verdict::Taken),
            Some("refused") => Some(Verdict::Refused),
            _ => None,
        };
        match target(&fs::read(path).unwrap()) {
            Err(breach) => faults.push(format!("{name}/{file}: {breach}")),
            Ok(verdict) if expected.is_some_and(|expected| expected != verdict) => {
                faults.push(format!("{name}/{file}: {verdict:?}"));
            }
            Ok(_) => {}
        }
    }
    faults
}

#[test]
fn every_corpus_is_read_as_its_files_say() {
    let faults: Vec<String> = TARGETS
        .iter()
        .flat_map(|(name, target)| faults_of(name, *target))
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

/// A corpus of refusals alone would show that a reader refuses, not that it reads.
#[test]
fn every_target_has_a_program_and_a_corpus_of_both_verdicts() {
    let programs: Vec<String> = files("fuzz/fuzz_targets")
        .into_iter()
        .map(|(file, _)| file.trim_end_matches(".rs").to_owned())
        .collect();
    let corpora: Vec<String> = files("fuzz/corpus")
        .into_iter()
        .map(|(file, _)| file)
        .collect();
    let names: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(programs, names, "fuzz/fuzz_targets");
    assert_eq!(corpora, names, "fuzz/corpus");
    let manifest = fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap();
    for name in names {
        assert!(
            manifest.contains(&format!("name = \"{name}\"\n")),
            "fuzz/Cargo.toml lacks {name}"
        );
        for verdict in ["taken-", "refused-"] {
            let corpus = files(&format!("fuzz/corpus/{name}"));
            assert!(
                corpus.iter().any(|(file, _)| file.starts_with(verdict)),
                "{name}: {verdict}"
            );
        }
    }
}

/// Bodies and names of the golden exchanges, as `scripts/fuzz` seeds its target with them.
#[test]
fn the_golden_exchanges_are_calls_that_break_nothing() {
    let target = target("aws_json");
    let mut taken = 0;
    for (file, path) in files("tests/golden") {
        let exchange = fs::read_to_string(path).unwrap();
        let (operation, _) = file.split_once('.').unwrap();
        let (body, _) = exchange.split_once("\n\nHTTP/1.1 ").unwrap();
        match target(format!("{operation}\n{body}").as_bytes()) {
            Ok(verdict) => taken += usize::from(verdict == Verdict::Taken),
            Err(breach) => panic!("{file}: {breach}"),
        }
    }
    // Many name what an exchange before them made; those about the default pool are carried out.
    assert!(taken > 20, "{taken}");
}

#[test]
fn the_shipped_fixtures_are_taken() {
    let target = target("fixture");
    for (file, path) in files("fixtures/pools") {
        assert_eq!(
            target(&fs::read(path).unwrap()),
            Ok(Verdict::Taken),
            "{file}"
        );
    }
}
