//! What happens besides requests, for those who listen.

use std::sync::Arc;

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::control::outbox::Message;

/// Something that happened.
#[derive(Debug)]
pub struct Event {
    /// Rises with each entry of the journal.
    pub id: u64,
    /// What.
    pub happening: Happening,
}

/// What happened.
#[derive(Debug)]
pub enum Happening {
    /// A message was sent.
    Message(Arc<Message>),
    /// The clock was moved, stopped or let run.
    Clock {
        /// What it shows since.
        now: Timestamp,
        /// Whether it stands.
        is_frozen: bool,
    },
    /// Something of a pool is new, another or gone.
    Change {
        /// The pool.
        user_pool_id: Box<str>,
        /// What: `user`, `client`, `group`, …
        what: &'static str,
        /// Which one, where there are several.
        key: Box<str>,
        /// Whether it is gone.
        is_gone: bool,
    },
    /// Something was done with a snapshot.
    Snapshot {
        /// What.
        deed: Deed,
        /// Its name.
        name: Box<str>,
        /// The account that it was done for; none for the whole server.
        account: Option<Box<str>>,
    },
    /// A rule of faults applied to a request.
    Fault {
        /// The rule.
        rule: Box<str>,
        /// The operation, or the path.
        asked: Box<str>,
        /// The id that its answer carries, or would.
        request_id: Uuid,
    },
}

/// What was done with a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// It was made.
    Created,
    /// The server was made what it was.
    Restored,
    /// It was dropped.
    Deleted,
}

impl Deed {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Restored => "restored",
            Self::Deleted => "deleted",
        }
    }
}

impl Happening {
    /// The kinds of events, with that of requests.
    pub const KINDS: [&'static str; 6] =
        ["request", "message", "clock", "change", "snapshot", "fault"];

    /// Its kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Message(_) => "message",
            Self::Clock { .. } => "clock",
            Self::Change { .. } => "change",
            Self::Snapshot { .. } => "snapshot",
            Self::Fault { .. } => "fault",
        }
    }
}

impl Event {
    /// About how many bytes it keeps.
    pub(super) fn weight(&self) -> usize {
        let more = match &self.happening {
            Happening::Message(message) => message.body.len(),
            Happening::Change {
                user_pool_id, key, ..
            } => user_pool_id.len() + key.len(),
            Happening::Snapshot { name, .. } => name.len(),
            Happening::Fault { rule, asked, .. } => rule.len() + asked.len(),
            Happening::Clock { .. } => 0,
        };
        size_of::<Self>() + more
    }
}
