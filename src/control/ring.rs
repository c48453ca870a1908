//! The last of something, bounded in number and bytes, under ids that rise; and waiting for more of it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// What is kept under an id.
pub(super) trait Entry {
    /// Rises with each entry.
    fn id(&self) -> u64;

    /// About how many bytes it keeps.
    fn size(&self) -> usize;
}

/// The last entries.
#[derive(Debug)]
pub(super) struct Ring<T> {
    entries: VecDeque<Arc<T>>,
    bytes: usize,
    most: usize,
    most_bytes: usize,
    dropped: u64,
    last_dropped: u64,
}

impl<T: Entry> Ring<T> {
    /// An empty one, of so many entries and about so many bytes; the last entry stays, however large it is.
    pub(super) fn new(most: usize, most_bytes: usize) -> Self {
        Self {
            entries: VecDeque::new(),
            bytes: 0,
            most: most.max(1),
            most_bytes,
            dropped: 0,
            last_dropped: 0,
        }
    }

    /// Keeps an entry; its id is higher than all before. Gives one that had to go, to be dropped when
    /// others can go on.
    pub(super) fn push(&mut self, entry: Arc<T>) -> Option<Arc<T>> {
        self.bytes += entry.size();
        self.entries.push_back(entry);
        let mut gone = None;
        while self.entries.len() > self.most
            || (self.bytes > self.most_bytes && self.entries.len() > 1)
        {
            gone = self.entries.pop_front();
            if let Some(gone) = &gone {
                self.bytes -= gone.size();
                self.dropped += 1;
                self.last_dropped = gone.id();
            }
        }
        gone
    }

    /// The entries with an id above `id`, oldest first.
    pub(super) fn after(&self, id: u64) -> impl Iterator<Item = &Arc<T>> {
        self.entries.range(start_of(&self.entries, id, T::id)..)
    }

    /// Drops the entries that `unwanted` picks, and tells how many they were.
    pub(super) fn remove(&mut self, unwanted: impl Fn(&T) -> bool) -> usize {
        let before = self.entries.len();
        self.entries.retain(|entry| !unwanted(entry));
        self.bytes = self.entries.iter().map(|entry| entry.size()).sum();
        before - self.entries.len()
    }

    /// About how many bytes are kept.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many had to go.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The highest id that had to go.
    pub(super) fn last_dropped(&self) -> u64 {
        self.last_dropped
    }
}

/// Where the entries with an id above `id` begin.
pub(super) fn start_of<T>(entries: &VecDeque<Arc<T>>, id: u64, of: impl Fn(&T) -> u64) -> usize {
    entries.partition_point(|entry| of(entry) <= id)
}

/// What `look` finds; waits until it finds something, or `patience` (real time) is over.
pub(super) async fn wait<T>(
    more: &Notify,
    patience: Duration,
    mut look: impl FnMut() -> Vec<T>,
) -> Vec<T> {
    let deadline = Instant::now() + patience;
    loop {
        let arrival = more.notified();
        tokio::pin!(arrival);
        // Registered before looking, so that what comes between look and wait is not missed.
        arrival.as_mut().enable();
        let found = look();
        if !found.is_empty() || timeout_at(deadline, arrival).await.is_err() {
            return found;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Text(u64, &'static str);

    impl Entry for Text {
        fn id(&self) -> u64 {
            self.0
        }

        fn size(&self) -> usize {
            self.1.len()
        }
    }

    fn filled(most: usize, most_bytes: usize, texts: &[&'static str]) -> Ring<Text> {
        let mut ring = Ring::new(most, most_bytes);
        for (at, text) in texts.iter().enumerate() {
            ring.push(Arc::new(Text(at as u64 + 1, text)));
        }
        ring
    }

    fn texts(ring: &Ring<Text>, after: u64) -> Vec<&str> {
        ring.after(after).map(|entry| entry.1).collect()
    }

    #[test]
    fn the_last_are_kept_and_those_that_had_to_go_are_counted() {
        let ring = filled(2, 100, &["one", "two", "three"]);
        assert_eq!(texts(&ring, 0), ["two", "three"]);
        assert_eq!(texts(&ring, 2), ["three"]);
        assert_eq!(texts(&ring, 3), [""; 0]);
        assert_eq!((ring.dropped(), ring.last_dropped()), (1, 1));
        let ring = filled(9, 7, &["one", "two", "three"]);
        assert_eq!(texts(&ring, 0), ["three"], "eight bytes are too many");
        let ring = filled(9, 2, &["one", "longer than all room"]);
        assert_eq!(texts(&ring, 0), ["longer than all room"]);
    }

    #[test]
    fn what_is_removed_leaves_its_bytes_to_others() {
        let mut ring = filled(9, 6, &["one", "two"]);
        assert_eq!(ring.remove(|entry| entry.1 == "one"), 1);
        ring.push(Arc::new(Text(3, "six")));
        assert_eq!(texts(&ring, 0), ["two", "six"]);
        assert_eq!(ring.dropped(), 0, "what a test removes did not have to go");
    }
}
