//! `/_poolhouse/snapshots/NAME/diff`.
use super::route::{Answer, Call, Refused};
pub(super) fn show(_: &Call<'_>) -> Answer {
    Err(Refused::bad_request("none yet"))
}
