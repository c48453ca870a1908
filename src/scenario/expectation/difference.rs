//! Where an answer is not what was expected.

use std::fmt;

use serde_json::Value;

use crate::scenario::source::At;

/// A place where an answer is something else. What it shows has no password, token or secret in full.
#[derive(Clone)]
pub(crate) struct Difference {
    /// The expectation.
    pub(crate) at: At,
    /// The place in the answer, as `User.Attributes[0].Name`; empty for the whole.
    pub(crate) path: String,
    /// What was expected, as JSON; `None`: that nothing is there.
    pub(crate) expected: Option<String>,
    /// What came, as JSON; `None`: nothing is there.
    pub(crate) got: Option<String>,
    /// What the two do not show, such as why a text is no JWT.
    pub(crate) note: Option<String>,
    /// What came, where a literal value stands for it in the file: what `--update` writes.
    pub(crate) update: Option<Value>,
}

impl Difference {
    /// What came, where a literal value stands for it in the file: what `--update` writes in its place.
    /// It has no secret, and stands as an expectation is written: what would mean something else is in `$equals`.
    pub(crate) fn update(&self) -> Option<&Value> {
        self.update.as_ref()
    }
}

impl fmt::Debug for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Difference")
            .field("path", &self.path)
            .field("expected", &self.expected)
            .field("got", &self.got)
            .field("note", &self.note)
            .finish_non_exhaustive()
    }
}

/// In one line.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        let nothing = "nothing";
        let expected = self.expected.as_deref().unwrap_or(nothing);
        let got = self.got.as_deref().unwrap_or(nothing);
        write!(f, "expected {expected}, got {got}")?;
        self.note.iter().try_for_each(|note| write!(f, " ({note})"))
    }
}
