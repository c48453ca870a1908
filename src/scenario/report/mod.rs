//! What is told of a replay.

mod text;

use std::io::Write;

pub(crate) use self::text::Text;

use super::replay::Ran;

/// Somebody who is told how each run ended, in their order.
pub(crate) trait Report: Send {
    /// A run has ended.
    fn ran(&mut self, ran: &Ran, out: &mut dyn Write) -> std::io::Result<()>;

    /// All runs have ended.
    fn end(&mut self, out: &mut dyn Write) -> std::io::Result<()>;
}
