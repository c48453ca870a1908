//! The target's time, and times around it.

use serde_json::Value;

use super::Given;
use crate::clock::{LAST, Timestamp};
use crate::scenario::evaluation::Evaluation;

/// Milliseconds of a time span with its sign, as `+31m`, `-90s` or `1h 30m`.
pub(crate) fn shift(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, span) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    let span = humantime::parse_duration(span.trim()).ok()?;
    i64::try_from(span.as_millis())
        .ok()
        .map(|millis| sign * millis)
}

/// `now([shift])`, as RFC 3339.
pub(super) fn now(given: &Given<'_>, evaluation: &mut Evaluation<'_>) -> Result<Value, String> {
    moment(given, evaluation).map(|at| at.to_rfc3339().into())
}

/// `epoch([shift])`, in seconds.
pub(super) fn epoch(given: &Given<'_>, evaluation: &mut Evaluation<'_>) -> Result<Value, String> {
    moment(given, evaluation).map(|at| at.seconds().into())
}

fn moment(given: &Given<'_>, evaluation: &Evaluation<'_>) -> Result<Timestamp, String> {
    let shifted = shift(given.text(0)).unwrap_or(0);
    let moment = Timestamp(evaluation.now.0.saturating_add(shifted));
    if (Timestamp(0)..=LAST).contains(&moment) {
        Ok(moment)
    } else {
        Err("the moment would lie outside the years 1970 to 9999".into())
    }
}
