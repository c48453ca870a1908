//! Lists in any order: each item finds an entry of its own, or not.

/// The first item for which no entry is left, where each takes one that fits (a maximum matching, found
/// by augmenting paths).
pub(super) fn without_partner(fitting: &[Vec<usize>], entries: usize) -> Option<usize> {
    fn take(
        item: usize,
        fitting: &[Vec<usize>],
        asked: &mut [bool],
        taken: &mut [Option<usize>],
    ) -> bool {
        fitting[item].iter().any(|&entry| {
            if std::mem::replace(&mut asked[entry], true) {
                return false;
            }
            let free = taken[entry].is_none_or(|other| take(other, fitting, asked, taken));
            if free {
                taken[entry] = Some(item);
            }
            free
        })
    }
    let mut taken = vec![None; entries];
    (0..fitting.len()).find(|&item| !take(item, fitting, &mut vec![false; entries], &mut taken))
}
