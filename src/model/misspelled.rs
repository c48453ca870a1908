//! A name that is not known: what was meant, if it looks like one that is.

/// What a refusal says of the name: the one that was meant, or all that there are.
pub fn hint<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    let mut known: Vec<&str> = known.into_iter().collect();
    match nearest(name, known.iter().copied()) {
        Some(other) => format!("did you mean {other}?"),
        None if known.is_empty() => "there are none".to_owned(),
        None => {
            known.sort_unstable();
            format!("known here are {}", known.join(", "))
        }
    }
}

/// The known name that looks most like this one, if any looks like it.
pub fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let distance = |other: &str| edits(&name.to_ascii_lowercase(), &other.to_ascii_lowercase());
    let nearest = known.into_iter().map(|other| (distance(other), other));
    let (edits, other) = nearest.min()?;
    (edits <= 1 + name.len() / 6).then_some(other)
}

/// How many letters must be put in, taken out or replaced to make one text of the other.
fn edits(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.chars().take(100).enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, second) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *second);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_nearly_right_is_suggested() {
        let known = ["PoolName", "Policies", "UserPoolTags", "Users"];
        for (name, text) in [
            ("poolName", "did you mean PoolName?"),
            ("PoolNames", "did you mean PoolName?"),
            ("UserPoolTag", "did you mean UserPoolTags?"),
            ("Users_", "did you mean Users?"),
            (
                "Colour",
                "known here are Policies, PoolName, UserPoolTags, Users",
            ),
        ] {
            assert_eq!(hint(name, known), text, "{name}");
        }
        assert_eq!(hint("Colour", []), "there are none");
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("", "abc"), 3);
    }
}
