//! Pages of the lists of the test API. An answer that nobody reads is memory, so it is bounded.

use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

use super::route::Refused;

/// Entries of a page where `limit` does not say otherwise.
pub(super) const LIMIT: usize = 1000;

/// Bytes of a page, which has one entry at least.
const MOST: usize = 1024 * 1024;

/// Longer waits are cut to this.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The `after` of a query: the id of `what` was seen last.
pub(super) fn after(value: &str, what: &str) -> Result<u64, Refused> {
    let wrong = |_| Refused::bad_request(format!("after={value}: give the id of {what}"));
    value.parse().map_err(wrong)
}

/// The `wait` of a query: `5s`, `500ms`, or a bare number of seconds.
pub(super) fn wait(value: &str) -> Result<Duration, Refused> {
    let wait = match value.parse() {
        Ok(seconds) => Ok(Duration::from_secs(seconds)),
        Err(_) => humantime::parse_duration(value),
    };
    let wrong = |_| Refused::bad_request(format!("wait={value}: give a duration such as 5s"));
    Ok(wait.map_err(wrong)?.min(LONGEST_WAIT))
}

/// The `limit` of a query.
pub(super) fn limit(value: &str) -> Result<usize, Refused> {
    let limit = value.parse().ok().filter(|limit| *limit > 0);
    limit.ok_or_else(|| Refused::bad_request(format!("limit={value}: give a number from 1")))
}

/// The member `name` with the first entries, and `more`: whether there are others, which are asked for
/// with the last id as `after`.
pub(super) fn page(name: &str, entries: impl IntoIterator<Item = Value>, limit: usize) -> Bytes {
    page_with(name, entries, limit, &[])
}

/// The same, with further members.
pub(super) fn page_with(
    name: &str,
    entries: impl IntoIterator<Item = Value>,
    limit: usize,
    others: &[(&str, Value)],
) -> Bytes {
    let mut body = format!("{{\"{name}\":[");
    let empty = body.len();
    let mut more = false;
    for (at, entry) in entries.into_iter().enumerate() {
        let entry = entry.to_string();
        more = at == limit || (at > 0 && body.len() + entry.len() > MOST);
        if more {
            break;
        }
        if body.len() > empty {
            body.push(',');
        }
        body.push_str(&entry);
    }
    body.push_str(&format!("],\"more\":{more}"));
    for (name, value) in others {
        body.push_str(&format!(",\"{name}\":{value}"));
    }
    body.push('}');
    body.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_bounded_by_number_and_bytes_and_says_whether_there_is_more() {
        let large = Value::from("x".repeat(MOST / 2));
        let huge = Value::from("x".repeat(2 * MOST));
        let cases: [(&[Value], usize, usize, bool); 7] = [
            (&[], 2, 0, false),
            (&[1.into(), 2.into()], 2, 2, false),
            (&[1.into(), 2.into(), 3.into()], 2, 2, true),
            (&[large.clone(), 2.into()], 9, 2, false),
            (&[large.clone(), large.clone(), 3.into()], 9, 1, true),
            (std::slice::from_ref(&huge), 9, 1, false),
            (&[huge.clone(), 2.into()], 9, 1, true),
        ];
        for (entries, limit, count, more) in cases {
            let page = page("all", entries.iter().cloned(), limit);
            let page: Value = serde_json::from_slice(&page).unwrap();
            let shown = page["all"].as_array().unwrap();
            assert_eq!(shown[..], entries[..count]);
            assert_eq!(page["more"], more);
        }
    }

    #[test]
    fn a_limit_is_a_number_from_one() {
        assert_eq!(limit("7"), Ok(7));
        for wrong in ["0", "-1", "all", ""] {
            assert!(limit(wrong).is_err(), "{wrong}");
        }
    }
}
