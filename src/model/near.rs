//! Of two names, whether one may be meant by the other, and how they differ.

/// How a name differs from one that exists, the likeliest mistake first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// Space around it.
    Space,
    /// A slash at its end.
    Slash,
    /// Letter case.
    Case,
    /// One letter put in, left out or replaced, or two that changed places.
    Letter,
    /// The same and letter case, or two such letters of a longer name.
    Letters,
}

impl Difference {
    /// How `name` differs from `other`, if by one of these.
    pub fn between(name: &str, other: &str) -> Option<Self> {
        if name == other {
            return None;
        }
        if name.trim() == other.trim() {
            return Some(Self::Space);
        }
        if name.trim_end_matches('/') == other.trim_end_matches('/') {
            return Some(Self::Slash);
        }
        if is_same_but_for_case(name, other) {
            return Some(Self::Case);
        }
        if differ_by_a_letter(name, other) {
            return Some(Self::Letter);
        }
        differ_by_few(name, other).then_some(Self::Letters)
    }

    /// What differs, in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Space => "only space around it differs",
            Self::Slash => "only the slash at the end differs",
            Self::Case => "only letter case differs",
            Self::Letter => "one letter differs",
            Self::Letters => "a few letters differ",
        }
    }
}

/// The one of `known` that `name` most likely means: of several alike, the first in order, so that every run
/// names the same.
pub fn nearest<'k>(
    name: &str,
    known: impl IntoIterator<Item = &'k str>,
) -> Option<(Difference, &'k str)> {
    let known = known.into_iter();
    known
        .filter_map(|other| Some((Difference::between(name, other)?, other)))
        .min()
}

/// Which of `known` is the nearest, and how it differs, in words.
pub fn told<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<String> {
    let (difference, other) = nearest(name, known)?;
    Some(format!("the nearest is {other:?}: {}", difference.as_str()))
}

fn is_same_but_for_case(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() {
        return one.eq_ignore_ascii_case(other);
    }
    let lower = |text: &str| {
        let letters = text.chars().flat_map(char::to_lowercase);
        letters.collect::<String>()
    };
    lower(one) == lower(other)
}

/// Of names of two letters every other one is near, so those are never.
fn differ_by_a_letter(one: &str, other: &str) -> bool {
    const SHORTEST: usize = 3;
    if one.len().abs_diff(other.len()) > char::MAX.len_utf8() {
        return false;
    }
    let one: Vec<char> = one.chars().collect();
    let other: Vec<char> = other.chars().collect();
    if one.len().min(other.len()) < SHORTEST {
        return false;
    }
    let start = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[start..], &other[start..]);
    let ends = one.iter().rev().zip(other.iter().rev());
    let end = ends.take_while(|(a, b)| a == b).count();
    match (&one[..one.len() - end], &other[..other.len() - end]) {
        ([], [_]) | ([_], [] | [_]) => true,
        ([a, b], [c, d]) => (a, b) == (d, c),
        _ => false,
    }
}

/// Whether two names differ by letter case and a letter, or by two letters of six at least: of shorter ones
/// too many are as near.
fn differ_by_few(one: &str, other: &str) -> bool {
    const SHORTEST: usize = 6;
    /// Names are no longer, and what goes on from there is no name.
    const LONGEST: usize = 256;
    if one.len().abs_diff(other.len()) > 2 * char::MAX.len_utf8() {
        return false;
    }
    let lower = |text: &str| text.to_lowercase();
    let (one, other) = (lower(one), lower(other));
    if differ_by_a_letter(&one, &other) {
        return true;
    }
    let one: Vec<char> = one.chars().take(LONGEST).collect();
    let other: Vec<char> = other.chars().take(LONGEST).collect();
    one.len().min(other.len()) >= SHORTEST && edits(&one, &other) <= 2
}

/// How many letters are to be put in, left out or replaced, and how many pairs are to change places, to make
/// one name of the other.
fn edits(one: &[char], other: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.iter().enumerate() {
        let mut row = vec![at + 1];
        for (column, second) in other.iter().enumerate() {
            let replaced = last[column] + usize::from(letter != second);
            let mut least = replaced.min(last[column + 1] + 1).min(row[column] + 1);
            let changed_places =
                at > 0 && column > 0 && (letter, &one[at - 1]) == (&other[column - 1], second);
            if changed_places {
                least = least.min(before[column - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_by_space_slash_case_or_one_letter() {
        use Difference::{Case, Letter, Letters, Slash, Space};

        for (name, other, difference) in [
            ("alice", "alice", None),
            (" alice", "alice", Some(Space)),
            ("alice", "alice ", Some(Space)),
            ("https://a.example/", "https://a.example", Some(Slash)),
            ("Alice", "alice", Some(Case)),
            ("ÄNNE", "änne", Some(Case)),
            ("alic", "alice", Some(Letter)),
            ("aalice", "alice", Some(Letter)),
            ("alise", "alice", Some(Letter)),
            ("jörg", "jorg", Some(Letter)),
            ("jör", "jörg", Some(Letter)),
            ("alcie", "alice", Some(Letter)),
            ("Alicee", "alice", Some(Letters)),
            ("poolhosue", "Poolhouse", Some(Letters)),
            ("robinsin", "robynson", Some(Letters)),
            ("rboinsno", "robinson", Some(Letters)),
            ("rubinsin", "robynson", None),
            ("aliec1", "alice", None),
            ("alcei", "alice", None),
            ("aa", "ab", None),
            ("", "a", None),
            ("bob", "alice", None),
        ] {
            assert_eq!(
                Difference::between(name, other),
                difference,
                "{name} {other}"
            );
            assert_eq!(
                Difference::between(other, name),
                difference,
                "{other} {name}"
            );
        }
    }

    #[test]
    fn the_likeliest_mistake_is_named_and_of_several_the_first() {
        let known = ["alicf", "ALICE", "alicd"];
        assert_eq!(nearest("alice", known), Some((Difference::Case, "ALICE")));
        assert_eq!(nearest("alicg", known), Some((Difference::Letter, "alicd")));
        assert_eq!(nearest("bob", known), None);
    }
}
