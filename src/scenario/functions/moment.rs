//! The target's time, and times around it.

use serde_json::Value;

use super::Given;
use crate::clock::{LAST, Timestamp};
use crate::scenario::evaluation::Evaluation;
use crate::scenario::plan;

/// `now([shift])`, as RFC 3339.
pub(super) fn now(given: &Given<'_>, evaluation: &mut Evaluation<'_>) -> Result<Value, String> {
    moment(given, evaluation).map(|at| at.to_rfc3339().into())
}

/// `epoch([shift])`, in seconds.
pub(super) fn epoch(given: &Given<'_>, evaluation: &mut Evaluation<'_>) -> Result<Value, String> {
    moment(given, evaluation).map(|at| at.seconds().into())
}

fn moment(given: &Given<'_>, evaluation: &Evaluation<'_>) -> Result<Timestamp, String> {
    let shifted = match given.value(0) {
        Value::Null => 0,
        shift => plan::span_of_time(shift)?,
    };
    let moment = Timestamp(evaluation.now.0.saturating_add(shifted));
    if (Timestamp(0)..=LAST).contains(&moment) {
        Ok(moment)
    } else {
        Err("the moment would lie outside the years 1970 to 9999".into())
    }
}
