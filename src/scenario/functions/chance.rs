//! What is drawn: from the scenario's seed, on AWS from the run's id.

use serde_json::Value;

use super::Given;
use crate::entropy::Purpose;
use crate::scenario::evaluation::Evaluation;

/// Small letters and digits: what every name, address and domain may have.
const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// Letters and digits, which every text of AWS and OAuth may have.
const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Letters that `unique` adds: two runs in a billion billion make the same.
const UNIQUE: usize = 12;

/// The longest text that `random` makes: a file's length of it is nobody's need.
const LONGEST: i64 = 1 << 20;

/// `unique(text)`: the text, and what no other call has.
pub(super) fn unique(given: &Given<'_>, evaluation: &mut Evaluation<'_>) -> Result<Value, String> {
    let drawn = evaluation.play.entropy.text(Purpose::Ids, LOWER, UNIQUE);
    Ok(format!("{}-{drawn}", given.text(0)).into())
}

/// `uuid()`.
pub(super) fn uuid(_: &Given<'_>, evaluation: &mut Evaluation<'_>) -> Result<Value, String> {
    Ok(evaluation
        .play
        .entropy
        .uuid(Purpose::Ids)
        .to_string()
        .into())
}

/// `random(length)`: so many letters and digits.
pub(super) fn random(given: &Given<'_>, evaluation: &mut Evaluation<'_>) -> Result<Value, String> {
    let length = given
        .integer(0)
        .filter(|length| (1..=LONGEST).contains(length));
    let length = length.and_then(|length| usize::try_from(length).ok());
    let length = length.ok_or(format!("the length must be from 1 to {LONGEST}"))?;
    let entropy = &evaluation.play.entropy;
    Ok(entropy.text(Purpose::Ids, ALPHANUMERIC, length).into())
}
