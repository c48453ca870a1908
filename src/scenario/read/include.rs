//! Parts, and the steps that include them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::action::Given;
use super::entry::{Entry, Faults};
use super::{Place, Reader, text_key};
use crate::model::misspelled;
use crate::scenario::plan::{Action, Named, Part};
use crate::scenario::source::{Key, Node};

/// How deep parts may include parts: each is read and played within the one before.
const DEEPEST: usize = 32;

/// A step that includes a part.
pub(super) fn read(given: &Given<'_>, place: &Place<'_>, reader: &mut Reader) -> Option<Action> {
    let with = given.with;
    let with = with.map_or_else(Named::new, |node| reader.faults.named(node));
    let path = reader.faults.literal_text(
        given.value,
        "the path of a part, such as signed-up.part.yaml",
    )?;
    let file = place.folder.join(path);
    let part = reader.part(&file, given.value)?;
    check_parameters(&part, &with, given, &mut reader.faults);
    Some(Action::Include { part, with })
}

fn check_parameters(
    part: &Part,
    with: &Named<super::Template>,
    given: &Given<'_>,
    faults: &mut Faults,
) {
    let file = &part.at.source.name;
    let names = || part.params.iter().map(|param| &*param.name);
    for (key, _) in with {
        if !names().any(|name| *name == *key.name) {
            let hint = match part.params.len() {
                0 => "it has none".to_owned(),
                _ => misspelled::hint(&key.name, names()),
            };
            faults.add(
                &key.at,
                format!("{file} has no parameter {}; {hint}", key.name),
            );
        }
    }
    let lacking: Vec<_> = names()
        .filter(|name| !with.iter().any(|(key, _)| *key.name == **name))
        .collect();
    if !lacking.is_empty() {
        let lacking = lacking.join(", ");
        let text = format!("{file} needs {lacking}; give it in `with` beside include");
        faults.add(&given.word.at, text);
    }
}

impl Reader {
    /// The part of a file, which is read once.
    pub(super) fn part(&mut self, file: &Path, named: &Node) -> Option<Arc<Part>> {
        let Ok(real) = fs::canonicalize(file) else {
            self.faults.wrong(named, &no_such_part(file));
            return None;
        };
        if let Some(from) = self.reading.iter().position(|(path, _)| *path == real) {
            let circle = self.reading[from..].iter().map(|(_, name)| name.as_str());
            let circle: Vec<_> = circle.chain([file.to_str().unwrap_or_default()]).collect();
            let text = format!("a part includes itself: {}", circle.join(" includes "));
            self.faults.add(&named.at, text);
            return None;
        }
        if let Some(known) = self.parts.get(&real) {
            return known.clone();
        }
        if self.reading.len() >= DEEPEST {
            let text = format!("parts include parts more than {DEEPEST} deep; put steps together");
            self.faults.add(&named.at, text);
            return None;
        }
        let part = self.new_part(file, &real);
        self.parts.insert(real, part.clone());
        part
    }

    /// Whether somebody has included the part of a file.
    pub(super) fn is_read(&self, file: &Path) -> bool {
        fs::canonicalize(file).is_ok_and(|real| self.parts.contains_key(&real))
    }

    fn new_part(&mut self, file: &Path, real: &Path) -> Option<Arc<Part>> {
        let node = self.file(file)?;
        let name = file.display().to_string();
        self.reading.push((real.to_owned(), name));
        let part = read_part(&node, file, self);
        self.reading.pop();
        part.map(Arc::new)
    }
}

/// What to say of a part that is not there: which others its folder has.
fn no_such_part(file: &Path) -> String {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| crate::scenario::files::is_part(Path::new(name)))
        .collect();
    names.sort_unstable();
    let wanted = file.file_name().unwrap_or_default().to_string_lossy();
    let hint = match names.is_empty() {
        true => "its folder has no parts; paths begin at the folder of the file that includes"
            .to_owned(),
        false => misspelled::hint(&wanted, names.iter().map(String::as_str)),
    };
    format!("there is no such part; {hint}")
}

fn read_part(node: &Node, file: &Path, reader: &mut Reader) -> Option<Part> {
    let mut entry = Entry::open(node, "a part", &mut reader.faults)?;
    let title = entry.required("part", &mut reader.faults);
    if let Some(node) = title {
        text_key(
            node,
            "a sentence that says what it does",
            &mut reader.faults,
        );
    }
    let params = entry.take("params");
    let params = params.map_or_else(Vec::new, |node| parameters(node, &mut reader.faults));
    let folder = file.parent().map_or_else(PathBuf::new, Path::to_owned);
    let place = Place { folder: &folder };
    let steps = match entry.required("steps", &mut reader.faults) {
        Some(node) => reader.steps(node, &place, true),
        None => Vec::new(),
    };
    let returns = entry.take("returns");
    let returns = returns.map_or_else(Named::new, |node| reader.faults.named(node));
    entry.end(&mut reader.faults);
    Some(Part {
        at: node.at.clone(),
        params,
        steps,
        returns,
    })
}

fn parameters(node: &Node, faults: &mut Faults) -> Vec<Key> {
    let mut params: Vec<Key> = Vec::new();
    for item in faults.list(node, "names") {
        let Some(key) = text_key(item, "the name of a parameter", faults) else {
            continue;
        };
        if params.iter().any(|known| known.name == key.name) {
            faults.add(&key.at, format!("{} is given twice; keep one", key.name));
        } else if faults.name(&key) {
            params.push(key);
        }
    }
    params
}
