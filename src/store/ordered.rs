//! Ordered maps and sets whose copies share what they have in common.
//!
//! A snapshot of a pool with a million users must cost nothing, nor may the first change after it: entries
//! stand in chunks behind pointers, a copy is a pointer, and a change copies the chunk that it falls into.

use std::borrow::Borrow;
use std::collections::BTreeSet;
use std::ops::{Bound, RangeBounds};
use std::sync::Arc;

/// Entries of a chunk at most: what a change after a snapshot copies.
const CHUNK: usize = 64;

/// By how many entries a chunk grows.
const GROWTH: usize = 8;

type Chunk<K, V> = Arc<Vec<(K, V)>>;

/// An ordered map that is copied in no time.
pub struct Ordered<K, V> {
    /// None is empty.
    chunks: Arc<Vec<Chunk<K, V>>>,
    len: usize,
}

impl<K, V> Clone for Ordered<K, V> {
    fn clone(&self) -> Self {
        Self {
            chunks: Arc::clone(&self.chunks),
            len: self.len,
        }
    }
}

impl<K, V> Default for Ordered<K, V> {
    fn default() -> Self {
        Self {
            chunks: Arc::default(),
            len: 0,
        }
    }
}

impl<K, V> Ordered<K, V> {
    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether it is a copy of `other`, or it of this, and none has changed since.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.chunks, &other.chunks)
    }

    /// All entries.
    pub fn iter(&self) -> Entries<'_, K, V> {
        Entries {
            chunks: &self.chunks,
            at: (0, 0),
            end: (self.chunks.len(), 0),
        }
    }
}

impl<K: Ord, V> Ordered<K, V> {
    /// The place of the first entry that is not below `key`, or, if `beyond`, above it.
    fn place<Q: Ord + ?Sized>(&self, key: &Q, beyond: bool) -> (usize, usize)
    where
        K: Borrow<Q>,
    {
        let comes_before = |entry: &(K, V)| {
            let order = entry.0.borrow().cmp(key);
            order.is_lt() || (beyond && order.is_eq())
        };
        let chunk = self
            .chunks
            .partition_point(|chunk| chunk.last().is_some_and(comes_before));
        let within = self.chunks.get(chunk);
        (
            chunk,
            within.map_or(0, |chunk| chunk.partition_point(comes_before)),
        )
    }

    fn at<Q: Ord + ?Sized>(&self, (chunk, place): (usize, usize), key: &Q) -> Option<&(K, V)>
    where
        K: Borrow<Q>,
    {
        let entry = self.chunks.get(chunk)?.get(place)?;
        (entry.0.borrow() == key).then_some(entry)
    }

    /// The value of a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.get_key_value(key).map(|(_, value)| value)
    }

    /// The key as it is kept, and its value.
    pub fn get_key_value<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        let (key, value) = self.at(self.place(key, false), key)?;
        Some((key, value))
    }

    /// The entries of a range, in order.
    pub fn range<Q, R>(&self, range: R) -> Entries<'_, K, V>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        R: RangeBounds<Q>,
    {
        let at = match range.start_bound() {
            Bound::Unbounded => (0, 0),
            Bound::Included(key) => self.place(key, false),
            Bound::Excluded(key) => self.place(key, true),
        };
        let end = match range.end_bound() {
            Bound::Unbounded => (self.chunks.len(), 0),
            Bound::Included(key) => self.place(key, true),
            Bound::Excluded(key) => self.place(key, false),
        };
        Entries {
            chunks: &self.chunks,
            at,
            end,
        }
    }
}

impl<K: Ord + Clone, V: Clone> Ordered<K, V> {
    /// Adds an entry; gives the value that the key had before.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let (mut chunk, mut place) = self.place(&key, false);
        let is_known = self.at((chunk, place), &key).is_some();
        let chunks = Arc::make_mut(&mut self.chunks);
        if is_known {
            let entry = Arc::make_mut(chunks.get_mut(chunk)?).get_mut(place)?;
            return Some(std::mem::replace(&mut entry.1, value));
        }
        self.len += 1;
        if chunk == chunks.len() {
            // Behind all others: what comes in order fills one chunk after the other.
            match chunks.last() {
                Some(last) if last.len() < CHUNK => (chunk, place) = (chunk - 1, last.len()),
                Some(_) | None => chunks.push(Arc::new(Vec::with_capacity(GROWTH))),
            }
        } else if chunks.get(chunk).is_some_and(|full| full.len() == CHUNK) {
            split(chunks, chunk);
            if place > CHUNK / 2 {
                (chunk, place) = (chunk + 1, place - CHUNK / 2);
            }
        }
        let entries = Arc::make_mut(chunks.get_mut(chunk)?);
        if entries.len() == entries.capacity() {
            entries.reserve_exact(GROWTH);
        }
        entries.insert(place, (key, value));
        None
    }

    /// Takes an entry away.
    pub fn remove_entry<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<(K, V)>
    where
        K: Borrow<Q>,
    {
        let (chunk, place) = self.place(key, false);
        self.at((chunk, place), key)?;
        let chunks = Arc::make_mut(&mut self.chunks);
        let entries = Arc::make_mut(chunks.get_mut(chunk)?);
        let entry = entries.remove(place);
        self.len -= 1;
        match entries.len() {
            0 => drop(chunks.remove(chunk)),
            small if small <= CHUNK / 4 => join(chunks, chunk),
            _ => {}
        }
        Some(entry)
    }

    /// Takes an entry away; gives its value.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.remove_entry(key).map(|(_, value)| value)
    }
}

/// Makes two chunks of a full one.
fn split<K: Clone, V: Clone>(chunks: &mut Vec<Chunk<K, V>>, at: usize) {
    if let Some(full) = chunks.get_mut(at) {
        let full = Arc::make_mut(full);
        let behind = full.split_off(CHUNK / 2);
        full.shrink_to_fit();
        chunks.insert(at + 1, Arc::new(behind));
    }
}

/// Joins a small chunk with the next one, if that is small too.
fn join<K: Clone, V: Clone>(chunks: &mut Vec<Chunk<K, V>>, at: usize) {
    let next = chunks.get(at + 1).map_or(CHUNK, |next| next.len());
    if next > CHUNK / 2 {
        return;
    }
    let next = chunks.remove(at + 1);
    if let Some(small) = chunks.get_mut(at) {
        Arc::make_mut(small).extend(next.iter().cloned());
    }
}

/// Entries of an [`Ordered`], in order.
pub struct Entries<'m, K, V> {
    chunks: &'m [Chunk<K, V>],
    at: (usize, usize),
    end: (usize, usize),
}

impl<'m, K, V> Iterator for Entries<'m, K, V> {
    type Item = (&'m K, &'m V);

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let (chunk, place) = self.at;
        let entries = self.chunks.get(chunk)?;
        let (key, value) = entries.get(place)?;
        self.at = if place + 1 < entries.len() {
            (chunk, place + 1)
        } else {
            (chunk + 1, 0)
        };
        Some((key, value))
    }
}

/// An ordered set that is copied in no time.
pub struct OrderedSet<K>(Ordered<K, ()>);

impl<K> Clone for OrderedSet<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K> Default for OrderedSet<K> {
    fn default() -> Self {
        Self(Ordered::default())
    }
}

impl<K: Ord + Clone> OrderedSet<K> {
    /// Adds one, unless it is there.
    pub fn insert(&mut self, key: K) {
        self.0.insert(key, ());
    }

    /// Takes one away.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q)
    where
        K: Borrow<Q>,
    {
        self.0.remove(key);
    }

    /// Those of a range, in order.
    pub fn range<Q, R>(&self, range: R) -> impl Iterator<Item = &K>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        R: RangeBounds<Q>,
    {
        self.0.range(range).map(|(key, ())| key)
    }
}

impl<K> std::fmt::Debug for OrderedSet<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OrderedSet({})", self.0.len())
    }
}

impl<K: Ord + Clone> From<BTreeSet<K>> for OrderedSet<K> {
    fn from(keys: BTreeSet<K>) -> Self {
        let mut set = Self::default();
        for key in keys {
            set.insert(key);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// A change of a map, or a copy of it that is kept.
    #[derive(Debug, Clone)]
    enum Step {
        Insert(u16, u8),
        Remove(u16),
        Copy,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            6 => (0..600_u16, any::<u8>()).prop_map(|(key, value)| Step::Insert(key, value)),
            5 => (0..600_u16).prop_map(Step::Remove),
            1 => Just(Step::Copy),
        ]
    }

    fn same(map: &Ordered<u16, u8>, model: &BTreeMap<u16, u8>) -> bool {
        map.len() == model.len() && map.iter().eq(model.iter())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn it_is_a_map_and_its_copies_stay_as_they_were(
            steps in proptest::collection::vec(step(), 1..1500),
            bounds in proptest::collection::vec((0..620_u16, 0..620_u16), 8),
        ) {
            let mut map = Ordered::default();
            let mut model = BTreeMap::new();
            let mut copies = Vec::new();
            for step in steps {
                match step {
                    Step::Insert(key, value) => {
                        prop_assert_eq!(map.insert(key, value), model.insert(key, value));
                    }
                    Step::Remove(key) => prop_assert_eq!(map.remove(&key), model.remove(&key)),
                    Step::Copy => copies.push((map.clone(), model.clone())),
                }
            }
            prop_assert!(same(&map, &model));
            for (copy, then) in &copies {
                prop_assert!(same(copy, then));
            }
            for (from, to) in bounds {
                prop_assert_eq!(map.get(&from), model.get(&from));
                let (from, to) = (from.min(to), from.max(to) + 1);
                prop_assert!(map.range(from..to).eq(model.range(from..to)));
                prop_assert!(map.range(from..=to).eq(model.range(from..=to)));
                let open = (Bound::Excluded(from), Bound::Unbounded);
                prop_assert!(map.range(open).eq(model.range(open)));
            }
        }
    }

    #[test]
    fn what_comes_in_order_fills_its_chunks_and_a_change_copies_one() {
        let mut map = Ordered::default();
        for key in 0..10 * CHUNK {
            map.insert(key, ());
        }
        assert_eq!(map.chunks.len(), 10);
        let copy = map.clone();
        assert!(copy.is_same(&map));
        map.remove(&3);
        assert!(!copy.is_same(&map));
        let pairs = copy.chunks.iter().zip(map.chunks.iter());
        assert_eq!(
            pairs.filter(|(one, other)| Arc::ptr_eq(one, other)).count(),
            9
        );
    }

    #[test]
    fn chunks_that_have_become_small_are_joined() {
        let mut map = Ordered::default();
        for key in 0..100 * CHUNK {
            map.insert(key, ());
        }
        for key in (0..100 * CHUNK).filter(|key| key % CHUNK != 0) {
            map.remove(&key);
        }
        assert_eq!(map.len(), 100);
        assert!(map.chunks.len() <= 60, "{}", map.chunks.len());
    }
}
