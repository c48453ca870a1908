//! Every sentence of `src/error/table/` is said by a test.
//!
//! A sentence counts as said where all of it but its fields stands on a line of a test: in `tests/`, in a
//! test module of `src/`, in a golden answer. One that is inferred, and alone under its exception, is
//! told by the exception's name. This finds a sentence that no test expects; whether a test expects it of
//! the right request is the test's affair.

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// A field, as a sentence of the table has it.
const FIELD: &str = r"\{[a-z_]+\}";

/// Sentences that no test can be asked for, and why.
const EXCEPTIONS: [(&str, &str); 9] = [
    ("Constraints", "the text is the whole: tests/constraints"),
    (
        "AttributeFindings",
        "the text is the whole: refusal_rows.py",
    ),
    ("TagRefused", "the text is the whole, and Poolhouse's"),
    ("Tagging", "the text is the whole, and Poolhouse's"),
    ("PinnedId", "the text is the whole, and Poolhouse's"),
    ("Serialization", "the text is the whole: test_wire.py"),
    (
        "IncompleteSignature",
        "the text is the whole: src/http/sigv4.rs",
    ),
    (
        "InvalidSignature",
        "the text is the whole: src/http/sigv4.rs",
    ),
    ("OperationUnknown", "it has no text: test_wire.py"),
];

/// A row of the table.
#[derive(Debug, Default)]
struct Row {
    exception: String,
    name: String,
    sentence: String,
    is_inferred: bool,
}

/// The rows, as the table's files write them: `Name(field) => "sentence";` under `Exception {`.
fn rows() -> Vec<Row> {
    let mut found = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/error/table");
    files(&folder, &mut found);
    let table: String = found
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    let (mut rows, mut exception, mut docs) = (Vec::new(), "", String::new());
    for line in table.lines().map(str::trim) {
        if let Some(doc) = line.strip_prefix("///") {
            docs.push_str(doc);
        } else if let Some(name) = line.strip_suffix(" {") {
            exception = name;
        } else if let Some((name, text)) = line.split_once(" => ")
            && text.ends_with(';')
        {
            let text = text.trim_start_matches('r').trim_end_matches(';');
            rows.push(Row {
                exception: exception.into(),
                name: name.split('(').next().unwrap().into(),
                sentence: text.trim_matches('"').into(),
                is_inferred: docs.to_lowercase().contains("inferred"),
            });
            docs.clear();
        }
    }
    rows
}

/// Whether a line of a test has every part of the sentence that is no field, in order.
fn says(line: &str, fields: &Regex, sentence: &str) -> bool {
    let mut rest = line;
    fields.split(sentence).all(|part| {
        let found = rest.split_once(part);
        found.is_some_and(|(_, behind)| {
            rest = behind;
            true
        })
    })
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// What tests say, with the literals that lines part put together again.
fn tests() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut found, mut all) = (Vec::new(), String::new());
    files(&root.join("tests"), &mut found);
    files(&root.join("src"), &mut found);
    for path in found {
        let name = path.to_string_lossy();
        let kind = path.extension().unwrap_or_default();
        let is_this = path.ends_with("tests/refusals.rs");
        if is_this || !["rs", "py", "http"].iter().any(|known| kind == *known) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let from = if path.starts_with(root.join("tests")) || name.contains("tests") {
            Some(0)
        } else {
            text.find("#[cfg(test)]")
        };
        all.push_str(&joined(&text[from.unwrap_or(text.len())..]));
    }
    all
}

/// Rust parts a literal by a backslash, Python by closing and opening it.
fn joined(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for line in text.lines().map(str::trim_start) {
        if joined.ends_with('\\') {
            joined.pop();
        } else if joined.ends_with('"') && line.trim_start_matches(['r', 'f']).starts_with('"') {
            joined.pop();
            joined.push_str(&line.trim_start_matches(['r', 'f'])[1..]);
            continue;
        } else {
            joined.push('\n');
        }
        joined.push_str(line);
    }
    joined
}

#[test]
fn every_sentence_is_said_by_a_test() {
    let (rows, tests) = (rows(), tests());
    assert!(rows.len() > 250, "the table reads as {} rows", rows.len());
    let fields = Regex::new(FIELD).unwrap();
    let is_said = |row: &Row| {
        let is_alone = || {
            let of_kind = |other: &&Row| other.exception == row.exception;
            rows.iter().filter(of_kind).count() == 1
        };
        tests.lines().any(|line| says(line, &fields, &row.sentence))
            || row.is_inferred && is_alone() && tests.contains(&row.exception)
    };
    for (name, why) in EXCEPTIONS {
        let row = rows.iter().find(|row| row.name == name);
        assert!(row.is_some(), "{name} is no row any more ({why})");
    }
    let unsaid: Vec<_> = rows
        .iter()
        .filter(|row| EXCEPTIONS.iter().all(|(name, _)| *name != row.name))
        .filter(|row| fields.replace_all(&row.sentence, "").is_empty() || !is_said(row))
        .map(|row| format!("{}::{} {:?}", row.exception, row.name, row.sentence))
        .collect();
    assert!(unsaid.is_empty(), "no test expects:\n{}", unsaid.join("\n"));
}

#[test]
fn a_sentence_that_lines_part_is_read_whole() {
    let fields = Regex::new(FIELD).unwrap();
    let sentence = "Attribute {name} cannot be {what}.";
    let python = "(\"Attribute x cannot \"\n     f\"be {it}.\", r\"y\")";
    assert!(says(&joined(python), &fields, sentence));
    let rust = "\"Attribute {} cannot \\\n   be y.\"";
    assert!(
        joined(rust)
            .lines()
            .any(|line| says(line, &fields, sentence))
    );
    for other in ["Attribute x can be y.", "cannot be y. Attribute x"] {
        assert!(!says(other, &fields, sentence), "{other}");
    }
}
