//! The form of an import's CSV file, which is not that of RFC 4180 (documented: "Formatting the CSV
//! file"): no quotation marks, a backslash before a comma that belongs to a value, white space around
//! values trimmed.

use std::borrow::Cow;

/// The rows that hold something, with the number of the line each stands on; the header is line 1.
/// A row ends at a line feed, with or without a carriage return before it. Blank rows are passed over
/// (inferred).
pub fn rows(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split('\n')
        .zip(1..)
        .map(|(row, line)| (line, row.strip_suffix('\r').unwrap_or(row)))
        .filter(|(_, row)| !row.trim().is_empty())
}

/// The values of a row. A backslash before anything but a comma stands for itself (inferred), so a
/// value cannot end in one unless it is the last.
pub fn values(row: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let mut rest = Some(row);
    std::iter::from_fn(move || {
        let row = rest?;
        let mut escaped = false;
        let mut end = row.len();
        rest = None;
        for (at, _) in row.match_indices(',') {
            if row[..at].ends_with('\\') {
                escaped = true;
            } else {
                end = at;
                rest = Some(&row[at + 1..]);
                break;
            }
        }
        let value = row[..end].trim();
        Some(if escaped {
            Cow::Owned(value.replace("\\,", ","))
        } else {
            Cow::Borrowed(value)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_are_split_unescaped_and_trimmed() {
        let cases: [(&str, &[&str]); 9] = [
            ("", &[""]),
            ("a", &["a"]),
            ("a,b", &["a", "b"]),
            (",", &["", ""]),
            (" a ,\tb\t", &["a", "b"]),
            (
                r"1 Main St\, Springfield,x",
                &["1 Main St, Springfield", "x"],
            ),
            (r"\,\,,\,", &[",,", ","]),
            (r"C:\dir,x\", &[r"C:\dir", r"x\"]),
            (r#""a","b""#, &[r#""a""#, r#""b""#]),
        ];
        for (row, expected) in cases {
            assert_eq!(values(row).collect::<Vec<_>>(), expected, "{row}");
        }
    }

    #[test]
    fn rows_know_their_lines_and_blank_ones_do_not_count() {
        let found: Vec<_> = rows("h\r\na\n\n \r\nb\r\n").collect();
        assert_eq!(found, [(1, "h"), (2, "a"), (5, "b")]);
        assert_eq!(rows("").count(), 0);
    }

    proptest! {
        #[test]
        fn what_is_written_by_the_rules_is_read_back(
            table in proptest::collection::vec(
                proptest::collection::vec("[a-zé, \\\\\"\u{feff}]{0,8}", 1..5), 1..5),
            crlf in any::<bool>(),
        ) {
            // A backslash at the end of a value would escape the separator.
            let table: Vec<Vec<String>> = table
                .iter()
                .map(|row| row.iter().map(|value| format!("{value}.")).collect())
                .collect();
            let written: Vec<String> = table
                .iter()
                .map(|row| row.iter().map(|v| v.replace(',', "\\,")).collect::<Vec<_>>().join(","))
                .collect();
            let text = written.join(if crlf { "\r\n" } else { "\n" });
            let read: Vec<Vec<String>> = rows(&text)
                .map(|(_, row)| values(row).map(Cow::into_owned).collect())
                .collect();
            let trimmed: Vec<Vec<String>> = table
                .iter()
                .map(|row| row.iter().map(|value| value.trim().to_owned()).collect())
                .collect();
            prop_assert_eq!(read, trimmed);
        }

        #[test]
        fn any_text_is_read(text in any::<String>()) {
            for (_, row) in rows(&text) {
                prop_assert!(values(row).count() > 0);
            }
        }
    }
}
