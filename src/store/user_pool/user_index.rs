//! Which users have which value, letter case aside, in the order of values and keys.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use super::super::ordered::OrderedSet;
use super::user::UserKey;

/// A text that is compared letter case aside, so that none is kept a second time in small letters.
#[derive(Debug, Clone)]
pub(super) struct Folded(pub(super) Arc<str>);

impl Ord for Folded {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(&self.0, &other.0)
    }
}

impl PartialOrd for Folded {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Folded {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Folded {}

fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

fn compare(one: &str, other: &str) -> Ordering {
    // The same order for the most usual texts, sooner.
    for (a, b) in one.bytes().zip(other.bytes()) {
        if !a.is_ascii() || !b.is_ascii() {
            return folded(one).cmp(folded(other));
        }
        let order = a.to_ascii_lowercase().cmp(&b.to_ascii_lowercase());
        if a != b && order.is_ne() {
            return order;
        }
    }
    one.len().cmp(&other.len())
}

fn starts_with(text: &str, prefix: &str) -> bool {
    let mut text = folded(text);
    folded(prefix).all(|letter| text.next() == Some(letter))
}

/// Of values that mostly differ.
#[derive(Clone, Default)]
pub(super) struct TextIndex(OrderedSet<(Folded, UserKey)>);

impl TextIndex {
    pub(super) fn insert(&mut self, value: Folded, key: &UserKey) {
        self.0.insert((value, Arc::clone(key)));
    }

    pub(super) fn remove(&mut self, value: Folded, key: &UserKey) {
        self.0.remove(&(value, Arc::clone(key)));
    }

    /// The keys with this value, from after `after`.
    pub(super) fn with(&self, value: &str, after: Option<&str>) -> impl Iterator<Item = &UserKey> {
        let value = Folded(value.into());
        let start = match after {
            Some(key) => Bound::Excluded((value.clone(), UserKey::from(key))),
            None => Bound::Included((value.clone(), UserKey::default())),
        };
        self.0
            .range((start, Bound::Unbounded))
            .take_while(move |(found, _)| *found == value)
            .map(|(_, key)| key)
    }

    /// Values that start with `prefix`, and their keys, from after the pair `after`.
    pub(super) fn with_prefix(
        &self,
        prefix: &str,
        after: Option<(&str, &str)>,
    ) -> impl Iterator<Item = (&str, &UserKey)> {
        let start = match after {
            Some((value, key)) => Bound::Excluded((Folded(value.into()), UserKey::from(key))),
            None => Bound::Included((Folded(prefix.into()), UserKey::default())),
        };
        let prefix = prefix.to_owned();
        self.0
            .range((start, Bound::Unbounded))
            .take_while(move |(found, _)| starts_with(&found.0, &prefix))
            .map(|(value, key)| (&*value.0, key))
    }
}

/// Of a few words that many users share: each word once.
#[derive(Clone, Default)]
pub(super) struct WordIndex(BTreeMap<&'static str, OrderedSet<UserKey>>);

impl WordIndex {
    pub(super) fn insert(&mut self, word: &'static str, key: &UserKey) {
        self.0.entry(word).or_default().insert(Arc::clone(key));
    }

    pub(super) fn remove(&mut self, word: &'static str, key: &UserKey) {
        if let Some(keys) = self.0.get_mut(word) {
            keys.remove::<str>(key);
        }
    }

    /// As [`TextIndex::with`].
    pub(super) fn with(&self, word: &str, after: Option<&str>) -> impl Iterator<Item = &UserKey> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let found = self
            .0
            .iter()
            .find(|(known, _)| compare(known, word).is_eq());
        found
            .into_iter()
            .flat_map(move |(_, keys)| keys.range::<str, _>((start, Bound::Unbounded)))
    }

    /// As [`TextIndex::with_prefix`].
    pub(super) fn with_prefix(
        &self,
        prefix: &str,
        after: Option<(&str, &str)>,
    ) -> impl Iterator<Item = (&str, &UserKey)> {
        self.0
            .iter()
            .filter(move |(word, _)| starts_with(word, prefix))
            .filter_map(move |(word, keys)| {
                let start = match after.map(|(value, key)| (compare(word, value), key)) {
                    Some((Ordering::Less, _)) => return None,
                    Some((Ordering::Equal, key)) => Bound::Excluded(key),
                    Some((Ordering::Greater, _)) | None => Bound::Unbounded,
                };
                let keys = keys.range::<str, _>((start, Bound::Unbounded));
                Some(keys.map(move |key| (*word, key)))
            })
            .flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn letter_case_does_not_count(one in "[a-cA-CäÄ_0]{0,4}", other in "[a-cA-CäÄ_0]{0,4}") {
            let (small, small_other) = (one.to_lowercase(), other.to_lowercase());
            prop_assert_eq!(compare(&one, &other), small.cmp(&small_other));
            prop_assert_eq!(starts_with(&one, &other), small.starts_with(&small_other));
        }
    }

    #[test]
    fn words_are_paged_as_texts_are() {
        let mut words = WordIndex::default();
        let mut texts = TextIndex::default();
        for (word, key) in [
            ("CONFIRMED", "b"),
            ("CONFIRMED", "a"),
            ("UNCONFIRMED", "c"),
            ("COMPROMISED", "d"),
        ] {
            words.insert(word, &key.into());
            texts.insert(Folded(word.into()), &key.into());
        }
        for (prefix, after) in [
            ("", None),
            ("co", None),
            ("co", Some(("compromised", "d"))),
            ("CO", Some(("confirmed", "a"))),
            ("", Some(("confirmed", "b"))),
            ("x", None),
        ] {
            let by_word: Vec<_> = words.with_prefix(prefix, after).collect();
            assert_eq!(
                by_word,
                texts.with_prefix(prefix, after).collect::<Vec<_>>()
            );
        }
        for after in [None, Some("a"), Some("b")] {
            let by_word: Vec<_> = words.with("Confirmed", after).collect();
            assert_eq!(by_word, texts.with("Confirmed", after).collect::<Vec<_>>());
        }
        words.remove("CONFIRMED", &"a".into());
        assert_eq!(words.with("confirmed", None).count(), 1);
    }
}
