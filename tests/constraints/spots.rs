//! Every place of a request that the model constrains, and values just inside and just outside.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::declared::{Model, Shape};
use super::pattern::{Chance, Sampler, telling_characters};

/// A value of a request: a member of its structure or of one further in, or what stands in a list
/// or map of scalars.
pub(super) struct Spot<'m> {
    pub(super) operation: &'m str,
    /// The members on the way, the last the one itself.
    path: Vec<&'m str>,
    input: Shape<'m>,
    /// The shape of what is put there.
    pub(super) shape: Shape<'m>,
    part: Part,
    pub(super) required: bool,
}

/// Which part of the member a value is.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Part {
    Whole,
    Item,
    Key,
    Value,
}

/// All spots of an operation.
pub(super) fn spots<'m>(model: &'m Model, operation: &'m str) -> Vec<Spot<'m>> {
    let input = model.shape(model.input(operation));
    let mut found = Vec::new();
    let mut todo = vec![(input, Vec::new())];
    while let Some((structure, path)) = todo.pop() {
        for (name, shape) in structure.members() {
            let mut path = path.clone();
            path.push(name);
            let mut add = |shape, part| {
                found.push(Spot {
                    operation,
                    path: path.clone(),
                    input,
                    shape,
                    part,
                    required: part == Part::Whole && structure.requires(name),
                });
            };
            add(shape, Part::Whole);
            let inner = match shape.kind() {
                "list" => {
                    add(shape.item(), Part::Item);
                    shape.item()
                }
                "map" => {
                    add(shape.key(), Part::Key);
                    add(shape.value(), Part::Value);
                    shape.value()
                }
                _ => shape,
            };
            if inner.kind() == "structure" && !inner.is_document() {
                todo.push((inner, path));
            }
        }
    }
    found
}

impl Spot<'_> {
    pub(super) fn part(&self) -> Part {
        self.part
    }

    pub(super) fn is_at_the_top(&self) -> bool {
        self.path.len() == 1 && self.part == Part::Whole
    }

    /// `CreateUserPool Policies.PasswordPolicy.MinimumLength`.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.operation, self.path.join("."))
    }

    /// A request that is as small as the model allows, but for `value` in this spot; `None` takes
    /// the member out.
    pub(super) fn request(&self, value: Option<Value>, chance: &mut Chance) -> Value {
        let mut request = self.put(self.input, &self.path, value, chance);
        refuse_all_the_same(self.operation, &mut request);
        request
    }

    fn put(
        &self,
        shape: Shape<'_>,
        path: &[&str],
        value: Option<Value>,
        chance: &mut Chance,
    ) -> Value {
        let Some((name, rest)) = path.split_first() else {
            return self.last(shape, value, chance);
        };
        match shape.kind() {
            "structure" => {
                let mut structure = smallest(shape, chance);
                let members = shape.members();
                let (_, member) = members.iter().find(|(found, _)| found == name).unwrap();
                if rest.is_empty() && value.is_none() {
                    structure.as_object_mut().unwrap().remove(*name);
                } else {
                    structure[*name] = self.put(*member, rest, value, chance);
                }
                structure
            }
            // The second item where there may be one: messages count from one.
            "list" => {
                let last = self.put(shape.item(), path, value, chance);
                match shape.max() {
                    Some(1) => json!([last]),
                    _ => json!([smallest(shape.item(), chance), last]),
                }
            }
            "map" => {
                let key = smallest(shape.key(), chance);
                json!({key.as_str().unwrap(): self.put(shape.value(), path, value, chance)})
            }
            other => panic!("a path through a {other}"),
        }
    }

    fn last(&self, shape: Shape<'_>, value: Option<Value>, chance: &mut Chance) -> Value {
        let value = value.unwrap_or(Value::Null);
        match self.part {
            Part::Whole => value,
            Part::Item if shape.max() == Some(1) => json!([value]),
            Part::Item => json!([smallest(shape.item(), chance), value]),
            Part::Key => {
                json!({value.as_str().unwrap(): smallest(shape.value(), chance)})
            }
            Part::Value => {
                json!({smallest(shape.key(), chance).as_str().unwrap(): value})
            }
        }
    }
}

/// Gives a request that would change the server, and many of them, something that its operation
/// refuses, so that a sweep leaves no thousand pools behind.
fn refuse_all_the_same(operation: &str, request: &mut Value) {
    if operation != "CreateUserPool" {
        return;
    }
    let request = request.as_object_mut().unwrap();
    for name in ["AliasAttributes", "UsernameAttributes"] {
        request
            .entry(name.to_owned())
            .or_insert_with(|| json!(["email"]));
    }
}

/// The smallest value that the model takes.
pub(super) fn smallest(shape: Shape<'_>, chance: &mut Chance) -> Value {
    let least = shape.min().unwrap_or(0);
    match shape.kind() {
        _ if shape.is_document() => json!({}),
        "structure" => {
            let required = shape.members().into_iter();
            let required = required.filter(|(name, _)| shape.requires(name));
            required
                .map(|(name, member)| (name.to_owned(), smallest(member, chance)))
                .collect::<Map<_, _>>()
                .into()
        }
        "list" | "map" => of_size(shape, least, chance),
        "string" => match shape.values() {
            Some(values) => json!(values[0]),
            None => json!(text_of(shape, size(least).max(1), chance)),
        },
        "blob" => json!(STANDARD.encode(vec![7; size(least)])),
        "integer" | "long" => json!(least),
        "boolean" => json!(true),
        "timestamp" => json!(1_767_225_600),
        other => panic!("a {other}"),
    }
}

fn size(number: i64) -> usize {
    usize::try_from(number).unwrap()
}

/// A text of about this length that the shape takes.
fn text_of(shape: Shape<'_>, length: usize, chance: &mut Chance) -> String {
    match shape.pattern() {
        Some(pattern) => Sampler::of(pattern).of_length(length, chance),
        None => "x".repeat(length),
    }
}

/// A list or map of so many entries.
fn of_size(shape: Shape<'_>, entries: i64, chance: &mut Chance) -> Value {
    if shape.kind() == "list" {
        return (0..entries)
            .map(|_| smallest(shape.item(), chance))
            .collect();
    }
    let mut map = Map::new();
    let mut tries = 0;
    while map.len() < size(entries) {
        tries += 1;
        let key = match shape.key().values() {
            Some(values) => (*chance.one_of(&values)).to_owned(),
            None => text_of(shape.key(), 4, chance),
        };
        // Keys of a small set run out: then what is too much breaks the key's rules as well.
        let key = if tries < 500 {
            key
        } else {
            format!("k{tries}")
        };
        map.insert(key, smallest(shape.value(), chance));
    }
    map.into()
}

/// Values at both sides of each limit: with the text that each breaks at least, or none.
pub(super) fn at_the_limits(shape: Shape<'_>, chance: &mut Chance) -> Vec<(Value, Option<String>)> {
    let mut tried = Vec::new();
    let of = |number: i64, chance: &mut Chance| match shape.kind() {
        "integer" | "long" => json!(number),
        "list" | "map" => of_size(shape, number, chance),
        "blob" => json!(STANDARD.encode(vec![7; size(number)])),
        _ => {
            let length = size(number);
            let mut text = text_of(shape, length, chance);
            // A pattern of one length: what is too short or too long breaks it as well.
            text.truncate(length);
            let missing = length - text.len();
            json!(text + &"x".repeat(missing))
        }
    };
    if let Some(max) = shape.max() {
        tried.push((of(max, chance), None));
        let text = format!("less than or equal to {max}");
        tried.push((of(max + 1, chance), Some(text)));
    }
    if let Some(min) = shape.min() {
        tried.push((of(min, chance), None));
        if min > 0 || matches!(shape.kind(), "integer" | "long") {
            let text = format!("greater than or equal to {min}");
            tried.push((of(min - 1, chance), Some(text)));
        }
    }
    // A pattern may be narrower than its limits.
    tried.retain(|(value, broken)| {
        broken.is_some()
            || value
                .as_str()
                .is_none_or(|text| shape.kind() == "blob" || shape.matches(text))
    });
    tried
}

/// Each value of the shape's set, and some that are near it.
pub(super) fn around_the_set(shape: Shape<'_>) -> Vec<(Value, Option<String>)> {
    let values = shape.values().unwrap_or_default();
    let mut tried: Vec<(Value, Option<String>)> = Vec::new();
    for value in &values {
        tried.push((json!(value), None));
    }
    if let Some(first) = values.first() {
        let other_case = if first.chars().any(char::is_lowercase) {
            first.to_uppercase()
        } else {
            first.to_lowercase()
        };
        for near in [
            other_case,
            format!("{first} "),
            format!("{first}_"),
            String::new(),
        ] {
            assert!(!values.contains(&near.as_str()));
            tried.push((
                json!(near),
                Some("Member must satisfy enum value set: [".into()),
            ));
        }
    }
    tried
}

/// Matches of the shape's pattern, and the same with their first or last character spoilt.
pub(super) fn around_the_pattern(
    shape: Shape<'_>,
    chance: &mut Chance,
) -> Vec<(Value, Option<String>)> {
    let Some(pattern) = shape.pattern() else {
        return Vec::new();
    };
    let mut tried = Vec::new();
    let broken = Some(format!("regular expression pattern: {pattern}"));
    for _ in 0..2 {
        let text = fitting(shape, chance);
        let characters: Vec<char> = text.chars().collect();
        for at in [0, characters.len() - 1] {
            let spoilt = telling_characters().map(|character| {
                let mut characters = characters.clone();
                characters[at] = character;
                characters.into_iter().collect::<String>()
            });
            let spoilt: Vec<String> = spoilt.filter(|text| !shape.matches(text)).collect();
            if !spoilt.is_empty() {
                tried.push((json!(chance.one_of(&spoilt)), broken.clone()));
            }
        }
        tried.push((json!(text), None));
    }
    tried
}

/// One match with each telling character in each of three places, and with each character taken
/// out and doubled; whether each is inside is for the model's own pattern to say.
pub(super) fn each_character(shape: Shape<'_>, chance: &mut Chance) -> Vec<String> {
    let text = fitting(shape, chance);
    let characters: Vec<char> = text.chars().collect();
    let last = characters.len() - 1;
    let mut tried = Vec::new();
    for at in [0, characters.len() / 2, last] {
        for character in telling_characters() {
            let mut changed = characters.clone();
            changed[at] = character;
            tried.push(changed);
        }
    }
    for at in 0..=last {
        let mut changed = characters.clone();
        changed.remove(at);
        tried.push(changed);
        let mut changed = characters.clone();
        changed.insert(at, characters[at]);
        tried.push(changed);
    }
    let texts: std::collections::BTreeSet<String> = tried
        .into_iter()
        .map(|characters| characters.into_iter().collect())
        .collect();
    texts.into_iter().collect()
}

/// A match of the shape's pattern within the shape's limits.
fn fitting(shape: Shape<'_>, chance: &mut Chance) -> String {
    let (least, most) = (shape.min().unwrap_or(1), shape.max().unwrap_or(60));
    // Long enough for the optional parts.
    let length = size(least.max(1)) + 40 + chance.below(9);
    let text = text_of(shape, length.min(size(most)), chance);
    assert!(shape.matches(&text), "{}: {text}", shape.name);
    text
}
